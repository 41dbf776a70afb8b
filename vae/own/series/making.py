"""A person's own series become a data set: split, scaled where their values are far from 1, and sketched."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vae.datasets.downloads import Progress
from vae.datasets.prepared import measured
from vae.errors import InputError
from vae.kinds.kind import Item
from vae.own.making import SCALES, Made, Making, split
from vae.own.series.files import OwnSeries, open_series

SMALLEST, LARGEST = 0.1, 10.0
"""Standard deviations of values that are learnt as they are."""

FARTHEST = 3.0
"""Mean of values that are learnt as they are."""

UNIT = "standard deviations"


@dataclass(frozen=True)
class LaidOut:
    """Series as a data set has them: numbers of the rows in each part, the things of all, and how they came about."""

    parts: dict[str, np.ndarray]
    things: np.ndarray
    classes: list[str]
    item: Item
    how: str
    notes: list[str]


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the series at `path` into `folder`, shared out into its parts; tell how far that is."""
    yield Progress("read", 0, 1)
    own = open_series(path, making)
    made = laid_out(own, making)
    numbers = {label: number for number, label in enumerate(made.classes)}
    for part, rows in made.parts.items():
        yield Progress("split", 0, 1)
        (folder / part).mkdir()
        np.save(folder / part / "things.npy", made.things[rows], allow_pickle=False)
        if made.classes:
            labels = np.array([numbers[own.labels[row] or ""] for row in rows], np.int64)
            np.save(folder / part / "labels.npy", labels, allow_pickle=False)
    sizes = (len(made.parts["train"]), len(made.parts["test"]))
    return Made(made.item, sizes, made.classes, made.how, own.left_out, made.notes)


def laid_out(own: OwnSeries, making: Making) -> LaidOut:
    """Split series, and scale them by those that are learnt from. Raises `InputError` where they cannot be scaled."""
    parts, how = split(own, list(range(len(own))), making)
    things, meaning, notes = _scaled(own, parts["train"], making.scale)
    if (channels := things.shape[2]) > 1:
        meaning["channels"] = [f"channel {number}" for number in range(1, channels + 1)]
    item = measured(Item("series", things.shape[1:], meaning), things[parts["train"]])
    classes = own.classes()
    return LaidOut(parts, things, classes if len(classes) > 1 else [], item, how, own.notes + notes)


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
