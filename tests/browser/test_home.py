"""Home, as a visitor meets it."""

import json
import re
import shutil

import pytest

from tests.browser.conftest import painted, wait_for_address
from tests.running import running_server
from vae.home import BUNDLED_MODELS

pytestmark = pytest.mark.browser


def test_a_world_is_a_link_as_a_whole_and_changes_the_line(visit):
    page = visit("/", reduced_motion="reduce")
    page.locator(".hero[data-model=mnist-2d]").wait_for()
    sheet = page.locator(".st-key-world_other_fashion-2d img")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".hero[data-model=fashion-2d]").wait_for()
    assert page.locator(".st-key-world_now_fashion-2d").count() == 1
    wait_for_address(page, "model=fashion-2d")


def test_the_switch_of_a_world_leads_to_its_other_size(visit):
    page = visit("/", reduced_motion="reduce")
    page.locator(".st-key-size_of_mnist-16d a").click()
    page.locator(".hero[data-model=mnist-16d]").wait_for()
    assert page.locator(".line.many .dimensions input[type=range]").count() == 10


@pytest.mark.parametrize("door", ["explore", "map", "interpolate", "restore", "detect", "train"])
def test_every_door_is_one_click(visit, door):
    page = visit("/", reduced_motion="reduce")
    card = page.locator(f".st-key-door_{door}")
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 30, box["y"] + box["height"] - 12)  # the card, not its words
    page.wait_for_function("door => location.pathname.endsWith(door)", arg=door)


def test_any_model_leads_to_explore_from_the_list(visit):
    page = visit("/", reduced_motion="reduce")
    page.get_by_text(re.compile(r"All \d+ models")).click()
    page.locator(".st-key-card_tiny-16d").get_by_role("link").click()
    page.locator("[data-model=tiny-16d]").wait_for()
    assert "/explore" in page.url and "model=tiny-16d" in page.url


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


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_what_a_box_holds_stays_where_it_is_while_the_box_opens(visit, motion):
    page = visit("/", reduced_motion=motion)
    page.locator("summary", has_text="Train with one command").wait_for()  # the last of the page
    box = page.locator("summary", has_text=re.compile(r"All \d+ models"))
    places, heights = box.evaluate(OPENED)
    assert len(places) == 1 and 100 < places[0] < max(heights)
    if motion == "reduce":
        assert len(heights) == 1
    box.click()
    page.locator(".st-key-card_tiny-16d a").wait_for(state="hidden")


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


@pytest.mark.parametrize("width", [390, 1280])
def test_the_links_above_lead_from_page_to_page_and_lie_over_nothing(visit, width):
    page = visit("/", width=width, height=844)
    bar = page.locator(".st-key-pages")
    bar.get_by_role("link", name="Explore").click()
    page.locator(".explore").wait_for()
    painted(page)
    assert page.locator("[data-testid=stSidebar]").count() == 0
    above, below = bar.bounding_box(), page.locator("h1").bounding_box()
    assert above["y"] >= 0 and above["y"] + above["height"] <= below["y"]
    bar.get_by_role("link", name="Home").focus()
    page.keyboard.press("Enter")
    page.locator(".hero").wait_for()


def test_a_telephone_scrolls_in_one_direction_only(visit):
    page = visit("/", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_everything_works_below_a_base_path(visit, home):
    with running_server(home, "--server.baseUrlPath=vae", base_path="/vae") as below:
        page = visit("/", at=below)
        page.get_by_role("link", name="Explore from here").click()
        page.locator(".explore").wait_for()
        painted(page)
        assert "/vae/explore" in page.url
        page.close()  # before its server ends: what it still fetches would be refused


def test_nothing_that_a_card_says_becomes_a_link_or_a_picture(visit, tmp_path):
    said = (
        "www.evil.example https://evil.example a@evil.example [x](//evil.example) ![](//evil.example/x.png) <b>x</b> "
        "WWW.evil.example www&period;evil.example https&colon;//evil.example a@-evil.example a&commat;evil.example"
    )
    folder = tmp_path / "models" / "www.evil.example"
    shutil.copytree(BUNDLED_MODELS / "mnist-2d", folder)
    card = json.loads((folder / "card.json").read_text())
    card["name"] = folder.name
    card["data"] |= {"title": said, "source": said, "licence": said}
    card["metrics"]["conditions"] = said
    (folder / "card.json").write_text(json.dumps(card))
    with running_server(tmp_path) as server:
        for path in ("/", "/explore?model=www.evil.example"):
            page = visit(path, at=server)
            page.get_by_text("How this model was trained" if path != "/" else re.compile(r"All \d+ models")).click()
            page.get_by_text("evil.example").first.wait_for()
            links = page.locator("a[href*='//evil'], a[href*='//www.evil' i], a[href^=mailto], img[src*=evil]")
            assert links.count() == 0
            page.context.close()  # before its server ends
