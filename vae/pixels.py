"""Rows of plain numbers become pictures: which shape they have, and whether they go to 1 or to 255."""

import math
from collections.abc import Iterable

import numpy as np
from PIL import Image

from vae.errors import InputError
from vae.gathered import Frame

LAYOUTS = "[N, H, W], [N, H, W, 1, 3 or 4], [N, 1, 3 or 4, H, W] or [N, pixels]"
LARGEST_SIDE = 4096
SMALLEST = 8
"""Pixels of a side that is guessed: a table of four measurements is not one of pictures of 2 x 2."""


def shape_of_row(pixels: int, asked: tuple[int, int] | None = None) -> tuple[int, int, int] | None:
    """Return [H, W, C] of `pixels` numbers in a row; None where they make no picture.

    asked: [H, W] where somebody has said it; otherwise pictures are square, grey or red, green and blue by turns.
    """
    shapes = [(*asked, 1), (*asked, 3)] if asked else []
    guessed = [(side, side, channels) for channels in (1, 3) if (side := math.isqrt(pixels // channels)) >= SMALLEST]
    return next((shape for shape in shapes + guessed if math.prod(shape) == pixels), None)


def shape_of_array(shape: tuple[int, ...], asked: tuple[int, int] | None = None) -> tuple[tuple[int, int, int], bool]:
    """Return [H, W, C] of the pictures in an array of this shape, and whether their channels come first in it."""
    found, first = None, False
    if len(shape) == 2:
        found = shape_of_row(shape[1], asked)
    elif len(shape) == 3:
        found = (shape[1], shape[2], 1)
    elif len(shape) == 4 and shape[3] in (1, 3, 4):
        found = (shape[1], shape[2], shape[3])
    elif len(shape) == 4 and shape[1] in (1, 3, 4):
        found, first = (shape[2], shape[3], shape[1]), True
    if found is None or not all(1 <= side <= LARGEST_SIDE for side in found):
        raise InputError(f"Pictures are {LAYOUTS}, at most {LARGEST_SIDE} a side; got {list(shape)}. Reshape them.")
    return found, first


def white_of(rows: Iterable[np.ndarray]) -> float:
    """Return the number that is white, 1 or 255, going by some of the rows."""
    return 1.0 if all(np.fmax.reduce(row, axis=None, initial=0) <= 1 for row in rows) else 255.0


def frame_of(values: np.ndarray, shape: tuple[int, int, int], white: float) -> Frame | str:
    """Turn one picture's numbers, [H, W, C] in any shape, into a frame, or say why they are none."""
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return "It holds NaN or infinity."
    if values.dtype.kind != "b" and (values.min() < 0 or values.max() > white):
        return f"Its values go from {values.min():g} to {values.max():g}, outside 0 to {white:g}."
    if values.dtype == np.uint8 and white == 255:
        pixels = values.reshape(shape)
    else:
        pixels = np.floor(values.astype(np.float32) * (255 / white) + 0.5).astype(np.uint8).reshape(shape)
    if shape[2] == 4:  # on white, as pictures with transparent parts are
        alpha = pixels[..., 3:].astype(np.float32) / 255
        pixels = np.floor(pixels[..., :3] * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if shape[2] == 1 else pixels))
    return Frame(image, (shape[1], shape[0]), image.mode)
