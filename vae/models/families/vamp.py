"""The VAE with a VampPrior: a prior that is the mean of the posteriors of things that are learnt, the pseudo-inputs.

p(z) = 1/K sum_k q(z|u_k): Tomczak & Welling 2018, VAE with a VampPrior, arXiv 1705.07120, equation 9. It is what the
bound asks of a prior, the mean of the posteriors of all the data, with few things in place of all. A hand moves in z.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from vae.models.distributions import Drawn, Normal
from vae.models.model import Model

FIRST_NOISE = 0.1
"""How far pseudo-inputs are apart at first: enough to become unlike each other, too little to hide what they become."""


@dataclass(frozen=True)
class Mixture:
    """K clouds, each as likely as another; each: normals whose mean and log_variance are [K, d]."""

    each: Normal

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log p(z), [n] nats, of z: [n, d]."""
        # ((z - m) / s)^2 multiplied out: three matrix products in place of n K d numbers. Taken from where the clouds
        # lie, so that large numbers do not cancel.
        middle = self.each.mean.mean(0)
        z, m, sharp = z - middle, self.each.mean - middle, (-self.each.log_variance).exp()
        squared = z.square() @ sharp.T - 2 * z @ (m * sharp).T + (m.square() * sharp).sum(1)
        logs = -0.5 * (squared + (self.each.log_variance + math.log(2 * math.pi)).sum(1))
        return logs.logsumexp(1) - math.log(len(m))

    def at(self, noise: Tensor) -> Tensor:
        """Return draws, [n, d], for noise ~ N(0, 1), [n, d + 1]: the last number says which of the clouds."""
        mean = self.each.mean
        share = 0.5 * (1 + torch.erf(noise[:, -1] * math.sqrt(0.5)))
        chosen = (share * mean.shape[0]).long().clamp(0, mean.shape[0] - 1)
        return torch.addcmul(mean.index_select(0, chosen), self.each.spread().index_select(0, chosen), noise[:, :-1])

    @cached_property
    def whole(self) -> Normal:
        """Return the normal, mean and log_variance [d], that has the mixture's mean and variances."""
        mean = self.each.mean.mean(0)
        within, between = self.each.log_variance.exp().mean(0), (self.each.mean - mean).square().mean(0)
        return Normal(mean, (within + between).log())


@dataclass(frozen=True)
class AmongOthers:
    """A normal, mean and log_variance [n, d], beside the prior that the pseudo-inputs are at the time."""

    mean: Tensor
    log_variance: Tensor
    model: "VampVAE"

    def draw(self, noise: Tensor) -> Drawn:
        """Return codes for noise ~ N(0, 1), [n, d]; their KL has no closed form, and is what the draws say of it."""
        z = self._normal.at(noise)
        log_q = -0.5 * (noise.square() + self.log_variance + math.log(2 * math.pi)).sum(1)
        surplus = log_q - self.model.prior.log_prob(z)
        return Drawn(z, surplus[:, None], lambda: surplus)

    @property
    def centre(self) -> Tensor:
        """Return the mean."""
        return self.mean

    def spread(self) -> Tensor:
        """Return sigma, [n, d]."""
        return self._normal.spread()

    def nats(self) -> Tensor:
        """Return the KL to the normal of the prior's mean and variances, by coordinate: about what each costs.

        The prior itself has no coordinates that are independent of each other, among which a cost could be shared out.
        """
        whole = self.model.prior.whole
        scaled = Normal(
            (self.mean - whole.mean) * (-0.5 * whole.log_variance).exp(), self.log_variance - whole.log_variance
        )
        return scaled.nats()

    @property
    def _normal(self) -> Normal:
        return Normal(self.mean, self.log_variance)


class VampVAE(Model):
    """A VAE with a normal posterior, whose prior is the mean of the posteriors of its pseudo-inputs."""

    costs = 1

    def __init__(self, *args: Any, pseudo_inputs: int = 100, **more: Any) -> None:
        """pseudo_inputs: how many there are."""
        super().__init__(*args, **more)
        self.pseudo = nn.Parameter(FIRST_NOISE * torch.randn(pseudo_inputs, *self.image_shape))
        self._prior: Mixture | None = None

    @property
    def dice(self) -> int:
        """Return how many standard normal numbers a draw takes: one says of which cloud."""
        return self.latent_dims + 1

    @property
    def learnt(self) -> Tensor:
        """Return the pseudo-inputs: things [K, C, H, W] whose posteriors are the prior; bounded where their kind is."""
        bounds = self.kind.bounds
        return self.pseudo if bounds is None else bounds[0] + (bounds[1] - bounds[0]) * self.pseudo.sigmoid()

    @property
    def prior(self) -> Mixture:
        """Return p(z) as the weights have it now."""
        return self._prior or Mixture(self._posterior(self.learnt))

    def draw(self, noise: Tensor) -> Tensor:
        """Return codes [n, d] drawn from the prior by noise [n, d + 1]."""
        return self.prior.at(noise)

    @contextmanager
    def still(self) -> Iterator[None]:
        """Keep the prior as it is now; no weight may change meanwhile."""
        with torch.no_grad():
            self._prior = self.prior
        try:
            yield
        finally:
            self._prior = None

    def encode(self, x: Tensor, given: Tensor | None = None) -> AmongOthers:
        """Return the posterior q(z|x) of things [n, C, H, W]."""
        posterior = self._posterior(x)
        return AmongOthers(posterior.mean, posterior.log_variance, self)

    def _posterior(self, x: Tensor) -> Normal:
        mean, log_variance = self.encoder(x).to(x.dtype).split(self.latent_dims, 1)
        return Normal(mean, log_variance)
