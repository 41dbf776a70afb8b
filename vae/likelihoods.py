"""What a decoder's numbers say of a thing, p(x|z), in words: what flags, form, card and pages read. No torch.

The distributions stand in vae/models/likelihoods.py; which of them suits a kind of data is said with the kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from vae.errors import unknown
from vae.options import Entry, Options

Least = Literal["entropy", "shares", "nothing", "unbounded"]
"""What the likeliest decoder would have to pay for a thing. entropy: that of its own grey levels, which are taken for
probabilities; shares: k log k nats for k likes, each of which gets the same share of one choice; nothing: it can be
sure of each level; unbounded: a density, which has no least."""


@dataclass(frozen=True)
class Mixture:
    """What a mixture of logistics is told."""

    mixtures: int = 5
    """Logistics that a pixel's mixture has: with one it has a middle and a width, with more it may lie here or
    there."""


@dataclass(frozen=True)
class Levels:
    """What a categorical likelihood is told."""

    levels: int = 8
    """Grey levels that a pixel is sorted into, each of which has a probability of its own."""


@dataclass(frozen=True)
class Likelihood(Entry):
    """What p(x|z) is, element by element, given the decoder's numbers.

    least: what a thing costs at the least. numbers: channels of a thing, settled options -> channels that a decoder
    gives. dice: channels of a thing -> channels of numbers, even in [0, 1], that draw one. precision: of products while
    it trains. scale: whether one standard deviation is learnt for all elements. told: whether what a decoder expects
    tells the whole distribution, a learnt scale aside; where it does not, graphs of the model's own say what a thing
    costs, and draw one. bits: whether nats are told as bits a number of a thing, too, as is usual of pixels.
    """

    least: Least
    numbers: Callable[[int, Options], int] = lambda channels, options: channels
    dice: Callable[[int], int] = lambda channels: channels
    precision: str = "bfloat16"
    scale: bool = False
    told: bool = True
    bits: bool = True


def of_mixture(channels: int, mixtures: int) -> int:
    """Return how many numbers a pixel's mixture has: of each logistic its share, and of each channel its middle, its
    width, and what it takes of the channels before it."""
    return mixtures * (1 + 2 * channels + channels * (channels - 1) // 2)


def least_of(name: str) -> Least:
    """Return what a thing costs at the least by the likelihood of this name; an unknown one has no least."""
    return LIKELIHOODS[name].least if name in LIKELIHOODS else "unbounded"


def title_of(name: str) -> str:
    """Return what the likelihood of this name is called: one of another version by its name."""
    return LIKELIHOODS[name].title if name in LIKELIHOODS else name


def likelihood(name: str) -> Likelihood:
    """Return the likelihood of this name; `InputError` lists those that there are."""
    if name not in LIKELIHOODS:
        raise unknown("likelihood", name, LIKELIHOODS)
    return LIKELIHOODS[name]


LIKELIHOODS: dict[str, Likelihood] = {
    "bernoulli": Likelihood(
        "Bernoulli",
        "Ink or no ink; grey levels count as probabilities.",
        "Kingma & Welling 2013, Auto-encoding variational Bayes, arXiv 1312.6114, appendix C.1",
        "vae.models.likelihoods:Bernoulli",
        least="entropy",
    ),
    "gaussian": Likelihood(
        "Gaussian",
        "A grey level around its mean, with one standard deviation for all that is learnt.",
        "Rybkin, Daniilidis & Levine 2020, Simple and effective VAE training with calibrated decoders, "
        "arXiv 2006.13202",
        "vae.models.likelihoods:Gaussian",
        least="unbounded",
        precision="float32",  # a learnt spread can become as small as bfloat16's rounding
        scale=True,
    ),
    "continuous-bernoulli": Likelihood(
        "Continuous Bernoulli",
        "A grey level in [0, 1]: the Bernoulli's formula, made a density.",
        "Loaiza-Ganem & Cunningham 2019, The continuous Bernoulli, arXiv 1907.06845",
        "vae.models.likelihoods:ContinuousBernoulli",
        least="unbounded",
        told=False,
    ),
    "logistic-mixture": Likelihood(
        "Logistic mixture",
        "One of 256 grey levels, by a mixture of logistics of which each level gets its share: nats are bits a pixel.",
        "Salimans et al. 2017, PixelCNN++, arXiv 1701.05517",
        "vae.models.likelihoods:LogisticMixture",
        settings=Mixture,
        bounds={"mixtures": (1, 30)},
        least="nothing",
        numbers=lambda channels, options: of_mixture(channels, int(options["mixtures"])),
        dice=lambda channels: channels + 1,
        precision="float32",  # a logistic may be narrower than a grey level
        told=False,
    ),
    "categorical": Likelihood(
        "Categorical",
        "One of a few grey levels, each with a probability of its own.",
        "van den Oord, Kalchbrenner & Kavukcuoglu 2016, Pixel recurrent neural networks, arXiv 1601.06759",
        "vae.models.likelihoods:Categorical",
        settings=Levels,
        bounds={"levels": (2, 256)},
        least="nothing",
        numbers=lambda channels, options: channels * int(options["levels"]),
        told=False,
    ),
    "symbols": Likelihood(
        "Symbols",
        "One symbol of an alphabet at each place, until the one that ends the word; what lies behind it costs nothing.",
        "Bowman et al. 2016, Generating sentences from a continuous space, arXiv 1511.06349; all places at once, as "
        "in Kusner, Paige & Hernández-Lobato 2017, Grammar variational autoencoder, arXiv 1703.01925",
        "vae.models.likelihoods:Symbols",
        least="nothing",
        dice=lambda channels: 1,
        told=False,
        bits=False,
    ),
    "labels": Likelihood(
        "Labels",
        "One label of a few for each pixel, each with a probability of its own; the image that they lie on is given.",
        "Kohl et al. 2018, A probabilistic U-Net for segmentation of ambiguous images, arXiv 1806.05034",
        "vae.models.likelihoods:Labels",
        least="nothing",
        dice=lambda channels: 1,
        precision="float32",  # what is rare weighs little beside the background, and its gradients are small
        told=False,
        bits=False,
    ),
    "multinomial": Likelihood(
        "Multinomial",
        "Each like is one choice among all items, whose chances add up to 1: what is likelier takes from the rest.",
        "Liang, Krishnan, Hoffman & Jebara 2018, Variational autoencoders for collaborative filtering, "
        "arXiv 1802.05814",
        "vae.models.likelihoods:Multinomial",
        least="shares",
        precision="float32",  # the shares of thousands of items add up to 1
        told=False,
    ),
}
"""The likelihoods, in the order to offer them. A new one is a class in vae/models/likelihoods.py and an entry here."""
