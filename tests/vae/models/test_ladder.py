"""The ladder in its own codes z, floor by floor, by torch.distributions: what it says in noise is the same."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from tests import models  # noqa: F401 (one thread)
from vae.config import TrainConfig
from vae.data import load
from vae.errors import InputError
from vae.kinds.kinds import image
from vae.models.families.ladder import LadderVAE
from vae.training.loop import begin, train
from vae.training.metrics import measure

SIZES = [2, 2, 1]


def a_ladder(floors: int = 3) -> LadderVAE:
    torch.manual_seed(0)
    model = LadderVAE((1, 8, 8), 5, "dense", 8, 1, floors=floors)
    with torch.no_grad():
        for weight in model.parameters():  # far from its beginning, where all priors are N(0, I)
            weight.add_(0.3 * torch.randn_like(weight))
    return model.double()


def by_hand(model: LadderVAE, x: Tensor, noise: Tensor) -> tuple[list[Normal], list[Normal], list[Tensor]]:
    """Return posterior and prior of each floor in z, and the codes z that the noise draws: equations 11 and 12."""
    weighed, log_variance = model.encoder(x).chunk(2, 1)
    seen = weighed * (1 + log_variance.exp())  # what weighs so against N(0, 1)
    q, p, z = [], [], []
    parts = zip(*(each.split(SIZES, 1) for each in (seen, log_variance, noise)), strict=True)
    for floor, (mean, logs, each) in enumerate(parts):
        above = torch.cat(z, 1) if z else seen[:, :0]
        at, log_scale = model.decoder.prior(floor, above)
        prior = Normal(at, log_scale.exp())
        precision = 1 / logs.exp() + 1 / prior.variance
        posterior = Normal((mean / logs.exp() + at / prior.variance) / precision, precision.rsqrt())
        q, p, z = [*q, posterior], [*p, prior], [*z, posterior.mean + posterior.stddev * each]
    return q, p, z


def test_codes_kl_and_density_are_those_of_the_floors() -> None:
    model, x, noise = a_ladder(), torch.rand(6, 1, 8, 8).double(), torch.randn(6, 5).double()
    drawn = model.encode(x).draw(noise)
    q, p, z = by_hand(model, x, noise)
    torch.testing.assert_close(model.decoder.climb_down(drawn.code), torch.cat(z, 1))
    torch.testing.assert_close(drawn.kl, torch.cat([kl_divergence(*each) for each in zip(q, p, strict=True)], 1))
    ratios = [one.log_prob(at) - other.log_prob(at) for one, other, at in zip(q, p, z, strict=True)]
    torch.testing.assert_close(drawn.surplus(), torch.cat(ratios, 1).sum(1))


def test_to_move_a_floor_leaves_those_above_it_alone_and_moves_those_below() -> None:
    model, noise = a_ladder(), torch.randn(4, 5).double()
    before = model.decoder.climb_down(noise)
    noise[:, 2:4] += 1
    after = model.decoder.climb_down(noise)
    assert torch.equal(before[:, :2], after[:, :2])
    assert (before[:, 2:] != after[:, 2:]).all()


def test_every_floor_begins_near_a_standard_normal() -> None:
    torch.manual_seed(0)
    model = LadderVAE((1, 8, 8), 5, "dense", 8, 1, floors=3)
    mean, log_scale = model.decoder.prior(2, torch.randn(100, 4))
    assert mean.abs().mean() < 0.1
    assert log_scale.abs().mean() < 0.1


def test_the_axes_say_on_which_floor_they_are() -> None:
    assert a_ladder().groups == ["floor 1", "floor 1", "floor 2", "floor 2", "floor 3"]


def test_a_ladder_with_more_floors_than_dimensions_is_refused() -> None:
    with pytest.raises(InputError, match="A ladder of 4 floors has at least 4 latent dimensions; got 3"):
        LadderVAE((1, 8, 8), 3, "dense", 8, 1, floors=4)


def test_its_codes_do_not_collapse_where_those_of_a_plain_vae_carry_something() -> None:
    """A mean that its own variance weighs has no gradient where that is large: once all codes ended at 0 nats."""
    images, costs = load("digits").train.images, {}
    for family in ("gaussian", "ladder"):
        config = TrainConfig("digits", family=family, latent_dims=6, width=64, depth=1, epochs=15, learning_rate=5e-3)
        state = begin(config, image((1, 8, 8)))
        for _ in train(state, images):
            pass
        measured = measure(state.model.eval(), np.asarray(images[:500]))
        costs[family] = measured.negative_elbo.mean()
        assert measured.kl.sum(1).mean() > 1, family
    assert costs["ladder"] < costs["gaussian"] + 1
