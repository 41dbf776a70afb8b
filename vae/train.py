"""Training as a generator: the loop computes, the caller draws, saves and stops."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vae.config import TrainConfig
from vae.errors import InputError
from vae.models import FAMILIES
from vae.models.gaussian import GaussianVAE
from vae.networks import ImageShape
from vae.objectives import elbo, warm_up
from vae.records import Step


@dataclass
class TrainState:
    """All that a run needs to go on: it is changed in place, one whole step at a time."""

    config: TrainConfig
    model: GaussianVAE
    optimizer: torch.optim.Adam
    noise: torch.Generator
    step: int = 0


def begin(config: TrainConfig, image_shape: ImageShape) -> TrainState:
    """Make a fresh model and optimiser for images of `image_shape` [C, H, W]; same seed, same weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        model = FAMILIES["gaussian"](
            image_shape, config.latent_dims, config.network, config.width, config.depth, config.likelihood
        )
    # The fused step updates all weights in one pass; unfused Adam is half the time of a step on small networks.
    optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate, fused=True)
    return TrainState(config, model, optimizer, torch.Generator().manual_seed(config.seed))


def train(state: TrainState, images: np.ndarray, every: int = 50) -> Iterator[Step]:
    """Train on uint8 images [N, H, W, C], yielding a record every `every` steps and after each epoch.

    Between two records the state may be saved; training from the saved state goes on as if it had never stopped.
    The images stay uint8 in memory and are sliced by index: a DataLoader costs more than the step of a small network.
    """
    config, model, optimizer = state.config.settled(), state.model, state.optimizer
    pixels = as_tensor(images)
    per_epoch = math.ceil(len(pixels) / config.batch_size)
    steps = per_epoch * config.epochs
    model.train()
    record = _Record(config.latent_dims)
    while state.step < steps:
        epoch, first = divmod(state.step, per_epoch)
        order = torch.randperm(len(pixels), generator=torch.Generator().manual_seed(_mix(config.seed, epoch)))
        for batch in order.split(config.batch_size)[first:]:
            weight = config.beta * warm_up(state.step, round(config.warmup_epochs * per_epoch))
            rate = _cosine(config.learning_rate, state.step, steps)
            for group in optimizer.param_groups:
                group["lr"] = rate
            with _arithmetic(config):
                terms = elbo(model, pixels[batch].float().div_(255), state.noise, weight)
                optimizer.zero_grad()
                terms.loss.backward()
                optimizer.step()
            state.step += 1
            record.add(terms.reconstruction, terms.kl)
            if state.step % every == 0 or state.step % per_epoch == 0:
                yield record.take(state.step, steps, state.step // per_epoch, weight, rate)


@contextmanager
def _arithmetic(config: TrainConfig) -> Iterator[None]:
    """Compute as the settings say for a while: threads and precision belong to the process, and a caller has its own.

    One thread: with waits that do not spin, two are slower on small networks (784-512-16, batches of 64: 16,200 images
    a second with two, 24,500 with one), and a result that does not depend on the cores is one that others get.
    Products of inputs rounded to bfloat16 and summed in float32 make a dense step 1.5 times as fast; -ELBO after
    four epochs moved by 0.01 nats where another seed moves it by 0.3. Torch keeps to float32 on other processors.
    """
    threads, precision = torch.get_num_threads(), torch.get_float32_matmul_precision()
    torch.set_num_threads(config.threads)
    torch.set_float32_matmul_precision("medium" if config.precision == "bfloat16" else "highest")
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_float32_matmul_precision(precision)


def as_tensor(images: np.ndarray) -> Tensor:
    """Copy uint8 images [N, H, W, C] into one tensor [N, C, H, W]."""
    return torch.from_numpy(images.transpose(0, 3, 1, 2).copy())


class _Record:
    """Sum up the terms since the last record, without waiting for the numbers."""

    def __init__(self, latent_dims: int) -> None:
        self.latent_dims = latent_dims
        self.clear()

    def clear(self) -> None:
        self.images, self.since = 0, time.perf_counter()
        self.reconstruction, self.kl = torch.zeros(()), torch.zeros(self.latent_dims)

    def add(self, reconstruction: Tensor, kl: Tensor) -> None:
        self.images += len(kl)
        self.reconstruction += reconstruction.detach().sum()
        self.kl += kl.detach().sum(0)

    def take(self, step: int, steps: int, epoch: int, weight: float, rate: float) -> Step:
        speed = self.images / (time.perf_counter() - self.since)
        reconstruction = float(self.reconstruction) / self.images
        kl = tuple((self.kl / self.images).tolist())
        self.clear()
        taken = Step(step, steps, epoch, reconstruction, kl, weight, rate, speed)
        if not math.isfinite(taken.negative_elbo):
            raise InputError(
                f"Training diverged at step {step}: the loss is no longer a number. "
                f"Try a smaller learning_rate (now {rate:.2g})."
            )
        return taken


def _cosine(rate: float, step: int, steps: int) -> float:
    """Loshchilov & Hutter 2017, arXiv 1608.03983, one period without restart."""
    return rate * 0.5 * (1 + math.cos(math.pi * step / steps))


def _mix(seed: int, epoch: int) -> int:
    """Give each epoch of each seed its own order, and let a resumed run find it again."""
    return seed * 1_000_003 + epoch + 1
