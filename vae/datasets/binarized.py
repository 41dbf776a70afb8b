"""Read binarized MNIST: the one black-and-white drawing of MNIST that published log-likelihoods are of."""

from pathlib import Path

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, find_file, needed
from vae.errors import InputError

SIDE = 28

PACKED = "binarized_mnist_packed.npz"
TEXT = ("binarized_mnist_train.amat", "binarized_mnist_test.amat")


def read_binarized_mnist(folder: Path) -> Arrays:
    """Read the images as 0 and 255, and no labels: rows of 0 and 1 as text, or eight pixels a byte in one file.

    The 10,000 images that were published for validation are left out.
    """
    rows = _packed(needed(folder, PACKED)) if find_file(folder, PACKED) else _text(folder)
    for part, bits in rows.items():
        if bits.ndim != 2 or bits.shape[1] != SIDE * SIDE or not len(bits) or bits.max() > 1:
            raise InputError(
                f"{folder} is damaged: its {part} images are {list(bits.shape)}, not rows of {SIDE * SIDE} zeros and "
                "ones; fetch them again."
            )
    return {f"{part}/images": 255 * bits.reshape(-1, SIDE, SIDE, 1) for part, bits in rows.items()}


def _packed(path: Path) -> dict[str, np.ndarray]:
    with reading(path), np.load(path, allow_pickle=False) as arrays:
        return {part: np.unpackbits(np.asarray(arrays[part], np.uint8), axis=1) for part in ("train", "test")}


def _text(folder: Path) -> dict[str, np.ndarray]:
    found = {}
    for part, name in zip(("train", "test"), TEXT, strict=True):
        path = needed(folder, name)
        with reading(path):
            found[part] = np.loadtxt(path, np.uint8, ndmin=2)
    return found
