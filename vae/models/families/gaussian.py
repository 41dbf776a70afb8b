"""The variational autoencoder of Kingma & Welling 2013 (arXiv 1312.6114), with a normal posterior and prior."""

from torch import Tensor

from vae.models.distributions import Normal
from vae.models.model import Model


class GaussianVAE(Model):
    """Encode images to a normal posterior, decode codes to a likelihood over images."""

    def encode(self, x: Tensor, given: Tensor | None = None) -> Normal:
        """Return the posterior q(z|x) of images [n, C, H, W] in [0, 1]."""
        # In mixed precision the networks give half as many digits as the distributions need.
        mean, log_variance = self.encoder(x).to(x.dtype).split(self.latent_dims, 1)
        return Normal(mean, log_variance)
