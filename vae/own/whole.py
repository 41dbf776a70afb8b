"""A person's own things that are all in memory once their file is read, and have no classes: written, and looked at."""

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from vae.datasets.downloads import Progress
from vae.kinds.kind import Item, Paper
from vae.kinds.kinds import kind_of
from vae.own.collection import Collected, spread
from vae.own.making import FEWEST, Made, Making, split, too_few
from vae.own.preview import THUMBNAILS, Preview

Things = Callable[[np.ndarray], np.ndarray]
"""Returns things as they are kept, [n, *shape], by their places in the file, [n]."""


def written(
    own: Collected, item: Item, things: Things, making: Making, folder: Path
) -> Generator[Progress, None, Made]:
    """Write things into `folder`, shared out into their parts; tell how far that is. Raises where there are too few."""
    if len(own) < FEWEST:
        raise too_few(own, len(own))
    parts, how = split(own, list(range(len(own))), making)
    for part, rows in parts.items():
        yield Progress("split", 0, 1)
        (folder / part).mkdir()
        np.save(folder / part / "things.npy", things(rows), allow_pickle=False)
    sizes = (len(parts["train"]), len(parts["test"]))
    return Made(item, sizes, [], how, own.left_out, own.notes)


def looked_at(own: Collected, item: Item, things: Things, asked: Making, paper: Paper, *notes: str) -> Preview:
    """Tell what is in a file, with some of it drawn on `paper`, and notes after its own."""
    shown = np.array(sorted(spread(own)[:THUMBNAILS]))
    return Preview(
        kind=own.kind,
        images=len(own),
        checked=len(own),
        classes={},
        parts=None,
        sizes={(item.shape[0], item.shape[1]): len(own)},
        modes={},
        left_out=own.left_out,
        notes=[*own.notes, *notes],
        suggested=replace(asked, kind=item.kind),
        choices=own.choices,
        thumbnails=kind_of(item).draw(things(shown), item, paper),
        thumbnail_classes=[None] * len(shown),
        things=item.kind,
    )
