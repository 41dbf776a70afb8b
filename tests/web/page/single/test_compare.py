"""The Compare page without a browser: which models stand beside each other, and the plane of rate and distortion."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from vae.library.cards import GRAPHS, read_card, write_card
from web.page.charts.plane import figure, placed, table


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return tmp_path / "models"


def run(**query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages/compare.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def test_a_first_visit_shows_two_models_of_the_same_data() -> None:
    assert run().multiselect[0].value == ["mnist-2d", "mnist-ae-2d"]


def test_the_address_chooses_up_to_four_and_says_what_cannot_be_had() -> None:
    test = run(models="mnist-16d,nobody,fashion-2d,mnist-2d")
    assert test.multiselect[0].value == ["mnist-16d", "mnist-2d"]
    said = " ".join(info.value for info in test.info)
    assert "nobody" in said
    assert "different things cannot be" in said
    assert len(run(models="mnist-16d,mnist-2d,mnist-c-8d,mnist-ae-2d,mnist-denoise-16d").multiselect[0].value) == 4


def test_a_model_that_is_alone_gets_one_of_its_kind_beside_it() -> None:
    assert run(model="fashion-16d").multiselect[0].value[0] == "fashion-16d"
    chosen = run(models="fashion-2d").multiselect[0].value
    assert chosen[0] == "fashion-2d"
    assert len(chosen) == 2


def test_the_only_model_of_its_data_is_told_so_calmly() -> None:
    test = run(models="beats-8d")
    assert "takes two models" in test.info[0].value


def test_models_that_cannot_encode_or_draw_are_shown(library: Path) -> None:
    write_tiny_model(library / "whole", 2, codes=30)
    card = write_tiny_model(library / "blind", 2)
    blind = replace(card, can=[], graphs={"decode": GRAPHS["decode"]}, latent=replace(card.latent, prior="none"))
    write_card(blind, library / "blind")
    assert run(models="whole,blind").multiselect[0].value == ["whole", "blind"]


def test_the_plane_holds_those_with_a_rate_and_a_distortion_and_the_table_all() -> None:
    names = ("mnist-2d", "mnist-ae-2d", "mnist-16d")
    cards = {name: read_card(ROOT / "assets" / "models" / name) for name in names}
    drawn = placed(cards)
    assert [card.name for card in drawn] == ["mnist-2d", "mnist-16d"]
    points = figure(drawn, ["mnist-2d"], dark=False).data[-1]
    assert list(points.x) == [card.metrics["kl"] for card in drawn]
    assert list(points.y) == [card.metrics["reconstruction"] for card in drawn]
    assert table(cards)["Model"] == list(names)
    assert table(cards)["KL, the rate"][1] is None
