"""What training maximises: the evidence lower bound and its relatives, each (model, x, noise) -> Terms."""

from dataclasses import dataclass, field

from torch import Tensor, nn

from vae.models.model import Model


@dataclass(frozen=True)
class Terms:
    """The parts of an objective, in nats a thing.

    reconstruction: [n], -log p(x|z) at one sample z ~ q(z|x); kl: [n, k], the KL to the prior by its parts, one a
    dimension for a normal, none where there is no prior; beta: the weight on the KL, a number or a tensor []; others:
    [n] each by name, weighed.
    """

    reconstruction: Tensor
    kl: Tensor
    beta: float | Tensor = 1.0
    others: dict[str, Tensor] = field(default_factory=dict)

    @property
    def negative_elbo(self) -> Tensor:
        """Return reconstruction + KL, [n]: an unbiased estimate, from one sample, of an upper bound on -log p(x).

        A single value may lie below -log p(x). The bound holds whatever beta is; `loss` is one for a beta of at least 1
        alone, and then a looser one.
        """
        return self.reconstruction + self.kl.sum(1)

    @property
    def total(self) -> Tensor:
        """Return the sum of reconstruction + beta * KL + others over the things."""
        total = self.reconstruction.sum()
        if self.kl.shape[1]:
            total = total + self.beta * self.kl.sum()
        for other in self.others.values():
            total = total + other.sum()
        return total

    @property
    def loss(self) -> Tensor:
        """Return what is minimised: the mean of reconstruction + beta * KL + others over the things."""
        return self.total / len(self.kl)


def elbo(
    model: Model,
    x: Tensor,
    noise: Tensor,
    beta: float = 1.0,
    spoiled: Tensor | None = None,
    given: Tensor | None = None,
) -> Terms:
    """Take one sample of the evidence lower bound of things x, [n, C, H, W].

    E_q[log p(x|z)] - beta KL(q(z|x) || p(z)); Kingma & Welling 2013, arXiv 1312.6114, equation 3. A beta above 1 buys
    fewer nats of code with a worse reconstruction, and often more independent dimensions (Higgins et al. 2017,
    beta-VAE), which nothing guarantees (Locatello et al. 2019, arXiv 1811.12359); below 1 it is the other way round.
    noise: [n, d] ~ N(0, 1), what the sample z is made from; who draws it decides whether two runs see the same. Of an
    autoencoder the reconstruction alone is left.

    spoiled: [n, C, H, W], what the encoder sees in place of x, whose likelihood it stays: it learns to undo it. Vincent
    et al. 2008, doi 10.1145/1390156.1390294; Im et al. 2015, arXiv 1511.06406, with one corrupted image.
    given: [n, g], the one-hot classes that a conditional model is told.
    """
    belief = model.encode(x if spoiled is None else spoiled, given)
    likelihood = model.decode(belief.at(noise), given)
    return Terms(-likelihood.log_prob(x), belief.kl_to_prior(), beta, model.penalise(belief))


class Objective(nn.Module):
    """An objective's terms as a module: what spreads training over devices wraps one, and calls its `forward`."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, x: Tensor, noise: Tensor, spoiled: Tensor | None = None, given: Tensor | None = None
    ) -> tuple[Tensor, ...]:
        """Return reconstruction, KL and the model's penalties in their order."""
        terms = elbo(self.model, x, noise, spoiled=spoiled, given=given)
        return terms.reconstruction, terms.kl, *(terms.others[name] for name in self.model.penalties)


def warm_up(step: int, steps: int) -> float:
    """Return the share of beta at `step`, counted from 0, of a run with `steps` warm-up steps.

    It rises in a straight line, 1/steps at the first step and 1 from the last warm-up step on.

    Keeps dimensions from collapsing before the decoder has learnt to use them.
    Bowman et al. 2016, arXiv 1511.06349; Sønderby et al. 2016, arXiv 1602.02282.
    """
    return min(1.0, (step + 1) / steps) if steps > 0 else 1.0
