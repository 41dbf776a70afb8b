"""The conditional VAE that completes things: a part of each is given, x, and it says the rest, y.

q(z|x, y), p(z|x), p(y|x, z): Sohn, Lee & Yan 2015, NeurIPS 28; with a U-Net, Kohl et al. 2018, arXiv 1806.05034. The
prior is learnt, a normal whose mean and spread are told by x. A code is counted from there: where the prior has mean m
and spread s, the code z stands for m + s z. So the prior of every x is N(0, I), the KL is the same number, and 0 is
what is likeliest for the x at hand, whatever it is.
"""

from typing import Any

import torch
from torch import Tensor, nn

from vae.models.distributions import Normal
from vae.models.families.gaussian import GaussianVAE
from vae.models.likelihoods import Likelihood
from vae.networks.build import build, build_network
from vae.plans.unet import Skips, unet


class UNet(nn.Module):
    """What a plan of a U-Net becomes; codes may be of 0 numbers, which is a plain U-Net."""

    def __init__(self, plan: Skips) -> None:
        super().__init__()
        self.down, self.up, self.joins = (nn.ModuleList(build(*plans)) for plans in (plan.down, plan.up, plan.joins))
        self.turn, self.mix = build(plan.turn, plan.mix)

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        """Return numbers [n, K, H, W] of pictures [n, C, H, W] and codes [n, d]."""
        seen = []
        for down in self.down:
            x = down(x)
            seen.append(x)
        x = self.turn(_beside(x, z))
        for up, join, there in zip(self.up, self.joins, reversed(seen[:-1]), strict=True):
            x = join(torch.cat([up(x), there], 1))
        return self.mix(_beside(x, z))


def _beside(x: Tensor, z: Tensor) -> Tensor:
    """Give a code [n, d] to every place of [n, C, H, W]: by a sum, whose size is known before a graph runs."""
    return torch.cat([x, z[:, :, None, None] + torch.zeros_like(x[:, :1])], 1)


class Told(nn.Module):
    """A decoder that is told the given part: the prior that it tells, and a U-Net."""

    def __init__(self, prior: nn.Module, unet: UNet, dims: int, rest: int) -> None:
        super().__init__()
        self.prior, self.unet, self.dims, self.rest = prior, unet, dims, rest

    def believe(self, part: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log variance of p(z|x), [n, d] each, of parts [n, part, H, W]."""
        unknown = [torch.zeros_like(part[:, :1])] * self.rest
        mean, log_variance = self.prior(torch.cat([part, *unknown], 1)).to(part.dtype).split(self.dims, 1)
        return mean, log_variance

    def forward(self, z: Tensor, part: Tensor) -> Tensor:
        """Return the numbers of p(y|x, z), [n, K, H, W], of codes counted from the prior, [n, d]."""
        mean, log_variance = self.believe(part)
        return self.unet(part, torch.addcmul(mean, (0.5 * log_variance).exp(), z))


class CompletingVAE(GaussianVAE):
    """Encode things, decode codes beside the part that is given to the rest."""

    def __init__(self, *args: Any, features: int = 12, **more: Any) -> None:
        """features: channels of the U-Net at full size."""
        super().__init__(*args, **more)
        channels, *size = self.image_shape
        numbers = self.says.numbers(channels - self.part, self.likely_options)
        sizes = (more.get("width"), more.get("depth"))
        prior, _ = build_network(self.network, self.image_shape, 1, 2 * self.latent_dims, *sizes)
        plan = unet((self.part, size[0], size[1]), self.latent_dims, numbers, features)
        self.decoder = Told(prior, UNet(plan), self.latent_dims, channels - self.part)

    def told_by(self, x: Tensor, given: Tensor | None = None) -> Tensor:
        """Return the part of things that is given, [n, part, H, W]."""
        return x[:, : self.part]

    def encode(self, x: Tensor, given: Tensor | None = None) -> Normal:
        """Return the posterior q(z|x, y) of whole things [n, C, H, W], counted from the prior p(z|x)."""
        belief = super().encode(x)
        assert isinstance(self.decoder, Told)
        mean, log_variance = self.decoder.believe(self.told_by(x))
        return Normal((belief.mean - mean) * (-0.5 * log_variance).exp(), belief.log_variance - log_variance)

    def decode(self, z: Tensor, given: Tensor | None = None) -> Likelihood:
        """Return the likelihood p(y|x, z) of codes [n, d], given: the part x, [n, part, H, W]."""
        assert given is not None
        return self.likely(self.decoder(z, given).to(z.dtype), given)
