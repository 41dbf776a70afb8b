"""How long a training will take: counted as torch counts, scaled by this machine, corrected by what it has done."""

import platform
import time
from dataclasses import replace
from math import prod
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.models import room
from vae.config import TrainConfig
from vae.errors import InputError
from vae.families import FAMILIES, Family
from vae.kinds.kinds import image
from vae.library.cards import MAX_LATENT_DIMS
from vae.likelihoods import LIKELIHOODS
from vae.models.build import build_model
from vae.networks.build import InCells, OnPlaces, build_network, count_parameters
from vae.plans.networks import NETWORKS
from vae.runs import pace, shelf
from vae.runs.pace import Work, count, estimate, expect, expect_all, in_words
from vae.runs.status import Status, write_status

SHAPES = [(1, 28, 28), (3, 32, 32), (1, 28, 20), (1, 7, 9), (3, 64, 64)]
CONFIG = TrainConfig("digits", latent_dims=2, epochs=30)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    return tmp_path


def counted_by_torch(network: str, shape: tuple[int, int, int], latent_dims: int, width: int, depth: int) -> Work:
    """Send an image through the network and count what its layers multiply, by the sizes they see."""
    encoder, decoder = build_network(network, shape, latent_dims, 2 * latent_dims, width, depth)
    products = 0

    def look(layer: nn.Module, given: tuple[torch.Tensor, ...], made: torch.Tensor) -> None:
        nonlocal products
        if isinstance(layer, nn.Linear):
            products += layer.weight.numel()
        elif isinstance(layer, OnPlaces):
            products += layer.weight.numel() * prod(made.shape[2:])
        elif isinstance(layer, InCells):
            products += layer.weight.numel() * prod(given[0].shape[2:])
        elif isinstance(layer, nn.Conv2d):
            products += layer.weight.numel() * prod(made.shape[2:])
        elif isinstance(layer, nn.ConvTranspose2d):
            products += layer.weight.numel() * prod(given[0].shape[2:])

    for layer in [*encoder.modules(), *decoder.modules()]:
        layer.register_forward_hook(look)
    with torch.no_grad():
        decoder(encoder(torch.zeros(1, *shape))[:, :latent_dims])
    return Work(products, count_parameters(encoder) + count_parameters(decoder))


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("latent_dims", "width", "depth"), [(2, 8, 1), (16, 12, 2), (5, 6, 4)])
def test_the_count_is_the_one_of_the_network_itself(
    network: str, shape: tuple[int, int, int], latent_dims: int, width: int, depth: int
) -> None:
    latent_dims = room(network, latent_dims, shape, depth)
    if latent_dims > MAX_LATENT_DIMS:
        pytest.skip("more cells than a code has numbers")
    config = TrainConfig(network=network, latent_dims=latent_dims, width=width, depth=depth)
    assert count(config, shape) == counted_by_torch(network, shape, latent_dims, width, depth)


def fits(known: Family, likely: str) -> bool:
    """Say whether a family has such a likelihood: without an encoder only what is expected means something."""
    return LIKELIHOODS[likely].told or "encode" in known.can


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(
    ("family", "likelihood"),
    [(name, likely) for name, known in FAMILIES.items() for likely in LIKELIHOODS if fits(known, likely)],
)
def test_the_parameters_are_those_of_the_model(family: str, network: str, likelihood: str) -> None:
    if network == "grid" and family in ("conditional", "completing"):
        pytest.skip("its cells have no place for what is told")
    config = TrainConfig("digits", family=family, network=network, latent_dims=16, likelihood=likelihood)
    model = build_model(config, image((1, 28, 28)), classes=10)
    assert count(config, (1, 28, 28)).parameters == count_parameters(model)


def test_more_work_takes_longer() -> None:
    def seconds(images: int = 5000, shape: tuple[int, int, int] = (1, 28, 28), **changes: object) -> float:
        return estimate(replace(CONFIG, **changes), shape, images)  # type: ignore[arg-type]

    assert seconds(epochs=60) == pytest.approx(2 * seconds())
    assert seconds(images=12_800) == pytest.approx(2 * seconds(images=6400))
    assert seconds(width=1024) > seconds()
    assert seconds(shape=(3, 64, 64)) > seconds()
    assert (seconds(precision="float32") > seconds()) == pace.multiplies_bfloat16()
    assert seconds(batch_size=256) < seconds()
    assert seconds(network="conv", threads=2) < seconds(network="conv")


def test_a_slower_machine_takes_longer_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    here = estimate(CONFIG, (1, 28, 28), 5000)
    slow = pace.machine_speed() / 3
    monkeypatch.setattr(pace, "machine_speed", lambda: slow)
    assert estimate(CONFIG, (1, 28, 28), 5000) == pytest.approx(3 * here)


def finished(home: Path, name: str, **status: object) -> None:
    """Write a finished run of 690 steps of the digits."""
    folder = home / "models" / name
    folder.mkdir(parents=True)
    shelf.write_config(CONFIG.settled(), folder)
    known: dict = {"step": 690, "steps": 690, "host": platform.node(), "asked_at": 1e9}
    write_status(folder, Status(**{"state": "done"} | known | status))


def test_runs_of_this_machine_correct_what_is_counted(home: Path) -> None:
    alone = expect(CONFIG, (1, 8, 8), 1437)
    assert alone.low < alone.seconds < alone.high
    assert "Counted" in alone.basis
    for i, seconds in enumerate((9.0, 12.0, 100.0)):
        finished(home, f"run-{i}", seconds=seconds)
    corrected = expect(CONFIG, (1, 8, 8), 1437)
    # 690 steps of 64 images are 30 passes over 1,437, the last batch of each being a smaller one.
    assert corrected.seconds == pytest.approx(12.0, rel=0.05)
    assert corrected.high / corrected.low < alone.high / alone.low
    assert corrected.basis == "From 3 runs with a dense network that this machine has finished."
    assert "Counted" in expect(replace(CONFIG, network="conv"), (1, 8, 8), 1437).basis


@pytest.mark.parametrize(
    "status", [{"host": "elsewhere"}, {"state": "stopped"}, {"step": 0}, {"seconds": 0.5}], ids=lambda s: next(iter(s))
)
def test_other_runs_say_nothing(home: Path, status: dict) -> None:
    finished(home, "run", **{"seconds": 10.0} | status)
    assert "Counted" in expect(CONFIG, (1, 8, 8), 1437).basis


def busy(monkeypatch: pytest.MonkeyPatch, load: float) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr("os.cpu_count", lambda: 4)


@pytest.mark.parametrize(
    ("load", "threads", "slowed"), [(0, 1, 1), (0, 8, 1), (3, 1, 1), (3.5, 1, 2), (3, 4, 4), (4, 1, 10), (99, 2, 20)]
)
def test_other_programs_go_first(monkeypatch: pytest.MonkeyPatch, load: float, threads: int, slowed: float) -> None:
    busy(monkeypatch, load)
    assert pace.slowed(threads) == pytest.approx(slowed)


def test_a_run_that_has_just_ended_is_not_another_program(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(monkeypatch, 4.0)
    now = time.time()
    finished(home, "run", seconds=590.0, started_at=now - 600, ended_at=now)
    assert pace.slowed(1) == pytest.approx(1, rel=1e-2)
    finished(home, "earlier", seconds=590.0, started_at=now - 1200, ended_at=now - 600)
    assert pace.slowed(2) == pytest.approx(2, rel=1e-2)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1, 3, "a few seconds"),
        (16, 24, "about 20 s"),
        (12, 36, "10 to 35 s"),
        (110, 250, "2 to 4 minutes"),
        (7000, 21_000, "2 to 6 hours"),
        (4e5, 1.2e6, "110 to 330 hours"),
    ],
)
def test_a_range_is_said_as_a_person_would(low: float, high: float, words: str) -> None:
    assert in_words(low, high) == words


def test_a_bad_shape_is_a_sentence() -> None:
    with pytest.raises(InputError, match="at least one pixel"):
        expect(CONFIG, (1, 0, 8), 100)


def test_several_runs_take_as_long_as_each_of_them_and_less_where_more_train_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configs = [replace(CONFIG, seed=seed, latent_dims=dims) for dims in (2, 64) for seed in range(3)]
    each = [expect(config, (1, 8, 8), 1000) for config in configs]
    told = expect_all(configs, (1, 8, 8), 1000)
    for name in ("seconds", "low", "high"):
        assert getattr(told, name) == pytest.approx(sum(getattr(one, name) for one in each))
    monkeypatch.setenv("LATENT_MAX_RUNS", "3")
    assert expect_all(configs, (1, 8, 8), 1000).seconds == pytest.approx(told.seconds / 3)
    assert expect_all(configs[:1], (1, 8, 8), 1000).seconds == pytest.approx(each[0].seconds)
