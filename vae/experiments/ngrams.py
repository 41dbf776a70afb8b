"""What follows what: words by the symbols before each symbol, counted and not learnt by a network.

It is what a model of words has to beat, and what fills in hidden letters beside one.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np

from vae.kinds.words.spelling import length_of, likeliest

ORDER = 5
"""Symbols that are looked at together: the next one by the four before it."""

BEAM = 100
"""Beginnings of a word that are gone on with at each place."""

START = -2
"""Before the first symbol of a word."""

Context = tuple[int, ...]


class NGrams:
    """Counts of symbols by those before them, of words as numbers, int [n, L], 0 the end (see `likeliest`).

    Of each context the shorter ones are part: p(s|h) = (count(hs) + kinds(h) p(s|h')) / (count(h) + kinds(h)), where
    kinds(h) is how many symbols ever followed h, and h' is h without its first; at last all V symbols are as likely.
    Witten & Bell 1991, "The zero-frequency problem", doi 10.1109/18.87000.
    """

    def __init__(self, numbers: np.ndarray, symbols: int, order: int = ORDER) -> None:
        self.symbols, self.order = symbols, order
        self._counts: dict[Context, np.ndarray] = {}
        for word in self._ended(numbers):
            before = (START,) * (order - 1)
            for symbol in word:
                for n in range(order):
                    counts = self._counts.setdefault(before[len(before) - n :], np.zeros(symbols, np.float32))
                    counts[symbol] += 1
                before = (*before[1:], symbol) if order > 1 else ()
        self.follow = cache(self._follow)

    def _ended(self, numbers: np.ndarray) -> Iterable[list[int]]:
        """Return each word's symbols, the first end among them."""
        for row, length in zip(numbers.tolist(), length_of(numbers).tolist(), strict=True):
            yield row[: length + 1]

    def _follow(self, before: Context) -> np.ndarray:
        """Return the probability of each symbol behind the `order` - 1 before it, [V]."""
        p = np.full(self.symbols, 1 / self.symbols)
        for n in range(self.order):
            counts = self._counts.get(before[len(before) - n :])
            if counts is None:
                break
            kinds = np.count_nonzero(counts)
            p = (counts + kinds * p) / (counts.sum() + kinds)
        return p

    @property
    def start(self) -> Context:
        """Return what stands before a word."""
        return (START,) * (self.order - 1)

    def on(self, before: Context, symbol: int) -> Context:
        """Return what stands before the next symbol."""
        return (*before[1:], symbol) if self.order > 1 else ()

    def cost(self, numbers: np.ndarray) -> np.ndarray:
        """Return -log p of words, int [n, L], each with its first end, float64 [n] nats."""
        costs = np.zeros(len(numbers))
        for row, word in enumerate(self._ended(numbers)):
            before = self.start
            for symbol in word:
                costs[row] -= np.log(self.follow(before)[symbol])
                before = self.on(before, symbol)
        return costs

    def fill(self, numbers: np.ndarray, beam: int = BEAM) -> np.ndarray:
        """Return one word, int [L], with the likeliest symbols at the places where it has -1; the others stay.

        The likeliest whole word, so far as it begins with one of the `beam` likeliest beginnings at each place. Behind
        an end stand ends alone.
        """
        ways: list[tuple[float, Context, list[int]]] = [(0.0, self.start, [])]
        for here in numbers.tolist():
            longer = [way for each in ways for way in self._longer(each, here)]
            if not longer:  # what is known is no word: an end with letters behind it
                return numbers
            ways = sorted(longer, key=lambda way: way[0])[:beam]
        return np.array(ways[0][2], numbers.dtype)

    def _longer(self, way: tuple[float, Context, list[int]], here: int) -> Iterable[tuple[float, Context, list[int]]]:
        cost, before, word = way
        if word and word[-1] == 0:
            if here in (0, -1):
                yield cost, before, [*word, 0]
            return
        costs = -np.log(self.follow(before))
        for symbol in [here] if here >= 0 else range(self.symbols):
            yield cost + float(costs[symbol]), self.on(before, symbol), [*word, symbol]


def filled(ngrams: NGrams, things: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Put the likeliest letters where they are lost; things: float32 [n, L, V]; known: bool [n, L]."""
    numbers = np.where(known, likeliest(things), -1)
    best = np.stack([ngrams.fill(word) for word in numbers])
    sure = (np.arange(ngrams.symbols) == best[..., None]).astype(np.float32)
    return np.where(known[..., None], things, sure)
