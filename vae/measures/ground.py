"""What models are measured on beside each other: things of their data, and the features that these are seen in."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vae.data import is_at_hand, is_ready, item_of, load
from vae.datasets.bundled import sample_of
from vae.datasets.dataset import Dataset, Split
from vae.datasets.prepared import folder_of, is_prepared
from vae.datasets.sources import stand_in
from vae.errors import InputError
from vae.library.cards import Card
from vae.measures.features import MOST_VALUES, Features, features_of, projected
from vae.measures.known import Known, known_of
from vae.measures.void import least_sure


@dataclass(frozen=True, eq=False)
class Ground:
    """Real things, as they are kept and as networks take them, and how they are seen.

    things: [n, *shape]; fed: float32 [n, C, H, W]; seen: float64 [n, features]; least: how sure the classifier has to
    be to find a class, None where it knows none; told: what the things are, in words; known: things whose factors are
    known, None where those of the data are not; labels: int [n] or None, the classes of the things.
    """

    things: np.ndarray
    fed: np.ndarray
    features: Features
    seen: np.ndarray
    least: float | None
    told: str
    known: Known | None = None
    labels: np.ndarray | None = None


def ground_of(cards: Sequence[Card], most: int, seed: int = 0) -> Ground:
    """Return what these models are measured on: up to `most` test things of their data, drawn with `seed`.

    Of the data itself where it is on this computer, else of what comes with the program in its place. Teaches the
    classifier where that has not been done yet. Raises `InputError` where nothing is at hand.
    """
    data, told, features = _data(cards)
    kind = cards[0].kind
    rows = np.random.default_rng(seed).permutation(len(data.test))
    rows = np.sort(rows[: max(2, min(most, MOST_VALUES // math.prod(data.image_shape)))])
    things = np.ascontiguousarray(data.test.things[rows])
    fed = kind.feed(things)
    least = least_sure(features, fed) if features.knows_classes else None
    known = known_of(data, kind.nouns, seed=seed)
    labels = None if data.test.labels is None else np.asarray(data.test.labels)[rows]
    return Ground(things, fed, features, features.of(fed), least, f"{len(rows):,} {told}", known, labels)


def _data(cards: Sequence[Card]) -> tuple[Dataset, str, Features]:
    """Return the data, what its test things are in words, and its features."""
    nouns, names = cards[0].kind.nouns, {card.data.name: card.data.source for card in cards}
    for name, source in names.items():
        if is_at_hand(name, source) and tuple(item_of(name).shape) == tuple(cards[0].item.shape):
            data = load(name)
            folder = folder_of(name) if is_prepared(name) else None
            return data, f"test {nouns} of {data.title}", features_of(data, folder)
    for name in names:
        if (other := stand_in(name)) and is_ready(other):
            data = load(other)
            folder = folder_of(other) if is_prepared(other) else None
            why = f"{nouns} of {data.title}, which stand in for {cards[0].data.title}: training may have seen them"
            return data, why, features_of(data, folder)
    for name in names:
        if (sample := sample_of(name)) is not None:
            card = next(card for card in cards if card.data.name == name)
            part = Split(sample.things, sample.labels)
            data = Dataset(
                name, card.data.title, (), card.data.licence, card.data.source, part, part, kind=card.item.kind
            )
            few = f"no training {nouns} are on this computer"
            return data, f"test {nouns} of {data.title}, those that come with the program", projected(data, few)
    raise InputError(
        f"No {nouns} of {cards[0].data.title or 'their data'} are on this computer, so that nothing says what draws "
        "should look like; download the data with `python -m vae datasets`, or look at the cards alone."
    )
