"""The library: list it, delete from it, rename in it."""

import msgspec
import tyro

from vae.commands.flags import Json
from vae.library.shelf import Broken, Model, list_models


def list_library(json: Json = False) -> int:
    """List the models in the library.

    Args:
        json: Print the cards as a JSON list.
    """
    found = list_models()
    if json:
        cards = [model.card for model in found if isinstance(model, Model)]
        print(msgspec.json.encode(cards).decode())
        return 0
    for model in found:
        if isinstance(model, Broken):
            print(f"{model.name:20} cannot be opened: {model.reason}")
            continue
        card = model.card
        elbo = card.metrics.get("negative_elbo")
        print(
            f"{card.name:20} {card.data.title:16} {card.network:9} {card.latent.dims:3} dims  "
            f"{'' if elbo is None else f'-ELBO {elbo:7.2f} nats'}  {'bundled' if model.bundled else model.folder}"
        )
    return 0


def delete(name: tyro.conf.Positional[str]) -> int:
    """Delete a model of your own, or a training run that is at rest, with all its files.

    Args:
        name: Name in your library.
    """
    from vae.runs import shelf as runs

    runs.delete(name)
    print(f"Deleted {name}.")
    return 0


def rename(name: tyro.conf.Positional[str], to: tyro.conf.Positional[str]) -> int:
    """Give a model of your own, or a training run that is at rest, another name.

    Args:
        name: Name in your library.
        to: The new name.
    """
    from vae.runs import shelf as runs

    print(f"{name} is {runs.rename(name, to)} now.")
    return 0
