"""Strokes on a ground: take them off a photo's paper, and fit them into a frame as MNIST's digits are."""

import math

import numpy as np
from PIL import Image, ImageFilter


def fit_digit(strokes: np.ndarray, size: tuple[int, int] = (28, 28)) -> np.ndarray:
    """Fit light strokes on black as MNIST's digits are: scaled into a box of 20 x 20 and centred by their mass.

    strokes: uint8 [h, w], any size, 0 where there is no ink; returns uint8 of `size` [H, W], all 0 where there is none.
    The whole rule, so that a twin of it gives the same pixels:

    1. crop to the rows and columns that hold any pixel above 0: h x w;
    2. box = floor(min(H, W) * 20 / 28 + 1/2); scale = box / max(h, w);
       new height h' = max(1, floor(h * scale + 1/2)), new width w' likewise;
    3. resize by area: new pixel i covers [i * h / h', (i + 1) * h / h'] of the old rows, and likewise columns; it is
       the mean of the old pixels weighted by how much of each it covers (a size that stays the same changes nothing);
    4. centre of mass of the new pixels, their first row and column counted as 0: (cy, cx);
       top = floor(H / 2 - cy + 1/2), left = floor(W / 2 - cx + 1/2), each then kept within 0 to H - h' (W - w');
    5. round to floor(value + 1/2) and put the pixels at (top, left) into black.

    LeCun, Bottou, Bengio & Haffner 1998, Gradient-based learning applied to document recognition, section III.A.
    MNIST's own images are fixed points, but for those whose thinnest edge the original rounding lost.
    """
    height, width = size
    fitted = np.zeros(size, np.uint8)
    rows, columns = (np.flatnonzero(strokes.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return fitted
    ink = strokes[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64)
    scale = half_up(min(size) * 20 / 28) / max(ink.shape)
    high, wide = (max(1, half_up(side * scale)) for side in ink.shape)
    ink = _shares(ink.shape[0], high) @ ink @ _shares(ink.shape[1], wide).T
    mass = ink.sum()
    cy, cx = ink.sum(axis=1) @ np.arange(high) / mass, ink.sum(axis=0) @ np.arange(wide) / mass
    top = min(max(half_up(height / 2 - cy), 0), height - high)
    left = min(max(half_up(width / 2 - cx), 0), width - wide)
    fitted[top : top + high, left : left + wide] = np.floor(ink + 0.5)
    return fitted


def lift_strokes(grey: np.ndarray) -> np.ndarray:
    """Take light strokes off their ground: what is not a stroke becomes 0.

    grey: uint8 [h, w], light on dark. A plain ground (half of the pixels or more are exactly what the border is) is
    subtracted; a photo's is estimated where it is, so that a shadow over the page does no harm, and specks, the grain
    of the paper and what reaches in from the photo's edge are left away. What is wider than a quarter of the photo
    counts as ground.
    """
    ground = int(np.median(border(grey)))
    if (grey == ground).mean() >= 0.5:
        lifted = np.maximum(grey.astype(np.int16) - ground, 0)
        return (lifted * 255 // (255 - ground) if 0 < ground < 255 else lifted).astype(np.uint8)
    return _lift_from_photo(grey)


def border(array: np.ndarray) -> np.ndarray:
    """Return the outermost values of [h, w], corners twice."""
    return np.concatenate([array[0], array[-1], array[:, 0], array[:, -1]])


def half_up(value: float) -> int:
    """Round to the nearest whole number, halves up, as JavaScript's Math.round does."""
    return math.floor(value + 0.5)


def _lift_from_photo(grey: np.ndarray) -> np.ndarray:
    above = np.maximum(grey.astype(np.float32) - _paper(grey), 0)
    threshold = _otsu(above)
    strokes = _inner_parts(above > threshold)
    if not strokes.any():
        return np.zeros_like(grey)
    ink, ground = np.median(above[strokes]), np.median(above[~strokes])
    if ink - ground < 12:  # of 255: the grain of paper alone, or a shadow
        return np.zeros_like(grey)
    low = (ground + threshold) / 2
    soft = np.clip((above - low) / max(ink - low, 1) * 255, 0, 255)
    edges = np.asarray(Image.fromarray(strokes).convert("L").filter(ImageFilter.MaxFilter(3)))
    return np.where(edges > 0, soft + 0.5, 0).astype(np.uint8)


def _paper(grey: np.ndarray) -> np.ndarray:
    """Estimate the ground under the strokes, float32 [h, w]: a smooth opening in grey, wider than strokes are."""
    small = Image.fromarray(grey)
    small.thumbnail((64, 64), Image.Resampling.BOX)
    # Widened first: a filter of Pillow's leaves a margin of half its own width as it was.
    reach = 8
    widened = Image.fromarray(np.pad(np.asarray(small), 2 * reach, mode="edge"))
    for kind in (ImageFilter.MinFilter, ImageFilter.MaxFilter):
        widened = widened.filter(kind(2 * reach + 1))
    smooth = widened.filter(ImageFilter.GaussianBlur(reach / 2))
    inner = smooth.crop((2 * reach, 2 * reach, 2 * reach + small.width, 2 * reach + small.height))
    return np.asarray(inner.resize(grey.shape[::-1], Image.Resampling.BICUBIC), np.float32)


def _otsu(values: np.ndarray) -> float:
    """Return the threshold that parts values in 0 to 255 into two classes with the most variance between them.

    Otsu 1979, A threshold selection method from gray-level histograms.
    """
    counts = np.bincount(values.astype(np.uint8).ravel(), minlength=256).astype(np.float64)
    below = np.cumsum(counts)
    moment = np.cumsum(counts * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (moment[-1] * below / below[-1] - moment) ** 2 / (below * (below[-1] - below))
    return float(np.nanargmax(np.where(np.isfinite(between), between, 0))) + 0.5


def _inner_parts(mask: np.ndarray) -> np.ndarray:
    """Keep the connected parts of a mask that may be strokes: without specks, and without what touches the edge.

    Where nothing else is left, what touches the edge stays.
    """
    from scipy import ndimage  # type: ignore[import-untyped]  # 0.2 s, and only a photo needs it

    parts, n = ndimage.label(mask, np.ones((3, 3)))
    if n == 0:
        return mask
    areas = np.bincount(parts.ravel(), minlength=n + 1)
    areas[0] = 0
    inner = areas.copy()
    inner[np.unique(border(parts))] = 0
    areas = inner if inner.sum() >= 0.002 * mask.size else areas
    return (areas >= max(1, 0.02 * areas.max()))[parts]


def _shares(old: int, new: int) -> np.ndarray:
    """Return how much of each old pixel a new one covers, float64 [new, old], each row with the sum 1."""
    ends = np.arange(new + 1) * (old / new)
    starts = np.arange(old)
    covered = np.minimum(ends[1:, None], starts + 1) - np.maximum(ends[:-1, None], starts)
    return np.maximum(covered, 0) * (new / old)
