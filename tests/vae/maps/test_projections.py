"""A map shows codes where they lie, places new ones, and gives back a code for every place."""

import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge

from tests.running import ROOT
from tests.tiny_model import random_codes
from vae.errors import InputError
from vae.maps import plane as maps_plane
from vae.maps.plane import Linear, Map
from vae.maps.projections import PROJECTIONS, Settings, pca, tsne
from vae.maps.tsne import LEAST_POINTS, Frame, possible_perplexity


def clusters(n: int, dims: int = 8, seed: int = 0) -> np.ndarray:
    return random_codes(n, dims, seed).centre


def linear_map(projection: str, codes: np.ndarray, chosen: tuple[int, int] = (0, 1)) -> Map:
    asked = Settings(projection, dimensions=chosen)
    fit = PROJECTIONS[projection].linear
    assert fit is not None
    plane = fit(codes, asked)
    return Map(plane.place(codes).astype(np.float32), codes, plane)


def formed(codes: np.ndarray, **asked: float) -> list[Frame]:
    return list(tsne(codes, Settings("tsne", **asked)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def tsne_map() -> Map:
    """A t-SNE map of 300 codes in ten clusters."""
    codes = clusters(300)
    return Map(formed(codes)[-1].points, codes)


# What a projection is


def test_every_projection_is_a_plane_or_forms() -> None:
    assert list(PROJECTIONS) == ["identity", "pca", "tsne", "dimensions"]
    for projection in PROJECTIONS.values():
        assert (projection.linear is None) != (projection.form is None)
        assert projection.title


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"projection": "umap"}, "Unknown projection 'umap'; choose one of: dimensions, identity, pca, tsne"),
        ({"projection": "tsne", "perplexity": 0.5}, "perplexity must be from 1 to 1000; got 0.5"),
        ({"projection": "tsne", "perplexity": float("nan")}, "perplexity must be from 1 to 1000; got nan"),
        ({"projection": "tsne", "perplexity": 5.125}, "perplexity must have at most two decimals; got 5.125"),
        ({"projection": "tsne", "seed": -1}, "seed must be from 0 to 2147483647; got -1"),
        ({"projection": "tsne", "seed": 2**31}, "seed must be from 0"),
    ],
)
def test_settings_that_cannot_be_are_told(asked: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Settings(**asked)


# Linear maps


@pytest.mark.parametrize("dims", [2, 3, 16])
def test_pca_is_that_of_scikit_learn_but_for_signs(dims: int) -> None:
    codes = clusters(200, dims)
    ours, theirs = linear_map("pca", codes).points, PCA(2).fit_transform(codes)
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-4)


def test_pca_is_the_same_in_whatever_order_the_codes_come() -> None:
    codes = clusters(200)
    order = np.random.default_rng(1).permutation(len(codes))
    np.testing.assert_allclose(
        linear_map("pca", codes[order]).points, linear_map("pca", codes).points[order], atol=1e-5
    )


def test_pca_of_one_dimension_is_a_line_that_loses_nothing() -> None:
    codes = clusters(50, 1)
    line = linear_map("pca", codes)
    np.testing.assert_array_equal(line.points[:, 1], 0)
    np.testing.assert_allclose(line.code_at(line.points), codes, atol=1e-5)


def test_the_map_of_two_dimensions_is_the_space_itself() -> None:
    codes = clusters(50, 2)
    same = linear_map("identity", codes)
    anywhere = np.random.default_rng(0).normal(0, 100, (20, 2)).astype(np.float32)
    np.testing.assert_array_equal(same.points, codes)
    np.testing.assert_array_equal(same.place(anywhere), anywhere)
    np.testing.assert_array_equal(same.code_at(anywhere), anywhere)


def test_chosen_dimensions_are_those_of_the_codes() -> None:
    codes = clusters(50, 5)
    np.testing.assert_array_equal(linear_map("dimensions", codes, (4, 1)).points, codes[:, [4, 1]])


@pytest.mark.parametrize("chosen", [(0, 0), (0, 5), (-1, 2)])
def test_dimensions_that_are_not_there_are_told(chosen: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="Two different dimensions from 0 to 4 make a map"):
        linear_map("dimensions", clusters(9, 5), chosen)


def test_a_space_of_more_dimensions_is_not_its_own_map() -> None:
    with pytest.raises(InputError, match="this one has 5 dimensions: choose pca or tsne"):
        linear_map("identity", clusters(9, 5))


@pytest.mark.parametrize(("projection", "dims"), [("identity", 2), ("pca", 2), ("pca", 7), ("dimensions", 7)])
def test_on_a_plane_the_code_of_a_place_lies_at_that_place(projection: str, dims: int) -> None:
    made = linear_map(projection, clusters(200, dims))

    @given(st.tuples(st.floats(-20, 20), st.floats(-20, 20)))
    @settings(max_examples=50, deadline=None)
    def check(place: tuple[float, float]) -> None:
        np.testing.assert_allclose(made.place(made.code_at(np.array([place])))[0], place, atol=1e-4)

    check()
    np.testing.assert_allclose(made.place(made.codes), made.points, atol=1e-5)


# The local inverse


def plane_of_points(n: int = 400) -> Map:
    """Points spread evenly at random, with codes that bend over them."""
    points = np.random.default_rng(3).uniform(-1, 1, (n, 2)).astype(np.float32)
    codes = np.stack([points[:, 0], points[:, 1], np.sin(3 * points[:, 0]), points.prod(1)], axis=1)
    return Map(points, codes.astype(np.float32))


def test_the_local_inverse_is_a_weighted_ridge_regression() -> None:
    made = plane_of_points()
    for xy in np.random.default_rng(0).uniform(-1.3, 1.3, (20, 2)):
        distances = np.linalg.norm(made.points - xy, axis=1)
        near = distances.argsort()[: maps_plane.NEIGHBOURS_ON_MAP]
        reach = distances[near[-1]]
        weights = (1 - (distances[near] / reach) ** 2) ** 2
        ridge = Ridge(alpha=maps_plane.RIDGE * reach**2)
        ridge.fit(made.points[near] - xy, made.codes[near], sample_weight=weights / weights.sum())
        np.testing.assert_allclose(made.code_at(xy[None])[0], ridge.intercept_, atol=1e-4)


def test_the_local_inverse_follows_codes_that_bend() -> None:
    made = plane_of_points(2000)
    xy = np.random.default_rng(1).uniform(-0.8, 0.8, (200, 2))
    truth = np.stack([xy[:, 0], xy[:, 1], np.sin(3 * xy[:, 0]), xy.prod(1)], axis=1)
    assert np.abs(made.code_at(xy) - truth).max() < 0.05


def test_a_small_move_is_a_small_change_everywhere(tsne_map: Map) -> None:
    """Two paths across the map and far beyond it: with a 10,000th of the step the change is a 1,000th or less."""
    centre, width = tsne_map.points.mean(0), np.ptp(tsne_map.points)
    for made in (tsne_map, linear_map("pca", tsne_map.codes)):
        for angle in (0.3, 2.0):
            way = np.array([np.cos(angle), np.sin(angle)]) * width
            largest = []
            for steps in (10_000, 100_000_000):
                middle = np.random.default_rng(0).integers(0, steps, 4000)[:, None]
                there, then = (made.code_at(centre + way * (2 * (middle + i) / steps - 1)) for i in (0, 1))
                largest.append(np.abs(there - then).max())
            assert largest[1] < 0.001 * largest[0]


def test_far_from_all_data_the_code_stays_among_the_data(tsne_map: Map) -> None:
    low, high = tsne_map.codes.min(0), tsne_map.codes.max(0)
    for distance in (1e3, 1e6):
        z = tsne_map.code_at(np.array([[distance, -distance]]))
        assert np.isfinite(z).all()
        assert (z > low - (high - low)).all()
        assert (z < high + (high - low)).all()


def test_a_picture_at_a_place_is_that_of_its_code(tsne_map: Map) -> None:
    xy = tsne_map.points[:5] + 0.1
    np.testing.assert_array_equal(tsne_map.decode_point(xy, lambda z: z * 2), tsne_map.code_at(xy) * 2)


# Placing


def test_the_codes_of_a_map_are_placed_at_their_points(tsne_map: Map) -> None:
    off = np.linalg.norm(tsne_map.place(tsne_map.codes) - tsne_map.points, axis=1)
    width = np.ptp(tsne_map.points, axis=0).max()
    assert np.median(off) < 0.02 * width
    assert np.quantile(off, 0.9) < 0.1 * width


def test_a_new_code_is_placed_among_its_own_kind(tsne_map: Map) -> None:
    new = clusters(600)[300:]  # the same ten clusters
    nearest = tsne_map.nearest(tsne_map.place(new))[1][:, 0]
    assert (nearest % 10 == np.arange(300) % 10).mean() > 0.95


def test_what_is_placed_is_where_the_map_shows_it(tsne_map: Map) -> None:
    """No point's own place has a code nearer to z than the place that was found."""
    new = clusters(330)[300:]
    found = np.linalg.norm(tsne_map.code_at(tsne_map.place(new)) - new, axis=1)
    at_points = np.linalg.norm(tsne_map.code_at(tsne_map.points)[None] - new[:, None], axis=-1).min(1)
    assert (found <= at_points + 1e-4).mean() > 0.9


def test_leaving_one_out_is_a_map_that_never_saw_it(tsne_map: Map) -> None:
    for i in (0, 17, 299):
        rest = Map(np.delete(tsne_map.points, i, 0), np.delete(tsne_map.codes, i, 0))
        z, xy, it = tsne_map.codes[i : i + 1], tsne_map.points[i : i + 1], np.array([i])
        np.testing.assert_allclose(tsne_map.place(z, without=it), rest.place(z), atol=1e-4)
        np.testing.assert_allclose(tsne_map.code_at(xy, without=it), rest.code_at(xy), atol=1e-4)


def test_rows_do_not_touch_one_another(tsne_map: Map) -> None:
    z = clusters(500)[300:]
    np.testing.assert_allclose(tsne_map.place(z), np.concatenate([tsne_map.place(row[None]) for row in z]), atol=1e-3)
    assert tsne_map.place(z[:0]).shape == (0, 2)
    assert tsne_map.code_at(np.empty((0, 2))).shape == (0, 8)


def test_a_scale_says_which_dimensions_count() -> None:
    """Two points at a corner each; a code between them goes to the one it is nearer to in the dimension that counts."""
    points = np.array([[0, 0], [1, 0]], np.float32)
    codes = np.array([[0, 0], [1, 1]], np.float32)
    z = np.array([[0.1, 0.9]], np.float32)
    assert Map(points, codes, scale=np.array([10.0, 0.1])).place(z)[0, 0] < 0.3
    assert Map(points, codes, scale=np.array([0.1, 10.0])).place(z)[0, 0] > 0.7


def test_several_threads_get_the_same_answers() -> None:
    made, alone = plane_of_points(), plane_of_points()
    xy = np.random.default_rng(0).uniform(-1, 1, (64, 2))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda row: made.code_at(row[None]), xy))
    np.testing.assert_allclose(np.concatenate(answers), alone.code_at(xy), atol=1e-6)


# t-SNE


def test_the_first_frame_is_the_pca_map_and_waits_for_no_import() -> None:
    code = """
import sys
import numpy as np
from vae.maps.projections import Settings, tsne
codes = np.random.default_rng(0).normal(size=(50, 5)).astype(np.float32)
frame = next(tsne(codes, Settings("tsne")))
assert frame.iteration == 0 and frame.kl_divergence is None
assert not {"openTSNE", "sklearn", "torch", "pandas"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
    codes = clusters(60)
    np.testing.assert_array_equal(next(tsne(codes, Settings("tsne"))).points, linear_map("pca", codes).points)


def test_frames_go_forward_to_the_end_and_divergence_falls() -> None:
    frames = formed(clusters(120))
    iterations = [frame.iteration for frame in frames]
    assert iterations == sorted(set(iterations))
    assert {frame.total for frame in frames} == {iterations[-1]}
    divergences = [frame.kl_divergence for frame in frames if frame.kl_divergence is not None]
    assert len(divergences) == len(frames) - 1
    assert 0 < divergences[-1] < divergences[0] / 2
    for frame in frames:
        assert frame.points.shape == (120, 2)
        assert frame.points.dtype == np.float32


def test_the_map_is_openTSNEs_own_wherever_it_is_sliced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit for bit that of two plain calls from the same start, whether every iteration is a frame or 50 are."""
    from openTSNE import TSNEEmbedding, affinity

    codes = clusters(90)
    start = linear_map("pca", codes).linear.place(codes)  # type: ignore[union-attr]
    jitter = np.random.default_rng(5).normal(0, 0.01, start.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nearby = affinity.PerplexityBasedNN(codes.astype(np.float64), 12, method="exact", random_state=5)
    theirs = TSNEEmbedding((start / start[:, 0].std() + jitter) * 1e-4, nearby, negative_gradient_method="bh")
    theirs.optimize(250, exaggeration=12, momentum=0.5, inplace=True)
    theirs.optimize(500, momentum=0.8, inplace=True)
    for seconds in (0.0, 100.0):
        monkeypatch.setattr("vae.maps.tsne.SECONDS_A_FRAME", seconds)
        last = formed(codes, perplexity=12, seed=5)[-1]
        np.testing.assert_array_equal(last.points, np.asarray(theirs, np.float32))
        assert last.kl_divergence == pytest.approx(theirs.kl_divergence)


def test_the_same_seed_is_the_same_map_and_another_is_another() -> None:
    codes = clusters(80)
    first, again, other = (formed(codes, seed=seed)[-1].points for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("n", range(LEAST_POINTS))
def test_too_few_codes_for_tsne_are_told(n: int) -> None:
    with pytest.raises(InputError, match=f"t-SNE needs at least {LEAST_POINTS} codes; this model has {n}: choose pca"):
        next(tsne(clusters(10)[:n], Settings("tsne")))


def test_a_collapsed_model_is_told() -> None:
    with pytest.raises(InputError, match="All codes are equal: the model has collapsed onto its prior"):
        next(tsne(np.ones((50, 3), np.float32), Settings("tsne")))


@pytest.mark.parametrize("n", [LEAST_POINTS, 6, 20, 91])
def test_few_codes_get_the_perplexity_they_allow(n: int) -> None:
    assert possible_perplexity(30, n) == pytest.approx((n - 1) / 3)
    assert possible_perplexity(30, 92) == 30
    points = formed(clusters(10 * n)[:n])[-1].points
    assert np.isfinite(points).all()
    assert len(np.unique(points, axis=0)) == n


@pytest.mark.parametrize("distinct", [2, 3, 40])
def test_codes_that_are_there_many_times_are_laid_out(distinct: int) -> None:
    codes = np.repeat(clusters(distinct), 120 // distinct, axis=0)
    points = formed(codes)[-1].points
    assert np.isfinite(points).all()
    made = Map(points, codes)
    assert np.isfinite(made.place(codes)).all()
    assert np.isfinite(made.code_at(points)).all()


def test_one_dimension_has_a_tsne_map() -> None:
    assert np.isfinite(formed(clusters(60, 1))[-1].points).all()


@pytest.mark.parametrize("n", [1, 2, 3, 5, 11])
@pytest.mark.parametrize("projection", ["pca", "dimensions", "tsne"])
def test_maps_of_a_few_codes_place_and_decode(n: int, projection: str) -> None:
    codes = clusters(20, 3)[:n]
    made = linear_map(projection, codes) if projection != "tsne" else Map(codes[:, :2].copy(), codes)
    for xy in (made.points, made.points + 0.3, np.array([[1e4, -1e4]])):
        assert made.code_at(xy).shape == (len(xy), 3)
        assert np.isfinite(made.code_at(xy)).all()
    assert np.isfinite(made.place(codes + 1)).all()
    if n == 1:
        np.testing.assert_allclose(made.code_at(made.points), codes, atol=1e-5)


@pytest.mark.parametrize("projection", ["pca", "dimensions", "tsne"])
def test_a_collapsed_models_map_is_one_place(projection: str) -> None:
    codes = np.full((50, 3), 0.25, np.float32)
    made = linear_map(projection, codes) if projection != "tsne" else Map(np.zeros((50, 2), np.float32), codes)
    assert len(np.unique(made.points, axis=0)) == 1
    np.testing.assert_allclose(made.code_at(made.points), codes, atol=1e-6)
    np.testing.assert_allclose(made.place(codes), made.points, atol=1e-6)


def test_a_plane_lifts_and_places_back() -> None:
    plane = pca(clusters(30, 2), Settings("pca"))
    assert plane.is_all
    assert not Linear(np.zeros(3), np.eye(3)[:, :2]).is_all
    np.testing.assert_allclose(plane.place(plane.lift(np.eye(2))), np.eye(2), atol=1e-12)
