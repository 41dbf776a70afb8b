"""The discrete VAE beside torch.distributions' own categorical distributions."""

import numpy as np
import pytest
import torch
from torch.distributions import OneHotCategorical, RelaxedOneHotCategorical, kl_divergence

from tests import models  # noqa: F401 (one thread)
from vae.config import TrainConfig
from vae.errors import InputError
from vae.library.belief import Belief
from vae.models.families.discrete import Choices, DiscreteVAE, gumbel
from vae.plans.choices import ways_of

WAYS = 4


@pytest.fixture
def logits() -> torch.Tensor:
    return 2 * torch.randn(5, 3 * WAYS, generator=torch.Generator().manual_seed(0)).double()


def noise(n: int, dims: int = 3 * WAYS) -> torch.Tensor:
    return torch.randn(n, dims, generator=torch.Generator().manual_seed(1)).double()


def test_the_parts_of_the_kl_are_no_less_than_0_and_sum_to_it_choice_by_choice(logits: torch.Tensor) -> None:
    q = OneHotCategorical(logits=logits.view(5, 3, WAYS))
    even = OneHotCategorical(probs=torch.ones(5, 3, WAYS).double())
    nats = Choices(logits, WAYS).nats()
    assert (nats >= 0).all()
    torch.testing.assert_close(nats.view(5, 3, WAYS).sum(-1), kl_divergence(q, even))


def test_a_draw_is_one_way_of_each_choice_as_often_as_it_is_likely(logits: torch.Tensor) -> None:
    many = Choices(logits[:1].expand(100_000, -1), WAYS)
    drawn = many.draw(noise(100_000))
    chosen = drawn.code.view(-1, 3, WAYS)
    assert set(chosen.unique().tolist()) == {0.0, 1.0}
    assert (chosen.sum(-1) == 1).all()
    torch.testing.assert_close(chosen.mean(0).flatten(), many.centre[0], atol=0.006, rtol=0)
    torch.testing.assert_close(drawn.code.std(0), many.spread()[0], atol=0.006, rtol=0)
    # What it costs: its probability under q over that under the even prior.
    log_q = OneHotCategorical(logits=logits[0].view(3, WAYS)).log_prob(chosen).sum(-1)
    torch.testing.assert_close(drawn.surplus(), log_q + 3 * np.log(WAYS))


def test_noise_is_gumbels(logits: torch.Tensor) -> None:
    values = gumbel(noise(1, 200_000))
    torch.testing.assert_close(values.mean().item(), np.euler_gamma, atol=0.01, rtol=0)
    torch.testing.assert_close(values.var().item(), np.pi**2 / 6, atol=0.02, rtol=0)


def test_a_relaxed_draw_has_the_density_of_the_concrete_distribution(logits: torch.Tensor) -> None:
    relaxed = Choices(logits[:1, :WAYS].expand(100_000, -1), WAYS, temperature=0.7).draw(noise(100_000, WAYS)).code
    with torch.random.fork_rng():
        torch.manual_seed(2)
        concrete = RelaxedOneHotCategorical(torch.tensor(0.7).double(), logits=logits[0, :WAYS]).sample((100_000,))
    torch.testing.assert_close(relaxed.mean(0), concrete.mean(0), atol=0.006, rtol=0)
    torch.testing.assert_close(relaxed.std(0), concrete.std(0), atol=0.006, rtol=0)


def test_it_learns_from_relaxed_draws_that_cool_down_and_is_measured_by_choices() -> None:
    model = DiscreteVAE((1, 8, 8), 12, "dense", 8, 1, ways=4, temperature=0.25)
    x, draws = torch.rand(6, 1, 8, 8), torch.randn(6, 12)
    largest = []
    for model.progress in (0.0, 0.5, 1.0):
        code = model.train().encode(x).draw(draws).code.view(6, 3, 4)
        largest.append(code.amax(-1).mean().item())
    assert largest[0] < largest[1] < largest[2] < 1
    assert set(model.eval().encode(x).draw(draws).code.unique().tolist()) == {0.0, 1.0}


def test_draws_from_the_prior_are_even() -> None:
    model = DiscreteVAE((1, 8, 8), 12, "dense", 8, 1, ways=4)
    drawn = model.draw(noise(40_000)).view(-1, 3, 4)
    assert (drawn.sum(-1) == 1).all()
    torch.testing.assert_close(drawn.mean(0), torch.full((3, 4), 0.25).double(), atol=0.01, rtol=0)


def test_what_is_opened_draws_choices_as_likely_as_the_model_says(logits: torch.Tensor) -> None:
    q = Choices(logits[:1].expand(100_000, -1), WAYS)
    centre, spread = q.centre.numpy(), q.spread().numpy()
    real = Belief(centre, spread, None, [slice(0, 4), slice(4, 8)])  # the last four stay a normal
    z = real.at(noise(100_000).numpy())
    assert np.array_equal(np.unique(z[:, :8]), [0, 1])
    np.testing.assert_allclose(z.mean(0), centre[0], atol=0.006)
    np.testing.assert_allclose(z[:, 8:], (centre + spread * noise(100_000).numpy())[:, 8:])


def test_a_way_without_a_share_is_never_chosen() -> None:
    belief = Belief(np.array([[0.0, 1.0, 0.0]]), np.zeros((1, 3)), None, [slice(0, 3)])
    for each in noise(50, 3).numpy():
        assert np.array_equal(belief.at(each), [[0, 1, 0]])


@pytest.mark.parametrize(("dims", "most", "ways"), [(200, 10, 10), (16, 10, 8), (2, 10, 2), (7, 10, 7), (12, 5, 4)])
def test_the_ways_share_the_dimensions_out_evenly(dims: int, most: int, ways: int) -> None:
    assert ways_of(dims, most) == ways


@pytest.mark.parametrize(("dims", "set_to"), [(1, 10), (13, 10), (37, 40)])
def test_a_code_that_cannot_be_shared_out_is_refused_before_anything_is_trained(dims: int, set_to: int) -> None:
    with pytest.raises(InputError, match=f"{dims} latent dimensions cannot.* set latent_dims to {set_to}"):
        TrainConfig(family="discrete", latent_dims=dims)


@pytest.mark.parametrize("temperature", [0, -1, float("nan")])
def test_no_temperature_is_none(temperature: float) -> None:
    with pytest.raises(InputError, match=r"temperature must be from 0\.05 to 5"):
        TrainConfig(family="discrete", latent_dims=20, options={"temperature": temperature})
