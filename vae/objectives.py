"""What models are trained for, in words: what flags, form, card and pages read. No torch.

The functions stand in vae/models/objectives.py; which of them a family can be trained for is said with the family.
"""

from dataclasses import dataclass

from vae.errors import unknown
from vae.options import Entry
from vae.python_files import address_of


@dataclass(frozen=True)
class Rate:
    """What the evidence lower bound is told of its KL, the rate."""

    free_bits: float = 0.0
    """Nats of each dimension's KL that cost nothing: below them a dimension is not drawn to the prior, so that it does
    not collapse. 0: all of it costs."""
    capacity: float = 0.0
    """Nats of KL that training ends at: beta weighs how far the KL is from a target that rises from 0 to this one, so
    that dimensions open one after the other. 0: the KL itself is weighed."""


@dataclass(frozen=True)
class Importance:
    """What the importance-weighted bound is told."""

    importance_samples: int = 5
    """Codes that are drawn of each thing: with more the bound lies nearer to log p(x), and a step takes longer."""


@dataclass(frozen=True)
class Rivalry:
    """What decoder and critic are told of each other."""

    adversarial: float = 20.0
    """Weight of what the critic makes of what is drawn, in nats beside the reconstruction's: higher is sharper, and
    strays further from each thing. 0: a VAE."""
    gradient_penalty: float = 10.0
    """Weight of the critic's squared slope at real things, which keeps it from running ahead of the decoder."""


@dataclass(frozen=True)
class Slope:
    """What the critic of a GAN is told."""

    gradient_penalty: float = 10.0
    """Weight of the critic's squared slope at real things, which keeps it from running ahead of the decoder."""


@dataclass(frozen=True)
class Commitment:
    """What a VQ-VAE is told of its encoder."""

    commitment: float = 0.25
    """Weight of how far the encoder's vectors lie from the codes that stand for them: it keeps the vectors near them,
    and with 0 they may wander off."""


@dataclass(frozen=True)
class Objective(Entry):
    """What training minimises.

    draws: the setting that says how many codes a step draws of each thing; "" is one. others: the names of what it
    gives beside reconstruction and KL.
    """

    draws: str = ""
    others: tuple[str, ...] = ()


def objective(name: str) -> Objective:
    """Return the objective of this name; `InputError` lists those that there are."""
    if address := address_of(name):
        return Objective(address.title, "What a function of one's own makes small.", "", name)
    if name not in OBJECTIVES:
        raise unknown("objective", name, OBJECTIVES)
    return OBJECTIVES[name]


OBJECTIVES: dict[str, Objective] = {
    "elbo": Objective(
        "ELBO",
        "The evidence lower bound: the reconstruction, and beta times the KL.",
        "Kingma & Welling 2013, Auto-encoding variational Bayes, arXiv 1312.6114; free bits: Kingma et al. 2016, "
        "arXiv 1606.04934; capacity: Burgess et al. 2018, arXiv 1804.03599",
        "vae.models.objectives:elbo",
        settings=Rate,
        bounds={"free_bits": (0.0, 100.0), "capacity": (0.0, 10_000.0)},
    ),
    "iwae": Objective(
        "Importance-weighted bound",
        "A bound nearer to log p(x): several codes of each thing, weighed by how well they explain it.",
        "Burda, Grosse & Salakhutdinov 2015, Importance weighted autoencoders, arXiv 1509.00519",
        "vae.models.objectives:iwae",
        settings=Importance,
        bounds={"importance_samples": (2, 500)},
        draws="importance_samples",
    ),
    "beta-tc": Objective(
        "β-TC",
        "The KL in three parts, of which beta weighs one: how much the dimensions tell of each other.",
        "Chen et al. 2018, Isolating sources of disentanglement in variational autoencoders, arXiv 1802.04942",
        "vae.models.objectives:beta_tc",
        others=("total correlation",),
    ),
    "vq": Objective(
        "ELBO through a codebook",
        "The evidence lower bound of codes that are sure; the gradient passes their choice as if it were not there.",
        "van den Oord, Vinyals & Kavukcuoglu 2017, arXiv 1711.00937",
        "vae.models.families.vq:quantised",
        settings=Commitment,
        bounds={"commitment": (0.0, 100.0)},
        others=("commitment", "share of codes used", "perplexity of codes"),
    ),
    "adversarial": Objective(
        "ELBO and a critic",
        "The evidence lower bound, and a critic that the decoder has to pass before.",
        "Larsen et al. 2016, arXiv 1512.09300; the losses: Goodfellow et al. 2014, arXiv 1406.2661; the penalty: "
        "Mescheder, Geiger & Nowozin 2018, arXiv 1801.04406",
        "vae.models.families.adversarial:adversarial",
        settings=Rivalry,
        bounds={"adversarial": (0.0, 10_000.0), "gradient_penalty": (0.0, 10_000.0)},
        others=("decoder before the critic", "critic", "gradient penalty"),
    ),
    "gan": Objective(
        "Generator and critic",
        "What the critic does not let pass: the generator's loss that does not saturate, and the critic's own.",
        "Goodfellow et al. 2014, arXiv 1406.2661; the penalty: Mescheder, Geiger & Nowozin 2018, arXiv 1801.04406",
        "vae.models.families.gan:adversarial",
        settings=Slope,
        bounds={"gradient_penalty": (0.0, 10_000.0)},
        others=(
            "generator",
            "critic",
            "gradient penalty",
            "share of real told right",
            "share of drawn told right",
            "spread of draws",
        ),
    ),
}
"""The objectives, in the order to offer them. A new one is a function in vae/models/objectives.py and an entry here."""
