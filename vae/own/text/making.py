"""A person's own words become a data set: split, and spelt in their own alphabet."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from vae.datasets.downloads import Progress
from vae.kinds.kind import Paper
from vae.kinds.words.drawing import draw_letters
from vae.own.collection import spread
from vae.own.making import Made, Making, split
from vae.own.preview import THUMBNAILS, Preview
from vae.own.text.files import open_text

SKETCH = Paper(128)
"""Pixels of a word that is drawn for a look at it."""


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the words at `path` into `folder`, shared out into their parts; tell how far that is."""
    yield Progress("read", 0, 1)
    own = open_text(path)
    parts, how = split(own, list(range(len(own))), making)
    for part, rows in parts.items():
        yield Progress("split", 0, 1)
        (folder / part).mkdir()
        np.save(folder / part / "things.npy", own.things(rows), allow_pickle=False)
    sizes = (len(parts["train"]), len(parts["test"]))
    return Made(own.item, sizes, [], how, own.left_out, own.notes)


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the words at `path`, all of them."""
    own = open_text(path)
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
        notes=[*own.notes, f"Their alphabet has {len(own.symbols)} symbols: {own.symbols}"],
        suggested=replace(asked, kind="text"),
        choices=own.choices,
        thumbnails=draw_letters(own.things(np.array(shown)), own.item, SKETCH),
        thumbnail_classes=[None] * len(shown),
        things="text",
    )
