"""Flags: those of a training run, and those that several commands share."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Annotated

import tyro

from vae.config import TrainConfig
from vae.kinds.corruptions import trainable
from vae.plans.networks import NETWORKS
from vae.runs.recipes import RECIPE, recommended

Switch = Annotated[bool, tyro.conf.FlagCreatePairsOff]
"""Off, unless it is named."""

Json = Switch
"""Print JSON for a program to read, in place of words."""


def one_of(names: Iterable[str]) -> object:
    """Show in a flag's help which names there are."""
    return tyro.conf.arg(metavar="{" + ",".join(names) + "}")


@dataclass(frozen=True)
class Settings(TrainConfig):
    """The flags as they were typed. They are checked as a whole in `train`, where a mistake is told in one line."""

    network: Annotated[str | None, one_of(NETWORKS)] = None  # type: ignore[assignment]
    """Kind of encoder and decoder; left out: what suits the data."""
    latent_dims: int | None = None  # type: ignore[assignment]
    """Size of the latent space. Two can be drawn as a map; sixteen reconstruct better; left out: what suits the
    data."""
    likelihood: str | None = None  # type: ignore[assignment]
    """What a pixel is given the code: bernoulli (ink or no ink) or gaussian (a grey level, with a learnt spread); left
    out: what suits the data."""
    epochs: int | None = None  # type: ignore[assignment]
    """Passes over the training images; left out: what suits the data."""
    learning_rate: float | None = None  # type: ignore[assignment]
    """Adam's step size at the start; it falls to zero along half a cosine wave. Left out: what suits the data."""
    corruption: Annotated[str | None, one_of(trainable())] = None
    """What spoils the training images before the encoder sees them, so that the model learns to undo it; left out:
    nothing. The held-out curve is measured on clean images."""
    validation: float | None = None  # type: ignore[assignment]
    """Share of the training images that is not learnt from, to choose the best moment's weights by, after each epoch.
    0: the last weights are kept. The test images have no part in it. Left out: what suits the data."""

    def __post_init__(self) -> None:
        pass

    def config(self) -> TrainConfig:
        """Return the settings to train with: what was left out is what suits the data."""
        left_out = {name for name in RECIPE if getattr(self, name) is None}
        typed = {name: value for name, value in asdict(self).items() if name not in left_out}
        return replace(recommended(self.dataset), **typed) if left_out else TrainConfig(**typed)
