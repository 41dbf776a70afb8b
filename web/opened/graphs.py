"""The one process-wide cache of neighbour graphs, shared by all visitors of the live socket."""

import threading
from collections import OrderedDict
from pathlib import Path

from vae.errors import InputError
from vae.explore.code_graph import NeighbourGraph
from vae.home import check_name
from vae.library.shelf import Model, find, models_folder
from web.opened.explorers import file_stamp
from web.opened.maps import drawable_codes

# A class compares two or three models at a time; a graph of 10,000 codes in 16 dimensions takes 6 MB. Codes from
# elsewhere may take a hundred times as much: of several such the last is kept.
KEPT = 4
KEPT_BYTES = 64 << 20

Key = tuple[Path, str]

_opened: OrderedDict[Key, tuple[object, NeighbourGraph]] = OrderedDict()
_lock = threading.Lock()
# Each held for the milliseconds of a reading: two who ask for one graph get the same one, which makes itself once.
_opening = [threading.Lock() for _ in range(KEPT)]


def opened_graph(name: str) -> tuple[NeighbourGraph | None, str]:
    """Return the neighbour graph of a model's test codes, and no words; None, and the reason, where it has none.

    Read anew where the codes' file has changed. Keeps the few used last; safe to call from several threads at once.
    Raises `InputError` where there is no such model.
    """
    key = (models_folder(), check_name(name))
    model = find(name)
    try:
        with _opening[hash(key) % len(_opening)]:
            return _kept(key, model) or _open(key, model), ""
    except InputError as error:
        return None, str(error)


def _kept(key: Key, model: Model) -> NeighbourGraph | None:
    with _lock:
        stamp, graph = _opened.get(key, (None, None))
        if graph is None or stamp != file_stamp(model.folder / "codes.npz"):
            _opened.pop(key, None)
            return None
        _opened.move_to_end(key)
        return graph


def _open(key: Key, model: Model) -> NeighbourGraph | None:
    stamp = file_stamp(model.folder / "codes.npz")  # before reading: a change meanwhile opens it once more
    graph = _read(model)
    if graph is not None:
        with _lock:
            _opened[key] = (stamp, graph)
            while len(_opened) > 1 and (len(_opened) > KEPT or _held() > KEPT_BYTES):
                _opened.popitem(last=False)
    return graph


def _held() -> int:
    return sum(graph.codes.nbytes for _, graph in _opened.values())  # the graph itself has a bounded number of nodes


def _read(model: Model) -> NeighbourGraph | None:
    codes = drawable_codes(model)
    return None if codes is None else NeighbourGraph(codes.mean)
