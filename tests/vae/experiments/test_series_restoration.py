"""Restoring series: smoothing, filling and examples beside SciPy and scikit-learn, imputation against a closed form."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import interp1d
from scipy.stats import multivariate_normal
from sklearn.impute import KNNImputer
from sklearn.metrics import root_mean_squared_error

from tests.tiny_kinds import PAIR, SERIES, write_tiny_kind
from vae.errors import InputError
from vae.experiments import smoothers
from vae.experiments.examples import NEAREST, RIDGE, Examples, expected, mean_of, nearest
from vae.experiments.fidelity import measures_of
from vae.experiments.restoration import (
    DRAWS,
    MAX_TOGETHER,
    SWEEPS,
    check_suited,
    fits,
    impute,
    methods_of,
    restore,
)
from vae.experiments.smoothers import SMOOTHERS, interpolated, noise_of, smoothed
from vae.explore.explorer import Explorer, open_explorer
from vae.kinds.corruptions import corrupt
from vae.kinds.kind import Item
from vae.kinds.series import SERIES as KIND
from vae.library.belief import Belief

METHODS = methods_of(SERIES)
ITEMS = {"one channel": SERIES, "two channels": PAIR}


def waves(n: int, item: Item = SERIES, seed: int = 0) -> np.ndarray:
    """Return smooth series of as many channels, float32 [n, T, C], each in a unit of its own."""
    random = np.random.default_rng(seed)
    samples, channels = item.shape
    at = np.linspace(0, 1, samples)[:, None]
    height, phase = random.uniform(0.5, 1.5, (2, n, 1, channels))
    return (10.0 ** np.arange(channels) * height * np.sin(2 * np.pi * (at + phase))).astype(np.float32)


def spoiled(name: str, clean: np.ndarray, amount: float = 0.4) -> tuple[np.ndarray, np.ndarray | None]:
    series, known = corrupt(name, clean, amount, 0, kind=KIND)
    return series, known


def suited(holes: bool) -> list[str]:
    return [name for name, method in METHODS.items() if method.holes != ("never" if holes else "only")]


CASES = [(name, way) for way, holes in (("noise", False), ("gap", True), ("dropouts", True)) for name in suited(holes)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Explorer]:
    """A small model of each shape."""
    root = tmp_path_factory.mktemp("tiny")
    for name, item in ITEMS.items():
        write_tiny_kind(root / name.replace(" ", "-"), item)
    return {name: open_explorer(str(root / name.replace(" ", "-"))) for name in ITEMS}


# Figures


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_what_counts_of_series_is_their_root_mean_square_error_in_their_own_unit(item: Item) -> None:
    (measure,) = measures_of(item).values()
    assert (measure.title, measure.unit, measure.better) == ("RMSE", item.meaning.get("unit", ""), "lower")
    clean, other = waves(4, item), waves(4, item, 1)
    theirs = [root_mean_squared_error(x.ravel(), y.ravel()) for x, y in zip(clean, other, strict=True)]
    np.testing.assert_allclose(measure.of(KIND, clean, other, clean), theirs, rtol=1e-6)
    np.testing.assert_allclose(measure.of(KIND, clean[:1], other, other)[0], theirs[0], rtol=1e-6)
    assert not measure.of(KIND, clean, clean, clean).any()


# Smoothing


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 5, 7, 11]))
@settings(max_examples=20, deadline=None)
def test_a_moving_median_is_the_median_of_the_samples_around_each(seed: int, window: int) -> None:
    series = np.random.default_rng(seed).standard_normal((2, 30, 2)).astype(np.float32)
    ours = smoothed("moving-median", series, window)
    half = window // 2
    for at in range(half, 30 - half):
        np.testing.assert_allclose(ours[:, at], np.median(series[:, at - half : at + half + 1], axis=1), rtol=1e-6)


@given(st.tuples(*[st.floats(-3, 3)] * 4), st.sampled_from([5, 9, 15]))
@settings(max_examples=20, deadline=None)
def test_savitzky_and_golay_leave_a_cubic_as_it_is(coefficients: tuple[float, ...], window: int) -> None:
    cubic = np.polynomial.Polynomial(coefficients)(np.linspace(-1, 1, 50)).astype(np.float32)[None, :, None]
    np.testing.assert_allclose(smoothed("savitzky-golay", cubic, window), cubic, atol=2e-5)


@pytest.mark.parametrize("deviation", [0.02, 0.3, 5.0])
def test_the_noise_of_a_smooth_series_is_estimated_to_a_tenth_in_any_unit(deviation: float) -> None:
    noise = np.random.default_rng(0).standard_normal(4000)
    slow = 3 * deviation * np.sin(np.linspace(0, 20, 4000))
    assert noise_of(slow + deviation * noise) == pytest.approx(deviation, rel=0.1)


@pytest.mark.parametrize("name", SMOOTHERS)
@pytest.mark.parametrize("amount", [0.1, 0.3, 0.6, 1.0])
def test_smoothing_takes_noise_away_and_more_of_more(name: str, amount: float) -> None:
    clean = waves(40, Item("series", (200, 1)))
    noisy, _ = spoiled("noise", clean, amount)
    left = KIND.apart(clean, smoothed(name, noisy)).mean() / KIND.apart(clean, noisy).mean()
    assert left < 0.7


@pytest.mark.parametrize("name", SMOOTHERS)
def test_where_there_is_no_noise_a_series_stays_nearly_as_it_is(name: str) -> None:
    clean = waves(10, Item("series", (200, 1)))
    assert (KIND.apart(clean, smoothed(name, clean)) < 0.01).all()


@pytest.mark.parametrize("name", SMOOTHERS)
def test_the_window_is_the_one_that_the_truth_would_choose_or_nearly(name: str) -> None:
    """Stein's estimate is of the squared error to the clean series, which it never sees."""
    clean = waves(60, Item("series", (240, 1)), 3)
    noisy, _ = spoiled("noise", clean, 0.5)
    ours = np.square(smoothed(name, noisy) - clean).mean()
    tried = [np.square(smoothed(name, noisy, window) - clean).mean() for window in smoothers.WINDOWS]
    assert ours < 1.6 * min(tried)
    assert ours < 0.1 * max(tried)


@pytest.mark.parametrize("name", SMOOTHERS)
@pytest.mark.parametrize("length", [4, 5, 7, 16])
def test_the_shortest_series_are_smoothed_too(name: str, length: int) -> None:
    series = np.random.default_rng(0).standard_normal((3, length, 2)).astype(np.float32)
    assert np.isfinite(smoothed(name, series)).all()
    constant = np.full_like(series, 2.5)
    np.testing.assert_array_equal(smoothed(name, constant), constant)


def test_an_unknown_smoother_is_told_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="moving-median"):
        smoothed("kalman", waves(1))


# Straight lines


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_straight_lines_are_scipys_and_go_on_level_at_the_ends(seed: int) -> None:
    random = np.random.default_rng(seed)
    series, known = random.standard_normal((3, 20, 2)).astype(np.float32), random.random((3, 20)) > 0.5
    known[:, 4] = True
    filled = interpolated(series, known)
    for one, kept, ours in zip(series, known, filled, strict=True):
        at = np.flatnonzero(kept)
        ends = tuple(one[at[[0, -1]]])
        theirs = (
            interp1d(at, one[kept], axis=0, bounds_error=False, fill_value=ends)(np.arange(20))
            if len(at) > 1
            else one[at]
        )
        np.testing.assert_allclose(ours, np.broadcast_to(theirs, ours.shape), atol=1e-5)
        np.testing.assert_array_equal(ours[kept], one[kept])


def test_of_a_series_of_which_nothing_is_known_there_is_no_line() -> None:
    series = waves(2)
    np.testing.assert_array_equal(interpolated(series, np.zeros((2, 48), bool)), series)


# By example


@pytest.mark.parametrize("way", ["gap", "dropouts"])
def test_the_nearest_examples_are_those_of_scikit_learns_imputer(way: str) -> None:
    others, clean = Examples(waves(200), True), waves(12, seed=9)
    series, known = spoiled(way, clean)
    assert known is not None
    holed = np.where(known[..., None], series, np.nan)[..., 0]
    theirs = KNNImputer(n_neighbors=NEAREST).fit(others.things[..., 0]).transform(holed)
    # Each lost sample by itself: of complete examples all of a series have the same neighbours.
    np.testing.assert_allclose(nearest(others, series, known)[..., 0], theirs, atol=1e-5)


def test_a_channel_in_another_unit_counts_no_more_than_the_others() -> None:
    examples = waves(300, PAIR)
    series, known = spoiled("gap", waves(10, PAIR, 5))
    factor = np.float32([1, 1000])
    plain = nearest(Examples(examples, True), series, known)
    scaled = nearest(Examples(examples * factor, True), series * factor, known)
    np.testing.assert_allclose(scaled, plain * factor, rtol=1e-4)


def test_a_noisy_series_is_replaced_by_the_mean_of_the_nearest() -> None:
    others = Examples(waves(50), True)
    near = nearest(others, others.things[:3], None, k=1)
    np.testing.assert_array_equal(near, others.things[:3])


def gaussian(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean and covariance of a normal distribution over 12 samples, and 4,000 draws [n, 12, 1] of it."""
    random = np.random.default_rng(seed)
    mean, root = random.standard_normal(12), random.standard_normal((12, 4))
    covariance = root @ root.T + 0.1 * np.eye(12)
    drawn = multivariate_normal(mean, covariance, seed=seed).rvs(4000)
    return mean, covariance, drawn[..., None].astype(np.float32)


def test_what_a_normal_distribution_expects_is_its_conditional_mean() -> None:
    """By the precision matrix: mean - inverse(lost, lost)^-1 inverse(lost, known) (x - mean)."""
    _, _, drawn = gaussian()
    _, known = spoiled("dropouts", drawn[:5], 0.4)
    assert known is not None
    rows = drawn[..., 0].astype(np.float64)
    covariance = np.cov(rows.T, bias=True)
    precision = np.linalg.inv(covariance + RIDGE * np.diag(covariance).mean() * np.eye(12))
    ours = expected(Examples(drawn, True), drawn[:5], known, np.zeros((5, 1)))[..., 0]
    for x, kept, found in zip(rows, known, ours, strict=False):
        away = np.linalg.solve(precision[~kept][:, ~kept], precision[~kept][:, kept] @ (x - rows.mean(0))[kept])
        np.testing.assert_allclose(found[~kept], rows.mean(0)[~kept] - away, atol=1e-5)
        np.testing.assert_array_equal(found[kept], x[kept].astype(np.float32))


def test_what_principal_components_expect_is_the_conditional_mean_of_scikit_learn_s() -> None:
    """Its covariance is that of the components and of white noise; a ridge apart, the mean follows from that."""
    from sklearn.decomposition import PCA

    _, _, drawn = gaussian()
    known = np.random.default_rng(2).random((20, 12)) < 0.6
    ours = expected(Examples(drawn, True), drawn[:20], known, np.zeros((20, 1)), 2)[..., 0]
    fitted = PCA(2).fit(drawn[..., 0])
    covariance = fitted.get_covariance()
    for x, seen, found in zip(drawn[:20, :, 0], known, ours, strict=True):
        within = np.linalg.solve(covariance[np.ix_(seen, seen)], (x - fitted.mean_)[seen])
        theirs = fitted.mean_ + covariance[:, seen] @ within
        np.testing.assert_allclose(found[~seen], theirs[~seen], atol=0.05)


def test_all_components_are_the_whole_distribution() -> None:
    _, _, drawn = gaussian()
    known = np.random.default_rng(2).random((5, 12)) < 0.6
    whole, parts = (expected(Examples(drawn, True), drawn[:5], known, np.zeros((5, 1)), d) for d in (None, 12))
    np.testing.assert_array_equal(whole, parts)


def test_behind_noise_a_normal_distribution_expects_the_precisions_mean_and_nothing_beats_it() -> None:
    mean, covariance, drawn = gaussian()
    noisy = drawn + 0.5 * np.random.default_rng(1).standard_normal(drawn.shape)
    ours = expected(Examples(drawn, True), noisy[:500], None, np.full((500, 1), 0.5))[..., 0]
    precision = np.linalg.inv(covariance)
    theirs = np.linalg.solve(precision + 4 * np.eye(12), (precision @ mean)[:, None] + 4 * noisy[:500, :, 0].T).T
    np.testing.assert_allclose(ours, theirs, atol=0.12)  # 4,000 draws tell the covariance to some hundredths
    clean = drawn[:500, :, 0]
    best = np.square(ours - clean).mean()
    assert best < np.square(noisy[:500, :, 0] - clean).mean() and best < np.square(mean - clean).mean()


def test_the_mean_series_lies_where_samples_are_lost_and_nowhere_else() -> None:
    others = Examples(waves(30), True)
    series, known = spoiled("gap", waves(3, seed=4))
    assert known is not None
    filled = mean_of(others, series, known)
    np.testing.assert_array_equal(filled[known], series[known])
    np.testing.assert_allclose(filled[~known], np.broadcast_to(others.things.mean(0), filled.shape)[~known], atol=1e-6)


@pytest.mark.parametrize("things", [waves(1), np.zeros((5, 48, 1), np.float32)], ids=["one alone", "all constant"])
def test_examples_that_say_nothing_still_fill_with_numbers(things: np.ndarray) -> None:
    series, known = spoiled("gap", waves(2))
    for filled in (
        mean_of(Examples(things, True), series, known),  # type: ignore[arg-type]
        nearest(Examples(things, True), series, known),
        expected(Examples(things, True), series, known, np.zeros((2, 1))),
        expected(Examples(things, True), series, None, np.ones((2, 1))),
    ):
        assert np.isfinite(filled).all()


# Methods


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_what_it_is_of_series(name: str) -> None:
    method = METHODS[name]
    assert method.title and method.sentence.endswith(".")
    assert not {"picture", "image", "pixel"} & set(method.sentence.lower().replace(".", "").split())
    assert "{" not in method.sentence


@pytest.mark.parametrize(("name", "way"), CASES)
@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("amount", [0.0, 0.5, 1.0])
def test_every_method_takes_every_shape_and_amount(
    name: str, way: str, item: str, amount: float, tiny: dict[str, Explorer]
) -> None:
    series, known = spoiled(way, waves(2, ITEMS[item], 7), amount)
    others, before = Examples(waves(60, ITEMS[item]), True), series.copy()
    restored = restore(name, tiny[item], series, known, others=others)
    assert restored.shape == series.shape and restored.dtype == np.float32
    assert np.isfinite(restored).all()
    np.testing.assert_array_equal(series, before)
    np.testing.assert_array_equal(restored, restore(name, tiny[item], series, known, others=others))
    if known is not None and name != "vae":
        np.testing.assert_array_equal(restored[known], series[known])


@pytest.mark.parametrize("value", [0.0, -1e6, 1e-9])
@pytest.mark.parametrize(("name", "way"), CASES)
def test_a_series_of_one_value_is_restored_with_numbers(
    name: str, way: str, value: float, tiny: dict[str, Explorer]
) -> None:
    series, known = spoiled(way, np.full((1, 48, 1), value, np.float32))
    others = Examples(waves(60), True)
    assert np.isfinite(restore(name, tiny["one channel"], series, known, others=others)).all()


def test_the_models_own_way_is_encode_and_decode(tiny: dict[str, Explorer]) -> None:
    clean = waves(5)
    for amount in (0, 0.5):
        series, _ = spoiled("noise", clean, amount)
        ours = restore("vae", tiny["one channel"], series)
        np.testing.assert_allclose(ours, tiny["one channel"].reconstruct(series), atol=1e-6)


def test_what_is_not_spoiled_comes_back(tiny: dict[str, Explorer]) -> None:
    for way, names in (("gap", suited(True)), ("dropouts", suited(True))):
        series, known = spoiled(way, waves(3), 0.0)
        assert known is not None and known.all()
        for name in names:
            if name != "vae":
                restored = restore(name, tiny["one channel"], series, known, others=Examples(waves(60), True))
                np.testing.assert_array_equal(restored, waves(3))


def test_a_method_that_looks_at_training_series_is_refused_where_they_are_away(tiny: dict[str, Explorer]) -> None:
    model = tiny["one channel"]
    series, known = spoiled("gap", waves(1))
    redrawn = Examples(waves(60), False)
    for name, method in methods_of(model.card.item).items():
        if method.looks == "at learnt":
            for others in (None, redrawn):
                with pytest.raises(
                    InputError, match=f"{method.title} looks at the series that one-channel was trained on"
                ):
                    restore(name, model, series, known, others=others)
    assert np.isfinite(restore("mean", model, series, known, others=redrawn)).all()
    with pytest.raises(InputError, match="looks at the series"):
        restore("mean", model, series, known)


def test_a_method_that_does_not_suit_is_refused_in_words_of_series() -> None:
    with pytest.raises(InputError, match="here no samples are known to be lost"):
        check_suited("linear", SERIES, False)
    with pytest.raises(InputError, match="is for noise"):
        check_suited("savitzky-golay", SERIES, True)
    with pytest.raises(InputError, match="Unknown method 'median'; choose one of: components, impute, linear"):
        check_suited("median", SERIES, False)
    with pytest.raises(InputError, match=f"takes series of at most {MAX_TOGETHER:,} samples; got 1025"):
        check_suited("normal", Item("series", (1025, 1)), True)
    long = Item("series", (4096, 8))
    assert [name for name, method in methods_of(long).items() if not fits(method, long)] == ["normal", "components"]


def test_methods_of_a_kind_are_its_own_and_those_of_all() -> None:
    everybodys = {name for name, method in METHODS.items() if not method.by_name}
    assert {"vae", "impute"} <= everybodys
    assert METHODS.keys() - everybodys == set(KIND.methods)
    assert "biharmonic" not in METHODS


# Imputation


class Linear:
    """A model whose posterior is known exactly: x = middle + W z + noise, z ~ N(0, I), on series of two channels."""

    noise = 0.3
    kind = KIND
    card = SimpleNamespace(told=0, gaps=False, latent=SimpleNamespace(range=[(-3.0, 3.0)] * 3))

    def __init__(self, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self.w = 0.4 * random.standard_normal((30 * 2, 3))
        self.middle = random.standard_normal(30 * 2)
        self.covariance = np.linalg.inv(np.eye(3) + self.w.T @ self.w / self.noise**2)

    def guess(self, x: np.ndarray) -> None:
        return None

    def encode_fed(self, x: np.ndarray, given: None = None) -> Belief:
        rows = KIND.unlay(x).reshape(len(x), -1) - self.middle
        centre = rows @ self.w @ self.covariance / self.noise**2
        return Drawn(centre, np.linalg.cholesky(self.covariance))

    def expect(self, z: np.ndarray, given: None = None) -> np.ndarray:
        return KIND.laid((z @ self.w.T + self.middle).reshape(-1, 30, 2))


class Drawn(Belief):
    """A normal belief of any covariance."""

    def __init__(self, centre: np.ndarray, root: np.ndarray) -> None:
        super().__init__(centre, np.ones_like(centre), None)
        object.__setattr__(self, "root", root)

    def at(self, noise: np.ndarray) -> np.ndarray:
        return self.centre + noise @ self.root.T


def test_imputation_comes_to_the_conditional_mean_of_a_linear_gaussian_model() -> None:
    """What the known samples say of the lost ones, by the joint covariance W W^T + noise^2 alone."""
    model = Linear()
    series = (Linear(0).middle + np.random.default_rng(3).standard_normal(3) @ model.w.T).reshape(1, 30, 2)
    known = np.ones((1, 30), bool)
    known[0, 8:20] = False
    *_, last = impute(model, series.astype(np.float32), known, 400, 16)  # type: ignore[arg-type]
    joint = model.w @ model.w.T + model.noise**2 * np.eye(60)
    kept = np.repeat(known[0], 2)
    away = np.linalg.solve(joint[kept][:, kept], (series.ravel() - model.middle)[kept])
    theirs = (model.middle + joint[:, kept] @ away).reshape(30, 2)
    np.testing.assert_allclose(last.mean[0][~known[0]], theirs[~known[0]], atol=0.03)
    np.testing.assert_array_equal(last.mean[known], series.astype(np.float32)[known])
    assert (last.spread[known] == 0).all() and (last.spread[~known] > 0).all()


def test_what_a_gap_shows_counts_for_nothing(tiny: dict[str, Explorer]) -> None:
    low = waves(2)
    known = np.ones((2, 48), bool)
    known[:, 10:30] = False
    high = low.copy()
    high[~known] = 1e6
    (*_, a), (*_, b) = (impute(tiny["one channel"], series, known, 4, 2) for series in (low, high))
    np.testing.assert_array_equal(a.mean, b.mean)


def test_the_start_is_what_the_kind_hides_by_and_known_samples_stay(tiny: dict[str, Explorer]) -> None:
    clean = waves(2, PAIR)
    hidden, known = corrupt("gap", clean, 0.5, 0, kind=KIND)
    assert known is not None
    steps = list(impute(tiny["two channels"], clean, known, 5, 3))
    np.testing.assert_array_equal(steps[0].mean, hidden)
    assert [step.sweep for step in steps] == list(range(6))
    for step in steps:
        np.testing.assert_array_equal(step.mean[known], clean[known])
        assert (step.spread[known] == 0).all()


class Runaway(Linear):
    """A model that draws what it sees three times as large, and codes it in proportion."""

    def encode_fed(self, x: np.ndarray, given: None = None) -> Belief:
        rows = KIND.unlay(x).reshape(len(x), -1)
        return Belief(3 * rows[:, :3], np.ones((len(x), 3)), None)

    def expect(self, z: np.ndarray, given: None = None) -> np.ndarray:
        return KIND.laid(np.repeat(z, 20, axis=1).reshape(-1, 30, 2))


def test_a_chain_does_not_go_on_for_ever() -> None:
    *_, last = impute(Runaway(), np.ones((1, 30, 2), np.float32), np.zeros((1, 30), bool), 64, 2)  # type: ignore[arg-type]
    assert np.abs(last.mean).max() < 100  # 3^64 is 3e30


def test_a_model_of_points_draws_nothing_and_is_sure(tmp_path: Path) -> None:
    write_tiny_kind(tmp_path / "points", SERIES, "autoencoder")
    series, known = spoiled("gap", waves(2))
    assert known is not None
    *_, last = impute(open_explorer(str(tmp_path / "points")), series, known, 4, 3)
    assert not last.spread.any()


@pytest.mark.parametrize("sweeps", [1, 4])
def test_a_conditional_model_says_what_it_takes_each_for(tmp_path: Path, sweeps: int) -> None:
    _, weights = write_tiny_kind(tmp_path / "told", SERIES, "conditional")
    model = open_explorer(str(tmp_path / "told"))
    z = 0.1 * np.random.default_rng(0).standard_normal((4, 3))
    clean = weights.decode(z, np.arange(4))
    known = np.ones((4, 48), bool)
    known[:, 20:24] = False
    *_, last = impute(model, clean, known, sweeps, 3)
    assert last.given is not None
    np.testing.assert_array_equal(last.given, np.arange(4))
    told = restore("vae", model, clean, given=np.arange(4))
    np.testing.assert_array_equal(restore("vae", model, clean), told)
    assert (restore("vae", model, clean, given=0) != told).any()


def test_sweeps_and_draws_are_those_that_are_said() -> None:
    assert str(SWEEPS) in METHODS["impute"].sentence and str(DRAWS) in METHODS["impute"].sentence
