"""The test images that a model's codes were made of, where its data set is on this computer."""

import threading
from pathlib import Path

import numpy as np

from vae.data import card_of, is_at_hand, load
from vae.datasets.bundled import Sample
from vae.datasets.prepared import folder_of
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.explore.originals import sample_for
from vae.fresh import Fresh
from vae.library.cards import Card

KEPT = 8

_kept: Fresh[tuple[Path, str, str], np.ndarray] = Fresh(lambda: KEPT)
_preparing = threading.Lock()  # a set that several models were trained on is prepared once


def has_originals(card: Card, n: int) -> bool:
    """Say whether the images of a model's `n` test codes seem to be at hand; opens and prepares nothing."""
    name = card.data.name
    if not is_at_hand(name, card.data.source):
        return False
    source = DATASETS.get(name) or card_of(name)
    return (source.image_shape, source.sizes[1]) == (card.image_shape, n)


def some_originals_of(model: Explorer) -> Sample:
    """Return test things that the model's codes were made of, all or some; `InputError` where none are at hand."""
    card, codes = model.card, model.codes()
    if not is_at_hand(card.data.name, card.data.source):
        sample = sample_for(card, 0 if codes is None else len(codes.centre))
        if sample is not None:
            return sample
    things = originals_of(model)
    labels = np.full(len(things), -1) if codes is None or codes.labels is None else codes.labels
    return Sample(np.arange(len(things)), things, labels)


def originals_of(model: Explorer) -> np.ndarray:
    """Return the test images that the model's codes were made of, in their order, uint8 [N, H, W, C].

    `InputError` says why where they are not at hand. MNIST's own test images here, and no others in their place.
    """
    card = model.card
    key = (model.folder, card.data.name, card.files.get("codes.npz", card.created))
    return _kept.get(key, lambda: _open(model), lambda: _files(card))


def _files(card: Card) -> list[Path]:
    if not is_at_hand(card.data.name, card.data.source):
        raise InputError(
            f"The images of {card.data.title} are not on this computer; download them, or look at reconstructions."
        )
    return [folder_of(card.data.name) / "card.json"]


def _open(model: Explorer) -> np.ndarray:
    card, codes = model.card, model.codes()
    n = 0 if codes is None else len(codes.centre)
    with _preparing:
        dataset = load(card.data.name)
    if (dataset.image_shape, len(dataset.test)) != (card.image_shape, n):
        raise InputError(
            f"{card.name} has codes of {n:,} test images of shape {list(card.image_shape)}, but {dataset.title} has "
            f"{len(dataset.test):,} of {list(dataset.image_shape)}; look at reconstructions."
        )
    return dataset.test.things
