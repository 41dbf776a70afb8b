"""What lies where no data does: the walk from the centre outwards, as far as what is met still lies within the data."""

import numpy as np

from vae.explore.explorer import Explorer, Told
from vae.library.codes import Codes
from vae.measures.draws import within
from vae.measures.features import Features

QUANTILE = 0.01
"""Of the real test things, of whose class the classifier is less sure than of all others: of what it is less sure of
still, it finds no class."""

STEPS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""How far out a walk looks, in units of the typical distance of codes from their centre."""

RAYS = 64

EVEN = 0.1
"""Of an even share of things, which a class must have to be found: of 1,000 digits ten, and not one that happens."""


def least_sure(features: Features, fed: np.ndarray) -> float:
    """Return how sure the classifier has to be for a class to be found: as of 99 % of real things [n, C, H, W]."""
    return float(np.quantile(features.sure(fed), QUANTILE))


def no_class(features: Features, fed: np.ndarray, least: float) -> float:
    """Return the share of things [n, C, H, W] of which the classifier finds no class, in [0, 1]."""
    return float((features.sure(fed) < least).mean())


def classes_found(features: Features, fed: np.ndarray, least: float) -> int:
    """Count the classes that are found among things [n, C, H, W], each at least a tenth as often as an even share."""
    found = np.bincount(features.classes(fed)[features.sure(fed) >= least], minlength=features.taught)
    return int((found >= max(1, EVEN * len(fed) / features.taught)).sum())


def walk(explorer: Explorer, codes: Codes, features: Features, real: np.ndarray, seed: int = 0) -> list[float]:
    """Return the share of things that lie outside the data at each of `STEPS`, on 64 rays from the codes' centre.

    real: features of the data's things, [n, features]; what lies within them is as in `vae.measures.draws`. How sure a
    classifier is says nothing there: far from all that it has learnt it is as sure as anywhere (Hein et al. 2019,
    arXiv 1812.05720). A ray's direction is drawn at random, in the proportions of the codes' own spread, so that a
    dimension that is hardly used is hardly left. A conditional model is told its classes in turn.
    """
    centre, spread = codes.centre.mean(0), codes.centre.std(0)
    random = np.random.default_rng(seed)
    ways = random.standard_normal((RAYS, codes.centre.shape[1]))
    ways *= spread * np.sqrt(ways.shape[1]) / np.linalg.norm(ways, axis=1, keepdims=True)
    told: Told = np.arange(RAYS) % explorer.card.told if explorer.card.told else None
    things = [explorer.kind.feed(explorer.decode(centre + far * ways, told)) for far in STEPS]
    return [float(1 - within(real, features.of(fed)).mean()) for fed in things]


def reach(shares: list[float]) -> float | None:
    """Return where half of what a walk meets lies outside the data, between two steps; None where it never does."""
    for number, share in enumerate(shares):
        if share >= 0.5:
            if number == 0:
                return 0.0
            before = shares[number - 1]
            part = (0.5 - before) / (share - before)
            return STEPS[number - 1] + part * (STEPS[number] - STEPS[number - 1])
    return None
