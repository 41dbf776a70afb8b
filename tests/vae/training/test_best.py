"""The best moment on images that are not learnt from is kept, the same one whatever happens in between."""

import shutil
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from tests.models import SMALL, made_dataset, write_dataset
from vae.config import TrainConfig
from vae.data import load, parts_of
from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.exchange.pack import pack
from vae.exchange.unpack import unpack
from vae.library.cards import read_card
from vae.runs.shelf import find_run
from vae.training import finish, loop, training
from vae.training.best import BEST, Moment, read_moment
from vae.training.loop import as_tensor

CONFIG = replace(SMALL, width=64, epochs=60, learning_rate=1e-2, validation=0.25)
"""Three steps an epoch, on 48 images."""


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    """Return settings for images of nothing but dots by chance: there is nothing to learn but by heart."""
    made = made_dataset()
    dots = np.random.default_rng(0).integers(0, 2, made.train.images.shape, np.uint8) * 255
    made = replace(made, train=replace(made.train, things=dots))
    return replace(CONFIG, dataset=str(write_dataset(tmp_path / "data", made)))


def trained(config: TrainConfig, folder: Path, stops: tuple[int, ...] = ()) -> tuple[loop.TrainState, Dataset]:
    """Train in a folder, stopping and going on after so many records of each part."""
    state, data = training.start(config, folder)
    for records in stops:
        followed = training.follow(state, data, folder)
        list(islice(followed, records))
        followed.close()
        state, data = training.resume(folder)
    for _ in training.follow(state, data, folder):
        pass
    return state, data


def kept(folder: Path) -> tuple[Moment, dict[str, np.ndarray]]:
    moment = read_moment(folder / BEST)
    assert moment is not None
    return moment, load_file(folder / BEST)


@pytest.mark.parametrize("without", [None, "b"])
def test_the_parts_share_nothing_and_hold_all_that_may_be_learnt(config: TrainConfig, without: str | None) -> None:
    data = load(config.dataset)
    learnt, validation = parts_of(data, replace(config, without=without))
    assert learnt is not None
    labels = np.asarray(data.train.labels)
    allowed = np.arange(64) if without is None else np.flatnonzero(labels != data.classes.index(without))
    assert sorted([*learnt, *validation]) == allowed.tolist()
    assert len(validation) == round(0.25 * len(allowed))
    again = parts_of(data, replace(config, without=without, epochs=2))
    assert np.array_equal(again.validation, validation)
    assert not np.array_equal(parts_of(data, replace(config, seed=6)).validation, parts_of(data, config).validation)


def test_without_a_validation_part_all_is_learnt_and_the_last_weights_stay(config: TrainConfig, tmp_path: Path) -> None:
    config = replace(config, validation=0.0)
    assert parts_of(load(config.dataset), config).learnt is None
    state, data = trained(config, tmp_path / "run")
    assert not (tmp_path / "run" / BEST).exists()
    card = finish.finish(state, data, tmp_path / "run")
    assert "best_step" not in card.training


def test_the_weights_of_the_best_moment_become_the_model(config: TrainConfig, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    state, data = trained(config, folder)
    moment, weights = kept(folder)
    assert 0 < moment.step < state.step
    last = negative_elbo(state, data, config)
    card = finish.finish(state, data, folder)
    for name, value in load_file(folder / "weights.safetensors").items():
        assert np.array_equal(value, weights[name]), name
    assert negative_elbo(state, data, config) < last - 1
    assert card.training["best_step"] == moment.step
    assert card.training["validation_images"] == 16
    assert read_card(folder).training["validation_negative_elbo"] == pytest.approx(moment.negative_elbo, abs=0.01)
    assert not (folder / BEST).exists()


@torch.no_grad()
def negative_elbo(state: loop.TrainState, data: Dataset, config: TrainConfig, draws: int = 50) -> float:
    """Measure on the validation part with many draws, as an independent judge."""
    x = as_tensor(data.train.images[parts_of(data, config).validation]).float() / 255
    posterior = state.model.eval().encode(x)
    total = 0.0
    for seed in range(draws):
        noise = torch.randn(posterior.mean.shape, generator=torch.Generator().manual_seed(1000 + seed))
        cost = -state.model.decode(posterior.at(noise)).log_prob(x) + posterior.nats().sum(1)
        total += float(cost.mean())
    return total / draws


@pytest.mark.parametrize("stops", [(1,), (3, 4), (20, 1, 30)])
def test_a_run_that_was_stopped_keeps_the_moment_of_one_that_was_not(
    config: TrainConfig, tmp_path: Path, stops: tuple[int, ...]
) -> None:
    trained(config, tmp_path / "whole")
    trained(config, tmp_path / "parts", stops)
    (one, weights), (other, theirs) = kept(tmp_path / "whole"), kept(tmp_path / "parts")
    assert one == other
    assert all(np.array_equal(weights[name], theirs[name]) for name in weights)


def test_a_run_that_was_taken_elsewhere_in_a_zip_keeps_its_best_moment(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    shutil.copytree(config.dataset, tmp_path / "home" / "datasets" / "data")  # a zip tells no paths
    folder = tmp_path / "home" / "models" / "dots"
    state, data = training.start(config, folder)
    followed = training.follow(state, data, folder)
    list(islice(followed, 40))  # the best moment is among the first
    followed.close()
    expected = kept(folder)
    assert expected[0].step < state.step - 30
    taken = unpack(pack(find_run("dots"), tmp_path / "dots.zip"), "elsewhere")
    state, data = training.resume(taken.folder)
    for _ in training.follow(state, data, taken.folder):
        pass
    assert kept(taken.folder)[0] == expected[0]


def test_looking_changes_nothing_of_the_training(config: TrainConfig, tmp_path: Path) -> None:
    state, _ = trained(config, tmp_path / "run")
    unlooked, data = training.start(config, tmp_path / "other")
    numbers = parts_of(data, config).learnt
    for _ in loop.train(unlooked, data.train.images, numbers=numbers):
        pass
    for one, other in zip(state.model.parameters(), unlooked.model.parameters(), strict=True):
        assert torch.equal(one, other)


def test_patience_ends_a_run_so_many_epochs_after_its_best_moment(config: TrainConfig, tmp_path: Path) -> None:
    state, data = trained(replace(config, patience=5), tmp_path / "run")
    whole, _ = trained(config, tmp_path / "whole")
    moment, _ = kept(tmp_path / "run")
    assert state.step == moment.step + 5 * 3 < whole.step
    card = finish.finish(state, data, tmp_path / "run")
    assert (card.training["kept_at_step"], card.training["of_steps"]) == (state.step, whole.step)


def test_patience_without_validation_and_too_few_images_are_told(config: TrainConfig) -> None:
    with pytest.raises(InputError, match="counts from the best moment on the validation images"):
        TrainConfig(patience=3)
    data = made_dataset(3)
    with pytest.raises(InputError, match="3 training images are too few"):
        parts_of(data, replace(config, validation=0.5))


def test_a_damaged_moment_is_told_and_can_be_given_up(config: TrainConfig, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    state, data = trained(config, folder)
    (folder / BEST).write_bytes((folder / BEST).read_bytes()[:100])
    with pytest.raises(InputError, match="delete it to keep the last weights"):
        finish.finish(state, data, folder)
    (folder / BEST).unlink()
    assert "best_step" not in finish.finish(state, data, folder).training
