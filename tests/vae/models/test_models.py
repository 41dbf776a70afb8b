"""The families of models: things to a belief, codes to a likelihood, and what is told beside them."""

import pytest
import torch

from tests.models import room
from tests.tiny_kinds import ENCODING
from vae.config import TrainConfig
from vae.errors import InputError
from vae.families import FAMILIES
from vae.kinds.kind import Item
from vae.kinds.kinds import image
from vae.likelihoods import LIKELIHOODS
from vae.models.build import build_model
from vae.models.families.conditional import ConditionalVAE
from vae.models.families.gaussian import GaussianVAE
from vae.models.likelihoods import Bernoulli, Gaussian
from vae.models.model import MIN_LOG_SCALE, Model
from vae.plans.networks import NETWORKS

CLASSES = 3


def a_model(family: str, likelihood: str = "bernoulli", network: str = "dense", depth: int = 1) -> Model:
    torch.manual_seed(0)
    dims = room(network, 4, (3, 8, 6), depth)
    config = TrainConfig(family=family, network=network, latent_dims=dims, width=8, depth=depth, likelihood=likelihood)
    return build_model(config, Item("image", (8, 6, 3)), CLASSES)


def told(model: Model, n: int) -> torch.Tensor | None:
    """Tell a conditional model of n things that they are of its classes in turn; others are told nothing."""
    return torch.eye(CLASSES)[torch.arange(n) % CLASSES] if model.told else None


def whole(model: Model) -> tuple[torch.Tensor, torch.Tensor]:
    """Return mean and standard deviation of many draws from a prior that is no N(0, I), [d]: of all of a mixture's."""
    with torch.no_grad():
        drawn = model.draw(torch.randn(200_000, model.dice))
    return drawn.mean(0), drawn.std(0)


@pytest.mark.parametrize(("likelihood", "kind"), [("bernoulli", Bernoulli), ("gaussian", Gaussian)])
@pytest.mark.parametrize("family", ENCODING)
def test_encode_and_decode_have_the_right_shapes(family: str, likelihood: str, kind: type) -> None:
    model = a_model(family, likelihood)
    given = told(model, 5)
    belief = model.encode(torch.rand(5, 3, 8, 6), given)
    decoded = model.decode(belief.draw(torch.randn(5, *model.noise)).code, given)
    assert belief.centre.shape == (5, 4)
    assert isinstance(decoded, kind)
    assert decoded.mean.shape == (5, 3, 8, 6)
    assert decoded.log_prob(torch.rand(5, 3, 8, 6)).shape == (5,)


@pytest.mark.parametrize("family", ENCODING)
def test_a_code_has_the_cost_and_the_spread_that_the_family_says(family: str) -> None:
    model = a_model(family)
    belief = model.encode(torch.rand(5, 3, 8, 6), told(model, 5))
    drawn = belief.draw(torch.zeros(5, *model.noise))  # of a ladder all floors stand at their means then
    kl, spread = drawn.kl, belief.spread()
    assert kl.shape == (5, model.costs)
    if "bound" not in FAMILIES[family].can:
        assert model.costs == 0
        assert spread is None
        assert torch.equal(belief.draw(torch.randn(5, *model.noise)).code, belief.centre)
        return
    assert spread is not None
    if FAMILIES[family].axis == "choice":  # no normal: see test_discrete.py and test_vq.py
        torch.testing.assert_close(kl, belief.nats().view(5, model.costs, -1).sum(-1))
        return
    torch.testing.assert_close(drawn.code, belief.centre)
    oracle = torch.distributions.Normal(belief.centre, spread)
    mean, deviation = (torch.zeros(4), torch.ones(4)) if FAMILIES[family].prior == "normal" else whole(model)
    prior = torch.distributions.Normal(mean, deviation)
    close = {} if FAMILIES[family].prior == "normal" else {"atol": 0.02, "rtol": 0.02}  # of draws, no density
    torch.testing.assert_close(belief.nats(), torch.distributions.kl_divergence(oracle, prior), **close)
    if model.costs == 4:
        torch.testing.assert_close(kl, belief.nats())


@pytest.mark.parametrize("family", FAMILIES)
def test_only_what_has_a_class_to_be_told_is_told_one(family: str) -> None:
    model = a_model(family)
    assert model.told == (CLASSES if "condition" in FAMILIES[family].can else 0)
    if not model.told:
        return
    x, one, other = torch.rand(2, 3, 8, 6), *torch.eye(CLASSES)[:2]
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn(weight.shape) * 0.05)
        z = model.encode(x, one.expand(2, -1)).centre
        assert not torch.allclose(z, model.encode(x, other.expand(2, -1)).centre)
        decoded = [model.decode(z, given.expand(2, -1)).mean for given in (one, other)]
        assert not torch.allclose(*decoded)


@pytest.mark.parametrize("network", [name for name, known in NETWORKS.items() if known.cells is None])
def test_before_it_has_learnt_anything_a_class_means_nothing_to_the_encoder(network: str) -> None:
    """Its pictures start at zero, so that a conditional VAE begins as the VAE whose decoder is told the class."""
    model, x = a_model("conditional", network=network, depth=2), torch.rand(CLASSES, 3, 8, 6)
    assert isinstance(model, ConditionalVAE)
    centre = model.encode(x, torch.eye(CLASSES)).centre
    torch.testing.assert_close(centre, GaussianVAE.encode(model, x).centre)


def test_to_see_a_picture_of_the_class_is_to_see_the_class_beside_the_pixels() -> None:
    """W (x + E y) = W x + (W E) y, for a first layer that is linear."""
    model, x = a_model("conditional"), torch.rand(CLASSES, 3, 8, 6)
    assert isinstance(model, ConditionalVAE)
    first = next(layer for layer in model.encoder.modules() if isinstance(layer, torch.nn.Linear))
    with torch.no_grad():
        model.pictures.normal_()
        seen: list[torch.Tensor] = []
        first.register_forward_hook(lambda layer, given, made: seen.append(made))
        model.encode(x, torch.eye(CLASSES))
        beside = torch.cat([first.weight, first.weight @ model.pictures.T], dim=1)
        expected = torch.cat([x.flatten(1), torch.eye(CLASSES)], dim=1) @ beside.T + first.bias
    torch.testing.assert_close(seen[0], expected)


def test_the_spread_of_a_pixel_is_learnt_and_bounded_below() -> None:
    model = GaussianVAE((1, 4, 4), 2, width=8, likelihood="gaussian")
    assert "log_scale" in dict(model.named_parameters())
    with torch.no_grad():
        model.log_scale.fill_(-50)
    decoded = model.decode(torch.zeros(1, 2))
    assert isinstance(decoded, Gaussian)
    assert decoded.log_scale.item() == MIN_LOG_SCALE
    assert decoded.log_prob(torch.zeros(1, 1, 4, 4)).isfinite().all()


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_the_spread_that_a_card_is_told_is_the_likelihoods(likelihood: str) -> None:
    model = GaussianVAE((1, 4, 4), 2, width=8, likelihood=likelihood)
    decoded = model.decode(torch.zeros(1, 2))
    if not isinstance(decoded, Gaussian):
        assert model.scale is None
        return
    assert model.scale == pytest.approx(decoded.log_scale.exp().item())
    x = torch.rand(1, 1, 4, 4)
    oracle = torch.distributions.Normal(decoded.mean, model.scale)
    torch.testing.assert_close(decoded.log_prob(x), oracle.log_prob(x).sum((1, 2, 3)))


def test_the_bernoulli_model_has_no_spread_to_learn() -> None:
    assert "log_scale" not in dict(GaussianVAE((1, 4, 4), 2, width=8).named_parameters())


@pytest.mark.parametrize("shape", [(2, 8, 8), (0, 8, 8), (1, 0, 8), (4, 8, 8)], ids=str)
def test_a_model_of_an_impossible_image_is_refused(shape: tuple[int, int, int]) -> None:
    """Networks take any number of channels, as series have; that an image has one or three its kind says."""
    with pytest.raises(InputError, match=r"An image is \[height, width, 1 or 3\]"):
        build_model(TrainConfig(), image(shape))


def test_an_unknown_likelihood_is_told_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"Unknown likelihood 'poisson'; choose one of: bernoulli, .*gaussian"):
        GaussianVAE((1, 4, 4), 2, likelihood="poisson")
