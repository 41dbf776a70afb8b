"""The discrete VAE: a code is a row of choices, each one of several ways.

q(z|x) and p(z) are categorical, p even. While it trains a choice is relaxed, by the Gumbel-softmax of a temperature
that falls, so that gradients pass: Jang, Gu & Poole 2017, Categorical reparameterization with Gumbel-softmax, arXiv
1611.01144; Maddison, Mnih & Teh 2017, The concrete distribution, arXiv 1611.00712. Measured and drawn it is a choice. A
hand moves in the shares of the choices' ways, one choice after the other: 1 for what is chosen, 0 for what is not.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vae.models.distributions import Drawn
from vae.models.model import Model
from vae.plans.choices import ways_of

RAREST = 1e-8
"""Share of N(0, 1) beyond the farthest numbers that are told apart: single precision has no more digits."""


@dataclass(frozen=True)
class Choices:
    """What an encoder makes of things.

    logits: [n, d], of `ways` ways each choice; temperature: of a relaxed draw, None where a draw is a choice.
    """

    logits: Tensor
    ways: int
    temperature: Tensor | float | None = None

    @property
    def centre(self) -> Tensor:
        """Return how likely each way is, [n, d]."""
        return self._logs.exp().flatten(1)

    def spread(self) -> Tensor:
        """Return the standard deviation of whether a way is chosen, sqrt(p (1 - p)), [n, d]."""
        p = self._logs.exp()
        # 1 - p is the sum of the others: of a choice that is nearly sure it has more digits so.
        return (p * (p @ (1 - torch.eye(self.ways, dtype=p.dtype, device=p.device)))).sqrt().flatten(1)

    def nats(self) -> Tensor:
        """Return the part that each way has of its choice's KL to an even one, [n, d]: p log K p - p + 1 / K.

        None is below 0, and over the K ways of a choice they sum to its KL, sum p log K p.
        """
        logs = self._logs
        p = logs.exp()
        return (p * (logs + math.log(self.ways)) - p + 1 / self.ways).flatten(1)

    def draw(self, noise: Tensor) -> Drawn:
        """Return codes for noise ~ N(0, 1), [n, d], with their KL in closed form."""
        logs = self._logs
        drawn = logs + gumbel(noise).view_as(logs)
        chosen = largest(drawn)
        z = chosen if self.temperature is None else (drawn / self.temperature).softmax(-1)
        surplus = (chosen * (logs + math.log(self.ways))).flatten(1).sum(1)
        return Drawn(z.flatten(1), self.nats(), lambda: surplus)

    @property
    def _logs(self) -> Tensor:
        return self.logits.unflatten(1, (-1, self.ways)).log_softmax(-1)


def gumbel(noise: Tensor) -> Tensor:
    """Return Gumbel noise, -log(-log u), of the share u that N(0, 1) has below each number of standard normal noise.

    By the share beyond the number on its own side, which has the more digits, and by erf, which graphs have, too.
    """
    beyond = (0.5 - 0.5 * torch.erf(noise.abs() * math.sqrt(0.5))).clamp_min(RAREST)
    nearly = torch.where(beyond < 1e-3, beyond * (1 + 0.5 * beyond), -(1 - beyond).log())  # -log(1 - beyond)
    return -torch.where(noise > 0, nearly, -beyond.log()).log()


def largest(values: Tensor) -> Tensor:
    """Return 1 for the largest of the last axis, 0 for the others."""
    return (values >= values.amax(-1, keepdim=True)).to(values.dtype)


class DiscreteVAE(Model):
    """A VAE whose code is a row of choices."""

    heads = 1

    def __init__(self, *args: Any, ways: int = 10, temperature: float = 0.5, **more: Any) -> None:
        """ways: the most that a choice has; temperature: what that of the relaxation falls to, from 1."""
        super().__init__(*args, **more)
        self.ways, self.coldest = ways_of(self.latent_dims, ways), temperature
        self.groups = [f"choice {1 + dim // self.ways}" for dim in range(self.latent_dims)]

    def draw(self, noise: Tensor) -> Tensor:
        """Return codes [n, d] of the prior: of noise that is alike everywhere each way is the largest as often."""
        return largest(noise.unflatten(1, (-1, self.ways))).flatten(1)

    def encode(self, x: Tensor, given: Tensor | None = None) -> Choices:
        """Return what things [n, C, H, W] become."""
        # Jang and others let it fall along an exponential, and hold it where it is low enough.
        warm = self.coldest ** torch.as_tensor(self.progress, dtype=x.dtype) if self.training else None
        return Choices(self.encoder(x).to(x.dtype), self.ways, warm)
