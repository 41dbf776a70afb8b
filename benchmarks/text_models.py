"""Models of words beside each other: a decoder that writes all places at once, and one that writes letter by letter.

The second is a GRU that sees what it has written: a text VAE as Bowman et al. 2016 have it (arXiv 1511.06349). It is a
lesson here and no model of the program: it can do without its code, and does.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.series_baselines import VAE
from vae.kinds.words.spelling import length_of, likeliest

HIDDEN, DIMS = 192, 16
BATCH, EPOCHS, RATE = 128, 12, 2e-3
ROWS = 500


@dataclass(frozen=True)
class Told:
    """What a model of words comes to on some: means, in nats a word, and the share that it writes again."""

    negative_elbo: float
    error: float
    kl: float
    exact: float


def numbers_of(things: np.ndarray) -> np.ndarray:
    """Return words as numbers, int [n, L], with ends alone behind the first."""
    numbers = likeliest(things)
    return np.where(np.arange(numbers.shape[1]) < length_of(numbers)[:, None], numbers, 0)


def told(costs: np.ndarray, kl: np.ndarray, right: np.ndarray) -> Told:
    """Put together what each word costs, [n] nats."""
    each = costs + kl
    error = float(each.std(ddof=1) / np.sqrt(len(each)))
    return Told(float(each.mean()), error, float(kl.mean()), float(right.mean()))


class OneShot(VAE):
    """The program's own VAE of words, trained here."""

    def tell(self, things: np.ndarray, seed: int = 0) -> Told:
        """Measure it on words as they are kept; the reconstruction's cost by one draw of the code."""
        x, numbers = torch.from_numpy(self.model.kind.feed(things)), numbers_of(things)
        with torch.no_grad():
            belief = self.model.encode(x)
            noise = torch.randn(belief.centre.shape, generator=torch.Generator().manual_seed(seed))
            costs = -self.model.decode(belief.draw(noise)).log_prob(x)
            kl = belief.nats().sum(1)
        right = (numbers_of(self.redrawn(things)) == numbers).all(1)
        return told(costs.numpy().astype(np.float64), kl.numpy().astype(np.float64), right)


class LetterByLetter(nn.Module):
    """A VAE whose decoder is a GRU: each letter given the code and all letters before it."""

    def __init__(self, places: int, symbols: int) -> None:
        super().__init__()
        self.symbols = symbols
        self.encoder = nn.Sequential(
            nn.Flatten(), nn.Linear(places * symbols, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU()
        )
        self.head = nn.Linear(256, 2 * DIMS)
        self.first, self.gru = nn.Linear(DIMS, HIDDEN), nn.GRU(symbols + DIMS, HIDDEN, batch_first=True)
        self.out = nn.Linear(HIDDEN, symbols)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log variance of the codes of words as numbers, [n, L]."""
        mean, log_variance = self.head(self.encoder(F.one_hot(x, self.symbols).float())).chunk(2, 1)
        return mean, log_variance

    def forward(self, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """Return what words cost given a draw of their codes, and their KL, [n] nats each."""
        mean, log_variance = self.encode(x)
        z = mean + (0.5 * log_variance).exp() * noise
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)
        before = F.pad(F.one_hot(x, self.symbols).float()[:, :-1], (0, 0, 1, 0))
        given = torch.cat([before, z[:, None].expand(-1, x.shape[1], -1)], 2)
        logits = self.out(self.gru(given, self.first(z)[None].tanh())[0])
        each = F.cross_entropy(logits.transpose(1, 2), x, reduction="none")
        counts = ((x == 0).long().cumsum(1) - (x == 0).long()) == 0
        return (each * counts).sum(1), kl

    @torch.no_grad()
    def write(self, x: Tensor) -> Tensor:
        """Write words again from the means of their codes, the likeliest letter each time, [n, L]."""
        z = self.encode(x)[0]
        state, letter, written = self.first(z)[None].tanh(), torch.zeros(len(x), self.symbols), []
        over = torch.zeros(len(x), dtype=torch.bool)
        for _ in range(x.shape[1]):
            out, state = self.gru(torch.cat([letter, z], 1)[:, None], state)
            best = self.out(out[:, 0]).argmax(1) * ~over
            over |= best == 0
            letter = F.one_hot(best, self.symbols).float()
            written.append(best)
        return torch.stack(written, 1)


def train_letter_by_letter(train: np.ndarray, symbols: int, seed: int) -> LetterByLetter:
    """Train one on words as numbers, [n, L], at beta 1."""
    torch.manual_seed(seed)
    model = LetterByLetter(train.shape[1], symbols)
    words, generator = torch.from_numpy(train).long(), torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    steps = EPOCHS * -(-len(words) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(words), generator=generator).split(BATCH):
            cost, kl = model(words[rows], torch.randn(len(rows), DIMS, generator=generator))
            optimizer.zero_grad()
            (cost + kl).mean().backward()
            optimizer.step()
            if schedule.last_epoch < steps:
                schedule.step()
    return model.eval()


def tell_letter_by_letter(model: LetterByLetter, test: np.ndarray, seed: int = 0) -> Told:
    """Measure one on words as numbers, [n, L], as `OneShot.tell` does."""
    x = torch.from_numpy(test).long()
    with torch.no_grad():
        cost, kl = model(x, torch.randn(len(x), DIMS, generator=torch.Generator().manual_seed(seed)))
    right = (model.write(x).numpy() == test).all(1)
    return told(cost.numpy().astype(np.float64), kl.numpy().astype(np.float64), right)
