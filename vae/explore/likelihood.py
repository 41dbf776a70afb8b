"""What a thing costs under what a decoder expects: -log p(x|z), in numpy."""

import math

import numpy as np

from vae.library.cards import Card

SURE = 1e-7
"""How near to 0 and 1 a Bernoulli's probability counts: the graph gives float32, which has no number nearer to 1. A
pixel then costs 16 nats at most."""


def nats(x: np.ndarray, expected: np.ndarray, scale: float | None) -> np.ndarray:
    """Return -log p(x|z), [n] nats, of things [n, C, H, W] where the model expects `expected`, of a shape that fits.

    scale: None for a Bernoulli, the cross entropy of grey levels; otherwise a Gaussian's standard deviation. Of a thing
    that is expected exactly this is the least that it can cost: its own grey levels' entropy, or a constant.
    """
    if scale is None:
        p = expected.clip(SURE, 1 - SURE)
        each = -(x * np.log(p) + (1 - x) * np.log1p(-p))
    else:
        each = 0.5 * np.square((x - expected) / scale) + math.log(scale) + 0.5 * math.log(2 * math.pi)
    return np.asarray(each.sum(axis=(1, 2, 3), dtype=np.float64))


def nats_of(card: Card, x: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return -log p(x|z), [n] nats, by the likelihood on a card; a Gaussian's scale is 1 where it says none."""
    return nats(x, expected, None if card.likelihood == "bernoulli" else card.scale or 1.0)
