"""The VAE-GAN: a VAE whose decoder must also pass before a critic, which learns to tell what is drawn from the data.

The critic's verdict, and not the distance of pixels, is what makes blur costly: Larsen et al. 2016, Autoencoding beyond
pixels using a learned similarity metric, arXiv 1512.09300, where distances are those of the critic's features; here the
likelihood stays that of the pixels, so that −ELBO is one. Losses: Goodfellow et al. 2014, arXiv 1406.2661, the one that
does not saturate; the gradient penalty R1 on real things: Mescheder, Geiger & Nowozin 2018, arXiv 1801.04406.
"""

from typing import Any

import torch
from torch.nn.functional import softplus

from vae.models.critics import judge
from vae.models.families.gaussian import GaussianVAE
from vae.models.objectives import Case, Terms
from vae.networks.build import build_critic


class VAEGAN(GaussianVAE):
    """A VAE with a critic beside it: an encoder of its own that gives one number, large where a thing looks real."""

    scaffold = ("critic",)

    def __init__(
        self,
        image_shape: Any,
        latent_dims: int,
        network: str = "dense",
        width: int | None = None,
        depth: int | None = None,
        **more: Any,
    ) -> None:
        super().__init__(image_shape, latent_dims, network, width, depth, **more)
        self.critic = build_critic(network, image_shape, width, depth)


def adversarial(model: VAEGAN, case: Case, adversarial: float = 20.0, gradient_penalty: float = 10.0) -> Terms:
    """Take one sample of −ELBO, and what critic and decoder make of each other: two players, one sum.

    Each part is a constant to the player that it is not for. The decoder, and not the encoder, learns that what it
    makes of codes drawn from q(z|x) and from the prior shall look real, weighed by `adversarial`; the critic, that it
    is made up. gradient_penalty: weight of half the squared gradient of its verdict on real things.
    """
    belief = model.encode(case.shown, case.given)
    drawn = belief.draw(case.noise)
    reconstruction = -model.decode(drawn.code, case.given).log_prob(case.x)
    # The noise is a draw of the prior, too.
    made = model.decode(torch.cat([drawn.code.detach(), case.noise])).mean
    said = judge(model.critic, case.x, made, gradient_penalty)
    passing = said.passing.view(2, -1).mean(0)
    telling = softplus(-said.of_real) + softplus(said.of_made).view(2, -1).mean(0)
    minimised = reconstruction + case.beta * drawn.kl.sum(1) + adversarial * passing + telling + said.penalty
    return Terms(
        reconstruction,
        drawn.kl,
        minimised,
        {"decoder before the critic": passing, "critic": telling, "gradient penalty": said.penalty},
    )
