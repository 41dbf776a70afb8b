"""Things of a model's own data, for the methods that restore by example: training things, where they are at hand."""

from pathlib import Path

import numpy as np

from vae.data import is_at_hand, item_of, load
from vae.datasets.dataset import learnt
from vae.datasets.prepared import folder_of
from vae.experiments.examples import Examples
from vae.explore.explorer import Explorer
from vae.fresh import Fresh
from vae.library.cards import Card

MOST_VALUES = 2**20
"""In all examples together, 7,489 of ECG5000's beats: 4 MB, and 5 ms to look through them."""

KEPT = 4

_kept: Fresh[tuple[Path, str, bool], Examples | None] = Fresh(lambda: KEPT)


def examples_of(model: Explorer) -> Examples | None:
    """Return training things of a model's data; without them what it makes of its test codes; None without either."""
    card = model.card
    at_hand = are_learnt_at_hand(card)
    key = (model.folder, card.files.get("codes.npz", card.created), at_hand)
    files = [folder_of(card.data.name) / "card.json"] if at_hand else []
    return _kept.get(key, lambda: _learnt(model) if at_hand else _redrawn(model), lambda: files)


def are_learnt_at_hand(card: Card) -> bool:
    """Say whether the things that a model was trained on are on this computer; opens and prepares nothing."""
    if not is_at_hand(card.data.name, card.data.source):
        return False
    item = item_of(card.data.name)
    return (item.kind, item.shape) == (card.item.kind, card.item.shape)


def _learnt(model: Explorer) -> Examples:
    dataset, without = load(model.card.data.name), model.card.training.get("without")
    numbers = learnt(dataset, without if without in dataset.classes else None)
    numbers = np.arange(len(dataset.train)) if numbers is None else numbers
    return Examples(model.kind.floats(dataset.train.things[_some(numbers, model)]), learnt=True)


def _redrawn(model: Explorer) -> Examples | None:
    codes = model.codes()
    if codes is None:
        return None
    return Examples(model.kind.floats(model.redraw(codes, _some(np.arange(len(codes.centre)), model))), learnt=False)


def _some(numbers: np.ndarray, model: Explorer) -> np.ndarray:
    """Return some of these numbers, drawn at random and the same every time: as many as are looked through."""
    most = max(2, MOST_VALUES // int(np.prod(model.card.item.shape)))
    return np.sort(np.random.default_rng(0).permutation(numbers)[:most])
