"""A strip of pictures as a film, there and back: GIF or MP4."""

import io
import math
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from vae.errors import InputError, unknown
from vae.films.mp4 import write_mp4

LONGEST, SHORTEST = 60.0, 1.0
"""Seconds of a film."""

SIDE = 256
"""Pixels that the longer side of a small picture is enlarged to, or a little more or less."""

GIF_RATE, MP4_RATE = 20, 60
"""The most pictures a second: many viewers slow down a GIF's that are shorter than 5 hundredths."""

MOST_PIXELS = 2**25
"""Of all pictures that are shown, there and back: 510 of 256 x 256. A GIF of them has 46 MB if they are noise."""


def film(pictures: np.ndarray, kind: str, seconds: float = 4.0) -> bytes:
    """Return the film that shows pictures, uint8 [n, H, W, 1 or 3], from the first to the last and back, as a file.

    kind: "gif" (begins again for ever) or "mp4" (H.264). seconds: 1 to 60, there and back; of more pictures than fit in
    some are left out, never the ends, and so of large ones that together would have more than `MOST_PIXELS`. Small
    pictures are enlarged with hard edges. Raises `InputError` for another kind or time, and for fewer than two
    pictures.
    """
    if kind not in WRITERS:
        raise unknown("kind of film", kind, WRITERS)
    if not math.isfinite(seconds) or not SHORTEST <= seconds <= LONGEST:
        raise InputError(f"A film takes {SHORTEST:g} to {LONGEST:g} seconds; got {seconds:g}.")
    if len(pictures) < 2:
        raise InputError(f"A film has at least two pictures; got {len(pictures)}.")
    return WRITERS[kind](pictures, seconds)


def _gif(pictures: np.ndarray, seconds: float) -> bytes:
    shown = _shown(pictures, seconds, GIF_RATE)
    values, palette = _indexed(pictures)
    images = [Image.fromarray(values[i]) for i in range(len(values))]
    for image in images:
        if palette is not None:
            image.putpalette(palette)
    # Whole hundredths, which together are the seconds asked for.
    ends = (np.arange(len(shown) + 1) * seconds * 100 / len(shown)).round().astype(int)
    first, *others = [images[i] for i in shown]
    file = io.BytesIO()
    first.save(
        file,
        "GIF",
        save_all=True,
        append_images=others,
        duration=(10 * np.diff(ends)).tolist(),
        loop=0,
        optimize=False,
    )
    return file.getvalue()


def _mp4(pictures: np.ndarray, seconds: float) -> bytes:
    shown = _shown(pictures, seconds, MP4_RATE)
    coloured = np.broadcast_to(pictures, (*pictures.shape[:3], 3))
    frames = (Image.fromarray(_even(_enlarged(coloured[i : i + 1]))[0]) for i in shown)
    # A file and not memory: to put the metadata first, FFmpeg opens it once more.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        write_mp4(path, frames, Fraction(len(shown) / seconds).limit_denominator(1000))
        return path.read_bytes()


def _shown(pictures: np.ndarray, seconds: float, rate: int) -> list[int]:
    """Return which pictures are shown one after the other, there and back; the ends once, or they would stand still."""
    n, height, width, _ = pictures.shape
    most = min(int(seconds * rate), MOST_PIXELS // (height * width * _times(pictures) ** 2))
    there = np.linspace(0, n - 1, min(n, max(1, most // 2) + 1)).round().astype(int).tolist()
    return there + there[-2:0:-1]


def _indexed(pictures: np.ndarray) -> tuple[np.ndarray, bytes | None]:
    """Return pictures enlarged as a GIF has them, [n, H, W]: greys as they are; colours by one palette for all."""
    if pictures.shape[-1] == 1:
        return _enlarged(pictures)[..., 0], None
    n, height, width, _ = pictures.shape
    sheet = Image.fromarray(pictures.reshape(n * height, width, 3)).quantize(256, Image.Quantize.MEDIANCUT)
    return _enlarged(np.asarray(sheet).reshape(n, height, width, 1))[..., 0], bytes(sheet.getpalette() or [])


def _enlarged(pictures: np.ndarray) -> np.ndarray:
    """Make each pixel a square, so that pictures, [n, H, W, C], are about `SIDE` long."""
    times = _times(pictures)
    return pictures.repeat(times, 1).repeat(times, 2)


def _times(pictures: np.ndarray) -> int:
    return max(1, round(SIDE / max(pictures.shape[1:3])))


def _even(pictures: np.ndarray) -> np.ndarray:
    """Repeat the last row or column of pictures, [n, H, W, C], where their number is odd."""
    return np.pad(pictures, [(0, 0), (0, pictures.shape[1] % 2), (0, pictures.shape[2] % 2), (0, 0)], "edge")


WRITERS: dict[str, Callable[[np.ndarray, float], bytes]] = {"gif": _gif, "mp4": _mp4}
