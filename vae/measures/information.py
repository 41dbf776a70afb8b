"""What the coordinates of a code tell of known factors, in nats, and the gap between the two that tell most."""

import numpy as np

PARTS = 20
MOST_VALUES = 64
"""A factor of more values than these is taken for a continuous one, and cut into `PARTS` of equal width."""

SAMPLES = 2500
SHARPEST = 1e-6
"""Codes are float32: a belief that is narrower is a point, and has no density."""

AT_ONCE = 1 << 17
"""Numbers that a step works on: as many as a processor's cache holds."""


def numbered(factor: np.ndarray) -> np.ndarray:
    """Number the values of a factor [n], or the parts of equal width of a continuous one: int64 [n] from 0."""
    known, numbers = np.unique(factor, return_inverse=True)
    if len(known) <= MOST_VALUES:
        return np.asarray(numbers)
    edges = np.linspace(known[0], known[-1], PARTS + 1)[1:-1]
    return np.asarray(np.digitize(factor, edges))


def entropy(values: np.ndarray) -> float:
    """Return the entropy of numbers int [n], as often as they are there, in nats."""
    share = np.unique(values, return_counts=True)[1] / len(values)
    return float(-(share * np.log(share)).sum())


def mutual_information(
    centre: np.ndarray, spread: np.ndarray, factors: np.ndarray, samples: int = SAMPLES, seed: int = 0
) -> np.ndarray:
    """Return what each coordinate of a code tells of each factor, I(z_j; v_k) in nats; float64 [F, d], from 0.

    centre, spread: [n, d], q(z|x) of n things, a normal by coordinate; factors: int [n, F], as `numbered` gives them.

    The estimator of Chen et al. 2018, arXiv 1802.04942, appendix C: E[log q(z_j|v_k) - log q(z_j)], over codes z drawn
    from the q(z|x) of `samples` things, where q(z_j) and q(z_j|v_k) are the means of q(z_j|x) over all things, and over
    those of the same v_k. Both are taken at the same draws. It takes no classifier and no bins of z. A draw's own thing
    is among those, so that a value of few things (some hundred, with sharp beliefs) is told a little too well.
    """
    random = np.random.default_rng(seed)
    spread = np.maximum(spread, SHARPEST)
    rows = random.permutation(len(centre))[:samples]
    drawn = centre[rows] + spread[rows] * random.standard_normal((len(rows), centre.shape[1]))
    alone, found = _log_density(drawn, centre, spread), []
    for values in np.asarray(factors).T:
        within = np.empty_like(alone)
        for value in np.unique(values[rows]):
            here, of = values[rows] == value, values == value
            within[here] = _log_density(drawn[here], centre[of], spread[of])
        found.append((within - alone).mean(0))
    return np.maximum(found, 0)


def _log_density(z: np.ndarray, centre: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Return log 1/n sum_i N(z_j; centre_ij, spread_ij), [m, d] of codes [m, d]; each has its own i, or is near one.

    So the sum is never 0, and needs no logarithms of its parts.
    """
    found, rows = np.empty(z.shape), max(1, AT_ONCE // len(centre))
    z, centre, sharpness = (np.ascontiguousarray(each.T, np.float32) for each in (z, centre, 1 / spread))
    for j, (middle, sharp) in enumerate(zip(centre, sharpness, strict=True)):
        for first in range(0, z.shape[1], rows):
            part = slice(first, first + rows)
            away = z[j, part, None] - middle
            away *= sharp
            np.square(away, out=away)
            away *= np.float32(-0.5)
            found[part, j] = np.exp(away, out=away) @ sharp
    return np.asarray(np.log(found / centre.shape[1]) - 0.5 * np.log(2 * np.pi))


def gaps(information: np.ndarray, entropies: np.ndarray) -> np.ndarray:
    """Return how much more of each factor the one coordinate tells that tells most of it than the next, float64 [F].

    information: [F, d] nats, entropies: [F] nats. Shares of the factor's entropy, in [0, 1]: 1 where one coordinate
    tells all of it and no other anything. Their mean is MIG, the mutual information gap: Chen et al. 2018, arXiv
    1802.04942, equation 6.
    """
    ordered = np.sort(information, axis=1)
    second = ordered[:, -2] if ordered.shape[1] > 1 else 0.0
    return np.asarray((ordered[:, -1] - second) / np.maximum(entropies, np.finfo(float).tiny))
