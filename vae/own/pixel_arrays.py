"""Pictures in arrays: numpy's .npz and .npy and idx files as MNIST's, read row by row; no pickle is ever opened."""

import gzip
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from vae.errors import InputError, first_line
from vae.own.collection import MOST_CLASSES, MOST_FILES, MOST_READ, Collected, Frame, Gathered, class_name, printable
from vae.own.image_files import open_zip, refused_entry
from vae.own.pixel_rows import VALUES, frame_of, levels_of, shape_of_array

IMAGES = ("images", "x", "data", "imgs", "image", "pictures", "arr_0")
LABELS = ("labels", "y", "label", "targets", "target", "classes", "arr_1")
CLASS_NAMES = ("class_names", "label_names", "names")
PARTS = {"train": "train", "test": "test", "val": "test", "valid": "test"}

MOST_AT_ONCE = 256 << 20
"""Bytes of an array that is read whole: labels, and pictures that are stored column by column."""

MOST_A_PICTURE = 64 << 20
"""Bytes of one picture in the file."""

SAMPLE = 200
"""Pictures of bytes that tell whether white is 1 or 255; of other numbers all are looked at."""

IDX_NAME = re.compile(r"(?P<before>.*?)(?P<what>images|labels)[-.]idx\d(?P<after>-\w+)?(\.gz)?", re.IGNORECASE)
"""Names of MNIST's files and of those made in their image."""

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
            values = np.frombuffer(_exactly(file, stored.size), stored.dtype)
        return values.reshape(stored.shape, order="F" if stored.columns_first else "C")

    def _reading(self, name: str) -> "_Reading":
        return _Reading(f"{self._path.name}: {printable(name)}")

    def close(self) -> None:
        self._zip.close()


class PixelArrays(StoredArrays, Gathered):
    """A .npz file with images and perhaps labels; or both twice, for training and for testing."""

    in_order = True

    def __init__(self, path: Path, asked: tuple[int, int] | None = None, values: str = "") -> None:
        self._asked, self._values = asked, values
        super().__init__(path)

    def _look(self) -> None:
        super()._look()
        dtype = self._pieces[0][1].dtype
        looked_at = min(SAMPLE, len(self)) if dtype.kind == "b" or dtype == np.uint8 else len(self)
        self._levels = levels_of((row for _, row in self._rows(range(looked_at))), dtype, self._values)
        self.notes += [self._levels.note] if self._levels.note else []
        if dtype.kind != "b" and (dtype != np.uint8 or self._values):
            self.choices["values"] = ("", *VALUES)

    def _check_array(self, images: Stored) -> None:
        self.image_shape, self._channels_first = shape_of_array(self._pieces[0][1].shape, self._asked)
        if shape_of_array(images.shape, self._asked) != (self.image_shape, self._channels_first):
            raise InputError(f"{self._path.name} holds arrays of pictures of different shapes; make them equal.")
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
            yield number, frame_of(values, self.image_shape, self._levels)

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
                header_of(file, stored.member)
            at = 0
            for row in rows:
                with self._reading(stored.member):
                    for _ in range(row - at):
                        _exactly(file, size)
                    values = np.frombuffer(_exactly(file, size), stored.dtype).reshape(stored.shape[1:])
                at = row + 1
                yield row, values


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


class PlainArray(PixelArrays):
    """A .npy file: images without labels."""

    kind = "npy"

    def _archive(self) -> Files:
        return Files({"images.npy": self._path})


class IdxFiles(PixelArrays):
    """Files of MNIST's own format: one, with its labels beside it, or all of a folder or a zip file."""

    kind = "idx"

    def _archive(self) -> Files:
        if self._path.is_dir():
            found: dict[str, Path | str] = {file.name: file for file in sorted(self._path.iterdir()) if file.is_file()}
            return Files(_idx_arrays(found))
        if zipfile.is_zipfile(self._path):
            archive = open_zip(self._path)
            members: dict[str, Path | str] = {name.rpartition("/")[2]: name for name in archive.namelist()}
            return Files(_idx_arrays(members), archive)
        beside = {file.name: file for file in (self._path, *_labels_beside(self._path))}
        arrays = _idx_arrays(dict(beside)) or {f"images{IDX_END}": self._path}
        if not any(name.startswith("labels") for name in arrays):
            self.notes.append("No labels: put this file and that of its labels into one zip, or beside each other.")
        return Files(arrays)


def _labels_beside(path: Path) -> list[Path]:
    """Return the file of the labels of a file of images, plain or gzipped, where there is one."""
    named = IDX_NAME.fullmatch(path.name)
    if named is None or named["what"].lower() != "images":
        return []
    wanted = named["before"].lower()
    for file in sorted(path.parent.iterdir()):
        other = IDX_NAME.fullmatch(file.name)
        if other and other["what"].lower() == "labels" and other["before"].lower() == wanted and file.is_file():
            return [file]
    return []


def _idx_arrays(files: dict[str, Path | str]) -> dict[str, Path | str]:
    """Name idx files as the arrays of a .npz are named, by what they are called; others are passed over."""
    named = {name: match for name in files if (match := IDX_NAME.fullmatch(name))}
    parts = {
        name: "test" if re.search("t10k|test|val", match["before"].lower()) else "train"
        for name, match in named.items()
    }
    both = len({parts[name] for name, match in named.items() if match["what"].lower() == "images"}) == 2
    return {
        f"{match['what'].lower()}{'_' + parts[name] if both else ''}{IDX_END}": files[name]
        for name, match in named.items()
    }


def is_idx(path: Path) -> bool:
    """Say whether a file begins like an idx file, or a folder or a zip file holds files of such names and no others."""
    if path.is_dir():
        names = [file.name for file in path.iterdir() if not file.name.startswith(".")]
    elif zipfile.is_zipfile(path):
        with open_zip(path) as archive:
            names = [name.rpartition("/")[2] for name in archive.namelist() if not name.startswith("__MACOSX/")]
    else:
        with Files({"it": path}).open("it") as file:
            try:
                start = file.read(4)
            except (OSError, EOFError):  # no gzip
                return False
        return len(start) == 4 and start[:2] == b"\0\0" and start[2] in IDX_TYPES and 1 <= start[3] <= 4
    kept = [IDX_NAME.fullmatch(name) for name in names if name and not name.startswith(".")]
    return any(match and match["what"].lower() == "images" for match in kept) and all(kept)


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
    start = _exactly(file, 4)
    if start[:2] != b"\0\0" or start[2] not in IDX_TYPES or not 1 <= start[3] <= 4:
        raise InputError(f"{printable(member.removesuffix(IDX_END))} is no idx file: it does not start like one.")
    shape = tuple(int(side) for side in np.frombuffer(_exactly(file, 4 * start[3]), ">u4"))
    return Stored(member, shape, np.dtype(IDX_TYPES[start[2]]), False)


def _exactly(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise ValueError(f"it is cut short: {len(data):,} of {size:,} bytes")
    return data


def _find(stored: dict[str, Stored], names: Iterable[str], part: str) -> Stored | None:
    spelt = [f"{name}{part}" for name in names]
    if part:
        spelt = [form for name in names for form in (f"{name}_{part}", f"{part}_{name}")]
    return next((stored[name] for name in spelt if name in stored), None)
