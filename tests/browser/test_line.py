"""The machine in one line: what stands at its stations is what the model's graphs say.

A page that comes costs more than all that is done on it: a test is one visit, and its parts follow each other.
"""

import base64
import io
import json
import re
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


def mean_and_sigma_are_the_graphs_and_the_code_is_their_sum(page: Page, model: str) -> dict:
    """Put something in and check; return the numbers of the line."""
    put_in(page)
    numbers = state(page)
    belief = open_explorer(model).encode(seen(page, "seen").astype(np.uint8)[None, ..., None])
    assert np.allclose(numbers["mean"], belief.centre[0], atol=1e-4)
    assert np.allclose(numbers["sigma"], belief.spread[0], atol=1e-4)
    z = np.array(numbers["mean"]) + np.array(numbers["sigma"]) * numbers["noise"]
    assert np.allclose(numbers["z"], z, atol=1e-9)
    return numbers


def each_draw_is_another_and_without_noise_the_picture_is_the_means(page: Page, model: str) -> None:
    before = state(page)
    page.get_by_role("button", name="Draw again").click()
    drawn = state(page, lambda now: now["noise"] != before["noise"])
    assert any(drawn["noise"]) and drawn["z"] != before["z"]
    assert drawn["mean"] == before["mean"] and drawn["sigma"] == before["sigma"]
    explorer = open_explorer(model)
    assert np.abs(seen(page) - explorer.decode(np.array([drawn["z"]]))[0, ..., 0]).max() <= 1
    page.get_by_label("noise", exact=True).uncheck()
    quiet = state(page, lambda now: now["quiet"])
    assert quiet["z"] == quiet["mean"]
    assert np.abs(seen(page) - explorer.decode(np.array([quiet["mean"]]))[0, ..., 0]).max() <= 1
    page.get_by_label("noise", exact=True).check()
    state(page, lambda now: not now["quiet"])


def drag(page: Page, role: str, *places: tuple[float, float], steps: int = 1) -> list[str]:
    """Move a hand over a canvas from place to place, in shares of its size; return what the picture was at each."""
    box = page.locator(f"canvas[data-role={role}]").bounding_box()
    assert box
    (first, *others) = ((box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places)
    page.mouse.move(*first)
    page.mouse.down()
    pictures = [pixels(page)]
    for place in others:
        page.mouse.move(*place, steps=steps)
        pictures.append(wait_for_change(page, pictures[-1]))
    return pictures


def test_on_a_plane_all_stations_follow_hand_and_keys_and_nothing_moves_by_itself_where_less_motion_is_asked(visit):
    page = visit("/?model=mnist-2d", **STILL)
    state(page)
    still = pixels(page)
    page.wait_for_timeout(1500)
    assert pixels(page) == still and not any(state(page)["noise"])

    # A word says what it means by focus, and Escape closes it.
    said = page.locator(".gloss:popover-open").filter(has_text="a mean μ and a width σ")
    term = page.locator(".line").get_by_role("button", name="Cloud", exact=True)
    term.focus()
    said.wait_for(state="visible")
    page.keyboard.press("Escape")
    said.wait_for(state="hidden")
    term.hover()
    said.wait_for(state="visible")
    page.keyboard.press("Escape")
    said.wait_for(state="hidden")
    page.mouse.move(5, 5)

    numbers = mean_and_sigma_are_the_graphs_and_the_code_is_their_sum(page, "mnist-2d")
    for name in ("mean", "sigma", "noise"):
        assert np.allclose(shown(page, name), numbers[name], atol=0.0051)
    each_draw_is_another_and_without_noise_the_picture_is_the_means(page, "mnist-2d")

    # The dot is dragged within the cloud.
    before = state(page)
    page.locator("canvas[data-role=lens]").scroll_into_view_if_needed()
    drag(page, "lens", (0.5, 0.5), (0.75, 0.5), steps=4)
    page.mouse.up()
    after = state(page, lambda now: now["noise"] != before["noise"] and now["noise"][0] > 0.5)
    assert after["mean"] == before["mean"]
    half = 3.2 * max(after["sigma"])
    assert abs(after["z"][0] - after["mean"][0] - half / 2) < half / 20

    # The cloud is dragged, and the picture follows while it is.
    before = state(page)
    drag(page, "cloud", (0.5, 0.5), *((0.5 + 0.08 * step, 0.5) for step in range(1, 5)))
    page.mouse.up()
    after = state(page, lambda now: now["mean"] != before["mean"])
    assert after["sigma"] == before["sigma"] and after["noise"] == before["noise"]
    assert after["mean"][0] > 1 and abs(after["mean"][1]) < 0.1

    # The keyboard alone moves the cloud and the draw.
    before = after
    page.get_by_role("application", name="The plane of codes").focus()
    page.keyboard.press("ArrowRight")
    moved = state(page, lambda now: now["mean"][0] > before["mean"][0])
    page.get_by_role("application", name="The cloud, enlarged").focus()
    page.keyboard.press("ArrowUp")
    drawn = state(page, lambda now: now["noise"][1] > moved["noise"][1])
    assert drawn["noise"][1] - moved["noise"][1] == pytest.approx(0.1)

    # What is sketched goes in while it is drawn.
    page.get_by_role("button", name="Clear").click()
    drag(page, "pad", (0.5, 0.2), (0.5, 0.8), steps=6)
    now = state(page, lambda now: now["mean"] != drawn["mean"])
    page.mouse.up()
    assert now["noise"] == drawn["noise"]


def test_many_dimensions_are_rows_with_real_sliders_and_say_what_the_graph_says(visit):
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
    mean_and_sigma_are_the_graphs_and_the_code_is_their_sum(page, "mnist-16d")
    each_draw_is_another_and_without_noise_the_picture_is_the_means(page, "mnist-16d")


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


def test_no_layer_glares_while_it_lights_up(visit: Callable[..., Page]) -> None:
    """Chromium runs from a mixed colour to one from a variable through values far outside of all that a screen has."""
    page = visit("/")
    layer = page.locator(".line [data-station=encoder] .layer").first
    fills = layer.evaluate(
        """(layer) => {
          layer.closest(".station").classList.add("now");
          const [motion] = layer.getAnimations();
          motion.pause();
          const { duration, delay } = motion.effect.getTiming();
          return [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9].map((share) => {
            motion.currentTime = delay + share * duration;
            return getComputedStyle(layer).fill;
          });
        }"""
    )
    numbers = [[float(number) for number in re.findall(r"-?[\d.]+", fill.split("(")[1])] for fill in fills]
    assert all(max(map(abs, each[:3])) <= 1 for each in numbers), fills
    assert numbers[0] != numbers[4], "it lights up"
