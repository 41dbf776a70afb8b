"""What one step of training is given, and how it lies in one piece of memory, so that one copy sends it."""

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor

ALIGNED = 256
"""Bytes that each part starts at a multiple of: what wide loads on any device want."""


class Batch(NamedTuple):
    """All that differs from one step to the next.

    things: as they are kept, [n, C, H, W], or where they lie on the device already, their numbers, int64 [n]; noise:
    [n, *objective.noise]; spoiled: what the encoder sees in their place, float32 [n, C, H, W]; given: [n, told],
    one-hot; weight: on the KL; rate: the learning rate; progress: the share of the run that is done, in [0, 1]; values:
    float32 [n], the attribute that a head is to tell. In a piece of memory the three before it are float32,
    0-dimensional.
    """

    things: Tensor
    noise: Tensor
    spoiled: Tensor | None
    given: Tensor | None
    weight: float | Tensor
    rate: float | Tensor
    progress: float | Tensor
    values: Tensor | None = None

    def to(self, device: str) -> "Batch":
        """Return the same, which lies in this machine's memory, on a device; what are numbers stay so."""
        if device == "cpu":
            return self
        there = {name: part.to(device) for name, part in self._asdict().items() if isinstance(part, Tensor)}
        return self._replace(**there)

    def fill(self, other: "Batch") -> None:
        """Take over the numbers of another batch of the same shapes; call on what `within` returned."""
        place: Any
        for place, value in zip(self, other, strict=True):
            if isinstance(value, Tensor):
                place.copy_(value)
            elif value is not None:
                place.fill_(value)


def nbytes(like: Batch) -> int:
    """Return how much memory `within` takes for such a batch."""
    return sum(_rounded(part.nbytes) for part in _parts(like).values())


def within(memory: Tensor, like: Batch) -> Batch:
    """Return a batch of the shapes and types of `like` that lies in `memory`, uint8 [nbytes], on its device."""
    start = 0
    made: dict[str, Any] = dict.fromkeys(like._fields)
    for name, part in _parts(like).items():
        made[name] = memory[start : start + part.nbytes].view(part.dtype).view(part.shape)
        start += _rounded(part.nbytes)
    return Batch(**made)


def _parts(batch: Batch) -> dict[str, Tensor]:
    """Return what there is of a batch as tensors, in the order in which they lie."""
    return {
        name: part if isinstance(part, Tensor) else torch.tensor(part, dtype=torch.float32)
        for name, part in batch._asdict().items()
        if part is not None
    }


def _rounded(size: int) -> int:
    return math.ceil(size / ALIGNED) * ALIGNED
