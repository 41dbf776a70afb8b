"""A word from outside, typed or in a file, becomes what a model takes: uint8 [L, V] in its alphabet."""

from dataclasses import dataclass

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.words.spelling import spelt, symbols_of
from vae.own.collection import printable

MOST_BYTES = 1 << 16


@dataclass(frozen=True)
class OneWord:
    """A word as a model takes it, uint8 [L, V], and what was done to it, in sentences; empty where nothing."""

    thing: np.ndarray
    note: str


def read_word(data: bytes, item: Item) -> OneWord:
    """Read one word into what a model of words `item` takes; where its alphabet has small letters alone, as those.

    Raises `InputError` where the bytes are no word, or one of other symbols, or longer than the model's.
    """
    if not data.strip():
        raise InputError("The file is empty; bring a .txt with one word.")
    if len(data) > MOST_BYTES or b"\0" in data:
        raise InputError("That is no text of one word; bring a .txt with one.")
    try:
        lines = [line.strip() for line in data.decode().removeprefix("\ufeff").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise InputError("That is no text in UTF-8; save it again as such.") from None
    if len(lines) > 1:
        raise InputError(f"That holds {len(lines):,} words; bring one a file.")
    symbols, word, note = symbols_of(item), lines[0], ""
    small = "".join(letter if letter in symbols else letter.lower() for letter in word)
    if small != word:
        word, note = small, "It is written in small letters, as the model's words are."
    if (most := item.shape[0] - 1) < len(word):
        raise InputError(f"{printable(word)!r} has {len(word):,} letters, and the model's words at most {most}.")
    if strange := next((letter for letter in word if letter not in symbols), ""):
        raise InputError(f"{printable(strange)!r} is not in the model's alphabet: {''.join(symbols)}")
    return OneWord(spelt([word], item)[0], note)
