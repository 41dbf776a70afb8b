"""The originals of a data set, fetched from the page that misses them."""

import json
import shutil

import numpy as np
import pytest

from tests.browser.conftest import pixels, wait_for_change
from tests.models import write_dataset
from vae.datasets.dataset import Dataset, Split
from vae.home import BUNDLED_MODELS

pytestmark = pytest.mark.browser

NAME, AWAY = "away-16d", "kmnist"
"""A model, and the data set that it says it has learnt, which neither is here nor comes along."""


@pytest.fixture
def address(home):
    folder = home / "models" / NAME
    shutil.copytree(BUNDLED_MODELS / "fashion-16d", folder)
    card = json.loads((folder / "card.json").read_text())
    card["name"], card["data"]["name"] = NAME, AWAY
    (folder / "card.json").write_text(json.dumps(card))
    yield f"/explore?model={NAME}"
    shutil.rmtree(folder)


def button(page):
    return page.locator("button[data-role=download]")


def made_away() -> Dataset:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (40, 28, 28, 1), np.uint8)
    split = Split(images, np.arange(40) % 10)
    return Dataset(AWAY, "KMNIST", tuple("0123456789"), "none", "made up", split, split)


def test_a_download_that_fails_is_told_in_a_sentence_and_one_that_comes_is_what_the_page_starts_from(
    visit, home, address
):
    page = visit(address)
    button(page).click()
    page.get_by_text("Could not download").wait_for()
    before = pixels(page)
    page.locator("button[data-role=draw]").click()
    wait_for_change(page, before)  # the page goes on
    folder = home / "datasets" / AWAY
    try:
        write_dataset(folder, made_away())  # what a download ends with
        button(page).click()
        page.get_by_text("Start from a test image", exact=True).wait_for()
        assert button(page).count() == 0
        page.locator("button[data-image]").first.click()
        page.locator("canvas[data-role=original]").wait_for()
    finally:
        shutil.rmtree(folder)
