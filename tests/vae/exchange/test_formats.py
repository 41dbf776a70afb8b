"""A model goes out in every form, and whoever has only that form sees the same pictures."""

import ast
import importlib.util
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
import torch
from safetensors.torch import save_file

from tests.models import full_disk, listing
from tests.tiny_kinds import SERIES, write_tiny_kind
from vae.__main__ import main
from vae.config import TrainConfig
from vae.errors import InputError
from vae.exchange.formats.formats import FORMATS, export
from vae.exchange.formats.modules import write_module
from vae.exchange.unpack import unpack
from vae.explore.explorer import Explorer, open_explorer
from vae.families import FAMILIES
from vae.files import sha256
from vae.home import BUNDLED_MODELS
from vae.kinds.kind import Item
from vae.kinds.kinds import image, kind_of
from vae.library.cards import Given, read_card
from vae.library.layers import plans_of
from vae.library.shelf import Model, find
from vae.likelihoods import LIKELIHOODS
from vae.models.build import build_model
from vae.plans.layers import as_data
from vae.plans.networks import NETWORKS, suited
from vae.runs import shelf as runs

BUNDLED = ["mnist-2d", "mnist-16d", "mnist-c-8d", "mnist-ae-2d", "beats-8d"]
"""Dense and convolutional, told the class, points, series."""

FOLDERS = [name for name, form in FORMATS.items() if form.folder]
ROWS = 12

HOSTILE = '"""\nimport os\nos.abort()\n"""`[x](y)|<script>\\'
"""A title that would like to be code."""


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Give what a bundled model becomes in a form, made once; of a zip, the folder in it."""
    made: dict[tuple[str, str], Path] = {}

    def give(name: str, form: str) -> Path:
        if (name, form) not in made:
            path = export(find(name), form, tmp_path_factory.mktemp("out") / f"{name}{FORMATS[form].ending}").path
            if form == "zip":
                with zipfile.ZipFile(path) as archive:
                    archive.extractall(path.parent)
                path = path.parent / name
            made[name, form] = path
        return made[name, form]

    return give


def codes_of(explorer: Explorer) -> tuple[np.ndarray, np.ndarray | None]:
    """Return codes over the whole range of the data, and the classes that a conditional model is told with them."""
    low, high = np.array(explorer.card.latent.range).T
    z = np.random.default_rng(0).uniform(low, high, (ROWS, len(low))).astype(np.float32)
    return z, np.arange(ROWS) % explorer.card.told if explorer.card.told else None


def one_hot(explorer: Explorer, given: np.ndarray | None) -> list[np.ndarray]:
    return [] if given is None else [np.eye(explorer.card.told, dtype=np.float32)[given]]


def assert_alike(explorer: Explorer, expected: np.ndarray, served: np.ndarray) -> None:
    """Compare with what is served: within a grey level of 255, or a thousandth of a series' scale."""
    if explorer.kind.pixels:
        assert np.abs(explorer.kind.show(expected).astype(int) - served).max() <= 1
    else:
        np.testing.assert_allclose(explorer.kind.show(expected), served, atol=1e-3 * np.ptp(served))
    assert np.ptp(served) > 0


def block(readme: Path, language: str) -> str:
    return readme.read_text(encoding="utf-8").split(f"```{language}\n")[1].split("```")[0]


# The lines in the README


@pytest.mark.parametrize("form", ["zip", "onnx", "hub"])
@pytest.mark.parametrize("name", ["mnist-c-8d", "mnist-ae-2d", "beats-8d"])
def test_the_lines_of_python_decode_as_they_stand(
    name: str, form: str, exported: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = exported(name, form)
    monkeypatch.chdir(folder)
    code = block(folder / "README.md", "python")
    assert len([line for line in code.splitlines() if line]) == 6
    modules = {node.names[0].name for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import)}
    assert modules == {"numpy", "onnxruntime"}
    names: dict[str, Any] = {}
    exec(code, names)
    explorer = open_explorer(name)
    given = np.zeros(1, int) if explorer.card.told else None
    assert_alike(explorer, names[explorer.kind.noun], explorer.decode(names["z"], given))
    assert np.any(names["z"]) == ("draw" in explorer.card.can)


@pytest.mark.parametrize("name", ["mnist-c-8d", "beats-8d"])
def test_the_lines_of_javascript_ask_for_what_the_graph_takes(
    name: str, exported: Callable[[str, str], Path], tmp_path: Path
) -> None:
    """With a stand-in for onnxruntime-node, which CI does not install, that says what it was asked."""
    folder = exported(name, "zip")
    package = tmp_path / "node_modules" / "onnxruntime-node"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "onnxruntime-node", "type": "module", "main": "index.js"}')
    (package / "index.js").write_text("""
export class Tensor {
  constructor(type, data, dims) { Object.assign(this, { type, data: Float32Array.from(data), dims }); }
}
export const InferenceSession = {
  create: async (path) => ({
    outputNames: ["expected"],
    run: async (fed) => {
      const asked = Object.entries(fed).map(([name, { type, data, dims }]) => [name, type, dims, data.length, data[0]]);
      console.log(JSON.stringify({ path, asked }));
      return { expected: { dims: [1], data: [0, 1] } };
    },
  }),
};
""")
    (tmp_path / "decode.mjs").write_text(block(folder / "README.md", "js"))
    done = subprocess.run(["node", "decode.mjs"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    said, card = json.loads(done.stdout.splitlines()[0]), find(name).card
    assert (folder / said["path"]).is_file()
    (what, kind, dims, length, first), *told = said["asked"]
    assert (what, kind, dims, length) == ("z", "float32", [1, card.latent.dims], card.latent.dims)
    assert first != 0
    assert told == ([["given", "float32", [1, 10], 10, 1]] if card.told else [])


# Graphs in one file


@pytest.mark.parametrize("name", BUNDLED)
def test_each_graph_opens_from_bytes_and_gives_the_same(name: str, exported: Callable[[str, str], Path]) -> None:
    folder, explorer = exported(name, "onnx"), open_explorer(name)
    assert listing(folder) == ["README.md", "decoder.onnx", "encoder.onnx"]
    encode, decode = (ort.InferenceSession((folder / f"{each}.onnx").read_bytes()) for each in ("encoder", "decoder"))
    z, given = codes_of(explorer)
    told = {} if given is None else {"given": one_hot(explorer, given)[0]}
    (expected,) = decode.run(None, {"z": z} | told)
    assert_alike(explorer, expected, explorer.decode(z, given))
    things = explorer.decode(z, given)
    centre, *_ = encode.run(None, {"x": explorer.kind.feed(things)} | told)
    np.testing.assert_allclose(centre, explorer.encode(things, given).centre, atol=1e-5)


def test_the_parity_of_both_graphs_is_said(tmp_path: Path) -> None:
    said = export(find("mnist-2d"), "onnx", tmp_path / "pair").said
    assert [line.split(":")[0] for line in said] == ["encoder.onnx", "decoder.onnx"]
    assert all("opens from bytes, off from the served graph by" in line for line in said)


# PyTorch


def fresh(path: Path) -> ModuleType:
    """Import a file under a name of its own, as somebody would who has only it."""
    spec = importlib.util.spec_from_file_location(f"foreign_{path.parent.name.replace('-', '_')}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "form"), [*((name, "torch") for name in BUNDLED), ("mnist-c-8d", "hub")])
def test_the_module_draws_the_same_pictures(name: str, form: str, exported: Callable[[str, str], Path]) -> None:
    folder, explorer = exported(name, form), open_explorer(name)
    source = (folder / "model.py").read_text()
    tree = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    tops = {(node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name for node in tree}
    assert tops == {"pathlib", "torch", "safetensors.torch"}
    assert max(map(len, source.splitlines())) <= 120
    model = fresh(folder / "model.py").load()
    z, given = codes_of(explorer)
    told = [torch.from_numpy(each) for each in one_hot(explorer, given)]
    with torch.no_grad():
        expected = model.decode(torch.from_numpy(z), *told).numpy()
        served = explorer.decode(z, given)
        believed = model.encode(torch.from_numpy(explorer.kind.feed(served)), *told)
    assert_alike(explorer, expected, served)
    belief = explorer.encode(served, given)
    ours = [belief.centre] if belief.spread is None else [belief.centre, belief.spread]
    for got, kept in zip(believed if isinstance(believed, tuple) else (believed,), ours, strict=True):
        np.testing.assert_allclose(got.numpy(), kept, atol=1e-4)


@pytest.mark.parametrize("item", [image((1, 9, 11)), image((3, 8, 8)), SERIES], ids=str)
@pytest.mark.parametrize("family", [name for name, known in FAMILIES.items() if known.plain])
def test_every_network_of_every_family_is_written_as_it_is(family: str, item: Item, tmp_path: Path) -> None:
    """The oracle is the model that our own training would use, with weights drawn at random."""
    kind, given = kind_of(item), torch.eye(4)[torch.arange(ROWS) % 4]
    for network in suited(kind.lies):
        if (family, network) == ("conditional", "grid"):  # whose cells have no place for the class
            continue
        dims = 3 if NETWORKS[network].cells is None else 12  # which 2 x 2 cells share out, and choices of 3 ways
        options = {name: 3.0 for name in ("ways", "codes") if hasattr(FAMILIES[family].settings(), name)}
        for likelihood in [name for name in kind.likelihoods if LIKELIHOODS[name].told]:
            config = TrainConfig(family=family, network=network, latent_dims=dims, width=8, likelihood=likelihood)
            config = replace(config, options=options)
            ours = build_model(config, item, 4).eval()
            with torch.no_grad():
                for weights in ours.parameters():
                    weights.normal_(0, 0.2)
            folder = tmp_path / f"{network}-{likelihood}"
            write_module(described(ours, config, item, folder), folder / "out")
            theirs = fresh(folder / "out" / "model.py").load()
            z, x, told = torch.randn(ROWS, dims), torch.rand(ROWS, *ours.image_shape), [given] if ours.told else []
            with torch.no_grad():
                mean = ours.decode(z, *told).mean
                if kind.bounds and likelihood == "gaussian":
                    mean = mean.clamp(*kind.bounds)
                torch.testing.assert_close(theirs.decode(z, *told), mean)
                assert hasattr(theirs, "draw") == (family == "vq")
                if hasattr(theirs, "draw"):
                    torch.testing.assert_close(theirs.draw(z), ours.draw(z))
                if not ours.encodes:
                    assert not hasattr(theirs, "encode") and not hasattr(theirs, "encoder")
                    continue
                centre, believed = ours.encode(x, *told).centre, theirs.encode(x, *told)
                torch.testing.assert_close(believed[0] if isinstance(believed, tuple) else believed, centre)


@pytest.mark.parametrize("family", [name for name, known in FAMILIES.items() if not known.plain])
def test_what_is_more_than_its_layers_is_not_written_as_if_it_were_not(family: str, tmp_path: Path) -> None:
    config = TrainConfig(family=family, latent_dims=3, width=8)
    ours = build_model(config, image((1, 8, 8)), 4)
    model = described(ours, config, image((1, 8, 8)), tmp_path / "made")
    model = replace(model, card=replace(model.card, plan={}))  # as it is finished
    with pytest.raises(InputError, match="its networks are more than layers; export it as onnx"):
        write_module(model, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_likelihood_that_is_more_than_the_layers_is_not_written_as_if_it_were_not(tmp_path: Path) -> None:
    config = TrainConfig(latent_dims=3, width=8, likelihood="categorical")
    model = described(build_model(config, image((1, 8, 8)), 0), config, image((1, 8, 8)), tmp_path / "made")
    with pytest.raises(InputError, match="its likelihood, categorical, is more than the decoder's layers"):
        write_module(model, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def described(ours: Any, config: TrainConfig, item: Item, folder: Path) -> Model:
    """Write a model's weights into `folder`, and return it with a card that says which layers it has."""
    known, dims = FAMILIES[config.family], config.latent_dims
    card, _ = write_tiny_kind(folder, item, config.family, dims)
    save_file({name: each.detach().contiguous() for name, each in ours.kept.items()}, folder / "weights.safetensors")
    pair = NETWORKS[config.network].plans(ours.image_shape, dims + ours.told, ours.heads * dims or 1, config.width or 8)
    plans = known.around(dims, known.own(config.options), pair)
    parts = zip(("encoder", "decoder"), plans, strict=True)
    plan = {part: as_data(each) for part, each in parts if ours.encodes or part == "decoder"}
    said = {"plan": json.loads(json.dumps(plan)), "likelihood": config.likelihood}
    files = card.files | {"weights.safetensors": sha256(folder / "weights.safetensors")}
    return Model(replace(card, **said, files=files), folder, bundled=False)


def test_a_strangers_card_puts_no_code_into_what_is_written(tmp_path: Path) -> None:
    source = find("mnist-c-8d")
    data = replace(source.card.data, title=HOSTILE, source=HOSTILE, licence=HOSTILE)
    latent = replace(source.card.latent, given=[Given(HOSTILE, [HOSTILE, *source.card.latent.given[0].choices[1:]])])
    metrics = source.card.metrics | {"conditions": HOSTILE}
    hostile = replace(source, card=replace(source.card, data=data, latent=latent, metrics=metrics))
    for form in ("torch", "hub", "onnx"):
        folder = export(hostile, form, tmp_path / form).path
        if form != "onnx":
            tree = ast.parse((folder / "model.py").read_text())
            assert "os" not in {node.names[0].name for node in ast.walk(tree) if isinstance(node, ast.Import)}
            assert fresh(folder / "model.py").load()
        lines = (folder / "README.md").read_text().splitlines()
        assert not [line for line in lines if line.startswith(("os.", "import os", "<script"))]
        assert len(ast.parse(block(folder / "README.md", "python")).body) == (4 if form == "torch" else 6)


@pytest.mark.parametrize(
    ("place", "layer", "words"),
    [
        (0, {"layer": "Linear", "inputs": "__import__('os').abort()", "outputs": 4, "turn": 0}, "is not one of ours"),
        (1, {"layer": "Act", "name": "relu();os.abort()"}, "is unknown here"),
        (1, {"layer": "Loop"}, "is unknown here"),
        (0, {"layer": "Linear", "inputs": 2, "outputs": 3, "turn": 0}, "does not fit the layers on the card"),
    ],
    ids=["code for a number", "code for a name", "unknown", "other sizes"],
)
def test_layers_that_are_none_of_ours_are_refused(place: int, layer: dict, words: str, tmp_path: Path) -> None:
    source = find("beats-8d")
    decoder = list(source.card.plan["decoder"])
    decoder[place] = layer
    plan = source.card.plan | {"decoder": decoder}
    with pytest.raises(InputError, match=words):
        export(replace(source, card=replace(source.card, plan=plan)), "torch", tmp_path / "out")
    assert listing(tmp_path) == []


def test_a_card_without_layers_says_which_format_does(tmp_path: Path) -> None:
    write_tiny_kind(tmp_path / "plain")
    with pytest.raises(InputError, match="does not say which layers its networks have"):
        export(find(str(tmp_path / "plain")), "torch", tmp_path / "out")
    assert export(find(str(tmp_path / "plain")), "onnx", tmp_path / "out").path.is_dir()
    hub = export(find(str(tmp_path / "plain")), "hub", tmp_path / "hub").path
    assert not (hub / "model.py").exists()
    assert "PyTorch" not in (hub / "README.md").read_text()


@pytest.mark.parametrize("folder", sorted(BUNDLED_MODELS.iterdir()), ids=lambda folder: folder.name)
def test_the_layers_of_every_bundled_model_are_known(folder: Path) -> None:
    card = read_card(folder)
    if not FAMILIES[card.family].plain:
        with pytest.raises(InputError, match="more than layers"):
            plans_of(card)
        return
    encoder, decoder = plans_of(card)
    assert decoder and bool(encoder) == ("encode" in card.can)
    if card.plan:
        plans = {"encoder": encoder, "decoder": decoder}
        assert json.loads(json.dumps({part: as_data(plan) for part, plan in plans.items() if plan})) == card.plan


# There and back


@pytest.mark.parametrize("form", ["zip", "hub"])
@pytest.mark.parametrize("name", BUNDLED)
def test_what_goes_out_comes_back_with_the_same_pictures(
    name: str, form: str, exported: Callable[[str, str], Path]
) -> None:
    back = unpack(exported(name, form), "again")
    assert isinstance(back, Model)
    before, after = open_explorer(name), Explorer(back)
    z, given = codes_of(before)
    assert np.array_equal(before.decode(z, given), after.decode(z, given))
    assert replace(back.card, name=name) == before.card


# What is refused


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_overwritten_and_nothing_half_written(form: str, tmp_path: Path) -> None:
    source = find("mnist-2d")
    (tmp_path / "taken").write_text("years of work")
    with pytest.raises(InputError, match="exists already; choose another --out"):
        export(source, form, tmp_path / "taken")
    with pytest.raises(InputError, match="a file is in the way"):
        export(source, form, tmp_path / "taken" / "below")
    with full_disk(2000), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        export(source, form, tmp_path / "new" / "out")
    assert listing(tmp_path) == ["taken"]
    assert (tmp_path / "taken").read_text() == "years of work"


@pytest.mark.parametrize("form", FOLDERS)
def test_a_folder_is_not_called_like_a_file(form: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"--format {form} writes a folder"):
        export(find("mnist-2d"), form, tmp_path / "model.zip")


def test_an_unknown_format_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Unknown format 'pickle'; choose one of: "):
        export(find("mnist-2d"), "pickle", tmp_path / "out")


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "zip"])
def test_a_run_that_is_no_model_yet_goes_out_as_a_zip_alone(form: str, tmp_path: Path, home: Path) -> None:
    run = home / "models" / "half"
    run.mkdir(parents=True)
    shutil.copyfile(BUNDLED_MODELS / "mnist-2d" / "config.json", run / "config.json")
    (half,) = [each for each in runs.list_runs() if each.name == "half"]
    with pytest.raises(InputError, match="only --format zip"):
        export(half, form, tmp_path / "out")
    path = export(half, "zip", tmp_path / "half.zip").path
    assert "--resume half" in zipfile.ZipFile(path).read("half/README.md").decode()


def test_the_command_writes_beside_and_prints_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for form in FOLDERS:
        assert main(["export", "mnist-2d", "--format", form]) == 0
        assert capsys.readouterr().out.strip() == f"mnist-2d-{form}"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"mnist-2d-{form}" for form in FOLDERS)
    assert main(["export", "mnist-2d", "--push", "ada/digits"]) == 2
    assert "--push sends the folder of --format hub" in capsys.readouterr().err
