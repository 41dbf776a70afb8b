"""What a flow VAE has beside encoder and decoder: how one half of a code says how the other is bent."""

from vae.options import Options
from vae.plans.layers import Act, Linear, Plan

HIDDEN = 64
"""Units of both layers by which a half of a code says how the other is bent."""


def halves(dims: int) -> tuple[int, int]:
    """Return how many of `dims` coordinates the first half has, and how many the second."""
    return dims - dims // 2, dims // 2


def couplings(dims: int, steps: int, told: int = 0) -> list[Plan]:
    """Lay out, for each step, what makes scale and shift of one half out of the other and of `told` numbers.

    Steps bend the second half and the first in turn.
    """
    first, second = halves(dims)
    plans: list[Plan] = []
    for step in range(steps):
        kept, bent = (first, second) if step % 2 == 0 else (second, first)
        plans.append(
            (
                *(Linear(kept + told, HIDDEN), Act("relu"), Linear(HIDDEN, HIDDEN), Act("relu")),
                Linear(HIDDEN, 2 * bent),
            )
        )
    return plans


def flows(dims: int, options: Options) -> list[Plan]:
    """Lay out the couplings of a flow VAE's prior and posterior; the latter is told mean and log variance."""
    posterior = couplings(dims, int(options["posterior_steps"]), told=2 * dims)
    return couplings(dims, int(options["prior_steps"])) + posterior
