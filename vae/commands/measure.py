"""Measure models on the test images."""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import tyro

from vae.commands.flags import Json
from vae.errors import InputError
from vae.explore.likelihood import NO_LIKELIHOOD
from vae.explore.plain import WEIGHTS
from vae.families import FAMILIES
from vae.files import sha256
from vae.library.cards import Card, write_card
from vae.library.codes import add_floor, read_codes
from vae.library.shelf import Model, find
from vae.likelihoods import least_of
from vae.maps import file
from vae.plans.networks import NETWORKS

if TYPE_CHECKING:
    from vae.datasets.dataset import Dataset
    from vae.experiments.worth import Evaluation

ROWS = 1000
"""Things at a time whose floor is summed up."""


def evaluate(
    models: tyro.conf.Positional[tuple[str, ...]],
    dataset: str | None = None,
    elbo_samples: int = 1,
    importance_samples: int = 0,
    importance_images: int = 1000,
    seed: int = 0,
    json: Json = False,
) -> int:
    """Measure models on the test images: ELBO, log-likelihood, active units, accuracy of the nearest neighbours.

    Args:
        models: Names in the library, or folders.
        dataset: Data set to measure on; left out: the one the model was trained on.
        elbo_samples: Draws from the posterior for each image.
        importance_samples: Draws for log p(x) of each image; 0 leaves it out.
        importance_images: Number of test images for log p(x).
        seed: Seed of the draws.
        json: Print a JSON line for each model.
    """
    if not models:
        raise InputError("Name at least one model; `python -m vae list` lists them.")
    if min(elbo_samples, importance_images) < 1 or min(importance_samples, seed) < 0 or seed >= 2**31:
        raise InputError(
            "--elbo-samples and --importance-images must be 1 or more, --importance-samples 0 or more, "
            "and --seed from 0 to 2147483647."
        )
    draws = {
        "elbo_samples": elbo_samples,
        "importance_samples": importance_samples,
        "importance_images": importance_images,
        "seed": seed,
    }
    for name in models:
        found = find(name)
        figures = measured(found, dataset, draws)
        if json:
            print(msgspec.json.encode({"name": found.name} | figures).decode())
        else:
            print(f"{found.name}\n{summary(figures)}")
    return 0


def measured(found: Model, dataset: str | None, draws: dict[str, int]) -> dict[str, Any]:
    """Measure a model on the test images of `dataset`, or else of the one that it was trained on.

    draws: elbo_samples, importance_samples, importance_images and seed, as `vae.training.metrics.evaluate` takes them.
    """
    from vae.data import load, tested

    if "encode" not in found.card.can:
        raise InputError(
            f"{found.name} has no encoder, so that no test thing has a place or a cost; "
            f"`python -m vae compare {found.name} ANOTHER` measures what it draws, beside another's."
        )
    asked = dataset or found.card.training.get("dataset") or found.card.data.name
    if not asked:
        raise InputError(f"{found.name} does not say what it was trained on; say it with --dataset NAME.")
    # A set of one's own is known by its path, which the settings keep, and not by the name on its card.
    data = load(asked)
    if data.image_shape != found.card.image_shape:
        raise InputError(
            f"{found.name} takes images [C, H, W] = {list(found.card.image_shape)}, but those of {data.name} are "
            f"{list(data.image_shape)}; choose another --dataset."
        )
    _check_classes(found.card, data)
    without = found.card.training.get("without")
    test, train = tested(data, found.card.training.get("targets")), data.train
    by = _by_networks if has_networks(found.card) else _by_graphs
    evaluation = by(found, draws)(
        test.things, test.labels, train.things, train.labels, title=data.title, without=without, **draws
    )
    return asdict(evaluation[0])


def has_networks(card: Card) -> bool:
    """Say whether a model has networks of ours, with weights in a file of their own, and not only two graphs."""
    return card.origin is None and WEIGHTS in card.files and card.family in FAMILIES and card.network in NETWORKS


def _by_networks(found: Model, draws: dict[str, int]) -> Callable[..., tuple["Evaluation", Any]]:
    from vae.training import metrics
    from vae.training.graphs import load_model

    return partial(metrics.evaluate, load_model(found.card, found.folder))


def _by_graphs(found: Model, draws: dict[str, int]) -> Callable[..., tuple["Evaluation", Any]]:
    from vae.experiments import worth
    from vae.explore.explorer import Explorer

    told = {name: draws[name] for name in ("elbo_samples", "importance_samples", "seed")}
    return partial(worth.evaluate, worth.by_graphs(Explorer(found), **told))


def floor(models: tyro.conf.Positional[tuple[str, ...]]) -> int:
    """Write onto the cards of models what their test images cost by themselves: the floor that no model gets under.

    Training does so by itself; this is for models of earlier versions.

    Args:
        models: Names in the library, or folders.
    """
    from vae.data import load

    if not models:
        raise InputError("Name at least one model; `python -m vae list` lists them.")
    for name in models:
        found = find(name)
        _check_likelihood(found)
        card = found.card
        data = load(card.training.get("dataset") or card.data.name)
        if data.item.shape != card.item.shape:
            raise InputError(f"{found.name} and {data.name} hold things of different shapes; the card stays as it is.")
        least = _floor_of(card, data.test.things)
        if least is None:
            print(f"{found.name}: a density has no floor; the card stays as it is")
            continue
        before, after = _around(card.metrics, "reconstruction")
        metrics = before | {"floor": float(least.mean())} | after
        write_card(replace(card, metrics=metrics, files=card.files | _keep(found, least)), found.folder)
        print(f"{found.name}: floor {least.mean():.2f} nats")
    return 0


def _check_likelihood(found: Model) -> None:
    if found.card.likelihood == NO_LIKELIHOOD or "encode" not in found.card.can:
        raise InputError(f"{found.name} has no reconstruction in nats, so that it has no floor; choose another model.")


def _keep(found: Model, floor: np.ndarray) -> dict[str, str]:
    """Keep the floor of each test thing beside its code; return the checksum that has changed, by its file.

    Maps are of the codes, which are as they were: they are kept too, though they know the codes by their file.
    """
    codes = read_codes(found.folder)
    if codes is None or len(codes.cost) != len(floor):
        return {}
    path, maps = found.folder / "codes.npz", sorted((found.folder / "maps").glob("*.npz"))
    standing = {map: file.read(map, file.key(found, map.stem)) for map in maps}
    add_floor(path, floor)
    for map, known in standing.items():
        if known is not None:
            file.write(map, file.key(found, map.stem), known)
    return {path.name: sha256(path)} if path.name in found.card.files else {}


def _floor_of(card: Card, things: Any) -> np.ndarray | None:
    """Return the floor of each of things as they are kept, a thousand at a time; None for a density."""
    from vae.explore.likelihood import floor as least

    if least_of(card.likelihood) == "unbounded":
        return None
    passes = (things[first : first + ROWS] for first in range(0, len(things), ROWS))
    parts = [least(card.kind.feed(some), card.likelihood) for some in passes]
    return np.concatenate([part for part in parts if part is not None])


def _around(metrics: dict[str, Any], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part the metrics after the one of this name; a floor that stands there already is left out."""
    kept = [item for item in metrics.items() if item[0] != "floor"]
    at = next((place for place, (key, _) in enumerate(kept, 1) if key == name), len(kept))
    return dict(kept[:at]), dict(kept[at:])


def _check_classes(card: Card, data: "Dataset") -> None:
    """Refuse data with other classes than those that a conditional model can be told."""
    for given in card.latent.given:
        if given.choices != list(data.classes) or data.test.labels is None:
            raise InputError(
                f"{card.name} is told the {given.name}, which {data.name} does not say, or names otherwise; choose "
                "another --dataset."
            )


def summary(figures: dict[str, Any]) -> str:
    """Say in lines what a model is worth."""
    if "reconstruction" not in figures:
        return f"  ({figures['conditions']})"
    floor = (
        "" if figures["floor"] is None else f" (of it {figures['floor']:.2f} is the floor, which no model gets under)"
    )
    if figures["rmse"] is not None:
        kl = "" if figures["kl"] is None else f", KL {figures['kl']:.2f} nats"
        lines = [f"  root mean square error {figures['rmse']:.4f}{kl}; no likelihood is known, and so no ELBO"]
    elif figures["negative_elbo"] is None:
        lines = [
            f"  reconstruction {figures['reconstruction']:.2f} nats{floor}; without a prior there is no KL and no ELBO"
        ]
    else:
        lines = [
            f"  -ELBO {figures['negative_elbo']:.2f} ± {figures['negative_elbo_standard_error']:.2f} nats "
            f"= reconstruction {figures['reconstruction']:.2f}{floor} + KL {figures['kl']:.2f}"
        ]
    if figures["bits_per_dim"] is not None:
        lines.append(f"  {figures['bits_per_dim']:.3f} bits per dimension")
    if figures["log_likelihood"] is not None:
        error = figures["log_likelihood_standard_error"]
        lines.append(f"  log p(x) at least {figures['log_likelihood']:.2f} ± {error:.2f} nats (importance sampling)")
        lines.append(
            f"  which is {figures['gap']:.2f} ± {figures['gap_standard_error']:.2f} nats above the ELBO of these images"
        )
    if figures["active_units"] is not None:
        lines.append(f"  active units {figures['active_units']}")
    if figures["codes_used"] is not None:
        lines.append(f"  codes used {figures['codes_used']}, as many as {figures['code_perplexity']:.1f} used alike")
    if figures["knn_accuracy"] is not None:
        lines.append(f"  10-NN accuracy {figures['knn_accuracy']:.4f}")
    return "\n".join([*lines, f"  ({figures['conditions']})"])
