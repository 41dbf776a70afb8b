"""Where a hand begins in a model's space, and how far it is let."""

import math

from vae.library.cards import Card

LEAST_LIMIT = 10
"""What every model's coordinates may reach, however close to 0 its data lies."""

MARGIN = 1.25
"""How much farther than the data a coordinate may be asked for."""


def limit(card: Card) -> int:
    """Return the largest coordinate that an address or a number field may ask of a model, either sign."""
    farthest = max((abs(end) for ends in card.latent.range for end in ends), default=0)
    return max(LEAST_LIMIT, math.ceil(MARGIN * farthest))


def home(card: Card) -> list[float]:
    """Return the code that a reset leads to: the middle of N(0, I), or without that prior that of where codes lie."""
    if card.latent.prior == "normal":
        return [0.0] * card.latent.dims
    return [round((low + high) / 2, 3) for low, high in card.latent.range]
