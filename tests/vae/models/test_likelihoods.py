"""Every likelihood is a distribution: it adds up to 1, its mean is its mean, and its draws are its own."""

import math
from itertools import product

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.special import expit, logsumexp
from torch import Tensor, distributions

from vae.errors import InputError
from vae.likelihoods import LIKELIHOODS, likelihood
from vae.models.likelihoods import Bernoulli, Categorical, ContinuousBernoulli, LogisticMixture, Symbols
from vae.models.model import Model

LOGITS = torch.tensor([-40.0, -8.0, -0.5, -0.301, -0.299, -0.01, 0.0, 0.0099, 0.299, 0.301, 0.5, 8.0, 40.0])


def even(n: int) -> Tensor:
    """Return the middles of n equal parts of [0, 1]: draws by these come as often as they are likely."""
    return (torch.arange(n) + 0.5) / n


def one_pixel(values: Tensor) -> Tensor:
    return values[:, :, None, None]


# Continuous Bernoulli


def test_continuous_bernoulli_is_torchs_own() -> None:
    some = LOGITS[LOGITS.abs() < 10]  # torch's own takes larger ones for smaller
    x, logits = torch.linspace(0, 1, 21).repeat(len(some)), some.repeat_interleave(21)
    got = ContinuousBernoulli(one_pixel(logits[:, None])).log_prob(one_pixel(x[:, None]))
    wanted = distributions.ContinuousBernoulli(logits=logits.double()).log_prob(x.double())
    np.testing.assert_allclose(got, wanted, rtol=2e-5, atol=2e-5)


def test_continuous_bernoulli_is_an_exponential_far_out() -> None:
    for logit, end in ((40.0, 1.0), (-40.0, 0.0), (3e4, 1.0), (-3e4, 0.0)):
        ours = ContinuousBernoulli(torch.full((1, 1, 1, 1), logit))
        assert float(ours.log_prob(torch.full((1, 1, 1, 1), end))) == pytest.approx(math.log(abs(logit)), abs=1e-3)
        assert abs(float(ours.mean) - end) == pytest.approx(1 / abs(logit), rel=1e-2, abs=1e-7)


@pytest.mark.parametrize("logit", [-8.0, -0.301, -0.299, 0.0, 0.05, 2.0, 8.0])
def test_continuous_bernoulli_adds_up_to_1_and_expects_its_mean(logit: float) -> None:
    ours = ContinuousBernoulli(torch.full((1, 1, 1, 1), logit, dtype=torch.float64))

    def density(x: float) -> float:
        return float(ours.log_prob(torch.full((1, 1, 1, 1), x, dtype=torch.float64)).exp())

    assert quad(density, 0, 1)[0] == pytest.approx(1, abs=1e-6)
    assert float(ours.mean) == pytest.approx(quad(lambda x: x * density(x), 0, 1)[0], abs=1e-6)


def test_continuous_bernoulli_draws_what_it_expects() -> None:
    for logit in LOGITS:
        u = even(20_000)[:, None]
        ours = ContinuousBernoulli(one_pixel(torch.full_like(u, float(logit))))
        drawn = ours.sample(one_pixel(u)).flatten()
        assert (drawn.diff() >= 0).all() and drawn.min() >= 0 and drawn.max() <= 1
        assert drawn.double().mean() == pytest.approx(float(ours.mean[0]), abs=2e-4)


# Mixtures of logistics


def mixture(channels: int, mixtures: int, rows: int, seed: int = 0) -> LogisticMixture:
    """Return one and the same mixture for all rows of one pixel, with widths from a level to the whole range."""
    count = LIKELIHOODS["logistic-mixture"].numbers(channels, {"mixtures": mixtures})
    numbers = torch.randn(count, generator=torch.Generator().manual_seed(seed))
    each = numbers.view(mixtures, -1)
    each[:, 1 + channels : 1 + 2 * channels] -= torch.linspace(1, 4, mixtures)[:, None]
    return LogisticMixture.of(numbers.repeat(rows, 1)[:, :, None, None], channels, mixtures)


@pytest.mark.parametrize("mixtures", [1, 3, 5])
def test_a_mixture_gives_each_level_its_share(mixtures: int) -> None:
    levels = torch.arange(256) / 255
    ours = mixture(1, mixtures, 256)
    chances = ours.log_prob(one_pixel(levels[:, None])).double().exp()
    assert float(chances.sum()) == pytest.approx(1, abs=1e-5)
    # Rounding to levels moves a mean by less than half of one.
    assert float((chances * levels).sum()) == pytest.approx(float(ours.mean[0]), abs=0.5 / 255)


def test_a_mixture_of_two_channels_adds_up_to_1() -> None:
    levels = torch.arange(256) / 255
    pairs = torch.cartesian_prod(levels, levels)
    assert float(mixture(2, 3, len(pairs)).log_prob(one_pixel(pairs)).double().exp().sum()) == pytest.approx(
        1, abs=1e-4
    )


def test_a_mixture_of_three_channels_is_the_papers() -> None:
    """Against the formula written out in double precision, pixel by pixel."""
    random, mixtures = np.random.default_rng(0), 4
    numbers = random.standard_normal((3, mixtures, 10)).astype(np.float32)
    levels = random.integers(0, 256, (3, 3))
    levels[0] = 0, 255, 128
    got = LogisticMixture.of(torch.from_numpy(numbers.reshape(3, -1, 1, 1)), 3, mixtures).log_prob(
        torch.from_numpy(levels.astype(np.float32) / 255)[:, :, None, None]
    )
    for row in range(3):
        logits, middles, widths, taken = np.split(numbers[row].astype(float), [1, 4, 7], axis=1)
        at = levels[row] / 127.5 - 1
        r, g, b = middles.T
        g = g + np.tanh(taken[:, 0]) * at[0]
        b = b + np.tanh(taken[:, 1]) * at[0] + np.tanh(taken[:, 2]) * at[1]
        total = logits[:, 0] - logsumexp(logits[:, 0])
        for level, x, middle, width in zip(levels[row], at, (r, g, b), np.exp(widths).T, strict=True):
            high = 1.0 if level == 255 else expit((x + 1 / 255 - middle) / width)
            low = 0.0 if level == 0 else expit((x - 1 / 255 - middle) / width)
            total = total + np.log(high - low)
        assert float(got[row]) == pytest.approx(logsumexp(total), abs=1e-3)


def test_a_mixture_draws_each_level_as_often_as_it_is_likely() -> None:
    u = torch.cartesian_prod(even(300), even(300))
    drawn = mixture(1, 3, len(u)).sample(one_pixel(u)).flatten() * 255
    np.testing.assert_allclose(drawn, drawn.round(), atol=1e-4)
    often = np.bincount(drawn.round().long(), minlength=256) / len(drawn)
    likely = mixture(1, 3, 256).log_prob(one_pixel((torch.arange(256) / 255)[:, None])).exp()
    np.testing.assert_allclose(often, likely, atol=3e-3)


def test_a_mixtures_colours_go_together_as_it_says() -> None:
    u = torch.rand(40_000, 4, generator=torch.Generator().manual_seed(0))
    ours = mixture(3, 3, len(u), seed=1)
    drawn = ours.sample(one_pixel(u))
    # Draws of colours cost, in the mean, what their distribution's entropy is by other draws of it.
    some, others = -ours.log_prob(drawn).view(2, -1).mean(1)
    assert float(some) == pytest.approx(float(others), abs=0.1)
    moved = drawn[:, [1, 2, 0]]
    assert float(-ours.log_prob(moved).mean()) > float(some) + 1


def test_a_sure_mixture_stays_finite_and_teaches() -> None:
    numbers = torch.tensor([[0.0, 0.9, -50.0], [0.0, -30.0, -7.0], [0.0, 40.0, 3.0]], requires_grad=True)
    cost = -LogisticMixture.of(one_pixel(numbers), 1, 1).log_prob(torch.tensor([0.0, 1.0, 0.5]).view(3, 1, 1, 1))
    cost.sum().backward()
    assert cost.isfinite().all() and numbers.grad is not None and numbers.grad.isfinite().all()
    assert (numbers.grad[:, 1] != 0).all()


# Categorical


def test_a_categorical_is_torchs_own() -> None:
    generator = torch.Generator().manual_seed(0)
    logits, x = torch.randn(5, 6, 4, 3, generator=generator), torch.rand(5, 2, 4, 3, generator=generator)
    level = (x * 2).round()
    each = distributions.Categorical(logits=logits.view(5, 2, 3, 4, 3).movedim(2, -1))
    ours = Categorical.of(logits, 2, 3)
    torch.testing.assert_close(ours.log_prob(x), each.log_prob(level).flatten(1).sum(1))
    torch.testing.assert_close(ours.mean, (each.probs * torch.tensor([0, 0.5, 1])).sum(-1))


def test_a_categorical_draws_each_level_as_often_as_it_is_likely() -> None:
    u = even(10_000)[:, None]
    ours = Categorical.of(one_pixel(torch.randn(6, generator=torch.Generator().manual_seed(1)).repeat(10_000, 1)), 1, 6)
    drawn = (ours.sample(one_pixel(u)).flatten() * 5).round().long()
    often = np.bincount(drawn, minlength=6) / len(drawn)
    np.testing.assert_allclose(often, ours.logits[0].flatten().softmax(0), atol=2e-4)


# Symbols


def words(*words: str, symbols: int = 3, places: int = 4) -> Tensor:
    """Return words of the symbols "ab…" as one-hot [n, V, 1, L], the end first among the symbols."""
    at = torch.tensor([["_abcdef".index(letter) for letter in word.ljust(places, "_")] for word in words])
    return torch.nn.functional.one_hot(at, symbols).movedim(2, 1)[:, :, None].float()


def test_a_word_costs_its_letters_and_one_end_and_nothing_behind_it() -> None:
    logits = torch.randn(3, 3, 1, 4, generator=torch.Generator().manual_seed(0))
    each = distributions.OneHotCategorical(logits=logits[:, :, 0].movedim(1, 2))
    x = words("ab", "", "abba")
    by_place = each.log_prob(x[:, :, 0].movedim(1, 2))
    expected = torch.stack([by_place[0, :3].sum(), by_place[1, 0], by_place[2].sum()])
    torch.testing.assert_close(Symbols.of(logits, 3).log_prob(x), expected)


def test_all_words_that_there_are_add_up_to_1_and_expect_the_mean() -> None:
    logits = torch.randn(1, 3, 1, 4, generator=torch.Generator().manual_seed(1)).double()
    every = ["".join(letters) for n in range(5) for letters in product("ab", repeat=n)]
    x = words(*every).double()
    ours = Symbols.of(logits, 3)
    p = Symbols.of(logits.expand(len(x), -1, -1, -1), 3).log_prob(x).exp()
    assert float(p.sum()) == pytest.approx(1, abs=1e-12)
    torch.testing.assert_close(ours.mean[0], (p[:, None, None, None] * x).sum(0))


def test_words_are_drawn_as_often_as_they_are_likely_and_end_once() -> None:
    logits = torch.randn(1, 3, 1, 4, generator=torch.Generator().manual_seed(2)).expand(40_000, -1, -1, -1)
    ours = Symbols.of(logits, 3)
    drawn = ours.sample(torch.rand(40_000, 1, 1, 4, generator=torch.Generator().manual_seed(3)))
    assert set(drawn.unique().tolist()) == {0, 1} and bool((drawn.sum(1) == 1).all())
    over = drawn[:, 0, 0]
    assert bool((over.diff(dim=1) >= 0).all()), "behind an end there are ends alone"
    torch.testing.assert_close(drawn.mean(0), ours.mean[0], atol=5 * 0.5 / 200, rtol=0)


def test_a_letter_that_is_not_known_costs_nothing() -> None:
    logits = torch.randn(1, 3, 1, 4, generator=torch.Generator().manual_seed(4))
    whole, hidden = words("abb"), words("abb")
    hidden[0, :, 0, 1] = 0
    lost = logits[0, :, 0, 1].log_softmax(0)[2]
    got = Symbols.of(logits, 3)
    torch.testing.assert_close(got.log_prob(whole) - got.log_prob(hidden), lost[None])


def test_sure_symbols_stay_finite_and_teach() -> None:
    logits = torch.tensor([[80.0, -80.0, 0.0], [-80.0, 80.0, 0.0]]).view(2, 3, 1, 1).repeat(1, 1, 1, 4)
    logits.requires_grad_()
    ours = Symbols.of(logits, 3)
    (ours.mean.square().sum() - ours.log_prob(words("ab", "")).sum()).backward()
    assert ours.mean.isfinite().all() and logits.grad is not None and logits.grad.isfinite().all()


# All


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", LIKELIHOODS)
def test_its_first_numbers_expect_things_within_reach_and_its_draws_are_things(name: str, channels: int) -> None:
    says = likelihood(name)
    model = Model((channels, 5, 4), 2, width=8, depth=1, likelihood=name)
    z = torch.randn(7, 2, generator=torch.Generator().manual_seed(0))
    u = torch.rand(7, says.dice(channels), 5, 4, generator=torch.Generator().manual_seed(1))
    p = model.decode(z)
    assert p.mean.shape == p.sample(u).shape == (7, channels, 5, 4)
    cost = -p.log_prob((p.sample(u).clamp(0, 1) * 255).round() / 255)
    assert cost.shape == (7,) and cost.isfinite().all()
    if not says.scale:
        assert p.mean.min() >= 0 and p.mean.max() <= 1 and p.sample(u).min() >= 0 and p.sample(u).max() <= 1
    if says.least == "nothing":
        assert (cost >= 0).all()
    cost.sum().backward()
    assert all(weights.grad is not None and weights.grad.isfinite().all() for weights in model.decoder.parameters())


def test_black_and_white_draws_are_as_often_white_as_is_likely() -> None:
    ours = Bernoulli(torch.full((1000, 1, 1, 1), 0.7))
    assert float(ours.sample(one_pixel(even(1000)[:, None])).mean()) == pytest.approx(float(ours.mean[0]), abs=1e-3)


def test_unknown_and_unfit_ones_are_refused() -> None:
    with pytest.raises(InputError, match="gaussian"):
        likelihood("gausian")
    with pytest.raises(InputError, match="mixtures must be a whole number from 1 to 30"):
        LIKELIHOODS["logistic-mixture"].settled({"mixtures": 0})
