"""Ways to spoil a word, each by an amount from 0 (as it was) to 1, as fingers, eyes and paper do it.

Only what stands before the end is spoiled, so that a word keeps its length. words: float [n, L, V].
"""

import numpy as np

from vae.kinds.kind import Corruption
from vae.kinds.words.spelling import length_of, likeliest

# Each draws as many numbers for all words, whatever they say.


def _chosen(words: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Choose a share `amount` of each word's letters, here and there: bool [n, L]."""
    n, places, _ = words.shape
    drawn, within = random.random((n, places)), np.arange(places) < length_of(likeliest(words))[:, None]
    rank = np.where(within, drawn, np.inf).argsort(1, kind="stable").argsort(1, kind="stable")
    return np.asarray(within & (rank < np.rint(amount * within.sum(1))[:, None]))


def hidden(words: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Lose a share `amount` of the letters."""
    return ~_chosen(words, amount, random)


def swapped(words: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Put another letter, each as likely, in place of a share `amount` of the letters."""
    n, places, symbols = words.shape
    chosen = _chosen(words, amount, random)
    on = 1 + np.floor(random.random((n, places)) * max(1, symbols - 2)).astype(int)  # so many symbols on: another one
    others = 1 + (likeliest(words) - 1 + on) % (symbols - 1)
    return np.where(chosen[..., None], np.arange(symbols) == others[..., None], words).astype(np.float32)


def turned(words: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Let neighbouring letters change places, at a share `amount` of the pairs that do not overlap."""
    n, places, _ = words.shape
    first, drawn = random.integers(0, 2, (n, 1)), random.random((n, places // 2))
    left = first + 2 * np.arange(places // 2)
    pairs = left + 1 < length_of(likeliest(words))[:, None]
    rank = np.where(pairs, drawn, np.inf).argsort(1, kind="stable").argsort(1, kind="stable")
    turns = pairs & (rank < np.ceil(amount * pairs.sum(1) - 1e-6)[:, None])
    order = np.tile(np.arange(places), (n, 1))
    word, pair = np.nonzero(turns)
    at = left[word, pair]
    order[word, at], order[word, at + 1] = at + 1, at
    return np.take_along_axis(words, order[..., None], 1)


CORRUPTIONS: dict[str, Corruption] = {
    "hidden": Corruption(
        "Hidden letters",
        "Share of the letters that are lost",
        "Letters that cannot be read: a blot, a crease, a crossword that has only begun.",
        0.3,
        hidden,
        hides=True,
        chance="place",
    ),
    "swapped": Corruption(
        "Wrong letters",
        "Share of the letters that are others",
        "Here and there another letter stands, any of the alphabet, and nothing says where.",
        0.3,
        swapped,
        chance="place",
    ),
    "turned": Corruption(
        "Turned pairs",
        "Share of the neighbouring pairs that change places",
        "Two neighbours have changed places, as in a word that was typed too fast.",
        0.5,
        turned,
        chance="place",
    ),
    "brush": Corruption(
        "By hand",
        "The letters that you mark are lost",
        "What you mark of the word is lost.",
        1.0,
        None,
        hides=True,
        chance="none",
    ),
}
"""The corruptions of words, in the order to show them."""
