"""What a model is worth: its ELBO, log-likelihood, active units, neighbours of the same class. No torch.

`evaluate` asks a `Way` to measure: the networks in torch, as training does, or the two graphs alone, as of any model.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.explore.likelihood import NO_LIKELIHOOD, floor
from vae.kinds.kind import Kind
from vae.likelihoods import LIKELIHOODS, least_of, title_of
from vae.own.images.folders import Stream

ROWS = 1000
"""Things or codes a pass: large enough to fill the cores, small enough for a laptop's memory."""

MOST_READ = 20_000
"""Training things whose codes are the neighbours, where they have to be read from files; they come in no order."""


@dataclass(frozen=True)
class Measured:
    """The terms of the ELBO of each thing, in nats, and where it lies, all float32.

    reconstruction: [N], without a likelihood the mean squared error of what the centre decodes to, in a network's
    units; kl: [N, k], none where there is no prior; centre: [N, d]; spread: [N, d], standard deviations, None where
    codes are points; floor: [N], the least that the reconstruction could be, None for a density; nats: [N, d], what
    each coordinate costs, as far as that can be told of one.
    """

    reconstruction: np.ndarray
    kl: np.ndarray
    centre: np.ndarray
    spread: np.ndarray | None
    floor: np.ndarray | None = None
    nats: np.ndarray | None = None

    @property
    def negative_elbo(self) -> np.ndarray:
        """Return reconstruction + KL of each thing, [N] nats."""
        return self.reconstruction + self.kl.sum(1)


@dataclass(frozen=True)
class Evaluation:
    """The figures of one model on one test set, as the card keeps them; losses in nats a thing.

    Without a prior there is no ELBO, no KL, and no unit that could be told from its prior: these are None. Without a
    likelihood no reconstruction has nats, and there is no ELBO either: then there is `rmse`.
    """

    negative_elbo: float | None
    negative_elbo_standard_error: float | None
    reconstruction: float | None
    floor: float | None
    """The part of the reconstruction that no model could save; None for a density."""
    kl: float | None
    active_units: int | None
    knn_accuracy: float | None
    log_likelihood: float | None
    log_likelihood_standard_error: float | None
    gap: float | None
    """log p(x), as far as it was found, above the ELBO of the very same things."""
    gap_standard_error: float | None
    conditions: str
    rmse: float | None = None
    """Root mean square error of what the codes' centres decode to, in a network's units; None where there are nats."""
    codes_used: int | None = None
    """How many codes of a book that all cells of a code share any of the things uses; None where there is none."""
    code_perplexity: float | None = None
    """How many these would be if all were used alike: exp of the entropy of their shares."""
    bits_per_dim: float | None = None
    """−ELBO in bits, shared out over the elements of a thing; None where a likelihood is no probability of levels."""


@dataclass(frozen=True)
class Way:
    """How a model is measured. kind: of its things; likelihood: its name; spread: whether it says how sure a code is.

    measure, centres: things as they are kept, [N, *shape], and their labels -> their terms, where they lie;
    log_likelihood: the same -> log p(x), float32 [N] nats. codes: of a book that all cells of a code share, 0 where
    there is none; with one a code is sure, and each importance sample is the ELBO itself.
    """

    kind: Kind
    likelihood: str
    spread: bool
    measure: Callable[[np.ndarray, np.ndarray | None], Measured]
    centres: Callable[[np.ndarray, np.ndarray | None], np.ndarray]
    log_likelihood: Callable[[np.ndarray, np.ndarray | None], np.ndarray]
    codes: int = 0


def evaluate(
    way: Way,
    images: np.ndarray,
    labels: np.ndarray | None,
    train_images: np.ndarray,
    train_labels: np.ndarray | None,
    *,
    title: str,
    without: str | None = None,
    elbo_samples: int = 1,
    importance_samples: int = 0,
    importance_images: int = 1000,
    seed: int = 0,
) -> tuple[Evaluation, Measured]:
    """Measure a model on test things as they are kept, [N, *shape], with neighbours among the training things.

    without: the class that it did not learn from, which is told; things and neighbours have it all the same.
    Raises `InputError` where the loss is not finite, as after a training that diverged.
    """
    measured, nouns, known = way.measure(images, labels), way.kind.nouns, way.likelihood != NO_LIKELIHOOD
    if not np.isfinite(measured.negative_elbo).all():
        raise InputError(f"The model's loss on {title} is not a finite number; train it with a smaller learning_rate.")
    bound = way.spread and known
    unseen = "" if without is None else f", with the class {without} that it never saw"
    conditions = [f"{len(images):,} test {nouns} of {title}{unseen}", *_conditions(way, elbo_samples, measured)]
    accuracy = None
    if labels is not None and train_labels is not None:
        near = train_images.first(MOST_READ) if isinstance(train_images, Stream) else train_images
        there = way.centres(near, train_labels)
        accuracy = knn_accuracy(there, train_labels[: len(near)], measured.centre, labels)
        conditions.append(f"10-NN among {len(near):,} training codes")
    likelihoods = gaps = None
    if importance_samples and way.codes:
        conditions.append("a code is sure, so that importance samples have nothing to add to the ELBO")
    elif importance_samples and bound:
        some = None if labels is None else labels[:importance_images]
        likelihoods = way.log_likelihood(images[:importance_images], some)
        gaps = likelihoods + measured.negative_elbo[: len(likelihoods)]
        conditions.append(f"log p(x) with {importance_samples} importance samples on {len(likelihoods):,} {nouns}")
    conditions.append(f"seed {seed}")
    used, alike = use_of_codes(measured.centre, way.codes) if way.codes else (None, None)
    evaluation = Evaluation(
        negative_elbo=float(measured.negative_elbo.mean()) if bound else None,
        negative_elbo_standard_error=standard_error(measured.negative_elbo) if bound else None,
        reconstruction=float(measured.reconstruction.mean()) if known else None,
        floor=None if measured.floor is None else float(measured.floor.mean()),
        kl=float(measured.kl.sum(1).mean()) if way.spread else None,
        active_units=active_units(measured.centre) if way.spread else None,
        knn_accuracy=accuracy,
        log_likelihood=None if likelihoods is None else float(likelihoods.mean()),
        log_likelihood_standard_error=None if likelihoods is None else standard_error(likelihoods),
        gap=None if gaps is None else float(gaps.mean()),
        gap_standard_error=None if gaps is None else standard_error(gaps),
        conditions="; ".join(conditions),
        rmse=None if known else float(np.sqrt(measured.reconstruction.mean())),
        codes_used=used,
        code_perplexity=alike,
        bits_per_dim=_bits(way, measured, images) if bound else None,
    )
    return evaluation, measured


def _bits(way: Way, measured: Measured, things: np.ndarray) -> float | None:
    """Return the mean −ELBO in bits an element of things [N, *shape]; None where no probability of levels is known."""
    if least_of(way.likelihood) != "nothing" or not LIKELIHOODS[way.likelihood].bits:
        return None
    return float(measured.negative_elbo.mean() / (math.prod(things.shape[1:]) * math.log(2)))


def _conditions(way: Way, samples: int, measured: Measured) -> list[str]:
    """Say by which likelihood, and from how many draws."""
    if way.likelihood == NO_LIKELIHOOD:
        return ["no likelihood is known, so that no reconstruction has nats", "decoded at the centre of each code"]
    a_noun = f"{'an' if way.kind.noun[0] in 'aeiou' else 'a'} {way.kind.noun}"
    grey = measured.floor is not None and measured.floor.any()
    bernoulli = (
        "grey targets with BCE (a bound for the image turned black and white at random, no density)"
        if grey
        else "black and white targets, of which nats are the log-probability"
    )
    return [
        bernoulli if way.likelihood == "bernoulli" else f"{title_of(way.likelihood)} likelihood",
        f"{samples} sample(s) of q {a_noun}" if way.spread else "the reconstruction of the code itself",
    ]


def standard_error(values: np.ndarray) -> float:
    """Return the standard error of the mean of independent values [N]."""
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.inf


def active_units(means: np.ndarray, threshold: float = 0.01) -> int:
    """Count the latent dimensions whose posterior mean varies over the data; means: [N, d].

    A unit is active where the variance of its mean exceeds `threshold`.
    Burda et al. 2015, arXiv 1509.00519, section 5.2.
    """
    return int((means.var(axis=0) > threshold).sum())


def use_of_codes(centres: np.ndarray, codes: int) -> tuple[int, float]:
    """Return how many codes of a book are used, and their perplexity, exp of the entropy of their shares.

    centres: [N, cells * codes], 1 for the code that is in a cell. The perplexity is from 1, one code everywhere, to
    their number, all alike. van den Oord et al. 2017, arXiv 1711.00937.
    """
    share = np.bincount(centres.reshape(-1, codes).argmax(1), minlength=codes) / (centres.size // codes)
    some = share[share > 0]
    return len(some), float(np.exp(-(some * np.log(some)).sum()))


def knn_accuracy(
    train_codes: np.ndarray, train_labels: np.ndarray, codes: np.ndarray, labels: np.ndarray, k: int = 10
) -> float:
    """Return the share of codes [N, d] whose k nearest training codes vote for the right class."""
    from sklearn.neighbors import KNeighborsClassifier  # seconds to import: only where it is used

    classifier = KNeighborsClassifier(n_neighbors=min(k, len(train_codes))).fit(train_codes, train_labels)
    return float(classifier.score(codes, labels))


# By two graphs


def by_graphs(explorer: Explorer, *, elbo_samples: int = 1, importance_samples: int = 500, seed: int = 0) -> Way:
    """Return how a model is measured by its two graphs alone; what an opened model knows of itself is enough."""
    card = explorer.card
    return Way(
        explorer.kind,
        card.likelihood,
        "spread" in card.can,
        lambda things, labels: measure(explorer, things, elbo_samples, seed, labels),
        lambda things, labels: centres(explorer, things, labels),
        lambda things, labels: log_likelihood(explorer, things, importance_samples, seed, labels),
        card.codes,
    )


def measure(
    explorer: Explorer, things: np.ndarray, samples: int = 1, seed: int = 0, labels: np.ndarray | None = None
) -> Measured:
    """Measure things as they are kept, [N, *shape], the expectation over q taken by `samples` draws each.

    labels: int [N], the classes that a conditional model is told. Without a likelihood nothing is drawn.
    """
    card, random = explorer.card, np.random.default_rng(seed)
    reconstructions, beliefs, floors = [], [], []
    for x, given in _passes(explorer, things, labels):
        belief = explorer.encode_fed(x, given)
        if card.likelihood == NO_LIKELIHOOD:
            there = explorer.kind.beside(explorer.expect(belief.centre, given), x)
            away = np.square(x - there, dtype=np.float64)
            reconstructions.append(away.reshape(len(x), -1).mean(1))
        else:
            noise = (random.standard_normal(belief.centre.shape, np.float32) for _ in range(samples))
            draws = [explorer.cost(x, belief.at(each), given) for each in noise]
            reconstructions.append(np.mean(draws, axis=0))
            if (least := floor(x, card.likelihood)) is not None:
                floors.append(least.astype(np.float32))
        beliefs.append(belief)
    centre = np.concatenate([belief.centre for belief in beliefs])
    nats = [belief.nats for belief in beliefs if belief.nats is not None]
    kl = np.concatenate(nats) if nats else np.empty((len(centre), 0), np.float32)
    spreads = [belief.spread for belief in beliefs if belief.spread is not None]
    return Measured(
        np.concatenate(reconstructions).astype(np.float32),
        kl,
        centre,
        np.concatenate(spreads) if spreads else None,
        np.concatenate(floors) if floors else None,
        kl if nats else None,
    )


def centres(explorer: Explorer, things: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
    """Return where things as they are kept, [N, *shape], lie, float32 [N, d]: of a normal posterior, its mean."""
    return np.concatenate([explorer.encode_fed(x, given).centre for x, given in _passes(explorer, things, labels)])


def log_likelihood(
    explorer: Explorer, things: np.ndarray, samples: int = 500, seed: int = 0, labels: np.ndarray | None = None
) -> np.ndarray:
    """Estimate log p(x) of things as they are kept, [N, *shape], by importance sampling; float32 [N], nats.

    log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q(z|x), K = `samples`: a lower bound in expectation.
    Burda et al. 2015, arXiv 1509.00519, equation 8. Raises `InputError` where the prior is a graph: it draws codes, and
    says no p(z).
    """
    if explorer.card.latent.prior != "normal":
        raise InputError(
            f"{explorer.card.name} draws its codes by a graph, which says no density, so that log p(x) cannot be "
            "estimated by its graphs; leave the importance samples at 0."
        )
    random = np.random.default_rng(seed)
    found = []
    for number in range(len(things)):
        x, told = next(_passes(explorer, things[number : number + 1], None if labels is None else labels[number:]))
        belief = explorer.encode_fed(x, told)
        assert belief.spread is not None
        noise = random.standard_normal((samples, belief.centre.shape[1]), np.float32)
        z = belief.at(noise)
        given = None if told is None else np.repeat(told[:1], samples)
        log_p = -explorer.cost(x, z, given) - 0.5 * np.square(z).sum(1)
        log_q = -0.5 * np.square(noise).sum(1) - np.log(belief.spread).sum(1)  # what both have, log 2π, cancels
        weights = (log_p - log_q).astype(np.float64)
        most = weights.max()
        found.append(most + math.log(np.exp(weights - most).mean()))
    return np.array(found, np.float32)


def _passes(
    explorer: Explorer, things: Any, labels: np.ndarray | None
) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Yield float32 [n, C, H, W] and what is told of them, a pass each: things in files need not fit into memory."""
    told = labels if explorer.card.told else None
    for first in range(0, len(things), ROWS):
        some = slice(first, first + ROWS)
        yield explorer.kind.feed(things[some]), None if told is None else np.asarray(told)[some]
