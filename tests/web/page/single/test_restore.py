"""The Restore page, run as Streamlit runs it, but without a browser; and what its component is given."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from tests.web.page.test_pages import run, texts
from vae.experiments.restoration import methods_of
from vae.kinds.corruptions import CORRUPTIONS, corrupt, trainable
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS
from vae.library.cards import read_card, write_card
from web.live_files import LIVE_FILES
from web.page.components import _counterpart

PAGE = "pages/restore.py"
PATH = str(ROOT / PAGE)


pytestmark = pytest.mark.usefixtures("library")


def data(test: AppTest) -> dict:
    """Return what the browser's component got."""
    (component,) = test.get("bidi_component")
    return json.loads(component.proto.json)


def write_denoiser(library: Path, name: str = "tiny-denoise", dims: int = 16, image_shape=(1, 28, 28)) -> None:
    """Write a model that says it was trained to undo Gaussian noise."""
    card = write_tiny_model(library / name, dims, image_shape)
    write_card(replace(card, training={"corruption": "gaussian", "corruption_amount": 0.5}), library / name)


@pytest.fixture
def denoiser(library: Path) -> str:
    write_denoiser(library)
    return "tiny-denoise"


def test_a_denoising_model_is_preselected_and_the_choice_on_this_page_is_remembered(denoiser):
    test = run(PAGE)
    assert "denoise" in test.selectbox[0].value
    test = test.selectbox[0].select("tiny-2d").run()
    assert test.selectbox[0].value == "tiny-2d"
    del test.query_params["model"]
    assert test.run().selectbox[0].value == "tiny-2d"


def test_a_denoising_model_of_the_data_that_was_looked_at_comes_first(denoiser):
    test = AppTest.from_file(PATH, default_timeout=60)
    test.session_state["last.model"] = "tiny-16d"
    assert test.run().selectbox[0].value == denoiser


def test_without_a_denoising_model_the_last_one_looked_at_is_shown(monkeypatch):
    for root in ("BUNDLED_MODELS", "LESSON_MODELS"):
        monkeypatch.setattr(f"vae.library.shelf.{root}", Path("/nowhere"))
    test = AppTest.from_file(PATH, default_timeout=60)
    test.session_state["last.model"] = "tiny-2d"
    test.run()
    assert not test.exception and test.selectbox[0].value == "tiny-2d"


def test_the_component_gets_every_corruption_with_its_sentence_and_every_method(denoiser):
    given = data(run(PAGE, model=denoiser))
    assert [each["name"] for each in given["corruptions"]] == list(CORRUPTIONS)
    assert all(each["sentence"].endswith(".") and each["meaning"] for each in given["corruptions"])
    assert [each["name"] for each in given["methods"]] == list(methods_of(Item("image", (28, 28, 1))))
    assert given["trained"] == "gaussian" and given["item"]["shape"] == [28, 28, 1]


def test_models_of_another_shape_cannot_be_compared(library, denoiser):
    write_tiny_model(library / "small", 2, (1, 8, 8))
    names = {model["name"] for model in data(run(PAGE, model=denoiser))["models"]}
    assert {"tiny-2d", "tiny-16d"} <= names and not {"small", denoiser} & names


def test_a_plain_model_has_a_denoising_one_beside_it_and_the_other_way_round(library, denoiser):
    cards = {name: read_card(library / name) for name in ("tiny-2d", "tiny-16d", denoiser)}
    others = {name: card for name, card in cards.items() if name != denoiser}
    assert _counterpart(cards[denoiser], others) == "tiny-16d"  # as many dimensions
    assert _counterpart(cards["tiny-2d"], {denoiser: cards[denoiser]}) == denoiser
    assert _counterpart(cards["tiny-2d"], {"tiny-16d": cards["tiny-16d"]}) == ""


@pytest.mark.parametrize("model", ["mnist-16d", "fashion-16d", "shapes-8d"])
def test_a_model_without_its_test_images_begins_with_the_best_there_is(model):
    given = data(run(PAGE, model=model))
    assert given["images"] and len(given["images"]["index"]) >= 10
    if model != "shapes-8d":  # which are made here
        assert given["images"]["noun"] == "Test image" and given["images"]["codes"] is None
        assert given["images"]["sentence"] == given["images"]["download"] == ""


def test_a_model_with_no_images_at_all_still_has_a_page():
    test = run(PAGE, model="tiny-16d")
    assert not test.exception and not test.warning
    assert data(test)["images"] is None


def test_an_image_in_the_address_is_sent_with_the_page_and_an_impossible_one_is_told_of():
    assert data(run(PAGE, model="mnist-16d", image="123"))["start"]["image"]["index"] == 123
    test = run(PAGE, model="mnist-16d", image="99999999")
    assert not test.exception and len(test.info) == 1
    assert data(test)["start"]["image"] is None


def test_a_model_that_cannot_be_opened_is_told_of_in_a_sentence(library):
    (library / "tiny-16d" / "decoder.onnx").write_bytes(b"no graph")
    test = run(PAGE, model="tiny-16d")
    assert not test.exception and len(test.warning) == 1
    assert "decoder.onnx" in test.warning[0].value.replace("\\", "")


# --- The camera


def open_camera(photo: bytes | None = None) -> AppTest:
    """Open the page of a visitor who has asked for the camera, and has taken this photo."""
    test = AppTest.from_file(PATH, default_timeout=60)
    test.query_params["model"] = "tiny-16d"
    test.session_state["restore.camera"] = True
    return test.run()


def test_no_camera_is_asked_for_before_the_visitor_does():
    assert not run(PAGE, model="tiny-16d").get("camera_input")


def test_where_the_camera_is_refused_the_page_works_and_says_what_to_do():
    test = open_camera()  # no photo ever comes
    assert not test.exception
    assert len(test.get("camera_input")) == 1
    assert "refused" in texts(test) and "upload a picture instead" in texts(test)
    assert data(test)["camera"] is None


@pytest.mark.parametrize(
    ("mode", "size"), [("RGB", (640, 480)), ("CMYK", (300, 900)), ("1", (50, 50)), ("RGBA", (28, 28))]
)
def test_a_photo_of_any_size_and_mode_becomes_a_picture_of_the_models_shape(monkeypatch, mode, size):
    file = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(file, "TIFF")
    monkeypatch.setattr("streamlit.camera_input", lambda *_, **__: io.BytesIO(file.getvalue()))
    camera = data(open_camera())["camera"]
    assert len(camera["id"]) == 12 and len(camera["pixels"]) == 4 * -(-28 * 28 // 3)


def test_a_photo_that_cannot_be_read_is_told_of_in_a_sentence(monkeypatch):
    monkeypatch.setattr("streamlit.camera_input", lambda *_, **__: io.BytesIO(b"no photo"))
    test = open_camera()
    assert not test.exception and len(test.warning) == 1
    assert data(test)["camera"] is None


# --- What the browser is told of the corruptions


def test_the_browser_knows_in_which_corruptions_nothing_is_left_to_chance():
    listed = {name for name, corruption in CORRUPTIONS.items() if corruption.chance == "none"}
    image = np.random.default_rng(0).integers(0, 256, (1, 28, 28, 1), dtype=np.uint8)
    fixed = {
        name for name in trainable() if np.array_equal(*(corrupt(name, image, 0.5, seed).images for seed in (1, 2)))
    }
    assert listed == fixed | {"brush"}


def test_the_honest_cases_name_corruptions_that_there_are():
    source = (LIVE_FILES / "restore" / "amount" / "cases.js").read_text("utf-8")
    known = {name for kind in KINDS.values() for name in kind.corruptions}
    assert set(re.findall(r'corruption: "([\w-]+)"', source)) <= known
