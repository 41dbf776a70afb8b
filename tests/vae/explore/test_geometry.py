"""Paths, traversals and grids keep the properties that make them useful."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from vae.explore.geometry import data_range, lerp, quantile_grid, quantiles, slerp, traversal

codes = arrays(np.float64, 4, elements=st.floats(-5, 5).map(lambda v: round(v, 3)))
T = np.linspace(0, 1, 9)


@settings(deadline=None)
@given(codes, codes)
def test_paths_start_at_one_code_and_end_at_the_other(a: np.ndarray, b: np.ndarray) -> None:
    for walk in (lerp, slerp):
        path = walk(a, b, T)
        assert path.shape == (9, 4)
        np.testing.assert_allclose(path[0], a, atol=1e-9)
        np.testing.assert_allclose(path[-1], b, atol=1e-9)


@settings(deadline=None)
@given(codes, codes)
def test_slerp_walks_the_norm_in_a_straight_line_where_lerp_falls_short(a: np.ndarray, b: np.ndarray) -> None:
    cosine = a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-12)
    if np.linalg.norm(a) > 0.1 and np.linalg.norm(b) > 0.1 and abs(cosine) < 0.999:
        expected = (1 - T) * np.linalg.norm(a) + T * np.linalg.norm(b)
        np.testing.assert_allclose(np.linalg.norm(slerp(a, b, T), axis=1), expected, rtol=1e-6)
        assert (np.linalg.norm(lerp(a, b, T), axis=1) <= expected + 1e-9).all()


def test_slerp_turns_at_a_steady_pace() -> None:
    path = slerp(np.array([2.0, 0.0]), np.array([0.0, 2.0]), T)
    np.testing.assert_allclose(np.arctan2(path[:, 1], path[:, 0]), T * np.pi / 2, atol=1e-12)


@pytest.mark.parametrize(
    ("a", "b"),
    [([1.0, 2.0], [2.0, 4.0]), ([1.0, 2.0], [-1.0, -2.0]), ([0.0, 0.0], [1.0, 1.0]), ([0.0, 0.0], [0.0, 0.0])],
)
def test_slerp_goes_straight_where_there_is_no_circle(a: list[float], b: list[float]) -> None:
    np.testing.assert_allclose(slerp(np.array(a), np.array(b), T), lerp(np.array(a), np.array(b), T))


def test_a_traversal_changes_one_coordinate() -> None:
    z = np.array([1.0, 2.0, 3.0])
    path = traversal(z, 1, np.array([-1.0, 0.0, 5.0]))
    assert path.dtype == np.float32
    assert path.tolist() == [[1, -1, 3], [1, 0, 3], [1, 5, 3]]
    assert z.tolist() == [1, 2, 3]


@pytest.mark.parametrize("n", [1, 2, 15, 40])
def test_quantiles_have_evenly_spaced_probabilities(n: int) -> None:
    probabilities = norm.cdf(quantiles(n))
    np.testing.assert_allclose(probabilities, (np.arange(n) + 0.5) / n, atol=1e-6)


def test_the_grid_reads_like_a_picture() -> None:
    grid = quantile_grid(3).reshape(3, 3, 2)
    steps = norm.ppf([1 / 6, 1 / 2, 5 / 6])
    for row in range(3):
        np.testing.assert_allclose(grid[row, :, 0], steps, atol=1e-6)  # to the right, the first coordinate rises
        np.testing.assert_allclose(grid[:, row, 1], steps[::-1], atol=1e-6)  # downwards, the second falls


def test_the_data_range_holds_all_but_two_in_a_thousand() -> None:
    z = np.random.default_rng(0).standard_normal((100_000, 2)) * [1, 3] + [0, 10]
    ranges = np.array(data_range(z))
    np.testing.assert_allclose(ranges[0], norm.ppf([0.001, 0.999]), atol=0.1)
    np.testing.assert_allclose(ranges[1], 10 + 3 * norm.ppf([0.001, 0.999]), atol=0.3)
    inside = ((z >= ranges[:, 0]) & (z <= ranges[:, 1])).mean(0)
    np.testing.assert_allclose(inside, 0.998, atol=1e-4)
