"""A folder that pythae saved: its default networks, with the numbers out of a file whose pickle is not opened.

`model.pt` is a zip in which each tensor's numbers lie as they are, one member a tensor, in the order in which the
networks were made; only their names and shapes are in the pickle beside them. Of pythae's default networks both are
known from `model_config.json`. Chadebec, Vincent & Allassonniere 2022, "Pythae: unifying generative autoencoders in
Python", arXiv 2206.08309; pythae/models/nn/default_architectures.py of version 0.1.2.
"""

import math
import re
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from vae.errors import InputError
from vae.exchange.checks import MAX_BYTES, MAX_ENTRIES
from vae.files import DAMAGED_JSON
from vae.foreign.doors.halves import Halves, Writing
from vae.foreign.graphs.reading import EXPORT
from vae.own.archives import open_zip, refused_entry

SETTINGS, WEIGHTS = "model_config.json", "model.pt"
MAX_SETTINGS = 1 << 16
UNITS = 512
"""Of the one hidden layer of either network."""

_SURE = """
VAEConfig BetaVAEConfig DisentangledBetaVAEConfig BetaTCVAEConfig FactorVAEConfig INFOVAE_MMD_Config IWAEConfig
CIWAEConfig MIWAEConfig PIWAEConfig MSSSIM_VAEConfig
"""
SURE = set(_SURE.split())
POINTS = {"AEConfig", "WAE_MMD_Config", "RAE_L2_Config", "RAE_GP_Config"}
"""Settings of models whose default encoder gives a mean and a log variance, and of those whose gives a point."""

MEMBER = re.compile(r"[^/]+/data/([0-9]{1,4})")


def is_here(folder: Path) -> bool:
    """Say whether a folder is one that pythae saved."""
    return (folder / SETTINGS).is_file() and ((folder / WEIGHTS).exists() or (folder / "environment.json").exists())


def read(folder: Path) -> Halves:
    """Read a model that pythae saved; `InputError` for networks other than its own, and for damaged files."""
    said = _settings(folder / SETTINGS)
    name = str(said.get("name"))
    if name not in SURE | POINTS:
        raise InputError(
            f"{folder / SETTINGS} is of {name[:60]!r}, and only models with pythae's default networks are read; "
            f"{EXPORT}."
        )
    for half in ("encoder", "decoder"):
        if not said.get(f"uses_default_{half}", True) or (folder / f"{half}.pkl").exists():
            raise InputError(
                f"{folder} has an {half} of its own in {half}.pkl, a pickle, which is not opened because it runs "
                f"whatever code is in it; {EXPORT}."
            )
    row, dims = said.get("input_dim"), said.get("latent_dim")
    if not (_are_sizes(row) and _are_sizes([dims])):
        raise InputError(f"{folder / SETTINGS} does not say input_dim and latent_dim; save the model again.")
    assert isinstance(row, list) and isinstance(dims, int)
    arrays = _arrays(folder / WEIGHTS, _shapes(math.prod(row), dims, heads=2 if name in SURE else 1))
    producer = f"pythae {name.removesuffix('Config').rstrip('_')}"
    loss = "bernoulli" if said.get("reconstruction_loss") == "bce" else None
    encoder, decoder = (write(arrays, tuple(row), dims, producer) for write in (_encoder, _decoder))
    return Halves(encoder, decoder, folder.resolve().name, loss)


def _settings(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SETTINGS + 1)
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (OSError, *DAMAGED_JSON):
        raise InputError(f"{path} is damaged; save the model again.") from None


def _are_sizes(row: object) -> bool:
    return isinstance(row, list) and 0 < len(row) < 5 and all(isinstance(n, int) and 0 < n < 1 << 20 for n in row)


def _shapes(size: int, dims: int, heads: int) -> list[tuple[int, ...]]:
    """Return the shapes of the weights and biases in the order in which pythae makes them: the decoder first."""
    layers = [(UNITS, dims), (size, UNITS), (UNITS, size), *[(dims, UNITS)] * heads]
    return [shape for outputs, inputs in layers for shape in ((outputs, inputs), (outputs,))]


def _arrays(path: Path, shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    """Read tensors of these shapes, the first of those in the file; its pickle is not looked at."""
    try:
        with open_zip(path, MAX_ENTRIES) as archive:
            there = [(MEMBER.fullmatch(entry.filename), entry) for entry in archive.infolist()]
            entries = {int(found[1]): entry for found, entry in there if found}
            order = next((name for name in archive.namelist() if name.endswith("/byteorder")), None)
            if order is not None and archive.read(order)[:6] != b"little":
                raise ValueError("its numbers are not little-endian")
            return [_array(archive, entries.get(number), shape) for number, shape in enumerate(shapes)]
    except InputError:
        raise
    except Exception as error:  # zipfile, zlib and struct raise classes of their own
        raise InputError(
            f"{path} does not hold the weights of pythae's default networks of the sizes in {SETTINGS} ({error}); "
            f"save the model again, or {EXPORT}."
        ) from None


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None, shape: tuple[int, ...]) -> np.ndarray:
    size = 4 * math.prod(shape)
    if entry is None or entry.file_size != size or size > MAX_BYTES:
        raise ValueError(f"no {list(shape)} where there should be one")
    if reason := refused_entry(entry):
        raise ValueError(reason)
    return np.frombuffer(archive.read(entry), "<f4").reshape(shape)


def _encoder(arrays: list[np.ndarray], row: tuple[int, ...], dims: int, producer: str) -> bytes:
    graph, (first, bias, *heads) = Writing(), arrays[4:]
    hidden = graph.add("Relu", graph.linear(graph.shaped("x", math.prod(row)), first, bias))
    names = ["mean", "log_variance"][: len(heads) // 2]
    for name, weight, offset in zip(names, heads[::2], heads[1::2], strict=True):
        graph.linear(hidden, weight, offset, name=name)
    return graph.bytes({"x": row}, dict.fromkeys(names, (dims,)), producer)


def _decoder(arrays: list[np.ndarray], row: tuple[int, ...], dims: int, producer: str) -> bytes:
    graph = Writing()
    hidden = graph.add("Relu", graph.linear("z", arrays[0], arrays[1]))
    graph.shaped(graph.add("Sigmoid", graph.linear(hidden, arrays[2], arrays[3])), *row, name="reconstruction")
    return graph.bytes({"z": (dims,)}, {"reconstruction": row}, producer)
