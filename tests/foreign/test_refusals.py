"""What cannot be taken in is refused in one sentence that says what to do, and nothing is left behind."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tests.foreign.strangers import DIMS, PIXELS, Graph, decoder, digits, encoder, write
from tests.models import full_disk, listing
from vae.__main__ import main
from vae.data import load
from vae.errors import InputError
from vae.foreign.findings import Said
from vae.foreign.foreign import look, take
from vae.foreign.graphs import reading


@pytest.fixture(scope="module", autouse=True)
def home(own_home: Path) -> Path:
    load("digits")  # of this library, whichever `digits()` has kept from another
    return own_home


Change = Callable[[onnx.ModelProto], None]


def changed(model: onnx.ModelProto, change: Change) -> onnx.ModelProto:
    change(model)
    return model


def opset(version: int) -> Change:
    def change(model: onnx.ModelProto) -> None:
        model.opset_import[0].version = version

    return change


def looping(model: onnx.ModelProto) -> None:
    """Put a loop before the output: one that never ends would be one."""
    node = model.graph.node[-1]
    body = helper.make_graph([], "body", [], [])
    node.CopyFrom(helper.make_node("Loop", ["", "", node.input[0]], list(node.output), body=body))


def of_another_domain(model: onnx.ModelProto) -> None:
    model.graph.node[-1].domain = "com.example"
    model.opset_import.append(helper.make_opsetid("com.example", 1))


def two_inputs(model: onnx.ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("label", TensorProto.FLOAT, ["n", 10]))


def mean_of_all(rows: int | str = "n") -> onnx.ModelProto:
    """Write an encoder down whose rows depend on each other, as batch normalisation in training does."""
    graph = Graph()
    flat = graph.add("Reshape", "picture_in", graph.constant([-1, PIXELS], np.int64))
    centred = graph.add("Sub", flat, graph.add("ReduceMean", flat, graph.constant([0], np.int64)))
    w = np.random.default_rng(0).standard_normal((PIXELS, DIMS))
    graph.add("MatMul", centred, graph.constant(w), name="code")
    return graph.model({"picture_in": [rows, 1, 8, 8]}, {"code": [rows, DIMS]})


def not_finite(model: onnx.ModelProto) -> None:
    for tensor in model.graph.initializer:
        if tensor.dims == [DIMS, PIXELS]:
            tensor.CopyFrom(onnx.numpy_helper.from_array(np.full((DIMS, PIXELS), np.nan, np.float32), tensor.name))


def of_three(layout: str = "NCHW") -> onnx.ModelProto:
    """Write a decoder down that takes codes of three numbers."""
    graph = Graph()
    made = graph.add("MatMul", "z", graph.constant(np.ones((3, PIXELS))))
    graph.add("Reshape", made, graph.constant([-1, 1, 8, 8], np.int64), name="x")
    return graph.model({"z": ["n", 3]}, {"x": ["n", 1, 8, 8]})


def of_seven() -> onnx.ModelProto:
    """Write a decoder down whose pictures are 7 x 7."""
    graph = Graph()
    made = graph.add("MatMul", "z", graph.constant(np.ones((DIMS, 49))))
    graph.add("Reshape", made, graph.constant([-1, 1, 7, 7], np.int64), name="x")
    return graph.model({"z": ["n", DIMS]}, {"x": ["n", 1, 7, 7]})


PAIRS: dict[str, tuple[Callable[[], onnx.ModelProto], Callable[[], onnx.ModelProto], str]] = {
    "codes of two sizes": (
        encoder,
        of_three,
        r"gives 4 numbers, but .* takes codes of 3; give two halves of one model",
    ),
    "pictures of another size": (encoder, of_seven, r"gives \[n, 1, 7, 7\], which is no layout of an image of digits"),
    "swapped": (decoder, encoder, r"look swapped; give them the other way round"),
    "the same twice": (decoder, decoder, r"are the same graph"),
    "an opset too new": (encoder, lambda: changed(decoder(), opset(99)), r"opset 99, newer than .* opset_version="),
    "an opset too old": (encoder, lambda: changed(decoder(), opset(6)), r"opset 6; export it again"),
    "a loop": (encoder, lambda: changed(decoder(), looping), r"operators that are not run here \(Loop\)"),
    "a stranger's operator": (encoder, lambda: changed(decoder(), of_another_domain), r"\(com\.example\.Reshape\)"),
    "two inputs": (lambda: changed(encoder(), two_inputs), decoder, r"has 2 inputs \(picture_in, label\)"),
    "rows that lean on each other": (
        mean_of_all,
        decoder,
        r"rows of e\.onnx do not stand alone .*Dim\('n'\).*\.eval\(\)",
    ),
    "made for two rows": (lambda: encoder(rows=2), decoder, r"made for 2 rows at a time .*Dim\('n'\)"),
    "not a number": (encoder, lambda: changed(decoder(), not_finite), r"not finite \(NaN or infinity\)"),
}


@pytest.mark.parametrize("case", PAIRS)
def test_graphs_that_cannot_be_taken_in_are_refused_in_a_sentence(
    case: str, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, sentence = PAIRS[case]
    paths = write(first(), tmp_path / "e.onnx"), write(second(), tmp_path / "d.onnx")
    words = ["import", "--encoder", str(paths[0]), "--decoder", str(paths[1]), "--dataset", "digits", "--name", "odd"]
    before = listing(home)
    assert main(words) == 2
    said = capsys.readouterr().err
    assert re.search(sentence, said), said
    assert said.startswith("error: ") and said.count("\n") == 1 and "Traceback" not in said
    assert listing(home) == before


@pytest.mark.parametrize("name", ["m.pt", "m.pth", "m.pkl", "m.ckpt", "m.bin", "M.PT"])
def test_a_pickle_is_not_opened_and_it_is_said_why(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04never read")
    with pytest.raises(InputError, match=r"is not opened: .* Python pickle.* vae\.save\(") as refused:
        look(None, tmp_path / name)
    assert "torch.onnx.export" in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"\x80\x04\x95pickle", "is a Python pickle"),
        (b"PK\x03\x04a zip", "as torch.save writes it around a pickle"),
        (b"\x89HDF\r\n\x1a\nweights", "is an HDF5 file"),
        (b"no graph at all" * 9, "is no ONNX graph"),
        (b"", "is no ONNX graph"),
    ],
)
def test_other_bytes_are_refused_whatever_their_name(raw: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(raw)
    for source in (raw, tmp_path / "model.onnx"):
        with pytest.raises(InputError, match=sentence):
            look(None, source)


def external(folder: Path, location: str = "d.onnx.data") -> Path:
    """Write a decoder whose weights lie in another file, and let it name `location` as that."""
    path = folder / "d.onnx"
    onnx.save(decoder(), path, save_as_external_data=True, location="d.onnx.data", size_threshold=64)
    model = onnx.load(path, load_external_data=False)
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = location
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize("location", ["../secret", "/etc/hostname", "sub/d.onnx.data", "..", ".", "", "a\\b", "link"])
def test_weights_elsewhere_than_beside_the_graph_are_not_read(location: str, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(bytes(1 << 16))
    (folder / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match="keeps its weights in"):
        look(None, external(folder, location), digits())


def test_a_missing_file_of_weights_is_named(tmp_path: Path) -> None:
    path = external(tmp_path)
    (tmp_path / "d.onnx.data").rename(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=r"'d\.onnx\.data', which is not beside it; copy that file there"):
        look(None, path, digits())
    with pytest.raises(InputError, match="keeps its weights in another file"):
        look(None, path.read_bytes(), digits())


def test_a_file_of_weights_that_was_cut_short_is_named(tmp_path: Path) -> None:
    path = external(tmp_path)
    (tmp_path / "d.onnx.data").write_bytes((tmp_path / "d.onnx.data").read_bytes()[:100])
    with pytest.raises(InputError, match="do not belong together"):
        look(None, path, digits())


def test_what_is_too_large_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 1000)
    with pytest.raises(InputError, match=r"larger than .* too much to explore live"):
        look(None, write(decoder(), tmp_path / "d.onnx"), digits())
    path = external(tmp_path)
    monkeypatch.setattr(reading, "MAX_BYTES", path.stat().st_size + 100)
    with pytest.raises(InputError, match=r"and its weights are larger than .* too much to explore live"):
        look(None, path, digits())


def test_functions_that_grow_without_end_are_counted_first() -> None:
    """Twenty functions, each of which calls the next twice, would be a million operators."""
    model = decoder()
    model.opset_import.append(helper.make_opsetid("own", 1))
    for number in range(20):
        calls = [helper.make_node(f"f{number + 1}", ["x"], ["y"], domain="own") for _ in range(2)]
        body = calls if number < 19 else [helper.make_node("Identity", ["x"], ["y"])]
        model.functions.append(helper.make_function("own", f"f{number}", ["x"], ["y"], body, model.opset_import))
    last = model.graph.node[-1]
    model.graph.node.insert(0, helper.make_node("f0", ["latent_in"], ["called"], domain="own"))
    assert last.op_type == "Reshape"
    with pytest.raises(InputError, match="at most 5,000 are run"):
        look(None, model.SerializeToString(), digits())


def test_functions_of_a_graph_are_put_in_their_place() -> None:
    """As the exporters of onnxscript and older torch leave them."""
    model = decoder()
    model.opset_import.append(helper.make_opsetid("own", 1))
    last = model.graph.node[-1]
    body = [helper.make_node("Reshape", ["a", "b"], ["c"])]
    model.functions.append(
        helper.make_function("own", "shaped", ["a", "b"], ["c"], body, [helper.make_opsetid("", 18)])
    )
    last.op_type, last.domain = "shaped", "own"
    found = look(None, model.SerializeToString(), digits())
    assert found.dims == DIMS and len(found.pictures) > 0


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"layout": "CHWN"}, "Unknown layout 'CHWN'"),
        ({"likelihood": "poisson"}, "Unknown likelihood"),
        ({"range": (1.0, 0.0)}, "A range goes from a lower to a higher number"),
        ({"range": (0.0, float("nan"))}, "A range goes from a lower to a higher number"),
    ],
)
def test_what_cannot_be_said_is_refused(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Said(**said)


def test_a_layout_that_the_graph_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="which is NCHW and not NHWC"):
        look(encoder().SerializeToString(), decoder().SerializeToString(), digits(), Said(layout="NHWC"))


def test_neither_a_file_of_ours_nor_graphs_is_no_import(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import"]) == 2
    assert main(["import", "some.zip", "--decoder", "d.onnx"]) == 2
    assert capsys.readouterr().err.count("Give a zip file or folder of ours, or --decoder") == 2


def test_logits_without_data_are_asked_for(tmp_path: Path) -> None:
    """A decoder that goes far beyond every range says nothing by itself of what it gives."""
    graph = Graph()
    made = graph.add("MatMul", "z", graph.constant(20 * np.random.default_rng(0).standard_normal((DIMS, PIXELS))))
    graph.add("Reshape", made, graph.constant([-1, 1, 8, 8], np.int64), name="x")
    raw = graph.model({"z": ["n", DIMS]}, {"x": ["n", 1, 8, 8]}).SerializeToString()
    with pytest.raises(InputError, match=r"say with --logits .* or with --range LOW HIGH"):
        look(None, raw)
    assert look(None, raw, said=Said(logits=True)).decoding.scale.logits


def test_a_name_that_is_taken_is_refused_before_anything_is_read(home: Path) -> None:
    with pytest.raises(InputError, match="has a model 'mnist-2d' already"):
        take(None, Path("not-there.onnx"), name="mnist-2d")


def test_a_full_disk_leaves_nothing_behind(home: Path) -> None:
    sources = encoder().SerializeToString(), decoder().SerializeToString()
    before = listing(home)
    with full_disk(1000), pytest.raises(InputError, match=r"Cannot write|cannot be written|too large"):
        take(*sources, digits(), name="full")
    assert listing(home) == before


def test_a_library_that_cannot_be_written_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file lies where the library would, which nobody may write into, whoever runs the tests."""
    monkeypatch.setenv("LATENT_HOME", str(write(decoder(), tmp_path / "d.onnx")))
    with pytest.raises(InputError, match=r"Cannot write .*choose another folder with --out or LATENT_HOME"):
        take(None, tmp_path / "d.onnx", name="nowhere")
    assert listing(tmp_path) == ["d.onnx"]


def test_looking_imports_no_torch_and_the_help_no_onnx() -> None:
    code = (
        "import sys; from vae.foreign.foreign import take; assert 'torch' not in sys.modules; "
        "assert 'onnx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
