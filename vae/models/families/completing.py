"""The conditional VAE that completes things: a part of each is given, x, and it says the rest, y.

q(z|x, y), p(z|x), p(y|x, z): Sohn, Lee & Yan 2015, NeurIPS 28; with a U-Net, Kohl et al. 2018, arXiv 1806.05034. The
prior is learnt, a normal whose mean and spread are told by x. A code is counted from there: where the prior has mean m
and spread s, the code z stands for m + s z. So the prior of every x is N(0, I), the KL is the same number, and 0 is
what is likeliest for the x at hand, whatever it is.

Where a kind gives no part, as images do not, the U-Net sees where each pixel lies and no more, and the model is a VAE
with a broadcast decoder: Watters et al. 2019, arXiv 1901.07017.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from vae.models.distributions import Normal
from vae.models.families.gaussian import GaussianVAE
from vae.models.likelihoods import Likelihood
from vae.networks.build import build, build_network
from vae.plans.layers import Size
from vae.plans.unet import Skips, unet


class UNet(nn.Module):
    """What a plan of a U-Net becomes; codes may be of 0 numbers, which is a plain U-Net.

    It sees where each pixel lies beside the picture: Liu et al. 2018, arXiv 1807.03247. size: [H, W].
    """

    places: Tensor

    def __init__(self, plan: Skips, size: Size) -> None:
        super().__init__()
        lines = (torch.linspace(-1, 1, side) for side in size)
        self.register_buffer("places", torch.stack(torch.meshgrid(*lines, indexing="ij"))[None])
        self.down, self.up, self.joins = (nn.ModuleList(build(*plans)) for plans in (plan.down, plan.up, plan.joins))
        self.turn, self.mix = build(plan.turn, plan.mix)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                _start(layer)

    def forward(self, picture: Tensor | None, z: Tensor) -> Tensor:
        """Return numbers [n, K, H, W] of pictures [n, C, H, W], or none, and codes [n, d]."""
        some = z[:, :1, None, None] if picture is None else picture[:, :1]
        x = self.places + torch.zeros_like(some)
        x = x if picture is None else torch.cat([picture, x], 1)
        seen = []
        for down in self.down:
            x = down(x)
            seen.append(x)
        x = self.turn(_beside(x, z))
        for up, join, there in zip(self.up, self.joins, reversed(seen[:-1]), strict=True):
            x = join(torch.cat([up(x), there], 1))
        return self.mix(_beside(x, z))


def _start(layer: nn.Conv2d | nn.ConvTranspose2d) -> None:
    """Draw first weights so that each layer gives numbers as large as it takes: He et al. 2015, arXiv 1502.01852.

    A dozen layers without normalisation pass hardly anything on with torch's own. One that doubles reads a quarter of
    its kernel at each place.
    """
    reads = layer.in_channels * math.prod(layer.kernel_size) / math.prod(layer.stride if _doubles(layer) else (1,))
    nn.init.normal_(layer.weight, std=math.sqrt(2 / reads))
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)


def _doubles(layer: nn.Module) -> bool:
    return isinstance(layer, nn.ConvTranspose2d)


def _beside(x: Tensor, z: Tensor) -> Tensor:
    """Give a code [n, d] to every place of [n, C, H, W]: by a sum, whose size is known before a graph runs."""
    return torch.cat([x, z[:, :, None, None] + torch.zeros_like(x[:, :1])], 1)


class Told(nn.Module):
    """A decoder that is told the given part: the prior that it tells, None where none is given, and a U-Net.

    rest: channels that are not given.
    """

    def __init__(self, prior: nn.Module | None, unet: UNet, dims: int, rest: int) -> None:
        super().__init__()
        self.prior, self.unet, self.dims, self.rest = prior, unet, dims, rest

    def believe(self, part: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log variance of p(z|x), [n, d] each, of parts [n, part, H, W]."""
        assert self.prior is not None
        unknown = [torch.zeros_like(part[:, :1])] * self.rest
        mean, log_variance = self.prior(torch.cat([part, *unknown], 1)).to(part.dtype).split(self.dims, 1)
        return mean, log_variance

    def forward(self, z: Tensor, part: Tensor | None = None) -> Tensor:
        """Return the numbers of p(y|x, z), [n, K, H, W], of codes counted from the prior, [n, d]."""
        if part is None:
            return self.unet(None, z)
        mean, log_variance = self.believe(part)
        return self.unet(part, torch.addcmul(mean, (0.5 * log_variance).exp(), z))


class CompletingVAE(GaussianVAE):
    """Encode things, decode codes beside the part that is given to the rest."""

    def __init__(self, *args: Any, features: int = 8, **more: Any) -> None:
        """features: channels of the U-Net at full size."""
        super().__init__(*args, **more)
        channels, high, wide = self.image_shape
        numbers = self.says.numbers(channels - self.part, self.likely_options)
        sizes = (more.get("width"), more.get("depth"))
        outputs = self.heads * self.latent_dims
        prior = (
            build_network(self.network, self.image_shape, self.latent_dims, outputs, *sizes)[0] if self.part else None
        )
        net = UNet(unet((self.part, high, wide), self.latent_dims, numbers, features), (high, wide))
        self.decoder = Told(prior, net, self.latent_dims, channels - self.part)

    def told_by(self, x: Tensor, given: Tensor | None = None) -> Tensor | None:
        """Return the part of things that is given, [n, part, H, W]; None where their kind gives none."""
        return x[:, : self.part] if self.part else None

    def encode(self, x: Tensor, given: Tensor | None = None) -> Normal:
        """Return the posterior q(z|x, y) of whole things [n, C, H, W], counted from the prior p(z|x)."""
        belief, part = super().encode(x), self.told_by(x)
        assert isinstance(self.decoder, Told)
        if part is None:
            return belief
        mean, log_variance = self.decoder.believe(part)
        return Normal((belief.mean - mean) * (-0.5 * log_variance).exp(), belief.log_variance - log_variance)

    def decode(self, z: Tensor, given: Tensor | None = None) -> Likelihood:
        """Return the likelihood p(y|x, z) of codes [n, d], given: the part x, [n, part, H, W]."""
        return self.likely(self.decoder(z, given).to(z.dtype), given)
