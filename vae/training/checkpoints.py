"""All that a run needs to go on, in one safetensors file: weights, the optimiser's memory, the noise, sums and step."""

import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load, save

from vae.errors import InputError, first_line
from vae.files import check_header, replacing
from vae.training.loop import TrainState


@dataclass(frozen=True)
class Checkpoint:
    """A training state as it stood after `step` steps. Its tensors are the state's own, or copies of them."""

    step: int
    tensors: dict[str, torch.Tensor]

    @property
    def sound(self) -> bool:
        """Say whether every weight is a number, so that it is worth going on from."""
        weights = (value for name, value in self.tensors.items() if name.startswith("model."))
        return all(bool(torch.isfinite(value).all()) for value in weights)

    def copied(self) -> "Checkpoint":
        """Return a copy that training does not change, in this machine's memory: a device may be gone by then."""
        copies = {name: value.detach().to("cpu", copy=True) for name, value in self.tensors.items()}
        return Checkpoint(self.step, copies)


def checkpoint(state: TrainState) -> Checkpoint:
    """Gather what `state` needs to go on, without copying it."""
    tensors = {f"model.{name}": value for name, value in state.model.state_dict().items()}
    for i, slots in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{i}.{slot}": value for slot, value in slots.items()}
    return Checkpoint(state.step, tensors | {"noise": state.noise.get_state(), "sums": state.sums})


def packed(taken: Checkpoint) -> bytes:
    """Return a checkpoint as the bytes of a safetensors file."""
    kept = {name: value.detach().contiguous() for name, value in taken.tensors.items()}
    return save(kept | {"step": torch.tensor(taken.step)}, {"step": str(taken.step)})


def unpacked(raw: bytes) -> Checkpoint:
    """Return the checkpoint that `packed` made these bytes of."""
    tensors = load(raw)
    return Checkpoint(int(tensors.pop("step")), tensors)


def write_checkpoint(taken: Checkpoint, path: Path) -> None:
    """Keep a checkpoint on disk, whole or not at all: where there is no room, the one before stays."""
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write(packed(taken))
        file.flush()
        os.fsync(file.fileno())  # or a power cut may leave the new name without its bytes


def read_checkpoint(state: TrainState, path: Path) -> None:
    """Put a fresh `state` where the checkpoint was taken; `InputError` where it is damaged or of another network."""
    try:
        taken = unpacked(check_header(path).read_bytes())
        if not _fits(state, taken):
            raise InputError(f"{path} is of another network than the run's settings and data make; start a new run.")
        restore(state, taken)
    except InputError:
        raise
    except Exception as error:  # safetensors and torch raise classes of their own
        raise InputError(f"{path} is damaged ({first_line(error)}); delete it to start the run again.") from None


def _fits(state: TrainState, taken: Checkpoint) -> bool:
    shapes = {name: value.shape for name, value in state.model.state_dict().items()}
    return {name: value.shape for name, value in _under(taken.tensors, "model.").items()} == shapes


def restore(state: TrainState, taken: Checkpoint) -> None:
    """Put `state` where the checkpoint was taken."""
    state.model.load_state_dict(_under(taken.tensors, "model."))
    slots: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in _under(taken.tensors, "optimizer.").items():
        index, slot = name.split(".")
        slots.setdefault(int(index), {})[slot] = value
    groups = state.optimizer.state_dict()["param_groups"]
    state.optimizer.load_state_dict({"state": slots, "param_groups": groups})
    state.noise.set_state(taken.tensors["noise"])
    state.sums.copy_(taken.tensors["sums"])
    state.step = taken.step


def _under(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}


CHECKPOINT = "checkpoint.safetensors"
