"""A model of any likelihood is trained, kept, opened and measured: the graphs say what the networks say."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.models import SMALL, made_dataset, write_dataset
from vae.commands.measure import measured
from vae.errors import InputError
from vae.exchange.formats.graphs import write_pair
from vae.exchange.pack import pack
from vae.exchange.unpack import unpack
from vae.experiments import unusual, worth
from vae.explore.explorer import Explorer, try_out
from vae.kinds.images import IMAGES
from vae.library.shelf import Model, find
from vae.likelihoods import LIKELIHOODS
from vae.training import finish, training

BY_GRAPHS = [name for name in IMAGES.likelihoods if not LIKELIHOODS[name].told]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_dataset(tmp_path_factory.mktemp("data") / "made", made_dataset()))


def trained(data: str, folder: Path, **changes: object) -> Model:
    state, dataset = training.start(replace(SMALL, dataset=data, **changes), folder)  # type: ignore[arg-type]
    for _ in training.follow(state, dataset, folder):
        pass
    finish.finish(state, dataset, folder, seconds=1.0)
    return find(str(folder))


@pytest.fixture(scope="module", params=BY_GRAPHS)
def model(request: pytest.FixtureRequest, data: str, tmp_path_factory: pytest.TempPathFactory) -> Model:
    options = {"categorical": {"levels": 5.0}, "logistic-mixture": {"mixtures": 2.0}}.get(request.param, {})
    return trained(data, tmp_path_factory.mktemp("run") / "made-3d", likelihood=request.param, options=options)


def test_its_graphs_cost_and_draw_what_its_card_says(model: Model) -> None:
    explorer, things = Explorer(model), made_dataset().test.things
    try_out(explorer)
    got = worth.measure(explorer, things, samples=200)
    card, least = model.card, LIKELIHOODS[model.card.likelihood].least
    assert got.negative_elbo.mean() == pytest.approx(card.metrics["negative_elbo"], abs=1.0)  # one sample of q there
    assert (got.floor is None) == (least == "unbounded") == (card.metrics["floor"] is None)
    assert got.floor is None or not got.floor.any()
    bits = card.metrics["bits_per_dim"]
    assert (bits is None) == (least == "unbounded")
    a_bit_each = math.prod(card.item.shape) * math.log(2)
    assert bits is None or bits == pytest.approx(card.metrics["negative_elbo"] / a_bit_each)
    z = np.zeros((400, card.latent.dims), np.float32)
    drawn, expected = explorer.sample(z, 7), explorer.decode(z[:1])
    assert np.array_equal(drawn, explorer.sample(z, 7)) and (drawn != explorer.sample(z, 8)).any()
    np.testing.assert_allclose(drawn.mean(0), expected[0], atol=255 * 5 * 0.5 / 20)  # five standard errors


def test_log_p_is_above_the_elbo_by_networks_and_by_graphs_alike(model: Model, data: str) -> None:
    draws = {"elbo_samples": 1, "importance_samples": 100, "importance_images": 8, "seed": 0}
    by_networks = measured(model, data, draws)
    things = made_dataset().test.things[:8]
    by_graphs = worth.log_likelihood(Explorer(model), things, 100).mean()
    assert by_networks["gap"] > 0
    assert by_graphs == pytest.approx(by_networks["log_likelihood"], abs=0.5)


def test_it_says_what_is_unusual_and_leaves_out_what_needs_more(model: Model) -> None:
    explorer, things = Explorer(model), made_dataset().test.things[:6]
    scores, parts = unusual.judge(explorer, things, unusual.refer(explorer))
    assert set(scores) == {"negative-elbo", "reconstruction-error", "relative-error", "latent-distance"}
    assert all(np.isfinite(values).all() for values in scores.values())
    assert set(parts) == (set() if LIKELIHOODS[model.card.likelihood].least == "unbounded" else {"floor", "kl"})


def test_it_goes_out_and_comes_in_again(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = write_pair(model, tmp_path / "graphs")
    assert {line.split(":")[0] for line in said} == set(model.card.graphs.values())
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    taken = unpack(pack(model, tmp_path / "made-3d.zip"))
    assert isinstance(taken, Model)
    z = np.random.default_rng(0).standard_normal((3, model.card.latent.dims)).astype(np.float32)
    assert np.array_equal(Explorer(taken).sample(z, 1), Explorer(model).sample(z, 1))


def test_a_model_of_binarised_targets_is_measured_on_such_ones(data: str, tmp_path: Path) -> None:
    binarised = trained(data, tmp_path / "made-3d", targets="binarized")
    assert "black and white targets" in binarised.card.metrics["conditions"]
    assert binarised.card.metrics["floor"] == 0
    draws = {"elbo_samples": 1, "importance_samples": 0, "importance_images": 8, "seed": 0}
    assert measured(binarised, data, draws)["negative_elbo"] == pytest.approx(binarised.card.metrics["negative_elbo"])
    assert "--targets binarized" in binarised.card.training["command"]


def test_a_generator_has_none_and_too_many_numbers_are_refused(data: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="GAN has no likelihood: it only draws what is expected"):
        replace(SMALL, family="gan", likelihood="categorical")
    with pytest.raises(InputError, match="has no setting 'levels'"):
        replace(SMALL, options={"levels": 4.0})
    torch.manual_seed(0)
    with pytest.raises(InputError, match="more than 1,048,576 are too many; choose fewer levels"):
        from vae.networks.build import build_network

        build_network("dense", (3, 64, 64), 2, 4, numbers=3 * 256)


def test_an_objective_of_ones_own_is_refused_where_the_familys_passes_a_choice_back() -> None:
    with pytest.raises(InputError, match="VQ-VAE is trained by its own objective"):
        replace(SMALL, family="vq", objective="mine.py:loss")
    assert replace(SMALL, family="discrete", objective="mine.py:loss").objective == "mine.py:loss"
