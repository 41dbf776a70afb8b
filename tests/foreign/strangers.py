"""Strangers' models made here: one probabilistic PCA of the digits, written down as many frameworks would write it.

Its decoder is linear and its encoder the best there is (Tipping & Bishop 1999), so that what each graph should say is
known without any graph: `Stranger.mean`, `.variance` and `.picture` are plain numpy.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from vae.data import load
from vae.datasets.dataset import Dataset

SIDE, DIMS = 8, 4
PIXELS = SIDE * SIDE


@cache
def digits() -> Dataset:
    """The data that they were fitted to: 8 x 8 images in grey, which need no network."""
    return load("digits")


@dataclass(frozen=True, eq=False)
class Stranger:
    """A linear VAE. w: [DIMS, PIXELS]; middle: [PIXELS]; scale: the standard deviation of a pixel, all in 0 to 1."""

    w: np.ndarray
    middle: np.ndarray
    scale: float
    variances: np.ndarray = field(default_factory=lambda: np.ones(DIMS))

    def mean(self, x: np.ndarray) -> np.ndarray:
        """Return the posterior's mean, [n, DIMS], of images [n, PIXELS] in 0 to 1."""
        return (x - self.middle) @ self.into()

    def into(self) -> np.ndarray:
        return self.w.T * self.variances / self.scale**2

    def picture(self, z: np.ndarray) -> np.ndarray:
        """Return what codes [n, DIMS] stand for, [n, PIXELS], well within 0 to 1."""
        return np.clip(z @ self.w + self.middle, 0.02, 0.98)

    def expected(self, z: np.ndarray) -> np.ndarray:
        """Return the same as uint8 [n, SIDE, SIDE, 1]."""
        return np.floor(self.picture(z) * 255 + 0.5).astype(np.uint8).reshape(-1, SIDE, SIDE, 1)


@cache
def stranger() -> Stranger:
    """Fit the model to the training digits: the leading directions, scaled as the likelihood is greatest."""
    x = digits().train.images.reshape(-1, PIXELS) / 255.0
    middle = x.mean(0)
    values, vectors = np.linalg.eigh(np.cov(x - middle, rowvar=False))
    values, vectors = values[::-1], vectors[:, ::-1]
    noise = values[DIMS:].mean()
    w = (vectors[:, :DIMS] * np.sqrt(values[:DIMS] - noise)).T
    return Stranger(w, middle, float(np.sqrt(noise)), noise / values[:DIMS])


class Graph:
    """A graph as it grows: each call of `add` is an operator, and gives its output's name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.held: list[Any] = []

    def constant(self, value: Any, kind: Any = np.float32) -> str:
        name = f"c{len(self.held)}"
        self.held.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def add(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        made = name or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [made], **attributes))
        return made

    def model(
        self, inputs: dict[str, list], outputs: dict[str, list], kind: int = TensorProto.FLOAT, opset: int = 18
    ) -> onnx.ModelProto:
        ports = [[helper.make_tensor_value_info(k, kind, row) for k, row in some.items()] for some in (inputs, outputs)]
        graph = helper.make_graph(self.nodes, "strange", *ports, self.held)
        made = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9, producer_name="tests"
        )
        onnx.checker.check_model(made)
        return made


ROWS: dict[str, list[int]] = {
    "NCHW": [1, SIDE, SIDE],
    "NHWC": [SIDE, SIDE, 1],
    "HW": [SIDE, SIDE],
    "flat": [PIXELS],
}


def encoder(
    layout: str = "NCHW",
    span: tuple[float, float] = (0.0, 1.0),
    form: str = "log-variance",
    names: tuple[str, str] = ("out_a", "out_b"),
    code: tuple[int, ...] = (DIMS,),
    rows: int | str = "n",
    first: str = "mean",
    kind: Any = np.float32,
    sampled: bool | str = False,
    features: bool = False,
) -> onnx.ModelProto:
    """Write the encoder down.

    form: "" gives the mean alone, "halves" both in one output; sampled: a draw beside them, or "alone".
    """
    one, graph, low_high = stranger(), Graph(), span
    low, high = low_high
    x = graph.add("Reshape", "picture_in", graph.constant([rows if isinstance(rows, int) else -1, PIXELS], np.int64))
    x = graph.add("Div", graph.add("Sub", x, graph.constant(low, kind)), graph.constant(high - low, kind))
    x = graph.add("Sub", x, graph.constant(one.middle, kind))
    flat = graph.add("MatMul", x, graph.constant(one.into(), kind))
    shape = graph.constant([rows if isinstance(rows, int) else -1, *code], np.int64)
    nothing = graph.add("Mul", flat, graph.constant(0, kind))
    forms = {
        "log-variance": np.log(one.variances),
        "log-sigma": np.log(one.variances) / 2,
        "sigma": np.sqrt(one.variances),
        "variance": one.variances,
    }
    outputs: dict[str, list] = {}
    if form == "halves":
        spread = graph.add("Add", nothing, graph.constant(forms["log-variance"], kind))
        graph.add("Concat", flat, spread, name="moments", axis=1)
        outputs = {"moments": [rows, 2 * DIMS]}
    else:
        graph.add("Reshape", flat, shape, name=names[0])
        outputs[names[0]] = [rows, *code]
        if form:
            spread = graph.add("Add", nothing, graph.constant(forms[form], kind))
            graph.add("Reshape", spread, shape, name=names[1])
            outputs[names[1]] = [rows, *code]
    if first != "mean":
        outputs = dict(reversed(outputs.items()))
    if sampled:
        noise = graph.add("RandomNormalLike", flat)
        sigma = graph.add("Add", nothing, graph.constant(forms["sigma"], kind))
        graph.add("Add", flat, graph.add("Mul", noise, sigma), name="drawn")
        outputs = {"drawn": [rows, DIMS], **({} if sampled == "alone" else outputs)}
    if features:
        graph.add("Relu", x, name="features")
        outputs["features"] = [rows, PIXELS]
    return graph.model({"picture_in": [rows, *ROWS[layout]]}, outputs, _type(kind))


def decoder(
    layout: str = "NCHW",
    span: tuple[float, float] = (0.0, 1.0),
    logits: bool = False,
    tanh: bool = False,
    code: tuple[int, ...] = (DIMS,),
    rows: int | str = "n",
    kind: Any = np.float32,
    out: str = "drawing",
) -> onnx.ModelProto:
    """Write the decoder down."""
    one, graph = stranger(), Graph()
    first = rows if isinstance(rows, int) else -1
    z = graph.add("Reshape", "latent_in", graph.constant([first, DIMS], np.int64))
    v = graph.add("Add", graph.add("MatMul", z, graph.constant(one.w, kind)), graph.constant(one.middle, kind))
    v = graph.add("Clip", v, graph.constant(0.02, kind), graph.constant(0.98, kind))
    if logits or tanh:
        rest = graph.add("Sub", graph.constant(1, kind), v)
        odds = graph.add("Log", graph.add("Div", v, rest))
        v = odds if logits else graph.add("Tanh", graph.add("Mul", odds, graph.constant(0.5, kind)))
    elif span != (0.0, 1.0):
        low, high = span
        v = graph.add("Add", graph.add("Mul", v, graph.constant(high - low, kind)), graph.constant(low, kind))
    graph.add("Reshape", v, graph.constant([first, *ROWS[layout]], np.int64), name=out)
    return graph.model({"latent_in": [rows, *code]}, {out: [rows, *ROWS[layout]]}, _type(kind))


def _type(kind: Any) -> int:
    return int(helper.np_dtype_to_tensor_dtype(np.dtype(kind)))


def write(model: onnx.ModelProto, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)
    return path
