"""Words are spelt, read, compared and spoiled letter by letter, by oracles of their own."""

import difflib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vae.errors import InputError
from vae.kinds.corruptions import Corrupted, corrupt, trainable
from vae.kinds.kind import Item
from vae.kinds.kinds import kind_of
from vae.kinds.text import TEXT
from vae.kinds.words.spelling import edits, length_of, likeliest, read_words, spelt, symbols_of

ALPHABET = "abcde"
ITEM = Item("text", (9, 6), {"symbols": ALPHABET})
words = st.lists(st.text(ALPHABET, max_size=8), min_size=1, max_size=6)
each = pytest.mark.parametrize("name", trainable(TEXT))
seeds = st.integers(0, 2**31 - 1)


def spoiled(name: str, some: list[str], amount: float | np.ndarray, seed: int = 0) -> Corrupted:
    return corrupt(name, spelt(some, ITEM), amount, seed, kind=TEXT)


def read(corrupted: Corrupted) -> list[str]:
    return read_words(TEXT.keep(corrupted.images), ITEM)


@given(some=words)
def test_what_is_spelt_is_read_again_through_a_network_s_layout_too(some: list[str]) -> None:
    things = spelt(some, ITEM)
    assert things.shape == (len(some), 9, 6) and (things.sum(2) == 255).all()
    assert read_words(things, ITEM) == some
    fed = TEXT.feed(things)
    assert fed.shape == (len(some), 6, 1, 9) and (fed.sum(1) == 1).all()
    assert read_words(TEXT.show(fed), ITEM) == some
    assert length_of(likeliest(things)).tolist() == [len(word) for word in some]


def test_a_place_of_which_nothing_is_known_is_read_as_such_and_an_end_ends() -> None:
    thing = spelt(["abcd"], ITEM)
    thing[0, 1] = 0
    thing[0, 3] = [128, 127, 0, 0, 0, 0]
    assert read_words(thing, ITEM) == ["a?c"]
    assert symbols_of(Item("text", (4, 4))) == "abc" == symbols_of(Item("text", (4, 4), {"symbols": "toolong"}))


@given(some=words, others=words)
def test_words_are_apart_by_the_places_that_differ_and_a_doubt_is_a_part_of_one(
    some: list[str], others: list[str]
) -> None:
    pairs = list(zip(some, others, strict=False))
    a, b = (spelt(list(side), ITEM) for side in zip(*pairs, strict=True))
    expected = [sum(x != y for x, y in zip(p.ljust(9, "."), q.ljust(9, "."), strict=True)) for p, q in pairs]
    np.testing.assert_array_equal(TEXT.apart(a, b), expected)
    np.testing.assert_array_equal(TEXT.apart(a, a), 0)
    half = (a.astype(np.float64) + b) / 2
    np.testing.assert_allclose(TEXT.apart(a, half), np.array(expected) / 2)


@given(a=st.text("abc", max_size=7), b=st.text("abc", max_size=7))
def test_edits_are_a_metric_that_no_alignment_undercuts(a: str, b: str) -> None:
    assert edits(a, a) == 0 and edits(a, b) == edits(b, a) and edits(a, "") == len(a)
    assert abs(len(a) - len(b)) <= edits(a, b) <= max(len(a), len(b))
    blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    found = sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in blocks if kind != "equal")
    assert edits(a, b) <= found


def test_edits_are_counted_as_by_hand() -> None:
    assert [edits("kitten", "sitting"), edits("emma", "ema"), edits("ab", "ba")] == [3, 1, 2]


@each
@settings(max_examples=40, deadline=None)
@given(some=words, amount=st.floats(0, 1, width=32), seed=seeds)
def test_a_spoiled_word_keeps_its_length_and_amount_zero_keeps_it_whole(
    name: str, some: list[str], amount: float, seed: int
) -> None:
    after, same = spoiled(name, some, amount, seed), spoiled(name, some, 0.0, seed)
    assert after.images.shape == (len(some), 9, 6) and np.isin(after.images, (0, 1)).all()
    assert [len(word) for word in read(after)] == [len(word) for word in some]
    assert read(same) == some and (same.known is None or same.known.all())
    assert read(spoiled(name, some, np.linspace(0, 1, len(some)) if len(some) > 1 else 0.0, seed))[0] == some[0]


@each
def test_what_is_drawn_for_a_word_does_not_depend_on_the_others(name: str) -> None:
    some = ["abcdeabc", "edcba", "aaaa", "cab"]
    whole, part = (read(spoiled(name, each, 0.6, 5)) for each in (some, ["", "edcba", "", "cab"]))
    assert [whole[1], whole[3]] == [part[1], part[3]]
    assert whole == read(spoiled(name, some, 0.6, 5))
    assert any(whole != read(spoiled(name, some, 0.6, seed)) for seed in range(6, 12))


@settings(max_examples=30, deadline=None)
@given(some=words, amount=st.floats(0, 1, width=32), seed=seeds)
def test_as_many_letters_are_hidden_or_wrong_as_the_share_says(some: list[str], amount: float, seed: int) -> None:
    counts = [int(np.rint(np.float32(amount) * np.float32(len(word)))) for word in some]
    hidden = spoiled("hidden", some, amount, seed)
    assert hidden.known is not None
    assert np.abs((~hidden.known).sum(1) - counts).max() <= 1  # where half a letter is rounded
    assert [word.count("?") for word in read(hidden)] == (~hidden.known).sum(1).tolist()
    swapped = read(spoiled("swapped", some, amount, seed))
    wrong = [sum(x != y for x, y in zip(a, b, strict=True)) for a, b in zip(some, swapped, strict=True)]
    assert np.abs(np.array(wrong) - counts).max() <= 1


@settings(max_examples=40, deadline=None)
@given(some=words, seed=seeds)
def test_turned_pairs_are_neighbours_and_the_letters_stay_the_same(some: list[str], seed: int) -> None:
    for before, after in zip(some, read(spoiled("turned", some, 1.0, seed)), strict=True):
        assert sorted(before) == sorted(after)
        assert all(after[at] in before[max(0, at - 1) : at + 2] for at in range(len(after)))
    assert read(spoiled("turned", ["ab"], 1.0, 1))[0] in ("ab", "ba")


@pytest.mark.parametrize("shape", [(1, 5), (65, 5), (5, 2), (5, 129), (5,), (5, 5, 1)])
def test_a_shape_that_no_word_has_is_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"2 to 64 places and 3 to 128 symbols, the end among them; got \["):
        kind_of(Item("text", shape))
