"""What −ELBO is made of, as a small stacked bar with its numbers: floor · error · KL.

assets/live/shared/draw/threeparts.js draws the same in the browser.
"""

from html import escape

from vae.library.cards import Card

PARTS = {
    "floor": (
        "floor",
        "What the grey levels cost by themselves, however exactly they are drawn: no model gets under it",
    ),
    "error": ("error", "What the reconstruction costs above the floor"),
    "kl": ("KL", "What the code costs"),
}
"""The parts in their order: what each is called, and what it is."""


def parts_of(card: Card) -> dict[str, float]:
    """Return the parts of a card's −ELBO, in nats a thing; empty where no floor is known, as for a density.

    Without a prior there is no KL, and the parts are those of the reconstruction.
    """
    floor, reconstruction, kl = (card.metrics.get(name) for name in ("floor", "reconstruction", "kl"))
    if floor is None or reconstruction is None:
        return {}
    return {"floor": floor, "error": reconstruction - floor} | ({} if kl is None else {"kl": kl})


def say_parts(parts: dict[str, float]) -> str:
    """Say the parts as a sum: "floor 46.3 + error 24.2 + KL 23.2 = 93.7 nats"."""
    summed = " + ".join(f"{PARTS[name][0]} {_nats(value)}" for name, value in parts.items())
    return f"{summed} = {_nats(sum(parts.values()))} nats"


def three_parts(card: Card) -> str:
    """Return the bar of a card as HTML; empty where no floor is known. Its looks stand in assets/style.css."""
    parts = parts_of(card)
    if not parts:
        return ""
    whole = sum(max(0.0, value) for value in parts.values()) or 1.0
    name = "−ELBO" if "kl" in parts else "Reconstruction"
    bar = "".join(
        f'<i data-part="{part}" style="flex: {max(0.0, value) / whole:.4f} 0 0"></i>' for part, value in parts.items()
    )
    key = "".join(
        f'<span title="{escape(PARTS[part][1])}"><i data-part="{part}"></i>{PARTS[part][0]} {_nats(value)}</span>'
        for part, value in parts.items()
    )
    return (
        f'<div class="three-parts"><p>{name} is {_nats(sum(parts.values()))} nats</p>'
        f'<div class="bar" role="img" aria-label="{escape(say_parts(parts))}">{bar}</div>'
        f'<div class="key">{key}</div></div>'
    )


def _nats(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")
