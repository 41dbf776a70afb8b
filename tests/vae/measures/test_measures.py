"""Measures have oracles of their own: closed forms, clouds that are equal, and clouds that have nothing in common."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from tests.models import made_dataset
from tests.tiny_model import write_tiny_model
from vae.datasets.dataset import Dataset, Split
from vae.errors import InputError
from vae.explore.explorer import open_explorer
from vae.measures import draws, measuring, posterior, probing, void
from vae.measures.features import features_of, projected, taught
from vae.measures.figures import FIGURES, OF_FACTORS, Measured, from_card, ordered, rows
from vae.measures.ground import Ground
from vae.measures.known import Known, known_of
from vae.measures.measuring import Stage, measure
from vae.measures.sharpness import sharpness
from vae.measures.words.table import beside

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("dims", [1, 3])
def test_the_frechet_distance_of_normals_with_diagonal_covariances_is_the_closed_form(dims: int) -> None:
    mean, other = RANDOM.standard_normal((2, dims))
    spread, beside = RANDOM.uniform(0.5, 2, (2, dims))
    by_hand = np.square(mean - other).sum() + np.square(spread - beside).sum()
    got = draws.frechet_of_normals(mean, np.diag(spread**2), other, np.diag(beside**2))
    assert got == pytest.approx(by_hand)


def test_the_frechet_distance_turns_with_the_space() -> None:
    a, b = RANDOM.standard_normal((400, 4)) * [1, 2, 3, 4], RANDOM.standard_normal((400, 4)) + 1
    turn, _ = np.linalg.qr(RANDOM.standard_normal((4, 4)))
    assert draws.frechet(a @ turn, b @ turn) == pytest.approx(draws.frechet(a, b))
    assert draws.frechet(a, a) == pytest.approx(0, abs=1e-8)


def test_data_beside_itself_has_all_precision_and_recall_and_far_noise_none() -> None:
    cloud = RANDOM.standard_normal((200, 8))
    assert draws.precision_recall(cloud, cloud) == (1, 1)
    assert draws.precision_recall(cloud, cloud + 1000) == (0, 0)


def test_draws_of_one_mode_alone_are_precise_and_recall_half() -> None:
    one, other = RANDOM.standard_normal((2, 300, 4))
    precision, recall = draws.precision_recall(np.concatenate([one, other + 100]), RANDOM.standard_normal((300, 4)))
    assert precision > 0.8
    assert 0.3 < recall < 0.5


def test_mmd_is_0_for_equal_clouds_and_grows_as_they_part() -> None:
    cloud = RANDOM.standard_normal((300, 5))
    same = posterior.mmd(cloud, RANDOM.standard_normal((300, 5)))
    assert posterior.mmd(cloud, cloud) == pytest.approx(0, abs=1e-12)
    assert same < 0.01 < posterior.mmd(cloud, cloud + 1) < posterior.mmd(cloud, cloud + 4)


def test_the_kl_by_coordinate_is_that_of_fitted_normals() -> None:
    codes = RANDOM.standard_normal((50_000, 3)) * [1, 0.5, 1] + [0, 0, 2]
    by_hand = [0, 0.5 * (0.25 - np.log(0.25) - 1), 2]
    assert posterior.coordinate_kl(codes) == pytest.approx(by_hand, abs=0.05)


def test_sharpness_is_the_variance_of_scipys_laplacian() -> None:
    fed = RANDOM.random((3, 2, 9, 11)).astype(np.float32)
    inner = np.stack([[ndimage.laplace(plane.astype(float))[1:-1, 1:-1] for plane in one] for one in fed])
    assert sharpness(fed) == pytest.approx(inner.reshape(3, -1).var(1))


def test_a_blurred_thing_is_less_sharp_and_a_plain_one_not_at_all() -> None:
    fed = RANDOM.random((4, 1, 1, 64)).astype(np.float32)  # as a series is fed
    assert (sharpness(ndimage.gaussian_filter1d(fed, 2)) < sharpness(fed)).all()
    assert sharpness(np.full((1, 1, 8, 8), 0.7)) == pytest.approx(0, abs=1e-12)


def test_the_walk_ends_between_the_steps_where_half_is_lost() -> None:
    assert void.reach([0.0, 0.25, 0.75]) == pytest.approx(0.75)
    assert void.reach([0.0] * len(void.STEPS)) is None
    assert void.reach([0.9, 1.0]) == 0


def classed(n: int = 120) -> Dataset:
    """Make bright rows and bright columns, which a classifier soon tells apart."""
    parts = []
    for seed in (0, 1):
        random = np.random.default_rng(seed)
        labels = np.arange(n) % 2
        images = random.integers(0, 60, (n, 8, 8, 1))
        for image, label in zip(images, labels, strict=True):
            (image if label else image.swapaxes(0, 1))[random.integers(8)] += 180
        parts.append(Split(images.astype(np.uint8), labels))
    return Dataset("classed", "Rows and columns", ("column", "row"), "CC0-1.0", "this test", *parts)


def test_the_classifier_learns_the_same_from_the_same_and_is_kept_beside_the_data(tmp_path: Path) -> None:
    data = classed()
    made = features_of(data, tmp_path)
    again, read = taught(data), features_of(data, tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]
    for weights in (again.weights, read.weights):
        assert all((a == b).all() for a, b in zip(made.weights, weights, strict=True))
    assert read.told == made.told
    assert "of our own" in made.told
    assert made.accuracy is not None
    assert made.accuracy > 0.8
    next(tmp_path.iterdir()).write_bytes(b"PK\x03\x04 cut off")
    assert features_of(data, tmp_path).told == made.told


def test_how_sure_it_is_is_what_scikit_learn_says() -> None:
    from sklearn.neural_network import MLPClassifier

    data = made_dataset(64)  # four classes
    made = taught(data)
    fed = np.random.default_rng(0).random((5, 1, 8, 8)).astype(np.float32)
    network = MLPClassifier((128, 64), max_iter=1, random_state=0)
    with pytest.warns(match="Maximum iterations"):
        network.fit(data.train.images.reshape(64, -1), data.train.labels)
    network.coefs_, network.intercepts_ = list(made.weights[::2]), list(made.weights[1::2])
    assert made.sure(fed) == pytest.approx(network.predict_proba(fed.reshape(5, -1)).max(1), rel=1e-4)
    assert made.classes(fed).tolist() == network.predict(fed.reshape(5, -1)).tolist()


def test_a_set_without_classes_is_seen_by_random_projections_and_says_so() -> None:
    data = made_dataset(8)
    made = projected(data)
    assert not made.knows_classes
    assert "random projections" in made.told
    with pytest.raises(InputError, match="no classes"):
        made.sure(np.zeros((1, 1, 8, 8), np.float32))


@pytest.fixture(scope="module")
def ground() -> Ground:
    data = classed()
    features = taught(data)
    things = data.test.images
    fed = np.ascontiguousarray(things.transpose(0, 3, 1, 2) / 255, np.float32)
    least = void.least_sure(features, fed)
    return Ground(things, fed, features, features.of(fed), least, "of this test", labels=data.test.labels)


def test_classes_are_found_that_are_not_only_there_once(ground: Ground) -> None:
    assert ground.least is not None
    of_class = ground.features.classes(ground.fed)
    sure = ground.features.sure(ground.fed) >= ground.least
    one, other = (ground.fed[sure & (of_class == number)] for number in (0, 1))
    found = [
        void.classes_found(ground.features, things, ground.least)
        for things in (ground.fed, one, other, np.concatenate([one, other[:1]]), np.concatenate([one, other[:9]]))
    ]
    assert found == [2, 1, 1, 1, 2]


def test_a_model_gets_every_figure_and_the_same_again(tmp_path: Path, ground: Ground) -> None:
    write_tiny_model(tmp_path / "whole", 3, (1, 8, 8), codes=60)
    explorer = open_explorer(str(tmp_path / "whole"))
    *stages, found = measure(explorer, ground, 100, seed=3)
    assert [stage.what for stage in stages if isinstance(stage, Stage)] == list(measuring.STAGES)
    assert isinstance(found, Measured)
    assert {name for name, figure in FIGURES.items() if figure.computed} == {*found.values, *OF_FACTORS}
    assert not set(OF_FACTORS) & set(found.values)  # nothing says what its data was drawn from
    assert all(np.isfinite(value) for value in found.values.values() if value is not None)
    assert {name for name, value in found.values.items() if value is None} == set(found.why) - set(OF_FACTORS)
    *_, again = measure(explorer, ground, 100, seed=3)
    assert again == found
    error = explorer.kind.apart(ground.things, explorer.reconstruct(ground.things))
    assert found.values["error"] == pytest.approx(float(np.sqrt(np.square(error).mean())))


def test_what_a_model_cannot_have_has_a_reason(tmp_path: Path, ground: Ground) -> None:
    from vae.library.cards import GRAPHS, write_card

    card = write_tiny_model(tmp_path / "blind", 3, (1, 8, 8))
    latent = replace(card.latent, prior="none")
    graphs = {"decode": GRAPHS["decode"]}
    write_card(replace(card, can=[], graphs=graphs, latent=latent), tmp_path / "blind")
    explorer = open_explorer(str(tmp_path / "blind"))
    *_, found = measure(explorer, ground, 100)
    assert isinstance(found, Measured)
    whole = from_card(explorer.card).and_(found)
    assert whole.why["error"] == whole.why["kl"] == "it has no encoder"
    assert whole.why["frechet"] == "it has no prior to draw from"
    assert whole.why["probe"] == "it has no encoder"
    assert {name for name, value in whole.values.items() if value is None} == set(whole.why) - set(OF_FACTORS)
    *_, found = measure(explorer, replace(ground, known=lines(ground)), 100)
    assert isinstance(found, Measured)
    assert {found.why[name] for name in OF_FACTORS} == {"it has no encoder"}
    assert not found.factors.names


def test_classes_are_read_off_the_codes_of_things_that_have_one_and_count(tmp_path: Path, ground: Ground) -> None:
    write_tiny_model(tmp_path / "whole", 3, (1, 8, 8))
    explorer = open_explorer(str(tmp_path / "whole"))
    *_, found = measure(explorer, ground, 100)
    assert isinstance(found, Measured) and ground.labels is not None
    codes, flat = explorer.encode(ground.things).centre, ground.fed.reshape(len(ground.fed), -1)
    assert found.values["probe"] == probing.linear(codes, ground.labels)
    assert found.values["probe_things"] == probing.linear(flat, ground.labels)
    assert found.values["probe_components"] == probing.linear(probing.components(flat, 3), ground.labels)
    for labels in (None, np.arange(len(ground.things)), np.zeros(len(ground.things), int)):
        *_, found = measure(explorer, replace(ground, labels=labels), 100)
        assert isinstance(found, Measured)
        assert {found.why[name] for name in measuring.PROBES} == {"too few of its test things have a class"}


def lines(ground: Ground) -> Known:
    """Say what `classed` drew: whether a row is bright, and how bright the left half of the picture is."""
    half = ground.fed[:, 0, :, :4].mean((1, 2))
    return Known(ground.things, np.stack([np.arange(len(half)) % 2, half], 1), ("shape", "x"), "of this test")


def test_what_dimensions_tell_of_known_factors_is_measured_and_codes_that_are_points_have_no_gap(
    tmp_path: Path, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tiny_model(tmp_path / "whole", 3, (1, 8, 8), codes=60)
    explorer, known = open_explorer(str(tmp_path / "whole")), replace(ground, known=lines(ground))
    *_, found = measure(explorer, known, 100)
    assert isinstance(found, Measured)
    assert all(0 <= (found.values[name] or 0) <= 1.5 for name in OF_FACTORS)
    assert found.factors.names == ("shape", "x")
    assert np.shape(found.factors.told) == (2, 3)
    of_x = sorted(found.factors.told[1])
    assert found.values["mig"] == pytest.approx(of_x[-1] - of_x[-2])  # the shape is a class, and has no part in it
    whole = explorer.encode
    monkeypatch.setattr(explorer, "encode", lambda things: replace(whole(things), spread=None))
    *_, points = measure(explorer, known, 100)
    assert isinstance(points, Measured)
    assert points.values["sap"] == found.values["sap"]
    assert points.values["mig"] is None
    assert points.why == {"mig": "its codes are points, without a density"}


def test_things_with_known_factors_come_of_both_parts_and_each_with_its_own() -> None:
    parts = [Split(np.full((n, 1, 1, 1), n, np.uint8), None, np.full((n, 5), n, np.float32)) for n in (30, 20)]
    data = Dataset("shapes", "Shapes", (), "", "", *parts)
    known = known_of(data, "images", most=40)
    assert known is not None
    assert set(known.things[:, 0, 0, 0]) == {20, 30}
    assert (known.factors == known.things[:, :, 0, 0]).all()
    assert known.classes == (True, False, False, False, False)
    assert known.told == "40 training and test images of Shapes"
    assert known_of(replace(data, name="mnist"), "images") is None
    assert known_of(replace(data, test=replace(data.test, factors=None)), "images") is None


def test_a_figure_that_nobody_has_stands_in_a_table_where_it_is_asked_for_and_says_why() -> None:
    models = [Measured(name, {"kl": 1.0}, {"mig": "nothing says why"}) for name in ("a", "b")]
    assert "MIG" not in beside(models)
    assert "– a: nothing says why (MIG" in beside(models, "mig")


def test_models_are_ordered_with_the_best_first_and_those_without_last() -> None:
    models = [Measured(name, {"precision": value}) for name, value in (("a", None), ("b", 0.2), ("c", 0.9))]
    assert [one.name for one in ordered(models, "precision")] == ["c", "b", "a"]
    assert rows(models)[1] == {"model": "b", "precision": 0.2}
    with pytest.raises(InputError, match="precision"):
        ordered(models, "beauty")


@pytest.mark.parametrize("many", [0, 1_000_000])
def test_too_few_and_too_many_draws_are_refused(tmp_path: Path, ground: Ground, many: int) -> None:
    write_tiny_model(tmp_path / "whole", 2, (1, 8, 8))
    with pytest.raises(InputError, match="draws"):
        next(measure(open_explorer(str(tmp_path / "whole")), ground, many))
