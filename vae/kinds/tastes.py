"""Tastes: float32 [N, 1], 1 for each of N items that somebody likes and 0 for the rest; or how likely each is next.

What a model expects is a share of one choice for each item: they add up to 1. Titles and genres stand in the meaning:
`items`, a title each; `genres`, their names; `of`, for each item the numbers of its genres.
"""

from typing import Any

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Kind, Shape
from vae.kinds.taste_bars import draw_bars
from vae.kinds.taste_corruptions import CORRUPTIONS

FEWEST_ITEMS, MOST_ITEMS = 4, 4096


def _check(shape: Shape) -> None:
    if len(shape) != 2 or not FEWEST_ITEMS <= shape[0] <= MOST_ITEMS or shape[1] != 1:
        raise InputError(f"A taste is [items, 1] with {FEWEST_ITEMS} to {MOST_ITEMS:,} items; got {list(shape)}.")


def _measure(tastes: np.ndarray) -> dict[str, Any]:
    """Return how large a share of those learnt from likes each item, to four digits."""
    return {"usual": [float(f"{share:.4g}") for share in tastes[..., 0].mean(0, dtype=np.float64)]}


TASTES = Kind(
    noun="taste",
    nouns="tastes",
    seen=("taste", "tastes"),
    style="how broad it is, how far it follows what most like",
    element="item",
    elements="items",
    quantity="liking",
    fed="a like is 1",
    plain="of few likes",
    axes="N, 1",
    view="tastes",
    pixels=False,
    kept=np.dtype("f4"),
    levels=1.0,
    bounds=None,
    likelihoods=("multinomial",),
    lies="loose",
    measures=("ndcg", "recall"),
    methods=("popularity", "item-neighbours", "ease"),
    scores=("cost-a-like",),
    unit="likes",
    input=lambda shape: (shape[1], 1, shape[0]),
    lay=lambda things: things.swapaxes(1, 2)[:, :, None],
    unlay=lambda floats: floats[:, :, 0].swapaxes(1, 2),
    check=_check,
    sized=lambda shape: f"{shape[0]:,} items",
    hide=lambda tastes, known: tastes * known[..., None],
    measure=_measure,
    draw=draw_bars,
    corruptions=CORRUPTIONS,
    shares=2,
)
