"""The one process-wide cache of opened maps, shared by all visitors of the live socket."""

from pathlib import Path

import numpy as np

from vae.errors import InputError
from vae.fresh import Fresh
from vae.home import check_name
from vae.library.codes import Codes
from vae.library.shelf import Model, find, models_folder
from vae.maps.ids import parse_id
from vae.maps.plane import Map
from vae.maps.shelf import map_roots, open_map, usable_codes

# A model has three or four maps; an opened one of 10,000 codes in 16 dimensions takes 2 MB with its tree. One of codes
# from elsewhere may take hundreds: of several such the last is kept.
KEPT = 16
KEPT_BYTES = 128 << 20


class NotMade(InputError):
    """A map that could be, but cannot be opened (yet): not made, stopped before its start, or without codes."""


def _bytes(opened: Map) -> int:
    """Return what a map takes: its tree holds codes and points once more, in double precision."""
    return 3 * (opened.codes.nbytes + opened.points.nbytes)


_opened: Fresh[tuple[Path, str, str], Map] = Fresh(lambda: KEPT, lambda: KEPT_BYTES, _bytes)


def opened_map(name: str, id: str) -> Map:
    """Return the opened map `id` of the model of this name, opening it where it is new or one of its files has changed.

    Names of the library only, never paths. Keeps the few used last; safe to call from several threads at once.
    Raises `NotMade` where the map is not there yet or the model keeps no codes, another `InputError` where there is no
    such model or no such map of it.
    """
    return _opened.get((models_folder(), check_name(name), id), lambda: _open(name, id), lambda: _files(name, id))


def drawable_codes(model: Model) -> Codes | None:
    """Read a model's test codes, None where it keeps none; `InputError` where they are damaged or not all finite."""
    if not (model.folder / "codes.npz").exists():
        return None
    codes = usable_codes(model)
    for noun, array in (("nats", codes.nats), ("costs", codes.cost)):
        if array is None:
            continue
        rows = ~np.isfinite(array.reshape(len(array), -1)).all(axis=1)
        if rows.any():
            raise InputError(
                f"The test codes of {model.name} hold NaN or infinity (the {noun} of {rows.sum():,} of {len(rows):,}, "
                f"the first being number {rows.argmax():,}); train or export the model again."
            )
    return codes


def _files(name: str, id: str) -> list[Path]:
    model = find(name)
    parse_id(id, model.card.latent.dims)
    # Also where a map's file is not: one that appears in the first folder goes before one in the second.
    kept_in = [root / f"{id}.npz" for root in map_roots(model)]
    return [model.folder / "card.json", model.folder / "codes.npz", *kept_in]


def _open(name: str, id: str) -> Map:
    model = find(name)
    try:
        return open_map(model, id)
    except InputError as error:
        raise NotMade(str(error)) from None
