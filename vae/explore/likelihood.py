"""What a thing costs under what a decoder expects: -log p(x|z), in numpy."""

import math

import numpy as np

from vae.library.cards import Card
from vae.likelihoods import least_of

SURE = 1e-7
"""How near to 0 and 1 a Bernoulli's probability counts: the graph gives float32, which has no number nearer to 1. A
pixel then costs 16 nats at most."""


NO_LIKELIHOOD = "none"
"""What the card of another's model says whose likelihood nobody has said: nothing that it draws has nats."""


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


def floor(x: np.ndarray, likelihood: str) -> np.ndarray | None:
    """Return the least that things [n, C, H, W] can cost any decoder, [n] nats; None for a density.

    A Bernoulli's cross entropy is least where each grey level is expected exactly, and is then the level's own entropy:
    0 for black and white, 0.69 nats for the middle. A digit of MNIST has 46 of them. What a reconstruction costs above
    the floor is its error, KL(Bernoulli(x) || Bernoulli(p)). A multinomial's choices cost least where each has its
    share: k log k of k different ones. Of levels that each have a probability a decoder can be sure, and the floor is
    0. A Gaussian's nats are a density's, without a floor.
    """
    least = least_of(likelihood)
    if least == "unbounded":
        return None
    if least == "nothing":
        return np.zeros(len(x))
    if least == "shares":
        total = x.sum(axis=(1, 2, 3), dtype=np.float64)
        return np.asarray(total * np.log(np.maximum(total, 1)) - _x_log_x(x).sum(axis=(1, 2, 3), dtype=np.float64))
    return np.asarray(-(_x_log_x(x) + _x_log_x(1 - x)).sum(axis=(1, 2, 3), dtype=np.float64))


def _x_log_x(x: np.ndarray) -> np.ndarray:
    return np.asarray(x * np.log(np.maximum(x, np.finfo(x.dtype).tiny)))


def nats_of(card: Card, x: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return -log p(x|z), [n] nats, by what is expected and the likelihood on a card, where that tells all.

    A Gaussian's scale is 1 where the card says none; where it says no likelihood it is that Gaussian's too: half of the
    squared error, and a constant.
    """
    return nats(x, expected, scale_of(card))


def scale_of(card: Card) -> float | None:
    """Return the standard deviation by which a card's things are measured, 1 where it says none; None: a Bernoulli."""
    return None if card.likelihood == "bernoulli" else card.scale or 1.0
