"""A run's figures, and what the checks have in common."""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import fmean, median
from typing import Literal

from vae.config import TrainConfig
from vae.families import family
from vae.library.cards import DEAD_KL, FAINT_KL
from vae.runs.records import Change, HeldOut, Step, evened

Level = Literal["good", "note", "warning"]

Curve = list[tuple[int, float]]
"""Steps and the loss at each, rising."""

FEWEST_STEPS, FEWEST_SHARE = 100, 0.1
"""Before this many steps, and this share of the run, the encoder still lies near the prior: digits have a KL of 0.1
nats after 23 steps and of 2 in the end."""
SETTLING_STEPS, SETTLING_SHARE = 50, 0.05
"""After a new weight on the KL the curves need so long before they show it."""
RECENT = 5
"""Records averaged for the present figure: 50 batches of 64 digits leave a noise of 1 nat in 25."""
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


@dataclass(frozen=True)
class Case:
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
    def has_bound(self) -> bool:
        """Say whether codes cost nats, so that there is a −ELBO and a KL to speak of."""
        return "bound" in family(self.config.family).can

    @property
    def sure(self) -> bool:
        """Say whether a code is sure, so that its KL is the price of drawing it, and nobody weighs the two."""
        return family(self.config.family).sure

    @property
    def encodes(self) -> bool:
        """Say whether things have a place, so that they have a loss."""
        return "encode" in family(self.config.family).can

    def recent(self, name: str) -> float | None:
        """Return the present mean of what a loss has beside reconstruction and KL; None where it has none so called."""
        found = [step.others[name] for step in self.steps[-RECENT:] if name in step.others]
        return fmean(found) if found else None

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
        """The step from which on the weight on the KL has been what it is; 0 where there is none."""
        if not self.has_bound:
            return 0
        return max([self.warm_up_end, *(change.step for change in self.changes if change.beta is not None)])

    @cached_property
    def early(self) -> bool:
        """Say whether it is too early to judge: at the start, while the weight rises, just after it was changed."""
        enough = max(FEWEST_STEPS, FEWEST_SHARE * self.last.steps)
        settled = self.since and self.since + max(SETTLING_STEPS, SETTLING_SHARE * self.last.steps)
        return self.last.step < min(self.last.steps, max(enough, settled))

    def loss(self, record: Step | HeldOut) -> float:
        """Return what is minimised, reconstruction + beta * KL with the beta of now; without a KL the first alone.

        0 where nothing is encoded, and things have no loss.
        """
        return (record.reconstruction or 0.0) + self.beta * sum(record.kl)

    @property
    def loss_name(self) -> str:
        if not self.has_bound:
            return "reconstruction"
        return "−ELBO" if self.beta == 1 else "loss"

    @property
    def is_gaussian(self) -> bool:
        return self.config.likelihood == "gaussian"

    @cached_property
    def curve(self) -> Curve:
        """The training loss since the weight is what it is, without the leaps at the ends of epochs."""
        return [(step.step, self.loss(step)) for step in evened(self.steps) if step.step > self.since]

    def jump(self, best: float) -> float:
        """Say how far above the best loss a loss has jumped."""
        return max(JUMP_SHARE * abs(best), JUMP_NATS, JUMP_NOISE * self.jitter)

    @cached_property
    def jitter(self) -> float:
        """How far the training loss moves from one record to the next, in general."""
        return jitter_of(self.curve)

    @cached_property
    def held_out_curve(self) -> Curve:
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
        return HeldOut(self.last.step, fmean(step.reconstruction or 0.0 for step in recent), kl, 0)

    @cached_property
    def scale(self) -> float:
        """What a gain in the loss is large or small beside: the loss itself, which cannot fall below zero, and with a
        Gaussian likelihood, where it may be any number, what was won since the first record."""
        losses = [self.loss(step) for step in evened(self.steps)]
        return losses[0] - min(losses) if self.is_gaussian else abs(min(losses))

    @cached_property
    def floor(self) -> float | None:
        """What the grey levels of held-out images cost by themselves, whatever the model; None where it is not said."""
        return next((record.floor for record in reversed(self.held_out) if record.floor is not None), None)

    @property
    def dims(self) -> int:
        return len(self.present.kl)

    @property
    def told_apart(self) -> bool:
        """Say whether the KL is told by dimension, and not only as a whole, as a flow's is, or by cells."""
        return not self.sure and (self.dims > 1 or self.config.latent_dims == 1)

    @cached_property
    def alive(self) -> int:
        return sum(kl >= DEAD_KL for kl in self.present.kl)

    @cached_property
    def carrying(self) -> int:
        """Count the dimensions that are neither dead nor faint."""
        return sum(kl >= FAINT_KL for kl in self.present.kl)

    @property
    def collapsed(self) -> bool:
        """Say whether the dimensions that carry nothing are a fault: none is left, one of several, or beta killed most.

        Otherwise a model simply leaves alone what it does not need.
        """
        most_by_beta = self.beta > 1 and self.alive < self.dims / 2
        return self.alive == 0 or self.alive == 1 < self.dims or most_by_beta


def jitter_of(curve: Curve) -> float:
    """Return how far a curve moves from one record to the next, in general."""
    return median(abs(b - a) for (_, a), (_, b) in pairwise(curve)) if len(curve) > 1 else 0.0


def around(curve: Curve, step: int) -> float:
    """Return the mean loss of the few records nearest to a step."""
    return fmean(loss for _, loss in sorted(curve, key=lambda point: abs(point[0] - step))[:RECENT])


def at(curve: Curve, step: float) -> float:
    """Return the loss at a step, on the line between the two records around it."""
    after = next((point for point in curve if point[0] >= step), curve[-1])
    before = next((point for point in reversed(curve) if point[0] <= step), curve[0])
    share = (step - before[0]) / (after[0] - before[0]) if after[0] != before[0] else 0.0
    return before[1] + share * (after[1] - before[1])


def by_loss(point: tuple[int, float]) -> float:
    return point[1] if math.isfinite(point[1]) else math.inf


def figure(nats: float) -> str:
    """Write a loss with the sign that text has."""
    return f"{nats:,.1f}".replace("-", "−")


def all_of(dims: int) -> str:
    return "Both" if dims == 2 else f"All {dims}"


def dimensions(alive: int, dims: int = 0) -> str:
    """Say how many dimensions carry something, as the start of a sentence or its middle."""
    if dims == 1:
        return f"The one dimension {'carries something' if alive else 'is faint'}"
    if dims:
        return f"{all_of(dims) if alive == dims else f'{alive} of {dims}'} dimensions carry something"
    return f"{alive} dimension carries" if alive == 1 else f"{alive} dimensions carry"
