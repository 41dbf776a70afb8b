"""Rename and delete a model of one's own on the page that shows it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from vae.library.shelf import is_taken

pytestmark = pytest.mark.usefixtures("library")


def explore(model: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / "explore.py"), default_timeout=60)
    test.query_params["model"] = model
    return test.run()


def test_a_model_is_renamed_and_the_page_goes_on_with_it(library: Path) -> None:
    test = explore("tiny-2d")
    test.text_input(key="manage.name.tiny-2d").set_value("mine")
    test.button[0].click().run()
    assert not test.exception and not test.warning
    assert test.query_params["model"] == "mine"
    assert test.selectbox[0].value == "mine"
    assert (library / "mine" / "card.json").exists() and not (library / "tiny-2d").exists()


@pytest.mark.parametrize(("name", "said"), [("tiny-16d", "already"), ("../out", "1 to 64"), ("mnist-2d", "already")])
def test_a_name_that_cannot_be_had_is_told_and_nothing_is_lost(library: Path, name: str, said: str) -> None:
    test = explore("tiny-2d")
    test.text_input(key="manage.name.tiny-2d").set_value(name)
    test.button[0].click().run()
    assert not test.exception
    assert said in test.warning[0].value
    assert {path.name for path in library.iterdir() if not path.name.startswith(".")} == {"tiny-2d", "tiny-16d"}


def test_its_own_name_is_no_new_one(library: Path) -> None:
    test = explore("tiny-2d")
    test.button[0].click().run()
    assert not test.exception and not test.warning
    assert "its name already" in test.info[0].value


def test_a_model_is_deleted_only_by_who_says_so_twice(library: Path) -> None:
    test = explore("tiny-2d")
    assert test.button[1].disabled
    test.checkbox(key="manage.sure.tiny-2d").check().run()
    assert not test.button[1].disabled
    test.button[1].click().run()
    assert not test.exception and not test.warning and not test.info
    assert not is_taken("tiny-2d") and is_taken("tiny-16d")


def test_a_model_that_comes_with_the_explorer_offers_neither() -> None:
    test = explore("mnist-2d")
    assert not test.exception and not test.checkbox and not test.text_input
