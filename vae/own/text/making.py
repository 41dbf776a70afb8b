"""A person's own words become a data set: split, and spelt in their own alphabet."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from vae.datasets.downloads import Progress
from vae.kinds.kind import Paper
from vae.kinds.kinds import kind_of
from vae.own.collection import spread
from vae.own.making import Made, Making, split
from vae.own.preview import THUMBNAILS, Preview
from vae.own.spelt import Spelt
from vae.own.text.files import open_text

SKETCH = Paper(128)
"""Pixels of one that is drawn for a look at it."""


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the words at `path` into `folder`, shared out into their parts; tell how far that is."""
    yield Progress("read", 0, 1)
    return (yield from written(open_text(path), making, folder))


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the words at `path`, all of them."""
    own = open_text(path)
    return looked_at(own, asked, f"Their alphabet has {len(own.symbols)} symbols: {own.symbols}")


def written(own: Spelt, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write things that are spelt into `folder`, shared out into their parts; tell how far that is."""
    parts, how = split(own, list(range(len(own))), making)
    for part, rows in parts.items():
        yield Progress("split", 0, 1)
        (folder / part).mkdir()
        np.save(folder / part / "things.npy", own.things(rows), allow_pickle=False)
    sizes = (len(parts["train"]), len(parts["test"]))
    return Made(own.item, sizes, [], how, own.left_out, own.notes)


def looked_at(own: Spelt, asked: Making, note: str) -> Preview:
    """Tell what is spelt in a file, with a note on its symbols."""
    shown = sorted(spread(own)[:THUMBNAILS])
    return Preview(
        kind=own.kind,
        images=len(own),
        checked=len(own),
        classes={},
        parts=None,
        sizes={own.size: len(own)},
        modes={},
        left_out=own.left_out,
        notes=[*own.notes, note],
        suggested=replace(asked, kind=own.item.kind),
        choices=own.choices,
        thumbnails=kind_of(own.item).draw(own.things(np.array(shown)), own.item, SKETCH),
        thumbnail_classes=[None] * len(shown),
        things=own.item.kind,
    )
