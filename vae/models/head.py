"""A head that tells an attribute of a thing by its code, trained beside the objective."""

import torch
from torch import Tensor, nn

WIDTH = 64
"""Units of its one hidden layer: a bent surface over the code, and no second encoder."""


class Head(nn.Module):
    """Tell an attribute by the middle of a code.

    Gómez-Bombarelli et al. 2018, arXiv 1610.02415: trained jointly, it lays codes out so that the attribute rises along
    a way through them. mean, scale: of the attribute over what is learnt from, so that it is learnt in standard
    deviations, whatever its unit is; weight: of what it misses, in nats a half squared standard deviation.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, latent_dims: int, weight: float) -> None:
        super().__init__()
        self.weight = weight
        self.layers = nn.Sequential(nn.Linear(latent_dims, WIDTH), nn.SiLU(), nn.Linear(WIDTH, 1))
        self.register_buffer("mean", torch.zeros(1))
        self.register_buffer("scale", torch.ones(1))

    def forward(self, z: Tensor) -> Tensor:
        """Return the attribute in its own unit, [n], of codes [n, d]."""
        return self.layers(z).squeeze(1) * self.scale + self.mean

    def measure(self, values: Tensor) -> None:
        """Take mean and scale from an attribute's values, [n]; NaN where one is not known."""
        known = values[~values.isnan()].double()
        self.mean.fill_(float(known.mean()))
        self.scale.fill_(float(known.std()) or 1.0)

    def cost(self, z: Tensor, values: Tensor) -> Tensor:
        """Return what it misses of values [n] at codes [n, d], weighed, [n]; nothing where one is NaN."""
        away = torch.where(values.isnan(), 0.0, (self(z) - values) / self.scale)
        return 0.5 * self.weight * away.square()
