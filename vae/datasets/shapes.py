"""The `shapes` data set: a square, an ellipse or a heart, drawn from five known factors.

In the manner of dSprites (Matthey, Higgins, Hassabis & Lerchner 2017, https://github.com/google-deepmind/dsprites-dataset),
but with continuous factors, soft edges and 28x28 pixels. As the factors are known, one can see what a latent dimension
has learnt, and measure it.
"""

from collections.abc import Callable

import numpy as np

SIDE = 28
"""Height and width of an image in pixels."""

FACTORS = ("shape", "size", "angle", "x", "y")
"""The columns of a factor array, in this order."""

RANGES = {"shape": (0.0, 2.0), "size": (0.5, 1.0), "angle": (0.0, 2 * np.pi), "x": (0.0, 1.0), "y": (0.0, 1.0)}
"""What each factor may be; `shape` is 0, 1 or 2, the other four are continuous."""

# The largest shape reaches 8 pixels from its centre and the centre moves over the middle 12, so that no shape ever
# leaves the picture; the three shapes have nearly the same area (128, 128 and 133 square pixels at size 1), so that
# ink alone does not tell them apart.
RADIUS = 8.0
TRAVEL = SIDE - 2 * RADIUS
ELLIPSE_MINOR = 5.1

# A heart is a square standing on its corner with a disc on each of its two upper sides. Its centroid lies this many
# half-sides from the square's centre along both of the square's axes, and its tip is what lies farthest from there.
HEART_CENTROID = (np.pi / 2 + 2 / 3) / (4 + np.pi)
HEART_HALF_SIDE = RADIUS / (np.sqrt(2) * (1 + HEART_CENTROID))

CHUNK = 2048  # images drawn at once: some 50 MB of working memory


def render(factors: np.ndarray) -> np.ndarray:
    """Draw one grey image, white on black with soft edges, for each row of `factors`.

    factors: [N, 5], columns as in FACTORS. shape: 0 square, 1 ellipse, 2 heart; size: in [0.5, 1] of the largest, whose
    radius is 8 pixels; angle: radians, counter-clockwise as seen, and 0 is an upright heart; x, y: in [0, 1], where the
    shape's centroid lies in the middle 12 pixels, (0, 0) being top left. A square looks the same after a quarter turn
    and an ellipse after half a turn. Returns uint8 [N, 28, 28, 1]. Raises `ValueError` where a factor is out of range.
    """
    factors = np.asarray(factors, dtype=np.float32)
    _check(factors)
    images = np.empty((len(factors), SIDE, SIDE, 1), dtype=np.uint8)
    for index, distance in enumerate(DISTANCES.values()):
        rows = np.flatnonzero(factors[:, 0] == index)
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            images[chunk, :, :, 0] = _draw(distance, factors[chunk])
    return images


def sample_factors(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw `n` rows of factors, each factor uniform over its range and independent of the others: float32 [n, 5]."""
    low, high = np.array([RANGES[name] for name in FACTORS]).T
    factors = generator.uniform(low, high, size=(n, len(FACTORS)))
    factors[:, 0] = generator.integers(len(DISTANCES), size=n)
    return factors.astype(np.float32)


def centre(factors: np.ndarray) -> np.ndarray:
    """Return where the centroids of shapes with these factors [N, 5] lie: [N, 2], x and y in pixels from top left."""
    return RADIUS + TRAVEL * np.asarray(factors)[:, 3:5]


def _check(factors: np.ndarray) -> None:
    if factors.ndim != 2 or factors.shape[1] != len(FACTORS):
        raise ValueError(f"Factors are [N, {len(FACTORS)}]: {', '.join(FACTORS)}; got shape {list(factors.shape)}.")
    for column, name in zip(factors.T, FACTORS, strict=True):
        low, high = RANGES[name]
        if not ((column >= low) & (column <= np.float32(high))).all():  # 2 pi rounds up
            raise ValueError(f"Factor {name!r} must be in {low:g} to {high:g} (radians for the angle).")
    if (factors[:, 0] % 1 != 0).any():
        raise ValueError("Factor 'shape' must be 0 (square), 1 (ellipse) or 2 (heart).")


def _draw(distance: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray], factors: np.ndarray) -> np.ndarray:
    """Return uint8 [N, 28, 28]: a pixel is as bright as the part of it that the shape's edge leaves inside."""
    size, angle = factors[:, 1, None, None], factors[:, 2, None, None]
    x, y = centre(factors).astype(np.float32).T[:, :, None, None]
    pixels = np.arange(SIDE, dtype=np.float32) + np.float32(0.5)
    right, up = pixels[None, None, :] - x, y - pixels[None, :, None]
    u = np.cos(angle) * right + np.sin(angle) * up
    v = np.cos(angle) * up - np.sin(angle) * right
    return ((0.5 - distance(u, v, size)).clip(0, 1) * 255 + 0.5).astype(np.uint8)


def _square(u: np.ndarray, v: np.ndarray, size: np.ndarray) -> np.ndarray:
    return _box(u, v, size * np.float32(RADIUS / np.sqrt(2)))


def _ellipse(u: np.ndarray, v: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return f / |grad f| of f = |(u/a, v/b)| - 1, the distance to first order, which is all that an edge needs."""
    a, b = size * np.float32(RADIUS), size * np.float32(ELLIPSE_MINOR)
    norm = np.hypot(u / a, v / b)
    slope = np.hypot(u / a**2, v / b**2)
    return norm * (norm - 1) / np.maximum(slope, np.float32(1e-6))


def _heart(u: np.ndarray, v: np.ndarray, size: np.ndarray) -> np.ndarray:
    half = size * np.float32(HEART_HALF_SIDE)
    shift, turn = half * np.float32(HEART_CENTROID), np.float32(np.sqrt(0.5))
    p, q = (v + u) * turn + shift, (v - u) * turn + shift
    discs = np.minimum(np.hypot(p - half, q), np.hypot(p, q - half)) - half
    return np.minimum(_box(p, q, half), discs)


def _box(u: np.ndarray, v: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Return the signed distance in pixels to a square of half side `half`, negative inside."""
    p, q = np.abs(u) - half, np.abs(v) - half
    return np.hypot(np.maximum(p, 0), np.maximum(q, 0)) + np.minimum(np.maximum(p, q), 0)


DISTANCES = {"square": _square, "ellipse": _ellipse, "heart": _heart}
"""Shape -> signed distance in pixels from its edge, in the shape's own upright frame; the order is the class number."""
