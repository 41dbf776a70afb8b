"""The variational autoencoder of Kingma & Welling 2013 (arXiv 1312.6114), with a normal posterior and prior."""

import math

import torch
from torch import Tensor, nn

from vae.config import LIKELIHOODS
from vae.errors import unknown
from vae.models.distributions import Bernoulli, Gaussian, Likelihood, Normal
from vae.networks.build import build_network
from vae.plans.images import ImageShape

# exp(-6) is a standard deviation below half a grey level of 255: finer than the data, and the loss stays bounded.
MIN_LOG_SCALE = -6.0

# Grey levels in [0, 1] spread by about a quarter around their mean. Adam moves a number by the learning rate a step at
# the most: from 1 it takes thousands of steps to get there, in which the KL outweighs the images and codes collapse.
FIRST_SCALE = 0.25


class GaussianVAE(nn.Module):
    """Encode images to a normal posterior, decode codes to a likelihood over images."""

    def __init__(
        self,
        image_shape: ImageShape,
        latent_dims: int,
        network: str = "dense",
        width: int | None = None,
        depth: int | None = None,
        likelihood: str = "bernoulli",
    ) -> None:
        super().__init__()
        if likelihood not in LIKELIHOODS:
            raise unknown("likelihood", likelihood, LIKELIHOODS)
        self.image_shape, self.latent_dims, self.likelihood = image_shape, latent_dims, likelihood
        self.encoder, self.decoder = build_network(network, image_shape, latent_dims, 2 * latent_dims, width, depth)
        if likelihood == "gaussian":
            self.log_scale = nn.Parameter(torch.tensor(math.log(FIRST_SCALE)))

    def encode(self, x: Tensor) -> Normal:
        """Return the posterior q(z|x) of images [n, C, H, W] in [0, 1]."""
        # In mixed precision the networks give half as many digits as the distributions need.
        mean, log_variance = self.encoder(x).to(x.dtype).chunk(2, dim=1)
        return Normal(mean, log_variance)

    def decode(self, z: Tensor) -> Likelihood:
        """Return the likelihood p(x|z) of codes [n, d]."""
        out = self.decoder(z).to(z.dtype)
        if self.likelihood == "bernoulli":
            return Bernoulli(out)
        return Gaussian(out, self.log_scale.clamp_min(MIN_LOG_SCALE))
