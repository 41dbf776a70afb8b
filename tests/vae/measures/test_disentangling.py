"""Disentanglement, held against codes made by hand, whose measures are known, and against integrals."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from vae.measures.disentangling import dci, sap, sap_scores
from vae.measures.information import MOST_VALUES, PARTS, entropy, gaps, mutual_information, numbered

VALUES = 8
GRID = np.indices((VALUES,) * 3).reshape(3, -1).T.repeat(3, 0)
"""Three factors of eight values, each combination three times."""
QUANTITIES = (False,) * 3
SHARP = 0.05
"""Standard deviations of beliefs whose centres lie 1 apart: 1 of 10^22 draws comes nearer to another."""

AXES = np.eye(3)
TURNED = np.array([[1, -1, 0], [1, 1, 0], [0, 0, np.sqrt(2)]]) / np.sqrt(2)
MIXED = np.array([[2, -1, 2], [2, 2, -1], [-1, 2, 2]]) / 3
"""Orthonormal: what lies along each coordinate, a turn of the first two by 45 degrees, a turn that mixes all."""


def information(centre: np.ndarray, spread: float = SHARP) -> np.ndarray:
    return mutual_information(centre, np.full(centre.shape, spread), GRID)


def mig(centre: np.ndarray, spread: float = SHARP) -> float:
    return float(gaps(information(centre, spread), np.array([entropy(values) for values in GRID.T])).mean())


def test_the_information_of_two_normals_is_that_of_numerical_integration() -> None:
    random, apart, spread = np.random.default_rng(0), 1.5, 0.7
    value = random.integers(2, size=4000)

    def density(z: float) -> float:
        return float(0.5 * (stats.norm.pdf(z, 0, spread) + stats.norm.pdf(z, apart, spread)))

    h, _ = integrate.quad(lambda z: -density(z) * np.log(density(z)), -6, 8)
    wanted = h - stats.norm.entropy(0, spread)
    got = mutual_information(apart * value[:, None], np.full((4000, 1), spread), value[:, None], samples=4000)
    assert got.shape == (1, 1)
    assert got[0, 0] == pytest.approx(wanted, abs=0.02)


def test_the_information_of_a_normal_cut_into_parts_is_that_of_numerical_integration() -> None:
    random, noise = np.random.default_rng(0), 0.5
    x = random.standard_normal(4000)
    value = np.digitize(x, [-1.0, 0.0, 1.0])
    total = np.hypot(1, noise)

    def part(z: float, low: float, high: float) -> float:
        """Return p(z, low < x < high), by the normal that x has given z."""
        middle, spread = z / total**2, noise / total
        inside = stats.norm.cdf(high, middle, spread) - stats.norm.cdf(low, middle, spread)
        return float(stats.norm.pdf(z, 0, total) * inside)

    edges = np.array([-np.inf, -1, 0, 1, np.inf])
    wanted = 0.0
    for low, high in pairwise(edges):
        p = stats.norm.cdf(high) - stats.norm.cdf(low)

        def told(z: float, low: float = low, high: float = high, p: float = p) -> float:
            joint = part(z, low, high)
            return joint * np.log(joint / (p * stats.norm.pdf(z, 0, total))) if joint > 1e-300 else 0.0

        wanted += integrate.quad(told, -6, 6, limit=200)[0]
    got = mutual_information(x[:, None], np.full((4000, 1), noise), value[:, None], samples=4000)[0, 0]
    assert got == pytest.approx(wanted, abs=0.03)


def test_a_coordinate_tells_all_of_its_own_factor_and_nothing_of_the_others() -> None:
    told = information(GRID @ AXES)
    assert np.diag(told) == pytest.approx(np.log(VALUES), rel=0.01)
    assert told[~np.eye(3, dtype=bool)] == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    ("centre", "low", "high"),
    [
        (GRID @ AXES, 0.97, 1.0),
        (GRID @ AXES[[2, 0, 1]] * -3 + 5, 0.97, 1.0),  # in another order, mirrored, stretched and moved
        (np.zeros(GRID.shape), 0.0, 0.001),
        (GRID[:, [0, 0, 1, 1, 2, 2]], 0.0, 0.001),  # each factor twice: no coordinate is ahead
    ],
    ids=["axes", "moved axes", "constant", "twice"],
)
def test_the_gap_is_what_it_is_for_codes_made_by_hand(centre: np.ndarray, low: float, high: float) -> None:
    assert low <= mig(centre.astype(float)) <= high


def test_a_turn_by_45_degrees_takes_two_of_three_factors_their_gap() -> None:
    shares = gaps(information(GRID @ TURNED.T), np.full(3, np.log(VALUES)))
    assert shares[:2] == pytest.approx(0, abs=0.03)
    assert shares[2] > 0.97


def test_beliefs_that_overlap_tell_less() -> None:
    assert mig(GRID @ AXES) > mig(GRID @ AXES, 0.5) > mig(GRID @ AXES, 2.0) > 0


def test_coordinates_that_mix_all_factors_have_hardly_a_gap() -> None:
    assert mig(GRID @ MIXED.T, 0.5) < 0.05 < mig(GRID @ AXES, 0.5)


def test_one_coordinate_alone_is_ahead_of_nothing() -> None:
    told = mutual_information(GRID[:, :1].astype(float), np.full((len(GRID), 1), SHARP), GRID)
    assert gaps(told, np.full(3, np.log(VALUES))) == pytest.approx([1, 0, 0], abs=0.03)


def test_values_are_numbered_and_continuous_factors_are_cut() -> None:
    assert numbered(np.array([0.5, 0.1, 0.5, 7])).tolist() == [1, 0, 1, 2]
    fine = np.linspace(-3, 9, 1000)
    assert np.bincount(numbered(fine)).tolist() == [1000 // PARTS] * PARTS
    assert len(np.unique(numbered(np.arange(MOST_VALUES)))) == MOST_VALUES
    assert entropy(numbered(fine)) == pytest.approx(stats.entropy(np.full(PARTS, 1 / PARTS)))


def test_sap_is_1_for_a_line_and_0_where_nothing_or_two_tell() -> None:
    scores = sap_scores(GRID * [2.0, -1, 3], GRID, QUANTITIES)
    assert scores == pytest.approx(np.eye(3), abs=1e-9)
    assert sap(scores) == pytest.approx(1)
    assert sap(sap_scores(GRID[:, [0, 0, 1, 1, 2, 2]], GRID, QUANTITIES)) == pytest.approx(0)
    assert sap(sap_scores(np.zeros(GRID.shape), GRID, QUANTITIES)) == 0
    assert sap(sap_scores(GRID @ TURNED.T, GRID, QUANTITIES)) == pytest.approx(1 / 3)  # R^2 of half, twice


def test_sap_of_classes_is_the_accuracy_of_thresholds_whatever_the_order_and_the_sizes() -> None:
    labels = np.repeat([0, 1, 2], [600, 300, 100])
    place = np.array([5.0, -5, 0])[labels] + np.random.default_rng(0).uniform(-1, 1, 1000)
    noise = np.random.default_rng(1).standard_normal(1000)
    scores = sap_scores(np.stack([place, noise], 1), labels[:, None], (True,))
    assert scores[0, 0] == 1
    assert scores[0, 1] == pytest.approx(1 / 3, abs=0.06)


@pytest.mark.parametrize("linear", [True, False], ids=["line", "bent"])
def test_dci_of_axes_is_high_whatever_bends_them(linear: bool) -> None:
    centre = GRID.astype(float) if linear else np.exp(0.5 * GRID)
    found = dci(centre, GRID, QUANTITIES)
    assert found.disentanglement > 0.98
    assert found.completeness > 0.98
    assert found.error < 0.05
    assert found.importance == pytest.approx(np.eye(3), abs=0.02)


def test_dci_tells_a_factor_of_two_coordinates_from_a_coordinate_of_two_factors() -> None:
    twice = dci(GRID[:, [0, 0, 1, 1, 2, 2]] + 1e-3 * np.random.default_rng(0).random((len(GRID), 6)), GRID, QUANTITIES)
    assert twice.disentanglement > 0.98 > 0.9 > twice.completeness
    both = np.stack([GRID[:, 0] + VALUES * GRID[:, 1], GRID[:, 2]], 1).astype(float)
    crowded = dci(both, GRID, QUANTITIES)
    assert crowded.completeness > 0.98 > 0.8 > crowded.disentanglement
    mixed = dci(GRID @ MIXED.T, GRID, QUANTITIES)
    assert max(mixed.disentanglement, mixed.completeness) < 0.6


def test_dci_of_a_constant_is_none_and_of_a_class_the_classes_told() -> None:
    nothing = dci(np.zeros(GRID.shape), GRID, (True, False, False))
    assert (nothing.disentanglement, nothing.completeness) == pytest.approx((0, 0))
    assert nothing.error == pytest.approx(1, abs=0.1)
    classes = dci(GRID.astype(float), GRID, (True,) * 3)
    assert classes.error == 0
    assert classes.disentanglement > 0.98


def test_dci_is_the_same_again_and_its_parts_are_scipys_entropies() -> None:
    centre = GRID @ TURNED.T
    found, again = (dci(centre, GRID, QUANTITIES, seed=4) for _ in range(2))
    assert (found.importance == again.importance).all()
    by_coordinate = 1 - stats.entropy(found.importance, base=3)
    weight = found.importance.sum(0) / found.importance.sum()
    assert found.disentanglement == pytest.approx((weight * by_coordinate).sum())
    assert found.completeness == pytest.approx((1 - stats.entropy(found.importance, axis=1, base=3)).mean())
