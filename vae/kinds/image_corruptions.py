"""Ways to spoil an image, each by an amount from 0 (as it was) to 1 (the strongest that is of any use).

`corrupt` of vae/kinds/corruptions.py carries them out.
"""

import numpy as np

from vae.kinds.kind import Corruption

FAINTEST = 1e-4
"""Amount of photon noise below which none is added: white then counts 10^8 photons, and nobody sees the difference."""

STRONGEST_BLUR = 1 / 8
"""Standard deviation of the strongest blur, as a share of the image's side: 3.5 pixels of 28."""

FEWEST_PIXELS = 2
"""Rows and columns that the lowest resolution leaves."""


# Each draws what it needs for all images, whatever they show. `_each` sets an amount beside the pixels of its image.


def _each(amount: np.ndarray) -> np.ndarray:
    return amount[:, None, None, None]


def gaussian(images: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Add noise of standard deviation `amount` to every pixel."""
    noise = random.standard_normal(images.shape, np.float32)
    noise *= _each(amount)
    return np.add(noise, images, out=noise)


def salt_and_pepper(images: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Turn a share `amount` of the pixels white or black, at even odds."""
    dice = random.random((*images.shape[:3], 1), np.float32)
    return np.where(dice < _each(amount), (dice < _each(amount) / 2).astype(np.float32), images)


def speckle(images: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Multiply every pixel by 1 + noise of standard deviation `amount`, roughly as coherent light does.

    One look at coherent speckle is exponential and not normal.
    """
    noise = random.standard_normal(images.shape, np.float32)
    noise *= _each(amount)
    noise += 1
    return np.multiply(noise, images, out=noise)


def poisson(images: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Count photons where white counts 1 / amount^2 on average: the deviation of a white pixel is `amount`.

    How much a generator is asked for depends on the pixels, so each image has one of its own.
    """
    spoiled = images.copy()
    seeds = random.integers(2**63, size=len(images)).tolist()
    for image, spread, seed in zip(spoiled, np.broadcast_to(amount, len(images)).tolist(), seeds, strict=True):
        if spread > FAINTEST:
            image[:] = np.random.default_rng(seed).poisson(image / spread**2) * spread**2
    return spoiled


def stripes(images: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Make each column brighter or darker, by a normal draw of standard deviation `amount`, as a bad scanner does."""
    return images + _each(amount) * random.standard_normal((len(images), 1, images.shape[2], 1), np.float32)


def blur(images: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Blur with a Gaussian of standard deviation amount * side / 8; beyond the edges the image is mirrored."""
    return _across(images, *(_smoothing(side, amount * (side * STRONGEST_BLUR)) for side in images.shape[1:3]))


def _smoothing(side: int, deviations: np.ndarray) -> np.ndarray:
    """Return the weights [m, side, side] of a Gaussian whose part beyond each edge is folded back."""
    i, j = np.arange(side, dtype=np.float32)[:, None], np.arange(side, dtype=np.float32)
    spread = np.maximum(deviations, 1e-3)[:, None, None]  # at 1e-3 the neighbours' weights are 0 to the last bit
    weights = sum(np.exp(-0.5 * (distance / spread) ** 2) for distance in (i - j, i + j + 1, i + j + 1 - 2 * side))
    return weights / weights.sum(2, keepdims=True)


def low_resolution(images: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Average to fewer and larger pixels: along each side a share `amount` of them is lost."""
    return _across(images, *(_coarse(side, amount) for side in images.shape[1:3]))


def _coarse(side: int, amount: np.ndarray) -> np.ndarray:
    """Return the weights [m, side, side] of going down to fewer pixels by area, and up again as squares."""
    left, which = np.unique(np.maximum(np.rint(side * (1 - amount)), min(side, FEWEST_PIXELS)), return_inverse=True)
    return np.stack([_down_and_up(side, int(pixels)) for pixels in left])[which]


def _down_and_up(side: int, pixels: int) -> np.ndarray:
    fine, coarse = np.arange(side + 1), np.linspace(0, side, pixels + 1)[:, None]
    overlap = np.maximum(np.minimum(fine[1:], coarse[1:]) - np.maximum(fine[:-1], coarse[:-1]), 0)  # [pixels, side]
    return (overlap.T @ overlap * (pixels / side)).astype(np.float32)


def _across(images: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Mix the pixels of each column by the weights `rows`, [m, H, H], and those of each row by `columns`, [m, W, W]."""
    planes = rows[:, None] @ images.transpose(0, 3, 1, 2) @ columns[:, None].swapaxes(2, 3)
    return planes.transpose(0, 2, 3, 1)


def block(images: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Lose a block whose sides are `amount` of the image's, somewhere within it."""
    inside = []
    for side, place in zip(images.shape[1:3], random.random((2, len(images))), strict=True):
        length = np.rint(amount * side)
        first = np.floor(place * (side - length + 1))[:, None]
        inside.append((np.arange(side) >= first) & (np.arange(side) < first + length[:, None]))
    rows, columns = inside
    return ~(rows[:, :, None] & columns[:, None, :])


def rows(images: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Lose a share `amount` of the rows, here and there."""
    n, height, width = images.shape[:3]
    rank = random.random((n, height)).argsort(1).argsort(1)
    kept = rank >= np.rint(amount * height)[:, None]
    return np.repeat(kept[:, :, None], width, 2)


CORRUPTIONS: dict[str, Corruption] = {
    "gaussian": Corruption(
        "Gaussian noise",
        "Standard deviation of the noise, black to white",
        "Random brightness on every pixel, as a sensor has in poor light.",
        0.5,
        gaussian,
    ),
    "salt-and-pepper": Corruption(
        "Salt and pepper",
        "Share of pixels turned black or white",
        "Single pixels turned black or white, as by dead sensor cells or errors on a line.",
        0.3,
        salt_and_pepper,
    ),
    "speckle": Corruption(
        "Speckle",
        "Standard deviation of the noise, as a share of each pixel",
        "Noise that grows with brightness, roughly as in radar, ultrasound and laser light.",
        0.7,
        speckle,
    ),
    "poisson": Corruption(
        "Photon noise",
        "Standard deviation of a white pixel, which counts 1 / amount² photons",
        "Light counted photon by photon: night photographs, X-rays, telescopes, microscopes.",
        0.5,
        poisson,
    ),
    "blur": Corruption(
        "Blur",
        "Standard deviation of the Gaussian blur, in eighths of the image's side",
        "Every pixel spread over its neighbours, as by a lens out of focus.",
        0.5,
        blur,
        chance="none",
    ),
    "low-resolution": Corruption(
        "Low resolution",
        "Share of the pixels along each side that are lost",
        "Few large pixels: a picture seen from too far away, or enlarged too much.",
        0.7,
        low_resolution,
        chance="none",
    ),
    "block": Corruption(
        "Missing block",
        "Side of the block, as a share of the image's",
        "A square is lost: a sticker, a censor's bar, a damaged block of a file.",
        0.5,
        block,
        hides=True,
        chance="place",
    ),
    "brush": Corruption(
        "Brush",
        "The pixels under the brush are lost",
        "What you paint on the corrupted picture is lost: a scratch, a stain, something cut out.",
        1.0,
        None,
        hides=True,
        chance="none",
    ),
    "rows": Corruption(
        "Missing rows",
        "Share of the rows that are lost",
        "Whole rows are lost, as in a scan or a broadcast with gaps.",
        0.4,
        rows,
        hides=True,
        chance="place",
    ),
    "stripes": Corruption(
        "Stripes",
        "Standard deviation of the columns' brightness",
        "Each column brighter or darker than it was, as from an uncalibrated line scanner.",
        0.3,
        stripes,
    ),
}
"""The corruptions of images, in the order to show them."""
