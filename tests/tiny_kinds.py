"""Models of each kind and family, small enough to check by hand: linear both ways, with weights that float32 holds.

decoder: z @ W + middle, and for a conditional one + the class's own row of V; encoder: centre = (x - middle) @ W^T / 4,
for a conditional one of x - V, with a spread of 1/2 everywhere. Images and words are clipped to [0, 1] about 1/2,
series are as they come about 0. Where codes are choices, of `WAYS` ways each, the centre's softmax by choice says how
likely they are. One that completes masks gives the image that it is told, or 0 where nobody tells it any.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from vae.datasets.sources import DATASETS
from vae.families import FAMILIES
from vae.files import sha256
from vae.kinds.kind import Item
from vae.kinds.kinds import image, kind_of
from vae.library.cards import GRAPHS, Axis, Card, DataInfo, Given, Latent, write_card
from vae.library.codes import Codes, write_codes
from vae.likelihoods import LIKELIHOODS

SPREAD = 0.5
WAYS = 3
CODES = 120
ENCODING = tuple(name for name, known in FAMILIES.items() if "encode" in known.can)
"""The families whose models can look at a thing."""
CLASSES = ("normal", "wide", "inverted T", "supraventricular or ectopic")
"""One of them is as long as real ones are."""

IMAGE = image((1, 28, 28))
SERIES = Item(
    "series", (48, 1), {"channels": ["ECG"], "unit": "mV", "x": "seconds", "rate": 48.0, "low": -3.0, "high": 3.0}
)
BEATS = replace(DATASETS["beats"].item, meaning=DATASETS["beats"].item.meaning | {"low": -1.0, "high": 2.0})
"""What a model of the data set `beats` is of."""
WORDS = Item("text", (8, 6), {"symbols": "abcde"})
MOLECULES = Item("molecules", (8, 6), {"symbols": ["[C]", "[=C]", "[O]", "[=O]", "[Branch1]"]})
SOUNDS = Item("sounds", (16, 12, 1), {"rate": 8_000})
MASKS = Item("masks", (8, 6, 4), {"labels": ["background", "body", "cap"]})
TASTES = Item("tastes", (40, 1), {"item": "film", "genres": ["a", "b", "c"], "of": [[i % 3] for i in range(40)]})
PAIR = Item("series", (30, 2), {"channels": ["left", "right"], "low": -3.0, "high": 3.0})


def suits(item: Item, family: str) -> bool:
    """Say whether there are models of this family of such things: one without an encoder has no graphs of costs."""
    return "encode" in FAMILIES[family].can or LIKELIHOODS[kind_of(item).likelihoods[0]].told


@dataclass(frozen=True)
class Tiny:
    """What a tiny model is made of. W: float32 [dims, C*H*W]; V: float32 [classes, C*H*W], of conditional ones.

    completes: whether it is told the part of a thing that its kind gives.
    """

    item: Item
    w: np.ndarray
    v: np.ndarray
    middle: float
    completes: bool = False

    @property
    def part(self) -> tuple[int, int, int] | None:
        """Return the shape of the part that its decoder is told, or None."""
        kind = kind_of(self.item)
        return (kind.part, *kind.input(self.item.shape)[1:]) if self.completes and kind.part else None

    def decode(self, z: np.ndarray, given: np.ndarray | int | None = None) -> np.ndarray:
        """Compute in float64 numpy what the decoder answers, things as they are kept, [n, *shape]."""
        kind = kind_of(self.item)
        return kind.show(self.expect(z, given).reshape(-1, *kind.input(self.item.shape)).astype(np.float32))

    def expect(self, z: np.ndarray, given: np.ndarray | int | None = None) -> np.ndarray:
        """Compute in float64 numpy what the decoder expects, [n, C*H*W]."""
        kind = kind_of(self.item)
        rows = z.astype(np.float64) @ self.w + self.middle
        if self.part:
            told = np.zeros(self.part) if given is None else np.asarray(given)
            rows[:, : int(np.prod(self.part))] = np.broadcast_to(told, (len(z), *self.part)).reshape(len(z), -1)
        elif given is not None:
            rows = rows + self.v[np.broadcast_to(given, len(z))]
        return rows if kind.bounds is None else rows.clip(*kind.bounds)

    def encode(self, things: np.ndarray, given: np.ndarray | int | None = None) -> np.ndarray:
        """Compute in float64 numpy where the encoder puts things, [n, dims]."""
        x = kind_of(self.item).feed(things).reshape(len(things), -1).astype(np.float64)
        if given is not None:
            x = x - self.v[np.broadcast_to(given, len(x))]
        return (x - self.middle) @ self.w.T / 4

    def believe(self, things: np.ndarray, given: np.ndarray | int | None = None) -> np.ndarray:
        """Compute in float64 numpy what a VAE's encoder answers: centre, spread and nats, [3, n, dims]."""
        centre = self.encode(things, given)
        spread = np.full_like(centre, SPREAD)
        return np.stack([centre, spread, 0.5 * (centre**2 + spread**2 - 1) - np.log(spread)])


def tiny_of(item: Item, dims: int, classes: int = 0) -> Tiny:
    """Return the weights of a model: waves for series, and noise for images and words, the same every time."""
    random, size = np.random.default_rng(dims), int(np.prod(item.shape))
    if kind_of(item).bounds is not None:
        w, v = (random.integers(-32, 33, (rows, size)) / 64 for rows in (dims, classes))
        return Tiny(item, w.astype(np.float32), v.astype(np.float32), 0.5)
    samples, channels = item.shape
    at = np.arange(samples) / samples
    waves = np.stack([np.sin(2 * np.pi * (1 + k) * at) / (1 + k % 4) for k in range(dims + classes)])
    laid = np.repeat(waves[:, None], channels, 1) * (1 - 0.5 * np.arange(channels))[:, None]
    exact = (np.round(laid * 64) / 64).reshape(dims + classes, size).astype(np.float32)
    return Tiny(item, exact[:dims], exact[dims:], 0.0)


def write_tiny_kind(
    folder: Path, item: Item = SERIES, family: str = "gaussian", dims: int = 3, data: str = "made-up"
) -> tuple[Card, Tiny]:
    """Write graphs, test codes and card of a model into `folder`, whose name becomes the model's; return its weights.

    data: the name of its data set; of one that the program has, its test things can be at hand.
    """
    kind, known, source = kind_of(item), FAMILIES[family], DATASETS.get(data)
    likely = kind.likelihoods[0]
    classes = source.classes if source else CLASSES
    tiny = tiny_of(item, dims, len(classes) if "condition" in known.can else 0)
    tiny = replace(tiny, completes="complete" in known.can)
    folder.mkdir(parents=True, exist_ok=True)
    chooses = known.axis == "choice"
    encodes = "encode" in known.can
    if encodes:
        onnx.save(_encoder(tiny, "bound" in known.can, chooses), folder / GRAPHS["encode"])
    onnx.save(_decoder(tiny), folder / GRAPHS["decode"])
    dice = dims + 1 if known.prior == "graph" else 0
    if dice:
        onnx.save(_drawer(dims, dice), folder / GRAPHS["draw"])
    counts = encodes and not LIKELIHOODS[likely].told
    if counts:
        onnx.save(_coster(tiny), folder / GRAPHS["cost"])
        onnx.save(_sampler(tiny), folder / GRAPHS["sample"])
    there = {"encode": encodes, "decode": True, "draw": dice > 0, "cost": counts, "sample": counts}
    graphs = {does: name for does, name in GRAPHS.items() if there.get(does)}
    codes = tiny_codes(dims, len(classes), "bound" in known.can)
    if chooses:
        codes = replace(codes, centre=likely_ways(codes.centre))
    if encodes:
        write_codes(folder / "codes.npz", codes)
    ends = [(float(low), float(high)) for low, high in np.quantile(codes.centre, (0.001, 0.999), axis=0).T]
    nats = [2.0 - k / dims if "bound" in known.can else None for k in range(dims)]
    given = [Given("class", list(classes))] if "condition" in known.can else []
    axes = [Axis(end, carried) for end, carried in zip(ends, nats, strict=True)]
    if chooses:
        axes = [Axis((0.0, 1.0), axis.nats, "choice", f"choice {1 + dim // WAYS}") for dim, axis in enumerate(axes)]
    cost = {"negative_elbo": 101.5} if "bound" in known.can else {"reconstruction": 99.5} if encodes else {}
    card = Card(
        name=folder.name,
        family=family,
        can=sorted(known.can),
        network="linear",
        likelihood=likely,
        beta=1.0,
        item=item,
        data=DataInfo(data, source.title if source else "Made up", "CC0-1.0", "this test", list(classes)),
        latent=Latent(axes, known.prior, given, dice),
        graphs=graphs,
        training={"command": f"python -m vae train --dataset {data}"},
        versions={"onnx": onnx.__version__},
        metrics={"conditions": "nothing was measured"} | cost,
        files={name: sha256(folder / name) for name in (*graphs.values(), *["codes.npz"][: int(encodes)])},
        scale=0.25 if encodes and likely == "gaussian" else None,
    )
    write_card(card, folder)
    return card, tiny


def write_head(folder: Path, card: Card, attribute: str, slope: np.ndarray, middle: float) -> None:
    """Give the model in `folder` a head that tells an attribute: `middle` and `slope`, float32 [d], times the code."""
    nodes = [
        helper.make_node("MatMul", ["z", "slope"], ["rise"]),
        helper.make_node("Add", ["rise", "middle"], ["value"]),
    ]
    kept = [
        numpy_helper.from_array(np.asarray(slope, np.float32), "slope"),
        numpy_helper.from_array(np.array([middle], np.float32), "middle"),
    ]
    takes = [helper.make_tensor_value_info("z", TensorProto.FLOAT, ["n", len(slope)])]
    gives = [helper.make_tensor_value_info("value", TensorProto.FLOAT, ["n"])]
    graph = helper.make_graph(nodes, "head", takes, gives, kept)
    file = GRAPHS["predict"]
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), folder / file)
    files, graphs = card.files | {file: sha256(folder / file)}, card.graphs | {"predict": file}
    write_card(replace(card, graphs=graphs, files=files, training=card.training | {"predict": attribute}), folder)


def likely_ways(logits: np.ndarray) -> np.ndarray:
    """Return how likely the ways of choices of `WAYS` ways are, [n, d], of logits [n, d]."""
    grown = np.exp(logits.reshape(len(logits), -1, WAYS))
    return np.asarray(grown / grown.sum(-1, keepdims=True), np.float32).reshape(logits.shape)


def tiny_codes(dims: int, classes: int, bound: bool, seed: int = 0) -> Codes:
    """Return test codes in one cluster a class; without a bound they lie far from 0, as an autoencoder's do.

    They are multiples of 1/32, which half precision holds exactly.
    """
    random = np.random.default_rng(seed)
    labels = np.arange(CODES) % classes
    centres = 1.5 * random.standard_normal((classes, dims))
    centre = (np.round(32 * (centres[labels] + 0.4 * random.standard_normal((CODES, dims)))) / 32).astype(np.float32)
    cost = (100 + 10 * random.random(CODES)).astype(np.float32)
    if not bound:
        return Codes(12 * centre - 20, None, None, cost, labels)
    spread = np.full_like(centre, SPREAD)
    return Codes(centre, spread, (0.5 * (centre**2 + spread**2 - 1) - np.log(spread)).astype(np.float32), cost, labels)


def _encoder(tiny: Tiny, bound: bool, chooses: bool = False) -> onnx.ModelProto:
    dims, classes = len(tiny.w), len(tiny.v)
    placed = "logits" if chooses else "mean"
    nodes = [
        helper.make_node("Reshape", ["x", "flat"], ["rows"]),
        helper.make_node("Sub", ["rows", "middle"], ["centred"]),
        helper.make_node("MatMul", ["given", "v"], ["told"]) if classes else None,
        helper.make_node("Sub", ["centred", "told" if classes else "zero"], ["left"]),
        helper.make_node("MatMul", ["left", "w"], [placed]),
    ]
    if chooses:
        nodes += [
            helper.make_node("Reshape", [placed, "by choice"], ["choices"]),
            helper.make_node("Softmax", ["choices"], ["shares"], axis=-1),
            helper.make_node("Reshape", ["shares", "in a row"], ["mean"]),
        ]
    if bound:
        nodes += [
            helper.make_node("Mul", ["mean", "zero"], ["zeros"]),
            helper.make_node("Add", ["zeros", "sigma"], ["spread"]),
            helper.make_node("Mul", ["mean", "mean"], ["squares"]),
            helper.make_node("Mul", ["squares", "half"], ["halves"]),
            helper.make_node("Add", ["halves", "rest"], ["nats"]),
        ]
    constants = {
        "flat": np.array([-1, tiny.w.shape[1]]),
        "by choice": np.array([-1, dims // WAYS, WAYS]),
        "in a row": np.array([-1, dims]),
        "middle": np.float32(tiny.middle),
        "w": np.ascontiguousarray(tiny.w.T / 4),
        "zero": np.float32(0),
        "half": np.float32(0.5),
        "sigma": np.float32(SPREAD),
        "rest": np.float32(0.5 * (SPREAD**2 - 1) - np.log(SPREAD)),
        "v": tiny.v,
    }
    inputs = {"x": kind_of(tiny.item).input(tiny.item.shape)} | ({"given": (classes,)} if classes else {})
    outputs = dict.fromkeys(("mean", "spread", "nats") if bound else ("mean",), (dims,))
    return _model([node for node in nodes if node], constants, inputs, outputs)


def _decoder(tiny: Tiny) -> onnx.ModelProto:
    nodes, constants, inputs, shape = _decoding(tiny)
    return _model(nodes, constants, inputs, {"image": shape})


def _coster(tiny: Tiny) -> onnx.ModelProto:
    """What each symbol costs that is expected so much: -sum x log(expected), as if it never were below a tenth.

    Of one that completes things what is given counts as if nobody gave it.
    """
    nodes, constants, inputs, shape = _decoding(replace(tiny, completes=False))
    more = [
        helper.make_node("Clip", ["image", "tenth", "one"], ["sure"]),
        helper.make_node("Log", ["sure"], ["logs"]),
        helper.make_node("Mul", ["logs", "x"], ["each"]),
        helper.make_node("ReduceSum", ["each", "axes"], ["sums"], keepdims=0),
        helper.make_node("Neg", ["sums"], ["nats"]),
    ]
    constants |= {"tenth": np.float32(0.1), "axes": np.array([1, 2, 3])}
    return _model([*nodes, *more], constants, {"z": inputs.pop("z"), "x": shape} | inputs, {"nats": ()})


def _sampler(tiny: Tiny) -> onnx.ModelProto:
    """Each number is 1 as often as it is expected, by one even number for the channels of an element."""
    nodes, constants, inputs, shape = _decoding(tiny)
    more = [
        helper.make_node("Less", ["even", "image"], ["hit"]),
        helper.make_node("Cast", ["hit"], ["drawn"], to=TensorProto.FLOAT),
    ]
    even = {"even": (1, *shape[1:])}
    return _model([*nodes, *more], constants, {"z": inputs.pop("z")} | even | inputs, {"drawn": shape})


def _decoding(tiny: Tiny) -> tuple[list, dict, dict, tuple[int, ...]]:
    """Return the nodes of a decoder, their constants and inputs, and the shape of what it gives."""
    (dims, _), classes = tiny.w.shape, len(tiny.v)
    shape, bounds = kind_of(tiny.item).input(tiny.item.shape), kind_of(tiny.item).bounds
    nodes = [
        helper.make_node("MatMul", ["z", "w"], ["untold"]),
        helper.make_node("MatMul", ["given", "v"], ["told"]) if classes else None,
        helper.make_node("Add", ["untold", "told" if classes else "zero"], ["rows"]),
        helper.make_node("Add", ["rows", "middle"], ["shifted"]),
        helper.make_node("Clip", ["shifted", "zero", "one"], ["bounded"]) if bounds else None,
        helper.make_node("Reshape", ["bounded" if bounds else "shifted", "shape"], ["whole" if tiny.part else "image"]),
    ]
    if tiny.part:
        nodes += [
            helper.make_node("Slice", ["whole", "first", "last", "channels"], ["rest"]),
            helper.make_node("Concat", ["part", "rest"], ["image"], axis=1),
        ]
    constants = {
        "w": tiny.w,
        "v": tiny.v if classes else np.zeros((1, tiny.w.shape[1]), np.float32),
        "middle": np.float32(tiny.middle),
        "zero": np.float32(0),
        "one": np.float32(1),
        "shape": np.array([-1, *shape]),
        "first": np.array([tiny.part[0] if tiny.part else 0]),
        "last": np.array([shape[0]]),
        "channels": np.array([1]),
    }
    inputs = {"z": (dims,)} | ({"given": (classes,)} if classes else {}) | ({"part": tiny.part} if tiny.part else {})
    return [node for node in nodes if node], constants, inputs, shape


def _drawer(dims: int, dice: int) -> onnx.ModelProto:
    """Half the noise, without its last number, about 1: a prior that is none of N(0, I)."""
    nodes = [helper.make_node("MatMul", ["noise", "half"], ["near"]), helper.make_node("Add", ["near", "one"], ["z"])]
    constants = {"half": 0.5 * np.eye(dice, dims, dtype=np.float32), "one": np.float32(1)}
    return _model(nodes, constants, {"noise": (dice,)}, {"z": (dims,)})


def _model(nodes: list, constants: dict, inputs: dict, outputs: dict) -> onnx.ModelProto:
    def describe(tensors: dict) -> list:
        return [helper.make_tensor_value_info(k, TensorProto.FLOAT, ["n", *shape]) for k, shape in tensors.items()]

    used = {name for node in nodes for name in node.input}
    held = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items() if name in used]
    graph = helper.make_graph(nodes, "tiny", describe(inputs), describe(outputs), held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model
