"""The ELBO's terms equal torch.distributions, and its weights do what they say."""

import pytest
import torch
from torch import distributions as oracle

from tests import models  # noqa: F401 (one thread)
from vae.config import LIKELIHOODS, TrainConfig
from vae.families import FAMILIES
from vae.kinds.kinds import image
from vae.models.autoencoder import Autoencoder
from vae.models.build import build_model
from vae.models.gaussian import GaussianVAE
from vae.models.objectives import Objective, Terms, elbo, warm_up
from vae.plans.networks import NETWORKS


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def a_model(likelihood: str = "bernoulli", network: str = "dense") -> GaussianVAE:
    torch.manual_seed(0)
    return GaussianVAE((1, 8, 8), 3, network, 8, 1, likelihood)


def noise(n: int = 5) -> torch.Tensor:
    return torch.randn(n, 3, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_terms_equal_torch_distributions(likelihood: str) -> None:
    model, x = a_model(likelihood), torch.rand(5, 1, 8, 8)
    terms = elbo(model, x, noise(len(x)))

    mean, log_variance = model.encoder(x).chunk(2, 1)
    q = oracle.Normal(mean, (log_variance / 2).exp())
    z = mean + q.stddev * noise()
    out = model.decoder(z)
    if likelihood == "bernoulli":
        log_p = -torch.nn.functional.binary_cross_entropy_with_logits(out, x, reduction="none")
    else:
        log_p = oracle.Normal(out, model.log_scale.exp()).log_prob(x)
    torch.testing.assert_close(terms.reconstruction, -log_p.flatten(1).sum(1))
    torch.testing.assert_close(terms.kl, oracle.kl_divergence(q, oracle.Normal(torch.zeros(3), torch.ones(3))))


def test_the_loss_is_the_mean_of_reconstruction_plus_beta_kl() -> None:
    terms = Terms(torch.tensor([10.0, 20.0]), torch.tensor([[1.0, 2.0], [3.0, 4.0]]), beta=4.0)
    assert terms.loss.item() == 15 + 4 * 5
    assert terms.negative_elbo.tolist() == [13, 27]  # whatever beta is


def test_the_loss_of_a_batch_is_that_of_its_parts_by_their_share() -> None:
    model, x = a_model(), torch.rand(5, 1, 8, 8)
    whole = elbo(model, x, noise(), beta=2)
    rows = zip(x.tensor_split(3), noise().tensor_split(3), strict=True)
    parts = [elbo(model, part, drawn, beta=2) for part, drawn in rows]
    assert [len(part.kl) for part in parts] == [2, 2, 1]
    torch.testing.assert_close(sum(part.total for part in parts) / 5, whole.loss)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("network", NETWORKS)
def test_a_process_without_rows_gives_gradients_of_nothing(network: str, likelihood: str) -> None:
    objective = Objective(a_model(likelihood, network))
    terms = Terms(*objective(torch.rand(0, 1, 8, 8), noise(0)))
    terms.total.backward()
    assert terms.total == 0
    for name, weight in objective.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.eq(0).all(), name


def test_the_module_computes_the_terms() -> None:
    model, x = a_model(), torch.rand(5, 1, 8, 8)
    reconstruction, kl = Objective(model)(x, noise())
    terms = elbo(model, x, noise())
    assert torch.equal(reconstruction, terms.reconstruction)
    assert torch.equal(kl, terms.kl)
    assert Objective(model).state_dict().keys() == {f"model.{name}" for name in model.state_dict()}


def an_autoencoder(sparsity: float = 0.0, likelihood: str = "bernoulli") -> Autoencoder:
    torch.manual_seed(0)
    return Autoencoder((1, 8, 8), 3, "dense", 8, 1, likelihood, sparsity=sparsity)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("sparsity", [0.0, 0.3])
def test_an_autoencoders_loss_is_its_reconstruction_and_its_sparsity(sparsity: float, likelihood: str) -> None:
    model, x = an_autoencoder(sparsity, likelihood), torch.rand(5, 1, 8, 8)
    terms = elbo(model, x, noise())
    z = model.encoder(x)
    out = model.decoder(z)
    if likelihood == "bernoulli":
        cost = torch.nn.functional.binary_cross_entropy_with_logits(out, x, reduction="none")
    else:
        cost = -oracle.Normal(out, model.log_scale.exp()).log_prob(x)
    cost = cost.flatten(1).sum(1)
    assert terms.kl.shape == (5, 0)
    torch.testing.assert_close(terms.reconstruction, cost)
    torch.testing.assert_close(terms.negative_elbo, cost)
    torch.testing.assert_close(terms.loss, (cost + sparsity * z.abs().sum(1)).mean())


def test_no_noise_and_no_beta_moves_an_autoencoder() -> None:
    model, x = an_autoencoder(0.3), torch.rand(5, 1, 8, 8)
    losses = [elbo(model, x, each, beta).loss for each in (noise(), 9 * noise(), 0 * noise()) for beta in (0.0, 1.0)]
    assert all(torch.equal(loss, losses[0]) for loss in losses)


def test_an_autoencoders_module_computes_its_penalties_too() -> None:
    model, x = an_autoencoder(0.3), torch.rand(5, 1, 8, 8)
    reconstruction, kl, sparsity = Objective(model)(x, noise())
    terms = elbo(model, x, noise())
    assert torch.equal(reconstruction, terms.reconstruction)
    assert kl.shape == (5, 0)
    assert torch.equal(sparsity, terms.others["sparsity"])


def test_beta_0_leaves_the_reconstruction_alone() -> None:
    terms = elbo(a_model(), torch.rand(5, 1, 8, 8), noise(), beta=0)
    torch.testing.assert_close(terms.loss, terms.reconstruction.mean())


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("family", FAMILIES)
def test_gradients_reach_every_weight(family: str, network: str, likelihood: str) -> None:
    torch.manual_seed(0)
    settings = {"network": network, "latent_dims": 3, "width": 8, "depth": 2, "likelihood": likelihood}
    model = build_model(TrainConfig(family=family, **settings), image((1, 8, 8)), classes=4)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    x, given = torch.rand(16, 1, 8, 8), torch.eye(4).repeat(4, 1) if model.told else None
    for _ in range(2):  # a residual block starts as the identity: its first layer waits for the second to move
        optimizer.zero_grad()
        elbo(model, x, noise(len(x)), given=given).loss.backward()
        optimizer.step()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.isfinite().all(), name
        assert weight.grad.ne(0).any(), name


def test_warm_up_rises_in_a_straight_line_and_stays() -> None:
    assert [warm_up(step, 4) for step in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert warm_up(0, 0) == 1
