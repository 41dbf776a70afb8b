"""Explore's script: what its head says, and what the component in the browser is given."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from vae.datasets.bundled import sample_of
from vae.library.names import name_dimension
from vae.library.shelf import find
from web.page import about, components
from web.page.images import images_for


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    write_tiny_model(tmp_path / "models" / "tiny-4d", 4)


def explore(model: str) -> AppTest:
    test = AppTest.from_file(str(ROOT / "pages" / "explore.py"), default_timeout=60)
    test.query_params["model"] = model
    return test.run()


def within(block, kind: str):
    """Yield the blocks of a kind in a block, at any depth."""
    for child in getattr(block, "children", {}).values():
        if child.type == kind:
            yield child
        yield from within(child, kind)


def test_the_facts_of_a_model_lie_in_a_chip_of_the_head() -> None:
    test = explore("mnist-2d")
    assert not test.exception
    (chip,) = within(test.main, "popover")
    assert chip.proto.popover.label == "About this model"
    told = [element.value for element in chip.caption]
    assert told == [about.facts(find("mnist-2d").card)]


@pytest.mark.parametrize("model", ["mnist-2d", "tiny-4d"])
def test_the_browser_is_told_the_likelihood_and_what_dimensions_are_called(
    monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    sent: list[dict] = []
    monkeypatch.setattr(components, "_EXPLORE", lambda data, **_: sent.append(data) or {})
    card = find(model).card
    for name in ("", "slant"):
        name_dimension(find(model), 1, name)
        components.explore(card, images_for(card), None, None, key="k")
    before, after = sent
    assert before["latent"]["names"] == [""] * card.latent.dims
    assert after["latent"]["names"][:2] == ["", "slant"]
    assert after["likelihood"] == "bernoulli"
    assert after["checksum"] == before["checksum"]  # the view that stands goes on


def test_a_model_without_an_encoder_searches_and_says_so_and_which_image_is_not_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[dict] = []
    monkeypatch.setattr(components, "_EXPLORE", lambda data, **_: sent.append(data) or {})
    for model in ("mnist-gan-16d", "mnist-2d"):
        components.explore(find(model).card, images_for(find(model).card, searched=True), None, None, key="k")
    assert [data["searches"] for data in sent] == [True, False]
    sample = sample_of("mnist")
    assert sample is not None
    absent = next(number for number in range(1000, 9000) if number not in sample.numbers)
    test = AppTest.from_file(str(ROOT / "pages" / "explore.py"), default_timeout=60)
    test.query_params["model"], test.query_params["image"] = "mnist-gan-16d", str(absent)
    test.run()
    assert not test.exception
    said = " ".join(element.value for element in (*test.markdown, *test.info, *test.warning, *test.caption))
    assert f"Test image {absent:,}, which the address asks for, is not on this computer" in said
    assert "How is a code found without an encoder?" in said
