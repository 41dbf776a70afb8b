"""Train the scenarios of tests/vae/training/test_distributed.py, or a run, in one of several processes.

`python -m tests.beside` imports torch once and then, for each line of JSON, forks the processes that train together and
says the codes that they end with. Its own first line is what it has imported of `accelerate`.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import msgspec
import numpy as np

from tests.models import SMALL, made_images
from vae import __main__ as program
from vae.config import TrainConfig
from vae.kinds.kinds import image
from vae.runs.records import Change, Step
from vae.training.checkpoints import checkpoint
from vae.training.loop import TrainState, begin, train
from vae.training.together import ALONE, Processes, end_at_once, join

CLASSES = 4

PRELOADED = (
    "sklearn.neighbors",
    "torch._dynamo",
    "vae.commands.runs.train",
    "vae.training.metrics",
    "vae.training.training",
)
"""What each of the processes would import for itself, in seconds."""

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
    "codes of a book": (replace(SMALL, family="vq", latent_dims=6, options={"codes": 3}), 41),
    "told a class": (replace(SMALL, family="conditional"), 41),
}
"""Name -> settings and how many images."""


def leave(folder: Path, *names: str) -> int:
    """Train these scenarios, or all, and leave what came of it in this process."""
    with join() as processes:
        for name in names or SCENARIOS:
            state, records = run(name, processes)
            facts = {"records": records, "step": state.step, "changes": state.changes, "count": processes.count}
            (folder / f"{name}-{processes.index}.json").write_bytes(msgspec.json.encode(facts))
            tensors = {key: value.numpy() for key, value in checkpoint(state).tensors.items()}
            np.savez(folder / f"{name}-{processes.index}.npz", allow_pickle=False, **tensors)
    return 0


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


@dataclass(frozen=True)
class Fork:
    """One of the processes: what stands in its environment, what it does, and the file that it writes its words to.

    scenarios: a folder and names; command: the words of a command of ours; one of the two is given.
    """

    environment: dict[str, str]
    said: str
    scenarios: tuple[str, ...] = ()
    command: tuple[str, ...] = ()


def become(fork: Fork) -> NoReturn:
    """Do what this process was forked for, and end."""
    os.environ.update(fork.environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    with Path(fork.said).open("ab") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    code = 70
    try:
        code = program.main(list(fork.command)) if fork.command else leave(Path(fork.scenarios[0]), *fork.scenarios[1:])
    except BaseException:
        traceback.print_exc()
    end_at_once(code)


def main() -> None:
    """Fork for each line, and then say with which codes they ended, in the same order."""
    for name in PRELOADED:
        import_module(name)
    print(msgspec.json.encode([name for name in sys.modules if name.startswith("accelerate")]).decode(), flush=True)
    import_module("accelerate")  # only now, and for those that are forked: one that trains alone does without
    for line in sys.stdin:
        forks = msgspec.json.decode(line, type=list[Fork])
        started = []
        for fork in forks:
            started.append(os.fork())
            if not started[-1]:
                become(fork)
        codes = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in started]
        print(msgspec.json.encode(codes).decode(), flush=True)


if __name__ == "__main__":
    main()
