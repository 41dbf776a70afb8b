"""Where a model puts the images it is measured on: `codes.npz`."""

import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vae.errors import InputError, first_line
from vae.files import replacing
from vae.library.belief import normal

MAX_CODES = 250_000
MAX_CODE_VALUES = 1 << 23
"""Test images in codes.npz, and numbers in one of its arrays: a quarter of a million codes of 32 dimensions, or 16,384
of 512, the most that a code has. They take 100 MB as three arrays of float32. A page is sent three such arrays."""


@dataclass(frozen=True)
class Codes:
    """The test set as the model sees it.

    centre: float32 [N, d], where each thing lies; spread: float32 [N, d], standard deviations, None where codes are
    points; nats: float32 [N, d], what each coordinate costs, None where there is no prior; cost: float32 [N] nats, the
    −ELBO, or without a prior the reconstruction alone, or without a likelihood its mean squared error; labels: int64
    [N] or None; floor: float32 [N] nats, the part of the cost that no model could save, None where the likelihood has
    none and in files of earlier versions.
    """

    centre: np.ndarray
    spread: np.ndarray | None
    nats: np.ndarray | None
    cost: np.ndarray
    labels: np.ndarray | None
    floor: np.ndarray | None = None


def read_codes(folder: Path) -> Codes | None:
    """Read the test codes of a model, or None where it has none."""
    path = folder / "codes.npz"
    if not path.exists():
        return None
    try:
        # Opened here, because numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            check_codes_size(arrays.zip)
            codes = _first(arrays) if "mean" in arrays else _present(arrays)
        _check(codes)
    except Exception as error:  # numpy, zipfile and zlib complain each in classes of their own
        raise InputError(f"{path} is damaged ({first_line(error)}); restore it, or train the model again.") from None
    return codes


def _present(arrays: Any) -> Codes:
    """Read the arrays of the present format."""
    spread, nats = (arrays[name].astype(np.float32) if name in arrays else None for name in ("spread", "nats"))
    cost = arrays["cost"].astype(np.float32)
    return Codes(arrays["centre"].astype(np.float32), spread, nats, cost, _labels(arrays), _floor(arrays))


def _first(arrays: Any) -> Codes:
    """Read the arrays of a VAE of the first format, which kept a diagonal normal's mean and log variance."""
    mean, log_variance = (arrays[name].astype(np.float32) for name in ("mean", "log_variance"))
    if mean.shape != log_variance.shape:
        raise ValueError("its arrays do not belong together")
    with np.errstate(over="ignore", invalid="ignore"):  # strange numbers are told where they are used
        belief = normal(mean, log_variance)
    cost = arrays["negative_elbo"].astype(np.float32)
    return Codes(mean, belief.spread, belief.nats, cost, _labels(arrays), _floor(arrays))


def _labels(arrays: Any) -> np.ndarray | None:
    labels: np.ndarray | None = arrays["labels"].astype(np.int64) if "labels" in arrays else None
    return labels


def _floor(arrays: Any) -> np.ndarray | None:
    floor: np.ndarray | None = arrays["floor"].astype(np.float32) if "floor" in arrays else None
    return floor


def _check(codes: Codes) -> None:
    beside = [array for array in (codes.spread, codes.nats) if array is not None]
    single = [array for array in (codes.cost, codes.labels, codes.floor) if array is not None]
    rows = {len(array) for array in (codes.centre, *single)}
    if codes.centre.ndim != 2 or any(array.ndim != 1 for array in single) or len(rows) != 1:
        raise ValueError("its arrays do not belong together")
    if any(array.shape != codes.centre.shape for array in beside):
        raise ValueError("its arrays do not belong together")


def check_codes_size(archive: zipfile.ZipFile) -> None:
    """Raise a `ValueError` where the arrays of codes.npz are too large, by their headers, before they are unpacked."""
    for name in archive.namelist():
        with archive.open(name) as file:
            if np.lib.format.read_magic(file) != (1, 0):  # a later one's header may take gigabytes
                raise ValueError(f"{name[:80]} is of another format")
            shape, _, _ = np.lib.format.read_array_header_1_0(file)
        if shape and (shape[0] > MAX_CODES or math.prod(shape) > MAX_CODE_VALUES):
            raise ValueError(f"{name[:80]} has shape {shape}; at most {MAX_CODES:,} codes are read")


def write_codes(path: Path, codes: Codes) -> None:
    """Write test codes small: half precision, where it holds them, is enough for maps, ranges and densities."""
    arrays: dict[str, Any] = {"cost": codes.cost.astype(np.float32)}
    for name, array in (("centre", codes.centre), ("spread", codes.spread), ("nats", codes.nats)):
        if array is not None:
            arrays[name] = _small(array)
    if codes.floor is not None:
        arrays["floor"] = codes.floor.astype(np.float32)
    if codes.labels is not None:
        arrays["labels"] = codes.labels.astype(np.uint8 if codes.labels.max() < 256 else np.int64)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def add_floor(path: Path, floor: np.ndarray) -> None:
    """Write the floor of each thing, [N] nats, into test codes, and leave all else in them as it is."""
    with np.load(path, allow_pickle=False) as arrays:
        kept = dict(arrays)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **kept | {"floor": floor.astype(np.float32)})


def _small(array: np.ndarray) -> np.ndarray:
    """Return float16, or float32 where that has numbers too large for it: nats grow with the square of a code."""
    with np.errstate(over="ignore"):
        half = array.astype(np.float16)
    return half if np.isfinite(half).all() else array.astype(np.float32)
