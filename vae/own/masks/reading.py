"""One picture of a person's as an image, or as the labels of a mask."""

import io

import numpy as np
from PIL import Image

from vae.errors import InputError, first_line
from vae.own.images.bounds import check_bounds
from vae.own.images.picture import FORMATS, MAX_BYTES

MOST_SIDE = 256
"""Pixels along a side; a mask of more is learnt where it is made smaller first."""


def read_image(data: bytes) -> np.ndarray:
    """Read a picture as grey levels, uint8 [H, W]; of 16 bits, between its least and its greatest."""
    image = _opened(data)
    if image.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
        values = np.asarray(image, np.float64)
        low, high = values.min(), values.max()
        return ((values - low) * (255 / max(high - low, 1e-12)) + 0.5).astype(np.uint8)
    return np.asarray(image.convert("L"))


def read_labels(data: bytes) -> np.ndarray:
    """Read a mask's labels as its numbers say them, int64 [H, W]: grey levels, or places in its palette."""
    image = _opened(data)
    if image.mode == "LA":
        image = image.convert("L")
    if image.mode in ("RGB", "RGBA"):
        colours = np.asarray(image.convert("RGB"))
        if (colours != colours[..., :1]).any():
            raise InputError("The mask has colours; save it with a grey level for each label.")
        return colours[..., 0].astype(np.int64)
    if image.mode not in ("1", "L", "P", "I", "I;16", "I;16B", "I;16L"):
        raise InputError(f"The mask is of the mode {image.mode}; save it with a grey level for each label.")
    return np.asarray(image).astype(np.int64)


def _opened(data: bytes) -> Image.Image:
    """Open a picture of at most 256 pixels a side, and load it; `InputError` says why it is none."""
    if len(data) > MAX_BYTES:
        raise InputError("It has more than 20 MB.")
    check_bounds(data)
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if max(image.size) > MOST_SIDE:
            raise InputError(
                f"It has {image.width} x {image.height} pixels, and at most {MOST_SIDE} a side are learnt."
            )
        image.load()
    except InputError:
        raise
    except Exception as error:  # each reader of Pillow's has its own ways to complain
        raise InputError(f"It is no picture that can be read ({first_line(error)}).") from None
    return image
