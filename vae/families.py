"""The families of models in words and abilities: what flags, form, card and pages read. No torch.

A family's own file in vae/models/families/ is imported only where it is trained or measured.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from vae.errors import unknown
from vae.options import Entry, Options
from vae.plans.choices import before, booked, check_codes, check_ways, codes_of
from vae.plans.floors import tells
from vae.plans.flows import flows
from vae.plans.images import Pair
from vae.plans.layers import Plan
from vae.plans.unet import completed

Ability = Literal["encode", "draw", "spread", "bound", "density", "condition", "complete"]
"""encode: it has an encoder, so that things have a place; draw: it has a prior that codes are drawn from; spread: it
says how sure a code is, and what that costs in nats beside the prior; bound: it has a −ELBO, that cost and its
likelihood's together; density: importance sampling tightens that to log p(x); condition: its encoder and decoder are
told the class; complete: its decoder is told a part of a thing, as its kind says which, and gives the rest."""

ABILITIES: tuple[Ability, ...] = get_args(Ability)


@dataclass(frozen=True)
class Sparsity:
    """What an autoencoder is told."""

    sparsity: float = 0.0
    """Weight of the sum of |z|, in nats, in an autoencoder's loss: above 0 few coordinates tell each thing, and the
    others are near 0."""


@dataclass(frozen=True)
class Storeys:
    """What a ladder is told."""

    floors: int = 2
    """Floors of codes, which share the latent dimensions. The top one is drawn first, and tells those below it."""


@dataclass(frozen=True)
class Flows:
    """What a flow VAE is told."""

    prior_steps: int = 4
    """Steps of the flow that bends the prior; each bends one half of the code by the other, in turn."""
    posterior_steps: int = 0
    """Steps of the flow that bends what the encoder says of a thing; 0: it stays a normal."""


@dataclass(frozen=True)
class Pseudo:
    """What a VAE with a VampPrior is told."""

    pseudo_inputs: int = 100
    """Things that are learnt, and whose codes' clouds, all together, are the prior that draws are made from."""


@dataclass(frozen=True)
class Features:
    """What a VAE with a U-Net is told."""

    features: int = 8
    """Channels that the U-Net has at full size; each halving has twice as many."""


@dataclass(frozen=True)
class Choosing:
    """What a discrete VAE is told."""

    ways: int = 10
    """Ways that each choice of a discrete code has: so many, or the next fewer that the latent dimensions share out
    evenly."""
    temperature: float = 0.5
    """What the temperature of relaxed choices falls to while a run trains, from 1: low ones are nearer to choices, and
    their gradients more at random."""


@dataclass(frozen=True)
class Book:
    """What a VQ-VAE is told."""

    codes: int = 32
    """Codes that the book of a VQ-VAE has, one of which stands in each cell: so many, or the next fewer that the latent
    dimensions share out evenly into cells. 512 dimensions are 16 cells of 32 codes."""


@dataclass(frozen=True)
class Family(Entry):
    """A family of models, built by vae/models/build.py.

    heads: numbers that its encoder gives for each coordinate of a code, 0 where it has none; axis: what a coordinate
    is, a number or one way of a choice; fits: raises where it has no code of so many dimensions; drawn: what codes are
    drawn by, where they can be; objectives: what it can be trained for, names in `OBJECTIVES`, the usual one first.
    more: how many things its encoder sees in each step beside the batch, by its settled options; they are learnt, and
    learns is what one is called. beside: the plans of what it has beside encoder and decoder, of its latent dimensions,
    its settled options, and what lays out the network's pair for so many codes and outputs. around: what it makes of
    the network's pair, of its latent dimensions, its settled options and the pair. plain: whether encoder and
    decoder are the network's layers and no more, so that a browser can run them. sure: whether a code is sure, and the
    weight on its KL changes what draws codes and nothing of them. betas: how slowly Adam's means of the
    gradient and of its square forget, in [0, 1): where two play against each other, yesterday's gradient says less.
    """

    can: frozenset[Ability]
    heads: int = 2
    axis: Literal["real", "choice"] = "real"
    fits: Callable[[int, Options], None] = lambda dims, options: None
    drawn: Literal["normal", "graph"] = "normal"
    objectives: tuple[str, ...] = ("elbo",)
    more: Callable[[Options], float] = lambda options: 0.0
    learns: str = ""
    beside: Callable[[int, Options, Callable[[int, int], Pair]], list[Plan]] = lambda dims, options, lay_out: []
    around: Callable[[int, Options, Pair], Pair] = lambda dims, options, pair: pair
    plain: bool = True
    sure: bool = False
    betas: tuple[float, float] = (0.9, 0.999)

    @property
    def prior(self) -> Literal["normal", "graph", "none"]:
        """Return how codes are drawn, as a card says it."""
        return self.drawn if "draw" in self.can else "none"


def family(name: str) -> Family:
    """Return the family of this name; `InputError` lists those that there are."""
    if name not in FAMILIES:
        raise unknown("family", name, FAMILIES)
    return FAMILIES[name]


FAMILIES: dict[str, Family] = {
    "gaussian": Family(
        "VAE",
        "A variational autoencoder: each thing becomes a cloud of codes, and training draws all to a normal prior.",
        "Kingma & Welling 2013, Auto-encoding variational Bayes, arXiv 1312.6114",
        "vae.models.families.gaussian:GaussianVAE",
        frozenset({"encode", "draw", "spread", "bound", "density"}),
        objectives=("elbo", "iwae", "beta-tc"),
    ),
    "autoencoder": Family(
        "Autoencoder",
        "Each thing becomes one point. No prior holds the points together, and training asks for nothing between them.",
        "Hinton & Salakhutdinov 2006, Reducing the dimensionality of data with neural networks, "
        "doi 10.1126/science.1127647",
        "vae.models.families.autoencoder:Autoencoder",
        frozenset({"encode"}),
        heads=1,
        settings=Sparsity,
        bounds={"sparsity": (0.0, 1000.0)},
    ),
    "conditional": Family(
        "Conditional VAE",
        "A variational autoencoder that is told the class: the code holds what the class leaves open, such as style.",
        "Sohn, Lee & Yan 2015, Learning structured output representation using deep conditional generative models, "
        "NeurIPS 28; Kingma et al. 2014, arXiv 1406.5298, model M2",
        "vae.models.families.conditional:ConditionalVAE",
        frozenset({"encode", "draw", "spread", "bound", "density", "condition"}),
        objectives=("elbo", "iwae", "beta-tc"),
    ),
    "ladder": Family(
        "Ladder VAE",
        "Codes on floors, each told by those above it: the top one holds what is large, the lower ones what is fine.",
        "Sønderby et al. 2016, Ladder variational autoencoders, arXiv 1602.02282",
        "vae.models.families.ladder:LadderVAE",
        frozenset({"encode", "draw", "spread", "bound", "density"}),
        settings=Storeys,
        bounds={"floors": (2, 4)},
        objectives=("elbo", "iwae"),
        beside=lambda dims, options, lay_out: tells(dims, options),
        plain=False,
    ),
    "flow": Family(
        "Flow VAE",
        "A variational autoencoder whose prior learns where the codes lie: a flow bends the normal one to them.",
        "Chen et al. 2017, Variational lossy autoencoder, arXiv 1611.02731; Dinh, Sohl-Dickstein & Bengio 2017, "
        "Density estimation using Real NVP, arXiv 1605.08803; Rezende & Mohamed 2015, arXiv 1505.05770",
        "vae.models.families.flow:FlowVAE",
        frozenset({"encode", "draw", "spread", "bound", "density"}),
        settings=Flows,
        bounds={"prior_steps": (1, 32), "posterior_steps": (0, 32)},
        objectives=("elbo", "iwae"),
        beside=lambda dims, options, lay_out: flows(dims, options),
        plain=False,
    ),
    "vamp": Family(
        "VAE with VampPrior",
        "A variational autoencoder whose prior is a mixture of clouds, those of things that are learnt as well.",
        "Tomczak & Welling 2018, VAE with a VampPrior, arXiv 1705.07120",
        "vae.models.families.vamp:VampVAE",
        frozenset({"encode", "draw", "spread", "bound", "density"}),
        drawn="graph",
        settings=Pseudo,
        bounds={"pseudo_inputs": (1, 2000)},
        objectives=("elbo", "iwae"),
        more=lambda options: options["pseudo_inputs"],
        learns="pseudo-input",
    ),
    "completing": Family(
        "Conditional U-Net",
        "A U-Net with a code: part of a thing is given, as the image below a mask, and the code says how to go on.",
        "Kohl et al. 2018, A probabilistic U-Net for segmentation of ambiguous images, arXiv 1806.05034; Sohn, Lee & "
        "Yan 2015, Learning structured output representation using deep conditional generative models, NeurIPS 28",
        "vae.models.families.completing:CompletingVAE",
        frozenset({"encode", "draw", "spread", "bound", "density", "complete"}),
        settings=Features,
        bounds={"features": (4, 64)},
        around=completed,
        plain=False,
    ),
    "discrete": Family(
        "Discrete VAE",
        "A variational autoencoder whose code is a row of choices, each among several ways: no place between them.",
        "Jang, Gu & Poole 2017, Categorical reparameterization with Gumbel-softmax, arXiv 1611.01144; Maddison, Mnih & "
        "Teh 2017, The concrete distribution, arXiv 1611.00712",
        "vae.models.families.discrete:DiscreteVAE",
        frozenset({"encode", "draw", "spread", "bound", "density"}),
        heads=1,
        axis="choice",
        fits=check_ways,
        drawn="graph",
        settings=Choosing,
        bounds={"ways": (2, 64), "temperature": (0.05, 5.0)},
    ),
    "vq": Family(
        "VQ-VAE",
        "An autoencoder whose code is a grid of cells, each of which holds one of the codes of a book that is learnt.",
        "van den Oord, Vinyals & Kavukcuoglu 2017, Neural discrete representation learning, arXiv 1711.00937; Razavi, "
        "van den Oord & Vinyals 2019, arXiv 1906.00446; Larochelle & Murray 2011, The neural autoregressive "
        "distribution estimator, PMLR 15",
        "vae.models.families.vq:VQVAE",
        frozenset({"encode", "draw", "spread", "bound"}),
        heads=1,
        axis="choice",
        fits=check_codes,
        drawn="graph",
        settings=Book,
        bounds={"codes": (2, 512)},
        objectives=("vq",),
        beside=lambda dims, options, lay_out: [before(dims // codes_of(dims, options), codes_of(dims, options))],
        around=booked,
        sure=True,
    ),
    "vae-gan": Family(
        "VAE-GAN",
        "A variational autoencoder with a critic that tells drawn from real, so that blur costs something.",
        "Larsen et al. 2016, Autoencoding beyond pixels using a learned similarity metric, arXiv 1512.09300; "
        "Goodfellow et al. 2014, Generative adversarial networks, arXiv 1406.2661",
        "vae.models.families.adversarial:VAEGAN",
        frozenset({"encode", "draw", "spread", "bound", "density"}),
        objectives=("adversarial",),
        beside=lambda dims, options, lay_out: [lay_out(1, 1)[0]],
    ),
    "gan": Family(
        "GAN",
        "A generator that learns to pass before a critic. It has no encoder: it draws, and no thing has a place.",
        "Goodfellow et al. 2014, Generative adversarial networks, arXiv 1406.2661",
        "vae.models.families.gan:GAN",
        frozenset({"draw"}),
        heads=0,
        objectives=("gan",),
        betas=(0.5, 0.99),
    ),
}
"""The families, in the order to offer them. A new one is a file in vae/models/families/ and an entry here."""

TAKEN_IN: dict[str, Family] = {
    "decoder": Family(
        "Decoder alone",
        "A decoder or generator without an encoder: codes become things, and nothing says where a thing lies.",
        "Goodfellow et al. 2014, Generative adversarial networks, arXiv 1406.2661",
        "",
        frozenset({"draw"}),
    ),
}
"""Families of models that others have made, and that are not trained here."""


def in_a_sentence(title: str) -> str:
    """Return a family's title as it stands within a sentence: "Ladder VAE" begins small there, "VAE-GAN" does not."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def title_of(name: str) -> str | None:
    """Return what a family is called, one that is trained here or not; None where it is unknown."""
    known = FAMILIES.get(name) or TAKEN_IN.get(name)
    return None if known is None else known.title
