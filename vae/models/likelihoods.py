"""p(x|z), as small frozen objects over what a decoder gives. Every log-probability is in nats.

vae/likelihoods.py names them. x: things [n, C, H, W] as networks take them.
"""

import math
from dataclasses import dataclass
from typing import Protocol, Self

import torch
import torch.nn.functional as F
from torch import Tensor

MIN_LOG_SCALE = -6.0
"""exp(-6) is a standard deviation below half a grey level of 255: finer than the data, and the loss stays bounded."""

LEVELS = 256
"""Grey levels of an image as it is kept, 0 to 255."""

NARROWEST = -7.0
"""Least logarithm of a logistic's width where images are in [-1, 1], as Salimans et al. have it: a ninth of a level."""

LEAST_SHARE = 1e-12
"""Of a level's probability before its logarithm is taken."""


class Likelihood(Protocol):
    """What a decoder says of things, element by element."""

    @property
    def mean(self) -> Tensor:
        """Return the expected things, [n, C, H, W]."""

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x|z), [n] nats."""

    def sample(self, u: Tensor) -> Tensor:
        """Return a draw of each thing, [n, C, H, W], by numbers that are even in (0, 1), [n, dice, H, W]."""


@dataclass(frozen=True)
class Bernoulli:
    """Independent pixels with probability sigmoid(logits); logits: [n, C, H, W].

    Grey targets in [0, 1] are taken as probabilities. The cross entropy is then a lower bound on the mean
    log-probability of the image turned black and white at random, pixel by pixel, and no density of the grey levels
    (Loaiza-Ganem & Cunningham 2019, arXiv 1907.06845). Even an exact reconstruction costs the levels' own entropy: see
    `floor` in vae/explore/likelihood.py.
    """

    logits: Tensor

    @classmethod
    def of(cls, numbers: Tensor, channels: int) -> Self:
        """Return that of a decoder's numbers, [n, C, H, W]."""
        return cls(numbers)

    @property
    def mean(self) -> Tensor:
        """Return the expected image, in [0, 1]."""
        return self.logits.sigmoid()

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x), [n] nats: x * logits - log(1 + exp(logits)), summed over the pixels."""
        return (x * self.logits - F.softplus(self.logits)).flatten(1).sum(1)

    def sample(self, u: Tensor) -> Tensor:
        """Return black and white images, 1 where u lies below the probability."""
        return (u < self.mean).to(u.dtype)


@dataclass(frozen=True)
class Gaussian:
    """Independent pixels around `mean` with one learnt standard deviation for all; mean: [n, C, H, W].

    Rybkin et al. 2020, arXiv 2006.13202 (sigma-VAE): a learnt sigma balances reconstruction and KL by itself.
    """

    mean: Tensor
    log_scale: Tensor

    @classmethod
    def of(cls, numbers: Tensor, channels: int, log_scale: Tensor) -> Self:
        """Return that of a decoder's numbers, [n, C, H, W], and the logarithm of a scale, []."""
        return cls(numbers, log_scale)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x), [n] nats."""
        squared = ((x - self.mean) * (-self.log_scale).exp()).square()
        return -0.5 * (squared + 2 * self.log_scale + math.log(2 * math.pi)).flatten(1).sum(1)

    def sample(self, u: Tensor) -> Tensor:
        """Return images around the mean; they may leave [0, 1]."""
        return self.mean + self.log_scale.exp() * torch.special.ndtri(u)


@dataclass(frozen=True)
class ContinuousBernoulli:
    """Independent grey levels in [0, 1] with density C λ^x (1 - λ)^(1 - x), λ = sigmoid(logits); logits: [n, C, H, W].

    The constant C, which the Bernoulli's formula lacks, makes it a density: Loaiza-Ganem & Cunningham 2019, arXiv
    1907.06845, equations 7 to 10. In the logit l, C is l / tanh(l / 2), and what is expected 1 / (1 - exp(-l)) - 1 / l.
    """

    logits: Tensor

    @classmethod
    def of(cls, numbers: Tensor, channels: int) -> Self:
        """Return that of a decoder's numbers, [n, C, H, W]."""
        return cls(numbers)

    def _apart(self, near: float) -> tuple[Tensor, Tensor, Tensor]:
        """Say where a logit l is near 0, so that a series stands for 0 / 0; return |l| and exp(-|l|), 1 and 1/e there.

        They cannot overflow, and the rest follows from the mirror image.
        """
        size = self.logits.abs()
        apart = torch.where(size < near, 1.0, size)
        return size < near, apart, (-apart).exp()

    @property
    def mean(self) -> Tensor:
        """Return the expected image, in [0, 1]: greyer than λ."""
        near, size, gone = self._apart(0.3)
        above = 1 / (1 - gone) - 1 / size
        logit = torch.where(near, self.logits, 0.0)
        series = 0.5 + logit / 12 - logit**3 / 720 + logit**5 / 30240
        return torch.where(near, series, torch.where(self.logits < 0, 1 - above, above))

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x), [n] nats: x * logits - log(1 + exp(logits)) + log C, summed over the pixels."""
        near, size, gone = self._apart(0.3)
        constant = size.log() - (1 - gone).log() + (1 + gone).log()
        square = torch.where(near, self.logits, 0.0).square()
        series = math.log(2) + square / 12 - 7 * square**2 / 1440 + 62 * square**3 / 181440
        inside = x * self.logits - F.softplus(self.logits) + torch.where(near, series, constant)
        return inside.flatten(1).sum(1)

    def sample(self, u: Tensor) -> Tensor:
        """Return images in [0, 1] by the inverse of the distribution function, log(1 + u (exp(l) - 1)) / l."""
        near, size, gone = self._apart(0.01)
        share = torch.where(self.logits < 0, u, 1 - u)
        from_end = -(1 - share * (1 - gone)).log() / size
        drawn = torch.where(self.logits < 0, from_end, 1 - from_end)
        return torch.where(near, u - self.logits * u * (u - 1) / 2, drawn).clamp(0, 1)


@dataclass(frozen=True)
class LogisticMixture:
    """Grey levels by a mixture of logistics of which each of 256 levels gets its share; numbers: [n, K * k, H, W].

    Of each of K logistics a pixel's numbers are a logit of its share, a middle and the logarithm of a width for each of
    C channels, and what each channel takes of those before it, C (C - 1) / 2: k in all. Images in [0, 1] are taken to
    [-1, 1], where the levels lie 2 / 255 apart; all below the first and above the last is theirs. Salimans et al. 2017,
    PixelCNN++, arXiv 1701.05517, section 2.1 and 2.2.
    """

    numbers: Tensor
    channels: int
    mixtures: int

    @classmethod
    def of(cls, numbers: Tensor, channels: int, mixtures: int) -> Self:
        """Return that of a decoder's numbers, [n, K * k, H, W]."""
        return cls(numbers, channels, int(mixtures))

    def _parts(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return log shares [n, K, H, W], middles and log widths [n, K, C, H, W], and what is taken of others."""
        each = self.numbers.unflatten(1, (self.mixtures, -1))
        c = self.channels
        shares, middles, widths, taken = each.split([1, c, c, c * (c - 1) // 2], dim=2)
        return shares[:, :, 0].log_softmax(1), middles, widths.clamp_min(NARROWEST), taken.tanh()

    def _middle(self, channel: int, middles: Tensor, taken: Tensor, before: list[Tensor]) -> Tensor:
        """Return the middles of a channel, [n, K, H, W], given the channels before it."""
        first = channel * (channel - 1) // 2
        return middles[:, :, channel] + sum(taken[:, :, first + i] * known for i, known in enumerate(before))

    @property
    def mean(self) -> Tensor:
        """Return the expected image, in [0, 1].

        Of a logistic whose ends are drawn in to [-1, 1], in closed form; the rounding to levels changes it by less than
        half a level. Of several channels each is expected where those before it are what is expected of them.
        """
        shares, middles, widths, taken = self._parts()
        expected: list[Tensor] = []
        for channel in range(self.channels):
            middle, width = self._middle(channel, middles, taken, expected), widths[:, :, channel].exp()
            # 1 - the integral of the distribution function over [-1, 1].
            within = width * (F.softplus((1 - middle) / width) - F.softplus((-1 - middle) / width))
            expected.append(1 - within)
        whole = torch.stack([(shares.exp() * each).sum(1) for each in expected], dim=1)
        return ((whole + 1) / 2).clamp(0, 1)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x), [n] nats, of images whose values are levels, x * 255 whole numbers."""
        shares, middles, widths, taken = self._parts()
        there, half = 2 * x - 1, 1 / (LEVELS - 1)
        total = shares
        for channel in range(self.channels):
            level = there[:, None, channel]
            before = [there[:, None, i] for i in range(channel)]
            away = level - self._middle(channel, middles, taken, before)
            narrow = (-widths[:, :, channel]).exp()
            above, below, at = narrow * (away + half), narrow * (away - half), narrow * away
            share = above.sigmoid() - below.sigmoid()
            # Far from the middle both are 0 or 1 in single precision: there the density times the level's width.
            density = at - widths[:, :, channel] - 2 * F.softplus(at) + math.log(2 * half)
            inside = torch.where(share > 1e-5, share.clamp_min(LEAST_SHARE).log(), density)
            last = torch.where(level > 1 - half, -F.softplus(below), inside)
            total = total + torch.where(level < half - 1, -F.softplus(-above), last)
        return _log_sum_exp(total).flatten(1).sum(1)

    def sample(self, u: Tensor) -> Tensor:
        """Return images in [0, 1] of whole levels; the first of the numbers, [n, C + 1, H, W], chooses a logistic."""
        shares, middles, widths, taken = self._parts()
        up_to = shares.exp().cumsum(1)
        reached = (up_to >= u[:, :1]).to(u.dtype)
        before = torch.cat([0 * reached[:, :1], reached[:, :-1]], dim=1)
        # The first that reaches it; where rounding keeps all below it, the last.
        chosen = torch.cat([(reached - before)[:, :-1], 1 - before[:, -1:]], dim=1)
        drawn: list[Tensor] = []
        for channel in range(self.channels):
            known = [each[:, None] for each in drawn]
            middle = (chosen * self._middle(channel, middles, taken, known)).sum(1)
            width = (chosen * widths[:, :, channel]).sum(1).exp()
            even = u[:, channel + 1].clamp(1e-6, 1 - 1e-6)
            value = (middle + width * (even.log() - (1 - even).log())).clamp(-1, 1)
            drawn.append(2 * ((value + 1) / 2 * (LEVELS - 1)).round() / (LEVELS - 1) - 1)
        return (torch.stack(drawn, dim=1) + 1) / 2


def _log_sum_exp(each: Tensor) -> Tensor:
    """Return log sum exp over the second of some dimensions, by operators that are run in graphs."""
    most = each.detach().amax(1, keepdim=True)
    return (most + (each - most).exp().sum(1, keepdim=True).log())[:, 0]


@dataclass(frozen=True)
class Categorical:
    """Independent grey levels, each with a probability of its own: softmax(logits); logits: [n, C * levels, H, W].

    Level i of L stands for the grey i / (L - 1), and a thing's greys count as the level that is nearest. van den Oord
    et al. 2016, arXiv 1601.06759, section 2.3.
    """

    logits: Tensor
    channels: int
    levels: int

    @classmethod
    def of(cls, numbers: Tensor, channels: int, levels: int) -> Self:
        """Return that of a decoder's numbers, [n, C * levels, H, W]."""
        return cls(numbers, channels, int(levels))

    def _logs(self) -> Tensor:
        """Return the logarithms of the probabilities, [n, C, levels, H, W]."""
        return self.logits.unflatten(1, (self.channels, self.levels)).log_softmax(2)

    def _greys(self) -> Tensor:
        """Return the levels' greys, [levels, 1, 1]."""
        return (torch.arange(self.levels, device=self.logits.device) / (self.levels - 1))[:, None, None]

    @property
    def mean(self) -> Tensor:
        """Return the expected image, in [0, 1]."""
        return (self._logs().exp() * self._greys()).sum(2)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p of the levels that x is nearest to, [n] nats."""
        nearest = (x * (self.levels - 1)).round().clamp(0, self.levels - 1)[:, :, None]
        logs = self._logs()
        hit = (nearest - (self.levels - 1) * self._greys()).abs() < 0.5
        return (hit.to(logs.dtype) * logs).flatten(1).sum(1)

    def sample(self, u: Tensor) -> Tensor:
        """Return images in [0, 1] of whole levels: the first whose probabilities, added up, reach u."""
        up_to = self._logs().exp().cumsum(2)
        passed = (up_to[:, :, :-1] < u[:, :, None]).to(u.dtype).sum(2)
        return passed / (self.levels - 1)


@dataclass(frozen=True)
class Symbols:
    """A symbol at each place, one after the other until the first, which ends the word; logits: [n, V, 1, L].

    Of V symbols each has the probability softmax(logits) at a place that the word reaches; behind an end there are ends
    alone, for nothing. All places are decoded at once, so that given z they are independent until the end.
    """

    logits: Tensor
    symbols: int

    @classmethod
    def of(cls, numbers: Tensor, channels: int) -> Self:
        """Return that of a decoder's numbers, [n, V, 1, L]."""
        return cls(numbers, channels)

    def _reached(self) -> Tensor:
        """Return the probability that a word goes on up to each place, [n, 1, 1, L]."""
        on = self.logits.softmax(1)[:, 1:].sum(1, keepdim=True).clamp_min(LEAST_SHARE).log()
        return (on.cumsum(3) - on).exp()

    @property
    def mean(self) -> Tensor:
        """Return the probability of each symbol at each place, [n, V, 1, L]: of the end, that the word is over."""
        others = self._reached() * self.logits.softmax(1)[:, 1:]
        return torch.cat([1 - others.sum(1, keepdim=True), others], 1)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x), [n] nats, of words whose places are each one symbol, 1, or none that is known, 0.

        The first end counts, and those behind it do not.
        """
        ended = x[:, :1].cumsum(3) - x[:, :1]
        counts = (1 - ended).clamp(0, 1)
        return (counts * x * self.logits.log_softmax(1)).flatten(1).sum(1)

    def sample(self, u: Tensor) -> Tensor:
        """Return words: at each place the first symbol whose probabilities, added up, reach u, [n, 1, 1, L]."""
        up_to = self.logits.softmax(1).cumsum(1)
        passed = (up_to[:, :-1] < u).to(u.dtype).sum(1, keepdim=True)
        ended = (passed < 0.5).to(u.dtype)
        on = passed * ((ended.cumsum(3) - ended) < 0.5).to(u.dtype)
        places = torch.arange(self.symbols, device=u.device)[:, None, None]
        return ((on - places).abs() < 0.5).to(u.dtype)


@dataclass(frozen=True)
class Multinomial:
    """Choices among all numbers of a thing, with the probabilities softmax(logits); logits: [n, C, H, W].

    A thing counts how often each was chosen. The coefficient, which no decoder changes, is left out: Liang et al. 2018,
    arXiv 1802.05814, equation 2.
    """

    logits: Tensor

    @classmethod
    def of(cls, numbers: Tensor, channels: int) -> Self:
        """Return that of a decoder's numbers, [n, C, H, W]."""
        return cls(numbers)

    def _logs(self) -> Tensor:
        """Return the logarithms of the probabilities, [n, C * H * W]."""
        return self.logits.flatten(1).log_softmax(1)

    @property
    def mean(self) -> Tensor:
        """Return how likely each is to be the next that is chosen; they add up to 1."""
        return self._logs().exp().view_as(self.logits)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x) but for the coefficient, [n] nats: the sum of x * log softmax(logits)."""
        return (x.flatten(1) * self._logs()).sum(1)

    def sample(self, u: Tensor) -> Tensor:
        """Return one choice each, a single 1: the largest of log p - log(-log u), Gumbel 1954."""
        even = u.clamp(1e-7, 1 - 1e-7)
        keys = self.logits - (-even.log()).log()
        most = keys.flatten(1).amax(1)[:, None, None, None]
        return (keys >= most).to(u.dtype)


@dataclass(frozen=True)
class Labels:
    """One of K labels for each pixel, with the probabilities softmax(logits); logits: [n, K, H, W]."""

    logits: Tensor
    many: int

    @classmethod
    def of(cls, numbers: Tensor, channels: int) -> Self:
        """Return that of a decoder's numbers, [n, K, H, W]."""
        return cls(numbers, channels)

    @property
    def mean(self) -> Tensor:
        """Return the probability of each label at each pixel."""
        return self.logits.softmax(1)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(x), [n] nats, of pixels that have one label each, 1, or none that is known, 0."""
        return (x * self.logits.log_softmax(1)).flatten(1).sum(1)

    def sample(self, u: Tensor) -> Tensor:
        """Return labels: at each pixel the first whose probabilities, added up, reach u, [n, 1, H, W]."""
        up_to = self.mean.cumsum(1)
        passed = (up_to[:, :-1] < u).to(u.dtype).sum(1, keepdim=True)
        labels = torch.arange(self.many, device=u.device)[:, None, None]
        return ((passed - labels).abs() < 0.5).to(u.dtype)


@dataclass(frozen=True)
class Completed:
    """Things of which the first channels are given, and the others drawn from `rest`.

    given: [n, part, H, W], or None where nobody gives them: they are 0 then. part: how many they are.
    """

    rest: Likelihood
    part: int
    given: Tensor | None = None

    def _whole(self, rest: Tensor) -> Tensor:
        """Put what is given before the rest, [n, C - part, H, W]."""
        before = [torch.zeros_like(rest[:, :1])] * self.part if self.given is None else [self.given]
        return torch.cat([*before, rest], 1)

    @property
    def mean(self) -> Tensor:
        """Return what is given, and what is expected beside it."""
        return self._whole(self.rest.mean)

    def log_prob(self, x: Tensor) -> Tensor:
        """Return log p(rest | given, z), [n] nats: what is given costs nothing."""
        return self.rest.log_prob(x[:, self.part :])

    def sample(self, u: Tensor) -> Tensor:
        """Return what is given, and a draw of the rest."""
        return self._whole(self.rest.sample(u))
