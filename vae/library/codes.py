"""Where a model puts the images it is measured on: `codes.npz`."""

import math
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vae.errors import InputError, first_line

MAX_CODES = 250_000
MAX_CODE_VALUES = 1 << 22
"""Test images in codes.npz, and numbers in one of its arrays: a quarter of a million codes of 16 dimensions, or 32,768
of 128. A page is sent two such arrays."""


@dataclass(frozen=True)
class Codes:
    """The test set as the model sees it.

    mean, log_variance: float32 [N, d]; labels: int64 [N] or None; negative_elbo: float32 [N], nats.
    """

    mean: np.ndarray
    log_variance: np.ndarray
    labels: np.ndarray | None
    negative_elbo: np.ndarray


def read_codes(folder: Path) -> Codes | None:
    """Read the test codes of a model, or None where it has none."""
    path = folder / "codes.npz"
    if not path.exists():
        return None
    try:
        # Opened here, because numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            check_codes_size(arrays.zip)
            codes = Codes(
                mean=arrays["mean"].astype(np.float32),
                log_variance=arrays["log_variance"].astype(np.float32),
                labels=arrays["labels"].astype(np.int64) if "labels" in arrays else None,
                negative_elbo=arrays["negative_elbo"].astype(np.float32),
            )
        rows = {len(array) for array in (codes.mean, codes.negative_elbo, codes.labels) if array is not None}
        if codes.mean.ndim != 2 or codes.mean.shape != codes.log_variance.shape or len(rows) != 1:
            raise ValueError("its arrays do not belong together")
    except Exception as error:  # numpy, zipfile and zlib complain each in classes of their own
        raise InputError(f"{path} is damaged ({first_line(error)}); restore it, or train the model again.") from None
    return codes


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
    """Write test codes small: half precision is enough for maps, ranges and densities."""
    arrays: dict[str, Any] = {
        "mean": codes.mean.astype(np.float16),
        "log_variance": codes.log_variance.astype(np.float16),
        "negative_elbo": codes.negative_elbo.astype(np.float32),
    }
    if codes.labels is not None:
        arrays["labels"] = codes.labels.astype(np.uint8 if codes.labels.max() < 256 else np.int64)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
