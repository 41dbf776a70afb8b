"""A look at a person's own series before they are added, and how they are sketched for it."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from vae.own.collection import spread
from vae.own.making import Making
from vae.own.preview import THUMBNAILS, Preview
from vae.own.series.files import open_series
from vae.own.series.making import laid_out

SKETCH = (32, 64)
"""Pixels of a series that is drawn for a look at it, [H, W]."""


def look(path: Path, asked: Making, _seconds: float) -> Preview:
    """Look at the series at `path`, all of them."""
    own = open_series(path, asked)
    made = laid_out(own, asked)
    shown = sorted(spread(own)[:THUMBNAILS])
    meaning = made.item.meaning
    return Preview(
        kind=own.kind,
        images=len(own),
        checked=len(own),
        classes={name: own.labels.count(name) for name in made.classes},
        parts={part: own.parts.count(part) for part in ("train", "test")} if any(own.parts) else None,
        sizes={(made.things.shape[1], made.things.shape[2]): len(own)},
        modes={},
        left_out=own.left_out,
        notes=made.notes,
        suggested=replace(asked, kind="series"),
        choices=own.choices,
        thumbnails=sketch(made.things[shown], meaning["low"], meaning["high"]),
        thumbnail_classes=[own.labels[number] for number in shown],
        things="series",
    )


def sketch(things: np.ndarray, low: float, high: float) -> np.ndarray:
    """Draw series [n, T, C] as lines, light on black, between two values: uint8 [n, 32, 64, 1]."""
    height, width = SKETCH
    n, length, channels = things.shape
    at = np.linspace(0, length - 1, width)
    pictures = np.zeros((n, *SKETCH, 1), np.uint8)
    rows = np.arange(height)[:, None]
    for picture, series in zip(pictures, things, strict=True):
        for channel in range(channels):
            values = np.interp(at, np.arange(length), series[:, channel])
            y = np.rint((high - values.clip(low, high)) / (high - low) * (height - 1))
            before = np.concatenate([y[:1], y[:-1]])
            picture[(rows >= np.minimum(y, before)) & (rows <= np.maximum(y, before))] = 255
    return pictures
