"""The VAE-GAN: two players in one sum, each part a constant to the player that it is not for."""

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from tests import models
from vae.models.families.adversarial import VAEGAN, adversarial
from vae.models.objectives import Case, elbo


@pytest.fixture
def model() -> VAEGAN:
    torch.manual_seed(0)
    return VAEGAN((1, 8, 8), 3, "dense", 8, 1).double()


@pytest.fixture
def case() -> Case:
    torch.manual_seed(1)
    return Case(torch.rand(5, 1, 8, 8).double(), torch.randn(5, 3).double(), beta=2.0)


def gradients(model: VAEGAN, loss: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the gradient of each player's weights in one row; 0 where there is none."""
    return models.gradients(loss, model, encoder=model.encoder, decoder=model.decoder, critic=model.critic)


def test_losses_are_those_of_a_classifier_that_tells_real_from_made(model: VAEGAN, case: Case) -> None:
    terms = adversarial(model, case, 3.0, 0.0)
    code = model.encode(case.x).draw(case.noise).code
    made = [model.decode(z).mean for z in (code, case.noise)]
    one, none = torch.ones(5, 1).double(), torch.zeros(5, 1).double()

    def cost(x: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        return binary_cross_entropy_with_logits(model.critic(x), label, reduction="none").flatten()

    passing = sum(cost(x, one) for x in made) / 2
    telling = cost(case.x, one) + sum(cost(x, none) for x in made) / 2
    torch.testing.assert_close(terms.others["decoder before the critic"], passing)
    torch.testing.assert_close(terms.others["critic"], telling)
    plain = elbo(model, case)
    torch.testing.assert_close(terms.minimised, plain.minimised + 3 * passing + telling)


def test_each_player_learns_from_its_own_part_alone(model: VAEGAN, case: Case) -> None:
    plain, both = (gradients(model, each.loss) for each in (elbo(model, case), adversarial(model, case, 3.0, 0.0)))
    torch.testing.assert_close(both["encoder"], plain["encoder"])
    passing = gradients(model, adversarial(model, case, 1.0, 0.0).others["decoder before the critic"].mean())
    assert not passing["encoder"].any() and not passing["critic"].any()
    torch.testing.assert_close(both["decoder"], plain["decoder"] + 3 * passing["decoder"])
    telling = gradients(model, adversarial(model, case, 1.0, 0.0).others["critic"].mean())
    assert not telling["encoder"].any() and not telling["decoder"].any()
    torch.testing.assert_close(both["critic"], telling["critic"])


def test_the_penalty_is_half_the_squared_slope_at_real_things_and_is_learnt_from(model: VAEGAN, case: Case) -> None:
    penalty = adversarial(model, case, 0.0, 10.0).others["gradient penalty"]
    step = 1e-6
    for row in range(2):
        x = case.x[row : row + 1]
        around = torch.cat(
            [x + sign * step * way for way in torch.eye(64).double().view(64, 1, 8, 8) for sign in (1, -1)]
        )
        with torch.no_grad():
            up, down = model.critic(around).view(64, 2).unbind(1)
        assert penalty[row].item() == pytest.approx(5 * ((up - down) / (2 * step)).square().sum().item(), rel=1e-5)
    assert gradients(model, penalty.mean())["critic"].any()
