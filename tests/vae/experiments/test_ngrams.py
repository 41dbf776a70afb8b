"""N-grams are distributions over words, by counts that can be made by hand, and fill in the likeliest letters."""

from itertools import product

import numpy as np
import pytest

from vae.experiments.fidelity import edits_between, letters_right
from vae.experiments.ngrams import START, NGrams, filled
from vae.kinds.kind import Item
from vae.kinds.text import TEXT
from vae.kinds.words.spelling import likeliest, read_words, spelt

ITEM = Item("text", (5, 4), {"symbols": "abc"})


def numbers(*words: str) -> np.ndarray:
    return likeliest(spelt(list(words), ITEM))


def test_counts_are_mixed_as_witten_and_bell_do() -> None:
    grams = NGrams(numbers("ab", "aa"), 4, order=2)
    # Of six symbols three are a, one is b and two are ends: three kinds, beside a quarter for each.
    single = (np.array([2, 3, 1, 0]) + 3 * np.full(4, 0.25)) / (6 + 3)
    np.testing.assert_allclose(NGrams(numbers("ab", "aa"), 4, order=1).follow(()), single)
    behind_a = (np.array([1, 1, 1, 0]) + 3 * single) / (3 + 3)
    np.testing.assert_allclose(grams.follow((1,)), behind_a)
    np.testing.assert_allclose(grams.follow((START,)), (np.array([0, 2, 0, 0]) + 1 * single) / (2 + 1))
    np.testing.assert_allclose(grams.follow((3,)), single)  # nothing ever followed c


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_all_words_that_end_and_all_beginnings_that_do_not_add_up_to_1(order: int) -> None:
    grams = NGrams(numbers("ab", "abc", "cab", "bb"), 4, order)
    every = ["".join(word) for n in range(5) for word in product("abc", repeat=n)]
    whole = np.exp(-grams.cost(numbers(*every))).sum()

    def going_on(word: str) -> float:
        before, p = grams.start, 1.0
        for symbol in (" abc".index(letter) for letter in word):
            p *= grams.follow(before)[symbol]
            before = grams.on(before, symbol)
        return p

    beyond = sum(going_on("".join(word)) for word in product("abc", repeat=5))
    assert whole + beyond == pytest.approx(1, abs=1e-9)


def test_hidden_letters_become_the_likeliest_of_all_words_that_fit() -> None:
    grams = NGrams(numbers("abca", "abc", "cab", "bb", "acb"), 4, 3)
    word = numbers("aaca")[0]
    word[[1, 3]] = -1
    every = ["a" + x + "c" + y for x in "abc" for y in ["", *"abc"]]
    best = every[int(np.argmin(grams.cost(numbers(*every))))]
    np.testing.assert_array_equal(grams.fill(word), numbers(best)[0])


def test_what_is_known_stays_and_words_of_the_data_are_found_again() -> None:
    words = ["abca", "cab", "bb"]
    things = TEXT.floats(spelt(words, ITEM))
    known = np.ones((3, 5), bool)
    known[0, 2] = known[1, 1] = False
    done = filled(NGrams(numbers(*words), 4), TEXT.hide(things, known), known)
    assert read_words(TEXT.keep(done), ITEM) == words
    np.testing.assert_array_equal(done[known], things[known])


def test_letters_and_edits_are_counted_as_by_hand() -> None:
    clean, other = spelt(["abca", "ab", "ab"], ITEM), spelt(["abba", "abc", "ab"], ITEM)
    np.testing.assert_allclose(letters_right(clean, other), [100 * 4 / 5, 100 * 2 / 3, 100])
    np.testing.assert_array_equal(edits_between(clean, other), [1, 1, 0])
    np.testing.assert_array_equal(edits_between(spelt(["bca"], ITEM), spelt(["abca"], ITEM)), [1])
