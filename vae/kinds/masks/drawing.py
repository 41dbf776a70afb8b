"""Masks as pictures where there is no browser: the grey image, and the colour of each label upon it.

Colours and opacity are those of assets/live/shared/views/masks/colouring.js.
"""

import numpy as np

from vae.colours import rgb
from vae.kinds.kind import Item, Paper
from vae.kinds.masks.layout import CERTAIN

LABELS = ("ba801b", "048fff", "ef4994", "22a864", "9490bd", "736800", "a63d4e", "157c70")
"""One for each label but the background."""

OPACITY = 0.5


def draw_masks(masks: np.ndarray, item: Item, paper: Paper) -> np.ndarray:
    """Draw masks, uint8 [n, H, W, 1 + K]; returns uint8 [n, H, W, 3], enlarged in whole multiples to `paper.side`."""
    grey = masks[..., :1].astype(np.float32)
    shares = OPACITY * masks[..., 2:].astype(np.float32) / CERTAIN
    colours = np.array([rgb(LABELS[number % len(LABELS)]) for number in range(shares.shape[-1])], np.float32)
    mixed = grey * (1 - shares.sum(-1, keepdims=True).clip(0, 1)) + shares @ colours
    times = max(1, paper.side // max(item.shape[:2]))
    return (mixed + 0.5).clip(0, 255).astype(np.uint8).repeat(times, 1).repeat(times, 2)
