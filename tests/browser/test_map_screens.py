"""The latent map on other screens: a telephone, a browser without WebGL, one that loses it, a dark one."""

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import pixels, wait_for_address, wait_for_change
from tests.browser.on_map import Fingers, drawn, eventually, only_points, rings, write_mapped

pytestmark = pytest.mark.browser

PLANE = "/map?model=map-plane"


@pytest.fixture(scope="module", autouse=True)
def means(home) -> np.ndarray:
    """The means of the codes of map-plane, a model on the test server."""
    write_mapped(home / "models" / "map-plane", rings(600))
    return rings(600).centre


WITHOUT_WEBGL = """(() => {
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
    return kind.includes("webgl") ? null : getContext.call(this, kind, ...more);
  };
})()"""
"""A browser that has no WebGL at all."""


def test_a_telephone_shows_pictures_under_a_finger_and_two_fingers_zoom(visit):
    page = visit(PLANE, width=390, height=844, has_touch=True, is_mobile=True)
    on = drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("[data-role=pad]").is_hidden()  # it waits behind its tab
    for part in ("[data-role=chart]", "[data-role=legend]", ".side", ".map-tools"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390, part
    on.chart.scroll_into_view_if_needed()
    box = on.box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    seen = [pixels(page)]
    fingers = Fingers(page)
    fingers.at((x, y))
    fingers.at((x + 20, y))
    seen.append(wait_for_change(page, seen[-1]))
    assert page.locator("canvas[data-role=lens]").is_visible()
    fingers.lift()
    width = on.camera()[2]
    for apart in (20, 40, 60, 80):
        fingers.at((x - apart, y), (x + apart, y))
    fingers.lift()
    wait_for_address(page, "view=")
    assert np.isclose(on.camera()[2], width / 4, rtol=0.15)  # four times as far apart
    assert page.locator("[data-role=pin]").count() == 0


def test_without_webgl_all_points_are_drawn_and_a_sentence_says_so(visit, means):
    page = visit(PLANE, script=WITHOUT_WEBGL)
    assert page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
    assert_drawn_by_the_processor(page, means)


def test_webgl_can_be_switched_off_in_the_address(visit, means):
    assert_drawn_by_the_processor(visit(PLANE + "&webgl=off"), means)


def assert_drawn_by_the_processor(page: Page, means: np.ndarray) -> None:
    on = drawn(page)
    assert page.locator("[data-role=no-webgl]").is_visible()
    assert page.locator("[data-role=points]").get_attribute("data-kind") == "canvas"
    only_points(page)
    page.mouse.move(5, 5)
    on.shows(*means[[0, 3, 6]])
    on.hides(np.array([1, 1]))
    on.hover(*means[6])
    on.said("Test image 6, six")


def test_a_lost_graphics_context_comes_back_with_all_points_and_in_the_dark_they_are_seen_too(visit, means):
    page = visit(PLANE)
    on = drawn(page)
    assert page.locator("[data-role=no-webgl]").is_hidden()
    only_points(page)
    page.mouse.move(5, 5)
    page.locator("[data-role=points]").evaluate(
        """canvas => {
          const loss = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
          loss.loseContext();
          return new Promise((done) => setTimeout(() => { loss.restoreContext(); setTimeout(done, 300); }, 100));
        }"""
    )
    on.shows(*means[[0, 3, 6]])

    page.emulate_media(color_scheme="dark")
    eventually(lambda: on.colour(1, 1).max() < 80)  # paper
    for point in range(10):
        assert np.abs(on.colour(*means[point]) - on.colour(1, 1)).max() > 60, point
