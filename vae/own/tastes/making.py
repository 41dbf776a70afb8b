"""A person's own tastes are looked at, and become a data set."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from vae.colours import THEMES
from vae.datasets.downloads import Progress
from vae.datasets.prepared import measured
from vae.kinds.kind import Item, Paper
from vae.kinds.taste_bars import draw_bars
from vae.own.collection import spread
from vae.own.making import Made, Making, split
from vae.own.preview import THUMBNAILS, Preview
from vae.own.tastes.files import OwnTastes, open_tastes

SKETCH = 64
"""Pixels that a taste is wide where it is drawn for a look at it."""


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the tastes at `path`, all of them."""
    own = open_tastes(path, asked)
    shown = sorted(spread(own)[:THUMBNAILS])
    return Preview(
        kind=own.kind,
        images=len(own),
        checked=len(own),
        classes={},
        parts=None,
        sizes={(own.things.shape[1], 1): len(own)},
        modes={},
        left_out=own.left_out,
        notes=own.notes,
        suggested=replace(asked, kind="tastes"),
        choices=own.choices,
        thumbnails=draw_bars(own.things[shown], _item(own), Paper(SKETCH, theme=THEMES["dark"])),
        thumbnail_classes=[None] * len(shown),
        things="tastes",
    )


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the tastes at `path` into `folder`, shared out into its parts; tell how far that is."""
    yield Progress("read", 0, 1)
    own = open_tastes(path, making)
    parts, how = split(own, list(range(len(own))), making)
    for part, rows in parts.items():
        yield Progress("split", 0, 1)
        (folder / part).mkdir()
        np.save(folder / part / "things.npy", own.things[rows], allow_pickle=False)
    item = measured(_item(own), own.things[parts["train"]])
    return Made(item, (len(parts["train"]), len(parts["test"])), [], how, own.left_out, own.notes)


def _item(own: OwnTastes) -> Item:
    return Item("tastes", (len(own.titles), 1), {"item": "item", "items": own.titles})
