"""What a map keeps of the latent space: its neighbourhoods, its classes, and the pictures decoded from it.

Nothing here imports torch or scikit-learn, so that measuring takes seconds and little memory.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree  # type: ignore[import-untyped]

from vae.kinds.images import IMAGES
from vae.kinds.kind import Kind, root_mean_square
from vae.maps.plane import Map, neighbours

TRUST_NEIGHBOURS, VOTERS, DECODED = 15, 10, 500

MOST_RANKED = 10_000
"""Codes whose neighbourhoods are ranked among all; 10,000 among 10,000 take a second.
60,000 among 60,000 would take half a minute."""

ROWS = 200
"""Codes ranked in one pass: 16 MB of distances to 10,000 others. All at once they would take 800 MB."""


@dataclass(frozen=True)
class Keeps:
    """What a map keeps of the latent space; None where it cannot be measured.

    trustworthiness: at 15 neighbours, in [0, 1]; None for fewer than 32 codes.
    map_accuracy, latent_accuracy: the share of codes whose 10 nearest others vote for their class, on the map and in
    latent space; None without labels.
    own_error, neighbour_error, random_error: medians, over 500 codes, of the difference in the kind's unit between
    a code's own reconstruction and: the picture decoded at its place; that of the point nearest to this place; that of
    a code drawn at random. The code itself is left out of the map, also where it is placed.
    conditions: the sentence that says how this was measured.
    """

    trustworthiness: float | None
    map_accuracy: float | None
    latent_accuracy: float | None
    own_error: float | None
    neighbour_error: float | None
    random_error: float | None
    conditions: str


def measure(
    map: Map, labels: np.ndarray | None, expect: Callable[[np.ndarray], np.ndarray], kind: Kind = IMAGES
) -> Keeps:
    """Measure what a map keeps; expect: codes [n, d] to things of a kind [n, *shape] in a network's units."""
    own, neighbour, random = decode_errors(map, expect, levels=kind.levels, apart=kind.apart)
    ranked = min(len(map.points), MOST_RANKED)
    return Keeps(
        trustworthiness=trustworthiness(map.codes, map.points),
        map_accuracy=None if labels is None else vote_accuracy(map.points, labels),
        latent_accuracy=None if labels is None else vote_accuracy(map.codes, labels),
        own_error=own,
        neighbour_error=neighbour,
        random_error=random,
        conditions=f"{len(map.points):,} test codes; trustworthiness at {TRUST_NEIGHBOURS} neighbours of {ranked:,}; "
        f"accuracy of {VOTERS} neighbours, leave-one-out; median {_difference(kind)} {within(kind)} over "
        f"{min(DECODED, len(map.points)):,} codes, leave-one-out; seed 0",
    )


def _difference(kind: Kind) -> str:
    return "RMS difference" if kind.apart is root_mean_square else "difference"


def within(kind: Kind) -> str:
    """Say in which unit things of a kind differ."""
    return kind.unit if kind.unit.startswith("in ") else f"in {kind.unit}"


def trustworthiness(codes: np.ndarray, points: np.ndarray, k: int = TRUST_NEIGHBOURS) -> float | None:
    """Say how far the k neighbours on the map are neighbours in latent space too; 1: all of them, about 0.5: by chance.

    codes: [N, d]; points: [N, 2]. Each neighbour on the map costs as many ranks as it is behind the k-th in latent
    space. Of more than `MOST_RANKED` codes so many are drawn, and ranked among all. Venna & Kaski 2001,
    "Neighborhood preservation in nonlinear projection methods".
    """
    n = len(codes)
    if n <= 2 * k + 1:
        return None
    chosen = np.arange(n) if n <= MOST_RANKED else np.random.default_rng(0).choice(n, MOST_RANKED, replace=False)
    near = neighbours(cKDTree(points), points[chosen], k, chosen)[1]
    z = codes.astype(np.float64)
    squares = np.square(z).sum(1)
    penalty = 0
    for first in range(0, len(chosen), ROWS):
        rows = chosen[first : first + ROWS]
        distances = squares - 2 * z[rows] @ z.T  # but for the row's own square, which changes no rank
        distances[np.arange(len(rows)), rows] = -np.inf  # itself has rank 0
        for column in near[first : first + ROWS].T:
            ranks = (distances < distances[np.arange(len(rows)), column][:, None]).sum(1)
            penalty += int(np.maximum(ranks - k, 0).sum())
    return 1 - 2 * penalty / (len(chosen) * k * (2 * n - 3 * k - 1))


def vote_accuracy(x: np.ndarray, labels: np.ndarray, k: int = VOTERS) -> float | None:
    """Say for which share of rows [N, d] the k nearest others vote for their label, [N]; of equal votes the first."""
    if len(x) < 2:
        return None
    near = neighbours(cKDTree(x), x, k, np.arange(len(x)))[1]
    classes, numbers = np.unique(labels, return_inverse=True)
    votes = np.zeros((len(x), len(classes)), np.int32)
    np.add.at(votes, (np.arange(len(x))[:, None], numbers[near]), 1)
    return float((votes.argmax(1) == numbers).mean())


def decode_errors(
    map: Map,
    expect: Callable[[np.ndarray], np.ndarray],
    most: int = DECODED,
    levels: float = 255,
    apart: Callable[[np.ndarray, np.ndarray], np.ndarray] = root_mean_square,
) -> tuple[float, float, float] | tuple[None, None, None]:
    """Return the errors `own`, `neighbour` and `random` of `Keeps`, over `most` codes drawn with seed 0.

    levels: what of the unit that they are told in is 1 to a network. apart: how far things lie apart, [n].
    """
    n = len(map.points)
    if n < 2:
        return None, None, None
    random = np.random.default_rng(0)
    chosen = random.choice(n, min(most, n), replace=False)
    others = (chosen + random.integers(1, n, len(chosen))) % n
    truth = expect(map.codes[chosen])
    places = map.place(map.codes[chosen], without=chosen)
    nearest = map.nearest(places, 1, without=chosen)[1][:, 0]
    guesses = map.code_at(places, without=chosen), map.codes[nearest], map.codes[others]
    own, neighbour, by_chance = (
        float(np.median(apart(levels * truth.astype(np.float64), levels * expect(z)))) for z in guesses
    )
    return own, neighbour, by_chance
