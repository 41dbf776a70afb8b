"""How a code of choices is laid out: how many ways each choice has."""

from vae.errors import InputError
from vae.options import Options


def ways_of(dims: int, most: int) -> int:
    """Return how many ways each choice has: the largest number, up to `most`, that shares `dims` out evenly.

    Raises `InputError` where that is 1 alone, as of a prime: a choice of one way is none.
    """
    ways = max((ways for ways in range(2, min(dims, most) + 1) if dims % ways == 0), default=1)
    if ways == 1:
        raise InputError(
            f"{dims} latent dimensions cannot be shared out into choices of 2 to {most} ways each; "
            f"set latent_dims to {most * max(1, round(dims / most))}."
        )
    return ways


def check_ways(dims: int, options: Options) -> None:
    """Raise `InputError` where there is no code of so many dimensions."""
    ways_of(dims, int(options["ways"]))
