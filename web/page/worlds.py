"""The worlds that Home offers: models of the same data, the simplest of each size, as one card with a switch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vae.library.cards import Card

TITLES = {"mnist": "Digits", "fashion-mnist": "Clothes", "shapes": "Shapes", "beats": "Heartbeats"}
"""What the data of bundled models are called in one word; others are called by their own title."""

MOST, MOST_OWN = 4, 2
"""Worlds on Home, and a person's own among them; the others are in the list of all models."""


@dataclass(frozen=True)
class World:
    """Models that have learnt the same data.

    models: one for each number of latent dimensions, the fewest first.
    """

    title: str
    models: tuple[Card, ...]

    def first(self, chosen: str) -> Card:
        """Return the model that the card shows: the one chosen, if it is of this world, else that of fewest numbers."""
        return next((card for card in self.models if card.name == chosen), self.models[0])


def worlds_of(cards: Mapping[str, Card], own: Iterable[str]) -> list[World]:
    """Return the worlds of a library, a person's own first; at most `MOST`, and `MOST_OWN` of these.

    cards: in the order in which they are offered, their own with the newest first; own: the names of a person's own.
    """
    mine = set(own)
    groups: dict[tuple[bool, str], dict[int, Card]] = {}
    for card in cards.values():
        if not _is_plain(card) or not (card.name in mine or _is_first(card)):
            continue
        group = groups.setdefault((card.name not in mine, card.data.name), {})
        group.setdefault(card.latent.dims, card)
    worlds = {(bundled, data): _world(data, models, not bundled) for (bundled, data), models in groups.items()}
    own_first = [world for (bundled, _), world in worlds.items() if not bundled][:MOST_OWN]
    return (own_first + [world for (bundled, _), world in worlds.items() if bundled])[:MOST]


def _world(data: str, models: Mapping[int, Card], own: bool) -> World:
    fewest = models[min(models)]
    # Whoever has made or brought a model looks for the name that they gave it.
    title = fewest.name if own and len(models) == 1 else TITLES.get(data, fewest.data.title)
    return World(title, tuple(models[dims] for dims in sorted(models)))


def _is_plain(card: Card) -> bool:
    """Say whether a model is the plain one of its size: it learnt all of its data, unspoiled, and is told nothing."""
    spoiled = card.training.get("corruption") or card.training.get("without") is not None
    return not (spoiled or card.told)


def _is_first(card: Card) -> bool:
    """Say whether a bundled model is one to begin with: it looks at things, and its code is of numbers."""
    return "encode" in card.can and not card.latent.choices
