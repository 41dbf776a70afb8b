"""Series as pictures where there is no browser: a curve for each channel, on the one scale of the set.

Proportions, margins and lines are those of assets/live/shared/views/curve.js.
"""

from typing import TYPE_CHECKING

import numpy as np

from vae.colours import Colour
from vae.kinds.kind import Item, Paper

if TYPE_CHECKING:
    from PIL import ImageDraw

PROPORTIONS = 112, 80
MARGIN = 0.07
"""Of the scale, above and below it."""
INSET = 0.04
"""Of the shorter side, all around the plot."""
LINE, SEVERAL, MOST_LINE = 1.25, 1.0, 1.75
"""Pixels of the screen that a line is thick: one alone, one of several, and in a wide drawing."""
GROWS = 120.0, 300.0
"""Pixels of the screen that a drawing is wide between which its line grows from the one to the other."""

SMOOTH = 4
"""Times the size at which curves are drawn before they are reduced: Pillow's lines have hard edges."""


def draw_curves(series: np.ndarray, item: Item, paper: Paper) -> np.ndarray:
    """Draw series, float [n, T, C], as curves; returns uint8 [n, H, W, 3], `paper.side` wide.

    What leaves the scale runs along its edge; where there is no number there is no line.
    """
    from PIL import Image, ImageDraw  # only here: every command imports the kinds

    width, height = paper.side, round(paper.side * PROPORTIONS[1] / PROPORTIONS[0])
    _, samples, channels = series.shape
    line, (low, high) = _line(paper, channels), _edges(series, item)
    inset = max(2 * line, INSET * height)
    right, top, bottom = width - inset, inset, height - inset

    def at(values: np.ndarray) -> np.ndarray:
        """Return how far below the upper edge values lie, in pixels."""
        return bottom - (values.astype(np.float64).clip(low, high) - low) / (high - low) * (bottom - top)

    xs = np.linspace(inset, right, samples)
    pictures = np.empty((len(series), height, width, 3), np.uint8)
    for thing, picture in zip(series, pictures, strict=True):
        image = Image.new("RGB", (width * SMOOTH, height * SMOOTH), paper.theme.paper)
        pen = ImageDraw.Draw(image)
        if low < 0 < high:
            zero = float(at(np.zeros(1))[0])
            _trace(pen, np.array([[inset, zero], [right, zero]]), paper.theme.line, paper.fine)
        for channel in reversed(range(channels)):
            colour = paper.theme.of_class(channel, channels) if channels > 1 else paper.theme.accent
            for part in _numbers(thing[:, channel]):
                _trace(pen, np.stack([xs[part], at(thing[part, channel])], 1), colour, line)
        picture[:] = np.asarray(image.reduce(SMOOTH))
    return pictures


def _line(paper: Paper, channels: int) -> float:
    """Return how thick a line is, in pixels of the picture."""
    least = LINE if channels == 1 else SEVERAL
    return paper.fine * float(np.interp(paper.side / paper.fine, GROWS, (least, MOST_LINE)))


def _edges(series: np.ndarray, item: Item) -> tuple[float, float]:
    """Return the values at the lower and the upper edge of the plot."""
    low, high = (float(item.meaning.get(end, of(series))) for end, of in (("low", np.nanmin), ("high", np.nanmax)))
    if not low < high:
        low, high = low - (abs(low) or 1) / 2, low + (abs(low) or 1) / 2
    margin = MARGIN * (high - low)
    return low - margin, high + margin


def _numbers(values: np.ndarray) -> list[slice]:
    """Return the stretches of values [T] that are finite."""
    breaks = np.flatnonzero(np.diff(np.concatenate([[False], np.isfinite(values), [False]]).astype(int)))
    return [slice(first, end) for first, end in breaks.reshape(-1, 2).tolist()]


def _trace(pen: "ImageDraw.ImageDraw", places: np.ndarray, colour: Colour, line: float) -> None:
    """Draw a line through places [n, 2] in pixels, with round ends; a single one is a dot."""
    fine, radius = places * SMOOTH, line * SMOOTH / 2
    if len(fine) > 1:
        pen.line(fine.ravel().tolist(), colour, max(1, round(2 * radius)), "curve")
    for x, y in (fine[0], fine[-1]):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
