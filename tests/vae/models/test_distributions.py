"""The distributions equal torch.distributions, and the closed forms equal Monte Carlo."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import distributions as oracle

from tests import models  # noqa: F401 (one thread)
from vae.models.distributions import Normal, standard_normal_log_prob
from vae.models.likelihoods import Bernoulli, Gaussian


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def a_normal(n: int = 7, dims: int = 4) -> Normal:
    random = torch.Generator().manual_seed(0)
    return Normal(
        torch.randn(n, dims, generator=random, dtype=torch.float64),
        torch.randn(n, dims, generator=random, dtype=torch.float64),
    )


def test_normal_log_prob_equals_torch() -> None:
    q = a_normal()
    z = torch.randn(3, 7, 4, dtype=torch.float64)
    expected = oracle.Normal(q.mean, (q.log_variance / 2).exp()).log_prob(z).sum(-1)
    torch.testing.assert_close(q.log_prob(z), expected)


def test_standard_normal_log_prob_equals_torch() -> None:
    z = torch.randn(5, 7, 4, dtype=torch.float64)
    torch.testing.assert_close(standard_normal_log_prob(z), oracle.Normal(0, 1).log_prob(z).sum(-1))


def test_kl_equals_torch() -> None:
    q = a_normal()
    prior = oracle.Normal(torch.zeros(4, dtype=torch.float64), torch.ones(4, dtype=torch.float64))
    expected = oracle.kl_divergence(oracle.Normal(q.mean, (q.log_variance / 2).exp()), prior)
    torch.testing.assert_close(q.nats(), expected)


def test_kl_of_the_prior_to_itself_is_zero() -> None:
    assert Normal(torch.zeros(2, 3), torch.zeros(2, 3)).nats().eq(0).all()


@settings(deadline=None)
@given(mean=st.floats(-20, 20), log_variance=st.floats(-20, 10))
def test_kl_is_never_negative(mean: float, log_variance: float) -> None:
    q = Normal(torch.tensor([[mean]], dtype=torch.float64), torch.tensor([[log_variance]], dtype=torch.float64))
    assert q.nats().item() >= -1e-12


def test_closed_form_kl_equals_monte_carlo() -> None:
    q = a_normal(n=3)
    draws = 40_000
    random = torch.Generator().manual_seed(1)
    repeated = Normal(q.mean.expand(draws, 3, 4), q.log_variance.expand(draws, 3, 4))
    z = repeated.sample(random)
    ratios = q.log_prob(z) - standard_normal_log_prob(z)
    error = ratios.std(0) / draws**0.5
    assert ((ratios.mean(0) - q.nats().sum(1)).abs() < 4 * error).all()


def test_samples_have_the_mean_and_the_spread_they_are_asked_for() -> None:
    q = Normal(torch.tensor([[1.0, -2.0]]).expand(50_000, 2), torch.tensor([[0.0, -3.0]]).expand(50_000, 2))
    z = q.sample(torch.Generator().manual_seed(0))
    torch.testing.assert_close(z.mean(0), torch.tensor([1.0, -2.0]), atol=0.02, rtol=0)
    torch.testing.assert_close(z.var(0), torch.tensor([1.0, -3.0]).sub(torch.tensor([1.0, 0])).exp(), atol=0.02, rtol=0)


def test_the_same_generator_gives_the_same_sample() -> None:
    q = a_normal()
    first, again = (q.sample(torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, q.sample(torch.Generator().manual_seed(4)))


def test_a_sample_is_the_mean_moved_by_noise_times_the_spread() -> None:
    q = a_normal()
    noise = torch.randn(7, 4, dtype=torch.float64)
    torch.testing.assert_close(
        q.at(noise), oracle.Normal(q.mean, (q.log_variance / 2).exp()).icdf(oracle.Normal(0, 1).cdf(noise))
    )
    drawn = torch.randn(7, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    assert torch.equal(q.sample(torch.Generator().manual_seed(3)), q.at(drawn))


def test_gradients_pass_through_a_sample() -> None:
    mean, log_variance = torch.zeros(1, 2, requires_grad=True), torch.zeros(1, 2, requires_grad=True)
    z = Normal(mean, log_variance).sample(torch.Generator().manual_seed(0))
    z.sum().backward()
    assert mean.grad is not None
    assert log_variance.grad is not None
    torch.testing.assert_close(mean.grad, torch.ones(1, 2))
    torch.testing.assert_close(log_variance.grad, z.detach() / 2)  # d(exp(v / 2) e) / dv at v = 0 is e / 2


def test_bernoulli_log_prob_of_ink_equals_torch() -> None:
    logits = torch.randn(6, 1, 4, 5, dtype=torch.float64) * 3
    x = torch.randint(0, 2, logits.shape).double()
    expected = oracle.Bernoulli(logits=logits).log_prob(x).flatten(1).sum(1)
    torch.testing.assert_close(Bernoulli(logits).log_prob(x), expected)


def test_bernoulli_log_prob_of_grey_is_the_expectation_over_ink() -> None:
    logits, grey = torch.randn(3, 1, 2, 2, dtype=torch.float64), torch.rand(3, 1, 2, 2, dtype=torch.float64)
    pixels = oracle.Bernoulli(logits=logits)
    ink, none = torch.ones_like(logits), torch.zeros_like(logits)
    expected = (grey * pixels.log_prob(ink) + (1 - grey) * pixels.log_prob(none)).flatten(1).sum(1)
    torch.testing.assert_close(Bernoulli(logits).log_prob(grey), expected)


def test_bernoulli_stays_finite_where_it_is_certain() -> None:
    sure = Bernoulli(torch.tensor([[[[200.0, -200.0]]]]))
    assert sure.log_prob(torch.tensor([[[[1.0, 0.0]]]])).item() == 0
    assert sure.log_prob(torch.tensor([[[[0.0, 1.0]]]])).item() == pytest.approx(-400)
    assert sure.mean.flatten().tolist() == [1, 0]


@pytest.mark.parametrize("log_scale", [-3.0, 0.0, 1.5])
def test_gaussian_log_prob_equals_torch(log_scale: float) -> None:
    mean, x = torch.randn(2, 6, 3, 4, 5, dtype=torch.float64)
    scale = torch.tensor(log_scale, dtype=torch.float64)
    expected = oracle.Normal(mean, scale.exp()).log_prob(x).flatten(1).sum(1)
    torch.testing.assert_close(Gaussian(mean, scale).log_prob(x), expected)
