"""Networks as plain layers and their weights, small enough that the browser itself can run them while a hand moves."""

from dataclasses import dataclass
from math import prod
from typing import Any, Literal

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from vae.errors import InputError, first_line
from vae.families import FAMILIES
from vae.files import check_header
from vae.library.cards import Card
from vae.library.layers import shapes_before, shapes_of
from vae.library.shelf import Model
from vae.plans.choices import HIDDEN
from vae.plans.layers import (
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
    Size,
    Unflatten,
    Unit,
    Up,
    Up1d,
    as_data,
    work_of,
)
from vae.plans.networks import NETWORKS

Part = Literal["encoder", "decoder"]

WEIGHTS = "weights.safetensors"

MOST_WORK = 3_000_000
"""Multiply-adds of one code: one to three milliseconds in a browser."""

MOST_NUMBERS = 1_000_000
"""Weights and biases: 4 MB on their way there."""

LAYERS: dict[str, Any] = {
    each.__name__: each
    for each in (Linear, Act, Conv, Flatten, Unit, Unflatten, Up, Known, Conv1d, Up1d, Cells, Places, Codebook)
}
"""Those that the browser knows (assets/live/shared/net/)."""

OUTPUTS = {"bernoulli": "sigmoid", "gaussian": "identity", "multinomial": "softmax"}
"""What a likelihood makes of the last layer's numbers, to be the expected thing."""

BELIEFS = {("real", 1): "point", ("real", 2): "normal", ("choice", 1): "choices"}
"""What an encoder's last numbers are, by what a family's coordinates are and how many numbers each has: a point; mean
and log variance; the logarithms of how likely the ways of each choice are, but for a number that they share."""


@dataclass(frozen=True)
class Plain:
    """A network: its layers as JSON has them, what becomes of their last numbers, and their tensors in order.

    layers: each with "layer", its name, and its fields, and "taken", [H, W], where it is a convolution; tensors:
    float32, weights and biases of each layer that has some, the first layer first, shaped as torch has them, and where
    the encoder's numbers are vectors of codes, the codebook's and its prior's. pictures:
    float32 [told, C * H * W], what an encoder that is told the class adds to a thing before the first layer.
    """

    layers: list[dict[str, Any]]
    output: str
    tensors: list[np.ndarray]
    pictures: np.ndarray | None = None


def plain_decoder(model: Model) -> Plain:
    """Return a model's decoder as plain layers; `InputError` says why it is none.

    It is what the card says of the network, and not looked for in the graph: whoever runs it compares a few of its
    pictures with the graph's.
    """
    card = model.card
    plan = _plan_of(card, "decoder")
    return Plain(_listed(plan, (1, 1)), OUTPUTS[card.likelihood], _tensors(model, shapes_of("decoder", plan)))


def plain_encoder(model: Model) -> Plain:
    """Return a model's encoder as plain layers; `InputError` says why it is none."""
    card = model.card
    if "encode" not in card.can or card.family not in FAMILIES:
        raise InputError(f"{card.name}: its encoder is none that a browser knows.")
    plan = _plan_of(card, "encoder")
    shapes = shapes_of("encoder", plan)
    if card.told:
        shapes["pictures"] = (card.told, prod(card.image_shape))
    tensors = _tensors(model, shapes)
    pictures = tensors.pop() if card.told else None
    known = FAMILIES[card.family]
    if isinstance(book := _plan_of(card, "decoder")[0], Codebook):
        beside = {"decoder.0.weight": (book.codes, book.codes)} | shapes_before(book, HIDDEN)
        return Plain(_listed(plan, card.image_shape[1:]), "codes", [*tensors, *_tensors(model, beside)])
    return Plain(_listed(plan, card.image_shape[1:]), BELIEFS[known.axis, known.heads], tensors, pictures)


def looks_plain(card: Card) -> bool:
    """Say whether a decoder is a plain one by its card alone."""
    try:
        _plan_of(card, "decoder")
    except InputError:
        return False
    return WEIGHTS in card.files


def _plan_of(card: Card, part: Part) -> Plan:
    """Return the layers of a part, if there are few enough of those that a browser knows."""
    if card.family in FAMILIES and not FAMILIES[card.family].plain:
        raise InputError(f"{card.name}: its {part} is more than the layers that a browser runs.")
    if card.likelihood not in OUTPUTS:
        raise InputError(f"{card.name}: its likelihood, {card.likelihood}, is not among those that a browser computes.")
    plan = _laid_out(card, part)
    work = work_of(plan)
    if work.multiply_adds > MOST_WORK or work.parameters > MOST_NUMBERS:
        raise InputError(f"{card.name}: its {part} is too large to be run in a browser while a hand moves.")
    return plan


def _laid_out(card: Card, part: Part) -> Plan:
    """Return the card's own layers, or as earlier versions laid a network of this name out."""
    if part in card.plan:
        try:
            return tuple(_layer(dict(each)) for each in card.plan[part])
        except (TypeError, ValueError, KeyError) as error:
            raise InputError(f"{card.name}: its card describes a layer that is unknown here ({error}).") from None
    width, depth = card.training.get("width"), card.training.get("depth")
    if card.network not in NETWORKS or not (isinstance(width, int) and isinstance(depth, int)):
        raise InputError(f"{card.name}: its card does not say which layers its {part} has.")
    dims, heads = card.latent.dims, FAMILIES[card.family].heads if card.family in FAMILIES else 2
    pair = NETWORKS[card.network].plans(card.image_shape, dims + card.told, heads * dims or 1, width, depth)
    plan = pair[part == "decoder"]
    if unknown := {type(layer).__name__ for layer in plan} - LAYERS.keys():
        raise InputError(f"{card.name}: a browser does not run {', '.join(sorted(unknown))}.")
    return plan


def _layer(said: dict[str, Any]) -> Any:
    """Read one layer of a card."""
    layer = LAYERS[said.pop("layer")]
    return layer(**{name: tuple(value) if isinstance(value, list) else value for name, value in said.items()})


def _listed(plan: Plan, size: Size) -> list[dict[str, Any]]:
    """Return the layers as JSON has them; those of a convolution say the places, [H, W], that it takes, too."""
    layers = as_data(plan)
    for layer, each in zip(plan, layers, strict=True):
        if isinstance(layer, Conv):
            each["taken"], size = size, layer.size
        elif isinstance(layer, Conv1d):
            each["taken"], size = size[1], (1, layer.size)
        elif isinstance(layer, Up1d):
            size = (1, 2 * layer.size + layer.odd)
        elif isinstance(layer, Up):
            size = (2 * layer.size[0] + layer.odd[0], 2 * layer.size[1] + layer.odd[1])
        elif isinstance(layer, Unflatten):
            size = (layer.shape[-2], layer.shape[-1])
        elif isinstance(layer, Places):
            size = layer.size
    return layers


def _tensors(model: Model, shapes: dict[str, tuple[int, ...]]) -> list[np.ndarray]:
    """Read weights from the model's own file, and check that they are as large as its card says."""
    path = model.folder / WEIGHTS
    if path.is_symlink() or WEIGHTS not in model.card.files:
        raise InputError(f"{model.name}: it keeps no {WEIGHTS}.")
    try:
        kept = load_file(check_header(path))
    except (OSError, SafetensorError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {first_line(error)}.") from None
    found = []
    for name, shape in shapes.items():
        tensor = kept.get(name)
        if tensor is None or tensor.shape != shape:
            raise InputError(f"{path}: {name} is not there, or not of the card's shape.")
        found.append(np.ascontiguousarray(tensor, np.float32))
    return found
