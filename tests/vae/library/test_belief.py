"""What is computed of an encoder's answer is what torch's own distributions say."""

import numpy as np
import torch
from torch.distributions import Normal, kl_divergence

from vae.library.belief import normal

RANDOM = np.random.default_rng(0)
MEAN, LOG_VARIANCE = (RANDOM.normal(0, 2, (50, 3)).astype(np.float32) for _ in range(2))


def test_nats_are_the_divergence_from_the_prior_by_dimension() -> None:
    q = Normal(torch.from_numpy(MEAN), torch.from_numpy(LOG_VARIANCE).mul(0.5).exp())
    expected = kl_divergence(q, Normal(0.0, 1.0)).numpy()
    np.testing.assert_allclose(normal(MEAN, LOG_VARIANCE).nats, expected, rtol=1e-4, atol=1e-4)


def test_the_prior_itself_costs_nothing() -> None:
    assert not normal(np.zeros((2, 4)), np.zeros((2, 4))).nats.any()


def test_draws_have_the_centre_and_the_spread_that_they_say() -> None:
    belief = normal(MEAN[:1], LOG_VARIANCE[:1])
    drawn = belief.at(RANDOM.standard_normal((100_000, 3)))
    np.testing.assert_allclose(drawn.mean(0), belief.centre[0], atol=4 * belief.spread.max() / 300)
    np.testing.assert_allclose(drawn.std(0), belief.spread[0], rtol=0.02)
