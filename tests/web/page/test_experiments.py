"""Restore and Detect with things of each kind and models of each family, and with one that only draws; no browser."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.tiny_kinds import ENCODING, IMAGE, PAIR, SERIES, write_tiny_kind
from tests.web.page.test_pages import run, texts
from vae.experiments.fidelity import measures_of
from vae.experiments.restoration import methods_of
from vae.experiments.unusual import scores_of
from vae.families import FAMILIES
from vae.kinds.corruptions import trainable
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS
from vae.library.cards import read_card, write_card

ITEMS = {"image": IMAGE, "series": SERIES, "pair": PAIR}
PAGES = ("pages/restore.py", "pages/detect.py")

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture(autouse=True)
def models(library: Path) -> Path:
    """A model of each kind and family, as series-gaussian, and `mute`, which decodes alone."""
    for kind, item in ITEMS.items():
        for family in FAMILIES:
            write_tiny_kind(library / f"{kind}-{family}", item, family)
    for kind in ("image", "series"):
        write_tiny_kind(library / f"{kind}-mute", ITEMS[kind])
        card = read_card(library / f"{kind}-mute")
        write_card(replace(card, can=["draw"], graphs={"decode": "decoder.onnx"}), library / f"{kind}-mute")
    return library


def data(test: AppTest) -> dict:
    """Return what the browser's component got."""
    (component,) = test.get("bidi_component")
    return json.loads(component.proto.json)


def named(rows: list[dict]) -> list[str]:
    return [row["name"] for row in rows]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", ITEMS)
@pytest.mark.parametrize("family", ENCODING)
def test_both_pages_show_every_kind_and_family(page: str, kind: str, family: str) -> None:
    test = run(page, model=f"{kind}-{family}")
    assert not test.exception and not test.warning and not test.info
    given = data(test)
    assert given["item"]["shape"] == list(ITEMS[kind].shape)
    assert (given["given"] is not None) == (family == "conditional")
    said = texts(test)
    assert ("told the class" in said) == (family == "conditional")
    assert ("is an autoencoder" in said) == (family == "autoencoder")


@pytest.mark.parametrize("kind", ITEMS)
def test_restore_offers_the_corruptions_methods_and_figures_of_the_kind(kind: str) -> None:
    item, given = ITEMS[kind], data(run("pages/restore.py", model=f"{kind}-gaussian"))
    assert named(given["corruptions"]) == list(KINDS[item.kind].corruptions)
    looking = [name for name, each in methods_of(item).items() if each.looks == "at learnt"]  # their data are away
    assert named(given["methods"]) == [name for name in methods_of(item) if name not in looking]
    assert len(given["absent"]) == len(looking)
    measured = measures_of(item)
    assert named(given["measures"]) == list(measured)
    assert given["measures"][0]["better"] == ("higher" if item.kind == "image" else "lower")
    assert given["measures"][0]["unit"] == ("dB" if item.kind == "image" else item.meaning.get("unit", ""))


def test_where_the_training_series_are_at_hand_they_are_looked_at() -> None:
    given = data(run("pages/restore.py", model="beats-8d"))
    assert given["absent"] == []
    assert {"nearest", "normal", "mean"} <= set(named(given["methods"]))


def test_what_is_too_large_for_a_method_is_not_offered_it(models: Path) -> None:
    write_tiny_kind(models / "long", Item("series", (1500, 1), {"low": -3.0, "high": 3.0}), data="made-up")
    given = data(run("pages/restore.py", model="long"))
    assert "normal" not in named(given["methods"]) and "Normal distribution" not in given["absent"]


def test_only_models_of_the_same_things_that_can_look_at_them_are_compared() -> None:
    compared = named(data(run("pages/restore.py", model="series-gaussian"))["models"])
    assert set(compared) == {f"series-{name}" for name in ENCODING if name != "gaussian"}


@pytest.mark.parametrize("kind", ITEMS)
@pytest.mark.parametrize("family", ENCODING)
def test_detect_offers_the_scores_and_corruptions_that_make_sense(models: Path, kind: str, family: str) -> None:
    given, card = data(run("pages/detect.py", model=f"{kind}-{family}")), read_card(models / f"{kind}-{family}")
    assert named(given["scores"]) == list(scores_of(card)) and given["best"] in named(given["scores"])
    assert tuple(named(given["choices"]["corruptions"])) == trainable(card.kind)
    if kind != "image":
        words = " ".join(f"{score['title']} {score['unit']} {score['sentence']}" for score in given["scores"]).lower()
        assert "ink" not in words.split() and "image" not in words and "pixel" not in words
    ready = [row for row in given["choices"]["sets"] if row["ready"]]
    assert all(row["title"] for row in ready) and bool(ready) == (kind == "image")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", ["image", "series"])
def test_a_model_that_only_draws_gets_a_calm_sentence_and_the_way_to_explore(page: str, kind: str) -> None:
    test = run(page, model=f"{kind}-mute")
    assert not test.exception and not test.error and not test.warning
    assert len(test.info) == 1
    assert f"has no encoder: it can draw {KINDS[kind].nouns}" in test.info[0].value.replace("\\", "")
    assert not test.get("bidi_component")
    (link,) = test.get("page_link")
    assert "explore" in link.proto.page and f"{kind}-mute" in str(link.proto)


def test_the_words_of_series_are_explained_and_none_of_images() -> None:
    for page, needed in (
        (PAGES[0], ("How is a gap filled", "RMSE", "Savitzky")),
        (PAGES[1], ("takes no model", "AUROC")),
    ):
        said = texts(run(page, model="series-gaussian"))
        assert all(word in said for word in needed)
        assert "digits" not in said and "ink" not in said.split()


def test_a_person_who_looks_at_series_is_shown_series_first() -> None:
    for page in PAGES:
        test = AppTest.from_file(str(Path(page).resolve()), default_timeout=60)
        test.session_state["last.model"] = "series-autoencoder"
        assert test.run().selectbox[0].value.startswith(("series", "pair", "beats"))


def test_a_camera_is_for_pictures() -> None:
    test = AppTest.from_file(str(Path(PAGES[0]).resolve()), default_timeout=60)
    test.query_params["model"] = "series-gaussian"
    test.session_state["restore.camera"] = True
    test.run()
    assert not test.exception and not test.get("camera_input")
