"""What a critic and whoever draws before it make of each other: the losses of two players, in one sum.

Goodfellow et al. 2014, Generative adversarial networks, arXiv 1406.2661, with the loss of who draws that does not
saturate; the gradient penalty R1 on real things: Mescheder, Geiger & Nowozin 2018, arXiv 1801.04406.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import softplus


@dataclass(frozen=True)
class Verdicts:
    """What a critic says; each part is a constant to the player that it is not for.

    passing: [m], log(1 + exp(-D)) of each thing that is made, for who makes it; of_real: [n], D of each real one;
    of_made: [m], D of those made; penalty: [n], half the squared gradient of the verdict on real things, weighed.
    """

    passing: Tensor
    of_real: Tensor
    of_made: Tensor
    penalty: Tensor


def judge(critic: nn.Module, real: Tensor, made: Tensor, gradient_penalty: float) -> Verdicts:
    """Return what a critic says of real things, [n, C, H, W], and of made ones, [m, C, H, W]."""
    unmoved = {name: weight.detach() for name, weight in critic.named_parameters()}
    passing = softplus(-functional_call(critic, unmoved, (made,))).flatten()
    real = real.detach().requires_grad_()
    of_real, of_made = critic(real).flatten(), critic(made.detach()).flatten()
    (slope,) = torch.autograd.grad(of_real.sum(), real, create_graph=True)
    return Verdicts(passing, of_real, of_made, 0.5 * gradient_penalty * slope.square().flatten(1).sum(1))
