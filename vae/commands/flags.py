"""Flags: those of a training run, and those that several commands share."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, make_dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from vae.config import DEVICES, OPTIMIZERS, SCHEDULES, TARGETS, TrainConfig, own_settings
from vae.families import FAMILIES
from vae.kinds.corruptions import trainable_of_any
from vae.likelihoods import LIKELIHOODS
from vae.objectives import OBJECTIVES
from vae.options import Options
from vae.plans.networks import NETWORKS
from vae.runs import trackers
from vae.runs.recipes import RECIPE, recommended

Switch = Annotated[bool, tyro.conf.FlagCreatePairsOff]
"""Off, unless it is named."""

Json = Switch
"""Print JSON for a program to read, in place of words."""


def one_of(names: Iterable[str]) -> object:
    """Show in a flag's help which names there are."""
    return tyro.conf.arg(metavar="{" + ",".join(names) + "}")


LogTo = Annotated[str | None, one_of([*trackers.TRACKERS, trackers.NONE])]
"""Which tracker follows a run."""


@dataclass(frozen=True)
class Settings(TrainConfig):
    """The flags as they were typed. They are checked as a whole in `train`, where a mistake is told in one line."""

    family: Annotated[str, one_of(FAMILIES)] = "gaussian"
    """Family of models: what a code is, and what holds the codes together."""
    objective: Annotated[str | None, one_of(OBJECTIVES)] = None
    """What training minimises, or FILE.py:FUNCTION, a function of a file of yours; left out: what the family is usually
    trained for."""
    network: Annotated[str | None, one_of(NETWORKS)] = None  # type: ignore[assignment]
    """Kind of encoder and decoder, or FILE.py:FUNCTION, a function of a file of yours that builds both; left out: what
    suits the data."""
    latent_dims: int | None = None  # type: ignore[assignment]
    """Size of the latent space. Two can be drawn as a map; sixteen reconstruct better; left out: what suits the
    data."""
    likelihood: Annotated[str | None, one_of(LIKELIHOODS)] = None  # type: ignore[assignment]
    """What a pixel is given the code: bernoulli (ink or no ink), gaussian (a grey level, with a learnt spread),
    continuous-bernoulli (a grey level), logistic-mixture (one of 256 levels), categorical (one of a few levels) or,
    of a word's place, symbols (a letter); left out: what suits the data."""
    beta: float | None = None  # type: ignore[assignment]
    """Weight on the KL. Above 1: fewer nats a code, blurrier; below 1: sharper, with holes; 0: reconstruction alone.
    Left out: what suits the data, 1 for most."""
    targets: Annotated[str, one_of(TARGETS)] = "kept"
    """What is learnt of an image: kept, or binarized, each pixel black or white at random by its grey level, anew
    each time it is seen; the test images are then turned so, once."""
    epochs: int | None = None  # type: ignore[assignment]
    """Passes over the training images; left out: what suits the data."""
    learning_rate: float | None = None  # type: ignore[assignment]
    """The optimiser's step size, where its schedule starts. Left out: what suits the data."""
    optimizer: Annotated[str, one_of(OPTIMIZERS)] = "adam"
    """What moves the weights along the gradients: adam, adamw (whose weights decay) or sgd (with momentum 0.9)."""
    schedule: Annotated[str | None, one_of(SCHEDULES)] = None  # type: ignore[assignment]
    """How the learning rate goes on: cosine (to zero along half a wave), constant, or warmup (it rises over the first
    twentieth of the run, then falls along the wave); left out: what suits the data, cosine for most."""
    warmup_epochs: float | None = None  # type: ignore[assignment]
    """Epochs over which the weight on the KL rises from 0 to beta; helps against collapsed dimensions. Left out: what
    suits the data, 0 for most."""
    batch_size: int | None = None  # type: ignore[assignment]
    """Things a step; left out: what suits the data, 64 for most."""
    corruption: Annotated[str | None, one_of(trainable_of_any())] = None
    """What spoils the training images before the encoder sees them, so that the model learns to undo it; left out:
    what suits the data, nothing for most. The held-out curve is measured on clean images."""
    corruption_amount: float | None = None  # type: ignore[assignment]
    """The strongest amount that things are spoiled by, from 0 to 1; each draws its own below it. Left out: what suits
    the data, 0.5 for most."""
    validation: float | None = None  # type: ignore[assignment]
    """Share of the training images that is not learnt from, to choose the best moment's weights by, after each epoch.
    0: the last weights are kept. The test images have no part in it. Left out: what suits the data."""

    device: Annotated[str, one_of(DEVICES)] = "auto"
    """What it trains on: auto (a GPU that is there, else the processor), cpu, cuda (NVIDIA, AMD) or mps (Apple)."""
    options: tyro.conf.Suppress[Options] = field(default_factory=dict)
    """The settings that a family or an objective has of its own have flags of their own."""

    def __post_init__(self) -> None:
        pass

    def config(self, own: "Own | None" = None) -> TrainConfig:
        """Return the settings to train with: what was left out is what suits the data.

        own: those of the family and the objective alone.
        """
        left_out = {name for name in RECIPE if getattr(self, name) is None}
        typed = {name: value for name, value in asdict(self).items() if name not in left_out}
        typed["options"] = {name: value for name, value in vars(own or Own()).items() if value is not None}
        if not left_out:
            return TrainConfig(**typed)
        recipe = recommended(self.dataset, self.family)
        if self.network not in (None, recipe.network):  # another network has another width and depth
            recipe = replace(recipe, width=None, depth=None)
        return replace(recipe, **typed)


def _own() -> type:
    """Make a dataclass of the settings that families and objectives have of their own, left out unless typed."""
    fields: list[Any] = [
        (
            name,
            Annotated[type(default) | None, tyro.conf.arg(help=sentence, help_behavior_hint=f"(default: {default:g})")],
            None,
        )
        for name, (default, sentence) in own_settings().items()
    ]
    return make_dataclass("Own", fields, frozen=True)


if TYPE_CHECKING:

    class Own:
        """The flags of such settings as they were typed; None where they were not."""

else:
    Own = _own()
