"""The neighbour graph equals one made by looking at every pair, and its ways are the cheapest."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from scipy.stats import multivariate_normal

from vae.errors import InputError
from vae.explore import code_graph
from vae.explore.code_graph import MOST_NODES, NEIGHBOURS, NeighbourGraph


def cloud(seed: int, n: int, dims: int, groups: int = 1) -> np.ndarray:
    """Return codes, float32 [n, dims], in groups far from each other."""
    random = np.random.default_rng(seed)
    return (random.standard_normal((n, dims)) + 50 * (np.arange(n) % groups)[:, None]).astype(np.float32)


def by_every_pair(codes: np.ndarray) -> nx.Graph:
    """Make the graph of near neighbours, without bridges, with networkx."""
    squares = cdist(codes.astype(float), codes.astype(float), "sqeuclidean")
    graph = nx.Graph()
    for i, row in enumerate(squares):
        graph.add_weighted_edges_from((i, j, row[j]) for j in np.argsort(row)[: NEIGHBOURS + 1] if j != i)
    return graph


def as_networkx(graph: NeighbourGraph) -> nx.Graph:
    return nx.from_scipy_sparse_array(graph.edges)


clouds = st.builds(cloud, st.integers(0, 99), st.integers(30, 90), st.integers(1, 9))


@settings(deadline=None, max_examples=30)
@given(clouds)
def test_the_edges_are_those_to_the_nearest(codes: np.ndarray) -> None:
    graph = NeighbourGraph(codes)
    ours, theirs = as_networkx(graph), by_every_pair(codes)
    assert {frozenset(e) for e in ours.edges} == {frozenset(e) for e in theirs.edges} | {
        frozenset(e) for e in graph.bridges
    }
    for a, b, cost in theirs.edges(data="weight"):
        assert ours[a][b]["weight"] == pytest.approx(cost, rel=1e-9)
    assert all(degree >= NEIGHBOURS for _, degree in ours.degree)


@settings(deadline=None, max_examples=30)
@given(clouds, st.integers(0, 29), st.integers(0, 29))
def test_the_way_from_code_to_code_is_the_cheapest(codes: np.ndarray, a: int, b: int) -> None:
    graph = NeighbourGraph(codes)
    route = graph.route(codes[a].astype(float), codes[b].astype(float))
    oracle = as_networkx(graph)
    if a == b:
        assert set(route.nodes) <= {a}
        return
    ours = nx.path_weight(oracle, [a, *route.nodes, b] if not route.nodes else list(route.nodes), "weight")
    assert ours == pytest.approx(nx.dijkstra_path_length(oracle, a, b), rel=1e-9)


@settings(deadline=None, max_examples=30)
@given(clouds, st.integers(0, 99))
def test_a_code_that_is_no_node_enters_by_its_nearest(codes: np.ndarray, seed: int) -> None:
    a, b = np.random.default_rng(seed).uniform(-3, 3, (2, codes.shape[1]))
    graph = NeighbourGraph(codes)
    route = graph.route(a, b)
    oracle = as_networkx(graph).to_directed()
    near = {name: np.square(codes.astype(float) - z).sum(1) for name, z in (("a", a), ("b", b))}
    for i in np.argsort(near["a"])[:NEIGHBOURS]:
        oracle.add_edge("a", int(i), weight=near["a"][i])
    for i in np.argsort(near["b"])[:NEIGHBOURS]:
        oracle.add_edge(int(i), "b", weight=near["b"][i])
    cheapest = nx.dijkstra_path_length(oracle, "a", "b")
    if route.nodes:
        assert nx.path_weight(oracle, ["a", *route.nodes, "b"], "weight") == pytest.approx(cheapest, rel=1e-9)
    else:
        assert np.square(a - b).sum() <= cheapest + 1e-9


@pytest.mark.parametrize("groups", [2, 3, 7])
def test_pieces_are_joined_by_their_shortest_bridges(groups: int) -> None:
    codes = cloud(groups, 40 * groups, 3, groups)
    graph = NeighbourGraph(codes)
    assert nx.is_connected(as_networkx(graph))
    found = {frozenset(int(i) % groups for i in bridge) for bridge in graph.bridges}
    assert found == {frozenset((i, i + 1)) for i in range(groups - 1)}
    for i, j in graph.bridges:
        one, other = codes[i % groups :: groups], codes[j % groups :: groups]
        assert graph.edges[i, j] == pytest.approx(cdist(one, other, "sqeuclidean").min(), rel=1e-6)
    ends = codes[[0, groups - 1]].astype(float)
    assert graph.route(*ends).bridged
    assert not graph.route(*codes[[0, groups]].astype(float)).bridged


def test_a_hundred_pieces_become_one() -> None:
    codes = np.repeat(cloud(0, 100, 2) * 1000, 14, 0) + cloud(1, 1400, 2)
    assert nx.is_connected(as_networkx(NeighbourGraph(codes.astype(np.float32))))


def test_equal_codes_are_one_node() -> None:
    codes = np.repeat(cloud(0, 40, 3), 5, 0)
    graph = NeighbourGraph(codes)
    assert graph.nodes.tolist() == list(range(0, 200, 5))
    assert set(graph.route(codes[3], codes[199]).nodes) <= set(graph.nodes.tolist())
    alone = NeighbourGraph(np.zeros((50, 3), np.float32))
    assert alone.nodes.tolist() == [0]
    assert alone.route(np.ones(3), -np.ones(3)).nodes == (0,)


def test_of_too_many_codes_so_many_are_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_graph, "MOST_NODES", 100)
    codes = cloud(0, 1234, 2)
    graph = NeighbourGraph(codes)
    assert (len(graph.nodes), graph.nodes[0], graph.nodes[-1]) == (100, 0, 1233)
    route = graph.route(codes[5], codes[77])
    assert set(route.nodes) <= set(graph.nodes.tolist())
    assert MOST_NODES == 10_000


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_the_density_is_that_of_a_known_distribution(dims: int) -> None:
    graph = NeighbourGraph(cloud(0, 10_000, dims))
    places = np.random.default_rng(1).uniform(-1, 1, (200, dims))
    expected = np.atleast_1d(multivariate_normal(np.zeros(dims)).logpdf(places))
    difference = graph.log_density(places) - expected
    assert abs(difference.mean()) < 0.1
    assert difference.std() < 0.35  # 1 / sqrt(16)


def test_the_density_is_lower_where_there_is_less() -> None:
    graph = NeighbourGraph(cloud(0, 2000, 16))
    line = np.linspace(0, 8, 9)[:, None] * np.eye(16)[:1]
    assert (np.diff(graph.log_density(line)) < 0).all()
    assert graph.log_density(np.empty((0, 16))).shape == (0,)


def test_no_codes_are_told_in_a_sentence() -> None:
    with pytest.raises(InputError, match="at least one; got none"):
        NeighbourGraph(np.empty((0, 3), np.float32))
