"""The one process-wide cache of opened models, shared by the live socket and the pages."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from vae.explorer import Explorer, try_out
from vae.library import check_name, find, models_folder

# A class compares two or three models at a time; an opened one holds its graphs and weights, 5-20 MB.
KEPT = 6


@dataclass(frozen=True)
class _Opened:
    explorer: Explorer
    card_file: Path
    stamp: tuple[int, int, int]


_opened: OrderedDict[tuple[Path, str], _Opened] = OrderedDict()
_lock = threading.Lock()
_opening = threading.Lock()  # held for the tens of milliseconds of an opening; models already open do not wait for it


def explorer(name: str) -> Explorer:
    """Return the opened model of this name, opening it where it is new or its card has changed.

    Names of the library only, never paths. Keeps the few used last; safe to call from several threads at once.
    Raises `InputError` where the model is unknown or damaged, or its graphs do not do what its card says.
    """
    key = (models_folder(), check_name(name))
    if (kept := _kept(key)) is not None:
        return kept
    with _opening:
        return _kept(key) or _open(key)


def _kept(key: tuple[Path, str]) -> Explorer | None:
    with _lock:
        entry = _opened.get(key)
        if entry is None:
            return None
        if file_stamp(entry.card_file) != entry.stamp:
            del _opened[key]
            return None
        _opened.move_to_end(key)
        return entry.explorer


def _open(key: tuple[Path, str]) -> Explorer:
    card_file = find(key[1]).folder / "card.json"
    stamp = file_stamp(card_file)
    opened = Explorer(find(key[1]))  # read after the stamp: a change meanwhile opens it once more, never too seldom
    try_out(opened)  # a folder may have come here by other ways than an import, which tries it too
    if stamp is not None:
        with _lock:
            _opened[key] = _Opened(opened, card_file, stamp)
            while len(_opened) > KEPT:
                _opened.popitem(last=False)
    return opened


def file_stamp(path: Path) -> tuple[int, int, int] | None:
    """Tell one state of a file from another; a rename into place changes the inode even within one clock tick."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
