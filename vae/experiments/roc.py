"""How well a score tells two groups apart: the ROC curve and the area under it."""

from typing import NamedTuple

import numpy as np

from vae.errors import InputError


class Curve(NamedTuple):
    """A ROC curve: for each threshold, falling from infinity, the share of images that score as high or higher.

    thresholds, false_alarms (of the normal images) and hits (of the unusual ones): float64 [k].
    """

    thresholds: np.ndarray
    false_alarms: np.ndarray
    hits: np.ndarray


def auroc(normal: np.ndarray, unusual: np.ndarray) -> float:
    """Return the area under the ROC curve of scores [n] and [m]: how often an unusual image scores above a normal one.

    1 where all do, 0.5 where the score says nothing; a tie counts one half (Mann & Whitney 1947). Raises `InputError`
    where there are none of one kind, or a score is NaN.
    """
    normal, unusual = _both(normal, unusual)
    below = np.searchsorted(normal, unusual, "left") + np.searchsorted(normal, unusual, "right")
    return float(below.mean() / (2 * len(normal)))


def roc(normal: np.ndarray, unusual: np.ndarray) -> Curve:
    """Return the ROC curve of scores [n] and [m], with a threshold at each score; raises `InputError` as `auroc`."""
    normal, unusual = _both(normal, unusual)
    thresholds = np.r_[np.inf, np.unique(np.concatenate([normal, unusual]))[::-1]]
    below = (np.searchsorted(values, thresholds, "left") / len(values) for values in (normal, unusual))
    false_alarms, hits = (np.asarray(1 - share) for share in below)
    return Curve(thresholds, false_alarms, hits)


def _both(normal: np.ndarray, unusual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both sides' scores sorted."""
    sides = np.sort(np.asarray(normal, np.float64)), np.sort(np.asarray(unusual, np.float64))
    for kind, values in zip(("normal", "unusual"), sides, strict=True):
        if not len(values):
            raise InputError(f"There are no {kind} images, so nothing is told apart; choose some.")
        if np.isnan(values[-1]):
            raise InputError(f"A score of the {kind} images is no number; leave those images out.")
    return sides
