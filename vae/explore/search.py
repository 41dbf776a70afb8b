"""The code of a thing, found by search: what there is where no encoder says it.

The decoder alone is asked. Draws are made and the nearest taken, and from these least squares go downhill: the
generator's inversion of Creswell & Bharath 2016, arXiv 1611.05644, and Bora et al. 2017, arXiv 1703.03208, whose
weight on |z|^2 keeps a code where codes are drawn. Slopes come of small steps, as a graph gives no gradient. It goes in
small steps too, each of which begins with what the last one said, so that a search is stopped by asking for no more.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from vae.errors import InputError
from vae.explore.draws import draw_codes
from vae.explore.explorer import Explorer, Told
from vae.library.cards import Card

DRAWS, STARTS = 2000, 2
"""Draws that the search begins with, and how many of the nearest it goes downhill from. With a GAN of 16 dimensions 20
digits are missed by 0.196 after the draws, by 0.156 after one descent, and by no thousandth less after four."""

DRAWN, LOOKS = 250, 6
"""Draws, or places that a descent tries, in one step: 10 ms with a small decoder on one core."""

MOST_LOOKS = 60
"""Places that a descent tries, each with a slope along every dimension."""

LESS = 1e-4
"""Of an error: what a step downhill must take away, or the descent has come to its end."""

NOISE = 0.1
"""Standard deviation of what the decoder may miss, in a network's units: by it an error is weighed against |z|."""

STEP = 1e-2
"""Of a slope: small beside a code's unit spread, large beside float32's rounding in the decoder."""

MOST_SLOPES = 1 << 23
"""Of a thing's numbers along a code's: 64 MB, of which a descent holds a few at once."""

ROWS = 32
"""Codes decoded at once: where each takes 0.2 s, one that is watched is still not taken for one that hangs."""


class TooSlow(InputError):
    """A decoder takes so long for a row that a search would take minutes."""


@dataclass(frozen=True)
class Found:
    """How far a search has come, and the best code so far.

    drawn: of `DRAWS`; codes: float32 [up to STARTS, d], the nearest draws, each in its turn replaced by where it came
    to downhill; errors: float64 [the same], the root mean square difference of their things, in a network's units;
    done of total descents, and looks of the one under way.
    """

    codes: np.ndarray
    errors: np.ndarray
    drawn: int = 0
    done: int = 0
    looks: int = 0
    total: int = field(default=STARTS, init=False)

    @property
    def code(self) -> np.ndarray:
        """The nearest, float32 [d]."""
        best: np.ndarray = self.codes[np.argmin(self.errors)]
        return best

    @property
    def error(self) -> float:
        """What it misses."""
        return float(self.errors.min())

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do."""
        return self.done == self.total

    @property
    def share(self) -> float:
        """How much of the most that there may be to do is done, in [0, 1]: draws and each descent weigh the same."""
        return (self.drawn / DRAWS + self.done + self.looks / MOST_LOOKS) / (1 + self.total)


def can_search(card: Card) -> bool:
    """Say whether codes can be searched for: there is a normal prior to draw from and to stay close to."""
    return not why_not(card)


def why_not(card: Card) -> str:
    """Say in a sentence why codes cannot be searched for; nothing where they can."""
    if "draw" not in card.can or card.latent.prior != "normal":
        return f"{card.name} has no normal prior to begin a search from; choose another model."
    if math.prod(card.item.shape) * card.latent.dims > MOST_SLOPES:
        smaller = f"choose a model of fewer dimensions, or of smaller {card.kind.nouns}"
        return f"{card.name} is too large for a search; {smaller}."
    return ""


def search(explorer: Explorer, thing: np.ndarray, given: Told = None, seed: int = 0) -> Iterator[Found]:
    """Look for the code whose expected thing is nearest to `thing`, [*shape] as its kind keeps it.

    Yields after each step the best that there is by then: the error never rises. Close the generator to stop. Raises
    `InputError` for a model whose codes cannot be searched for.
    """
    found = begin(explorer)
    while not found.ended:
        found = further(explorer, thing, found, given, seed)
        yield found


def begin(explorer: Explorer) -> Found:
    """Return a search that has not found anything yet; `InputError` for a model whose codes cannot be searched for."""
    if reason := why_not(explorer.card):
        raise InputError(reason)
    return Found(np.zeros((0, explorer.card.latent.dims), np.float32), np.zeros(0))


def further(
    explorer: Explorer,
    thing: np.ndarray,
    found: Found,
    given: Told = None,
    seed: int = 0,
    seconds: float = np.inf,
) -> Found:
    """Go one step on from `found`: some more draws, or some more looks downhill.

    thing, given, seed: those of all steps of a search. Raises `TooSlow` where the step takes more than `seconds`.
    """
    target = _Target(explorer, thing, given, time.monotonic() + seconds)
    return _draw(target, found, seed) if found.drawn < DRAWS else _descend(target, found)


class _Target:
    """What is looked for: how far codes miss it."""

    def __init__(self, explorer: Explorer, thing: np.ndarray, given: Told, until: float) -> None:
        self.explorer, self.given, self.until = explorer, given, until
        self.x = explorer.kind.feed(thing[None]).reshape(-1)

    def missed(self, z: np.ndarray) -> np.ndarray:
        """Return what each code's thing misses, float64 [n, C * H * W]."""
        parts = [self._expect(z[first : first + ROWS]) for first in range(0, len(z), ROWS)]
        return np.concatenate(parts).reshape(len(z), -1).astype(np.float64) - self.x

    def _expect(self, z: np.ndarray) -> np.ndarray:
        if time.monotonic() > self.until:
            name = self.explorer.card.name
            raise TooSlow(f"{name} draws too slowly for thousands of tries; move the sliders by hand.")
        return self.explorer.expect(z, self.given)

    def errors(self, z: np.ndarray) -> np.ndarray:
        """Return their root mean squares, float64 [n]."""
        errors: np.ndarray = np.sqrt(np.square(self.missed(z)).mean(1))
        return errors

    def residuals(self, z: np.ndarray) -> np.ndarray:
        """Return what is made small of one code, float64 [C * H * W + d]."""
        return np.concatenate([self.missed(z[None])[0] / NOISE, z])

    def slopes(self, z: np.ndarray) -> np.ndarray:
        """Return how that changes along each dimension, float64 [C * H * W + d, d]."""
        size, dims = len(self.x), len(z)
        slopes = np.empty((size + dims, dims))
        slopes[size:] = np.eye(dims)
        for first in range(0, dims, ROWS // 2):
            steps = STEP * np.eye(dims)[first : first + ROWS // 2]
            ahead, back = np.split(self.missed(np.concatenate([z + steps, z - steps])), 2)
            slopes[:size, first : first + len(steps)] = (ahead - back).T / (2 * STEP * NOISE)
        return slopes


def _draw(target: _Target, found: Found, seed: int) -> Found:
    """Keep the nearest of those that were kept and of some more draws."""
    drawn = min(DRAWS, found.drawn + DRAWN)
    more = draw_codes(target.explorer, DRAWS, seed)[found.drawn : drawn]
    codes = np.concatenate([found.codes, more])
    errors = np.concatenate([found.errors, target.errors(more)])
    nearest = np.argsort(errors, kind="stable")[:STARTS]
    return replace(found, codes=codes[nearest], errors=errors[nearest], drawn=drawn)


def _descend(target: _Target, found: Found) -> Found:
    """Go downhill from the start whose turn it is, until an error falls no more.

    By MINPACK, which asks nothing of BLAS: with SciPy's own solver a descent took 0.06 s on one thread, and 1.8 s on
    two that had no core to themselves.
    """
    from scipy.optimize import least_squares  # type: ignore[import-untyped]  # 0.2 s, and only here

    turn, before = found.done, found.errors[found.done]
    start = found.codes[turn].astype(np.float64)
    end = least_squares(target.residuals, start, target.slopes, method="lm", max_nfev=LOOKS).x.astype(np.float32)
    error = target.errors(end[None])[0]
    codes, errors, looks = found.codes.copy(), found.errors.copy(), found.looks + LOOKS
    if error < before:
        codes[turn], errors[turn] = end, error
    if error < before * (1 - LESS) and looks < MOST_LOOKS:
        return replace(found, codes=codes, errors=errors, looks=looks)
    return replace(found, codes=codes, errors=errors, done=turn + 1, looks=0)
