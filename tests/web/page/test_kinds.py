"""Home, Explore, Map and Interpolate of each kind and family, without a browser: what they show, and say."""

import base64
import io
import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from tests.tiny_kinds import (
    BEATS,
    IMAGE,
    MASKS,
    MOLECULES,
    PAIR,
    SERIES,
    SOUNDS,
    TASTES,
    WORDS,
    Tiny,
    suits,
    write_tiny_kind,
)
from vae.colours import THEMES
from vae.explore import hand
from vae.families import FAMILIES
from vae.kinds.kinds import KINDS
from vae.library.shelf import find
from web.page import about, components, sheets
from web.page.images import images_for

PAGES = ("home", "explore", "map", "interpolate")
ITEMS = {
    "image": IMAGE,
    "series": SERIES,
    "tastes": TASTES,
    "text": WORDS,
    "molecules": MOLECULES,
    "masks": MASKS,
    "sounds": SOUNDS,
}
SUITED = [(kind, family) for kind in KINDS for family in FAMILIES if suits(ITEMS[kind], family)]


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Tiny]:
    """A person's own library with a model of each kind and family, called so, and of series of several channels."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    models = {f"{kind}-{family}": (ITEMS[kind], family) for kind, family in SUITED}
    models["series-pair"] = (PAIR, "gaussian")
    return {name: write_tiny_kind(tmp_path / "models" / name, *how)[1] for name, how in models.items()}


each = pytest.mark.parametrize("name", [f"{kind}-{family}" for kind, family in SUITED] + ["series-pair"])


def run(page: str, **query: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / f"pages/{page}.py"), default_timeout=60)
    for name, value in query.items():
        test.query_params[name] = value
    return test.run()


def words(test: AppTest) -> str:
    return " ".join(element.value for kind in (test.markdown, test.caption, test.info) for element in kind)


@each
@pytest.mark.parametrize("page", PAGES[1:])
def test_a_page_works_with_every_kind_and_family(page: str, name: str) -> None:
    test = run(page, model=name)
    assert not test.exception and not test.error and not test.warning and not test.info
    assert test.selectbox[0].value == name
    assert len(test.selectbox) == (2 if page != "explore" and find(name).card.told else 1)


@each
def test_home_shows_the_line_of_every_model(name: str) -> None:
    test = run("home", model=name)
    assert not test.exception and not test.warning
    line, bring = (json.loads(component.proto.json) for component in test.get("bidi_component"))
    assert line["model"] == name and "limit_mb" in bring


@each
def test_a_page_says_only_what_is_true_of_a_model(name: str) -> None:
    card = find(name).card
    for page in PAGES[1:]:
        said = words(run(page, model=name))
        if "draw" not in card.can:
            assert not re.search(r"\*\*The prior|−ELBO|KL bar|soap bubble|random draw", said), page
        if "bound" in card.can:
            assert "−ELBO" in said
        if "encode" not in card.can:
            assert not re.search(r"cross entropy|\bfloor\b|where the encoder puts it", said), page
        if card.item.kind not in ("image", "masks"):
            assert not re.search(r"\b[Ii]mages?\b|\b[Pp]ixels?\b|\b[Pp]ictures?\b", said), page
        if card.item.kind in ("text", "molecules"):
            assert not re.search(r"\b[Ss]eries\b|\b[Ss]amples\b", said), page
        assert not re.search(r"[{}]", said)
        assert ("he class" in said and "told" in said) or page == "interpolate" or not card.told


@pytest.mark.parametrize("theme", THEMES)
def test_a_sheet_of_series_has_about_the_proportions_of_one_of_images(
    theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "context", SimpleNamespace(theme=SimpleNamespace(type=theme)))
    pictures = {}
    for name in ("image-gaussian", "series-gaussian", "series-pair"):
        made = sheets.contact_sheet(find(name).card, 3, 8)
        assert made
        pictures[name] = Image.open(io.BytesIO(made[0]))
        shown = 24 if name == "image-gaussian" else 18
        assert made[1] == f"{shown} random draws from {name}"
    shapes = [sheet.width / sheet.height for sheet in pictures.values()]
    assert max(shapes) < 1.1 * min(shapes)
    for name in ("series-gaussian", "series-pair"):
        assert pictures[name].convert("RGB").getpixel((0, 0)) == THEMES[theme].wash


def test_a_model_without_a_prior_is_shown_by_what_it_redraws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "context", SimpleNamespace(theme=SimpleNamespace(type="light")))
    made = sheets.contact_sheet(find("image-autoencoder").card, 3, 8)
    assert made and made[1] == "24 test images as image-autoencoder redraws them"


def test_facts_tell_what_a_model_costs_as_far_as_it_does() -> None:
    assert "−ELBO\u00a0101.5\u00a0nats" in about.facts(find("series-gaussian").card)
    assert "reconstruction\u00a099.5\u00a0nats" in about.facts(find("series-autoencoder").card)
    assert "ELBO" not in about.facts(find("series-autoencoder").card)


def test_things_to_start_from_are_called_what_they_are(library: dict[str, Tiny]) -> None:
    codes = images_for(find("series-gaussian").card)
    assert codes and codes.title == "Start from the code of a test series" and codes.noun == "Test series"
    assert codes.codes is not None and codes.labels is not None
    expected = library["series-gaussian"].decode(codes.codes[:1])
    got = np.frombuffer(base64.b64decode(codes.one(0)["pixels"]), np.float32)
    np.testing.assert_allclose(got, expected.ravel(), atol=1e-6)
    labels = codes.labels[codes.picked[:10]]
    assert np.bincount(labels, minlength=4).tolist() == [3, 3, 2, 2]  # four classes, class by class


def test_a_model_whose_data_is_here_starts_from_its_test_series(tmp_path: Path) -> None:
    write_tiny_kind(tmp_path / "models" / "beats-of-mine", BEATS, data="beats")
    images = images_for(find("beats-of-mine").card)
    assert images and images.title == "Start from a test series" and images.pixels is not None
    assert images.pixels.shape[1:] == (128, 1)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"model": "series-gaussian", "image": "9999"}, "The series in the address is not a number from 0 to 119"),
        ({"model": "series-autoencoder", "z": "1"}, "it starts at the middle of the codes"),
        ({"model": "series-gaussian", "z": "1"}, "it starts at z = 0"),
        ({"model": "series-conditional", "class": "9"}, "is not a number from 0 to 3"),
    ],
)
def test_an_address_that_asks_for_the_impossible_is_told_in_the_model_s_own_words(query: dict, sentence: str) -> None:
    test = run("explore", **query)
    assert not test.exception
    assert sentence in test.info[0].value.replace("\\", "")


def test_explore_is_told_the_likelihood_s_scale_and_where_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict] = []
    monkeypatch.setattr(components, "_EXPLORE", lambda data, **_: sent.append(data) or {})
    for name in ("series-autoencoder", "image-gaussian"):
        card = find(name).card
        components.explore(card, images_for(card), None, None, key="k")
    points, pictures = sent
    assert points["scale"] == 0.25 and pictures["scale"] is None
    assert points["latent"]["home"] == hand.home(find("series-autoencoder").card) != [0.0] * 3
    assert points["latent"]["prior"] == "none" and pictures["latent"]["home"] == [0.0] * 3
