"""Odd models beside a good one: the pages stay up, say calmly what is wrong, and read no card as markup."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from vae.datasets.dataset import DataCard
from vae.datasets.prepared import open_folder
from vae.errors import InputError
from vae.files import sha256
from vae.library.cards import Card, DataInfo, read_card, write_card
from vae.library.codes import Codes, write_codes
from web.opened import explorers
from web.page import about, images

PAGES = ("pages/home.py", "pages/explore.py")
MARK = "![x](https://tracker.invalid/p.png)"


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's own library with one good model and one that each test spoils."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    for name in ("good", "odd"):
        write_tiny_model(tmp_path / "models" / name, 2)
    return tmp_path / "models"


def run(page: str, model: str = "odd") -> AppTest:
    test = AppTest.from_file(str(ROOT / page), default_timeout=60)
    test.query_params["model"] = model
    return test.run()


def said(test: AppTest) -> list[str]:
    return [element.value for kind in (test.info, test.warning, test.markdown, test.caption) for element in kind]


def edit_card(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    card = msgspec.json.decode((folder / "card.json").read_bytes())
    change(card)
    (folder / "card.json").write_bytes(msgspec.json.encode(card))


def edit_graph(folder: Path, name: str, change: Callable[[onnx.GraphProto], None]) -> None:
    """Change a graph and the checksum with it, as an export by another program would."""
    model = onnx.load(folder / name)
    change(model.graph)
    onnx.checker.check_model(model)
    onnx.save(model, folder / name)
    card = read_card(folder)
    write_card(replace(card, files=card.files | {name: sha256(folder / name)}), folder)


def rename_input(graph: onnx.GraphProto) -> None:
    old = graph.input[0].name
    graph.input[0].name = "renamed"
    for node in graph.node:
        node.input[:] = ["renamed" if name == old else name for name in node.input]


def give_float64(graph: onnx.GraphProto) -> None:
    output = graph.output[-1]
    for node in graph.node:
        node.output[:] = ["single" if name == output.name else name for name in node.output]
    graph.node.append(helper.make_node("Cast", ["single"], [output.name], to=TensorProto.DOUBLE))
    output.type.tensor_type.elem_type = TensorProto.DOUBLE


def give_flat_images(graph: onnx.GraphProto) -> None:
    graph.node.pop()
    graph.output[0].CopyFrom(helper.make_tensor_value_info("clipped", TensorProto.FLOAT, ["n", 28 * 28]))


def fix_rows(graph: onnx.GraphProto) -> None:
    dimension = graph.input[0].type.tensor_type.shape.dim[0]
    dimension.Clear()
    dimension.dim_value = 2


ODD_GRAPHS = {
    "decoder's input renamed": ("decoder.onnx", rename_input, "must take one input, 'z'"),
    "encoder's input renamed": ("encoder.onnx", rename_input, "must take one input, 'x'"),
    "decoder gives float64": ("decoder.onnx", give_float64, "give expected as float64, not float32"),
    "encoder gives float64": ("encoder.onnx", give_float64, "give log_variance as float64, not float32"),
    "flat images": ("decoder.onnx", give_flat_images, "the graphs give"),
    "two rows only": ("decoder.onnx", fix_rows, "do not run"),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "change",
    [
        lambda card: card["metrics"].update(negative_elbo="148"),
        lambda card: card["metrics"].update(negative_elbo=148.0, kl=[1]),
        lambda card: card["training"].update(command=5),
    ],
    ids=["text for a figure", "list for a figure", "number for a command"],
)
def test_a_card_with_odd_values_is_told_and_takes_nothing_down(page: str, change: Callable, library: Path) -> None:
    edit_card(library / "odd", change)
    test = run(page)
    assert not test.exception and not test.error
    assert any("odd" in text and "is damaged" in text for text in said(test))


@pytest.mark.parametrize("odd", ODD_GRAPHS)
def test_a_graph_that_does_not_fit_is_refused_when_first_opened(odd: str, library: Path) -> None:
    name, change, sentence = ODD_GRAPHS[odd]
    edit_graph(library / "odd", name, change)
    with pytest.raises(InputError, match=sentence):
        explorers.explorer("odd")
    assert explorers.explorer("good").card.latent.dims == 2


@pytest.mark.parametrize("odd", ODD_GRAPHS)
def test_a_graph_that_does_not_fit_takes_no_page_down(odd: str, library: Path) -> None:
    name, change, sentence = ODD_GRAPHS[odd]
    edit_graph(library / "odd", name, change)
    home, explore = (run(page) for page in PAGES)
    assert not home.exception and not home.error
    assert {"good", "odd"} <= {link.proto.label for link in home.get("page_link")}
    assert not explore.exception and not explore.error
    assert [sentence in element.value.replace("\\", "") for element in explore.warning] == [True]


def test_codes_of_another_width_are_refused_when_first_opened(library: Path) -> None:
    zeros = np.zeros((4, 3), np.float32)
    write_codes(library / "odd" / "codes.npz", Codes(zeros, zeros, zeros, np.zeros(4, np.float32), None))
    with pytest.raises(InputError, match=r"codes\.npz has 3 dimensions, but the card says 2"):
        explorers.explorer("odd")
    for page in PAGES:
        assert not run(page).exception


def marked(card: Card) -> Card:
    """Put markup into every text of a card that may hold any."""
    return replace(
        card,
        family=MARK,
        network=MARK,
        likelihood=MARK,
        data=DataInfo(MARK, MARK, MARK, MARK, [MARK] * 10),
        training={"command": MARK, "dataset": MARK, MARK: MARK},
        versions={MARK: MARK},
        metrics={"negative_elbo": 148.0, "kl": 5.0, "active_units": 2, MARK: 1.0, "conditions": MARK},
        created=MARK,
    )


def test_what_is_said_of_a_card_holds_no_markup_of_its_own(library: Path) -> None:
    card = marked(read_card(library / "odd"))
    card = replace(card, metrics=card.metrics | {"active_units": MARK})
    for text in (about.facts(card), about.measurements(card), about.dims(card)):
        assert MARK not in text
    assert about.plain(MARK) in about.facts(card)
    assert about.plain(MARK) in about.measurements(card)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_reads_a_card_as_markup(page: str, library: Path) -> None:
    write_card(marked(read_card(library / "odd")), library / "odd")
    test = run(page)
    assert not test.exception and not test.error
    assert any(about.plain(MARK) in text for text in said(test))
    assert not any(MARK in text for text in said(test))


def write_private_set(folder: Path) -> Path:
    """Write a prepared data set that fits the small models: two black images in each part."""
    for part in ("train", "test"):
        (folder / part).mkdir(parents=True)
        np.save(folder / part / "images.npy", np.zeros((2, 28, 28, 1), np.uint8))
    (folder / "card.json").write_bytes(msgspec.json.encode(DataCard("private", (1, 28, 28), (2, 2))))
    return folder


@pytest.mark.parametrize("relative", [False, True], ids=["absolute", "relative"])
def test_a_card_that_names_a_folder_opens_no_images_of_this_computer(
    relative: bool, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = write_private_set(tmp_path / "private-set")
    monkeypatch.chdir(tmp_path)
    name = "./private-set" if relative else str(private)
    assert len(open_folder(Path(name)).test) > 0  # it could be opened
    card = read_card(library / "odd")
    card = replace(card, data=replace(card.data, name=name))
    write_card(card, library / "odd")
    assert images.images_for(card) is None
    assert not run("pages/explore.py").exception
