"""Settings that suit a data set, so that each gives a sensible model without one being chosen.

They were found by training on two cores: `python benchmarks/recipes.py` prints what each gives.
"""

from math import prod
from typing import Any

from vae.config import TrainConfig
from vae.data import image_shape_of, training_images_of

STEPS = 6_000
"""Steps that a set without a recipe of its own is trained for: by then the curves of small images are flat."""

FEWEST_EPOCHS, MOST_EPOCHS = 10, 400

SMALL = 32 * 32
"""Pixels up to which grey images do with two dense layers."""


def recommended(dataset: str) -> TrainConfig:
    """Return the settings to begin with for the data set `dataset`, a name or a folder's path.

    Raises `InputError` where there is no such data set.
    """
    return TrainConfig(dataset=dataset, **RECIPES.get(dataset) or _by_shape(dataset))


def _by_shape(dataset: str) -> dict[str, Any]:
    shape = image_shape_of(dataset)
    batches = -(-training_images_of(dataset) // TrainConfig.batch_size)
    epochs = min(MOST_EPOCHS, max(FEWEST_EPOCHS, round(STEPS / batches)))
    if shape[0] == 1 and prod(shape) <= SMALL:
        return {"latent_dims": 8, "epochs": epochs}
    return {"network": "conv", "latent_dims": 32, "learning_rate": 2e-3, "epochs": epochs}


RECIPES: dict[str, dict[str, Any]] = {
    "mnist-5k": {},
    "digits": {},
    "mnist": {},
    "fashion-mnist": {},
    "kmnist": {},
    "shapes": {},
    "emnist-letters": {},
}
"""Data set -> the settings that differ from the defaults. Others go by the shape and the number of their images."""
