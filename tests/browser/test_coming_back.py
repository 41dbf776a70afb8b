"""What a visitor has made on a page is there when they come back to it by the links at the top."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import pixels, wait_for_address, wait_for_pixels
from tests.browser.on_map import drawn, rings, write_mapped
from tests.browser.test_restore import draw
from tests.browser.test_restore import ready as restored

pytestmark = pytest.mark.browser

MODEL = "back-plane"


@pytest.fixture(scope="module", autouse=True)
def model(home: Path) -> str:
    """A model on a plane with test codes, on the test server."""
    write_mapped(home / "models" / MODEL, rings(300))
    return MODEL


def go(page: Page, title: str) -> None:
    """Follow a link at the top of the page."""
    page.locator(".st-key-pages").get_by_text(title, exact=True).click()
    page.wait_for_url(f"**/{title.lower()}*")


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def number(page: Page):
    return page.locator("input[data-number='0']")


def test_a_code_on_explore_and_pins_on_the_map_are_there_again_unless_a_link_asks_for_something_else(visit):
    page = visit(f"/explore?model={MODEL}&z=1,1")
    wait_for_address(page, "z=1,1")
    number(page).fill("1.25")
    number(page).press("Enter")
    wait_for_address(page, "z=1.25,1")
    page.locator("canvas[data-role=picture]").wait_for()
    shown = pixels(page)
    go(page, "Map")
    on = drawn(page)
    for place in ((0.5, 0.75), (-0.5, 0.25)):
        page.mouse.click(*on.pixel(*place))
    page.locator("[data-role=pin]").nth(1).wait_for()
    wait_for_address(page, "pins=")
    pins = query(page)["pins"]
    go(page, "Explore")
    wait_for_address(page, "z=1.25,1")
    wait_for_pixels(page, shown)
    page.locator("[data-role=undo]:not([disabled])").wait_for()  # the way back is there too, once all is at rest
    number(page).fill("-0.5")  # left at once: nothing has come to rest
    go(page, "Map")
    drawn(page)
    page.locator("[data-role=pin]").nth(1).wait_for()
    wait_for_address(page, f"pins={pins}")
    page.reload()  # what was left outlives a reload of another page
    drawn(page)
    go(page, "Explore")
    wait_for_address(page, "z=-0.5,1")
    page.wait_for_function("e => e.value === '−0.50'", arg=number(page).element_handle())
    go(page, "Map")
    drawn(page)

    # A link that asks for something goes before what was left.
    page.locator("[data-role=pin] a").first.click()
    page.wait_for_url("**/explore*")
    page.wait_for_function("() => /z=0[.][45]/.test(location.search)")
    other = visit(f"/explore?model={MODEL}")  # another window has made nothing
    wait_for_address(other, "image=")  # and so begins as each visit does, with a thing
    other.close()

    # What was cleared is not there again.
    page.locator("[data-role=reset-all]").click()
    wait_for_address(page, "z=0,0")
    go(page, "Map")
    drawn(page)
    page.locator("[data-role=clear-pins]").click()
    page.wait_for_function("() => !location.search.includes('pins=')")
    wait_for_address(page, f"model={MODEL}")
    page.reload()
    drawn(page)
    go(page, "Explore")
    wait_for_address(page, "z=0,0")


def test_a_drawing_and_its_corruption_are_there_again_on_restore(visit):
    page = visit("/restore?model=mnist-16d&corruption=blur&amount=0.4", ready=restored)
    page.locator("input[value=own]").click()
    draw(page)
    page.locator("figure.original").get_by_text("Your drawing").wait_for()
    page.wait_for_function("!location.search.includes('image=')")
    drawing = pixels(page, "original")
    go(page, "Explore")
    page.locator("input[type=range][data-dim]").first.wait_for()
    go(page, "Restore")
    restored(page)
    wait_for_pixels(page, drawing, "original")
    assert query(page)["corruption"] == "blur" and query(page)["amount"] == "0.4"


def test_a_path_and_a_test_are_there_again(visit):
    page = visit(
        f"/interpolate?model={MODEL}&anchors=z:1,1;z:-1,0.5&at=0.25",
        ready=lambda page: page.locator(".interpolate[data-settled]").wait_for(),
    )
    page.locator("[data-role=anchor]").nth(1).wait_for()
    go(page, "Detect")
    page.locator("[data-state=ready]").wait_for()
    page.locator(".other-scores > summary").click()
    page.locator("[data-score]").nth(1).check(force=True)
    chosen = page.locator("[data-score]").nth(1).get_attribute("data-score")
    wait_for_address(page, f"score={chosen}")
    go(page, "Interpolate")
    page.locator(".interpolate[data-settled]").wait_for()
    assert query(page)["anchors"] == "z:1,1;z:-1,0.5" and query(page)["at"] == "0.25"
    go(page, "Detect")
    page.locator("[data-state=ready]").wait_for()
    assert query(page)["score"] == chosen
    go(page, "Interpolate")
    page.locator(".interpolate[data-settled]").wait_for()
    page.locator("[data-role=reset]").click()
    page.wait_for_function("() => !location.search.includes('z:1,1')")
