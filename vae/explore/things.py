"""What people have in a notebook, as a model takes it: arrays of other layouts and ranges, names of classes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from vae.errors import InputError, unknown
from vae.explore.explorer import Told
from vae.kinds.kinds import kind_of
from vae.library.cards import Card

Given = int | str | Sequence[int] | Sequence[str] | np.ndarray | None
"""The class of all things, or of each: its number, or its name on the card."""


def as_kept(card: Card, things: ArrayLike) -> np.ndarray:
    """Return things as the model's kind keeps them, [n, *card.item.shape].

    Taken are one thing or several; images as uint8, or as floats in [0, 1], and grey ones without their last axis;
    series of one channel without theirs. Raises `InputError` for another shape, NaN, and floats beyond [0, 1] where the
    kind has bounds.
    """
    shape, kind = card.item.shape, kind_of(card.item)
    given = np.asarray(things)
    array = _with_rows(given, shape)
    if array is None:
        taken = f"{['n', *shape]}".replace("'", "") + (f" or {['n', *shape[:-1]]}".replace("'", "") * (shape[-1] == 1))
        raise InputError(f"{card.name} takes {kind.nouns} of shape {taken}; got {list(given.shape)}.")
    if array.dtype == kind.kept:
        return array
    if array.dtype.kind not in "fiub":
        raise InputError(f"{kind.nouns.capitalize()} are numbers; got an array of {array.dtype}.")
    if not np.isfinite(array).all():
        raise InputError(f"{kind.nouns.capitalize()} hold NaN or infinity; replace them first.")
    if kind.bounds is None:
        return array.astype(kind.kept)
    low, high = kind.bounds if array.dtype.kind == "f" else (0, kind.levels)
    if array.size and not low <= array.min() <= array.max() <= high:
        raise InputError(
            f"{kind.nouns.capitalize()} of {array.dtype} go from {low:g} to {high:g}; these go from {array.min():g} to "
            f"{array.max():g}. Bring them into that range, or to {kind.kept.name}."
        )
    return kind.keep(array) if array.dtype.kind == "f" else array.astype(kind.kept)


def _with_rows(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return an array as [n, *shape] where it is one of the layouts that are taken."""
    layouts = [shape, shape[:-1]] if shape[-1] == 1 else [shape]
    for layout in layouts:
        if array.shape == layout or array.shape[1:] == layout:
            return array.reshape(-1, *shape)
    return None


def as_codes(card: Card, z: ArrayLike) -> np.ndarray:
    """Return codes as float32 [n, d]; one code [d] is taken too. Raises `InputError` for another shape, and NaN."""
    codes = np.asarray(z, np.float32)
    if codes.ndim == 1:
        codes = codes[None]
    if codes.ndim != 2 or codes.shape[1] != card.latent.dims:
        raise InputError(f"{card.name} takes codes of shape [n, {card.latent.dims}]; got {list(np.shape(z))}.")
    if not np.isfinite(codes).all():
        raise InputError("Codes hold NaN or infinity; replace them first.")
    return codes


def as_told(card: Card, given: Given) -> Told:
    """Return the numbers of classes; `InputError` where a name is none of the card's, or the model is told nothing."""
    if given is None:
        return None
    if not card.told:
        raise InputError(f"{card.name} is told nothing beside its codes; leave `given` out.")
    if isinstance(given, str):
        return _number(card, given)
    if isinstance(given, int | np.integer):
        return int(given)
    return np.array([_number(card, each) if isinstance(each, str) else int(each) for each in given])


def _number(card: Card, name: Any) -> int:
    choices = card.latent.given[0].choices
    if name not in choices:
        raise unknown(card.latent.given[0].name, name, choices)
    return choices.index(name)
