"""The collapse doctor: what a run's figures say about it, in words that a student understands, and what to change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vae.config import TrainConfig
from vae.families import Ability, family
from vae.runs.doctor.book import hardly_used
from vae.runs.doctor.case import Case, Finding, by_loss, dimensions, figure, jitter_of
from vae.runs.doctor.codes import blurry, bottleneck, collapse, loose, spare
from vae.runs.doctor.losses import diverged, drift, improving, overfitting, unstable
from vae.runs.doctor.rivals import alike, outrun, standing
from vae.runs.records import Change, HeldOut, Step

PAST_BEST_SHARE = 0.05
"""A loss that stands by this share above its best on held-out things has not simply fallen: of 60 pictures 106 nats
became 135."""


@dataclass(frozen=True)
class Check:
    """A look at one thing: it returns a finding, or None where there is nothing to say."""

    look: Callable[[Case], Finding | None]
    needs: frozenset[Ability] = frozenset()
    """What the model must be able to do for it to mean anything."""
    weighs: bool = False
    """Whether it is about what a weight on the KL does to the codes: nothing where they are sure."""


def diagnose(
    steps: Sequence[Step],
    held_out: Sequence[HeldOut],
    config: TrainConfig,
    changes: Sequence[Change] = (),
    state: str = "training",
) -> list[Finding]:
    """Say what the figures of a run mean, the most urgent first; an empty list where it has not written any.

    steps, held_out: in rising order; state: as in the run's status. Codes: diverged, unstable, collapse, overfitting,
    codebook, alike, outrun (warnings); fell, standing (good); past-best, early, warm-up, settling, improving, drift,
    spare, bottleneck, blurry, loose (notes).
    """
    if not steps:
        return []
    case = Case(list(steps), list(held_out), config, list(changes), state)
    can = family(config.family).can
    checks = [check for check in CHECKS if check.needs <= can and not (check.weighs and case.sure)]
    found = [finding for check in checks if (finding := check.look(case)) is not None]
    codes = {finding.code for finding in found}
    found = [finding for finding in found if not codes & OUTDONE_BY.get(finding.code, frozenset())]
    if not case.early and not any(finding.level == "warning" for finding in found) and state != "failed":
        found += _reached(case)
    return sorted(found, key=lambda finding: ("warning", "good", "note").index(finding.level))


def _reached(case: Case) -> list[Finding]:
    """Say what a run has come to that nothing is wrong with."""
    if case.encodes:
        return [_past_best(case) or _fell(case)]
    said = standing(case)
    return [said] if said else []


def _early(case: Case) -> Finding | None:
    if not case.early:
        return None
    if case.warming_up:
        said = (
            f"The weight on the KL is {case.last.weight:.2g} and rises to {case.beta:.2g} until step "
            f"{case.warm_up_end:,}. A KL near 0 or a jumping curve means nothing yet."
        )
        return Finding("warm-up", "note", "Warm-up is running", said, "Wait for its end.")
    if case.since > case.warm_up_end:
        said = f"β has been {case.beta:.3g} since step {case.since:,}; the curves need a while to show it."
        return Finding("settling", "note", "β was changed", said, "Wait a little.")
    said = f"{case.last.step:,} of {case.last.steps:,} steps are done; the first ones say little about how it will end."
    return Finding("early", "note", "It has just begun", said, "Wait a little.")


def _past_best(case: Case) -> Finding | None:
    """Find a held-out loss that has risen again where too few things are held out to call it over-fitting."""
    curve = case.held_out_curve
    if len(curve) < 2 or not case.present.images:
        return None
    (step, best), now = min(curve, key=by_loss), case.loss(case.present)
    if not now - best > max(PAST_BEST_SHARE * case.scale, jitter_of(curve[len(curve) // 2 :])):
        return None
    said = (
        f"The held-out {case.loss_name} was best at step {step:,}, with {figure(best)} nats, and is {figure(now)} now. "
        f"It is measured on {case.present.images:,} things alone, so part of that rise may be chance."
    )
    return Finding("past-best", "note", "Its best moment is past", said, "Hold more out, or train for fewer epochs.")


def _fell(case: Case) -> Finding:
    """Say what was reached. That is no praise: a loss can fall and have far to go."""
    now, first = case.present, case.held_out[0] if case.held_out and case.present.images else case.steps[0]
    where = f"{now.images:,} held-out images" if now.images else "training images"
    fell = (first.negative_elbo or 0.0) - now.negative_elbo
    at_first = "before it had learnt anything" if first.step == 0 else f"at step {first.step:,}"
    said = (
        f"{'−ELBO' if case.has_bound else 'Reconstruction'} on {where} is {figure(now.negative_elbo)} nats"
        f"{f', {fell:,.1f} less than {at_first}' if fell > 0 else ''}"
    )
    if case.has_bound:
        parts = f"reconstruction {figure(now.reconstruction)}"
        if case.floor is not None:
            parts = f"floor {figure(case.floor)} + error {figure(now.reconstruction - case.floor)}"
        said += f": {parts} + KL {sum(now.kl):.1f}"
        said += f". {dimensions(case.carrying, case.dims)}" if case.told_apart else ""
    said += "."
    if case.is_gaussian:
        said += " A Gaussian's are nats of a density: they may be below zero, and compare with a Gaussian's only."
    title = ("The loss fell" if case.ended else "The loss has fallen") if fell > 0 else "What it has reached"
    return Finding("fell", "good", title, said, "")


ENCODE: frozenset[Ability] = frozenset({"encode"})
BOUND: frozenset[Ability] = frozenset({"bound"})

CHECKS: tuple[Check, ...] = (
    Check(diverged),
    Check(unstable, ENCODE),
    Check(collapse, BOUND, weighs=True),
    Check(hardly_used, BOUND),
    Check(overfitting, ENCODE),
    Check(alike),
    Check(outrun),
    Check(_early),
    Check(improving, ENCODE),
    Check(drift, ENCODE),
    Check(loose, BOUND, weighs=True),
    Check(blurry, BOUND, weighs=True),
    Check(bottleneck, BOUND, weighs=True),
    Check(spare, BOUND, weighs=True),
)
"""What is looked at, in the order in which it is said."""

OUTDONE_BY = {
    "improving": frozenset({"overfitting", "drift", "diverged"}),
    "bottleneck": frozenset({"overfitting", "drift"}),
    "loose": frozenset({"collapse"}),
    "outrun": frozenset({"alike"}),
}
"""Findings that are left out where one of the others stands, whose advice goes the other way: to train longer what
does better on its own images only or diverges, to give it a larger code, to raise a β at which codes have collapsed."""
