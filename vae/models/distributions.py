"""The distributions a VAE is made of: q(z|x), p(z) and p(x|z), as small frozen objects over tensors.

Every log-probability and divergence is in nats.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor


class Belief(Protocol):
    """What an encoder makes of things: where each lies, and how sure that is."""

    @property
    def centre(self) -> Tensor:
        """Return where a map puts each, [n, d]."""

    def at(self, noise: Tensor) -> Tensor:
        """Return the codes that standard normal noise makes draws of, [n, d]."""

    def kl_to_prior(self) -> Tensor:
        """Return what a code costs, by its parts, [n, k] nats; [n, 0] where there is no prior."""

    def spread(self) -> Tensor | None:
        """Return the standard deviation of each coordinate, [n, d]; None where a code is a point."""


@dataclass(frozen=True)
class Point:
    """A code that is sure: one point and no more; centre: [n, d]."""

    centre: Tensor

    def at(self, noise: Tensor) -> Tensor:
        """Return the point itself, whatever the noise."""
        return self.centre

    def kl_to_prior(self) -> Tensor:
        """Return [n, 0]: there is no prior that it could be held against."""
        return self.centre[:, :0]

    def spread(self) -> None:
        """Return None: it has none."""


@dataclass(frozen=True)
class Normal:
    """A normal distribution with a diagonal covariance; mean, log_variance: [n, d]."""

    mean: Tensor
    log_variance: Tensor

    @property
    def centre(self) -> Tensor:
        """Return the mean."""
        return self.mean

    def spread(self) -> Tensor:
        """Return sigma, [n, d]."""
        return (0.5 * self.log_variance).exp()

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """Draw z ~ N(mean, sigma^2), [n, d]; drawn on the CPU, so that a seed gives the same on every device."""
        return self.at(torch.randn(self.mean.shape, generator=generator, dtype=self.mean.dtype).to(self.mean.device))

    def at(self, noise: Tensor) -> Tensor:
        """Return z = mean + sigma * epsilon for noise epsilon ~ N(0, 1), [n, d]: the reparameterisation trick.

        The noise does not depend on the parameters, so gradients pass through mean and sigma.
        Kingma & Welling 2013, arXiv 1312.6114, section 2.4.
        """
        return torch.addcmul(self.mean, self.spread(), noise)

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log q(z), [..., n] nats, of z: [..., n, d]."""
        squared = (z - self.mean).square() * (-self.log_variance).exp()
        return -0.5 * (squared + self.log_variance + math.log(2 * math.pi)).sum(-1)

    def kl_to_prior(self) -> Tensor:
        """Return KL(q || N(0, I)) of each dimension, [n, d] nats.

        (mean^2 + sigma^2 - log sigma^2 - 1) / 2; Kingma & Welling 2013, appendix B.
        """
        return 0.5 * (self.mean.square() + self.log_variance.exp() - self.log_variance - 1)


def standard_normal_log_prob(z: Tensor) -> Tensor:
    """Return log p(z) under the prior N(0, I), [...] nats, of z: [..., d]."""
    return -0.5 * (z.square() + math.log(2 * math.pi)).sum(-1)


@dataclass(frozen=True)
class Bernoulli:
    """Independent pixels with probability sigmoid(logits); logits: [n, C, H, W].

    Grey targets in [0, 1] are taken as probabilities. The cross entropy is then a lower bound on the mean
    log-probability of the image turned black and white at random, pixel by pixel, and no density of the grey levels
    (Loaiza-Ganem & Cunningham 2019, arXiv 1907.06845). Even an exact reconstruction costs the levels' own entropy: see
    `floor` in vae/explore/likelihood.py.
    """

    logits: Tensor

    @property
    def mean(self) -> Tensor:
        """Return the expected image, in [0, 1]."""
        return self.logits.sigmoid()

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x), [n] nats: x * logits - log(1 + exp(logits)), summed over the pixels."""
        return (x * self.logits - F.softplus(self.logits)).flatten(1).sum(1)


@dataclass(frozen=True)
class Gaussian:
    """Independent pixels around `mean` with one learnt standard deviation for all; mean: [n, C, H, W].

    Rybkin et al. 2020, arXiv 2006.13202 (sigma-VAE): a learnt sigma balances reconstruction and KL by itself.
    """

    mean: Tensor
    log_scale: Tensor

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x), [n] nats."""
        squared = ((x - self.mean) * (-self.log_scale).exp()).square()
        return -0.5 * (squared + 2 * self.log_scale + math.log(2 * math.pi)).flatten(1).sum(1)


Likelihood = Bernoulli | Gaussian
