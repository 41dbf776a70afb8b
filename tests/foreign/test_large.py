"""Weights that are too many for the graphs themselves: they are kept beside them, and draw what they drew."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from tests.foreign import strangers
from vae.__main__ import main
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.explore.strange_graphs import elsewhere, read_graph
from vae.foreign import keeping
from vae.foreign.foreign import take
from vae.foreign.graphs import reading, wrapping
from vae.library.shelf import find


@pytest.fixture(scope="module", autouse=True)
def home(own_home: Path) -> Path:
    return own_home


def test_weights_above_the_limit_lie_beside_the_graphs_and_draw_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """With both limits lowered to a kilobyte: the two graphs read one safetensors file in place."""
    monkeypatch.setattr(keeping, "MAX_GRAPH_BYTES", 2048)
    monkeypatch.setattr(wrapping, "LEAST_APART", 1024)
    pair = (strangers.encoder().SerializeToString(), strangers.decoder().SerializeToString())
    model = take(*pair, strangers.digits(), name="heavy")
    names = {path.name for path in model.folder.iterdir()}
    assert {"encoder.onnx", "decoder.onnx", keeping.WEIGHTS} <= names
    assert set(model.card.files) >= {keeping.WEIGHTS}
    for half in ("encoder", "decoder"):
        assert elsewhere(read_graph(model.folder / f"{half}.onnx"))
    z = np.random.default_rng(0).standard_normal((8, strangers.DIMS)).astype(np.float32)
    made = Explorer(find("heavy")).decode(z)
    assert np.abs(made.astype(int) - strangers.stranger().expected(z)).max() <= 1
    assert main(["evaluate", "heavy", "--dataset", "digits"]) == 0  # another process than the one that wrote it


def test_what_went_out_with_its_weights_beside_it_comes_in_again(tmp_path: Path) -> None:
    packed = tmp_path / "heavy.zip"
    assert main(["export", "heavy", "--format", "zip", "--out", str(packed)]) == 0
    assert main(["import", str(packed), "--name", "heavy-again"]) == 0
    z = np.random.default_rng(1).standard_normal((4, strangers.DIMS)).astype(np.float32)
    np.testing.assert_array_equal(Explorer(find("heavy-again")).decode(z), Explorer(find("heavy")).decode(z))


def test_a_gibibyte_beside_a_graph_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """The file is a hole: it takes no room on the disk, and its reading would take it in memory."""
    graph = strangers.decoder()
    tensor = numpy_helper.from_array(np.zeros((1, 1), np.float32), "heavy")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="heavy.bin")
    graph.graph.initializer.append(tensor)
    graph.graph.node.append(helper.make_node("Identity", ["heavy"], ["unused"]))
    (tmp_path / "decoder.onnx").write_bytes(graph.SerializeToString())
    with (tmp_path / "heavy.bin").open("wb") as file:
        file.truncate(reading.MAX_BYTES + 1)
    with pytest.raises(InputError, match=r"larger than 1,024 MiB, too much to explore live"):
        take(None, tmp_path / "decoder.onnx", name="huge")
