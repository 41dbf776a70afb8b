"""The peer: our own networks in pythae's VAE, so that both sides run the very same layers.

pythae 0.1.2 (Chadebec et al. 2022, arXiv 2206.08309) runs as it is with the versions in `benchmarks/requirements.txt`.
"""

import logging
import sys

from torch import Tensor, nn

from vae.models.model import Model

try:
    from pythae.models import VAE, VAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
except ImportError as error:
    sys.exit(f"This benchmark needs pythae ({error}): pip install --no-deps -r benchmarks/requirements.txt")

logging.disable(logging.INFO)  # it logs each epoch to the console


class Encoder(BaseEncoder):
    """Give our encoder's output under pythae's names."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> ModelOutput:
        mean, log_variance = self.network(x).chunk(2, dim=1)
        return ModelOutput(embedding=mean, log_covariance=log_variance)


class Decoder(BaseDecoder):
    """Give our decoder's logits as probabilities, which pythae's binary cross entropy takes."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, z: Tensor) -> ModelOutput:
        return ModelOutput(reconstruction=self.network(z).sigmoid())


def wrap(model: Model) -> VAE:
    """Put the networks of `model`, a VAE with a Bernoulli likelihood, into pythae's VAE; the weights are shared."""
    config = VAEConfig(input_dim=model.image_shape, latent_dim=model.latent_dims, reconstruction_loss="bce")
    return VAE(config, encoder=Encoder(model.encoder), decoder=Decoder(model.decoder))
