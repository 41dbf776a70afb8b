"""Read `names`: first names, letter by letter, from a file with a name a line."""

from pathlib import Path

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, needed
from vae.datasets.splits import SPLIT_SEED
from vae.datasets.text.made import ALPHABET, LETTERS
from vae.errors import InputError
from vae.kinds.words.spelling import spelt

FILE = "makemore_names.txt"

TESTS = 2_000

CLASSES = ("ends in a", "ends in e", "ends in i or y", "ends in n", "ends in another letter")
"""What colours a map: the figures of names say nothing else of them here."""

ENDS = ("a", "e", "iy", "n")


def read_names(folder: Path) -> Arrays:
    """Read the names, of 2 to 15 letters a to z, each once; 2,000 of them, drawn with seed 0, are for testing."""
    path = needed(folder, FILE)
    with reading(path):
        names = path.read_text(encoding="ascii").split()
    longest = LETTERS.shape[0] - 1
    wrong = next((name for name in names if len(name) > longest or not set(name) <= set(ALPHABET)), None)
    if wrong is not None or len(set(names)) <= 2 * TESTS:
        what = f"the line {wrong[:30]!r}" if wrong is not None else f"{len(set(names)):,} names"
        raise InputError(
            f"{path} is damaged: it holds {what}, and not some 32,000 names of at most {longest} letters a to z; "
            "fetch it again."
        )
    unlike = np.array(sorted(set(names)))
    order = np.random.default_rng(SPLIT_SEED).permutation(len(unlike))
    arrays: Arrays = {}
    for part, rows in {"train": order[TESTS:], "test": order[:TESTS]}.items():
        some = unlike[rows].tolist()
        arrays[f"{part}/things"] = spelt(some, LETTERS)
        arrays[f"{part}/labels"] = np.array([class_of(name) for name in some], np.int64)
    return arrays


def class_of(name: str) -> int:
    """Return the number of a name's class, by its last letter."""
    return next((number for number, ends in enumerate(ENDS) if name[-1:] and name[-1] in ends), len(ENDS))
