"""What every page has: a mode for the projector, and the mark of where one is."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import painted, until
from tests.browser.test_calm import stands

pytestmark = pytest.mark.browser


def mode(page: Page) -> str | None:
    return page.evaluate("document.documentElement.dataset.show ?? null")


def wait_for_mode(page: Page, wanted: str | None) -> None:
    page.wait_for_function("wanted => (document.documentElement.dataset.show ?? null) === wanted", arg=wanted)


def where_the_keys_go_does_not_look_like_where_one_is(page: Page) -> None:
    """Check a page that shows its links, Map."""
    look = "e => { const { outlineStyle, boxShadow } = getComputedStyle(e); return [outlineStyle, boxShadow]; }"
    links = page.locator(".st-key-pages a")
    current, other = page.locator(".st-key-pages a[aria-current='page']"), links.nth(1)
    page.locator(".skip").focus()
    for _ in range(3):  # the part of the page that scrolls, Home, Explore
        page.keyboard.press("Tab")
    assert other.evaluate("e => e === document.activeElement")
    assert other.evaluate(look) == ["solid", "none"]
    outline, line = current.evaluate(look)
    assert outline == "none" and "inset" in line


def test_the_projector_shows_one_thing_large_and_keeps_it_over_pages(visit) -> None:
    page: Page = visit("/explore?model=mnist-2d", ready=painted)
    page.locator(".skip").focus()
    page.keyboard.press("p")
    wait_for_mode(page, "projector")
    assert "show=projector" in page.url and "model=mnist-2d" in page.url
    for hidden in (".st-key-pages", "[data-testid=stExpander] summary", "h1"):
        assert not page.locator(hidden).first.is_visible()
    line = page.locator(".for-a-room")
    assert line.is_visible() and line.inner_text() == "Explore · mnist-2d"
    host = page.locator("[class*=st-key-explore-live]")
    assert host.is_visible() and host.bounding_box()["width"] > 1200
    assert float(page.locator("button.quiet").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 24

    page.keyboard.press("?")
    page.locator(".keys-box footer button", has_text="Map").click()
    page.wait_for_url("**/map?*show=projector*")
    page.locator("canvas[data-role=points]").wait_for()
    line.filter(has_text="Map · mnist-2d").wait_for()
    page.reload()
    page.locator("canvas[data-role=points]").wait_for()
    assert mode(page) == "projector"
    page.keyboard.press("p")
    wait_for_mode(page, None)
    assert "show=" not in page.url and page.locator(".st-key-pages").is_visible() and line.is_hidden()


def test_escape_leaves_the_projector_letters_in_a_field_do_not_enter_it_and_what_is_drawn_grows_with_it(visit) -> None:
    page: Page = visit("/map?model=mnist-2d&map=identity&show=projector", ready=stands, width=1500, height=900)
    wait_for_mode(page, "projector")
    page.locator(".skip").focus()
    page.keyboard.press("Escape")
    wait_for_mode(page, None)
    page.locator("[data-testid=stSelectbox] input").first.focus()
    page.keyboard.press("p")
    assert mode(page) is None and "show=" not in page.url
    page.keyboard.press("Escape")
    page.locator(".skip").focus()

    where_the_keys_go_does_not_look_like_where_one_is(page)

    # What is drawn grows with the letters of a room.
    chart = page.locator("[data-role=chart]")
    over = page.locator(".chart canvas[data-role=over]")
    page.wait_for_timeout(800)  # it is drawn again at its size without the projector
    ink = """c => {
      const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
      let n = 0;
      for (let i = 3; i < data.length; i += 4) n += data[i] > 0;
      return n / (c.width * c.height);
    }"""
    drawn, wide = over.evaluate(ink), chart.bounding_box()["width"]
    page.keyboard.press("p")
    wait_for_mode(page, "projector")
    page.wait_for_function("wide => document.documentElement.dataset.show && innerWidth > wide", arg=wide)
    # Letters and lines are 24/14 as large on a chart that is about as large as before.
    until(page, lambda: over.evaluate(ink) > 1.4 * drawn)
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.6)
    page.locator(".lens:not([hidden])").wait_for()
    lens = page.locator(".lens").bounding_box()
    assert abs(lens["x"] - box["x"] - box["width"] * 0.4) < 60  # it stands where the pointer is
