"""Encoder and decoder pairs for images of any height and width, with one or three channels.

An encoder maps images [n, C, H, W] in [0, 1] to [n, 2 * latent_dims] numbers (mean and log variance side by side);
a decoder maps codes [n, latent_dims] to [n, C, H, W] logits or means, as the likelihood takes them.
"""

from collections.abc import Callable
from itertools import pairwise
from math import prod

from torch import Tensor, nn

from vae.config import NETWORKS
from vae.errors import InputError, unknown

ImageShape = tuple[int, int, int]
"""[C, H, W]"""

Pair = tuple[nn.Module, nn.Module]


def dense(shape: ImageShape, latent_dims: int, width: int, depth: int) -> Pair:
    """Build `depth` fully connected layers of `width` units each way.

    The network of Kingma & Welling 2013, arXiv 1312.6114, with ReLU in place of tanh.
    """
    pixels = prod(shape)
    sizes = [pixels, *[width] * depth]
    into = [layer for a, b in pairwise(sizes) for layer in (nn.Linear(a, b), nn.ReLU())]
    sizes = [latent_dims, *[width] * depth]
    out = [layer for a, b in pairwise(sizes) for layer in (nn.Linear(a, b), nn.ReLU())]
    encoder = nn.Sequential(nn.Flatten(), *into, nn.Linear(width, 2 * latent_dims))
    decoder = nn.Sequential(*out, nn.Linear(width, pixels), nn.Unflatten(1, shape))
    return encoder, decoder


def conv(shape: ImageShape, latent_dims: int, width: int, depth: int) -> Pair:
    """Build `depth` strided convolutions that halve the image, then a dense layer, and the mirror image of that.

    `width` channels after the first, twice as many after each further one, up to 4 times `width`; the dense layer has
    4 times `width` units. Radford et al. 2015, arXiv 1511.06434 (strides in place of pooling).
    """
    sizes = _halvings(shape, depth)
    channels = [shape[0], *(width * min(2**i, 4) for i in range(len(sizes) - 1))]
    into: list[nn.Module] = []
    for a, b in pairwise(channels):
        into += [nn.Conv2d(a, b, 4, stride=2, padding=1), nn.SiLU()]
    out: list[nn.Module] = []
    for i in reversed(range(len(sizes) - 1)):
        out += [nn.SiLU(), _double(channels[i + 1], channels[i], sizes[i], sizes[i + 1])]
    return _around_dense(into, out, (channels[-1], *sizes[-1]), 4 * width, latent_dims)


def residual(shape: ImageShape, latent_dims: int, width: int, depth: int) -> Pair:
    """Build the convolutional pair with a residual block after each halving and before each doubling.

    `width` channels after the first halving and twice as many after each further one; the dense layer has 4 times
    `width` units. He et al. 2016, arXiv 1603.05027 (the activation before the convolution).
    """
    sizes = _halvings(shape, depth)
    channels = [shape[0], *(width * min(2**i, 2) for i in range(len(sizes) - 1))]
    into: list[nn.Module] = []
    for a, b in pairwise(channels):
        into += [nn.Conv2d(a, b, 4, stride=2, padding=1), ResidualBlock(b)]
    out: list[nn.Module] = []
    for i in reversed(range(len(sizes) - 1)):
        doubled = _double(channels[i + 1], channels[i], sizes[i], sizes[i + 1])
        out += [ResidualBlock(channels[i + 1]), nn.SiLU(), doubled]
    return _around_dense([*into, nn.SiLU()], out, (channels[-1], *sizes[-1]), 4 * width, latent_dims)


def _around_dense(
    into: list[nn.Module], out: list[nn.Module], shape: ImageShape, hidden: int, latent_dims: int
) -> Pair:
    """Put dense layers of `hidden` units between the code and convolutions that end and begin at `shape`, [C, H, W]."""
    flat = prod(shape)
    encoder = nn.Sequential(*into, nn.Flatten(), nn.Linear(flat, hidden), nn.SiLU(), nn.Linear(hidden, 2 * latent_dims))
    decoder = nn.Sequential(
        nn.Linear(latent_dims, hidden), nn.SiLU(), nn.Linear(hidden, flat), nn.Unflatten(1, shape), *out
    )
    return encoder, decoder


class ResidualBlock(nn.Module):
    """Add to the input what two 3x3 convolutions make of it; starts as the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
        )
        nn.init.zeros_(self.body[3].weight)  # type: ignore[arg-type]
        nn.init.zeros_(self.body[3].bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


def _halvings(shape: ImageShape, depth: int) -> list[tuple[int, int]]:
    """List [H, W] before and after each halving; stop where a side would go below two pixels."""
    sizes = [shape[1:]]
    while len(sizes) <= depth and min(sizes[-1]) >= 4:
        sizes.append((sizes[-1][0] // 2, sizes[-1][1] // 2))
    return sizes


def _double(a: int, b: int, size: tuple[int, int], half: tuple[int, int]) -> nn.ConvTranspose2d:
    """Undo one halving exactly, odd sizes too."""
    odd = (size[0] - 2 * half[0], size[1] - 2 * half[1])
    return nn.ConvTranspose2d(a, b, 4, stride=2, padding=1, output_padding=odd)


BUILDERS: dict[str, Callable[[ImageShape, int, int, int], Pair]] = {
    "dense": dense,
    "conv": conv,
    "residual": residual,
}


def build_network(
    name: str, shape: ImageShape, latent_dims: int, width: int | None = None, depth: int | None = None
) -> Pair:
    """Build the encoder and decoder called `name`; `width` and `depth` default to what the network works well with."""
    if name not in BUILDERS:
        raise unknown("network", name, BUILDERS)
    if min(shape) < 1 or shape[0] not in (1, 3):
        raise InputError(f"Images must have 1 or 3 channels and at least one pixel; got [C, H, W] = {list(shape)}.")
    defaults = NETWORKS[name]
    return BUILDERS[name](shape, latent_dims, width or defaults.width, depth or defaults.depth)


def count_parameters(module: nn.Module) -> int:
    """Count the trained numbers of a module."""
    return sum(p.numel() for p in module.parameters())
