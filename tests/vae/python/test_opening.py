"""An opened model beside numpy of its own weights, and what people bring to it."""

import numpy as np
import pytest

import vae
from tests.tiny_kinds import BEATS, write_tiny_kind
from tests.tiny_model import expected_decode, expected_encode, write_tiny_model

DIMS = 3


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, vae.Opened]:
    """A VAE, one of series, an autoencoder and a conditional VAE, of known weights."""
    folder = tmp_path_factory.mktemp("models")
    write_tiny_model(folder / "tiny", DIMS)
    write_tiny_kind(folder / "series", item=BEATS, data="beats")
    write_tiny_kind(folder / "points", family="autoencoder")
    write_tiny_kind(folder / "told", family="conditional")
    return {each.name: vae.open(each) for each in folder.iterdir()}


@pytest.fixture
def model(models: dict[str, vae.Opened]) -> vae.Opened:
    return models["tiny"]


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1), np.uint8)


def test_encode_and_decode_are_the_models_own(model: vae.Opened, images: np.ndarray) -> None:
    z = np.random.default_rng(1).standard_normal((4, DIMS)).astype(np.float32)
    assert np.abs(model.decode(z).astype(int) - expected_decode(z)).max() <= 1
    belief, (mean, log_variance) = model.encode(images), expected_encode(images, DIMS)
    np.testing.assert_allclose(belief.centre, mean, atol=1e-4)
    assert belief.spread is not None and belief.nats is not None
    np.testing.assert_allclose(belief.spread, np.exp(log_variance / 2), rtol=1e-5)


def test_images_are_taken_as_people_have_them(model: vae.Opened, images: np.ndarray) -> None:
    wanted = model.encode(images).centre
    for same in (images[..., 0], images.astype(int), images.tolist(), images / 255, (images / 255).astype(np.float32)):
        np.testing.assert_allclose(model.encode(same).centre, wanted, atol=1e-5)
    for one in (images[2], images[2, :, :, 0]):
        np.testing.assert_array_equal(model.encode(one).centre, wanted[2:3])


def test_a_seed_gives_the_same_draws_and_another_gives_others(model: vae.Opened) -> None:
    np.testing.assert_array_equal(model.draw(6, seed=3), model.decode(model.draw_codes(6, seed=3)))
    np.testing.assert_array_equal(model.draw(6, seed=3)[:2], model.draw(2, seed=3))
    assert not np.array_equal(model.draw(6, seed=3), model.draw(6, seed=4))


def test_draws_are_standard_normal(model: vae.Opened) -> None:
    codes = model.draw_codes(20_000)
    np.testing.assert_allclose(codes.mean(0), 0, atol=0.03)
    np.testing.assert_allclose(np.cov(codes.T), np.eye(DIMS), atol=0.05)


@pytest.mark.parametrize("dim", range(DIMS))
def test_a_walk_changes_one_dimension_over_its_range(model: vae.Opened, dim: int) -> None:
    start = np.array([0.5, -0.25, 1.0], np.float32)
    low, high = model.card.latent.range[dim]
    codes = np.repeat(start[None], 5, 0)
    codes[:, dim] = np.linspace(low, high, 5)
    np.testing.assert_array_equal(model.traverse(dim, steps=5, start=start), model.decode(codes))


def test_a_conditional_model_is_told_a_class_by_number_or_name(models: dict[str, vae.Opened]) -> None:
    told = models["told"]
    names = told.card.latent.given[0].choices
    z = told.draw_codes(2)
    by_number = told.decode(z, given=1)
    for same in (names[1], [names[1], names[1]], [1, 1], np.array([1, 1])):
        np.testing.assert_array_equal(told.decode(z, given=same), by_number)


def test_series_go_in_and_come_out_as_floats(models: dict[str, vae.Opened]) -> None:
    series = models["series"]
    drawn = series.draw(3)
    assert drawn.shape == (3, *series.card.item.shape) and drawn.dtype == np.float32
    assert series.reconstruct(drawn[..., 0] if drawn.shape[-1] == 1 else drawn).shape == drawn.shape


WRONG = {
    "no such model": (lambda m: vae.open("no-such"), "Unknown model 'no-such'"),
    "a zip": (lambda m: vae.open("mine.zip"), "is a zip file; take it in first"),
    "another size": (lambda m: m["tiny"].encode(np.zeros((2, 8, 8))), r"shape \[n, 28, 28, 1\] or \[n, 28, 28\]; got"),
    "another range": (lambda m: m["tiny"].encode(np.full((28, 28), -1.0)), "go from 0 to 1; these go from -1 to -1"),
    "too bright": (lambda m: m["tiny"].encode(np.full((28, 28), 300)), "go from 0 to 255"),
    "words": (lambda m: m["tiny"].encode(np.full((28, 28), "ink")), "are numbers"),
    "NaN": (lambda m: m["tiny"].encode(np.full((28, 28), np.nan)), "NaN"),
    "other codes": (lambda m: m["tiny"].decode(np.zeros((2, 5))), r"codes of shape \[n, 3\]; got \[2, 5\]"),
    "codes of NaN": (lambda m: m["tiny"].decode([np.nan] * 3), "NaN"),
    "no draws": (lambda m: m["tiny"].draw(0), "From 1 to 100,000 codes"),
    "a bad seed": (lambda m: m["tiny"].draw(1, seed=-1), "The seed must be from 0"),
    "no prior": (lambda m: m["points"].draw(1), "has no prior to draw from"),
    "no dimension": (lambda m: m["tiny"].traverse(3), "has the dimensions 0 to 2; got 3"),
    "one step": (lambda m: m["tiny"].traverse(0, steps=1), "2 to 1,000 steps"),
    "another start": (lambda m: m["tiny"].traverse(0, start=[0.0]), r"codes of shape \[n, 3\]"),
    "told nothing": (lambda m: m["told"].draw(1), "is told class"),
    "an unknown class": (lambda m: m["told"].draw(1, given="none of them"), "Unknown class 'none of them'"),
    "told in vain": (lambda m: m["tiny"].draw(1, given=0), "is told nothing beside its codes"),
    "no projection": (lambda m: m["tiny"].map("umap"), "Unknown projection 'umap'"),
    "a wrong projection": (lambda m: m["tiny"].map("identity"), "Only a 2-D space is its own map"),
    "no format": (lambda m: m["tiny"].export("pickle"), "Unknown format 'pickle'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_one_sentence(models: dict[str, vae.Opened], case: str) -> None:
    mistake, sentence = WRONG[case]
    with pytest.raises(vae.InputError, match=sentence):
        mistake(models)
