"""The one process-wide cache of opened models, shared by the live socket and the pages."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from vae.exchange.pack import GRAPHS
from vae.explore.explorer import Explorer, try_out
from vae.home import check_name
from vae.library.shelf import find, models_folder

# A class compares two or three models at a time; an opened one holds its graphs and weights, 5-20 MB. A stranger's may
# hold hundreds of megabytes: of several such the last is kept.
KEPT = 6
KEPT_BYTES = 256 << 20


@dataclass(frozen=True)
class _Opened:
    explorer: Explorer
    files: tuple[Path, ...]
    stamps: tuple[object, ...]


_opened: OrderedDict[tuple[Path, str], _Opened] = OrderedDict()
_lock = threading.Lock()
# Each held for the tens of milliseconds of an opening, seconds of a strange model's. Models already open do not wait
# for it, and others hardly ever.
_opening = [threading.Lock() for _ in range(4 * KEPT)]


def explorer(name: str) -> Explorer:
    """Return the opened model of this name, opening it where it is new or one of its files has changed.

    Names of the library only, never paths. Keeps the few used last; safe to call from several threads at once.
    Raises `InputError` where the model is unknown or damaged, or its graphs do not do what its card says.
    """
    key = (models_folder(), check_name(name))
    if (kept := _kept(key)) is not None:
        return kept
    with _opening[hash(key) % len(_opening)]:
        return _kept(key) or _open(key)


def _kept(key: tuple[Path, str]) -> Explorer | None:
    with _lock:
        entry = _opened.get(key)
        if entry is None:
            return None
        if tuple(map(file_stamp, entry.files)) != entry.stamps:
            del _opened[key]
            return None
        _opened.move_to_end(key)
        return entry.explorer


def _open(key: tuple[Path, str]) -> Explorer:
    model = find(key[1])
    files = (model.folder / "card.json", *(model.folder / name for name in sorted(GRAPHS | model.card.files.keys())))
    stamps = tuple(map(file_stamp, files))  # before reading: a change meanwhile opens it once more, never too seldom
    opened = Explorer(find(key[1]))
    try_out(opened)  # a folder may have come here by other ways than an import, which tries it too
    if stamps[0] is not None:
        with _lock:
            _opened[key] = _Opened(opened, files, stamps)
            while len(_opened) > 1 and (len(_opened) > KEPT or _held() > KEPT_BYTES):
                _opened.popitem(last=False)
    return opened


def _held() -> int:
    return sum(entry.explorer.bytes for entry in _opened.values())


def file_stamp(path: Path) -> tuple[int, int, int] | None:
    """Tell one state of a file from another; a rename into place changes the inode even within one clock tick."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
