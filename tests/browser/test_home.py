"""Home, as a visitor meets it.

A page that comes costs more than all that is done on it: a test is one visit, and its parts follow each other.
"""

import json
import re
import shutil

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import painted, wait_for_address
from tests.running import running_server
from vae.home import BUNDLED_MODELS

pytestmark = pytest.mark.browser


OPENED = """async (summary) => {
  const box = summary.closest("details"), last = box.querySelector(".st-key-card_tiny-16d a");
  summary.click();
  await new Promise(requestAnimationFrame);
  last.focus();  // jumps there, as any script's scroll does
  const places = new Set(), heights = new Set(), until = performance.now() + 800;
  while (performance.now() < until) {
    await new Promise(requestAnimationFrame);
    const { top, height } = box.getBoundingClientRect();
    places.add(Math.round(last.getBoundingClientRect().top - top));
    heights.add(Math.round(height));
  }
  return [[...places], [...heights]];
}"""
"""Where a link is in its box, and how high that is, in all frames after the box was opened."""

MET = """([x, y]) => document.elementFromPoint(x, y).closest("a")?.href"""
"""The address of the link that a click at a place of the window meets."""


def home_by_its_link(page: Page) -> None:
    page.locator(".st-key-pages").get_by_role("link", name="Home").click()
    page.locator(".hero").wait_for()
    painted(page)


def test_worlds_doors_and_models_are_links_as_a_whole_and_a_box_opens_without_moving_what_it_holds(visit):
    page: Page = visit("/", reduced_motion="reduce")
    page.locator(".hero[data-model=mnist-2d]").wait_for()
    page.locator("summary", has_text="Train with one command").wait_for()  # the last of the page

    # What a box holds stays where it is while the box opens.
    box = page.locator("summary", has_text=re.compile(r"All \d+ models"))
    for motion in ("no-preference", "reduce"):
        page.emulate_media(reduced_motion=motion)
        places, heights = box.evaluate(OPENED)
        assert len(places) == 1 and 100 < places[0] < max(heights)
        if motion == "reduce":
            assert len(heights) == 1
        box.click()
        page.locator(".st-key-card_tiny-16d a").wait_for(state="hidden")

    # Every door is one click: on the card, not on its words.
    for door in ("explore", "map", "interpolate", "restore", "detect", "train"):
        card = page.locator(f".st-key-door_{door}")
        card.scroll_into_view_if_needed()
        box_of = card.bounding_box()
        corner = [box_of["x"] + box_of["width"] - 30, box_of["y"] + box_of["height"] - 12]
        assert (page.evaluate(MET, corner) or "").split("?")[0].endswith(f"/{door}"), door
    page.mouse.click(*corner)
    page.wait_for_url("**/train*")
    home_by_its_link(page)

    # A world is a link as a whole, and changes the line; its switch leads to its other size.
    sheet = page.locator(".st-key-world_other_fashion-2d img")
    sheet.scroll_into_view_if_needed()
    whole = sheet.bounding_box()
    page.mouse.click(whole["x"] + whole["width"] / 2, whole["y"] + whole["height"] / 2)
    page.locator(".hero[data-model=fashion-2d]").wait_for()
    page.locator(".st-key-world_now_fashion-2d").wait_for()  # Streamlit's part comes after the line's
    wait_for_address(page, "model=fashion-2d")
    page.locator(".st-key-size_of_mnist-16d a").click()
    page.locator(".hero[data-model=mnist-16d]").wait_for()
    ranges = page.locator(".line.many .dimensions input[type=range]")
    ranges.nth(9).wait_for()
    assert ranges.count() == 10

    # Any model leads to Explore from the list.
    box.click()
    page.locator(".st-key-card_tiny-16d").get_by_role("link").click()
    page.locator(".explore[data-model=tiny-16d]").wait_for()
    assert "/explore" in page.url and "model=tiny-16d" in page.url


def test_the_place_of_the_line_is_explored_and_back(visit):
    page = visit("/", reduced_motion="reduce")
    page.get_by_role("application", name="The plane of codes").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    page.get_by_role("link", name="Explore from here").click()
    page.locator(".explore[data-model=mnist-2d]").wait_for()
    assert "z=" in page.url
    page.go_back()
    page.locator(".hero").wait_for()
    painted(page)


def test_the_links_above_lead_from_page_to_page_lie_over_nothing_and_a_telephone_scrolls_in_one_direction(visit):
    page: Page = visit("/", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    bar = page.locator(".st-key-pages")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        bar.get_by_role("link", name="Explore").click()
        page.locator(".explore").wait_for()
        painted(page)
        assert page.locator("[data-testid=stSidebar]").count() == 0
        above, below = bar.bounding_box(), page.locator("h1").bounding_box()
        assert above["y"] >= 0 and above["y"] + above["height"] <= below["y"]
        bar.get_by_role("link", name="Home").focus()
        page.keyboard.press("Enter")
        page.locator(".hero").wait_for()


def test_everything_works_below_a_base_path(visit, home):
    with running_server(home, "--server.baseUrlPath=vae", base_path="/vae") as below:
        page = visit("/", at=below)
        page.get_by_role("link", name="Explore from here").click()
        page.locator(".explore").wait_for()
        painted(page)
        assert "/vae/explore" in page.url
        page.close()  # before its server ends: what it still fetches would be refused


def test_nothing_that_a_card_says_becomes_a_link_or_a_picture(visit, home):
    said = (
        "www.evil.example https://evil.example a@evil.example [x](//evil.example) ![](//evil.example/x.png) <b>x</b> "
        "WWW.evil.example www&period;evil.example https&colon;//evil.example a@-evil.example a&commat;evil.example"
    )
    folder = home / "models" / "www.evil.example"
    shutil.copytree(BUNDLED_MODELS / "mnist-2d", folder)
    card = json.loads((folder / "card.json").read_text())
    card["name"] = folder.name
    card["data"] |= {"title": said, "source": said, "licence": said}
    card["metrics"]["conditions"] = said
    (folder / "card.json").write_text(json.dumps(card))
    try:
        for path in ("/", "/explore?model=www.evil.example"):
            page = visit(path)
            page.get_by_text("How this model was trained" if path != "/" else re.compile(r"All \d+ models")).click()
            page.get_by_text("evil.example").locator("visible=true").first.wait_for()
            links = page.locator("a[href*='//evil'], a[href*='//www.evil' i], a[href^=mailto], img[src*=evil]")
            assert links.count() == 0
    finally:
        shutil.rmtree(folder)
