"""Training on a GPU: images a second of captured steps, of steps one by one, and of a bare captured step.

    python benchmarks/gpu_throughput.py [--rounds 5] [--steps 200]

An epoch each in turn, in one process, as `benchmarks/train_throughput.py` does on the processor:

- captured: `vae.training.loop.train` as `python -m vae train` runs it on a GPU, with the noise drawn on the processor,
  the shuffling, the schedule, the sums and a record every 50 steps, each of which waits for the GPU;
- one by one: the same with nothing captured, as steps were before, and as they are where capturing fails;
- a bare captured step: the least that trains the same network in the same arithmetic with the same fused Adam from the
  same images on the GPU, written out by hand as one CUDA graph, with neither records, schedule nor seeds of its own.

Then, on the 5,000 digits that need no network: a run that is stopped on the GPU goes on on the processor, and the other
way round; and runs of one seed in float32, bfloat16 and float16 (which is accelerate's mixed precision) come to the
same -ELBO. All of it is meant to take less than eight minutes. Where there is no GPU it says so.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import vae  # noqa: F401, I001 - before torch: it sets how OpenMP's threads wait
import torch
import torch.nn.functional as F
import tyro

from benchmarks.report import in_turns, machine, quartiles, row
from vae.config import TrainConfig
from vae.data import load
from vae.datasets.dataset import Dataset
from vae.kinds.kinds import image
from vae.models.model import Model
from vae.training import training
from vae.training.device import OnDevice
from vae.training.loop import TrainState, _arithmetic, as_tensor, begin, train
from vae.training.metrics import measure
from vae.training.steps.cuda import CudaCapture
from vae.training.together import join

DENSE = TrainConfig(network="dense", width=512, depth=1, latent_dims=16)
CONV = TrainConfig(network="conv", latent_dims=16)
RESIDUAL = TrainConfig(network="residual", latent_dims=16)
CASES: dict[str, TrainConfig] = {
    **{f"784-512-16 dense, batch {size:,}": replace(DENSE, batch_size=size) for size in (64, 256, 1024)},
    **{f"conv, batch {size:,}": replace(CONV, batch_size=size) for size in (256, 1024)},
    **{f"residual, batch {size:,}": replace(RESIDUAL, batch_size=size) for size in (256, 1024)},
}
OF_BARE = 0.8
"""The least share of the bare step's images a second that the whole of ours should come to."""

RUN = replace(DENSE, dataset="mnist-5k", epochs=6, seed=3)
APART = 0.5
"""Nats that two runs may end apart: another seed moves -ELBO by about 0.3."""

Epoch = Callable[[], None]


def main(rounds: int = 5, steps: int = 200, mixed: bool = False) -> None:
    """Print the speeds and their ratios, then how far runs end apart.

    Args:
        rounds: Epochs of each that count; one more warms up and captures.
        steps: Steps in an epoch.
        mixed: Used by the runs in accelerate's precisions themselves, each a program of its own.
    """
    if mixed:
        print(ended_in_mixed_precision())
    elif not torch.cuda.is_available():
        print("There is no GPU here that torch can use, so there is nothing to measure.")
    else:
        on_a_gpu(rounds, steps)


def on_a_gpu(rounds: int, steps: int) -> None:
    """Measure all that `main` prints."""
    print(
        f"{torch.cuda.get_device_name()}; {machine()}; torch {torch.__version__}; medians of {rounds} x {steps} steps"
    )
    dataset = load(RUN.dataset)
    for what, config in CASES.items():
        compare(what, replace(config, epochs=rounds + 1), dataset.train.things, rounds, steps)
    with tempfile.TemporaryDirectory() as folder:
        devices(dataset, Path(folder))
    precisions(dataset)


# Speed


class Counted(CudaCapture):
    """Captures steps, and counts those that were replayed."""

    replays = 0

    def capture(self, step: Callable[[], None]) -> Callable[[], None]:
        replay = super().capture(step)

        def counted() -> None:
            self.replays += 1
            replay()

        return counted


class OnGpu(OnDevice):
    """One process on the GPU, whose steps are captured, or not."""

    def __init__(self, captured: bool) -> None:
        super().__init__("cuda")
        self.captured = Counted() if captured else None

    def capture(self) -> CudaCapture | None:
        return self.captured


def compare(what: str, config: TrainConfig, images: np.ndarray, rounds: int, steps: int) -> None:
    """Train all contestants in turns and print their rows."""
    images = np.resize(images, (steps * config.batch_size, *images.shape[1:]))
    processes = OnGpu(captured=True)
    contestants = {
        "captured": ours(config, images, processes),
        "one by one": ours(config, images, OnGpu(captured=False)),
        "bare captured step": bare(config, images),
    }
    seconds = in_turns({name: timed(epoch) for name, epoch in contestants.items()}, rounds)
    print(f"\n{what}")
    for name, each in seconds.items():
        row(f"  {name}", f"{len(images) / np.median(each):,.0f} images/s")
    assert processes.captured is not None
    count = processes.captured.replays
    row("  steps replayed", f"{count:,} of {(rounds + 1) * steps:,}", "nearly all", count > 0.9 * rounds * steps)
    for name, target in (("one by one", 1.0), ("bare captured step", OF_BARE)):
        low, ratio, high = quartiles(seconds[name] / seconds["captured"])
        row(f"  captured / {name}", f"{ratio:.2f}x ({low:.2f} to {high:.2f})", f">= {target}", ratio >= target)


def timed(epoch: Epoch) -> Callable[[], float]:
    """Return a function that runs `epoch` and returns the seconds it took."""

    def run() -> float:
        started = time.perf_counter()
        epoch()
        torch.cuda.synchronize()
        return time.perf_counter() - started

    return run


def ours(config: TrainConfig, images: np.ndarray, processes: OnGpu) -> Epoch:
    """Go on with one training run, an epoch a call."""
    steps = train(begin(config, image((1, 28, 28))), images, processes=processes)
    per_epoch = len(images) // config.batch_size
    return lambda: next(None for step in steps if step and step.step % per_epoch == 0)


def bare(config: TrainConfig, images: np.ndarray) -> Epoch:
    """Train the same network with nothing around it, a step being one graph."""
    model = begin(config, image((1, 28, 28))).model.cuda()
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate, fused=True, capturable=True)
    pixels = as_tensor(images).cuda()
    batch = torch.zeros_like(pixels[: config.batch_size])

    def step() -> None:
        x = batch / 255
        mean, log_variance = model.encoder(x).chunk(2, dim=1)
        z = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
        reconstruction = F.binary_cross_entropy_with_logits(model.decoder(z), x, reduction="sum")
        kl = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum()
        optimizer.zero_grad()
        ((reconstruction + kl) / len(x)).backward()
        optimizer.step()

    aside, graph = torch.cuda.Stream(), torch.cuda.CUDAGraph()
    aside.wait_stream(torch.cuda.current_stream())
    with _arithmetic(config.settled()):
        with torch.cuda.stream(aside):
            for _ in range(3):
                step()
        torch.cuda.current_stream().wait_stream(aside)
        with torch.cuda.graph(graph, stream=aside):
            step()

    def epoch() -> None:
        for rows in torch.randperm(len(pixels), device="cuda").split(config.batch_size):
            torch.index_select(pixels, 0, rows, out=batch)
            graph.replay()

    return epoch


# Runs that end alike


def devices(dataset: Dataset, folder: Path) -> None:
    """Train on either device, and on one after the other, and print where the runs end."""
    print(f"\n{RUN.dataset}, dense, {RUN.epochs} epochs in float32: trained on, and then on")
    config = replace(RUN, precision="float32")
    plans = (("cpu",), ("cuda",), ("cuda", "cpu"), ("cpu", "cuda"))
    ends = {" then ".join(plan): run(config, folder / "-".join(plan), plan) for plan in plans}
    whole, wanted = ends["cpu"], negative_elbo(ends["cpu"].model, dataset)
    for name, state in ends.items():
        found = negative_elbo(state.model, dataset)
        row(f"  {name}", f"{found:.3f} nats", f"within {APART} of the CPU's", abs(found - wanted) <= APART)
        same = state.step == whole.step and torch.equal(state.noise.get_state(), whole.noise.get_state())
        row("    steps, and noise drawn", f"{state.step:,}", "the CPU's", same)


def run(config: TrainConfig, folder: Path, plan: tuple[str, ...]) -> TrainState:
    """Train in a folder on one device after another, each but the last being stopped on its way."""
    for turn, device in enumerate(plan, start=1):
        state, data = training.resume(folder) if turn > 1 else training.start(replace(config, device=device), folder)
        steps = training.Training(state, data, folder, device=device).records()
        with closing(steps):
            for step in steps:
                if turn < len(plan) and step and step.step >= 150:  # in the middle of the second epoch
                    break
    return state


def precisions(dataset: Dataset) -> None:
    """Train one seed in each arithmetic, and print where the runs end."""
    print(f"\n{RUN.dataset}, dense, {RUN.epochs} epochs on the GPU, one seed")
    ends = dict(in_each_precision(dataset))
    for name, found in ends.items():
        apart = abs(found - ends["float32"])
        row(f"  {name}", f"{found:.3f} nats", f"within {APART} of float32's", apart <= APART)


def in_each_precision(dataset: Dataset) -> Iterator[tuple[str, float]]:
    """Yield the name of each arithmetic, and the -ELBO that training in it comes to."""
    for name in ("float32", "bfloat16"):
        state = begin(replace(RUN, precision=name), dataset.item)
        for _ in train(state, dataset.train.things, processes=OnGpu(captured=True)):
            pass
        yield name, negative_elbo(state.model, dataset)
    for name, word in (("bfloat16, accelerate", "bf16"), ("float16, accelerate", "fp16")):
        command = [sys.executable, __file__, "--mixed"]
        environment = os.environ | {"ACCELERATE_MIXED_PRECISION": word}
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        yield name, float(done.stdout.split()[-1])


def ended_in_mixed_precision() -> float:
    """Train as accelerate has been told to, and return the -ELBO that it comes to."""
    dataset = load(RUN.dataset)
    state = begin(replace(RUN, precision="float32"), dataset.item)
    with join() as processes:
        for _ in train(state, dataset.train.things, processes=processes):
            pass
    return negative_elbo(state.model, dataset)


def negative_elbo(model: Model, dataset: Dataset) -> float:
    """Return -ELBO of the test images, measured on the CPU: nats an image."""
    torch.set_float32_matmul_precision("highest")
    return float(measure(model.cpu(), dataset.test.things, seed=0).negative_elbo.mean())


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
