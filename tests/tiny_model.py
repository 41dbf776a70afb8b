"""A model small enough to check by hand: linear both ways, with weights that float32 holds exactly.

decoder: clip(z @ W + 1/2, 0, 1); encoder: mean = (x - 1/2) @ W^T / 4, log variance = -2 everywhere.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from vae.families import FAMILIES
from vae.files import sha256
from vae.kinds.kinds import image
from vae.library.belief import normal
from vae.library.cards import PAIR, Axis, Card, DataInfo, Latent, write_card
from vae.library.codes import Codes, write_codes

LOG_VARIANCE = -2.0


def weights(dims: int, image_shape: tuple[int, int, int] = (1, 28, 28)) -> np.ndarray:
    """Return W, float32 [dims, C*H*W]: multiples of 1/64 in [-1/2, 1/2], the same every time."""
    size = int(np.prod(image_shape))
    return (np.random.default_rng(dims).integers(-32, 33, (dims, size)) / 64).astype(np.float32)


def expected_decode(z: np.ndarray, image_shape: tuple[int, int, int] = (1, 28, 28)) -> np.ndarray:
    """Compute in float64 numpy what the decoder answers: uint8 [n, H, W, C]."""
    x = np.clip(z.astype(np.float64) @ weights(z.shape[1], image_shape) + 0.5, 0, 1)
    return np.floor(x * 255 + 0.5).astype(np.uint8).reshape(-1, *image_shape).transpose(0, 2, 3, 1)


def expected_encode(images: np.ndarray, dims: int) -> tuple[np.ndarray, np.ndarray]:
    """Compute in float64 numpy what the encoder answers: mean and log variance, [n, dims] each."""
    channels_first = images.transpose(0, 3, 1, 2)
    x = channels_first.reshape(len(images), -1) / 255 - 0.5
    mean = x @ weights(dims, channels_first.shape[1:]).astype(np.float64).T / 4
    return mean, np.full_like(mean, LOG_VARIANCE)


def expected_belief(images: np.ndarray, dims: int) -> np.ndarray:
    """Compute in float64 numpy what follows of the encoder's answer: centre, spread and nats, [3, n, dims]."""
    mean, log_variance = expected_encode(images, dims)
    return np.stack([mean, np.exp(log_variance / 2), (mean**2 + np.exp(log_variance) - log_variance - 1) / 2])


def write_tiny_model(
    folder: Path, dims: int = 16, image_shape: tuple[int, int, int] = (1, 28, 28), codes: int = 0
) -> Card:
    """Write the model's graphs and card into `folder`, whose name becomes the model's.

    codes: the number of random test codes, labelled 0 to 9 in turn, that `codes.npz` gets; 0: no such file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    w = weights(dims, image_shape)
    onnx.save(_encoder(w, image_shape), folder / "encoder.onnx")
    onnx.save(_decoder(w, image_shape), folder / "decoder.onnx")
    names = ["encoder.onnx", "decoder.onnx"]
    if codes:
        write_codes(folder / "codes.npz", random_codes(codes, dims))
        names.append("codes.npz")
    card = Card(
        name=folder.name,
        family="gaussian",
        network="linear",
        likelihood="bernoulli",
        beta=1.0,
        can=sorted(FAMILIES["gaussian"].can),
        item=image(image_shape),
        data=DataInfo("made-up", "Made up", "CC0-1.0", "this test"),
        latent=Latent([Axis((-3.0, 3.0), nats=2.0 - k / dims) for k in range(dims)]),
        graphs=PAIR,
        training={"command": "python -m vae train --dataset made-up"},
        versions={"onnx": onnx.__version__},
        metrics={"conditions": "nothing was measured"},
        files={name: sha256(folder / name) for name in names},
    )
    write_card(card, folder)
    return card


def random_codes(n: int, dims: int, seed: int = 0) -> Codes:
    """Return n codes in ten clusters, one a label, with the encoder's constant log variance and what that costs."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 10
    centres = 2 * rng.standard_normal((10, dims))
    mean = (centres[labels] + 0.5 * rng.standard_normal((n, dims))).astype(np.float32)
    negative_elbo = (100 + 10 * rng.random(n)).astype(np.float32)
    return codes_of(mean, np.full_like(mean, LOG_VARIANCE), negative_elbo, labels)


def codes_of(
    mean: np.ndarray, log_variance: np.ndarray, negative_elbo: np.ndarray, labels: np.ndarray | None = None
) -> Codes:
    """Return the test codes of a VAE whose posteriors are diagonal normals, [n, dims] each; negative_elbo: [n]."""
    belief = normal(mean, log_variance)
    return Codes(mean, belief.spread, belief.nats, negative_elbo, labels)


def _encoder(w: np.ndarray, image_shape: tuple[int, int, int]) -> onnx.ModelProto:
    dims, size = w.shape
    nodes = [
        helper.make_node("Reshape", ["x", "flat"], ["rows"]),
        helper.make_node("Sub", ["rows", "half"], ["centred"]),
        helper.make_node("MatMul", ["centred", "w"], ["mean"]),
        helper.make_node("Mul", ["mean", "zero"], ["zeros"]),
        helper.make_node("Add", ["zeros", "constant"], ["log_variance"]),
    ]
    constants = {
        "flat": np.array([-1, size]),
        "half": np.float32(0.5),
        "w": np.ascontiguousarray(w.T / 4),
        "zero": np.float32(0),
        "constant": np.float32(LOG_VARIANCE),
    }
    return _model(nodes, constants, {"x": image_shape}, {"mean": (dims,), "log_variance": (dims,)})


def _decoder(w: np.ndarray, image_shape: tuple[int, int, int]) -> onnx.ModelProto:
    nodes = [
        helper.make_node("MatMul", ["z", "w"], ["rows"]),
        helper.make_node("Add", ["rows", "half"], ["shifted"]),
        helper.make_node("Clip", ["shifted", "zero", "one"], ["clipped"]),
        helper.make_node("Reshape", ["clipped", "shape"], ["image"]),
    ]
    constants = {
        "w": w,
        "half": np.float32(0.5),
        "zero": np.float32(0),
        "one": np.float32(1),
        "shape": np.array([-1, *image_shape]),
    }
    return _model(nodes, constants, {"z": w.shape[:1]}, {"image": image_shape})


def _model(nodes: list, constants: dict, inputs: dict, outputs: dict) -> onnx.ModelProto:
    def describe(tensors: dict) -> list:
        return [helper.make_tensor_value_info(k, TensorProto.FLOAT, ["n", *shape]) for k, shape in tensors.items()]

    held = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", describe(inputs), describe(outputs), held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model
