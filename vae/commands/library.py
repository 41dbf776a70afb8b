"""The library: list it, compare what is in it, delete from it, rename in it."""

import sys
from pathlib import Path
from typing import Any

import msgspec
import tyro

from vae.commands.flags import Json, Switch
from vae.errors import InputError
from vae.library.shelf import Broken, Model, find, list_models
from vae.measures.figures import FIGURES, Measured, from_card, ordered, rows
from vae.measures.words.table import aligned, as_csv, beside, said, write_csv

LISTED = ("dims", "beta", "negative_elbo", "reconstruction", "kl", "active_units", "knn_accuracy", "seed")
SHORT = {
    "dims": "dims",
    "beta": "beta",
    "negative_elbo": "-ELBO",
    "reconstruction": "reconstr.",
    "kl": "KL",
    "active_units": "active",
    "knn_accuracy": "10-NN",
    "seed": "seed",
}
"""The figures of the list, and their short titles; costs are in nats."""


def list_library(json: Json = False, sort: str | None = None, csv: Path | None = None) -> int:
    """List the models in the library, with what their cards say they are worth.

    Args:
        json: Print the cards as a JSON list.
        sort: Figure to sort by, the best first: dims, beta, negative_elbo, reconstruction, kl, active_units,
            knn_accuracy or seed; left out: by name, the bundled models first.
        csv: File to write the table to as CSV; - prints it.
    """
    found = list_models()
    models = {model.name: model for model in found if isinstance(model, Model)}
    figures = [from_card(model.card) for model in models.values()]
    if sort is not None:
        if sort not in LISTED:
            raise InputError(f"The list is sorted by one of {', '.join(LISTED)}; got {sort[:80]!r}.")
        figures = ordered(figures, sort)
    if csv is not None:
        write_csv(csv, as_csv(figures, {name: _facts(model) for name, model in models.items()}))
        return 0
    if json:
        print(msgspec.json.encode([models[one.name].card for one in figures]).decode())
        return 0
    if figures:
        head = ["model", "data", "network", *(SHORT[name] for name in LISTED), "where"]
        print("\n".join(aligned([head, *(_line(models[one.name], one) for one in figures)], left=3)))
    for one in found:
        if isinstance(one, Broken):
            print(f"{one.name:20} cannot be opened: {one.reason}")
    return 0


def _facts(model: Model) -> dict[str, Any]:
    card = model.card
    where = "bundled" if model.bundled else str(model.folder)
    return {"data": card.data.title, "family": card.family, "network": card.network, "where": where}


def _line(model: Model, figures: Measured) -> list[str]:
    facts = _facts(model)
    told = [said(name, figures.values[name]) for name in LISTED]
    return [model.name, facts["data"], facts["network"], *told, facts["where"]]


def compare(
    models: tyro.conf.Positional[tuple[str, ...]],
    sort: str | None = None,
    draws: int = 1000,
    seed: int = 0,
    cards: Switch = False,
    csv: Path | None = None,
    json: Json = False,
) -> int:
    """Put models of the same data beside each other: bound, rate and distortion, draws, prior, and the void beyond.

    Where it is known what the data was drawn from: MIG, SAP and DCI, which say how well dimensions part the factors.

    Draws are compared with the data in the features of a small classifier of our own, which is taught where that has
    not been done yet and kept beside the data: these figures are no FID, and compare with no figure of others.

    Args:
        models: Two names in the library, or more; or folders.
        sort: Figure to sort the models by, the best first, as --json names it; left out: as they were named.
        draws: Draws from each prior, 10 to 10,000; as many things of the data are held beside them.
        seed: Seed of the draws: the same codes for all models of as many dimensions.
        cards: Say only what the cards say; nothing is computed.
        csv: File to write the figures to as CSV, a line a model; - prints it.
        json: Print a JSON line for each stage, then one with the figures.
    """
    from vae.measures.alike import check_alike, other_nats
    from vae.measures.words.findings import findings

    found = [find(name) for name in models]
    check_alike([model.card for model in found])
    if sort is not None and sort not in FIGURES:
        raise InputError(f"Unknown figure {sort[:80]!r}; choose one of: {', '.join(FIGURES)}.")
    figures, conditions = [from_card(model.card) for model in found], ""
    if not cards:
        figures, conditions = _measured(found, figures, draws, seed, json)
    figures = figures if sort is None else ordered(figures, sort)
    note = other_nats([model.card for model in found])
    stands_out = findings(figures, same_nats=not note)
    if csv is not None:
        write_csv(csv, as_csv(figures))
    if json:
        told: dict[str, Any] = {"conditions": conditions, "figures": rows(figures)}
        told["why"] = {one.name: one.why for one in figures}
        told["findings"] = stands_out
        told["walks"] = {one.name: one.walk for one in figures}
        told["factors"] = {one.name: one.factors for one in figures}
        print(msgspec.json.encode(told).decode())
    elif str(csv) != "-":
        print(beside(figures, sort))
        for sentence in (note, *stands_out):
            print(f"\n{sentence}" if sentence else "", end="\n" if sentence else "")
        print(f"\n({conditions})" if conditions else "", end="\n" if conditions else "")
    return 0


def _measured(
    found: list[Model], figures: list[Measured], draws: int, seed: int, json: bool
) -> tuple[list[Measured], str]:
    """Compute what no card says, and tell how far it is; return all figures and the sentence that says how."""
    from vae.explore.draws import check_seed
    from vae.explore.explorer import Explorer
    from vae.measures.ground import ground_of
    from vae.measures.measuring import STAGES, Stage, check_draws, measure

    check_draws(draws)
    check_seed(seed)

    def tell(stage: Stage) -> None:
        if json:
            print(msgspec.json.encode(stage).decode(), flush=True)
        elif sys.stderr.isatty():
            print(f"{stage.model or 'data'}: {stage.what} …", file=sys.stderr)

    total = 1 + len(found) * len(STAGES)
    tell(Stage("", "the classifier", 0, total))
    ground = ground_of([model.card for model in found], draws, seed)
    whole = []
    for number, (model, card) in enumerate(zip(found, figures, strict=True)):
        for record in measure(Explorer(model), ground, draws, seed):
            if isinstance(record, Stage):
                tell(Stage(record.model, record.what, 1 + number * len(STAGES) + record.done, total))
            else:
                whole.append(card.and_(record))
    conditions = (
        f"{draws:,} draws of each model, seed {seed}, as the decoder expects them, beside {ground.told}; features: "
        f"{ground.features.told}; figures of the card as its conditions there say"
    )
    if ground.known:
        conditions += f"; known factors ({', '.join(ground.known.names)}) of {ground.known.told}"
    return whole, conditions


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
