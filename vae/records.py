"""What a training run writes down as it goes: small frozen records, read by pages and programs without torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """How training stands. Losses are means, in nats an image, over the images since the last record.

    step of steps; epoch counts finished passes; kl: [d] by dimension; weight: on the KL, warm-up included.
    """

    step: int
    steps: int
    epoch: int
    reconstruction: float
    kl: tuple[float, ...]
    weight: float
    learning_rate: float
    images_per_second: float

    @property
    def negative_elbo(self) -> float:
        """Return reconstruction + KL: nats an image."""
        return self.reconstruction + sum(self.kl)


@dataclass(frozen=True)
class HeldOut:
    """What the model is worth at `step` on `images` test images, in nats an image; kl: [d] by dimension."""

    step: int
    reconstruction: float
    kl: tuple[float, ...]
    images: int

    @property
    def negative_elbo(self) -> float:
        """Return reconstruction + KL: nats an image."""
        return self.reconstruction + sum(self.kl)


@dataclass(frozen=True)
class Change:
    """A setting changed while the run trained: it holds from the step after `step` on; None leaves a setting alone.

    learning_rate is the rate at the start of the cosine wave, as in the settings, not the rate of that moment.
    """

    step: int
    beta: float | None = None
    learning_rate: float | None = None
