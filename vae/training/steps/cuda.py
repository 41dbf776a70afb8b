"""What GPUs of NVIDIA and AMD have for captured steps: graphs, streams, and memory that they copy from themselves."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import torch
from torch import Tensor


class CudaOutbox:
    """Pinned memory, and the moment at which the device has copied it."""

    def __init__(self, size: int) -> None:
        self.memory = torch.zeros(size, dtype=torch.uint8, pin_memory=True)
        self._copied = torch.cuda.Event(blocking=True)  # which waits without keeping a core busy

    def wait(self) -> None:
        self._copied.synchronize()

    def send(self, there: Tensor) -> None:
        there.copy_(self.memory, non_blocking=True)
        self._copied.record()


class CudaCapture:
    """Capture steps as CUDA graphs.

    All of a step is computed on one stream, first as it is and then captured: a library makes its handles and
    workspaces for a stream when it is first used there, and during a capture it must not. Graphs share their memory: no
    two of them run at a time, and none leaves anything in it for the next step.
    """

    def outbox(self, size: int) -> CudaOutbox:
        """Return so many bytes to send from."""
        return CudaOutbox(size)

    def rehearse(self, step: Callable[[], None]) -> None:
        """Compute a step on the stream of the captures, in its turn between what comes before and after it."""
        here = torch.cuda.current_stream()
        self._stream.wait_stream(here)
        with torch.cuda.stream(self._stream):
            step()
        here.wait_stream(self._stream)

    def capture(self, step: Callable[[], None]) -> Callable[[], None]:
        """Return what launches the graph of a step; RuntimeError where it cannot be captured."""
        _check_room()
        graph, here = torch.cuda.CUDAGraph(), torch.cuda.current_stream()
        try:
            with torch.cuda.graph(graph, pool=self._pool, stream=self._stream):
                step()
        except BaseException:
            torch.cuda.set_stream(here)  # torch.cuda.graph leaves its own where the end of a capture fails
            self._broken = graph  # torch's allocator may go on asking it whether its capture still runs
            raise
        return graph.replay

    @cached_property
    def _stream(self) -> torch.cuda.Stream:
        return torch.cuda.Stream()

    @cached_property
    def _pool(self) -> Any:
        return torch.cuda.graph_pool_handle()


def _check_room() -> None:
    """Raise `OutOfMemoryError` where a graph, which keeps the memory of a step for itself, would leave too little.

    As much again is for what is computed between the steps. Where that is short a step is long, and its launches are
    no matter.
    """
    held = torch.cuda.memory_allocated()
    of_a_step = torch.cuda.max_memory_allocated() - held
    spare = torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved() - held
    if spare < 2 * of_a_step:
        raise torch.OutOfMemoryError(f"A graph of {of_a_step:,} bytes would leave too little of {spare:,}.")
