"""What each family of models is served with: points that cost nothing, and classes that are told or guessed."""

from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.models import made_images
from tests.tiny_kinds import CLASSES, CODES, SERIES, Tiny, tiny_codes, write_tiny_kind
from vae.errors import InputError
from vae.exchange.unpack import unpack
from vae.experiments.restoration import impute, restore
from vae.experiments.unusual import SCORES, refer, score, scores_of
from vae.explore.explorer import Explorer, check_range, open_explorer, try_out
from vae.families import FAMILIES, in_a_sentence
from vae.files import sha256
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS, image
from vae.library.cards import read_card, write_card
from vae.library.codes import write_codes
from vae.library.shelf import find
from vae.maps import shelf as maps

ITEM, DIMS, N = image((1, 6, 5)), 3, 12
TOLD = np.arange(N) % len(CLASSES)
IMAGES = made_images(N, (1, 6, 5))
OF_IMAGES = {name: each for name, each in SCORES.items() if not each.by_name or name in KINDS["image"].scores}
Z = np.random.default_rng(0).standard_normal((N, DIMS)).astype(np.float32)


def tiny(folder: Path, family: str, item: Item = ITEM) -> tuple[Explorer, Tiny]:
    """Write a tiny model; return it opened, and the sums that say what it answers."""
    _, sums = write_tiny_kind(folder / family, item, family, DIMS)
    return open_explorer(str(folder / family)), sums


@pytest.fixture
def conditional(tmp_path: Path) -> tuple[Explorer, Tiny]:
    return tiny(tmp_path, "conditional")


@pytest.fixture
def points(tmp_path: Path) -> tuple[Explorer, Tiny]:
    return tiny(tmp_path, "autoencoder")


@pytest.mark.parametrize("item", [ITEM, SERIES], ids=lambda item: item.kind)
@pytest.mark.parametrize("family", FAMILIES)
def test_it_is_opened_tried_out_and_taken_in(
    family: str, item: Item, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    explorer, _ = tiny(tmp_path, family, item)
    try_out(explorer)
    check_range(explorer)
    assert unpack(tmp_path / family, "taken").card == replace(explorer.card, name="taken")


# Points


def test_a_code_that_is_a_point_has_no_spread_and_costs_nothing(points: tuple[Explorer, Tiny]) -> None:
    explorer, sums = points
    belief = explorer.encode(IMAGES)
    np.testing.assert_allclose(belief.centre, sums.encode(IMAGES), atol=1e-5)
    assert (belief.spread, belief.nats) == (None, None)
    assert belief.cost.tolist() == [0.0] * N
    assert np.array_equal(belief.at(np.full((N, DIMS), 9.0)), belief.centre)


def test_points_are_restored_and_scored_by_what_does_not_ask_for_a_prior(points: tuple[Explorer, Tiny]) -> None:
    explorer, _ = points
    known = np.ones((N, 6, 5), bool)
    known[:, :2] = False
    (*_, one), (*_, many) = (impute(explorer, IMAGES, known, 4, draws) for draws in (1, 5))
    np.testing.assert_allclose(one.mean, many.mean, atol=1e-6)  # there is nothing to draw: all chains are one
    assert restore("vae", explorer, IMAGES).shape == (N, 6, 5, 1)
    scores = score(explorer, IMAGES, refer(explorer))
    assert set(scores) == set(scores_of(explorer.card)) == {name for name, each in OF_IMAGES.items() if not each.needs}
    assert all(np.isfinite(each).all() for each in scores.values())


def test_maps_of_points_are_made(points: tuple[Explorer, Tiny]) -> None:
    explorer, _ = points
    model = find(str(explorer.folder))
    codes = explorer.codes()
    assert codes is not None
    assert maps.posterior_scale(codes) is None
    for _ in maps.make(model, "tsne"):
        pass
    opened = maps.open_map(model, "tsne", codes)
    assert opened.place(codes.centre).shape == (CODES, 2)


def test_a_model_that_claims_a_bound_must_say_what_codes_cost(points: tuple[Explorer, Tiny], tmp_path: Path) -> None:
    """Two outputs are a mean and a log variance, of which the cost follows; one is a point."""
    explorer, _ = points
    card = read_card(explorer.folder)
    write_card(replace(card, can=["bound", "encode"]), explorer.folder)
    with pytest.raises(InputError, match="the encoder does not say what a code costs; export it again"):
        try_out(open_explorer(str(explorer.folder)))


def test_an_encoder_with_more_outputs_than_are_known_is_told_so(points: tuple[Explorer, Tiny]) -> None:
    explorer, _ = points
    path = explorer.folder / "encoder.onnx"
    proto = onnx.load(path)
    for number in range(3):
        proto.graph.node.append(onnx.helper.make_node("Identity", ["mean"], [f"mean{number}"]))
        proto.graph.output.append(proto.graph.output[0])
        proto.graph.output[-1].name = f"mean{number}"
    onnx.save(proto, path)
    card = read_card(explorer.folder)
    write_card(replace(card, files=card.files | {path.name: sha256(path)}), explorer.folder)
    sentence = "the encoder gives 4 outputs, not mean or mean, log_variance or mean, spread, nats; export it again"
    with pytest.raises(InputError, match=sentence):
        try_out(open_explorer(str(explorer.folder)))


def test_without_an_encoder_codes_are_decoded_and_things_have_no_place(points: tuple[Explorer, Tiny]) -> None:
    explorer, _ = points
    card = read_card(explorer.folder)
    files = {name: checksum for name, checksum in card.files.items() if name == "decoder.onnx"}
    write_card(replace(card, can=[], graphs={"decode": "decoder.onnx"}, files=files), explorer.folder)
    (explorer.folder / "encoder.onnx").unlink()
    bare = open_explorer(str(explorer.folder))
    assert np.array_equal(bare.decode(Z), explorer.decode(Z))
    for ask in (bare.encode, bare.reconstruct):
        with pytest.raises(InputError, match="autoencoder has no encoder, so that a thing has no place"):
            ask(IMAGES)


# Classes


def test_pixels_and_codes_under_a_class_equal_the_sums_done_by_hand(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, sums = conditional
    for told in (0, 3, TOLD):
        decoded = explorer.decode(Z, told)
        assert np.abs(decoded.astype(int) - sums.decode(Z, told)).max() <= 1  # float32 at a half
        got = np.stack(astuple(explorer.encode(IMAGES, told))[:3])
        np.testing.assert_allclose(got, sums.believe(IMAGES, told), atol=1e-5)


def test_one_code_is_another_thing_under_each_class(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, sums = conditional
    things = [explorer.decode(np.zeros((1, DIMS)), told) for told in range(4)]
    for told, thing in enumerate(things):
        assert np.array_equal(thing, sums.decode(np.zeros((1, DIMS)), told))
        assert not any(np.array_equal(thing, other) for other in things[:told])


def test_a_class_for_all_is_the_same_as_that_class_for_each(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, _ = conditional
    assert np.array_equal(explorer.decode(Z, 2), explorer.decode(Z, np.full(N, 2)))
    assert np.array_equal(explorer.decode(Z, TOLD)[4:5], explorer.decode(Z[4:5], TOLD[4:5]))


@pytest.mark.parametrize("ask", ["decode", "expect"])
def test_a_code_is_refused_without_a_class(conditional: tuple[Explorer, Tiny], ask: str) -> None:
    explorer, _ = conditional
    with pytest.raises(InputError, match="conditional is told class: send one beside the code"):
        getattr(explorer, ask)(Z)


@pytest.mark.parametrize("told", [4, -1, np.array([0, 1, 7]), np.array([0, -2, 1])], ids=str)
def test_a_class_that_is_not_there_is_refused(conditional: tuple[Explorer, Tiny], told: int | np.ndarray) -> None:
    explorer, _ = conditional
    for ask, given in (
        (explorer.decode, Z[:3]),
        (explorer.encode, IMAGES[:3]),
        (explorer.reconstruct, IMAGES[:3]),
    ):
        with pytest.raises(InputError, match=r"class is numbered 0 to 3; got -?\d to -?\d"):
            ask(given, told)


def negative_elbo(sums: Tiny, images: np.ndarray, told: int) -> np.ndarray:
    """Return each image's −ELBO under a class, at its centre, in float64: the oracle of a guess."""
    centre, _, nats = sums.believe(images, told)
    x = images.transpose(0, 3, 1, 2).reshape(len(images), -1) / 255
    p = sums.expect(centre, told).clip(1e-7, 1 - 1e-7)
    return -(x * np.log(p) + (1 - x) * np.log1p(-p)).sum(1) + nats.sum(1)


def test_a_thing_is_taken_for_what_it_was_made_as(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, _ = conditional
    made = explorer.decode(0.2 * Z, TOLD)
    assert explorer.guess(explorer.kind.feed(made)).tolist() == TOLD.tolist()


def test_a_guess_is_the_class_of_the_least_cost(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, sums = conditional
    images = np.random.default_rng(1).integers(0, 256, (200, 6, 5, 1), np.uint8)
    costs = np.stack([negative_elbo(sums, images, told) for told in range(4)])
    least = np.sort(costs, axis=0)
    clear = least[1] - least[0] > 0.01  # where float32 decides as float64 does
    guessed = explorer.guess(explorer.kind.feed(images))
    assert clear.sum() > 190
    assert set(guessed) == {0, 1, 2, 3}
    assert np.array_equal(guessed[clear], costs.argmin(0)[clear])


def test_what_is_not_told_is_guessed(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, _ = conditional
    made = explorer.decode(0.2 * Z, TOLD)
    for got, told in zip(astuple(explorer.encode(made)), astuple(explorer.encode(made, TOLD)), strict=True):
        assert np.array_equal(got, told)
    assert np.array_equal(explorer.reconstruct(made), explorer.reconstruct(made, TOLD))
    assert not np.array_equal(explorer.reconstruct(made), explorer.reconstruct(made, (TOLD + 1) % 4))


def test_nothing_is_guessed_of_nothing(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, _ = conditional
    assert explorer.encode(IMAGES[:0]).centre.shape == (0, DIMS)


def test_things_are_restored_and_scored_under_the_class_they_are_taken_for(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, _ = conditional
    made = explorer.decode(0.2 * Z, TOLD)
    restored = restore("vae", explorer, made)
    np.testing.assert_allclose(restored, explorer.reconstruct(made, TOLD) / 255, atol=0.51 / 255)
    scores = score(explorer, made, refer(explorer))
    assert set(scores) == OF_IMAGES.keys()
    error = np.square(made / 255 - explorer.reconstruct(made, TOLD) / 255).mean((1, 2, 3))
    np.testing.assert_allclose(scores["reconstruction-error"], error, atol=1e-4)


def test_test_codes_are_redrawn_each_under_its_label(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, _ = conditional
    codes, rows = explorer.codes(), np.array([4, 0, 29])
    assert codes is not None and codes.labels is not None
    drawn = explorer.redraw(codes, rows)
    assert np.array_equal(drawn, explorer.decode(codes.centre[rows], codes.labels[rows]))


def test_test_codes_without_labels_cannot_be_redrawn_and_say_so(conditional: tuple[Explorer, Tiny]) -> None:
    explorer, _ = conditional
    codes = replace(tiny_codes(DIMS, 4, True), labels=None)
    write_codes(explorer.folder / "codes.npz", codes)
    with pytest.raises(InputError, match="is told class"):
        explorer.redraw(codes, np.array([0]))


def test_who_takes_no_class_is_not_told_one(tmp_path: Path) -> None:
    plain, _ = tiny(tmp_path, "gaussian")
    assert plain.card.told == 0
    assert np.array_equal(plain.decode(Z, 1), plain.decode(Z))


def test_a_title_within_a_sentence_begins_small_unless_it_is_an_abbreviation() -> None:
    said = {FAMILIES[name].title: in_a_sentence(FAMILIES[name].title) for name in FAMILIES}
    assert (said["Ladder VAE"], said["VAE-GAN"], said["VAE"]) == ("ladder VAE", "VAE-GAN", "VAE")
    assert all(title[1:] == words[1:] for title, words in said.items())
