"""A U-Net: what is seen of a picture at several sizes, each brought back to that of the picture, with a code beside it.

Ronneberger, Fischer & Brox 2015, arXiv 1505.04597; with a code as in Kohl et al. 2018, arXiv 1806.05034, which gives it
to every pixel before the last convolutions. Here the smallest size is told it as well, so that it can move what is
large.
"""

from dataclasses import dataclass
from itertools import chain

from vae.options import Options
from vae.plans.images import ImageShape, Pair, double, halvings
from vae.plans.layers import Act, Conv, Linear, Plan, Size, Unflatten, Up

HALVINGS = 3

PLACES = 2
"""Channels beside the picture's that say where a pixel lies: what stands where is not the same everywhere."""


@dataclass(frozen=True)
class Skips:
    """The plans of a U-Net. down: one a size, the picture's first; turn: of the smallest size with the code beside it;
    up, joins: back to each size, and what is made of that with what was seen there, the smallest size first; mix: of
    the last with the code beside it."""

    down: tuple[Plan, ...]
    turn: Plan
    up: tuple[Plan, ...]
    joins: tuple[Plan, ...]
    mix: Plan

    @property
    def layers(self) -> Plan:
        """Return all layers, in order."""
        plans = (*self.down, self.turn, *chain(*zip(self.up, self.joins, strict=True)), self.mix)
        return tuple(chain(*plans))


def unet(shape: ImageShape, codes: int, numbers: int, width: int) -> Skips:
    """Lay out a U-Net from pictures [C, H, W], C may be 0, and codes to [numbers, H, W]; `width` channels at full size.

    Each halving has twice as many channels.
    """
    sizes = halvings(shape, HALVINGS)
    channels = [width * 2**i for i in range(len(sizes))]
    first = (
        Conv(shape[0] + PLACES, width, 3, 1, sizes[0]),
        Act("silu"),
        Conv(width, width, 3, 1, sizes[0]),
        Act("silu"),
    )
    down = [first]
    for i in range(1, len(sizes)):
        halve, same = Conv(channels[i - 1], channels[i], 4, 2, sizes[i]), Conv(channels[i], channels[i], 3, 1, sizes[i])
        down.append((halve, Act("silu"), same, Act("silu")))
    turn = (Conv(channels[-1] + codes, channels[-1], 1, 1, sizes[-1]), Act("silu"))
    up, joins = [], []
    for i in reversed(range(len(sizes) - 1)):
        a, b = channels[i + 1], channels[i]
        up.append((double(a, b, sizes[i], sizes[i + 1]), Act("silu")))
        joins.append((Conv(2 * b, b, 3, 1, sizes[i]), Act("silu"), Conv(b, b, 3, 1, sizes[i]), Act("silu")))
    mix = (
        *(Conv(width + codes, width, 1, 1, sizes[0]), Act("silu")),
        *(Conv(width, width, 1, 1, sizes[0]), Act("silu")),
        Conv(width, numbers, 1, 1, sizes[0]),
    )
    return Skips(tuple(down), turn, tuple(up), tuple(joins), mix)


def completed(dims: int, options: Options, pair: Pair) -> Pair:
    """Return a network's encoder, and in place of its decoder a U-Net that is told the part which is not made.

    What a decoder makes and an encoder takes say how much that is; the prior that it tells is in there, too.
    """
    numbers, size = _made(pair[1])
    part = _taken(pair[0], size) - numbers
    prior = pair[0] if part > 0 else ()  # it is laid out as the encoder, and there is none where nothing is given
    return pair[0], prior + unet((max(0, part), *size), dims, numbers, int(options["features"])).layers


def _made(decoder: Plan) -> tuple[int, Size]:
    """Return channels and [H, W] of what a decoder makes."""
    last = decoder[-1]
    if isinstance(last, Up):
        return last.outputs, (2 * last.size[0] + last.odd[0], 2 * last.size[1] + last.odd[1])
    assert isinstance(last, Unflatten)
    numbers, high, wide = last.shape
    return numbers, (high, wide)


def _taken(encoder: Plan, size: Size) -> int:
    """Return the channels of what an encoder takes, of [H, W] places."""
    first = next(layer for layer in encoder if isinstance(layer, Conv | Linear))
    return first.inputs if isinstance(first, Conv) else first.inputs // (size[0] * size[1])
