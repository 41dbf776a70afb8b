"""Home, as a visitor meets it."""

import json
import shutil

import pytest

from tests.browser.conftest import painted, pixels, touch, wait_for_change
from tests.running import running_server
from vae.home import BUNDLED_MODELS

pytestmark = pytest.mark.browser


def test_the_picture_wanders_by_itself_and_can_be_paused(visit):
    page = visit("/")
    seen = pixels(page)
    wait_for_change(page, seen)
    page.get_by_role("button", name="Pause the walk").click()
    page.wait_for_timeout(300)
    still = pixels(page)
    page.wait_for_timeout(500)
    assert pixels(page) == still


def test_the_picture_follows_the_pointer_over_the_map(visit):
    page = visit("/", reduced_motion="reduce")
    page.locator("canvas[data-role=grid][data-complete]").wait_for()
    box = page.locator("canvas[data-role=grid]").bounding_box()
    seen = [pixels(page)]
    for step in range(5):
        page.mouse.move(box["x"] + box["width"] * (0.2 + 0.15 * step), box["y"] + box["height"] * 0.3)
        seen.append(wait_for_change(page, seen[-1]))
    assert len(set(seen)) == 6


def test_nothing_moves_for_those_who_asked_for_less_motion(visit):
    page = visit("/", reduced_motion="reduce")
    still = pixels(page)
    page.wait_for_timeout(800)
    assert pixels(page) == still


def test_a_card_leads_to_its_model_on_explore(visit):
    page = visit("/")
    page.locator(".st-key-card_tiny-16d").get_by_role("link", name="Explore").click()
    page.locator("[data-model=tiny-16d]").wait_for()
    assert page.locator("input[type=range][data-dim]").count() == 16
    assert "/explore" in page.url and "model=tiny-16d" in page.url


def test_the_whole_card_is_the_link(visit):
    page = visit("/")
    sheet = page.locator(".st-key-card_tiny-2d img")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator("[data-model=tiny-2d]").wait_for()


def test_start_exploring_and_back(visit):
    page = visit("/")
    page.get_by_role("link", name="Start exploring").click()
    page.locator(".explore").wait_for()
    page.go_back()
    page.locator(".wander").wait_for()
    painted(page)


def test_a_click_on_the_plane_explores_from_there(visit):
    page = visit("/", reduced_motion="reduce")
    page.locator("canvas[data-role=grid][data-complete]").wait_for()
    box = page.locator("canvas[data-role=grid]").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.3)
    page.locator(".explore[data-model=mnist-2d]").wait_for()
    z1, z2 = (float(value) for value in page.url.split("z=")[1].split(","))
    assert 0.7 < z1 < 1 and 0.4 < z2 < 0.6


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
    page.locator(".wander").wait_for()


def test_a_finger_moves_along_the_plane_and_scrolls_the_page_over_it(visit):
    page = visit("/", width=390, height=844, has_touch=True, is_mobile=True, reduced_motion="reduce")
    plane = page.locator("canvas[data-role=grid][data-complete]")
    box = plane.bounding_box()
    x, y = box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.8
    before = pixels(page)
    touch(page, *((x + 8 * step, y) for step in range(8)))
    wait_for_change(page, before)
    assert page.evaluate("document.querySelector('.stMain').scrollTop") == 0
    touch(page, *((x, y - 25 * step) for step in range(10)))
    page.wait_for_function("() => document.querySelector('.stMain').scrollTop > 100")
    assert page.locator(".wander").is_visible()  # a finger does not leave the page


def test_the_bundled_models_come_first_and_in_their_order(visit):
    page = visit("/")
    for own in ("tiny-2d", "tiny-16d"):
        page.locator(f".st-key-card_{own}").wait_for()
    names = [e.inner_text() for e in page.locator("[class*=st-key-card_] strong").all()]
    assert names[:5] == ["mnist-2d", "mnist-16d", "fashion-2d", "fashion-16d", "shapes-8d"]
    assert {"tiny-2d", "tiny-16d"} <= set(names[5:])


def test_a_telephone_scrolls_in_one_direction_only(visit):
    page = visit("/", width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_everything_works_below_a_base_path(visit, home):
    with running_server(home, "--server.baseUrlPath=vae", base_path="/vae") as below:
        page = visit("/", at=below)
        page.locator(".st-key-card_tiny-16d").get_by_role("link", name="Explore").click()
        page.locator("[data-model=tiny-16d]").wait_for()
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
            if path != "/":
                page.get_by_text("How this model was trained").click()
            page.get_by_text("evil.example").first.wait_for()
            links = page.locator("a[href*='//evil'], a[href*='//www.evil' i], a[href^=mailto], img[src*=evil]")
            assert links.count() == 0
            page.context.close()  # before its server ends
