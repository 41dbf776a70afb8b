"""One point of a curve: how well each method restores images that were spoiled by some amount."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from vae.data import image_shape_of, is_at_hand, load
from vae.datasets.sources import stand_in
from vae.errors import InputError
from vae.experiments.fidelity import psnr
from vae.experiments.restoration import as_bytes, restore
from vae.explore.explorer import Explorer
from vae.kinds.corruptions import corrupt
from web.opened.originals import originals_of

IMAGES = 200
PART, PIXELS = 20, 2**14
"""Images that are restored at once, at most so many, and fewer where they have more pixels together."""

LONGEST = 20.0
"""Seconds after which the images so far must do."""

SEED = 0

MOST_DECIBELS = 58.9
"""What rounding to 8 bits alone leaves. An image restored exactly counts as this: with infinity there is no mean."""


@dataclass(frozen=True)
class Point:
    """The mean PSNR in dB of the spoiled images and of each method's, over `images` images of `there`.

    `clean` says which these are.
    """

    amount: float
    images: int
    there: int
    clean: str
    spoiled: float
    psnr: dict[str, float]
    seconds: float


def point(model: Explorer, corruption: str, amount: float, methods: tuple[str, ...]) -> Point:
    """Spoil images and restore them by each method; `InputError` where the model has none to be tried on."""
    started = time.perf_counter()
    images, clean = clean_images(model)
    decibels: dict[str, list[np.ndarray]] = {name: [] for name in ("", *methods)}
    for part, spoiled, known in _spoiled(images, corruption, amount):
        decibels[""].append(_decibels(part, spoiled))
        for name in methods:
            decibels[name].append(_decibels(part, as_bytes(restore(name, model, spoiled, known))))
        if time.perf_counter() - started > LONGEST:
            break
    means = {name: round(float(np.concatenate(parts).mean()), 3) for name, parts in decibels.items()}
    done = sum(map(len, decibels[""]))
    return Point(amount, done, len(images), clean, means.pop(""), means, round(time.perf_counter() - started, 3))


def clean_images(model: Explorer) -> tuple[np.ndarray, str]:
    """Return up to 200 images, uint8 [n, H, W, C], and what they are.

    "test images"; for a model without them the "training images" that come with this program; or
    "reconstructions" of the model's test codes, which are easier for it than images are.
    """
    with suppress(InputError):
        return originals_of(model)[:IMAGES], "test images"
    card = model.card
    instead = stand_in(card.data.name)
    if instead and is_at_hand(instead, card.data.source) and image_shape_of(instead) == tuple(card.image_shape):
        return load(instead).test.images[:IMAGES], "training images"
    codes = model.codes()
    if codes is None:
        raise InputError(f"{card.name} has neither test images nor test codes here, so there is nothing to restore.")
    return model.redraw(codes, np.arange(min(IMAGES, len(codes.centre)))), "reconstructions"


def _spoiled(
    images: np.ndarray, corruption: str, amount: float
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """Yield a few images, the same spoiled, and which pixels are known; every image is spoiled in its own way."""
    random = np.random.default_rng(SEED)
    rows = max(1, min(PART, PIXELS // (images.shape[1] * images.shape[2])))
    for first in range(0, len(images), rows):
        part = images[first : first + rows]
        spoiled, known = corrupt(corruption, part, amount, random)
        yield part, as_bytes(spoiled), known


def _decibels(clean: np.ndarray, restored: np.ndarray) -> np.ndarray:
    return np.minimum(psnr(clean / 255, restored / 255), MOST_DECIBELS)
