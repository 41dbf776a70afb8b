"""What an encoder says of where things lie: q(z|x), in numpy. Here alone is it computed what a graph does not give."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Belief:
    """Where each of n things lies, and how sure that is.

    centre: float32 [n, d], where a map puts it; spread: float32 [n, d], standard deviations, None where a code is a
    point; nats: float32 [n, d], what each coordinate costs, KL(q(z|x) || p(z)), None where there is no prior.
    """

    centre: np.ndarray
    spread: np.ndarray | None
    nats: np.ndarray | None

    @property
    def cost(self) -> np.ndarray:
        """Return what each code costs in all, [n] nats; 0 where there is no prior."""
        return np.zeros(len(self.centre), np.float32) if self.nats is None else self.nats.sum(1)

    def at(self, noise: np.ndarray) -> np.ndarray:
        """Return the codes that draws from N(0, I), [n, d] or [d], become: reparameterised (arXiv 1312.6114, 2.4)."""
        return self.centre if self.spread is None else self.centre + self.spread * noise


def normal(mean: np.ndarray, log_variance: np.ndarray) -> Belief:
    """Return the belief of a diagonal normal beside a standard normal prior, of arrays [n, d] as graphs give them.

    Its KL is 0.5 (mean^2 + variance - log variance - 1) by dimension (arXiv 1312.6114, appendix B).
    """
    variance = np.exp(log_variance)
    return Belief(mean, np.exp(0.5 * log_variance), 0.5 * (np.square(mean) + variance - log_variance - 1))
