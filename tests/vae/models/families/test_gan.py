"""The GAN: two players in one sum, and what is said of one whose generator heeds no code any more."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from tests import models
from tests.models import SMALL, made_dataset
from vae.config import TrainConfig
from vae.errors import InputError
from vae.models.families.gan import GAN, adversarial
from vae.models.objectives import Case
from vae.runs.doctor.checks import diagnose
from vae.runs.records import Step
from vae.training.loop import TrainState, begin, train

RUN = replace(SMALL, family="gan", epochs=50, width=64)
"""Two hundred steps."""


@pytest.fixture
def model() -> GAN:
    torch.manual_seed(0)
    return GAN((1, 8, 8), 3, "dense", 8, 1).double()


@pytest.fixture
def case() -> Case:
    torch.manual_seed(1)
    return Case(torch.rand(5, 1, 8, 8).double(), torch.randn(5, 3).double())


def gradients(model: GAN, loss: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the gradient of each player's weights in one row; 0 where there is none."""
    return models.gradients(loss, model, generator=model.decoder, critic=model.critic)


def test_losses_are_those_of_a_classifier_that_tells_real_from_drawn(model: GAN, case: Case) -> None:
    terms = adversarial(model, case, 0.0)
    made = model.decode(case.noise).mean
    one, none = torch.ones(5, 1).double(), torch.zeros(5, 1).double()

    def cost(x: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        return binary_cross_entropy_with_logits(model.critic(x), label, reduction="none").flatten()

    torch.testing.assert_close(terms.others["generator"], cost(made, one))
    torch.testing.assert_close(terms.others["critic"], cost(case.x, one) + cost(made, none))
    torch.testing.assert_close(terms.minimised, terms.others["generator"] + terms.others["critic"])
    assert terms.kl.shape == (5, 0) and not terms.reconstruction.any()


def test_each_player_learns_from_its_own_part_alone(model: GAN, case: Case) -> None:
    both = gradients(model, adversarial(model, case, 10.0).loss)
    own = gradients(model, adversarial(model, case, 10.0).others["generator"].mean())
    assert not own["critic"].any()
    torch.testing.assert_close(both["generator"], own["generator"])
    terms = adversarial(model, case, 10.0).others
    own = gradients(model, (terms["critic"] + terms["gradient penalty"]).mean())
    assert not own["generator"].any()
    torch.testing.assert_close(both["critic"], own["critic"])


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_every_weight_learns_and_the_critic_alone_is_not_kept(likelihood: str) -> None:
    torch.manual_seed(0)
    model = GAN((1, 8, 8), 3, "conv", 4, 1, likelihood=likelihood)
    adversarial(model, Case(torch.rand(4, 1, 8, 8), torch.randn(4, 3))).loss.backward()
    assert all(weight.grad is not None and weight.grad.any() for weight in model.parameters())
    assert model.kept.keys() == {name for name in model.state_dict() if name.startswith("decoder.")}
    assert model.scale is None


def test_shares_and_spread_are_counted(model: GAN, case: Case) -> None:
    others = adversarial(model, case).others
    made = model.decode(case.noise).mean.detach()
    right = (model.critic(case.x) > 0).double().mean(), (model.critic(made) <= 0).double().mean()
    found = others["share of real told right"].mean(), others["share of drawn told right"].mean()
    assert found == right
    apart = made.var(0, correction=0).mean().sqrt() / case.x.var(0, correction=0).mean().sqrt()
    torch.testing.assert_close(others["spread of draws"], apart.expand(5))


def test_a_batch_of_one_thing_has_no_spread_and_is_finite(model: GAN) -> None:
    terms = adversarial(model, Case(torch.rand(1, 1, 8, 8).double(), torch.randn(1, 3).double()))
    assert terms.others["spread of draws"].tolist() == [0.0] and terms.loss.isfinite()


# What is said of a run


def trained(state: TrainState) -> list[Step]:
    return [step for step in train(state, made_dataset().train.images) if step]


def said(steps: list[Step], config: TrainConfig = RUN) -> dict[str, str]:
    return {found.code: f"{found.level}: {found.sentence} {found.change}" for found in diagnose(steps, [], config)}


def started() -> TrainState:
    return begin(RUN, made_dataset().item, 4)


def test_a_run_has_no_cost_in_its_records_and_says_how_the_two_stand() -> None:
    steps = trained(started())
    assert all((step.reconstruction, step.negative_elbo, step.kl) == (None, None, ()) and step.sound for step in steps)
    assert steps[-1].others["spread of draws"] > 0.5
    found = said(steps)
    assert found.keys() == {"standing"} and found["standing"].startswith("good: The critic tells ")


def test_a_generator_that_heeds_no_code_is_found_collapsed() -> None:
    """Its code's weights are 0 and stay so: all noise becomes one thing, which the critic learns to tell."""
    state = started()
    first = next(layer for layer in state.model.decoder if isinstance(layer, torch.nn.Linear))
    with torch.no_grad():
        first.weight.zero_()
    first.weight.requires_grad_(False)
    steps = trained(state)
    assert steps[-1].others["spread of draws"] < 1e-6
    found = said(steps)
    assert found.keys() == {"alike"} and found["alike"].startswith("warning: Draws of different noise are nearly alike")
    assert "larger gradient penalty (now 10)" in found["alike"]


def test_a_critic_that_has_run_ahead_is_found_and_one_that_is_in_doubt_is_not() -> None:
    def standing(critic: float, right: float) -> list[Step]:
        others = {
            "generator": 4.0,
            "critic": critic,
            "share of real told right": right,
            "share of drawn told right": right,
            "spread of draws": 0.9,
        }
        return [Step(i, 2000, 1, None, (), 1.0, 1e-3, 1e4, 64, others) for i in range(50, 2001, 50)]

    assert said(standing(0.1, 1.0)).keys() == {"outrun"}
    assert "tells 100 % of what is real" in said(standing(0.1, 1.0))["outrun"]
    for doubting in ((1.0, 1.0), (0.1, 0.9)):
        assert said(standing(*doubting)).keys() == {"standing"}
    assert said(standing(0.1, 1.0)[:2]).keys() == {"early"}


def test_what_asks_for_an_encoder_is_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="no encoder that could see a spoiled thing; leave corruption out"):
        TrainConfig(family="gan", corruption="block")
    with pytest.raises(InputError, match="no loss on validation images to wait for; leave patience at 0"):
        TrainConfig(family="gan", validation=0.1, patience=3)


def test_a_loss_that_is_no_number_is_not_sound() -> None:
    good = Step(1, 2, 0, None, (), 1.0, 1e-3, 1.0, 1, {"critic": 1.0})
    assert good.sound and not replace(good, others={"critic": float(np.nan)}).sound
