"""The kinds of things that models learn: a line here makes another."""

from vae.errors import unknown
from vae.kinds.images import IMAGES
from vae.kinds.kind import Item, Kind
from vae.kinds.masks.masks import MASKS
from vae.kinds.molecules.molecules import MOLECULES
from vae.kinds.series import SERIES
from vae.kinds.sounds.sounds import SOUNDS
from vae.kinds.tastes import TASTES
from vae.kinds.text import TEXT

KINDS: dict[str, Kind] = {
    "image": IMAGES,
    "series": SERIES,
    "tastes": TASTES,
    "text": TEXT,
    "molecules": MOLECULES,
    "masks": MASKS,
    "sounds": SOUNDS,
}


def kind_of(item: Item) -> Kind:
    """Return the kind of a thing; `InputError` lists those that there are, or says what is wrong with its shape."""
    if item.kind not in KINDS:
        raise unknown("kind of data", item.kind, KINDS)
    kind = KINDS[item.kind]
    kind.check(item.shape)
    return kind


def image(shape: tuple[int, int, int]) -> Item:
    """Return what an image of a network's shape [C, H, W] is, as cards of earlier versions have it."""
    channels, height, width = shape
    return Item("image", (height, width, channels))
