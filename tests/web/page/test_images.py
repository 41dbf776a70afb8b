"""Which things a page starts from, and what a number in an address means."""

import base64

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from vae.data import load
from vae.datasets.bundled import sample_of
from vae.home import PROJECT
from web.opened.explorers import explorer
from web.page.images import Images, images_for

MODELS = ["mnist-2d", "mnist-16d", "mnist-c-8d", "mnist-ae-2d", "mnist-without-4", "fashion-2d", "fashion-16d"]


def images(model: str) -> Images:
    found = images_for(explorer(model).card)
    assert found is not None
    return found


def pixels(one: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(one["pixels"]), np.uint8).reshape(28, 28, 1)


@pytest.mark.parametrize("model", MODELS)
def test_a_fresh_install_starts_from_test_images(model: str) -> None:
    offered, card = images(model), explorer(model).card
    sample = sample_of(card.data.name)
    assert sample is not None
    data = offered.as_data()
    assert (data["noun"], data["sentence"], data["download"], data["codes"]) == ("Test image", "", "", None)
    rows = sample.rows(np.array(data["index"]))
    assert len(rows) == 120 and (rows >= 0).all()
    shown = np.frombuffer(base64.b64decode(data["pixels"]), np.uint8).reshape(-1, 28, 28, 1)
    np.testing.assert_array_equal(shown, sample.things[rows])
    assert data["label"][:10] == list(card.data.classes)


def test_without_an_encoder_the_same_test_images_can_be_searched_for_and_no_others() -> None:
    generator = explorer("mnist-gan-16d").card
    assert images_for(generator) is None
    offered, coded = images_for(generator, searched=True), images("mnist-16d")
    assert offered is not None
    data, other = offered.as_data(), coded.as_data()
    assert (data["title"], data["does"], other["does"]) == ("Find a test image", "Find", "Start from")
    assert [data[name] for name in ("index", "pixels", "codes")] == [
        other[name] for name in ("index", "pixels", "codes")
    ]
    number = data["index"][3]
    assert offered.has(number) and offered.one(number) == coded.one(number)
    sample = sample_of(generator.data.name)
    assert sample is not None
    absent = next(i for i in range(5000, 10_000) if sample.rows(np.array([i]))[0] < 0)
    assert absent < len(offered) and not offered.has(absent) and coded.has(absent)
    assert not offered.has(10_000_000)


def test_an_old_address_means_the_image_that_it_meant() -> None:
    before = load("mnist-5k").test
    assert before.labels is not None
    for number in (0, 123, 999):
        one = images("mnist-16d").one(number)
        np.testing.assert_array_equal(pixels(one), before.images[number])
        assert (one["noun"], one["label"], one["z"]) == ("Training image", str(before.labels[number]), None)


@pytest.mark.parametrize("model", ["mnist-16d", "fashion-16d"])
def test_a_number_that_did_not_come_along_is_there_by_its_code(model: str) -> None:
    offered, opened = images(model), explorer(model)
    sample, codes = sample_of(opened.card.data.name), opened.codes()
    assert sample is not None and codes is not None and codes.labels is not None
    number = next(i for i in range(1000, 10_000) if sample.rows(np.array([i]))[0] < 0)
    one = offered.one(number)
    np.testing.assert_allclose(one["z"], codes.centre[number], atol=1e-3)
    assert codes.spread is not None
    np.testing.assert_allclose(one["spread"], codes.spread[number], atol=1e-3)
    assert one["label"] == opened.card.data.classes[int(codes.labels[number])]
    np.testing.assert_array_equal(pixels(one), opened.decode(codes.centre[[number]])[0])


def test_the_licence_stands_on_the_cards_line_of_data() -> None:
    test = AppTest.from_file(str(PROJECT / "pages" / "explore.py"), default_timeout=60)
    test.query_params["model"] = "fashion-2d"
    line = next(caption.value for caption in test.run().caption if caption.value.startswith("Data"))
    assert "Licence" in line and "MIT" in line and "500 of its test images come with this program" in line
