"""A decoder as plain layers and their weights, small enough that the browser itself can run it while a hand moves."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from vae.errors import InputError, first_line
from vae.files import check_header
from vae.library.cards import Card
from vae.library.shelf import Model
from vae.plans.layers import Act, Flatten, Linear, Plan, Unflatten, Up, as_data, work_of
from vae.plans.networks import NETWORKS

WEIGHTS = "weights.safetensors"

MOST_WORK = 3_000_000
"""Multiply-adds of one code: one to three milliseconds in a browser."""

MOST_NUMBERS = 1_000_000
"""Weights and biases: 4 MB on their way there."""

LAYERS: dict[str, Any] = {each.__name__: each for each in (Linear, Act, Flatten, Unflatten, Up)}
"""Those that the browser knows (assets/live/shared/net/)."""

OUTPUTS = {"bernoulli": "sigmoid", "gaussian": "identity"}
"""What a likelihood makes of the last layer's numbers, to be the expected thing."""


@dataclass(frozen=True)
class Plain:
    """A decoder: its layers as JSON has them, what becomes of their last numbers, and their tensors in order.

    layers: each with "layer", its name, and its fields; tensors: float32, weights and biases of each layer that has
    some, the first layer first, shaped as torch has them.
    """

    layers: list[dict[str, Any]]
    output: str
    tensors: list[np.ndarray]


def plain_decoder(model: Model) -> Plain:
    """Return a model's decoder as plain layers; `InputError` says why it is none.

    It is what the card says of the network, and not looked for in the graph: whoever runs it compares a few of its
    pictures with the graph's.
    """
    plan = _plan_of(model.card)
    return Plain(as_data(plan), OUTPUTS[model.card.likelihood], _tensors(model, plan))


def looks_plain(card: Card) -> bool:
    """Say whether a decoder is a plain one by its card alone."""
    try:
        _plan_of(card)
    except InputError:
        return False
    return WEIGHTS in card.files


def _plan_of(card: Card) -> Plan:
    """Return the decoder's layers, if there are few enough of those that a browser knows."""
    if card.likelihood not in OUTPUTS:
        raise InputError(f"{card.name}: its likelihood, {card.likelihood}, is not among those that a browser computes.")
    plan = _laid_out(card)
    work = work_of(plan)
    if work.multiply_adds > MOST_WORK or work.parameters > MOST_NUMBERS:
        raise InputError(f"{card.name}: its decoder is too large to be run in a browser while a hand moves.")
    return plan


def _laid_out(card: Card) -> Plan:
    """Return the card's own layers, or as earlier versions laid a network of this name out."""
    if "decoder" in card.plan:
        try:
            return tuple(_layer(dict(each)) for each in card.plan["decoder"])
        except (TypeError, ValueError, KeyError) as error:
            raise InputError(f"{card.name}: its card describes a layer that is unknown here ({error}).") from None
    width, depth = card.training.get("width"), card.training.get("depth")
    if card.network not in NETWORKS or not (isinstance(width, int) and isinstance(depth, int)):
        raise InputError(f"{card.name}: its card does not say which layers its decoder has.")
    dims = card.latent.dims
    _, decoder = NETWORKS[card.network].plans(card.image_shape, dims + card.told, 2 * dims, width, depth)
    if unknown := {type(layer).__name__ for layer in decoder} - LAYERS.keys():
        raise InputError(f"{card.name}: a browser does not run {', '.join(sorted(unknown))}.")
    return decoder


def _layer(said: dict[str, Any]) -> Any:
    """Read one layer of a card."""
    layer = LAYERS[said.pop("layer")]
    return layer(**{name: tuple(value) if isinstance(value, list) else value for name, value in said.items()})


def _tensors(model: Model, plan: Plan) -> list[np.ndarray]:
    """Read the weights of a plan from the model's own file, and check that they are as large as it says."""
    path = model.folder / WEIGHTS
    if path.is_symlink() or WEIGHTS not in model.card.files:
        raise InputError(f"{model.name}: it keeps no {WEIGHTS}.")
    try:
        kept = load_file(check_header(path))
    except (OSError, SafetensorError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {first_line(error)}.") from None
    found = []
    for number, layer in enumerate(plan):
        for name, shape in _shapes(layer).items():
            tensor = kept.get(f"decoder.{number}.{name}")
            if tensor is None or tensor.shape != shape:
                raise InputError(f"{path}: decoder.{number}.{name} is not there, or not of the card's shape.")
            found.append(np.ascontiguousarray(tensor, np.float32))
    return found


def _shapes(layer: Any) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a layer's tensors, by name."""
    if isinstance(layer, Linear):
        return {"weight": (layer.outputs, layer.inputs), "bias": (layer.outputs,)}
    if isinstance(layer, Up):
        return {"weight": (layer.inputs, layer.outputs, layer.kernel, layer.kernel), "bias": (layer.outputs,)}
    return {}
