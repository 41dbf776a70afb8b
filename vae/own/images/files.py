"""Pictures in a zip file or a folder, where folders are classes: found, named and read one at a time.

Nothing of an archive is ever written to disk under a name of its own: a member is read in memory, its bytes counted as
they come, and its path is only ever text.
"""

import csv
import io
import os
import re
import stat
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from vae.errors import InputError, first_line
from vae.own.archives import open_zip, refused_entry, too_many_files
from vae.own.collection import MOST_FILES, MOST_READ, class_name, printable
from vae.own.images.bounds import check_bounds
from vae.own.images.gathered import Frame, Gathered
from vae.own.images.picture import FORMATS, MAX_BYTES, MAX_PIXELS, Manner, read_upright
from vae.own.making import NAMES
from vae.own.tables import LABELS

SUFFIXES = (".png", ".jpg", ".jpeg", ".jpe", ".webp", ".gif", ".bmp", ".tif", ".tiff", "")
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz")
KINDS = "PNG, JPEG, WebP, GIF, BMP or TIFF"

JUNK = ("__macosx", "thumbs.db", "desktop.ini")
"""What computers put beside pictures by themselves: passed over in silence, as are names that begin with a dot."""

PARTS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "test",
    "valid": "test",
    "validation": "test",
}
"""Name of a folder above the classes -> the part its pictures are for. A third part is held out like the second."""

METADATA = ("metadata.csv", "metadata.jsonl")
MAX_METADATA_BYTES = 64 << 20

MOST_PIXELS = 64 << 30
"""Pixels of all pictures of an archive together: those of `MOST_READ` bytes of photographs. What is packed tighter is
plain colour made to take hours."""

FEW = 100
"""Beginnings of files' names that are offered as classes; more are numbers or names of their own."""


class ImageFiles(Gathered):
    """Pictures that are files of their own. Their paths, with slashes, decide their labels and parts."""

    most_files, most_read, most_pixels = MOST_FILES, MOST_READ, MOST_PIXELS

    def __init__(self, manner: Manner) -> None:
        super().__init__()
        self.manner = manner
        self.paths: list[str] = []
        self._metadata: list[str] = []
        self._folders: set[str] = set()
        self._taken = self._pixels = 0

    def name_of(self, number: int) -> str:
        return self.paths[number]

    def fetch(self, path: str, most: int) -> bytes:
        """Return at most `most` bytes of a file, or raise what the system or the archive has to say."""
        raise NotImplementedError

    def read(self, numbers: Iterable[int]) -> Iterator[tuple[int, Frame | str]]:
        for number in numbers:
            try:
                data = self.fetch(self.paths[number], MAX_BYTES + 1)
                self._taken += len(data)
                if self._taken > self.most_read:
                    raise TooMuch(
                        f"It unpacks to more than {self.most_read >> 30} GB; bring fewer or smaller pictures."
                    )
                self._pixels += _pixels_of(data)
                if self._pixels > self.most_pixels:
                    raise TooMuch(
                        f"Its pictures have more than {self.most_pixels >> 30} gigapixels in all; bring fewer."
                    )
                yield number, _frame(data, self.manner)
            except TooMuch:
                raise
            except InputError as error:
                yield number, str(error).split(";")[0].rstrip(".") + "."
            except Exception as error:  # zipfile, zlib and the system complain in classes of their own
                yield number, f"It cannot be read ({first_line(error)})."

    def take(self, path: str, refused: str = "") -> None:
        """Take a file that was found into the set, or leave it out with the reason it is `refused` for or its name."""
        pieces = path.split("/")
        if pieces[-1].startswith(".") or any(piece.casefold() in JUNK for piece in pieces):
            return
        suffix = os.path.splitext(pieces[-1])[1].lower()  # noqa: PTH122 (an archive's path is text)
        if refused:
            self.left_out.add(path, refused)
        elif any(piece in ("", ".", "..") for piece in pieces) or pieces[0][1:2] == ":":
            self.left_out.add(path, "Its path leads out of the folder.")
        elif pieces[-1].lower() in METADATA:
            self._metadata.append(path)
        elif suffix in SUFFIXES:
            self.paths.append(path)
        elif suffix in ARCHIVES:
            self.left_out.add(path, "An archive within is not opened.")
        else:
            self.left_out.add(path, f"Not a {KINDS} file.")

    def arrange(self, where: Path, said: str = "") -> None:
        """Sort what was taken, and give each picture its label and part. `InputError` where there is no picture.

        said: where the labels are, of `NAMES`, or "none"; left out: the topmost folder below those that all lie in, or
        a table beside the pictures.
        """
        if not self.paths:
            raise InputError(f"{where.name} holds no pictures ({KINDS}){_found_instead(self)}.")
        self.paths.sort()
        pieces = strip_common([path.split("/") for path in self.paths])
        depth = self.paths[0].count("/") + 1 - len(pieces[0])
        parts = [PARTS.get(piece[0].lower()) if len(piece) > 1 else None for piece in pieces]
        if set(parts) == {"train", "test"}:
            pieces, depth = [piece[1:] for piece in pieces], depth + 1
            self.parts = list(parts)
        else:
            self.parts = [None] * len(pieces)
        self.labels = [printable(piece[0]) if len(piece) > 1 else None for piece in pieces]
        self._tell_empty(depth)
        self._follow_metadata()
        self._offer_names(pieces, said)
        self.settle()

    def _offer_names(self, pieces: list[list[str]], said: str) -> None:
        """Take the labels from where it was said, and offer where else they may be."""
        ways = {name: [label_in(piece, name) for piece in pieces] for name in NAMES}
        found, most = self.labels, min(FEW, len(pieces) // 2)
        fit = [name for name, labels in ways.items() if labels != found and 2 <= len(set(labels) - {None}) <= most]
        if fit or said:
            self.choices["label"] = ("", *(name for name in NAMES if name in fit or name == said), "none")
        if said:
            self.labels = ways.get(said, [None] * len(pieces))
        elif "file" in fit and len(set(found)) < 2:
            self.notes.append(
                f"No folders say classes, but the files' names begin in {len(set(ways['file']) - {None})} ways: say so "
                "where these are their labels."
            )

    def _tell_empty(self, depth: int) -> None:
        full = {name for label in self.labels if (name := label)}
        found = {printable(pieces[depth]) for path in self._folders if len(pieces := path.split("/")) == depth + 1}
        if full and (empty := sorted(found - full - set(PARTS))):
            named = ", ".join(empty[:5]) + (f" and {len(empty) - 5:,} more" if len(empty) > 5 else "")
            self.notes.append(f"Without pictures, and so no classes: {named}.")

    def _follow_metadata(self) -> None:
        """Let a table beside the pictures say their labels (metadata.csv or metadata.jsonl: file_name and label)."""
        said: dict[str, str | None] = {}
        for path in self._metadata:
            folder = path.rpartition("/")[0]
            try:
                rows = _metadata_rows(path, self.fetch(path, MAX_METADATA_BYTES + 1))
                said |= {f"{folder}/{name}" if folder else name: label for name, label in rows}
            except Exception as error:
                self.left_out.add(path, f"It cannot be read ({first_line(error)}).")
        if said:
            self.labels = [said.get(path) for path in self.paths]
            self.notes.append("Labels are those of the table beside the pictures (metadata), not the folders' names.")


class TooMuch(InputError):
    """The whole archive is refused, not one picture of it."""


class ImageZip(ImageFiles):
    """A zip file of pictures."""

    kind = "zip"

    def __init__(self, path: Path, manner: Manner | None = None, label: str = "") -> None:
        super().__init__(manner or Manner())
        self._zip = open_zip(path)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        try:
            self._look(path, label)
        except BaseException:
            self.close()
            raise

    def _look(self, path: Path, label: str) -> None:
        entries = self._zip.infolist()
        files = [entry for entry in entries if not entry.is_dir()]
        if files and all(entry.flag_bits & 1 for entry in files):
            raise InputError(f"{path.name} is locked with a password; pack it again without one.")
        for entry in entries:
            name = entry.filename.replace("\\", "/")
            if entry.is_dir():
                self._folders.add(name.rstrip("/"))
            elif name in self._entries:
                self.left_out.add(name, "The archive has it twice; the first is taken.")
            else:
                self._entries[name] = entry
                self.take(name, refused_entry(entry))
        self.arrange(path, label)

    def fetch(self, path: str, most: int) -> bytes:
        with self._zip.open(self._entries[path]) as file:
            return file.read(most)

    def close(self) -> None:
        self._zip.close()


class ImageFolder(ImageFiles):
    """A folder of pictures; links in it are not followed."""

    kind = "folder"
    most_read = most_pixels = sys.maxsize  # files take as much of the disk as they have, and come by command alone

    def __init__(self, root: Path, manner: Manner | None = None, label: str = "") -> None:
        super().__init__(manner or Manner())
        self._root, found = root, 0
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            here = Path(folder).relative_to(root)
            self._folders |= {(here / name).as_posix() for name in folders}
            found += len(files)
            if found > self.most_files:
                raise too_many_files(root)
            for name in files:
                path = (here / name).as_posix()
                self.take(path, "" if stat.S_ISREG((root / path).lstat().st_mode) else "A link, which is not followed.")
        self.arrange(root, label)

    def fetch(self, path: str, most: int) -> bytes:
        with (self._root / path).open("rb") as file:
            return file.read(most)

    def close(self) -> None:
        pass


def label_in(pieces: list[str], where: str) -> str | None:
    """Return the label that the pieces of a picture's path say at one of `NAMES`; None where they say none.

    A file's name says what stands before its first separator (_ - . or a space), without the digits at the end of that;
    a number before a separator is the label itself: cat_001.png and cat001.png are cat, 7_0012.png is 7, 0012.png none.
    """
    *folders, name = pieces
    if where != "file":
        back = 1 + NAMES.index(where) - NAMES.index("parent")
        return printable(folders[-back]) if len(folders) >= back else None
    first, apart, _ = re.split(r"([_\-. ]|$)", os.path.splitext(name)[0], maxsplit=1)  # noqa: PTH122
    return printable(first.rstrip("0123456789") or (first if apart else "")) or None


def strip_common(paths: list[list[str]]) -> list[list[str]]:
    """Take off the folders that all paths begin with."""
    shortest = min(map(len, paths)) - 1
    depth = 0
    while depth < shortest and len({path[depth] for path in paths}) == 1:
        depth += 1
    return [path[depth:] for path in paths]


def _found_instead(files: ImageFiles) -> str:
    if not files.left_out.count:
        return "; it is empty"
    names = [one.name.lower() for one in files.left_out.shown]
    if all(name.endswith((".csv", ".tsv", ".npz")) for name in names):
        return "; unpack it, and bring the table in it by itself"
    return f" among its {files.left_out.count:,} files. {files.left_out.told().rstrip('.')}"


def _pixels_of(data: bytes) -> int:
    """Return how many pixels reading a picture takes, by what it says; 0 where it is none, or will be refused."""
    try:
        check_bounds(data)
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            pixels = image.width * image.height
    except Exception:  # what is wrong with it is said when it is read
        return 0
    return pixels if pixels <= MAX_PIXELS else 0


def _frame(data: bytes, manner: Manner) -> Frame:
    image, notes = read_upright(data, manner)
    with Image.open(io.BytesIO(data), formats=FORMATS) as came:
        width, height = came.size
        lay = (width - height) * (image.width - image.height) < 0  # it was turned upright, and its size with it
        return Frame(image, (height, width) if lay else (width, height), came.mode, tuple(notes))


def _metadata_rows(path: str, data: bytes) -> Iterator[tuple[str, str | None]]:
    if len(data) > MAX_METADATA_BYTES:
        raise ValueError(f"larger than {MAX_METADATA_BYTES >> 20} MB")
    text = data.decode("utf-8-sig")
    rows: Iterable[dict[str, Any]]
    if path.lower().endswith(".csv"):
        rows = csv.DictReader(io.StringIO(text))
    else:
        rows = (msgspec.json.decode(line, type=dict[str, Any]) for line in text.splitlines() if line.strip())
    for row in rows:
        if not isinstance(row.get("file_name"), str):
            raise ValueError("each row needs a file_name")
        label = next((row[key] for key in LABELS if row.get(key) is not None), None)
        yield row["file_name"].replace("\\", "/").removeprefix("./"), None if label is None else class_name(str(label))
