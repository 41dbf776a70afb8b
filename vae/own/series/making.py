"""A person's own series become a data set: split, scaled where their values are far from 1, and sketched."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from vae.datasets.prepared import measured
from vae.errors import InputError
from vae.kinds.kind import Item
from vae.own.making import SCALES, Making, split
from vae.own.series.files import OwnSeries

SMALLEST, LARGEST = 0.1, 10.0
"""Standard deviations of values that are learnt as they are."""

FARTHEST = 3.0
"""Mean of values that are learnt as they are."""

UNIT = "standard deviations"

SKETCH = (32, 64)
"""Pixels of a series that is drawn for a look at it, [H, W]."""


@dataclass(frozen=True)
class Made:
    """Series as a data set has them: numbers of the rows in each part, the things of all, and how they came about."""

    parts: dict[str, np.ndarray]
    things: np.ndarray
    classes: list[str]
    item: Item
    how: str
    notes: list[str]


def make(own: OwnSeries, making: Making) -> Made:
    """Split series, and scale them by those that are learnt from. Raises `InputError` where they cannot be scaled."""
    parts, how = split(own, list(range(len(own))), making)
    things, meaning, notes = _scaled(own, parts["train"], making.scale)
    if (channels := things.shape[2]) > 1:
        meaning["channels"] = [f"channel {number}" for number in range(1, channels + 1)]
    item = measured(Item("series", things.shape[1:], meaning), things[parts["train"]])
    classes = own.classes()
    return Made(parts, things, classes if len(classes) > 1 else [], item, how, own.notes + notes)


def _scaled(own: OwnSeries, train: np.ndarray, asked: str) -> tuple[np.ndarray, dict[str, Any], list[str]]:
    """Return the series in the scale that was asked for or suits them, what it is, and why where it was chosen."""
    learnt = own.things[train]
    mean = learnt.mean(axis=(0, 1), dtype=np.float64)
    spread = learnt.std(axis=(0, 1), dtype=np.float64)
    own.choices["scale"] = ("", *SCALES)
    if asked == "none" or (not asked and _is_about_one(mean, spread)):
        return own.things, {}, []
    if asked == "each":
        return normalised(own), {"normalised": True, "unit": UNIT}, []
    spread = np.where(spread > 0, spread, 1.0)
    things = ((own.things - mean) / spread).astype(np.float32)
    said = [] if asked else [_chosen(mean, spread)]
    return things, {"offset": mean.tolist(), "scale": spread.tolist(), "unit": UNIT}, said


def _is_about_one(mean: np.ndarray, spread: np.ndarray) -> bool:
    return bool(((spread >= SMALLEST) & (spread <= LARGEST) & (np.abs(mean) <= FARTHEST)).all())


def _chosen(mean: np.ndarray, spread: np.ndarray) -> str:
    values = "; ".join(f"mean {m:.4g}, standard deviation {s:.4g}" for m, s in zip(mean, spread, strict=True))
    each = " of each channel" if len(mean) > 1 else ""
    return (
        f"Values of about 1 are learnt best, and these are not ({values}): they are kept as standard deviations from "
        f"the mean{each}; the scale none keeps them as they are."
    )


def normalised(own: OwnSeries) -> np.ndarray:
    """Return each series with mean 0 and standard deviation 1 in each channel; `InputError` names one that has none."""
    mean = own.things.mean(axis=1, keepdims=True, dtype=np.float64)
    spread = own.things.std(axis=1, keepdims=True, dtype=np.float64)
    if not spread.all():
        number = int(np.flatnonzero((spread == 0).any(axis=(1, 2)))[0])
        raise InputError(
            f"{own.name_of(number).capitalize()} is constant, so that it cannot be brought to standard deviation 1; "
            "leave it out, or choose the scale all or none."
        )
    return ((own.things - mean) / spread).astype(np.float32)


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
