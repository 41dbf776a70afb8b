"""A card is read with suspicion, whichever version wrote it, and written whole."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.families import Ability
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS
from vae.library.cards import DEAD_KL, FORMAT, Axis, Card, DataInfo, Given, Latent, read_card, write_card


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    write_tiny_model(tmp_path / "models" / "tiny", dims=2, image_shape=(1, 4, 4))
    return tmp_path / "models" / "tiny"


def test_a_card_comes_back_as_it_was_written(tiny: Path) -> None:
    card = replace(read_card(tiny), name="other", metrics={"negative_elbo": 1.5, "knn_accuracy": None})
    write_card(card, tiny)
    assert read_card(tiny) == card


def test_a_card_cut_short_anywhere_is_damaged(tiny: Path) -> None:
    whole = (tiny / "card.json").read_bytes()
    for left in range(0, len(whole) - 2, 7):
        (tiny / "card.json").write_bytes(whole[:left])
        with pytest.raises(InputError, match=r"card\.json is damaged .* train the model again"):
            read_card(tiny)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, 600))
def test_bytes_in_the_middle_of_a_card_never_raise_anything_else(tiny: Path, noise: bytes, place: int) -> None:
    folder = tiny.parent.parent / "scratch"
    folder.mkdir(exist_ok=True)
    whole = (tiny / "card.json").read_bytes()
    (folder / "card.json").write_bytes(whole[:place] + noise + whole[place + len(noise) :])
    try:
        assert isinstance(read_card(folder), Card)
    except InputError as error:
        assert "card.json" in str(error)


@pytest.mark.parametrize(
    "text",
    [b"[]", b"null", b"{}", b'{"name": "\xff"}', b'{"a":' * 100_000, b" " * (1 << 20) + b"{}"],
    ids=["a list", "null", "nothing in it", "not UTF-8", "nested too deeply", "too large"],
)
def test_what_is_no_card_is_damaged(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "card.json").write_bytes(text)
    with pytest.raises(InputError, match="is damaged"):
        read_card(tmp_path)


FIRST: dict[str, Any] = {
    "name": "tiny",
    "family": "gaussian",
    "network": "dense",
    "likelihood": "bernoulli",
    "beta": 2.0,
    "image_shape": [3, 4, 5],
    "data": {"name": "made-up", "title": "Made up", "licence": "CC0-1.0", "source": "this test", "classes": ["a", "b"]},
    "latent": {"dims": 2, "kl": [2.0, 0.001], "range": [[-3.0, 3.0], [-1.0, 0.5]], "kind": "normal"},
    "training": {"command": "python -m vae train --dataset made-up", "width": 8},
    "versions": {"torch": "2.7.0"},
    "metrics": {"negative_elbo": 148.5, "conditions": "10 test images"},
    "files": {"decoder.onnx": "0" * 64},
    "seed": 3,
    "created": "2026-01-02T03:04:05+00:00",
    "format": 1,
}
"""A card as versions wrote it that knew one family and one kind of data."""


def write(folder: Path, card: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "card.json").write_bytes(msgspec.json.encode(card))
    return folder


def changed(card: dict[str, Any], path: list[Any], value: object) -> dict[str, Any]:
    """Return a card with another value at the end of a path of keys and places."""
    card = copy.deepcopy(card)
    at: Any = card
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return card


def test_a_card_of_the_first_format_says_in_the_present_one_what_it_said(tmp_path: Path) -> None:
    card = read_card(write(tmp_path, FIRST))
    assert card.format == 2
    assert card.latent.axes == [Axis((-3.0, 3.0), 2.0, "real", ""), Axis((-1.0, 0.5), 0.001, "real", "")]
    assert (card.latent.dims, card.latent.prior, card.latent.given, card.told) == (2, "normal", [], 0)
    assert (card.dead, card.order) == ([False, True], [0, 1])
    assert set(card.can) == {"encode", "draw", "spread", "bound", "density"}
    assert card.graphs == {"encode": "encoder.onnx", "decode": "decoder.onnx"}
    assert card.item == Item("image", (4, 5, 3))
    assert card.image_shape == (3, 4, 5)
    assert card.kind is KINDS["image"]
    assert card.scale is None
    same = ("name", "family", "network", "likelihood", "beta", "training", "versions", "metrics", "files", "seed")
    assert {name: getattr(card, name) for name in (*same, "created")} == {
        name: FIRST[name] for name in (*same, "created")
    }
    assert card.data == DataInfo("made-up", "Made up", "CC0-1.0", "this test", ["a", "b"])


@pytest.mark.parametrize("left_out", ["format", "seed", "created"])
def test_what_the_first_format_may_leave_out_is_at_its_default(tmp_path: Path, left_out: str) -> None:
    card = read_card(write(tmp_path, {name: value for name, value in FIRST.items() if name != left_out}))
    assert card.format == 2
    assert (card.seed, card.created) == (
        0 if left_out == "seed" else FIRST["seed"], "" if left_out == "created" else FIRST["created"],
    )  # fmt: skip


def test_a_card_of_the_first_format_is_written_in_the_present_one(tmp_path: Path) -> None:
    card = read_card(write(tmp_path, FIRST))
    write_card(card, tmp_path)
    assert msgspec.json.decode((tmp_path / "card.json").read_bytes())["format"] == 2
    assert read_card(tmp_path) == card


def full(tiny: Path) -> Card:
    """Return a card with all that the present format can say."""
    return replace(
        read_card(tiny),
        family="conditional",
        can=["bound", "condition", "density", "draw", "encode", "spread"],
        likelihood="gaussian",
        latent=Latent([CHOICE, CHOICE, Axis((0.0, 0.0), 0.5)], "normal", [CLASSES]),
        scale=0.25,
        plan={"encoder": [{"kind": "Linear", "outputs": 4}], "decoder": []},
        item=Item("image", (4, 4, 1), {"title": "a thing"}),
    )


CLASSES = Given("class", ["a", "b", "c"])
CHOICE = Axis((0.0, 1.0), None, "choice", "choice 1")


def test_a_card_with_all_that_can_be_said_comes_back(tiny: Path) -> None:
    card = full(tiny)
    write_card(card, tiny)
    assert read_card(tiny) == card
    assert card.told == 3


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["format"], FORMAT + 1, f"has format {FORMAT + 1}, newer than the {FORMAT} this version reads; update"),
        (["name"], "../up", "A model's name is"),
        (["latent", "dims"], 0, "one entry for each of the 0 dimensions"),
        (["latent"], {"dims": 0, "kl": [], "range": []}, "latent dims 0 is not in 1 to 512"),
        (["latent", "dims"], 10_000, "one entry for each of the 10000 dimensions"),
        (
            ["latent"],
            {"dims": 513, "kl": [1.0] * 513, "range": [[0.0, 1.0]] * 513},
            "latent dims 513 is not in 1 to 512",
        ),
        (["latent", "dims"], 3, "one entry for each of the 3 dimensions"),
        (["latent", "kl"], [1.0], "one entry for each of the 2 dimensions"),
        (["latent", "kl"], [1.0, None], "is damaged"),
        (["latent", "range"], [[0.0, 1.0], [2.0, 1.0]], "from a lower to a higher"),
        (["latent", "kind"], "hyperbolic", "is damaged"),
        (["image_shape"], [2, 4, 4], r"is damaged: An image is \[height, width, 1 or 3\] .*; got \[4, 4, 2\]"),
        (["image_shape"], [1, 0, 4], r"is damaged: An image is .*; got \[0, 4, 1\]"),
        (["image_shape"], [1, 4, 100_000], r"is damaged: An image is .*; got \[4, 100000, 1\]"),
        (["image_shape"], [4, 4], "is damaged"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_card_of_the_first_format_that_cannot_be_true_is_refused(
    tmp_path: Path, path: list[str], value: object, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        read_card(write(tmp_path, changed(FIRST, path, value)))


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["format"], FORMAT + 1, f"has format {FORMAT + 1}, newer than the {FORMAT} this version reads; update"),
        (["name"], "../up", "A model's name is"),
        (["latent", "axes"], [], "latent dims 0 is not in 1 to 512"),
        (["latent", "axes"], [{"range": [0.0, 1.0]}] * 513, "latent dims 513 is not in 1 to 512"),
        (["latent", "axes", 0], {"nats": 1.0}, "is damaged"),
        (["latent", "axes", 0, "nats"], "much", "is damaged"),
        (["latent", "axes", 0, "range"], [2.0, 1.0], "from a lower to a higher"),
        (["latent", "axes", 0, "range"], [0.0, 1.0, 2.0], "is damaged"),
        (["latent", "axes", 0, "kind"], "hyperbolic", "is damaged"),
        (["latent", "prior"], "flow", "is damaged"),
        (["latent", "prior"], "none", "must say how codes are drawn where it says they can be, and only then"),
        (["latent", "prior"], "graph", "must say how codes are drawn where it says they can be, and only then"),
        (["item", "kind"], "smell", "of a kind of data that this version does not know, 'smell'; it knows image"),
        (["item", "shape"], [4, 4, 2], r"is damaged: An image is \[height, width, 1 or 3\] .*; got \[4, 4, 2\]"),
        (["item", "shape"], [0, 4, 1], r"is damaged: An image is .*; got \[0, 4, 1\]"),
        (["item", "shape"], [4, 100_000, 1], r"is damaged: An image is .*; got \[4, 100000, 1\]"),
        (["item", "shape"], [4, 4], r"is damaged: An image is .*; got \[4, 4\]"),
        (["item"], [4, 4, 1], "is damaged"),
        (["can"], ["encode", "fly"], "is damaged"),
        (["can"], ["draw"], "must name the graph that decodes, and one that encodes where it says it can"),
        (["graphs"], {"decode": "decoder.onnx"}, "and one that encodes where it says it can"),
        (["graphs"], {"encode": "encoder.onnx"}, "must name the graph that decodes"),
        (["graphs"], {}, "must name the graph that decodes"),
        (
            ["likelihood"],
            "categorical",
            "with the likelihood 'categorical' it must name the graphs that say what things cost",
        ),
        (["graphs", "decode"], "../decoder.onnx", "names other graphs than encoder.onnx, decoder.onnx"),
        (["graphs", "paint"], "paint.onnx", "names other graphs than encoder.onnx, decoder.onnx, draw.onnx"),
        (["graphs", "draw"], "draw.onnx", "it must say how codes are drawn where it says they can be, and only then"),
        (["latent", "dice"], 3, "it must say how codes are drawn where it says they can be, and only then"),
        (["latent", "prior"], "graph", "it must say how codes are drawn where it says they can be, and only then"),
        (
            ["can"],
            ["condition", "draw", "encode"],
            "must say what a conditional model is told, one thing, and only then",
        ),
        (
            ["latent", "given"],
            [{"name": "class", "choices": ["a"]}],
            "what a conditional model is told, one thing, and",
        ),
        (["scale"], 0.0, "the likelihood's scale must be a number above 0"),
        (["scale"], -1.0, "the likelihood's scale must be a number above 0"),
        (["files"], {"encoder.onnx": 5}, "is damaged"),
        (["metrics", "negative_elbo"], "148", "metric 'negative_elbo' must be a finite number or null; got '148'"),
        (["metrics", "kl"], True, "metric 'kl' must be a finite number or null; got True"),
        (["metrics", "anything"], [1.0], "metric 'anything' must be a finite number"),
        (["metrics", "kl_standard_error"], {}, "metric 'kl_standard_error' must be a finite number"),
        (["metrics", "conditions"], 5, "conditions must be a sentence; got 5"),
        (["training", "dataset"], 5, "the training's dataset must be text; got 5"),
        (["training", "command"], ["rm"], "the training's command must be text"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_card_that_cannot_be_true_is_refused(tiny: Path, path: list[Any], value: object, sentence: str) -> None:
    card = msgspec.json.decode((tiny / "card.json").read_bytes())
    with pytest.raises(InputError, match=sentence):
        read_card(write(tiny, changed(card, path, value)))


@pytest.mark.parametrize(
    "axes",
    [
        [CHOICE, Axis((0.0, 1.0))],  # of one way
        [CHOICE, Axis((0.0, 1.0)), CHOICE],  # with another between
        [CHOICE, CHOICE, replace(CHOICE, group="choice 2"), replace(CHOICE, group="choice 2"), CHOICE, CHOICE],
        [replace(CHOICE, group=""), replace(CHOICE, group="")],
    ],
)
def test_the_ways_of_a_choice_stand_together(tiny: Path, axes: list[Axis]) -> None:
    card = read_card(tiny)
    write_card(replace(card, latent=replace(card.latent, axes=axes)), tiny)
    with pytest.raises(InputError, match="the ways of a choice, two or more, must stand together"):
        read_card(tiny)


def test_the_ways_of_a_choice_carry_what_they_carry_together(tiny: Path) -> None:
    card, nats = read_card(tiny), [0.002, 0.002, 0.5, 0.009, 0.009]
    first, second = (replace(CHOICE, group=name) for name in ("choice 1", "choice 2"))
    axes = [
        replace(axis, nats=each) for axis, each in zip([first, first, Axis((-1, 1)), second, second], nats, strict=True)
    ]
    card = replace(card, latent=replace(card.latent, axes=axes))
    assert card.latent.choices == [slice(0, 2), slice(3, 5)]
    assert card.dead == [True, True, False, False, False]  # 0.004 nats, and 0.018
    assert card.order == [2, 3, 4, 0, 1]


@pytest.mark.parametrize("given", [[], [CLASSES, CLASSES], [Given("class", [])], [Given("class", ["a"] * 4097)]])
def test_a_conditional_models_card_names_one_thing_that_it_is_told(tiny: Path, given: list[Given]) -> None:
    card = full(tiny)
    write_card(replace(card, latent=replace(card.latent, given=given)), tiny)
    with pytest.raises(InputError, match=r"must say what a conditional model is told|must have 1 to 4,096 choices"):
        read_card(tiny)


@pytest.mark.parametrize("ability", ["bound", "density"])
def test_a_card_without_an_encoder_claims_no_cost_of_codes(tiny: Path, ability: Ability) -> None:
    card = replace(read_card(tiny), can=[ability, "draw"], graphs={"decode": "decoder.onnx"})
    write_card(card, tiny)
    with pytest.raises(InputError, match="only where things are encoded can be said what a code costs"):
        read_card(tiny)
    write_card(replace(card, can=["draw"]), tiny)
    assert read_card(tiny).can == ["draw"]  # that it has no encoder is no mistake


def test_infinite_ranges_are_refused(tiny: Path) -> None:
    card = (tiny / "card.json").read_text()
    (tiny / "card.json").write_text(card.replace("3.0", "3e400"))
    with pytest.raises(InputError, match="is damaged"):
        read_card(tiny)


def test_a_figure_that_no_float_holds_is_refused(tiny: Path) -> None:
    card = (tiny / "card.json").read_text()
    for figure in ("1e999", "-1e999", "1" + "0" * 400):
        changed = card.replace('"conditions"', f'"kl": {figure}, "conditions"')
        assert changed != card
        (tiny / "card.json").write_text(changed)
        with pytest.raises(InputError, match="is damaged"):
            read_card(tiny)


def test_a_newer_card_is_told_to_update_even_where_its_fields_are_unknown(tiny: Path) -> None:
    (tiny / "card.json").write_text('{"format": 99, "quantum": true}')
    with pytest.raises(InputError, match=r"format 99, newer than .* update the explorer"):
        read_card(tiny)


def test_dimensions_are_dead_below_a_hundredth_of_a_nat_and_ordered_by_what_they_carry(tiny: Path) -> None:
    card = read_card(tiny)
    kl = [0.5, DEAD_KL / 2, 3.0, 0.5, DEAD_KL]
    card = replace(card, latent=Latent([Axis((-3.0, 3.0), nats) for nats in kl]))
    assert card.dead == [False, True, False, False, False]
    assert card.order == [2, 0, 3, 4, 1]


def test_axes_that_nobody_has_measured_are_not_dead_and_ordered_by_how_far_the_data_reaches(tiny: Path) -> None:
    ranges = [(-1.0, 1.0), (0.0, 9.0), (2.0, 2.0), (-3.0, 0.0)]
    card = replace(read_card(tiny), latent=Latent([Axis(reach) for reach in ranges], "none"))
    assert card.dead == [False] * 4
    assert card.order == [1, 3, 0, 2]
