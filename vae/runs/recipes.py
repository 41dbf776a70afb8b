"""Settings that suit a data set, so that each gives a sensible model without one being chosen.

`python benchmarks/recipes.py` trains with them and prints what comes of it.
"""

import shlex
from dataclasses import fields, replace
from functools import cache
from math import ceil, prod
from typing import Any

import numpy as np

from vae.config import TrainConfig
from vae.data import image_shape_of, item_of, load, training_images_of
from vae.datasets.sources import DATASETS
from vae.families import family
from vae.kinds.kinds import kind_of
from vae.plans.networks import suited

UNLOOKED = ("width", "depth", "batch_size", "schedule", "warmup_epochs", "corruption", "corruption_amount")
"""Of those below the ones that looking at data does not choose: only what is known of a set does."""
RECIPE = (
    "network",
    "width",
    "depth",
    "latent_dims",
    "likelihood",
    "beta",
    "epochs",
    "learning_rate",
    "validation",
    *UNLOOKED,
)
"""The settings that a recipe may choose."""

STEPS = 6_000
"""Steps that a set without a recipe is trained for: by then the curves of small images are nearly flat."""

FEWEST_EPOCHS, MOST_EPOCHS = 10, 400

SMALL = 32 * 32
"""Pixels up to which grey images do with dense layers."""

LOOKED_AT = 200
"""Images looked at to see whether they are drawings or photographs."""

MIDDLE, MOSTLY = (0.1, 0.9), 0.5
"""Where more than half of the pixels are neither dark nor bright, images are photographs. A Bernoulli's cost of such
grey levels is high and flat, so that the KL outweighs what a better picture would gain and codes collapse: on the Frey
faces a Gaussian's reconstructions have a PSNR of 27.6 dB, and a Bernoulli's 22.6 dB."""

COMPLEX, EXPLAINED = 24, 0.8
"""Principal components for 80 % of the variance of the images looked at, above which eight dimensions behind dense
layers are too few: MNIST's digits take 31, Fashion-MNIST's articles 18, drawn shapes 12, the Frey faces 10, as
`benchmarks/small_sets.py --complexity` prints. On 1,000 of MNIST's, 16 dimensions behind convolutions come to 116.7 ±
1.1 nats, and eight behind dense layers to 128.1."""

FEW = 10_000
"""Images below which a run of so many steps may do better on them only: a tenth chooses the moment that is kept."""
VALIDATION = 0.1

TINY = 200
"""Images below which a code has two dimensions: what they share is soon told, and all of them stand on one map."""

MANY = 1_000
"""Images from which a Gaussian is to be learnt. On Olivetti's 360 it fits them well, but between them draws go dark."""


def recommended(dataset: str, name: str = TrainConfig.family) -> TrainConfig:
    """Return the settings to begin with for the data set `dataset`, a name or a folder's path, and a family of models.

    Raises `InputError` where there is no such data set.
    """
    recipe = dict(DATASETS[dataset].recipe) if dataset in DATASETS else _by_looking(dataset)
    can = family(name).can
    for setting, needs in (("beta", "bound"), ("warmup_epochs", "bound"), ("corruption", "encode")):
        if needs not in can:  # there is no KL to weigh, or nothing that sees what is spoiled
            recipe.pop(setting, None)
    return TrainConfig(dataset=dataset, family=name, **recipe)


def _by_looking(dataset: str) -> dict[str, Any]:
    shape = image_shape_of(dataset)
    images = training_images_of(dataset)
    epochs = round(STEPS / ceil(images / TrainConfig.batch_size))
    recipe: dict[str, Any] = {"epochs": min(MOST_EPOCHS, max(FEWEST_EPOCHS, epochs))}
    kind = kind_of(item_of(dataset))
    if not kind.pixels:  # no ink, and no photographs
        recipe |= {"network": suited(kind.lies)[0], "likelihood": kind.likelihoods[0]}
        return recipe | ({} if images < TINY else kind.recipe | {"validation": VALIDATION if images < FEW else 0.0})
    is_small = shape[0] == 1 and prod(shape) <= SMALL
    if images < TINY:
        return recipe | ({} if is_small else {"network": "conv", "learning_rate": 2e-3})

    @cache  # what lies in files is read once, and only where it decides
    def looked_at() -> np.ndarray:
        return np.asarray(load(dataset).train.things[:LOOKED_AT])

    if images >= MANY and _are_photographs(looked_at()):
        recipe["likelihood"] = "gaussian"
    if images < FEW:
        recipe["validation"] = VALIDATION
    if is_small:
        if complexity(looked_at()) > COMPLEX:
            return recipe | {"network": "conv", "latent_dims": 16, "learning_rate": 2e-3}
        return recipe | {"latent_dims": 8}
    return recipe | {"network": "conv", "latent_dims": 32, "learning_rate": 2e-3}


def complexity(images: np.ndarray) -> int:
    """Count the principal components that explain most of how images, uint8 [n, H, W, C], differ."""
    pixels = images.reshape(len(images), -1).astype(np.float32)
    away = pixels - pixels.mean(0)
    variances = np.linalg.eigvalsh(away @ away.T)[::-1].clip(0)
    total = variances.sum()
    return int(np.searchsorted(np.cumsum(variances), EXPLAINED * total)) + 1 if total > 0 else 0


def _are_photographs(images: np.ndarray) -> bool:
    low, high = (round(255 * share) for share in MIDDLE)
    return bool(((images > low) & (images < high)).mean() > MOSTLY)


def command(config: TrainConfig) -> str:
    """Return the line that trains a model of these settings again.

    Settings at their default are left out where they are what suits the data too. Pages ask for it all the time, so it
    looks at no images: with data that have no recipe, all that a recipe may choose is written out.
    """
    known = config.dataset in DATASETS
    suits = TrainConfig(dataset=config.dataset, **(DATASETS[config.dataset].recipe if known else {}))

    def looked_at(name: str) -> bool:
        """Say whether what suits the data is known without a look at them."""
        return known or name in UNLOOKED

    if config.objective == family(config.family).objectives[0]:
        config = replace(config, objective=None)
    changed = [
        f"--{field.name.replace('_', '-')} {shlex.quote(str(value))}"
        for field in fields(config)
        if field.name != "options" and (value := getattr(config, field.name)) is not None
        if value != field.default
        or field.name == "dataset"
        or (field.name in RECIPE and not (looked_at(field.name) and value == getattr(suits, field.name)))
    ]
    own = [f"--{name.replace('_', '-')} {value:g}" for name, value in config.chosen.items()]
    return " ".join(["python -m vae train", *changed, *own])
