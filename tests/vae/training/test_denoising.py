"""A model learns to undo what spoils its training images, and does without a class that it is to do without."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
import tyro
from PIL import Image

from tests.models import SMALL, made_dataset, made_images, write_dataset
from vae.__main__ import main
from vae.commands.flags import Settings
from vae.config import TrainConfig
from vae.data import load
from vae.datasets.dataset import Dataset, learnt
from vae.errors import InputError
from vae.kinds.corruptions import corrupt, trainable
from vae.kinds.images import IMAGES as IMAGE_KIND
from vae.kinds.kinds import image
from vae.library.cards import read_card
from vae.library.shelf import find
from vae.models.objectives import Case, elbo
from vae.runs.recipes import command
from vae.training import finish, training
from vae.training.loop import TrainState, _spoiled, as_tensor, begin, train
from vae.training.metrics import measure
from vae.training.together import Processes

IMAGES = made_images(64)
NOISY = replace(SMALL, corruption="gaussian", corruption_amount=0.8)


@pytest.fixture
def home(own_home: Path) -> Path:
    return own_home


def trained(config: TrainConfig, images: np.ndarray = IMAGES, numbers: np.ndarray | None = None) -> TrainState:
    height, width, channels = images.shape[1:]
    state = begin(config, image((channels, height, width)))
    for _ in train(state, images, numbers=numbers):
        pass
    return state


def weights(state: TrainState) -> np.ndarray:
    return torch.nn.utils.parameters_to_vector(state.model.parameters()).detach().numpy()


@pytest.mark.parametrize("name", trainable())
def test_every_corruption_can_be_learnt_from_by_its_seed_and_amount(name: str) -> None:
    config = replace(SMALL, corruption=name, corruption_amount=0.6)
    plain, first, again, other, unspoiled = (
        weights(trained(each))
        for each in (SMALL, config, config, replace(config, seed=6), replace(config, corruption_amount=0.0))
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other) and not np.array_equal(first, plain)
    assert np.array_equal(unspoiled, plain)  # to the last bit: what is spoiled by nothing is the image itself


@pytest.mark.parametrize("shape", [(3, 5, 9), (1, 1, 1)], ids=str)
@pytest.mark.parametrize("name", trainable())
def test_images_of_any_size_and_colour_can_be_spoiled(name: str, shape: tuple[int, int, int]) -> None:
    config = replace(SMALL, corruption=name, corruption_amount=1.0, epochs=1)
    assert np.isfinite(weights(trained(config, made_images(8, shape)))).all()


def test_the_encoder_sees_the_spoiled_image_and_the_likelihood_is_of_the_clean_one() -> None:
    """The loss of weights that stay where they start, against one that is put together here."""
    config = replace(NOISY, epochs=100, learning_rate=1e-8)
    state = begin(config, image((1, 8, 8)))
    records = [record for record in train(state, IMAGES, every=400) if record]
    amounts = np.random.default_rng(1).uniform(0, 0.8, 64 * 100)
    spoiled = corrupt("gaussian", np.tile(IMAGES, (100, 1, 1, 1)), amounts, 2).images.transpose(0, 3, 1, 2)
    clean = as_tensor(np.tile(IMAGES, (100, 1, 1, 1))) / 255
    with torch.no_grad():
        noise = torch.randn(len(clean), config.latent_dims, generator=torch.Generator().manual_seed(3))
        expected = elbo(begin(config, image((1, 8, 8))).model, Case(clean, noise, torch.from_numpy(spoiled.copy())))
    reconstruction = np.mean([record.reconstruction for record in records])
    assert reconstruction == pytest.approx(float(expected.reconstruction.mean()), rel=2e-3)
    np.testing.assert_allclose(np.mean([record.kl for record in records], 0), expected.kl.mean(0), rtol=0.02)


def test_it_restores_what_a_model_of_clean_images_does_not(home: Path) -> None:
    config = replace(SMALL, latent_dims=8, width=128, epochs=8, batch_size=64, beta=0.5)
    digits = load("mnist-5k")
    images, held_out = np.asarray(digits.train.images), np.asarray(digits.test.images[:300])
    clean = held_out / np.float32(255)
    spoiled = corrupt("gaussian", held_out, 0.5, 0).images

    def error(config: TrainConfig) -> float:
        model = trained(config, images).model.eval()
        with torch.no_grad():
            seen = torch.from_numpy(spoiled.transpose(0, 3, 1, 2).copy())
            restored = model.decode(model.encode(seen).mean).mean.numpy().transpose(0, 2, 3, 1)
        return float(((restored - clean) ** 2).mean())

    denoising, plain = error(replace(config, corruption="gaussian", corruption_amount=0.8)), error(config)
    assert denoising < 0.8 * plain
    assert denoising < 0.6 * ((spoiled - clean) ** 2).mean()


class OneOf(Processes):
    """One of several processes that never meet."""

    def __init__(self, index: int, count: int) -> None:
        self.index, self.count = index, count

    def rows(self, batch: torch.Tensor) -> torch.Tensor:
        return batch.tensor_split(self.count)[self.index]


@pytest.mark.parametrize("count", [2, 3, 20])
@pytest.mark.parametrize("name", trainable())
def test_what_the_processes_spoil_makes_up_what_one_does(name: str, count: int) -> None:
    batch, config = as_tensor(made_images(13)), replace(NOISY, corruption=name)
    whole = _spoiled(batch, 13, 7, config, OneOf(0, 1), IMAGE_KIND)
    parts = [OneOf(index, count) for index in range(count)]
    together = torch.cat([_spoiled(part.rows(batch), 13, 7, config, part, IMAGE_KIND) for part in parts])
    assert torch.equal(together, whole)
    assert not torch.equal(whole, _spoiled(batch, 13, 8, config, OneOf(0, 1), IMAGE_KIND))


# Without a class


def test_images_left_out_are_as_good_as_not_there() -> None:
    numbers = np.flatnonzero(np.arange(64) % 3)
    assert np.array_equal(weights(trained(SMALL, numbers=numbers)), weights(trained(SMALL, IMAGES[numbers])))
    assert np.array_equal(weights(trained(SMALL, numbers=np.arange(64))), weights(trained(SMALL)))


def test_a_model_without_a_class_is_measured_on_all_and_says_so(tmp_path: Path, home: Path) -> None:
    made = made_dataset()
    path = write_dataset(tmp_path / "data", made)
    flags = ["--dataset", str(path), "--network", "dense", "--width", "16", "--epochs", "2", "--latent-dims", "3"]
    flags += ["--likelihood", "bernoulli", "--learning-rate", "0.003", "--batch-size", "16", "--without", "b"]
    assert main(["train", *flags, "--name", "without-b", "--json"]) == 0
    found = find("without-b")
    left = int((made.train.labels != 1).sum())
    assert 0 < left < 64
    assert found.card.training["without"] == "b" and found.card.training["images"] == left
    conditions = found.card.metrics["conditions"]
    assert "32 test images of Made bars, with the class b that it never saw" in conditions
    assert "10-NN among 64 training codes" in conditions
    codes = read_card(found.folder), np.load(found.folder / "codes.npz", allow_pickle=False)["labels"]
    assert set(codes[1]) == set(made.test.labels)


def test_evaluate_says_which_class_it_never_saw(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = replace(SMALL, dataset=str(write_dataset(tmp_path / "data", made_dataset())), without="c", epochs=1)
    made_model(config, tmp_path / "run")
    capsys.readouterr()
    assert main(["evaluate", str(tmp_path / "run")]) == 0
    assert read_card(tmp_path / "run").metrics["conditions"] in capsys.readouterr().out


def made_model(config: TrainConfig, folder: Path) -> TrainState:
    state, data = training.start(config, folder)
    for _ in training.follow(state, data, folder):
        pass
    finish.finish(state, data, folder)
    return state


def test_the_weights_are_those_of_the_data_without_the_class(tmp_path: Path, home: Path) -> None:
    made = made_dataset()
    kept = made.train.labels != 2
    fewer = replace(made, train=replace(made.train, things=made.train.images[kept], labels=made.train.labels[kept]))
    states = []
    for name, dataset, without in (("whole", made, "c"), ("fewer", fewer, None)):
        config = replace(SMALL, dataset=str(write_dataset(tmp_path / name, dataset)), without=without)
        states.append(made_model(config, tmp_path / f"run-{name}"))
    assert np.array_equal(*map(weights, states))


def test_a_folder_of_pictures_can_do_without_a_class(tmp_path: Path, home: Path) -> None:
    for part, each in (("train", 8), ("test", 3)):
        for number, name in enumerate("abc"):
            folder = tmp_path / "pictures" / part / name
            folder.mkdir(parents=True)
            for index, picture in enumerate(made_images(each, (1, 8, 8), seed=number)):
                Image.fromarray(picture[:, :, 0]).save(folder / f"{index}.png")
    name = f"{tmp_path / 'pictures'}:8:grey"
    config = replace(SMALL, dataset=name, epochs=2, without="b", corruption="block")
    state = made_model(config, tmp_path / "run")
    assert read_card(tmp_path / "run").training["images"] == 16
    dataset = load(name)
    numbers = learnt(dataset, "b")
    images = np.asarray(dataset.train.images)[numbers]
    assert np.array_equal(weights(state), weights(trained(config, images)))


@pytest.mark.parametrize(
    ("change", "without", "sentence"),
    [
        (lambda made: made, "x", "Unknown class 'x'; choose one of: a, b, c, d"),
        (lambda made: made, "", "Unknown class ''"),
        (lambda made: labelled(made, None), "a", "has no classes, so that 'a' cannot be left out"),
        (lambda made: labelled(made, np.zeros(64, np.int64)), "a", "leaves 0 training images, .* leave another class"),
        (lambda made: labelled(made, np.array([1] + 63 * [0])), "a", "leaves 1 training images"),
    ],
)
def test_a_class_that_cannot_be_left_out_is_told_before_anything_is_written(
    tmp_path: Path, home: Path, change: Callable[[Dataset], Dataset], without: str, sentence: str
) -> None:
    path = write_dataset(tmp_path / "data", change(made_dataset()))
    with pytest.raises(InputError, match=sentence):
        training.start(replace(SMALL, dataset=str(path), without=without), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def labelled(dataset: Dataset, labels: np.ndarray | None) -> Dataset:
    return replace(dataset, train=replace(dataset.train, labels=labels))


# Settings


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--corruption", "rain"], "Unknown corruption to train with 'rain'; choose one of: band, block, blur"),
        (["--corruption", "brush"], "Unknown corruption to train with 'brush'"),
        (["--corruption", "gaussian", "--corruption-amount", "1.5"], "corruption_amount must be from 0 to 1; got 1.5"),
        (["--corruption-amount", "nan"], "corruption_amount must be from 0 to 1; got nan"),
        (["--without", "10"], "Unknown class '10'; choose one of: 0, 1"),
    ],
)
def test_a_mistake_is_one_line(home: Path, flags: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--dataset", "digits", *flags]) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig("mnist", network="conv", corruption="gaussian", corruption_amount=0.7),
        TrainConfig("digits", corruption="salt-and-pepper"),
        TrainConfig("fashion-mnist", without="Ankle boot", beta=0.5),
    ],
    ids=lambda config: config.dataset,
)
def test_the_command_says_what_spoils_and_what_is_left_out(config: TrainConfig) -> None:
    words = shlex.split(command(config.settled()))
    assert tyro.cli(Settings, args=words[4:]).config().settled() == config.settled()


def test_settings_of_before_there_was_anything_to_spoil_spoil_nothing() -> None:
    settings = msgspec.to_builtins(SMALL)
    for name in ("corruption", "corruption_amount", "without"):
        del settings[name]
    assert msgspec.convert(settings, TrainConfig) == SMALL


def test_what_is_measured_while_it_trains_is_clean(tmp_path: Path, home: Path) -> None:
    """The held-out curve of a run whose weights stay is that of the clean test images."""
    path = str(write_dataset(tmp_path / "data", made_dataset()))
    losses = []
    for corruption in (None, "salt-and-pepper"):
        config = replace(SMALL, dataset=path, corruption=corruption, learning_rate=1e-8, epochs=1)
        folder = tmp_path / str(corruption)
        state, data = training.start(config, folder)
        for _ in training.follow(state, data, folder):
            pass
        losses.append([msgspec.json.decode(line) for line in (folder / "held_out.jsonl").read_bytes().splitlines()])
        assert measure(state.model, data.test.images).negative_elbo.mean() > 0
    assert losses[0][0] == losses[1][0]
    assert losses[0][-1]["reconstruction"] == pytest.approx(losses[1][-1]["reconstruction"], rel=1e-4)
