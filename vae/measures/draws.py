"""How alike two clouds of features are: what a model draws, and the data."""

import numpy as np
from scipy.spatial.distance import cdist  # type: ignore[import-untyped]

NEAREST = 3
"""Of whose distance a ball reaches: the k of Kynkäänniemi et al. 2019."""


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Return the squared Fréchet distance of the normals fitted to two clouds, [n, d] and [m, d]; 0 for equal ones.

    As FID is computed (Heusel et al. 2017, arXiv 1706.08500, equation 6), in whatever features these are. It is too
    large for small clouds, by the same for all that are compared at the same sizes. Needs two of each.
    """
    fitted = [(each.mean(0), np.atleast_2d(np.cov(each, rowvar=False))) for each in (a, b)]
    return frechet_of_normals(*fitted[0], *fitted[1])


def frechet_of_normals(mean: np.ndarray, covariance: np.ndarray, other: np.ndarray, beside: np.ndarray) -> float:
    """Return |m - n|^2 + tr(C + D - 2 (C D)^(1/2)) of N(m, C) and N(n, D); m, n: [d]; C, D: [d, d].

    Dowson & Landau 1982, "The Fréchet distance between multivariate normal distributions". The root's trace is that of
    (C^(1/2) D C^(1/2))^(1/2), which is symmetric, so that no rounding error makes it complex.
    """
    root = _root(covariance)
    crossed = np.sqrt(np.linalg.eigvalsh(root @ beside @ root).clip(0)).sum()
    distance = np.square(mean - other).sum() + np.trace(covariance) + np.trace(beside) - 2 * crossed
    return float(max(distance, 0.0))


def _root(matrix: np.ndarray) -> np.ndarray:
    """Return the symmetric root of a positive semidefinite matrix, [d, d]."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(values.clip(0))) @ vectors.T)


def precision_recall(real: np.ndarray, drawn: np.ndarray, nearest: int = NEAREST) -> tuple[float, float]:
    """Return the share of draws that lie within the data, and the share of the data that lies within the draws.

    real: [n, d], drawn: [m, d], of about as many rows each. A point lies within a cloud where some point of it is no
    further away than that one's own k-th nearest neighbour of the cloud. Kynkäänniemi et al. 2019, arXiv 1904.06991.
    """
    return float(within(real, drawn, nearest).mean()), float(within(drawn, real, nearest).mean())


def within(cloud: np.ndarray, points: np.ndarray, nearest: int = NEAREST) -> np.ndarray:
    """Say of each of the points [m, d] whether it lies within the cloud [n, d], bool [m]: see `precision_recall`."""
    return np.asarray((cdist(points, cloud) <= _reach(cloud, nearest)).any(1))


def _reach(cloud: np.ndarray, nearest: int) -> np.ndarray:
    """Return how far each point's k-th nearest neighbour is, [n]; in a smaller cloud the farthest one."""
    apart = cdist(cloud, cloud)
    return np.asarray(np.partition(apart, min(nearest, len(cloud) - 1), axis=1)[:, min(nearest, len(cloud) - 1)])
