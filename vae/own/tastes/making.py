"""A person's own tastes are looked at, and become a data set."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from vae.colours import THEMES
from vae.datasets.downloads import Progress
from vae.datasets.prepared import measured
from vae.kinds.kind import Item, Paper
from vae.own.making import Made, Making
from vae.own.preview import Preview
from vae.own.tastes.files import OwnTastes, open_tastes
from vae.own.whole import looked_at, written

SKETCH = Paper(64, theme=THEMES["dark"])
"""Where a taste is drawn for a look at it."""


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the tastes at `path`, all of them."""
    own = open_tastes(path, asked)
    return looked_at(own, _item(own), own.things.__getitem__, asked, SKETCH)


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the tastes at `path` into `folder`, shared out into its parts; tell how far that is."""
    yield Progress("read", 0, 1)
    own = open_tastes(path, making)
    made = yield from written(own, _item(own), own.things.__getitem__, making, folder)
    learnt = np.load(folder / "train" / "things.npy", mmap_mode="r", allow_pickle=False)
    return replace(made, item=measured(made.item, learnt))


def _item(own: OwnTastes) -> Item:
    return Item("tastes", (len(own.titles), 1), {"item": "item", "items": own.titles})
