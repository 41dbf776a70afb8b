"""The autoencoder: a code is a point, which costs nothing, and there is no prior.

Hinton & Salakhutdinov 2006, doi 10.1126/science.1127647. The same networks, likelihood and training as a VAE's, so that
all that differs between the two is the noise and the KL.
"""

from typing import Any

from torch import Tensor

from vae.models.distributions import Belief, Point
from vae.models.model import Model


class Autoencoder(Model):
    """Encode things to points, decode points to a likelihood over things."""

    heads = 1
    penalties = ("sparsity",)
    costs = 0

    def __init__(self, *args: Any, sparsity: float = 0.0, **more: Any) -> None:
        """sparsity: weight of the sum of |z| in the loss, in nats; the rest as `Model` takes it."""
        super().__init__(*args, **more)
        self.sparsity = sparsity

    def encode(self, x: Tensor, given: Tensor | None = None) -> Point:
        """Return where things [n, C, H, W] lie."""
        return Point(self.encoder(x).to(x.dtype))

    def penalise(self, belief: Belief) -> dict[str, Tensor]:
        """Return the sparsity's share of the loss: weight * sum |z|, [n]."""
        return {"sparsity": self.sparsity * belief.centre.abs().sum(1)}
