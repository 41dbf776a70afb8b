"""Where a hand begins in a model's space, and how far it is let."""

import math
from typing import Any

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
    """Return the code that a reset leads to: the middle of N(0, I), or without that prior that of where codes lie.

    Of each choice it is the first way: there is no middle between ways.
    """
    latent = card.latent
    if latent.prior == "normal":
        return [0.0] * latent.dims
    first = {ways.start for ways in latent.choices}
    return [
        round((low + high) / 2, 3) if axis.kind == "real" else float(dim in first)
        for dim, (axis, (low, high)) in enumerate(zip(latent.axes, latent.range, strict=True))
    ]


def space(card: Card) -> dict[str, Any]:
    """Return what a page is told of the space that its hand moves in, as JSON has it."""
    latent = card.latent
    used = [card.metrics.get("codes_used"), card.metrics.get("code_perplexity")]
    return {
        "dims": latent.dims,
        "nats": latent.nats,
        "range": latent.range,
        "prior": latent.prior,
        "home": home(card),
        "dead": card.dead,
        "order": card.order,
        "limit": limit(card),
        "groups": [axis.group for axis in latent.axes],
        "choices": [[ways.start, ways.stop] for ways in latent.choices],
        "grid": latent.grid,
        "used": None if None in used else used,
    }
