"""Paths through latent space, from anchor to anchor. `PATHS` at the foot lists their kinds."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, groupby, pairwise

import numpy as np

from vae.errors import InputError, unknown
from vae.explore.code_graph import NeighbourGraph
from vae.explore.geometry import lerp, parallel, slerp

MOST = float(np.finfo(np.float32).max)

ARC_PIECES = 128
"""Chords that a great circle's length is measured by: half of one is 0.003 % too short."""


@dataclass(frozen=True, eq=False)
class Leg:
    """The way from one anchor to the next.

    at: maps t, [n] in [0, 1], to codes, [n, d]; its length is measured in `pieces` equal steps of t. nodes: the
    numbers of the test codes that it passes. note: a sentence where it is not what was asked for, or empty.
    """

    at: Callable[[np.ndarray], np.ndarray]
    pieces: int = 1
    nodes: tuple[int, ...] = ()
    note: str = ""

    @property
    def length(self) -> float:
        """Return its length in latent space."""
        return float(self._lengths[-1])

    def along(self, lengths: np.ndarray) -> np.ndarray:
        """Return the codes, [n, d], at these lengths from its start, [n]."""
        return self.at(np.interp(lengths, self._lengths, np.linspace(0, 1, self.pieces + 1)))

    @cached_property
    def _lengths(self) -> np.ndarray:
        steps = np.diff(self.at(np.linspace(0, 1, self.pieces + 1)), axis=0)
        return np.append(0.0, np.linalg.norm(steps, axis=1).cumsum())


@dataclass(frozen=True)
class Path:
    """A kind of path: its name for people, what it does, what that costs, and its leg between two anchors, [d] each."""

    title: str
    sentence: str
    cost: str
    leg: Callable[[np.ndarray, np.ndarray, NeighbourGraph | None], Leg]


@dataclass(frozen=True, eq=False)
class Walk:
    """A path that was walked.

    codes: float32 [n, d]; length: in latent space; knots: [k] in [0, 1], rising, where among the codes the anchors lie
    (0 the first code, 1 the last); nodes: the numbers of the test codes that it passes, in this order; note: sentences
    for where it is not what was asked for, or empty.
    """

    codes: np.ndarray
    length: float
    knots: tuple[float, ...]
    nodes: tuple[int, ...]
    note: str


def walk(kind: str, anchors: np.ndarray, n: int, graph: NeighbourGraph | None = None) -> Walk:
    """Walk a path of this kind through all anchors, [k, d] with k >= 2, in n >= 2 codes.

    They are evenly spaced by the length of the path, to the step that lets every anchor be one of them; with fewer
    codes than anchors evenly, whatever they hit. graph: of the model's test codes, or None where it has none; the kind
    "density" then goes straight. Raises `InputError` for an unknown kind, too few anchors or codes, and NaN.
    """
    _check(kind, anchors, n)
    anchors = anchors.astype(np.float64)
    legs = [PATHS[kind].leg(a, b, graph) for a, b in pairwise(anchors)]
    ends = np.cumsum([0.0, *(leg.length for leg in legs)])
    if ends[-1] == 0:
        note = "All anchors are equal, so the path stays where it is."
        return Walk(np.repeat(anchors[:1], n, 0).astype(np.float32), 0.0, (0.0,) * len(anchors), (), note)
    hits = _hits(ends, n)
    places = np.linspace(0, ends[-1], n) if hits is None else np.interp(np.arange(n), hits, ends)
    codes = np.empty((n, anchors.shape[1]))
    for leg, start, end in zip(legs, ends, ends[1:], strict=False):
        on = (start <= places) & (places <= end)
        codes[on] = leg.along(places[on] - start)
    if hits is not None:
        codes[hits] = anchors
    return Walk(
        codes.clip(-MOST, MOST).astype(np.float32),
        float(ends[-1]),
        tuple((ends / ends[-1] if hits is None else hits / (n - 1)).tolist()),
        tuple(node for node, _ in groupby(chain.from_iterable(leg.nodes for leg in legs))),
        " ".join(dict.fromkeys(leg.note for leg in legs if leg.note)),
    )


def _check(kind: str, anchors: np.ndarray, n: int) -> None:
    if kind not in PATHS:
        raise unknown("path", kind, PATHS)
    if anchors.ndim != 2 or len(anchors) < 2:
        raise InputError(f"A path has at least two anchors, [k, d]; got shape {list(anchors.shape)}.")
    if n < 2:
        raise InputError(f"A path has at least two codes; got {n}.")
    if not np.isfinite(anchors).all():
        raise InputError("Anchors are finite numbers; got NaN or infinity.")


def _hits(ends: np.ndarray, n: int) -> np.ndarray | None:
    """Return which of n codes each anchor is, [k]: the nearest to where it lies, so that no two fall on one.

    ends: [k], how far along the path the anchors lie; equal ones in a row share a code. None where they are too many.
    """
    least = np.append(0, (np.diff(ends) > 0).cumsum())  # codes that must come before each
    spare = n - 1 - least[-1]
    if spare < 0:
        return None
    wanted = np.rint(ends / ends[-1] * (n - 1)).astype(np.int64) - least
    return least + np.maximum.accumulate(wanted).clip(0, spare)


def straight(a: np.ndarray, b: np.ndarray, graph: NeighbourGraph | None = None) -> Leg:
    """Go straight."""
    return Leg(partial(lerp, a, b))


def great_circle(a: np.ndarray, b: np.ndarray, graph: NeighbourGraph | None = None) -> Leg:
    """Go round the origin, with a norm between those of the two; straight where they lie on a line through it."""
    if not parallel(a, b):
        return Leg(partial(slerp, a, b), ARC_PIECES)
    note = "" if np.array_equal(a, b) else "Between two anchors on one line through 0 the path is straight."
    return Leg(partial(lerp, a, b), note=note)


def density(a: np.ndarray, b: np.ndarray, graph: NeighbourGraph | None = None) -> Leg:
    """Go from test code to test code, by the cheapest way on their neighbour graph."""
    if graph is None:
        return Leg(partial(lerp, a, b), note="There are no test codes to keep to, so the path is straight.")
    route = graph.route(a, b)
    corners = np.stack([a, *graph.codes[list(route.nodes)].astype(np.float64), b])
    note = "The test codes lie in separate groups, and the path crosses a gap between them." if route.bridged else ""
    return Leg(partial(_corner_to_corner, corners), len(corners) - 1, route.nodes, note)


def _corner_to_corner(corners: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Walk straight from corner to corner, [m, d], as long on each; t: [n] in [0, 1]; returns [n, d]."""
    at = t * (len(corners) - 1)
    before = at.astype(np.int64).clip(0, len(corners) - 2)
    rest = (at - before)[:, None]
    return (1 - rest) * corners[before] + rest * corners[before + 1]


PATHS: dict[str, Path] = {
    "straight": Path(
        "Straight line",
        "Mixes the anchors' codes in proportion.",
        "The shortest. Half way it is nearer to the origin than its farther end; the density says if data is near.",
        straight,
    ),
    "great-circle": Path(
        "Great circle",
        "Turns from one anchor to the next, at a distance from 0 between those of the two.",
        "Longer than the straight line; it knows of the prior, and nothing of the data.",
        great_circle,
    ),
    "density": Path(
        "Along the data",
        "Goes from test code to test code, by small steps where they lie close together.",
        "Longer than the straight line, and less even; it needs the model's test codes, and a search among them.",
        density,
    ),
}
