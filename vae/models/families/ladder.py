"""The ladder VAE: floors of codes one above the other, each floor's prior told by those above it.

p(z) = p(z_1) p(z_2|z_1) ..., the top floor first, and q(z_i|x, z_above) is p(z_i|z_above) times what the encoder has
seen, each weighed by how sure it is: Sønderby et al. 2016, Ladder variational autoencoders, arXiv 1602.02282,
equations 11 and 12. Here the decoder sees every floor, and not the lowest one alone.

A code is kept as the noise that makes it, z_i = m_i(z_above) + s_i(z_above) e_i. A hand moves in e, whose prior is
N(0, I) on every floor, and to move a floor leaves those above it alone. KL and density ratios are the same in e as in
z, because one is an affine map of the other once the floors above are known.
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
from vae.plans.floors import sizes_of, tells

WIDEST = 3.0
"""How far the logarithm of a floor's spread may be from that of the top one's, 1, so that no prior is a point."""

MOST_UNSURE = 12.0
"""The most that the logarithm of a variance may be of what the encoder has seen: its own precision is nothing then."""


class Ladder(nn.Module):
    """Decode noise by way of the floors' codes; `tells[i]` says what the floors above floor i + 1 make its prior."""

    def __init__(self, decoder: nn.Module, sizes: list[int]) -> None:
        super().__init__()
        self.decoder, self.sizes = decoder, sizes
        # Every floor begins near to the prior N(0, I), whatever stands above it.
        self.tells = nn.ModuleList(build_quiet(*tells(sum(sizes), {"floors": len(sizes)})))

    def prior(self, floor: int, above: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log of the standard deviation of a floor's codes, [n, size], given all codes above it."""
        if floor == 0:
            nothing = above.new_zeros(above.shape[0], self.sizes[0])
            return nothing, nothing
        mean, log_scale = self.tells[floor - 1](above).split(self.sizes[floor], 1)
        return mean, WIDEST * (log_scale / WIDEST).tanh()

    def climb_down(self, noise: Tensor) -> Tensor:
        """Return the codes z that noise e, [n, d], stands for."""
        z = noise[:, :0]
        for floor, part in enumerate(noise.split(self.sizes, 1)):
            mean, log_scale = self.prior(floor, z)
            z = torch.cat([z, mean + log_scale.exp() * part], 1)
        return z

    def forward(self, code: Tensor) -> Tensor:
        return self.decoder(self.climb_down(code))


@dataclass(frozen=True)
class Floors:
    """What a ladder makes of things: seen, log_variance: [n, d], what the encoder alone says of all floors' codes."""

    seen: Tensor
    log_variance: Tensor
    ladder: Ladder

    def along(self, noise: Tensor) -> Normal:
        """Return q(e|x) where each floor is drawn by `noise`, [n, d], before the one below it is asked: a normal."""
        z = self.seen[:, :0]
        means, log_variances = [], []
        sizes = self.ladder.sizes
        parts = zip(self.seen.split(sizes, 1), self.log_variance.split(sizes, 1), noise.split(sizes, 1), strict=True)
        for floor, (seen, log_variance, each) in enumerate(parts):
            mean, log_scale = self.ladder.prior(floor, z)
            # In e the prior is N(0, 1), and what was seen is N((seen - mean) / scale, exp(relative)).
            relative = log_variance - 2 * log_scale
            log_q = -torch.nn.functional.softplus(-relative)  # of two precisions added: 1 + 1 / exp(relative)
            at = (seen - mean) * (-log_scale).exp() * (log_q - relative).exp()
            z = torch.cat([z, mean + log_scale.exp() * (at + (0.5 * log_q).exp() * each)], 1)
            means.append(at)
            log_variances.append(log_q)
        return Normal(torch.cat(means, 1), torch.cat(log_variances, 1))

    @property
    def centre(self) -> Tensor:
        """Return the mean of each floor under the mean of those above it."""
        return self._middle.mean

    def spread(self) -> Tensor:
        """Return sigma of each coordinate under the mean of the floors above it."""
        return self._middle.spread()

    def nats(self) -> Tensor:
        """Return the KL of each coordinate under the mean of the floors above it."""
        return self._middle.nats()

    def draw(self, noise: Tensor) -> Drawn:
        """Return codes drawn floor by floor, from the top, with the KL of each coordinate given those above it."""
        return self.along(noise).draw(noise)

    @cached_property
    def _middle(self) -> Normal:
        return self.along(torch.zeros_like(self.seen))


class LadderVAE(Model):
    """Encode things to floors of normal codes, each seen in the light of those above it."""

    decoder: Ladder

    def __init__(self, *args: Any, floors: int = 2, **more: Any) -> None:
        """floors: how many, the top one first; each has as many of the latent dimensions as another, or one more."""
        super().__init__(*args, **more)
        if floors > self.latent_dims:
            raise InputError(
                f"A ladder of {floors} floors has at least {floors} latent dimensions; got {self.latent_dims}: "
                "set latent_dims higher."
            )
        sizes = sizes_of(self.latent_dims, floors)
        self.groups = [f"floor {number + 1}" for number, size in enumerate(sizes) for _ in range(size)]
        self.decoder = Ladder(self.decoder, sizes)

    def encode(self, x: Tensor, given: Tensor | None = None) -> Floors:
        """Return what things [n, C, H, W] in [0, 1] say of all floors.

        The encoder gives each mean as it is once it has been weighed against a prior N(0, 1), and it is taken back to
        what that was before: a mean that is weighed by its own variance has no gradient where that is large, and codes
        once collapsed stay so (all 16 of them, on 4,000 digits).
        """
        weighed, log_variance = self.encoder(x).to(x.dtype).split(self.latent_dims, 1)
        log_variance = log_variance.clamp_max(MOST_UNSURE)
        return Floors(weighed * (1 + log_variance.exp()), log_variance, self.decoder)
