"""A model as one HTML file: what is in it, and what is kept out of it."""

import base64
import html.parser
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.tiny_model import write_tiny_model
from vae.__main__ import main
from vae.errors import InputError
from vae.exchange.carried import Numbers
from vae.exchange.formats.formats import export
from vae.exchange.page import COMMENT, FIRST, LIVE, OPENS, REMARK, SERVED, SHEETS, modules, page_of
from vae.explore.plain import plain_encoder
from vae.library.shelf import Model, find

EVIL = "</script><script>alert(1)</script><!--<script>"


class Elements(html.parser.HTMLParser):
    """The page as a browser reads it: elements by name, and the text of each script."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[str] = []
        self.links: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.title = ""
        self.inside: dict[str, str | None] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "action", "srcset") and value]
        self.inside = dict(attrs) if tag == "script" else None
        if self.inside is not None:
            self.scripts.append((self.inside, ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside is not None:
            attributes, text = self.scripts.pop()
            self.scripts.append((attributes, text + data))
        elif self.names[-1:] == ["title"]:
            self.title += data

    def text(self, **wanted: str) -> str:
        """Return the text of the script with these attributes."""
        return next(text for attributes, text in self.scripts if wanted.items() <= attributes.items())


@pytest.fixture(scope="module")
def page() -> Elements:
    return Elements(page_of(find("mnist-16d")))


def test_it_is_small_and_names_nothing_outside(page: Elements) -> None:
    text = page_of(find("mnist-16d"))
    assert len(text.encode()) < 3_000_000
    assert page.links and all(link.startswith("#") for link in page.links)
    assert not {"link", "img", "iframe"} & set(page.names)
    assert "default-src 'none'" in text


def test_codes_of_a_book_are_carried_as_their_numbers() -> None:
    """Which of its 32 codes each of 16 cells has, of ten thousand images: 512 numbers each would be 16 MB."""
    assert len(page_of(find("mnist-vq")).encode()) < 3_000_000


def test_every_module_that_one_imports_is_there(page: Elements) -> None:
    there = {attributes["data-module"]: text for attributes, text in page.scripts if "data-module" in attributes}
    assert there.keys() == modules(FIRST, "image").keys() > {FIRST, "home/hero.js", "explore/view.js", "map/view.js"}
    opened = OPENS.findall((LIVE / "shared/views/view.js").read_text("utf-8"))
    views = {f"shared/views/{path}" for name, path in opened if name != "image"}
    assert {"shared/views/series.js", "shared/views/masks/masks.js"} < views
    assert not (views | SERVED) & there.keys(), "things of other kinds are not drawn there, and nothing asks a server"
    for text in there.values():
        imported = re.findall(r"""(?:from |import |import\()["']([^"']+)["']""", text)
        assert all(
            name.startswith("live/") and name.removeprefix("live/") in there.keys() | views | SERVED
            for name in imported
        )


def test_each_kind_has_its_own_view_alone() -> None:
    assert "shared/views/series.js" in modules(FIRST, "series") and "shared/views/image.js" not in modules(
        FIRST, "series"
    )
    assert "shared/views/tastes/list.js" in modules(FIRST, "tastes")


def test_modules_lose_their_comments_and_nothing_else() -> None:
    for name, text in modules(FIRST, "image").items():
        source = (LIVE / name).read_text("utf-8")
        kept = re.sub(r"""(["'])live/[^"']+\1""", '""', text).split()
        without = COMMENT.sub("", source)
        ours = re.sub(r"""(["'])\.{1,2}/[^"']+\.js\1""", '""', REMARK.sub("", without)).split()
        assert kept == ours
        for comment in COMMENT.findall(source):
            assert comment.strip().startswith("/**") and comment.strip().endswith("*/") and comment.count("*/") == 1
        for remark in REMARK.findall(without):
            assert re.fullmatch(r"""\s*// [^\n"'`]*""", remark), "what is quoted might be a text's own"


def test_every_style_sheet_that_a_room_asks_for_is_there() -> None:
    asked = set(re.findall(r'"([\w/]+\.css)"', (LIVE / FIRST).read_text("utf-8")))
    assert asked == set(SHEETS)


def test_the_numbers_are_the_models_own(page: Elements) -> None:
    said, raw = json.loads(page.text(id="model-said")), base64.b64decode(page.text(id="model-numbers"))
    listed = {each["name"]: each for each in said["numbers"]}
    for name, tensor in zip(said["encoder"]["tensors"], plain_encoder(find("mnist-16d")).tensors, strict=True):
        each = listed[name]
        assert each["offset"] % 4 == 0
        found = np.frombuffer(raw, each["dtype"], tensor.size, each["offset"]).reshape(each["shape"])
        assert np.abs(found - tensor).max() <= 1e-3 * max(1, np.abs(tensor).max())


def test_what_strangers_call_things_stays_text(tmp_path: Path) -> None:
    model = find("mnist-c-8d")
    data = replace(model.card.data, title=EVIL, licence=EVIL, source=EVIL, classes=[EVIL] * 10)
    given = [replace(model.card.latent.given[0], choices=[EVIL] * 10)]
    told = model.card.training | {"command": f"`{EVIL}`"}
    card = replace(model.card, data=data, latent=replace(model.card.latent, given=given), training=told)
    text = page_of(Model(card, model.folder, bundled=True))
    as_it_is = Elements(page_of(model))
    page = Elements(text)
    assert page.names.count("script") == as_it_is.names.count("script")
    assert "alert(1)" not in "".join(text for attributes, text in page.scripts if "type" not in attributes)
    assert json.loads(page.text(id="model-said"))["given"]["choices"] == [EVIL] * 10


def test_a_model_that_no_browser_runs_is_refused_with_another_way(tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    card = write_tiny_model(folder)
    with pytest.raises(InputError, match="without a server; choose another --format"):
        export(Model(card, folder, bundled=False), "html", tmp_path / "tiny.html")
    assert not (tmp_path / "tiny.html").exists()


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        export(find("mnist-2d"), "html", tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text() == "mine"


def test_the_command_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "plane.html"
    assert main(["export", "mnist-2d", "--format", "html", "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert Elements(out.read_text("utf-8")).title.strip() == "mnist-2d"


def test_a_model_whose_encoder_is_none_of_ours_is_shown_without_it(tmp_path: Path) -> None:
    model = find("mnist-2d")
    strange = Model(replace(model.card, family="strange"), model.folder, bundled=True)
    said = json.loads(Elements(page_of(strange)).text(id="model-said"))
    assert said["encoder"] is None and said["can"] == ["draw"]


def test_steps_keep_real_numbers_to_a_thirty_thousandth_of_the_largest() -> None:
    numbers, array = Numbers(), np.random.default_rng(0).standard_normal((50, 2)).astype(np.float32)
    numbers.add("first", np.ones(3, np.uint8))
    numbers.add_stepped("points", array)
    (_, each), raw = numbers.listed, b"".join(numbers.parts)
    assert each["offset"] == 4
    back = np.frombuffer(raw, np.int16, 100, 4).reshape(50, 2) * each["step"]
    assert np.abs(back - array).max() <= np.abs(array).max() / 30_000
