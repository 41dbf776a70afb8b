"""The VQ-VAE beside oracles of its own: the nearest code, k-means by hand, a prior that is summed up and counted."""

from itertools import product

import numpy as np
import pytest
import torch
from scipy.special import entr

from tests.models import made_dataset
from vae.config import TrainConfig
from vae.errors import InputError
from vae.kinds.kinds import image
from vae.models.build import build_model
from vae.models.families.vq import KEPT, RARE, VQVAE, Before, quantised
from vae.models.objectives import Case, Objective
from vae.training.metrics import evaluate, log_likelihood

CELLS, CODES = 4, 3


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def a_model(network: str = "grid", dims: int = CELLS * CODES, codes: int = CODES) -> VQVAE:
    """Return a model whose vectors lie about the codes' own places."""
    model = VQVAE((1, 8, 8), dims, network, 8, 2, codes=codes)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(0.3 * torch.randn(weight.shape))
    return model


def a_case(n: int = 40, beta: float = 1.0) -> Case:
    return Case(torch.rand(n, 1, 8, 8), torch.randn(n, CELLS * CODES), beta=beta)


def test_a_cell_holds_the_code_that_lies_nearest_to_its_vector() -> None:
    model, x = a_model(), torch.rand(40, 1, 8, 8)
    vectors = model.encoder(x).view(-1, CODES)
    nearest = torch.cdist(vectors, model.book).argmin(1)
    centre = model.encode(x).centre
    assert centre.unique().tolist() == [0, 1]
    assert torch.equal(centre.view(-1, CODES).argmax(1), nearest)
    assert len(nearest.unique()) == CODES
    torch.testing.assert_close(model.decode(centre).mean, model.decode_vectors(model.book[nearest].view(40, -1)).mean)


def test_codes_that_are_alike_are_not_both_chosen() -> None:
    model = a_model()
    model.book.copy_(model.book[:1].expand(CODES, -1))
    assert (model.encode(torch.rand(5, 1, 8, 8)).chosen.sum(-1) == 1).all()


def test_what_a_code_costs_is_minus_its_log_probability_cell_by_cell() -> None:
    """Each cell's distribution is computed alone, by the weights, of the codes before it."""
    model = a_model()
    belief, prior = model.encode(torch.rand(6, 1, 8, 8)), model.prior
    number, drawn = belief.chosen.argmax(-1), belief.draw(torch.randn(6, CELLS * CODES))
    assert drawn.kl.shape == (6, CELLS) and prior.reads is not None
    for row in range(6):
        for cell in range(CELLS):
            known = prior.first + sum(prior.reads[other, number[row, other]] for other in range(cell))
            logits = known.relu() @ prior.says[cell] + prior.says_alone[cell, 0]
            cost = torch.nn.functional.cross_entropy(logits[None], number[row, cell][None])
            torch.testing.assert_close(drawn.kl[row, cell], cost)
    torch.testing.assert_close(belief.nats().sum(1), drawn.kl.sum(1))
    torch.testing.assert_close(drawn.surplus(), drawn.kl.sum(1))
    assert (belief.nats() >= 0).all() and not belief.spread().any()


def test_codes_are_drawn_as_often_as_the_prior_has_them() -> None:
    """All 27 codes of three cells, by their probabilities, which sum to 1."""
    model = a_model("dense", 9)
    every = torch.eye(3)[torch.tensor(list(product(range(3), repeat=3)))]
    with torch.no_grad():
        log_p = (every * model.prior(every)).sum((1, 2))
        drawn = model.draw(torch.randn(200_000, 9)).view(-1, 3, 3)
    torch.testing.assert_close(log_p.exp().sum(), torch.tensor(1.0))
    assert (drawn.sum(-1) == 1).all()
    numbers = (drawn.argmax(-1) * torch.tensor([9, 3, 1])).sum(1)
    share = torch.bincount(numbers, minlength=27) / len(numbers)
    assert log_p.exp().std() > 0.01  # not all alike
    torch.testing.assert_close(share, log_p.exp(), atol=0.004, rtol=0)


def test_a_cell_is_told_nothing_by_itself_and_those_after_it() -> None:
    prior, z = Before(5, 4), torch.randn(2, 5, 4)
    jacobian = torch.autograd.functional.jacobian(lambda each: prior(each)[0].sum(-1), z)[:, 0]
    told = jacobian.abs().sum(-1) > 0
    assert torch.equal(told, torch.ones(5, 5).tril(-1).bool())


def test_codes_follow_their_vectors_as_one_step_of_k_means_would() -> None:
    """m = 0.99 m + 0.01 sum, N = 0.99 N + 0.01 n, code = m / N, each written out; arXiv 1711.00937, appendix A.1."""
    model, case = a_model().train(), a_case()
    model.used.copy_(torch.tensor([0.5, 1.0, 2.0]))
    often, book, vectors = model.used.clone(), model.book.clone(), model.encoder(case.x).view(-1, CODES).detach()
    chosen = torch.cdist(vectors, book).argmin(1)
    even = len(vectors) / CODES
    for code in range(CODES):
        own = vectors[chosen == code]
        count = KEPT * often[code] + (1 - KEPT) * len(own) / even
        total = KEPT * often[code] * book[code] + (1 - KEPT) * own.sum(0) / even
        often[code], book[code] = count, total / count
    quantised(model, case)
    torch.testing.assert_close(model.used, often)
    torch.testing.assert_close(model.book, book)


def test_a_code_that_is_hardly_chosen_begins_again_where_a_vector_lies() -> None:
    model, case = a_model().train(), a_case()
    model.used.copy_(torch.tensor([1.0, 0.9 * RARE, 1.0]))
    model.book[1] = 1e3  # where none chooses it
    vectors = model.encoder(case.x).view(-1, CODES).detach()
    quantised(model, case)
    assert (vectors == model.book[1]).all(1).any()
    assert model.used[1] > 2 * RARE
    assert not (vectors == model.book[0]).all(1).any()


def test_a_model_that_has_learnt_nothing_begins_with_codes_that_are_vectors_of_the_first_batch() -> None:
    model, case = a_model().train(), a_case()
    vectors = model.encoder(case.x).view(-1, CODES).detach()
    quantised(model, case)
    assert all((vectors == code).all(1).any() for code in model.book)
    assert len(model.book.unique(dim=0)) == CODES


def test_measuring_moves_no_code() -> None:
    model = a_model().eval()
    before = model.book.clone()
    quantised(model, a_case())
    assert torch.equal(model.book, before)


def test_the_gradient_passes_the_choice_straight_through() -> None:
    """The encoder gets what the decoder would have told the codes' vectors, and what draws it to them; and no more."""
    model, case = a_model().eval(), a_case(beta=3.0)
    vectors = model.encoder(case.x)
    chosen = model.book[model.encode(case.x).number].flatten(1).requires_grad_()
    (told,) = torch.autograd.grad(-model.decode_vectors(chosen).log_prob(case.x).sum(), chosen)
    wanted = torch.autograd.grad(vectors, list(model.encoder.parameters()), told + 0.5 * (vectors - chosen).detach())
    terms = quantised(model, case, commitment=0.25)
    got = torch.autograd.grad(terms.total, list(model.encoder.parameters()))
    for one, other in zip(got, wanted, strict=True):
        torch.testing.assert_close(one, other)
    committed = 0.25 * (vectors - chosen).square().sum(1)
    torch.testing.assert_close(terms.minimised, terms.reconstruction + 3 * terms.kl.sum(1) + committed)


def test_the_nats_move_what_draws_alone() -> None:
    model = a_model()
    kl = quantised(model, a_case()).kl.sum()
    moved = torch.autograd.grad(kl, list(model.parameters()), allow_unused=True)
    names = {name for (name, _), slope in zip(model.named_parameters(), moved, strict=True) if slope is not None}
    assert names == {name for name, _ in model.named_parameters() if name.startswith("prior.")}


def test_the_use_of_the_codes_is_told_beside_the_loss() -> None:
    model = a_model().eval()
    terms, counts = quantised(model, case := a_case()), torch.zeros(CODES)
    for number in model.encode(case.x).number.flatten().tolist():
        counts[number] += 1
    entropy = torch.distributions.Categorical(probs=counts).entropy()
    torch.testing.assert_close(terms.others["perplexity of codes"], entropy.exp().expand(40))
    model.book[1:] += 1e3
    others = quantised(model, case).others
    torch.testing.assert_close(others["share of codes used"], torch.full((40,), 1 / CODES))
    torch.testing.assert_close(others["perplexity of codes"], torch.ones(40))


def test_its_cells_lie_in_the_networks_grid_and_in_no_other() -> None:
    assert a_model().grid == (2, 2)
    assert a_model().groups[::CODES] == [f"row {row}, column {column}" for row in (1, 2) for column in (1, 2)]
    for other in (a_model("dense"), a_model(codes=6)):  # of the second a cell would be two places
        assert other.grid is None
        assert other.groups[0] == "cell 1"


def test_what_it_is_worth_says_how_its_codes_are_used_and_that_importance_samples_add_nothing() -> None:
    model, data = a_model("dense"), made_dataset()
    parts = data.test.images, data.test.labels, data.train.images, data.train.labels
    figures, measured = evaluate(model, *parts, title="Made", importance_samples=5)
    number = measured.centre.reshape(-1, CODES).argmax(1)
    share = np.array([(number == code).mean() for code in range(CODES)])
    assert figures.codes_used == (share > 0).sum()
    assert figures.code_perplexity == pytest.approx(np.exp(entr(share).sum()))
    assert figures.log_likelihood is None and "a code is sure" in figures.conditions
    # What they would say, by the very weights: each is the ELBO.
    estimated = log_likelihood(model, data.test.images[:5], samples=7)
    np.testing.assert_allclose(estimated, -measured.negative_elbo[:5], rtol=1e-5)


def test_it_learns_64_images_by_heart() -> None:
    config = TrainConfig(family="vq", latent_dims=64, width=128, depth=1, options={"codes": 8}).settled()
    model = build_model(config, image((1, 8, 8)))
    x = (torch.rand(64, 1, 8, 8) < 0.5).float()
    objective, optimizer = Objective(model, config), torch.optim.Adam(model.parameters(), 5e-3)
    for _ in range(350):
        optimizer.zero_grad()
        objective(x, torch.randn(64, *objective.noise))[2].mean().backward()
        optimizer.step()
    model.eval()
    again = model.decode(model.encode(x).centre).mean
    assert ((again > 0.5) == x.bool()).float().mean() > 0.98


@pytest.mark.parametrize(
    ("options", "dims", "sentence"),
    [
        ({"codes": 1}, 16, "codes must be a whole number from 2 to 512; got 1"),
        ({"codes": 32}, 37, "37 latent dimensions cannot be shared out into cells of 2 to 32 codes each; .* to 32"),
        ({"commitment": -1.0}, 16, "commitment must be from 0 to 100; got -1"),
    ],
)
def test_codes_that_do_not_fit_are_refused(options: dict[str, float], dims: int, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        TrainConfig(family="vq", latent_dims=dims, options=options)
