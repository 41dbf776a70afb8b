"""Arrays in files: numpy's .npz and .npy and idx files as MNIST's, with their labels; no pickle is ever opened."""

import gzip
import math
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from vae.errors import InputError, first_line
from vae.own.archives import open_zip, refused_entry
from vae.own.collection import MOST_CLASSES, Collected, class_name, printable

IMAGES = ("images", "x", "data", "imgs", "image", "pictures", "arr_0")

LABELS = ("labels", "y", "label", "targets", "target", "classes", "arr_1")

CLASS_NAMES = ("class_names", "label_names", "names")

PARTS = {"train": "train", "test": "test", "val": "test", "valid": "test"}

MOST_AT_ONCE = 256 << 20
"""Bytes of an array that is read whole: labels, and pictures that are stored column by column."""

IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
"""Third byte of an idx file -> the type of its numbers (http://yann.lecun.com/exdb/mnist)."""


@dataclass(frozen=True)
class Stored:
    """An array in the archive: its member's name, shape and type, and whether it is stored column by column."""

    member: str
    shape: tuple[int, ...]
    dtype: np.dtype
    columns_first: bool

    @property
    def size(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


class StoredArrays(Collected):
    """A .npz file with an array of things and perhaps one of labels; or both twice, for training and for testing."""

    kind = "npz"
    named: tuple[str, ...] = IMAGES
    """What the array of things may be called."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._zip = self._archive()
        try:
            self._look()
        except BaseException:
            self.close()
            raise

    def _archive(self) -> "zipfile.ZipFile | Files":
        return open_zip(self._path)

    def _look(self) -> None:
        stored = self._headers()
        self._pieces = self._pairs(stored)
        for part, things, labels in self._pieces:
            self._check_array(things)
            n = things.shape[0]
            self.labels += [None] * n if labels is None else self._read_labels(labels, n)
            self.parts += [part] * n
        self._name_classes(stored)
        self.settle()

    def _check_array(self, things: Stored) -> None:
        """Raise `InputError` where an array of things is too large, or of another shape than the first."""

    def _headers(self) -> dict[str, Stored]:
        found = {}
        for entry in self._zip.infolist():
            if not entry.filename.endswith(".npy"):
                continue
            if reason := refused_entry(entry):
                raise InputError(f"{self._path.name}: {printable(entry.filename)} cannot be read. {reason}")
            name = entry.filename.removesuffix(IDX_END).removesuffix(".npy")
            with self._reading(name), self._zip.open(entry) as file:
                found[name.lower()] = header_of(file, entry.filename)
        return found

    def _pairs(self, stored: dict[str, Stored]) -> list[tuple[str | None, Stored, Stored | None]]:
        """Find the things and their labels among a file's arrays: [(part, things, labels)]."""
        parts = [(said, part) for said, part in PARTS.items() if _find(stored, self.named, said)]
        both = {part for _, part in parts} == {"train", "test"}
        pairs: list[tuple[str | None, Stored, Stored | None]] = []
        for said, part in parts if both else [("", None)]:
            things, labels = _find(stored, self.named, said), _find(stored, LABELS, said)
            if things is None:
                arrays = [one for one in stored.values() if len(one.shape) >= 2 and one.dtype.kind in "buif"]
                things = arrays[0] if len(arrays) == 1 else None
            if things is None or things.dtype.kind not in "buif" or len(things.shape) < 2 or 0 in things.shape:
                found = ", ".join(f"{printable(name)} {list(one.shape)}" for name, one in list(stored.items())[:8])
                raise InputError(
                    f"{self._path.name} has no array of {self.nouns}; name it {self.named[0]}, and the labels labels "
                    f"(or x_train, y_train, x_test, y_test). It holds: {found or 'no arrays'}."
                )
            pairs.append((part, things, labels))
        return pairs

    def _read_labels(self, stored: Stored, n: int) -> list[str | None]:
        labels = self._whole(stored)
        if labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind in "biuf":  # one column a class
            labels = labels.argmax(axis=1)
        if labels.shape not in ((n,), (n, 1)):
            raise InputError(
                f"{self._path.name} holds {n:,} {self.nouns} but labels {list(labels.shape)}; give one label a "
                f"{self.noun}."
            )
        known: dict[object, str | None] = {}
        values = labels.reshape(-1).tolist()
        for value in values:
            if value not in known:
                known[value] = class_name(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
        return [known[value] for value in values]

    def _name_classes(self, stored: dict[str, Stored]) -> None:
        """Take the classes' names from the file where it has them and labels are their numbers."""
        key = next((key for key in CLASS_NAMES if key in stored), None)
        if key is None or stored[key].dtype.kind not in "US" or math.prod(stored[key].shape) > MOST_CLASSES:
            return
        names = [class_name(str(name)) or str(number) for number, name in enumerate(self._whole(stored[key]).tolist())]
        numbered = {str(number): name for number, name in enumerate(names)}
        if {label for label in self.labels if label is not None} <= numbered.keys():
            self.labels = [None if label is None else numbered[label] for label in self.labels]

    def _whole(self, stored: Stored) -> np.ndarray:
        if stored.size > MOST_AT_ONCE:
            raise InputError(
                f"{self._path.name}: {printable(stored.member)} is too large to be read at once "
                f"({stored.size >> 20:,} MB); store it row by row (np.ascontiguousarray)."
            )
        with self._reading(stored.member), self._zip.open(stored.member) as file:
            header_of(file, stored.member)
            values = np.frombuffer(exactly(file, stored.size), stored.dtype)
        return values.reshape(stored.shape, order="F" if stored.columns_first else "C")

    def _reading(self, name: str) -> "_Reading":
        return _Reading(f"{self._path.name}: {printable(name)}")

    def close(self) -> None:
        self._zip.close()


IDX_END = ".idx.npy"
"""What an idx file is called among the arrays of a file: it has another header, and is read as they are otherwise."""


class Files:
    """Files beside one another, or in a zip, that stand for the arrays of a .npz: the array's name -> where it is."""

    def __init__(self, files: dict[str, Path | str], archive: zipfile.ZipFile | None = None) -> None:
        self._files, self._archive = files, archive

    def infolist(self) -> list[zipfile.ZipInfo]:
        infos = []
        for name, file in self._files.items():
            info = zipfile.ZipInfo(name)
            if self._archive and isinstance(file, str):
                there = self._archive.getinfo(file)
                info.flag_bits, info.compress_type = there.flag_bits, there.compress_type
                info.external_attr = there.external_attr
            infos.append(info)
        return infos

    def open(self, member: str | zipfile.ZipInfo) -> IO[bytes]:
        """Open an array's file, unpacked where it is gzipped."""
        file = self._files[member if isinstance(member, str) else member.filename]
        archived = self._archive.open(file) if self._archive and isinstance(file, str) else None
        opened: IO[bytes] = archived or open(file, "rb")  # noqa: PTH123, SIM115 (the caller closes it)
        start = opened.read(2)
        opened.seek(0)
        return opened if start != GZIP else _Unpacked(opened)  # type: ignore[return-value]

    def close(self) -> None:
        if self._archive:
            self._archive.close()


GZIP = b"\x1f\x8b"


class _Unpacked(gzip.GzipFile):
    """What a gzipped file holds; closing it closes the file too."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(fileobj=file, mode="rb")
        self._below = file

    def close(self) -> None:
        super().close()
        self._below.close()


class _Reading:
    """Turn what goes wrong in the block into one sentence about that array."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, InputError):
            raise InputError(f"{self._name} is damaged ({first_line(error)}); save the file again.") from None


def header_of(file: IO[bytes], member: str) -> Stored:
    """Read what an array's file says of it, and no further; `InputError` where it is none of plain numbers or text."""
    if member.endswith(IDX_END):
        return _idx_header(file, member)
    version = npy.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise InputError(f"{printable(member)} is of a kind that is not read; save plain numbers.")
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, columns_first, dtype = read(file)
    if dtype.hasobject:
        raise InputError(
            f"{printable(member)} holds Python objects, which could run code and are never opened; "
            "save arrays of numbers (and labels as numbers or text of one type)."
        )
    if dtype.kind not in "buifUS" or min(shape, default=1) < 0:
        raise InputError(f"{printable(member)} holds {dtype}; save numbers or text.")
    return Stored(member if member.endswith(".npy") else f"{member}.npy", shape, dtype, columns_first)


def _idx_header(file: IO[bytes], member: str) -> Stored:
    start = exactly(file, 4)
    if start[:2] != b"\0\0" or start[2] not in IDX_TYPES or not 1 <= start[3] <= 4:
        raise InputError(f"{printable(member.removesuffix(IDX_END))} is no idx file: it does not start like one.")
    shape = tuple(int(side) for side in np.frombuffer(exactly(file, 4 * start[3]), ">u4"))
    return Stored(member, shape, np.dtype(IDX_TYPES[start[2]]), False)


def exactly(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise ValueError(f"it is cut short: {len(data):,} of {size:,} bytes")
    return data


def _find(stored: dict[str, Stored], names: Iterable[str], part: str) -> Stored | None:
    spelt = [f"{name}{part}" for name in names]
    if part:
        spelt = [form for name in names for form in (f"{name}_{part}", f"{part}_{name}")]
    return next((stored[name] for name in spelt if name in stored), None)
