"""The images that a run is watched by: chosen once, kept beside it."""

import hashlib
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np
import torch

from vae.data import parts_of
from vae.datasets.dataset import Dataset, Split
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.files import write_arrays
from vae.kinds.kinds import kind_of
from vae.models.model import Model
from vae.runs.snapshots import item_bytes, read_probe
from vae.training.loop import TrainState, as_tensor, fed

MAP_IMAGES, FEWEST_MAP_IMAGES = 1000, 400
RECONSTRUCTED = 10
SAMPLES = 16

SECONDS_TO_LOOK = 0.2
"""What one look at all images of the map may take; with a slower network there are fewer of them."""


def choose_probe(state: TrainState, dataset: Dataset, folder: Path) -> dict[str, np.ndarray]:
    """Read the run's probe, or choose one: a resumed run is watched by the same images."""
    with suppress(InputError):
        probe = read_probe(folder)
        fits = _is_of(probe, dataset) if state.model.encodes else not len(probe["numbers"])
        if fits and probe["noise"].shape == (SAMPLES, state.model.dice):
            return probe
    draw = np.random.default_rng(state.config.seed)
    probe = _of_things(state, dataset, draw) if state.model.encodes else _of_none(dataset)
    probe |= {
        "noise": draw.standard_normal((SAMPLES, state.model.dice), np.float32),
        "data": np.frombuffer(checksum(state.config.dataset, dataset), np.uint8),
        "item": item_bytes(dataset.item),
    }
    write_arrays(folder / "snapshots" / "probe.npz", probe)
    return probe


def _of_none(dataset: Dataset) -> dict[str, np.ndarray]:
    """Return what is watched of a model without an encoder: no image has a place, and none comes back; only draws."""
    originals = np.zeros((0, *dataset.item.shape), kind_of(dataset.item).kept)
    return {"numbers": np.zeros(0, np.int32), "originals": originals}


def _of_things(state: TrainState, dataset: Dataset, draw: np.random.Generator) -> dict[str, np.ndarray]:
    """Choose the images of the map, and those among them that are shown beside what comes back."""
    numbers = draw.permutation(len(dataset.test))[: _affordable(state.model, dataset.test)].astype(np.int32)
    trained = _trained(state, dataset, draw, FEWEST_MAP_IMAGES - len(numbers))
    labels = None if dataset.test.labels is None else dataset.test.labels[numbers]
    shown = numbers[one_of_each(labels, len(numbers))]
    probe = {
        "numbers": numbers,
        "originals": np.ascontiguousarray(dataset.test.things[shown]),
    }
    if len(trained):
        probe["trained"] = trained
    if labels is not None and dataset.train.labels is not None:
        probe["labels"] = np.concatenate([labels, dataset.train.labels[trained]])
    if dataset.test.factors is not None and dataset.train.factors is not None:
        of_both = dataset.test.factors[numbers], dataset.train.factors[trained]
        probe["factors"] = np.concatenate(of_both).astype(np.float32)
    return probe


def _trained(state: TrainState, dataset: Dataset, draw: np.random.Generator, room: int) -> np.ndarray:
    """Choose images that are trained on, for the map of a set that holds few out: int32 [T], none without room.

    Six points are no map. What is measured stays with the images held out.
    """
    if room <= 0:
        return np.zeros(0, np.int32)
    learnt = parts_of(dataset, state.config).learnt
    numbers = np.arange(len(dataset.train)) if learnt is None else np.asarray(learnt)
    return draw.permutation(numbers)[:room].astype(np.int32)


def _affordable(model: Model, split: Split) -> int:
    """Say how many images the map may have, by the time that this machine takes for a few."""
    few = fed(as_tensor(split.things[:32], model.kind), model.kind)
    classes = torch.eye(model.told)[torch.zeros(len(few), dtype=torch.int64)] if model.told else None
    given = model.told_by(few, classes)
    seconds = []
    for _ in range(3):  # the first is slower, and another may be disturbed
        began = time.perf_counter()
        model.decode(model.encode(few, given).centre, given).log_prob(few)
        seconds.append(time.perf_counter() - began)
    count = int(SECONDS_TO_LOOK / (min(seconds) / len(few)))
    return min(len(split), MAP_IMAGES, max(FEWEST_MAP_IMAGES, count))


def one_of_each(labels: np.ndarray | None, count: int) -> np.ndarray:
    """Choose which of the first `count` are reconstructed: one a class where there are, then the first; [R] places."""
    chosen = [] if labels is None else np.unique(labels[:count], return_index=True)[1][:RECONSTRUCTED].tolist()
    taken = set(chosen)
    others = (place for place in range(count) if place not in taken)
    return np.array([*chosen, *others][:RECONSTRUCTED])


def _is_of(probe: dict[str, np.ndarray], dataset: Dataset) -> bool:
    """Say whether a probe is one of this data set's: its numbers are there, and its originals are those pictures."""
    numbers, trained, labels = probe["numbers"], probe.get("trained", np.zeros(0, np.int32)), probe.get("labels")
    if not len(numbers) or (labels is not None and len(labels) != len(numbers) + len(trained)):
        return False
    for chosen, split in ((numbers, dataset.test), (trained, dataset.train)):
        if len(chosen) and (chosen.min() < 0 or chosen.max() >= len(split)):
            return False
    return np.array_equal(dataset.test.things[numbers[one_of_each(labels, len(numbers))]], probe["originals"])


def checksum(name: str, dataset: Dataset) -> bytes:
    """Return 32 bytes that tell the data set `name` from others that bear, or bore, this name.

    Of a person's own set they are of the shapes and the files' checksums, or of where it comes from; one that comes
    with the explorer is always the same, however it was prepared, and only its shapes count.
    """
    content: object = None
    if name not in DATASETS:
        content = sorted(dataset.files.items()) or dataset.source
    said = [dataset.train.things.shape, dataset.test.things.shape, content]
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def check_same_data(folder: Path, name: str, dataset: Dataset) -> None:
    """Raise `InputError` where the run in `folder` was begun on other data than `dataset`, which has their name now."""
    try:
        probe = read_probe(folder)
    except InputError:  # it has not begun
        return
    same = probe["data"].tobytes() == checksum(name, dataset) if "data" in probe else _is_of(probe, dataset)
    if not same:
        raise InputError(f"The data set {name!r} has changed since this run began to train on it; start a new run.")
