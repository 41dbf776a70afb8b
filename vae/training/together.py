"""What several processes that train one model together need of each other; one that is alone needs nothing.

`accelerate launch` starts them, and accelerate spreads the model, the gradients and the precision over devices and
machines. Each takes its rows of every batch. The main one alone writes files, and at each record and breath its word
decides for all of them how the run goes on. Nothing here imports torch or accelerate before `join` needs them.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

from vae.errors import InputError, first_line

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer

    from vae.training.steps.captured import Capture

LONGEST_PAUSE = timedelta(hours=1)
"""How long a process waits for the others: a paused run, an export or a slow disk is no failure."""


class Processes:
    """One process that trains by itself. `Together` answers the same questions for several."""

    count = 1
    index = 0
    device: str = "cpu"

    @property
    def main(self) -> bool:
        """Say whether this is the process that writes files and heeds wishes."""
        return self.index == 0

    def rows(self, batch: "Tensor") -> "Tensor":
        """Return the rows of a whole batch that this process computes; those of all of them make up the batch."""
        return batch

    def prepare(self, module: "nn.Module", optimizer: "Optimizer") -> tuple["nn.Module", "Optimizer"]:
        """Put both on this process's device, and let the gradients be averaged over the processes."""
        return module, optimizer

    def capture(self) -> "Capture | None":
        """Return what captures whole steps on this process's device; None where each is computed anew."""
        return None

    def backward(self, loss: "Tensor") -> None:
        """Add the gradients of `loss`."""
        loss.backward()

    def total(self, sums: "Tensor") -> "Tensor":
        """Return the sum of the processes' numbers. All of them have to call it."""
        return sums

    def share(self, word: bytes = b"") -> bytes:
        """Return the main process's word. All of them have to call it."""
        return word

    def leave(self) -> None:
        """Part from the others."""


class Together(Processes):
    """Processes that `accelerate launch` started together, on one machine or several: gloo on CPUs, NCCL on GPUs."""

    def __init__(self) -> None:
        import torch
        from accelerate import Accelerator
        from accelerate.utils import DistributedDataParallelKwargs, InitProcessGroupKwargs

        # Without cpu=True accelerate starts no group where there is no GPU, and each process would train alone.
        self._accelerator = Accelerator(
            cpu=not torch.accelerator.is_available() or os.environ.get("ACCELERATE_USE_CPU", "").lower() == "true",
            kwargs_handlers=[
                InitProcessGroupKwargs(timeout=LONGEST_PAUSE),
                DistributedDataParallelKwargs(gradient_as_bucket_view=True),
            ],
        )
        self.count, self.index = self._accelerator.num_processes, self._accelerator.process_index
        self.device = str(self._accelerator.device)
        self.spoken = False
        """Whether the main process has told the others anything yet."""

    def rows(self, batch: "Tensor") -> "Tensor":
        return batch.tensor_split(self.count)[self.index]

    def prepare(self, module: "nn.Module", optimizer: "Optimizer") -> tuple["nn.Module", "Optimizer"]:
        from vae.models.model import Model

        for each in module.modules():
            if isinstance(each, Model):  # what it counts over a batch it counts over the rows of all
                each.together = True
        with _company():
            return self._accelerator.prepare(module, optimizer)

    def backward(self, loss: "Tensor") -> None:
        with _company():
            self._accelerator.backward(loss)

    def total(self, sums: "Tensor") -> "Tensor":
        with _company():
            return self._accelerator.reduce(sums, "sum")

    def share(self, word: bytes = b"") -> bytes:
        import torch
        from accelerate.utils import broadcast

        self.spoken = True
        if self.count == 1:
            return word
        with _company():
            length = int(broadcast(torch.tensor([len(word)], device=self.device)))
            letters = torch.empty(length, dtype=torch.uint8)
            if not length:
                return b""
            if self.main:
                letters = torch.frombuffer(bytearray(word), dtype=torch.uint8)
            return broadcast(letters.to(self.device)).cpu().numpy().tobytes()

    def leave(self) -> None:
        self._accelerator.end_training()


ALONE = Processes()


@contextmanager
def join() -> Iterator[Processes]:
    """Join the processes that a launcher started together; without a launcher there is one, and nothing to do."""
    if not {"ACCELERATE_MIXED_PRECISION", "LOCAL_RANK"} & os.environ.keys():
        yield ALONE
        return
    if "MASTER_ADDR" in os.environ and "WORLD_SIZE" not in os.environ:
        print("Only one process was started; for several put --multi_gpu first, on CPUs as well.", file=sys.stderr)
    processes = Together()
    try:
        yield processes
    finally:
        if processes.main and not processes.spoken:
            processes.share()  # the others wait to be told what there is to do
        processes.leave()


def end_at_once(code: int = 0) -> NoReturn:
    """End this process without the interpreter's own end; call it when all is written and the others are left.

    gloo's threads outlive a group that has exchanged gradients. Of 72 runs of two processes on a busy machine that
    ended right after their last step, 5 were aborted in the interpreter's end ("terminate called without an active
    exception"), and a launcher that sees a process abort ends the others.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@contextmanager
def _company() -> Iterator[None]:
    """Say in a sentence that another process is gone; where memory is out, that stays what it is."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError:
        raise
    except RuntimeError as error:
        raise InputError(
            "The processes that train this run have lost each other: one of them has ended, or cannot be reached "
            f"({first_line(error).rpartition('] ')[2][:80]}); start them again with --resume."
        ) from None
