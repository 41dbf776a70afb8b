"""How a code of choices is laid out: how many ways each choice has; of a VQ-VAE, how many codes each cell has."""

from vae.errors import InputError
from vae.options import Options
from vae.plans.images import Pair
from vae.plans.layers import Act, Codebook, Linear, Plan

HIDDEN = 128
"""Units by which the cells before one tell which code is likely in it."""


def ways_of(dims: int, most: int, parts: str = "choices of", ways: str = "ways") -> int:
    """Return how many ways each choice has: the largest number, up to `most`, that shares `dims` out evenly.

    parts, ways: what choices and ways are called. Raises `InputError` where that is 1 alone, as of a prime: a choice of
    one way is none.
    """
    found = max((each for each in range(2, min(dims, most) + 1) if dims % each == 0), default=1)
    if found == 1:
        raise InputError(
            f"{dims} latent dimensions cannot be shared out into {parts} 2 to {most} {ways} each; "
            f"set latent_dims to {most * max(1, round(dims / most))}."
        )
    return found


def check_ways(dims: int, options: Options) -> None:
    """Raise `InputError` where there is no code of so many dimensions."""
    ways_of(dims, int(options["ways"]))


def codes_of(dims: int, options: Options) -> int:
    """Return how many codes the book of a VQ-VAE has; `InputError` where no cells of so many share `dims` out."""
    return ways_of(dims, int(options["codes"]), "cells of", "codes")


def check_codes(dims: int, options: Options) -> None:
    """Raise `InputError` where there is no code of so many dimensions."""
    codes_of(dims, options)


def booked(dims: int, options: Options, pair: Pair) -> Pair:
    """Return a network's encoder and decoder with the codebook before the latter."""
    codes = codes_of(dims, options)
    return pair[0], (Codebook(dims // codes, codes), *pair[1])


def before(cells: int, codes: int) -> Plan:
    """Lay out what makes of the codes of cells how likely each is in the next: it is as much work as two layers."""
    return Linear((cells - 1) * codes, HIDDEN), Act("relu"), Linear(HIDDEN, cells * codes)
