"""Test things that a model's codes were made of: those that come with the program, and a few of many to choose from."""

import numpy as np

from vae.datasets.bundled import Sample, sample_of
from vae.datasets.sources import DATASETS
from vae.library.cards import Card


def sample_for(card: Card, n: int | None) -> Sample | None:
    """Return those of the test things that a model's `n` codes were made of which come with the program, or None.

    n: None for a model without codes: those of its data.
    """
    sample, source = sample_of(card.data.name), DATASETS.get(card.data.name)
    if sample is None or source is None:
        return None
    alike = sample.things.shape[1:] == tuple(card.item.shape) and n in (None, source.sizes[1])
    return sample if alike else None


def pick(labels: np.ndarray | None, n: int, tens: int, seed: int = 0) -> list[int]:
    """Return the numbers of `tens` times ten images, each ten with as many classes as there are, in the classes' order.

    labels: int64 [n] or None. No image comes twice, and fewer come back where there are fewer.
    """
    order = np.random.default_rng(seed).permutation(n)
    if labels is None:
        return [int(i) for i in order[: 10 * tens]]
    classes = [order[np.asarray(labels)[order] == label] for label in np.unique(labels)]
    # Round after round, one of each class; more than ten classes go on in the next ten.
    rounds = (column[i] for i in range(max(map(len, classes))) for column in classes if i < len(column))
    return [int(i) for i, _ in zip(rounds, range(10 * tens), strict=False)]
