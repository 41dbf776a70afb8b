"""A person's own things that are spelt in symbols, whatever file they came in: words, and molecules."""

from collections.abc import Sequence

import numpy as np

from vae.kinds.kind import Item
from vae.kinds.words.spelling import spelt
from vae.own.collection import Collected


class Spelt(Collected):
    """Things of one file, each a row of symbols; symbols: all of them, in order, a string where each is one letter."""

    things_are: str
    """Their kind."""
    symbols: Sequence[str]
    rows: list[Sequence[str]]

    @property
    def size(self) -> tuple[int, int]:
        """Return places and symbols of one: those of the longest, and one for the end in both."""
        return 1 + max(map(len, self.rows)), 1 + len(self.symbols)

    @property
    def item(self) -> Item:
        """Return what one of them is."""
        symbols = self.symbols if isinstance(self.symbols, str) else list(self.symbols)
        return Item(self.things_are, self.size, {"symbols": symbols})

    def things(self, rows: np.ndarray) -> np.ndarray:
        """Return some of them as they are kept, uint8 [n, L, V]."""
        return spelt([self.rows[row] for row in rows], self.item)
