"""A plan becomes a torch module: each layer one module, in the plan's order."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from vae.networks.own import build_own
from vae.plans.images import ImageShape
from vae.plans.layers import (
    UNIT,
    Act,
    Cells,
    Codebook,
    Conv,
    Conv1d,
    Flatten,
    Known,
    Linear,
    Places,
    Plan,
    Residual,
    Size,
    Unflatten,
    Unit,
    Up,
    Up1d,
)
from vae.plans.networks import check_shape, critic, network
from vae.python_files import address_of


def build(*plans: Plan) -> list[nn.Sequential]:
    """Build the modules of plans; first weights come from torch's global generator, layer by layer in their turns."""
    places = [(getattr(layer, "turn", 0), i, j) for i, plan in enumerate(plans) for j, layer in enumerate(plan)]
    made = {(i, j): MODULES[type(plans[i][j])](plans[i][j]) for _, i, j in sorted(places)}
    return [nn.Sequential(*(made[i, j] for j in range(len(plan)))) for i, plan in enumerate(plans)]


def build_quiet(*plans: Plan) -> list[nn.Sequential]:
    """Build plans that end in a linear layer so that what they say is at first a tenth of what it would be."""
    made = build(*plans)
    for module in made:
        last = module[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.bias)
        with torch.no_grad():
            last.weight.mul_(0.1)
    return made


def build_network(
    name: str,
    shape: ImageShape,
    codes: int,
    outputs: int,
    width: int | None = None,
    depth: int | None = None,
    numbers: int | None = None,
) -> tuple[nn.Module, nn.Module]:
    """Build the encoder and decoder called `name`; `width` and `depth` default to what the network works well with.

    The encoder gives `outputs` numbers for each image [C, H, W] of `shape`; the decoder takes `codes` numbers and gives
    [numbers, H, W], left out as many as an image has channels.
    """
    check_shape(shape)
    if address_of(name):
        return build_own(name, shape, codes, outputs, numbers or shape[0])
    encoder, decoder = build(*network(name).plans(shape, codes, outputs, width, depth, numbers))
    return encoder, decoder


def build_critic(name: str, shape: ImageShape, width: int | None = None, depth: int | None = None) -> nn.Module:
    """Build an encoder of this network that gives one number for each thing."""
    if address_of(name):
        return build_own(name, shape, 1, 1, shape[0])[0]
    return build(critic(name, shape, width, depth))[0]


TINY = 1e-6
"""Added to a sum that is divided by."""


class Shaped(nn.Module):
    """Turn [n, numbers] into [n, *shape]; torch's own module asks for sizes that a graph then works out each time."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(-1, *self.shape)


class Summed(nn.Module):
    """Bring the sizes of each row [n, numbers] to one sum: see `plans.layers.Unit`."""

    def forward(self, x: Tensor) -> Tensor:
        return x * (UNIT / (x.abs().sum(1, keepdim=True) + TINY))


class Heard(nn.Module):
    """Put 0 where a number is missing, and say beside it where: see `plans.layers.Known`."""

    def forward(self, x: Tensor) -> Tensor:
        """[n, C, H, W] to [n, 2 * C * H, 1, W]."""
        lines = x.flatten(1, 2).unsqueeze(2)
        missing = lines.isnan()
        return torch.cat([lines.masked_fill(missing, 0.0), (~missing).to(x.dtype)], dim=1)


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


class InCells(nn.Conv2d):
    """Give each place of a grid the same units, and lay what they give out cell by cell: see `plans.layers.Cells`."""

    def __init__(self, inputs: int, outputs: int, size: Size, parts: int) -> None:
        super().__init__(inputs, outputs, 1)
        self.size, self.parts = size, parts

    def forward(self, x: Tensor) -> Tensor:
        """[n, inputs, H, W] to [n, H * W * outputs]."""
        share, cells = self.out_channels // self.parts, self.size[0] * self.size[1]
        return super().forward(x).reshape(-1, self.parts, share, cells).transpose(2, 3).flatten(1)


class OnPlaces(nn.Conv2d):
    """Give each cell of a code the same units, and lay what they give out on a grid: see `plans.layers.Places`."""

    def __init__(self, inputs: int, outputs: int, size: Size) -> None:
        super().__init__(inputs, outputs, 1)
        self.size = size

    def forward(self, z: Tensor) -> Tensor:
        """[n, H * W * inputs] to [n, outputs, H, W]."""
        by_cells = z.reshape(-1, self.size[0] * self.size[1], self.in_channels)
        return super().forward(by_cells.transpose(1, 2).reshape(-1, self.in_channels, *self.size))


class Embedded(nn.Module):
    """Look up the vectors of codes, all cells in one book: see `plans.layers.Codebook`.

    weight: [codes, codes], a vector a row; a buffer, which training keeps where the encoder's vectors lie.
    """

    weight: Tensor

    def __init__(self, codes: int) -> None:
        super().__init__()
        self.codes = codes
        self.register_buffer("weight", torch.randn(codes, codes))

    def forward(self, z: Tensor) -> Tensor:
        """Shares [n, cells * codes] to means of vectors, [n, cells * codes]."""
        return (z.unflatten(1, (-1, self.codes)) @ self.weight).flatten(1)


def _conv(layer: Conv) -> nn.Module:
    padding = (layer.kernel - 1) // 2
    return nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, layer.stride, padding)


def _up(layer: Up) -> nn.Module:
    more = (layer.odd[0] + 4 - layer.kernel, layer.odd[1] + 4 - layer.kernel)
    return nn.ConvTranspose2d(layer.inputs, layer.outputs, layer.kernel, 2, 1, output_padding=more)


def _conv1d(layer: Conv1d) -> nn.Module:
    padding = (0, layer.kernel // 2 - 1)
    return nn.Conv2d(layer.inputs, layer.outputs, (1, layer.kernel), (1, 2), padding)


def _up1d(layer: Up1d) -> nn.Module:
    padding, more = (0, layer.kernel // 2 - 1), (0, layer.odd)
    return nn.ConvTranspose2d(layer.inputs, layer.outputs, (1, layer.kernel), (1, 2), padding, output_padding=more)


ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "silu": nn.SiLU, "tanh": nn.Tanh}

MODULES: dict[type, Callable[[Any], nn.Module]] = {
    Linear: lambda layer: nn.Linear(layer.inputs, layer.outputs),
    Conv: _conv,
    Up: _up,
    Known: lambda layer: Heard(),
    Conv1d: _conv1d,
    Up1d: _up1d,
    Residual: lambda layer: ResidualBlock(layer.channels),
    Act: lambda layer: ACTIVATIONS[layer.name](),
    Flatten: lambda layer: nn.Flatten(),
    Unit: lambda layer: Summed(),
    Unflatten: lambda layer: Shaped(layer.shape),
    Cells: lambda layer: InCells(layer.inputs, layer.outputs, layer.size, layer.parts),
    Places: lambda layer: OnPlaces(layer.inputs, layer.outputs, layer.size),
    Codebook: lambda layer: Embedded(layer.codes),
}


def count_parameters(module: nn.Module) -> int:
    """Count the trained numbers of a module."""
    return sum(p.numel() for p in module.parameters())
