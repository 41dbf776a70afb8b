"""How far the codes of the data, all together, lie from the prior N(0, I) that draws are made of."""

import numpy as np
from scipy.spatial.distance import cdist  # type: ignore[import-untyped]

ROWS = 2000
"""Of codes that are held against as many draws of the prior: their distances are 4 million numbers, three times."""


def coordinate_kl(codes: np.ndarray) -> np.ndarray:
    """Return KL(N(m, v) || N(0, 1)) of the normal fitted to each coordinate of codes [n, d]; float64 [d] nats.

    (m^2 + v - log v - 1) / 2: 0 where mean and variance are the prior's, whatever else the shape is.
    """
    codes = np.asarray(codes, np.float64)
    mean, variance = codes.mean(0), codes.var(0).clip(np.finfo(np.float64).tiny)
    return np.asarray(0.5 * (np.square(mean) + variance - np.log(variance) - 1))


def mmd(a: np.ndarray, b: np.ndarray) -> float:
    """Return the squared maximum mean discrepancy of two clouds, [n, d] and [m, d]: 0 where they are equal.

    With the inverse multiquadric kernel c / (c + |a - b|^2), c = 2d, as for N(0, I) in Tolstikhin et al. 2018, arXiv
    1711.01558, section 4; the V-statistic of Gretton et al. 2012, "A kernel two-sample test", equation 5, which is
    never below 0, and above it by chance too: two clouds of the same distribution say by how much.
    """
    scale = 2 * a.shape[1]
    return float(max(_mean(a, a, scale) + _mean(b, b, scale) - 2 * _mean(a, b, scale), 0.0))


def _mean(a: np.ndarray, b: np.ndarray, scale: float) -> float:
    return float((scale / (scale + cdist(a, b, "sqeuclidean"))).mean())
