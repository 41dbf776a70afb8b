"""The networks that can be chosen: a plan, what it works well with, and how fast it trains. One line makes another."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

from vae.errors import InputError, unknown
from vae.plans.images import ImageShape, Pair, conv, dense, grid, grid_sizes, normalised, residual
from vae.plans.layers import Plan, Size, Work, work_of
from vae.plans.series import conv1d
from vae.python_files import address_of


@dataclass(frozen=True)
class Efficiency:
    """What training a network reaches of the speed of numpy's products; found by `python benchmarks/pace.py --fit`.

    step: seconds that a step takes however small it is; reached: share of numpy's multiply-adds a second; bfloat16:
    times that products are faster in it; threads: power of their number by which more of them are faster.
    """

    step: float = 5e-3
    reached: float = 0.8
    bfloat16: float = 1.0
    threads: float = 0.0


@dataclass(frozen=True)
class Network:
    """A kind of encoder and decoder.

    lay_out: image shape [C, H, W], codes, encoder outputs, width, depth -> the plans of encoder and decoder; None where
    a file of a person's own builds them, and no plan says what they are. width and depth: units or channels, and layers
    or halvings, that it works well with on small images; None where it has no such setting. lies: how the elements of
    things must lie, in a "plane" or along a "line" (see `Kind`); None where it takes any. cells: image shape, depth ->
    the [H, W] cells that share a code out evenly, one for each place of the image; None where a code has any size.
    gaps: whether its encoder takes things of which something is missing, NaN in its place.
    """

    lay_out: Callable[[ImageShape, int, int, int, int], Pair] | None
    width: int | None
    depth: int | None
    efficiency: Efficiency = Efficiency()
    lies: str | None = None
    cells: Callable[[ImageShape, int], Size] | None = None
    gaps: bool = False

    def plans(
        self,
        shape: ImageShape,
        codes: int,
        outputs: int,
        width: int | None = None,
        depth: int | None = None,
        numbers: int | None = None,
    ) -> Pair:
        """Return the plans of encoder and decoder; `width` and `depth` default to what the network works well with.

        numbers: channels that the decoder gives, left out as many as an image has. `InputError` where there are none.
        """
        width, depth = width or self.width, depth or self.depth
        if self.lay_out is None or width is None or depth is None:
            raise InputError("A network from a file has no plan of its layers, so that nothing can be counted of it.")
        if (given := prod((numbers or shape[0], *shape[1:]))) > MOST_GIVEN:
            raise InputError(
                f"A decoder would have to give {given:,} numbers for each thing, and more than {MOST_GIVEN:,} are too "
                "many; choose fewer levels or mixtures, another likelihood, or smaller things."
            )
        pair = self.lay_out(shape, codes, outputs, width, depth)
        if numbers is None or numbers == shape[0]:
            return pair
        return pair[0], self.lay_out((numbers, *shape[1:]), codes, outputs, width, depth)[1]


NETWORKS: dict[str, Network] = {
    "dense": Network(dense, width=512, depth=2, efficiency=Efficiency(1.2e-3, 1.0, 3.0, 0.0)),
    "conv": Network(conv, width=28, depth=2, efficiency=Efficiency(4.5e-3, 0.72, 1.25, 0.6), lies="plane"),
    "residual": Network(residual, width=24, depth=2, efficiency=Efficiency(1.1e-2, 0.98, 1.2, 0.6), lies="plane"),
    "grid": Network(grid, width=28, depth=3, lies="plane", cells=lambda shape, depth: grid_sizes(shape, depth)[-1]),
    "normalised": Network(normalised, width=200, depth=1),
    "conv1d": Network(conv1d, width=32, depth=3, lies="line", gaps=True),
}


MOST_GIVEN = 1 << 20
"""Numbers of a decoder for one thing: a picture of 256 x 256 with sixteen for each pixel."""

OWN = Network(None, None, None)
"""What is known of a network that a file of a person's own builds."""


def critic(name: str, shape: ImageShape, width: int | None = None, depth: int | None = None) -> Plan:
    """Return the plan of an encoder of this network that gives one number for each thing."""
    return network(name).plans(shape, 1, 1, width, depth)[0]


def suited(lies: str) -> tuple[str, ...]:
    """Name the networks for things whose elements lie so (see `Kind`), the usual one first."""
    return tuple(name for name, each in NETWORKS.items() if each.lies in (None, lies))


def network(name: str) -> Network:
    """Return the network of this name; `InputError` lists those that there are."""
    if address_of(name):
        return OWN
    if name not in NETWORKS:
        raise unknown("network", name, NETWORKS)
    return NETWORKS[name]


def check_shape(shape: ImageShape) -> None:
    """Refuse a shape [C, H, W] that no network takes."""
    if min(shape) < 1:
        raise InputError(f"A network takes at least one channel and one pixel; got [C, H, W] = {list(shape)}.")


def work_of_pair(pair: Pair) -> Work:
    """Add up what encoder and decoder cost."""
    return work_of(pair[0]) + work_of(pair[1])
