"""Which device a run trains on: a GPU that is there, or the processor. Several devices are `accelerate launch`'s."""

import shlex
from pathlib import Path

import torch
from torch import nn

from vae.config import DEVICES
from vae.errors import InputError, first_line
from vae.training.steps.cuda import CudaCapture
from vae.training.together import ALONE, Processes


def choose_device(wanted: str) -> str:
    """Return torch's name of the device for "auto", "cpu", "cuda" or "mps"; `InputError` where it is not there."""
    there = [name for name in DEVICES[1:] if _is_there(name)]
    if wanted == "auto":
        return there[-1]
    if wanted not in there:
        raise InputError(
            f"There is no {wanted} on this machine to train on; start a run on another device, or go on with --device "
            f"{there[-1]}."
        )
    return wanted


def _is_there(name: str) -> bool:
    if name == "cuda":
        return torch.cuda.is_available()
    return name == "cpu" or torch.backends.mps.is_available()


def name_of(device: torch.device) -> str:
    """Name a device as its maker does, as "NVIDIA H200"; otherwise as torch does, as "cpu"."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


class OnDevice(Processes):
    """One process that trains on one device other than the processor."""

    def __init__(self, device: str) -> None:
        self.device = device

    def prepare(self, module: nn.Module, optimizer: torch.optim.Optimizer) -> tuple[nn.Module, torch.optim.Optimizer]:
        module.to(self.device)
        for slots in optimizer.state.values():
            slots |= {name: value.to(self.device) for name, value in slots.items() if isinstance(value, torch.Tensor)}
        return module, optimizer

    def capture(self) -> CudaCapture | None:
        return CudaCapture() if torch.device(self.device).type == "cuda" else None


def alone_on(wanted: str) -> Processes:
    """Return the one process that trains on the device that is wanted, as `choose_device` chooses it."""
    device = choose_device(wanted)
    return ALONE if device == "cpu" else OnDevice(device)


NO_MEMORY = ("out of memory", "ALLOC_FAILED")
"""What errors say where a device has no memory left; torch has a class for its own allocator's, libraries have none."""

MAKERS = ("CUDA", "CUBLAS", "CUDNN", "CUFFT", "CUSOLVER", "HIP", "ROCBLAS", "MIOPEN", "MPS BACKEND")
"""Whose errors are a device's: of the drivers and libraries that torch calls, in capitals."""


def fault(error: RuntimeError, device: str, folder: Path, batch_size: int) -> InputError | None:
    """Say that the device of a run in `folder` is full, or does not answer; None where it is no fault of a device's."""
    said, resume = first_line(error), f"--resume {shlex.quote(str(folder))} --device cpu"
    if isinstance(error, torch.OutOfMemoryError) or any(words in said for words in NO_MEMORY):
        return InputError(
            f"The memory of {device} is full, so the run stands at its last checkpoint; close what else uses that "
            f"memory, or go on with {resume}. A new run takes less with --batch-size {max(1, batch_size // 2)}."
        )
    if isinstance(error, torch.AcceleratorError) or said.upper().startswith(MAKERS):
        return InputError(
            f"The device {device} no longer answers ({said.rstrip('.')}), so the run stands at its last checkpoint; "
            f"go on with {resume}, or there once it is back."
        )
    return None
