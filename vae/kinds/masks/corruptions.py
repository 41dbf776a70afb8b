"""Ways to spoil a mask or its image, each by an amount from 0 (as it was) to 1.

masks: float [n, H, W, 1 + K], the grey image first.
"""

import numpy as np

from vae.kinds.kind import Corruption
from vae.kinds.masks.layout import labels_of

SPREAD = 0.5
"""Standard deviation of the noise on the image at amount 1."""


def hidden(masks: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Lose the labels of a share `amount` of the pixels, those that are nearest to a place drawn at random."""
    n, height, width, _ = masks.shape
    y, x = (random.random((n, 1, 1)) * side for side in (height, width))
    away = np.hypot(np.arange(height)[:, None] + 0.5 - y, np.arange(width) + 0.5 - x).reshape(n, -1)
    rank = away.argsort(1, kind="stable").argsort(1, kind="stable")
    lost = rank < np.rint(amount * height * width)[:, None]
    return ~lost.reshape(n, height, width)


def grainy(masks: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Add normal noise to the image, and leave the labels as they are."""
    spoiled = masks.astype(np.float32)
    deviation = SPREAD * amount.reshape(-1, 1, 1)
    spoiled[..., 0] += deviation * random.standard_normal(masks.shape[:3], np.float32)
    return spoiled


def swapped(masks: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Put another label, each as likely, in place of a share `amount` of the pixels' labels."""
    n, height, width, channels = masks.shape
    many = channels - 1
    drawn = random.random((n, height * width))
    rank = drawn.argsort(1, kind="stable").argsort(1, kind="stable")
    chosen = (rank < np.rint(amount * height * width)[:, None]).reshape(n, height, width)
    on = 1 + np.floor(random.random((n, height, width)) * (many - 1)).astype(int)
    others = (labels_of(masks) + on) % many
    wrong = (np.arange(many) == others[..., None]).astype(np.float32)
    labels = np.where(chosen[..., None], wrong, masks[..., 1:]).astype(np.float32)
    return np.concatenate([masks[..., :1].astype(np.float32), labels], axis=-1)


CORRUPTIONS: dict[str, Corruption] = {
    "hidden": Corruption(
        "Hidden labels",
        "Share of the pixels whose label is lost",
        "Part of the mask is not there yet: somebody has begun to draw it. At 1 only the image is left.",
        0.5,
        hidden,
        hides=True,
        chance="place",
    ),
    "gaussian": Corruption(
        "Noise on the image",
        "Standard deviation of the noise, as a share of half of the grey levels",
        "Each pixel of the image is brighter or darker than it was, as in a scan of little time; the mask stays.",
        0.3,
        grainy,
    ),
    "swapped": Corruption(
        "Wrong labels",
        "Share of the pixels with another label",
        "Here and there a pixel has another label, and nothing says where.",
        0.1,
        swapped,
        chance="place",
    ),
    "brush": Corruption(
        "By hand",
        "The labels of what you mark are lost",
        "What you mark of the mask is lost; the image stays.",
        1.0,
        None,
        hides=True,
        chance="none",
    ),
}
"""The corruptions of masks, in the order to show them."""
