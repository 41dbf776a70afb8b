"""The `phantoms` data set: a soft body of two parts, and what one of three raters marks of it, from nine factors.

A phantom is what a scanner is tried with. The body's edges are as soft as `softness` says, so that raters may well
differ: a strict one keeps within the edge, a generous one goes beyond it, and each puts the border between the parts
elsewhere, as much as it is soft. So it is known how much of a mask an image leaves open, as with the several graders of
Kohl et al. 2018, arXiv 1806.05034.
"""

import numpy as np

from vae.kinds.kind import Item
from vae.kinds.masks.layout import labelled

SIDE = 32

LABELS = ("background", "body", "cap")

RATERS = ("strict", "middle", "generous")
"""The order is the class number."""

FACTORS = ("rater", "x", "y", "size", "length", "angle", "share", "softness", "contrast")
"""The columns of a factor array: who marks it, the middle in pixels from the picture's, half of the width in pixels,
how many times longer than wide it is, the angle of the long axis in radians, which share of that the body has and not
the cap, how soft the edges are beside the width, and how bright the body is from 0 to 1."""

RANGES = {
    "x": (-2.5, 2.5),
    "y": (-2.5, 2.5),
    "size": (4.5, 7.0),
    "length": (1.2, 1.7),
    "angle": (0.0, 2 * np.pi),
    "share": (0.4, 0.7),
    "softness": (0.04, 0.22),
    "contrast": (0.4, 0.8),
}
"""What each factor may be."""

BEYOND = 1.0
"""How far a generous rater goes beyond the edge, and a strict one stays within it, in softnesses of the edge."""

CAP = 0.62
"""Brightness of the cap beside the body's."""

GROUND, NOISE = 0.12, 0.04
"""Brightness around it, and the standard deviation of the noise."""

ITEM = Item("masks", (SIDE, SIDE, 1 + len(LABELS)), {"labels": list(LABELS)})


def sample_factors(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw `n` rows of factors, float32 [n, 9]: the rater at even odds, the others uniform over their ranges."""
    factors = np.empty((n, len(FACTORS)), np.float32)
    factors[:, 0] = generator.integers(len(RATERS), size=n)
    for column, name in enumerate(FACTORS[1:], 1):
        factors[:, column] = generator.uniform(*RANGES[name], size=n)
    return factors


def render(factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw a phantom and its mask for each row of `factors`, [n, 9]: masks as they are kept, uint8 [n, 32, 32, 4]."""
    rater, _, _, _, _, _, share, softness, contrast = factors.T.astype(np.float64)[:, :, None, None]
    out, along = _placed(factors)
    inside = _sigmoid((1 - out) / softness)
    body = _sigmoid((2 * share - 1 - along) / softness)
    bright = GROUND + (contrast - GROUND) * inside * (CAP + (1 - CAP) * body)
    images = bright + NOISE * generator.standard_normal(bright.shape)
    return labelled((255 * images + 0.5).clip(0, 255).astype(np.uint8), _marked(rater, out, along, share, softness), 3)


def rated(factors: np.ndarray) -> np.ndarray:
    """Return the labels that all three raters mark of each phantom, int64 [3, n, 32, 32]."""
    share, softness = factors.T.astype(np.float64)[6:8, :, None, None]
    out, along = _placed(factors)
    return np.stack([_marked(np.full((1, 1, 1), rater), out, along, share, softness) for rater in range(len(RATERS))])


def _placed(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how far out each pixel lies, 1 at the edge, and how far along the long axis, -1 to 1; [n, 32, 32]."""
    _, x, y, size, length, angle, *_ = factors.T.astype(np.float64)[:, :, None, None]
    at = np.arange(SIDE) - (SIDE - 1) / 2
    right, down = at - x, at[:, None] - y
    along = (right * np.cos(angle) + down * np.sin(angle)) / (size * length)
    across = (down * np.cos(angle) - right * np.sin(angle)) / size
    return np.hypot(along, across), along


def _marked(
    rater: np.ndarray, out: np.ndarray, along: np.ndarray, share: np.ndarray, softness: np.ndarray
) -> np.ndarray:
    moved = BEYOND * softness * (rater - 1)
    return np.where(out < 1 + moved, np.where(along < 2 * share - 1 + moved, 1, 2), 0)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))
