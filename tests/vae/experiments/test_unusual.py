"""Scores of how unusual images are, beside torch, scikit-learn and SciPy."""

import math
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.numpy import save
from scipy.spatial.distance import mahalanobis
from scipy.special import entr, rel_entr
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score, roc_curve

from tests.tiny_kinds import ENCODING, IMAGE, PAIR, SERIES, write_tiny_kind
from tests.tiny_model import write_tiny_model
from vae.data import load
from vae.errors import InputError
from vae.experiments.roc import Curve, auroc, roc
from vae.experiments.unusual import (
    LEAST_SPREAD,
    PASS,
    Reference,
    _noise,
    best_of,
    judge,
    look,
    nats,
    refer,
    score,
    scores_of,
)
from vae.explore.explorer import Explorer, open_explorer
from vae.library.cards import write_card
from vae.library.shelf import find
from vae.models.model import MIN_LOG_SCALE
from vae.training.graphs import load_model
from vae.training.metrics import measure

DIGITS = "mnist-16d"
SCORES = scores_of(find(DIGITS).card)

# Whole numbers make ties, and halves keep them apart from rounding.
values = arrays(np.float64, st.integers(1, 30), elements=st.integers(-6, 6).map(lambda k: k / 2))


def labelled(normal: np.ndarray, unusual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.r_[np.zeros(len(normal)), np.ones(len(unusual))], np.concatenate([normal, unusual])


@cache
def digits() -> tuple[Explorer, np.ndarray]:
    """The bundled model of digits, and more test images than are looked at in one pass."""
    images = np.ascontiguousarray(load("mnist-5k").test.images[::2])
    assert images.size > PASS
    return open_explorer(DIGITS), images


@cache
def digits_seen() -> tuple[Reference, dict[str, np.ndarray]]:
    model, images = digits()
    reference = refer(model, images)
    return reference, score(model, images, reference)


def write_weights(folder: Path, weights: dict[str, np.ndarray] | bytes) -> Explorer:
    """Write a tiny model with a Gaussian likelihood and a file of weights that its graphs do not need."""
    card = write_tiny_model(folder, 2, (1, 6, 6), codes=30)
    write_card(replace(card, likelihood="gaussian"), folder)
    raw = weights if isinstance(weights, bytes) else save(weights)
    (folder / "weights.safetensors").write_bytes(raw)
    return Explorer(find(str(folder)))


# --- what −ELBO is made of


def test_floor_error_and_kl_are_what_negative_elbo_is_made_of():
    model, images = digits()
    reference, scores = digits_seen()
    again, parts = judge(model, images, reference)
    assert again.keys() == scores.keys() and parts.keys() == {"floor", "kl"}
    greys = model.kind.feed(images).astype(np.float64)
    np.testing.assert_allclose(parts["floor"], (entr(greys) + entr(1 - greys)).sum(axis=(1, 2, 3)), atol=1e-3)
    # The error by itself: the divergence of the levels that are expected from those that are there.
    few, belief = greys[:40], model.encode(images[:40])
    errors = []
    for epsilon in _noise(16, 0):
        expected = model.expect(belief.at(epsilon)).astype(np.float64).clip(1e-7, 1 - 1e-7)
        errors.append((rel_entr(few, expected) + rel_entr(1 - few, 1 - expected)).sum(axis=(1, 2, 3)))
    sums = np.mean(errors, axis=0) + parts["floor"][:40] + parts["kl"][:40]
    np.testing.assert_allclose(sums, scores["negative-elbo"][:40], atol=1e-3)
    assert 40 < parts["floor"].mean() < 52


def test_a_density_is_not_split(tmp_path):
    model = write_weights(tmp_path / "dense", {"log_scale": np.array(-1, np.float32)})
    images = np.zeros((3, 6, 6, 1), np.uint8)
    scores, parts = judge(model, images, refer(model, images))
    assert "negative-elbo" in scores and not parts


def test_the_unexplained_share_is_no_longer_called_a_likelihood_ratio_and_keeps_its_name_in_addresses():
    said = scores_of(find(DIGITS).card)["background-ratio"]
    assert said.title == "Unexplained share"
    assert not any("ikelihood ratio" in text for text in (said.sentence, said.source, said.unit))


@pytest.mark.parametrize(("name", "typical"), [("mnist-16d", "√16 = 4 is"), ("shapes-8d", "√8 = 2.8 is")])
def test_the_latent_distance_says_what_is_typical_in_so_many_dimensions(name, typical):
    assert typical in scores_of(find(name).card)["latent-distance"].unit


# --- AUROC and ROC


@given(values, values)
def test_auroc_is_scikit_learns_ties_included(normal, unusual):
    assert auroc(normal, unusual) == pytest.approx(roc_auc_score(*labelled(normal, unusual)), abs=1e-12)


@given(values, values)
def test_auroc_is_mann_and_whitneys_u(normal, unusual):
    u = mannwhitneyu(unusual, normal).statistic
    assert auroc(normal, unusual) == pytest.approx(u / (len(normal) * len(unusual)), abs=1e-12)


@given(values, values)
def test_the_curve_is_scikit_learns(normal, unusual):
    curve = roc(normal, unusual)
    theirs = roc_curve(*labelled(normal, unusual), drop_intermediate=False)
    for ours, other in zip((curve.false_alarms, curve.hits, curve.thresholds), theirs, strict=True):
        np.testing.assert_allclose(ours, other, atol=1e-12)


@given(values, values)
def test_the_area_under_the_curve_is_auroc(normal, unusual):
    curve = roc(normal, unusual)
    assert np.trapezoid(curve.hits, curve.false_alarms) == pytest.approx(auroc(normal, unusual), abs=1e-12)


@given(values, values)
def test_sides_exchanged_turn_auroc_over(normal, unusual):
    assert auroc(normal, unusual) + auroc(unusual, normal) == pytest.approx(1)


@given(values, values)
def test_only_the_order_of_scores_counts(normal, unusual):
    assert auroc(np.exp(normal), np.exp(unusual)) == auroc(normal, unusual)


def test_scores_that_are_told_apart_by_any_threshold_between_have_auroc_1():
    assert auroc(np.arange(3), np.arange(3, 9)) == 1
    assert auroc(np.full(3, np.inf), np.full(2, np.inf)) == 0.5
    assert isinstance(roc(np.arange(3), np.arange(2)), Curve)


@pytest.mark.parametrize("of", [auroc, roc])
@pytest.mark.parametrize(
    ("normal", "unusual", "sentence"),
    [([], [1.0], "no normal images"), ([1.0], [], "no unusual images"), ([1.0, math.nan], [1.0], "no number")],
)
def test_one_kind_alone_and_nan_are_told_in_a_sentence(of, normal, unusual, sentence):
    with pytest.raises(InputError, match=sentence):
        of(np.array(normal), np.array(unusual))


# --- what every score is


@pytest.mark.parametrize("name", SCORES)
def test_each_score_says_what_it_is_and_is_a_finite_number_an_image(name):
    said, (_, scores) = SCORES[name], digits_seen()
    assert all((said.title, said.unit, said.sentence.endswith("."), said.source))
    assert scores[name].shape == (len(digits()[1]),)
    assert scores[name].dtype == np.float32
    assert np.isfinite(scores[name]).all()


@pytest.mark.parametrize("name", SCORES)
def test_a_score_depends_on_the_image_and_not_on_its_neighbours(name):
    model, images = digits()
    reference, scores = digits_seen()
    order = np.random.default_rng(0).permutation(len(images))[:97]
    np.testing.assert_allclose(score(model, images[order], reference)[name], scores[name][order], rtol=2e-4)


def test_the_same_seed_gives_the_same_scores_and_another_nearly_the_same():
    model, images = digits()
    reference, scores = digits_seen()
    again, other = score(model, images, reference), score(model, images, reference, seed=1)
    for name in SCORES:
        np.testing.assert_array_equal(again[name], scores[name])
    assert (other["negative-elbo"] != scores["negative-elbo"]).any()
    np.testing.assert_allclose(other["negative-elbo"], scores["negative-elbo"], rtol=0.15)


def test_no_images_have_no_scores():
    model, images = digits()
    scores = score(model, images[:0], digits_seen()[0])
    assert {name: len(found) for name, found in scores.items()} == dict.fromkeys(SCORES, 0)


@pytest.mark.parametrize("name", ["reconstruction-error", "relative-error", "background-ratio"])
def test_noise_is_more_unusual_than_digits(name):
    model, _ = digits()
    reference, scores = digits_seen()
    noise = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 1), np.uint8)
    assert auroc(scores[name], score(model, noise, reference)[name]) > 0.9


@pytest.mark.parametrize("level", [0, 127, 255])
@pytest.mark.parametrize("name", SCORES)
def test_an_image_of_one_grey_level_has_a_score(name, level):
    model, _ = digits()
    plain = np.full((2, 28, 28, 1), level, np.uint8)
    assert np.isfinite(score(model, plain, digits_seen()[0])[name]).all()


# --- each score, by another way


def test_a_bernoullis_negative_elbo_is_near_that_of_many_draws():
    _, images = digits()
    _, scores = digits_seen()
    found = find(DIGITS)
    measured = measure(load_model(found.card, found.folder), images[:120], samples=64)
    difference = scores["negative-elbo"][:120] - measured.negative_elbo  # of some 94 nats
    assert abs(difference.mean()) < 1
    assert difference.std() < 2


def test_without_noise_both_terms_are_those_of_torch():
    model, images = digits()
    found = find(DIGITS)
    torchs = load_model(found.card, found.folder)
    seen = look(model, images, np.zeros((1, 16), np.float32), None)
    x = torch.tensor(images.transpose(0, 3, 1, 2) / 255, dtype=torch.float32)
    with torch.no_grad():
        posterior = torchs.encode(x)
        cost = -torchs.decode(posterior.mean).log_prob(x)
    np.testing.assert_allclose(seen.cost, cost, rtol=1e-3)
    np.testing.assert_allclose(seen.kl, posterior.nats().sum(1), rtol=1e-3)


def test_a_gaussians_spread_is_the_one_that_was_learnt(tmp_path):
    model = write_weights(tmp_path / "learnt", {"log_scale": np.array(-1.25, np.float32)})
    assert refer(model).spread == pytest.approx(math.exp(-1.25))


def test_a_spread_is_no_smaller_than_training_leaves_it(tmp_path):
    model = write_weights(tmp_path / "sharp", {"log_scale": np.array(-9.0, np.float32)})
    assert refer(model).spread == LEAST_SPREAD == math.exp(MIN_LOG_SCALE)


def test_a_gaussian_that_keeps_no_spread_is_given_that_of_its_errors(tmp_path):
    model = write_weights(tmp_path / "foreign", {"weight": np.zeros(3, np.float32)})
    images = np.random.default_rng(0).integers(0, 256, (50, 6, 6, 1), np.uint8)
    missed = (images.astype(float) - model.reconstruct(images)) / 255
    assert refer(model, images).spread == pytest.approx(np.sqrt(np.square(missed).mean()), rel=1e-5)


def test_a_damaged_file_of_weights_is_told_in_a_sentence(tmp_path):
    model = write_weights(tmp_path / "damaged", b"no tensors")
    with pytest.raises(InputError, match=r"weights\.safetensors is damaged"):
        refer(model)


@pytest.mark.parametrize("spread", [None, 0.3])
def test_a_pixels_cost_is_that_of_torchs_distributions(spread):
    random = np.random.default_rng(0)
    x, expected = random.random((4, 3, 5, 6)), random.random((4, 3, 5, 6))
    if spread is None:
        theirs = torch.nn.functional.binary_cross_entropy(torch.tensor(expected), torch.tensor(x), reduction="none")
    else:
        theirs = -torch.distributions.Normal(torch.tensor(expected), spread).log_prob(torch.tensor(x))
    np.testing.assert_allclose(nats(x, expected, spread), theirs.sum((1, 2, 3)).numpy(), rtol=1e-9)


@settings(max_examples=30)
@given(arrays(np.float64, (1, 1, 3, 4), elements=st.floats(0, 1)), st.integers(0, 99))
def test_no_expectation_costs_less_than_the_image_itself(x, seed):
    expected = np.random.default_rng(seed).random(x.shape)
    for spread in (None, 0.2):
        assert nats(x, x, spread) <= nats(x, expected, spread) + 1e-5


def test_errors_are_those_of_float_reconstructions():
    model, images = digits()
    _, scores = digits_seen()
    x = images.transpose(0, 3, 1, 2) / 255.0
    squared = np.square(x - model.expect(model.encode(images).centre)).reshape(len(x), -1)
    np.testing.assert_allclose(scores["reconstruction-error"], squared.mean(1), rtol=1e-4)
    np.testing.assert_allclose(scores["relative-error"], squared.sum(1) / (x.reshape(len(x), -1).sum(1) + 1), rtol=1e-4)


def test_the_latent_distance_is_scipys_and_a_collapsed_dimension_counts_for_little():
    model, images = digits()
    reference, scores = digits_seen()
    centre = model.encode(images[:20]).centre
    theirs = [mahalanobis(row, reference.mean, reference.precision) for row in centre]
    np.testing.assert_allclose(scores["latent-distance"][:20], theirs, rtol=1e-4)
    fashion = open_explorer("fashion-16d")
    dead = np.flatnonzero(fashion.card.dead)
    assert len(dead) > 0
    np.testing.assert_allclose(np.diag(refer(fashion).precision)[dead], 1, rtol=0.05)


def test_the_background_ratio_is_zero_for_what_is_redrawn_exactly_and_about_one_for_what_is_not_seen_at_all(tmp_path):
    card = write_tiny_model(tmp_path / "blind", 1, (1, 8, 8), codes=30)
    write_card(replace(card, likelihood="gaussian"), tmp_path / "blind")
    model = Explorer(find(str(tmp_path / "blind")))
    images = model.decode(np.zeros((1, 1), np.float32))  # plain grey: the model's mean and the background agree
    reference = replace(refer(model, images), spread=1.0)
    assert score(model, images, reference)["background-ratio"] < 2
    _, scores = digits_seen()
    assert 0 < scores["background-ratio"].min() < scores["background-ratio"].mean() < 0.5


# --- what is normal


def test_without_images_the_reference_is_read_off_reconstructions():
    model, images = digits()
    alone, with_images = refer(model), refer(model, images)
    assert (alone.source, with_images.source) == ("reconstructions", "images")
    np.testing.assert_array_equal(alone.mean, with_images.mean)
    assert alone.ground == pytest.approx(with_images.ground, abs=0.02)


def test_only_the_codes_that_are_kept_count():
    model, images = digits()
    codes = model.codes()
    fours = codes.labels == 4
    without = refer(model, images, ~fours)
    np.testing.assert_allclose(without.mean, codes.centre[~fours].mean(0), atol=1e-4)
    with pytest.raises(InputError, match="at least two"):
        refer(model, images, np.zeros(len(fours), bool))


def test_a_model_without_codes_encodes_the_images_and_without_either_says_so(tmp_path):
    write_tiny_model(tmp_path / "bare", 2, (3, 5, 4))
    model = Explorer(find(str(tmp_path / "bare")))
    images = np.random.default_rng(0).integers(0, 256, (9, 5, 4, 3), np.uint8)
    reference = refer(model, images)
    np.testing.assert_allclose(reference.mean, model.encode(images).centre.mean(0), rtol=1e-5)
    assert reference.ground.shape == (3,)
    assert all(np.isfinite(found).all() for found in score(model, images, reference).values())
    with pytest.raises(InputError, match="nothing says what is"):
        refer(model)


def test_the_ground_is_the_commonest_level_also_of_dark_on_light():
    model, images = digits()
    assert refer(model, 255 - images).ground == pytest.approx(1)


def test_the_score_to_begin_with_is_one_of_them():
    assert best_of(find(DIGITS).card) == "relative-error"
    assert "relative-error" in SCORES


# --- of any kind and family


@pytest.fixture(params=[(kind, family) for kind in ("image", "series", "pair") for family in ENCODING], ids="-".join)
def tiny(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Explorer, np.ndarray]:
    """A small model of each kind and family, and things that are none of its own."""
    kind, family = request.param
    item = {"image": IMAGE, "series": SERIES, "pair": PAIR}[kind]
    write_tiny_kind(tmp_path / "tiny", item, family)
    model, random = Explorer(find(str(tmp_path / "tiny"))), np.random.default_rng(0)
    return model, model.kind.keep(random.random((20, *item.shape)).astype(np.float32))


def test_each_model_has_the_scores_that_it_can_give_and_that_make_sense_of_its_things(tiny):
    model, things = tiny
    offered, can, kind = scores_of(model.card), model.card.can, model.card.item.kind
    assert ("negative-elbo" in offered) == ("background-ratio" in offered) == ("bound" in can)
    assert ("relative-error" in offered) == (kind == "image")
    assert ("mean-distance" in offered) == (kind == "series")
    scores = score(model, things, refer(model, things))
    assert list(scores) == list(offered)
    for found in scores.values():
        assert found.shape == (20,) and found.dtype == np.float32 and np.isfinite(found).all()
    assert best_of(model.card) in offered


def test_scores_are_told_of_in_words_of_what_is_scored(tiny):
    model, _ = tiny
    for said in scores_of(model.card).values():
        words = " ".join((said.title, said.unit, said.sentence, said.source))
        assert "{" not in words and said.sentence.endswith(".")
        if model.card.item.kind == "series":
            assert not {"image", "images", "pixel", "pixels", "ink", "picture"} & set(re.findall(r"\w+", words.lower()))


def test_the_distance_to_the_mean_takes_no_model_and_the_error_none_but_the_model(tmp_path):
    write_tiny_kind(tmp_path / "tiny", PAIR)
    model, random = Explorer(find(str(tmp_path / "tiny"))), np.random.default_rng(0)
    normal, things = random.standard_normal((2, 40, 30, 2)).astype(np.float32)
    scores = score(model, things, refer(model, normal))
    away = np.square(things - normal.mean(0, dtype=np.float64)).mean(axis=(1, 2))
    np.testing.assert_allclose(scores["mean-distance"], away, rtol=1e-4)
    missed = np.square(things.astype(float) - model.reconstruct(things)).mean(axis=(1, 2))
    np.testing.assert_allclose(scores["reconstruction-error"], missed, rtol=1e-4)


@pytest.mark.parametrize("name", ["reconstruction-error", "background-ratio", "negative-elbo"])
def test_white_noise_as_large_as_heartbeats_is_more_unusual_than_they_are(name):
    model, beats = open_explorer("beats-8d"), np.asarray(load("beats").test.images[:200])
    noise = np.random.default_rng(0).standard_normal(beats.shape).astype(np.float32) * beats.std()
    reference = refer(model, beats)
    assert auroc(score(model, beats, reference)[name], score(model, noise, reference)[name]) > 0.95
