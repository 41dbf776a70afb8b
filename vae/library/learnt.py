"""Things that a model learnt along with its weights, and that one can start from: `learnt.npz`."""

from pathlib import Path

import numpy as np

from vae.errors import InputError, first_line
from vae.files import write_arrays
from vae.library.cards import Card

FILE = "learnt.npz"
MOST = 120
"""Things that are kept: more than anybody looks through."""


def read_learnt(card: Card, folder: Path) -> np.ndarray | None:
    """Read the things that a model learnt, [n, *shape] as their kind keeps them, or None where it has none.

    Raises `InputError` where they are damaged, or are not what the card says a thing is.
    """
    path, wanted = folder / FILE, (card.item.shape, card.kind.kept)
    if not path.exists():
        return None
    try:
        # Opened here, because numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            with arrays.zip.open("things.npy") as raw:
                np.lib.format.read_magic(raw)
                shape, _, dtype = np.lib.format.read_array_header_1_0(raw)
            if (shape[1:], dtype) != wanted or not 1 <= shape[0] <= MOST:
                raise ValueError(f"it holds {dtype} {list(shape)}")
            things: np.ndarray = arrays["things"]
        if not np.isfinite(things).all():
            raise ValueError("NaN or infinity")
    except Exception as error:  # numpy, zipfile and zlib complain each in classes of their own
        raise InputError(f"{path} is damaged ({first_line(error)}); restore it, or train the model again.") from None
    return things


def write_learnt(path: Path, things: np.ndarray) -> None:
    """Write up to 120 of some things, [n, *shape] as their kind keeps them."""
    few = np.linspace(0, len(things) - 1, min(MOST, len(things))).round().astype(int)
    write_arrays(path, {"things": things[few]})
