"""Read dSprites: white shapes of 64x64 pixels with the factors each was drawn from."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, find_file
from vae.datasets.splits import SPLIT_SEED, split_stratified

PACKED = "dsprites_random20000_64x64_packed.npz"
GRID = "dsprites_grid_3x6x10x16x16_64x64_packed.npz"
PUBLISHED = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz"

TAKEN, TESTS = 20_000, 2_000

STEPS = (1, 1, 4, 2, 2)
"""Of shape, scale, orientation, x and y: the grid has each value, every fourth or every other."""


def read_dsprites(folder: Path) -> Arrays:
    """Read 20,000 of the images, from the published file or from one that holds them as packed bits.

    factors: float32 [N, 5], shape (1 square, 2 ellipse, 3 heart), scale, orientation in radians, x and y in [0, 1].
    """
    return _read(folder, PACKED, _at_random)


def read_dsprites_grid(folder: Path) -> Arrays:
    """Read the 46,080 images of each shape and scale at every fourth orientation and every other x and y.

    A complete grid of its factors in both parts together, from the published file or from one that holds them as packed
    bits; arrays as `read_dsprites` gives them.
    """
    return _read(folder, GRID, _on_grid)


def _at_random(factors: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(SPLIT_SEED)
    return np.sort(random.choice(len(factors), min(TAKEN, len(factors)), replace=False))


def _on_grid(factors: np.ndarray) -> np.ndarray:
    numbers = [np.unique(column, return_inverse=True)[1] for column in factors.T]
    kept = [number % step == 0 for number, step in zip(numbers, STEPS, strict=True)]
    return np.flatnonzero(np.logical_and.reduce(kept))


def _read(folder: Path, packed: str, choose: Callable[[np.ndarray], np.ndarray]) -> Arrays:
    if path := find_file(folder, packed):
        images, factors = _read_packed(path)
    else:
        images, factors = _read_published(folder / PUBLISHED, choose)
    shapes = factors[:, 0].astype(np.int64) - 1
    train, test = split_stratified(shapes, TESTS, SPLIT_SEED)
    arrays: Arrays = {}
    for part, rows in {"train": train, "test": test}.items():
        arrays |= {f"{part}/images": images[rows], f"{part}/labels": shapes[rows], f"{part}/factors": factors[rows]}
    return arrays


def _read_packed(path: Path) -> tuple[np.ndarray, np.ndarray]:
    with reading(path), np.load(path, allow_pickle=False) as arrays:
        bits = np.unpackbits(arrays["imgs_packed"], axis=1).reshape(-1, 64, 64, 1)
        return bits * np.uint8(255), arrays["latents_values"].astype(np.float32)


def _read_published(path: Path, choose: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Read the images of some rows, chosen by their factors, from the published file without holding its 3 GB.

    The constant colour is dropped.
    """
    with reading(path), np.load(path, allow_pickle=False) as arrays:
        factors = arrays["latents_values"][:, 1:].astype(np.float32)
        rows = choose(factors)
        images = np.empty((len(rows), 64, 64, 1), np.uint8)
        with zipfile.ZipFile(path) as archive, archive.open("imgs.npy") as file:
            np.lib.format.read_magic(file)
            shape, _, kind = np.lib.format.read_array_header_1_0(file)
            if shape[1:] != (64, 64) or kind != np.uint8 or shape[0] != len(factors):
                raise ValueError(f"its images are {list(shape)} of {kind}, not [{len(factors)}, 64, 64] of uint8")
            at = 0
            for i, row in enumerate(rows):
                file.seek((row - at) * 4096, 1)
                images[i, ..., 0] = np.frombuffer(file.read(4096), np.uint8).reshape(64, 64)
                at = row + 1
        return images * np.uint8(255), factors[rows]
