"""How weights move: the optimiser, and how far a step goes as the run proceeds."""

import math
from collections.abc import Iterable

import torch
from torch import nn

from vae.config import TrainConfig
from vae.families import family
from vae.models.objectives import warm_up

MOMENTUM = 0.9
"""Of SGD, as it is commonly set; Sutskever et al. 2013, On the importance of initialization and momentum."""

DECAY = 0.01
"""Of the weights in AdamW, times the learning rate a step, as torch has it."""

RISE = 0.05
"""The share of a run over which the rate rises where it does."""


def optimizer_of(config: TrainConfig, weights: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """Return the optimiser of these settings.

    A fused step updates all weights in one pass; unfused Adam is half the time of a step on small networks.
    """
    betas = family(config.family).betas
    if config.optimizer == "sgd":
        return torch.optim.SGD(weights, lr=config.learning_rate, momentum=MOMENTUM, fused=True)
    if config.optimizer == "adamw":
        return torch.optim.AdamW(weights, lr=config.learning_rate, betas=betas, weight_decay=DECAY, fused=True)
    return torch.optim.Adam(weights, lr=config.learning_rate, betas=betas, fused=True)


def rate_at(schedule: str, rate: float, step: int, steps: int) -> float:
    """Return the learning rate of `step`, counted from 0, in a run of so many that starts from `rate`."""
    if schedule == "constant":
        return rate
    if schedule == "warmup":
        rise = max(1, round(RISE * steps))
        if step < rise:
            return rate * warm_up(step, rise + 1)
        return cosine(rate, step - rise, max(1, steps - rise))
    return cosine(rate, step, steps)


def cosine(rate: float, step: int, steps: int) -> float:
    """Loshchilov & Hutter 2017, arXiv 1608.03983, one period without restart."""
    return rate * 0.5 * (1 + math.cos(math.pi * step / steps))
