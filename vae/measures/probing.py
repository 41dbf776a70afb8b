"""What a plain classifier reads off codes, beside what it reads off the things themselves and off principal components.

A probe (Alain & Bengio 2016, Understanding intermediate layers using linear classifier probes, arXiv 1610.01644) asks
what lies in a code so that a line finds it. Each thing is judged by a classifier that has learnt from others: `FOLDS`
folds of things that the model itself has not learnt from.
"""

import warnings
from collections.abc import Callable

import numpy as np

FOLDS = 5
LEAST = 2 * FOLDS
"""Things of a class that count: fewer are in too few folds."""

NEIGHBOURS = 10
ROUNDS = 500


def countable(labels: np.ndarray) -> np.ndarray:
    """Say of each thing whether its class has `LEAST` or more of them, bool [n]."""
    _, place, many = np.unique(labels, return_inverse=True, return_counts=True)
    return np.asarray(many[place] >= LEAST)


def linear(features: np.ndarray, labels: np.ndarray, seed: int = 0) -> float:
    """Return how often a logistic regression on features [n, d], each brought to unit variance, finds the class."""
    from sklearn.linear_model import LogisticRegression  # seconds to import: only where it is used
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return _judged(lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=ROUNDS)), features, labels, seed)


def nearest(features: np.ndarray, labels: np.ndarray, seed: int = 0) -> float:
    """Return how often the ten nearest of features [n, d] vote for the class."""
    from sklearn.neighbors import KNeighborsClassifier

    return _judged(lambda: KNeighborsClassifier(NEIGHBOURS), features, labels, seed)


def components(features: np.ndarray, dims: int, seed: int = 0) -> np.ndarray:
    """Return the first `dims` principal components of features [n, d], or all that there are; [n, dims]."""
    from sklearn.decomposition import PCA

    return np.asarray(PCA(min(dims, *features.shape), random_state=seed).fit_transform(features))


def _judged(made: Callable[[], object], features: np.ndarray, labels: np.ndarray, seed: int) -> float:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a line that is nearly the best is a line
        return float(cross_val_score(made(), features, labels, cv=folds).mean())
