"""One point of a curve: how well each method restores things that were spoiled by some amount."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import prod

import numpy as np

from vae.data import is_at_hand, item_of, load
from vae.datasets.sources import stand_in
from vae.errors import InputError
from vae.experiments.fidelity import measures_of
from vae.experiments.restoration import METHODS, restore
from vae.explore.explorer import Explorer
from vae.kinds.corruptions import corrupt
from vae.kinds.kind import Kind
from web.opened.examples import examples_of
from web.opened.originals import some_originals_of

IMAGES = 200
PART, PIXELS = 20, 2**14
"""Things that are restored at once, at most so many, and fewer where they have more elements together."""

LONGEST = 20.0
"""Seconds after which the things so far must do."""

SEED = 0


@dataclass(frozen=True)
class Point:
    """The mean of what is measured, over `images` things of `there`: of the spoiled ones and of each method's.

    measure: its name, the first of the things' own (vae/experiments/fidelity.py); `clean` says which things these are.
    """

    amount: float
    images: int
    there: int
    clean: str
    measure: str
    spoiled: float
    restored: dict[str, float]
    seconds: float


def point(model: Explorer, corruption: str, amount: float, methods: tuple[str, ...]) -> Point:
    """Spoil things and restore them by each method; `InputError` where the model has none to be tried on."""
    started, kind = time.perf_counter(), model.kind
    name, measure = next(iter(measures_of(model.card.item).items()))
    things, clean = clean_things(model)
    others = examples_of(model) if any(METHODS[method].looks for method in methods) else None
    found: dict[str, list[np.ndarray]] = {method: [] for method in ("", *methods)}
    for part, spoiled, known in _spoiled(kind, things, corruption, amount):
        found[""].append(measure.of(kind, part, spoiled, spoiled))
        for method in methods:
            restored = kind.keep(restore(method, model, spoiled, known, others=others))
            found[method].append(measure.of(kind, part, restored, spoiled))
        if time.perf_counter() - started > LONGEST:
            break
    means = {method: _mean(np.concatenate(parts), measure.exact) for method, parts in found.items()}
    done = sum(map(len, found[""]))
    spent = round(time.perf_counter() - started, 3)
    return Point(amount, done, len(things), clean, name, means.pop(""), means, spent)


def clean_things(model: Explorer) -> tuple[np.ndarray, str]:
    """Return up to 200 things as they are kept, [n, *shape], and what they are.

    "test images"; for a model without them the "training images" that come with this program; or "reconstructions" of
    the model's test codes, which are easier for it than images are. Of another kind they are "test series" and so on.
    """
    nouns = model.kind.nouns
    with suppress(InputError):
        return some_originals_of(model).things[:IMAGES], f"test {nouns}"
    card = model.card
    instead = stand_in(card.data.name)
    if instead and is_at_hand(instead, card.data.source):
        item = item_of(instead)
        if (item.kind, item.shape) == (card.item.kind, card.item.shape):
            return load(instead).test.things[:IMAGES], f"training {nouns}"
    codes = model.codes()
    if codes is None:
        raise InputError(f"{card.name} has neither test {nouns} nor test codes here, so there is nothing to restore.")
    return model.redraw(codes, np.arange(min(IMAGES, len(codes.centre)))), "reconstructions"


def _spoiled(
    kind: Kind, things: np.ndarray, corruption: str, amount: float
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    """Yield a few things, the same spoiled, and what is known of them; every thing is spoiled in its own way."""
    random = np.random.default_rng(SEED)
    rows = max(1, min(PART, PIXELS // prod(things.shape[1:-1])))
    for first in range(0, len(things), rows):
        part = things[first : first + rows]
        spoiled, known = corrupt(corruption, part, amount, random, kind=kind)
        yield part, kind.keep(spoiled), known


def _mean(values: np.ndarray, exact: float | None) -> float:
    """Return the mean, with `exact` in the place of what is higher still, to six digits."""
    return float(f"{(values if exact is None else np.minimum(values, exact)).mean():.6g}")
