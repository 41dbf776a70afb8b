"""What a map keeps, against scikit-learn's own measures."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.manifold import trustworthiness as reference
from sklearn.neighbors import KNeighborsClassifier

from tests.running import ROOT
from tests.tiny_model import random_codes
from vae.maps import quality
from vae.maps.plane import Map
from vae.maps.projections import Settings, identity, pca
from vae.maps.quality import Keeps, decode_errors, measure, trustworthiness, vote_accuracy


def maps() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    codes = random_codes(450, 6).centre
    noise = np.random.default_rng(1).normal(size=(450, 2))
    return {
        "chosen": (codes, codes[:, :2]),
        "by chance": (codes, noise),
        "the same": (codes[:, :2], codes[:, :2]),
        "with twins": (np.concatenate([codes, codes]), np.concatenate([noise, noise + 1e-3])),
    }


def as_map(codes: np.ndarray) -> Map:
    plane = (identity if codes.shape[1] == 2 else pca)(codes, Settings("pca"))
    return Map(plane.place(codes).astype(np.float32), codes, plane)


def blurry(z: np.ndarray) -> np.ndarray:
    """Decode codes to pictures in [0, 1]."""
    return 1 / (1 + np.exp(-z[:, :, None] * np.linspace(-1, 1, 5)))


@pytest.mark.parametrize("name", maps())
@pytest.mark.parametrize("k", [5, 15])
def test_trustworthiness_is_that_of_scikit_learn(name: str, k: int) -> None:
    codes, points = maps()[name]
    tolerance = 2e-3 if name == "with twins" else 1e-9  # twins have one rank here and two there
    assert trustworthiness(codes, points, k) == pytest.approx(reference(codes, points, n_neighbors=k), abs=tolerance)


def test_of_many_codes_a_share_is_ranked_among_all(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, points = maps()["chosen"]
    whole = trustworthiness(codes, points)
    monkeypatch.setattr(quality, "MOST_RANKED", 300)
    share = trustworthiness(codes, points)
    assert share != whole
    assert share == pytest.approx(whole, abs=0.01)
    assert "at 15 neighbours of 300;" in measure(Map(points, codes), None, blurry).conditions


@pytest.mark.parametrize("dims", [2, 6])
def test_votes_are_those_of_scikit_learn_without_oneself(dims: int) -> None:
    codes = random_codes(120, dims, seed=4)
    x = codes.centre * 0.4 + np.random.default_rng(0).normal(size=codes.centre.shape)
    assert codes.labels is not None
    rest = [np.delete(np.arange(120), i) for i in range(120)]
    votes = [
        KNeighborsClassifier(10).fit(x[others], codes.labels[others]).predict(x[i : i + 1])[0]
        for i, others in enumerate(rest)
    ]
    accuracy = vote_accuracy(x, codes.labels)
    assert accuracy == pytest.approx((np.array(votes) == codes.labels).mean())
    assert 0.2 < accuracy < 0.95


def test_nothing_is_lost_on_the_map_of_a_space_of_two_dimensions() -> None:
    codes = random_codes(300, 2)
    kept = measure(as_map(codes.centre), codes.labels, blurry)
    assert kept.trustworthiness == 1
    assert kept.map_accuracy == kept.latent_accuracy
    assert kept.own_error == pytest.approx(0, abs=1e-4)
    assert kept.neighbour_error is not None
    assert kept.random_error is not None
    assert 0 < kept.neighbour_error < kept.random_error


def test_errors_are_in_grey_levels_and_in_their_order() -> None:
    """On the plane of codes that fill four dimensions the middle of the neighbours is better than any one of them."""
    codes = np.random.default_rng(0).normal(size=(400, 4)).astype(np.float32)
    own, neighbour, by_chance = decode_errors(as_map(codes), blurry)
    assert own is not None and neighbour is not None and by_chance is not None
    assert own < 0.9 * neighbour < by_chance
    assert decode_errors(as_map(codes), lambda z: np.zeros((len(z), 2))) == (0, 0, 0)


def test_a_random_picture_is_never_ones_own() -> None:
    """Two codes, a black picture and a white one: every other is 255 grey levels away."""
    codes = np.array([[0, 0], [1, 1]], np.float32)
    assert decode_errors(as_map(codes), lambda z: np.rint(z)) == (0, 255, 255)


@pytest.mark.parametrize("n", [1, 2, 5, 31, 32])
def test_few_codes_are_measured_as_far_as_that_goes(n: int) -> None:
    codes = random_codes(n, 3)
    kept = measure(as_map(codes.centre), codes.labels, blurry)
    assert (kept.trustworthiness is None) == (n < 32)
    assert (kept.map_accuracy is None) == (kept.own_error is None) == (n < 2)
    assert f"{n} test codes" in kept.conditions


def test_one_class_and_no_labels_and_a_collapsed_model_are_measured() -> None:
    codes = random_codes(60, 3).centre
    assert measure(as_map(codes), np.zeros(60, np.int64), blurry).map_accuracy == 1
    unlabelled = measure(as_map(codes), None, blurry)
    assert (unlabelled.map_accuracy, unlabelled.latent_accuracy) == (None, None)
    collapsed = measure(as_map(np.ones((60, 3), np.float32)), np.arange(60) % 3, blurry)
    assert isinstance(collapsed, Keeps)
    assert (collapsed.own_error, collapsed.random_error) == (pytest.approx(0, abs=1e-3), 0)


def test_measuring_loads_neither_torch_nor_scikit_learn() -> None:
    code = "import sys, vae.maps; assert not {'torch', 'sklearn', 'openTSNE', 'pandas'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
