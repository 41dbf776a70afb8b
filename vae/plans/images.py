"""Encoder and decoder pairs for images of any height and width, with one or three channels.

An encoder takes images [n, C, H, W] in [0, 1] to `outputs` numbers, as many as the family has heads for each code; a
decoder takes codes [n, codes] to [n, C, H, W] logits or means, as the likelihood takes them.
"""

from itertools import pairwise
from math import prod

from vae.errors import InputError
from vae.plans.layers import Act, Cells, Conv, Flatten, Layer, Linear, Places, Plan, Residual, Size, Unflatten, Unit, Up

ImageShape = tuple[int, int, int]
"""[C, H, W]"""

Pair = tuple[Plan, Plan]
"""Encoder and decoder."""

LAST = 100
"""The turn of layers around the code."""


def dense(shape: ImageShape, codes: int, outputs: int, width: int, depth: int) -> Pair:
    """Lay out `depth` fully connected layers of `width` units each way.

    After Kingma & Welling 2013, arXiv 1312.6114, who had one hidden layer of tanh; these are ReLU.
    """
    pixels = prod(shape)
    into, out = ((first, *[width] * depth) for first in (pixels, codes))
    encoder = (Flatten(), *_stack(into), Linear(width, outputs, turn=LAST))
    decoder = (*_stack(out), Linear(width, pixels, turn=LAST), Unflatten(shape))
    return encoder, decoder


def normalised(shape: ImageShape, codes: int, outputs: int, width: int, depth: int) -> Pair:
    """Lay out `depth` layers of `width` tanh units each way, before which all things are brought to the same sum.

    So it counts which likes a taste has, and not how many. After Liang et al. 2018, arXiv 1802.05814, section 2.1, who
    bring them to a length of 1: with that a share of the likes that is hidden in training shifts what follows. On
    MovieLens's small set a sum ranks hidden likes better, as `benchmarks/kinds.py --kinds tastes` has it.
    """
    numbers = prod(shape)
    into, out = ((first, *[width] * depth) for first in (numbers, codes))
    encoder = (Flatten(), Unit(), *_stack(into, "tanh"), Linear(width, outputs, turn=LAST))
    decoder = (*_stack(out, "tanh"), Linear(width, numbers, turn=LAST), Unflatten(shape))
    return encoder, decoder


def _stack(sizes: tuple[int, ...], act: str = "relu") -> list[Layer]:
    return [layer for a, b in pairwise(sizes) for layer in (Linear(a, b), Act(act))]


def conv(shape: ImageShape, codes: int, outputs: int, width: int, depth: int) -> Pair:
    """Lay out `depth` strided convolutions that halve the image, then a dense layer, and the mirror image of that.

    `width` channels after the first, twice as many after each further one, up to 4 times `width`; the dense layer has
    4 times `width` units. Radford et al. 2015, arXiv 1511.06434 (strides in place of pooling).
    """
    sizes = halvings(shape, depth)
    channels = [shape[0], *(width * min(2**i, 4) for i in range(len(sizes) - 1))]
    into: list[Layer] = []
    out: list[Layer] = []
    for i, (a, b) in enumerate(pairwise(channels)):
        into += [Conv(a, b, 4, 2, sizes[i + 1]), Act("silu")]
        out = [Act("silu"), double(b, a, sizes[i], sizes[i + 1]), *out]
    return _around_dense(into, out, (channels[-1], *sizes[-1]), codes, outputs, 4 * width)


def residual(shape: ImageShape, codes: int, outputs: int, width: int, depth: int) -> Pair:
    """Lay out the convolutional pair with a residual block after each halving and before each doubling.

    `width` channels after the first halving and twice as many after each further one; the dense layer has 4 times
    `width` units. He et al. 2016, arXiv 1603.05027 (the activation before the convolution).
    """
    sizes = halvings(shape, depth)
    channels = [shape[0], *(width * min(2**i, 2) for i in range(len(sizes) - 1))]
    into: list[Layer] = []
    out: list[Layer] = []
    for i, (a, b) in enumerate(pairwise(channels)):
        into += [Conv(a, b, 4, 2, sizes[i + 1]), Residual(b, sizes[i + 1])]
        turn = 2 * (len(channels) - 2 - i)
        doubled = double(b, a, sizes[i], sizes[i + 1], turn)
        out = [Residual(b, sizes[i + 1], turn + 1), Act("silu"), doubled, *out]
    return _around_dense([*into, Act("silu")], out, (channels[-1], *sizes[-1]), codes, outputs, 4 * width)


def _around_dense(
    into: list[Layer], out: list[Layer], shape: ImageShape, codes: int, outputs: int, hidden: int
) -> Pair:
    """Put dense layers of `hidden` units between the code and convolutions that end and begin at `shape`, [C, H, W]."""
    flat = prod(shape)
    encoder = (*into, Flatten(), Linear(flat, hidden, turn=LAST), Act("silu"), Linear(hidden, outputs, turn=LAST))
    first = (Linear(codes, hidden, turn=LAST), Act("silu"), Linear(hidden, flat, turn=LAST), Unflatten(shape))
    decoder = (*first, *out)
    return encoder, decoder


def grid(shape: ImageShape, codes: int, outputs: int, width: int, depth: int) -> Pair:
    """Lay out `depth` strided convolutions down to a small grid, each place of which is a cell of the code, and back.

    `width` channels after the first halving, twice as many after each further one, up to 4 times `width`; a last
    convolution of 1 x 1 gives each cell its share of the code, and the decoder begins with one. Odd sides are halved
    upwards: 28, 14, 7, 4. So a cell sees a part of the image alone and draws one, as in van den Oord et al. 2017, arXiv
    1711.00937. `InputError` where the code cannot be shared out over the cells.
    """
    sizes = grid_sizes(shape, depth)
    channels = [shape[0], *(width * min(2**i, 4) for i in range(len(sizes) - 1))]
    into: list[Layer] = []
    out: list[Layer] = []
    for i, (a, b) in enumerate(pairwise(channels)):
        (high, wide), half = sizes[i], sizes[i + 1]
        kernel, odd = 3 if high % 2 or wide % 2 else 4, (high - 2 * half[0], wide - 2 * half[1])
        into += [Conv(a, b, kernel, 2, half), Act("silu")]
        out = [Act("silu"), Up(b, a, kernel, half, odd), *out]
    return (*into, *_to_cells(channels[-1], sizes[-1], codes, outputs)), (
        *_of_cells(codes, sizes[-1], channels[-1]),
        *out,
    )


def grid_sizes(shape: ImageShape, depth: int) -> list[Size]:
    """List [H, W] before and after each halving of a grid; stop where a side would go below two pixels."""
    sizes = [shape[1:]]
    while len(sizes) <= depth and min(sizes[-1]) >= 3:
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    return sizes


def _to_cells(channels: int, size: Size, codes: int, outputs: int) -> list[Layer]:
    """End an encoder in cells, or in one number for all of them, as a critic's."""
    cells = prod(size)
    if outputs == 1 < cells:
        return [Flatten(), Linear(cells * channels, 1, turn=LAST)]
    if outputs % cells or outputs % codes:
        raise _unfit(size, codes)
    return [Cells(channels, outputs // cells, size, outputs // codes, turn=LAST)]


def _of_cells(codes: int, size: Size, channels: int) -> list[Layer]:
    """Begin a decoder with cells, or with one number for all of them."""
    cells = prod(size)
    if codes == 1 < cells:
        return [Linear(1, cells * channels, turn=LAST), Unflatten((channels, *size))]
    if codes % cells:
        raise _unfit(size, codes)
    return [Places(codes // cells, channels, size, turn=LAST)]


def _unfit(size: Size, codes: int) -> InputError:
    cells = prod(size)
    return InputError(
        f"The network grid has {size[0]} × {size[1]} cells here, over which {codes} latent dimensions cannot be shared "
        f"out; set latent_dims to {cells * max(1, round(codes / cells))} or another multiple of {cells}, or depth to "
        "another number of halvings."
    )


def halvings(shape: ImageShape, depth: int) -> list[Size]:
    """List [H, W] before and after each halving; stop where a side would go below two pixels."""
    sizes = [shape[1:]]
    while len(sizes) <= depth and min(sizes[-1]) >= 4:
        sizes.append((sizes[-1][0] // 2, sizes[-1][1] // 2))
    return sizes


def double(a: int, b: int, size: Size, half: Size, turn: int = 0) -> Up:
    """Undo one halving exactly, odd sizes too."""
    return Up(a, b, 4, half, (size[0] - 2 * half[0], size[1] - 2 * half[1]), turn)
