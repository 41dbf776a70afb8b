"""A code is found by search on Explore, where no encoder says it: by pointer and keys, live, stopped and undone."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from tests.browser.canvases import grey
from tests.browser.conftest import pixels, until, wait_for_pixels

pytestmark = pytest.mark.browser

# What each step says that the nearest so far misses, read with each change; where `held`, a second step is kept back.
WATCHED = """() => {
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (frame) {
    const text = window.held && frame instanceof ArrayBuffer ? new TextDecoder().decode(frame.slice(4)) : "";
    const go = () => send.call(this, frame);
    if (/"op":"search".*"drawn"/.test(text)) window.release = go;
    else go();
  };
  window.misses = [];
  const listen = (root) => new MutationObserver(() => {
    const said = root.querySelector("[data-role=misses]")?.textContent.match(/[\\d.]+/)?.[0];
    if (said && Number(said) !== window.misses.at(-1)) window.misses.push(Number(said));
  }).observe(root, { subtree: true, childList: true, characterData: true });
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (how) {
    const root = attachShadow.call(this, how);
    listen(root);
    return root;
  };
}"""


def shown(page: Page, role: str) -> np.ndarray:
    """Return what a canvas shows, float [H, W] in [0, 1]."""
    return grey(page.locator(f"canvas[data-role={role}]")).astype(float) / 255


def values(page: Page) -> list[str]:
    return [number.input_value() for number in page.locator("input[data-number]").all()]


def ended(words: Locator, how: str) -> float:
    """Wait until a search has ended so, and return what it says that its code misses."""
    words.filter(has_text=how).wait_for()
    found = re.match(rf"{how}: it misses by (0\.\d+)", words.inner_text())
    assert found
    return float(found[1])


def test_a_digit_is_found_by_search_step_by_step_and_a_search_is_stopped_and_undone(visit):
    page = visit("/explore?model=mnist-gan-16d", reduced_motion="no-preference", script=f"({WATCHED})()")
    words, pictures = page.locator("[data-role=search-words]"), page.locator(".thumbnails button")
    assert pictures.nth(3).get_attribute("aria-label").startswith("Find ")
    page.locator("[data-settled]").first.wait_for()
    before, drawn = values(page), pixels(page)

    # The nearest so far is shown beside what is asked for, and comes nearer; what it says it misses is what is seen.
    pictures.nth(3).click()
    page.locator(".original figcaption", has_text="class 3").wait_for()
    missed = ended(words, "Found")
    went = page.evaluate("misses")
    assert len(went) > 2 and went == sorted(went, reverse=True) and went[-1] == missed < 0.8 * went[0]
    until(
        page, lambda: abs(np.sqrt(np.square(shown(page, "picture") - shown(page, "original")).mean()) - missed) < 0.003
    )
    assert values(page) != before and page.locator(".main figcaption").inner_text().startswith("The nearest")
    page.keyboard.press("Control+z")
    wait_for_pixels(page, drawn)
    assert values(page) == before and words.inner_text() == ""

    # By keys: a search begins with Enter, and Escape stops it where it is.
    page.evaluate("() => { window.held = true; }")
    pictures.nth(8).focus()
    page.keyboard.press("Enter")
    words.filter(has_text="Searching among").wait_for()
    page.locator("[data-role=misses]", has_text="misses").wait_for()
    page.keyboard.press("Escape")
    stopped = ended(words, "Stopped")
    kept = values(page)
    assert page.locator("[data-role=stop-search]").is_hidden()

    # Pressed again it begins with other draws, and goes on to the end; a hand at a slider takes it from there.
    page.evaluate("() => { window.held = false; window.release(); }")
    pictures.nth(8).click()
    assert ended(words, "Found") <= stopped and values(page) != kept
    page.locator("input[type=range][data-dim='0']").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".main figcaption", has_text="Decoded").wait_for()
    assert words.inner_text() == ""

    # One's own is searched for after each stroke; the pad's own undo takes the stroke back, and leaves the page alone.
    page.locator(".own summary").click()
    pad = page.locator(".own .pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.45 * box["width"], box["y"] + 0.8 * box["height"], steps=6)
    page.mouse.up()
    page.locator(".original figcaption", has_text="Your image").wait_for()
    assert ended(words, "Found") < 0.2  # a bar is near to a one
    kept = values(page)
    page.keyboard.press("Control+z")
    page.locator(".own .invitation").wait_for()
    assert values(page) == kept
