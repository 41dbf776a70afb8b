"""Read two small sets of faces, from plain arrays or from the MATLAB files they were published as."""

from pathlib import Path

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, find_file, read_matrix
from vae.datasets.splits import SPLIT_SEED, split_stratified
from vae.errors import InputError

FREY_TESTS = 196
"""A tenth of the film's 1,965 frames."""


def read_olivetti(folder: Path) -> Arrays:
    """Read 400 faces of 64x64 pixels, ten of each of 40 people, in this order."""
    if path := find_file(folder, "olivetti_faces.npz"):
        images = _read_images(path)
    else:
        path = folder / "olivettifaces.mat"
        images = read_matrix(path, "faces").T.reshape(-1, 64, 64).swapaxes(1, 2)
    if images.shape != (400, 64, 64):
        raise InputError(f"{path} is damaged: it holds images {list(images.shape)}, not [400, 64, 64]; fetch it again.")
    people = np.repeat(np.arange(40), 10)
    train, test = split_stratified(people, 40, SPLIT_SEED)
    return _parts(images, train, test) | {"train/labels": people[train], "test/labels": people[test]}


def read_frey(folder: Path) -> Arrays:
    """Read the frames of one face, 28 rows of 20 pixels."""
    if path := find_file(folder, "frey_faces.npz"):
        images = _read_images(path)
    else:
        path = folder / "frey_rawface.mat"
        images = read_matrix(path, "ff").T.reshape(-1, 28, 20)
    if images.shape[1:] != (28, 20) or len(images) <= 2 * FREY_TESTS:
        raise InputError(
            f"{path} is damaged: it holds images {list(images.shape)}, not [1965, 28, 20]; fetch it again."
        )
    order = np.random.default_rng(SPLIT_SEED).permutation(len(images))
    return _parts(images, np.sort(order[FREY_TESTS:]), np.sort(order[:FREY_TESTS]))


def _read_images(path: Path) -> np.ndarray:
    with reading(path), np.load(path, allow_pickle=False) as arrays:
        return np.asarray(arrays["images"])


def _parts(images: np.ndarray, train: np.ndarray, test: np.ndarray) -> Arrays:
    images = np.ascontiguousarray(images[..., None].astype(np.uint8))
    return {"train/images": images[train], "test/images": images[test]}
