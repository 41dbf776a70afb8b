"""The figures on a card equal what can be computed by hand or in closed form."""

import numpy as np
import pytest
import torch
from scipy.special import entr
from scipy.stats import multivariate_normal
from torch import nn

from tests.models import SMALL, made_dataset, made_images
from vae.experiments.worth import active_units, knn_accuracy, standard_error
from vae.kinds.images import IMAGES
from vae.likelihoods import LIKELIHOODS
from vae.models.families.gaussian import GaussianVAE
from vae.models.objectives import Case, elbo
from vae.training.fast_decoder import Served
from vae.training.loop import begin, train
from vae.training.metrics import centres, evaluate, log_likelihood, measure

SIDE = 3
PIXELS, DIMS, SIGMA = SIDE * SIDE, 2, 0.4


def linear_gaussian(inflate: float = 1.0) -> tuple[GaussianVAE, multivariate_normal]:
    """Make a VAE whose p(x) is known: z ~ N(0, I), x|z ~ N(W z + b, sigma^2 I), so x ~ N(b, W W^T + sigma^2 I).

    The columns of W are orthogonal, so that the true posterior is diagonal and the encoder can be exact; `inflate`
    multiplies its variance to make it wrong.
    """
    random = np.random.default_rng(0)
    w = np.linalg.qr(random.standard_normal((PIXELS, DIMS)))[0] * [1.5, 0.7]
    b = random.uniform(0.3, 0.7, PIXELS)
    variance = SIGMA**2 / ((w**2).sum(0) + SIGMA**2)
    into = w.T * variance[:, None] / SIGMA**2

    model = GaussianVAE((1, SIDE, SIDE), DIMS, width=1, likelihood="gaussian")
    encoder, decoder = nn.Linear(PIXELS, 2 * DIMS), nn.Linear(DIMS, PIXELS)
    log_variance = np.log(variance * inflate)
    with torch.no_grad():
        encoder.weight.copy_(torch.from_numpy(np.vstack([into, np.zeros_like(into)])))
        encoder.bias.copy_(torch.from_numpy(np.concatenate([-into @ b, log_variance])))
        decoder.weight.copy_(torch.from_numpy(w))
        decoder.bias.copy_(torch.from_numpy(b))
        model.log_scale.fill_(np.log(SIGMA))
    model.encoder = nn.Sequential(nn.Flatten(), encoder)
    model.decoder = nn.Sequential(decoder, nn.Unflatten(1, (1, SIDE, SIDE)))
    return model, multivariate_normal(b, w @ w.T + SIGMA**2 * np.eye(PIXELS))


def closed_form(p: multivariate_normal, images: np.ndarray) -> np.ndarray:
    return p.logpdf(images.reshape(len(images), -1) / 255)


def test_with_the_true_posterior_every_importance_weight_is_p_of_x() -> None:
    model, p = linear_gaussian()
    images = made_images(50, (1, SIDE, SIDE))
    np.testing.assert_allclose(log_likelihood(model, images, samples=1), closed_form(p, images), atol=1e-4)
    np.testing.assert_allclose(-measure(model, images, samples=2000).negative_elbo, closed_form(p, images), atol=0.2)


@pytest.mark.parametrize("samples", [999, 1000, 1001, 2500])
def test_importance_sampling_finds_p_of_x_with_a_wrong_posterior(samples: int) -> None:
    model, p = linear_gaussian(inflate=2.0)
    images = made_images(20, (1, SIDE, SIDE))
    np.testing.assert_allclose(log_likelihood(model, images, samples), closed_form(p, images), atol=0.15)


def test_the_bound_tightens_with_the_samples_and_lies_above_the_elbo() -> None:
    model, p = linear_gaussian(inflate=3.0)
    images = made_images(400, (1, SIDE, SIDE))
    # The last step is smaller than the spread over seeds, so each bound is a mean over several.
    bounds = [
        np.mean([log_likelihood(model, images, samples, seed).mean() for seed in range(8)])
        for samples in (1, 5, 50, 500)
    ]
    negative_elbo = measure(model, images, samples=50).negative_elbo.mean()
    assert bounds[0] == pytest.approx(-negative_elbo, abs=0.15)  # one sample is the ELBO
    assert -negative_elbo < bounds[1] < bounds[2] < bounds[3]
    assert bounds[3] == pytest.approx(closed_form(p, images).mean(), abs=0.02)


def test_the_bernoulli_short_cut_equals_the_plain_sum() -> None:
    torch.manual_seed(0)
    model, images = GaussianVAE((1, 8, 8), 3, width=16), made_images(2)
    got = log_likelihood(model, images, samples=40, seed=3)
    x = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        q = model.encode(x)
        noise = torch.randn(
            40, 2, 3, generator=torch.Generator().manual_seed(3 * 1_000_003)
        )  # that of the first images
        z = q.mean + (q.log_variance / 2).exp() * noise
        prior = torch.distributions.Normal(0, 1)
        log_weights = torch.stack([model.decode(draw).log_prob(x) for draw in z])
        log_weights += prior.log_prob(z).sum(-1) - q.log_prob(z)
        expected = log_weights.logsumexp(0) - np.log(40)
    np.testing.assert_allclose(got, expected, rtol=1e-4)


@pytest.mark.parametrize("likelihood", IMAGES.likelihoods)
def test_a_served_model_measures_the_same(likelihood: str) -> None:
    torch.manual_seed(0)
    model, images = GaussianVAE((1, 8, 8), 3, "conv", 4, 2, likelihood), made_images(5)
    plain, served = log_likelihood(model, images, 50), log_likelihood(model, images, 50, decoder=Served(model))
    np.testing.assert_allclose(served, plain, rtol=1e-4)


@pytest.mark.parametrize("likelihood", IMAGES.likelihoods)
def test_the_floor_is_the_entropy_of_the_grey_levels_and_below_every_reconstruction(likelihood: str) -> None:
    torch.manual_seed(0)
    model, images = GaussianVAE((1, 8, 8), 3, width=16, likelihood=likelihood), made_images(1100)
    measured = measure(model, images)
    if LIKELIHOODS[likelihood].least == "unbounded":
        assert measured.floor is None
        return
    levels = images.astype(np.float64) / 255
    assert measured.floor is not None
    entropy = (entr(levels) + entr(1 - levels)).sum(axis=(1, 2, 3))
    least = entropy if LIKELIHOODS[likelihood].least == "entropy" else np.zeros(len(images))
    np.testing.assert_allclose(measured.floor, least, rtol=1e-5, atol=1e-4)
    assert (measured.reconstruction >= measured.floor).all()
    error = measured.reconstruction - measured.floor
    np.testing.assert_allclose(error + measured.floor + measured.kl.sum(1), measured.negative_elbo, atol=1e-3)


def test_measured_terms_are_those_of_the_objective() -> None:
    torch.manual_seed(0)
    model, images = GaussianVAE((1, 8, 8), 3, width=16), made_images(2100)  # more than one pass of rows
    x = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    measured = measure(model, images, samples=3)
    terms = [elbo(model, Case(x, torch.randn(2100, 3))) for _ in range(3)]
    assert measured.reconstruction.shape == (2100,)
    np.testing.assert_allclose(measured.kl, terms[0].kl.detach(), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(measured.centre, model.encode(x).centre.detach(), atol=1e-5)
    np.testing.assert_allclose(centres(model, images), measured.centre, atol=1e-6)
    mean = np.mean([t.negative_elbo.mean().item() for t in terms])
    assert measured.negative_elbo.mean() == pytest.approx(mean, rel=0.01)


def test_same_seed_same_figures() -> None:
    torch.manual_seed(0)
    model, images = GaussianVAE((1, 8, 8), 3, width=16), made_images(30)
    assert np.array_equal(measure(model, images, seed=1).negative_elbo, measure(model, images, seed=1).negative_elbo)
    assert not np.array_equal(
        measure(model, images, seed=1).negative_elbo, measure(model, images, seed=2).negative_elbo
    )


def test_a_unit_is_active_where_its_mean_varies_by_more_than_a_hundredth() -> None:
    z = np.random.default_rng(0).standard_normal((5000, 4)) * [1, 0.12, 0.08, 0] + [0, 0, 5, 7]
    assert active_units(z) == 2  # variances 1 and 0.0144; 0.0064 and 0 are not enough, wherever they lie


def test_neighbours_vote_as_counted_by_hand() -> None:
    train = np.array([[0.0], [0.1], [0.2], [1.0], [1.1], [1.2], [1.3]])
    labels = np.array([0, 0, 1, 1, 1, 0, 1])
    codes = np.array([[0.05], [1.05], [0.05], [1.25]])
    # three nearest: {0, .1, .2} -> 0; {1, 1.1, 1.2} -> 1; {0, .1, .2} -> 0; {1.2, 1.3, 1.1} -> 1
    assert knn_accuracy(train, labels, codes, np.array([0, 1, 1, 1]), k=3) == 0.75


def test_fewer_training_codes_than_neighbours_still_vote() -> None:
    assert knn_accuracy(np.array([[0.0], [0.1], [5.0]]), np.array([1, 1, 0]), np.array([[9.0]]), np.array([1])) == 1


def test_standard_error_is_that_of_the_mean() -> None:
    assert standard_error(np.array([1.0, 3.0, 5.0, 7.0])) == pytest.approx(np.sqrt(20 / 3) / 2)
    assert standard_error(np.array([1.0])) == np.inf


def test_an_evaluation_says_what_was_measured_and_how() -> None:
    data = made_dataset()
    state = begin(SMALL, data.item)
    for _ in train(state, data.train.images):
        pass
    arguments = (data.test.images, data.test.labels, data.train.images, data.train.labels)
    evaluation, measured = evaluate(
        state.model, *arguments, title="Made bars", elbo_samples=4, importance_samples=20, importance_images=10
    )
    assert evaluation.negative_elbo == pytest.approx(evaluation.reconstruction + evaluation.kl, rel=1e-5)
    assert evaluation.negative_elbo == pytest.approx(measured.negative_elbo.mean())
    assert evaluation.log_likelihood == pytest.approx(log_likelihood(state.model, data.test.images[:10], 20).mean())
    assert evaluation.knn_accuracy is not None
    for words in ("32 test images of Made bars", "BCE", "4 sample", "64 training codes", "20 importance samples on 10"):
        assert words in evaluation.conditions
    bare, _ = evaluate(state.model, data.test.images, None, data.train.images, None, title="Made bars")
    assert bare.knn_accuracy is None
    assert bare.log_likelihood is None
