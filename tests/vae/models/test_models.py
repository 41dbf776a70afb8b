"""The families of models: images to a posterior, codes to a likelihood."""

import pytest
import torch

from tests import models  # noqa: F401 (one thread)
from vae.errors import InputError
from vae.models import FAMILIES
from vae.models.distributions import Bernoulli, Gaussian
from vae.models.gaussian import MIN_LOG_SCALE, GaussianVAE


@pytest.mark.parametrize(("likelihood", "kind"), [("bernoulli", Bernoulli), ("gaussian", Gaussian)])
@pytest.mark.parametrize("family", FAMILIES)
def test_encode_and_decode_have_the_right_shapes(family: str, likelihood: str, kind: type) -> None:
    model = FAMILIES[family]((3, 8, 6), 4, "dense", 8, 1, likelihood)
    posterior = model.encode(torch.rand(5, 3, 8, 6))
    decoded = model.decode(posterior.mean)
    assert posterior.mean.shape == posterior.log_variance.shape == (5, 4)
    assert isinstance(decoded, kind)
    assert decoded.mean.shape == (5, 3, 8, 6)
    assert decoded.log_prob(torch.rand(5, 3, 8, 6)).shape == (5,)


def test_the_spread_of_a_pixel_is_learnt_and_bounded_below() -> None:
    model = GaussianVAE((1, 4, 4), 2, width=8, likelihood="gaussian")
    assert "log_scale" in dict(model.named_parameters())
    with torch.no_grad():
        model.log_scale.fill_(-50)
    decoded = model.decode(torch.zeros(1, 2))
    assert isinstance(decoded, Gaussian)
    assert decoded.log_scale.item() == MIN_LOG_SCALE
    assert decoded.log_prob(torch.zeros(1, 1, 4, 4)).isfinite().all()


def test_the_bernoulli_model_has_no_spread_to_learn() -> None:
    assert "log_scale" not in dict(GaussianVAE((1, 4, 4), 2, width=8).named_parameters())


def test_an_unknown_likelihood_is_told_the_known_ones() -> None:
    with pytest.raises(InputError, match="Unknown likelihood 'poisson'; choose one of: bernoulli, gaussian"):
        GaussianVAE((1, 4, 4), 2, likelihood="poisson")
