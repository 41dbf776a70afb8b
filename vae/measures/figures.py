"""What is said of models beside each other: from their cards, and what is computed when it is asked for.

`FIGURES` at the foot lists all that there are. What a model cannot have is None, with the reason in words. Nothing here
opens a graph: vae/measures/measuring.py computes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from vae.errors import unknown
from vae.explore.likelihood import NO_LIKELIHOOD
from vae.library.cards import Card

Value = float | int | None


@dataclass(frozen=True)
class Figure:
    """One figure: its title, unit, which is better ("" where neither is), what it says, where it is from.

    computed: whether it takes the model's graphs and the data; otherwise the card says it. factors: whether it is there
    only for models of data whose factors are known.
    """

    title: str
    unit: str
    better: Literal["lower", "higher", ""]
    sentence: str
    source: str = ""
    computed: bool = False
    factors: bool = False


@dataclass(frozen=True)
class Shares:
    """What each coordinate of a code tells of each known factor, as a share of the factor's entropy; empty for none.

    names: of the F factors; told: [F][d], from 0 for nothing to 1 for all of it.
    """

    names: tuple[str, ...] = ()
    told: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Measured:
    """The figures of one model: by name its value or None, and by name why there is none.

    walk: the share of things outside the data at each of `vae.measures.void.STEPS`; empty where it was not walked.
    factors: what the coordinates tell of known factors. A figure that is in none of values has no place in a table, and
    `why` may say what it would take.
    """

    name: str
    values: dict[str, Value] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    walk: tuple[float, ...] = ()
    factors: Shares = Shares()

    def and_(self, more: "Measured") -> "Measured":
        """Return these figures and more of the same model."""
        factors = self.factors if self.factors.names else more.factors
        return Measured(self.name, self.values | more.values, self.why | more.why, self.walk or more.walk, factors)


def from_card(card: Card) -> Measured:
    """Return what a card says: its settings and what was measured when the model was made."""
    values: dict[str, Value] = {
        "dims": card.latent.dims,
        "beta": card.beta if "bound" in card.can else None,
        "seed": card.seed if card.origin is None else None,
    }
    for name in ("negative_elbo", "reconstruction", "kl", "log_likelihood", "active_units", "knn_accuracy"):
        values[name] = card.metrics.get(name)
    if card.codes:
        values |= {name: card.metrics.get(name) for name in OF_BOOKS}
    return Measured(card.name, values, {name: _why(card, name) for name, value in values.items() if value is None})


def _why(card: Card, name: str) -> str:
    """Say in a few words why a card does not have a figure."""
    if name == "seed":
        return "it was trained elsewhere"
    if "encode" not in card.can:
        return "it has no encoder"
    if name in ("negative_elbo", "reconstruction", "log_likelihood") and card.likelihood == NO_LIKELIHOOD:
        return "its likelihood is not known"
    if name in ("beta", "negative_elbo", "kl", "log_likelihood") and "bound" not in card.can:
        return "it has no prior, so there is no KL"
    if name == "knn_accuracy" and not card.data.classes:
        return "its data has no classes"
    if name == "log_likelihood":
        return "it was not estimated"
    return "its card does not say it"


def ordered(models: Sequence[Measured], by: str) -> list[Measured]:
    """Return models with the best first by a figure, and those last that do not have it; `InputError` says which are.

    Where neither is better the smallest is first.
    """
    if by not in FIGURES:
        raise unknown("figure", by[:80], FIGURES)
    sign = -1 if FIGURES[by].better == "higher" else 1

    def place(one: Measured) -> tuple[bool, float]:
        value = one.values.get(by)
        return value is None, 0.0 if value is None else sign * value

    return sorted(models, key=place)


def rows(models: Sequence[Measured]) -> list[dict[str, Any]]:
    """Return a row a model, its name and each figure under its own: for a table, CSV or JSON."""
    names = [name for name in FIGURES if any(name in model.values for model in models)]
    return [{"model": model.name} | {name: model.values.get(name) for name in names} for model in models]


OURS = "in the features of a small classifier of our own; this is no FID, and compares with no figure of others"

FIGURES: dict[str, Figure] = {
    "dims": Figure("Latent dimensions", "", "", "How many numbers a code has."),
    "beta": Figure("β", "", "", "The weight of the KL in training.", "Higgins et al. 2017, beta-VAE"),
    "seed": Figure("Seed", "", "", "Of the training run: other seeds say how much is chance."),
    "negative_elbo": Figure(
        "−ELBO",
        "nats",
        "lower",
        "What a test thing costs in all: reconstruction and KL.",
        "Kingma & Welling 2013, arXiv 1312.6114",
    ),
    "reconstruction": Figure(
        "Reconstruction, the distortion",
        "nats",
        "lower",
        "What the decoder misses of a test thing.",
        "Alemi et al. 2018, arXiv 1711.00464",
    ),
    "kl": Figure(
        "KL, the rate",
        "nats",
        "",
        "What a code says of its thing. More of it buys a smaller distortion.",
        "Alemi et al. 2018, arXiv 1711.00464",
    ),
    "log_likelihood": Figure(
        "log p(x), at least", "nats", "higher", "By importance sampling.", "Burda et al. 2015, arXiv 1509.00519"
    ),
    "active_units": Figure(
        "Active units", "", "", "Dimensions whose mean varies over the data.", "Burda et al. 2015, arXiv 1509.00519"
    ),
    "knn_accuracy": Figure(
        "10-NN accuracy", "", "higher", "How often a code's ten nearest training codes are of its own class."
    ),
    "codes_used": Figure(
        "Codes used",
        "",
        "",
        "How many codes of its book the test things use.",
        "van den Oord et al. 2017, arXiv 1711.00937",
    ),
    "code_perplexity": Figure(
        "Perplexity of codes",
        "",
        "",
        "How many codes these would be if all were used alike.",
        "van den Oord et al. 2017, arXiv 1711.00937",
    ),
    "error": Figure(
        "Error of reconstructions", "", "lower", "Root mean square difference, in the unit of the things.", "", True
    ),
    "sharpness_reconstructions": Figure(
        "Sharpness of reconstructions",
        "of the data's",
        "",
        "Variance of the Laplacian; 1 is as sharp as the data, less is blurred.",
        "Pech-Pacheco et al. 2000, Diatom autofocusing in brightfield microscopy",
        True,
    ),
    "sharpness_draws": Figure(
        "Sharpness of draws",
        "of the data's",
        "",
        "Variance of the Laplacian; 1 is as sharp as the data, less is blurred.",
        "Pech-Pacheco et al. 2000, Diatom autofocusing in brightfield microscopy",
        True,
    ),
    "frechet": Figure(
        "Fréchet distance of draws",
        "",
        "lower",
        f"How far the draws lie from the data, {OURS}.",
        "Heusel et al. 2017, arXiv 1706.08500, in other features",
        True,
    ),
    "precision": Figure(
        "Precision of draws",
        "",
        "higher",
        f"The share of draws that lie within the data, {OURS}.",
        "Kynkäänniemi et al. 2019, arXiv 1904.06991",
        True,
    ),
    "recall": Figure(
        "Recall of draws",
        "",
        "higher",
        f"The share of the data that lies within the draws, {OURS}.",
        "Kynkäänniemi et al. 2019, arXiv 1904.06991",
        True,
    ),
    "no_class": Figure(
        "Draws without a class",
        "",
        "lower",
        "The share of which the classifier is less sure than of 99 % of the data.",
        "",
        True,
    ),
    "classes_found": Figure(
        "Classes found in the draws",
        "",
        "higher",
        "How many classes the classifier finds, each in at least a tenth of an even share of the draws.",
        "",
        True,
    ),
    "prior_kl": Figure(
        "Codes against the prior, by coordinate",
        "nats",
        "lower",
        "KL of the normal fitted to each coordinate of the aggregate posterior to N(0, 1), summed.",
        "Hoffman & Johnson 2016, ELBO surgery",
        True,
    ),
    "prior_mmd": Figure(
        "Codes against the prior, jointly",
        "",
        "lower",
        "Squared MMD of the aggregate posterior and N(0, I); chance alone leaves about 0.001.",
        "Tolstikhin et al. 2018, arXiv 1711.01558",
        True,
    ),
    "probe": Figure(
        "Linear probe of codes",
        "",
        "higher",
        "How often a line through the codes finds the class: five folds of things that the model has not learnt from.",
        "Alain & Bengio 2016, arXiv 1610.01644",
        True,
    ),
    "probe_components": Figure(
        "Linear probe of as many principal components",
        "",
        "higher",
        "The same of principal components, as many as a code has numbers: what is linear needs no network.",
        "Alain & Bengio 2016, arXiv 1610.01644",
        True,
    ),
    "probe_things": Figure(
        "Linear probe of the things themselves",
        "",
        "higher",
        "The same of all numbers of a thing: a code has far fewer.",
        "Alain & Bengio 2016, arXiv 1610.01644",
        True,
    ),
    "probe_nearest": Figure(
        "10-NN of codes, same folds",
        "",
        "higher",
        "How often the ten nearest codes of other test things vote for the class.",
        "",
        True,
    ),
    "probe_nearest_things": Figure(
        "10-NN of the things themselves",
        "",
        "higher",
        "The same of all numbers of a thing.",
        "",
        True,
    ),
    "reach": Figure(
        "The walk into the void",
        "times as far as codes lie",
        "",
        f"Where, on rays from the centre outwards, half of what is decoded lies outside the data, {OURS}.",
        "",
        True,
    ),
    "mig": Figure(
        "MIG, the mutual information gap",
        "of a factor's entropy",
        "higher",
        "How much more of a known factor the one dimension tells that tells most of it than the next; the mean over "
        "the factors that are no classes. By draws of q(z|x), without bins of z.",
        "Chen et al. 2018, arXiv 1802.04942",
        True,
        True,
    ),
    "sap": Figure(
        "SAP, separated predictability",
        "",
        "higher",
        "How much better the best dimension alone predicts a known factor than the next: by R² of a line, or of a "
        "class by the balanced accuracy of thresholds.",
        "Kumar et al. 2018, arXiv 1711.00848",
        True,
        True,
    ),
    "dci_disentanglement": Figure(
        "DCI disentanglement",
        "",
        "higher",
        "Whether each dimension matters to one known factor alone, where random forests predict the factors.",
        "Eastwood & Williams 2018, A framework for the quantitative evaluation of disentangled representations",
        True,
        True,
    ),
    "dci_completeness": Figure(
        "DCI completeness",
        "",
        "higher",
        "Whether each known factor is told by one dimension alone, where random forests predict the factors.",
        "Eastwood & Williams 2018, A framework for the quantitative evaluation of disentangled representations",
        True,
        True,
    ),
    "dci_error": Figure(
        "DCI error (informativeness)",
        "of a constant guess's",
        "lower",
        "How wrong random forests are that predict the known factors from all dimensions; 1 is no better than always "
        "the same.",
        "Eastwood & Williams 2018, A framework for the quantitative evaluation of disentangled representations",
        True,
        True,
    ),
}

OF_BOOKS = ("codes_used", "code_perplexity")
"""Figures that are there only for models whose cells share a book of codes."""

OF_FACTORS = tuple(name for name, figure in FIGURES.items() if figure.factors)
