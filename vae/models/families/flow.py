"""The flow VAE: a prior, and if wanted a posterior, that a normalizing flow bends out of a normal.

p(z) is what a RealNVP makes of noise u ~ N(0, I) (Dinh, Sohl-Dickstein & Bengio 2017, arXiv 1605.08803; as the prior of
a VAE: Chen et al. 2017, Variational lossy autoencoder, arXiv 1611.02731), and q(z|x) a diagonal normal, or what such a
flow, told of that normal, makes of it (Rezende & Mohamed 2015, arXiv 1505.05770). A hand moves in u, where the prior is
N(0, I): decoding a code is to bend u into z, and then to decode z.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from vae.errors import InputError
from vae.models.distributions import Drawn, Normal
from vae.models.model import Model
from vae.networks.build import build_quiet
from vae.plans.flows import couplings, halves

WIDEST = 3.0
"""How far the logarithm of a scale may be from 0 in one step, so that no step makes a point of a line."""


class Coupling(nn.Module):
    """One step of a flow: half of the coordinates stay, and say by which scale and shift the others are bent.

    Dinh, Sohl-Dickstein & Bengio 2017, equations 7 and 8.
    """

    def __init__(self, says: nn.Module, sizes: tuple[int, int], swapped: bool) -> None:
        """says: kept coordinates, and what is told, to log scales and shifts. swapped: the second half is kept."""
        super().__init__()
        self.says, self.sizes, self.swapped = says, sizes, swapped

    def forward(self, x: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Bend x, [n, d]; return it with the log of how much space grew there, [n]."""
        kept, bent = self._parted(x)
        log_scale, shift = self._said(kept, told)
        return self._joined(kept, bent * log_scale.exp() + shift), log_scale.sum(1)

    def inverse(self, y: Tensor, told: Tensor) -> Tensor:
        """Return the x, [n, d], that `forward` bends into y."""
        kept, bent = self._parted(y)
        log_scale, shift = self._said(kept, told)
        return self._joined(kept, (bent - shift) * (-log_scale).exp())

    def _said(self, kept: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        log_scale, shift = self.says(torch.cat([kept, told], 1)).split(self.sizes[0 if self.swapped else 1], 1)
        return WIDEST * (log_scale / WIDEST).tanh(), shift

    def _parted(self, x: Tensor) -> tuple[Tensor, Tensor]:
        first, second = x.split(self.sizes, 1)
        return (second, first) if self.swapped else (first, second)

    def _joined(self, kept: Tensor, bent: Tensor) -> Tensor:
        return torch.cat([bent, kept] if self.swapped else [kept, bent], 1)


class Flow(nn.Module):
    """Steps that bend one half of a code and the other in turn (RealNVP)."""

    def __init__(self, dims: int, steps: int, told: int = 0) -> None:
        super().__init__()
        says = build_quiet(*couplings(dims, steps, told))  # training begins near to a plain VAE
        self.steps = nn.ModuleList(Coupling(each, halves(dims), i % 2 == 1) for i, each in enumerate(says))

    def forward(self, x: Tensor, told: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Bend x, [n, d], which may be told [n, t]; return it with the log of how much space grew there, [n]."""
        told, grown = x[:, :0] if told is None else told, x.new_zeros(x.shape[0])
        for step in self.steps:
            x, more = step(x, told)
            grown = grown + more
        return x, grown

    def inverse(self, y: Tensor) -> Tensor:
        """Return the x, [n, d], that this flow, told nothing, bends into y."""
        for step in reversed(self.steps):
            assert isinstance(step, Coupling)
            y = step.inverse(y, y[:, :0])
        return y


class Bent(nn.Module):
    """Decode u by way of the z that `prior` bends into u."""

    def __init__(self, decoder: nn.Module, prior: Flow) -> None:
        super().__init__()
        self.decoder, self.prior = decoder, prior

    def forward(self, u: Tensor) -> Tensor:
        return self.decoder(self.prior.inverse(u))


@dataclass(frozen=True)
class Flowed:
    """What a flow VAE makes of things: a normal, mean and log_variance [n, d], and how draws from it go on to u."""

    mean: Tensor
    log_variance: Tensor
    model: "FlowVAE"

    def draw(self, noise: Tensor) -> Drawn:
        """Return codes for noise ~ N(0, 1), [n, d]; their KL has no closed form, and is what the draws say of it.

        log q - log p = log N(noise) - sum log sigma - log |du/dz| - log N(u).
        """
        u, grown = self._on(self._normal.at(noise))
        surplus = 0.5 * (u.square() - noise.square() - self.log_variance).sum(1) - grown
        return Drawn(u, surplus[:, None], lambda: surplus)

    @property
    def centre(self) -> Tensor:
        """Return where the normal's mean comes to in u."""
        return self._arrived.mean

    def spread(self) -> Tensor:
        """Return how far sigma reaches in u, [n, d]: the root of the summed squares of half the ways between both ends.

        For a flow that is straight over such ways this is the standard deviation.
        """
        return self._arrived.spread()

    def nats(self) -> Tensor:
        """Return the KL to N(0, 1) of a normal with centre and spread, by coordinate: near to what each costs."""
        return self._arrived.nats()

    @property
    def _normal(self) -> Normal:
        return Normal(self.mean, self.log_variance)

    def _on(self, z: Tensor, times: int = 1) -> tuple[Tensor, Tensor]:
        """Return where draws of the normal, [times * n, d], come to in u, and the log of how much space grew there."""
        grown = z.new_zeros(z.shape[0])
        if self.model.posterior is not None:
            z, grown = self.model.posterior(z, torch.cat([self.mean, self.log_variance], 1).repeat(times, 1))
        u, more = self.model.decoder.prior(z)
        return u, grown + more

    @cached_property
    def _arrived(self) -> Normal:
        """Send the mean, and it plus and minus sigma along each coordinate, through the flows at once."""
        dims = self.model.latent_dims
        steps = torch.eye(dims, device=self.mean.device)[:, None] * self._normal.spread()  # [d, n, d]: along each alone
        ways = torch.cat([torch.zeros_like(steps[:1]), steps, -steps])
        times = 2 * dims + 1
        reached = self._on((self.mean + ways).flatten(0, 1), times)[0].view(times, -1, dims)
        centre, ahead, back = reached.split([1, dims, dims])
        return Normal(centre[0], (0.5 * (ahead - back)).square().sum(0).log())


class FlowVAE(Model):
    """Encode things to a normal, and go on from there by flows to codes whose prior is N(0, I)."""

    costs = 1
    decoder: Bent

    def __init__(self, *args: Any, prior_steps: int = 4, posterior_steps: int = 0, **more: Any) -> None:
        """prior_steps, posterior_steps: of the flow that bends the prior, and of the posterior's, which may be none."""
        super().__init__(*args, **more)
        if self.latent_dims < 2:
            raise InputError("A flow bends coordinates by one another, and needs two of them: set latent_dims to 2.")
        self.decoder = Bent(self.decoder, Flow(self.latent_dims, prior_steps))
        self.posterior = Flow(self.latent_dims, posterior_steps, told=2 * self.latent_dims) if posterior_steps else None

    def encode(self, x: Tensor, given: Tensor | None = None) -> Flowed:
        """Return what things [n, C, H, W] in [0, 1] become."""
        mean, log_variance = self.encoder(x).to(x.dtype).split(self.latent_dims, 1)
        return Flowed(mean, log_variance, self)
