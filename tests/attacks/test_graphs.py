"""Strangers' graphs: those that read files, never end, or want more memory than there is."""

import resource
import shutil
import subprocess
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.models import trained_folder
from tests.running import ROOT
from tests.tiny_model import expected_decode, write_tiny_model
from tests.tiny_moments import expected_at, write_tiny_moments
from vae.errors import InputError
from vae.exchange.unpack import unpack
from vae.explore import running_graphs
from vae.explore.explorer import open_explorer
from vae.explore.running_graphs import Graph, weights_beside
from vae.explore.strange_graphs import OPERATORS
from vae.files import sha256
from vae.library.cards import write_card
from vae.runs.moments import open_moment
from web.opened import explorers, graphs, maps
from web.opened.graphs import opened_graph
from web.opened.maps import opened_map

PIXELS, DIMS = 28 * 28, 2
SECRET = np.linspace(0, 1, DIMS * PIXELS, dtype=np.float32)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test alone; the working folder, where a server has its secrets, holds one."""
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "secret").write_bytes(SECRET.tobytes())
    monkeypatch.chdir(tmp_path / "server")
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


# --- building


def value(name: str, shape: list | None, kind: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def node(operator: str, inputs: str, output: str, **attributes: object) -> onnx.NodeProto:
    return helper.make_node(operator, inputs.split(), [output], **attributes)


def held(**arrays: np.ndarray) -> list[onnx.TensorProto]:
    return [numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()]


def planted(name: str = "planted", location: str = "secret") -> onnx.TensorProto:
    """Return a tensor whose data lie in a file of the server's machine."""
    tensor = TensorProto(name=name, dims=[DIMS, PIXELS], data_type=TensorProto.FLOAT, data_location=1)
    tensor.external_data.add(key="location", value=location)
    return tensor


def decoder(nodes: list, tensors: list = (), functions: list = (), **extra: list) -> onnx.ModelProto:
    """Make a decoder of `z` whose nodes give `rows` [n, 784]."""
    nodes = [*nodes, node("Reshape", "rows image_shape", "expected")]
    tensors = [*tensors, *held(image_shape=np.array([-1, 1, 28, 28]))]
    graph = helper.make_graph(
        nodes, "strange", [value("z", ["n", DIMS])], [value("expected", ["n", 1, 28, 28])], tensors, **extra
    )
    imports = [helper.make_opsetid("", 18), *([helper.make_opsetid("own", 1)] if functions else [])]
    return helper.make_model(graph, opset_imports=imports, ir_version=9, functions=list(functions))


def with_decoder(folder: Path, graph: onnx.ModelProto) -> Path:
    """Write a model whose decoder is `graph`, with the right checksum."""
    card = write_tiny_model(folder, DIMS)
    (folder / "decoder.onnx").write_bytes(graph.SerializeToString())
    write_card(replace(card, files=card.files | {"decoder.onnx": sha256(folder / "decoder.onnx")}), folder)
    return folder


def run_with_decoder(folder: Path, graph: onnx.ModelProto) -> Path:
    """Write a run's moments whose decoder is `graph`; a moment brings the weights that a graph may ask for."""
    write_tiny_moments(folder, DIMS)
    (folder / "snapshots/decoder.onnx").write_bytes(graph.SerializeToString())
    return folder


# --- A1: files of the server's machine


def in_a_constant() -> onnx.ModelProto:
    return decoder([node("Constant", "", "w", value=planted()), node("MatMul", "z w", "rows")])


def in_a_branch() -> onnx.ModelProto:
    branch = helper.make_graph([node("Identity", "inside", "chosen")], "b", [], [value("chosen", None)], [])
    branch.initializer.append(planted("inside"))
    choice = node("If", "yes", "w", then_branch=branch, else_branch=branch)
    return decoder([choice, node("MatMul", "z w", "rows")], held(yes=np.array(True)))


def in_a_function() -> onnx.ModelProto:
    own = helper.make_function(
        "own", "Read", [], ["w"], [node("Constant", "", "w", value=planted())], [helper.make_opsetid("", 18)]
    )
    return decoder([helper.make_node("Read", [], ["w"], domain="own"), node("MatMul", "z w", "rows")], functions=[own])


def in_a_sparse_tensor() -> onnx.ModelProto:
    sparse = onnx.SparseTensorProto(dims=[DIMS, PIXELS])
    sparse.values.CopyFrom(planted("w"))
    sparse.values.dims[:] = [DIMS * PIXELS]
    sparse.indices.CopyFrom(numpy_helper.from_array(np.arange(DIMS * PIXELS), "i"))
    return decoder([node("MatMul", "z w", "rows")], sparse_initializer=[sparse])


def in_a_sparse_constant() -> onnx.ModelProto:
    sparse = in_a_sparse_tensor().graph.sparse_initializer[0]
    return decoder([node("Constant", "", "w", sparse_value=sparse), node("MatMul", "z w", "rows")])


def in_an_initializer() -> onnx.ModelProto:
    return decoder([node("MatMul", "z planted", "rows")], [planted()])


PLANTED = {
    made.__name__: made
    for made in (in_a_constant, in_a_branch, in_a_function, in_a_sparse_tensor, in_a_sparse_constant, in_an_initializer)
}


@pytest.mark.parametrize("where", PLANTED)
def test_a_moment_reads_no_file_of_the_servers_machine(own_home: Path, where: str) -> None:
    run_with_decoder(own_home / "models/strange", PLANTED[where]())
    with pytest.raises(InputError, match="not a graph that takes this moment's weights"):
        open_moment("strange", 10)


@pytest.mark.parametrize("where", PLANTED)
def test_a_model_reads_no_file_beside_it_but_its_weights(own_home: Path, where: str) -> None:
    folder = with_decoder(own_home / "models/strange", PLANTED[where]())
    shutil.copy("secret", folder)
    with pytest.raises(InputError, match="not an ONNX graph that can be run"):
        open_explorer(str(folder))


@pytest.mark.parametrize(
    "said",
    [
        {"offset": "-4"},
        {"offset": "4"},
        {"offset": "99999999999999999999"},
        {"length": "4"},
        {"location": "./weights.safetensors"},
        {"location": "/dev/zero"},
        {"location": ""},
    ],
)
def test_weights_lie_within_the_models_own_file(own_home: Path, said: dict[str, str]) -> None:
    graph = in_an_initializer()
    entries = {"location": "weights.safetensors", "offset": "0", "length": str(SECRET.nbytes)}
    folder = with_decoder(own_home / "models/strange", graph)
    (folder / "weights.safetensors").write_bytes(SECRET.tobytes())
    for given, works in ((entries, True), (entries | said, False)):
        external = next(tensor for tensor in graph.graph.initializer if tensor.name == "planted").external_data
        del external[:]
        for key, text in given.items():
            external.add(key=key, value=text)
        with_decoder(folder, graph)
        if works:
            assert open_explorer(str(folder)).expect(np.eye(2)[:1]).ravel() == pytest.approx(SECRET[:PIXELS])
        else:
            with pytest.raises(InputError, match="not an ONNX graph that can be run"):
                open_explorer(str(folder))


def test_a_link_is_not_a_models_weights(own_home: Path) -> None:
    graph = decoder([node("MatMul", "z planted", "rows")], [planted(location="weights.safetensors")])
    folder = with_decoder(own_home / "models/strange", graph)
    (folder / "weights.safetensors").symlink_to(Path("secret").resolve())
    with pytest.raises(InputError, match="not an ONNX graph that can be run"):
        open_explorer(str(folder))


# --- A2, A3: graphs that never end


def loops() -> onnx.ModelProto:
    """Make a decoder that is kind on zeros, and turns 2^60 times on anything else."""
    body = helper.make_graph(
        [node("Identity", "go", "on"), node("Identity", "sum", "same")],
        "turn",
        [value("turn", [], TensorProto.INT64), value("go", [], TensorProto.BOOL), value("sum", None)],
        [value("on", [], TensorProto.BOOL), value("same", None)],
    )
    nodes = [
        node("ReduceL1", "z", "size", keepdims=0),
        node("Greater", "size none", "odd"),
        node("MatMul", "z w", "begun"),
        node("Loop", "turns odd begun", "rows", body=body),
    ]
    turns, w = np.array(2**60), np.zeros((DIMS, PIXELS), np.float32)
    return decoder(nodes, held(turns=turns, none=np.float32(0), w=w))


def test_a_model_that_loops_on_some_codes_is_refused_wherever_it_is_opened(own_home: Path, tmp_path: Path) -> None:
    folder = with_decoder(own_home / "models/loops", loops())
    with pytest.raises(InputError, match="the operator Loop is not run here"):
        explorers.explorer("loops")
    with pytest.raises(InputError, match="the operator Loop is not run here"):
        unpack(Path(shutil.copytree(folder, tmp_path / "again")), "again")


def imported_run(folder: Path) -> Path:
    """Write a run that can be taken in: its settings and its moments, with a probe that they fit."""
    write_tiny_moments(folder, DIMS)
    (folder / "config.json").write_bytes(msgspec.json.encode({"dataset": "mnist", "latent_dims": DIMS}))
    originals = np.zeros((1, 28, 28, 1), np.uint8)
    numbers = np.arange(3)
    np.savez(
        folder / "snapshots/probe.npz",
        originals=originals,
        numbers=numbers,
        labels=numbers,
        noise=np.zeros((1, DIMS), np.float32),
    )
    for index, path in enumerate(sorted((folder / "snapshots").glob("0*.npz"))):
        with np.load(path, allow_pickle=False) as arrays:
            kept = dict(arrays)
        np.savez(path, **kept, reconstructions=originals, samples=originals, index=np.array(index))
    return folder


@pytest.mark.parametrize("weights", [True, False])
def test_a_runs_decoder_is_tried_at_import(tmp_path: Path, weights: bool) -> None:
    folder = imported_run(tmp_path / "run")
    unpack(folder)
    (folder / "snapshots/decoder.onnx").write_bytes(loops().SerializeToString())
    if not weights:
        for path in (folder / "snapshots").glob("*.safetensors"):
            path.unlink()
    with pytest.raises(InputError, match="the operator Loop is not run here"):
        unpack(folder, "strange")
    with pytest.raises(InputError, match="Unknown run"):
        open_moment("strange", 0)


def test_a_moment_that_loops_is_refused(own_home: Path) -> None:
    run_with_decoder(own_home / "models/loops", loops())
    with pytest.raises(InputError, match="the operator Loop is not run here"):
        open_moment("loops", 10)


def heavy() -> onnx.ModelProto:
    """Make a decoder of allowed operators that takes a while: 1,000 products of 4,096 x 4,096 numbers a row."""
    nodes = [node("MatMul", "z into", "x0")]
    nodes += [node("MatMul", f"x{i} square", f"x{i + 1}") for i in range(1000)]
    nodes += [node("MatMul", "x1000 out", "rows")]
    sizes = {"into": (DIMS, 4096), "square": (4096, 4096), "out": (4096, PIXELS)}
    return decoder(nodes, held(**{name: np.zeros(shape, np.float32) for name, shape in sizes.items()}))


def test_a_graph_that_takes_too_long_is_ended_and_not_run_again(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_decoder(own_home / "models/heavy", heavy())
    write_tiny_model(own_home / "models/good", DIMS)
    started = time.monotonic()
    opened, good = open_explorer(str(folder)), explorers.explorer("good")
    with monkeypatch.context() as hurried:  # where much else runs, the good one may take a millisecond too
        hurried.setattr(running_graphs, "SECONDS", 0.001)
        with pytest.raises(InputError, match=r"decoder.onnx took longer than 0.001 s"):
            opened.decode(np.ones((1, DIMS)))
    for again in (lambda: opened.decode(np.ones((1, DIMS))), lambda: explorers.explorer("heavy")):
        with pytest.raises(InputError, match="it is not run again; replace it, or delete the model"):
            again()
    assert time.monotonic() - started < 10  # its one matrix is not put in order for each of 1,000 products
    z = np.ones((1, DIMS), np.float32)
    assert (good.decode(z) == expected_decode(z)).all()
    write_tiny_model(folder, DIMS)
    assert (explorers.explorer("heavy").decode(z) == expected_decode(z)).all()


# --- A4: graphs that want more memory, or more time, than there is


def grows(operator: str, tensors: dict[str, np.ndarray], **attributes: object) -> onnx.ModelProto:
    """Make a decoder that is small but for what one operator makes in its middle."""
    small = [node(operator, f"start {' '.join(tensors)}", "large", **attributes)]
    small += [node("ReduceMax", "large", "top", keepdims=0), node("MatMul", "z w", "plain")]
    w = np.zeros((DIMS, PIXELS), np.float32)
    first = [] if "start" in tensors else held(start=np.ones((1, 1, 2, 2), np.float32))
    return decoder([*small, node("Add", "plain top", "rows")], [*held(w=w, **tensors), *first])


def by_constant() -> onnx.ModelProto:
    made = grows("Identity", {})
    made.graph.node.remove(made.graph.node[0])
    made.graph.node.insert(0, node("ConstantOfShape", "size", "large"))
    made.graph.initializer.extend(held(size=np.array([1_500_000_000])))
    return made


def by_product() -> onnx.ModelProto:
    """One row becomes 60,000 x 60,000 numbers."""
    tall = np.zeros((60_000, 1), np.float32)
    nodes = [node("ReduceMax", "z", "one", keepdims=0), node("Mul", "tall one", "a"), node("MatMul", "a wide", "large")]
    nodes += [node("ReduceMax", "large", "top", keepdims=0), node("MatMul", "z w", "plain")]
    w = np.zeros((DIMS, PIXELS), np.float32)
    return decoder([*nodes, node("Add", "plain top", "rows")], held(tall=tall, wide=tall.T.copy(), w=w))


def by_columns() -> onnx.ModelProto:
    """A transposed convolution lays out 4 GB of columns for an output of one number."""
    nodes = [
        node("ConvTranspose", "map kernel", "large", pads=[1015, 1015, 1015, 1015]),
        node("ReduceMax", "large", "top", keepdims=0),
        node("MatMul", "z w", "plain"),
        node("Add", "plain top", "rows"),
    ]
    shapes = {"map": (1, 1, 32, 32), "kernel": (1, 1, 2000, 2000), "w": (DIMS, PIXELS)}
    return decoder(nodes, held(**{name: np.zeros(shape, np.float32) for name, shape in shapes.items()}))


def by_many_constants() -> onnx.ModelProto:
    nodes = []
    for i in range(100):
        nodes += [node("ConstantOfShape", "size", f"c{i}"), node("ReduceMax", f"c{i}", f"m{i}", keepdims=0)]
    nodes += [node("Max", " ".join(f"m{i}" for i in range(100)), "top"), node("MatMul", "z w", "plain")]
    tensors = held(size=np.array([16 << 20]), w=np.zeros((DIMS, PIXELS), np.float32))
    return decoder([*nodes, node("Add", "plain top", "rows")], tensors)


def by_claims() -> onnx.ModelProto:
    """A shape that only the codes decide, and the claim that it is small."""
    nodes = [
        node("ReduceSum", "z", "sum"),
        node("Cast", "sum", "whole", to=TensorProto.INT64),
        node("Reshape", "whole one", "size"),
        node("Expand", "zero size", "large"),
        node("ReduceMax", "large", "top", keepdims=0),
        node("MatMul", "z w", "plain"),
        node("Add", "plain top", "rows"),
    ]
    tensors = held(one=np.array([1]), zero=np.zeros(1, np.float32), w=np.zeros((DIMS, PIXELS), np.float32))
    return decoder(nodes, tensors, value_info=[value("large", [1])])


def by_axes() -> onnx.ModelProto:
    """A shape of more than a thousand million numbers, of which whoever infers shapes makes as many."""
    made = by_constant()
    made.graph.node.insert(1, node("Unsqueeze", "one large", "never"))
    made.graph.initializer.extend(held(one=np.float32(1)))
    return made


LARGE: dict[str, Callable[[], onnx.ModelProto]] = {
    "constant": by_constant,
    "expand": lambda: grows("Expand", {"shape": np.array([40_000, 40_000, 2, 2])}),
    "tile": lambda: grows("Tile", {"times": np.array([1, 1, 20_000, 20_000])}),
    "pad": lambda: grows("Pad", {"pads": np.array([0, 0, 0, 0, 0, 0, 40_000, 40_000])}),
    "resize": lambda: grows("Resize", {"roi": np.float32([]), "scales": np.float32([1, 1, 20_000, 20_000])}),
    "product": by_product,
    "columns": by_columns,
    "many constants": by_many_constants,
    "claims": by_claims,
    "axes": by_axes,
}


@pytest.mark.parametrize("way", LARGE)
def test_a_small_file_makes_no_gigabytes(own_home: Path, way: str) -> None:
    folder = with_decoder(own_home / "models/large", LARGE[way]())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputError, match=r"too much|constants take|cannot be told beforehand|do not fit it"):
        open_explorer(str(folder))
    run_with_decoder(own_home / "models/run", LARGE[way]())
    with pytest.raises(InputError, match=r"too much|constants take|cannot be told beforehand|do not fit it"):
        open_moment("run", 10)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10  # KiB


def test_a_graph_that_takes_more_for_each_further_row_is_refused(own_home: Path) -> None:
    """Rows times rows times 784 of 1,024 rows are 3 GB, and 3 KB of a single one."""
    nodes = [
        node("Transpose", "z", "turned"),
        node("MatMul", "z turned", "pairs"),
        node("Unsqueeze", "pairs last", "each"),
        node("Mul", "each many", "large"),
        node("ReduceMax", "large", "top", keepdims=0),
        node("MatMul", "z w", "plain"),
        node("Add", "plain top", "rows"),
    ]
    tensors = held(last=np.array([2]), many=np.ones(784, np.float32), w=np.zeros((DIMS, PIXELS), np.float32))
    folder = with_decoder(own_home / "models/pairs", decoder(nodes, tensors))
    with pytest.raises(InputError, match="each must stand by itself"):
        open_explorer(str(folder))


def test_no_operator_that_runs_here_loops_draws_or_asks_anything() -> None:
    assert not OPERATORS & {"If", "Loop", "Scan", "SequenceMap", "RandomNormal", "RandomUniform", "Multinomial"}
    assert not OPERATORS & {"RandomNormalLike", "RandomUniformLike", "Bernoulli", "StringNormalizer", "ImageDecoder"}


def test_many_rows_are_run_lot_after_lot(own_home: Path, tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "tiny", DIMS)
    z = np.random.default_rng(0).standard_normal((1000, DIMS)).astype(np.float32)
    graph = Graph(tmp_path / "tiny/decoder.onnx", {"z": (DIMS,)}, weights_beside(tmp_path / "tiny"))
    whole = graph.run(z)[0]
    graph.rows = 64
    np.testing.assert_array_equal(graph.run(z)[0], whole)
    assert len(graph.run(z[:0])[0]) == 0


# --- A12: weights that change under a model


def test_weights_that_are_cut_short_in_place_do_not_end_the_server(tmp_path: Path) -> None:
    folder = tmp_path / "trained"
    shutil.copytree(trained_folder(), folder)
    code = f"""
import numpy, os
from vae.explore.explorer import open_explorer
opened = open_explorer({str(folder)!r})
z = numpy.ones((1, opened.card.latent.dims))
before = opened.expect(z)
os.truncate({str(folder / "weights.safetensors")!r}, 10)
assert (opened.expect(z) == before).all()
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_weights_that_are_overwritten_in_place_are_noticed(own_home: Path) -> None:
    folder = own_home / "models/changed"
    shutil.copytree(trained_folder(), folder)
    explorers.explorer("changed")
    raw = bytearray((folder / "weights.safetensors").read_bytes())
    raw[-4:] = b"\0\0\0\0"
    (folder / "weights.safetensors").write_bytes(raw)
    with pytest.raises(InputError, match=r"weights\.safetensors is damaged"):
        explorers.explorer("changed")


# --- A14: small files that are large when opened


def test_opened_models_are_bounded_in_bytes(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorers._opened, "_kept", OrderedDict())
    names = ["one", "two", "three", "four"]
    for name in names:
        write_tiny_model(own_home / "models" / name, 16)
    monkeypatch.setattr(explorers, "KEPT_BYTES", 2 * explorers.explorer("one").bytes + 1)
    for name in names:
        explorers.explorer(name)
    assert [name for _, name in explorers._opened] == ["three", "four"]
    monkeypatch.setattr(explorers, "KEPT_BYTES", 1)
    explorers.explorer("one")
    assert [name for _, name in explorers._opened] == ["one"]


def test_opened_maps_and_neighbour_graphs_are_bounded_in_bytes(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["one", "two", "three"]
    for name in names:
        write_tiny_model(own_home / "models" / name, DIMS, codes=100)
    for cache, opens in ((maps, lambda name: opened_map(name, "pca")), (graphs, opened_graph)):
        monkeypatch.setattr(cache._opened, "_kept", OrderedDict())
        opens("one")
        monkeypatch.setattr(cache, "KEPT_BYTES", 2 * cache._opened.bytes + 1)
        for name in names:
            opens(name)
        assert [key[1] for key in cache._opened] == ["two", "three"]


# --- what still works


def test_plain_strange_graphs_are_served(own_home: Path) -> None:
    """Of other exporters: a shape that is computed from the number of rows, constants as nodes, an input of weights."""
    nodes = [
        node("Shape", "z", "shape"),
        node("Gather", "shape first", "n"),
        node("Unsqueeze", "n axis", "rows_of_it"),
        node("Constant", "", "rest", value=held(rest=np.array([PIXELS]))[0]),
        node("Concat", "rows_of_it rest", "as", axis=0),
        node("MatMul", "z w", "flat"),
        node("Reshape", "flat as", "rows"),
    ]
    w = np.random.default_rng(0).random((DIMS, PIXELS)).astype(np.float32)
    graph = decoder(nodes, held(first=np.array(0), axis=np.array([0]), w=w))
    graph.graph.input.append(value("w", [DIMS, PIXELS]))
    opened = open_explorer(str(with_decoder(own_home / "models/plain", graph)))
    z = np.random.default_rng(1).standard_normal((300, DIMS)).astype(np.float32)
    np.testing.assert_allclose(opened.expect(z).reshape(300, -1), z @ w, rtol=1e-5, atol=1e-5)


def test_a_moments_decoder_still_decodes(own_home: Path) -> None:
    write_tiny_moments(own_home / "models/run", DIMS)
    xy = np.float32([[0, 0], [1, -1]])
    np.testing.assert_array_equal(open_moment("run", 10).decode(xy), expected_at(10, DIMS, xy))
