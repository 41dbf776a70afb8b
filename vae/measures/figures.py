"""What is said of models beside each other: from their cards, and what is computed when it is asked for.

`FIGURES` at the foot lists all that there are. What a model cannot have is None, with the reason in words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np

from vae.errors import InputError
from vae.explore.draws import draw_codes
from vae.explore.explorer import Explorer
from vae.explore.likelihood import NO_LIKELIHOOD
from vae.library.belief import Belief
from vae.library.cards import Card
from vae.measures import draws as clouds
from vae.measures import void
from vae.measures.ground import Ground
from vae.measures.posterior import ROWS, coordinate_kl, mmd
from vae.measures.sharpness import sharpness

BATCH = 500
LEAST_DRAWS, MOST_DRAWS = 10, 10_000

Value = float | int | None
Result = TypeVar("Result")


@dataclass(frozen=True)
class Figure:
    """One figure: its title, unit, which is better ("" where neither is), what it says, where it is from.

    computed: whether it takes the model's graphs and the data; otherwise the card says it.
    """

    title: str
    unit: str
    better: Literal["lower", "higher", ""]
    sentence: str
    source: str = ""
    computed: bool = False


@dataclass(frozen=True)
class Measured:
    """The figures of one model: by name its value or None, and by name why there is none.

    walk: the share of things without a class at each of `vae.measures.void.STEPS`; empty where it was not walked.
    """

    name: str
    values: dict[str, Value] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    walk: tuple[float, ...] = ()

    def and_(self, more: "Measured") -> "Measured":
        """Return these figures and more of the same model."""
        return Measured(self.name, self.values | more.values, self.why | more.why, self.walk or more.walk)


@dataclass(frozen=True)
class Stage:
    """How far the measuring is: of which model what is measured, and how many stages of how many are done."""

    model: str
    what: str
    done: int
    total: int


def from_card(card: Card) -> Measured:
    """Return what a card says: its settings and what was measured when the model was made."""
    values: dict[str, Value] = {
        "dims": card.latent.dims,
        "beta": card.beta if "bound" in card.can else None,
        "seed": card.seed if card.origin is None else None,
    }
    for name in ("negative_elbo", "reconstruction", "kl", "log_likelihood", "active_units", "knn_accuracy"):
        values[name] = card.metrics.get(name)
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


STAGES = ("reconstructions", "draws", "codes and prior", "the walk outwards")


def measure(explorer: Explorer, ground: Ground, many: int, seed: int = 0) -> Iterator[Stage | Measured]:
    """Compute the figures that no card has; yields each `Stage` before it begins, and `Measured` at the end.

    many: draws from the prior, 10 to 10,000; the same seed gives the same codes to all models of as many dimensions.
    """
    if not LEAST_DRAWS <= many <= MOST_DRAWS:
        raise InputError(f"From {LEAST_DRAWS} to {MOST_DRAWS:,} draws are compared with the data; got {many:,}.")
    found = Measured(explorer.card.name)
    steps: tuple[Callable[[], Measured], ...] = (
        lambda: _reconstructions(explorer, ground),
        lambda: _draws(explorer, ground, many, seed),
        lambda: _prior(explorer, seed),
        lambda: _void(explorer, ground, seed),
    )
    for number, (what, step) in enumerate(zip(STAGES, steps, strict=True)):
        yield Stage(explorer.card.name, what, number, len(STAGES))
        found = found.and_(step())
    yield found


def _reconstructions(explorer: Explorer, ground: Ground) -> Measured:
    names = ("error", "sharpness_reconstructions")
    if "encode" not in explorer.card.can:
        return _none(explorer, names, "it has no encoder")
    parts = [ground.things[first : first + BATCH] for first in range(0, len(ground.things), BATCH)]
    made = np.concatenate([explorer.reconstruct(part) for part in parts])
    apart = np.square(explorer.kind.apart(ground.things, made)).mean()
    return Measured(
        explorer.card.name,
        {"error": float(np.sqrt(apart)), names[1]: _sharper(explorer.kind.feed(made), ground)},
    )


def _draws(explorer: Explorer, ground: Ground, many: int, seed: int) -> Measured:
    names = ("sharpness_draws", "frechet", "precision", "recall", "no_class")
    if "draw" not in explorer.card.can:
        return _none(explorer, names, "it has no prior to draw from")
    try:
        codes = draw_codes(explorer, many, seed)
    except InputError:
        return _none(explorer, names, "its prior cannot be drawn from here")
    told = np.arange(many) % explorer.card.told if explorer.card.told else None
    fed = explorer.kind.feed(_decoded(explorer, codes, told))
    seen = ground.features.of(fed)
    precision, recall = clouds.precision_recall(ground.seen, seen)
    values: dict[str, Value] = {
        "sharpness_draws": _sharper(fed, ground),
        "frechet": clouds.frechet(ground.seen, seen),
        "precision": precision,
        "recall": recall,
    }
    if ground.least is None:
        return Measured(explorer.card.name, values).and_(_none(explorer, names[-1:], "no classifier knows its classes"))
    return Measured(explorer.card.name, values | {"no_class": void.no_class(ground.features, fed, ground.least)})


def _prior(explorer: Explorer, seed: int) -> Measured:
    names = ("prior_kl", "prior_mmd")
    if explorer.card.latent.prior != "normal":
        said = "it has no prior" if explorer.card.latent.prior == "none" else "its prior is no standard normal"
        return _none(explorer, names, said)
    codes = explorer.codes()
    if codes is None or len(codes.centre) < 2:
        return _none(explorer, names, "it keeps no test codes")
    random = np.random.default_rng(seed)
    rows = random.permutation(len(codes.centre))[:ROWS]
    belief = Belief(codes.centre[rows], None if codes.spread is None else codes.spread[rows], None)
    drawn = belief.at(random.standard_normal(belief.centre.shape))
    prior = random.standard_normal(drawn.shape)
    return Measured(explorer.card.name, {"prior_kl": float(coordinate_kl(drawn).sum()), "prior_mmd": mmd(drawn, prior)})


def _void(explorer: Explorer, ground: Ground, seed: int) -> Measured:
    codes = explorer.codes()
    if ground.least is None:
        return _none(explorer, ("reach",), "no classifier knows its classes")
    if codes is None:
        return _none(explorer, ("reach",), "it keeps no test codes")
    shares = void.walk(explorer, codes, ground.features, ground.least, seed)
    reach = void.reach(shares)
    why = {} if reach is not None else {"reach": f"half stay recognised to {void.STEPS[-1]:g} times as far"}
    return Measured(explorer.card.name, {"reach": reach}, why, tuple(shares))


def _decoded(explorer: Explorer, codes: np.ndarray, told: np.ndarray | None) -> np.ndarray:
    parts = [slice(first, first + BATCH) for first in range(0, len(codes), BATCH)]
    return np.concatenate([explorer.decode(codes[part], None if told is None else told[part]) for part in parts])


def _sharper(fed: np.ndarray, ground: Ground) -> float:
    """Return how sharp things are beside the data, 1 where they are as sharp; 0 where the data has no edge at all."""
    real = sharpness(ground.fed).mean()
    return float(sharpness(fed).mean() / real) if real > 0 else 0.0


def _none(explorer: Explorer, names: Sequence[str], why: str) -> Measured:
    return Measured(explorer.card.name, dict.fromkeys(names), dict.fromkeys(names, why))


def ordered(models: Sequence[Measured], by: str) -> list[Measured]:
    """Return models with the best first by a figure, and those last that do not have it; `InputError` says which are.

    Where neither is better the smallest is first.
    """
    if by not in FIGURES:
        raise InputError(f"Unknown figure {by[:80]!r}; choose one of: {', '.join(FIGURES)}.")
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
    "reach": Figure(
        "The walk into the void",
        "times as far as codes lie",
        "",
        "Where, on rays from the centre outwards, half of what is decoded has no class any more.",
        "",
        True,
    ),
}
