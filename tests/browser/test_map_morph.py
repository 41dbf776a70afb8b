"""Points that go over from one map to another: each keeps its number, and what stands on the map goes along."""

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import FIND, wait_for_address
from tests.browser.on_map import Map, drawn, spread, write_mapped

pytestmark = pytest.mark.browser

MODEL = "morph-8d"
N = 60
POINT = 17
FROM, TO = (0, 1), (2, 5)


@pytest.fixture(scope="module", autouse=True)
def means(home) -> np.ndarray:
    """The means of the codes of a model of eight dimensions, on the test server."""
    codes = spread(N, 8)
    write_mapped(home / "models" / MODEL, codes)
    return codes.centre


def address(pair: tuple[int, int]) -> str:
    return f"/map?model={MODEL}&map=dimensions-{pair[0]}-{pair[1]}"


def choose(page: Page, axis: str, dim: int) -> None:
    page.get_by_label(f"Dimension along {axis}").select_option(str(dim))


def moved(page: Page) -> None:
    """Wait until the points are where they belong."""
    page.wait_for_function(f"() => ({FIND})('over').closest('[data-role=chart]').dataset.moving === ''")


# While the points are on their way: point at a place between two pixels, as far along as they are, and wait for words.
POINT_ON_THE_WAY = """async ([ax, ay, bx, by]) => {
  const chart = (FIND)("over").closest("[data-role=chart]");
  const title = () => chart.getRootNode().querySelector("[data-role=here-title]").textContent;
  const frame = () => new Promise(requestAnimationFrame);
  for (const until = performance.now() + 10000; performance.now() < until; await frame()) {
    const share = Number(chart.dataset.moving);
    if (!chart.dataset.moving || share < 0.1 || share > 0.9) continue;
    const at = { clientX: ax + share * (bx - ax), clientY: ay + share * (by - ay) };
    chart.dispatchEvent(new PointerEvent("pointermove", { ...at, pointerType: "mouse", bubbles: true }));
    for (const end = performance.now() + 3000; performance.now() < end; await frame()) {
      if (title().startsWith("Test image")) return [share, title()];
    }
    return [share, title()];
  }
  return [null, "no frame of the way was seen"];
}""".replace("FIND", FIND)


def click(on: Map, place: np.ndarray) -> str:
    """Click a point and return the name of the pin that this makes; the pin is taken away again."""
    page = on.page
    on.hover(*place)
    on.said("Test image")
    page.mouse.down()
    page.mouse.up()
    name = page.locator("[data-role=pin] .name:not(:empty)")
    name.wait_for()
    said = name.inner_text()
    page.locator("[data-role=pin]").hover()
    page.locator("[data-role=pin] button").click()
    return said


def test_the_same_point_is_found_before_on_its_way_and_after_and_the_last_choice_counts(visit, means):
    page = visit(address(TO))
    there = drawn(page).pixel(*means[POINT, TO])  # known from a window of its own
    page = visit(address(FROM))
    on = drawn(page)
    name = f"image {POINT}, seven"
    assert click(on, means[POINT, FROM]) == name
    choose(page, "x", TO[0])  # first another map, so that one choice leads to the last
    moved(page)
    page.wait_for_timeout(300)
    here = on.pixel(*means[POINT, (TO[0], FROM[1])])
    page.mouse.move(5, 5)
    page.evaluate(f"void (globalThis.found = ({POINT_ON_THE_WAY})({[*here, *there]}))")
    choose(page, "y", TO[1])
    share, title = page.evaluate("found")
    assert title == f"Test image {POINT}, seven", share
    moved(page)
    page.wait_for_timeout(300)
    assert np.allclose(on.pixel(*means[POINT, TO]), there, atol=1)
    assert click(on, means[POINT, TO]) == name
    wait_for_address(page, "map=dimensions-2-5")

    # A choice on the way leads on to the map that was chosen last, and what is pinned goes along.
    on.hover(*means[POINT, TO])
    on.said("Test image")
    page.mouse.down()
    page.mouse.up()
    wait_for_address(page, "pins=p17")
    choose(page, "x", FROM[0])
    choose(page, "y", FROM[1])
    choose(page, "x", 7)
    wait_for_address(page, f"map=dimensions-7-{FROM[1]}")
    moved(page)
    page.wait_for_timeout(300)
    for point in (3, POINT, 42):
        on.hover(*means[point, (7, FROM[1])])
        on.said(f"Test image {point}, ")
    wait_for_address(page, "pins=p17")

    # With reduced motion the points are there at once.
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(
        f"""() => {{
          const chart = ({FIND})("over").closest("[data-role=chart]");
          globalThis.ways = [];
          const watcher = new MutationObserver(() => ways.push(chart.dataset.moving));
          watcher.observe(chart, {{ attributeFilter: ["data-moving"] }});
        }}"""
    )
    choose(page, "y", TO[1])
    wait_for_address(page, f"map=dimensions-7-{TO[1]}")
    on.hover(*means[POINT, (7, TO[1])])
    on.said(f"Test image {POINT}, ")
    assert page.evaluate("ways.filter(Boolean)") == []
