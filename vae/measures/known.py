"""Things of which it is known what they were drawn from."""

from dataclasses import dataclass

import numpy as np

from vae.datasets.dataset import Dataset, Split
from vae.datasets.sources import DATASETS, NAMED

MOST = 10_000


@dataclass(frozen=True, eq=False)
class Known:
    """Things as they are kept, and the factors that they were drawn from.

    things: [n, *shape]; factors: float32 [n, F]; names: of the factors, in order; told: what the things are, in words.
    """

    things: np.ndarray
    factors: np.ndarray
    names: tuple[str, ...]
    told: str

    @property
    def classes(self) -> tuple[bool, ...]:
        """Say of each factor whether it is a class: its numbers have no order."""
        return tuple(name in NAMED for name in self.names)


def known_of(data: Dataset, nouns: str, most: int = MOST, seed: int = 0) -> Known | None:
    """Return up to `most` things of both parts of a data set, drawn with `seed`; None where no factors are kept.

    All of a set that is a grid of its factors tell what the factors are, and not those alone that were not learnt from.
    """
    names = DATASETS[data.name].factors if data.name in DATASETS else ()
    parts = [part for part in (data.train, data.test) if part.factors is not None]
    if not names or len(parts) < 2:
        return None
    rows = np.sort(np.random.default_rng(seed).permutation(sum(map(len, parts)))[:most])
    cut = np.searchsorted(rows, len(data.train))
    chosen = list(zip(parts, (rows[:cut], rows[cut:] - len(data.train)), strict=True))
    things = np.concatenate([part.things[some] for part, some in chosen])
    factors = np.concatenate([_factors(part)[some] for part, some in chosen])
    return Known(things, factors, names, f"{len(rows):,} training and test {nouns} of {data.title}")


def _factors(part: Split) -> np.ndarray:
    assert part.factors is not None
    return part.factors
