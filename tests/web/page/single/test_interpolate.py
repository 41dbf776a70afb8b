"""Interpolate, run as Streamlit runs it, but without a browser."""

from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from vae.explore.explorer import open_explorer
from vae.explore.ways import PATHS
from web.page import components, state
from web.page.images import images_for


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's own library: a model with test codes, one without, one with a single dimension."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    models = tmp_path / "models"
    write_tiny_model(models / "with-codes", 16, codes=50)
    write_tiny_model(models / "without", 16)
    write_tiny_model(models / "line", 1, codes=50)
    return models


def run(**query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages/interpolate.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


@pytest.mark.parametrize("name", ["with-codes", "without", "line", "mnist-2d", "mnist-16d"])
def test_every_model_has_its_paths(name):
    test = run(model=name)
    assert not test.exception and not test.warning and not test.info
    assert test.selectbox[0].value == name


def test_a_first_visit_shows_a_model_in_whose_space_the_paths_differ():
    assert run().selectbox[0].value == "mnist-16d"


def test_the_model_looked_at_last_comes_before_it():
    test = AppTest.from_file(str(ROOT / "pages/interpolate.py"), default_timeout=60)
    test.session_state[state.LAST_MODEL] = "without"
    assert test.run().selectbox[0].value == "without"


def test_it_explains_what_it_shows():
    words = " ".join(element.value for element in run().markdown)
    for topic in ("soap bubble", "cross-fade", "Decoder speed", "arithmetic", "great circle"):
        assert topic in words


def test_its_help_begins_with_something_to_try_and_the_sentences_hold_for_every_model():
    assert run().expander[0].markdown[0].value.strip().startswith("*Try this:*")
    assert "seen little" not in PATHS["straight"].cost and "longest" not in PATHS["density"].cost


def test_a_damaged_model_is_told_of_in_a_sentence(library):
    (library / "without" / "decoder.onnx").write_bytes(b"no graph")
    test = run(model="without")
    assert not test.exception
    assert "cannot be opened" in test.warning[0].value


def test_anchors_of_the_address_stay_while_the_page_is_used_and_go_with_the_model():
    test = run(model="mnist-16d", anchors="i:3;p:8", path="density", n="21", at="0.4")
    assert not test.exception
    assert test.query_params["anchors"] in ("i:3;p:8", ["i:3;p:8"])
    test.selectbox[0].select("without").run()
    assert not {"anchors", "path", "n", "at"} & set(test.query_params)


@pytest.mark.parametrize(
    ("anchors", "numbers"),
    [
        ("i:17;z:0.5,-1.2;i:4;i:17", [17, 4]),
        ("", []),
        ("p:3", []),
        ("i:100", []),
        ("i:-1;i:;i:x;i:1.5;i:٣;i:99999999999999", []),
        (";".join(f"i:{n}" for n in range(50)), [0, 1, 2, 3, 4, 5]),
    ],
)
def test_images_among_the_anchors_are_read_within_bounds(anchors, numbers, monkeypatch):
    monkeypatch.setattr(st, "query_params", {"anchors": anchors})
    assert state.asked_images(100) == numbers


def test_the_browser_gets_each_kind_of_path_and_the_images_that_the_address_asks_for(monkeypatch):
    shown = {}
    monkeypatch.setattr(components, "_INTERPOLATE", lambda data, **_: shown.update(data) or {})
    card = open_explorer("mnist-16d").card
    images = images_for(card)
    assert images is not None
    other = next(i for i in range(len(images)) if i not in images.picked)
    components.interpolate(card, images, [images.picked[0], other], key="k")
    assert list(shown["paths"]) == list(PATHS)
    assert all(path["title"] and path["sentence"].endswith(".") and path["cost"] for path in shown["paths"].values())
    assert [one["index"] for one in shown["asked"]] == [other]
    assert shown["latent"]["dims"] == card.latent.dims
    assert np.isfinite(shown["latent"]["limit"])
