"""The neighbour graph of a model's test codes: where they lie close together, and how to go from code to code."""

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components, dijkstra  # type: ignore[import-untyped]

from vae.errors import InputError

NEIGHBOURS = 12
"""Edges that every code has at least."""

COUNTED = 16
"""The density at a place is taken from the distance to its neighbour of this rank."""

MOST_NODES = 10_000
"""As many test codes as a bundled model keeps. All pairs are looked at, so of more codes only so many become nodes."""

ROWS = 512
"""Rows of distances at a time: 40 MB of them, to 10,000 nodes."""

TINY = 1e-12


@dataclass(frozen=True)
class Route:
    """A way through the graph: the numbers of the codes that it passes, and whether it crosses a bridge."""

    nodes: tuple[int, ...]
    bridged: bool = False


@dataclass(frozen=True, eq=False)
class NeighbourGraph:
    """Join codes, float32 [N, d], each to its nearest ones, by edges that cost their length squared.

    The square makes many short steps cheaper than a long one, so that the cheapest way keeps to where codes are dense:
    with more and more codes its cost becomes a length in which dense places are short. Hwang, Damelin & Hero 2016,
    "Shortest path through random points", arXiv 1202.0045. Shortest paths between a VAE's codes: Chen et al. 2018,
    "Fast approximate geodesics for deep generative models", arXiv 1812.08284 (there the decoder measures the edges).

    Lengths are those of the space as it is. In units of the posteriors' spread paths are longer, and the pictures along
    them no more like images (benchmarks/paths.py). Equal codes are one node.

    Raises `InputError` where there is no code. Safe to use from several threads at once: the graph is made when a way
    is first asked for, and whoever asks for one meanwhile waits.
    """

    codes: np.ndarray
    _making: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        if not len(self.codes):
            raise InputError("A neighbour graph joins test codes, at least one; got none.")

    @cached_property
    def nodes(self) -> np.ndarray:
        """The numbers of the codes that are nodes, int64 [M], rising: of equal codes one, and `MOST_NODES` at most."""
        n = len(self.codes)
        few = np.linspace(0, n - 1, min(n, MOST_NODES)).round().astype(np.int64)
        return np.sort(few[np.unique(self.codes[few], axis=0, return_index=True)[1]])

    @property
    def edges(self) -> csr_array:
        """The costs, float64 [M, M], symmetric: each node and its `NEIGHBOURS` nearest, and the bridges."""
        return self._whole[0]

    @property
    def bridges(self) -> frozenset[tuple[int, int]]:
        """The edges, both ways, that join the pieces that near neighbours leave: each the shortest out of a piece."""
        return self._whole[1]

    def route(self, a: np.ndarray, b: np.ndarray) -> Route:
        """Return the cheapest way from one code, [d], to another, through codes of the graph.

        A code that is a node starts there. Any other is joined to its `NEIGHBOURS` nearest nodes; two that are as near
        to each other as to those may have no node between them.
        """
        m = len(self.nodes)
        (doors_a, costs_a), (doors_b, costs_b) = self._doors(a), self._doors(b)
        straight = np.square(a - b).sum()
        costs, before = self._search(doors_a, costs_a)
        ends = costs[doors_b] + costs_b
        if straight <= min(ends.min(), max(costs_a.max(), costs_b.max())):
            return Route(())
        way = [int(doors_b[ends.argmin()])]
        while (previous := int(before[way[-1]])) != m:
            way.append(previous)
        bridged = any(step in self.bridges for step in pairwise(way))
        return Route(tuple(int(self.nodes[node]) for node in reversed(way)), bridged)

    def log_density(self, z: np.ndarray) -> np.ndarray:
        """Return the log density of the codes at `z`, [n, d]: float64 [n], nats for a unit of latent volume.

        -d log r + log(k / M V), r being the distance to the k-th nearest node (k = `COUNTED`) and V the volume of the
        ball of radius one. In many dimensions r says more about the shape of the crowd than about one place: read
        differences along a path, not the values. Loftsgaarden & Quesenberry 1965.
        """
        (m, d), k = self._places.shape, min(COUNTED, len(self.nodes))
        z = z.astype(np.float64)
        nearest = [np.partition(squares, k - 1)[:, k - 1] for _, squares in _squares(z, self._places)]
        log_r = 0.5 * np.log(np.concatenate([np.empty(0), *nearest]).clip(TINY**2))
        log_ball = 0.5 * d * math.log(math.pi) - math.lgamma(0.5 * d + 1)
        return math.log(k / m) - log_ball - d * log_r

    @cached_property
    def _places(self) -> np.ndarray:
        """The nodes, float64 [M, d]."""
        return self.codes[self.nodes].astype(np.float64)

    @property
    def _whole(self) -> tuple[csr_array, frozenset[tuple[int, int]]]:
        with self._making:
            return self._made

    @cached_property
    def _made(self) -> tuple[csr_array, frozenset[tuple[int, int]]]:
        """Make the graph, and join its pieces in turns, each to the code outside that is nearest (Borůvka 1926)."""
        edges, bridges = self._neighbourhoods(), set()
        while (found := connected_components(edges, directed=False))[0] > 1:
            crossing = self._ways_out(found[1])
            edges = edges.maximum(self._joined(*crossing.T))
            bridges |= {(a, b) for pair in crossing.tolist() for a, b in (pair, pair[::-1])}
        return edges, frozenset(bridges)

    def _neighbourhoods(self) -> csr_array:
        m = len(self._places)
        k = min(NEIGHBOURS, m - 1)
        near = np.empty((m, k), np.int64)
        for rows, squares in _squares(self._places, self._places) if k else ():
            squares[np.arange(len(squares)), rows] = np.inf
            near[rows] = np.argpartition(squares, k - 1)[:, :k]
        return self._joined(np.repeat(np.arange(m), k), near.ravel())

    def _ways_out(self, piece: np.ndarray) -> np.ndarray:
        """Return for all pieces but the largest the two nodes of its shortest way out, [pieces - 1, 2]."""
        inside = np.flatnonzero(piece != np.bincount(piece).argmax())
        lengths, nearest = np.empty(len(inside)), np.empty(len(inside), np.int64)
        for rows, squares in _squares(self._places[inside], self._places):
            squares[piece[inside[rows], None] == piece] = np.inf
            nearest[rows] = squares.argmin(1)
            lengths[rows] = squares.min(1)
        order = np.lexsort((lengths, piece[inside]))
        first = order[np.unique(piece[inside][order], return_index=True)[1]]
        return np.stack([inside[first], nearest[first]], 1)

    def _joined(self, a: np.ndarray, b: np.ndarray) -> csr_array:
        """Return the costs of edges from nodes `a` to nodes `b`, [e] each, both ways: [M, M]."""
        costs = np.square(self._places[a] - self._places[b]).sum(1)
        one_way = csr_array((costs, (a, b)), shape=(len(self._places),) * 2)
        return one_way.maximum(one_way.T).tocsr()

    def _doors(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the nodes by which a code, [d], enters the graph, and what each costs: for a node itself, nothing."""
        squares = np.square(self._places - z).sum(1)
        k = min(NEIGHBOURS, len(squares))
        doors = np.argpartition(squares, k - 1)[:k]
        if (own := doors[squares[doors] == 0]).size:
            doors = own
        return doors, squares[doors]

    def _search(self, doors: np.ndarray, costs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return for each node what it costs to get there, [M + 1], and the node before it; M is the start outside.

        The start has edges to its doors and none leads back, so that no other way passes through it. Dijkstra 1959.
        """
        m, edges = len(self.nodes), self.edges
        parts = np.append(edges.data, costs), np.append(edges.indices, doors), [*edges.indptr, edges.nnz + len(doors)]
        with_start = csr_array(parts, shape=(m + 1, m + 1))
        return dijkstra(with_start, indices=m, return_predecessors=True)


def _squares(at: np.ndarray, places: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield squared distances from codes, [n, d], to places, [M, d]: some rows' numbers, [r], and theirs, [r, M].

    As |a|^2 - 2ab + |b|^2 about the places' mean: all pairs of 10,000 take 0.4 s in 2 dimensions and in 16, where a
    tree takes 0.03 and 1.1 s, and in 512 dimensions minutes.
    """
    mean = places.mean(0)
    places, at = places - mean, at - mean
    norms = np.square(places).sum(1)
    for first in range(0, len(at), ROWS):
        rows = np.arange(first, min(first + ROWS, len(at)))
        squares = at[rows] @ places.T
        squares *= -2
        squares += norms
        squares += np.square(at[rows]).sum(1)[:, None]
        yield rows, squares.clip(0, out=squares)
