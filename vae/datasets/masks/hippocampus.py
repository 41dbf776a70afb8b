"""Read slices of the hippocampus with the two parts that were marked on them, from arrays."""

from pathlib import Path

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, needed
from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.masks.layout import labelled

FILE = "hippocampus_slices.npz"

HEIGHT, WIDTH = 48, 64

LABELS = ("background", "anterior", "posterior")
"""Nothing, the head, and the body with the tail."""

CLASSES = ("both parts", "anterior alone", "posterior alone")

ITEM = Item(
    "masks",
    (HEIGHT, WIDTH, 1 + len(LABELS)),
    {"labels": list(LABELS), "note": "Not for diagnosis."},
)


def read_hippocampus(folder: Path) -> Arrays:
    """Read the slices, uint8 [n, 48, 64], and their labels, 0 to 2, as masks; no person is in both halves."""
    path = needed(folder, FILE)
    arrays: Arrays = {}
    with reading(path), np.load(path, allow_pickle=False) as kept:
        people = [set(kept[f"{part}_patient"].tolist()) for part in ("train", "test")]
        read = {part: (kept[f"{part}_images"], kept[f"{part}_masks"]) for part in ("train", "test")}
    for part, (images, labels) in read.items():
        if images.shape[1:] != (HEIGHT, WIDTH) or images.shape != labels.shape or labels.max(initial=0) >= len(LABELS):
            raise InputError(
                f"{path} is damaged: it holds images {list(images.shape)} with masks {list(labels.shape)}, not "
                f"[n, {HEIGHT}, {WIDTH}] with labels 0 to 2; fetch it again."
            )
        arrays[f"{part}/things"] = labelled(images, labels, len(LABELS))
        arrays[f"{part}/labels"] = _seen(labels)
    if people[0] & people[1]:
        raise InputError(f"{path} is damaged: the same person is in both halves; fetch it again.")
    return arrays


def _seen(labels: np.ndarray) -> np.ndarray:
    """Return the class of each slice, int64 [n]: whether both parts are on it, or which one."""
    first, second = ((labels == label).any(axis=(1, 2)) for label in (1, 2))
    return np.where(first & second, 0, np.where(first, 1, 2)).astype(np.int64)
