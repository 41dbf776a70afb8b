"""What the test things of a model were drawn from, where that is known: of sets that are made here, and of dSprites."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from vae.data import load
from vae.datasets.published import made_factors
from vae.datasets.sources import DATASETS, ROUND
from vae.library.cards import Card
from web.opened.originals import has_originals


def described(names: Iterable[str]) -> list[dict[str, Any]]:
    """Say of each factor what it is called, and whether it is an angle."""
    return [{"name": name, "round": name in ROUND} for name in names]


def factor_names(card: Card) -> tuple[str, ...]:
    """Name the factors that a model's things were drawn from, in their order; none where they are not known."""
    source = DATASETS.get(card.data.name)
    return source.factors if source else ()


def factors_of(card: Card, n: int) -> np.ndarray | None:
    """Return what each of a model's `n` test things was drawn from, float32 [n, F], or None where it cannot be told.

    Nothing is drawn or prepared for it but the factors themselves, where a set is made here.
    """
    if not factor_names(card):
        return None
    factors = made_factors(card.data.name, "test")
    if factors is None and has_originals(card, n):
        factors = load(card.data.name).test.factors
    return factors if factors is not None and len(factors) == n else None
