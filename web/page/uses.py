"""What people use such models for: for each kind of data a tile that lives, and the page where it is gone into."""

from dataclasses import asdict
from typing import Any

from vae.explore import hand
from vae.library.cards import Card
from vae.library.shelf import Model, list_models
from web.opened.explorers import explorer
from web.page.images import base64_of

USES = {
    "digits": ("mnist-2d", "explore"),
    "heartbeats": ("beats-8d", "restore"),
    "tastes": ("tastes-8d", "explore"),
    "names": ("names-32d", "interpolate"),
    "molecules": ("qm9-32d", "interpolate"),
    "masks": ("phantoms-6d", "explore"),
}
"""Each use's bundled model, and the page that shows it best, by the name that its texts have in assets/lessons."""

REACH = 2.5
"""How far a tile's slider goes to both sides, in standard deviations of the prior."""


def tiles() -> list[dict[str, Any]]:
    """Describe for the browser those whose model is there: what is decoded, and along which dimension."""
    there = {model.name: model.card for model in list_models() if isinstance(model, Model)}
    return [_tile(use, there[name], page) for use, (name, page) in USES.items() if name in there]


def _tile(use: str, card: Card, page: str) -> dict[str, Any]:
    space = hand.space(card)
    first = explorer(card.name).learnt() if card.part else None
    return {
        "name": use,
        "model": card.name,
        "item": asdict(card.item),
        "home": space["home"],
        "dim": space["order"][0],
        "reach": REACH,
        "thing": None if first is None else base64_of(first[:1]),
        "href": f"{page}?model={card.name}",
    }
