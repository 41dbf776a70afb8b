"""Moments of a run, small enough to check by hand: the tiny model's decoder, with other weights at each step.

Told one of so many classes, it adds a picture of the class to what the code makes.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

from tests.tiny_model import weights

SHAPE = (1, 28, 28)


def weights_at(step: int, dims: int, told: int = 0, shape: tuple[int, int, int] = SHAPE) -> np.ndarray:
    """Return W of this step, float32 [dims + told, C*H*W]: numbers that half precision holds exactly."""
    rows = [weights(dims, shape)] + ([weights(told, shape)] if told else [])
    return np.concatenate(rows) * np.float32(2.0 ** -(step % 5))


def plane_at(step: int, dims: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the centre [dims] and the axes [dims, 2] of this step's map; the latent plane itself where it is one."""
    if dims == 2:
        return np.zeros(2, np.float32), np.eye(2, dtype=np.float32)
    rng = np.random.default_rng(step)
    return tuple(rng.integers(-4, 5, shape).astype(np.float32) / 4 for shape in ((dims,), (dims, 2)))


def expected_at(step: int, dims: int, xy: np.ndarray, told: int = 0, given: int = 0) -> np.ndarray:
    """Compute in float64 numpy what is decoded at places [n, 2] of this step's map: uint8 [n, H, W, C].

    given: the class of all places, of a decoder that is told one of `told`.
    """
    centre, axes = plane_at(step, dims)
    w = weights_at(step, dims, told).astype(np.float64)
    z = centre.astype(np.float64) + xy.astype(np.float64) @ axes.T.astype(np.float64)
    x = np.clip(z @ w[:dims] + (w[dims + given] if told else 0) + 0.5, 0, 1)
    return np.floor(x * 255 + 0.5).astype(np.uint8).reshape(-1, *SHAPE).transpose(0, 2, 3, 1)


def write_tiny_moments(
    folder: Path, dims: int = 2, steps: tuple[int, ...] = (0, 10, 20), graph: bool = True, told: int = 0
) -> Path:
    """Write the moments of a run into `folder`; `graph` says whether the decoder has come already.

    told: how many classes the decoder is told one of.
    """
    kept = folder / "snapshots"
    kept.mkdir(parents=True, exist_ok=True)
    for step in steps:
        centre, axes = plane_at(step, dims)
        more = {"told": np.array(told)} if told else {}
        np.savez(kept / f"{step:08d}.npz", points=np.zeros((3, 2), np.float32), centre=centre, axes=axes, **more)
        # One more than the graph takes, as the state of a model with a learnt spread has.
        held = {"decoder.weight": weights_at(step, dims, told), "log_spread": np.zeros(1)}
        save_file({name: w.astype(np.float16) for name, w in held.items()}, kept / f"{step:08d}.safetensors")
    if graph:
        (kept / "decoder.onnx").write_bytes(tiny_decoder(dims, told))
    return folder


def tiny_decoder(dims: int, told: int = 0, shape: tuple[int, int, int] = SHAPE) -> bytes:
    """Return the graph clip([z, given] @ W + 1/2, 0, 1), whose W is elsewhere; given: one-hot, where it is told any."""
    inputs = {"z": dims} | ({"given": told} if told else {})
    nodes = [
        helper.make_node("Concat", list(inputs), ["seen"], axis=1),
        helper.make_node("MatMul", ["seen", "decoder.weight"], ["rows"]),
        helper.make_node("Add", ["rows", "half"], ["shifted"]),
        helper.make_node("Clip", ["shifted", "zero", "one"], ["clipped"]),
        helper.make_node("Reshape", ["clipped", "shape"], ["expected"]),
    ]
    constants = {"half": 0.5, "zero": 0, "one": 1}
    held = [numpy_helper.from_array(np.float32(value), name) for name, value in constants.items()]
    held.append(numpy_helper.from_array(np.array([-1, *shape]), "shape"))
    away = numpy_helper.from_array(weights_at(0, dims, told, shape), "decoder.weight")
    away.ClearField("raw_data")
    away.data_location = TensorProto.EXTERNAL
    away.external_data.add(key="location", value="weights")
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size]) for name, size in inputs.items()],
        [helper.make_tensor_value_info("expected", TensorProto.FLOAT, ["n", *shape])],
        [away, *held],
    )
    made: onnx.ModelProto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return made.SerializeToString()
