"""Tastes: what one likes is ticked, and the code, the map and the list follow; hidden likes are ranked.

A page that comes costs more than all that is done on it: a test is one visit, and its parts follow each other.
"""

import re

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import pixels, wait_for_change
from tests.browser.on_map import eventually
from vae.explore.explorer import Explorer
from vae.library.shelf import find

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def model() -> Explorer:
    return Explorer(find("tastes-8d"))


def settled(page: Page) -> None:
    page.locator("[data-settled]").first.wait_for()


def titles(model: Explorer) -> list[str]:
    return model.card.item.meaning["items"]


def tick(page: Page, title: str) -> None:
    page.locator(".ticks-list label", has_text=title).locator("input").click()


def said(page: Page, role: str = "picture") -> str:
    return page.locator(f"canvas[data-role={role}]").get_attribute("aria-label") or ""


def test_a_list_is_said_and_what_is_ticked_is_where_the_encoder_puts_it(visit, model):
    page = visit("/explore?model=tastes-8d&z=0,0,0,0,0,0,0,0")
    settled(page)
    names, expected = titles(model), model.decode(np.zeros((1, 8), np.float32))[0, :, 0]
    eventually(lambda: f"likeliest are {names[int(expected.argmax())]}" in said(page))

    # A search finds any of them; two are ticked, one by the pointer and one by the keys.
    liked = [
        names.index(next(name for name in names if name.startswith(start))) for start in ("Beyond Titan", "The Fall")
    ]
    before = pixels(page)
    for number in liked:
        page.locator("[data-role=tick-search]").fill(names[number][:-7])
        box = page.locator(".ticks-list label", has_text=names[number]).locator("input")
        if number == liked[0]:
            box.click()
        else:
            box.focus()
            page.keyboard.press("Space")
    assert page.locator("[data-role=tick-count]").inner_text() == "2 likes"
    wait_for_change(page, before)
    taste = np.zeros((1, 200, 1), np.float32)
    taste[0, liked] = 1
    mean = model.encode(taste).centre
    best = names[int(model.decode(mean)[0, :, 0].argmax())]
    eventually(lambda: f"likeliest are {best}" in said(page))

    with page.expect_download() as download:
        page.locator("[data-role=save-table]").click()
    first, row = download.value.path().read_text().splitlines()[:2]
    assert first == "rank,item,genres,probability" and best in row

    # What is ticked stays at hand without the search, and all of it can be taken back.
    page.locator("[data-role=tick-search]").fill("")
    assert page.locator(".ticks-list input:checked").count() == 2
    page.locator("[data-role=tick-clear]").click()
    assert page.locator(".ticks-list input:checked").count() == 0
    page.locator("[data-role=tick-search]").fill("no film is called so")
    assert "None is called so" in page.locator(".ticks-list").inner_text()

    # A file of one's own: what it does not know is told, the rest is taken.
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": f"{names[3]}\nWolves\n".encode()}
    page.locator("[data-role=own-file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator("[data-role=own-note]").get_by_text("'Wolves' is none of its items").wait_for()


def test_ones_own_point_walks_over_the_map_with_every_tick(visit, model):
    page = visit("/map?model=tastes-8d")
    page.locator(".ticks-list label").first.wait_for()
    names = page.locator(".ticks-list label").all_inner_texts()
    places = []
    for name in (names[3].strip(), names[11].strip()):
        tick(page, name)
        seen = len(places)
        eventually(
            lambda seen=seen: (
                (page.locator("[data-drawing]").get_attribute("data-drawing") or "") not in ["", *places[:seen]]
            )
        )
        places.append(page.locator("[data-drawing]").get_attribute("data-drawing"))
    assert len(set(places)) == 2
    assert re.search(r"lies beside|disagree", page.locator("[data-role=drawing-place]").inner_text())
    page.locator("[data-role=tick-clear]").click()
    eventually(lambda: page.locator("[data-drawing]").count() == 0)


def test_hidden_likes_are_ranked_by_each_way_and_the_slider_hides_more(visit):
    page = visit("/restore?model=tastes-8d")
    settled(page)
    page.locator("[data-role=picture-figures]").get_by_text("NDCG@100").wait_for()
    tiles = page.locator("[data-tile]")
    assert {"vae", "popularity", "item-neighbours", "ease"} <= set(
        tiles.evaluate_all("all => all.map((tile) => tile.dataset.tile)")
    )
    restored = page.locator("canvas[data-layer=restored]")
    before = restored.evaluate("canvas => canvas.toDataURL()")
    slider = page.locator("input[data-role=amount]")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    eventually(lambda: restored.evaluate("canvas => canvas.toDataURL()") != before)
    assert float(page.locator("[data-role=amount-value]").inner_text()) > 0.2
    page.get_by_text("by chance").wait_for()
