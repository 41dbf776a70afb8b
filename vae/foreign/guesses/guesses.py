"""What a stranger's model might be: how its things may lie, what scale its numbers may have, what a name hints at."""

import math
import re
from typing import Any

import numpy as np

from vae.foreign.findings import Layout, Scale
from vae.foreign.graphs.preparing import ancestors
from vae.kinds.kind import Kind

SHAPING = {"Reshape", "Transpose", "Identity", "Flatten", "Squeeze", "Unsqueeze", "Cast", "Slice"}
"""Operators that change no number: what stands before them is what the numbers come from."""

Input = tuple[int, int, int]
Row = tuple[int | None, ...]

# Layouts


def layouts(kind: Kind, shape: Input, said: str | None = None) -> list[Layout]:
    """Return how things [C, H, W] may lie in a graph, the usual first; `said` leaves those alone that are called so."""
    c, h, w = shape
    inner, outer = (1, 2, 0), (0, 1, 2)
    some = [Layout("NCHW", outer, (c, h, w)), Layout("NHWC", inner, (h, w, c))]
    if kind.plane and c == 1:
        some.append(Layout("NCHW", outer, (h, w)))
    if not kind.plane:  # [channels, 1, samples]
        some = [Layout("NCHW", outer, (c, w)), Layout("NHWC", (2, 0, 1), (w, c)), some[0], some[1]]
    some += [Layout("flat", outer, (c * h * w,))]
    if c > 1:
        some += [Layout("flat", (2, 0, 1) if not kind.plane else inner, (c * h * w,))]
    return [layout for layout in some if said in (None, layout.name)]


def fitting(some: list[Layout], row: Row | None) -> list[Layout]:
    """Return those layouts that a row of this shape can be, None for an axis or a shape that is left open."""
    if row is None:
        return some
    return [
        layout
        for layout in some
        if len(layout.row) == len(row)
        and all(got is None or got == want for got, want in zip(row, layout.row, strict=True))
    ]


def named(layout: Layout, kind: Kind) -> str:
    """Say how things lie in words of their kind: NCHW [1, 28, 28]; flat [784]."""
    shape = "[" + ", ".join(["n", *map(str, layout.row)]) + "]"
    axes = {3: layout.name, 2: "N" + ("HW" if kind.plane else "CL" if layout.name == "NCHW" else "LC")}
    order = " by pixels, their channels last" if layout.name == "flat" and layout.axes != (0, 1, 2) else ""
    return f"{axes.get(len(layout.row), layout.name)} {shape}{order}"


def laid(layout: Layout, x: np.ndarray) -> np.ndarray:
    """Return things [n, C, H, W] as they lie in a graph."""
    return x.transpose(0, *(axis + 1 for axis in layout.axes)).reshape(len(x), *layout.row)


def unlaid(layout: Layout, rows: np.ndarray, shape: Input) -> np.ndarray:
    """Return rows of a graph as things [n, C, H, W]."""
    there = rows.reshape(len(rows), *(shape[axis] for axis in layout.axes))
    return there.transpose(0, *(1 + layout.axes.index(axis) for axis in range(3)))


# Scales


def affine(name: str, low: float, high: float, channels: int) -> Scale:
    """Return the scale that has `low` for our 0 and `high` for our 1."""
    return Scale(name, np.full(channels, high - low, np.float32), np.full(channels, low, np.float32))


def standardised(x: np.ndarray) -> Scale:
    """Return the scale in which things [n, C, H, W] have mean 0 and standard deviation 1 in each channel."""
    mean, spread = x.mean((0, 2, 3), dtype=np.float64), np.maximum(x.std((0, 2, 3), dtype=np.float64), 1e-6)
    return Scale("standardised", (1 / spread).astype(np.float32), (-mean / spread).astype(np.float32))


def logits(kind: Kind, channels: int) -> Scale:
    """Return the scale of logits: under a sigmoid, or a softmax where a kind's things are shares."""
    return Scale("logits", np.ones(channels, np.float32), np.zeros(channels, np.float32), True, kind.shares)


UNIT, BOTH, BYTES, PLAIN, SHARES = "0 to 1", "-1 to 1", "0 to 255", "as it is", "shares that add up to 1"


def scales(kind: Kind, x: np.ndarray | None, channels: int) -> list[Scale]:
    """Return the scales that the input may have, the usual first. x: some things, None where there are none."""
    if kind.shares is not None:
        return [affine(UNIT, 0, 1, channels)]
    if kind.bounds is None:
        return [affine(PLAIN, 0, 1, channels), *([] if x is None else [standardised(x)])]
    usual = [affine(UNIT, 0, 1, channels), affine(BOTH, -1, 1, channels), affine(BYTES, 0, 255, channels)]
    return usual if x is None else [*usual, standardised(x)]


def theirs(scale: Scale, x: np.ndarray) -> np.ndarray:
    """Return our numbers [n, C, H, W] as a graph has them."""
    return x * scale.times[:, None, None] + scale.plus[:, None, None]


def ours(scale: Scale, x: np.ndarray, bounds: tuple[float, float] | None) -> np.ndarray:
    """Return a graph's numbers [n, C, H, W] as ours, within bounds."""
    if scale.shares is not None:
        powers = np.exp(x - x.max(scale.shares + 1, keepdims=True), dtype=np.float64)
        x = powers / powers.sum(scale.shares + 1, keepdims=True)
    elif scale.logits:
        x = 1 / (1 + np.exp(-x.astype(np.float64).clip(-80, 80)))
    else:
        x = (x - scale.plus[:, None, None]) / scale.times[:, None, None]
    return (x if bounds is None else x.clip(*bounds)).astype(np.float32)


def last_operator(proto: Any, output: str) -> Any | None:
    """Return the operator that an output's numbers come from, None where it is none."""
    made = {name: node for node in proto.graph.node for name in node.output if name}
    while (node := made.get(output)) is not None and node.op_type in SHAPING:
        output = node.input[0]
    return node


def bounded_by(proto: Any, output: str) -> str | None:
    """Name the scale that the last operator bounds an output to, None where it does not."""
    node = last_operator(proto, output)
    return {"Sigmoid": UNIT, "HardSigmoid": UNIT, "Tanh": BOTH}.get(node.op_type) if node is not None else None


# Names

HINTS = (
    ("mean", r"(^|[^a-z])(z_?)?(mu|mean|means|loc|mus)([^a-z]|$)"),
    ("log-variance", r"log_?var|logvar|log_?sigma_?(sq|2)|(^|[^a-z])lv([^a-z]|$)"),
    ("log-sigma", r"log_?(std|sigma|scale|stddev)"),
    ("sigma", r"(^|[^a-z])(std|sigma|scale|stddev|stdev|spread)"),
    ("variance", r"(^|[^a-z])var(iance)?([^a-z]|$)"),
)
"""What the name of an output hints at; those before others that they hold."""


def hint(name: str) -> str | None:
    """Return what the name of an output hints that it is."""
    low = name.lower()
    return next((meaning for meaning, pattern in HINTS if re.search(pattern, low)), None)


def taken_size(proto: Any) -> int | None:
    """Return how many numbers a row of the input has by the first weights that it meets, None where they do not say."""
    graph = proto.graph
    weights = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    fed = graph.input[0].name
    for node in graph.node:
        if len(node.input) < 2 or len(weights.get(node.input[1], ())) != 2 or node.op_type not in ("MatMul", "Gemm"):
            continue
        if fed in ancestors(graph, [node.input[0]]):
            turned = any(each.name == "transB" and each.i for each in node.attribute)
            return weights[node.input[1]][1 if turned else 0]
    return None


def square(size: int) -> Input | None:
    """Return the shape of square images [C, H, W] with so many numbers, grey or in colour; None where none is."""
    for channels in (1, 3):
        side = math.isqrt(size // channels)
        if side > 1 and channels * side * side == size:
            return channels, side, side
    return None
