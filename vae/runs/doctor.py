"""The collapse doctor: what a run's figures say about it, in words that a student understands, and what to change."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import fmean, median
from typing import Literal

from vae.config import TrainConfig
from vae.library.cards import DEAD_KL
from vae.runs.records import Change, HeldOut, Step, evened

Level = Literal["good", "note", "warning"]

# When there is something to judge.
FEWEST_STEPS, FEWEST_SHARE = 100, 0.1
"""Before this many steps, and this share of the run, the encoder still lies near the prior: digits have a KL of 0.1
nats after 23 steps and of 2 in the end."""
SETTLING_STEPS, SETTLING_SHARE = 50, 0.05
"""After a new weight on the KL the curves need so long before they show it."""
RECENT = 5
"""Records averaged for the present figure: 50 batches of 64 digits leave a noise of 1 nat in 25."""

# What is judged.
BLURRY_BETA = 2.0
"""From here on the difference is seen: 5,000 digits in 8 dimensions keep 11 nats at beta 1, and 6 at beta 4."""
LOOSE_BETA = 0.1
"""Below it codes drift off the prior: at beta 0, two dimensions reach 28 nats where the prior is met with 6."""
SMALL_LATENT = 4
"""Sizes at which a space can be too small for small images; larger ones leave dimensions unused first."""
FULL_KL = 2.0
"""Nats in every dimension at which a small space is full: 3 bits, that is 7 places told apart along each."""
BOTTLENECK_SHARE = 0.1
"""A full space is the bottleneck where the KL is at most this share of -ELBO: 6 of 156 nats for digits in 2-D, and 16
of 119 in 16-D, where it no longer is."""
RISE_SHARE, RISE_NOISE = 0.01, 4.0
"""Over-fitting is a rise of the held-out curve by this share of all it fell, and this many times its jitter."""
RISE_FEW = 0.2
"""Of three or four measurements no jitter can be told: they must rise by this share of what training fell meanwhile."""
SPARE_SHARE = 0.25
"""Share of the dimensions that must be unused before it is said in the midst of a run."""
LATE_SHARE = 0.0275
"""A run ended too early where its second half still won this share of its loss. The step size falls to zero, so every
curve is flat in the end. Six epochs of 5,000 digits win 3.0 % in the second half, and are 17 nats above what 30 reach;
30 win 2.1 to 2.5 %, 100 win 1.6 %. 120 epochs of 120 small colour images win 3.0 % and draw grey blobs; 400 win 1.9 %
and draw the images."""
LATE_GAUSSIAN = 0.1
"""The same as a share of all that a Gaussian run has won, as its loss may be any number. Five epochs of digits
win 13 %."""
LATE_RECORDS, LATE_NOISE = 3, 2.0
"""Measurements without which that is not judged, and how many times their jitter such a gain must be."""
DRIFT_PASSED, DRIFT_SCALE = 1 / 3, 0.02
"""Training and held out drift apart where no more than this share of what the second half won in training is won on
held-out images too, and the gap widened by that share of the loss. 5,000 digits in 2-D pass on 43 % in 30 epochs, and
26 % in 100, while the gap grows by 4 of 150 nats."""
DRIFT_RECORDS = 5
"""Held-out measurements without which that is not judged."""
JUMP_SHARE, JUMP_NATS, JUMP_NOISE = 0.5, 20.0, 10.0
"""A loss has jumped that lies above its best by half, by 20 nats, and by ten times its jitter, whichever is most."""


@dataclass(frozen=True)
class Finding:
    """One thing that can be said of a run. change: what to do about it, in a sentence; empty where nothing is."""

    code: str
    level: Level
    title: str
    sentence: str
    change: str


def diagnose(
    steps: Sequence[Step],
    held_out: Sequence[HeldOut],
    config: TrainConfig,
    changes: Sequence[Change] = (),
    state: str = "training",
) -> list[Finding]:
    """Say what the figures of a run mean, the most urgent first; an empty list where it has not written any.

    steps, held_out: in rising order; state: as in the run's status. Codes: diverged, unstable, collapse, overfitting
    (warnings); fell (good); early, warm-up, settling, improving, drift, spare, bottleneck, blurry, loose (notes).
    """
    if not steps:
        return []
    case = _Case(list(steps), list(held_out), config, list(changes), state)
    found = [finding for check in CHECKS if (finding := check(case)) is not None]
    codes = {finding.code for finding in found}
    found = [finding for finding in found if not codes & OUTDONE_BY.get(finding.code, frozenset())]
    if not case.early and not any(finding.level == "warning" for finding in found) and state != "failed":
        found.append(_fell(case))
    return sorted(found, key=lambda finding: ("warning", "good", "note").index(finding.level))


@dataclass(frozen=True)
class _Case:
    """A run's figures, and what the checks have in common."""

    steps: list[Step]
    held_out: list[HeldOut]
    config: TrainConfig
    changes: list[Change]
    state: str

    @property
    def last(self) -> Step:
        return self.steps[-1]

    def setting(self, name: Literal["beta", "learning_rate"]) -> float:
        """Return what a setting is by now, with the changes made so far."""
        made = [value for change in self.changes if (value := getattr(change, name)) is not None]
        return float(made[-1] if made else getattr(self.config, name))

    @property
    def beta(self) -> float:
        return self.setting("beta")

    @property
    def ended(self) -> bool:
        """Say whether the run is as good as over."""
        return self.last.step >= 0.95 * self.last.steps or self.state in ("done", "measuring")

    @property
    def lost_patience(self) -> bool:
        """Say whether a run that is over before its last step may have been ended by its patience."""
        return bool(self.config.patience) and self.ended and self.last.step < self.last.steps

    @property
    def warm_up_end(self) -> int:
        return round(self.config.warmup_epochs * self.last.steps / self.config.epochs)

    @property
    def warming_up(self) -> bool:
        return self.last.step < self.warm_up_end

    @cached_property
    def since(self) -> int:
        """The step from which on the weight on the KL has been what it is."""
        return max([self.warm_up_end, *(change.step for change in self.changes if change.beta is not None)])

    @cached_property
    def early(self) -> bool:
        """Say whether it is too early to judge: at the start, while the weight rises, just after it was changed."""
        enough = max(FEWEST_STEPS, FEWEST_SHARE * self.last.steps)
        settled = self.since and self.since + max(SETTLING_STEPS, SETTLING_SHARE * self.last.steps)
        return self.last.step < min(self.last.steps, max(enough, settled))

    def loss(self, record: Step | HeldOut) -> float:
        """Return what is minimised, reconstruction + beta * KL, with the beta of now."""
        return record.reconstruction + self.beta * sum(record.kl)

    @property
    def loss_name(self) -> str:
        return "−ELBO" if self.beta == 1 else "loss"

    @property
    def is_gaussian(self) -> bool:
        return self.config.likelihood == "gaussian"

    @cached_property
    def curve(self) -> list[tuple[int, float]]:
        """The training loss since the weight is what it is, without the leaps at the ends of epochs."""
        return [(step.step, self.loss(step)) for step in evened(self.steps) if step.step > self.since]

    def jump(self, best: float) -> float:
        """Say how far above the best loss a loss has jumped."""
        return max(JUMP_SHARE * abs(best), JUMP_NATS, JUMP_NOISE * self.jitter)

    @cached_property
    def jitter(self) -> float:
        """How far the training loss moves from one record to the next, in general."""
        return _jitter(self.curve)

    @cached_property
    def held_out_curve(self) -> list[tuple[int, float]]:
        return [(record.step, self.loss(record)) for record in self.held_out if record.step > self.since]

    @cached_property
    def present(self) -> HeldOut:
        """The figures of now: measured on held-out images where they were, otherwise the last training records' mean.

        Its images are 0 in the second case.
        """
        if self.held_out and self.held_out[-1].step > max(self.since, 0.8 * self.last.step):
            return self.held_out[-1]
        recent = [step for step in self.steps if step.step > self.since][-RECENT:] or [self.last]
        kl = tuple(fmean(column) for column in zip(*(step.kl for step in recent), strict=True))
        return HeldOut(self.last.step, fmean(step.reconstruction for step in recent), kl, 0)

    @cached_property
    def scale(self) -> float:
        """What a gain in the loss is large or small beside: the loss itself, which cannot fall below zero, and with a
        Gaussian likelihood, where it may be any number, what was won since the first record."""
        losses = [self.loss(step) for step in evened(self.steps)]
        return losses[0] - min(losses) if self.is_gaussian else abs(min(losses))

    @property
    def dims(self) -> int:
        return len(self.present.kl)

    @cached_property
    def alive(self) -> int:
        return sum(kl >= DEAD_KL for kl in self.present.kl)

    @property
    def collapsed(self) -> bool:
        """Say whether the dimensions that carry nothing are a fault: none is left, one of several, or beta killed most.

        Otherwise a model simply leaves alone what it does not need.
        """
        most_by_beta = self.beta > 1 and self.alive < self.dims / 2
        return self.alive == 0 or self.alive == 1 < self.dims or most_by_beta


# Checks: each looks at one thing and returns a finding, or None where there is nothing to say.


def _diverged(case: _Case) -> Finding | None:
    if not math.isfinite(case.last.negative_elbo):
        said = f"At step {case.last.step:,} the loss is no longer a number."
        return Finding("diverged", "warning", "The training diverged", said, _calmer(case))
    if len(case.curve) < 4:
        return None
    best = min(case.curve, key=_loss)
    now = median(loss for _, loss in case.curve[-3:])
    if now <= best[1] + case.jump(best[1]):
        return None
    said = (
        f"The training loss was {_figure(best[1])} nats at step {best[0]:,} and is {_figure(now)} now: "
        "the steps are so large that they leap out of the valley."
    )
    return Finding("diverged", "warning", "The loss is rising", said, _calmer(case))


def _unstable(case: _Case) -> Finding | None:
    """Find the largest jump that the run has recovered from."""
    best, jumps = math.inf, []
    for i, (step, loss) in enumerate(case.curve):
        if i >= 3 and loss > best + case.jump(best):
            jumps.append((loss - best, step, best, loss))
        best = min(best, loss)
    if not jumps or _diverged(case):
        return None
    _, step, best, loss = max(jumps)
    said = f"At step {step:,} the training loss jumped from {_figure(best)} to {_figure(loss)} nats, and came back."
    return Finding("unstable", "warning", "The training is unstable", said, _calmer(case))


def _loss(point: tuple[int, float]) -> float:
    return point[1] if math.isfinite(point[1]) else math.inf


def _jitter(curve: list[tuple[int, float]]) -> float:
    """Return how far a curve moves from one record to the next, in general."""
    return median(abs(b - a) for (_, a), (_, b) in pairwise(curve)) if len(curve) > 1 else 0.0


def _calmer(case: _Case) -> str:
    rate = case.setting("learning_rate")
    lower = 1e-3 if rate >= 3e-3 else rate / 3
    changed = [change for change in case.changes if change.learning_rate is not None]
    when = f", as it has been since step {changed[-1].step:,}" if changed else ""
    change = f"Lower the learning rate to {lower:.2g} (now {rate:.2g}{when})."
    if case.config.likelihood == "gaussian" and case.config.precision == "bfloat16":
        return f"{change} With a gaussian likelihood, set the precision to float32, too."
    return change


def _early(case: _Case) -> Finding | None:
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


def _collapse(case: _Case) -> Finding | None:
    if case.early or not case.collapsed:
        return None
    if case.alive == 0:
        title = "Posterior collapse"
        said = (
            f"{'The dimension carries' if case.dims == 1 else f'{_all(case.dims)} dimensions carry'} less than "
            f"{DEAD_KL:g} nats: every image gets the same code, and every code decodes to the same average picture."
        )
    else:
        title = f"{case.dims - case.alive} of {case.dims} dimensions have collapsed"
        said = (
            f"Only {_dimensions(case.alive)} more than {DEAD_KL:g} nats of KL; along the others "
            "every image has the same code, and moving them changes nothing."
        )
    return Finding("collapse", "warning", title, said, _revive(case))


def _revive(case: _Case) -> str:
    if case.beta > 1:
        return f"Lower β (now {case.beta:.3g}) to 1: above 1 each nat that a code carries costs more than it saves."
    if case.config.warmup_epochs < 1:
        epochs = max(1, round(case.config.epochs / 3))
        return (
            f"Begin with a warm-up of {epochs} {'epoch' if epochs == 1 else 'epochs'}, so that the decoder learns to "
            f"use the code before it is charged for it, or lower β to {0.3 if case.beta > 0.3 else case.beta / 3:.2g}."
        )
    lower = f"Lower β to {0.3 if case.beta > 0.3 else case.beta / 3:.2g}"
    return f"{lower}, or take a wider or a convolutional network, which makes more of a code."


def _overfitting(case: _Case) -> Finding | None:
    curve = case.held_out_curve
    if case.early or len(curve) < 3:
        return None
    few = len(curve) < 5
    # Smoothed, or the luckiest of many measurements would make all others look like a rise.
    smooth = [(curve[i][0], fmean(loss for _, loss in curve[i - 1 : i + 2])) for i in range(1, len(curve) - 1)]
    seen = curve if few else smooth
    best = min(seen, key=_loss)
    rise = seen[-1][1] - best[1]
    then, late = _around(case.curve, best[0]), _around(case.curve, case.last.step)
    if late >= then:  # both rise: that is no over-fitting
        return None
    noise = RISE_NOISE * _jitter(curve[len(curve) // 2 :])
    if rise <= (RISE_FEW * (then - late) if few else max(RISE_SHARE * (curve[0][1] - best[1]), noise)):
        return None
    said = (
        f"On held-out images the {case.loss_name} was best at step {best[0]:,} ({_figure(best[1])} nats) and has risen "
        f"by {rise:.1f}, while on training images it fell by {then - late:.1f} more: it learns these images by heart."
    )
    if case.config.validation:
        change = "The weights of the best moment are kept; a smaller network or more images would make a better one."
        return Finding("overfitting", "warning", "Over-fitting", said, change)
    epochs = max(1, round(best[0] / case.last.steps * case.config.epochs))
    change = f"Train for about {epochs} {'epoch' if epochs == 1 else 'epochs'}, take a smaller network, or more images."
    return Finding("overfitting", "warning", "Over-fitting", said, change)


def _around(curve: list[tuple[int, float]], step: int) -> float:
    """Return the mean loss of the few records nearest to a step."""
    return fmean(loss for _, loss in sorted(curve, key=lambda point: abs(point[0] - step))[:RECENT])


def _spare(case: _Case) -> Finding | None:
    dead = case.dims - case.alive
    # A dimension or two near the border come and go while a run trains.
    if case.early or case.collapsed or dead < max(1, 0 if case.ended else SPARE_SHARE * case.dims):
        return None
    if case.beta > 1:
        title, why = f"β has switched off {dead} of {case.dims} dimensions", "what they would tell costs too much"
        change = f"If the pictures are too blurry, lower β (now {case.beta:.3g})."
    else:
        title, why = f"{dead} of {case.dims} dimensions are not needed", "the model has left them alone"
        change = f"That is harmless; {case.alive} dimensions would do as well."
    said = f"Each carries less than {DEAD_KL:g} nats of KL: {why}, and moving them changes nothing."
    return Finding("spare", "note", title, said, change)


def _bottleneck(case: _Case) -> Finding | None:
    kl, elbo = sum(case.present.kl), case.present.negative_elbo
    full = min(case.present.kl) >= FULL_KL and kl <= BOTTLENECK_SHARE * elbo
    # Above 1 it is the price that limits what a code carries, and no lack of room.
    if case.early or case.dims > SMALL_LATENT or case.beta > 1 or not full:
        return None
    least = min(case.present.kl)
    places = f"room for about {round(math.exp(least))} places told apart"
    if case.dims == 1:
        title, carries = "The only dimension is full", f"It carries {least:.1f} nats, {places}"
        change = "For sharper pictures choose 2 dimensions, which still make a map, or 8 to 16."
    else:
        title, carries = f"{_all(case.dims)} dimensions are full", f"Each carries at least {least:.1f} nats, {places}"
        change = "For sharper pictures choose 8 to 16 dimensions"
        change += "; for a map that can be drawn this is as it should be." if case.dims == 2 else "."
    said = (
        f"{carries}, yet reconstruction still costs {case.present.reconstruction:.0f} of the {elbo:.0f} nats: "
        "there is more to tell than the code has room for."
    )
    return Finding("bottleneck", "note", title, said, change)


def _blurry(case: _Case) -> Finding | None:
    if case.early or case.collapsed or case.beta < BLURRY_BETA:
        return None
    said = (
        f"β is {case.beta:.3g}, so each nat of KL costs as much as {case.beta:.3g} of reconstruction: the codes "
        f"keep {sum(case.present.kl):.1f} nats, and fine detail is left out. The space is smoother for it."
    )
    return Finding("blurry", "note", "A high β blurs the pictures", said, "For sharper pictures lower β to 1.")


def _loose(case: _Case) -> Finding | None:
    if case.early or case.beta >= LOOSE_BETA:
        return None
    said = (
        f"With β {case.beta:.2g} hardly anything holds the codes near the prior (KL {sum(case.present.kl):.1f} "
        "nats): between them lie holes, and random codes decode to nothing in particular."
    )
    change = "Set β to 1 to get samples that look like the data."
    return Finding("loose", "note", "The prior is ignored", said, change)


def _improving(case: _Case) -> Finding | None:
    measured, middle = case.held_out_curve, case.last.step / 2
    # In training a loss falls by over-fitting, too: there it must fall by more.
    tells = len(measured) >= LATE_RECORDS and any(abs(step - middle) <= middle / 4 for step, _ in measured)
    curve, times = (measured, 1) if tells else (case.curve, 2)
    if case.early or not case.ended or case.lost_patience or len(curve) < LATE_RECORDS or middle <= case.since:
        return None
    # None beyond the middle: the held-out loss of a slow network is measured seldom, and a run may come from elsewhere.
    late = _at(curve, middle) - min((loss for step, loss in curve if step >= middle), default=math.inf)
    worth = times * (LATE_GAUSSIAN if case.is_gaussian else LATE_SHARE) * case.scale
    if not late >= max(worth, LATE_NOISE * _jitter([point for point in curve if point[0] >= middle])):  # nor NaN
        return None
    said = f"The second half of the run still took {late:.1f} nats off the {case.loss_name}."
    if case.last.step >= 0.95 * case.last.steps:
        said += " It is flat at the end only because the step size falls to zero."
        change = f"Train longer: {_round(3 * case.config.epochs)} epochs."
    else:
        change = f"Train longer: it was kept before the end of its {case.config.epochs} epochs."
    return Finding("improving", "note", "It was still improving", said, change)


def _drift(case: _Case) -> Finding | None:
    curve = case.held_out_curve
    middle = round(case.last.step / 2)
    if case.early or len(curve) < DRIFT_RECORDS or middle <= max(case.since, curve[0][0]) or _overfitting(case):
        return None
    then, now = _around(case.curve, middle), _around(case.curve, case.last.step)
    held_then, held_now = _at(curve, middle), curve[-1][1]
    learnt, passed = then - now, held_then - held_now
    if not (learnt > 0 and passed <= DRIFT_PASSED * learnt and learnt - passed >= DRIFT_SCALE * case.scale):
        return None
    moved = f"by only {passed:.1f} on held-out ones" if passed >= 0.05 else "not at all on held-out ones"
    said = (
        f"Since step {middle:,} the {case.loss_name} fell by {learnt:.1f} nats on training images and {moved}; "
        f"they are {held_now - now:.1f} apart now. That is how over-fitting begins."
    )
    change = "More images or a smaller network help more now than longer training."
    return Finding("drift", "note", "Training and held out drift apart", said, change)


def _at(curve: list[tuple[int, float]], step: float) -> float:
    """Return the loss at a step, on the line between the two records around it."""
    after = next((point for point in curve if point[0] >= step), curve[-1])
    before = next((point for point in reversed(curve) if point[0] <= step), curve[0])
    share = (step - before[0]) / (after[0] - before[0]) if after[0] != before[0] else 0.0
    return before[1] + share * (after[1] - before[1])


def _fell(case: _Case) -> Finding:
    """Say what was reached. That is no praise: a loss can fall and have far to go."""
    now, first = case.present, case.held_out[0] if case.held_out and case.present.images else case.steps[0]
    where = f"{now.images:,} held-out images" if now.images else "training images"
    fell = first.negative_elbo - now.negative_elbo
    at_first = "before it had learnt anything" if first.step == 0 else f"at step {first.step:,}"
    said = (
        f"−ELBO on {where} is {_figure(now.negative_elbo)} nats"
        f"{f', {fell:,.1f} less than {at_first}' if fell > 0 else ''}: "
        f"reconstruction {_figure(now.reconstruction)} + KL {sum(now.kl):.1f}. {_dimensions(case.alive, case.dims)}."
    )
    if case.is_gaussian:
        said += " A Gaussian's are nats of a density: they may be below zero, and compare with a Gaussian's only."
    title = ("The loss fell" if case.ended else "The loss has fallen") if fell > 0 else "What it has reached"
    return Finding("fell", "good", title, said, "")


def _dimensions(alive: int, dims: int = 0) -> str:
    """Say how many dimensions carry something, as the start of a sentence or its middle."""
    if dims == 1:
        return "The one dimension carries something"
    if dims:
        return f"{_all(dims) if alive == dims else f'{alive} of {dims}'} dimensions carry something"
    return f"{alive} dimension carries" if alive == 1 else f"{alive} dimensions carry"


def _figure(nats: float) -> str:
    """Write a loss with the sign that text has."""
    return f"{nats:,.1f}".replace("-", "−")


def _all(dims: int) -> str:
    return "Both" if dims == 2 else f"All {dims}"


def _round(epochs: int) -> int:
    """Round to one digit, as a person would."""
    size = 10 ** (len(str(epochs)) - 1)
    return min(10_000, max(1, round(epochs / size) * size))


CHECKS: tuple[Callable[[_Case], Finding | None], ...] = (
    _diverged,
    _unstable,
    _collapse,
    _overfitting,
    _early,
    _improving,
    _drift,
    _loose,
    _blurry,
    _bottleneck,
    _spare,
)
"""What is looked at, in the order in which it is said."""

OUTDONE_BY = {
    "improving": frozenset({"overfitting", "drift", "diverged"}),
    "bottleneck": frozenset({"overfitting", "drift"}),
    "loose": frozenset({"collapse"}),
}
"""Findings that are left out where one of the others stands, whose advice goes the other way: to train longer what
learns its images by heart or diverges, to give it a larger code, to raise a β at which codes have collapsed."""
