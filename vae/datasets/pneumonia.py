"""Read `pneumonia`: chest X-rays of children, small, with and without pneumonia."""

from pathlib import Path

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, needed
from vae.errors import InputError

FILE = "pneumoniamnist.npz"

CLASSES = ("normal", "pneumonia")

NOTE = "Not for diagnosis: these are small pictures to learn about models with, and no model here is a medical tool."

JUDGED = """
## What does a score measure on these X-rays?
Not illness. Let a model learn the normal ones alone. Its error, its KL and its −ELBO then find pneumonia as well as a
coin does:

| what is called unusual | AUROC |
|---|---|
| a high squared error, KL or −ELBO of a VAE of 16 dimensions, three trainings | 0.45 to 0.51 |
| a high squared error of 16 principal components | 0.46 |
| a large distance to the nearest normal one | 0.55 |
| **little contrast: a filter of one line** | **0.83** |
| **little sharpness: a filter of one line** | **0.89** |
| told the classes: logistic regression of the pixels | 0.92 |

Sharpness is the sum of the squared differences of pixels above one another. Those with pneumonia are smoother here, for
reasons that may lie as much in how they were taken and made small as in the lungs. A high AUROC says that a score parts
two folders of pictures. It does not say by what. `python benchmarks/kinds.py --kinds pneumonia` prints these figures.
"""


def read_pneumonia(folder: Path) -> Arrays:
    """Read the images, uint8 [n, 28, 28], and their classes; those that were published for validation are left out."""
    path = needed(folder, FILE)
    arrays: Arrays = {}
    with reading(path), np.load(path, allow_pickle=False) as kept:
        read = {part: (kept[f"{part}_images"], kept[f"{part}_labels"]) for part in ("train", "test")}
    for part, (images, labels) in read.items():
        if images.shape[1:] != (28, 28) or images.dtype != np.uint8 or labels.size != len(images):
            raise InputError(
                f"{path} is damaged: it holds {part} images {list(images.shape)} of {images.dtype} with "
                f"{labels.size} labels, not uint8 [n, 28, 28] with n; fetch it again."
            )
        if labels.max(initial=0) >= len(CLASSES):
            raise InputError(f"{path} is damaged: it has a label {labels.max()} beside 0 and 1; fetch it again.")
        arrays[f"{part}/images"], arrays[f"{part}/labels"] = images[..., None], labels.reshape(-1).astype(np.int64)
    return arrays
