"""A person's own recordings become a data set: split, each with its class where its folder says one."""

from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np

from vae.datasets.downloads import Progress
from vae.kinds.kind import Paper
from vae.kinds.kinds import kind_of
from vae.own.collection import spread
from vae.own.making import FEWEST, Made, Making, split, too_few
from vae.own.preview import THUMBNAILS, Preview
from vae.own.sounds.files import open_sounds

SKETCH = Paper(112)
"""Pixels of one that is drawn for a look at it."""


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the sounds at `path` into `folder`, shared out into their parts; tell how far that is."""
    yield Progress("read", 0, 1)
    own = open_sounds(path, making.label)
    if len(own) < FEWEST:
        raise too_few(own, len(own))
    parts, how = split(own, list(range(len(own))), making)
    classes = own.classes()
    numbers = {label: number for number, label in enumerate(classes)}
    for part, rows in parts.items():
        yield Progress("split", 0, 1)
        (folder / part).mkdir()
        np.save(folder / part / "things.npy", own.things[rows], allow_pickle=False)
        if classes:
            labels = np.array([numbers[own.labels[row] or ""] for row in rows], np.int64)
            np.save(folder / part / "labels.npy", labels, allow_pickle=False)
    sizes = (len(parts["train"]), len(parts["test"]))
    return Made(own.item, sizes, classes, how, own.left_out, own.notes)


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the sounds at `path`, all of them."""
    own = open_sounds(path, asked.label)
    shown = sorted(spread(own)[:THUMBNAILS])
    counts = Counter(label for label in own.labels if label)
    return Preview(
        kind="zip" if path.is_file() else "folder",
        images=len(own),
        checked=len(own),
        classes={name: counts[name] for name in own.classes()},
        parts=None,
        sizes={(own.item.shape[0], own.item.shape[1]): len(own)},
        modes={},
        left_out=own.left_out,
        notes=own.notes,
        suggested=replace(asked, kind="sounds"),
        choices=own.choices,
        thumbnails=kind_of(own.item).draw(own.things[shown], own.item, SKETCH),
        thumbnail_classes=[own.labels[row] for row in shown],
        things="sounds",
    )
