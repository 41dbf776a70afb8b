"""The layers of a model's networks, as its card tells them, and the weights that belong to each."""

from typing import Any

from vae.errors import InputError
from vae.families import FAMILIES
from vae.library.cards import Card
from vae.plans.images import Pair
from vae.plans.layers import Cells, Codebook, Conv, Conv1d, Layer, Linear, Places, Plan, Residual, Up, Up1d, from_data
from vae.plans.networks import NETWORKS

Shapes = dict[str, tuple[int, ...]]


def plans_of(card: Card) -> Pair:
    """Return the plans of encoder and decoder: the card's own, or as earlier versions laid a network of its name out.

    That of an encoder has no layers where there is none. `InputError` where the card does not say which layers there
    are, as for a model that was not trained here.
    """
    if {"encoder", "decoder"} <= card.plan.keys():
        return from_data(card.plan["encoder"]), from_data(card.plan["decoder"])
    if "decoder" in card.plan and "encode" not in card.can:
        return (), from_data(card.plan["decoder"])
    if card.family in FAMILIES and not FAMILIES[card.family].plain:
        raise InputError(f"{card.name}: its networks are more than layers; export it as onnx.")
    width, depth = card.training.get("width"), card.training.get("depth")
    known = card.network in NETWORKS and card.family in FAMILIES
    if not (known and isinstance(width, int) and isinstance(depth, int)):
        raise InputError(f"{card.name}: its card does not say which layers its networks have.")
    codes, outputs = card.latent.dims + card.told, FAMILIES[card.family].heads * card.latent.dims or 1
    return NETWORKS[card.network].plans(card.image_shape, codes, outputs, width, depth)


def shapes_of(name: str, plan: Plan) -> Shapes:
    """Return the shapes of all tensors of a network called `name`, by the names that they have in a state dict."""
    return {f"{name}.{i}.{key}": shape for i, layer in enumerate(plan) for key, shape in _shapes(layer).items()}


def shapes_before(book: Codebook, hidden: int) -> Shapes:
    """Return the shapes of what tells each cell's code from those before it, by its `hidden` units: a prior's."""
    reads: Shapes = {"prior.reads": (book.cells - 1, book.codes, hidden)} if book.cells > 1 else {}
    says: Shapes = {"prior.says": (book.cells, hidden, book.codes), "prior.says_alone": (book.cells, 1, book.codes)}
    return {"prior.first": (hidden,)} | reads | says


def _shapes(layer: Layer) -> Shapes:
    if isinstance(layer, Linear):
        return {"weight": (layer.outputs, layer.inputs), "bias": (layer.outputs,)}
    if isinstance(layer, Conv):
        return {"weight": (layer.outputs, layer.inputs, layer.kernel, layer.kernel), "bias": (layer.outputs,)}
    if isinstance(layer, Up):
        return {"weight": (layer.inputs, layer.outputs, layer.kernel, layer.kernel), "bias": (layer.outputs,)}
    if isinstance(layer, Conv1d):
        return {"weight": (layer.outputs, layer.inputs, 1, layer.kernel), "bias": (layer.outputs,)}
    if isinstance(layer, Up1d):
        return {"weight": (layer.inputs, layer.outputs, 1, layer.kernel), "bias": (layer.outputs,)}
    if isinstance(layer, Cells | Places):
        return {"weight": (layer.outputs, layer.inputs, 1, 1), "bias": (layer.outputs,)}
    if isinstance(layer, Codebook):
        return {"weight": (layer.codes, layer.codes)}
    if isinstance(layer, Residual):
        one: dict[str, Any] = {"weight": (layer.channels, layer.channels, 3, 3), "bias": (layer.channels,)}
        return {f"body.{i}.{key}": shape for i in (1, 3) for key, shape in one.items()}
    return {}
