"""Made data, small settings and one small trained model, shared by the tests of the model package."""

import atexit
import dataclasses
import math
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vae.config import TrainConfig
from vae.datasets.dataset import DataCard, Dataset, Split, things_file
from vae.datasets.prepared import write_card
from vae.plans.networks import NETWORKS
from vae.training import album, finish, training

torch.set_num_threads(1)  # tiny matrices: a second thread costs more than it gives, and bits stay the same everywhere

album.SECONDS_BEFORE_GRAPH = 1e9  # a process of its own that nobody would wait for

SMALL = TrainConfig(dataset="made", latent_dims=3, width=16, epochs=3, batch_size=16, learning_rate=3e-3, seed=5)
"""Four steps an epoch on 64 images: twelve steps."""


def room(network: str, dims: int, shape: tuple[int, int, int] = (1, 8, 8), depth: int | None = None) -> int:
    """Return the fewest latent dimensions, `dims` or more, that a network takes: cells share them out evenly."""
    known = NETWORKS[network]
    cells = math.prod(known.cells(shape, depth or known.depth or 1)) if known.cells else 1
    return cells * math.ceil(dims / cells)


def made_images(n: int, shape: tuple[int, int, int] = (1, 8, 8), seed: int = 0) -> np.ndarray:
    """Draw uint8 images [n, H, W, C] of bright bars on a dark ground, with noise: something a model can learn."""
    channels, height, width = shape
    random = np.random.default_rng(seed)
    images = random.integers(0, 60, (n, height, width, channels))
    for image, column in zip(images, random.integers(0, width, n), strict=True):
        image[:, column] += 180
    return images.astype(np.uint8)


def made_dataset(n: int = 64, shape: tuple[int, int, int] = (1, 8, 8)) -> Dataset:
    """Make a data set of n training and 32 test images in four classes."""
    splits = [
        Split(made_images(size, shape, seed), np.random.default_rng(seed).integers(0, 4, size))
        for seed, size in enumerate((n, 32))
    ]
    return Dataset("made", "Made bars", ("a", "b", "c", "d"), "CC0-1.0", "this test", *splits)


def made_series(n: int = 64, shape: tuple[int, int] = (16, 2)) -> Dataset:
    """Make a data set of n training and 32 test series [T, C], waves of random size and place."""
    at = 2 * np.pi * np.arange(shape[0])[None, :, None] / shape[0]
    splits = []
    for seed, size in enumerate((n, 32)):
        random = np.random.default_rng(seed)
        heights, places = random.uniform(0.5, 1.5, (size, 1, shape[1])), random.uniform(0, 2 * np.pi, (size, 1, 1))
        splits.append(Split((heights * np.sin(at + places)).astype(np.float32), None))
    meaning = {"low": -1.5, "high": 1.5, "channels": [f"channel {number}" for number in range(shape[1])]}
    return Dataset("made", "Made waves", (), "CC0-1.0", "this test", *splits, kind="series", meaning=meaning)


def write_dataset(folder: Path, dataset: Dataset) -> Path:
    """Write a data set as the prepared folder that `--dataset FOLDER` opens."""
    for part, split in (("train", dataset.train), ("test", dataset.test)):
        (folder / part).mkdir(parents=True)
        np.save(folder / part / f"{things_file(dataset.kind)}.npy", split.images)
        if split.labels is not None:
            np.save(folder / part / "labels.npy", split.labels)
    sizes = (len(dataset.train), len(dataset.test))
    card = DataCard("made", dataset.image_shape, sizes, dataset.title, list(dataset.classes), item=dataset.item)
    write_card(folder, card)
    return folder


@lru_cache(maxsize=1)
def trained_folder() -> Path:
    """Train the small model once, and return its folder, called `made-3d`; copy it before you change it."""
    root = tempfile.TemporaryDirectory(prefix="trained-")
    atexit.register(root.cleanup)
    folder = Path(root.name, "made-3d")
    dataset = write_dataset(Path(root.name, "made"), made_dataset())
    state, data = training.start(dataclasses.replace(SMALL, dataset=str(dataset)), folder)
    for _ in training.follow(state, data, folder):
        pass
    finish.finish(state, data, folder, seconds=1.0)
    return folder


def listing(folder: Path) -> list[str]:
    """List all that lies under `folder`, hidden files too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@contextmanager
def full_disk(bytes_left: int) -> Iterator[None]:
    """Let no file grow beyond `bytes_left` while the block runs: the write fails as it does on a full disk.

    Python ignores SIGXFSZ, so the process gets EFBIG from `write`, a part of the bytes already written.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def gradients(loss: Tensor, model: nn.Module, **parts: nn.Module) -> dict[str, Tensor]:
    """Return the gradient of each part's weights in one row, by its name; 0 where there is none."""
    model.zero_grad()
    loss.backward()
    return {
        name: torch.cat(
            [torch.zeros_like(w).flatten() if w.grad is None else w.grad.flatten() for w in part.parameters()]
        )
        for name, part in parts.items()
    }
