"""The one process-wide cache of opened maps, shared by all visitors of the live socket."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vae.errors import InputError
from vae.home import check_name
from vae.library.codes import Codes
from vae.library.shelf import Model, find, models_folder
from vae.maps.ids import parse_id
from vae.maps.plane import Map
from vae.maps.shelf import map_roots, open_map, usable_codes
from web.opened.explorers import file_stamp

# A model has three or four maps; an opened one of 10,000 codes in 16 dimensions takes 2 MB with its tree. One of codes
# from elsewhere may take hundreds: of several such the last is kept.
KEPT = 16
KEPT_BYTES = 128 << 20

Key = tuple[Path, str, str]


class NotMade(InputError):
    """A map that could be, but cannot be opened (yet): not made, stopped before its start, or without codes."""


@dataclass(frozen=True)
class _Opened:
    map: Map
    files: tuple[Path, ...]
    stamps: tuple[object, ...]


_opened: OrderedDict[Key, _Opened] = OrderedDict()
_lock = threading.Lock()
# Each held for the tens of milliseconds of an opening: a class that asks for one map has it opened once. Maps already
# open do not wait for it, and others hardly ever.
_opening = [threading.Lock() for _ in range(KEPT)]


def opened_map(name: str, id: str) -> Map:
    """Return the opened map `id` of the model of this name, opening it where it is new or one of its files has changed.

    Names of the library only, never paths. Keeps the few used last; safe to call from several threads at once.
    Raises `NotMade` where the map is not there yet or the model keeps no codes, another `InputError` where there is no
    such model or no such map of it.
    """
    key = (models_folder(), check_name(name), id)
    if (kept := _kept(key)) is not None:
        return kept
    with _opening[hash(key) % len(_opening)]:
        return _kept(key) or _open(key)


def drawable_codes(model: Model) -> Codes | None:
    """Read a model's test codes, None where it keeps none; `InputError` where they are damaged or not all finite."""
    if not (model.folder / "codes.npz").exists():
        return None
    codes = usable_codes(model)
    for noun, array in (("variances", codes.log_variance), ("-ELBOs", codes.negative_elbo)):
        rows = ~np.isfinite(array.reshape(len(array), -1)).all(axis=1)
        if rows.any():
            raise InputError(
                f"The test codes of {model.name} hold NaN or infinity (the {noun} of {rows.sum():,} of {len(rows):,}, "
                f"the first being number {rows.argmax():,}); train or export the model again."
            )
    return codes


def _kept(key: Key) -> Map | None:
    with _lock:
        entry = _opened.get(key)
        if entry is None:
            return None
        if tuple(map(file_stamp, entry.files)) != entry.stamps:
            del _opened[key]
            return None
        _opened.move_to_end(key)
        return entry.map


def _open(key: Key) -> Map:
    _, name, id = key
    model = find(name)
    parse_id(id, model.card.latent.dims)
    # Also where a map's file is not: one that appears in the first folder goes before one in the second.
    kept_in = [root / f"{id}.npz" for root in map_roots(model)]
    files = (model.folder / "card.json", model.folder / "codes.npz", *kept_in)
    stamps = tuple(map(file_stamp, files))  # before reading: a change meanwhile opens it once more, never too seldom
    try:
        opened = open_map(model, id)
    except InputError as error:
        raise NotMade(str(error)) from None
    with _lock:
        _opened[key] = _Opened(opened, files, stamps)
        while len(_opened) > 1 and (len(_opened) > KEPT or _held() > KEPT_BYTES):
            _opened.popitem(last=False)
    return opened


def _held() -> int:
    """Return the bytes of all that is opened: the trees hold codes and points once more, in double precision."""
    return sum(3 * (entry.map.codes.nbytes + entry.map.points.nbytes) for entry in _opened.values())
