"""What a training run writes down as it goes: small frozen records, read by pages and programs without torch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

SHORT = 0.5
"""Of the longest time between two records; a shorter one does not stand alone."""


@dataclass(frozen=True)
class Step:
    """How training stands. Losses are means, in nats an image, over the images since the last record.

    step of steps; epoch counts finished passes; reconstruction: None where nothing is encoded; kl: [k] by its parts,
    one a dimension for a normal code and none where a code costs nothing; weight: on the KL, warm-up included; images:
    how many the means are over, 0 in records of earlier versions, which do not say; others: what else is in the loss,
    and what is told beside it, by name.
    """

    step: int
    steps: int
    epoch: int
    reconstruction: float | None
    kl: tuple[float, ...]
    weight: float
    learning_rate: float
    images_per_second: float
    images: int = 0
    others: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.reconstruction is None and self.kl:
            raise ValueError("a record with a KL has a reconstruction")

    @property
    def negative_elbo(self) -> float | None:
        """Return reconstruction + KL: nats an image; None where nothing is encoded."""
        return None if self.reconstruction is None else self.reconstruction + sum(self.kl)

    @property
    def sound(self) -> bool:
        """Say whether all its losses are numbers."""
        return math.isfinite(sum((self.reconstruction or 0.0, *self.kl, *self.others.values())))


@dataclass(frozen=True)
class HeldOut:
    """What the model is worth at `step` on `images` test images, in nats an image; kl: [d] by dimension.

    floor: the part of the reconstruction that no model could save; None for a density and in records of earlier
    versions.
    """

    step: int
    reconstruction: float
    kl: tuple[float, ...]
    images: int
    floor: float | None = None

    @property
    def negative_elbo(self) -> float:
        """Return reconstruction + KL: nats an image."""
        return self.reconstruction + sum(self.kl)


@dataclass(frozen=True)
class Change:
    """A setting changed while the run trained: it holds from the step after `step` on; None leaves a setting alone.

    learning_rate is the rate that the schedule starts from, as in the settings, not the rate of that moment.
    """

    step: int
    beta: float | None = None
    learning_rate: float | None = None


def evened(steps: Sequence[Step]) -> list[Step]:
    """Put training records together that were written soon after one another, as at the end of an epoch.

    The mean over two batches leaps where one over fifty does not: digits swing by 10 nats in them, and the last batch
    of an epoch may have a dozen images. The mean of neighbours, weighed by their images (by their steps where one does
    not say), is the record that a longer wait would have written. The curves in the browser do the same
    (assets/live/train/curvedata.js). steps: rising.
    """
    spans = [step.step - before for step, before in zip(steps, [0, *(step.step for step in steps)], strict=False)]
    if all(step.images for step in steps):
        spans = [step.images for step in steps]
    least = SHORT * max(spans[1:], default=0)
    even: list[tuple[Step, int]] = []
    held: tuple[Step, int] | None = None  # too short to stand alone, and its steps
    for one in zip(steps, spans, strict=True):
        held = _together(held, one) if held else one
        if held[1] >= least:
            even.append(held)
            held = None
    if held:
        even.append(_together(even.pop(), held) if even else held)
    return [step for step, _ in even]


def _together(first: tuple[Step, int], second: tuple[Step, int]) -> tuple[Step, int]:
    """Return the record over the steps of both."""
    (one, before), (other, after) = first, second
    share = before / (before + after)
    kl = tuple(share * a + (1 - share) * b for a, b in zip(one.kl, other.kl, strict=True))
    reconstruction = None
    if one.reconstruction is not None and other.reconstruction is not None:
        reconstruction = share * one.reconstruction + (1 - share) * other.reconstruction
    others = {name: share * one.others.get(name, value) + (1 - share) * value for name, value in other.others.items()}
    whole = replace(other, reconstruction=reconstruction, kl=kl, images=one.images + other.images, others=others)
    return whole, before + after
