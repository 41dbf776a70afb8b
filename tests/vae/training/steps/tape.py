"""A device that captures steps, played by the processor: it does what a GPU does with a graph, and as late.

What is told is written down, each operation of torch with the very tensors that it was told with, and not done; a
replay does it again on the same memory. A number that Python put into an operation stays what it was, what Python would
decide is not asked again, and nobody may look at a number on the way: so it is with CUDA's graphs.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from vae.training.device import OnDevice
from vae.training.steps.cuda import CudaCapture


class Tape(TorchDispatchMode):
    """Write down the operations within a block, and undo what they did to tensors that were there before."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[Callable, tuple, dict, list[Tensor]]] = []
        self.before: dict[int, tuple[Tensor, Tensor]] = {}
        self.precision = torch.get_float32_matmul_precision()
        self.made: set[int] = set()
        """Where the memory lies that was taken within the block; the tape keeps it from being taken again."""

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = kwargs or {}
        if func is torch.ops.aten._local_scalar_dense.default:
            raise torch.AcceleratorError("CUDA error: operation not permitted when stream is capturing")
        for argument, value in zip(func._schema.arguments, args, strict=False):
            if argument.alias_info is not None and argument.alias_info.is_write:
                self._remember(value)
        given = {memory(value) for value in tensors((args, kwargs))}
        out = func(*args, **kwargs)
        self.made |= {memory(value) for value in tensors(out)} - given
        self.done.append((func, args, kwargs, tensors(out)))
        return out

    def _remember(self, written: Any) -> None:
        for value in tensors(written):
            if memory(value) not in self.made:
                self.before.setdefault(value.data_ptr(), (value.detach(), value.detach().clone()))

    @torch.no_grad()
    def undo(self) -> None:
        for place, value in self.before.values():
            place.copy_(value)

    @torch.no_grad()
    def replay(self) -> None:
        precision = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision(self.precision)  # on a GPU the kernels were chosen when they were captured
        for func, args, kwargs, places in self.done:
            for place, value in zip(places, tensors(func(*args, **kwargs)), strict=True):
                if place.data_ptr() != value.data_ptr():
                    place.copy_(value)
        torch.set_float32_matmul_precision(precision)


def tensors(tree: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, Tensor)]


def memory(value: Tensor) -> int:
    return value.untyped_storage().data_ptr()


class LateOutbox:
    """Memory that the device copies from when it comes to it."""

    def __init__(self, size: int, device: "TapeCapture") -> None:
        self.memory, self.device, self.waiting = torch.zeros(size, dtype=torch.uint8), device, 0

    def wait(self) -> None:
        while self.waiting:
            self.device.do_next()

    def send(self, there: Tensor) -> None:
        self.waiting += 1
        self.device.queue.append(lambda: self._copy(there))

    def _copy(self, there: Tensor) -> None:
        there.copy_(self.memory)
        self.waiting -= 1


class TapeCapture(CudaCapture):
    """Capture steps on tapes. What is sent and replayed is done only when somebody waits for it."""

    def __init__(self, failure: Callable[[], None] = lambda: None) -> None:
        """failure: called within each capture, before its end."""
        self.queue: deque[Callable[[], Any]] = deque()
        self.failure = failure
        self.captures = self.replays = self.rehearsals = 0
        self.longest = 0

    def outbox(self, size: int) -> Any:
        return LateOutbox(size, self)

    def do_next(self) -> None:
        self.queue.popleft()()

    def finish(self) -> None:
        """Do all that was told."""
        while self.queue:
            self.do_next()

    def rehearse(self, step: Callable[[], None]) -> None:
        self.finish()
        self.rehearsals += 1
        step()

    def capture(self, step: Callable[[], None]) -> Callable[[], None]:
        self.finish()
        self.captures += 1
        tape = Tape()
        try:
            with tape:
                step()
                self.failure()
        finally:
            tape.undo()

        def replay() -> None:
            self.replays += 1
            self.queue.append(tape.replay)
            self.longest = max(self.longest, len(self.queue))

        return replay


class OnTape(OnDevice):
    """One process that trains on the played device."""

    def __init__(self, capture: TapeCapture) -> None:
        super().__init__("cpu")
        self.captured = capture

    def capture(self) -> TapeCapture:
        return self.captured

    def total(self, sums: Tensor) -> Tensor:
        self.captured.finish()  # who reads a number waits for it
        return sums
