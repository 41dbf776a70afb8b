"""A map's file: points, float32 [N, 2] (none for linear maps, which are computed when they are opened), the key of what
it is a map of, and how it stands, as JSON in bytes."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from vae.errors import InputError, first_line
from vae.files import replacing, sha256
from vae.library.shelf import Model
from vae.maps.quality import Keeps

FORMAT = 1
"""Part of the key: raised when the same id shall mean another map, so that old files count as none."""


@dataclass(frozen=True)
class Standing:
    """How a map stands: made, forming, or not there. This is all that a page has to know of it.

    state: "done"; "stopped" (kept as far as it got); "forming" (a process is at it now); "absent".
    message: a sentence where there is something to say (a damaged file, a perplexity that was lowered), otherwise "".
    points: float32 [N, 2]; None where absent, and for linear maps. kl_divergence: nats, of t-SNE.
    """

    state: Literal["done", "stopped", "forming", "absent"]
    iteration: int = 0
    total: int = 0
    message: str = ""
    points: np.ndarray | None = None
    keeps: Keeps | None = None
    kl_divergence: float | None = None


def key(model: Model, id: str) -> str:
    """Name what a map is a map of: the model's codes, the id with its settings, and the format."""
    path = model.folder / "codes.npz"
    codes = sha256(path) if path.is_file() else "none"
    return hashlib.sha256(f"{FORMAT} {id} {codes}".encode()).hexdigest()


def write(path: Path, key: str, standing: Standing, within: Path | None = None) -> None:
    """Write a map's file, whole or not at all. within: a folder above it that must be there and is never made."""
    facts = msgspec.json.encode(replace(standing, points=None))
    arrays = {"facts": np.frombuffer(facts, np.uint8), "key": np.frombuffer(key.encode(), np.uint8)}
    if standing.points is not None:
        arrays["points"] = standing.points
    with replacing(path, within) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def read(path: Path, key: str) -> Standing | None:
    """Read a map's file; None where there is none with this key, `InputError` where it is damaged."""
    try:
        # Opened here, because numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            same = arrays["key"].tobytes().decode() == key
            standing = msgspec.json.decode(arrays["facts"].tobytes(), type=Standing)
            points = arrays["points"] if "points" in arrays.files else None
        if points is not None and (points.dtype != np.float32 or points.ndim != 2 or points.shape[1] != 2):
            raise ValueError("its points are not float32 [N, 2]")
        if points is not None and not np.isfinite(points).all():
            raise ValueError("its points are not finite numbers")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception as error:  # numpy, zipfile and msgspec complain each in classes of their own
        raise InputError(f"{path} is damaged ({first_line(error)});") from None
    return replace(standing, points=points) if same else None
