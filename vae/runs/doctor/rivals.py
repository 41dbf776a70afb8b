"""What generator and critic say of each other: whether draws are all alike, and whether the critic has run ahead."""

from vae.runs.doctor.case import Case, Finding

ALIKE = 0.3
"""Draws that lie apart by less than this, beside how far the data do, are nearly one thing. Of digits, runs that went
well end between 0.9 and 1.1, and one that has collapsed at 0.03 and below."""
SURE = 0.3
"""A critic whose loss is below this many nats is right, and sure of it: one that cannot tell has 2 log 2 = 1.39."""
RIGHT = 0.98
"""Of the real and of the drawn things each, that such a critic tells right."""

SPREAD, REAL, DRAWN = "spread of draws", "share of real told right", "share of drawn told right"


def alike(case: Case) -> Finding | None:
    """Find a generator that makes nearly the same of all noise."""
    apart = case.recent(SPREAD)
    if case.early or apart is None or apart >= ALIKE:
        return None
    said = (
        f"Draws of different noise are nearly alike: they lie {apart:.2g} times as far apart as the data do. The "
        "generator has found a thing that passes, or has lost its way, and no longer heeds the code."
    )
    return Finding("alike", "warning", "The generator has collapsed", said, _calmer(case))


def outrun(case: Case) -> Finding | None:
    """Find a critic that is never in doubt any more, so that the generator has little to learn from."""
    loss, real, drawn = (case.recent(name) for name in ("critic", REAL, DRAWN))
    if case.early or loss is None or real is None or drawn is None:
        return None
    if loss >= SURE or min(real, drawn) < RIGHT:
        return None
    said = (
        f"It tells {100 * real:.0f} % of what is real and {100 * drawn:.0f} % of what is drawn right, and is sure of "
        f"it: its loss is {loss:.2g} nats, where one that cannot tell has 1.39. What it says hardly helps the "
        "generator on."
    )
    return Finding("outrun", "warning", "The critic has run ahead", said, _calmer(case))


def _calmer(case: Case) -> str:
    penalty, rate = case.config.settled().options.get("gradient_penalty", 0.0), case.setting("learning_rate")
    return (
        f"Train again with a larger gradient penalty (now {penalty:g}), which holds the critic back, or with a smaller "
        f"learning rate (now {rate:.2g})."
    )


def standing(case: Case) -> Finding | None:
    """Say how the two stand; None where a model has no critic, or has an encoder, and then a loss to go by."""
    real, drawn, apart = (case.recent(name) for name in (REAL, DRAWN, SPREAD))
    if case.encodes or real is None or drawn is None or apart is None:
        return None
    said = (
        f"The critic tells {100 * real:.0f} % of the real and {100 * drawn:.0f} % of the drawn things right; a guess "
        f"would be right in 50 %. Draws lie {apart:.2g} times as far apart as the data do. Without an encoder there is "
        "no loss on held-out things: Compare measures what it draws."
    )
    return Finding("standing", "good", "How generator and critic stand", said, "")
