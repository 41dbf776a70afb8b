"""What suits a data set: every set has settings to begin with, and a flag that is typed goes before them."""

import numpy as np
import pytest
import tyro

from vae.commands.flags import Settings
from vae.config import TrainConfig, explained
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.runs.recipes import RECIPE, recommended


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_has_settings_to_begin_with(name: str) -> None:
    config = recommended(name)
    assert config.dataset == name
    changed = {field for field in vars(config) if getattr(config, field) != getattr(TrainConfig(), field)}
    assert changed <= {*RECIPE, "dataset"}


def test_recipes_are_of_data_sets_that_there_are_and_choose_what_a_recipe_may() -> None:
    assert all(set(recipe) <= set(RECIPE) for recipe in (source.recipe for source in DATASETS.values()))


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "shapes", "mnist-5k", "digits"])
def test_cards_written_before_there_were_recipes_train_the_same_again(name: str) -> None:
    assert recommended(name) == TrainConfig(dataset=name)


@pytest.mark.parametrize("name", DATASETS)
def test_flags_that_are_left_out_are_what_suits_the_data(name: str) -> None:
    assert tyro.cli(Settings, args=["--dataset", name]).config() == recommended(name)


def test_a_flag_that_is_typed_goes_before_the_recipe() -> None:
    typed = tyro.cli(Settings, args=["--dataset", "cifar10", "--latent-dims", "3", "--network", "dense"]).config()
    suits = recommended("cifar10")
    assert (typed.latent_dims, typed.network) == (3, "dense")
    assert suits.latent_dims != 3 and suits.network != "dense"
    assert typed.epochs == suits.epochs != TrainConfig().epochs
    assert typed.likelihood == suits.likelihood != TrainConfig().likelihood


def test_what_is_typed_is_checked() -> None:
    with pytest.raises(InputError, match="network 'dens'"):
        tyro.cli(Settings, args=["--network", "dens"]).config()


def test_an_unknown_data_set_has_none() -> None:
    with pytest.raises(InputError, match="Unknown data set 'mnits'"):
        recommended("mnits")


def own_set(home, name: str, images: np.ndarray) -> None:
    folder = home / "datasets" / name
    for part in ("train", "test"):
        (folder / part).mkdir(parents=True)
        np.save(folder / part / "images.npy", images)
    n, height, width, channels = images.shape
    card = f'{{"name":"{name}","image_shape":[{channels},{height},{width}],"sizes":[{n},{n}],"format":1}}'
    (folder / "card.json").write_text(card)


@pytest.mark.parametrize(
    ("shape", "grey", "network", "likelihood"),
    [
        ((1200, 20, 20, 1), False, "dense", "bernoulli"),
        ((1200, 20, 20, 1), True, "dense", "gaussian"),
        ((12, 20, 20, 1), True, "dense", "bernoulli"),  # too few to learn a spread from
        ((1200, 48, 48, 1), True, "conv", "gaussian"),
        ((1200, 16, 16, 3), True, "conv", "gaussian"),
    ],
)
def test_a_set_of_ones_own_goes_by_its_shape_and_its_greys(
    tmp_path, monkeypatch, shape, grey: bool, network: str, likelihood: str
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    generator = np.random.default_rng(0)
    few = (10, *shape[1:])  # each image is one of a few, so that what they are is soon told
    pictures = generator.integers(60, 200, size=few) if grey else 255 * generator.integers(2, size=few)
    own_set(tmp_path, "mine", pictures[generator.integers(10, size=shape[0])].astype(np.uint8))
    config = recommended("mine")
    assert (config.network, config.likelihood) == (network, likelihood)
    assert config.epochs > TrainConfig().epochs  # few images: more passes


@pytest.mark.parametrize(("strokes", "network", "dims"), [(1, "dense", 8), (40, "conv", 16)])
def test_images_that_differ_in_many_ways_get_convolutions_and_more_dimensions(
    tmp_path, monkeypatch, strokes: int, network: str, dims: int
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    generator = np.random.default_rng(0)
    images = np.zeros((500, 20, 20, 1), np.uint8)
    for image in images:
        for place in generator.integers(20 * 18 // (40 if strokes == 1 else 1), size=strokes):
            image[place // 18, place % 18 : place % 18 + 2] = 255
    own_set(tmp_path, "mine", images)
    config = recommended("mine")
    assert (config.network, config.latent_dims) == (network, dims)


def test_images_that_are_all_alike_have_a_recipe_too(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    own_set(tmp_path, "mine", np.full((300, 8, 8, 1), 7, np.uint8))
    assert recommended("mine").network == "dense"


def test_every_setting_is_explained_in_a_sentence() -> None:
    assert list(explained()) == list(vars(TrainConfig()))
    assert all(sentence.endswith(".") for sentence in explained().values())


@pytest.mark.parametrize(
    ("n", "validation", "dims"), [(60, 0.0, 2), (199, 0.0, 2), (200, 0.1, None), (9999, 0.1, None), (10_000, 0.0, None)]
)
def test_few_images_choose_their_best_moment_and_very_few_stand_on_one_map(
    tmp_path, monkeypatch, n: int, validation: float, dims: int | None
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    own_set(tmp_path, "mine", 255 * np.random.default_rng(0).integers(2, size=(n, 8, 8, 1), dtype=np.uint8))
    config = recommended("mine")
    assert config.validation == validation
    assert dims is None or config.latent_dims == dims


def test_the_width_and_depth_of_a_recipe_are_those_of_its_network_alone() -> None:
    suits = recommended("vowels")
    typed = [tyro.cli(Settings, args=["--dataset", "vowels", "--network", each]).config() for each in ("conv", "dense")]
    assert [(one.width, one.depth) for one in typed] == [(suits.width, suits.depth), (None, None)]
    assert suits.width and suits.depth
