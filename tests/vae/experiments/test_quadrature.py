"""log p(x) by quadrature, beside models whose evidence is known in closed form."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from vae.experiments.quadrature import log_evidence

PIXELS = 9


def linear_gaussian(sigma: float, sizes: tuple[float, float]):
    """z ~ N(0, I), x|z ~ N(W z + b, sigma^2 I), so that x ~ N(b, W W^T + sigma^2 I)."""
    random = np.random.default_rng(0)
    w = np.linalg.qr(random.standard_normal((PIXELS, 2)))[0] * sizes
    b = random.uniform(0.3, 0.7, PIXELS)
    x = b + random.standard_normal((12, 2)) @ w.T + sigma * random.standard_normal((12, PIXELS))

    def log_likelihood(z: np.ndarray, rows: np.ndarray) -> np.ndarray:
        away = x[rows][None] - (z @ w.T + b)[:, None]
        return norm(0, sigma).logpdf(away).sum(-1)

    return log_likelihood, multivariate_normal(b, w @ w.T + sigma**2 * np.eye(PIXELS)).logpdf(x)


@pytest.mark.parametrize(
    ("sigma", "sizes"), [(0.4, (1.5, 0.7)), (0.03, (1.0, 1.0)), (0.02, (1.0, 0.3)), (0.01, (1.0, 1.0))], ids=str
)
def test_it_is_the_closed_form_however_narrow_the_posterior(sigma, sizes):
    log_likelihood, expected = linear_gaussian(sigma, sizes)
    np.testing.assert_allclose(log_evidence(log_likelihood, len(expected)), expected, atol=0.01)


def test_it_finds_both_islands_where_draws_from_one_find_half():
    """x = (|z_1|, z_2) + noise: islands at z_1 = ±x_1. An encoder that sits on one stays log 2 too low."""
    sigma, x, other = 0.05, 1.3, 0.4

    def log_likelihood(z: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return norm(np.abs(z[:, :1]), sigma).logpdf(x) + norm(z[:, 1:], sigma).logpdf(other)

    log_p = log_evidence(log_likelihood, 1)
    exact, _ = quad(lambda z: norm.pdf(x, abs(z), sigma) * norm.pdf(z), -8, 8, points=(-x, x))
    beside = norm(0, math.hypot(1, sigma)).logpdf(other)
    assert log_p[0] == pytest.approx(math.log(exact) + beside, abs=0.01)
    variance = 1 / (1 + 1 / sigma**2)  # of the posterior at one island
    draws = np.random.default_rng(0).normal(x * variance / sigma**2, math.sqrt(variance), 1000)
    weights = norm(np.abs(draws), sigma).logpdf(x) + norm.logpdf(draws)
    weights -= norm(x * variance / sigma**2, math.sqrt(variance)).logpdf(draws)
    one_island = beside + np.logaddexp.reduce(weights) - math.log(len(draws))
    assert log_p[0] - one_island == pytest.approx(math.log(2), abs=0.02)
