"""A model of tastes learns, costs and ranks as its likelihood says, and runs in a browser."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.models import write_dataset
from vae.config import TrainConfig
from vae.datasets.dataset import Dataset, Split
from vae.datasets.people import tastes
from vae.errors import InputError
from vae.experiments.fidelity import ndcg
from vae.explore.explorer import Explorer
from vae.explore.plain import plain_decoder, plain_encoder
from vae.kinds.corruptions import corrupt
from vae.kinds.kinds import KINDS
from vae.library.shelf import Model, find
from vae.training import finish, training

KIND = KINDS["tastes"]
SMALL = TrainConfig(
    network="normalised", likelihood="multinomial", latent_dims=4, width=32, epochs=25, batch_size=25, seed=1,
    learning_rate=5e-3, beta=0.2, corruption="hidden-likes", corruption_amount=1.0,
)  # fmt: skip


def people(n: int, seed: int) -> Split:
    random = np.random.default_rng(seed)
    factors = tastes.sample_factors(n, random)
    return Split(tastes.like(factors, random), factors[:, 0].astype(np.int64))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("tastes")
    data = Dataset(
        "made", "Made", tastes.GENRES, "CC0-1.0", "this test", people(500, 1), people(60, 2), {}, "tastes",
        tastes.meaning() | KIND.measure(people(500, 1).things),
    )  # fmt: skip
    config = replace(SMALL, dataset=str(write_dataset(folder / "made", data)))
    state, opened = training.start(config, folder / "made-4d")
    for _ in training.follow(state, opened, folder / "made-4d"):
        pass
    finish.finish(state, opened, folder / "made-4d", seconds=1.0)
    return find(str(folder / "made-4d"))


def test_what_it_expects_adds_up_to_1_and_a_like_costs_its_logarithm(model: Model) -> None:
    explorer, things = Explorer(model), people(20, 3).things
    z = explorer.encode(things).centre
    expected = explorer.decode(z)
    np.testing.assert_allclose(expected.sum(axis=(1, 2)), 1, rtol=1e-5)
    cost = explorer.cost(KIND.feed(things), z)
    np.testing.assert_allclose(cost, -(things * np.log(expected)).sum(axis=(1, 2)), rtol=1e-4)
    assert model.card.metrics["floor"] <= model.card.metrics["reconstruction"]


def test_it_ranks_hidden_likes_above_what_most_like(model: Model) -> None:
    clean = people(200, 4).things
    given = KIND.keep(corrupt("hidden-likes", clean, 0.4, 0, kind=KIND).images)
    ours = ndcg(clean[..., 0], Explorer(model).reconstruct(given)[..., 0], given[..., 0]).mean()
    usual = np.broadcast_to(np.array(model.card.item.meaning["usual"]), clean.shape[:2])
    assert ours > ndcg(clean[..., 0], usual, given[..., 0]).mean() + 0.05


def test_how_many_likes_there_are_tells_nothing_where_they_say_the_same(model: Model) -> None:
    things = people(5, 5).things
    explorer = Explorer(model)
    np.testing.assert_allclose(explorer.encode(3 * things).centre, explorer.encode(things).centre, atol=1e-5)


def test_its_networks_are_layers_that_a_browser_runs(model: Model) -> None:
    assert plain_decoder(model).output == "softmax"
    assert [layer["layer"] for layer in plain_encoder(model).layers][:2] == ["Flatten", "Unit"]


@pytest.mark.parametrize("change", [{"likelihood": "bernoulli"}, {"network": "conv"}, {"corruption": "gaussian"}])
def test_settings_for_other_kinds_are_refused(model: Model, change: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Tastes are not learnt with the"):
        training.start(replace(SMALL, dataset=str(model.folder.parent / "made"), **change), tmp_path / "run")
