"""The Detect page as Streamlit runs it, without a browser: what it tells the component, and what it says itself."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.browser.on_map import CLASSES, spread, write_mapped
from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from vae.experiments.unusual import scores_of
from vae.kinds.corruptions import trainable
from vae.library.cards import read_card, write_card
from vae.library.shelf import find
from web.experiments.unusual import left_out
from web.page import components


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's own library with a model of ten classes and one without any, and no data brought along."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    write_mapped(tmp_path / "models" / "ten-classes", spread(60, 4))
    write_tiny_model(tmp_path / "models" / "no-classes", 2)
    return tmp_path / "models"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the component in the browser is given."""
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(components, "_DETECT", lambda data, key: given.append(data))
    return given


def leave_out(folder: Path, name: str) -> None:
    """Write on a model's card that it was trained without a class."""
    card = read_card(folder)
    write_card(replace(card, training=card.training | {"without": name}), folder)


def run(**query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / "detect.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def test_a_model_trained_without_a_class_comes_first_and_is_tested_on_it(library, shown):
    leave_out(library / "ten-classes", "four")
    test = run()
    assert not test.exception
    assert left_out(find(test.selectbox[0].value).card) is not None
    components.detect(find("ten-classes").card, "key")
    assert shown[-1]["first"] == {"kind": "class", "name": "four"}
    assert [row["name"] for row in shown[-1]["choices"]["classes"] if row["held"]] == ["four"]


def test_what_was_looked_at_last_on_this_page_is_shown_again():
    test = run(model="no-classes")
    del test.query_params["model"]
    assert test.run().selectbox[0].value == "no-classes"


def test_the_component_is_told_of_all_scores_and_of_all_corruptions_that_need_no_hand(shown):
    components.detect(find("ten-classes").card, "key")
    data = shown[-1]
    assert [score["name"] for score in data["scores"]] == list(scores_of(find("ten-classes").card))
    assert data["best"] == "relative-error"
    assert tuple(way["name"] for way in data["choices"]["corruptions"]) == trainable()
    assert [row["name"] for row in data["choices"]["classes"]] == CLASSES
    assert all(row["ready"] or row["reason"] for row in data["choices"]["sets"])
    sentences = {score["name"]: score["sentence"] for score in data["scores"]}
    assert "coat" not in " ".join(sentences.values())  # the data may be digits
    assert "nats" in sentences["background-ratio"]


def test_a_model_without_classes_offers_none_and_is_tested_on_spoiled_images_where_no_set_fits(library, shown):
    write_tiny_model(library / "odd-size", 2, (1, 9, 7))
    components.detect(find("odd-size").card, "key")
    assert shown[-1]["choices"]["classes"] == []
    assert shown[-1]["first"]["kind"] == "spoiled"
    assert not any(row["ready"] for row in shown[-1]["choices"]["sets"])


def test_a_set_of_one_class_offers_no_class_to_tell_from_others(library, shown):
    write_mapped(library / "one-class", spread(20, 4), ["only"])
    components.detect(find("one-class").card, "key")
    assert shown[-1]["choices"]["classes"] == []


def test_a_model_that_cannot_be_opened_leaves_a_page_with_a_sentence(library):
    (library / "ten-classes" / "decoder.onnx").write_bytes(b"no graph")
    test = run(model="ten-classes")
    assert not test.exception
    assert any("cannot be opened" in warning.value for warning in test.warning)


def test_the_page_teaches_what_its_figures_mean():
    words = " ".join(element.value for element in run().markdown)
    for needed in ("−ELBO", "1810.09136", "held-out 1", "AUROC", "ROC curve", "One class kept", "decision about costs"):
        assert needed in words
