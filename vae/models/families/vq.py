"""The VQ-VAE: a code is a cell of a grid after the other, each one of the codes of a book that all cells share.

The encoder gives each cell a vector, and the code is the one in the book that lies nearest: van den Oord, Vinyals &
Kavukcuoglu 2017, Neural discrete representation learning, arXiv 1711.00937. Gradients pass it as if the vector itself
went on (straight through), and the codes follow the means of the vectors that chose them. q(z|x) is sure, so that what
a code costs is -log p(z): by a small network that tells each cell's code from those before it, which makes draws too.
A hand moves in the shares of the codes, cell after cell: 1 for the one that is there, 0 for the others.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, distributed, nn

from vae.models.distributions import Belief, Drawn
from vae.models.families.discrete import gumbel, largest
from vae.models.likelihoods import Likelihood
from vae.models.model import Model
from vae.models.objectives import Case, Terms
from vae.networks.build import Embedded, InCells
from vae.plans.choices import HIDDEN, codes_of

KEPT = 0.99
"""What the codes remember from step to step of the vectors that chose them; arXiv 1711.00937, appendix A.1."""

BEGUN = 0.3
"""How often a code that was begun anew counts as chosen, beside an even share: it has 230 steps to be chosen."""

RARE = 0.03
"""A code that is chosen less often than this, beside an even share, begins again as a vector of the batch at hand:
Dhariwal et al. 2020, Jukebox, arXiv 2005.00341."""


class Before(nn.Module):
    """p(z), cell after cell in raster order: how likely each code is in a cell, by those in the cells before it.

    A neural autoregressive distribution estimator: each cell has the hidden units of the one before, and one more term
    in them. So all cells together cost no more than two layers, and so does a draw. Larochelle & Murray 2011, The
    neural autoregressive distribution estimator, PMLR 15; Uria et al. 2016, arXiv 1605.02226.
    """

    def __init__(self, cells: int, codes: int) -> None:
        super().__init__()
        self.first = nn.Parameter(0.1 * torch.randn(HIDDEN))
        # The last cell tells none, and of one alone nothing is told.
        self.reads = nn.Parameter(torch.randn(cells - 1, codes, HIDDEN) * cells**-0.5) if cells > 1 else None
        self.says = nn.Parameter(0.1 * torch.randn(cells, HIDDEN, codes) * HIDDEN**-0.5)  # at first nearly even
        self.says_alone = nn.Parameter(torch.zeros(cells, 1, codes))

    def forward(self, z: Tensor) -> Tensor:
        """Return log p of every code in every cell, [n, cells, codes], given those of z in the cells before it."""
        known = self.first + _nothing(z)
        if self.reads is not None:
            known = torch.cat([known, self.first + (z[:, :-1].transpose(0, 1) @ self.reads).cumsum(0)])
        return (known.relu() @ self.says + self.says_alone).log_softmax(-1).transpose(0, 1)

    def draw(self, noise: Tensor) -> Tensor:
        """Return codes of p(z), [n, cells, codes], each 1 or 0, for Gumbel noise of that shape."""
        known = self.first + _nothing(noise)
        drawn: list[Tensor] = []
        reads = () if self.reads is None else self.reads.split(1)
        for cell, (says, alone) in enumerate(zip(self.says.split(1), self.says_alone.split(1), strict=True)):
            if cell:
                known = known + drawn[-1] @ reads[cell - 1]
            drawn.append(largest(known.relu() @ says + alone + noise[:, cell]))
        return torch.cat(drawn).transpose(0, 1)


def _nothing(z: Tensor) -> Tensor:
    """Return 0 for each thing of z, [n, cells, codes], as [1, n, 1]: by z itself, so that a graph holds for any n."""
    return z[:, :1, :1].clamp(0, 0).transpose(0, 1)


@dataclass(frozen=True)
class Nearest:
    """What an encoder makes of things: the codes that lie nearest to its vectors, [n, d]: cells of so many numbers."""

    vectors: Tensor
    model: "VQVAE" = field(repr=False)

    @property
    def centre(self) -> Tensor:
        """Return the code itself: 1 for the code that is there, 0 for the others, [n, d]."""
        return self.chosen.flatten(1)

    @property
    def cells(self) -> Tensor:
        """Return the vectors by cells, [n, cells, codes]."""
        return self.vectors.unflatten(1, (-1, self.model.codes))

    @cached_property
    def number(self) -> Tensor:
        """Return the number of the code in each cell, int64 [n, cells]: of those as near the first."""
        cells, book = self.cells.detach(), self.model.book
        # |v - c|^2 without |v|^2, which is the same for all codes.
        return (book.square().sum(1) - 2 * cells @ book.T).argmin(-1)

    @cached_property
    def chosen(self) -> Tensor:
        """Return the code by cells, [n, cells, codes]: 1 for the one that is there, 0 for the others."""
        every = torch.arange(self.model.codes, device=self.vectors.device)
        return (self.number[..., None] == every).to(self.vectors.dtype)

    def spread(self) -> Tensor:
        """Return 0 everywhere, [n, d]: a code is sure."""
        return torch.zeros_like(self.vectors)

    def nats(self) -> Tensor:
        """Return -log p of the code that is there, given the cells before it, and 0 for the others, [n, d]."""
        chosen = self.chosen
        return (chosen * -self.model.prior(chosen)).flatten(1)

    def draw(self, noise: Tensor) -> Drawn:
        """Return the codes, whatever the noise, with their KL, -log p(z), by cells, [n, cells]."""
        kl = self.nats().unflatten(1, (-1, self.model.codes)).sum(-1)
        return Drawn(self.centre, kl, lambda: kl.sum(1))


class VQVAE(Model):
    """Encode things to codes of a book, cell after cell; decode the codes' vectors."""

    heads = 1
    scaffold = ("used",)
    used: Tensor

    def __init__(self, *args: Any, codes: int = 32, **more: Any) -> None:
        """codes: the most that the book has, each a vector of as many numbers."""
        super().__init__(*args, **more)
        self.codes = codes_of(self.latent_dims, {"codes": codes})
        cells = self.latent_dims // self.codes
        layers = self.decoder if isinstance(self.decoder, nn.Sequential) else [self.decoder]
        self.decoder = nn.Sequential(Embedded(self.codes), *layers)
        self.prior = Before(cells, self.codes)
        self.register_buffer("used", torch.zeros(self.codes))
        self.grid = self._grid(cells)
        self.groups = [_called(dim // self.codes, self.grid) for dim in range(self.latent_dims)]

    def _grid(self, cells: int) -> tuple[int, int] | None:
        """Return rows and columns where a cell is a place of the network's grid."""
        last = self.encoder[-1] if isinstance(self.encoder, nn.Sequential) else None
        return last.size if isinstance(last, InCells) and math.prod(last.size) == cells else None

    @property
    def book(self) -> Tensor:
        """Return the vectors of all codes, [codes, codes]."""
        first = self.decoder[0]  # type: ignore[index]
        assert isinstance(first, Embedded)
        return first.weight

    @property
    def costs(self) -> int:
        """Return how many parts the KL has: one a cell."""
        return self.latent_dims // self.codes

    def draw(self, noise: Tensor) -> Tensor:
        """Return codes [n, d] of the prior, by noise [n, d]: cell after cell."""
        return self.prior.draw(gumbel(noise).unflatten(1, (-1, self.codes))).flatten(1)

    def encode(self, x: Tensor, given: Tensor | None = None) -> Nearest:
        """Return the codes of things [n, C, H, W]."""
        return Nearest(self.encoder(x).to(x.dtype), self)

    def placed(self, belief: Belief) -> Tensor:
        """Return the codes, [n, d], whose gradient goes to the vectors as that of a softmax over their distances.

        Straight through the choice, as Bengio, Léonard & Courville 2013, arXiv 1308.3432, have it; the book stays.
        """
        assert isinstance(belief, Nearest)
        book = self.book.detach()
        soft = (2 * belief.cells @ book.T - book.square().sum(1)).softmax(-1).flatten(1)
        return belief.centre + soft - soft.detach()

    def decode_vectors(self, vectors: Tensor) -> Likelihood:
        """Return the likelihood p(x|z) of vectors in place of codes, [n, d]."""
        return self.likely(self.decoder[1:](vectors).to(vectors.dtype))  # type: ignore[index]

    @torch.no_grad()
    def follow(self, cells: Tensor, seen: Tensor, order: Tensor) -> None:
        """Move the codes to where the vectors lie that chose them, and begin those anew that few do.

        cells: vectors, [m, codes]; seen: by `_seen`; order: [m], by which of the vectors codes begin anew: the first.
        An exponential mean of how often each code is chosen, beside an even share, and of the vectors that chose it:
        arXiv 1711.00937, appendix A.1. Of several processes all vectors count.
        """
        even = seen[:, 0].sum().clamp_min(1) / self.codes
        often, total = seen[:, 0] / even, seen[:, 1:] / even
        used = KEPT * self.used + (1 - KEPT) * often
        moved = self.book + (1 - KEPT) / used.clamp_min(RARE)[:, None] * (total - often[:, None] * self.book)
        first = _first(cells, order, self.codes, self.together)
        rare = (used < RARE) & first.isfinite().all()
        self.used.copy_(torch.where(rare, BEGUN, used))
        self.book.copy_(torch.where(rare[:, None], first, moved))


def _seen(cells: Tensor, chosen: Tensor, together: bool) -> Tensor:
    """Return how often each code is chosen, and the sum of the vectors that do, [codes, 1 + codes].

    cells: vectors, [m, codes]; chosen: [m, codes], 1 for the code that each has; together: whether of all processes.
    """
    seen = torch.cat([chosen.sum(0)[:, None], chosen.T @ cells], 1)
    if together:
        distributed.all_reduce(seen)
    return seen


def _first(cells: Tensor, order: Tensor, codes: int, together: bool) -> Tensor:
    """Return as many vectors as there are codes, [codes, codes], the first by their order.

    cells: [m, codes]; order: [m]; together: whether of all processes. Where there are fewer they come again; where
    there is none they are not finite.
    """
    least, some = order.topk(min(codes, len(order)), largest=False)
    ranked = cells.new_full((codes, 1 + codes), torch.inf)
    ranked[: len(some)] = torch.cat([least[:, None], cells[some]], 1)
    if together:
        parts = [torch.empty_like(ranked) for _ in range(distributed.get_world_size())]
        distributed.all_gather(parts, ranked)
        ranked = torch.cat(parts)
    ranked = ranked[ranked[:, 0].argsort()]
    there = ranked[:, 0].isfinite().sum().clamp_min(1)
    return ranked[torch.arange(codes, device=cells.device) % there, 1:]


def _called(cell: int, grid: tuple[int, int] | None) -> str:
    return f"cell {1 + cell}" if grid is None else f"row {1 + cell // grid[1]}, column {1 + cell % grid[1]}"


def quantised(model: VQVAE, case: Case, commitment: float = 0.25) -> Terms:
    """Take the bound, whose gradient passes the choice of codes straight through, and what draws vectors to codes.

    -log p(x|z) - beta log p(z) + commitment |v - c|^2, of the encoder's vectors v and the codes c that lie nearest to
    them; arXiv 1711.00937, equation 3, with a learnt p(z) in place of an even one. p(z) learns from the codes and
    changes nothing of them: beta weighs its nats in what is minimised, and in nothing else. In training the codes
    follow the vectors. Told beside: how many codes the batch uses, and how many that would be if all were used alike,
    exp of the entropy of their shares.
    """
    belief = model.encode(case.shown, case.given)
    chosen, cells, vectors = belief.chosen, belief.cells, model.book[belief.number]
    kl = (chosen * -model.prior(chosen)).sum(-1)
    through = cells + (vectors - cells).detach()
    reconstruction = -model.decode_vectors(through.flatten(1)).log_prob(case.x)
    committed = commitment * (cells - vectors).square().flatten(1).sum(1)
    minimised = reconstruction + case.beta * kl.sum(1) + committed
    apart = cells.detach().flatten(0, 1)
    seen = _seen(apart, chosen.flatten(0, 1), model.together)
    used, alike = _use(seen[:, 0])
    if model.training:
        model.follow(apart, seen, case.noise.unflatten(1, (-1, model.codes)).flatten(0, 1)[:, 0])
    n = len(case.x)
    others = {"commitment": committed, "share of codes used": used.expand(n), "perplexity of codes": alike.expand(n)}
    return Terms(reconstruction, kl, minimised, others)


def _use(often: Tensor) -> tuple[Tensor, Tensor]:
    """Return the share of the codes that are chosen at all, by how often each is, [codes], and their perplexity."""
    share = often / often.sum().clamp_min(1)
    entropy = -(share * share.clamp_min(torch.finfo(share.dtype).tiny).log()).sum()
    return (often > 0).to(share.dtype).mean(), entropy.exp()
