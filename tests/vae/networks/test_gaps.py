"""Things of which something is missing: a network that takes gaps sees what is known alone."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.models import SMALL, made_series
from tests.vae.training.test_graphs import card_of
from vae.errors import InputError
from vae.experiments.restoration import impute, restore
from vae.explore.explorer import Explorer
from vae.explore.plain import plain_encoder
from vae.kinds.corruptions import blanked, corrupt
from vae.kinds.series import SERIES
from vae.library.cards import write_card
from vae.library.shelf import Model, find
from vae.models.build import build_model
from vae.networks.build import build
from vae.own.readers import Manners
from vae.plans.layers import Known
from vae.training.graphs import write_graphs
from vae.training.loop import _spoiled, as_tensor, begin, train
from vae.training.together import ALONE
from web.opened.brought import brought

DATA = made_series()
TAUGHT = replace(
    SMALL, network="conv1d", width=4, depth=2, likelihood="gaussian", corruption="gap", corruption_amount=0.6
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Explorer]:
    """An untrained model of each network, served from its graphs."""
    explorers = {}
    for network in ("conv1d", "dense"):
        folder = tmp_path_factory.mktemp(network)
        config = replace(TAUGHT, network=network)
        torch.manual_seed(0)
        model = build_model(config, DATA.item)
        write_graphs(model, folder)
        explorers[network] = Explorer(Model(card_of(config, DATA.item), folder, False))
    return explorers


def test_what_is_missing_is_0_and_what_is_known_is_said_beside_it() -> None:
    (layer,) = build((Known(),))[0]
    x = torch.tensor([[[[1.0, float("nan"), -2.0]], [[float("nan"), 0.0, 3.0]]]])
    wanted = [[1.0, 0.0, -2.0], [0.0, 0.0, 3.0], [1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]
    assert layer(x)[0, :, 0].tolist() == wanted


def test_a_gap_is_not_the_zeros_that_stand_in_it(opened: dict[str, Explorer]) -> None:
    """The same zeros, once known and once missing, lie elsewhere."""
    explorer, x = opened["conv1d"], SERIES.feed(DATA.test.things[:4])
    x[..., 5:9] = 0
    zeros = explorer.encode_fed(x).centre
    x[..., 5:9] = np.nan
    missing = explorer.encode_fed(x).centre
    assert np.isfinite(missing).all() and np.abs(missing - zeros).max() > 1e-4


@pytest.mark.parametrize("method", ["vae", "impute"])
def test_what_stood_in_a_gap_says_nothing_to_a_model_that_takes_gaps(method: str, opened: dict[str, Explorer]) -> None:
    clean = np.asarray(DATA.test.things[:5])
    spoiled, known = corrupt("gap", clean, 0.4, 0, kind=SERIES)
    assert known is not None
    other = np.where(known[..., None], spoiled, np.float32(9.0))
    ours, theirs = (restore(method, opened["conv1d"], each, known) for each in (spoiled, other))
    np.testing.assert_array_equal(ours[~known], theirs[~known])


def test_a_model_that_takes_no_gaps_sees_what_its_kind_puts_there_as_ever(opened: dict[str, Explorer]) -> None:
    spoiled, known = corrupt("gap", np.asarray(DATA.test.things[:5]), 0.4, 0, kind=SERIES)
    ours = restore("vae", opened["dense"], spoiled, known)
    np.testing.assert_allclose(ours, opened["dense"].reconstruct(spoiled), atol=1e-6)
    blank = opened["conv1d"].kind.laid(blanked(spoiled, known))
    expected = SERIES.unlay(opened["conv1d"].expect(opened["conv1d"].encode_fed(blank).centre))
    np.testing.assert_allclose(restore("vae", opened["conv1d"], spoiled, known), expected, atol=1e-6)


def test_a_series_is_made_whole_by_what_the_model_expects_where_something_is_missing(
    opened: dict[str, Explorer],
) -> None:
    whole = np.asarray(DATA.test.things[:3])
    missing = whole.copy()
    missing[0, 3:6] = missing[1, 10:] = np.nan
    made = opened["conv1d"].complete(missing)
    redrawn = SERIES.unlay(opened["conv1d"].expect(opened["conv1d"].encode_fed(SERIES.feed(missing)).centre))
    np.testing.assert_array_equal(made, np.where(np.isnan(missing), redrawn, whole))
    assert np.isfinite(made).all() and np.array_equal(made[2], whole[2])


def test_draws_for_a_gap_stay_what_the_known_part_says(opened: dict[str, Explorer]) -> None:
    """Where the encoder sees the same in every sweep, more sweeps bring the mean of draws nearer to one value."""
    spoiled, known = corrupt("gap", np.asarray(DATA.test.things[:1]), 0.5, 3, kind=SERIES)
    assert known is not None
    *_, few = impute(opened["conv1d"], spoiled, known, sweeps=2, draws=400)
    *_, many = impute(opened["conv1d"], spoiled, known, sweeps=20, draws=400, seed=1)
    close = 5 * np.maximum(many.spread, 1e-3) / 20
    assert (np.abs(few.mean - many.mean) <= close)[~known].all()
    np.testing.assert_array_equal(many.mean[known], spoiled[known])


@pytest.mark.parametrize("network", ["conv1d", "dense"])
def test_training_shows_the_encoder_gaps_where_it_takes_them(network: str) -> None:
    batch, config = as_tensor(DATA.train.things[:13], SERIES), replace(TAUGHT, network=network)
    spoiled = _spoiled(batch, 13, 7, config, ALONE, SERIES)
    amounts = np.random.default_rng((config.seed, 7)).uniform(0, 0.6, 13)
    lost = np.rint(amounts * 16)
    assert spoiled.isnan()[:, 0, 0].sum(1).tolist() == ([0] * 13 if network == "dense" else lost.tolist())
    same = spoiled == batch
    assert torch.equal(~same[:, 0, 0], spoiled.isnan()[:, 0, 0]) or network == "dense"


def test_a_model_learns_from_series_with_gaps_and_its_loss_is_a_number() -> None:
    state = begin(TAUGHT, DATA.item)
    records = [record for record in train(state, DATA.train.things) if record]
    assert all(record.sound for record in records)
    assert all(torch.isfinite(weights).all() for weights in state.model.parameters())


def test_a_file_with_empty_cells_comes_whole_to_a_model_that_takes_gaps_and_to_no_other(
    opened: dict[str, Explorer], own_home: Path
) -> None:
    for network, served in opened.items():
        shutil.copytree(served.folder, own_home / "models" / network)
        write_card(replace(served.card, name=network), own_home / "models" / network)
    values = [f"{value:.9g}" for value in DATA.test.things[0].ravel()]
    values[8] = ""
    rows = "\n".join(",".join(values[at : at + 2]) for at in range(0, 32, 2)).encode()
    one = brought(find("conv1d"), rows, Manners())
    assert one.note == "1 sample of it is missing: it is as the model fills the gap."
    assert np.isfinite(one.thing).all()
    np.testing.assert_allclose(np.delete(one.thing.ravel(), 8), np.delete(DATA.test.things[0].ravel(), 8), atol=1e-6)
    with pytest.raises(InputError, match="at sample 5; this model guesses nothing that is missing"):
        brought(find("dense"), rows, Manners())


def test_a_browser_gets_the_layers_that_take_gaps(opened: dict[str, Explorer], tmp_path: Path) -> None:
    explorer = opened["conv1d"]
    card = replace(explorer.card, training={"width": 4, "depth": 2}, files={"weights.safetensors": ""})
    layers = plain_encoder(Model(card, explorer.folder, False)).layers
    assert [layer["layer"] for layer in layers[:4]] == ["Known", "Conv1d", "Act", "Conv1d"]
    assert [layer["taken"] for layer in layers if layer["layer"] == "Conv1d"] == [16, 8]
