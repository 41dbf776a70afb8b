"""A browser whose clock stands still, and one without WebGL, still shows what a lesson ends in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.learning import READ, let_go, stands

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

NO_GL = """
const made = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return String(kind).startsWith("webgl") ? null : made.call(this, kind, ...more);
};
"""
STOP = """() => {
  const now = performance.now();
  performance.now = () => now;
  Date.now = () => 0;
  window.requestAnimationFrame = () => 0;
  window.setTimeout = window.setInterval = () => 0;
}"""


def test_a_lesson_shows_its_end_though_no_frame_comes_and_no_time_passes(visit: Visit) -> None:
    page = visit("/learn?lesson=rare", ready=stands, script=NO_GL)
    let_go(page)
    page.evaluate(STOP)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("[data-role=ask]")).to_have_attribute("data-state", "revealed")
    drop = page.locator("input[data-role=false]")
    drop.focus()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    outputs, state = page.evaluate(READ)
    assert state["share"] == 0 and outputs["false"] == "0 %"
    assert page.locator(".lesson").get_attribute("data-behind") == "false"
    assert page.locator("[data-part=digits-floor]").count() == 1  # all of them have fallen
