"""The VAE with a VampPrior beside torch.distributions' own mixture of normals."""

import math

import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal, kl_divergence

from tests import models  # noqa: F401 (one thread)
from vae.models.families.vamp import VampVAE


def a_vamp(pseudo_inputs: int = 5) -> VampVAE:
    torch.manual_seed(0)
    model = VampVAE((1, 8, 8), 3, "dense", 8, 1, pseudo_inputs=pseudo_inputs)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return model.double()


def posterior(model: VampVAE, x: torch.Tensor) -> Independent:
    mean, log_variance = model.encoder(x).chunk(2, 1)
    return Independent(Normal(mean, (0.5 * log_variance).exp()), 1)


def prior(model: VampVAE) -> MixtureSameFamily:
    """Return the mean of the posteriors of the pseudo-inputs, which the sigmoid makes images of."""
    count = len(model.pseudo)
    return MixtureSameFamily(Categorical(torch.ones(count).double()), posterior(model, model.pseudo.sigmoid()))


def test_what_a_draw_costs_is_its_density_under_the_posterior_over_that_under_the_mixture() -> None:
    model, x, noise = a_vamp(), torch.rand(6, 1, 8, 8).double(), torch.randn(6, 3).double()
    q, drawn = posterior(model, x), model.encode(x).draw(noise)
    torch.testing.assert_close(drawn.code, q.mean + q.stddev * noise)
    torch.testing.assert_close(drawn.surplus(), q.log_prob(drawn.code) - prior(model).log_prob(drawn.code))
    torch.testing.assert_close(drawn.kl[:, 0], drawn.surplus())


def test_clouds_that_are_sharp_and_far_out_cost_no_digits_in_single_precision() -> None:
    model = a_vamp(50)
    with torch.no_grad():
        last = [layer for layer in model.encoder.modules() if isinstance(layer, torch.nn.Linear)][-1]
        last.bias[:3] += 20
        last.bias[3:] -= 6  # sigma a twentieth
    z = posterior(model, model.pseudo.sigmoid()).sample()
    expected = prior(model).log_prob(z)
    torch.testing.assert_close(model.float().prior.log_prob(z.float()), expected.float(), atol=2e-2, rtol=0)


def test_draws_are_spread_over_the_clouds_as_the_mixture_is() -> None:
    model = a_vamp()
    noise = torch.randn(40_000, model.dice, generator=torch.Generator().manual_seed(1)).double()
    drawn, mixture = model.draw(noise), prior(model)
    torch.testing.assert_close(drawn.mean(0), mixture.mean, atol=0.03, rtol=0)
    torch.testing.assert_close(drawn.var(0), mixture.variance, atol=0, rtol=0.04)
    # The last number says which: each of five equal shares of its distribution is one cloud's.
    ends = Normal(0.0, 1.0).icdf(torch.tensor([0.05, 0.3, 0.5, 0.7, 0.95])).double()
    chosen = model.draw(torch.cat([torch.zeros(5, 3).double(), ends[:, None]], 1))
    torch.testing.assert_close(chosen, posterior(model, model.pseudo.sigmoid()).mean)
    assert model.draw(torch.tensor([[0.0, 0, 0, -99], [0, 0, 0, 99]]).double()).isfinite().all()


def test_of_one_pseudo_input_each_coordinate_costs_the_divergence_of_two_normals() -> None:
    model, x = a_vamp(1), torch.rand(4, 1, 8, 8).double()
    only = posterior(model, model.pseudo.sigmoid()).base_dist
    torch.testing.assert_close(model.encode(x).nats(), kl_divergence(posterior(model, x).base_dist, only))


def test_the_prior_follows_the_weights_but_while_they_are_said_to_be_still() -> None:
    model, z = a_vamp(), torch.randn(4, 3).double()
    before = model.prior.log_prob(z)
    with model.still():
        torch.testing.assert_close(model.prior.log_prob(z), before)
        assert model.prior is model.prior
    with torch.no_grad():
        model.pseudo.add_(1)
    assert not torch.allclose(model.prior.log_prob(z), before)


@pytest.mark.parametrize("part", ["encoder", "pseudo"])
def test_the_bound_teaches_the_pseudo_inputs_as_well_as_the_encoder(part: str) -> None:
    model, x = a_vamp(), torch.rand(6, 1, 8, 8).double()
    drawn = model.encode(x).draw(torch.randn(6, 3).double())
    drawn.kl.mean().backward()
    moved = [weight.grad for name, weight in model.named_parameters() if name.startswith(part)]
    assert moved and all(grad is not None and grad.abs().sum() > 0 for grad in moved)


def test_with_the_data_as_pseudo_inputs_no_code_costs_more_than_the_number_of_its_things() -> None:
    model, x = a_vamp(8), torch.rand(8, 1, 8, 8).double().clamp(0.01, 0.99)
    with torch.no_grad():
        model.pseudo.copy_(x.logit())
    noise = torch.randn(200, 8, 3).double()
    costs = torch.stack([model.encode(x).draw(each).surplus() for each in noise])
    assert costs.max() < math.log(8) + 1e-9  # q(z|x) is one of the eight parts
    assert costs.mean() > 0
