"""Geometry of latent spaces in numpy: lines, great circles, traversals, grids. Pure functions."""

from statistics import NormalDist

import numpy as np


def lerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Walk the straight line from `a` to `b`. a, b: [d]; t: [n], usually in [0, 1]; returns [n, d]."""
    t = np.asarray(t)[:, None]
    return (1 - t) * a + t * b


def slerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Walk the great circle from `a` to `b`, keeping a norm between those of the two.

    a, b: [d]; t: [n] in [0, 1]; returns [n, d]. The norm goes in a straight line from |a| to |b|. Falls back to the
    straight line where the two are `parallel`. Shoemake 1985; White 2016, arXiv 1609.04468.
    """
    if parallel(a, b):
        return lerp(a, b, t)
    norm_a, norm_b = np.linalg.norm(a), np.linalg.norm(b)
    aside, angle = _turn(a / norm_a, b / norm_b)
    t = np.asarray(t)[:, None]
    direction = np.cos(t * angle) * (a / norm_a) + np.sin(t * angle) * (aside / np.linalg.norm(aside))
    return direction * ((1 - t) * norm_a + t * norm_b)


def parallel(a: np.ndarray, b: np.ndarray) -> bool:
    """Say whether no one great circle leads from `a` to `b`, [d]: one is zero, or both lie on a line through zero."""
    norm_a, norm_b = np.linalg.norm(a), np.linalg.norm(b)
    return bool(norm_a == 0 or norm_b == 0 or np.sin(_turn(a / norm_a, b / norm_b)[1]) < 1e-6)


def _turn(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the part of the unit vector `b` at right angles to the unit vector `a`, and the angle between the two.

    The arc cosine would know only half of the digits of an angle near 0 or 180 degrees.
    """
    aside = b - (a @ b) * a
    aside = aside - (a @ aside) * a  # what rounding has left of a
    return aside, float(np.arctan2(np.linalg.norm(aside), a @ b))


def traversal(z: np.ndarray, dim: int, values: np.ndarray) -> np.ndarray:
    """Repeat the code `z`, [d], with coordinate `dim` set to each of `values`, [n]; returns [n, d]."""
    codes = np.repeat(np.asarray(z, dtype=np.float32)[None], len(values), axis=0)
    codes[:, dim] = values
    return codes


def quantiles(n: int) -> np.ndarray:
    """Return the standard normal's quantiles at n evenly spaced probabilities, 1/2n … 1 - 1/2n; [n], rising.

    Neighbouring values hold equal shares of the prior between them.
    """
    normal = NormalDist()
    return np.array([normal.inv_cdf((i + 0.5) / n) for i in range(n)], dtype=np.float32)


def quantile_grid(n: int) -> np.ndarray:
    """Return n x n codes at the prior's quantiles, [n * n, 2], row by row, the second coordinate falling.

    The manifold picture of Kingma & Welling 2013, arXiv 1312.6114, figure 4.
    """
    steps = quantiles(n)
    return np.array([(x, y) for y in steps[::-1] for x in steps], dtype=np.float32)


TAIL = NormalDist().inv_cdf(0.999)
NORMAL_RANGE = (round(-TAIL, 4), round(TAIL, 4))
"""The same quantiles of a standard normal, for a coordinate along which no data lies."""


def data_range(codes: np.ndarray) -> list[tuple[float, float]]:
    """Return for each dimension the 0.1 % and 99.9 % quantiles of codes [n, d]: where the data lies."""
    low, high = np.quantile(codes, (0.001, 0.999), axis=0)
    return [(round(float(a), 4), round(float(b), 4)) for a, b in zip(low, high, strict=True)]
