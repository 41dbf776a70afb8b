"""Bits-back coding: nothing is lost, and what a thing takes is what the model's own probabilities say."""

from dataclasses import replace
from pathlib import Path

import constriction
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from tests.tiny_model import write_tiny_model
from vae.coding.bitsback import STEP, SURE, Packer, crisp, lack_of, packs
from vae.errors import InputError
from vae.explore.explorer import Explorer, open_explorer
from vae.home import BUNDLED_MODELS
from vae.library.cards import Axis, Card, Given, write_card
from vae.library.shelf import find

SHAPE = (1, 6, 7)
BUNDLED = {folder.name: find(folder.name).card for folder in sorted(BUNDLED_MODELS.iterdir())}


@pytest.fixture(scope="module")
def ink(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """A model of black and white."""
    folder = tmp_path_factory.mktemp("ink") / "tiny-3d"
    write_tiny_model(folder, 3, SHAPE)
    return open_explorer(str(folder))


@pytest.fixture(scope="module")
def grey(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """A model of 256 grey levels."""
    folder = tmp_path_factory.mktemp("grey") / "tiny-3d"
    write_card(replace(write_tiny_model(folder, 3, SHAPE), likelihood="gaussian", scale=0.2), folder)
    return open_explorer(str(folder))


@given(seed=st.integers(0, 2**31 - 1), n=st.integers(1, 5), data=st.data())
def test_whatever_is_packed_comes_out_again_and_the_beginning_is_left(
    ink: Explorer, grey: Explorer, seed: int, n: int, data: st.DataObject
) -> None:
    model = data.draw(st.sampled_from([ink, grey]))
    things = np.random.default_rng(seed).integers(0, 2 if model is ink else 256, (n, *SHAPE)).astype(np.int32)
    packer = Packer(model)
    packed = packer.pack(things, seed)
    again, left = packer.unpack(packed.words, n)
    assert (again == things).all() and again.shape == things.shape
    assert (left == packer.beginning(seed)).all()
    # Whatever grew is in the file: it is a whole number of words, and the pile's head is two of them.
    grown = sum(each.net for each in packed.bits)
    assert abs(32 * (len(packed.words) - len(left)) - grown) <= 64


def share(code: np.ndarray, mean: np.ndarray | float, spread: np.ndarray | float) -> float:
    """Return −log2 of a normal's share of the cells that a code, in steps, lies in; by scipy."""
    low, high = (code - 0.5) * STEP, (code + 0.5) * STEP
    return float(-np.log2(norm.cdf(high, mean, spread) - norm.cdf(low, mean, spread)).sum())


@pytest.mark.parametrize("named", ["ink", "grey"])
def test_a_thing_takes_what_the_model_s_probabilities_say(named: str, request: pytest.FixtureRequest) -> None:
    """Its code is the last that was laid on the pile; what all of it takes is computed from that anew."""
    model: Explorer = request.getfixturevalue(named)
    random, top = np.random.default_rng(1), {"ink": 2, "grey": 256}[named]
    prior = constriction.stream.model.QuantizedGaussian(-round(8 / STEP), round(8 / STEP))
    for seed in range(20):
        thing = random.integers(0, top, (1, *SHAPE)).astype(np.int32)
        packed = Packer(model).pack(thing, seed)
        pile = constriction.stream.stack.AnsCoder(packed.words)
        code = pile.decode(prior, np.zeros(3), np.full(3, 1 / STEP))
        belief = model.encode_fed((thing / (top - 1)).astype(np.float32))
        assert belief.spread is not None
        expected = model.expect((code * STEP)[None].astype(np.float32)).astype(float)
        if named == "ink":
            p = expected.clip(SURE, 1 - SURE)
            laid = -np.where(thing == 1, np.log2(p), np.log2(1 - p)).sum()
        else:
            mean = 255 * expected
            low, high = np.where(thing == 0, -np.inf, thing - 0.5), np.where(thing == 255, np.inf, thing + 0.5)
            laid = -np.log2(norm.cdf(high, mean, 51) - norm.cdf(low, mean, 51)).sum()
        bits = packed.bits[0]
        assert bits.taken == pytest.approx(share(code, belief.centre, belief.spread), abs=2)
        assert bits.code == pytest.approx(share(code, 0.0, 1.0), abs=2)
        assert bits.thing == pytest.approx(laid, abs=2, rel=0.03)  # probabilities of the coder are multiples of 2^-24
        assert bits.net == bits.thing + bits.code - bits.taken


def test_black_and_white_is_by_the_middle_and_grey_levels_stay() -> None:
    levels = np.array([0, 127, 128, 255], np.uint8).reshape(1, 2, 2, 1)
    card = BUNDLED["mnist-2d"]
    assert crisp(card, levels).reshape(-1).tolist() == [0, 0, 1, 1]
    assert crisp(replace(card, likelihood="gaussian"), levels).reshape(-1).tolist() == [0, 127, 128, 255]
    colour = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3)
    assert (crisp(replace(card, likelihood="gaussian"), colour)[0, 1] == colour[0, ..., 1]).all()


def test_what_others_take_less_of_is_refused_in_a_sentence(tmp_path: Path) -> None:
    card = write_tiny_model(tmp_path / "tiny-2d", 2, SHAPE)
    given = replace(card.latent, given=[Given("class", ["a", "b"])])
    choices = replace(card.latent, axes=[Axis((0, 1), kind="choice", group="one")] * 2)
    cases: dict[str, Card] = {
        "how sure it is": replace(card, can=["decode", "encode"]),
        "more than a normal": replace(card, family="flow"),
        "more than N(0, I)": replace(card, latent=replace(card.latent, prior="graph", dice=2)),
        "a class": replace(card, latent=given),
        "likelihood": replace(card, likelihood="logistic-mixture"),
    }
    for words, each in cases.items():
        assert words in lack_of(each), words
    assert lack_of(replace(card, latent=choices)) == lack_of(cases["more than N(0, I)"])
    write_card(replace(card, can=["encode"], latent=replace(card.latent, prior="none")), tmp_path / "tiny-2d")
    with pytest.raises(InputError, match=r"^tiny-2d packs nothing into bits here: it needs an encoder"):
        Packer(open_explorer(str(tmp_path / "tiny-2d")))


def test_bundled_models_of_pictures_with_a_normal_prior_pack_and_no_others() -> None:
    packing = {name for name, card in BUNDLED.items() if packs(card)}
    assert {"mnist-2d", "mnist-16d", "fashion-16d", "shapes-8d"} <= packing
    others = {"mnist-ae-2d", "mnist-gan-16d", "mnist-c-8d", "mnist-flow-16d", "mnist-vq", "beats-8d", "names-32d"}
    assert not packing & others


@pytest.mark.parametrize(
    ("things", "words"),
    [
        (np.zeros((0, *SHAPE), np.int32), "one or more"),
        (np.zeros((2, 1, 6, 6), np.int32), r"of shape \[1, 6, 7\]"),
        (np.full((1, *SHAPE), 2, np.int32), "from 0 to 1; this goes to 2"),
        (np.full((1, *SHAPE), -1, np.int32), "from 0 to 1"),
    ],
)
def test_what_cannot_be_packed_is_refused(ink: Explorer, things: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Packer(ink).pack(things)
