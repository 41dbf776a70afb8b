"""The ELBO's terms equal torch.distributions, and its weights do what they say."""

import pytest
import torch
from torch import distributions as oracle

from tests.models import room
from vae.config import TrainConfig
from vae.errors import InputError
from vae.families import FAMILIES
from vae.kinds.images import IMAGES
from vae.kinds.kinds import image
from vae.likelihoods import LIKELIHOODS
from vae.models.build import build_model
from vae.models.families.autoencoder import Autoencoder
from vae.models.families.gaussian import GaussianVAE
from vae.models.objectives import Case, Objective, Terms, beta_tc, elbo, iwae, warm_up
from vae.objectives import OBJECTIVES
from vae.plans.networks import NETWORKS

WRITTEN_OUT = ("bernoulli", "gaussian")
"""Likelihoods that these tests compute by torch's own; test_likelihoods.py has the others."""


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def a_model(likelihood: str = "bernoulli", network: str = "dense") -> GaussianVAE:
    torch.manual_seed(0)
    return GaussianVAE((1, 8, 8), room(network, 3, depth=1), network, 8, 1, likelihood)


def noise(n: int = 5) -> torch.Tensor:
    return torch.randn(n, 3, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("likelihood", WRITTEN_OUT)
def test_terms_equal_torch_distributions(likelihood: str) -> None:
    model, x = a_model(likelihood), torch.rand(5, 1, 8, 8)
    terms = elbo(model, Case(x, noise(len(x))))

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
    model, x = a_model(), torch.rand(5, 1, 8, 8)
    one, other = (elbo(model, Case(x, noise(), beta=beta)) for beta in (1.0, 4.0))
    torch.testing.assert_close(one.loss, one.negative_elbo.mean())
    torch.testing.assert_close(other.loss, (other.reconstruction + 4 * other.kl.sum(1)).mean())
    assert torch.equal(one.negative_elbo, other.negative_elbo)  # whatever beta is


def test_the_loss_of_a_batch_is_that_of_its_parts_by_their_share() -> None:
    model, x = a_model(), torch.rand(5, 1, 8, 8)
    whole = elbo(model, Case(x, noise(), beta=2))
    rows = zip(x.tensor_split(3), noise().tensor_split(3), strict=True)
    parts = [elbo(model, Case(part, drawn, beta=2)) for part, drawn in rows]
    assert [len(part.kl) for part in parts] == [2, 2, 1]
    torch.testing.assert_close(sum(part.total for part in parts) / 5, whole.loss)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("network", NETWORKS)
def test_a_process_without_rows_gives_gradients_of_nothing(network: str, likelihood: str) -> None:
    objective = Objective(a_model(likelihood, network))
    terms = Terms(*objective(torch.rand(0, 1, 8, 8), torch.randn(0, *objective.noise)))
    terms.total.backward()
    assert terms.total == 0
    for name, weight in objective.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.eq(0).all(), name


def test_the_module_computes_the_terms() -> None:
    model, x = a_model(), torch.rand(5, 1, 8, 8)
    reconstruction, kl, minimised = Objective(model)(x, noise())
    terms = elbo(model, Case(x, noise()))
    assert torch.equal(reconstruction, terms.reconstruction)
    assert torch.equal(kl, terms.kl)
    assert torch.equal(minimised, terms.minimised)
    assert Objective(model).state_dict().keys() == {f"model.{name}" for name in model.state_dict()}


def an_autoencoder(sparsity: float = 0.0, likelihood: str = "bernoulli") -> Autoencoder:
    torch.manual_seed(0)
    return Autoencoder((1, 8, 8), 3, "dense", 8, 1, likelihood, sparsity=sparsity)


@pytest.mark.parametrize("likelihood", WRITTEN_OUT)
@pytest.mark.parametrize("sparsity", [0.0, 0.3])
def test_an_autoencoders_loss_is_its_reconstruction_and_its_sparsity(sparsity: float, likelihood: str) -> None:
    model, x = an_autoencoder(sparsity, likelihood), torch.rand(5, 1, 8, 8)
    terms = elbo(model, Case(x, noise()))
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
    losses = [
        elbo(model, Case(x, each, beta=beta)).loss
        for each in (noise(), 9 * noise(), 0 * noise())
        for beta in (0.0, 1.0)
    ]
    assert all(torch.equal(loss, losses[0]) for loss in losses)


def test_an_autoencoders_module_computes_its_penalties_too() -> None:
    model, x = an_autoencoder(0.3), torch.rand(5, 1, 8, 8)
    reconstruction, kl, _, sparsity = Objective(model)(x, noise())
    terms = elbo(model, Case(x, noise()))
    assert torch.equal(reconstruction, terms.reconstruction)
    assert kl.shape == (5, 0)
    assert torch.equal(sparsity, terms.others["sparsity"])


def test_beta_0_leaves_the_reconstruction_alone() -> None:
    terms = elbo(a_model(), Case(torch.rand(5, 1, 8, 8), noise(), beta=0))
    torch.testing.assert_close(terms.loss, terms.reconstruction.mean())


@pytest.mark.parametrize(
    ("family", "network", "likelihood"),
    [
        (family, network, name)
        for family, known in FAMILIES.items()
        for network in NETWORKS
        for name in IMAGES.likelihoods
        if not (network == "grid" and {"condition", "complete"} & known.can)
        if LIKELIHOODS[name].told or "encode" in known.can
    ],
)
def test_gradients_reach_every_weight(family: str, network: str, likelihood: str) -> None:
    torch.manual_seed(0)
    dims = room(network, 3, depth=2)
    settings = {"network": network, "latent_dims": dims, "width": 8, "depth": 2, "likelihood": likelihood}
    config = TrainConfig(family=family, **settings).settled()
    model = build_model(config, image((1, 8, 8)), classes=4)
    objective, optimizer = Objective(model, config), torch.optim.SGD(model.parameters(), lr=1e-3)
    x, given = torch.rand(16, 1, 8, 8), torch.eye(4).repeat(4, 1) if model.told else None
    for _ in range(2):  # a residual block starts as the identity: its first layer waits for the second to move
        optimizer.zero_grad()
        objective(x, torch.randn(len(x), *objective.noise), None, given)[2].mean().backward()
        optimizer.step()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.isfinite().all(), name
        # One number that is added to the logits of all ways changes nothing, and its gradient is rounding alone.
        assert weight.grad.ne(0).any() or (family == "discrete" and weight.numel() == 1), name


@pytest.mark.parametrize(
    ("family", "aim"), [(name, aim) for name, known in FAMILIES.items() for aim in known.objectives]
)
def test_every_objective_gives_its_parts_and_moves_every_weight(family: str, aim: str) -> None:
    torch.manual_seed(0)
    config = TrainConfig(family=family, objective=aim, latent_dims=3, width=8, depth=1).settled()
    model = build_model(config, image((1, 8, 8)), classes=4)
    objective = Objective(model, config)
    x, given = torch.rand(8, 1, 8, 8), torch.eye(4).repeat(2, 1) if model.told else None
    reconstruction, kl, minimised, *others = objective(x, torch.randn(8, *objective.noise), None, given, 2.0, 0.5)
    assert (reconstruction.shape, kl.shape, minimised.shape) == ((8,), (8, model.costs), (8,))
    assert [other.shape for other in others] == [(8,)] * len(objective.others)
    minimised.mean().backward()
    assert all(weight.grad is not None and weight.grad.ne(0).any() for weight in model.parameters())


def test_every_objective_is_some_familys() -> None:
    assert {aim for known in FAMILIES.values() for aim in known.objectives} == OBJECTIVES.keys()


def test_free_bits_let_a_dimension_be_free_until_it_costs_more() -> None:
    model, x = a_model(), torch.rand(5, 1, 8, 8)
    plain = elbo(model, Case(x, noise(), beta=2.0))
    each = plain.kl.detach().mean(0)
    for free in (0.5 * float(each.min()), float(each.mean()), 2 * float(each.max())):
        loss = elbo(model, Case(x, noise(), beta=2.0), free_bits=free).loss
        expected = plain.reconstruction.mean() + 2 * each.clamp_min(free).sum()
        torch.testing.assert_close(loss, expected)
    assert torch.equal(plain.negative_elbo, elbo(model, Case(x, noise()), free_bits=9.0).negative_elbo)


def test_a_capacity_is_how_far_the_kl_is_from_a_target_that_rises() -> None:
    model, x = a_model(), torch.rand(5, 1, 8, 8)
    plain = elbo(model, Case(x, noise()))
    for progress in (0.0, 0.5, 1.0):
        model.progress = progress
        loss = elbo(model, Case(x, noise(), beta=7.0), capacity=4.0).loss
        away = (plain.kl.sum(1).mean() - 4 * progress).abs()
        torch.testing.assert_close(loss, plain.reconstruction.mean() + 7 * away)


def test_the_importance_weighted_bound_equals_torch_distributions() -> None:
    model, x, k = a_model(), torch.rand(5, 1, 8, 8), 4
    drawn = torch.randn(5, k, 3)
    terms = iwae(model, Case(x, drawn), importance_samples=k)
    mean, log_variance = model.encoder(x).chunk(2, 1)
    q = oracle.Normal(mean[:, None], (log_variance[:, None] / 2).exp())
    z = q.mean + q.stddev * drawn
    logits = model.decoder(z.flatten(0, 1)).view(5, k, 1, 8, 8)
    target = x[:, None].expand_as(logits)
    log_p = -torch.nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none").sum((2, 3, 4))
    log_w = log_p + oracle.Normal(0, 1).log_prob(z).sum(-1) - q.log_prob(z).sum(-1)
    expected = -torch.distributions.Categorical(logits=torch.zeros(k)).logits[0] - log_w.logsumexp(1)
    torch.testing.assert_close(terms.minimised, expected)
    torch.testing.assert_close(terms.reconstruction, -log_p.mean(1))


def test_the_importance_weighted_bound_lies_nearer_to_the_evidence_with_each_code() -> None:
    model, x = a_model(), torch.rand(64, 1, 8, 8)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(3)
        drawn = torch.randn(64, 40, 3)
        bounds = [iwae(model, Case(x, drawn[:, :k]), importance_samples=k).loss for k in (1, 4, 40)]
        torch.testing.assert_close(
            iwae(model, Case(x, drawn[:, :1]), importance_samples=1).negative_elbo.mean(),
            elbo(model, Case(x, drawn[:, 0])).negative_elbo.mean(),
        )
    assert bounds[0] > bounds[1] > bounds[2]


def test_the_total_correlation_is_that_of_a_mixture_of_normals() -> None:
    """By brute force: q(z) and q(z_j) as mixtures over the batch, from torch.distributions."""
    model, x = a_model(), torch.rand(6, 1, 8, 8)
    terms = beta_tc(model, Case(x, noise(6), beta=5.0))
    mean, log_variance = model.encoder(x).chunk(2, 1)
    q = oracle.Normal(mean, (log_variance / 2).exp())
    z, even = q.mean + q.stddev * noise(6), oracle.Categorical(torch.ones(6))
    whole = oracle.MixtureSameFamily(even, oracle.Independent(q, 1)).log_prob(z)
    apart = [
        oracle.MixtureSameFamily(even, oracle.Normal(q.mean[:, j], q.stddev[:, j])).log_prob(z[:, j]) for j in range(3)
    ]
    correlation = whole - torch.stack(apart).sum(0)
    torch.testing.assert_close(terms.others["total correlation"], correlation)
    torch.testing.assert_close(terms.loss, (terms.negative_elbo + 4 * correlation).mean())


def test_with_a_beta_of_one_the_total_correlation_is_the_elbo() -> None:
    model, x = a_model(), torch.rand(6, 1, 8, 8)
    torch.testing.assert_close(beta_tc(model, Case(x, noise(6))).loss, elbo(model, Case(x, noise(6))).loss)


@pytest.mark.parametrize(
    ("family", "aim", "sentence"),
    [
        ("autoencoder", "iwae", "Unknown objective for the family 'autoencoder' 'iwae'; choose one of: elbo"),
        ("gaussian", "mse", "Unknown objective"),
    ],
)
def test_an_objective_that_the_family_has_not_is_refused(family: str, aim: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        TrainConfig(family=family, objective=aim)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"importance_samples": 2.5}, "importance_samples must be a whole number from 2 to 500; got 2.5"),
        ({"importance_samples": 1}, "importance_samples must be a whole number from 2 to 500; got 1"),
        ({"free_bits": 1.0}, "VAE has no setting 'free_bits'; leave it out, or choose another family or objective"),
    ],
)
def test_settings_that_an_objective_does_not_have_are_refused(options: dict[str, float], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        TrainConfig(objective="iwae", options=options)


def test_warm_up_rises_in_a_straight_line_and_stays() -> None:
    assert [warm_up(step, 4) for step in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert warm_up(0, 0) == 1
