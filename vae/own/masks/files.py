"""Images with their masks in a zip file or a folder: NAME.png beside NAME_mask.png, or images/ beside masks/."""

import re
import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.masks.layout import labelled
from vae.kinds.masks.masks import MOST_LABELS
from vae.own.collection import Collected
from vae.own.images.files import SUFFIXES
from vae.own.images.picture import MAX_BYTES
from vae.own.listing import Fetch, listed
from vae.own.masks.reading import read_image, read_labels

ENDING = re.compile(r"[_\-. ](mask|masks|label|labels|seg|segmentation)$", re.IGNORECASE)
"""What the name of a mask has after that of its image."""

MASKS = ("mask", "masks", "label", "labels", "seg", "segmentation", "segmentations")
IMAGES = ("image", "images", "img", "imgs")
"""Folders of masks, and of images."""

MOST_BYTES = 1 << 30
"""Of all masks of a set as they are kept."""


class OwnMasks(Collected):
    """Images with their labels; things: uint8 [n, H, W, 1 + K]."""

    noun, nouns = "mask", "masks"
    things: np.ndarray
    item: Item

    @property
    def size(self) -> tuple[int, int]:
        """Return [H, W]."""
        return self.item.shape[0], self.item.shape[1]


def claims(path: Path) -> bool:
    """Say whether the names in a zip file say beyond doubt that it holds images with masks."""
    if not may_hold(path):
        return False
    with listed(path, MAX_BYTES) as (names, _):
        return bool(pairs_of(names))


def may_hold(path: Path) -> bool:
    """Say whether a file can hold masks: a zip file."""
    return zipfile.is_zipfile(path)


def pairs_of(names: list[str]) -> dict[str, str]:
    """Return the images that have a mask: path of the image -> path of its mask."""
    found: dict[str, dict[str, str]] = {"mask": {}, "image": {}}
    for name in names:
        path = PurePosixPath(name)
        if path.suffix.lower() not in SUFFIXES:
            continue
        folders = [each.lower() for each in path.parts[:-1]]
        in_masks, ends = any(each in MASKS for each in folders), ENDING.search(path.stem)
        where = "/".join(each for each in folders if each not in (*MASKS, *IMAGES))
        stem = ENDING.sub("", path.stem) if ends else path.stem
        found["mask" if in_masks or ends else "image"].setdefault(f"{where}/{stem}", name)
    return {image: found["mask"][key] for key, image in found["image"].items() if key in found["mask"]}


def open_masks(path: Path) -> OwnMasks:
    """Read all pairs of a zip file or a folder. `InputError` where there are none, or none can be read."""
    own = OwnMasks()
    own.kind = "zip" if path.is_file() else "folder"
    with listed(path, MAX_BYTES) as (names, fetch):
        pairs = pairs_of(names)
        if not pairs:
            raise InputError(
                f"{path.name} holds no image with a mask; name them NAME.png and NAME_mask.png, or put them under "
                "images/ and masks/ with the same names."
            )
        _tell_single(own, names, pairs)
        read = {image: both for image, mask in sorted(pairs.items()) if (both := _pair(own, image, mask, fetch))}
    _lay_out(own, path, read)
    return own


def _tell_single(own: OwnMasks, names: list[str], pairs: dict[str, str]) -> None:
    paired = {*pairs, *pairs.values()}
    for name in names:
        if name not in paired:
            own.left_out.add(name, "It has no partner: neither a mask nor an image of the same name.")


def _pair(own: OwnMasks, image: str, mask: str, fetch: Fetch) -> tuple[np.ndarray, np.ndarray] | None:
    """Read an image and its labels; one that cannot be read is left out, with the reason."""
    reading = image
    try:
        grey = read_image(fetch(image))
        reading = mask
        labels = read_labels(fetch(mask))
    except Exception as error:  # zipfile and zlib complain in classes of their own
        own.left_out.add(reading, str(error) if isinstance(error, InputError) else "It cannot be read.")
        return None
    if grey.shape != labels.shape:
        (high, wide), (h, w) = grey.shape, labels.shape
        own.left_out.add(mask, f"It is {w} x {h} pixels, and its image {wide} x {high}; bring both in one size.")
        return None
    return grey, labels


def _lay_out(own: OwnMasks, path: Path, read: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Make things of what was read: those of the commonest size."""
    sizes = Counter(grey.shape for grey, _ in read.values())
    if not sizes:
        raise InputError(f"{path.name} holds no image with a mask that can be read. Left out: {own.left_out.told()}.")
    (high, wide), _ = sizes.most_common(1)[0]
    for name, (grey, _) in read.items():
        if grey.shape != (high, wide):
            h, w = grey.shape
            own.left_out.add(name, f"It is {w} x {h} pixels, and most are {wide} x {high}.")
    kept = [both for both in read.values() if both[0].shape == (high, wide)]
    images, labels = (np.stack(part) for part in zip(*kept, strict=True))
    values = np.unique(labels)
    _check_values(path, values, len(kept) * high * wide)
    own.things = labelled(images, np.searchsorted(values, labels), len(values))
    names = ["background", *(f"value {value}" for value in values[1:])]
    own.item = Item("masks", own.things.shape[1:], {"labels": names})
    own.labels, own.parts = [None] * len(kept), [None] * len(kept)
    own.notes.append(f"The value {values[0]} counts as the background, and {len(values) - 1} as parts.")


def _check_values(path: Path, values: np.ndarray, pixels: int) -> None:
    if len(values) < 2:
        raise InputError(f"The masks of {path.name} mark nothing: all their pixels are {values[0]}; bring others.")
    if len(values) > MOST_LABELS:
        raise InputError(
            f"The masks of {path.name} have {len(values):,} different values, and at most {MOST_LABELS} labels are "
            "learnt; save them without smoothing, as PNG, with a value for each label."
        )
    if pixels * (1 + len(values)) > MOST_BYTES:
        raise InputError(
            f"The masks of {path.name} would take more than {MOST_BYTES >> 30} GB; bring fewer or smaller ones."
        )
