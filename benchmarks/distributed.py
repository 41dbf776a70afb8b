"""Two processes against one at the same global batch: the speed-up, and how far the loss curves lie apart.

    python benchmarks/distributed.py [--processes 2] [--epochs 6] [--rounds 3] [--images 4000]

Each run is a program of its own, as `python -m vae train` and `accelerate launch --multi_gpu -m vae train` are, with
one thread a process; on CPUs they speak over gloo. The seconds are those of the training loop from the first record on:
neither imports nor the first steps, in which buffers are made, count. Runs of both kinds take turns, and the ratio is
taken within a turn. Every row of a batch is computed once, whatever the number of processes; what two of them lose to a
perfect 2.0 is the exchange of the gradients after each step, which takes the same time for large and for small batches.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import vae  # noqa: F401, I001 - before torch: it sets how OpenMP's threads wait
import torch
import tyro

from benchmarks.report import machine, quartiles, row
from vae.kinds.kinds import image
from vae.config import TrainConfig
from vae.data import load
from vae.networks.build import count_parameters
from vae.training.together import end_at_once, join
from vae.training.loop import begin, train

ROOT = Path(__file__).resolve().parent.parent
BATCHES = (64, 256, 1024)
NETWORK = "conv"
LATENT_DIMS = 16


def main(
    processes: int = 2, epochs: int = 6, rounds: int = 3, images: int = 4000, batch: int = 0, out: Path | None = None
) -> None:
    """Print a row for each batch size.

    Args:
        processes: How many processes stand against one.
        epochs: Passes over the images in each run.
        rounds: Turns.
        images: MNIST images of 28 x 28 in an epoch.
        batch: Used by the runs themselves: the global batch.
        out: Used by the runs themselves: where they write what they measured.
    """
    if out:
        return measure(out, batch, epochs, images)
    model = begin(TrainConfig(network=NETWORK, latent_dims=LATENT_DIMS), image((1, 28, 28))).model
    print(
        f"{machine()}; torch {torch.__version__}; {NETWORK}, {count_parameters(model):,} weights; "
        f"{epochs} epochs of {images:,} MNIST images; {rounds} turns, one thread a process, gloo"
    )
    for size in BATCHES:
        compare(processes, size, epochs, rounds, images)
    return None


def compare(processes: int, batch: int, epochs: int, rounds: int, images: int) -> None:
    """Run one against several in turns, and print what came of it."""
    flags = ["--batch", str(batch), "--epochs", str(epochs), "--images", str(images)]
    turns = []
    for turn in range(rounds):
        order = (1, processes) if turn % 2 == 0 else (processes, 1)
        turns.append({count: run(count, flags) for count in order})
    ratios = [turn[1]["seconds"] / turn[processes]["seconds"] for turn in turns]
    print(f"\nglobal batch {batch}")
    for count in (1, processes):
        speed = np.median([turn[count]["images"] / turn[count]["seconds"] for turn in turns])
        row(f"  {count} process{'es' * (count > 1)}", f"{speed:,.0f} images/s")
    low, middle, high = quartiles(ratios)
    row(f"  speed-up of {processes}", f"{middle:.2f}x ({low:.2f} to {high:.2f})")
    one, several = (np.array(turns[0][count]["losses"]) for count in (1, processes))
    apart = np.abs(several - one) / np.abs(one)
    row("  loss curves apart by at most", f"{apart.max():.1e} of -ELBO", "<= 1e-3", bool(apart.max() <= 1e-3))


def run(count: int, flags: list[str]) -> dict:
    """Train in `count` processes; return the seconds, the images they took and the losses of the records."""
    command = [sys.executable]
    if count > 1:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        command += ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", str(count)]
        command += ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
        command += ["--main_process_port", port]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "run.json")
        environment = os.environ | {"CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*command, __file__, *flags, "--out", str(path)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        return json.loads(path.read_text())


def measure(out: Path, batch: int, epochs: int, images: int) -> None:
    """Train in this process, beside others or alone, and let the main one write down what it measured."""
    config = TrainConfig(network=NETWORK, latent_dims=LATENT_DIMS, batch_size=batch, epochs=epochs, threads=1, seed=0)
    pixels = np.asarray(load("mnist-5k").train.things[:images])
    with join() as processes:
        state = begin(config, image((1, 28, 28)))
        records, since, first = [], 0.0, 0
        for step in train(state, pixels, every=2, processes=processes):
            records += [step] if step else []
            if not since:
                since, first = time.perf_counter(), state.step
        seconds = time.perf_counter() - since
        if processes.main:
            per_epoch = -(-images // batch)
            taken = sum(min(batch, images - at % per_epoch * batch) for at in range(first, state.step))
            losses = [record.negative_elbo for record in records]
            out.write_text(json.dumps({"seconds": seconds, "images": taken, "losses": losses}))
    if processes.count > 1:
        end_at_once()


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
