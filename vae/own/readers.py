"""How a person's own files become things of each kind. One line makes another, with a folder beside this file."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vae.datasets.downloads import Progress
from vae.library.cards import Card
from vae.own.images import making as images
from vae.own.images import preview as look_at_images
from vae.own.images.picture import Fit, manner_of, read_picture
from vae.own.making import Made, Making
from vae.own.masks import files as mask_files
from vae.own.masks import making as masks
from vae.own.masks.one import read_mask
from vae.own.molecules import files as molecule_files
from vae.own.molecules import making as molecules
from vae.own.molecules.one import read_molecule
from vae.own.preview import Preview, suggested_name
from vae.own.series import files as series_files
from vae.own.series import making as series
from vae.own.series import preview as look_at_series
from vae.own.series.one import read_series
from vae.own.sounds import files as sound_files
from vae.own.sounds import making as sounds
from vae.own.sounds.one import read_sound
from vae.own.tastes import files as taste_files
from vae.own.tastes import making as tastes
from vae.own.tastes.one import read_taste
from vae.own.text import files as text_files
from vae.own.text import making as text
from vae.own.text.one import read_word

LOOK_SECONDS = 8.0
"""How long things are opened for a preview; those that were not are checked when the set is made."""


@dataclass(frozen=True)
class Manners:
    """What a person says of one picture, where it is not left to be seen: see `read_picture`. Other kinds have none."""

    invert: bool | None = None
    fit: Fit | None = None


@dataclass(frozen=True)
class Brought:
    """One thing of a person's, as a model takes it, [*shape], and what was done to it, in sentences."""

    thing: np.ndarray
    note: str


@dataclass(frozen=True)
class Reader:
    """How files become things of a kind.

    claims: whether the names in a file say beyond doubt that it holds things of this kind; may_hold: whether a file
    can. look: a file or folder, what was said of it, and seconds -> what is in it. make: the same, and the folder of a
    set that is being made -> how far it is, and at last what lies there. one: the bytes of a file, the card of the
    model that is to take it, and its manners -> one thing. The last three raise `InputError`.
    """

    claims: Callable[[Path], bool]
    may_hold: Callable[[Path], bool]
    look: Callable[[Path, Making, float], Preview]
    make: Callable[[Path, Making, Path], Generator[Progress, None, Made]]
    one: Callable[[bytes, Card, Manners], Brought]


def _picture(data: bytes, card: Card, said: Manners) -> Brought:
    manner = manner_of(card)
    if said.fit is not None:
        manner = replace(manner, fit=said.fit)
    picture = read_picture(data, card.image_shape, manner, said.invert)
    return Brought(picture.pixels, picture.note)


def _series(data: bytes, card: Card, _said: Manners) -> Brought:
    one = read_series(data, card.item, card.gaps)
    return Brought(one.values, one.note)


def _taste(data: bytes, card: Card, _said: Manners) -> Brought:
    one = read_taste(data, card.item)
    return Brought(one.values, one.note)


def _word(data: bytes, card: Card, _said: Manners) -> Brought:
    one = read_word(data, card.item)
    return Brought(one.thing, one.note)


def _molecule(data: bytes, card: Card, _said: Manners) -> Brought:
    one = read_molecule(data, card.item)
    return Brought(one.thing, one.note)


def _mask(data: bytes, card: Card, _said: Manners) -> Brought:
    one = read_mask(data, card.item)
    return Brought(one.thing, one.note)


def _sound(data: bytes, card: Card, _said: Manners) -> Brought:
    one = read_sound(data, card.item)
    return Brought(one.thing, one.note)


READERS: dict[str, Reader] = {
    "image": Reader(lambda _: False, lambda _: True, look_at_images.look, images.make, _picture),
    "series": Reader(series_files.claims, series_files.may_hold, look_at_series.look, series.make, _series),
    "tastes": Reader(taste_files.claims, taste_files.may_hold, tastes.look, tastes.make, _taste),
    "text": Reader(text_files.claims, text_files.may_hold, text.look, text.make, _word),
    "molecules": Reader(molecule_files.claims, molecule_files.may_hold, molecules.look, molecules.make, _molecule),
    "masks": Reader(mask_files.claims, mask_files.may_hold, masks.look, masks.make, _mask),
    "sounds": Reader(sound_files.claims, sound_files.may_hold, sounds.look, sounds.make, _sound),
}
"""Kind -> its reader. What no other claims is taken for the first."""


def reader_of(path: Path, making: Making) -> Reader:
    """Return the reader of what lies at `path`: of the kind that was said, or that the names in a file say."""
    return READERS[making.kind or _claimed(path) or next(iter(READERS))]


def _claimed(path: Path) -> str | None:
    """Return the kind that the names in a file say; None where they say none, and of a folder."""
    return next((kind for kind, reader in READERS.items() if path.is_file() and reader.claims(path)), None)


def inspect(path: Path, making: Making | None = None, seconds: float = LOOK_SECONDS) -> Preview:
    """Look at the file or folder at `path`; what `making` leaves open is chosen to suit what is in it.

    Bounded in time and memory: after `seconds` the rest is counted and not opened. Raises `InputError` where there is
    nothing that can be read, or too little.
    """
    found = reader_of(path, making or Making()).look(path, making or Making(), seconds)
    return replace(found, name=suggested_name(path), choices=_kinds(path) | found.choices)


def _kinds(path: Path) -> dict[str, tuple[str, ...]]:
    """Return which kinds a file may be of, as a choice, where it leaves that open."""
    if not path.is_file() or _claimed(path):
        return {}
    kinds = tuple(kind for kind, reader in READERS.items() if reader.may_hold(path))
    return {"kind": kinds} if len(kinds) > 1 else {}
