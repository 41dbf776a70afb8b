"""A stranger's model of words or of tastes, whose numbers are shares of one choice, and of series beside them."""

from pathlib import Path

import numpy as np
import pytest

import vae
from tests.foreign.linear import components
from vae.data import load
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.foreign.findings import Said
from vae.foreign.foreign import look, take
from vae.parcels.inspection import inspect, suggested
from vae.parcels.parcel import Parcel


@pytest.fixture(scope="module", autouse=True)
def home(own_home: Path) -> Path:
    return own_home


DIMS = {"words": 24, "tastes": 8}
LAYOUTS = {
    "words as ours": ("words", (0, 1, 2), (27, 1, 16), ""),
    "words, places first": ("words", (2, 1, 0), (16, 27), ""),
    "words, places first, as chances": ("words", (2, 1, 0), (16, 27), "Softmax"),
    "words, symbols first": ("words", (0, 1, 2), (27, 16), "Softmax"),
    "tastes in a row": ("tastes", (0, 1, 2), (200,), ""),
    "tastes in a row, as shares": ("tastes", (0, 1, 2), (200,), "Softmax"),
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_shares_come_in_as_logits_and_as_they_are_whichever_way_they_lie(case: str) -> None:
    name, axes, row, end = LAYOUTS[case]
    data = load(name)
    known = components(data, DIMS[name])
    model = take(*known.graphs(axes, row, end), data, name=case.replace(" ", "-").replace(",", ""))
    opened = Explorer(model)
    x = opened.kind.feed(data.test.things)
    z = known.mean(x)
    np.testing.assert_allclose(opened.encode(data.test.things).centre, z, atol=1e-3)
    np.testing.assert_allclose(opened.expect(z[:64].astype(np.float32)), known.expect(z[:64]), atol=1e-5)
    choices = x.sum((1, 2, 3), keepdims=True) if name == "tastes" else 1  # a taste's likes; a place has one symbol
    missed = np.sqrt(np.square(choices * known.expect(z) - x).mean())
    assert model.card.metrics["rmse"] == pytest.approx(missed, rel=1e-3)
    assert model.card.item == data.item and model.card.likelihood == "none"


def test_chances_that_do_not_add_up_are_refused_unless_they_are_said_to_be_logits() -> None:
    data = load("words")
    graphs = components(data, 8).graphs((2, 1, 0), (16, 27), "Sigmoid")
    with pytest.raises(InputError, match=r"do not add up to 1 .*softmax in place of a sigmoid"):
        look(*graphs, data)
    found = look(*graphs, data, Said(logits=True))
    sums = found.pictures.astype(int).sum(2)
    assert np.abs(sums - 255).max() <= 14  # of 27 grey levels, each rounded


@pytest.mark.parametrize("name", ["words", "tastes", "beats"])
def test_the_data_at_hand_that_it_learnt_is_found_whatever_its_kind(name: str) -> None:
    """Which the shapes of its graphs do not say: two hundred numbers are a series as well as a taste."""
    data = load(name)
    known = components(data, 8)
    encoder, decoder = known.graphs((0, 1, 2), (int(np.prod(known.shape)),))
    assert suggested(encoder, decoder, Said())[0] == name
    parcel = Parcel({}, encoder, decoder)
    asked = inspect(parcel, Said(), name)
    assert asked.dataset == name and [row["name"] for row in asked.datasets] == [name]
    assert not any(len(question.choices) < 2 for question in asked.questions)


def test_a_row_that_is_one_high_is_a_series_where_there_is_no_data() -> None:
    graphs = components(load("beats"), 4).graphs((0, 1, 2), (1, 1, 128))
    found = look(*graphs)
    assert (found.item.kind, found.item.shape) == ("series", (128, 1))
    assert vae.save("a-series", *graphs).decode(np.zeros((2, 4))).shape == (2, 128, 1)
