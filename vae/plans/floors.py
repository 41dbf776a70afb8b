"""What a ladder has beside encoder and decoder: how each floor of codes tells the one below it."""

from vae.options import Options
from vae.plans.layers import Act, Linear, Plan

HIDDEN = 64
"""Units of the layer by which the floors above tell one: a few numbers in, a few out."""


def sizes_of(dims: int, floors: int) -> list[int]:
    """Return how many of `dims` dimensions each floor has, the top one first: as many as another, or one more."""
    return [dims // floors + (floor < dims % floors) for floor in range(floors)]


def tells(dims: int, options: Options) -> list[Plan]:
    """Lay out, for each floor but the top one, what makes mean and spread of its prior of all codes above it."""
    sizes = sizes_of(dims, int(options["floors"]))
    above = [sum(sizes[:floor]) for floor in range(1, len(sizes))]
    return [
        (Linear(known, HIDDEN), Act("relu"), Linear(HIDDEN, 2 * size))
        for known, size in zip(above, sizes[1:], strict=True)
    ]
