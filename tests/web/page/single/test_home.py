"""Home without a browser: the worlds, the doors, the list of all models."""

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import PAGES
from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from vae.library.cards import Card, read_card
from vae.library.shelf import find
from web.page.worlds import MOST, MOST_OWN, worlds_of


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return tmp_path / "models"


def run(**query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages/home.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def labels(test: AppTest) -> list[str]:
    return [link.proto.label for link in test.get("page_link")]


def bundled(*names: str) -> dict[str, Card]:
    return {name: find(name).card for name in names}


def test_a_world_has_one_plain_model_of_each_size() -> None:
    cards = bundled("mnist-16d", "mnist-2d", "mnist-c-8d", "mnist-denoise-16d", "mnist-without-4", "fashion-2d")
    digits, clothes = worlds_of(cards, own=())
    assert (digits.title, [card.name for card in digits.models]) == ("Digits", ["mnist-2d", "mnist-16d"])
    assert (clothes.title, [card.name for card in clothes.models]) == ("Clothes", ["fashion-2d"])


def test_what_chooses_or_looks_at_nothing_is_a_world_of_the_person_who_made_it_alone() -> None:
    cards = bundled("mnist-2d", "mnist-discrete", "mnist-gan-16d")
    (digits,) = worlds_of(cards, own=())
    assert [card.name for card in digits.models] == ["mnist-2d"]
    mine, _ = worlds_of(cards, own=("mnist-discrete",))
    assert [card.name for card in mine.models] == ["mnist-discrete"]


def test_a_world_shows_the_model_that_is_chosen_and_else_that_of_fewest_numbers() -> None:
    (digits,) = worlds_of(bundled("mnist-2d", "mnist-16d"), own=())
    assert digits.first("mnist-16d").name == "mnist-16d"
    assert digits.first("fashion-2d").name == "mnist-2d"


def test_a_person_s_own_worlds_come_first_and_leave_room_for_the_bundled() -> None:
    card = find("mnist-2d").card
    mine = {f"mine-{n}": replace(card, name=f"mine-{n}", data=replace(card.data, name=f"set-{n}")) for n in range(5)}
    worlds = worlds_of(bundled("mnist-2d", "fashion-2d", "shapes-8d") | mine, own=mine)
    assert len(worlds) == MOST
    assert [world.models[0].name for world in worlds[:MOST_OWN]] == ["mine-0", "mine-1"]
    assert [world.title for world in worlds[MOST_OWN:]] == ["Digits", "Clothes"]


def test_a_person_s_own_model_of_bundled_data_is_a_world_of_its_own() -> None:
    card = find("mnist-2d").card
    mine, digits = worlds_of(bundled("mnist-2d") | {"mine": replace(card, name="mine")}, own=("mine",))
    assert [card.name for card in mine.models] == ["mine"] and digits.models == (card,)
    assert (mine.title, digits.title) == ("mine", "Digits")


def test_home_has_worlds_with_a_switch_a_door_to_each_page_and_every_model(library: Path) -> None:
    write_tiny_model(library / "tiny-2d", 2)
    test = run()
    assert not test.exception and not test.error and not test.warning
    shown = labels(test)
    assert {"Digits", "Clothes", "2 numbers", "16 numbers"} <= set(shown)
    assert {"tiny-2d", "mnist-2d", "mnist-c-8d", "beats-8d"} <= set(shown)
    pages = {link.proto.page.rsplit("/", 1)[-1] for link in test.get("page_link")}
    assert {page.url.strip("/") for page in PAGES} <= pages
    assert any("python -m vae train" in element.value for element in test.code)


def test_no_nats_stand_on_home() -> None:
    test = run()
    said = [element.value for kind in (test.markdown, test.caption, test.title, test.header) for element in kind]
    assert said and not any("nats" in text or "ELBO" in text for text in said)


def test_a_model_in_the_address_is_the_line_s_and_is_kept_in_mind() -> None:
    test = run(model="fashion-2d")
    assert test.session_state["last.model"] == "fashion-2d"
    doors = [link.proto for link in test.get("page_link") if link.proto.label in ("Move", "Wander")]
    assert len(doors) == 2 and all("model=fashion-2d" in door.query_string for door in doors)


def test_a_model_that_is_not_there_is_told_of_and_another_is_shown() -> None:
    assert "no model 'nothing'" in run(model="nothing").info[0].value.replace("\\", "")


def test_a_damaged_model_costs_the_line_and_nothing_else(library: Path) -> None:
    folder = library / "tiny-damaged"  # by a name of its own: the pictures of another may be kept from another test
    write_tiny_model(folder, 2)
    (folder / read_card(folder).graphs["decode"]).write_bytes(b"no graph")
    test = run(model="tiny-damaged")
    assert not test.exception and "cannot be opened" in test.warning[0].value
    assert "Digits" in labels(test)
