"""Tastes: what is hidden or exchanged of them, how they are drawn, and what shapes they have."""

import numpy as np
import pytest

from vae.errors import InputError
from vae.kinds.corruptions import corrupt
from vae.kinds.kind import Item, Paper
from vae.kinds.kinds import KINDS, kind_of
from vae.kinds.taste_bars import draw_bars, shares_of

KIND = KINDS["tastes"]
MEANING = {"genres": ["x", "y"], "of": [[0], [1], [0, 1], [], [1], [0]]}


def likes_of(n: int = 40, items: int = 30, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).random((n, items, 1)) < 0.4).astype(np.float32)


@pytest.mark.parametrize("amount", [0.0, 0.2, 0.5, 1.0])
def test_hidden_likes_are_a_share_of_them_and_one_stays(amount: float) -> None:
    clean = likes_of()
    spoiled, known = corrupt("hidden-likes", clean, amount, 3, kind=KIND)
    assert known is None
    assert (spoiled <= clean).all()
    many = clean.sum(axis=(1, 2))
    hidden = many - spoiled.sum(axis=(1, 2))
    np.testing.assert_array_equal(hidden, np.minimum(np.rint(np.float32(amount) * many), many - 1))


def test_exchanged_likes_are_as_many_as_before_and_elsewhere() -> None:
    clean = likes_of()
    spoiled = corrupt("exchanged-likes", clean, 0.5, 3, kind=KIND).images
    assert set(np.unique(spoiled)) <= {0, 1}
    np.testing.assert_array_equal(spoiled.sum(axis=(1, 2)), clean.sum(axis=(1, 2)))
    gone = ((clean > 0) & (spoiled == 0)).sum(axis=(1, 2))
    np.testing.assert_array_equal(gone, np.rint(0.5 * clean.sum(axis=(1, 2))))


@pytest.mark.parametrize("name", KIND.corruptions)
def test_an_amount_of_0_leaves_it_and_others_do_not_change_what_is_drawn(name: str) -> None:
    clean = likes_of()
    np.testing.assert_array_equal(corrupt(name, clean, 0.0, 1, kind=KIND).images, clean)
    other = np.concatenate([clean[:1], likes_of(39, seed=9)])
    one, two = (corrupt(name, some, 0.5, 1, kind=KIND).images[0] for some in (clean, other))
    np.testing.assert_array_equal(one, two)


def test_which_are_hidden_is_a_matter_of_chance() -> None:
    clean = np.ones((4_000, 10, 1), np.float32)
    left = corrupt("hidden-likes", clean, 0.5, 5, kind=KIND).images.mean(0)
    np.testing.assert_allclose(left, 0.5, atol=0.04)


def test_a_genre_has_the_share_of_its_items_and_an_item_of_two_counts_half_for_each() -> None:
    tastes = np.array([[1, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0.2, 0.5, 0.3, 0, 0, 0]], np.float32)[..., None]
    shares = shares_of(tastes, Item("tastes", (6, 1), MEANING))
    np.testing.assert_allclose(shares, [[0.75, 0.25], [0, 0], [0.35, 0.65]], atol=1e-6)
    assert shares_of(tastes, Item("tastes", (6, 1))).shape == (3, 8)


def test_a_bar_is_as_long_as_its_share() -> None:
    item = Item("tastes", (6, 1), MEANING)
    all_one = np.array([1, 0, 0, 0, 0, 1], np.float32)[None, :, None]
    half = np.array([1, 1, 0, 0, 0, 0], np.float32)[None, :, None]
    paper = Paper(112)
    first, second = draw_bars(np.concatenate([all_one, half]), item, paper)
    ink = [(picture[:40] != np.array(paper.theme.paper)).any(2).sum() for picture in (first, second)]
    assert first.shape == (80, 112, 3)
    assert ink[1] == pytest.approx(ink[0] / 2, rel=0.05)


def test_how_many_like_an_item_is_told_of_those_learnt_from() -> None:
    tastes = np.array([[1, 0, 1, 0], [1, 0, 0, 0]], np.float32)[..., None]
    assert KIND.measure(tastes) == {"usual": [1.0, 0.0, 0.5, 0.0]}


@pytest.mark.parametrize("shape", [(3, 1), (4097, 1), (8, 2), (8,), (8, 1, 1)])
def test_a_shape_that_no_taste_has_is_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"4 to 4,096 items; got \["):
        kind_of(Item("tastes", shape))
