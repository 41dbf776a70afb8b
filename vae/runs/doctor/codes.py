"""What the KL says: whether the codes carry anything, have room, and keep to the prior."""

import math

from vae.library.cards import DEAD_KL
from vae.runs.doctor.case import Case, Finding, all_of, dimensions

BLURRY_BETA = 2.0
"""From here on the difference is seen: 5,000 digits in 8 dimensions keep 11 nats at beta 1, and 6 at beta 4."""
LOOSE_BETA = 0.1
"""Below it codes drift off the prior: at beta 0, two dimensions reach 28 nats where the prior is met with 6."""
SMALL_LATENT = 4
"""Sizes at which a space can be too small for small images; larger ones leave dimensions unused first."""
FULL_KL = 2.0
"""Nats in every dimension at which a small space is full: 3 bits, at most about 7 places told apart along each, since
the KL bounds the information from above."""
BOTTLENECK_SHARE = 0.15
"""A full space is the bottleneck where the KL is at most this share of what −ELBO has above its floor, which no code
could save: 6 of 110 nats for digits in 2-D (of 156 in all), 7 of 63 for clothes (of 253), and 16 of 73 for digits in
16-D, where it no longer is."""
SPARE_SHARE = 0.25
"""Share of the dimensions that must be unused before it is said in the midst of a run."""


def collapse(case: Case) -> Finding | None:
    if case.early or not case.collapsed:
        return None
    if case.alive == 0:
        title = "Posterior collapse"
        all_carry = f"{all_of(case.dims)} dimensions carry" if case.dims > 1 else "The dimension carries"
        said = (
            f"{all_carry if case.told_apart else 'The code carries'} less than "
            f"{DEAD_KL:g} nats: every image gets the same distribution of codes, and every code decodes to the same "
            "average picture."
        )
    else:
        title = f"{case.dims - case.alive} of {case.dims} dimensions have collapsed"
        said = (
            f"Only {dimensions(case.alive)} more than {DEAD_KL:g} nats of KL; along the others "
            "every image has the same distribution of codes, and moving them changes nothing."
        )
    return Finding("collapse", "warning", title, said, _revive(case))


def _revive(case: Case) -> str:
    if case.beta > 1:
        return (
            f"Lower β (now {case.beta:.3g}) to 1: each nat of code costs {case.beta:.3g} nats, so it must save as many."
        )
    if case.config.warmup_epochs < 1:
        epochs = max(1, round(case.config.epochs / 3))
        return (
            f"Begin with a warm-up of {epochs} {'epoch' if epochs == 1 else 'epochs'}, so that the decoder learns to "
            f"use the code before it is charged for it, or lower β to {0.3 if case.beta > 0.3 else case.beta / 3:.2g}."
        )
    lower = f"Lower β to {0.3 if case.beta > 0.3 else case.beta / 3:.2g}"
    return f"{lower}, or take a wider or a convolutional network, which makes more of a code."


def spare(case: Case) -> Finding | None:
    dead = case.dims - case.alive
    # A dimension or two near the border come and go while a run trains.
    if (
        case.early
        or case.collapsed
        or not case.told_apart
        or dead < max(1, 0 if case.ended else SPARE_SHARE * case.dims)
    ):
        return None
    if case.beta > 1:
        title, why = f"β has switched off {dead} of {case.dims} dimensions", "what they would tell costs too much"
        change = f"If the pictures are too blurry, lower β (now {case.beta:.3g})."
    else:
        title, why = f"{dead} of {case.dims} dimensions are not needed", "the model has left them alone"
        change = f"That is harmless; {case.alive} dimensions would do as well."
    said = f"Each carries less than {DEAD_KL:g} nats of KL: {why}, and moving them changes nothing."
    return Finding("spare", "note", title, said, change)


def bottleneck(case: Case) -> Finding | None:
    kl, elbo = sum(case.present.kl), case.present.negative_elbo
    above = elbo - (case.floor or 0.0)
    full = min(case.present.kl) >= FULL_KL and kl <= BOTTLENECK_SHARE * above
    # Above 1 it is the price that limits what a code carries, and no lack of room.
    if case.early or not case.told_apart or case.dims > SMALL_LATENT or case.beta > 1 or not full:
        return None
    least = min(case.present.kl)
    places = f"room for at most about {round(math.exp(least))} places told apart"
    if case.dims == 1:
        title, carries = "The only dimension is full", f"It carries {least:.1f} nats, {places}"
        change = "For sharper pictures choose 2 dimensions, which still make a map, or 8 to 16."
    else:
        title, carries = f"{all_of(case.dims)} dimensions are full", f"Each carries at least {least:.1f} nats, {places}"
        change = "For sharper pictures choose 8 to 16 dimensions"
        change += "; for a map that can be drawn this is as it should be." if case.dims == 2 else "."
    error = above - kl
    if case.floor is None:
        spent = f"reconstruction still costs {error:.0f} of the {elbo:.0f} nats. Part of that no code could save"
    else:
        spent = f"the error is still {error:.0f} of the {above:.0f} nats above the floor"
    said = f"{carries}, yet {spent}: there is more to tell than the code has room for."
    return Finding("bottleneck", "note", title, said, change)


def blurry(case: Case) -> Finding | None:
    if case.early or case.collapsed or case.beta < BLURRY_BETA:
        return None
    said = (
        f"β is {case.beta:.3g}, so each nat of KL costs as much as {case.beta:.3g} of reconstruction: the codes "
        f"keep {sum(case.present.kl):.1f} nats, and fine detail is left out. The space is smoother for it."
    )
    return Finding("blurry", "note", "A high β blurs the pictures", said, "For sharper pictures lower β to 1.")


def loose(case: Case) -> Finding | None:
    if case.early or case.beta >= LOOSE_BETA:
        return None
    said = (
        f"With β {case.beta:.2g} hardly anything holds the codes near the prior (KL {sum(case.present.kl):.1f} "
        "nats). Between them there may be large holes, and random codes may decode to nothing in particular."
    )
    change = "Set β to 1 to get samples that look like the data."
    return Finding("loose", "note", "The prior is ignored", said, change)
