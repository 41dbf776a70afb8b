"""Build the model that settings or a card describe."""

from importlib import import_module
from typing import Any

from vae.config import TrainConfig
from vae.families import family
from vae.kinds.kind import Item
from vae.kinds.kinds import kind_of
from vae.likelihoods import likelihood
from vae.models.head import Head
from vae.models.model import Model


def build_model(config: TrainConfig, item: Item, classes: int = 0) -> Model:
    """Return a fresh model of these settings for things like `item` of so many classes.

    First weights come from torch's global generator.
    """
    chosen, kind = family(config.family), kind_of(item)
    module, name = chosen.module.split(":")
    made: type[Model] = getattr(import_module(module), name)
    told = classes if "condition" in chosen.can else 0
    sizes: dict[str, Any] = {"width": config.width, "depth": config.depth, "likelihood": config.likelihood}
    sizes["likely"] = likelihood(config.likelihood).own(config.options)
    sizes["part"] = kind.part
    own: dict[str, Any] = chosen.own(config.options)
    model = made(kind.input(item.shape), config.latent_dims, config.network, **sizes, told=told, **own)
    model.kind = kind
    if config.predict is not None:  # last, so that all other first weights are those of a model without one
        model.head = Head(config.latent_dims, config.predict_weight)
    return model
