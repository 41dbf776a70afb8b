"""What else is likely to be liked, without a model: what goes with a like, and the best linear way.

likes: bool or 0 and 1, [m, N], of others. Weights, [N, N], say what each item, a row, tells of every other; those of
what is liked add up to scores, and the higher, the likelier.
"""

import numpy as np

NEIGHBOURS = 50
"""Items that each item is compared to."""

RIDGE = 200.0
"""Of EASE, for some hundreds of people: the squared weights count so much beside the squared errors."""


def as_shares(scores: np.ndarray) -> np.ndarray:
    """Return scores [n, N] in the same order as shares of one choice, float32 [n, N, 1]: the least is none."""
    above = scores - scores.min(1, keepdims=True)
    return (above / np.maximum(above.sum(1, keepdims=True), 1e-12)).astype(np.float32)[..., None]


def neighbours_of(likes: np.ndarray, most: int = NEIGHBOURS) -> np.ndarray:
    """Return how alike two items are, the cosine of who likes them, float64 [N, N]; 0 but for the nearest `most`.

    Sarwar, Karypis, Konstan & Riedl 2001, "Item-based collaborative filtering", doi 10.1145/371920.372071.
    """
    x = likes.astype(np.float64)
    together = x.T @ x
    length = np.sqrt(np.maximum(np.diag(together), 1e-12))
    alike = together / length[:, None] / length
    np.fill_diagonal(alike, 0)
    if most < len(alike):
        least = np.partition(alike, -most, axis=1)[:, -most][:, None]
        alike = np.where(alike >= least, alike, 0)
    return np.asarray(alike)


def ease_of(likes: np.ndarray, ridge: float = RIDGE) -> np.ndarray:
    """Return the weights of EASE, float64 [N, N]: what each item says of every other, by least squares.

    With P the inverse of X'X + ridge, they are -P_ij / P_jj, and 0 on the diagonal, so that none tells of itself: Steck
    2019, Embarrassingly shallow autoencoders for sparse data, arXiv 1905.03375.
    """
    x = likes.astype(np.float64)
    inverse = np.linalg.inv(x.T @ x + ridge * np.eye(x.shape[1]))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return np.asarray(weights)
