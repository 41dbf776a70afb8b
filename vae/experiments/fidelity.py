"""How near restored things are to the clean ones: PSNR and SSIM of pictures, letters of words, the RMSE of others.

Of tastes it is where the likes rank that were hidden.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.ndimage import uniform_filter  # type: ignore[import-untyped]

from vae.kinds.kind import Item, Kind
from vae.kinds.kinds import kind_of
from vae.kinds.masks.layout import labels_of
from vae.kinds.words.spelling import edits, length_of, likeliest

WINDOW = 7
"""Pixels along a side of SSIM's window, as in scikit-image; in a smaller picture the largest odd number that fits."""

LUMINANCE, CONTRAST = 0.01**2, 0.03**2
"""C1 and C2 of Wang et al. 2004, for values in [0, 1]."""

MOST_DECIBELS = 58.9
"""The PSNR that rounding to 8 bits alone leaves. A picture restored exactly counts as this: with infinity there is no
mean."""

RANKS, FIRST = 100, 20
"""Items of a list that count, and those that stand on its first page."""


@dataclass(frozen=True)
class Fidelity:
    """One figure of how near restored things are to the clean ones.

    unit: of the figure, "" where it has none; None: that of the things. of: their kind, clean things, restored ones and
    the spoiled ones that these were restored from, as they are kept, [n, *shape] or one for all -> float64 [n]. exact:
    what a thing that is restored exactly counts as in a mean, where the figure is infinite; None: what it is.
    """

    title: str
    unit: str | None
    better: Literal["higher", "lower"]
    of: Callable[[Kind, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    exact: float | None = None


def measures_of(item: Item) -> dict[str, Fidelity]:
    """Return the figures of things like this, by name, the one that counts first."""
    measures = {name: FIDELITIES[name] for name in kind_of(item).measures}
    own = str(item.meaning.get("unit", ""))
    return {name: replace(one, unit=own if one.unit is None else one.unit) for name, one in measures.items()}


def psnr(clean: np.ndarray, restored: np.ndarray) -> np.ndarray:
    """Return the peak signal-to-noise ratio, -10 log10 of the mean squared error, in dB; infinite where they are equal.

    clean, restored: floats [n, H, W, C] in [0, 1]; returns float64 [n].
    """
    squared = np.square(np.subtract(clean, restored, dtype=np.float64)).mean(axis=(1, 2, 3))
    with np.errstate(divide="ignore"):
        return -10 * np.log10(squared)


def ssim(clean: np.ndarray, restored: np.ndarray) -> np.ndarray:
    """Return the mean structural similarity: 1 where two pictures are equal, about 0 where they have nothing in common.

    clean, restored: floats [n, H, W, C] in [0, 1]; returns float64 [n]. Each window of 7 x 7 pixels that lies within
    the picture counts the same, and each channel. Wang, Bovik, Sheikh & Simoncelli 2004, "Image quality assessment".
    """
    x, y = np.asarray(clean, np.float64), np.asarray(restored, np.float64)
    side = window_of(x.shape[1], x.shape[2])
    x_mean, y_mean = _means(x, side), _means(y, side)
    unbiased = side**2 / max(side**2 - 1, 1)
    x_variance = unbiased * (_means(x * x, side) - x_mean * x_mean)
    y_variance = unbiased * (_means(y * y, side) - y_mean * y_mean)
    covariance = unbiased * (_means(x * y, side) - x_mean * y_mean)
    similar = (2 * x_mean * y_mean + LUMINANCE) * (2 * covariance + CONTRAST)
    similar /= (x_mean * x_mean + y_mean * y_mean + LUMINANCE) * (x_variance + y_variance + CONTRAST)
    return similar.mean(axis=(1, 2, 3))


def letters_right(clean: np.ndarray, restored: np.ndarray) -> np.ndarray:
    """Return at what share of a word's places, its end among them, the restored one reads the same, in %, float64 [n].

    clean, restored: words as they are kept, [n, L, V], or one for all.
    """
    one, other = np.broadcast_arrays(likeliest(clean), likeliest(restored))
    counts = np.arange(one.shape[1]) <= length_of(one)[:, None]
    return np.asarray(100 * ((one == other) & counts).sum(1) / counts.sum(1))


def edits_between(clean: np.ndarray, restored: np.ndarray) -> np.ndarray:
    """Return how many letters must come, go or change to make the restored word the clean one, float64 [n]."""
    pairs = np.broadcast_arrays(likeliest(clean), likeliest(restored))
    rows = [[row[:end] for row, end in zip(each.tolist(), length_of(each).tolist(), strict=True)] for each in pairs]
    return np.array([edits(one, other) for one, other in zip(*rows, strict=True)], np.float64)


def ranked(clean: np.ndarray, scores: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which items, in order of their scores, are likes that were not given, float64 [n, N], and how many are.

    clean, given: [n, N] or one for all, above 0 where liked; scores: [n, N]. What was given comes last: nobody asks for
    it. Where all others have the same score there is no order, and each place holds what chance would put there. All
    items are ranked, because a sample of them misleads: Krichene & Rendle 2020, doi 10.1145/3394486.3403226.
    """
    known, asked = (np.broadcast_to(each, scores.shape) for each in (given > 0, (clean > 0) & ~(given > 0)))
    many, free = asked.sum(1), (~known).sum(1)
    order = np.argsort(-np.where(known, -np.inf, scores), axis=1, kind="stable")
    hits = np.take_along_axis(asked, order, 1).astype(np.float64)
    most, least = (of(scores, 1, where=~known, initial=end) for of, end in ((np.max, -np.inf), (np.min, np.inf)))
    chance = (many / np.maximum(free, 1))[:, None] * (np.arange(scores.shape[1]) < free[:, None])
    return np.where((most == least)[:, None], chance, hits), many


def ndcg(clean: np.ndarray, scores: np.ndarray, given: np.ndarray, ranks: int = RANKS) -> np.ndarray:
    """Return the normalised discounted cumulative gain of the likes that were not given, float64 [n] in [0, 1].

    Each counts 1 / log2(1 + its rank) among the first `ranks`; 1 is the best order that there is, or that nothing was
    hidden. Järvelin & Kekäläinen 2002, doi 10.1145/582415.582418; arguments as in `ranked`.
    """
    hits, many = ranked(clean, scores, given)
    gains = 1 / np.log2(np.arange(2, 2 + min(ranks, hits.shape[1])))
    best = np.concatenate([[0.0], np.cumsum(gains)])[np.minimum(many, len(gains))]
    return _share(hits[:, : len(gains)] @ gains, best)


def recall(clean: np.ndarray, scores: np.ndarray, given: np.ndarray, first: int) -> np.ndarray:
    """Return the share of the likes that were not given among the first so many, of as many as can be; float64 [n].

    Liang et al. 2018, arXiv 1802.05814, section 4.2; 1 where nothing was hidden, arguments as in `ranked`.
    """
    hits, many = ranked(clean, scores, given)
    return _share(hits[:, :first].sum(1), np.minimum(many, first).astype(np.float64))


def dice(clean: np.ndarray, restored: np.ndarray) -> np.ndarray:
    """Return the overlap of two masks, 2 |A and B| / (|A| + |B|), the mean over the parts that either has; float64 [n].

    clean, restored: masks as they are kept, [n, H, W, 1 + K], or one for all; 1 where neither marks anything. Dice
    1945, doi 10.2307/1932409.
    """
    one, other = np.broadcast_arrays(labels_of(clean), labels_of(restored))
    return dice_of(one, other, clean.shape[-1] - 1)


def dice_of(one: np.ndarray, other: np.ndarray, many: int) -> np.ndarray:
    """Return the same of the numbers of labels, [n, H, W] each, of which there are so many, 0 the background."""
    parts = [dice_of_part(one, other, label) for label in range(1, many)]
    each = np.stack(parts)
    there = ~np.isnan(each)
    return np.where(there.any(0), np.nansum(each, 0) / np.maximum(there.sum(0), 1), 1.0)


def dice_of_part(one: np.ndarray, other: np.ndarray, label: int) -> np.ndarray:
    """Return the overlap of one label, float64 [n]; NaN where neither has it."""
    a, b = (one == label).reshape(len(one), -1), (other == label).reshape(len(other), -1)
    marked = a.sum(1) + b.sum(1)
    return np.divide(2.0 * (a & b).sum(1), marked, out=np.full(len(a), np.nan), where=marked > 0)


def labels_right(clean: np.ndarray, restored: np.ndarray) -> np.ndarray:
    """Return the share of a mask's pixels with the right label, in %, float64 [n]; arguments as in `dice`."""
    one, other = np.broadcast_arrays(labels_of(clean), labels_of(restored))
    return np.asarray(100 * (one == other).reshape(len(one), -1).mean(1))


def _share(found: np.ndarray, best: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(found, best, out=np.ones(len(found)), where=best > 0))


def window_of(height: int, width: int) -> int:
    """Return how many pixels along a side SSIM's window has in pictures of this size."""
    smaller = min(height, width)
    return min(WINDOW, smaller - 1 + smaller % 2)


def _means(images: np.ndarray, side: int) -> np.ndarray:
    """Return the means of all windows that lie within the images."""
    edge = side // 2
    inner = slice(edge, -edge or None)
    return uniform_filter(images, (1, side, side, 1))[:, inner, inner]


FIDELITIES: dict[str, Fidelity] = {
    "psnr": Fidelity(
        "PSNR",
        "dB",
        "higher",
        lambda kind, clean, restored, spoiled: psnr(clean / kind.levels, restored / kind.levels),
        MOST_DECIBELS,
    ),
    "ssim": Fidelity(
        "SSIM",
        "",
        "higher",
        lambda kind, clean, restored, spoiled: ssim(*np.broadcast_arrays(clean / kind.levels, restored / kind.levels)),
    ),
    "rmse": Fidelity("RMSE", None, "lower", lambda kind, clean, restored, spoiled: kind.apart(clean, restored)),
    "ndcg": Fidelity(
        f"NDCG@{RANKS}",
        "",
        "higher",
        lambda kind, clean, restored, spoiled: ndcg(clean[..., 0], restored[..., 0], spoiled[..., 0]),
    ),
    "recall": Fidelity(
        f"Recall@{FIRST}",
        "",
        "higher",
        lambda kind, clean, restored, spoiled: recall(clean[..., 0], restored[..., 0], spoiled[..., 0], FIRST),
    ),
    "letters": Fidelity(
        "Letters right", "%", "higher", lambda kind, clean, restored, spoiled: letters_right(clean, restored)
    ),
    "edits": Fidelity(
        "Edits", "letters", "lower", lambda kind, clean, restored, spoiled: edits_between(clean, restored)
    ),
    "symbols": Fidelity(
        "Symbols right", "%", "higher", lambda kind, clean, restored, spoiled: letters_right(clean, restored)
    ),
    "symbol-edits": Fidelity(
        "Edits", "symbols", "lower", lambda kind, clean, restored, spoiled: edits_between(clean, restored)
    ),
    "dice": Fidelity("Dice", "", "higher", lambda kind, clean, restored, spoiled: dice(clean, restored)),
    "log-spectral": Fidelity(
        "Log-spectral error", "dB", "lower", lambda kind, clean, restored, spoiled: kind.apart(clean, restored)
    ),
    "labels": Fidelity(
        "Labels right", "%", "higher", lambda kind, clean, restored, spoiled: labels_right(clean, restored)
    ),
}
"""What may be measured; each kind's `measures` names its own."""
