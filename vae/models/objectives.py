"""What training minimises: the evidence lower bound and its relatives, each (model, case, settings) -> Terms.

vae/objectives.py names them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module

from torch import Tensor, nn

from vae.config import TrainConfig
from vae.models.distributions import Belief, Normal, repeated
from vae.models.model import Model
from vae.objectives import objective
from vae.python_files import address_of, function_at

PREDICTION = "prediction"
"""The name of what a head misses, among the others of an objective's terms."""


@dataclass(frozen=True)
class Case:
    """What one step is about.

    x: [n, C, H, W]; noise: [n, *model.noise] ~ N(0, 1), or [n, k, *model.noise] where an objective draws k codes of
    each thing: all that is random, so that who draws it decides whether two runs see the same. seen: [n, C, H, W], what
    the encoder sees in place of x, whose likelihood it stays, so that it learns to undo what was done to it (Vincent et
    al. 2008, doi 10.1145/1390156.1390294; Im et al. 2015, arXiv 1511.06406, with one corrupted image). given: [n, g],
    the one-hot classes that a conditional model is told, or [n, part, H, W], the part that a completing one is. beta:
    the weight on the KL, a number or a tensor []. values: [n], an attribute that a model's head is to tell, NaN where
    it is not known.
    """

    x: Tensor
    noise: Tensor
    seen: Tensor | None = None
    given: Tensor | None = None
    beta: float | Tensor = 1.0
    values: Tensor | None = None

    @property
    def shown(self) -> Tensor:
        """Return what the encoder sees, [n, C, H, W]."""
        return self.x if self.seen is None else self.seen


@dataclass(frozen=True)
class Terms:
    """The parts of an objective, in nats a thing.

    reconstruction: [n], -log p(x|z) at one sample z ~ q(z|x), or its mean over several; 0 where nothing is encoded; kl:
    [n, k], the KL to the prior by its parts, one a dimension for a normal, none where there is no prior, or no encoder;
    minimised: [n], what training makes small, with everything weighed and in it; others: [n] each by name, what else is
    in that, and what is told beside it; belief: what the encoder makes of the things, where the objective tells it.
    """

    reconstruction: Tensor
    kl: Tensor
    minimised: Tensor
    others: dict[str, Tensor] = field(default_factory=dict)
    belief: Belief | None = None

    @property
    def negative_elbo(self) -> Tensor:
        """Return reconstruction + KL, [n]: an unbiased estimate, from one sample, of an upper bound on -log p(x).

        A single value may lie below -log p(x). The bound holds whatever beta is; `loss` is one for a beta of at least 1
        alone, and then a looser one.
        """
        return self.reconstruction + self.kl.sum(1)

    @property
    def total(self) -> Tensor:
        """Return the sum of what is minimised over the things."""
        return self.minimised.sum()

    @property
    def loss(self) -> Tensor:
        """Return what is minimised: its mean over the things."""
        return self.total / len(self.minimised)


def elbo(model: Model, case: Case, free_bits: float = 0.0, capacity: float = 0.0) -> Terms:
    """Take one sample of the evidence lower bound.

    E_q[log p(x|z)] - beta KL(q(z|x) || p(z)); Kingma & Welling 2013, arXiv 1312.6114, equation 3. A beta above 1 buys
    fewer nats of code with a worse reconstruction, and often more independent dimensions (Higgins et al. 2017,
    beta-VAE), which nothing guarantees (Locatello et al. 2019, arXiv 1811.12359); below 1 it is the other way round. Of
    an autoencoder the reconstruction alone is left.

    free_bits: in nats, the part of each KL that costs nothing, as the mean over the batch has it: sum_j max(free, KL_j)
    in place of sum_j KL_j (Kingma et al. 2016, arXiv 1606.04934, equation 15). capacity: in nats, |KL - c| in its
    place, where c rises from 0 to it while the run trains (Burgess et al. 2018, arXiv 1804.03599, equation 8).
    """
    belief = model.encode(case.shown, case.given)
    drawn = belief.draw(case.noise)
    kl, reconstruction = drawn.kl, -model.decode(drawn.code, case.given).log_prob(case.x)
    minimised, others = reconstruction, model.penalise(belief)
    if kl.shape[1]:
        rate = kl.sum(1)
        if free_bits:
            rate = rate + (free_bits - kl.mean(0)).clamp_min(0).sum()
        if capacity:
            rate = (rate.mean() - capacity * model.progress).abs().expand(len(rate))
        minimised = minimised + case.beta * rate
    for other in others.values():
        minimised = minimised + other
    return Terms(reconstruction, kl, minimised, others, belief)


def iwae(model: Model, case: Case, importance_samples: int = 5) -> Terms:
    """Take one sample of the importance-weighted bound, -log 1/k sum_i p(x|z_i) p(z_i) / q(z_i|x), z_i ~ q(z|x).

    With k = `importance_samples` codes it lies between the ELBO and log p(x), nearer to that with each of them. Burda,
    Grosse & Salakhutdinov 2015, arXiv 1509.00519, equation 8. beta weighs log q(z|x) - log p(z) within the logarithm;
    it is a bound with 1. What is given for the parts is their mean over the codes, so that their sum is the ELBO's.
    """
    belief = model.encode(case.shown, case.given)
    k, n = importance_samples, len(case.x)
    drawn = repeated(belief, k).draw(case.noise.transpose(0, 1).flatten(0, 1))
    given = None if case.given is None else case.given.repeat(k, 1)
    cost = -model.decode(drawn.code, given).log_prob(case.x.repeat(k, 1, 1, 1)).view(k, n)
    minimised = math.log(k) - (-cost - case.beta * drawn.surplus().view(k, n)).logsumexp(0)
    return Terms(cost.mean(0), drawn.kl.view(k, n, -1).mean(0), minimised, belief=belief)


def beta_tc(model: Model, case: Case) -> Terms:
    """Take one sample of the bound with its KL in three parts, of which beta weighs the middle one.

    KL(q(z|x) || p(z)) = I(z; x) + KL(q(z) || prod_j q(z_j)) + sum_j KL(q(z_j) || p(z_j)), in the mean over the data:
    what a code tells of its thing, the total correlation, and how far each dimension is from the prior. q(z) is
    estimated from the batch by minibatch-weighted sampling, which counts the batch as if it were all of the data: the
    total correlation is off by a constant then, its gradient is not. Chen et al. 2018, arXiv 1802.04942, equations 2
    and 4.
    """
    belief = model.encode(case.shown, case.given)
    assert isinstance(belief, Normal)
    drawn = belief.draw(case.noise)
    reconstruction = -model.decode(drawn.code, case.given).log_prob(case.x)
    # [n, n, d]: how likely each code is under each belief, dimension by dimension.
    one_under_another, n = belief.log_prob_of_each(drawn.code[:, None]), max(1, len(case.x))
    together = one_under_another.sum(-1).logsumexp(1) - math.log(n)
    apart = (one_under_another.logsumexp(1) - math.log(n)).sum(-1)
    correlation = together - apart
    minimised = reconstruction + drawn.kl.sum(1) + (case.beta - 1) * correlation
    return Terms(reconstruction, drawn.kl, minimised, {"total correlation": correlation}, belief)


class Objective(nn.Module):
    """An objective's terms as a module: what spreads training over devices wraps one, and calls its `forward`."""

    def __init__(self, model: Model, config: TrainConfig | None = None) -> None:
        """config: settled settings, which name the objective; left out, the ELBO.

        Of a function of a file that is all that is recorded: reconstruction, KL, and not what else it gives.
        """
        super().__init__()
        self.model = model
        entry = objective((config and config.objective) or "elbo")
        self._call: Callable[..., Terms] = _function(entry.module)
        self._told = entry.own(config.options if config else {})
        self.noise = (*((int(self._told[entry.draws]),) if entry.draws else ()), *model.noise)
        self.others = () if address_of(entry.module) else (*model.penalties, *entry.others)
        self.others += (PREDICTION,) if model.head is not None else ()

    def terms(self, model: Model, case: Case) -> Terms:
        """Return the terms of a case, for any model of this family."""
        told = replace(case, given=model.told_by(case.x, case.given))
        return _with_head(model, told, self._call(model, told, **self._told))

    def forward(
        self,
        x: Tensor,
        noise: Tensor,
        seen: Tensor | None = None,
        given: Tensor | None = None,
        beta: float | Tensor = 1.0,
        progress: float | Tensor = 1.0,
        values: Tensor | None = None,
    ) -> tuple[Tensor, ...]:
        """Return reconstruction, KL, what is minimised, and the others in their order."""
        self.model.progress = progress
        terms = self.terms(self.model, Case(x, noise, seen, given, beta, values))
        return terms.reconstruction, terms.kl, terms.minimised, *(terms.others[name] for name in self.others)


def _with_head(model: Model, case: Case, terms: Terms) -> Terms:
    """Add what the head misses of an attribute to the terms of a case, where both are there."""
    if model.head is None or case.values is None:
        return terms
    belief = terms.belief or model.encode(case.shown, case.given)
    missed = model.head.cost(model.placed(belief), case.values)
    return replace(terms, minimised=terms.minimised + missed, others=terms.others | {PREDICTION: missed})


def _function(name: str) -> Callable[..., Terms]:
    """Import what is named "module:function", or run the file that is named "FILE.py:FUNCTION"."""
    if address_of(name):
        return function_at(name)
    module, function = name.split(":")
    found: Callable[..., Terms] = getattr(import_module(module), function)
    return found


def warm_up(step: int, steps: int) -> float:
    """Return the share of beta at `step`, counted from 0, of a run with `steps` warm-up steps.

    It rises in a straight line, 1/steps at the first step and 1 from the last warm-up step on.

    Keeps dimensions from collapsing before the decoder has learnt to use them.
    Bowman et al. 2016, arXiv 1511.06349; Sønderby et al. 2016, arXiv 1602.02282.
    """
    return min(1.0, (step + 1) / steps) if steps > 0 else 1.0
