"""What a thing costs, and the part of it that no model can save, beside SciPy's entropies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import entr, rel_entr

from vae.data import load
from vae.explore.likelihood import floor, nats

SHAPE = 4, 1, 3, 3
greys = arrays(np.float32, SHAPE, elements=st.integers(0, 255).map(lambda level: np.float32(level) / 255))
guesses = arrays(np.float32, SHAPE, elements=st.floats(0.0009765625, 0.9990234375, width=16))


@given(greys)
def test_the_floor_is_the_sum_of_the_grey_levels_entropies(x):
    levels = x.astype(np.float64)
    np.testing.assert_allclose(floor(x, "bernoulli"), (entr(levels) + entr(1 - levels)).sum(axis=(1, 2, 3)), atol=1e-5)


@given(greys, guesses)
def test_nothing_that_a_decoder_expects_costs_less_than_the_floor(x, p):
    least = floor(x, "bernoulli")
    assert least is not None
    assert (nats(x, p, None) >= least - 1e-5).all()
    np.testing.assert_allclose(nats(x, x, None), least, atol=1e-4)  # reached where each level is expected as it is


@settings(max_examples=30)
@given(greys, guesses)
def test_what_lies_above_the_floor_is_the_divergence_of_the_expected_levels_from_the_true_ones(x, p):
    truth, guess = x.astype(np.float64), p.astype(np.float64)
    divergence = (rel_entr(truth, guess) + rel_entr(1 - truth, 1 - guess)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(nats(x, p, None) - floor(x, "bernoulli"), divergence, atol=1e-4)


def test_black_and_white_costs_nothing_and_the_middle_a_bit_a_pixel():
    x = np.array([0, 1, 0.5, 0.25], np.float32).reshape(4, 1, 1, 1)
    np.testing.assert_allclose(floor(x, "bernoulli"), [0, 0, np.log(2), 0.5623351], atol=1e-6)


def test_levels_that_each_have_a_probability_cost_nothing_where_one_is_sure():
    x = np.random.default_rng(0).random((3, 1, 4, 4), np.float32)
    for name in ("logistic-mixture", "categorical", "symbols"):
        assert np.array_equal(floor(x, name), np.zeros(3))
    assert floor(x, "continuous-bernoulli") is floor(x, "unheard-of") is None


def test_a_density_has_no_floor():
    assert floor(np.zeros((2, 1, 3, 3), np.float32), "gaussian") is None


def test_a_digit_has_46_nats_of_it_a_one_26_and_a_zero_56():
    """The figures that pages and README state, on the test half of the 5,000 offline digits."""
    digits = load("mnist-5k").test
    least = floor(np.moveaxis(digits.images, -1, 1).astype(np.float32) / 255, "bernoulli")
    assert least is not None and digits.labels is not None
    assert least.mean() == pytest.approx(46.3, abs=1)
    assert least[digits.labels == 1].mean() == pytest.approx(26.3, abs=1.5)
    assert least[digits.labels == 0].mean() == pytest.approx(56, abs=2)
