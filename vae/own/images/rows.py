"""Rows of plain numbers become pictures: which shape they have, and which numbers are black and white."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vae.errors import InputError
from vae.own.images.gathered import Frame
from vae.own.making import VALUES, as_kind

LAYOUTS = "[N, H, W], [N, H, W, 1, 3 or 4], [N, 1, 3 or 4, H, W] or [N, pixels]"
LARGEST_SIDE = 4096
SMALLEST = 8
"""Pixels of a side that is guessed: a table of four measurements is not one of pictures of 2 x 2."""

STRAYS = 0.1
"""Share of the pictures that may leave the range of the others: they are left out, and the others not squeezed."""


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
        cure = f"Reshape them; where each row is a series, {as_kind('series')}." if len(shape) < 4 else "Reshape them."
        raise InputError(f"Pictures are {LAYOUTS}, at most {LARGEST_SIDE} a side; got {list(shape)}. {cure}")
    return found, first


def oblong_of(pixels: int) -> tuple[int, int, int] | None:
    """Return [H, W, 1] of the rectangle nearest to a square; None where no sides of `SMALLEST` make it."""
    height = next((side for side in range(math.isqrt(pixels), SMALLEST - 1, -1) if pixels % side == 0), None)
    return None if height is None else (height, pixels // height, 1)


@dataclass(frozen=True)
class Levels:
    """The numbers that are black and white, and a sentence about them where it is not the usual."""

    black: float = 0.0
    white: float = 255.0
    note: str = ""

    @property
    def usual(self) -> bool:
        return self.black == 0 and self.white == 255


def levels_of(rows: Iterable[np.ndarray], dtype: np.dtype, asked: str = "") -> Levels:
    """Choose which numbers are black and white, by all pictures and not by one: `asked`, of VALUES, goes before.

    Left open: 0 to 1 or 0 to 255 where nearly all pictures keep within; -1 to 1 where most fractions go below 0 and
    nearly all keep within; else the type's range where its upper half is used, or the least and the greatest there are.
    """
    if asked and asked not in VALUES:
        raise InputError(f"The values are one of: {', '.join(VALUES)}; got {asked[:20]!r}.")
    if asked not in ("", "found"):
        black, white = _range_of(dtype) if asked == "type" else (float(end) for end in asked.split(".."))
        return Levels(black, white, f"{_taken(black, white)}, as chosen.")
    ends = np.array([(row.min(), row.max()) for row in rows], np.float64).reshape(-1, 2)
    ends = ends[np.isfinite(ends).all(axis=1)]
    if not len(ends):
        return Levels()
    low, high = float(ends[:, 0].min()), float(ends[:, 1].max())
    found = f"Values go from {low:g} to {high:g}"
    if asked == "found":
        return Levels(low, high, f"{found}: the least is black and the greatest white, as chosen.")
    within = np.mean((ends[:, 0] >= 0) & (ends[:, 1] <= 255))
    if dtype.kind == "f" and (levels := _about_zero(ends, found)):
        return levels
    if within > 1 - STRAYS or low == high:
        return Levels(white=1.0 if high <= 1 else 255.0)
    least, most = _range_of(dtype)
    if dtype.kind == "u" and dtype.itemsize == 2 and high > most / 2:
        return Levels(least, most, f"{found}: {_taken(least, most).lower()}, the range of {dtype.name}.")
    return Levels(low, high, f"{found}: the least is black and the greatest white.")


def _about_zero(ends: np.ndarray, found: str) -> Levels | None:
    below, within = np.mean(ends[:, 0] < -0.01), np.mean((ends[:, 0] >= -1) & (ends[:, 1] <= 1))
    if below < 0.5 or within <= 1 - STRAYS:
        return None
    return Levels(-1.0, 1.0, f"{found}: {_taken(-1, 1).lower()}.")


def _taken(black: float, white: float) -> str:
    return f"Taken as {black:g} (black) to {white:g} (white)"


def _range_of(dtype: np.dtype) -> tuple[float, float]:
    if dtype.kind not in "iu":
        return 0.0, 1.0
    limits = np.iinfo(dtype)
    return float(limits.min), float(limits.max)


def frame_of(values: np.ndarray, shape: tuple[int, int, int], levels: Levels) -> Frame | str:
    """Turn one picture's numbers, [H, W, C] in any shape, into a frame, or say why they are none."""
    black, white = levels.black, levels.white
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        return "It holds NaN or infinity."
    if values.dtype.kind != "b" and (values.min() < black or values.max() > white):
        return f"Its values go from {values.min():g} to {values.max():g}, outside {black:g} to {white:g}."
    if values.dtype == np.uint8 and levels.usual:
        pixels = values.reshape(shape)
    else:
        grey = (values.astype(np.float64) - black) * (255 / (white - black) if white > black else 0)
        pixels = np.floor(grey + 0.5).astype(np.uint8).reshape(shape)
    if shape[2] == 4:  # on white, as pictures with transparent parts are
        alpha = pixels[..., 3:].astype(np.float32) / 255
        pixels = np.floor(pixels[..., :3] * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if shape[2] == 1 else pixels))
    return Frame(image, (shape[1], shape[0]), image.mode)
