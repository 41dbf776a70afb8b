"""How a person's own data become a data set: the settings, the parts that they are shared out into, what was made."""

import re
from dataclasses import dataclass

import numpy as np

from vae.datasets import dataset
from vae.datasets.dataset import MIN_IMAGES
from vae.datasets.splits import split_stratified
from vae.errors import InputError, unknown
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS
from vae.own.collection import Collected, LeftOut
from vae.own.tables import LABEL_COLUMNS

SIDES = (8, 256)
FEWEST = 2 * MIN_IMAGES
FITS = ("crop", "pad")
TABLES = (".csv", ".tsv", ".txt")

SCALES = ("none", "all", "each")
"""none: as they are; all: less the mean of all that are learnt from, over their standard deviation, for each channel;
each: the same for each series by itself."""

NAMES = ("file", "parent", "grandparent")
"""Where the labels of pictures can be, but for the topmost folder: in the beginning of their files' names, in the
folder that each lies in, or in the one above it."""

VALUES = ("found", "type", "0..1", "-1..1", "0..255")
"""How numbers become grey, where somebody has said it: black is the least there is and white the greatest, or the range
of the numbers' type, or these."""


@dataclass(frozen=True)
class Making:
    """Say how pictures, series or words become a data set."""

    height: int | None = None
    """Pixels from top to bottom; left out: what suits the pictures."""
    width: int | None = None
    """Pixels from left to right; left out: as the height."""
    colour: bool | None = None
    """Red, green and blue, or grey; left out: colour where the pictures have any."""
    fit: str = "crop"
    """crop: cut about the middle, so that no bars are learnt; pad: the whole picture, with bars of its border's
    colour."""
    held_out: float = 0.1
    """Share of the pictures that is not learnt from; of no effect where the data has a part for testing."""
    seed: int = 0
    """Of the split: the same seed holds out the same pictures."""
    values: str = ""
    """How the numbers of an array or a table become grey, of VALUES; left out: what suits them."""
    label: str = ""
    """Where the labels are. Which column of a table has them: first, last or none; left out: what its heading says, or
    its shape. Of pictures that are files: file (the beginning of its name), parent (its folder), grandparent (the one
    above) or none; left out: the topmost folder, or a table beside the pictures."""
    invert: bool = False
    """Exchange light and dark, as for dark strokes on white paper that are to lie on black, as MNIST's do."""
    kind: str = ""
    """What the data are, of KINDS; left out: series, tastes or words where the file says so, or else images."""
    scale: str = ""
    """How the values of series are changed, of SCALES; left out: what suits them."""

    def __post_init__(self) -> None:
        for name, side in (("height", self.height), ("width", self.width)):
            if side is not None and not SIDES[0] <= side <= SIDES[1]:
                raise InputError(f"The {name} must be from {SIDES[0]} to {SIDES[1]} pixels; got {side}.")
        if self.fit not in FITS:
            raise InputError(f"fit is one of: {', '.join(FITS)}; got {self.fit!r}.")
        if not 0.01 <= self.held_out <= 0.5:
            raise InputError(f"The share held out must be from 0.01 to 0.5; got {self.held_out:g}.")
        if not 0 <= self.seed < 2**31:
            raise InputError(f"The seed must be from 0 to 2147483647; got {self.seed}.")

        if self.kind and self.kind not in KINDS:
            raise unknown("kind of data", self.kind[:40], KINDS)
        choices = (
            ("values", self.values, VALUES),
            ("label", self.label, dict.fromkeys((*LABEL_COLUMNS, *NAMES))),
            ("scale", self.scale, SCALES),
        )
        for name, said, known in choices:
            if said and said not in known:
                raise InputError(f"{name} is one of: {', '.join(known)}; got {said[:20]!r}.")

    @property
    def asked(self) -> tuple[int, int] | None:
        """Return [H, W] where it was said, or None."""
        height, width = self.height or self.width, self.width or self.height
        return (height, width) if height and width else None


@dataclass(frozen=True)
class Made:
    """What lies in the folder of a set that is being made, beside its card; sizes: things to train on and to test."""

    item: Item
    sizes: tuple[int, int]
    classes: list[str]
    how: str
    left_out: LeftOut
    notes: list[str]


def as_kind(kind: str) -> str:
    """Return what a message says where data make nothing of one kind, and may be of another."""
    return f"say --kind {kind}"


def kind_advised(message: str) -> str | None:
    """Return the kind that a message says the data may be of; a page asks once more so."""
    found = re.search(as_kind(r"(\w+)"), message)
    return found[1] if found and found[1] in KINDS else None


def column_of(making: Making) -> str:
    """Return which column of a table was said to have the labels; the name of a file is none."""
    if making.label in NAMES:
        raise InputError(f"This is a table, and its rows are no files; label is one of: {', '.join(LABEL_COLUMNS)}.")
    return making.label


def too_few(own: Collected, got: int) -> InputError:
    """Say that there are too few of them, and what was left out."""
    left_out = f" Left out: {own.left_out.told()}." if own.left_out.count else ""
    return InputError(f"A data set needs at least {FEWEST} {own.nouns}; {got} of these can be read.{left_out}")


def split(own: Collected, kept: list[int], making: Making) -> tuple[dict[str, np.ndarray], str]:
    """Share out the things `kept`: places in `kept` for "train" and "test", shuffled, and how in a sentence."""
    given = [own.parts[number] for number in kept]
    if min(given.count("train"), given.count("test")) >= dataset.MIN_IMAGES:
        generator = np.random.default_rng(making.seed)
        places = {part: np.flatnonzero([one == part for one in given]) for part in ("train", "test")}
        return {part: generator.permutation(place) for part, place in places.items()}, "as the data came"
    tests = min(len(kept) - dataset.MIN_IMAGES, max(dataset.MIN_IMAGES, round(making.held_out * len(kept))))
    _, labels = np.unique([own.labels[number] or "" for number in kept], return_inverse=True)
    train, test = split_stratified(labels, tests, making.seed)
    return {
        "train": train,
        "test": test,
    }, f"{tests:,} for testing, every class in proportion, drawn with seed {making.seed}"
