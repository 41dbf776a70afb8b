"""Images a second of training: ours, pythae's trainer and a bare loop, with the same network on the same images.

    pip install --no-deps -r benchmarks/requirements.txt
    python benchmarks/train_throughput.py [--rounds 15] [--images 6400] [--threads 1]

An epoch each in turn, in one process. Measured is the training loop alone:

- ours: `vae.train.train` as `python -m vae train` runs it, with the shuffling, the learning rate's schedule, the sums
  for the records and a record every 50 steps. Its matrix products take bfloat16 inputs where the processor multiplies
  these, which nobody else's here do by default; `float32 throughout` is the same without that;
- pythae: `BaseTrainer.train_step`, an epoch of its trainer at its defaults (DataLoader, Adam, float images in memory,
  the loss read back each step), without its progress bar, the copy of the best model and the files it writes after the
  epoch. Once more with `optimizer_params={"fused": True}`, which is not its default;
- a bare loop: the least that trains the same model with the same fused Adam on the same uint8 images in memory, with
  neither records, schedule nor seeds of its own.

Targets: at least 0.95 times the bare loop, and at batch 64 of the dense network at least 2.0 times pythae.
The rows for batch 256 and the small conv net show how the ratio falls as the layers, equal on all sides, take more of a
step.
"""

import math
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import vae  # noqa: F401, I001 - before torch: it sets how OpenMP's threads wait, for every side
import torch
import torch.nn.functional as F
import tyro

from benchmarks.peer import wrap
from benchmarks.report import conditions, in_turns, quartiles, row
from vae.config import TrainConfig
from vae.data import is_ready, load
from vae.kinds.kind import Item
from vae.training.loop import as_tensor, begin, train

Epoch = Callable[[], None]


def main(rounds: int = 15, images: int = 6_400, threads: int = 1) -> None:
    """Print images a second of each, and our ratio to both.

    Args:
        rounds: Epochs of each that count; one more warms up.
        images: Images in an epoch of the dense network; the conv network gets a quarter of them.
        threads: Threads of every side; one is what `python -m vae train` takes.
    """
    torch.set_num_threads(threads)
    name, pixels = training_images(images)
    print(
        conditions(f"{len(pixels):,} images of {name} an epoch, a quarter of them for conv; medians of {rounds} epochs")
    )
    dense = TrainConfig(
        network="dense", width=512, depth=1, latent_dims=16, batch_size=64, threads=threads, epochs=rounds + 1
    )
    conv = TrainConfig(network="conv", latent_dims=16, batch_size=64, threads=threads, epochs=rounds + 1)
    compare("784-512-16 dense, batch 64", dense, pixels, rounds, at_least=2.0)
    compare("784-512-16 dense, batch 256", replace(dense, batch_size=256), pixels, rounds)
    compare("small conv, batch 64", conv, pixels[: len(pixels) // 4], rounds)


def training_images(most: int) -> tuple[str, np.ndarray]:
    """Return MNIST where it is on disk, otherwise the 4,000 images that need no network."""
    name = "mnist" if is_ready("mnist") else "mnist-5k"
    dataset = load(name)
    return dataset.title, np.asarray(dataset.train.things[:most])


def compare(what: str, config: TrainConfig, images: np.ndarray, rounds: int, at_least: float | None = None) -> None:
    """Train all contestants in turns and print their rows; at_least: the target for our ratio to pythae."""
    with tempfile.TemporaryDirectory() as folder:
        contestants = {
            "ours": ours(config, images),
            "ours, float32 throughout": ours(replace(config, precision="float32"), images),
            "pythae": pythae(config, images, folder),
            "pythae, fused Adam": pythae(config, images, folder, optimizer_params={"fused": True}),
            "bare loop": bare(config, images),
        }
        seconds = in_turns({name: timed(epoch) for name, epoch in contestants.items()}, rounds)
    print(f"\n{what}")
    for name, each in seconds.items():
        row(f"  {name}", f"{len(images) / np.median(each):,.0f} images/s")
    for us in list(contestants)[:2]:
        for name, target in (("pythae", at_least), ("pythae, fused Adam", None), ("bare loop", 0.95)):
            low, ratio, high = quartiles(seconds[name] / seconds[us])
            verdict = () if target is None or us != "ours" else (f">= {target}", ratio >= target)
            row(f"  {us} / {name}", f"{ratio:.2f}x ({low:.2f} to {high:.2f})", *verdict)


def timed(epoch: Epoch) -> Callable[[], float]:
    """Return a function that runs `epoch` and returns the seconds it took."""

    def run() -> float:
        started = time.perf_counter()
        epoch()
        return time.perf_counter() - started

    return run


def ours(config: TrainConfig, images: np.ndarray) -> Epoch:
    """Go on with one training run, an epoch a call."""
    steps = train(begin(config, _item(images)), images)
    per_epoch = math.ceil(len(images) / config.batch_size)

    def epoch() -> None:
        next(step for step in steps if step and step.step % per_epoch == 0)

    return epoch


def pythae(config: TrainConfig, images: np.ndarray, folder: str, **settings: Any) -> Epoch:
    """Go on with one run of pythae's trainer, an epoch a call; `settings` are its own."""
    from pythae.data.preprocessors import DataProcessor
    from pythae.trainers import BaseTrainer, BaseTrainerConfig

    trainer = BaseTrainer(
        wrap(begin(config, _item(images)).model),
        DataProcessor().to_dataset(as_tensor(images).float() / 255),
        training_config=BaseTrainerConfig(
            output_dir=folder,
            per_device_train_batch_size=config.batch_size,
            learning_rate=config.learning_rate,
            no_cuda=True,
            **settings,
        ),
    )
    trainer.prepare_training()
    trainer.callback_handler.callbacks.clear()  # its progress bar, which no setting turns off
    return lambda: trainer.train_step(1)


def bare(config: TrainConfig, images: np.ndarray) -> Epoch:
    """Train the same network with nothing around it."""
    model = begin(config, _item(images)).model
    encoder, decoder = model.encoder, model.decoder
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate, fused=True)
    pixels = as_tensor(images)

    def epoch() -> None:
        for batch in torch.randperm(len(pixels)).split(config.batch_size):
            x = pixels[batch] / 255
            mean, log_variance = encoder(x).chunk(2, dim=1)
            z = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
            reconstruction = F.binary_cross_entropy_with_logits(decoder(z), x, reduction="sum")
            kl = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum()
            optimizer.zero_grad()
            ((reconstruction + kl) / len(x)).backward()
            optimizer.step()

    return epoch


def _item(images: np.ndarray) -> Item:
    return Item("image", images.shape[1:])


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
