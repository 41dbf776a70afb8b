"""Restoring spoiled pictures: with a model, and beside it as people do without one.

Pictures are uint8 [n, H, W, C], as a file has them; restored ones float32 [n, H, W, C] in [0, 1]. Where pixels are
lost, `known`, bool [n, H, W], says which are left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from vae.errors import InputError, unknown
from vae.experiments import filters
from vae.explore.explorer import Explorer, Told

SWEEPS, DRAWS = 32, 8
"""On holes of 14 x 14 pixels in MNIST twice as many of either gain less than 0.05 dB."""

MAX_PIXELS = 2**16
"""Rows times columns of a picture that is restored in another way than by the model: a hole of that size takes the
biharmonic filling half a second of a core and 240 MB."""

Run = Callable[..., np.ndarray]
"""(explorer, images, known) -> restored; `known` is None where no pixels are lost."""


@dataclass(frozen=True)
class Method:
    """One way to restore pictures, and what a person must know of it.

    holes: "only", it fills holes and needs to know where they are; "also", it may be tried on them, though it does not
    know where they are; "never", it is for noise and leaves a hole as it is.
    """

    title: str
    sentence: str
    holes: Literal["only", "also", "never"]
    run: Run


@dataclass(frozen=True)
class Imputation:
    """What is thought of the lost pixels after so many sweeps; at 0, the start, they are black.

    mean: float32 [n, H, W, C], over draws and sweeps, later sweeps counting for more; known pixels are as they were.
    spread: float32 [n, H, W], the standard deviation over the same, 0 where a pixel is known and at most 0.5.
    """

    sweep: int
    mean: np.ndarray
    spread: np.ndarray


def restore(name: str, explorer: Explorer, images: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
    """Restore pictures by the method `name`.

    The same pictures, the same answer. Raises `InputError` for an unknown method and for one that does not suit.
    """
    check_suited(name, images.shape[1:3], known is not None)
    return METHODS[name].run(explorer, images, known)


def check_suited(name: str, size: tuple[int, ...], holes: bool) -> None:
    """Raise `InputError` where a method is unknown, or not for pictures of this size, [H, W], with holes or without."""
    if name not in METHODS:
        raise unknown("method", name, METHODS)
    method, (height, width) = METHODS[name], size
    if not holes and method.holes == "only":
        raise InputError(f"{method.title} fills holes, and here no pixels are known to be lost; leave it out.")
    if holes and method.holes == "never":
        raise InputError(f"{method.title} is for noise and does not fill holes; leave it out.")
    if name != "vae" and height * width > MAX_PIXELS:
        raise InputError(f"{method.title} takes pictures of at most {MAX_PIXELS:,} pixels; got {height} x {width}.")


def impute(
    explorer: Explorer,
    images: np.ndarray,
    known: np.ndarray,
    sweeps: int = SWEEPS,
    draws: int = DRAWS,
    seed: int = 0,
) -> Iterator[Imputation]:
    """Yield what is thought of the lost pixels at the start and after each sweep.

    A sweep draws z ~ q(z|x), decodes it, and puts the expected picture where pixels are lost; the known ones are held.
    `draws` chains run side by side from black holes, and are averaged from the first sweep on, with weights that grow
    as its number: a running mean that forgets the start and needs no burn-in to be chosen. What the images show where
    pixels are lost counts for nothing. Rezende, Mohamed & Wierstra 2014, arXiv 1401.4082, appendix F.
    """
    held = known[..., None]
    start = np.where(held, images, 0).astype(np.float32) / 255
    yield Imputation(0, start, np.zeros(known.shape, np.float32))
    random = np.random.default_rng(seed)
    pictures = np.broadcast_to(start, (draws, *start.shape))
    mean = square = np.zeros_like(start)
    for sweep in range(1, sweeps + 1):
        pictures = np.where(held, start, _again(explorer, pictures, random))
        share = 2 / (sweep + 1)
        mean = mean + share * (pictures.mean(0) - mean)
        square = square + share * (np.square(pictures).mean(0) - square)
        variance = np.maximum(square - np.square(mean), 0).mean(-1)
        yield Imputation(sweep, np.where(held, start, mean), np.where(known, 0, np.sqrt(variance)))


def _again(explorer: Explorer, pictures: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Encode pictures, float32 [draws, n, H, W, C] in [0, 1], draw codes, and return the expected pictures there."""
    things = as_bytes(pictures.reshape(-1, *pictures.shape[2:]))
    given = explorer.guess(explorer.kind.feed(things)) if explorer.card.told else None
    belief = explorer.encode(things, given)
    z = belief.at(random.standard_normal(belief.centre.shape, np.float32))
    return _expected(explorer, z, given).reshape(pictures.shape)


def _expected(explorer: Explorer, z: np.ndarray, given: Told) -> np.ndarray:
    return explorer.expect(z, given).clip(0, 1).transpose(0, 2, 3, 1)


def as_bytes(pictures: np.ndarray) -> np.ndarray:
    """Turn floats in [0, 1] into uint8, as a file has them."""
    return (pictures * 255 + 0.5).astype(np.uint8)


def _as_floats(images: np.ndarray) -> np.ndarray:
    return images.astype(np.float32) / 255


def _encode_decode(explorer: Explorer, images: np.ndarray, known: np.ndarray | None) -> np.ndarray:
    given = explorer.guess(explorer.kind.feed(images)) if explorer.card.told else None
    return _expected(explorer, explorer.encode(images, given).centre, given)


def _impute(explorer: Explorer, images: np.ndarray, known: np.ndarray) -> np.ndarray:
    *_, last = impute(explorer, images, known)
    return last.mean


def _biharmonic(explorer: Explorer, images: np.ndarray, known: np.ndarray) -> np.ndarray:
    return filters.biharmonic(_as_floats(images), known)


def _filter(name: str, explorer: Explorer, images: np.ndarray, known: np.ndarray | None) -> np.ndarray:
    return filters.filtered(name, _as_floats(images))


METHODS: dict[str, Method] = {
    "vae": Method("This model", "Encodes the picture and decodes it at the posterior's mean.", "also", _encode_decode),
    "impute": Method(
        "Imputation",
        f"Encodes and decodes {SWEEPS} times and keeps the known pixels each time; the mean of {DRAWS} draws.",
        "only",
        _impute,
    ),
    "median": Method(
        "Median filter",
        "Each pixel becomes the median of those around it.",
        "also",
        partial(_filter, "median"),
    ),
    "gaussian": Method(
        "Gaussian filter",
        "Blurs the picture.",
        "never",
        partial(_filter, "gaussian"),
    ),
    "total-variation": Method(
        "Total variation",
        "Looks for a picture near this one with flat areas and sharp edges.",
        "never",
        partial(_filter, "total-variation"),
    ),
    "non-local-means": Method(
        "Non-local means",
        "Averages each pixel with those whose surroundings look alike.",
        "never",
        partial(_filter, "non-local-means"),
    ),
    "biharmonic": Method(
        "Biharmonic filling",
        "Fills the hole as smoothly as a thin plate bends.",
        "only",
        _biharmonic,
    ),
}
"""The methods, in the order to show them."""
