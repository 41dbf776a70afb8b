"""Restoring pictures: figures and filters against scikit-image, imputation against a closed form."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from skimage.restoration import denoise_nl_means, denoise_tv_chambolle, inpaint_biharmonic

from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.experiments.fidelity import psnr, ssim, window_of
from vae.experiments.filters import FILTERS, NOISE, filtered, noise_of
from vae.experiments.restoration import METHODS, Imputation, check_suited, impute, methods_of, restore
from vae.explore.explorer import Explorer, open_explorer
from vae.home import BUNDLED_MODELS
from vae.kinds.corruptions import corrupt, trainable
from vae.kinds.images import IMAGES
from vae.kinds.kind import Item
from vae.library.belief import Belief, normal

as_bytes = IMAGES.keep
OF_IMAGES = methods_of(Item("image", (28, 28, 1)))
KINDS = ("noise", "hole")
SHAPES = [(28, 28, 1), (64, 64, 3), (8, 8, 1), (5, 9, 3), (1, 1, 1)]


def pictures(n: int, shape: tuple[int, int, int], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((n, *shape))


def spoiled(kind: str, clean: np.ndarray, amount: float = 0.5) -> tuple[np.ndarray, np.ndarray | None]:
    images, known = corrupt({"noise": "gaussian", "hole": "block"}[kind], clean, amount, 0)
    return as_bytes(images), known


def suited(kind: str) -> list[str]:
    return [name for name, method in OF_IMAGES.items() if method.holes != ("only" if kind == "noise" else "never")]


@pytest.fixture(scope="module")
def mnist() -> Explorer:
    return open_explorer(str(BUNDLED_MODELS / "mnist-16d"))


@pytest.fixture(scope="module")
def digits(mnist: Explorer) -> np.ndarray:
    """Sixty digits that the model knows, uint8 [60, 28, 28, 1]."""
    codes = mnist.codes()
    assert codes is not None
    return mnist.decode(codes.centre[:60])


# PSNR and SSIM


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.tuples(st.integers(3, 40), st.integers(3, 40), st.sampled_from([1, 3])),
    st.floats(0.001, 1),
    st.integers(0, 2**32 - 1),
)
def test_psnr_and_ssim_are_those_of_scikit_image(shape: tuple[int, int, int], noise: float, seed: int) -> None:
    clean = pictures(3, shape, seed)
    restored = np.clip(clean + noise * (pictures(3, shape, seed + 1) - 0.5), 0, 1)
    side = window_of(*shape[:2])
    for x, y, decibels, similarity in zip(clean, restored, psnr(clean, restored), ssim(clean, restored), strict=True):
        assert decibels == pytest.approx(peak_signal_noise_ratio(x, y, data_range=1), abs=1e-6)
        theirs = structural_similarity(x, y, win_size=side, data_range=1, channel_axis=-1)
        assert similarity == pytest.approx(theirs, abs=1e-6)


def test_from_7_pixels_on_the_window_is_scikit_images_own() -> None:
    clean = pictures(4, (28, 28, 1))
    restored = clean**2
    theirs = [structural_similarity(x, y, data_range=1, channel_axis=-1) for x, y in zip(clean, restored, strict=True)]
    np.testing.assert_allclose(ssim(clean, restored), theirs, atol=1e-6)
    assert [window_of(side, 40) for side in (1, 2, 3, 6, 7, 8, 40)] == [1, 1, 3, 5, 7, 7, 7]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("value", [None, 0.0, 1.0])
def test_equal_pictures_have_an_infinite_psnr_and_an_ssim_of_1(
    shape: tuple[int, int, int], value: float | None
) -> None:
    same = pictures(2, shape) if value is None else np.full((2, *shape), value)
    assert np.isposinf(psnr(same, same)).all()
    np.testing.assert_allclose(ssim(same, same), 1)


def test_one_clean_picture_stands_for_all() -> None:
    clean, restored = pictures(1, (9, 9, 1)), pictures(4, (9, 9, 1), 1)
    repeated = np.repeat(clean, 4, axis=0)
    np.testing.assert_allclose(psnr(clean, restored), psnr(repeated, restored))
    np.testing.assert_allclose(ssim(clean, restored), ssim(repeated, restored))


# Filters


def test_filters_compute_what_scikit_image_computes() -> None:
    image = pictures(1, (28, 28, 1)).astype(np.float32)
    tv = denoise_tv_chambolle(image[0, ..., 0], 0.2)
    nl = denoise_nl_means(image[0, ..., 0], 5, 6, 0.2)
    np.testing.assert_allclose(filtered("total-variation", image, 0.2)[0, ..., 0], tv, atol=1e-6)
    np.testing.assert_allclose(filtered("non-local-means", image, 0.2)[0, ..., 0], nl, atol=1e-6)
    assert filtered("median", image, 3)[0, 10, 10, 0] == np.median(image[0, 9:12, 9:12, 0])


def test_biharmonic_filling_is_scikit_images_and_keeps_the_known_pixels() -> None:
    clean = pictures(3, (12, 10, 3))
    images, known = corrupt("block", clean, 0.4, 0)
    assert known is not None
    filled = restore("biharmonic", open_explorer(str(BUNDLED_MODELS / "mnist-2d")), as_bytes(images), known)
    for image, mask, ours in zip(as_bytes(images) / np.float32(255), ~known, filled, strict=True):
        np.testing.assert_allclose(ours, inpaint_biharmonic(image, mask, channel_axis=-1), atol=1e-6)
        np.testing.assert_allclose(ours[~mask], image[~mask], atol=1e-6)


@pytest.mark.parametrize("name", FILTERS)
def test_no_strength_leaves_a_picture_and_more_noise_asks_for_more(name: str) -> None:
    image = pictures(2, (9, 9, 1)).astype(np.float32)
    chosen = FILTERS[name]
    np.testing.assert_array_equal(filtered(name, image, 1 if chosen.whole else 0), image)
    strengths = [chosen.strength_for(noise) for noise in np.linspace(0, 1, 101)]
    assert strengths == sorted(strengths)
    assert [chosen.strength_for(noise) for noise in NOISE] == list(chosen.strengths)
    if chosen.whole:
        assert set(strengths) <= {1, 3, 5, 7}


def test_the_noise_of_plain_grey_is_estimated_to_a_tenth() -> None:
    random = np.random.default_rng(0)
    for deviation in (0.02, 0.05, 0.1):
        grey = (0.5 + deviation * random.standard_normal((64, 64, 1))).astype(np.float32)
        assert noise_of(grey) == pytest.approx(deviation, rel=0.1)


@pytest.mark.parametrize("amount", [0.1, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_is_better_than_none(name: str, amount: float) -> None:
    clean = np.clip(np.add.outer(np.hypot(*np.mgrid[-14:14, -14:14]) < 9, np.zeros(1)) * np.float32(0.9), 0, 1)[None]
    images, _ = spoiled("noise", np.repeat(clean, 10, axis=0), amount)
    noisy = images / np.float32(255)
    assert psnr(clean, filtered(name, noisy)).mean() >= psnr(clean, noisy).mean()


def test_an_unknown_filter_is_told_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="median"):
        filtered("bilateral", pictures(1, (8, 8, 1)))


# Methods


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_what_it_is(name: str) -> None:
    method = METHODS[name]
    assert method.title
    assert method.sentence.endswith(".")
    assert method.holes in ("only", "also", "never")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in suited(kind)])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("amount", [0.0, 0.5, 1.0])
def test_every_method_takes_every_shape_and_amount(
    kind: str, name: str, shape: tuple[int, int, int], amount: float, tiny: dict[tuple[int, int, int], Explorer]
) -> None:
    images, known = spoiled(kind, pictures(2, shape), amount)
    before = images.copy()
    restored = restore(name, tiny[shape], images, known)
    assert restored.shape == images.shape
    assert restored.dtype == np.float32
    assert 0 <= restored.min() <= restored.max() <= 1
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(restored, restore(name, tiny[shape], images, known))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, int, int], Explorer]:
    """A small model for each shape."""
    explorers = {}
    for height, width, channels in SHAPES:
        folder = tmp_path_factory.mktemp("tiny") / "tiny"
        write_tiny_model(folder, 2, (channels, height, width))
        explorers[height, width, channels] = open_explorer(str(folder))
    return explorers


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in suited(kind)])
def test_black_pictures_are_restored_too(kind: str, name: str, mnist: Explorer) -> None:
    black = np.zeros((1, 28, 28, 1), np.uint8)
    _, known = spoiled(kind, black)
    assert np.isfinite(restore(name, mnist, black, known)).all()


def test_the_models_own_way_is_encode_and_decode(mnist: Explorer, digits: np.ndarray) -> None:
    np.testing.assert_array_equal(as_bytes(restore("vae", mnist, digits)), mnist.reconstruct(digits))


def test_a_method_that_does_not_suit_is_refused_in_a_sentence(mnist: Explorer, digits: np.ndarray) -> None:
    with pytest.raises(InputError, match="fills holes, and here no pixels"):
        restore("biharmonic", mnist, digits)
    with pytest.raises(InputError, match="is for noise"):
        restore("gaussian", mnist, digits, np.ones(digits.shape[:3], bool))
    with pytest.raises(InputError, match="Unknown method 'magic'; choose one of: biharmonic"):
        check_suited("magic", Item("image", (28, 28, 1)), False)
    with pytest.raises(InputError, match="Unknown method 'linear'; choose one of: biharmonic"):
        check_suited("linear", Item("image", (28, 28, 1)), True)
    with pytest.raises(InputError, match="at most 65,536 pixels; got 257 x 256"):
        check_suited("median", Item("image", (257, 256, 1)), False)
    check_suited("vae", Item("image", (1024, 1024, 1)), True)
    check_suited("biharmonic", Item("image", (256, 256, 1)), True)


# Imputation


class Line:
    """A model of one code on a line of pictures: x = 1/2 + z w + noise, its posterior known exactly."""

    noise = 0.1
    kind = IMAGES
    card = SimpleNamespace(told=0, gaps=False, latent=SimpleNamespace(range=[(-3.0, 3.0)]))

    def __init__(self, w: np.ndarray) -> None:
        self.w = w.astype(np.float32)
        self.precision = 1 + (w**2).sum() / self.noise**2

    def guess(self, x: np.ndarray) -> None:
        return None

    def encode_fed(self, x: np.ndarray, given: None = None) -> Belief:
        x = (x - np.float32(0.5)).reshape(len(x), -1)
        mean = (x @ self.w.ravel() / self.noise**2 / self.precision)[:, None]
        return normal(mean, np.full_like(mean, -np.log(self.precision)))

    def expect(self, z: np.ndarray, given: None = None) -> np.ndarray:
        return (0.5 + z[:, 0, None, None, None] * self.w).astype(np.float32)


def test_imputation_comes_to_the_mean_that_the_known_pixels_imply() -> None:
    """The chain z' ~ N((w_k x_k + |w_h|^2 z) / (noise^2 + |w|^2), 1 / precision) has the mean and spread below."""
    w = np.random.default_rng(0).uniform(-0.1, 0.1, (1, 8, 8))
    model = Line(w)
    known = np.ones((1, 8, 8), bool)
    known[0, :4] = False
    clean = 0.5 + 1.5 * w.transpose(1, 2, 0)[None]
    *_, last = impute(model, as_bytes(clean), known, 300, 16)  # type: ignore[arg-type]
    seen, lost = w[known], w[~known]
    z = 1.5 * (seen**2).sum() / (model.noise**2 + (seen**2).sum())
    back = (lost**2).sum() / model.noise**2 / model.precision
    spread = np.sqrt(1 / model.precision / (1 - back**2))
    np.testing.assert_allclose(last.mean[0, :4, :, 0] - 0.5, z * w[0, :4], atol=0.006)
    np.testing.assert_allclose(last.spread[0, :4, :, 0], spread * np.abs(w[0, :4]), atol=0.006)


def imputed(mnist: Explorer, digits: np.ndarray, **more: int) -> tuple[list[Imputation], np.ndarray, np.ndarray]:
    images, known = spoiled("hole", digits)
    assert known is not None
    return list(impute(mnist, images, known, **more)), images, known


def test_known_pixels_are_kept_and_the_spread_is_in_the_hole_alone(mnist: Explorer, digits: np.ndarray) -> None:
    steps, images, known = imputed(mnist, digits[:5], sweeps=6, draws=4)
    assert [step.sweep for step in steps] == list(range(7))
    assert (steps[0].mean[~known] == 0).all()
    for step in steps:
        np.testing.assert_array_equal(as_bytes(step.mean)[known], images[known])
        assert (step.spread[known] == 0).all()
        assert 0 <= step.spread.min() <= step.spread.max() <= 0.5
    assert steps[-1].spread.max() > 0.1


def test_what_a_hole_shows_counts_for_nothing(mnist: Explorer, digits: np.ndarray) -> None:
    known = np.ones((2, 28, 28), bool)
    known[:, 5:20, 5:20] = False
    black, white = digits[:2].copy(), digits[:2].copy()
    black[~known], white[~known] = 0, 255
    (*_, a), (*_, b) = (impute(mnist, images, known, 4, 2) for images in (black, white))
    np.testing.assert_array_equal(a.mean, b.mean)


def test_the_same_seed_fills_a_hole_the_same_way_and_another_does_not(mnist: Explorer, digits: np.ndarray) -> None:
    a, b, c = (imputed(mnist, digits[:2], sweeps=3, draws=2, seed=seed)[0][-1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(a.mean, b.mean)
    np.testing.assert_array_equal(a.spread, b.spread)
    assert (a.mean != c.mean).any()


def test_a_picture_of_which_all_is_known_comes_back(mnist: Explorer, digits: np.ndarray) -> None:
    known = np.ones(digits.shape[:3], bool)
    *_, last = impute(mnist, digits, known, 2, 2)
    np.testing.assert_array_equal(as_bytes(last.mean), digits)
    assert not last.spread.any()


def test_imputation_beats_what_it_has_to_beat_in_the_hole(mnist: Explorer, digits: np.ndarray) -> None:
    steps, images, known = imputed(mnist, digits)

    def decibels(filled: np.ndarray) -> float:
        squared = np.square(filled - digits / 255)[~known].reshape(len(digits), -1).mean(1)
        return float(-10 * np.log10(squared).mean())

    once, smooth = (decibels(restore(name, mnist, images, known)) for name in ("vae", "biharmonic"))
    mean_image = decibels(np.broadcast_to(digits.mean(0) / 255, digits.shape))
    assert decibels(steps[-1].mean) > max(once, smooth, mean_image) + 2
    assert decibels(steps[-1].mean) > decibels(steps[4].mean) > decibels(steps[1].mean)


@pytest.mark.parametrize("name", trainable())
def test_bytes_of_a_spoiled_picture_are_within_half_a_level(name: str, digits: np.ndarray) -> None:
    images, _ = corrupt(name, digits[:2], 0.7, 0)
    assert np.abs(as_bytes(images) / 255 - images).max() <= 0.5 / 255 + 1e-6
