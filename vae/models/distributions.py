"""What codes are drawn from: q(z|x) and p(z), as small frozen objects over tensors; p(x|z) is in likelihoods.py.

Every log-probability and divergence is in nats.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Protocol

import torch
from torch import Tensor


@dataclass(frozen=True)
class Drawn:
    """Codes drawn from a belief, and what they cost.

    code: [n, d]; kl: [n, k] nats, KL(q(z|x) || p(z)) by its parts, in closed form where there is one, else what these
    draws say of it, [n, 0] where there is no prior; surplus: log q(z|x) - log p(z) of these very codes, [n] nats,
    computed where it is asked for.
    """

    code: Tensor
    kl: Tensor
    surplus: Callable[[], Tensor]


class Belief(Protocol):
    """What an encoder makes of things: where each lies, and how sure that is."""

    @property
    def centre(self) -> Tensor:
        """Return where a map puts each, [n, d]."""

    def draw(self, noise: Tensor) -> Drawn:
        """Return the codes that standard normal noise, [n, *model.noise], makes draws of."""

    def spread(self) -> Tensor | None:
        """Return the standard deviation of each coordinate, [n, d]; None where a code is a point."""

    def nats(self) -> Tensor | None:
        """Return what each coordinate costs, [n, d], as far as that can be told of one; None where it cannot."""


def repeated(belief: Belief, times: int) -> Belief:
    """Return a belief over the same things one time after the other, [times * n]: each tensor in it is repeated."""
    parts = {each.name: getattr(belief, each.name) for each in fields(belief)}  # type: ignore[arg-type]
    tensors = {name: part for name, part in parts.items() if isinstance(part, Tensor)}
    return replace(belief, **{name: part.repeat(times, *[1] * (part.ndim - 1)) for name, part in tensors.items()})  # type: ignore[type-var]


@dataclass(frozen=True)
class Point:
    """A code that is sure: one point and no more; centre: [n, d]. There is no prior that it could be held against."""

    centre: Tensor

    def draw(self, noise: Tensor) -> Drawn:
        """Return the point itself, whatever the noise, which costs nothing."""
        return Drawn(self.centre, self.centre[:, :0], lambda: self.centre[:, :0].sum(1))

    def spread(self) -> None:
        """Return None: it has none."""

    def nats(self) -> None:
        """Return None: nothing says what it costs."""


@dataclass(frozen=True)
class Normal:
    """A normal distribution with a diagonal covariance beside a standard normal prior; mean, log_variance: [n, d]."""

    mean: Tensor
    log_variance: Tensor

    @property
    def centre(self) -> Tensor:
        """Return the mean."""
        return self.mean

    def spread(self) -> Tensor:
        """Return sigma, [n, d]."""
        return (0.5 * self.log_variance).exp()

    def nats(self) -> Tensor:
        """Return KL(q || N(0, I)) of each dimension, [n, d] nats.

        (mean^2 + sigma^2 - log sigma^2 - 1) / 2; Kingma & Welling 2013, appendix B.
        """
        return 0.5 * (self.mean.square() + self.log_variance.exp() - self.log_variance - 1)

    def draw(self, noise: Tensor) -> Drawn:
        """Return codes for noise ~ N(0, 1), [n, d], with their KL in closed form."""
        z = self.at(noise)
        # log q(z|x) from the noise itself: exact, and free of the cancellation in (z - mean) / sigma.
        return Drawn(z, self.nats(), lambda: 0.5 * (z.square() - noise.square() - self.log_variance).sum(-1))

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """Draw z ~ N(mean, sigma^2), [n, d]; drawn on the CPU, so that a seed gives the same on every device."""
        return self.at(torch.randn(self.mean.shape, generator=generator, dtype=self.mean.dtype).to(self.mean.device))

    def at(self, noise: Tensor) -> Tensor:
        """Return z = mean + sigma * epsilon for noise epsilon ~ N(0, 1), [n, d]: the reparameterisation trick.

        The noise does not depend on the parameters, so gradients pass through mean and sigma.
        Kingma & Welling 2013, arXiv 1312.6114, section 2.4.
        """
        return torch.addcmul(self.mean, self.spread(), noise)

    def log_prob_of_each(self, z: Tensor) -> Tensor:
        """Return log q(z_j) of each coordinate, [..., n, d] nats, of z: [..., n, d]."""
        squared = (z - self.mean).square() * (-self.log_variance).exp()
        return -0.5 * (squared + self.log_variance + math.log(2 * math.pi))

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log q(z), [..., n] nats, of z: [..., n, d]."""
        return self.log_prob_of_each(z).sum(-1)


def standard_normal_log_prob(z: Tensor) -> Tensor:
    """Return log p(z) under the prior N(0, I), [...] nats, of z: [..., d]."""
    return -0.5 * (z.square() + math.log(2 * math.pi)).sum(-1)
