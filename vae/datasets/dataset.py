"""What a data set is: two halves of things of one kind, with what a reader must know about them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vae.errors import InputError, unknown
from vae.kinds.kind import Item
from vae.kinds.kinds import image, kind_of

FORMAT = 1
"""The version of a card of images, which does not say its kind."""

FORMAT_OF_KINDS = 2
"""The version of a card that says what its things are. A reader refuses a newer one by name."""

MIN_IMAGES = 2
"""One thing has no spread: its mean is the best decoder, and no range, variance or standard error can be had of it."""

PARTS = ("train", "test")


def things_file(kind: str) -> str:
    """Name the array that the things of a kind are kept in: "images", and "things" of all other kinds."""
    return "images" if kind == "image" else "things"


@dataclass(frozen=True)
class Split:
    """One half of a data set. Read-only; memory-mapped where the set lies prepared on disk.

    things: as their kind keeps them, images uint8 [N, H, W, C], series float32 [N, T, C]; labels: int64 [N] or None;
    factors: float32 [N, F] or None, what things were drawn from.
    """

    things: np.ndarray
    labels: np.ndarray | None = None
    factors: np.ndarray | None = None

    @property
    def images(self) -> np.ndarray:
        """Return the things, by the name that they had while all were images."""
        return self.things

    def __len__(self) -> int:
        return len(self.things)


@dataclass(frozen=True)
class Dataset:
    """Things to learn from and things to measure on, with what a reader must know about them."""

    name: str
    title: str
    classes: tuple[str, ...]
    licence: str
    source: str
    train: Split
    test: Split
    files: dict[str, str] = field(default_factory=dict)
    """File name -> SHA-256, as its card says; empty where there is none."""
    kind: str = "image"
    """A name in `KINDS`."""
    meaning: dict[str, Any] = field(default_factory=dict)
    """What the numbers of its things mean, as `Item` has it."""

    @property
    def item(self) -> Item:
        """Return what one thing of it is."""
        return Item(self.kind, tuple(self.train.things.shape[1:]), self.meaning)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Return [C, H, W] as a network takes its things."""
        return kind_of(self.item).input(self.item.shape)


@dataclass(frozen=True)
class DataCard:
    """Describe a prepared data set. Kept as `card.json` beside the arrays."""

    name: str
    image_shape: tuple[int, int, int]
    """[C, H, W] as a network takes its things."""
    sizes: tuple[int, int]
    """Things to learn from, and to test on."""
    title: str = ""
    classes: list[str] = field(default_factory=list)
    licence: str = ""
    source: str = ""
    split: str = ""
    """How the two parts were made."""
    left_out: int = 0
    """Files and rows of a person's own data that were no images and are not in the set."""
    files: dict[str, str] = field(default_factory=dict)
    """File name -> SHA-256."""
    format: int = FORMAT
    notes: list[str] = field(default_factory=list)
    """Of a person's own data, in sentences: what was taken for what, where the file does not say it."""
    item: Item = None  # type: ignore[assignment]  # an image of `image_shape` where it is left out
    """What one thing of it is; `card.json` leaves out an image's."""

    def __post_init__(self) -> None:
        if self.item is None:
            object.__setattr__(self, "item", image(self.image_shape))


def check_trainable(dataset: Dataset) -> None:
    """Raise `InputError` unless `dataset` has at least two training and two test things of the same shape."""
    kind = kind_of(dataset.item)
    for part, split in zip(PARTS, (dataset.train, dataset.test), strict=True):
        if len(split) < MIN_IMAGES:
            raise InputError(
                f"Data set {dataset.name!r} has {len(split)} {part} {kind.noun if len(split) == 1 else kind.nouns}; a "
                f"model needs at least {MIN_IMAGES} to learn from and {MIN_IMAGES} to be measured on. Add {kind.nouns}."
            )
    if dataset.train.things.shape[1:] != dataset.test.things.shape[1:]:
        raise InputError(
            f"Data set {dataset.name!r} has training and test {kind.nouns} of different shapes; make them equal."
        )


def learnt(dataset: Dataset, without: str | None) -> np.ndarray | None:
    """Return the numbers of the training things that are learnt from, int64 [n], where the class `without` is left out.

    None: all of them, because none is. Raises `InputError` where there is no such class, or too few others.
    """
    if without is None:
        return None
    labels = dataset.train.labels
    if labels is None or not dataset.classes:
        raise InputError(
            f"Data set {dataset.name!r} has no classes, so that {without!r} cannot be left out; train without it."
        )
    if without not in dataset.classes:
        raise unknown("class", without, dataset.classes)
    numbers = np.flatnonzero(np.asarray(labels) != dataset.classes.index(without))
    if len(numbers) < MIN_IMAGES:
        raise InputError(
            f"Without {without!r}, data set {dataset.name!r} leaves {len(numbers)} training "
            f"{kind_of(dataset.item).nouns}, and a model needs at least {MIN_IMAGES}; leave another class out."
        )
    return numbers


def as_images(array: np.ndarray) -> np.ndarray:
    """Turn images of a person's own into uint8 [N, H, W, C].

    array: [N, H, W] or [N, H, W, C] with C 1 or 3; uint8, bool, or floats in [0, 1]. Raises `InputError` for NaN,
    infinities, other ranges and other shapes.
    """
    array = np.asarray(array)
    images = array[..., None] if array.ndim == 3 else array
    if images.ndim != 4 or images.shape[3] not in (1, 3) or 0 in images.shape:
        raise InputError(f"Images must be [N, H, W] or [N, H, W, 1 or 3] and not empty; got shape {list(array.shape)}.")
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind not in "bf":
        raise InputError(f"Images must be uint8, bool or floats in 0 to 1; got {images.dtype}. Convert them first.")
    if not np.isfinite(images).all():
        first = int(np.flatnonzero(~np.isfinite(images).all(axis=(1, 2, 3)))[0])
        raise InputError(f"Image {first} holds NaN or infinity; remove it or fill the missing pixels.")
    if images.min() < 0 or images.max() > 1:
        raise InputError(
            f"Images of floats must lie in 0 to 1; got {images.min():g} to {images.max():g}. Scale them or use uint8."
        )
    return (images * 255 + 0.5).astype(np.uint8)
