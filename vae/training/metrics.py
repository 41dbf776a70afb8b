"""What a trained model is worth: ELBO, log-likelihood, active units, neighbours of the same class."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from vae.errors import InputError
from vae.models.distributions import Bernoulli, Likelihood, Normal, standard_normal_log_prob
from vae.models.gaussian import GaussianVAE
from vae.own.folders import Stream
from vae.training.fast_decoder import Served
from vae.training.loop import as_tensor

ROWS = 1000
"""Images or codes a pass: large enough to fill the cores, small enough for a laptop's memory."""

MOST_READ = 20_000
"""Training images whose codes are the neighbours, where they have to be read from files; they come in no order."""

SAMPLED_ROWS = 256
"""Codes a pass of importance sampling: their images still lie in a core's cache when they are compared with x."""


@dataclass(frozen=True)
class Measured:
    """The terms of the ELBO of each image, in nats, and its posterior, all float32.

    reconstruction: [N]; kl: [N, d]; mean, log_variance: [N, d].
    """

    reconstruction: np.ndarray
    kl: np.ndarray
    mean: np.ndarray
    log_variance: np.ndarray

    @property
    def negative_elbo(self) -> np.ndarray:
        """Return reconstruction + KL of each image, [N] nats."""
        return self.reconstruction + self.kl.sum(1)


@torch.no_grad()
def measure(model: GaussianVAE, images: np.ndarray, samples: int = 1, seed: int = 0) -> Measured:
    """Measure the ELBO of uint8 images [N, H, W, C], the expectation over q taken by `samples` draws an image."""
    generator = torch.Generator().manual_seed(seed)
    reconstructions, posteriors = [], []
    model.eval()
    for batch in _passes(images):
        x = batch.float().div_(255)
        posterior = model.encode(x)
        draws = [-model.decode(posterior.sample(generator)).log_prob(x) for _ in range(samples)]
        reconstructions.append(torch.stack(draws).mean(0))
        posteriors.append(posterior)
    whole = Normal(torch.cat([p.mean for p in posteriors]), torch.cat([p.log_variance for p in posteriors]))
    return Measured(
        torch.cat(reconstructions).numpy(), whole.kl_to_prior().numpy(), whole.mean.numpy(), whole.log_variance.numpy()
    )


@torch.no_grad()
def posterior_means(model: GaussianVAE, images: np.ndarray) -> np.ndarray:
    """Return the posterior means, float32 [N, d], of uint8 images [N, H, W, C]."""
    model.eval()
    return torch.cat([model.encode(batch.float().div_(255)).mean for batch in _passes(images)]).numpy()


def _passes(images: np.ndarray) -> Iterator[Tensor]:
    """Yield uint8 [n, C, H, W], a pass each: images that lie in files need not fit into memory."""
    for first in range(0, len(images), ROWS):
        yield as_tensor(images[first : first + ROWS])


def log_likelihood(model: GaussianVAE | Served, images: np.ndarray, samples: int = 500, seed: int = 0) -> np.ndarray:
    """Estimate log p(x) of uint8 images [N, H, W, C] by importance sampling; float32 [N], nats.

    log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q(z|x): a lower bound in expectation that tightens with K =
    `samples`. Burda et al. 2015, arXiv 1509.00519, equation 8. Half as long with `Served(model)` in place of a model.
    """
    model.eval()
    batches = as_tensor(images).split(max(1, SAMPLED_ROWS // samples))
    cores = torch.get_num_threads()
    # A core works on images of its own: the products of one pass are too small to be shared between cores.
    try:
        with ThreadPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            generators = [torch.Generator().manual_seed(seed * 1_000_003 + i) for i in range(len(batches))]
            estimates = list(pool.map(partial(_estimate, model, samples), batches, generators))
    finally:
        torch.set_num_threads(cores)
    return torch.cat(estimates).numpy()


@torch.no_grad()
def _estimate(model: GaussianVAE | Served, samples: int, batch: Tensor, generator: torch.Generator) -> Tensor:
    """Estimate log p(x) of a few uint8 images [n, C, H, W]; [n] nats."""
    x = batch.float().div_(255)
    posterior = model.encode(x)
    weights = [_log_weights(model, x, posterior, k, generator) for k in _shares(samples, SAMPLED_ROWS)]
    return torch.cat(weights).logsumexp(0) - math.log(samples)


def _shares(total: int, most: int) -> list[int]:
    return [min(most, total - start) for start in range(0, total, most)]


def _log_weights(
    model: GaussianVAE | Served, x: Tensor, posterior: Normal, samples: int, generator: torch.Generator
) -> Tensor:
    """Draw codes of each image and return their log importance weights, [samples, n]."""
    shape = (samples, *posterior.mean.shape)
    noise = torch.randn(shape, generator=generator)
    z = posterior.mean + (0.5 * posterior.log_variance).exp() * noise
    log_p = _log_prob_of_each(model.decode(z.flatten(0, 1)), x, samples)
    # log q(z|x) from the noise itself: exact, and free of the cancellation in (z - mean) / sigma.
    log_q = standard_normal_log_prob(noise) - 0.5 * posterior.log_variance.sum(-1)
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
    """The figures of one model on one test set, as the card keeps them; losses in nats an image."""

    negative_elbo: float
    negative_elbo_standard_error: float
    reconstruction: float
    kl: float
    active_units: int
    knn_accuracy: float | None
    log_likelihood: float | None
    log_likelihood_standard_error: float | None
    conditions: str


def evaluate(
    model: GaussianVAE,
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
    measured = measure(model, images, elbo_samples, seed)
    if not np.isfinite(measured.negative_elbo).all():
        raise InputError(f"The model's loss on {title} is not a finite number; train it with a smaller learning_rate.")
    unseen = "" if without is None else f", with the class {without} that it never saw"
    conditions = [
        f"{len(images):,} test images of {title}{unseen}",
        "grey targets with BCE (a bound, not a density)" if model.likelihood == "bernoulli" else "Gaussian likelihood",
        f"{elbo_samples} sample(s) of q an image",
    ]
    accuracy = None
    if labels is not None and train_labels is not None:
        known = train_images.first(MOST_READ) if isinstance(train_images, Stream) else train_images
        accuracy = knn_accuracy(posterior_means(model, known), train_labels[: len(known)], measured.mean, labels)
        conditions.append(f"10-NN among {len(known):,} training codes")
    likelihoods = None
    if importance_samples:
        likelihoods = log_likelihood(Served(model), images[:importance_images], importance_samples, seed)
        conditions.append(f"log p(x) with {importance_samples} importance samples on {len(likelihoods):,} images")
    conditions.append(f"seed {seed}")
    evaluation = Evaluation(
        negative_elbo=float(measured.negative_elbo.mean()),
        negative_elbo_standard_error=standard_error(measured.negative_elbo),
        reconstruction=float(measured.reconstruction.mean()),
        kl=float(measured.kl.sum(1).mean()),
        active_units=active_units(measured.mean),
        knn_accuracy=accuracy,
        log_likelihood=None if likelihoods is None else float(likelihoods.mean()),
        log_likelihood_standard_error=None if likelihoods is None else standard_error(likelihoods),
        conditions="; ".join(conditions),
    )
    return evaluation, measured
