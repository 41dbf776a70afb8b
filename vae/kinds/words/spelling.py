"""Words as arrays: at each place a probability for each symbol, the first of which ends the word."""

from collections.abc import Sequence

import numpy as np

from vae.kinds.kind import Item

CERTAIN = 255
"""Of a probability as it is kept."""

UNKNOWN = "?"
"""What stands where no symbol is known."""


def symbols_of(item: Item) -> Sequence[str]:
    """Return the alphabet of a set of words, in the order of their channels; the end, which comes first, is not in it.

    Symbols of one letter are a string, longer ones a list.

    Where a card names none, or one of another size, the symbols are those of the Latin alphabet and on from there.
    """
    count, named = item.shape[1] - 1, item.meaning.get("symbols")
    if isinstance(named, str | list) and len(set(named)) == len(named) == count:
        return named
    return "".join(chr(ord("a") + number) for number in range(count))


def spelt(words: Sequence[Sequence[str]], item: Item) -> np.ndarray:
    """Return words of an alphabet as they are kept, uint8 [n, L, V]; each is shorter than L and ends with ends alone.

    Raises `KeyError` for a symbol of another alphabet.
    """
    length, count = item.shape
    numbers = {symbol: number for number, symbol in enumerate(symbols_of(item), 1)}
    at = np.zeros((len(words), length), np.intp)
    for row, word in zip(at, words, strict=True):
        row[: len(word)] = [numbers[symbol] for symbol in word]
    return np.where(np.arange(count) == at[..., None], np.uint8(CERTAIN), np.uint8(0))


def likeliest(things: np.ndarray) -> np.ndarray:
    """Return the number of the likeliest symbol at each place, int [n, L], of [n, L, V]; -1 where none is known.

    Of equally likely ones it is the first, so that a place of which half is over is over.
    """
    return np.where(things.any(2), things.argmax(2), -1)


def length_of(numbers: np.ndarray) -> np.ndarray:
    """Return how many places words have before they end, int [n], of numbers [n, L] as `likeliest` has them."""
    over = numbers == 0
    return np.where(over.any(1), over.argmax(1), numbers.shape[1])


def read_words(things: np.ndarray, item: Item) -> list[str]:
    """Read things [n, L, V] as words: the likeliest symbols up to the first end, and "?" where none is known."""
    symbols, numbers = [UNKNOWN, *symbols_of(item)], likeliest(things)
    # -1 is the first of these, and the end, 0, stands in no word.
    table = [symbols[0], "", *symbols[1:]]
    ends = length_of(numbers)
    return ["".join(table[1 + number] for number in row[:end]) for row, end in zip(numbers, ends, strict=True)]


def edits(a: Sequence[object], b: Sequence[object]) -> int:
    """Count the insertions, deletions and replacements of a symbol that make one word another; strings are words too.

    Levenshtein 1966, "Binary codes capable of correcting deletions, insertions, and reversals".
    """
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return row[-1]
