"""Forming a t-SNE map, in frames that can be watched. openTSNE is loaded after the first of them."""

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from vae.errors import InputError

LEAST_POINTS = 5
"""Four allow a perplexity of 1, with which t-SNE draws them into one point."""

EARLY_ITERATIONS, EARLY_EXAGGERATION, EARLY_MOMENTUM = 250, 12.0, 0.5
LATE_ITERATIONS, LATE_MOMENTUM = 500, 0.8
"""Iterations and exaggeration are those of openTSNE 1.0.4, and so is the learning rate below, for which Belkina et al.
2019, Nature Communications 10:5415, give the reasons. The momentum is that of van der Maaten & Hinton 2008: openTSNE
1.0.4 has 0.8 in both phases."""

SECONDS_A_FRAME = 0.4
"""A visitor who watches sees it move; a frame costs a hundredth of that."""

MOST_ITERATIONS_A_FRAME = 50
"""So that a small map, which takes a second, is seen forming too."""

FFT_FROM = 20_000
"""With two threads openTSNE's trees take 16 s for 10,000 codes and its FFT 22 s; the FFT's time grows more slowly."""


@dataclass(frozen=True)
class Frame:
    """A map while it forms: after `iteration` of `total`, points float32 [N, 2].

    kl_divergence: nats, what t-SNE makes small; None for the first frame, which is the PCA map.
    The scale changes from frame to frame by orders of magnitude: fit the view to each.
    """

    iteration: int
    total: int
    points: np.ndarray
    kl_divergence: float | None = None


def form(codes: np.ndarray, start: np.ndarray, perplexity: float, seed: int) -> Generator[Frame]:
    """Form a t-SNE map of codes [N, d]: `start` at once, then what openTSNE has made of it about every 0.4 s.

    start: their places on the PCA map, [N, 2]. Exact neighbours, a jitter of the start of 1 % drawn from the seed,
    early exaggeration 12 for 250 iterations, then 500 more. The same codes and seed give the same map, with any number
    of threads and frames. van der Maaten & Hinton 2008; Kobak & Berens 2019, Nature Communications 10:5416; openTSNE:
    Poličar et al. 2024, Journal of Statistical Software 109(3).
    """
    total = EARLY_ITERATIONS + LATE_ITERATIONS
    yield Frame(0, total, start.astype(np.float32))
    from openTSNE import TSNEEmbedding, affinity  # a second to import, with scikit-learn and pandas

    jitter = np.random.default_rng(seed).normal(0, 0.01, start.shape)
    small = (start / start[:, 0].std() + jitter) * 1e-4
    affinities = affinity.PerplexityBasedNN(
        codes.astype(np.float64),
        perplexity=possible_perplexity(perplexity, len(codes)),
        method="exact",  # 0.1 s for 5,000 codes of 16 dimensions, where openTSNE's approximate choice takes 1 s
        n_jobs=-1,
        random_state=seed,
    )
    embedding = TSNEEmbedding(
        small,
        affinities,
        negative_gradient_method="bh" if len(codes) < FFT_FROM else "fft",
        n_jobs=-1,
        random_state=seed,
    )
    phases = (0, EARLY_ITERATIONS, EARLY_EXAGGERATION, EARLY_MOMENTUM), (EARLY_ITERATIONS, total, 1.0, LATE_MOMENTUM)
    for first, last, exaggeration, momentum in phases:
        for done in _optimize(embedding, last - first, exaggeration, momentum):
            divergence = embedding.kl_divergence / exaggeration - np.log(exaggeration)  # as for P without it
            yield Frame(first + done, total, np.array(embedding, dtype=np.float32), float(divergence))


def _optimize(embedding: Any, iterations: int, exaggeration: float, momentum: float) -> Generator[int]:
    """Run a phase of t-SNE in slices of about `SECONDS_A_FRAME`, yielding the iterations done.

    P is exaggerated once, because openTSNE would multiply and divide it in every slice, and round each time: like
    this the map is, bit for bit, the one of openTSNE's own single call, wherever it is sliced.
    """
    embedding.affinities.P *= exaggeration
    done, some = 0, 1
    while done < iterations:
        began = time.monotonic()
        some = min(some, iterations - done)
        embedding.optimize(some, momentum=momentum, learning_rate=len(embedding) / exaggeration, inplace=True)
        done += some
        yield done
        pace = (time.monotonic() - began) / some
        some = int(np.clip(SECONDS_A_FRAME / (pace + 1e-12), 1, MOST_ITERATIONS_A_FRAME))
    embedding.affinities.P /= exaggeration


def possible_perplexity(perplexity: float, points: int) -> float:
    """Return the perplexity, or the highest that so many points allow: a third of a point's neighbours."""
    return min(perplexity, (points - 1) / 3)


def check_formable(codes: np.ndarray) -> None:
    """Raise `InputError` where t-SNE can make no map of codes [N, d]."""
    if len(codes) < LEAST_POINTS:
        raise InputError(f"t-SNE needs at least {LEAST_POINTS} codes; this model has {len(codes)}: choose pca.")
    if (codes == codes[0]).all():
        raise InputError(
            "All codes are equal: the model has collapsed onto its prior, and there is nothing for t-SNE to lay out. "
            "Train it with a smaller beta, or choose pca."
        )
