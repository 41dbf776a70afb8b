"""The machine in one line: what stands at its stations is what the model's graphs say."""

import base64
import io
import json
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import pixels, wait_for_change
from vae.explore.explorer import open_explorer

pytestmark = pytest.mark.browser

STATE = "script[data-role=state]"
STILL = {"reduced_motion": "reduce"}


def state(page: Page, held: Callable[[dict], bool] = lambda _: True) -> dict:
    """Return the numbers of the line at rest, once they are so."""
    for _ in range(200):
        text = page.locator(STATE).text_content()
        if text and held(json.loads(text)):
            page.wait_for_timeout(300)  # two rests: nothing is under way any more
            return json.loads(page.locator(STATE).text_content())
        page.wait_for_timeout(50)
    raise AssertionError(f"the line never came to this; it says {text}")


def seen(page: Page, role: str = "picture") -> np.ndarray:
    """Return the grey levels of the picture at the end of the line, or of another one."""
    png = base64.b64decode(pixels(page, role).split(",")[1])
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"), int)


def put_in(page: Page, place: int = 3) -> None:
    """Put in the thing at a place of the row below."""
    before = page.locator(STATE).text_content()
    page.locator(".choices .film button").nth(place).click()
    page.wait_for_function(
        """([role, before]) => [...document.querySelectorAll("*")]
             .map((host) => host.shadowRoot?.querySelector(role)?.textContent).find(Boolean) !== before""",
        arg=[STATE, before],
    )


def shown(page: Page, name: str) -> list[float]:
    """Return the numbers that stand at a station."""
    text = page.locator(f"output[data-name={name}]").inner_text()
    return [float(number) for number in text.strip("()").replace("−", "-").split(",")]


@pytest.mark.parametrize("model", ["mnist-2d", "mnist-16d"])
def test_mean_and_sigma_are_the_graph_s_and_the_code_is_their_sum(visit, model):
    page = visit(f"/?model={model}", **STILL)
    put_in(page)
    numbers = state(page)
    belief = open_explorer(model).encode(seen(page, "seen").astype(np.uint8)[None, ..., None])
    assert np.allclose(numbers["mean"], belief.centre[0], atol=1e-4)
    assert np.allclose(numbers["sigma"], belief.spread[0], atol=1e-4)
    z = np.array(numbers["mean"]) + np.array(numbers["sigma"]) * numbers["noise"]
    assert np.allclose(numbers["z"], z, atol=1e-9)
    if model == "mnist-2d":
        for name in ("mean", "sigma", "noise"):
            assert np.allclose(shown(page, name), numbers[name], atol=0.0051)


def test_each_draw_is_another_and_only_the_noise_changes(visit):
    page = visit("/?model=mnist-2d", **STILL)
    before = state(page)
    page.get_by_role("button", name="Draw again").click()
    after = state(page, lambda now: now["noise"] != before["noise"])
    assert after["mean"] == before["mean"] and after["sigma"] == before["sigma"]
    assert after["z"] != before["z"]


@pytest.mark.parametrize("model", ["mnist-2d", "mnist-16d"])
def test_without_noise_the_picture_is_the_mean_s(visit, model):
    page = visit(f"/?model={model}", **STILL)
    page.get_by_role("button", name="Draw again").click()
    drawn = state(page, lambda now: any(now["noise"]))
    explorer = open_explorer(model)
    assert np.abs(seen(page) - explorer.decode(np.array([drawn["z"]]))[0, ..., 0]).max() <= 1
    page.get_by_label("noise", exact=True).uncheck()
    quiet = state(page, lambda now: now["quiet"])
    assert quiet["z"] == quiet["mean"]
    assert np.abs(seen(page) - explorer.decode(np.array([quiet["mean"]]))[0, ..., 0]).max() <= 1


def test_the_cloud_is_dragged_and_the_picture_follows(visit):
    page = visit("/?model=mnist-2d", **STILL)
    before = state(page)
    box = page.locator("canvas[data-role=cloud]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    pictures = [pixels(page)]
    for step in range(1, 5):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.08 * step), box["y"] + box["height"] / 2)
        pictures.append(wait_for_change(page, pictures[-1]))
    page.mouse.up()
    after = state(page, lambda now: now["mean"] != before["mean"])
    assert after["sigma"] == before["sigma"] and after["noise"] == before["noise"]
    assert after["mean"][0] > 1 and abs(after["mean"][1]) < 0.1


def test_the_dot_is_dragged_within_the_cloud(visit):
    page = visit("/?model=mnist-2d", **STILL)
    before = state(page)
    box = page.locator("canvas[data-role=lens]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    after = state(page, lambda now: now["noise"][0] > 0.5)
    assert after["mean"] == before["mean"]
    half = 3.2 * max(after["sigma"])
    assert abs(after["z"][0] - after["mean"][0] - half / 2) < half / 20


def test_what_is_sketched_goes_in_while_it_is_drawn(visit):
    page = visit("/?model=mnist-2d", **STILL)
    before = state(page)
    page.get_by_role("button", name="Clear").click()
    box = page.locator("canvas[data-role=pad]").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.8, steps=6)
    now = state(page, lambda now: now["mean"] != before["mean"])
    page.mouse.up()
    assert now["noise"] == before["noise"]


def test_the_keyboard_alone_moves_the_cloud_and_the_draw(visit):
    page = visit("/?model=mnist-2d", **STILL)
    before = state(page)
    page.get_by_role("application", name="The plane of codes").focus()
    page.keyboard.press("ArrowRight")
    moved = state(page, lambda now: now["mean"][0] > before["mean"][0])
    page.get_by_role("application", name="The cloud, enlarged").focus()
    page.keyboard.press("ArrowUp")
    drawn = state(page, lambda now: now["noise"][1] > moved["noise"][1])
    assert drawn["noise"][1] - moved["noise"][1] == pytest.approx(0.1)


def test_many_dimensions_are_rows_with_real_sliders(visit):
    page = visit("/?model=mnist-16d", **STILL)
    before = state(page)
    slider = page.locator("input[data-symbol=mean]").first
    dim = int(slider.get_attribute("data-of"))
    assert dim == open_explorer("mnist-16d").card.order[0]
    picture = pixels(page)
    slider.focus()
    page.keyboard.press("End")
    wait_for_change(page, picture)
    after = state(page, lambda now: now["mean"] != before["mean"])
    assert [i for i in range(16) if after["mean"][i] != before["mean"][i]] == [dim]


def test_a_point_has_no_cloud_to_draw_from(visit):
    page = visit("/?model=mnist-ae-2d", **STILL)
    numbers = state(page)
    assert numbers["sigma"] is None and numbers["z"] == numbers["mean"]
    assert page.get_by_role("button", name="Draw again").count() == 0
    assert page.locator("output[data-name=sigma]").count() == 0


def test_a_class_that_is_told_changes_the_picture_and_leaves_the_noise(visit):
    page = visit("/?model=mnist-c-8d", **STILL)
    put_in(page, 3)
    before, picture = state(page), pixels(page)
    page.locator("select[data-role=told]").select_option("8")
    wait_for_change(page, picture)
    after = state(page, lambda now: now["given"] == 8)
    assert after["noise"] == before["noise"]


def test_it_shows_itself_once_and_is_still_before_five_seconds_have_passed(visit):
    page = visit("/?model=mnist-2d")
    page.wait_for_timeout(5500)
    assert page.locator(".line.lit").count() == 0
    still = page.locator(STATE).text_content()
    assert any(json.loads(still)["noise"])  # it has drawn
    page.wait_for_timeout(1200)
    assert page.locator(STATE).text_content() == still


def test_nothing_moves_for_those_who_asked_for_less_motion(visit):
    page = visit("/", **STILL)
    state(page)
    still = pixels(page)
    page.wait_for_timeout(1500)
    assert pixels(page) == still and not any(state(page)["noise"])


def test_a_word_says_what_it_means_by_focus_and_escape_closes_it(visit):
    page = visit("/", **STILL)
    said = page.locator(".gloss:popover-open").filter(has_text="a mean μ and a width σ")
    term = page.locator(".line").get_by_role("button", name="Cloud", exact=True)
    term.focus()
    said.wait_for(state="visible")
    page.keyboard.press("Escape")
    said.wait_for(state="hidden")
    term.hover()
    said.wait_for(state="visible")
