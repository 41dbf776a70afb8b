"""Masks on Explore, with the bundled model of phantoms: draws for an image, their colours, and their codes."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import pixels, wait_for_address, wait_for_change

pytestmark = pytest.mark.browser


def test_draws_are_shown_for_the_image_at_hand_and_lead_to_their_codes(visit):
    page = visit("/explore?model=phantoms-6d")
    readings = page.locator("[data-role=readings][data-drawn='8']")
    readings.wait_for()
    differ = page.locator("[data-role=disagreement]")
    expect(differ).to_have_attribute("aria-label", re.compile(r"^Where the draws disagree: at \d+ of 1024 pixels$"))
    draws = page.locator("[data-reading]")
    expect(draws).to_have_count(8)
    expect(draws.first).to_have_attribute(
        "aria-label", re.compile(r"^Draw 1: body \d+\.\d %, cap \d+\.\d % of the image\.")
    )
    expect(page.locator(".legend .part")).to_have_text(["body", "cap"])

    # A draw is gone to by a key, and its code is that of the address.
    before = pixels(page)
    draws.nth(2).focus()
    page.keyboard.press("Enter")
    wait_for_change(page, before)
    wait_for_address(page, "z=")
    expect(page.locator("figure.main figcaption")).to_contain_text("Random draw")

    # Without opacity there is the image alone.
    coloured = pixels(page)
    page.locator("[data-role=opacity]").focus()
    page.keyboard.press("Home")
    wait_for_change(page, coloured)
    grey = page.locator("canvas[data-role=picture]").evaluate(
        """(canvas) => {
          for (const input of document.querySelectorAll("[data-layer=beneath]:checked")) input.click();
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.every((value, i) => i % 4 === 3 || value === data[i - (i % 4)]);
        }"""
    )
    assert grey

    # Another image to start from brings draws of its own.
    was = draws.first.get_attribute("aria-label")
    assert was
    page.locator(".thumbnails button").nth(1).click()
    expect(draws.first).not_to_have_attribute("aria-label", was)

    # An image alone has no labels that are known: it is shown at the middle of its prior.
    grey = np.random.default_rng(0).integers(0, 256, (32, 32)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG")
    own = {"name": "mine.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.locator("[data-role=own-file]").set_input_files(own)
    expect(page.locator("[data-role=own-note]")).to_contain_text("It came without a mask")
    expect(page.locator(".original figcaption")).to_contain_text("Your mask")
    expect(page.locator("figure.main figcaption")).to_contain_text("z = 0")
