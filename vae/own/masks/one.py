"""One image from outside becomes what a model of masks takes, with its mask where one comes: uint8 [H, W, 1 + K]."""

import io
import zipfile
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.masks.layout import labelled
from vae.own.masks.files import pairs_of
from vae.own.masks.reading import read_image, read_labels

MOST_BYTES = 20 << 20


@dataclass(frozen=True)
class OneMask:
    """A mask as a model takes it, uint8 [H, W, 1 + K], and what was done to it, in sentences; empty where nothing."""

    thing: np.ndarray
    note: str


def read_mask(data: bytes, item: Item) -> OneMask:
    """Read an image, or a zip file of one with its mask, into what a model of masks `item` takes.

    An image alone has no label that is known: 0 everywhere. Raises `InputError` where it is neither, where both differ
    in size, and where the mask has more labels than the model.
    """
    if not data:
        raise InputError("The file is empty; bring an image, or a .zip of one with its mask.")
    if len(data) > MOST_BYTES:
        raise InputError(f"The file has more than {MOST_BYTES >> 20} MB; bring a smaller one.")
    high, wide, channels = item.shape
    if not data.startswith(b"PK"):
        image, note = _fitted(read_image(data), (high, wide))
        blank = np.zeros((high, wide, channels - 1), np.uint8)
        said = (
            "It came without a mask, so that its labels are not known: it is shown at z = 0, what is likeliest for it."
        )
        return OneMask(np.concatenate([image[..., None], blank], -1), f"{said}{note}")
    grey, labels = _pair(data)
    if grey.shape != labels.shape:
        (h, w), (m, n) = grey.shape, labels.shape
        raise InputError(f"The mask is {n} x {m} pixels, and its image {w} x {h}; bring both in one size.")
    if grey.shape != (high, wide):
        h, w = grey.shape
        raise InputError(f"The image is {w} x {h} pixels, and the model's are {wide} x {high}; bring it in that size.")
    values = np.unique(labels)
    if values[0] == 0 and values[-1] < channels - 1:
        numbers = labels  # as the numbers of the labels themselves
    elif len(values) < channels:
        numbers = np.searchsorted(values, labels)
    else:
        raise InputError(f"The mask has {len(values)} different values, and the model knows {channels - 1} labels.")
    return OneMask(labelled(grey[None], numbers[None], channels - 1)[0], "")


def _pair(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            pairs = pairs_of([entry.filename for entry in archive.infolist() if not entry.is_dir()])
            if len(pairs) != 1:
                raise InputError(
                    f"The .zip holds {len(pairs)} images with masks; bring one: NAME.png and NAME_mask.png."
                )
            image, mask = (_member(archive, name) for name in next(iter(pairs.items())))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError("That is no .zip that can be read; pack it again.") from error
    return read_image(image), read_labels(mask)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(MOST_BYTES + 1)


def _fitted(image: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, str]:
    """Bring an image to the model's size, and say so where that changes it."""
    if image.shape == size:
        return image, ""
    resized = Image.fromarray(image).resize((size[1], size[0]), Image.Resampling.BOX)
    return np.asarray(
        resized
    ), f" It was brought from {image.shape[1]} x {image.shape[0]} to {size[1]} x {size[0]} pixels."
