"""What a trained model is worth: ELBO, log-likelihood, active units, neighbours of the same class."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

from vae.experiments import worth
from vae.experiments.worth import ROWS, Evaluation, Measured
from vae.explore.likelihood import floor
from vae.models.distributions import Belief, repeated
from vae.models.likelihoods import Bernoulli, Likelihood
from vae.models.model import Model
from vae.training.fast_decoder import Served
from vae.training.loop import Told, as_tensor, fed

SAMPLED_ROWS = 256
"""Codes a pass of importance sampling: their images still lie in a core's cache when they are compared with x."""


@torch.no_grad()
def measure(
    model: Model, things: np.ndarray, samples: int = 1, seed: int = 0, labels: np.ndarray | None = None
) -> Measured:
    """Measure the ELBO of things as they are kept, [N, *shape], the expectation over q taken by `samples` draws each.

    labels: int64 [N], the classes that a conditional model is told.
    """
    generator = torch.Generator().manual_seed(seed)
    reconstructions, kls, beliefs, floors = [], [], [], []
    model.eval()
    with model.still():
        for x, given in _passes(model, things, labels):
            belief = model.encode(x, given)
            draws = [belief.draw(torch.randn(len(x), *model.noise, generator=generator)) for _ in range(samples)]
            costs = [-model.decode(drawn.code, given).log_prob(x) for drawn in draws]
            reconstructions.append(torch.stack(costs).mean(0))
            kls.append(torch.stack([drawn.kl for drawn in draws]).mean(0))
            beliefs.append(belief)
            if (least := floor(x.numpy(), model.likelihood)) is not None:
                floors.append(least.astype(np.float32))
        spreads = [spread for belief in beliefs if (spread := belief.spread()) is not None]
        nats = [nats for belief in beliefs if (nats := belief.nats()) is not None]
    return Measured(
        torch.cat(reconstructions).numpy(),
        torch.cat(kls).numpy(),
        torch.cat([belief.centre for belief in beliefs]).numpy(),
        torch.cat(spreads).numpy() if spreads else None,
        np.concatenate(floors) if floors else None,
        torch.cat(nats).numpy() if nats else None,
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
        x = fed(batch, model.kind)
        yield x, told.beside(x, rows)


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
        x = fed(as_tensor(things[rows.numpy()], model.kind), model.kind)
        given = told.beside(x, rows)
        belief = model.encode(x, given)
        parts = _shares(samples, SAMPLED_ROWS)
        weights = [_log_weights(decoder or model, x, belief, given, k, generator) for k in parts]
        return torch.cat(weights).logsumexp(0) - math.log(samples)

    # A core works on things of its own: the products of one pass are too small to be shared between cores.
    try:
        with model.still(), ThreadPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,)) as pool:
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
    drawn = repeated(belief, samples).draw(torch.randn((samples * len(x), *model.noise), generator=generator))
    likelihood = model.decode(drawn.code, None if given is None else given.repeat(samples, 1))
    return _log_prob_of_each(likelihood, x, samples) - drawn.surplus().view(samples, len(x))


def _log_prob_of_each(likelihood: Likelihood, x: Tensor, samples: int) -> Tensor:
    """Return log p(x_n | z_kn), [samples, n], of a likelihood over samples * n rows."""
    if isinstance(likelihood, Bernoulli):
        logits = likelihood.logits.view(samples, len(x), -1)
        # x * logits summed by a product of matrix and vector: x is not repeated for each sample.
        linear = torch.stack([logits[:, n] @ each for n, each in enumerate(x.flatten(1))], dim=1)
        return linear - torch.nn.functional.softplus(logits).sum(-1)
    repeated = x.repeat(samples, 1, 1, 1)
    return likelihood.log_prob(repeated).view(samples, len(x))


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
    way = worth.Way(
        model.kind,
        model.likelihood,
        model.costs > 0,
        lambda things, told: measure(model, things, elbo_samples, seed, told),
        lambda things, told: centres(model, things, told),
        lambda things, told: log_likelihood(model, things, importance_samples, seed, told, Served(model)),
        model.codes,
    )
    return worth.evaluate(
        way,
        images,
        labels,
        train_images,
        train_labels,
        title=title,
        without=without,
        elbo_samples=elbo_samples,
        importance_samples=importance_samples,
        importance_images=importance_images,
        seed=seed,
    )
