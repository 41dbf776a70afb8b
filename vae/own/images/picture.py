"""A picture from outside, uploaded or pasted, becomes what a model takes: uint8 [H, W, C] of its shape and ground.

Read with Pillow, one picture at a time and never larger in memory than its own pixels; nothing here is kept.
"""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from PIL import ExifTags, Image
from PIL.JpegImagePlugin import JpegImageFile

from vae.datasets.sources import DATASETS
from vae.errors import InputError, first_line
from vae.library.cards import Card
from vae.own.images.bounds import check_bounds
from vae.own.images.strokes import border, fit_digit, half_up, lift_strokes

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50 * 2**20
"""A telephone's 50 megapixels (8192 x 6144): some 220 MB while they are read, of a JPEG 30."""
MAX_WEBP_PIXELS = 16 * 2**20
"""Its reader takes 16 bytes a pixel, the others 4."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")

WORK = 1024
"""Pixels on the longer side that a picture is brought to before anything else: a digit on a page still has 100."""

MAX_CROP = 2.0
"""Up to this ratio of the sides a photo is cropped to the model's shape; beyond, too much would be lost."""

Fit = Literal["digit", "whole"]

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's orientation -> what puts the picture upright (EXIF 2.32, tag 0x0112)."""


@dataclass(frozen=True)
class Manner:
    """How a model wants its pictures.

    fit: "digit", its strokes fitted as MNIST's are, or "whole", the whole picture in the frame; dark: whether its data
    lies on plain black, so that dark on light is inverted and what is bare is black.
    """

    fit: Fit = "whole"
    dark: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture as a model takes it, uint8 [H, W, C], and what was done to it, in sentences; empty where nothing."""

    pixels: np.ndarray
    note: str


def manner_of(card: Card) -> Manner:
    """Choose how pictures are read for a model: by its data set's name, and "whole" where the set is unknown."""
    source = DATASETS.get(card.data.name)
    if source is None or card.image_shape[0] != 1:
        return Manner()
    return Manner("digit" if source.strokes else "whole", source.ground == "dark")


def read_picture(
    data: bytes, image_shape: tuple[int, int, int], manner: Manner | None = None, invert: bool | None = None
) -> Picture:
    """Read an image file into what a model of `image_shape` [C, H, W] takes.

    invert: whether light and dark are exchanged; None decides it for data on black, by the picture's border: where that
    is brighter than midway between the picture's darkest and brightest, it is dark on light and is inverted.
    Raises `InputError` where the bytes are no PNG, JPEG, WebP, GIF, BMP or TIFF, damaged, or too large.
    """
    manner = manner or Manner()
    channels, height, width = image_shape
    picture, notes = read_upright(data, manner)
    pixels = np.asarray(picture.convert("L" if channels == 1 else "RGB"))
    if invert is None:
        invert = manner.dark and _is_light_ground(pixels)
        if invert:
            notes.append("It is dark on light, so light and dark were exchanged as in the model's data.")
    pixels = 255 - pixels if invert else pixels
    if manner.fit == "digit" and channels == 1:
        fitted = fit_digit(lift_strokes(pixels), (height, width))
        blank = "No strokes were found in it, so the picture is blank: use darker ink, or come closer."
        fit_note = "Its strokes were fitted as MNIST's are: in a box of 20 x 20 pixels, centred by their mass."
        notes.append(fit_note if fitted.any() else blank)
    else:
        fitted = fit_whole(Image.fromarray(pixels), (width, height), manner.dark, notes)
    return Picture(np.ascontiguousarray(fitted.reshape(height, width, channels)), " ".join(notes))


def fit_whole(picture: Image.Image, size: tuple[int, int], dark: bool, notes: list[str]) -> np.ndarray:
    """Bring a picture to `size` [W, H]: cropped about its middle, or laid whole on black."""
    ratio = (picture.width / picture.height) / (size[0] / size[1])
    stretch = max(ratio, 1 / ratio)
    whole = dark or stretch > MAX_CROP
    scale = (min if whole else max)(size[0] / picture.width, size[1] / picture.height)
    wanted = [max(1, half_up(side * scale)) for side in picture.size]
    how = Image.Resampling.LANCZOS if scale > 1 else Image.Resampling.BOX if dark else Image.Resampling.LANCZOS
    resized = picture.resize((wanted[0], wanted[1]), how) if tuple(wanted) != picture.size else picture
    framed = Image.new(picture.mode, size)
    framed.paste(resized, ((size[0] - resized.width) // 2, (size[1] - resized.height) // 2))
    if resized.size != size:
        shape = f"{size[0]} x {size[1]}"
        how_framed = "laid whole on black" if whole else "cropped about its middle"
        notes.append(f"It has other proportions than the model's {shape} pixels, so it was {how_framed}.")
    return np.asarray(framed)


def read_upright(data: bytes, manner: Manner) -> tuple[Image.Image, list[str]]:
    """Return the picture upright, "L" or "RGB", at most twice WORK pixels on a side, and what was done to it.

    Raises `InputError` as `read_picture` does.
    """
    notes: list[str] = []
    with _open(data) as image:
        if getattr(image, "is_animated", False) and not isinstance(
            image, JpegImageFile
        ):  # a telephone's has a depth map
            notes.append("It is animated or has several pages; this is the first.")
        try:
            if isinstance(image, JpegImageFile):  # libjpeg leaves out what a smaller picture does not need
                image.draft(None, (WORK, WORK))
            image.load()
            levels = _levels(image, notes)
            small = _shrunk(image, levels)
            turn = TURNS.get(_orientation(image))
        except InputError:
            raise
        except Exception as error:  # each reader of Pillow's has its own ways to complain of damaged bytes
            raise InputError(
                f"The {image.format} picture cannot be read to its end ({first_line(error)}); send it again, or save "
                "it as PNG first."
            ) from None
    upright = small.transpose(turn) if turn is not None else small
    return _on_ground(upright, manner, notes), notes


def _open(data: bytes) -> Image.Image:
    if not data:
        raise InputError("The picture is empty (0 bytes); choose an image file.")
    if len(data) > MAX_BYTES:
        raise InputError(
            f"A picture has at most {MAX_BYTES >> 20} MB; got {len(data) / 2**20:.1f} MB. Save it smaller, or as JPEG."
        )
    check_bounds(data)
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large("more", MAX_PIXELS) from None
    except Image.UnidentifiedImageError:
        raise InputError(
            "That is no picture that can be read; choose a PNG, JPEG, WebP, GIF, BMP or TIFF file."
        ) from None
    except Exception as error:
        raise InputError(
            f"The picture is damaged ({first_line(error)}); send it again, or save it as PNG first."
        ) from None
    most = MAX_WEBP_PIXELS if image.format == "WEBP" else MAX_PIXELS
    if image.width * image.height > most:
        with image:
            raise _too_large(f"{image.width:,} x {image.height:,} pixels", most)
    return image


def _too_large(got: str, most: int) -> InputError:
    kind = "WebP picture" if most == MAX_WEBP_PIXELS else "picture"
    return InputError(f"A {kind} has at most {most >> 20} megapixels; got {got}. Make it smaller first.")


def _levels(image: Image.Image, notes: list[str]) -> tuple[float, float]:
    """Return the values that become black and white in a grey picture of more than 8 bits; (0, 255) for all others."""
    if not image.mode.startswith(("I", "F")):
        return 0.0, 255.0
    low, high = (math.nan, math.nan)
    for band in _bands(image, 1):
        values = np.asarray(band)
        if not np.isfinite(values).all():
            raise InputError("The picture holds NaN or infinity among its pixels; fill them before it is sent.")
        low, high = np.fmin(low, values.min()), np.fmax(high, values.max())
    if image.mode.startswith("I;16"):
        # A camera's 12 bits come in words of 16.
        bits = getattr(image, "tag_v2", {}).get(ExifTags.Base.BitsPerSample, (16,))
        return 0.0, float(2 ** (bits[0] if isinstance(bits, tuple) else bits) - 1)
    usual = (1.0,) if image.mode == "F" else (255.0, 65535.0)
    for white in usual:
        if low >= 0 and high <= white:
            return 0.0, white
    notes.append(f"Its values, {low:g} to {high:g}, were stretched from black to white.")
    return float(low), float(high)


def _shrunk(image: Image.Image, levels: tuple[float, float]) -> Image.Image:
    """Return the picture in 8 bits, "L", "LA", "RGB" or "RGBA", with WORK to 2 * WORK pixels on its longer side, or
    all its pixels where it has fewer. Band by band: a converted copy of 50 megapixels would take 200 MB more."""
    factor = max(1, max(image.size) // WORK)
    # A side shorter than the factor stays one pixel.
    factors = (min(factor, image.width), min(factor, image.height))
    pieces = [_in_8_bits(band, levels).reduce(factors) for band in _bands(image, factors[1])]
    whole = Image.new(pieces[0].mode, (pieces[0].width, sum(piece.height for piece in pieces)))
    top = 0
    for piece in pieces:
        whole.paste(piece, (0, top))
        top += piece.height
    return whole


def _bands(image: Image.Image, multiple: int) -> Iterator[Image.Image]:
    """Cut a picture into bands of about a megapixel, each but the last a multiple of so many rows high."""
    rows = max(1, 2**20 // image.width // multiple) * multiple
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _in_8_bits(band: Image.Image, levels: tuple[float, float]) -> Image.Image:
    if band.mode.startswith(("I", "F")):
        low, high = levels
        values = (np.asarray(band).astype(np.float32) - low) * (255 / (high - low) if high > low else 0)
        return Image.fromarray(np.floor(values + 0.5).clip(0, 255).astype(np.uint8))
    clear = "A" in band.mode or "a" in band.mode or "transparency" in band.info
    if band.mode in ("1", "L", "LA"):
        return band.convert("LA" if clear else "L")
    try:
        return band.convert("RGBA" if clear else "RGB")
    except ValueError:
        raise InputError(
            f"The picture's colours ({band.mode}) are of a kind that is not read; save it as PNG."
        ) from None


def _orientation(image: Image.Image) -> Any:
    """Return EXIF's orientation where the reader has not followed it already; 1 where EXIF cannot be read."""
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a camera's damaged notes are no reason to refuse its picture
        return 1


def _on_ground(picture: Image.Image, manner: Manner, notes: list[str]) -> Image.Image:
    """Lay what is transparent on the model's own ground, or dark strokes for a dark ground on white."""
    if picture.mode not in ("LA", "RGBA"):
        return picture
    alpha = np.asarray(picture.getchannel("A"), np.float32)
    opaque = picture.convert(picture.mode.removesuffix("A"))
    if alpha.min() == 255:
        return opaque
    grey = np.asarray(opaque.convert("L"), np.float32)
    is_dark = (grey * alpha).sum() < 127.5 * alpha.sum()
    light = not manner.dark or is_dark
    ground = Image.new(opaque.mode, opaque.size, "white" if light else "black")
    ground.paste(opaque, mask=picture.getchannel("A"))
    notes.append(f"Its transparent parts were laid on {'white' if light else 'black'}.")
    return ground


def _is_light_ground(pixels: np.ndarray) -> bool:
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    darkest, brightest = np.quantile(grey, (0.005, 0.995))
    return bool(np.median(border(grey)) > (darkest + brightest) / 2)
