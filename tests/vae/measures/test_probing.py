"""What a line and ten neighbours read off codes: folds by hand, and what they can and cannot see."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from vae.measures.probing import FOLDS, LEAST, components, countable, linear, nearest


def clouds(apart: float, seed: int = 0, each: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Return two clouds of points in a plane, and which each is of."""
    random = np.random.default_rng(seed)
    labels = np.repeat([0, 1], each)
    return random.standard_normal((2 * each, 2)) + apart * labels[:, None], labels


def test_a_line_is_judged_by_things_that_it_has_not_learnt_from() -> None:
    points, labels = clouds(1.0)
    found = []
    for learnt, judged in StratifiedKFold(FOLDS, shuffle=True, random_state=3).split(points, labels):
        middle, spread = points[learnt].mean(0), points[learnt].std(0)
        line = LogisticRegression(max_iter=500).fit((points[learnt] - middle) / spread, labels[learnt])
        found.append((line.predict((points[judged] - middle) / spread) == labels[judged]).mean())
    assert linear(points, labels, 3) == pytest.approx(np.mean(found))
    assert linear(points, labels, 3) == linear(points * [100, 0.01], labels, 3)  # in whatever unit


def test_what_is_far_apart_is_found_and_what_is_not_there_is_chance() -> None:
    assert linear(*clouds(8.0)) == nearest(*clouds(8.0)) == 1
    assert abs(linear(*clouds(0.0, each=500)) - 0.5) < 0.1
    assert abs(nearest(*clouds(0.0, each=500)) - 0.5) < 0.1


def test_a_ring_is_seen_by_neighbours_and_by_no_line() -> None:
    random = np.random.default_rng(0)
    angle, labels = random.uniform(0, 2 * np.pi, 400), np.arange(400) % 2
    ring = (1 + 2 * labels + 0.1 * random.standard_normal(400))[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    assert nearest(ring, labels) == 1 and linear(ring, labels) < 0.7


def test_classes_of_few_things_do_not_count() -> None:
    labels = np.array([0] * LEAST + [1] * (LEAST - 1) + [2] * (LEAST + 5))
    assert (countable(labels) == (labels != 1)).all()


def test_principal_components_are_those_of_the_largest_variance() -> None:
    random = np.random.default_rng(0)
    things = random.standard_normal((50, 6)) * [5, 4, 1, 1, 1, 1]
    found = components(things, 2)
    own = np.linalg.svd(things - things.mean(0), full_matrices=False)
    assert np.allclose(np.abs(found), np.abs(own.U[:, :2] * own.S[:2]), atol=1e-6)
    assert components(things, 100).shape == (50, 6)
