"""Codes that a model is asked for without a thing: draws from its prior, and a walk along one dimension."""

import numpy as np

from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.explore.geometry import traversal

MOST_DRAWS = 100_000

FEW_DRAWS, FEW_NUMBERS = 256, 4096
"""Draws that a page gets along where it cannot make them itself, and how many numbers they are at most, 8 aside."""

DRAWN_BY_PAGES = ("normal", "none")
"""Priors of which a page needs no draws: it makes them, or there is none to draw from."""


def draw_codes(explorer: Explorer, n: int, seed: int = 0) -> np.ndarray:
    """Return `n` codes as the model's prior has them, float32 [n, d]; the same seed gives the same codes.

    A prior of its test codes draws among these, with replacement. Raises `InputError` for a model that cannot draw, as
    an autoencoder, and for n outside 1 to 100,000.
    """
    card = explorer.card
    if not 1 <= n <= MOST_DRAWS:
        raise InputError(f"From 1 to {MOST_DRAWS:,} codes are drawn at a time; got {n:,}.")
    if "draw" not in card.can:
        raise InputError(
            f"{card.name} has no prior to draw from; decode codes of your own, or codes of things, in its place."
        )
    check_seed(seed)
    random = np.random.default_rng(seed)
    if card.latent.prior == "normal":
        return random.standard_normal((n, card.latent.dims), np.float32)
    if card.latent.prior == "graph":
        return explorer.draw(random.standard_normal((n, card.latent.dice), np.float32))
    codes = explorer.codes()
    if card.latent.prior != "codes" or codes is None:
        raise InputError(f"{card.name} draws from codes that it does not bring; decode codes instead.")
    return codes.centre[random.integers(len(codes.centre), size=n)]


def few_draws(explorer: Explorer) -> list[list[float]]:
    """Return some codes drawn from a prior that is more than N(0, I), for a page to choose from; none of another."""
    if explorer.card.latent.prior in DRAWN_BY_PAGES:
        return []
    latent = explorer.card.latent
    numbers = FEW_NUMBERS * (4 if latent.choices else 1)  # a digit each
    count = max(8, min(FEW_DRAWS, numbers // latent.dims))
    return draw_codes(explorer, count).astype(int if latent.choices else float).round(3).tolist()


def walk_codes(explorer: Explorer, dim: int, steps: int = 9, start: np.ndarray | None = None) -> np.ndarray:
    """Return codes along dimension `dim`, counted from 0, evenly over where the data lies; float32 [steps, d].

    start: [d], the other coordinates; left out, zeros. Raises `InputError` where there is no such dimension, for steps
    outside 2 to 1,000, and for a start of another size.
    """
    latent = explorer.card.latent
    if not 0 <= dim < latent.dims:
        raise InputError(f"{explorer.card.name} has the dimensions 0 to {latent.dims - 1}; got {dim}.")
    if not 2 <= steps <= 1000:
        raise InputError(f"A walk has 2 to 1,000 steps; got {steps}.")
    start = np.zeros(latent.dims, np.float32) if start is None else np.asarray(start, np.float32)
    if start.shape != (latent.dims,):
        raise InputError(f"A code of {explorer.card.name} has shape [{latent.dims}]; got {list(start.shape)}.")
    return traversal(start, dim, np.linspace(*latent.range[dim], steps, dtype=np.float32))


def check_seed(seed: int) -> None:
    """Raise `InputError` for what is no seed."""
    if not 0 <= seed < 2**31:
        raise InputError(f"The seed must be from 0 to 2147483647; got {seed}.")
