"""Whole steps as a device has captured them: what a step launches is recorded once, and then set off by one call.

On a GPU a step of a small network is some hundred kernels of a few microseconds each, and to start one from Python
takes longer than it runs. A captured step does the same arithmetic, always on the same places of memory: what differs
from step to step is copied there before. Nguyen et al. 2021, "Accelerating PyTorch with CUDA Graphs".
"""

from collections.abc import Callable
from itertools import cycle
from typing import Protocol

import torch

from vae.training.steps.batch import Batch, nbytes, within

Step = Callable[[Batch, int], None]
"""Compute a step with a batch on the device, of so many things in all processes together."""

REHEARSALS = 3
"""Steps of each size before it is captured. They count as any others, so that nothing has to be put back after them:
libraries set up their workspaces in these, and the optimiser the moments that a captured step must find in place."""

AHEAD = 8
"""Batches that may be under way to the device: enough for it not to wait, few enough for a stop to come at once."""
MOST_AHEAD = 256 << 20
"""Bytes of them, where each has its images with it; two there are in any case, one to copy and one to fill."""


class Outbox(Protocol):
    """Memory of this machine that a device copies from by itself, while the next batch is made ready elsewhere."""

    memory: torch.Tensor
    """uint8 [size]."""

    def wait(self) -> None:
        """Return when what was sent last has been copied, so that the memory can be written to."""

    def send(self, there: torch.Tensor) -> None:
        """Copy the memory to the device, after all that it was told to do before."""


class Capture(Protocol):
    """How a device captures steps."""

    def outbox(self, size: int) -> Outbox:
        """Return so many bytes to send from."""

    def rehearse(self, step: Callable[[], None]) -> None:
        """Compute a step where, and as, it will be captured."""

    def capture(self, step: Callable[[], None]) -> Callable[[], None]:
        """Return what does again, on the same memory, all that `step` tells the device to do, which is not done now.

        Raises RuntimeError where that is not possible; weights, moments and sums are then what they were.
        """


class Captured:
    """Compute steps, from the fourth of each size on as the device has captured it, where it can.

    Without a `capture`, and once one has failed, each step is computed anew; nothing is lost then. `failure` says why.
    """

    def __init__(self, step: Step, device: str, capture: Capture | None) -> None:
        self.step, self.device, self.capture = step, device, capture
        self.failure: str | None = None
        self._sizes: dict[int, _Size] = {}

    def __call__(self, batch: Batch, n: int) -> None:
        """Compute a step with a batch in this machine's memory, of `n` things in all processes together."""
        if self.capture is None or self.failure is not None or not self._done(batch, n, self.capture):
            self.step(batch.to(self.device), n)

    def _done(self, batch: Batch, n: int, capture: Capture) -> bool:
        """Compute the step as it is captured, or will be; return False where that is not possible, and nothing done."""
        try:
            if n not in self._sizes:
                self._sizes[n] = _Size(self.step, batch, n, self.device, capture)
            size = self._sizes[n]
            size.send(batch)
            if size.replay is None and size.rehearsals == REHEARSALS:
                size.replay = size.captured()
        except RuntimeError as error:  # whatever it was: where the device is gone, the step itself will say so
            self._give_up(error)
            return False
        if size.replay is None:
            return self._rehearsed(size)
        size.replay()
        return True

    def _rehearsed(self, size: "_Size") -> bool:
        """Compute the step as it will be captured; return False where captures of other sizes leave it no memory."""
        try:
            size.rehearse()
        except torch.OutOfMemoryError as error:  # before the weights are moved, for which all memory is there by then
            if not any(other.replay for other in self._sizes.values()):
                raise
            self._give_up(error)
            return False
        return True

    def _give_up(self, error: RuntimeError) -> None:
        self.failure = str(error)
        self._sizes.clear()


class _Size:
    """Steps with batches of one size: where they find the batch on the device, and what does such a step."""

    def __init__(self, step: Step, like: Batch, n: int, device: str, capture: Capture) -> None:
        self._capture, self._memory = capture, torch.zeros(nbytes(like), dtype=torch.uint8, device=device)
        there = within(self._memory, like)
        self._step = lambda: step(there, n)
        places = max(2, min(AHEAD, MOST_AHEAD // nbytes(like)))
        outboxes = [capture.outbox(nbytes(like)) for _ in range(places)]
        self._here = cycle([(outbox, within(outbox.memory, like)) for outbox in outboxes])
        self.rehearsals = 0
        self.replay: Callable[[], None] | None = None

    def send(self, batch: Batch) -> None:
        outbox, here = next(self._here)
        outbox.wait()
        here.fill(batch)
        outbox.send(self._memory)

    def rehearse(self) -> None:
        self._capture.rehearse(self._step)
        self.rehearsals += 1

    def captured(self) -> Callable[[], None]:
        return self._capture.capture(self._step)
