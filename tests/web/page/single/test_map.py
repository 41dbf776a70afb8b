"""The Map page without a browser: the space that can be turned, as plotly is given it."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.browser.on_map import CLASSES, rings, spread, write_mapped
from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from vae.colours import THEMES
from vae.library.cards import read_card
from vae.library.codes import read_codes
from web.page.charts.turned import figure, principal


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with a plane, a space of four dimensions and one without codes."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    folder = tmp_path / "models"
    write_mapped(folder / "plane", rings(60))
    write_mapped(folder / "space", spread(60, 4))
    write_tiny_model(folder / "bare", 4)
    return folder


def run(model: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages/map.py"), default_timeout=60)
    test.query_params["model"] = model
    return test.run()


def labels(test: AppTest) -> list[str]:
    return [box.label for box in test.expander]


def test_a_space_of_three_dimensions_or_more_can_be_turned_and_is_drawn_only_once_opened():
    test = run("space")
    assert not test.exception
    assert "Turn it in 3-D" in labels(test)
    assert not test.get("plotly_chart")


@pytest.mark.parametrize("model", ["plane", "bare"])
def test_a_plane_and_a_model_without_codes_have_nothing_to_turn(model):
    test = run(model)
    assert not test.exception
    assert "Turn it in 3-D" not in labels(test)


def test_the_first_three_components_are_those_of_a_singular_value_decomposition():
    codes = np.random.default_rng(0).normal(size=(500, 6)) * [5, 1, 3, 0.5, 2, 0.1]
    places, share = principal(codes)
    centred = codes - codes.mean(0)
    _, values, axes = np.linalg.svd(centred, full_matrices=False)
    expected = centred @ axes[:3].T
    assert np.allclose(np.abs(places), np.abs(expected))
    assert np.isclose(share, (values[:3] ** 2).sum() / (values**2).sum())


def test_codes_that_are_all_one_place_have_a_share_all_the_same():
    places, share = principal(np.ones((5, 4), np.float32))
    assert (places == 0).all() and share == 1


@pytest.mark.parametrize("dark", [False, True])
def test_each_class_has_its_colour_on_the_map_and_every_point_its_number(library, dark):
    card, codes = read_card(library / "space"), read_codes(library / "space")
    assert codes is not None and codes.labels is not None
    places, _ = principal(codes.centre)
    drawn = figure(card, codes, places, dark=dark)
    theme = THEMES["dark" if dark else "light"]
    assert [trace.name for trace in drawn.data] == CLASSES
    seen = []
    for label, trace in enumerate(drawn.data):
        assert trace.marker.color == "rgb({}, {}, {})".format(*theme.of_class(label, 10))
        assert (codes.labels[list(trace.customdata)] == label).all()
        assert np.allclose(np.stack([trace.x, trace.y, trace.z], 1), places[list(trace.customdata)], atol=1e-5)
        seen += list(trace.customdata)
    assert sorted(seen) == list(range(60))
    assert drawn.layout.scene.aspectmode == "data"


def test_names_of_classes_are_text_for_plotly_too(library):
    write_mapped(library / "markup", spread(20, 4), ["<b>bold</b>", "%{x}"])
    card, codes = read_card(library / "markup"), read_codes(library / "markup")
    assert codes is not None
    drawn = figure(card, codes, principal(codes.centre)[0], dark=False)
    assert "<b>" not in drawn.data[0].hovertemplate
    assert "%{x}" not in drawn.data[1].hovertemplate
