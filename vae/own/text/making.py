"""A person's own words become a data set: split, and spelt in their own alphabet."""

from collections.abc import Generator
from pathlib import Path

from vae.datasets.downloads import Progress
from vae.kinds.kind import Paper
from vae.own.making import Made, Making
from vae.own.preview import Preview
from vae.own.text.files import open_text
from vae.own.whole import looked_at, written

SKETCH = Paper(128)
"""Pixels of one that is drawn for a look at it."""


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the words at `path` into `folder`, shared out into their parts; tell how far that is."""
    yield Progress("read", 0, 1)
    own = open_text(path)
    return (yield from written(own, own.item, own.things, making, folder))


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the words at `path`, all of them."""
    own = open_text(path)
    note = f"Their alphabet has {len(own.symbols)} symbols: {own.symbols}"
    return looked_at(own, own.item, own.things, asked, SKETCH, note)
