"""A training run is a folder: settings, a line a record, a checkpoint to go on from, and at the end a model."""

import itertools
import math
import os
import platform
import re
import shlex
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np
import torch
from filelock import Timeout
from safetensors import safe_open
from safetensors.torch import save

from vae.config import TrainConfig
from vae.data import Dataset, check_trainable, load
from vae.errors import InputError, first_line
from vae.graphs import write_graphs
from vae.latent import data_range
from vae.library import (
    DAMAGED_JSON,
    Card,
    Codes,
    DataInfo,
    Latent,
    cannot_write,
    check_name,
    is_taken,
    models_folder,
    replacing,
    sha256,
    write_card,
    write_codes,
)
from vae.locks import is_locked, lock
from vae.metrics import Evaluation, Measured, evaluate
from vae.train import Step, TrainState, begin, train

SECONDS_BETWEEN_CHECKPOINTS = 20.0


def new_folder(config: TrainConfig, name: str | None = None) -> Path:
    """Return a folder that is still free in a person's library, named after the model."""
    stem = check_name(name) if name else f"{slug(Path(config.dataset).name)[:50]}-{config.latent_dims}d"
    if name and is_taken(name):
        raise InputError(
            f"The library has {name!r} already; choose another --name, or go on with a stopped run by --resume."
        )
    names = itertools.chain([stem], (f"{stem}-{i}" for i in itertools.count(2)))
    folders = (models_folder() / free for free in names if not is_taken(free))
    return next(folder for folder in folders if not is_locked(folder))


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Keep every other process from training in `folder` while the block runs; raise `InputError` where one does."""
    try:
        with lock(folder):
            yield
    except Timeout:
        raise InputError(f"Another process trains in {folder}; wait for it, or choose another --out.") from None


def start(config: TrainConfig, folder: Path) -> tuple[TrainState, Dataset]:
    """Begin a run in `folder`, which must be new or empty; nothing is written before the settings and data are good."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            f"{folder} is not empty; choose another --out, or go on with --resume {shlex.quote(str(folder))}."
        )
    dataset = load(config.dataset)
    check_trainable(dataset)
    config = config.settled()
    state = begin(config, dataset.image_shape)
    with replacing(folder / "config.json") as path:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(config)) + b"\n")
    return state, dataset


def resume(folder: Path) -> tuple[TrainState, Dataset]:
    """Open the run in `folder` where its last checkpoint left it; a run with no checkpoint starts at the beginning."""
    if (folder / "card.json").exists():
        raise InputError(f"{folder} is finished; start a new run with another --out.")
    try:
        config = msgspec.json.decode((folder / "config.json").read_bytes(), type=TrainConfig)
    except OSError as error:
        raise InputError(f"No run to resume in {folder}: config.json cannot be read ({error.strerror}).") from None
    except DAMAGED_JSON as error:
        raise InputError(f"{folder / 'config.json'} is damaged ({error}); start the run again.") from None
    dataset = load(config.dataset)
    state = begin(config, dataset.image_shape)
    if (folder / "checkpoint.safetensors").exists():
        read_checkpoint(state, folder / "checkpoint.safetensors")
    return state, dataset


def follow(state: TrainState, dataset: Dataset, folder: Path) -> Generator[Step]:
    """Train in `folder`, yielding each record after it is written down; checkpoints are kept along the way.

    Close the generator to stop: it leaves a checkpoint from which `resume` goes on with the same numbers.
    """
    _forget_after(folder / "metrics.jsonl", state.step)
    saved = time.monotonic()
    try:
        with (folder / "metrics.jsonl").open("ab") as lines:
            for step in train(state, dataset.train.images):
                lines.write(msgspec.json.encode(step) + b"\n")
                lines.flush()
                try:
                    yield step
                except GeneratorExit:
                    write_checkpoint(state, folder / "checkpoint.safetensors")
                    return
                if time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                    write_checkpoint(state, folder / "checkpoint.safetensors")
                    saved = time.monotonic()
        # The weights are kept before they are measured, so that an interrupted measurement costs no training.
        write_checkpoint(state, folder / "checkpoint.safetensors")
    except OSError as error:
        _forget_after(folder / "metrics.jsonl", state.step)
        raise cannot_write(folder, error) from None


def _forget_after(path: Path, step: int) -> None:
    """Cut off the records that a resumed run is about to write again, and a line that a full disk cut short."""
    if not path.exists():
        return
    kept = itertools.takewhile(lambda line: _step_of(line) <= step, path.read_bytes().splitlines(keepends=True))
    os.truncate(path, sum(len(line) for line in kept))


def _step_of(line: bytes) -> float:
    try:
        return float(msgspec.json.decode(line)["step"]) if line.endswith(b"\n") else math.inf
    except (*DAMAGED_JSON, KeyError, TypeError):
        return math.inf


def write_checkpoint(state: TrainState, path: Path) -> None:
    """Keep all that the run needs to go on, in one safetensors file, whole or not at all."""
    tensors = {f"model.{name}": value for name, value in state.model.state_dict().items()}
    for i, slots in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{i}.{slot}": value for slot, value in slots.items()}
    tensors["noise"] = state.noise.get_state()
    with replacing(path) as temporary:
        kept = {name: value.detach().contiguous() for name, value in tensors.items()}
        temporary.write_bytes(save(kept, {"step": str(state.step)}))


def read_checkpoint(state: TrainState, path: Path) -> None:
    """Put a fresh `state` where the checkpoint was taken."""
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
            step = int(file.metadata()["step"])
        state.model.load_state_dict(_under(tensors, "model."))
        slots: dict[int, dict[str, torch.Tensor]] = {}
        for name, value in _under(tensors, "optimizer.").items():
            index, slot = name.split(".")
            slots.setdefault(int(index), {})[slot] = value
        groups = state.optimizer.state_dict()["param_groups"]
        state.optimizer.load_state_dict({"state": slots, "param_groups": groups})
        state.noise.set_state(tensors["noise"])
    except Exception as error:  # safetensors and torch raise classes of their own
        raise InputError(f"{path} is damaged ({first_line(error)}); delete it to start the run again.") from None
    state.step = step


def _under(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}


def finish(state: TrainState, dataset: Dataset, folder: Path, seconds: float | None = None) -> Card:
    """Measure the trained model and turn the run's folder into a model's folder; the card comes last, and whole."""
    evaluation, measured = evaluate(
        state.model,
        dataset.test.images,
        dataset.test.labels,
        dataset.train.images,
        dataset.train.labels,
        title=dataset.title,
    )
    try:
        with tempfile.TemporaryDirectory(prefix=".finish-", dir=folder) as temporary:
            made = Path(temporary)
            write_graphs(state.model, made)
            codes = Codes(measured.mean, measured.log_variance, dataset.test.labels, measured.negative_elbo)
            write_codes(made / "codes.npz", codes)
            files = {path.name: sha256(path) for path in sorted(made.iterdir())}
            for name in files:
                (made / name).replace(folder / name)
        card = describe(state, dataset, folder, evaluation, measured, files, seconds)
        write_card(card, folder)
        (folder / "checkpoint.safetensors").unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from None
    return card


def describe(
    state: TrainState,
    dataset: Dataset,
    folder: Path,
    evaluation: Evaluation,
    measured: Measured,
    files: dict[str, str],
    seconds: float | None,
) -> Card:
    """Write down on a card what was trained, how, and what it is worth."""
    config = state.config
    noise = np.random.default_rng(0).standard_normal(measured.mean.shape, np.float32)
    aggregate = measured.mean + noise * np.exp(0.5 * measured.log_variance)
    channels, height, width = dataset.image_shape
    return Card(
        name=slug(folder.resolve().name),
        family="gaussian",
        network=config.network,
        likelihood=config.likelihood,
        beta=config.beta,
        image_shape=(channels, height, width),
        data=DataInfo(dataset.name, dataset.title, dataset.licence, dataset.source, list(dataset.classes)),
        latent=Latent(config.latent_dims, [float(v) for v in measured.kl.mean(0)], data_range(aggregate)),
        training=asdict(config)
        | {"command": command(config), "images": len(dataset.train.images)}
        | ({} if seconds is None else {"seconds": round(seconds, 1)}),
        versions={"python": platform.python_version()}
        | {package: version(package) for package in ("torch", "numpy", "onnx")},
        metrics=asdict(evaluation),
        files=files,
        seed=config.seed,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def slug(name: str) -> str:
    """Turn a folder's name into a model's name."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:64] or "model"


def command(config: TrainConfig) -> str:
    """Return the line that trains a model of these settings again; settings at their default are left out."""
    changed = [
        f"--{field.name.replace('_', '-')} {shlex.quote(str(getattr(config, field.name)))}"
        for field in fields(config)
        if field.name == "dataset" or getattr(config, field.name) != field.default
    ]
    return " ".join(["python -m vae train", *changed])
