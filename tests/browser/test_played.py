"""Played from an empty browser, as somebody does who has never been here."""

import pytest
from playwright.sync_api import Page

from app import PAGES
from tests.browser.conftest import wait_for_address
from tests.browser.test_calm import stands

pytestmark = pytest.mark.browser

TEN_SECONDS = 10_000

SEEN = """() => {
  const host = [...document.querySelectorAll('[class*="st-key-home-live"] *')].find((each) => each.shadowRoot);
  const canvases = [...(host?.shadowRoot.querySelectorAll("canvas") ?? [])].filter((each) => each.width > 1);
  return canvases.map((each) => each.toDataURL()).join();
}"""


def follow(page: Page, title: str) -> None:
    """Follow a link at the top of the page, and wait until what it leads to is there."""
    url = next(each.url for each in PAGES if each.title == title)
    page.locator(".st-key-pages a").filter(has_text=title).click()
    page.wait_for_function("end => location.pathname.endsWith(end)", arg=url)
    page.locator(f"[class*='st-key-{title.lower()}-live']").wait_for(state="attached")
    stands(page)
    page.wait_for_function(
        "() => [...document.images].every((each) => each.complete)"
    )  # Streamlit drops those of a page left


def test_within_ten_seconds_a_control_has_moved_and_a_picture_has_changed(visit) -> None:
    """With less motion, so that nothing but the hand changes a picture."""
    page: Page = visit("/", ready=lambda _: None, reduced_motion="reduce")
    page.wait_for_function(f"() => ({SEEN})()")
    control = page.locator("[class*='st-key-home-live']").get_by_role("application", name="The plane of codes")
    control.wait_for()
    page.wait_for_timeout(300)  # until the first picture is painted
    before = page.evaluate(SEEN)
    control.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(f"before => ({SEEN})() !== before", arg=before)
    assert page.evaluate("performance.now()") < TEN_SECONDS  # since the address was asked for


def test_every_page_is_one_click_away_and_what_was_made_on_one_outlives_a_walk_through_all_others(visit) -> None:
    page: Page = visit("/", ready=stands)
    links = page.locator(".st-key-pages a").evaluate_all("all => all.map((each) => new URL(each.href).pathname)")
    assert links == [each.url for each in PAGES]
    follow(page, "Explore")
    slider = page.locator("input[data-dim]").first
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    made = slider.input_value()
    assert float(made) != 0
    wait_for_address(page, "z=")
    for each in sorted(PAGES, key=lambda page: page.title == "Explore"):  # which is the last one
        follow(page, each.title)
        page.locator(".st-key-pages a[aria-current='page']", has_text=each.title).wait_for()
    page.wait_for_function(
        """made => [...document.querySelectorAll('[class*="st-key-explore-live"] *')]
          .find((each) => each.shadowRoot)?.shadowRoot.querySelector("input[data-dim]")?.value === made""",
        arg=made,
    )
