"""A network as plain data: layers that torch builds (vae/networks/build.py) and that are counted without it.

A plan is a tuple of layers, the first one first. Each says what an image costs it in multiply-adds and trained numbers;
biases, activations and shapes are left out of the products. `turn`: first weights are drawn by turns, 0 first, and
within one from the encoder's first layer to the decoder's last; a seed goes on giving the model that it has always
given.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import prod
from typing import Any, get_args

import msgspec

from vae.errors import InputError, first_line

Size = tuple[int, int]
"""[H, W]"""


@dataclass(frozen=True)
class Work:
    """What one thing costs on its way through; parameters: trained numbers."""

    multiply_adds: int = 0
    parameters: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(self.multiply_adds + other.multiply_adds, self.parameters + other.parameters)


@dataclass(frozen=True)
class Linear:
    """Fully connected units: [n, inputs] to [n, outputs]."""

    inputs: int
    outputs: int
    turn: int = 0

    @property
    def work(self) -> Work:
        return Work(self.inputs * self.outputs, (self.inputs + 1) * self.outputs)


@dataclass(frozen=True)
class Conv:
    """A convolution of square kernels, to `size` [H, W] places."""

    inputs: int
    outputs: int
    kernel: int
    stride: int
    size: Size

    @property
    def work(self) -> Work:
        each = self.inputs * self.outputs * self.kernel**2
        return Work(each * prod(self.size), each + self.outputs)


@dataclass(frozen=True)
class Up:
    """A transposed convolution that doubles an image of `size` [H, W], plus `odd` rows and columns.

    `odd` is 0 or 1 with a kernel of 4, -1 or 0 with one of 3. It multiplies at each place that it takes, not at those
    that it makes.
    """

    inputs: int
    outputs: int
    kernel: int
    size: Size
    odd: Size
    turn: int = 0

    @property
    def work(self) -> Work:
        each = self.inputs * self.outputs * self.kernel**2
        return Work(each * prod(self.size), each + self.outputs)


@dataclass(frozen=True)
class Known:
    """Numbers of which some are missing, NaN: [n, C, H, W] to [n, 2 * C * H, 1, W].

    Each row of each channel is a line of its own, with 0 where a number is missing, and after all of them come as many
    that say where there is one: 1, and 0 where it is missing.
    """

    work = Work()


@dataclass(frozen=True)
class Conv1d:
    """A convolution along lines that halves them to `size` places: [n, inputs, 1, W] to [n, outputs, 1, size].

    kernel: an even number of places.
    """

    inputs: int
    outputs: int
    kernel: int
    size: int

    @property
    def work(self) -> Work:
        each = self.inputs * self.outputs * self.kernel
        return Work(each * self.size, each + self.outputs)


@dataclass(frozen=True)
class Up1d:
    """A transposed convolution that doubles lines of `size` places, plus `odd`, 0 or 1: the way back of `Conv1d`."""

    inputs: int
    outputs: int
    kernel: int
    size: int
    odd: int

    @property
    def work(self) -> Work:
        each = self.inputs * self.outputs * self.kernel
        return Work(each * self.size, each + self.outputs)


@dataclass(frozen=True)
class Residual:
    """Add to the input what two 3x3 convolutions make of it, each after a SiLU. He et al. 2016, arXiv 1603.05027."""

    channels: int
    size: Size
    turn: int = 0

    @property
    def work(self) -> Work:
        one = Conv(self.channels, self.channels, 3, 1, self.size).work
        return one + one


@dataclass(frozen=True)
class Act:
    """An activation: "relu", "silu" or "tanh"."""

    name: str
    work = Work()


@dataclass(frozen=True)
class Flatten:
    """[n, C, H, W] to [n, C * H * W]."""

    work = Work()


UNIT = 8.0
"""What the numbers of a thing add up to: then 64 likes have the length of 1 that Liang et al. 2018 give each taste."""


@dataclass(frozen=True)
class Unit:
    """[n, numbers] to the same, so that their sizes add up to `UNIT`; nothing but zeros stays as it is.

    A share of them that is hidden changes the sum of none, as it would with a length of 1.
    """

    work = Work()


@dataclass(frozen=True)
class Unflatten:
    """[n, numbers] to [n, *shape]."""

    shape: tuple[int, ...]
    work = Work()


@dataclass(frozen=True)
class Cells:
    """The same units at each place of a grid: [n, inputs, H, W] to a code, [n, H * W * outputs], cell after cell.

    A cell is what one place gives, in raster order. parts: how many such codes follow each other, as means and log
    variances do; each cell gives `outputs` numbers in all, its share of each part.
    """

    inputs: int
    outputs: int
    size: Size
    parts: int = 1
    turn: int = 0

    @property
    def work(self) -> Work:
        return Conv(self.inputs, self.outputs, 1, 1, self.size).work


@dataclass(frozen=True)
class Places:
    """The way back: a code, [n, H * W * inputs], cell after cell, to [n, outputs, H, W], by the same units at each."""

    inputs: int
    outputs: int
    size: Size
    turn: int = 0

    @property
    def work(self) -> Work:
        return Conv(self.inputs, self.outputs, 1, 1, self.size).work


@dataclass(frozen=True)
class Codebook:
    """Shares of `codes` codes in each of `cells` cells to the mean of these codes' vectors, each as long as there are.

    [n, cells * codes] to the same. The codes are not moved by gradients, and are no trained numbers.
    """

    cells: int
    codes: int

    @property
    def work(self) -> Work:
        return Work(self.cells * self.codes**2)


Layer = (
    Linear | Conv | Up | Known | Conv1d | Up1d | Residual | Act | Flatten | Unit | Unflatten | Cells | Places | Codebook
)
Plan = tuple[Layer, ...]
LAYERS: dict[str, Any] = {each.__name__: each for each in get_args(Layer)}


def work_of(plan: Plan) -> Work:
    """Add up what the layers of a plan cost."""
    return sum((layer.work for layer in plan), Work())


def as_data(plan: Plan) -> list[dict[str, Any]]:
    """Return a plan as JSON has it: each layer by its name, with its fields."""
    return [{"layer": type(layer).__name__} | asdict(layer) for layer in plan]


def from_data(said: Sequence[dict[str, Any]]) -> Plan:
    """Return the plan that JSON tells of, the other way round than `as_data`.

    `InputError` where a layer is unknown or one of its fields is no number of the kind that it must be.
    """
    plan = []
    for fields in said:
        name = fields.get("layer")
        if name not in LAYERS:
            raise InputError(f"The layer {str(name)[:40]!r} is unknown here; known are {', '.join(LAYERS)}.")
        try:
            rest = {key: value for key, value in fields.items() if key != "layer"}
            plan.append(msgspec.convert(rest, LAYERS[name]))
        except msgspec.ValidationError as error:
            raise InputError(f"A layer {name} is not one of ours ({first_line(error)}).") from None
    return tuple(plan)
