"""Tastes as pictures where there is no browser: a bar for each genre, as long as its share of the taste.

Proportions and order are those of assets/live/shared/views/tastes.js at the size of a tile.
"""

import numpy as np

from vae.kinds.kind import Item, Paper

PROPORTIONS = 112, 80
INSET, GAP = 0.06, 0.25
"""Of the shorter side, all around; of a bar's place, between it and the next."""

SMOOTH = 4
"""Times the size at which bars are drawn before they are reduced."""


def shares_of(tastes: np.ndarray, item: Item) -> np.ndarray:
    """Return the share of each genre in tastes [n, N, 1], float64 [n, genres]; they add up to 1 where there is any.

    An item of several genres counts for each of them in part; one without genres for none. Where nothing is said of
    genres, items are put together in eight equal parts, in their order.
    """
    weights = genres_of(item)
    mass = np.maximum(tastes[..., 0].astype(np.float64), 0) @ weights
    return np.asarray(mass / np.maximum(mass.sum(1, keepdims=True), 1e-12))


def genres_of(item: Item) -> np.ndarray:
    """Return how much each item counts for each genre, float64 [N, genres]."""
    n = item.shape[0]
    names, of = item.meaning.get("genres"), item.meaning.get("of")
    if not names or not of:
        return np.eye(8)[np.minimum(np.arange(n) * 8 // n, 7)]
    weights = np.zeros((n, len(names)))
    for row, numbers in zip(weights, of, strict=False):
        row[list(numbers)] = 1 / max(1, len(numbers))
    return weights


def draw_bars(tastes: np.ndarray, item: Item, paper: Paper) -> np.ndarray:
    """Draw tastes, float [n, N, 1], as bars of their genres; returns uint8 [n, H, W, 3], `paper.side` wide."""
    from PIL import Image, ImageDraw  # only here: every command imports the kinds

    width, height = paper.side, round(paper.side * PROPORTIONS[1] / PROPORTIONS[0])
    inset = INSET * height
    pictures = np.empty((len(tastes), height, width, 3), np.uint8)
    for shares, picture in zip(shares_of(tastes, item), pictures, strict=True):
        image = Image.new("RGB", (width * SMOOTH, height * SMOOTH), paper.theme.paper)
        pen = ImageDraw.Draw(image)
        place = (height - 2 * inset) / len(shares)
        for number, share in enumerate(shares.tolist()):
            top = inset + number * place + GAP / 2 * place
            right = inset + max(paper.fine, share * (width - 2 * inset))
            corners = (inset, top, right, top + (1 - GAP) * place)
            pen.rectangle([each * SMOOTH for each in corners], paper.theme.of_class(number, len(shares)))
        picture[:] = np.asarray(image.reduce(SMOOTH))
    return pictures
