"""The generator of `beats` draws what its factors say, and its classes can be told apart."""

import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid

from vae.datasets import published
from vae.datasets.series import beats
from vae.datasets.series.beats import CLASSES, FACTORS, RATE, SAMPLES, USUAL

SECONDS = np.arange(SAMPLES) / RATE
NORMAL, WIDE, INVERTED, ELEVATED = range(4)


def row(**changed: float) -> np.ndarray:
    middle = {name: (low + high) / 2 for name, (low, high) in USUAL.items()}
    return np.array([[(middle | {"beat": NORMAL, "place": 0.0} | changed)[name] for name in FACTORS]], np.float32)


def drawn(**changed: float) -> np.ndarray:
    """Return one beat in mV, [128]."""
    return beats.render(row(**changed))[0, :, 0]


def peak(curve: np.ndarray, first: float = 0.0, last: float = 1.0) -> tuple[float, float]:
    """Return when and how high the highest point between two times lies, by the parabola through three samples."""
    inside = np.flatnonzero((first <= SECONDS) & (last >= SECONDS))
    at = inside[curve[inside].argmax()]
    before, top, after = curve[at - 1 : at + 2].astype(float)
    shift = 0.5 * (before - after) / (before - 2 * top + after)
    return SECONDS[at] + shift / RATE, top - 0.25 * (before - after) * shift


def width(curve: np.ndarray) -> float:
    """Return for how many seconds R is above half of its height."""
    half = np.interp(np.linspace(0, 1, 20_000), SECONDS, curve) > curve.max() / 2
    return float(half.mean())


@pytest.fixture(scope="module")
def made() -> tuple[np.ndarray, np.ndarray]:
    factors = beats.sample_factors(4000, np.random.default_rng(5))
    return factors, beats.render(factors)


def test_beats_are_series_of_one_second_that_begin_and_end_at_rest(made: tuple[np.ndarray, np.ndarray]) -> None:
    _, series = made
    assert series.shape == (4000, SAMPLES, 1) and series.dtype == np.float32
    assert np.abs(series[:, [0, -1]]).max() < 0.04


@pytest.mark.parametrize("height", [0.7, 1.0, 1.5])
def test_r_is_as_high_as_it_says(height: float) -> None:
    for beat in (NORMAL, WIDE):
        assert peak(drawn(beat=beat, r=height, qrs=0.11))[1] == pytest.approx(height, rel=0.05)


@pytest.mark.parametrize("place", [-0.06, -0.013, 0.06])
def test_place_moves_the_whole_beat(place: float) -> None:
    assert peak(drawn(place=place))[0] - peak(drawn())[0] == pytest.approx(place, abs=0.001)
    moved = np.interp(SECONDS, SECONDS + 3 / RATE, drawn())
    np.testing.assert_allclose(drawn(place=3 / RATE)[3:], moved[3:], atol=1e-4)


def test_a_longer_qrs_is_a_wider_r() -> None:
    widths = [width(drawn(qrs=qrs, t=0.1)) for qrs in (0.07, 0.1, 0.15, 0.2)]
    np.testing.assert_allclose(np.array(widths) / widths[-1], np.array([0.07, 0.1, 0.15, 0.2]) / 0.2, rtol=0.12)


@pytest.mark.parametrize("height", [-0.4, -0.1, 0.1, 0.45])
def test_t_is_as_high_as_it_says_or_as_deep(height: float) -> None:
    curve = drawn(t=height, st=0.0)
    assert np.sign(height) * peak(np.sign(height) * curve, 0.6)[1] == pytest.approx(height, rel=0.05)


def test_st_lifts_what_lies_between_s_and_t_and_nothing_before_r() -> None:
    lifted = drawn(st=0.3) - drawn(st=0.0)
    assert lifted[(SECONDS > 0.56) & (SECONDS < 0.62)] == pytest.approx(0.3, rel=0.05)
    assert np.abs(lifted[SECONDS < 0.45]).max() < 0.01 and np.abs(lifted[SECONDS > 0.95]).max() < 0.01


@pytest.mark.parametrize("pr", [0.12, 0.15, 0.2])
def test_p_comes_as_long_before_r_as_pr_says(pr: float) -> None:
    assert peak(drawn())[0] - peak(drawn(pr=pr), 0, 0.38)[0] == pytest.approx(pr, abs=0.003)


def test_a_wide_beat_has_no_p_and_the_other_kinds_have() -> None:
    before = SECONDS < 0.38
    assert np.abs(drawn(beat=WIDE, pr=0.15)[before]).max() < 0.01
    for beat in (NORMAL, INVERTED, ELEVATED):
        assert drawn(beat=beat, pr=0.15)[before].max() > 0.1


def test_factors_do_not_move_what_others_say() -> None:
    still, other = drawn(), drawn(t=0.2, st=0.05)
    np.testing.assert_allclose(still[SECONDS < 0.44], other[SECONDS < 0.44], atol=0.005)
    np.testing.assert_allclose(drawn(pr=0.12)[SECONDS > 0.45], drawn(pr=0.2)[SECONDS > 0.45], atol=0.001)


def test_factors_fill_the_ranges_of_their_class_and_no_more() -> None:
    factors = beats.sample_factors(20_000, np.random.default_rng(0))
    for number, (_, ranges) in enumerate(CLASSES.items()):
        of_class = factors[factors[:, 0] == number]
        assert 4500 < len(of_class) < 5500
        for column, name in zip(of_class.T[1:], FACTORS[1:], strict=True):
            low, high = ranges.get(name, USUAL[name])
            assert np.float32(low) <= column.min() < low + 0.01 * (high - low)
            assert high - 0.01 * (high - low) < column.max() <= np.float32(high)
        assert np.abs(np.corrcoef(of_class[:, 1:].T) - np.eye(6)).max() < 0.06


def test_the_same_seed_draws_the_same_and_rows_do_not_depend_on_each_other() -> None:
    a, b = (beats.sample_factors(50, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(a, b) and not np.array_equal(a, beats.sample_factors(50, np.random.default_rng(4)))
    assert np.array_equal(beats.render(a)[7], beats.render(a[7:8])[0])
    first, again, other = (beats.measure(beats.render(a), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_classes_are_told_apart_by_the_nearest_beat_and_not_by_a_mean_beat_alone() -> None:
    started = time.process_time()
    arrays = published.make_beats(Path())
    assert time.process_time() - started < 2
    (x, y), (x_test, y_test) = (
        (arrays[f"{part}/things"][:, :, 0], arrays[f"{part}/labels"]) for part in ("train", "test")
    )
    assert KNeighborsClassifier(1).fit(x, y).score(x_test, y_test) > 0.98
    assert KNeighborsClassifier(1).fit(x[:300], y[:300]).score(x_test, y_test) > 0.9
    assert NearestCentroid().fit(x, y).score(x_test, y_test) < 0.93
    assert len(np.unique(np.concatenate([x, x_test]), axis=0)) == 12_000


def test_beats_of_a_class_differ_by_more_than_their_noise(made: tuple[np.ndarray, np.ndarray]) -> None:
    factors, series = made
    for number in range(len(CLASSES)):
        assert series[factors[:, 0] == number].std(axis=0).max() > 10 * beats.NOISE


@pytest.mark.parametrize(
    "factors",
    [row(beat=4), row(beat=0.5), row(r=0.2), row(t=-0.7), row(st=0.4), row(pr=np.nan), row()[0], row()[:, :4]],
)
def test_factors_out_of_range_are_refused(factors: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"Factor"):
        beats.render(factors)
