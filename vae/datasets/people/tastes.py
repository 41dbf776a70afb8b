"""The `tastes` data set: people who like made-up films, drawn from five known factors.

A person has a favourite genre and a second one, and goes by what many like to a known degree. Films belong to one genre
or two, and some are known better than others. What a person likes is drawn without putting back, with the chances that
the factors give (Gumbel 1954's order of keys). As the factors are known, one can see what a latent dimension has
learnt, and measure it. Films, titles and people are made up.
"""

from itertools import product
from typing import Any

import numpy as np

GENRES = ("comedy", "drama", "thriller", "science fiction", "romance", "animation", "horror", "documentary")
"""The order is the class number of a favourite, and the order to show them."""

WORDS: dict[str, tuple[str, str]] = {
    "comedy": (
        "My Neighbour's|Nobody's|The Borrowed|Another|The Unlikely",
        "Goat|Uncle|Wedding|Holiday|Moustache",
    ),
    "drama": (
        "The Silent|Winter|Father's|The Last|A Quiet",
        "House|Harvest|Garden|Bridge|Orchard",
    ),
    "thriller": (
        "The Ninth|Cold|No Second|Midnight|The Wrong",
        "Witness|Key|Alibi|Courier|Signal",
    ),
    "science fiction": (
        "Beyond|Signals from|The Fall of|Exodus to|Adrift near",
        "Titan|Ganymede|the Ninth Moon|Station Six|the Red Colony",
    ),
    "romance": (
        "A Summer in|Return to|Love in|Letters from|Once in",
        "Lisbon|Trieste|Maple Street|the Rain|Little Venice",
    ),
    "animation": (
        "The Brave Little|Captain|Princess|The Flying|Hello,",
        "Hedgehog|Turnip|Lantern|Umbrella|Walrus",
    ),
    "horror": (
        "Night of the|Return of the|Beware the|Curse of the|Whispers of the",
        "Moths|Cellar|Hollow|Puppet|Tide",
    ),
    "documentary": (
        "A Year of|All about|Inside|A History of|The Secret Life of",
        "Bees|Bread|Salt|Glaciers|Rivers",
    ),
}
"""Of each genre the beginnings of titles and their ends, parted by "|": every pair is a film."""

FILMS = len(GENRES) * 25

FACTORS = ("favourite", "second", "share", "crowd", "likes")
"""The columns of a factor array, in this order: the number of the favourite genre and of the second one, the share of
the favourite, how far a taste follows what many like, and how many films are liked."""

SHARE, CROWD, LIKES = (0.45, 0.85), (0.2, 1.0), (8, 30)
"""What the last three may be; all are even, `likes` over whole numbers."""

ELSEWHERE = 0.25
"""Of what the favourite leaves, the part that all genres but the second share."""

MIXED = 0.3
"""Share of the films that belong to a second genre too."""

STEEPEST = 0.6
"""The film of rank r is liked r^-0.6 times as often as the first of its genre, by who goes by the crowd alone."""

FILMS_SEED = 3
"""What the second genres and the ranks are drawn by."""


def films() -> tuple[list[str], list[list[int]], np.ndarray]:
    """Return the titles, the numbers of each film's genres, and how well known each is, float64 [200]."""
    random = np.random.default_rng(FILMS_SEED)
    titles, of, known = [], [], []
    for number, name in enumerate(GENRES):
        pairs = [f"{first} {last}" for first, last in product(*(each.split("|") for each in WORDS[name]))]
        ranks = random.permutation(len(pairs))
        for title, rank in zip(pairs, ranks.tolist(), strict=True):
            other = int(random.integers(len(GENRES) - 1))
            second = [other + (other >= number)] if random.random() < MIXED else []
            titles.append(f"{title} ({int(random.integers(1955, 2025))})")
            of.append([number, *second])
            known.append((1.0 + rank) ** -STEEPEST)
    return titles, of, np.array(known)


def meaning() -> dict[str, Any]:
    """Return what the numbers of a taste mean: the titles, and the genres of each."""
    titles, of, _ = films()
    return {"item": "film", "items": titles, "genres": list(GENRES), "of": of}


def sample_factors(n: int, generator: np.random.Generator) -> np.ndarray:
    """Draw `n` rows of factors, float32 [n, 5]: the genres at even odds, never the same two, the others even."""
    favourite, other = generator.integers(len(GENRES), size=n), generator.integers(len(GENRES) - 1, size=n)
    share, crowd = generator.uniform(*SHARE, n), generator.uniform(*CROWD, n)
    likes = generator.integers(LIKES[0], LIKES[1] + 1, n)
    return np.stack([favourite, other + (other >= favourite), share, crowd, likes], 1).astype(np.float32)


def chances(factors: np.ndarray) -> np.ndarray:
    """Return how likely each film is the next that is liked, float64 [N, 200]; the rows add up to 1.

    factors: [N, 5], columns as in FACTORS. Raises `ValueError` where one is beyond what it may be.
    """
    factors = np.asarray(factors, np.float64)
    _check(factors)
    _, of, known = films()
    weights = np.full((len(factors), len(GENRES)), 0.0)
    favourite, second, share, crowd, _ = factors.T
    rest = (1 - share) * ELSEWHERE / (len(GENRES) - 2)
    weights[:] = rest[:, None]
    rows = np.arange(len(factors))
    weights[rows, favourite.astype(int)] = share
    weights[rows, second.astype(int)] = (1 - share) * (1 - ELSEWHERE)
    belongs = np.zeros((len(of), len(GENRES)))
    for row, numbers in zip(belongs, of, strict=True):
        row[numbers] = 1 / len(numbers)
    each = (weights @ belongs.T) * known[None] ** crowd[:, None]
    return np.asarray(each / each.sum(1, keepdims=True))


def like(factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw what people of these factors like, float32 [N, 200, 1]: as many films as `likes` says, none twice."""
    keys = np.log(chances(factors)) + generator.gumbel(size=(len(factors), FILMS))
    rank = (-keys).argsort(1).argsort(1)
    return (rank < factors[:, -1:])[..., None].astype(np.float32)


def _check(factors: np.ndarray) -> None:
    if factors.ndim != 2 or factors.shape[1] != len(FACTORS):
        raise ValueError(f"Factors are [N, {len(FACTORS)}]: {', '.join(FACTORS)}; got shape {list(factors.shape)}.")
    last = len(GENRES) - 1
    for column, name, (low, high) in zip(factors.T, FACTORS, ((0, last), (0, last), SHARE, CROWD, LIKES), strict=True):
        if not ((column >= np.float32(low)) & (column <= np.float32(high))).all():
            raise ValueError(f"Factor {name!r} must be in {low:g} to {high:g}.")
    if (factors[:, 0] == factors[:, 1]).any():
        raise ValueError("Factors 'favourite' and 'second' must be two genres.")
