"""t-SNE as it forms on the Map page, and models whose maps are unusual."""

from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import open_model, pixels, wait_for_address, wait_for_change
from tests.browser.on_map import Map, drawn, eventually, rings, spread, wait_for_picture, write_mapped
from tests.tiny_model import expected_decode, write_tiny_model

pytestmark = pytest.mark.browser


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).check(force=True)


def steady(page: Page, on: Map) -> tuple[float, float, float]:
    """Wait until the camera has come to rest, on a busy machine too, and return it."""
    page.wait_for_timeout(1500)
    before, now = None, on.camera()
    while before != now:
        page.wait_for_timeout(500)
        before, now = now, on.camera()
    return now


def test_tsne_forms_in_view_is_stopped_and_stays_as_it_was(visit, home):
    write_mapped(home / "models" / "map-forming", spread(1500, 16))
    page = visit("/map?model=map-forming")
    on = drawn(page)
    wait_for_address(page, "map=pca")
    choose(page, "t-SNE")
    progress = page.locator("[data-role=progress]")
    progress.filter(has_text="t-SNE is forming: step").wait_for()
    views = [on.chart.get_attribute("data-camera")]
    for _ in range(2):  # each frame of the map has a size of its own
        page.wait_for_function(
            "([chart, before]) => chart.dataset.camera !== before", arg=[on.chart.element_handle(), views[-1]]
        )
        views.append(on.chart.get_attribute("data-camera"))
    assert len(set(views)) == 3
    before = pixels(page)
    box = on.box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.6)
    wait_for_change(page, before)  # there are pictures while it forms
    page.locator("[data-role=stop]").click()
    page.locator("[data-role=chart][data-state=stopped]").wait_for()
    progress.filter(has_text="Stopped at step").wait_for()
    stopped = progress.inner_text()
    page.mouse.move(5, 5)
    camera = steady(page, on)

    page.reload()
    on = drawn(page)
    page.locator("[data-role=chart][data-state=stopped]").wait_for()
    assert progress.inner_text() == stopped
    assert on.camera() == camera
    before = pixels(page)
    on.hover(on.camera()[0] + 0.1 * on.camera()[2], on.camera()[1])
    wait_for_change(page, before)
    assert page.locator("[data-role=form]").is_visible()


def test_two_who_ask_for_the_same_map_see_it_form_once(visit, home):
    write_mapped(home / "models" / "map-shared", spread(200, 16))
    pages = [visit("/map?model=map-shared") for _ in range(2)]
    for page in pages:
        drawn(page)
        choose(page, "t-SNE")
    for page in pages:
        page.locator("[data-role=chart][data-state=done]").wait_for(timeout=60_000)
    charts = [page.locator("[data-role=chart]") for page in pages]
    eventually(lambda: len({chart.get_attribute("data-camera") for chart in charts}) == 1)


def body(page: Page) -> str:
    return page.locator(".latent-map").inner_text()


def opened(page: Page, model: str) -> Map:
    """Choose another model on the page, and wait until its points are there."""
    open_model(page, model)
    page.locator(f".latent-map[data-model='{model}']").wait_for()
    return drawn(page)


def test_an_impossible_address_and_unusual_models_are_told_of_calmly_and_have_maps_all_the_same(visit, home):
    codes, one, collapsed, anew = rings(120), rings(1), spread(50, 4), rings(40, seed=3)
    models = home / "models"
    write_mapped(models / "map-plane", rings(600))
    write_mapped(models / "map-one-class", replace(codes, labels=np.zeros(120, int)), ["digit"])
    write_mapped(models / "map-no-class", replace(codes, labels=None))
    write_mapped(models / "map-single", one)
    write_mapped(models / "map-collapsed", replace(collapsed, centre=np.zeros_like(collapsed.centre)))
    write_mapped(models / "map-anew", rings(100))

    # An address that asks for the impossible.
    page = visit("/map?model=map-plane&map=pca3&colour=blue&view=1,2&pins=p9999")
    on = drawn(page)
    words = body(page)
    assert "no map of the name" in words and "colouring in the address" in words and "pins in the address" in words
    on.hover(*rings(600).centre[5])
    on.said("Test image 5, five")

    # A model of one class, and one without classes.
    on = opened(page, "map-one-class")
    assert page.locator("[data-role=legend] [data-class]").all_inner_texts() == ["digit"]
    on.hover(*codes.centre[8])
    on.said("Test image 8, digit")
    on = opened(page, "map-no-class")
    assert "−ELBO" in page.locator("[data-role=legend]").inner_text()
    assert page.locator("[data-role=colour]").input_value() == "elbo"
    on.hover(*codes.centre[8])
    on.said("Test image 8")
    wait_for_picture(page, expected_decode(codes.centre[[8]])[0, ..., 0])

    # One code is a map too, and t-SNE of it is refused in a sentence.
    on = opened(page, "map-single")
    on.hover(*one.centre[0])
    on.said("Test image 0, zero")
    choose(page, "t-SNE")
    page.locator("[data-role=progress]", has_text="could not be made").wait_for(timeout=60_000)
    words = page.locator("[data-role=progress]").inner_text()
    assert "code" in words and "Traceback" not in words
    choose(page, "Latent plane")
    page.locator("[data-role=chart][data-state=done]").wait_for()
    wait_for_address(page, "map=identity")  # the hand rests: the next model is not to come before

    # A collapsed model has a map of one place.
    on = opened(page, "map-collapsed")
    choose(page, "PCA")
    wait_for_address(page, "map=pca")
    on.hover(0, 0)
    page.locator("[data-role=here-title]", has_text="Test image").wait_for()
    wait_for_picture(page, expected_decode(np.zeros((1, 4)))[0, ..., 0])
    choose(page, "t-SNE")
    note = page.locator("[data-role=chart][data-state=failed], [data-role=chart][data-state=done]")
    note.wait_for(timeout=60_000)
    words = page.locator("[data-role=progress]").inner_text()
    assert "Traceback" not in words
    if on.chart.get_attribute("data-state") == "failed":
        assert "could not be made" in words and len(words) > 40  # and why

    # A model without codes.
    open_model(page, "tiny-16d")
    page.get_by_text("keeps no test codes").wait_for()
    page.locator("[data-role=chart]").wait_for(state="hidden")
    assert page.get_by_text("What am I looking at?").is_visible()

    # One that is trained anew is drawn anew.
    opened(page, "map-anew")
    write_tiny_model(models / "map-anew", 2)
    write_mapped(models / "map-anew", anew)
    page.reload()
    on = drawn(page)
    on.hover(*anew.centre[9])
    on.said("Test image 9, nine")
    page.get_by_text("Points nearest to the cursor, as a table").click()
    page.locator(".near tbody tr").nth(19).wait_for()
