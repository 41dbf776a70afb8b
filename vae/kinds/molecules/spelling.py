"""Molecules as arrays, and arrays as molecules: the likeliest symbol at each place, up to the first end."""

import numpy as np

from vae.kinds.kind import Item
from vae.kinds.words.spelling import length_of, likeliest, symbols_of


def selfies_of(things: np.ndarray, item: Item) -> list[str]:
    """Return what things [n, L, V] spell, as SELFIES; a place of which nothing is known is left out."""
    symbols, numbers = symbols_of(item), likeliest(things)
    return [
        "".join(symbols[number - 1] for number in row[:end] if number > 0)
        for row, end in zip(numbers, length_of(numbers), strict=True)
    ]
