"""The conditional U-Net: its code is counted from the prior that the given part tells, and that costs nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.distributions import Categorical, Normal, kl_divergence

from tests.tiny_kinds import IMAGE, MASKS
from vae.config import TrainConfig
from vae.families import family
from vae.models.build import build_model
from vae.models.families.completing import CompletingVAE, Told
from vae.models.likelihoods import Completed, Labels
from vae.models.objectives import Case, Objective
from vae.networks.build import count_parameters
from vae.plans.layers import work_of
from vae.plans.networks import network

CONFIG = TrainConfig(family="completing", network="conv", width=4, likelihood="labels", latent_dims=3)


@pytest.fixture
def model() -> CompletingVAE:
    torch.manual_seed(0)
    made = build_model(CONFIG, MASKS)
    assert isinstance(made, CompletingVAE)
    return made.eval()


def masks(n: int) -> torch.Tensor:
    random = np.random.default_rng(0)
    labels = random.integers(0, 3, (n, 1, 8, 6))
    sure = (labels == np.arange(3)[:, None, None]).astype(np.float32)
    return torch.from_numpy(np.concatenate([random.random((n, 1, 8, 6), np.float32), sure], 1))


def test_the_kl_is_that_to_the_prior_which_the_image_tells(model: CompletingVAE) -> None:
    x = masks(5)
    told = model.decoder
    assert isinstance(told, Told)
    with torch.no_grad():
        mean, log_variance = model.encoder(x).split(3, 1)
        prior, spread = told.believe(x[:, :1])
        wanted = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(prior, (0.5 * spread).exp()))
        torch.testing.assert_close(model.encode(x).nats(), wanted, rtol=1e-4, atol=1e-5)


def test_a_code_of_0_is_the_middle_of_the_prior_and_of_1_a_deviation_away(model: CompletingVAE) -> None:
    x = masks(4)[:, :1]
    told = model.decoder
    assert isinstance(told, Told)
    with torch.no_grad():
        mean, log_variance = told.believe(x)
        torch.testing.assert_close(told(torch.zeros(4, 3), x), told.unet(x, mean))
        torch.testing.assert_close(told(torch.ones(4, 3), x), told.unet(x, mean + (0.5 * log_variance).exp()))


def test_what_is_given_comes_back_as_it_was_and_the_labels_add_up(model: CompletingVAE) -> None:
    x = masks(3)
    with torch.no_grad():
        says = model.decode(torch.randn(3, 3), model.told_by(x))
        for whole in (says.mean, says.sample(torch.rand(3, 1, 8, 6))):
            torch.testing.assert_close(whole[:, :1], x[:, :1])
            torch.testing.assert_close(whole[:, 1:].sum(1), torch.ones(3, 8, 6))


def test_labels_cost_what_a_categorical_says_and_the_image_nothing() -> None:
    torch.manual_seed(1)
    logits, x = torch.randn(4, 3, 8, 6), masks(4)
    says = Completed(Labels.of(logits, 3), 1, x[:, :1])
    wanted = Categorical(logits=logits.movedim(1, -1)).log_prob(x[:, 1:].argmax(1)).sum((1, 2))
    torch.testing.assert_close(says.log_prob(x), wanted)
    other = torch.cat([torch.rand(4, 1, 8, 6), x[:, 1:]], 1)
    torch.testing.assert_close(says.log_prob(other), wanted)


def test_draws_of_labels_are_as_frequent_as_they_are_likely() -> None:
    says = Labels.of(torch.tensor([1.0, 0.0, -1.0])[None, :, None, None].expand(20_000, -1, 1, 1), 3)
    drawn = says.sample(torch.rand(20_000, 1, 1, 1, generator=torch.Generator().manual_seed(0)))
    likely = says.mean[0, :, 0, 0]
    error = (likely * (1 - likely) / 20_000).sqrt()
    assert ((drawn.mean(0)[:, 0, 0] - likely).abs() < 4 * error).all()


def test_a_pixel_whose_label_is_not_known_costs_nothing() -> None:
    says, x = Labels.of(torch.randn(2, 3, 4, 4), 3), torch.zeros(2, 3, 4, 4)
    torch.testing.assert_close(says.log_prob(x), torch.zeros(2))


def test_an_objective_tells_the_decoder_the_image_of_each_thing(model: CompletingVAE) -> None:
    x = masks(4)
    with torch.no_grad():
        noise = torch.zeros(4, 3)
        terms = Objective(model).terms(model, Case(x, noise))
        wanted = -model.decode(model.encode(x).mean, x[:, :1]).log_prob(x)
        torch.testing.assert_close(terms.reconstruction, wanted)
        assert math.isfinite(float(terms.loss))


@pytest.mark.parametrize("item", [MASKS, IMAGE])
def test_its_plan_has_the_numbers_that_it_learns(item) -> None:
    config = CONFIG if item is MASKS else replace(CONFIG, likelihood="bernoulli")
    model = build_model(config, item)
    known, numbers = family("completing"), model.image_shape[0] - model.part
    pair = network("conv").plans(model.image_shape, 3, 6, 4, None, numbers)
    plans = known.around(3, known.own({}), pair)
    assert sum(work_of(plan).parameters for plan in plans) == count_parameters(model)
