"""A person's own masks become a data set: split, each with its image."""

from collections.abc import Generator
from pathlib import Path

from vae.datasets.downloads import Progress
from vae.kinds.kind import Paper
from vae.own.making import Made, Making
from vae.own.masks.files import open_masks
from vae.own.preview import Preview
from vae.own.whole import looked_at, written

SKETCH = Paper(96)
"""Pixels of one that is drawn for a look at it."""


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the masks at `path` into `folder`, shared out into their parts; tell how far that is."""
    yield Progress("read", 0, 1)
    own = open_masks(path)
    return (yield from written(own, own.item, own.things.__getitem__, making, folder))


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the masks at `path`, all of them."""
    own = open_masks(path)
    return looked_at(own, own.item, own.things.__getitem__, asked, SKETCH)
