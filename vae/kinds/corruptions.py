"""Things are spoiled, each by an amount from 0 (as it was) to 1 (the strongest that is of any use).

Everything is numpy, and drawn from a seed. What is drawn for one thing does not depend on what the others show, so
that processes which hold different rows of one batch draw the same for it. The ways of each kind are its `corruptions`.
"""

from typing import NamedTuple

import numpy as np

from vae.errors import InputError, unknown
from vae.kinds.images import IMAGES
from vae.kinds.kind import Kind
from vae.kinds.kinds import KINDS

CORRUPTIONS = IMAGES.corruptions
"""Those of images."""


class Corrupted(NamedTuple):
    """Spoiled things, and what is still known of them."""

    images: np.ndarray
    """The things, float32 [n, *shape]: images [n, H, W, C] in [0, 1], where pixels that are lost are black; series
    [n, T, C], where samples that are lost are the mean of those that are not."""
    known: np.ndarray | None
    """bool [n, H, W] or [n, T], False where a pixel or a sample is lost; None where nothing says which are."""


def corrupt(
    name: str,
    things: np.ndarray,
    amount: float | np.ndarray,
    seed: int | np.random.Generator,
    hidden: np.ndarray | None = None,
    kind: Kind = IMAGES,
) -> Corrupted:
    """Spoil things of a kind, [n, *shape], by its corruption `name`; images are uint8 or floats in [0, 1].

    amount: in [0, 1], one for all or [n]; 0 leaves a thing as it is. hidden: bool [n, H, W] or [n, T], what "brush"
    hides; its amount counts for nothing. The same seed, the same corruption. Raises `InputError` for an unknown name,
    another amount, and other shapes.
    """
    if name not in kind.corruptions:
        raise unknown("corruption", name, kind.corruptions)
    if isinstance(seed, int) and seed < 0:
        raise InputError(f"seed must be 0 or more; got {seed}.")
    corruption, floats, amounts = kind.corruptions[name], _as_floats(things, kind), _checked(amount, len(things), kind)
    if corruption.draw is None:
        known = ~_checked_hidden(name, hidden, floats.shape[:-1], kind)
    else:
        drawn = corruption.draw(floats, amounts, np.random.default_rng(seed))
        if not corruption.hides:
            return Corrupted(drawn if kind.bounds is None else np.clip(drawn, *kind.bounds, out=drawn), None)
        known = drawn
    return Corrupted(kind.hide(floats, known), known)


def blanked(floats: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Put NaN in place of the elements of things that are lost.

    floats: [n, *shape]; known: bool [n, *shape but for the channels].
    """
    return np.where(known[..., None], floats, np.float32(np.nan))


def trainable(kind: Kind = IMAGES) -> tuple[str, ...]:
    """Name those of a kind that need no hand: a model can be trained to undo them."""
    return tuple(name for name, corruption in kind.corruptions.items() if corruption.draw)


def trainable_of_any() -> tuple[str, ...]:
    """Name those that a model of some kind can be trained to undo."""
    return tuple(dict.fromkeys(name for kind in KINDS.values() for name in trainable(kind)))


def _as_floats(things: np.ndarray, kind: Kind) -> np.ndarray:
    if things.ndim != 1 + len(kind.axes.split(",")):
        raise InputError(f"{kind.nouns} must be [n, {kind.axes}]; got {list(things.shape)}.")
    floats = things.astype(np.float32)
    return np.divide(floats, kind.levels, out=floats) if things.dtype == kind.kept and kind.levels != 1 else floats


def _checked(amount: float | np.ndarray, n: int, kind: Kind) -> np.ndarray:
    """Return the amounts as float32, [1] for all or [n]."""
    amounts = np.atleast_1d(np.asarray(amount, np.float32))
    if amounts.shape not in ((1,), (n,)):
        one_each = f"one for each of the {n} {kind.nouns}"
        raise InputError(f"amount must be one number, or {one_each}; got {list(amounts.shape)}.")
    if not ((amounts >= 0) & (amounts <= 1)).all():  # false for NaN too
        wrong = amounts[~((amounts >= 0) & (amounts <= 1))][0]
        raise InputError(f"amount must be from 0 to 1; got {wrong:g}.")
    return amounts


def _checked_hidden(name: str, hidden: np.ndarray | None, shape: tuple[int, ...], kind: Kind) -> np.ndarray:
    if hidden is None or hidden.shape != shape:
        got = "none" if hidden is None else list(hidden.shape)
        axes = f"[n, {kind.axes.rpartition(',')[0]}]"
        raise InputError(f"{name} hides the {kind.elements} that it is told, {axes} = {list(shape)}; got {got}.")
    return hidden.astype(bool)
