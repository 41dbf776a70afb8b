"""What a person's own data holds, whatever file it came in: pictures or series, their labels, and what was left out."""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

MOST_FILES = 250_000
"""Pictures, series, files or rows of one data set: what two cores still read in minutes and a laptop's disk holds."""

MOST_READ = 8 << 30
"""Bytes that an archive may unpack to, counted while it is read and not as it says."""

MOST_CLASSES = 1000
"""Above this the labels are numbers or names of their own, and no classes."""

SHOWN = 20
"""Files and rows left out that are named; the others are counted."""

UNLABELLED = "unlabelled"


@dataclass(frozen=True)
class Reason:
    """A file or a row, and why it is not in the set."""

    name: str
    reason: str


@dataclass
class LeftOut:
    """What is not in the set: how much, and the first of it by name."""

    count: int = 0
    shown: list[Reason] = field(default_factory=list)

    def add(self, name: str, reason: str) -> None:
        """Count one more, and name it where there is room."""
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(Reason(printable(name), reason))

    def told(self) -> str:
        """Name the first and their number in half a sentence."""
        first = "; ".join(f"{one.name}: {one.reason.rstrip('.')}" for one in self.shown[:2])
        return f"{first}{f'; and {self.count - 2:,} more' if self.count > 2 else ''}"


class Collected:
    """Things of one file or folder, and what is said of them.

    kind: of file; noun, nouns: one thing and several; labels: a class's name or None for each; parts: "train", "test"
    or None for each; notes: sentences about what was found; choices: settings of `Making` that its kind leaves to be
    said, and what each can be, "" for what suits.
    """

    kind: str
    noun, nouns = "picture", "pictures"

    def __init__(self) -> None:
        self.labels: list[str | None] = []
        self.parts: list[str | None] = []
        self.left_out = LeftOut()
        self.notes: list[str] = []
        self.choices: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self.labels)

    def settle(self) -> None:
        """Make of the labels found what a data set has: several classes with every thing in one, or none."""
        counts = Counter(self.labels)
        missing = counts.pop(None, 0)
        if len(counts) > MOST_CLASSES:
            self.notes.append(
                f"There are {len(counts):,} different labels, more than {MOST_CLASSES:,}: they are no classes here."
            )
            counts.clear()
        if not counts or (len(counts) == 1 and not missing):
            self.labels = [None] * len(self.labels)
        elif missing:
            self.labels = [UNLABELLED if label is None else label for label in self.labels]
            some = f"{self.noun} has" if missing == 1 else f"{self.nouns} have"
            self.notes.append(f"{missing:,} {some} no label and became the class {UNLABELLED!r}.")
        if set(self.parts) != {"train", "test"}:
            self.parts = [None] * len(self.parts)

    def classes(self) -> list[str]:
        """Return the names of the classes in the order of their labels: by number, or as people sort words."""
        return sorted({label for label in self.labels if label is not None}, key=_as_people_sort)


def spread(own: Collected) -> list[int]:
    """Return all numbers, first some of each class in turn, those in an order drawn with a fixed seed."""
    order = np.random.default_rng(0).permutation(len(own))
    turns: Counter[str | None] = Counter()
    rounds = np.empty(len(own), np.int64)
    for number in order:
        rounds[number] = turns[own.labels[number]]
        turns[own.labels[number]] += 1
    return order[np.argsort(rounds[order], kind="stable")].tolist()


def _as_people_sort(name: str) -> tuple[bool, list[tuple[int, int, str]], str]:
    pieces = re.findall(r"\d+|\D+", name.casefold())
    order = [(0, int(piece), "") if piece.isdecimal() else (1, 0, piece) for piece in pieces]
    return name == UNLABELLED, order, name


def class_name(text: str) -> str | None:
    """Return a label as a class's name, "3.0" as "3"; None where it says nothing."""
    text = printable(text.strip().strip("\"'").strip())
    if re.fullmatch(r"-?\d{1,15}\.0*", text):
        text = text.split(".")[0]
    return None if text.casefold() in ("", "nan", "none", "null", "-1") else text


def printable(text: str) -> str:
    """Return a name from outside on one line, without what a screen cannot show, cut to 80 letters."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= 80 else f"{shown[:40]}…{shown[-39:]}"
