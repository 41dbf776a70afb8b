"""What an encoder says of where things lie: q(z|x), in numpy. Here alone is it computed what a graph does not give."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Belief:
    """Where each of n things lies, and how sure that is.

    centre: float32 [n, d], where a map puts it; spread: float32 [n, d], standard deviations, None where a code is a
    point; nats: float32 [n, d], what each coordinate costs, KL(q(z|x) || p(z)), None where there is no prior. choices:
    the coordinates that are the ways of one choice each, whose centre is how likely each is.
    """

    centre: np.ndarray
    spread: np.ndarray | None
    nats: np.ndarray | None
    choices: Sequence[slice] = ()

    @property
    def cost(self) -> np.ndarray:
        """Return what each code costs in all, [n] nats; 0 where there is no prior."""
        return np.zeros(len(self.centre), np.float32) if self.nats is None else self.nats.sum(1)

    def at(self, noise: np.ndarray) -> np.ndarray:
        """Return the codes that draws from N(0, I), [n, d] or [d], become: reparameterised (arXiv 1312.6114, 2.4).

        A choice is the largest log share with Gumbel noise (arXiv 1611.01144, equation 1).
        """
        if self.spread is None:
            return self.centre
        z: np.ndarray = self.centre + self.spread * noise
        for ways in self.choices:
            z[:, ways] = _chosen(self.centre[:, ways], noise[..., ways])
        return z


def _chosen(shares: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return 1 for the way that is chosen, 0 for the others, [n, k], by the shares that ways have and N(0, I)."""
    from scipy.special import log_ndtr  # type: ignore[import-untyped]  # 0.1 s, and choices alone need it

    with np.errstate(divide="ignore"):  # a share of 0 is never chosen
        reached = np.log(shares) - np.log(-log_ndtr(noise))
    return np.asarray(reached.argmax(1)[:, None] == np.arange(shares.shape[1]))


def normal(mean: np.ndarray, log_variance: np.ndarray) -> Belief:
    """Return the belief of a diagonal normal beside a standard normal prior, of arrays [n, d] as graphs give them.

    Its KL is 0.5 (mean^2 + variance - log variance - 1) by dimension (arXiv 1312.6114, appendix B).
    """
    variance = np.exp(log_variance)
    return Belief(mean, np.exp(0.5 * log_variance), 0.5 * (np.square(mean) + variance - log_variance - 1))
