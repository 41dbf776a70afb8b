"""A person's own molecules become a data set: split, and spelt in the symbols that they have."""

from collections.abc import Generator
from pathlib import Path

from vae.datasets.downloads import Progress
from vae.kinds.kind import Paper
from vae.own.making import Made, Making
from vae.own.molecules.files import open_molecules
from vae.own.preview import Preview
from vae.own.whole import looked_at, written

SKETCH = Paper(128)
"""Pixels of one that is drawn for a look at it."""


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the molecules at `path` into `folder`, shared out into their parts; tell how far that is."""
    yield Progress("read", 0, 1)
    own = open_molecules(path)
    return (yield from written(own, own.item, own.things, making, folder))


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the molecules at `path`, all of them."""
    own = open_molecules(path)
    note = f"They are spelt in {len(own.symbols)} symbols: {', '.join(own.symbols)}"
    return looked_at(own, own.item, own.things, asked, SKETCH, note)
