"""A model's graphs with their weights in them: files that open from bytes, wherever ONNX is read."""

from pathlib import Path

import numpy as np
import onnxruntime as ort

from vae.errors import InputError
from vae.exchange.formats.words import about, lines
from vae.explore.explorer import Explorer
from vae.explore.running_graphs import weights_beside
from vae.explore.strange_graphs import elsewhere, read_graph
from vae.library.cards import Card
from vae.library.shelf import Model

ROWS = 16
"""Codes and things that are run through both graphs of a pair, the served one and the one that was written."""

MOST_OFF = 1e-4
"""Of the largest number that the served graph gives, or of 1: a fortieth of a grey level."""

MAX_BYTES = (1 << 31) - 1
"""What a file of protobuf's may have."""


def write_pair(model: Model, folder: Path) -> list[str]:
    """Write the graphs into `folder`, a new one, each as one file, and a README; return what was found, a line each.

    `InputError` where a graph with its weights is larger than ONNX's files may be, or gives other numbers than the one
    that is served.
    """
    opened, said = Explorer(model), []
    folder.mkdir()
    for name in model.card.graphs.values():
        raw = inlined(model.folder, name)
        (folder / name).write_bytes(raw)
        said.append(f"{name}: {len(raw) / 1e6:.1f} MB, {_compared(opened, name, raw)}")
    (folder / "README.md").write_text(_readme(model.card), encoding="utf-8")
    return said


def inlined(folder: Path, name: str) -> bytes:
    """Return a model's graph as the bytes of one file, its weights within it."""
    import onnx

    proto, weigh = read_graph(folder / name), weights_beside(folder)
    for tensor in elsewhere(proto):
        values = weigh(tensor)
        tensor.ClearField("external_data")
        tensor.ClearField("data_location")
        tensor.raw_data = values.tobytes()
    if proto.ByteSize() > MAX_BYTES:
        raise InputError(f"{folder / name} and its weights are more than ONNX's 2 GB for a file; choose --format zip.")
    onnx.checker.check_model(proto)
    raw: bytes = proto.SerializeToString()
    return raw


def _compared(opened: Explorer, name: str, raw: bytes) -> str:
    """Say how far what a graph gives that is opened from bytes lies from what the served one gives.

    `InputError` where that would be seen.
    """
    card, random = opened.card, np.random.default_rng(0)
    given = np.arange(ROWS) % card.told if card.told else None
    z = random.standard_normal((ROWS, card.latent.dims)).astype(np.float32)
    x = random.random((ROWS, *card.image_shape), np.float32)
    if name == card.graphs["decode"]:
        fed, what = {"z": z}, "codes"
        served = [opened.expect(z, given)]
    elif name == card.graphs.get("cost"):
        fed, what = {"z": z, "x": x}, card.kind.nouns
        served = [opened.cost(x, z, given)]
    elif name == card.graphs.get("sample"):
        fed, what = {"z": z, "even": opened.even(ROWS, 0)}, "codes"
        served = [opened.sample_by(z, fed["even"], given)]
    elif name == card.graphs.get("draw"):
        fed, what = {"noise": random.standard_normal((ROWS, card.latent.dice)).astype(np.float32)}, "draws"
        served, given = [opened.draw(fed["noise"])], None
    else:
        fed, what = {"x": x}, card.kind.nouns
        served = list(opened.run_encoder(x, given).values())
    if given is not None:
        fed["given"] = np.eye(card.told, dtype=np.float32)[given]
    written = ort.InferenceSession(raw, providers=["CPUExecutionProvider"]).run(None, fed)
    off = max(float(np.abs(one - other).max()) for one, other in zip(served, written, strict=True))
    if not off <= MOST_OFF * max(1.0, *(float(np.abs(one).max()) for one in served)):
        raise InputError(f"{name} gives other numbers than the graph that is served, by {off:.3g}; nothing is kept.")
    return f"opens from bytes, off from the served graph by {off:.2g} at most over {ROWS} {what}"


def _readme(card: Card) -> str:
    return f"""# {card.name}

{about(card)}

{"`encoder.onnx` and `" if "encode" in card.can else "`"}decoder.onnx` hold their weights themselves; they open from a \
file or from bytes, and take any number of rows.

{lines(card, beside=False)}
"""
