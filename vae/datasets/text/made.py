"""The `words` data set: words that can be spoken and mean nothing, drawn from four known factors.

A word is syllables of a consonant and a vowel, some closed by another consonant, and an ending. Its vowels are of one
family, as in Finnish or Turkish (vowel harmony), so that a letter tells of others far from it. As the factors are
known, one can see what a latent dimension has learnt, and measure it. No word is meant to be one of any language.
"""

import numpy as np

from vae.kinds.kind import Item
from vae.kinds.words.spelling import spelt

ALPHABET = "abcdefghijklmnopqrstuvwxyz"

LETTERS = Item("text", (16, 1 + len(ALPHABET)), {"symbols": ALPHABET})
"""Words of at most 15 letters."""

FACTORS = ("ending", "syllables", "first letter", "vowels")
"""The columns of a factor array, in this order: the number of the ending, the syllables before it, the number of the
first letter in `CONSONANTS`, and the family of vowels."""

ENDINGS = ("a", "en", "is", "o", "und")
CONSONANTS = "bdfgklmnprstvz"
VOWELS = ("eiy", "aou")
CLOSING = "lnrs"
SYLLABLES = 2, 4
"""Fewest and most."""
CLOSED = 0.25
"""How often a syllable is closed."""


def sample_factors(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw `n` rows of factors, float32 [n, 4], each of them at even odds and by itself."""
    counts = (len(ENDINGS), SYLLABLES[1] - SYLLABLES[0] + 1, len(CONSONANTS), len(VOWELS))
    factors = np.stack([generator.integers(count, size=n) for count in counts], 1)
    factors[:, 1] += SYLLABLES[0]
    return factors.astype(np.float32)


def spell(factors: np.ndarray, generator: np.random.Generator) -> list[str]:
    """Spell a word for each row of factors, [n, 4]; the letters that no factor says are drawn.

    What is drawn for a word does not depend on the factors of the others. Raises `ValueError` for other factors.
    """
    _check(factors)
    most = SYLLABLES[1]
    consonants = generator.integers(len(CONSONANTS), size=(len(factors), most))
    vowels = generator.integers(len(VOWELS[0]), size=(len(factors), most))
    closing = generator.integers(len(CLOSING), size=(len(factors), most))
    closed = generator.random((len(factors), most)) < CLOSED
    consonants[:, 0] = factors[:, 2]
    words = []
    for row, (ending, count, _, family) in enumerate(factors.astype(int).tolist()):
        syllables = [
            CONSONANTS[consonants[row, at]]
            + VOWELS[family][vowels[row, at]]
            + (CLOSING[closing[row, at]] if closed[row, at] else "")
            for at in range(count - 1)
        ]
        last = CONSONANTS[consonants[row, count - 1]] if count > 1 else ""
        words.append("".join(syllables) + last + ENDINGS[ending])
    return words


def render(factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Return the words of factors [n, 4] as they are kept, uint8 [n, 16, 27]."""
    return spelt(spell(factors, generator), LETTERS)


def _check(factors: np.ndarray) -> None:
    if factors.ndim != 2 or factors.shape[1] != len(FACTORS):
        raise ValueError(f"Factors are [n, {len(FACTORS)}]: {', '.join(FACTORS)}; got shape {list(factors.shape)}.")
    least = np.array([0, SYLLABLES[0], 0, 0])
    most = np.array([len(ENDINGS) - 1, SYLLABLES[1], len(CONSONANTS) - 1, len(VOWELS) - 1])
    if not (((factors >= least) & (factors <= most)).all() and (factors == np.rint(factors)).all()):
        raise ValueError(f"Factors are whole numbers from {least.tolist()} to {most.tolist()}.")
