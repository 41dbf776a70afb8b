"""How unusual a thing is for a model: scores, in numpy.

`SCORES` at the foot lists the scores; of each, higher is more unusual. None is best everywhere. −ELBO, the first that
comes to mind, may rank plain images as more normal than the very data that a model learnt from. Nalisnick et al. 2018
("Do deep generative models know what they don't know?", arXiv 1810.09136) found that, and explained it for flows by
means and variances of the pixels. Serrà et al. 2019 (arXiv 1909.11480) lay it to the complexity of the input: what an
image costs is mostly what its own grey levels cost. With grey targets of a Bernoulli a part of that is the floor, which
no model gets under (`Seen.floor`). The relative scores divide it out.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from vae.errors import InputError, first_line
from vae.explore.explorer import Explorer
from vae.explore.likelihood import floor, nats
from vae.families import Ability
from vae.library.belief import Belief
from vae.library.cards import Card
from vae.likelihoods import least_of

BEST = "relative-error", "cost-a-like", "reconstruction-error"
"""The score to begin with, the first that there is: `python benchmarks/detection.py` prints why."""

PASS = 2**18
"""Numbers in the things of a pass, 334 of MNIST's images: larger ones gain nothing, and a few are kept at a time."""

MOST_READ = 2**20
"""Numbers in the things that ground and mean are read off."""

PAIRS = 2
"""Draws of the code a thing, each with its mirror image through the mean. On mnist-16d −ELBO is then within 1.2 nats
of that of 200 draws for most images; four draws of its own for each image would be 2.3 off."""

LEAST_SPREAD = math.exp(-6)
"""A Gaussian's learnt spread is no smaller: see `MIN_LOG_SCALE` in vae/models/model.py."""

ONE_PIXEL, ONE_NAT, ONE_LIKE = 1.0, 1.0, 1.0
"""Added to what is divided by, so that an empty image has a score; likes are one at least."""


@dataclass(frozen=True, eq=False)
class Reference:
    """What normal things are like, for the scores that compare with them.

    mean: [d] and precision: [d, d], of the aggregate posterior, the mixture of all normal things' q(z|x); ground: [C],
    the value that most of their numbers have, of images the grey level; middle: [C, H, W], the mean of all; spread: a
    Gaussian likelihood's standard deviation, None where there is none; source: what ground and middle were read off.
    """

    mean: np.ndarray
    precision: np.ndarray
    ground: np.ndarray
    middle: np.ndarray
    spread: float | None
    source: Literal["images", "reconstructions"]


@dataclass(frozen=True, eq=False)
class Seen:
    """What a model makes of things.

    images and restored, decoded at the posterior's mean: float32 [n, C, H, W], as a network counts, of images in
    [0, 1]; mean: [n, d], of the posterior; cost: [n] nats, the expectation of -log p(x|z) over it; kl: [n] nats, to the
    prior; floor: [n] nats, the part of the cost that no model could save, None for a density.
    """

    images: np.ndarray
    restored: np.ndarray
    mean: np.ndarray
    cost: np.ndarray
    kl: np.ndarray
    floor: np.ndarray | None


def refer(explorer: Explorer, images: np.ndarray | None = None, keep: np.ndarray | None = None) -> Reference:
    """Learn what is normal for a model from its test codes, and from normal things where they are at hand.

    images: things as they are kept, [n, *shape]; left out, the ground is read off the codes' reconstructions. keep:
    bool [N], which of the test codes are of normal things; left out, all. A model without test codes encodes the
    things. Raises `InputError` where there is neither, or fewer than two are kept.
    """
    codes = explorer.codes()
    if codes is None and images is None:
        raise InputError(
            f"{explorer.card.name} keeps no test codes, and no normal {explorer.kind.nouns} are at hand, so nothing "
            "says what is normal for it; train or export it again."
        )
    most = max(1, MOST_READ // math.prod(explorer.card.image_shape))
    shown = None if images is None else images[:most]
    if codes is None:
        assert images is not None
        belief = explorer.encode(images)
    else:
        rows = np.arange(len(codes.centre)) if keep is None else np.flatnonzero(keep)
        belief = Belief(codes.centre[rows], None if codes.spread is None else codes.spread[rows], None)
        shown = explorer.redraw(codes, rows[:most]) if shown is None else shown
    mean, spread = belief.centre, np.zeros((1, 1)) if belief.spread is None else belief.spread
    if len(mean) < 2 or not (np.isfinite(mean).all() and np.isfinite(spread).all()):
        raise InputError(
            f"What is normal for {explorer.card.name} is learnt from at least two codes of finite numbers; "
            f"got {len(mean)}. Train or export the model again."
        )
    assert shown is not None
    seen = explorer.kind.feed(shown)
    # The law of total variance. A dimension that has collapsed keeps the variance of the prior in it, and so counts for
    # nothing; among the means alone its rounding errors would count as much as what another says.
    covariance = np.cov(mean, rowvar=False).reshape(2 * mean.shape[1:]) + np.diag(np.square(spread).mean(0))
    return Reference(
        mean.mean(0, dtype=np.float64),
        np.linalg.pinv(covariance, hermitian=True),
        np.median(seen, axis=(0, 2, 3)),
        seen.mean(0, dtype=np.float64),
        _spread(explorer, shown),
        "reconstructions" if images is None else "images",
    )


def _spread(explorer: Explorer, images: np.ndarray) -> float | None:
    """Return the spread of a model's likelihood, None where it has none.

    The graphs do not say it: it is a number of its own among the weights. Another's model may have none there; then it
    is the root mean square of what the reconstructions miss, which is where a learnt one comes to rest.
    """
    if explorer.card.likelihood == "bernoulli" or "cost" in explorer.card.graphs or explorer.card.scale is not None:
        return explorer.card.scale
    weights = explorer.folder / "weights.safetensors"
    if weights.exists():
        from safetensors import safe_open

        from vae.files import check_header

        try:
            with safe_open(check_header(weights), framework="np") as tensors:
                if "log_scale" in tensors.keys():  # noqa: SIM118 - it is no dict
                    return max(LEAST_SPREAD, math.exp(float(tensors.get_tensor("log_scale"))))
        except Exception as error:  # safetensors raises a class of its own
            raise InputError(
                f"{weights} is damaged ({first_line(error)}); restore it, or train the model again."
            ) from None
    missed = explorer.kind.feed(images) - explorer.kind.feed(explorer.reconstruct(images))
    return max(LEAST_SPREAD, float(np.sqrt(np.square(missed).mean())))


def score(explorer: Explorer, images: np.ndarray, reference: Reference, seed: int = 0) -> dict[str, np.ndarray]:
    """Score things as they are kept, [n, *shape], by all scores that suit; float32 [n] each, higher is more unusual.

    The same noise is drawn for every one, so that a score depends on the thing and the seed alone.
    """
    return judge(explorer, images, reference, seed)[0]


def judge(
    explorer: Explorer, images: np.ndarray, reference: Reference, seed: int = 0
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the scores as `score` does, and what −ELBO is made of, by name, float32 [n] nats each.

    floor, kl: the rest of −ELBO is the error of the reconstruction. Empty where there is no −ELBO, or no floor to it.
    """
    noise = _noise(explorer.card.latent.dims, seed)
    rows = max(1, PASS // math.prod(explorer.card.image_shape))
    offered = scores_of(explorer.card)
    split = "bound" in explorer.card.can and least_of(explorer.card.likelihood) != "unbounded"
    scores: dict[str, list[np.ndarray]] = {name: [np.empty(0, np.float32)] for name in offered}
    parts: dict[str, list[np.ndarray]] = {
        name: [np.empty(0, np.float32)] for name in (("floor", "kl") if split else ())
    }
    for first in range(0, len(images), rows):
        seen = look(explorer, images[first : first + rows], noise, reference.spread)
        for name, by in offered.items():
            scores[name].append(by.of(seen, reference).astype(np.float32))
        for name, values in parts.items():
            values.append(getattr(seen, name).astype(np.float32))
    whole = ({name: np.concatenate(each) for name, each in some.items()} for some in (scores, parts))
    return next(whole), next(whole)


def _noise(dims: int, seed: int) -> np.ndarray:
    """Draw directions and give them a normal draw's root mean square length, √d (the mean length is a little less): one
    that is by chance too long would make every thing dearer. Each comes with its opposite; float32 [2 * PAIRS, d]."""
    drawn = np.random.default_rng(seed).standard_normal((PAIRS, dims), dtype=np.float32)
    drawn *= math.sqrt(dims) / np.linalg.norm(drawn, axis=1, keepdims=True)
    return np.concatenate([drawn, -drawn])


def look(explorer: Explorer, images: np.ndarray, noise: np.ndarray, spread: float | None) -> Seen:
    """Let a model see things as they are kept, [n, *shape]. noise: [k, d] ~ N(0, 1), of the draws that the cost is
    averaged over; spread: as in `Reference`.
    """
    x = explorer.kind.feed(images)
    given = explorer.guess(x)
    belief = explorer.encode_fed(x, given)
    by_graph = "cost" in explorer.card.graphs

    def costs(z: np.ndarray) -> np.ndarray:
        return explorer.cost(x, z, given) if by_graph else nats(x, explorer.expect(z, given), spread)

    cost = np.mean([costs(belief.at(epsilon)) for epsilon in noise], axis=0)
    restored, least = explorer.expect(belief.centre, given), floor(x, explorer.card.likelihood)
    return Seen(x, restored, belief.centre, cost, belief.cost, least)


def _total(pixels: np.ndarray) -> np.ndarray:
    return pixels.sum(axis=(1, 2, 3), dtype=np.float64)


def negative_elbo(seen: Seen, reference: Reference) -> np.ndarray:
    """Return reconstruction cost + KL, [n] nats. The mean of an image's Gaussian is clipped, as the graph gives it."""
    return seen.cost + seen.kl


def reconstruction_error(seen: Seen, reference: Reference) -> np.ndarray:
    """Return the mean squared difference between a thing's numbers and its reconstruction's, [n]."""
    return _total(np.square(seen.images - seen.restored)) / seen.images[0].size


def relative_error(seen: Seen, reference: Reference) -> np.ndarray:
    """Return the squared error over the ink, [n]: sum (x - restored)^2 / (1 + sum |x - ground|)."""
    ink = _total(np.abs(seen.images - reference.ground[:, None, None]))
    return _total(np.square(seen.images - seen.restored)) / (ink + ONE_PIXEL)


def mean_distance(seen: Seen, reference: Reference) -> np.ndarray:
    """Return the mean squared difference between a thing's numbers and those of the mean normal thing, [n]."""
    return _total(np.square(seen.images - reference.middle)) / seen.images[0].size


def cost_a_like(seen: Seen, reference: Reference) -> np.ndarray:
    """Return −ELBO over the number of likes, [n] nats: many likes cost much, whichever they are."""
    return (seen.cost + seen.kl) / np.maximum(_total(seen.images), ONE_LIKE)


def latent_distance(seen: Seen, reference: Reference) -> np.ndarray:
    """Return the Mahalanobis distance of the posterior's mean under the aggregate posterior, [n]."""
    away = seen.mean - reference.mean
    return np.sqrt(np.einsum("ni,ij,nj->n", away, reference.precision, away))


def background_ratio(seen: Seen, reference: Reference) -> np.ndarray:
    """Return what the model needs beyond the thing's least, over what a background model needs beyond it, [n].

    (−ELBO − least) / (background − least), all three in nats: least, where each number is expected as it is, and
    background, where each is expected to be what they are on average, in each channel. Both differences are
    log likelihood ratios against the same saturated model, half of a deviance each; their ratio is the share of the
    deviance that the model leaves unexplained (Nelder & Wedderburn 1972, "Generalized linear models"), or rather a
    bound on it from above, as −ELBO is one. It is no likelihood ratio: Ren et al. and Serrà et al. subtract.

    Chosen by measurement, mean AUROC of ten digits with one class kept: this background 0.979, one grey level for all
    images 0.977, normal images' mean, pixel by pixel, 0.912. The mere differences, which are log likelihood ratios of
    model and background, still grow with the ink: 0.912, 0.902 and 0.547.
    """
    least = nats(seen.images, seen.images, reference.spread)
    background = nats(seen.images, seen.images.mean(axis=(2, 3), keepdims=True), reference.spread)
    return (seen.cost + seen.kl - least) / (background - least + ONE_NAT)


@dataclass(frozen=True)
class Score:
    """One way to say how unusual a thing is, and what a person must know of it, in words of the thing's kind."""

    title: str
    unit: str
    sentence: str
    source: str
    of: Callable[[Seen, Reference], np.ndarray]
    needs: frozenset[Ability] = frozenset()
    """What a model must be able to do to be asked for it."""
    by_name: bool = False
    """Whether it is only for kinds that name it among their `scores`, and not for all."""
    told: bool = False
    """Whether what is expected, and a spread, must tell the whole likelihood."""


def scores_of(card: Card) -> dict[str, Score]:
    """Return the scores that a model can give, by name in the order to show them, in words of its kind."""
    kind, dims = card.kind, card.latent.dims
    typical = f"√{dims} = {math.sqrt(dims):.1f}".removesuffix(".0")
    return {
        name: replace(
            score,
            unit=kind.say(score.unit.replace("{typical}", typical)),
            sentence=kind.say(score.sentence),
            source=kind.say(score.source),
        )
        for name, score in SCORES.items()
        if score.needs <= set(card.can)
        and (not score.by_name or name in kind.scores)
        and not (score.told and "cost" in card.graphs)
    }


def best_of(card: Card) -> str:
    """Name the score to begin with."""
    offered = scores_of(card)
    return next((name for name in BEST if name in offered), next(iter(offered)))


SCORES: dict[str, Score] = {
    "negative-elbo": Score(
        "−ELBO",
        "nats",
        "What the {noun} costs to code: an upper bound on −log p(x). Plain {nouns} are cheap, whatever they show.",
        "Kingma & Welling 2013, arXiv 1312.6114; that it fails: Nalisnick et al. 2018, arXiv 1810.09136; why: "
        "Serrà et al. 2019, arXiv 1909.11480",
        negative_elbo,
        frozenset({"bound"}),
    ),
    "reconstruction-error": Score(
        "Reconstruction error",
        "squared, a {element}",
        "How far the reconstruction is from the {noun}. {Nouns} {plain} leave little to be wrong about.",
        "squared error of the {elements} at the posterior's mean; {fed}",
        reconstruction_error,
    ),
    "relative-error": Score(
        "Error over ink",
        "squared, a pixel of ink",
        "The squared error divided by the image's ink, so that an image with little ink is judged as strictly as any.",
        "the squared error over the sum of |pixel − ground|, where the ground is the commonest level of normal images",
        relative_error,
        by_name=True,
    ),
    "cost-a-like": Score(
        "Cost of a like",
        "nats a like",
        "What the {noun} costs to code, shared out over its likes: many likes that go together are no surprise.",
        "−ELBO over the number of likes; the likelihood is that of Liang et al. 2018, arXiv 1802.05814",
        cost_a_like,
        frozenset({"bound"}),
        by_name=True,
    ),
    "mean-distance": Score(
        "Distance to the mean",
        "squared, a {element}",
        "How far the {noun} is from the mean of the normal ones. That takes no model, so a model should do better.",
        "squared error of the {elements} of the mean; {fed}",
        mean_distance,
        by_name=True,
    ),
    "latent-distance": Score(
        "Latent distance",
        "standard deviations; {typical} is typical",
        "How far the code lies from the codes of normal {nouns}. It is blind to what the encoder leaves out.",
        "Mahalanobis distance under the aggregate posterior; Denouden et al. 2018, arXiv 1812.02765",
        latent_distance,
    ),
    "background-ratio": Score(
        "Unexplained share",
        "share of the background's cost",
        "How much of the {noun} the model leaves unexplained: its cost as a share of what it costs to know the mean "
        "{quantity} alone. Of both only the nats beyond the least possible count.",
        "the share of the deviance that is left; after Ren et al. 2019, arXiv 1906.02845, and Serrà et al. 2019, arXiv "
        "1909.11480, who subtract",
        background_ratio,
        frozenset({"bound"}),
        told=True,
    ),
}
