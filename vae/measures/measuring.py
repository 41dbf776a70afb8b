"""The figures that no card has, computed by a model's graphs and the things of its data."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vae.errors import InputError
from vae.explore.draws import draw_codes
from vae.explore.explorer import Explorer
from vae.library.belief import Belief
from vae.measures import draws as clouds
from vae.measures import probing, void
from vae.measures.disentangling import dci, sap, sap_scores
from vae.measures.figures import OF_FACTORS, Measured, Shares, Value
from vae.measures.ground import Ground
from vae.measures.information import entropy, gaps, mutual_information, numbered
from vae.measures.known import Known
from vae.measures.posterior import ROWS, coordinate_kl, mmd
from vae.measures.sharpness import sharpness

BATCH = 500
LEAST_DRAWS, MOST_DRAWS = 10, 10_000


@dataclass(frozen=True)
class Stage:
    """How far the measuring is: of which model what is measured, and how many stages of how many are done."""

    model: str
    what: str
    done: int
    total: int


def check_draws(many: int) -> None:
    """Raise `InputError` for too few draws to say anything by, and for too many."""
    if not LEAST_DRAWS <= many <= MOST_DRAWS:
        raise InputError(f"From {LEAST_DRAWS} to {MOST_DRAWS:,} draws are compared with the data; got {many:,}.")


STAGES = ("reconstructions", "draws", "codes and prior", "classes in the codes", "the walk outwards", "known factors")


def measure(explorer: Explorer, ground: Ground, many: int, seed: int = 0) -> Iterator[Stage | Measured]:
    """Compute the figures that no card has; yields each `Stage` before it begins, and `Measured` at the end.

    many: draws from the prior, 10 to 10,000; the same seed gives the same codes to all models of as many dimensions.
    """
    check_draws(many)
    found = Measured(explorer.card.name)
    steps: tuple[Callable[[], Measured], ...] = (
        lambda: _reconstructions(explorer, ground),
        lambda: _draws(explorer, ground, many, seed),
        lambda: _prior(explorer, seed),
        lambda: _probes(explorer, ground, seed),
        lambda: _void(explorer, ground, seed),
        lambda: of_factors(explorer, ground.known, seed),
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
    names = ("sharpness_draws", "frechet", "precision", "recall", "no_class", "classes_found")
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
        return Measured(explorer.card.name, values).and_(_none(explorer, names[-2:], "no classifier knows its classes"))
    for name, of in (("no_class", void.no_class), ("classes_found", void.classes_found)):
        values[name] = of(ground.features, fed, ground.least)
    return Measured(explorer.card.name, values)


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


PROBES = ("probe", "probe_components", "probe_things", "probe_nearest", "probe_nearest_things")


def _probes(explorer: Explorer, ground: Ground, seed: int) -> Measured:
    if "encode" not in explorer.card.can:
        return _none(explorer, PROBES, "it has no encoder")
    if explorer.card.told:
        return _none(explorer, PROBES, "it is told the class beside its code")
    known = _classed(ground)
    if known is None:
        return _none(explorer, PROBES, "too few of its test things have a class")
    counts, labels, things = known
    codes, dims = _encoded(explorer, ground.things[counts]).centre, explorer.card.latent.dims
    values: dict[str, Value] = {
        "probe": probing.linear(codes, labels, seed),
        "probe_components": probing.linear(probing.components(things, dims, seed), labels, seed),
        "probe_nearest": probing.nearest(codes, labels, seed),
    }
    return Measured(explorer.card.name, values | _of_things(ground, seed))


def _classed(ground: Ground) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Return which things have a class that counts, these classes, and these things as rows; None for too few."""
    if ground.labels is None:
        return None
    counts = probing.countable(ground.labels)
    labels = ground.labels[counts]
    return (counts, labels, ground.fed[counts].reshape(len(labels), -1)) if len(np.unique(labels)) > 1 else None


@lru_cache(1)
def _of_things(ground: Ground, seed: int) -> dict[str, Value]:
    """Return what is read off the things themselves: the same beside each model."""
    known = _classed(ground)
    assert known is not None
    _, labels, things = known
    return {
        "probe_things": probing.linear(things, labels, seed),
        "probe_nearest_things": probing.nearest(things, labels, seed),
    }


def _void(explorer: Explorer, ground: Ground, seed: int) -> Measured:
    codes = explorer.codes()
    if codes is None:
        return _none(explorer, ("reach",), "it keeps no test codes")
    shares = void.walk(explorer, codes, ground.features, ground.seen, seed)
    reach = void.reach(shares)
    why = (
        {}
        if reach is not None
        else {"reach": f"half lie within the data still at {void.STEPS[-1]:g} times the distance"}
    )
    return Measured(explorer.card.name, {"reach": reach}, why, tuple(shares))


def of_factors(explorer: Explorer, known: Known | None, seed: int = 0) -> Measured:
    """Compute the figures of how a model's dimensions part known factors; None: none are known."""
    name = explorer.card.name
    if known is None:
        return Measured(name, why=dict.fromkeys(OF_FACTORS, "nothing says which factors its data was drawn from"))
    if "encode" not in explorer.card.can:
        return _none(explorer, OF_FACTORS, "it has no encoder")
    belief = _encoded(explorer, known.things)
    centre = belief.centre
    predicted = dci(centre, known.factors, known.classes, seed)
    values: dict[str, Value] = {
        "sap": sap(sap_scores(centre, known.factors, known.classes)),
        "dci_disentanglement": predicted.disentanglement,
        "dci_completeness": predicted.completeness,
        "dci_error": predicted.error,
    }
    if belief.spread is None:
        return Measured(name, values).and_(_none(explorer, ("mig",), "its codes are points, without a density"))
    if explorer.card.latent.choices:
        return Measured(name, values).and_(_none(explorer, ("mig",), "its codes are choices, not normals"))
    mig, shares = _told(centre, belief.spread, known, seed)
    return Measured(name, values | {"mig": mig}, factors=shares)


def _told(centre: np.ndarray, spread: np.ndarray, known: Known, seed: int) -> tuple[float, Shares]:
    """Return MIG, and what each coordinate tells of each factor.

    MIG is the mean over the factors that have an order, as Chen and others have it of dSprites, without the shape.
    """
    factors = np.stack([numbered(factor) for factor in known.factors.T], 1)
    entropies = np.array([entropy(factor) for factor in factors.T])
    information = mutual_information(centre, spread, factors, seed=seed)
    shares = Shares(known.names, tuple(map(tuple, (information / entropies[:, None]).tolist())))
    return float(gaps(information, entropies)[~np.array(known.classes)].mean()), shares


def _encoded(explorer: Explorer, things: np.ndarray) -> Belief:
    parts = [explorer.encode(things[first : first + BATCH]) for first in range(0, len(things), BATCH)]
    spreads = [part.spread for part in parts if part.spread is not None]
    return Belief(np.concatenate([part.centre for part in parts]), np.concatenate(spreads) if spreads else None, None)


def _decoded(explorer: Explorer, codes: np.ndarray, told: np.ndarray | None) -> np.ndarray:
    parts = [slice(first, first + BATCH) for first in range(0, len(codes), BATCH)]
    return np.concatenate([explorer.decode(codes[part], None if told is None else told[part]) for part in parts])


def _sharper(fed: np.ndarray, ground: Ground) -> float:
    """Return how sharp things are beside the data, 1 where they are as sharp; 0 where the data has no edge at all."""
    real = sharpness(ground.fed).mean()
    return float(sharpness(fed).mean() / real) if real > 0 else 0.0


def _none(explorer: Explorer, names: Sequence[str], why: str) -> Measured:
    return Measured(explorer.card.name, dict.fromkeys(names), dict.fromkeys(names, why))
