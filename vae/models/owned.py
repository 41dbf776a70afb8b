"""A person's own torch modules as ONNX graphs: what they take is found by trying, what they give by looking."""

import copy
import math
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vae.errors import InputError, first_line

Network = nn.Module | Callable[[Tensor], Any]
"""A module, a module's method such as `model.encode`, or a function of one tensor."""

LAYOUTS: dict[str, Callable[[Tensor], Tensor]] = {
    "NCHW": lambda x: x,
    "flat": lambda x: x.flatten(1),
    "NHWC": lambda x: x.permute(0, 2, 3, 1).contiguous(),
    "NCL": lambda x: x.flatten(2),
    "NLC": lambda x: x.flatten(2).transpose(1, 2).contiguous(),
    "NHW": lambda x: x.flatten(1, 2),
}
"""Ways in which a network may take things [n, C, H, W], tried in this order; series have H = 1."""


class Wrapped(nn.Module):
    """A network whose answer, a tensor or whatever holds tensors, becomes a tuple of tensors.

    A module is copied, and so is the one that a method belongs to: the person's own stays as it is.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        owner = network if isinstance(network, nn.Module) else getattr(network, "__self__", None)
        self.owner = _copied(owner) if isinstance(owner, nn.Module) else None
        self._call: Callable[[Tensor], Any] = network
        if self.owner is not None:
            # Not by its name: a decorator, as diffusers has around encode and decode, may have given it another.
            method = getattr(network, "__func__", None)
            self._call = self.owner if method is None else method.__get__(self.owner)

    def answers(self, x: Tensor) -> dict[str, Tensor]:
        """Return the tensors that it answers with, by name."""
        return named_tensors(self._call(x))

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.answers(x).values())


def _copied(owner: nn.Module) -> nn.Module:
    """Return a copy on the processor, ready to be used and not to be trained; the owner's stays as it is."""
    return copy.deepcopy(getattr(owner, "_orig_mod", owner)).cpu().float().eval()


def named_tensors(answer: Any) -> dict[str, Tensor]:
    """Return the tensors in what a network answers, by name.

    A tensor, a tuple of them, a mapping (as pythae's `ModelOutput`), a distribution (torch's, diffusers'), or an object
    that holds one of these, as diffusers' outputs do. Numbers stand for what has no name.
    """
    if isinstance(answer, Tensor):
        return {"output": answer}
    if isinstance(answer, Mapping):
        return {key: value for key, value in answer.items() if isinstance(value, Tensor)} or _within(answer)
    if hasattr(answer, "mean") and (hasattr(answer, "stddev") or hasattr(answer, "std")):
        mean, spread = answer.mean, answer.stddev if hasattr(answer, "stddev") else answer.std
        return {"mean": mean, "sigma": spread} if isinstance(spread, Tensor) else {"mean": mean}
    if isinstance(answer, tuple | list):
        names = getattr(answer, "_fields", None) or [f"output_{number}" for number in range(len(answer))]
        parts = {name: named_tensors(part) for name, part in zip(names, answer, strict=True)}
        return {
            name if len(part) == 1 else f"{name}_{inner}": tensor
            for name, part in parts.items()
            for inner, tensor in part.items()
        }
    return _within(answer)


def _within(answer: Any) -> dict[str, Tensor]:
    """Return the tensors of what an answer holds; diffusers' are mappings with attributes of the same names."""
    for name in ("latent_dist", "sample", "reconstruction"):
        if hasattr(answer, name):
            return named_tensors(getattr(answer, name))
    return {}


def export_pair(
    encoder: Network | None,
    decoder: Network,
    things: np.ndarray | None,
    layout: str | None = None,
    latent: int | tuple[int, ...] | None = None,
) -> tuple[bytes | None, bytes]:
    """Return an encoder and a decoder as ONNX graphs with their weights in them, for any number of rows.

    encoder: things to whatever it says of their codes, or None; decoder: codes to things. things: float32 [n, C, H, W],
    two or more, required where there is an encoder. layout: one of `LAYOUTS`, tried in turn where it is left out.
    latent: the shape of a code, or how many numbers it has; found from the encoder's answers where it is left out.
    Raises `InputError` where they take no such things, do not fit each other, or cannot be exported.
    """
    shapes = [] if latent is None else [(latent,) if isinstance(latent, int) else tuple(latent)]
    graph = None
    with torch.no_grad():
        if encoder is not None:
            if things is None:
                raise InputError("An encoder is looked at with things of its data: name the dataset that it is for.")
            wrapped = Wrapped(encoder)
            fed = taken(wrapped, torch.from_numpy(np.ascontiguousarray(things[:2], np.float32)), layout)
            graph = _exported(wrapped, fed, "things", "encoder")
            shapes = shapes or code_shapes(wrapped.answers(fed))
        if not shapes:
            raise InputError("Without an encoder nothing says how many numbers a code has; give latent=N.")
        wrapped = Wrapped(decoder)
        return graph, _exported(wrapped, code_of(wrapped, shapes), "codes", "decoder")


def taken(encoder: Wrapped, x: Tensor, layout: str | None) -> Tensor:
    """Return things [n, C, H, W] in the first layout that the encoder takes."""
    said = ""
    for name in [layout] if layout else LAYOUTS:
        try:
            fed = LAYOUTS[name](x)
            if any(len(each) == len(fed) for each in encoder.answers(fed).values() if each.ndim):
                return fed
            said = said or "it answers with no tensor that has a row for each thing"
        except Exception as error:  # whatever a person's own code raises
            said = said or f"{type(error).__name__}: {first_line(error)}"
    raise InputError(
        f"The encoder takes no things of shape {list(x.shape[1:])} in the layout {layout or ', '.join(LAYOUTS)} "
        f"({said}); say layout=…, or wrap it in a module that takes [n, C, H, W]."
    )


def code_shapes(answers: dict[str, Tensor]) -> list[tuple[int, ...]]:
    """Return the shapes that a code may have, by an encoder's answers: one of them, or half of one."""
    whole = [tuple(each.shape[1:]) for each in answers.values() if each.ndim > 1]
    halves = [(shape[0] // 2, *shape[1:]) for shape in whole if shape[0] % 2 == 0]
    return list(dict.fromkeys([*whole, *halves, *((math.prod(shape),) for shape in [*whole, *halves])]))


def code_of(decoder: Wrapped, shapes: list[tuple[int, ...]]) -> Tensor:
    """Return two codes of the first shape that the decoder takes."""
    said = ""
    for shape in shapes:
        z = torch.zeros(2, *shape)
        try:
            if decoder.answers(z):
                return z
            said = said or "it answers with no tensor"
        except Exception as error:  # whatever a person's own code raises
            said = said or f"{type(error).__name__}: {first_line(error)}"
    tried = " or ".join(str(list(shape)) for shape in shapes)
    raise InputError(f"The decoder takes no codes of shape {tried} ({said}); say latent=N, or the shape of a code.")


def _exported(module: Wrapped, example: Tensor, port: str, role: str) -> bytes:
    """Return a module as the bytes of an ONNX graph, for any number of rows."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter's, of its own and of the person's modules
            program = torch.onnx.export(
                module.eval(),
                (example,),
                dynamo=True,
                input_names=[port],
                output_names=list(module.answers(example)),
                dynamic_shapes=({0: torch.export.Dim("n")},),
                verbose=False,
            )
    except Exception as error:  # the exporter has classes of its own
        raise InputError(
            f"The {role} cannot be exported to ONNX ({first_line(error)}); torch.onnx.export with dynamo=True says "
            "more of it. Write its forward with tensor operations alone, with no branch on their values."
        ) from None
    assert program is not None  # for the type checker: only the export to a file returns None
    raw: bytes = program.model_proto.SerializeToString()
    return raw
