"""Which models can be compared: those of the same things."""

from collections.abc import Sequence

from vae.datasets.sources import stand_in
from vae.errors import InputError
from vae.library.cards import Card
from vae.likelihoods import title_of

MOST_MODELS = 32
MOST_SHOWN = 4
"""Beside each other on a page."""


def check_alike(cards: Sequence[Card]) -> None:
    """Raise `InputError` unless there are two models or more, each once, and of the same things."""
    names = [card.name for card in cards]
    if not 2 <= len(names) <= MOST_MODELS or len(set(names)) != len(names):
        raise InputError(
            f"From 2 to {MOST_MODELS} models are compared, each named once; got {', '.join(names[:4]) or 'none'}"
            f"{' …' if len(names) > 4 else ''}. `python -m vae list` lists them."
        )
    first = cards[0]
    for card in cards[1:]:
        if not are_alike(first, card):
            raise InputError(
                f"{first.name} is of {_said(first)} and {card.name} of {_said(card)}: models of different things "
                "cannot be compared. Choose models of the same data."
            )


def are_alike(card: Card, other: Card) -> bool:
    """Say whether two models are of the same things: of one kind, one shape, and the same data or what stands for it.

    Where a card names no data, kind and shape are all that can be known.
    """
    if (card.item.kind, tuple(card.item.shape)) != (other.item.kind, tuple(other.item.shape)):
        return False
    names = {card.data.name, other.data.name}
    return len(names) == 1 or "" in names or stand_in(card.data.name) in names or stand_in(other.data.name) in names


def other_nats(cards: Sequence[Card]) -> str:
    """Say in a sentence that the nats of some models are of different likelihoods, and which; "" where they are not.

    A density's nats and a probability's, or those of more and of fewer levels, have no measure in common.
    """
    measured = [card for card in cards if card.measured_by != "none"]
    kinds: dict[str, list[str]] = {}
    for card in measured:
        kinds.setdefault(_nats_of(card), []).append(card.name)
    if len(kinds) < 2:
        return ""
    told = "; ".join(f"{', '.join(names)}: {kind}" for kind, names in kinds.items())
    return (
        f"Not comparable in nats, as their likelihoods are others ({told}). Compare pictures, draws, 10-NN and active "
        "units, and no −ELBO."
    )


def _nats_of(card: Card) -> str:
    """Say which nats a model's are: its likelihood, of how many levels, and of what it was measured on."""
    said = title_of(card.measured_by)
    if card.measured_by == "categorical":
        options = card.training.get("options")
        levels = options.get("levels") if isinstance(options, dict) else None
        said += f" of {levels:g} levels" if isinstance(levels, int | float) else ""
    return f"{said} of binarised images" if card.training.get("targets") == "binarized" else said


def _said(card: Card) -> str:
    return f"{card.kind.nouns} of {card.data.title or 'unknown data'} ({card.kind.sized(card.item.shape)})"
