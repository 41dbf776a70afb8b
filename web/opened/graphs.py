"""The one process-wide cache of neighbour graphs, shared by all visitors of the live socket."""

from pathlib import Path

from vae.errors import InputError
from vae.explore.code_graph import NeighbourGraph
from vae.fresh import Fresh
from vae.home import check_name
from vae.library.shelf import Model, find, models_folder
from web.opened.maps import drawable_codes

# A class compares two or three models at a time; a graph of 10,000 codes in 16 dimensions takes 6 MB. Codes from
# elsewhere may take a hundred times as much: of several such the last is kept.
KEPT = 4
KEPT_BYTES = 64 << 20


def _bytes(graph: NeighbourGraph | None) -> int:
    return 0 if graph is None else graph.codes.nbytes  # the graph itself has a bounded number of nodes


_opened: Fresh[tuple[Path, str], NeighbourGraph | None] = Fresh(lambda: KEPT, lambda: KEPT_BYTES, _bytes)


def opened_graph(name: str) -> tuple[NeighbourGraph | None, str]:
    """Return the neighbour graph of a model's test codes, and no words; None, and the reason, where it has none.

    Read anew where the codes' file has changed. Keeps the few used last; safe to call from several threads at once.
    Raises `InputError` where there is no such model.
    """
    key = (models_folder(), check_name(name))
    model = find(name)
    try:
        return _opened.get(key, lambda: _read(model), lambda: [model.folder / "codes.npz"]), ""
    except InputError as error:
        return None, str(error)


def _read(model: Model) -> NeighbourGraph | None:
    codes = drawable_codes(model)
    return None if codes is None else NeighbourGraph(codes.centre)
