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
    """Draw masks, uint8 [n, H, W, 1 + K]; returns uint8 [n, H, W, 3], `paper.side` along the longer side."""
    grey = masks[..., :1].astype(np.float32)
    shares = OPACITY * masks[..., 2:].astype(np.float32) / CERTAIN
    colours = np.array([rgb(LABELS[number % len(LABELS)]) for number in range(shares.shape[-1])], np.float32)
    mixed = grey * (1 - shares.sum(-1, keepdims=True).clip(0, 1)) + shares @ colours
    high, wide = masks.shape[1:3]
    rows, columns = (_sampled(side, max(1, round(paper.side * side / max(high, wide)))) for side in (high, wide))
    return (mixed + 0.5).clip(0, 255).astype(np.uint8)[:, rows][:, :, columns]


def _sampled(side: int, drawn: int) -> np.ndarray:
    """Return which of the pixels along a side is nearest to each that is drawn."""
    return np.asarray(np.arange(drawn) * side // drawn)
