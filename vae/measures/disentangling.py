"""How well the coordinates of a code predict known factors, each by itself or all together: SAP and DCI."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

INACTIVE = 1e-12
"""Variance of a coordinate's mean below which it predicts nothing."""

FITTED = (4000, 1000, 1000)
"""Things that forests learn from, that choose their depth, and that judge them: their shares, where there are fewer."""

TREES, DEPTHS = 10, (2, 4, 8, 16)


def sap_scores(centre: np.ndarray, factors: np.ndarray, classes: Sequence[bool]) -> np.ndarray:
    """Return how well each coordinate alone predicts each factor, float64 [F, d] in [0, 1].

    centre: [n, d], means of q(z|x); factors: [n, F]; classes: of each whether its numbers have no order.

    Of a quantity: R^2 of the linear regression, the squared correlation. Of a class: the balanced accuracy of
    thresholds on the coordinate, as many as tell the classes apart, found by a decision tree; so chance gives a score
    too. 0 where the coordinate hardly varies. Kumar, Sattigeri & Balakrishnan 2018, arXiv 1711.00848, section 3.
    """
    centre, factors = np.asarray(centre, np.float64), np.asarray(factors, np.float64)
    lives = centre.var(0) > INACTIVE
    score = np.zeros((factors.shape[1], centre.shape[1]))
    for k, is_class in enumerate(classes):
        for j in np.flatnonzero(lives):
            predicts = _by_thresholds if is_class else _by_a_line
            score[k, j] = predicts(centre[:, j], factors[:, k])
    return score


def sap(scores: np.ndarray) -> float:
    """Return the mean over the factors of the best score less the second best, of scores [F, d]: in [0, 1]."""
    ordered = np.sort(scores, axis=1)
    return float((ordered[:, -1] - (ordered[:, -2] if ordered.shape[1] > 1 else 0.0)).mean())


def _by_a_line(z: np.ndarray, factor: np.ndarray) -> float:
    return float(np.corrcoef(z, factor)[0, 1] ** 2) if factor.std() > 0 else 0.0


def _by_thresholds(z: np.ndarray, factor: np.ndarray) -> float:
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.tree import DecisionTreeClassifier

    labels = factor.astype(np.int64)
    tree = DecisionTreeClassifier(max_leaf_nodes=max(2, len(np.unique(labels))), class_weight="balanced")
    tree.set_params(random_state=0)
    return float(balanced_accuracy_score(labels, tree.fit(z[:, None], labels).predict(z[:, None])))


@dataclass(frozen=True)
class DCI:
    """Disentanglement, completeness, and the error behind informativeness.

    disentanglement: in [0, 1], 1 where each coordinate matters to one factor alone; completeness: in [0, 1], 1 where
    each factor is told by one coordinate alone; error: of predictions, 1 as large as that of always the same, 0 none;
    importance: float64 [F, d], how much of the prediction of each factor is owed to each coordinate.
    """

    disentanglement: float
    completeness: float
    error: float
    importance: np.ndarray


def dci(centre: np.ndarray, factors: np.ndarray, classes: Sequence[bool], seed: int = 0) -> DCI:
    """Predict each factor from all coordinates, and say how the predictions share them.

    centre: [n, d], means of q(z|x), n at least 12; factors: [n, F]; classes: of each whether its numbers have no order.

    By random forests, one of the two regressors of Eastwood & Williams 2018, "A framework for the quantitative
    evaluation of disentangled representations", ICLR: ten trees, as deep as errs least on things left out, whose splits
    look at all coordinates: among few, coordinates that tell nothing are split on too. Importance is scikit-learn's, by
    how much the splits on a coordinate lessen variance or impurity. The error is that of third things: the root mean
    square in standard deviations of the factor, or the share of wrong classes over that of always the most frequent;
    the mean over the factors.
    """
    rows = np.random.default_rng(seed).permutation(len(centre))[: sum(FITTED)]
    parts = np.split(rows, (np.cumsum(FITTED)[:-1] * len(rows)) // sum(FITTED))
    learnt = [_forest(centre, factors[:, k], parts, is_class, seed) for k, is_class in enumerate(classes)]
    importance = np.array([importance for importance, _ in learnt])
    weight = importance.sum(0)
    of_each = _purity(importance.T)
    return DCI(
        float((weight * of_each).sum() / weight.sum()) if weight.any() else 0.0,
        float(_purity(importance).mean()),
        float(np.mean([error for _, error in learnt])),
        importance,
    )


def _forest(
    centre: np.ndarray, factor: np.ndarray, parts: Sequence[np.ndarray], is_class: bool, seed: int
) -> tuple[np.ndarray, float]:
    """Return the importance of each coordinate, [d], and the error on the last part."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    fit, choose, judge = parts
    target = factor.astype(np.int64) if is_class else factor.astype(np.float64)
    forest = RandomForestClassifier if is_class else RandomForestRegressor
    grown: list[Any] = [
        forest(TREES, max_depth=depth, max_features=None, random_state=seed).fit(centre[fit], target[fit])
        for depth in DEPTHS
    ]
    wrong = _wrong_classes if is_class else _away
    best = min(grown, key=lambda one: wrong(target[choose], one.predict(centre[choose])))
    return best.feature_importances_, wrong(target[judge], best.predict(centre[judge]))


def _away(factor: np.ndarray, predicted: np.ndarray) -> float:
    spread = factor.std()
    return float(np.sqrt(np.square(factor - predicted).mean()) / spread) if spread > 0 else 0.0


def _wrong_classes(labels: np.ndarray, predicted: np.ndarray) -> float:
    by_chance = 1 - np.unique(labels, return_counts=True)[1].max() / len(labels)
    return float((labels != predicted).mean() / by_chance) if by_chance > 0 else 0.0


def _purity(importance: np.ndarray) -> np.ndarray:
    """Return of each row [m, n] how much of it lies in one place: 1 all, 0 the same in each, or none anywhere; [m]."""
    total = importance.sum(1, keepdims=True)
    share = np.divide(importance, total, out=np.full(importance.shape, 1 / importance.shape[1]), where=total > 0)
    nats = -(share * np.log(np.maximum(share, np.finfo(float).tiny))).sum(1)
    return (
        np.maximum(1 - nats / np.log(importance.shape[1]), 0) if importance.shape[1] > 1 else np.ones(len(importance))
    )
