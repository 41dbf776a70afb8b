"""What pictures take in the formats that everybody has, beside which a model's bits are shown.

All pictures of a set lie on one sheet, or one after the other, so that each format pays for its head only once.
"""

import bz2
import gzip
import io
import math

import numpy as np
from PIL import Image

from vae.coding.coarse import Rate
from vae.experiments.fidelity import psnr

QUALITIES = (1, 5, 10, 20, 35, 50, 75, 90)
"""Of JPEG and WebP, from the smallest file."""

LOSSY = {"JPEG": "jpeg", "WebP": "webp"}


def sheet_of(things: np.ndarray) -> np.ndarray:
    """Return pictures, uint8 [n, H, W, C], side by side on a sheet as square as can be; empty places are 0."""
    n, height, width, channels = things.shape
    across = math.ceil(math.sqrt(n))
    down = math.ceil(n / across)
    sheet = np.zeros((down * across, height, width, channels), np.uint8)
    sheet[:n] = things
    laid = sheet.reshape(down, across, height, width, channels).swapaxes(1, 2)
    return laid.reshape(down * height, across * width, channels)


def pieces_of(sheet: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Return the pictures of a sheet again, of as many and such a shape as `like` has."""
    n, height, width, channels = like.shape
    laid = sheet.reshape(sheet.shape[0] // height, height, sheet.shape[1] // width, width, channels)
    return laid.swapaxes(1, 2).reshape(-1, height, width, channels)[:n]


def lossless(things: np.ndarray, ink: bool) -> dict[str, float]:
    """Return how many bits pictures, uint8 [n, H, W, C], take together, exactly as they are, by the format's name.

    ink: whether they are black and white, 0 and 255: then eight pixels are a byte, and PNG has one bit a pixel.
    """
    raw = np.packbits(things > 0).tobytes() if ink else things.tobytes()
    image = _image(sheet_of(things))
    image = image.convert("1") if ink and image.mode == "L" else image
    files = {
        "PNG": _saved(image, "png", optimize=True),
        "WebP": _saved(image.convert("RGB"), "webp", lossless=True, quality=100, method=6),
        "gzip": gzip.compress(raw, 9, mtime=0),
        "bz2": bz2.compress(raw, 9),
    }
    return {name: 8.0 * len(file) for name, file in files.items()}


def lossy(things: np.ndarray) -> dict[str, list[Rate]]:
    """Return what JPEG and WebP make of pictures, uint8 [n, H, W, C], at each quality."""
    image, found = _image(sheet_of(things)), {}
    for name, format in LOSSY.items():
        found[name] = [_rate(image, things, format, quality) for quality in QUALITIES]
    return found


def _rate(image: Image.Image, things: np.ndarray, format: str, quality: int) -> Rate:
    file = _saved(image, format, quality=quality)
    with Image.open(io.BytesIO(file)) as opened:
        again = np.asarray(opened.convert(image.mode)).reshape(image.height, image.width, -1)
    near = psnr(things / 255, pieces_of(again, things) / 255)
    return Rate(quality, 8 * len(file) / len(things), float(np.minimum(near, 99).mean()))


def _image(sheet: np.ndarray) -> Image.Image:
    return Image.fromarray(sheet[..., 0] if sheet.shape[2] == 1 else sheet)


def _saved(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()
