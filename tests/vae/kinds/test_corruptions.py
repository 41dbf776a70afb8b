"""Each corruption keeps its word: what its amount means, what it leaves alone, and the same seed, the same again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage.util import random_noise

from tests.models import made_images
from vae.errors import InputError
from vae.kinds.corruptions import CORRUPTIONS, Corrupted, corrupt, trainable

each = pytest.mark.parametrize("name", trainable())

shapes = st.tuples(
    st.integers(1, 4), st.integers(1, 17), st.integers(1, 17), st.sampled_from([1, 3])
)  # [n, H, W, C], also a single pixel
amounts = st.floats(0, 1, width=32)
seeds = st.integers(0, 2**31 - 1)


def pictures(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random(shape, np.float32)


def grey(level: float, side: int = 200) -> np.ndarray:
    return np.full((1, side, side, 1), level, np.float32)


@each
@given(shape=shapes, amount=amounts, seed=seeds)
def test_what_comes_back_is_an_image_of_the_same_shape(
    name: str, shape: tuple[int, ...], amount: float, seed: int
) -> None:
    images = pictures(shape)
    before = images.copy()
    spoiled, known = corrupt(name, images, amount, seed)
    assert spoiled.shape == images.shape and spoiled.dtype == np.float32
    assert spoiled.min() >= 0 and spoiled.max() <= 1
    assert np.array_equal(images, before)
    if CORRUPTIONS[name].hides:
        assert known is not None and known.shape == images.shape[:3] and known.dtype == bool
        assert np.array_equal(spoiled, images * known[..., None])
    else:
        assert known is None


@each
@given(shape=shapes, seed=seeds)
def test_amount_zero_leaves_an_image_as_it_is_also_beside_one_that_is_spoiled(
    name: str, shape: tuple[int, ...], seed: int
) -> None:
    images = pictures(shape)
    spoiled, known = corrupt(name, images, 0.0, seed)
    assert np.array_equal(spoiled, images)
    assert known is None or known.all()
    mixed = corrupt(name, images, np.linspace(0, 1, len(images)), seed).images
    assert np.array_equal(mixed[0], images[0])


@each
def test_the_same_seed_gives_the_same_corruption(name: str) -> None:
    images = made_images(8, (3, 12, 9))
    first, again, other = (corrupt(name, images, 0.6, seed).images for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert np.array_equal(first, corrupt(name, images, 0.6, np.random.default_rng(3)).images)
    assert np.array_equal(first, other) == (name in ("blur", "low-resolution"))


@each
def test_bytes_are_spoiled_as_the_greys_they_stand_for(name: str) -> None:
    images = made_images(4)
    as_bytes, as_floats = (corrupt(name, each, 0.4, 1) for each in (images, (images / 255).astype(np.float32)))
    np.testing.assert_allclose(as_bytes.images, as_floats.images, atol=1e-6)
    assert (as_bytes.known is None) or np.array_equal(as_bytes.known, as_floats.known)


@each
def test_one_amount_for_all_is_that_amount_for_each(name: str) -> None:
    images = made_images(6)
    one, many = (corrupt(name, images, amount, 2).images for amount in (0.7, np.full(6, 0.7)))
    np.testing.assert_allclose(one, many, atol=1e-6)


@each
def test_what_is_drawn_for_an_image_does_not_depend_on_what_the_others_show(name: str) -> None:
    """Processes that hold different rows of a batch rely on it."""
    images = made_images(7, (3, 10, 8))
    blanked = images.copy()
    blanked[[0, 2, 3, 6]] = 0
    amount = np.linspace(0.2, 1, 7)
    kept = [1, 4, 5]
    whole, part = (corrupt(name, each, amount, 5).images for each in (images, blanked))
    assert np.array_equal(whole[kept], part[kept])


@pytest.mark.parametrize("level", [0.0, 0.2, 0.5, 1.0])
@pytest.mark.parametrize(
    ("name", "amount", "theirs"),
    [
        ("gaussian", 0.3, {"mode": "gaussian", "var": 0.09}),
        ("gaussian", 1.0, {"mode": "gaussian", "var": 1.0}),
        ("speckle", 0.5, {"mode": "speckle", "var": 0.25}),
        ("salt-and-pepper", 0.4, {"mode": "s&p", "amount": 0.4}),
        ("salt-and-pepper", 1.0, {"mode": "s&p", "amount": 1.0}),
    ],
    ids=str,
)
def test_the_noise_has_the_distribution_of_scikit_images(name: str, amount: float, theirs: dict, level: float) -> None:
    ours = corrupt(name, grey(level), amount, 0).images.ravel()
    peer = random_noise(grey(level), rng=1, **theirs).ravel()
    share = np.linspace(0.05, 0.95, 19)
    shares = [(np.searchsorted(np.sort(each), np.linspace(0, 1, 41), "right") / each.size) for each in (ours, peer)]
    np.testing.assert_allclose(*shares, atol=0.015)  # 40,000 draws each: Kolmogorov's distance at 0.1 %
    if name != "salt-and-pepper":
        np.testing.assert_allclose(*(np.quantile(each, share) for each in (ours, peer)), atol=0.03)


@pytest.mark.parametrize(("level", "amount"), [(0.0, 0.5), (0.3, 0.1), (0.5, 0.2), (0.02, 1.0), (0.5, 1e-6)])
def test_photon_noise_has_the_mean_and_spread_of_counted_photons(level: float, amount: float) -> None:
    spoiled = corrupt("poisson", grey(level), amount, 0).images
    assert spoiled.mean() == pytest.approx(level, abs=4 * amount / 200 + 1e-6)
    assert spoiled.std() == pytest.approx(amount * level**0.5, rel=0.05, abs=1e-4)


@pytest.mark.parametrize("amount", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("shape", [(2, 28, 28, 1), (2, 40, 24, 3), (1, 128, 100, 1)], ids=str)
def test_the_blur_is_scipys(shape: tuple[int, ...], amount: float) -> None:
    images = pictures(shape)
    sigma = (0, amount * shape[1] / 8, amount * shape[2] / 8, 0)
    expected = ndimage.gaussian_filter(images, sigma, mode="reflect", truncate=8)
    np.testing.assert_allclose(corrupt("blur", images, amount, 0).images, expected, atol=1e-5)


@pytest.mark.parametrize(("amount", "pixels"), [(0.0, 28), (0.5, 14), (0.75, 7), (1.0, 2)])
def test_low_resolution_is_the_mean_of_each_square(amount: float, pixels: int) -> None:
    images = pictures((3, 28, 28, 3))
    side = 28 // pixels
    means = images.reshape(3, pixels, side, pixels, side, 3).mean((2, 4))
    expected = means.repeat(side, 1).repeat(side, 2)
    np.testing.assert_allclose(corrupt("low-resolution", images, amount, 0).images, expected, atol=1e-6)


@pytest.mark.parametrize("name", ["blur", "low-resolution"])
@settings(deadline=None)
@given(shape=shapes, amount=amounts, level=st.floats(0, 1, width=32))
def test_what_only_spreads_light_keeps_an_even_grey(
    name: str, shape: tuple[int, ...], amount: float, level: float
) -> None:
    spoiled = corrupt(name, np.full(shape, level, np.float32), amount, 0).images
    np.testing.assert_allclose(spoiled, level, atol=1e-5)


@given(height=st.integers(1, 40), width=st.integers(1, 40), amount=amounts, seed=seeds)
def test_a_block_is_one_rectangle_within_the_image(height: int, width: int, amount: float, seed: int) -> None:
    hidden = ~known_of(corrupt("block", np.ones((3, height, width, 1), np.float32), amount, seed))
    for each in hidden:
        rows, columns = each.any(1), each.any(0)
        assert np.array_equal(each, rows[:, None] & columns)
        assert np.count_nonzero(np.diff(rows.astype(int))) <= 2 and np.count_nonzero(np.diff(columns.astype(int))) <= 2
        sides = round(np.float32(amount) * height), round(np.float32(amount) * width)
        assert each.sum() == sides[0] * sides[1]


def test_a_block_of_half_the_side_is_fourteen_pixels_and_comes_to_every_place() -> None:
    known = known_of(corrupt("block", np.ones((2000, 28, 28, 1), np.uint8), 0.5, 0))
    assert (~known).sum((1, 2)).tolist() == [14 * 14] * 2000
    first = (~known).any(2).argmax(1)
    assert set(first) == set(range(15))


@given(height=st.integers(1, 40), amount=amounts, seed=seeds)
def test_whole_rows_are_missing_and_as_many_as_were_asked_for(height: int, amount: float, seed: int) -> None:
    known = known_of(corrupt("rows", np.ones((2, height, 5, 1), np.float32), amount, seed))
    assert np.array_equal(known.all(2), known.any(2))
    assert (~known[:, :, 0]).sum(1).tolist() == [round(np.float32(amount) * height)] * 2


def test_stripes_move_whole_columns() -> None:
    images = grey(0.5)
    offsets = corrupt("stripes", images, 0.1, 0).images - images
    assert np.ptp(offsets, axis=1).max() < 1e-6
    assert offsets[0, 0].std() == pytest.approx(0.1, rel=0.2)


def test_the_brush_hides_what_it_is_told_and_nothing_else() -> None:
    images, hidden = made_images(3, (3, 6, 7)), np.random.default_rng(0).random((3, 6, 7)) < 0.3
    spoiled, known = corrupt("brush", images, 0.0, 0, hidden)
    assert known is not None and np.array_equal(known, ~hidden)
    assert (spoiled[hidden] == 0).all()
    np.testing.assert_allclose(spoiled[known], images[known] / 255, atol=1e-7)


def known_of(corrupted: Corrupted) -> np.ndarray:
    assert corrupted.known is not None
    return corrupted.known


@pytest.mark.parametrize("amount", [-0.01, 1.01, np.nan, np.inf, np.array([0.5, 2.0]), np.array([0.5, np.nan])])
def test_an_amount_beyond_its_range_is_told(amount: float) -> None:
    with pytest.raises(InputError, match="amount must be from 0 to 1; got"):
        corrupt("gaussian", made_images(2), amount, 0)


def test_what_does_not_fit_is_told() -> None:
    images = made_images(2)
    with pytest.raises(InputError, match="Unknown corruption 'rain'; choose one of: block, blur,"):
        corrupt("rain", images, 0.5, 0)
    with pytest.raises(InputError, match=r"one for each of the 2 images; got \[3\]"):
        corrupt("gaussian", images, np.full(3, 0.5), 0)
    with pytest.raises(InputError, match=r"images must be \[n, H, W, C\]; got \[8, 8\]"):
        corrupt("gaussian", images[0, :, :, 0], 0.5, 0)
    with pytest.raises(InputError, match=r"\[n, H, W\] = \[2, 8, 8\]; got none"):
        corrupt("brush", images, 0.5, 0)
    with pytest.raises(InputError, match=r"\[n, H, W\] = \[2, 8, 8\]; got \[1, 8, 8\]"):
        corrupt("brush", images, 0.5, 0, np.zeros((1, 8, 8), bool))
    with pytest.raises(InputError, match="seed must be 0 or more; got -1"):
        corrupt("gaussian", images, 0.5, -1)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_says_what_its_amount_means(name: str) -> None:
    corruption = CORRUPTIONS[name]
    assert corruption.title and corruption.meaning and not corruption.meaning.endswith(".")
    assert 0 < corruption.default <= 1
    assert (corruption.draw is None) == (name not in trainable())
