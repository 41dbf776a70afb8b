"""The one process-wide cache of opened models, shared by the live socket and the pages."""

from pathlib import Path

from vae.exchange.pack import GRAPHS
from vae.explore.explorer import Explorer, try_out
from vae.fresh import Fresh
from vae.home import check_name
from vae.library.shelf import find, models_folder

# A class compares two or three models at a time, and a lesson shows seven small ones; an opened one holds its graphs
# and weights, 2-20 MB. A stranger's may hold hundreds of megabytes: of several such the last is kept.
KEPT = 8
KEPT_BYTES = 256 << 20


_opened: Fresh[tuple[Path, str], Explorer] = Fresh(lambda: KEPT, lambda: KEPT_BYTES, lambda one: one.bytes)


def explorer(name: str) -> Explorer:
    """Return the opened model of this name, opening it where it is new or one of its files has changed.

    Names of the library only, never paths. Keeps the few used last; safe to call from several threads at once.
    Raises `InputError` where the model is unknown or damaged, or its graphs do not do what its card says.
    """
    return _opened.get((models_folder(), check_name(name)), lambda: _open(name), lambda: _files(name))


def _files(name: str) -> list[Path]:
    model = find(name)
    return [model.folder / file for file in ("card.json", *GRAPHS, *model.card.files)]


def _open(name: str) -> Explorer:
    opened = Explorer(find(name))
    try_out(opened)  # a folder may have come here by other ways than an import, which tries it too
    return opened
