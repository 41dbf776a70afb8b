"""What people use such models for, on the list of lessons: tiles that a hand and a key move."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.canvases import grey
from vae import open as open_model
from web.page.uses import REACH, USES

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def test_each_kind_has_a_tile_that_shows_what_its_code_stands_for(visit: Visit) -> None:
    page = visit("/learn", ready=lambda page: page.locator("[data-role=uses]").wait_for(state="attached"))
    page.locator("[data-role=uses]").scroll_into_view_if_needed()
    for use in USES:
        expect(page.locator(f"[data-use={use}]")).to_have_attribute("data-drawn", "0.00")
        assert page.locator(f"[data-use={use}] a").get_attribute("href").endswith(f"model={USES[use][0]}")

    tile = page.locator("[data-use=digits]")
    tile.locator("input").focus()
    page.keyboard.press("End")
    expect(tile).to_have_attribute("data-drawn", f"{REACH:.2f}")
    model = open_model(USES["digits"][0])
    nats = model.card.latent.nats
    code = np.zeros((1, 2), np.float32)
    code[0, nats.index(max(nats))] = REACH
    assert np.abs(grey(tile.locator("canvas")).astype(int) - model.decode(code)[0, ..., 0]).max() <= 1

    words = page.locator("[data-use=names] canvas")
    box, before = words.bounding_box(), words.get_attribute("aria-label")
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2, steps=4)
    expect(words).not_to_have_attribute("aria-label", before or "")
    tile.locator("a").click()
    page.wait_for_url("**/explore?model=mnist-2d")
