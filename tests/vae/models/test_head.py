"""A head tells an attribute by the middle of a code, and draws the codes into its order while it learns."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import vae
from tests.models import SMALL, write_dataset
from vae.config import TrainConfig
from vae.data import attributes_of, load, values_of
from vae.datasets.dataset import PARTS, Dataset, Split
from vae.datasets.prepared import read_card, write_card
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.families import FAMILIES
from vae.kinds.kinds import image
from vae.library.shelf import find
from vae.models.build import build_model
from vae.models.head import Head
from vae.models.objectives import PREDICTION, Case, Objective
from vae.training import finish, training
from vae.training.graphs import load_model
from vae.training.loop import TrainState, begin, train

ITEM = image((1, 8, 8))
ENCODING = [name for name, known in FAMILIES.items() if "encode" in known.can and "complete" not in known.can]
TOLD = replace(SMALL, predict="brightness", predict_weight=20.0)


def squares(n: int = 256, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return images of a lit square, uint8 [n, 8, 8, 1], and its factors: how bright, and how far right."""
    random = np.random.default_rng(seed)
    factors = np.stack([random.uniform(0.2, 1, n), random.integers(0, 5, n)], 1).astype(np.float32)
    things = np.zeros((n, 8, 8, 1), np.uint8)
    for thing, (bright, left) in zip(things, factors, strict=True):
        thing[2:6, int(left) : int(left) + 4] = round(255 * bright)
    return things, factors


def learnt(config: TrainConfig, **more: object) -> TrainState:
    things, factors = squares()
    state = begin(config, ITEM)
    for _ in train(state, things, values=factors[:, 0], **more):  # type: ignore[arg-type]
        pass
    return state


@pytest.mark.parametrize("family", ENCODING)
def test_what_a_head_misses_reaches_the_encoder_of_every_family(family: str) -> None:
    config = TrainConfig(family=family, latent_dims=40, width=16, depth=1, predict="x").settled()
    torch.manual_seed(0)
    model = build_model(config, ITEM, classes=3)
    given = torch.eye(3)[torch.arange(6) % 3] if model.told else None
    x = torch.rand(6, 1, 8, 8)
    assert model.head is not None
    model.head.cost(model.placed(model.encode(x, given)), torch.randn(6)).sum().backward()
    for part in (model.encoder, model.head):
        assert any(p.grad is not None and p.grad.abs().max() > 0 for p in part.parameters())


@pytest.mark.parametrize(("family", "objective"), [(n, o) for n in ENCODING for o in FAMILIES[n].objectives])
def test_what_a_head_misses_is_added_to_every_objective_and_to_nothing_else(family: str, objective: str) -> None:
    config = TrainConfig(family=family, objective=objective, latent_dims=40, width=16, depth=1, predict="x").settled()
    torch.manual_seed(0)
    model = build_model(config, ITEM, classes=3)
    asks = Objective(model, config)
    x, noise, values = torch.rand(6, 1, 8, 8), torch.randn(6, *asks.noise), torch.randn(6)
    values[2] = torch.nan
    given = torch.eye(3)[torch.arange(6) % 3] if model.told else None
    model.eval()
    assert model.head is not None
    expected = 0.5 * config.predict_weight * (model.head(model.encode(x, given).centre) - values).square().nan_to_num(0)
    without = asks.terms(model, Case(x, noise, given=given))
    with_it = asks.terms(model, Case(x, noise, given=given, values=values))
    torch.testing.assert_close(with_it.others[PREDICTION], expected)
    if family == "gaussian":  # families with parts that learn by looking on, as a book does, move between two looks
        torch.testing.assert_close(with_it.minimised, without.minimised + expected)
        torch.testing.assert_close(with_it.negative_elbo, without.negative_elbo)


def test_a_head_learns_in_standard_deviations_and_tells_in_the_attributes_unit() -> None:
    head, values = Head(3, 2.0), torch.tensor([100.0, 300.0, torch.nan, 200.0])
    head.measure(values)
    assert float(head.mean) == 200 and float(head.scale) == 100
    z = torch.zeros(4, 3)
    told = head(z)
    torch.testing.assert_close(head.cost(z, values)[[0, 1, 3]], (((told - values) / 100) ** 2)[[0, 1, 3]])
    head.measure(torch.ones(3))
    assert float(head.scale) == 1  # an attribute that is the same for all is told without a division by nothing


def test_a_head_tells_a_known_factor_of_things_it_has_not_seen() -> None:
    state = learnt(replace(TOLD, epochs=60, latent_dims=4))
    things, factors = squares(200, seed=1)
    model = state.model.eval()
    with torch.no_grad():
        assert model.head is not None
        told = model.head(model.encode(torch.from_numpy(model.kind.feed(things))).centre).numpy()
    assert 1 - np.square(told - factors[:, 0]).mean() / factors[:, 0].var() > 0.95


def test_a_model_begins_with_the_weights_that_it_would_have_without_a_head() -> None:
    plain, told = begin(SMALL, ITEM).model.state_dict(), begin(TOLD, ITEM).model.state_dict()
    assert {name for name in told if not name.startswith("head.")} == plain.keys()
    assert all(torch.equal(told[name], value) for name, value in plain.items())


@pytest.fixture
def shapes(own_home: Path) -> Dataset:
    """A set of the registry, prepared with other and fewer images, which have the numbers of its factors."""
    things, factors = squares(64)
    few = Split(things, None, np.c_[np.zeros(64), factors, factors, factors][:, :6].astype(np.float32))
    data = Dataset("shapes", "Few squares", (), "", "", few, few)
    folder = write_dataset(own_home / "datasets" / "shapes", data)
    for part in PARTS:
        np.save(folder / part / "factors.npy", few.factors)
    write_card(folder, replace(read_card(folder), name="shapes"))
    return load("shapes")


def test_a_finished_model_tells_the_same_by_its_graph_and_a_stopped_run_goes_on_exactly(
    shapes: Dataset, own_home: Path
) -> None:
    config = replace(SMALL, dataset="shapes", predict=attributes_of("shapes")[0])
    folders = [own_home / "models" / name for name in ("whole", "stopped")]
    state, data = training.start(config, folders[0])
    for _ in training.follow(state, data, folders[0]):
        pass
    other, data = training.start(config, folders[1])
    steps = training.follow(other, data, folders[1])
    next(steps)
    steps.close()
    assert 0 < other.step < state.step
    other, data = training.resume(folders[1])
    for _ in training.follow(other, data, folders[1]):
        pass
    one, two = state.model.state_dict(), other.model.state_dict()
    assert all(torch.equal(value, two[name]) for name, value in one.items())

    card = finish.finish(state, data, folders[0])
    assert card.predicts == config.predict and card.metrics["predict_r2"] < 1
    explorer, again = Explorer(find("whole")), load_model(card, folders[0])
    z = np.random.default_rng(0).standard_normal((5, card.latent.dims)).astype(np.float32)
    codes = torch.tensor(z, requires_grad=True)
    assert again.head is not None
    told = again.head(codes)
    told.sum().backward()
    np.testing.assert_allclose(explorer.predict(z), told.detach(), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(vae.open("whole").predict(z), explorer.predict(z))
    assert codes.grad is not None
    np.testing.assert_allclose(explorer.steepest(z), codes.grad, rtol=1e-2, atol=1e-4)


def test_what_cannot_be_told_is_refused_in_a_sentence(shapes: Dataset) -> None:
    known = attributes_of("shapes")
    for wanted, why in (
        ("shape", "is a class, whose numbers have no order; set predict to one of"),
        ("angle", "is an angle, whose end is its beginning; set predict to one of"),
        ("colour", f"Unknown attribute 'colour'; choose one of: {', '.join(sorted(known))}"),
    ):
        with pytest.raises(InputError, match=why):
            values_of(shapes, replace(SMALL, predict=wanted))
    with pytest.raises(InputError, match="'mnist-5k' has no numeric attribute of its images"):
        values_of(replace(shapes, name="mnist-5k"), replace(SMALL, predict="x"))
    with pytest.raises(InputError, match="GAN has no encoder, and so no code"):
        TrainConfig(family="gan", predict="x")
    with pytest.raises(InputError, match="A head learns to tell an attribute"):
        next(train(begin(TOLD, ITEM), squares()[0]))
