"""How masks lie: uint8 [H, W, 1 + K], the grey image first, then a probability for each of K labels, the background's
the first of them."""

from typing import Any

import numpy as np

from vae.kinds.kind import Item

CERTAIN = 255
"""What a label's probability of 1 is kept as."""


def labelled(images: np.ndarray, labels: np.ndarray, many: int) -> np.ndarray:
    """Lay images, uint8 [n, H, W], and their pixels' labels, numbers [n, H, W], out as masks of so many labels."""
    sure = np.arange(many, dtype=labels.dtype) == labels[..., None]
    return np.concatenate([images[..., None], CERTAIN * sure.astype(np.uint8)], axis=-1)


def labels_of(masks: np.ndarray) -> np.ndarray:
    """Return the number of the likeliest label of each pixel, int64 [n, H, W], of masks in any units."""
    return masks[..., 1:].argmax(-1)


def names_of(item: Item) -> list[str]:
    """Return the names of the labels, the background's first; numbers where nothing names them."""
    said: list[Any] = item.meaning.get("labels") or []
    many = item.shape[2] - 1
    return [str(name) for name in said] if len(said) == many else ["background", *map(str, range(1, many))]
