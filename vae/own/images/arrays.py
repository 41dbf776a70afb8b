"""Pictures in arrays: numpy's .npz and .npy and idx files as MNIST's, read row by row; no pickle is ever opened."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from vae.errors import InputError
from vae.own.archives import open_zip
from vae.own.collection import MOST_FILES, MOST_READ
from vae.own.images.gathered import Frame, Gathered
from vae.own.images.rows import frame_of, levels_of, shape_of_array
from vae.own.making import VALUES
from vae.own.stored import IDX_END, IDX_TYPES, Files, Stored, StoredArrays, exactly, header_of

MOST_A_PICTURE = 64 << 20
"""Bytes of one picture in the file."""

SAMPLE = 200
"""Pictures of bytes that tell whether white is 1 or 255; of other numbers all are looked at."""

IDX_NAME = re.compile(r"(?P<before>.*?)(?P<what>images|labels)[-.]idx\d(?P<after>-\w+)?(\.gz)?", re.IGNORECASE)
"""Names of MNIST's files and of those made in their image."""


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
                        exactly(file, size)
                    values = np.frombuffer(exactly(file, size), stored.dtype).reshape(stored.shape[1:])
                at = row + 1
                yield row, values


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
