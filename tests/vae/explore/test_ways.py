"""Paths meet their anchors, keep their steps even, and keep to what their kind promises."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from vae.errors import InputError
from vae.explore.code_graph import NeighbourGraph
from vae.explore.geometry import lerp, parallel, slerp
from vae.explore.ways import PATHS, Walk, walk

KINDS = sorted(PATHS)
RANDOM = np.random.default_rng(0)
CODES = RANDOM.standard_normal((300, 4)).astype(np.float32)
GRAPH = NeighbourGraph(CODES)
coordinates = st.floats(-5, 5).map(lambda value: round(value, 3))
anchors = arrays(np.float32, st.tuples(st.integers(2, 6), st.just(4)), elements=coordinates)


def hits(walked: Walk) -> np.ndarray:
    """Return which of the codes the anchors should be."""
    places = np.array(walked.knots) * (len(walked.codes) - 1)
    np.testing.assert_allclose(places, places.round(), atol=1e-9)
    return places.round().astype(int)


def along(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Return the distance of points, [n, d], to the line from corner to corner, [m, d]; [n]."""
    a, b = corners[:-1], corners[1:]
    lengths = np.square(b - a).sum(1)
    t = ((points[:, None] - a) * (b - a)).sum(-1) / np.where(lengths == 0, 1, lengths)
    nearest = a + t.clip(0, 1)[..., None] * (b - a)
    return np.linalg.norm(points[:, None] - nearest, axis=-1).min(1)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=60)
@given(anchors=anchors, n=st.integers(6, 80))
def test_every_path_hits_its_anchors(kind: str, anchors: np.ndarray, n: int) -> None:
    walked = walk(kind, anchors, n, GRAPH)
    assert walked.codes.shape == (n, 4)
    assert walked.codes.dtype == np.float32
    assert np.isfinite(walked.codes).all()
    assert list(walked.knots) == sorted(walked.knots)
    if walked.length > 0:
        assert (walked.knots[0], walked.knots[-1]) == (0, 1)
    np.testing.assert_array_equal(walked.codes[hits(walked)], anchors)


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=60)
@given(anchors=anchors, n=st.integers(6, 80))
def test_no_step_is_longer_than_its_share_of_the_leg(kind: str, anchors: np.ndarray, n: int) -> None:
    walked = walk(kind, anchors, n, GRAPH)
    steps = np.linalg.norm(np.diff(walked.codes.astype(float), axis=0), axis=1)
    assert steps.sum() <= walked.length * (1 + 1e-5) + 1e-5
    at = hits(walked)
    for first, last in pairwise(at):
        if last > first and kind == "straight":
            np.testing.assert_allclose(steps[first:last], steps[first:last].mean(), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_many_codes_are_even_over_the_whole_path(kind: str) -> None:
    walked = walk(kind, RANDOM.standard_normal((4, 4)).astype(np.float32), 4001, GRAPH)
    steps = np.linalg.norm(np.diff(walked.codes.astype(float), axis=0), axis=1)
    np.testing.assert_allclose(np.median(steps), walked.length / 4000, rtol=0.01)
    np.testing.assert_allclose(steps.sum(), walked.length, rtol=0.01)


@settings(deadline=None)
@given(anchors=anchors, n=st.integers(2, 80))
def test_the_straight_path_is_the_line_from_anchor_to_anchor(anchors: np.ndarray, n: int) -> None:
    walked = walk("straight", anchors, n)
    corners = anchors.astype(float)
    np.testing.assert_allclose(walked.length, np.linalg.norm(np.diff(corners, axis=0), axis=1).sum(), rtol=1e-9)
    assert along(walked.codes, corners).max() < 1e-5


@settings(deadline=None)
@given(anchors=anchors, n=st.integers(6, 80))
def test_the_great_circle_keeps_between_the_norms_of_its_anchors(anchors: np.ndarray, n: int) -> None:
    walked = walk("great-circle", anchors, n)
    wanted, at = np.linalg.norm(anchors.astype(float), axis=1), hits(walked)
    for i, (a, b) in enumerate(pairwise(anchors.astype(float))):
        norms = np.linalg.norm(walked.codes[at[i] : at[i + 1] + 1], axis=1)
        assert norms.max() <= wanted[i : i + 2].max() + 1e-5
        if not parallel(a, b):
            assert norms.min() >= wanted[i : i + 2].min() - 1e-5


def test_the_great_circles_length_is_the_arcs() -> None:
    walked = walk("great-circle", np.array([[2, 0], [0, 2]], np.float32), 9)
    np.testing.assert_allclose(walked.length, np.pi, rtol=1e-4)
    angles = np.arctan2(*walked.codes.T[::-1])
    np.testing.assert_allclose(angles, np.linspace(0, np.pi / 2, 9), atol=1e-6)


@settings(deadline=None)
@given(
    a=arrays(np.float64, 5, elements=coordinates),
    b=arrays(np.float64, 5, elements=coordinates),
    small=st.floats(-9, -3),
)
def test_slerp_keeps_the_norm_even_where_it_only_just_turns(a: np.ndarray, b: np.ndarray, small: float) -> None:
    t = np.linspace(0, 1, 11)
    for end in (b, -a + 10**small * b, a + 10**small * b):
        path, norms = slerp(a, end, t), np.linalg.norm([a, end], axis=1)
        np.testing.assert_allclose(path[[0, -1]], [a, end], atol=1e-9 + 1e-5 * norms.max())
        if not parallel(a, end):
            np.testing.assert_allclose(np.linalg.norm(path, axis=1), (1 - t) * norms[0] + t * norms[1], rtol=1e-9)
        else:
            np.testing.assert_array_equal(path, lerp(a, end, t))


@pytest.mark.parametrize("other", [[2, 4, 6, 8], [-1, -2, -3, -4], [0, 0, 0, 0]])
def test_where_there_is_no_great_circle_the_path_is_straight_and_says_so(other: list[int]) -> None:
    ends = np.array([[1, 2, 3, 4], other], np.float32)
    walked = walk("great-circle", ends, 9)
    assert "the path is straight" in walked.note
    np.testing.assert_array_equal(walked.codes, walk("straight", ends, 9).codes)
    assert walk("great-circle", CODES[:3], 9).note == ""


def test_the_density_path_goes_along_edges_between_its_anchors() -> None:
    for pair in RANDOM.choice(300, (20, 2), replace=False):
        walked = walk("density", CODES[pair], 200, GRAPH)
        assert (walked.nodes[0], walked.nodes[-1]) == tuple(pair)
        steps = [np.searchsorted(GRAPH.nodes, step) for step in pairwise(walked.nodes)]
        assert all(GRAPH.edges[a, b] > 0 for a, b in steps)
        assert along(walked.codes, CODES[list(walked.nodes)].astype(float)).max() < 1e-5


def test_the_density_path_goes_round_a_hole() -> None:
    """Codes on a circle: a straight line would cross the empty middle."""
    angles = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    ring = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    walked = walk("density", np.array([[1.1, 0], [-0.9, 0.05]], np.float32), 100, NeighbourGraph(ring))
    assert np.linalg.norm(walked.codes, axis=1).min() > 0.89
    assert np.linalg.norm(walk("straight", walked.codes[[0, -1]], 100).codes, axis=1).min() < 0.1
    assert walked.length > 3


def test_a_path_across_a_gap_says_so() -> None:
    apart = np.concatenate([CODES, CODES + 100])
    graph = NeighbourGraph(apart)
    assert "crosses a gap" in walk("density", apart[[0, 300]], 50, graph).note
    assert walk("density", apart[[0, 1]], 50, graph).note == ""


def test_without_codes_the_density_path_is_straight_and_says_so() -> None:
    walked = walk("density", CODES[:3], 20)
    assert "no test codes" in walked.note
    np.testing.assert_array_equal(walked.codes, walk("straight", CODES[:3], 20).codes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("k", [2, 6])
def test_equal_anchors_stay_where_they_are(kind: str, k: int) -> None:
    walked = walk(kind, np.repeat(CODES[:1], k, 0), 7, GRAPH)
    np.testing.assert_array_equal(walked.codes, np.repeat(CODES[:1], 7, 0))
    assert (walked.length, walked.knots) == (0, (0,) * k)
    assert "All anchors are equal" in walked.note


@pytest.mark.parametrize("kind", KINDS)
def test_an_anchor_said_twice_is_hit_once(kind: str) -> None:
    walked = walk(kind, CODES[[0, 1, 1, 2]], 30, GRAPH)
    assert walked.knots[1] == walked.knots[2]
    np.testing.assert_array_equal(walked.codes, walk(kind, CODES[[0, 1, 2]], 30, GRAPH).codes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_fewer_codes_than_anchors_are_even(kind: str, n: int) -> None:
    walked = walk(kind, CODES[:6], n, GRAPH)
    assert walked.codes.shape == (n, 4)
    np.testing.assert_array_equal(walked.codes[[0, -1]], CODES[[0, 5]])
    np.testing.assert_allclose(walked.knots[0::5], [0, 1])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dims", [1, 2, 512])
def test_spaces_of_any_dimension_have_paths(kind: str, dims: int) -> None:
    codes = np.random.default_rng(dims).standard_normal((60, dims)).astype(np.float32)
    graph = NeighbourGraph(codes)
    walked = walk(kind, codes[[3, 9, 27]], 21, graph)
    np.testing.assert_array_equal(walked.codes[hits(walked)], codes[[3, 9, 27]])
    assert np.isfinite(graph.log_density(walked.codes)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_anchors_at_the_end_of_all_numbers_have_a_path(kind: str) -> None:
    ends = np.array([[3e38, 0, 0, 0], [0, -3e38, 1e-45, 0], CODES[0]], np.float32)
    walked = walk(kind, ends, 12, GRAPH)
    assert np.isfinite(walked.codes).all()
    assert np.isfinite(GRAPH.log_density(walked.codes)).all()


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=25)
@given(
    codes=arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=20), elements=st.integers(-2, 2)),
    seed=st.integers(0, 9),
)
def test_few_and_equal_test_codes_do(kind: str, codes: np.ndarray, seed: int) -> None:
    ends = np.random.default_rng(seed).integers(-2, 3, (3, codes.shape[1])).astype(np.float32)
    graph = NeighbourGraph(codes)
    walked = walk(kind, ends, 15, graph)
    np.testing.assert_array_equal(walked.codes[hits(walked)], ends)
    assert set(walked.nodes) <= set(range(len(codes)))
    assert np.isfinite(graph.log_density(walked.codes)).all()


@pytest.mark.parametrize(
    ("kind", "anchors", "n", "sentence"),
    [
        ("spiral", CODES[:2], 9, "Unknown path 'spiral'; choose one of: density, great-circle, straight"),
        ("straight", CODES[:1], 9, "at least two anchors"),
        ("straight", CODES[0], 9, "at least two anchors"),
        ("straight", CODES[:2], 1, "at least two codes; got 1"),
        ("density", np.array([[np.nan] * 4, [0] * 4]), 9, "got NaN or infinity"),
        ("great-circle", np.array([[np.inf] * 4, [0] * 4]), 9, "got NaN or infinity"),
    ],
)
def test_bad_wishes_are_refused(kind: str, anchors: np.ndarray, n: int, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        walk(kind, anchors, n, GRAPH)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_anchors_have_the_same_path(kind: str) -> None:
    one, two = (walk(kind, CODES[:5], 64, NeighbourGraph(CODES)) for _ in range(2))
    np.testing.assert_array_equal(one.codes, two.codes)
    assert (one.nodes, one.knots, one.length) == (two.nodes, two.knots, two.length)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_tells_people_what_it_is_and_costs(kind: str) -> None:
    path = PATHS[kind]
    assert all(text and text.endswith(".") for text in (path.sentence, path.cost))
    assert not path.title.endswith(".")
