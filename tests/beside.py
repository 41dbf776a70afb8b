"""Train the scenarios of tests/vae/training/test_distributed.py in one of several processes.

python -m tests.beside FOLDER [NAME …]
"""

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import torch

from tests.models import SMALL, made_images
from vae.config import TrainConfig
from vae.kinds.kinds import image
from vae.runs.records import Change, Step
from vae.training.checkpoints import checkpoint
from vae.training.loop import TrainState, begin, train
from vae.training.together import ALONE, Processes, end_at_once, join

CLASSES = 4

SCENARIOS: dict[str, tuple[TrainConfig, int]] = {
    "dense": (SMALL, 64),
    "conv": (replace(SMALL, network="conv", width=8), 64),
    "residual": (replace(SMALL, network="residual", width=4), 64),
    "gaussian": (replace(SMALL, likelihood="gaussian", warmup_epochs=1.5), 64),
    "uneven": (SMALL, 41),  # the last batch has 9 images: 5 and 4
    "a row for one": (replace(SMALL, network="conv", width=8), 49),  # the last batch has one: 1 and 0
    "changed": (SMALL, 64),
    "denoising": (replace(SMALL, corruption="gaussian", corruption_amount=0.8), 41),
    "counted photons": (replace(SMALL, network="conv", width=8, corruption="poisson"), 49),
    "stopped": (replace(SMALL, likelihood="gaussian"), 41),
    "points": (replace(SMALL, family="autoencoder", options={"sparsity": 0.2}), 41),
    "told a class": (replace(SMALL, family="conditional"), 41),
}
"""Name -> settings and how many images."""


def main(folder: Path, *names: str) -> None:
    """Train these scenarios, or all, and leave what came of it in this process."""
    torch.set_num_threads(1)
    with join() as processes:
        for name in names or SCENARIOS:
            state, records = run(name, processes)
            facts = {"records": records, "step": state.step, "changes": state.changes, "count": processes.count}
            (folder / f"{name}-{processes.index}.json").write_bytes(msgspec.json.encode(facts))
            tensors = {key: value.numpy() for key, value in checkpoint(state).tensors.items()}
            np.savez(folder / f"{name}-{processes.index}.npz", allow_pickle=False, **tensors)


def run(name: str, processes: Processes = ALONE) -> tuple[TrainState, list[Step]]:
    """Train one scenario; in the main process alone it is changed and stopped."""
    config, n = SCENARIOS[name]
    state, images, labels = begin(config, image((1, 8, 8)), CLASSES), made_images(n), np.arange(n) % CLASSES
    if name != "stopped":
        steps = train(state, images, 3, processes, labels=labels)
        return state, list(_changed(state, steps, name == "changed" and processes.main))
    records = []
    with closing(train(state, images, 3, processes)) as steps:  # type: ignore[type-var]
        for step in steps:
            records += [step] if step else []
            if processes.main and state.step >= 5:  # in the middle of the second epoch
                break
    return state, records + [step for step in train(state, images, 3, processes) if step]


def _changed(state: TrainState, steps: Iterator[Step | None], changed: bool) -> Iterator[Step]:
    for step in steps:
        if step:
            yield step
            if changed and step.step == 4:
                state.changes.append(Change(4, beta=6.0, learning_rate=1e-2))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
    end_at_once()
