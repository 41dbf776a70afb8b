"""Pictures in a .npz file: numpy's arrays in a zip, read row by row without ever opening a pickle."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from vae.errors import InputError, first_line
from vae.gathered import MOST_CLASSES, MOST_FILES, MOST_READ, Frame, Gathered, class_name, printable
from vae.image_files import open_zip, refused_entry
from vae.pixels import frame_of, shape_of_array, white_of

IMAGES = ("images", "x", "data", "imgs", "image", "pictures", "arr_0")
LABELS = ("labels", "y", "label", "targets", "target", "classes", "arr_1")
CLASS_NAMES = ("class_names", "label_names", "names")
PARTS = {"train": "train", "test": "test", "val": "test", "valid": "test"}

MOST_AT_ONCE = 256 << 20
"""Bytes of an array that is read whole: labels, and pictures that are stored column by column."""

MOST_A_PICTURE = 64 << 20
"""Bytes of one picture in the file."""

SAMPLE = 200
"""Pictures that tell whether white is 1 or 255."""


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


class PixelArrays(Gathered):
    """A .npz file with images and perhaps labels; or both twice, for training and for testing."""

    kind = "npz"
    in_order = True

    def __init__(self, path: Path, asked: tuple[int, int] | None = None) -> None:
        super().__init__()
        self._path, self._asked = path, asked
        self._zip = open_zip(path)
        try:
            self._look()
        except BaseException:
            self.close()
            raise

    def _look(self) -> None:
        stored = self._headers()
        self._pieces = _pairs(stored, self._path)
        self.image_shape, self._channels_first = shape_of_array(self._pieces[0][1].shape, self._asked)
        for part, images, labels in self._pieces:
            if shape_of_array(images.shape, self._asked) != (self.image_shape, self._channels_first):
                raise InputError(f"{self._path.name} holds arrays of pictures of different shapes; make them equal.")
            self._check_size(images)
            n = images.shape[0]
            self.labels += [None] * n if labels is None else self._read_labels(labels, n)
            self.parts += [part] * n
        self._name_classes(stored)
        self.settle()
        self._white = white_of(row for _, row in self._rows(range(min(SAMPLE, len(self)))))

    def _check_size(self, images: Stored) -> None:
        n = sum(stored.shape[0] for _, stored, _ in self._pieces)
        if n > MOST_FILES or sum(stored.size for _, stored, _ in self._pieces) > MOST_READ:
            raise InputError(
                f"{self._path.name} says it holds {n:,} pictures {list(images.shape[1:])}; a data set has at most "
                f"{MOST_FILES:,}, and {MOST_READ >> 30} GB of them. Bring fewer."
            )
        if images.size // images.shape[0] > MOST_A_PICTURE:
            raise InputError(
                f"{self._path.name} holds pictures of {images.size // images.shape[0] >> 20} MB each; at most "
                f"{MOST_A_PICTURE >> 20} MB are read. Make them smaller."
            )

    def _headers(self) -> dict[str, Stored]:
        found = {}
        for entry in self._zip.infolist():
            if not entry.filename.endswith(".npy"):
                continue
            if reason := refused_entry(entry):
                raise InputError(f"{self._path.name}: {printable(entry.filename)} cannot be read. {reason}")
            name = entry.filename.removesuffix(".npy")
            with self._reading(name), self._zip.open(entry) as file:
                found[name.lower()] = _header(file, entry.filename)
        return found

    def _read_labels(self, stored: Stored, n: int) -> list[str | None]:
        labels = self._whole(stored)
        if labels.ndim == 2 and labels.shape[1] > 1 and labels.dtype.kind in "biuf":  # one column a class
            labels = labels.argmax(axis=1)
        if labels.shape not in ((n,), (n, 1)):
            raise InputError(
                f"{self._path.name} holds {n:,} pictures but labels {list(labels.shape)}; give one label a picture."
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
            _header(file, stored.member)
            values = np.frombuffer(_exactly(file, stored.size), stored.dtype)
        return values.reshape(stored.shape, order="F" if stored.columns_first else "C")

    def name_of(self, number: int) -> str:
        for part, images, _ in self._pieces:
            if number < images.shape[0]:
                return f"{part + ' ' if part else ''}image {number}"
            number -= images.shape[0]
        return f"image {number}"

    def read(self, numbers: Iterable[int]) -> Iterator[tuple[int, Frame | str]]:
        height, width, channels = self.image_shape
        for number, values in self._rows(numbers):
            if self._channels_first:
                values = values.reshape(channels, height, width).transpose(1, 2, 0)
            yield number, frame_of(values, self.image_shape, self._white)

    def _rows(self, numbers: Iterable[int]) -> Iterator[tuple[int, np.ndarray]]:
        """Read pictures by their numbers, which must rise."""
        wanted, first = sorted(numbers), 0
        for _, stored, _ in self._pieces:
            n = stored.shape[0]
            mine = [number - first for number in wanted if first <= number < first + n]
            if mine and stored.columns_first and len(stored.shape) > 1:
                whole = self._whole(stored)
                yield from ((first + row, whole[row]) for row in mine)
            elif mine:
                yield from ((first + row, values) for row, values in self._stream(stored, mine))
            first += n

    def _stream(self, stored: Stored, rows: list[int]) -> Iterator[tuple[int, np.ndarray]]:
        size = stored.size // stored.shape[0]
        with self._zip.open(stored.member) as file:
            with self._reading(stored.member):
                _header(file, stored.member)
            at = 0
            for row in rows:
                with self._reading(stored.member):
                    for _ in range(row - at):
                        _exactly(file, size)
                    values = np.frombuffer(_exactly(file, size), stored.dtype).reshape(stored.shape[1:])
                at = row + 1
                yield row, values

    def _reading(self, name: str) -> "_Reading":
        return _Reading(f"{self._path.name}: {printable(name)}")

    def close(self) -> None:
        self._zip.close()


class _Reading:
    """Turn what goes wrong in the block into one sentence about that array."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, InputError):
            raise InputError(f"{self._name} is damaged ({first_line(error)}); save the file again.") from None


def _header(file: IO[bytes], member: str) -> Stored:
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


def _exactly(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise ValueError(f"it is cut short: {len(data):,} of {size:,} bytes")
    return data


def _pairs(stored: dict[str, Stored], path: Path) -> list[tuple[str | None, Stored, Stored | None]]:
    """Find the pictures and their labels among a file's arrays: [(part, images, labels)]."""
    parts = [(said, part) for said, part in PARTS.items() if _find(stored, IMAGES, said)]
    both = {part for _, part in parts} == {"train", "test"}
    pairs: list[tuple[str | None, Stored, Stored | None]] = []
    for said, part in parts if both else [("", None)]:
        images, labels = _find(stored, IMAGES, said), _find(stored, LABELS, said)
        if images is None:
            pictures = [one for one in stored.values() if len(one.shape) >= 2 and one.dtype.kind in "buif"]
            images = pictures[0] if len(pictures) == 1 else None
        if images is None or images.dtype.kind not in "buif" or len(images.shape) < 2 or 0 in images.shape:
            found = ", ".join(f"{printable(name)} {list(one.shape)}" for name, one in list(stored.items())[:8])
            raise InputError(
                f"{path.name} has no array of pictures; name it images, and the labels labels (or x_train, y_train, "
                f"x_test, y_test). It holds: {found or 'no arrays'}."
            )
        pairs.append((part, images, labels))
    return pairs


def _find(stored: dict[str, Stored], names: Iterable[str], part: str) -> Stored | None:
    spelt = [f"{name}{part}" for name in names]
    if part:
        spelt = [form for name in names for form in (f"{name}_{part}", f"{part}_{name}")]
    return next((stored[name] for name in spelt if name in stored), None)
