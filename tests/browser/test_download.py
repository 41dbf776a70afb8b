"""The originals of a data set, fetched from the page that misses them."""

import shutil

import numpy as np
import pytest

from tests.browser.conftest import pixels, wait_for_change
from tests.models import write_dataset
from vae.datasets.dataset import Dataset, Split

pytestmark = pytest.mark.browser

FASHION = "/explore?model=fashion-16d"


def button(page):
    return page.locator("button[data-role=download]")


def made_fashion() -> Dataset:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (40, 28, 28, 1), np.uint8)
    split = Split(images, np.arange(40) % 10)
    return Dataset("fashion-mnist", "Fashion-MNIST", tuple("0123456789"), "none", "made up", split, split)


def test_a_download_that_fails_is_told_in_a_sentence_and_the_page_goes_on(visit):
    page = visit(FASHION)
    button(page).click()
    page.get_by_text("Could not download").wait_for()
    before = pixels(page)
    page.locator("button[data-role=draw]").click()
    wait_for_change(page, before)


def test_when_the_originals_are_there_the_page_starts_from_them(visit, home):
    page = visit(FASHION)
    folder = home / "datasets" / "fashion-mnist"
    try:
        write_dataset(folder, made_fashion())  # what a download ends with
        button(page).click()
        page.get_by_text("Start from a test image", exact=True).wait_for()
        assert button(page).count() == 0
        page.locator("button[data-image]").first.click()
        page.locator("canvas[data-role=original]").wait_for()
    finally:
        shutil.rmtree(folder)
