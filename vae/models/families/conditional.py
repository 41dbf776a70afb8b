"""The conditional VAE: encoder and decoder are told the class, so that the code need not tell it.

q(z|x, y), p(z) = N(0, I), p(x|z, y): Sohn, Lee & Yan 2015, NeurIPS 28; Kingma et al. 2014, arXiv 1406.5298, model M2.
"""

from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from vae.models.distributions import Normal
from vae.models.families.gaussian import GaussianVAE
from vae.models.likelihoods import Likelihood


class ConditionalVAE(GaussianVAE):
    """A VAE whose networks see the class: the encoder on its input, the decoder beside the code.

    The encoder's input is x plus a learnt picture of the class. Before a first layer that is linear this is the same as
    seeing the class beside x, W (x + E y) = W x + (W E) y, and any network can be given it.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.pictures = nn.Parameter(torch.zeros(self.told, prod(self.image_shape)))

    def encode(self, x: Tensor, given: Tensor | None = None) -> Normal:
        """Return the posterior q(z|x, y) of images [n, C, H, W], given: one-hot classes [n, told]."""
        assert given is not None
        return super().encode(x + (given @ self.pictures).view_as(x))

    def decode(self, z: Tensor, given: Tensor | None = None) -> Likelihood:
        """Return the likelihood p(x|z, y) of codes [n, d], given: one-hot classes [n, told]."""
        assert given is not None
        return super().decode(torch.cat([z, given], dim=1))
