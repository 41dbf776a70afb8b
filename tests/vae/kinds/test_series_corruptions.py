"""Each corruption of series keeps its word, in whatever unit the series are measured."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.errors import InputError
from vae.kinds.corruptions import Corrupted, corrupt, trainable
from vae.kinds.series import SERIES
from vae.kinds.series_corruptions import HIGHEST_WANDER

each = pytest.mark.parametrize("name", trainable(SERIES))

shapes = st.tuples(st.integers(1, 4), st.integers(4, 50), st.integers(1, 3))  # [n, T, C]
amounts = st.floats(0, 1, width=32)
seeds = st.integers(0, 2**31 - 1)


def made(shape: tuple[int, ...] = (6, 64, 2), seed: int = 0) -> np.ndarray:
    """Return series of random walks, of which no value is bounded."""
    return np.random.default_rng(seed).standard_normal(shape).cumsum(1).astype(np.float32)


def spoiled(name: str, series: np.ndarray, amount: float | np.ndarray, seed: int = 0) -> Corrupted:
    return corrupt(name, series, amount, seed, kind=SERIES)


def known_of(corrupted: Corrupted) -> np.ndarray:
    assert corrupted.known is not None
    return corrupted.known


@each
@given(shape=shapes, amount=amounts, seed=seeds)
def test_what_comes_back_are_series_of_the_same_shape(
    name: str, shape: tuple[int, ...], amount: float, seed: int
) -> None:
    series = made(shape)
    before = series.copy()
    after, known = spoiled(name, series, amount, seed)
    assert after.shape == series.shape and after.dtype == np.float32 and np.isfinite(after).all()
    assert np.array_equal(series, before)
    if SERIES.corruptions[name].hides:
        assert known is not None and known.shape == series.shape[:2] and known.dtype == bool
        assert np.array_equal(after[known], series[known])
    else:
        assert known is None


@each
@given(shape=shapes, seed=seeds)
def test_amount_zero_leaves_a_series_as_it_is_also_beside_one_that_is_spoiled(
    name: str, shape: tuple[int, ...], seed: int
) -> None:
    series = made(shape)
    after, known = spoiled(name, series, 0.0, seed)
    assert np.array_equal(after, series)
    assert known is None or known.all()
    assert np.array_equal(spoiled(name, series, np.linspace(0, 1, len(series)), seed).images[0], series[0])


@each
def test_the_same_seed_gives_the_same_corruption(name: str) -> None:
    series = made()
    first, again, other = (spoiled(name, series, 0.6, seed).images for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert np.array_equal(first, other) == (SERIES.corruptions[name].chance == "none")


@each
def test_one_amount_for_all_is_that_amount_for_each(name: str) -> None:
    one, many = (spoiled(name, made(), amount).images for amount in (0.7, np.full(6, 0.7)))
    np.testing.assert_allclose(one, many, atol=1e-5)


@each
def test_what_is_drawn_for_a_series_does_not_depend_on_what_the_others_show(name: str) -> None:
    """Processes that hold different rows of a batch rely on it."""
    series, amount = made(), np.linspace(0.2, 1, 6)
    blanked = series.copy()
    blanked[[0, 2, 3]] = 0
    whole, part = (spoiled(name, each, amount).images[[1, 4, 5]] for each in (series, blanked))
    assert np.array_equal(whole, part)


@each
@given(scale=st.floats(0.01, 100), offset=st.floats(-50, 50), amount=st.floats(0, 0.95))  # at 1 no sample may be left
def test_series_are_spoiled_alike_in_whatever_unit_they_are_measured(
    name: str, scale: float, offset: float, amount: float
) -> None:
    series = made()
    other = spoiled(name, (scale * series + offset).astype(np.float32), amount)
    tolerance = 1e-4 * (scale * np.abs(series).max() + abs(offset))
    np.testing.assert_allclose(other.images, scale * spoiled(name, series, amount).images + offset, atol=tolerance)


@pytest.mark.parametrize("amount", [0.1, 0.5, 1.0])
def test_noise_is_white_and_as_strong_as_its_amount_says(amount: float) -> None:
    series = made((40, 1000, 2))
    added = (spoiled("noise", series, amount).images - series) / series.std(1, keepdims=True)
    assert added.std() == pytest.approx(amount, rel=0.02)
    assert abs(added.mean()) < 0.02 * amount
    neighbours = np.mean(added[:, 1:] * added[:, :-1]) / added.var()
    assert abs(neighbours) < 0.02
    assert abs(np.corrcoef(added[..., 0].ravel(), added[..., 1].ravel())[0, 1]) < 0.02


def test_wander_is_one_slow_wave_as_high_as_its_amount_says() -> None:
    series = made((50, 500, 2))
    added = (spoiled("wander", series, 0.5).images - series) / series.std(1, keepdims=True)
    assert np.abs(added).max() <= 0.5 * HIGHEST_WANDER + 1e-3
    assert np.abs(added).max() > 0.99 * 0.5 * HIGHEST_WANDER
    turning = np.count_nonzero(np.diff(np.sign(np.diff(added[:, ::10], axis=1)), axis=1), axis=1)
    assert turning.max() <= 3  # a wave and a half turns three times
    step = np.abs(np.diff(added, axis=1)).max()
    assert step < 2 * np.pi * 1.5 / 499 * 0.5 * HIGHEST_WANDER * 1.05


@pytest.mark.parametrize("amount", [0.2, 0.5, 0.9])
def test_saturation_cuts_what_leaves_the_middle_of_the_range_and_nothing_else(amount: float) -> None:
    series = made()
    after = spoiled("saturation", series, amount).images
    low, high = series.min(1, keepdims=True), series.max(1, keepdims=True)
    np.testing.assert_allclose(np.ptp(after, axis=1), (1 - amount) * np.ptp(series, axis=1), rtol=1e-4)
    inside = (series > low + amount * (high - low) / 2) & (series < high - amount * (high - low) / 2)
    assert inside.any() and np.array_equal(after[inside], series[inside])


@given(length=st.integers(4, 60), amount=amounts, seed=seeds)
def test_a_gap_is_one_stretch_of_the_length_asked_for(length: int, amount: float, seed: int) -> None:
    lost = ~known_of(spoiled("gap", np.ones((3, length, 2), np.float32), amount, seed))
    assert lost.sum(1).tolist() == [round(np.float32(amount) * length)] * 3
    assert (np.count_nonzero(np.diff(lost.astype(int), axis=1), axis=1) <= 2).all()


def test_a_gap_comes_to_every_place() -> None:
    lost = ~known_of(spoiled("gap", np.ones((2000, 28, 1), np.float32), 0.5))
    assert set(lost.argmax(1)) == set(range(15))


@given(length=st.integers(4, 60), amount=amounts, seed=seeds)
def test_as_many_samples_drop_out_as_were_asked_for(length: int, amount: float, seed: int) -> None:
    lost = ~known_of(spoiled("dropouts", np.ones((2, length, 1), np.float32), amount, seed))
    assert lost.sum(1).tolist() == [round(np.float32(amount) * length)] * 2


def test_lost_samples_are_the_mean_of_their_channel_s_others_and_zero_where_there_is_none() -> None:
    series = made()
    hidden = np.random.default_rng(0).random((6, 64)) < 0.3
    hidden[5] = True
    after, known = corrupt("brush", series, 0.0, 0, hidden, SERIES)
    assert known is not None and np.array_equal(known, ~hidden)
    for n in range(5):
        for channel in range(2):
            mean = series[n, known[n], channel].mean(dtype=np.float64)
            np.testing.assert_allclose(after[n, hidden[n], channel], mean, rtol=1e-5, atol=1e-6)
    assert (after[5] == 0).all()


def test_what_does_not_fit_is_told() -> None:
    series = made((2, 8, 1))
    with pytest.raises(InputError, match="Unknown corruption 'gaussian'; choose one of: brush, dropouts, gap, noise"):
        corrupt("gaussian", series, 0.5, 0, kind=SERIES)
    with pytest.raises(InputError, match="Unknown corruption 'wander'; choose one of: block"):
        corrupt("wander", np.zeros((1, 8, 8, 1), np.uint8), 0.5, 0)
    with pytest.raises(InputError, match=r"series must be \[n, T, C\]; got \[2, 8\]"):
        spoiled("noise", series[..., 0], 0.5)
    with pytest.raises(InputError, match=r"one for each of the 2 series; got \[3\]"):
        spoiled("noise", series, np.full(3, 0.5))
    with pytest.raises(InputError, match=r"the samples that it is told, \[n, T\] = \[2, 8\]; got none"):
        spoiled("brush", series, 0.5)
    with pytest.raises(InputError, match="amount must be from 0 to 1; got 2"):
        spoiled("noise", series, 2)


@pytest.mark.parametrize("name", SERIES.corruptions)
def test_each_says_what_its_amount_means(name: str) -> None:
    corruption = SERIES.corruptions[name]
    assert corruption.title and corruption.meaning and not corruption.meaning.endswith(".")
    assert corruption.sentence.endswith(".")
    assert 0 < corruption.default <= 1
    assert (corruption.draw is None) == (name not in trainable(SERIES))
