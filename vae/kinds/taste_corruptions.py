"""Ways to spoil a taste, each by an amount from 0 (as it was) to 1. Nothing says which likes are lost.

tastes: [n, N, 1], 1 where an item is liked.
"""

import numpy as np

from vae.kinds.kind import Corruption


def _first(tastes: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Choose a share `amount` of the likes of each taste, bool [n, N]; one like at least is not chosen.

    Last an order of all items, drawn by chance, [n, N].
    """
    likes = tastes[..., 0] > 0
    order = random.random(likes.shape)
    rank = np.where(likes, order, 2).argsort(1, kind="stable").argsort(1, kind="stable")
    many = likes.sum(1)
    return rank < np.minimum(np.rint(amount * many), np.maximum(many - 1, 0))[:, None], order


def hidden(tastes: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Hide a share `amount` of the likes, as if their owner had not come to them yet; one stays."""
    chosen, _ = _first(tastes, amount, random)
    return np.where(chosen[..., None], np.float32(0), tastes)


def exchanged(tastes: np.ndarray, amount: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Exchange a share `amount` of the likes for items that are not liked, drawn at even odds; one stays."""
    chosen, order = _first(tastes, amount, random)
    free = tastes[..., 0] <= 0
    many = np.minimum(chosen.sum(1), free.sum(1))[:, None]
    rank = np.where(free, order, 2).argsort(1, kind="stable").argsort(1, kind="stable")
    swapped = np.where((rank < many)[..., None], np.float32(1), tastes)
    return np.where(chosen[..., None], np.float32(0), swapped)


CORRUPTIONS: dict[str, Corruption] = {
    "hidden-likes": Corruption(
        "Hidden likes",
        "Share of the likes that are hidden",
        "Likes that the model is not shown, as of somebody who has not come to them yet. Where do they rank?",
        0.2,
        hidden,
        chance="place",
    ),
    "exchanged-likes": Corruption(
        "Exchanged likes",
        "Share of the likes exchanged for items drawn at random",
        "Somebody else has used the account, or clicked beside what was meant.",
        0.3,
        exchanged,
        chance="place",
    ),
}
"""The corruptions of tastes, in the order to show them."""
