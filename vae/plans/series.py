"""Encoder and decoder pairs for series, [C, 1, T]: lines along which neighbours belong together."""

from itertools import pairwise
from math import prod

from vae.plans.images import LAST, ImageShape, Pair
from vae.plans.layers import Act, Conv1d, Flatten, Known, Layer, Linear, Unflatten, Up1d

KERNEL = 4
"""Samples that a convolution looks at: twice its stride, so that each is seen as often as its neighbours."""

SHORTEST = 4
"""Samples that are still halved."""


def conv1d(shape: ImageShape, codes: int, outputs: int, width: int, depth: int) -> Pair:
    """Lay out `depth` strided convolutions that halve a series, then a dense layer, and the mirror image of that.

    `width` channels after the first, twice as many after each further one, up to 4 times `width`; the dense layer has
    4 times `width` units. Zeros stand in place of what is missing, as in Nazábal et al. 2018, arXiv 1807.03653, and
    channels beside them tell the encoder where. Of a picture each row is a channel.
    """
    channels, height, samples = shape
    sizes = _halvings(samples, depth)
    wide = [width * min(2**i, 4) for i in range(len(sizes) - 1)]
    into: list[Layer] = [Known()]
    out: list[Layer] = []
    for i, (a, b) in enumerate(pairwise([2 * channels * height, *wide])):
        into += [Conv1d(a, b, KERNEL, sizes[i + 1]), Act("silu")]
    for i, (a, b) in enumerate(pairwise([channels * height, *wide])):
        out = [Act("silu"), Up1d(b, a, KERNEL, sizes[i + 1], sizes[i] - 2 * sizes[i + 1]), *out]
    last = ((wide or [2 * channels * height])[-1], 1, sizes[-1])
    first = ((wide or [channels * height])[-1], 1, sizes[-1])
    hidden = 4 * width
    encoder = (
        *(*into, Flatten(), Linear(prod(last), hidden, turn=LAST)),
        *(Act("silu"), Linear(hidden, outputs, turn=LAST)),
    )
    decoder = (
        *(Linear(codes, hidden, turn=LAST), Act("silu"), Linear(hidden, prod(first), turn=LAST)),
        *(Unflatten(first), *out, *(() if height == 1 else (Flatten(), Unflatten(shape)))),
    )
    return encoder, decoder


def _halvings(samples: int, depth: int) -> list[int]:
    """List the samples before and after each halving; stop where there would be fewer than two."""
    sizes = [samples]
    while len(sizes) <= depth and sizes[-1] >= SHORTEST:
        sizes.append(sizes[-1] // 2)
    return sizes
