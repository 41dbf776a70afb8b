"""Zip files from outside: opened within bounds, and which of their members are not read."""

import stat
import zipfile
from pathlib import Path

from vae.errors import InputError, first_line
from vae.own.collection import MOST_FILES

ENTRY = b"PK\x01\x02"
"""How every entry of a zip file's directory begins."""


def open_zip(path: Path, most: int | None = None) -> zipfile.ZipFile:
    """Open a zip file, or raise `InputError`; one with too many files is refused before its directory is read.

    most: of files; left out: those of a data set.
    """
    try:
        if _count(path, ENTRY) > (most or MOST_FILES):  # each entry takes a kilobyte in memory
            raise InputError(f"{path.name} holds more than {most:,} files.") if most else too_many_files(path)
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path.name} is not a zip file that can be read ({first_line(error)}); pack it again."
        ) from None


def refused_entry(entry: zipfile.ZipInfo) -> str:
    """Say why a member of a zip file is not read; nothing where it is."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "A link, which is not followed."
    if entry.flag_bits & 1:
        return "It is locked with a password."
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others may unpack without bound at once
        return "It is packed by a method that is not read; pack with the usual one (deflate)."
    return ""


def _count(path: Path, mark: bytes) -> int:
    """Count `mark` in a file, in pieces: an upper bound of a zip file's entries that takes no memory."""
    found, tail = 0, b""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found += (tail + piece).count(mark)
            tail = piece[-len(mark) + 1 :]
    return found


def too_many_files(path: Path) -> InputError:
    return InputError(f"{path.name} holds more than {MOST_FILES:,} files; a data set has at most so many. Bring fewer.")
