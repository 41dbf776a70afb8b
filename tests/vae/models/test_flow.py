"""The flow VAE in u, where a hand moves: densities by autograd's Jacobian, and a straight flow is a plain VAE."""

import pytest
import torch
from torch.distributions import Independent, Normal

from tests import models  # noqa: F401 (one thread)
from vae.errors import InputError
from vae.models.families.flow import FlowVAE


def a_flow(posterior_steps: int = 0) -> FlowVAE:
    torch.manual_seed(0)
    model = FlowVAE((1, 8, 8), 3, "dense", 8, 1, prior_steps=2, posterior_steps=posterior_steps)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.2 * torch.randn_like(weight))
    return model.double()


@pytest.mark.parametrize("posterior_steps", [0, 2])
def test_the_surplus_is_that_of_the_densities_by_their_jacobian(posterior_steps: int) -> None:
    model, x, noise = a_flow(posterior_steps), torch.rand(4, 1, 8, 8).double(), torch.randn(4, 3).double()
    drawn = model.encode(x).draw(noise)
    for row in range(4):
        one = x[row : row + 1]

        def on(e: torch.Tensor, one: torch.Tensor = one) -> torch.Tensor:
            return model.encode(one).draw(e[None]).code[0]

        jacobian = torch.autograd.functional.jacobian(on, noise[row])
        log_q = Normal(0, 1).log_prob(noise[row]).sum() - torch.linalg.slogdet(jacobian).logabsdet
        log_p = Normal(0, 1).log_prob(drawn.code[row]).sum()
        torch.testing.assert_close(drawn.surplus()[row], log_q - log_p)
    torch.testing.assert_close(drawn.kl[:, 0], drawn.surplus())


def test_a_code_is_decoded_by_way_of_the_z_that_it_came_from() -> None:
    model, x, noise = a_flow(), torch.rand(4, 1, 8, 8).double(), torch.randn(4, 3).double()
    mean, log_variance = model.encoder(x).chunk(2, 1)
    z = mean + (0.5 * log_variance).exp() * noise
    made = model.decode(model.encode(x).draw(noise).code)
    torch.testing.assert_close(made.mean, model.decoder.decoder(z).sigmoid())


def test_centre_and_spread_are_those_of_many_draws_where_the_normal_is_narrow() -> None:
    model, x = a_flow(2), torch.rand(2, 1, 8, 8).double()
    with torch.no_grad():
        last = [layer for layer in model.encoder.modules() if isinstance(layer, torch.nn.Linear)][-1]
        last.bias[3:] -= 18  # sigma becomes a ten thousandth
        belief = model.encode(x)
        many = torch.stack([belief.draw(torch.randn(2, 3).double()).code for _ in range(4000)])
    torch.testing.assert_close(belief.centre, many.mean(0), atol=2e-3, rtol=0.01)
    torch.testing.assert_close(belief.spread(), many.std(0), atol=0, rtol=0.06)


def test_a_flow_that_bends_nothing_is_a_plain_vae() -> None:
    model, x, noise = a_flow(), torch.rand(5, 1, 8, 8).double(), torch.randn(5, 3).double()
    with torch.no_grad():
        for weight in model.decoder.prior.parameters():
            weight.zero_()
    mean, log_variance = model.encoder(x).chunk(2, 1)
    q = Independent(Normal(mean, (0.5 * log_variance).exp()), 1)
    belief = model.encode(x)
    drawn = belief.draw(noise)
    torch.testing.assert_close(drawn.code, mean + q.stddev * noise)
    torch.testing.assert_close(drawn.surplus(), q.log_prob(drawn.code) - Normal(0, 1).log_prob(drawn.code).sum(1))
    torch.testing.assert_close(belief.spread(), q.stddev)
    expected = torch.distributions.kl_divergence(q.base_dist, Normal(torch.zeros(5, 3), torch.ones(5, 3)))
    torch.testing.assert_close(belief.nats(), expected)


def test_one_dimension_is_refused() -> None:
    with pytest.raises(InputError, match="needs two of them: set latent_dims to 2"):
        FlowVAE((1, 8, 8), 1, "dense", 8, 1)
