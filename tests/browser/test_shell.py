"""What every page has: a way past the links, a box of keys, a mode for the projector, the mark of where one is."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page

from app import PAGES
from tests.browser.conftest import Windows, painted, visiting
from tests.browser.test_calm import stands
from tests.running import Server

FOCUS = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return { inside: at?.getRootNode() !== document, tag: at?.tagName, current: at?.getAttribute("aria-current") };
}"""


class Shown(NamedTuple):
    """A page of the app in a window."""

    title: str
    page: Page


def mode(page: Page) -> str | None:
    return page.evaluate("document.documentElement.dataset.show ?? null")


def wait_for_mode(page: Page, wanted: str | None) -> None:
    page.wait_for_function("wanted => (document.documentElement.dataset.show ?? null) === wanted", arg=wanted)


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.title)
def shown(request: pytest.FixtureRequest, windows: Windows, server: Server) -> Iterator[Shown]:
    """Each page as it comes, for the tests that follow one another on it."""
    with visiting(windows, server) as visit:
        yield Shown(request.param.title, visit(request.param.url, ready=stands))


def test_the_first_tab_leads_past_the_links(shown: Shown) -> None:
    page = shown.page
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate(
        "link => link === document.activeElement && link.getBoundingClientRect().top >= 0"
    )
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUS)["inside"]


def test_each_page_says_what_its_keys_do_and_where_one_is(shown: Shown) -> None:
    page = shown.page
    here = page.locator(".st-key-pages a[aria-current='page']")
    assert here.count() == 1 and here.inner_text().split("\n")[-1] == shown.title
    page.locator(".keys-button").click()
    box = page.locator(".keys-box")
    assert box.locator("caption").count() >= 2 and "projector mode" in box.inner_text()
    page.keyboard.press("?")
    box.wait_for(state="hidden")
    assert page.evaluate(FOCUS)["tag"] == "BUTTON"  # where one was


def test_where_the_keys_go_does_not_look_like_where_one_is(visit) -> None:
    page: Page = visit("/map", ready=stands)
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
    host = page.locator("[class*=st-key-explore-live]")
    assert host.is_visible() and host.bounding_box()["width"] > 1200
    assert float(page.locator("button.quiet").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 24

    page.keyboard.press("?")
    page.locator(".keys-box footer button", has_text="Map").click()
    page.wait_for_url("**/map?*show=projector*")
    page.locator("canvas[data-role=points]").wait_for()
    page.reload()
    page.locator("canvas[data-role=points]").wait_for()
    assert mode(page) == "projector"
    page.keyboard.press("p")
    wait_for_mode(page, None)
    assert "show=" not in page.url and page.locator(".st-key-pages").is_visible()


def test_escape_leaves_the_projector_and_letters_in_a_field_do_not_enter_it(visit) -> None:
    page: Page = visit("/explore?model=mnist-2d&show=projector", ready=painted)
    wait_for_mode(page, "projector")
    page.locator(".skip").focus()
    page.keyboard.press("Escape")
    wait_for_mode(page, None)
    page.locator("[data-testid=stSelectbox] input").first.focus()
    page.keyboard.press("p")
    assert mode(page) is None and "show=" not in page.url


def test_what_is_drawn_grows_with_the_letters_of_a_room(visit) -> None:
    page: Page = visit("/map?model=mnist-2d&map=identity", ready=stands, width=1500, height=900)
    chart = page.locator("[data-role=chart]")
    over = page.locator(".chart canvas[data-role=over]")
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
    page.wait_for_timeout(800)
    # Letters and lines are 24/14 as large on a chart that is about as large as before.
    assert over.evaluate(ink) > 1.4 * drawn
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.6)
    page.locator(".lens:not([hidden])").wait_for()
    lens = page.locator(".lens").bounding_box()
    assert abs(lens["x"] - box["x"] - box["width"] * 0.4) < 60  # it stands where the pointer is
