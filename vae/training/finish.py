"""A trained run becomes a model: measured, exported, described on its card."""

import platform
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from vae.config import TrainConfig
from vae.data import values_of
from vae.datasets.dataset import Dataset
from vae.explore.geometry import NORMAL_RANGE, data_range
from vae.families import Family, family
from vae.files import cannot_write, sha256
from vae.library.cards import GRAPHS, Axis, Card, DataInfo, Given, Latent, write_card
from vae.library.codes import Codes, write_codes
from vae.library.learnt import FILE as LEARNT
from vae.library.learnt import write_learnt
from vae.models.model import Model
from vae.plans.layers import as_data
from vae.plans.networks import network
from vae.python_files import title_of
from vae.runs.recipes import command
from vae.runs.shelf import slug
from vae.training.best import BEST, Moment, use_best
from vae.training.checkpoints import CHECKPOINT
from vae.training.device import name_of
from vae.training.graphs import write_graphs
from vae.training.loop import TrainState, images_learnt, settings_at, steps_per_epoch

if TYPE_CHECKING:
    from vae.training.metrics import Evaluation, Measured

    Worth = tuple[Evaluation, Measured]

LEAST = 1e-12
"""Sum of squares that is divided by: an attribute that is the same for all has none."""

COMPLETED = 12
"""Things that are kept with a model which completes them, so that it has something to complete wherever it is."""

NOT_MEASURED = "without an encoder no test image has a place or a cost; `python -m vae compare` measures what it draws"


def finish(
    state: TrainState,
    dataset: Dataset,
    folder: Path,
    seconds: float | None = None,
    look_up: Callable[[], None] | None = None,
) -> Card:
    """Measure the trained model and turn the run's folder into a model's folder; the card comes last, and whole.

    look_up: called just before that, for it takes a while to get there; what it raises leaves no card.
    """
    trained_on = name_of(next(state.model.parameters()).device)
    state.model.cpu()
    best = use_best(state, folder)
    worth = _worth(state, dataset)
    try:
        with tempfile.TemporaryDirectory(prefix=".finish-", dir=folder) as temporary:
            made = Path(temporary)
            write_graphs(state.model, made, family(state.config.family).prior == "graph")
            if worth:
                write_codes(made / "codes.npz", _codes(worth[1], dataset.test.labels))
            if (things := _beside(state.model, dataset)) is not None:
                write_learnt(made / LEARNT, things)
            files = {path.name: sha256(path) for path in sorted(made.iterdir())}
            for name in files:
                (made / name).replace(folder / name)
        card = describe(state, dataset, folder, worth, files, seconds, best, trained_on)
        if look_up:
            look_up()
        write_card(card, folder)
        for left in (CHECKPOINT, BEST):
            (folder / left).unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from None
    return card


def _worth(state: TrainState, dataset: Dataset) -> "Worth | None":
    """Measure the model on the test images; None without an encoder, for then none of them has a place or a cost."""
    from vae.training.metrics import evaluate

    if not state.model.encodes:
        return None
    test, train = dataset.test, dataset.train
    parts = (test.things, test.labels, train.things, train.labels)
    return evaluate(state.model, *parts, title=dataset.title, without=state.config.without)


def _beside(model: Model, dataset: Dataset) -> np.ndarray | None:
    """Return the things that are kept with a model, [n, *shape]: those that it learnt, or whose parts it completes."""
    if model.learnt is not None:
        return model.kind.show(model.learnt.detach().numpy())
    completes = model.part and model.told_by(torch.zeros(1, *model.image_shape)) is not None
    return np.asarray(dataset.test.things[:COMPLETED]) if completes else None


def _codes(measured: "Measured", labels: np.ndarray | None) -> Codes:
    return Codes(measured.centre, measured.spread, measured.nats, measured.negative_elbo, labels, measured.floor)


def describe(
    state: TrainState,
    dataset: Dataset,
    folder: Path,
    worth: "Worth | None",
    files: dict[str, str],
    seconds: float | None,
    best: Moment | None = None,
    device: str = "cpu",
) -> Card:
    """Write down on a card what was trained, how, and what it is worth, where that was measured."""
    config, model, known = state.config, state.model, family(state.config.family)
    return Card(
        name=slug(folder.resolve().name),
        family=config.family,
        can=sorted(known.can),
        network=title_of(config.network),
        likelihood=config.likelihood,
        beta=settings_at(state, state.step)[0],
        item=dataset.item,
        data=DataInfo(dataset.name, dataset.title, dataset.licence, dataset.source, list(dataset.classes)),
        latent=Latent(
            _axes(worth and worth[1], model.groups or [""] * model.latent_dims, known.axis),
            known.prior,
            [Given("class", list(dataset.classes))] if model.told else [],
            model.dice if known.prior == "graph" else 0,
            model.grid,
        ),
        graphs=_graphs(known, model),
        training=_training(state, dataset, seconds, best) | {"device": device},
        versions={"python": platform.python_version()}
        | {package: version(package) for package in ("torch", "numpy", "onnx")},
        metrics=asdict(worth[0]) | _told(state, dataset, worth[1]) if worth else {"conditions": NOT_MEASURED},
        files=files,
        scale=model.scale,
        plan=_plan(config, model) if known.plain and model.planned else {},
        seed=config.seed,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _told(state: TrainState, dataset: Dataset, measured: "Measured") -> dict[str, float]:
    """Say how much of its attribute's variance over the test things a head tells, R²; nothing where there is none."""
    head, values = state.model.head, values_of(dataset, state.config, "test")
    if head is None or values is None:
        return {}
    with torch.no_grad():
        told = head(torch.from_numpy(measured.centre)).numpy()
    known = ~np.isnan(values)
    away, around = told[known] - values[known], values[known] - values[known].mean()
    return {"predict_r2": round(1 - float(np.square(away).sum() / max(np.square(around).sum(), LEAST)), 4)}


def _graphs(known: Family, model: Model) -> dict[str, str]:
    """Name the graphs that a model of a family has."""
    there = {"encode": "encode" in known.can, "decode": True, "draw": known.prior == "graph"}
    there |= dict.fromkeys(("cost", "sample"), not model.says.told) | {"predict": model.head is not None}
    return {does: GRAPHS[does] for does, is_there in there.items() if is_there}


def _axes(measured: "Measured | None", groups: Sequence[str], kind: Literal["real", "choice"] = "real") -> list[Axis]:
    """Say of each coordinate of the code where the data lies along it, what it carries, and its heading.

    Where nothing has a place it is where draws from N(0, I) lie.
    """
    if measured is None:
        return [Axis(NORMAL_RANGE, group=group) for group in groups]
    aggregate = measured.centre
    if measured.spread is not None and kind == "real":
        noise = np.random.default_rng(0).standard_normal(aggregate.shape, np.float32)
        aggregate = aggregate + noise * measured.spread
    nats: list[float | None] = [None] * aggregate.shape[1]
    if measured.nats is not None:
        nats = [float(value) for value in measured.nats.mean(0)]
    reaches = data_range(aggregate) if kind == "real" else [(0.0, 1.0)] * aggregate.shape[1]
    told = zip(reaches, nats, groups, strict=True)
    return [Axis(reach, each, kind, group) for reach, each, group in told]


def _plan(config: TrainConfig, model: Model) -> dict[str, Any]:
    """Return the networks as plain data: their layers, in order."""
    codes, outputs = model.latent_dims + model.told, model.heads * model.latent_dims or 1
    numbers = model.says.numbers(model.image_shape[0] - model.part, model.likely_options)
    pair = network(config.network).plans(model.image_shape, codes, outputs, config.width, config.depth, numbers)
    known = family(config.family)
    plans = known.around(model.latent_dims, known.own(config.options), pair)
    named = zip(("encoder", "decoder"), plans, strict=True)
    return {name: as_data(plan) for name, plan in named if model.encodes or name == "decoder"}


def _training(state: TrainState, dataset: Dataset, seconds: float | None, best: Moment | None) -> dict[str, object]:
    """Say how a model was trained: its settings, the line that trains it again, and where it went another way."""
    config, images = state.config, images_learnt(dataset, state.config)
    said = asdict(config) | {"command": command(config), "images": images}
    steps = config.epochs * steps_per_epoch(dataset, config)
    if state.step < steps:  # it was kept before its end
        said |= {"kept_at_step": state.step, "of_steps": steps}
    if best:
        said |= {
            "best_step": best.step,
            "validation_images": best.images,
            "validation_negative_elbo": round(best.negative_elbo, 2),
        }
    if made := [asdict(change) for change in state.changes if change.step <= state.step]:
        said["changes"] = made
    return said if seconds is None else said | {"seconds": round(seconds, 1)}
