"""Each kind feeds networks and takes back what it was given; what is none of it is told."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae.errors import InputError
from vae.experiments.restoration import METHODS
from vae.experiments.unusual import SCORES
from vae.kinds.kind import Item, Kind
from vae.kinds.kinds import KINDS, image, kind_of
from vae.kinds.molecules.molecules import MOLECULES
from vae.kinds.series import MOST_CHANNELS, MOST_SAMPLES, SERIES
from vae.kinds.sounds.sounds import SOUNDS
from vae.kinds.sounds.spectra import RANGE, STEPS
from vae.kinds.text import TEXT
from vae.plans.networks import suited

SHAPES = {
    "image": st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3])),
    "series": st.tuples(st.integers(4, 40), st.integers(1, MOST_CHANNELS)),
    "tastes": st.tuples(st.integers(4, 40), st.just(1)),
    "text": st.tuples(st.integers(2, 20), st.integers(3, 30)),
    "molecules": st.tuples(st.integers(2, 20), st.integers(3, 30)),
    "masks": st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(3, 10)),
    "sounds": st.tuples(st.sampled_from([8, 16, 32]), st.integers(4, 20), st.just(1)),
}
each = pytest.mark.parametrize("name", KINDS)
items = st.sampled_from(sorted(KINDS)).flatmap(lambda name: SHAPES[name].map(lambda shape: Item(name, shape)))


def things_of(kind: Kind, shape: tuple[int, ...], n: int = 3, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    if kind.kept.kind == "u":
        return random.integers(0, 256, (n, *shape)).astype(kind.kept)
    return (5 * random.standard_normal((n, *shape))).astype(kind.kept)


@given(item=items, n=st.integers(1, 4))
def test_what_is_fed_has_a_network_s_shape_and_comes_back_as_it_was(item: Item, n: int) -> None:
    kind = kind_of(item)
    things = things_of(kind, item.shape, n)
    fed = kind.feed(things)
    assert fed.shape == (n, *kind.input(item.shape)) and fed.dtype == np.float32 and fed.flags.c_contiguous
    shown = kind.show(fed)
    assert shown.dtype == kind.kept
    np.testing.assert_array_equal(shown, things)


@given(item=items)
def test_unlay_is_the_inverse_of_lay(item: Item) -> None:
    kind = kind_of(item)
    things = things_of(kind, item.shape)
    np.testing.assert_array_equal(kind.unlay(kind.lay(things)), things)
    assert kind.lay(things).dtype == kind.kept


@each
def test_each_kind_has_its_words_and_what_a_model_of_it_needs(name: str) -> None:
    kind = KINDS[name]
    assert all((kind.noun, kind.nouns, kind.elements, kind.axes, kind.view, kind.unit))
    assert all((kind.element, kind.quantity, kind.fed, kind.plain, *kind.seen))
    assert kind.likelihoods and suited(kind.lies) and kind.corruptions
    assert kind.kept.isnative


@pytest.mark.parametrize(("what", "registry"), [("methods", METHODS), ("scores", SCORES)])
def test_what_is_for_some_kinds_is_named_by_them_and_nothing_else_is(what: str, registry: dict[str, Any]) -> None:
    named = {name for kind in KINDS.values() for name in getattr(kind, what)}
    assert named == {name for name, each in registry.items() if each.by_name}
    assert named < registry.keys(), "some are for all"


@each
def test_a_sentence_gets_the_words_of_its_kind(name: str) -> None:
    kind = KINDS[name]
    said = kind.say("{Nouns} {plain}: one {noun} of {elements}, each {element} with its {quantity}; {fed}.")
    assert "{" not in said and said.startswith(kind.nouns.capitalize())
    assert all(word in said for word in (kind.noun, kind.elements, kind.element, kind.quantity, kind.fed, kind.plain))


@given(item=items)
def test_a_size_is_told_in_words_and_another_one_in_others(item: Item) -> None:
    kind, (first, *others) = kind_of(item), item.shape
    assert str(first) in kind.sized(item.shape)
    assert kind.sized((first + 1, *others)) != kind.sized(item.shape)


@given(item=items)
def test_floats_are_laid_as_things_are_fed(item: Item) -> None:
    kind = kind_of(item)
    things = things_of(kind, item.shape)
    laid = kind.laid(kind.floats(things))
    np.testing.assert_array_equal(laid, kind.feed(things))
    assert laid.flags.c_contiguous and laid.dtype == np.float32


@given(item=items, away=st.floats(0.5, 20))
def test_apart_is_the_root_mean_square_and_zero_of_a_thing_and_itself(item: Item, away: float) -> None:
    kind = kind_of(item)
    if kind in (TEXT, MOLECULES):
        return  # they count letters: tests/vae/kinds/test_text.py
    unit = RANGE / STEPS if kind is SOUNDS else 1.0  # a sound's levels are kept in steps, and compared in dB
    things = things_of(kind, item.shape).astype(np.float64)
    np.testing.assert_array_equal(kind.apart(things, things), 0)
    np.testing.assert_allclose(kind.apart(things, things + away), unit * away)
    half = np.zeros(things.shape[1:]).ravel()
    half[: len(half) // 2] = away
    expected = unit * away * (len(half) // 2 / len(half)) ** 0.5
    np.testing.assert_allclose(kind.apart(things, things + half.reshape(things.shape[1:])), expected)


def test_a_series_keeps_its_values_whatever_they_are() -> None:
    values = np.array([-1e30, -3.5, 0, 1e-30, 1e30, 7], np.float32).reshape(1, 6, 1)
    np.testing.assert_array_equal(SERIES.show(SERIES.feed(values)), values)


def test_a_channel_of_a_series_is_a_channel_of_the_network_s() -> None:
    series = np.arange(20, dtype=np.float32).reshape(1, 10, 2)
    fed = SERIES.feed(series)
    np.testing.assert_array_equal(fed[0, :, 0], series[0].T)


def test_the_scale_of_drawings_leaves_out_a_thousandth_on_either_side() -> None:
    series = np.arange(10_000, dtype=np.float32).reshape(100, 100, 1)
    assert SERIES.measure(series) == pytest.approx({"low": 9.999, "high": 9989.001})
    strays = np.zeros((1000, 10, 1), np.float32)
    strays[0, 0], strays[1, 1] = -2, 3
    assert SERIES.measure(strays) == {"low": -2, "high": 3}


@pytest.mark.parametrize("shape", [(3, 1), (MOST_SAMPLES + 1, 1), (8, 0), (8, MOST_CHANNELS + 1), (8,), (8, 8, 1)])
def test_a_shape_that_no_series_has_is_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"4 to 4,096 samples and 1 to 8 channels; got \["):
        kind_of(Item("series", shape))


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 2), (0, 8, 1), (8, 1025, 1)])
def test_a_shape_that_no_image_has_is_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"An image is .*; got \["):
        kind_of(Item("image", shape))


def test_an_unknown_kind_lists_those_that_there_are() -> None:
    with pytest.raises(
        InputError,
        match="Unknown kind of data 'smell'; choose one of: image, masks, molecules, series, sounds, tastes, text",
    ):
        kind_of(Item("smell", (3,)))


def test_an_image_of_a_network_s_shape_is_kept_with_its_channels_last() -> None:
    assert image((3, 5, 4)) == Item("image", (5, 4, 3))
    assert KINDS["image"].input((5, 4, 3)) == (3, 5, 4)
