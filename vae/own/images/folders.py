"""Folders of pictures that are larger than memory: listed once, and read from disk while a model trains on them.

A folder is named PATH, PATH:SIDE or PATH:SIDE:grey (or :colour). Which files count, what their classes and parts are
and how each is brought to size is what vae/own/own_sets.py does too; nothing is written.
"""

import os
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from vae.errors import InputError
from vae.own.images.files import ImageFolder
from vae.own.images.gathered import Frame
from vae.own.images.making import as_made
from vae.own.making import Making

MOST_FILES = 20_000_000
"""Their names are held in memory, some 50 bytes each."""

MOST_TESTS = 10_000
MOST_TEST_BYTES = 256 << 20
"""Test images are held in memory while they are measured on, so of a large set only some are used."""

STAND_INS = 16
"""Neighbours that are tried in place of a picture that cannot be read."""

NAMED = re.compile(r"(?P<path>.+?):(?P<side>\d{1,4})(?::(?P<ink>grey|colour))?", re.DOTALL)


class Pictures(ImageFolder):
    """The files of a folder; however many and however large, for only a few are read at a time."""

    most_files = MOST_FILES
    most_read = sys.maxsize

    def pack(self) -> None:
        """Hold the paths as bytes side by side: a list of them would be copied into each loader, page by page."""
        self.paths = _Paths(self.paths)  # type: ignore[assignment]
        self.labels, self.parts = [], []


class _Paths:
    def __init__(self, paths: list[str]) -> None:
        self._bytes = np.array([os.fsencode(path) for path in paths], dtype=np.bytes_)

    def __getitem__(self, number: int) -> str:
        return os.fsdecode(bytes(self._bytes[number]))


class Stream:
    """Stand in for an array of images, uint8 [N, H, W, C], that lie in files; an index or a slice reads them.

    numbers: int64 [N], which of the `pictures`. One that cannot be read is named on stderr once, and its neighbour
    stands in for it, so that the order of the others does not depend on it.
    """

    dtype = np.dtype(np.uint8)
    ndim = 4

    def __init__(self, pictures: Pictures, numbers: np.ndarray, making: Making) -> None:
        assert making.asked is not None
        self.shape = (len(numbers), *making.asked, 3 if making.colour else 1)
        self._pictures, self._numbers, self._making = pictures, numbers, making
        self._named: set[int] = set()

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def nbytes(self) -> int:
        """Return the bytes that the images would take in memory."""
        return int(np.prod(self.shape))

    def first(self, n: int) -> "Stream":
        """Return a stream of the first `n` images; nothing is read."""
        return Stream(self._pictures, self._numbers[:n], self._making)

    def __getitem__(self, where: Any) -> np.ndarray:
        """Read the images at an index, a slice or an array of numbers, as an array of images is indexed."""
        places = np.arange(len(self))[where]
        if places.ndim == 0:
            return self.read(int(places))
        images = np.empty((len(places), *self.shape[1:]), np.uint8)
        for image, place in zip(images, places.tolist(), strict=True):
            image[:] = self.read(place)
        return images

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self[:].astype(dtype or np.uint8, copy=False)

    def read(self, place: int) -> np.ndarray:
        """Read the picture at `place`, or the nearest after it that can be read, [H, W, C]."""
        tried = (self._numbers[at % len(self)] for at in range(place, place + STAND_INS + 1))
        for number, frame in self._pictures.read(map(int, tried)):
            if isinstance(frame, Frame):
                return as_made(frame, self._making)
            if number not in self._named:
                self._named.add(number)
                print(f"Left out {self._pictures.name_of(number)}: {frame}", file=sys.stderr, flush=True)
        raise InputError(f"{STAND_INS + 1} pictures in a row cannot be read, the last for this reason: {frame}")


@dataclass(frozen=True)
class Opened:
    """What a folder of pictures holds: its images and their classes as numbers, int64 [N], where they have any."""

    name: str
    """The folder's."""
    classes: tuple[str, ...]
    train: Stream
    test: Stream
    train_labels: np.ndarray | None
    test_labels: np.ndarray | None


def is_stream(name: str) -> bool:
    """Say whether `name` is that of a folder of pictures, and not of a prepared data set."""
    folder = _parse(name)[0]
    return folder.is_dir() and not (folder / "card.json").exists()


def open_stream(name: str) -> Opened:
    """List the pictures of the folder that `name` names; side and colour are what suits them where it does not say.

    Raises `InputError` where there is none, or where too few of them are there.
    """
    folder, making = _parse(name)
    return _open(folder, making, folder.stat().st_mtime_ns)


def _parse(name: str) -> tuple[Path, Making]:
    found = None if Path(name).exists() else NAMED.fullmatch(name)  # a colon may be part of a folder's name
    if found is None:
        return Path(name), Making()
    side, ink = int(found["side"]), found["ink"]
    return Path(found["path"]), Making(side, side, None if ink is None else ink == "colour")


@lru_cache(maxsize=2)  # a data set's shape, its size and its images are asked for one after the other
def _open(folder: Path, making: Making, _changed: int) -> Opened:
    from vae.own.images.look import suited
    from vae.own.making import split

    pictures = Pictures(folder)
    making, pictures.manner = suited(pictures, making)
    parts, _ = split(pictures, list(range(len(pictures))), making)
    classes = tuple(pictures.classes())
    numbers = {label: number for number, label in enumerate(classes)}
    labels = np.array([numbers[label or ""] for label in pictures.labels], np.int64) if classes else None
    pictures.pack()
    streams = {part: Stream(pictures, numbers, making) for part, numbers in parts.items()}
    test = streams["test"].first(max(2, min(MOST_TESTS, MOST_TEST_BYTES // streams["train"].first(1).nbytes)))
    return Opened(
        name=folder.resolve().name,
        classes=classes,
        train=streams["train"],
        test=test,
        train_labels=None if labels is None else labels[parts["train"]],
        test_labels=None if labels is None else labels[parts["test"][: len(test)]],
    )
