"""What a trained model is worth: ELBO, log-likelihood, active units, neighbours of the same class."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vae.errors import InputError
from vae.explore.likelihood import floor
from vae.models.distributions import Belief, Bernoulli, Likelihood, standard_normal_log_prob
from vae.models.model import Model
from vae.own.folders import Stream
from vae.training.fast_decoder import Served
from vae.training.loop import Told, as_tensor, fed

ROWS = 1000
"""Images or codes a pass: large enough to fill the cores, small enough for a laptop's memory."""

MOST_READ = 20_000
"""Training images whose codes are the neighbours, where they have to be read from files; they come in no order."""

SAMPLED_ROWS = 256
"""Codes a pass of importance sampling: their images still lie in a core's cache when they are compared with x."""


@dataclass(frozen=True)
class Measured:
    """The terms of the ELBO of each thing, in nats, and where it lies, all float32.

    reconstruction: [N]; kl: [N, k], none where there is no prior; centre: [N, d]; spread: [N, d], standard deviations,
    None where codes are points; floor: [N], the least that the reconstruction could be, None for a density.
    """

    reconstruction: np.ndarray
    kl: np.ndarray
    centre: np.ndarray
    spread: np.ndarray | None
    floor: np.ndarray | None = None

    @property
    def negative_elbo(self) -> np.ndarray:
        """Return reconstruction + KL of each thing, [N] nats."""
        return self.reconstruction + self.kl.sum(1)


@torch.no_grad()
def measure(
    model: Model, things: np.ndarray, samples: int = 1, seed: int = 0, labels: np.ndarray | None = None
) -> Measured:
    """Measure the ELBO of things as they are kept, [N, *shape], the expectation over q taken by `samples` draws each.

    labels: int64 [N], the classes that a conditional model is told.
    """
    generator = torch.Generator().manual_seed(seed)
    reconstructions, beliefs, floors = [], [], []
    model.eval()
    for x, given in _passes(model, things, labels):
        belief = model.encode(x, given)
        noise = (torch.randn(len(x), *model.noise, generator=generator) for _ in range(samples))
        draws = [-model.decode(belief.at(each), given).log_prob(x) for each in noise]
        reconstructions.append(torch.stack(draws).mean(0))
        beliefs.append(belief)
        if (least := floor(x.numpy(), model.scale)) is not None:
            floors.append(least.astype(np.float32))
    spreads = [spread for belief in beliefs if (spread := belief.spread()) is not None]
    return Measured(
        torch.cat(reconstructions).numpy(),
        torch.cat([belief.kl_to_prior() for belief in beliefs]).numpy(),
        torch.cat([belief.centre for belief in beliefs]).numpy(),
        torch.cat(spreads).numpy() if spreads else None,
        np.concatenate(floors) if floors else None,
    )


@torch.no_grad()
def centres(model: Model, things: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
    """Return where things as they are kept, [N, *shape], lie, float32 [N, d]: of a normal posterior, its mean."""
    model.eval()
    return torch.cat([model.encode(x, given).centre for x, given in _passes(model, things, labels)]).numpy()


def _passes(model: Model, things: np.ndarray, labels: np.ndarray | None) -> Iterator[tuple[Tensor, Tensor | None]]:
    """Yield float32 [n, C, H, W] and what is told of them, a pass each: things in files need not fit into memory."""
    told = Told(model, labels)
    for rows in torch.arange(len(things)).split(ROWS):
        first = int(rows[0])
        batch = as_tensor(things[first : first + len(rows)], model.kind)
        yield fed(batch, model.kind), told.of(rows, batch.device)


def log_likelihood(
    model: Model,
    things: np.ndarray,
    samples: int = 500,
    seed: int = 0,
    labels: np.ndarray | None = None,
    decoder: Served | None = None,
) -> np.ndarray:
    """Estimate log p(x) of things as they are kept, [N, *shape], by importance sampling; float32 [N], nats.

    log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q(z|x): a lower bound in expectation that tightens with K =
    `samples`. Burda et al. 2015, arXiv 1509.00519, equation 8. Where the posterior has a mode that q misses no K in
    reach finds it, and the estimate is too low by up to 20 nats (vae/experiments/quadrature.py sums up the plane of a
    two-dimensional model). Half as long with a `decoder` that decodes for the model, `Served(model)`. labels: int64
    [N], the classes that a conditional model is told.
    """
    model.eval()
    told, size = Told(model, labels), max(1, SAMPLED_ROWS // samples)
    batches = torch.arange(len(things)).split(size)
    cores = torch.get_num_threads()

    @torch.no_grad()
    def estimate(rows: Tensor, generator: torch.Generator) -> Tensor:
        x, given = fed(as_tensor(things[rows.numpy()], model.kind), model.kind), told.of(rows, rows.device)
        belief = model.encode(x, given)
        parts = _shares(samples, SAMPLED_ROWS)
        weights = [_log_weights(decoder or model, x, belief, given, k, generator) for k in parts]
        return torch.cat(weights).logsumexp(0) - math.log(samples)

    # A core works on things of its own: the products of one pass are too small to be shared between cores.
    try:
        with ThreadPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            generators = [torch.Generator().manual_seed(seed * 1_000_003 + i) for i in range(len(batches))]
            estimates = list(pool.map(estimate, batches, generators))
    finally:
        torch.set_num_threads(cores)
    return torch.cat(estimates).numpy()


def _shares(total: int, most: int) -> list[int]:
    return [min(most, total - start) for start in range(0, total, most)]


def _log_weights(
    model: Model | Served,
    x: Tensor,
    belief: Belief,
    given: Tensor | None,
    samples: int,
    generator: torch.Generator,
) -> Tensor:
    """Draw codes of each thing and return their log importance weights, [samples, n]."""
    spread = belief.spread()
    assert spread is not None
    noise = torch.randn((samples, *spread.shape), generator=generator)
    z = belief.centre + spread * noise
    log_p = _log_prob_of_each(
        model.decode(z.flatten(0, 1), None if given is None else given.repeat(samples, 1)), x, samples
    )
    # log q(z|x) from the noise itself: exact, and free of the cancellation in (z - mean) / sigma.
    log_q = standard_normal_log_prob(noise) - spread.log().sum(-1)
    return log_p + standard_normal_log_prob(z) - log_q


def _log_prob_of_each(likelihood: Likelihood, x: Tensor, samples: int) -> Tensor:
    """Return log p(x_n | z_kn), [samples, n], of a likelihood over samples * n rows."""
    if isinstance(likelihood, Bernoulli):
        logits = likelihood.logits.view(samples, len(x), -1)
        # x * logits summed by a product of matrix and vector: x is not repeated for each sample.
        linear = torch.stack([logits[:, n] @ each for n, each in enumerate(x.flatten(1))], dim=1)
        return linear - torch.nn.functional.softplus(logits).sum(-1)
    repeated = x.repeat(samples, 1, 1, 1)
    return likelihood.log_prob(repeated).view(samples, len(x))


def standard_error(values: np.ndarray) -> float:
    """Return the standard error of the mean of independent values [N]."""
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.inf


def active_units(means: np.ndarray, threshold: float = 0.01) -> int:
    """Count the latent dimensions whose posterior mean varies over the data; means: [N, d].

    A unit is active where the variance of its mean exceeds `threshold`.
    Burda et al. 2015, arXiv 1509.00519, section 5.2.
    """
    return int((means.var(axis=0) > threshold).sum())


def knn_accuracy(
    train_codes: np.ndarray, train_labels: np.ndarray, codes: np.ndarray, labels: np.ndarray, k: int = 10
) -> float:
    """Return the share of codes [N, d] whose k nearest training codes vote for the right class."""
    from sklearn.neighbors import KNeighborsClassifier  # seconds to import: only where it is used

    classifier = KNeighborsClassifier(n_neighbors=min(k, len(train_codes))).fit(train_codes, train_labels)
    return float(classifier.score(codes, labels))


@dataclass(frozen=True)
class Evaluation:
    """The figures of one model on one test set, as the card keeps them; losses in nats a thing.

    Without a prior there is no ELBO, no KL, and no unit that could be told from its prior: these are None.
    """

    negative_elbo: float | None
    negative_elbo_standard_error: float | None
    reconstruction: float
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


def evaluate(
    model: Model,
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
    """Measure a model on test images, uint8 [N, H, W, C], with neighbours among the training images.

    without: the class that it did not learn from, which is told; images and neighbours have it all the same.
    Raises `InputError` where the loss is not finite, as after a training that diverged.
    """
    measured = measure(model, images, elbo_samples, seed, labels)
    if not np.isfinite(measured.negative_elbo).all():
        raise InputError(f"The model's loss on {title} is not a finite number; train it with a smaller learning_rate.")
    bound, nouns = model.costs > 0, model.kind.nouns
    a_noun = f"{'an' if model.kind.noun[0] in 'aeiou' else 'a'} {model.kind.noun}"
    unseen = "" if without is None else f", with the class {without} that it never saw"
    conditions = [
        f"{len(images):,} test {nouns} of {title}{unseen}",
        "grey targets with BCE (a bound for the image turned black and white at random, no density)"
        if model.likelihood == "bernoulli"
        else "Gaussian likelihood",
        f"{elbo_samples} sample(s) of q {a_noun}" if bound else "the reconstruction of the code itself",
    ]
    accuracy = None
    if labels is not None and train_labels is not None:
        known = train_images.first(MOST_READ) if isinstance(train_images, Stream) else train_images
        accuracy = knn_accuracy(
            centres(model, known, train_labels), train_labels[: len(known)], measured.centre, labels
        )
        conditions.append(f"10-NN among {len(known):,} training codes")
    likelihoods = gaps = None
    if importance_samples and bound:
        some = None if labels is None else labels[:importance_images]
        likelihoods = log_likelihood(model, images[:importance_images], importance_samples, seed, some, Served(model))
        gaps = likelihoods + measured.negative_elbo[: len(likelihoods)]
        conditions.append(f"log p(x) with {importance_samples} importance samples on {len(likelihoods):,} {nouns}")
    conditions.append(f"seed {seed}")
    evaluation = Evaluation(
        negative_elbo=float(measured.negative_elbo.mean()) if bound else None,
        negative_elbo_standard_error=standard_error(measured.negative_elbo) if bound else None,
        reconstruction=float(measured.reconstruction.mean()),
        floor=None if measured.floor is None else float(measured.floor.mean()),
        kl=float(measured.kl.sum(1).mean()) if bound else None,
        active_units=active_units(measured.centre) if bound else None,
        knn_accuracy=accuracy,
        log_likelihood=None if likelihoods is None else float(likelihoods.mean()),
        log_likelihood_standard_error=None if likelihoods is None else standard_error(likelihoods),
        gap=None if gaps is None else float(gaps.mean()),
        gap_standard_error=None if gaps is None else standard_error(gaps),
        conditions="; ".join(conditions),
    )
    return evaluation, measured
