"""Files that visitors bring: kept for a day, each upload in a folder of its own that a token names.

`<home>/uploads/<token>/` holds file/NAME, one or several, and what web/work/jobs.py writes where something is made of
it.
"""

import os
import re
import secrets
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path

from vae.errors import InputError
from vae.home import home
from web.work import jobs

KEPT_SECONDS = 24 * 3600
KEPT_BYTES = 2 << 30
"""Of all uploads together, those that come in included."""

KEPT_UPLOADS = 1000
COMING_SECONDS = 120
"""How long an upload of which nothing comes is taken for one that comes in; a body is given up before."""

STEP = 16 << 20
"""Bytes that an upload may grow by until room is made for more."""

MOST_FILES = 16
"""In one upload: two graphs and their weights in several files."""

SUFFIX = 12
"""Letters of a name's end that are kept; "safetensors" has eleven."""

TOKEN = re.compile(r"[0-9a-f]{32}")
COMING = "coming"
"""A file that lies beside an upload until all of it is there."""

_sweeping = threading.Lock()
_granted: dict[str, int] = {}
"""The bytes that each upload that comes in may have."""


class NoUpload(InputError):
    """The upload is not, or no longer, on the server."""

    def __init__(self) -> None:
        super().__init__("This upload is no longer on the server; choose the file again.")


class NoRoom(InputError):
    """All uploads together would take more than they may."""


class TooMany(InputError):
    """An upload would have more files than it may."""


class Slow(InputError):
    """Looking at the file took too long."""


class InUse(InputError):
    """Something is being made of the upload."""


def folder() -> Path:
    """Return the folder of uploads."""
    return home() / "uploads"


def begin(filename: str) -> tuple[str, Path]:
    """Make room for an upload; return its token and the path its bytes go to, of a name that is safe anywhere."""
    token = secrets.token_hex(16)
    path = folder() / token / "file" / safe_name(filename)
    path.parent.mkdir(parents=True)
    (path.parent.parent / COMING).touch()
    return token, path


def beside(token: str, filename: str) -> Path:
    """Make room for another file of an upload; return the path its bytes go to, which take the place of one so named.

    `NoUpload`, `InUse` where something is being made of it, and `TooMany` files.
    """
    path = folder_of(token)
    if jobs.is_at_work(path):
        raise InUse("Something is being made of this upload; wait until it is done, or cancel it.")
    name = safe_name(filename)
    if len({each.name for each in files_of(token)} - {name}) >= MOST_FILES:
        raise TooMany(f"An upload has at most {MOST_FILES} files; put them into one zip.")
    with suppress(OSError):
        (path / COMING).touch()
    return path / "file" / name


def safe_name(filename: str) -> str:
    """Return a file's name as it can stand anywhere."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", filename).lstrip(".-")
    stem, dot, suffix = safe.rpartition(".") if "." in safe else (safe, "", "")
    return f"{stem[:60] or 'pictures'}{dot}{suffix[:SUFFIX]}"


def arrived(token: str) -> None:
    """Note that an upload has come in: from now on it may be swept."""
    _granted.pop(token, None)
    (folder() / token / COMING).unlink(missing_ok=True)


def make_room(token: str, size: int, most: int) -> None:
    """Make room for an upload to have so many bytes, of at most `most` in the end; `NoRoom` where there is none.

    It is given more than it asks for, so that not every piece looks through all uploads.
    """
    with suppress(OSError):
        (folder() / token / COMING).touch()
    with _sweeping:
        if size > _granted.get(token, 0):
            _granted[token] = min(size + STEP, most)
            if sweep() > KEPT_BYTES:
                del _granted[token]
                raise NoRoom(
                    f"The uploads on this server take all of the {KEPT_BYTES / 2**30:.3g} GB that they may; try again "
                    "in a minute, or bring a smaller file."
                )


def find(token: str) -> Path:
    """Return the path of an upload's file, or raise `NoUpload`."""
    for path in files_of(token):
        return path
    raise NoUpload


def files_of(token: str) -> list[Path]:
    """Return the paths of an upload's files, by their names; `NoUpload`."""
    return sorted(path for path in (folder_of(token) / "file").glob("*") if not path.name.startswith("."))


def folder_of(token: str) -> Path:
    """Return the folder of an upload, or raise `NoUpload`."""
    if TOKEN.fullmatch(token) and (path := folder() / token).is_dir():
        return path
    raise NoUpload


def drop(token: str) -> None:
    """Delete an upload; one that something is being made of is `InUse`."""
    path = folder_of(token)
    if (job := jobs.of(path)) and jobs.is_at_work(path):
        raise InUse(f"A {job.makes} is being made of this upload; wait until it is done, or cancel it.")
    shutil.rmtree(path, ignore_errors=True)


def discard(token: str) -> None:
    """Delete an upload that is no data, if it is still there."""
    _granted.pop(token, None)
    if TOKEN.fullmatch(token):
        shutil.rmtree(folder() / token, ignore_errors=True)


def sweep() -> int:
    """Delete uploads older than a day, and the oldest where all of them take more than 2 GB; return what is left.

    Those that come in count with what they may grow to, and stay, like those that something is being made of. Others
    may bring and delete uploads meanwhile.
    """
    aged = sorted((_age(path), path) for path in folder().glob("*"))
    stay = {path for age, path in aged if _is_coming(path) or jobs.is_at_work(path)}
    kept = sum(max(size_of(path), _granted.get(path.name, 0)) for path in stay)
    if kept > KEPT_BYTES:  # what comes in is refused, and nobody's goes for it
        return kept
    for number, (age, path) in enumerate(aged):
        if path not in stay:
            size = size_of(path)
            if age > KEPT_SECONDS or kept + size > KEPT_BYTES or number >= KEPT_UPLOADS:
                shutil.rmtree(path, ignore_errors=True)
            else:
                kept += size
    return kept


def _is_coming(path: Path) -> bool:
    with suppress(OSError):
        return time.time() - (path / COMING).stat().st_mtime < COMING_SECONDS
    return False


def size_of(path: Path) -> int:
    """Return the bytes of the files in a folder, less those that go while they are counted."""
    size = 0
    for holder, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                size += Path(holder, name).stat().st_size
    return size


def _age(path: Path) -> float:
    """Return the seconds since an upload began, or since a data set of it did; endless for one that is gone."""
    times = []
    for file in (path, path / "job.json"):
        with suppress(OSError):
            times.append(file.stat().st_mtime)
    return time.time() - max(times) if times else float("inf")
