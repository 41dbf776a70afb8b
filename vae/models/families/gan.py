"""The generative adversarial network: a decoder that draws, a critic that learns to tell draws from data, no encoder.

Goodfellow et al. 2014, Generative adversarial networks, arXiv 1406.2661, with the generator's loss that does not
saturate; the gradient penalty R1 on real things: Mescheder, Geiger & Nowozin 2018, arXiv 1801.04406. Nothing here knows
where a thing lies, and nothing says how likely one is.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softplus

from vae.models.critics import judge
from vae.models.likelihoods import Gaussian, Likelihood
from vae.models.model import Model
from vae.models.objectives import Case, Terms

LEAST_SPREAD = 1e-6
"""Of data in a batch, in a network's units: a batch of one thing has none."""


class GAN(Model):
    """A decoder of noise, and a critic: the network's other half, which gives one number, large where a thing looks
    real."""

    heads = 0
    costs = 0
    scaffold = ("critic",)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.critic = self.encoder
        del self.encoder
        if self.says.scale:  # nothing is learnt of how far things are from what is expected
            del self.log_scale

    def likely(self, out: Tensor, part: Tensor | None = None) -> Likelihood:
        """Return what the decoder's numbers, [n, C, H, W], are the parameters of; only its mean means anything."""
        return Gaussian(out, out.new_zeros(())) if self.says.scale else super().likely(out)

    @property
    def scale(self) -> None:
        """Return None: it has no likelihood."""


def adversarial(model: GAN, case: Case, gradient_penalty: float = 10.0) -> Terms:
    """Draw a thing for each real one, and take what generator and critic make of each other: two players, one sum.

    log(1 + exp(-D(G(z)))) for the generator, log(1 + exp(-D(x))) + log(1 + exp(D(G(z)))) + penalty for the critic, each
    a constant to the other player. gradient_penalty: weight of half the squared gradient of the verdict on real things.
    Beside these the shares of real and of drawn things that the critic tells right, and how far draws lie apart beside
    how far the data do: 1 where as far, 0 where all noise becomes the same thing. Without an encoder there is no
    reconstruction and no KL.
    """
    made = model.decode(case.noise).mean
    said = judge(model.critic, case.x, made, gradient_penalty)
    telling = softplus(-said.of_real) + softplus(said.of_made)
    nothing = torch.zeros_like(telling)
    return Terms(
        nothing,
        nothing[:, None][:, :0],
        said.passing + telling + said.penalty,
        {
            "generator": said.passing,
            "critic": telling,
            "gradient penalty": said.penalty,
            "share of real told right": (said.of_real > 0).to(telling.dtype),
            "share of drawn told right": (said.of_made <= 0).to(telling.dtype),
            "spread of draws": (_spread(made) / _spread(case.x).clamp_min(LEAST_SPREAD)).expand(len(made)),
        },
    )


def _spread(things: Tensor) -> Tensor:
    """Return how far things [n, C, H, W] lie from their mean, the root of the mean square over things and values."""
    things = things.detach()
    return (things - things.mean(0)).square().mean().sqrt()
