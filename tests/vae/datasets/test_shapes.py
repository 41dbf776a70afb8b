"""The generator of `shapes` draws what its factors say."""

import numpy as np
import pytest
from scipy import ndimage

from vae.datasets import shapes

CLASSES = range(len(shapes.DISTANCES))


def row(shape=0, size=1.0, angle=0.0, x=0.5, y=0.5):
    return np.array([[shape, size, angle, x, y]], dtype=np.float32)


def ink(images):
    """Return the area drawn in square pixels."""
    return images.astype(float).sum(axis=(1, 2, 3)) / 255


@pytest.fixture(scope="module")
def drawn():
    factors = shapes.sample_factors(600, np.random.default_rng(5))
    return factors, shapes.render(factors)


def test_images_are_grey_bytes_with_black_corners_and_white_centres(drawn):
    _, images = drawn
    assert images.shape == (600, 28, 28, 1)
    assert images.dtype == np.uint8
    assert (images.max(axis=(1, 2, 3)) == 255).all()
    assert (images[:, [0, 0, -1, -1], [0, -1, 0, -1]] == 0).all()


def test_the_area_is_what_geometry_says(drawn):
    factors, images = drawn
    half = shapes.HEART_HALF_SIDE
    largest = np.array([2 * shapes.RADIUS**2, np.pi * shapes.RADIUS * shapes.ELLIPSE_MINOR, (4 + np.pi) * half**2])
    expected = largest[factors[:, 0].astype(int)] * factors[:, 1] ** 2
    np.testing.assert_allclose(ink(images), expected, rtol=0.03)


def test_the_centroid_lies_where_centre_says(drawn):
    factors, images = drawn
    found = np.array([ndimage.center_of_mass(image[:, :, 0])[::-1] for image in images]) + 0.5
    np.testing.assert_allclose(found, shapes.centre(factors), atol=0.12)


@pytest.mark.parametrize("shape", CLASSES)
def test_more_size_is_more_ink(shape):
    images = shapes.render(np.concatenate([row(shape, size) for size in np.linspace(0.5, 1, 26)]))
    assert (np.diff(ink(images)) > 0).all()


@pytest.mark.parametrize("shape", CLASSES)
def test_a_step_of_whole_pixels_moves_the_picture(shape):
    step = 3 / shapes.TRAVEL
    still = shapes.render(row(shape, 0.7, 0.4))[0]
    moved = shapes.render(row(shape, 0.7, 0.4, x=0.5 + step, y=0.5 - step))[0]
    assert np.abs(np.roll(still, (-3, 3), axis=(0, 1)).astype(int) - moved).max() <= 1


@pytest.mark.parametrize("shape", CLASSES)
@pytest.mark.parametrize("angle", [0.0, 0.3, 2.0])
def test_a_quarter_turn_of_the_factor_is_a_quarter_turn_of_the_picture(shape, angle):
    before, after = shapes.render(np.concatenate([row(shape, 0.9, angle), row(shape, 0.9, angle + np.pi / 2)]))
    assert np.abs(np.rot90(before).astype(int) - after).max() <= 1


def test_symmetries_are_those_of_the_shapes():
    def differ(shape, turn):
        a, b = shapes.render(np.concatenate([row(shape, 1, 0.3), row(shape, 1, 0.3 + turn)]))
        return np.abs(a.astype(int) - b).max() > 1

    quarter, half = np.pi / 2, np.pi
    assert not differ(0, quarter)
    assert differ(1, quarter)
    assert not differ(1, half)
    assert differ(2, half)


def test_an_upright_heart_is_symmetric_and_points_down():
    heart = shapes.render(row(2))[0, :, :, 0].astype(int)
    assert np.abs(heart - heart[:, ::-1]).max() <= 1
    rows = np.flatnonzero(heart.any(axis=1))
    assert (heart[rows[0] + 2] > 0).sum() > (heart[rows[-1] - 2] > 0).sum()


def test_nothing_is_cut_off_at_the_border():
    corners = [row(s, 1, a, x, y) for s in CLASSES for a in np.linspace(0, 6, 9) for x in (0, 1) for y in (0, 1)]
    middles = [row(s, 1, a) for s in CLASSES for a in np.linspace(0, 6, 9) for _ in range(4)]
    np.testing.assert_allclose(
        ink(shapes.render(np.concatenate(corners))), ink(shapes.render(np.concatenate(middles))), rtol=0.02
    )


def test_the_same_seed_draws_the_same_factors_and_rows_do_not_depend_on_each_other():
    a, b = (shapes.sample_factors(50, np.random.default_rng(3)) for _ in range(2))
    assert (a == b).all()
    assert (shapes.render(a)[7] == shapes.render(a[7:8])[0]).all()
    assert not (a == shapes.sample_factors(50, np.random.default_rng(4))).all()


def test_sampled_factors_fill_their_ranges():
    factors = shapes.sample_factors(5000, np.random.default_rng(0))
    for column, name in zip(factors.T, shapes.FACTORS, strict=True):
        low, high = shapes.RANGES[name]
        assert low <= column.min() < low + 0.01 * (high - low) + (name == "shape")
        assert high - 0.01 * (high - low) < column.max() <= np.float32(high)
    assert np.abs(np.corrcoef(factors.T) - np.eye(5)).max() < 0.06


@pytest.mark.parametrize(
    "factors",
    [row(shape=3), row(shape=0.5), row(size=0.1), row(x=1.1), row(angle=np.nan), row()[0], row()[:, :4]],
)
def test_factors_out_of_range_are_refused(factors):
    with pytest.raises(ValueError, match=r"Factor"):
        shapes.render(factors)
