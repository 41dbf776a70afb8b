"""A person's own masks become a data set: split, each with its image."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from vae.datasets.downloads import Progress
from vae.kinds.kind import Paper
from vae.kinds.kinds import kind_of
from vae.own.collection import spread
from vae.own.making import FEWEST, Made, Making, split, too_few
from vae.own.masks.files import open_masks
from vae.own.preview import THUMBNAILS, Preview

SKETCH = Paper(96)
"""Pixels of one that is drawn for a look at it."""


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the masks at `path` into `folder`, shared out into their parts; tell how far that is."""
    yield Progress("read", 0, 1)
    own = open_masks(path)
    if len(own) < FEWEST:
        raise too_few(own, len(own))
    parts, how = split(own, list(range(len(own))), making)
    for part, rows in parts.items():
        yield Progress("split", 0, 1)
        (folder / part).mkdir()
        np.save(folder / part / "things.npy", own.things[rows], allow_pickle=False)
    sizes = (len(parts["train"]), len(parts["test"]))
    return Made(own.item, sizes, [], how, own.left_out, own.notes)


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the masks at `path`, all of them."""
    own = open_masks(path)
    shown = sorted(spread(own)[:THUMBNAILS])
    return Preview(
        kind="zip" if path.is_file() else "folder",
        images=len(own),
        checked=len(own),
        classes={},
        parts=None,
        sizes={own.size: len(own)},
        modes={},
        left_out=own.left_out,
        notes=own.notes,
        suggested=replace(asked, kind="masks"),
        choices=own.choices,
        thumbnails=kind_of(own.item).draw(own.things[shown], own.item, SKETCH),
        thumbnail_classes=[None] * len(shown),
        things="masks",
    )
