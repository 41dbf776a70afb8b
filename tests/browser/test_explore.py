"""Explore, used by hand: with pointer, keys, touch and links.

A page that comes costs more than all that is done on it: a test is one visit, and its parts follow each other.
"""

import io
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image

from tests.browser.canvases import grey
from tests.browser.conftest import pixels, touch, unroll, until, wait_for_address, wait_for_change, wait_for_pixels
from tests.tiny_model import expected_decode, write_tiny_model
from vae.explore.explorer import open_explorer
from vae.home import BUNDLED_MODELS
from vae.library.cards import write_card
from vae.library.codes import read_codes

pytestmark = pytest.mark.browser

TINY = "/explore?model=tiny-16d"
PLANE = "/explore?model=mnist-2d"


def tiny(*first: float, others: float = 0) -> str:
    """Return the address of a code of the tiny model."""
    return TINY + "&z=" + ",".join(f"{value:g}" for value in [*first, *[others] * (16 - len(first))])


def code(page) -> list[float]:
    return [float(value) for value in parse_qs(urlsplit(page.url).query)["z"][0].split(",")]


def picture(page, role="picture") -> np.ndarray:
    """Return the pixels of a canvas, uint8 [H, W], read from its own backing store."""
    return grey(page.locator(f"canvas[data-role={role}]"))


def slider(page, dim=0):
    return page.locator(f"input[type=range][data-dim='{dim}']")


def number(page, dim=0):
    return page.locator(f"input[data-number='{dim}']")


def typed(page, dim=0) -> float:
    """Return the number that stands beside a slider."""
    return float(number(page, dim).input_value().replace("−", "-"))


def unfold(page):
    """Show all rows."""
    page.locator(".more summary").click()
    slider(page, 15).wait_for()


def strip_of(page, dim=0) -> np.ndarray:
    """Return the five pictures under a slider, uint8 [5, 28, 28], each pixel once."""
    canvas = page.locator(f"canvas[data-tiles='{dim}'][data-filled]")
    canvas.wait_for()
    return grey(canvas)[::2, ::2].reshape(28, 5, 28).transpose(1, 0, 2)


def around(z, dim, reach) -> np.ndarray:
    """Return what the tiny model decodes at five places along a dimension: the middles of the slider's fifths."""
    codes = np.repeat(np.array([z], np.float32), 5, 0)
    codes[:, dim] = np.array([-0.8, -0.4, 0, 0.4, 0.8], np.float32) * np.float32(reach)
    return expected_decode(codes)[..., 0]


def test_picture_strips_and_pixels_are_what_the_model_decodes_there(visit):
    z = [1, -0.5, 0.25] + [0] * 13
    page = visit(tiny(*z))
    expected = expected_decode(np.array([z], np.float32))[0, ..., 0]
    assert (picture(page) == expected).all()

    # Each slider lies on five pictures of where it leads.
    reach = float(slider(page).get_attribute("max"))
    for dim in range(5):
        assert np.abs(strip_of(page, dim).astype(int) - around(z, dim, reach)).max() <= 1, dim

    # The pixels are drawn too, and stay while nothing moves.
    shades = pixels(page)
    switch = page.get_by_role("switch", name="Draw the pixels too")
    switch.check()
    drawn = picture(page)
    assert set(np.unique(drawn)) == {0, 255}
    assert (drawn[expected == 255] == 255).all() and (drawn[expected == 0] == 0).all()
    # The number of white ones is a sum of Bernoullis: within five of its standard deviations.
    p = expected / 255
    assert abs((drawn / 255 - p).sum()) < 5 * np.sqrt((p * (1 - p)).sum())
    frozen = pixels(page)
    switch.uncheck()
    assert pixels(page) == shades
    switch.check()
    assert pixels(page) == frozen
    page.locator("[data-role=pixels-again]").click()
    assert pixels(page) != frozen
    assert "probability" in page.locator(".switches").inner_text()


def drag(page, *shares: float, steps: int = 1) -> None:
    """Take the first slider at the first of these shares of its width, and move it to the others; it stays in hand."""
    box = slider(page).bounding_box()
    x, y = ([box["x"] + box["width"] * share for share in shares], box["y"] + box["height"] / 2)
    page.mouse.move(x[0], y)
    page.mouse.down()
    for each in x[1:]:
        page.mouse.move(each, y, steps=steps)


def test_a_slider_is_followed_while_it_is_dragged_and_each_thing_done_is_one_step_of_undo(visit):
    page = visit(TINY)
    homes_lie_on_one_line_and_sliders_have_one_scale(page)
    undo = page.locator("[data-role=undo]")
    assert undo.is_disabled()
    reach, start = float(slider(page).get_attribute("max")), pixels(page)

    # The picture changes during the drag and not only after it.
    strip_of(page, 1)
    mine, other = strip_of(page, 0), page.locator("canvas[data-tiles='1']").evaluate("c => c.toDataURL()")
    box = slider(page).bounding_box()
    drag(page, 0.5)
    seen = [start]
    for step in range(1, 6):
        page.mouse.move(box["x"] + box["width"] * (0.5 + step / 12), box["y"] + box["height"] / 2)
        seen.append(wait_for_change(page, seen[-1]))
    assert len(set(seen)) == 6

    # The other strips follow once the hand rests, and the one in hand stays.
    page.wait_for_function(
        "([c, before]) => c.toDataURL() !== before",
        arg=[page.locator("canvas[data-tiles='1']").element_handle(), other],
    )
    assert slider(page).evaluate("e => e.matches(':active')")  # the button is still down
    page.mouse.up()
    wait_for_address(page, f"z={number(page).input_value().rstrip('0').rstrip('.')}")
    assert code(page)[0] > 1
    wanted = around([float(slider(page).input_value())] + [0] * 15, 1, reach)
    until(page, lambda: np.abs(strip_of(page, 1).astype(int) - wanted).max() <= 1)
    assert (strip_of(page, 0) == mine).all()

    # A drag is one step of undo, with a rest and without.
    page.keyboard.press("Control+z")
    wait_for_pixels(page, start)
    drag(page, 0.5, 0.9, steps=8)
    page.mouse.up()
    wait_for_change(page, start)
    page.keyboard.press("Control+z")
    wait_for_pixels(page, start)

    # Undo goes back step by step, by button and by key.
    states = [start]
    for _ in range(3):
        page.locator("[data-role=draw]").click()
        states.append(wait_for_change(page, states[-1]))
    undo.click()
    wait_for_pixels(page, states[2])
    page.keyboard.press("Control+z")
    wait_for_pixels(page, states[1])
    page.keyboard.press("Control+z")
    wait_for_pixels(page, states[0])
    page.wait_for_function("e => e.disabled", arg=undo.element_handle())


def homes_lie_on_one_line_and_sliders_have_one_scale(page) -> None:
    """Check a page that has been put back: a visit begins with the first thing, where there is one."""
    page.locator("[data-role=reset-all]").click()
    page.wait_for_function(
        "all => Math.max(...all.map(e => Math.abs((e.value - e.min) / (e.max - e.min) - 0.5))) < 1e-3",
        arg=page.locator("input[data-dim]").element_handles(),
    )
    ends = page.locator("input[data-dim]").evaluate_all("all => all.map(e => [Number(e.min), Number(e.max)])")
    assert np.ptp([high - low for low, high in ends]) < 1e-6
    boxes = page.locator("input[data-dim]:visible").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(b => [b.left, b.width])"
    )
    assert np.ptp(boxes, axis=0).max() < 0.5


def test_sliders_of_series_have_their_homes_on_one_line_and_one_scale(visit):
    homes_lie_on_one_line_and_sliders_have_one_scale(visit("/explore?model=beats-8d"))


def test_strip_and_sliders_are_moved_by_keys_and_by_clicks(visit):
    page = visit(TINY)

    # Keys on the strip go from picture to picture.
    before = pixels(page)
    page.locator(".film").focus()
    page.keyboard.press("ArrowRight")
    wait_for_change(page, before)
    page.wait_for_function("e => e.value === '0.70'", arg=number(page).element_handle())
    page.keyboard.press("Home")
    wait_for_address(page, "z=-3.5,")

    # A click on it goes there, and it follows the other dimensions.
    strip = page.locator("canvas[data-role=strip]")
    page.wait_for_function("e => e.width > 100", arg=strip.element_handle())
    box = strip.bounding_box()
    before = pixels(page)
    strip.click(position={"x": box["width"] - 5, "y": 10})
    wait_for_change(page, before)
    page.wait_for_function("e => e.value === '3.50'", arg=number(page).element_handle())  # 5 steps of 0.7
    first = pixels(page, "strip")
    slider(page, 3).focus()
    other = wait_for_change(page, first, "strip")  # another dimension in hand
    number(page, 4).fill("2")  # the focus takes that one in hand, the strip is around z5 now
    fifth = wait_for_change(page, other, "strip")
    page.locator("[data-reset='0']").click()
    wait_for_change(page, fifth, "strip")

    # The name of a dimension takes it in hand.
    page.locator("button.name").nth(2).click()
    page.locator(".strip").get_by_text("z₃").wait_for()

    # Keys move a slider and its number.
    slider(page).focus()
    for key, sign in (("ArrowRight", 1), ("ArrowLeft", -1), ("PageUp", 1), ("PageDown", -1), ("Home", -1), ("End", 1)):
        before, value = pixels(page), typed(page)
        page.keyboard.press(key)
        wait_for_change(page, before)
        assert (typed(page) - value) * sign > 0, key
        assert number(page).input_value().startswith("−") == (typed(page) < 0)
    assert typed(page) == float(slider(page).get_attribute("max"))

    # The latency of the last pictures is measured and explained.
    for _ in range(8):
        before = pixels(page)
        page.keyboard.press("ArrowLeft")
        wait_for_change(page, before)
    reading = page.locator("[data-role=latency]", has_text=" ms")
    reading.wait_for()  # once the hand rests
    page.wait_for_function("e => e.title.includes('in the model')", arg=reading.element_handle())

    # The letter r in a field draws nothing; elsewhere it draws from the prior, and the page does not run again.
    number(page).focus()
    before = pixels(page)
    page.keyboard.press("r")
    page.keyboard.press("z")
    page.wait_for_timeout(300)
    assert pixels(page) == before
    page.locator("[data-role=reset-all]").click()
    wait_for_address(page, "z=0,0")
    before = pixels(page)
    page.locator("h1").click()
    page.keyboard.press("r")
    wait_for_change(page, before)
    page.wait_for_function("() => !location.search.includes('z=0,0')")
    assert len(set(code(page))) > 10
    assert page.locator("[data-testid=stStatusWidget]").count() == 0


def test_numbers_are_typed_reset_and_told_and_a_model_is_left_and_come_back_to(visit):
    page = visit(tiny(others=1))

    # A decimal comma is read, Escape restores, and undo works after Enter.
    start = pixels(page)
    number(page).click()
    page.keyboard.type("1,5")  # the click selected what was there
    wait_for_change(page, start)
    page.keyboard.press("Enter")
    wait_for_address(page, "z=1.5,")
    entered = pixels(page)
    page.keyboard.type("3")
    wait_for_change(page, entered)
    page.keyboard.press("Escape")
    wait_for_pixels(page, entered)
    page.wait_for_function("e => e.value === '1.50'", arg=number(page).element_handle())
    page.keyboard.press("Control+z")
    wait_for_pixels(page, start)
    wait_for_address(page, "z=1,")

    # Nothing typed leaves everything as it was.
    before = pixels(page)
    number(page).fill("")
    number(page).press("Tab")
    page.wait_for_function("e => e.value === '1.00'", arg=number(page).element_handle())
    assert pixels(page) == before

    # What others put on the page is told of each change, and what a screen reader says follows.
    page.locator(".explore").evaluate(
        "e => e.addEventListener('changed', ({detail}) => (globalThis.told = detail.z[0]))"
    )
    number(page).fill("2")
    page.wait_for_function("() => globalThis.told === 2")
    number(page).press("Enter")
    wait_for_address(page, "z=2,")
    label = page.locator("canvas[data-role=picture]").get_attribute("aria-label")
    assert "tiny-16d" in label and "z1 = 2.00" in label

    # A typed value may leave the slider's range, but not ten.
    before = pixels(page)
    number(page).fill("7.5")
    wait_for_change(page, before)
    number(page).press("Enter")
    wait_for_address(page, "z=7.5,")
    assert slider(page).input_value() == slider(page).get_attribute("max")
    number(page).fill("99")
    number(page).press("Enter")
    wait_for_address(page, "z=10,")
    assert page.get_by_text("limited to ±10").is_visible()
    start = pixels(page)

    # The back button returns to the model and the code before.
    unroll(page, page.locator("[data-testid=stSelectbox] input"))
    page.keyboard.type("tiny-2d")  # of a long list the last are not there until they are looked for
    page.get_by_role("option", name="tiny-2d").click()
    page.locator("[data-model=tiny-2d]").wait_for()
    page.go_back()
    page.locator("[data-model=tiny-16d]").wait_for()
    wait_for_pixels(page, start)

    # One dimension is reset, and all.
    page.locator("[data-reset='0']").click()
    one = wait_for_change(page, start)
    wait_for_address(page, "z=0,1,1")
    page.locator("[data-role=reset-all]").click()
    wait_for_change(page, one)
    wait_for_address(page, "z=" + ",".join(["0"] * 16))
    assert (picture(page) == 128).all()


def test_five_rows_are_shown_and_eleven_more_fold_out_and_stay_so_and_all_fits_in_sight_in_each_scheme(visit):
    page = visit(TINY)
    shown = lambda: page.locator("input[data-dim]:visible").count()  # noqa: E731
    assert shown() == 5

    # Dark is dark, and light is light.
    colour = "getComputedStyle(document.querySelector('.stApp')).backgroundColor.match(/\\d+/g).map(Number)"
    for scheme, dark in (("dark", "true"), ("light", "false")):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"() => ({colour}.reduce((a, b) => a + b) < 200) === {dark}")
        ink = page.locator(".explore").evaluate("e => getComputedStyle(e).color.match(/\\d+/g).map(Number)")
        assert (sum(ink[:3]) > 400) == (dark == "true")

    in_sight(page, more=False)
    page.set_viewport_size({"width": 1280, "height": 800})
    unfold(page)
    assert shown() == 16
    in_sight(page, more=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    strip_of(page, 15)
    page.reload()
    slider(page, 15).wait_for()
    slider(page, 15).focus()
    page.locator(".more summary").click()
    page.locator(".strip").get_by_text("z₁").wait_for()  # the row that was in hand is folded away
    assert shown() == 5


def in_sight(page, *, more: bool) -> None:
    """Check windows of all sizes, the last of the sliders in each; `more`: all of them are unfolded."""
    for width, height in ((768, 1024), (900, 800), (1024, 768), (1280, 800), (844, 390), (640, 400)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        box = page.locator(".explore").bounding_box()
        for part in (".row", ".number", ".film", ".plane-frame", ".thumbnails"):
            for inside in page.locator(part).evaluate_all("all => all.map(e => e.getBoundingClientRect().right)"):
                assert inside <= box["x"] + box["width"] + 1, (part, width)
        last = page.locator("input[data-dim]:visible").last
        if more:  # there is more to scroll: as one comes down to it
            last.evaluate("e => e.scrollIntoView({block: 'center'})")
        last.scroll_into_view_if_needed()
        shown, handle = page.locator("canvas[data-role=picture]").bounding_box(), last.bounding_box()
        for each in (shown, handle):
            assert each["y"] >= -1 and each["y"] + each["height"] <= height + 1, width
        assert handle["width"] >= 60 and number(page).bounding_box()["width"] >= 50
        assert page.locator(".kl i").first.bounding_box()["width"] >= 20


def test_a_telephone_has_picture_and_slider_in_sight_and_a_finger_that_scrolls_leaves_it(visit):
    page = visit(TINY, width=390, height=844, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = slider(page, 3).bounding_box()
    x, y = box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2
    start = pixels(page)
    touch(page, *((x, y - 25 * step) for step in range(12)))
    page.wait_for_function("() => document.querySelector('.stMain').scrollTop > 100")
    page.wait_for_timeout(300)
    assert pixels(page) == start
    assert typed(page, 3) == 0 and float(slider(page, 3).input_value()) == 0

    # Along a slider it moves it, during the movement and not only after it.
    box = slider(page, 4).bounding_box()
    x, y = box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2
    page.evaluate("() => { globalThis.seen = new Set() }")
    page.locator("canvas[data-role=picture]").evaluate(
        "c => c.addEventListener('painted', () => globalThis.seen.add(c.toDataURL()))"
    )
    touch(page, *((x + 6 * step, y + step) for step in range(9)))
    wait_for_change(page, start)
    page.wait_for_function("() => globalThis.seen.size >= 4")
    assert typed(page, 4) > 0.5

    # The picture is in sight while the last slider is moved.
    unfold(page)
    last = slider(page, 15)
    last.scroll_into_view_if_needed()
    before = pixels(page)
    box = last.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    wait_for_change(page, before)
    shown = page.locator("canvas[data-role=picture]").bounding_box()
    assert shown["y"] >= 0 and shown["y"] + shown["height"] <= box["y"]


def test_an_owner_names_a_dimension_and_dead_ones_are_folded_away_and_said_to_carry_nothing(visit, home):
    card = write_tiny_model(home / "models" / "tiny-named", 4)
    axes = [replace(axis, nats=nats) for axis, nats in zip(card.latent.axes, [0.001, 0.5, 0.0, 2.0], strict=True)]
    write_card(replace(card, latent=replace(card.latent, axes=axes)), home / "models" / "tiny-named")
    page = visit("/explore?model=tiny-named")
    rows = lambda: [e.get_attribute("data-dim") for e in page.locator("input[data-dim]:visible").all()]  # noqa: E731
    assert rows() == ["3", "1"]  # those that carry most first
    page.get_by_text("2 dimensions carry nothing: collapsed onto the prior").click()
    slider(page, 2).wait_for()
    assert rows() == ["3", "1", "0", "2"]
    slider(page, 0).focus()
    page.get_by_text("nothing changes: this dimension is dead").wait_for()
    page.get_by_text("2 dimensions carry nothing").click()
    page.locator(".strip").get_by_text("z₄").wait_for()  # the one that carries most is back in hand

    name = page.locator("[data-name='1']")
    name.click()
    page.keyboard.type("slant r")  # r alone would draw
    page.keyboard.press("Enter")
    page.locator(".strip").get_by_text("slant r, z₂").wait_for()
    assert name.inner_text() == "slant r"
    assert name.evaluate("e => e.getRootNode().activeElement === e")
    assert slider(page, 1).get_attribute("aria-label").startswith("slant r, z2")
    assert "z=" not in page.url or set(code(page)) == {0}
    assert (home / "models" / "tiny-named" / "names.json").is_file()
    page.keyboard.press("Enter")
    page.keyboard.type("other")
    page.keyboard.press("Escape")
    assert name.inner_text() == "slant r"
    again = visit("/explore?model=tiny-named")
    name = again.locator("[data-name='1']")
    assert name.inner_text() == "slant r"
    name.click()
    again.keyboard.press("Delete")
    again.keyboard.press("Enter")
    again.locator(".strip").get_by_text("z₂", exact=True).wait_for()
    assert name.inner_text() == "z₂"


def shown(page, name: str) -> list[float]:
    """Return the numbers that stand at a station of the line."""
    text = page.locator(f".line output[data-name={name}]").inner_text()
    return [float(number) for number in text.strip("()").replace("−", "-").split(",")]


def test_a_start_from_an_image_shows_what_the_encoder_says_of_it_and_a_link_carries_all(visit):
    page = visit(PLANE)
    homes_lie_on_one_line_and_sliders_have_one_scale(page)
    wait_for_address(page, "z=0,0")

    # A link gives the very same pixels in another window.
    before = pixels(page)
    page.locator("[data-role=draw]").click()
    drawn = wait_for_change(page, before)
    page.wait_for_function("() => location.search.includes('z=') && !location.search.includes('z=0,0')")
    page = visit(page.url[page.url.index("/explore") :])
    wait_for_pixels(page, drawn)

    # The original stands beside its reconstruction.
    original = page.locator("canvas[data-role=original]")
    assert not original.is_visible()
    assert "Start from a test image" in page.locator(".starts").inner_text()
    assert page.locator(".line.empty").count() == 1  # nothing went in yet: the cloud is the prior
    page.locator("[data-image]").nth(3).click()
    reconstruction = wait_for_change(page, drawn)
    original.wait_for()
    wait_for_address(page, "image=")
    shown_original = pixels(page, "original")
    assert original.get_attribute("aria-label").endswith("class 3")

    # Mean and sigma are the encoder's.
    model = open_explorer(str(BUNDLED_MODELS / "mnist-2d"))
    belief = model.encode(picture(page, "begun").reshape(1, 28, 28, 1))
    assert np.allclose(shown(page, "mean"), belief.centre[0], atol=0.006)
    assert np.allclose(shown(page, "sigma"), belief.spread[0], atol=0.006)
    assert np.allclose(code(page), belief.centre[0], atol=1e-3)
    assert (picture(page, "redrawn") == picture(page)).all()

    # The link carries both.
    again = visit(page.url[page.url.index("/explore") :])
    again.locator("canvas[data-role=original]").wait_for()
    wait_for_pixels(again, shown_original, "original")
    wait_for_pixels(again, reconstruction)

    # Another draw lies as far from the mean as sigma says.
    draws = []
    for _ in range(4):
        before = page.url
        page.locator("[data-role=draw-again]").click()
        page.wait_for_function("before => location.href !== before", arg=before)
        draws.append((np.array(code(page)) - belief.centre[0]) / belief.spread[0])
        assert np.allclose(
            shown(page, "noise"), draws[-1], atol=0.1
        )  # an address has three decimals, and sigma is small
    page.locator("figcaption b", has_text="Another draw").wait_for()
    assert 0.05 < np.abs(draws).mean() < 5  # standard normal: 0.8, and within 5 of them but once in a million
    page.get_by_label("noise", exact=True).uncheck()
    wait_for_pixels(page, reconstruction)
    assert "image=" in page.url

    # Another ten are other images of the same classes.
    names = lambda: [e.get_attribute("title") for e in page.locator("[data-image]").all()]  # noqa: E731
    first = names()
    page.locator("[data-role=more]").click()
    second = names()
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)
    assert [name.split("class ")[1] for name in first] == [name.split("class ")[1] for name in second]


def test_a_visit_begins_with_the_first_image_and_points_have_no_sigma_and_nothing_to_draw_from(visit):
    page = visit("/explore?model=mnist-ae-2d")
    first = page.locator("[data-image]").first
    wait_for_address(page, f"image={first.get_attribute('data-image')}")
    assert first.get_attribute("aria-pressed") == "true"
    page.locator("canvas[data-role=original]").wait_for()
    assert page.locator(".line:not(.empty)").count() == 1
    assert np.allclose(shown(page, "mean"), code(page), atol=0.006)
    assert page.locator("[data-role=undo]").is_disabled(), "there is nothing before it"

    homes_lie_on_one_line_and_sliders_have_one_scale(page)
    image = page.locator("[data-image]").nth(3)
    image.click()
    page.locator("canvas[data-role=original]").wait_for()
    wait_for_address(page, f"image={image.get_attribute('data-image')}")
    assert np.allclose(shown(page, "mean"), code(page), atol=0.006)
    assert page.locator("[data-role=draw-again]").count() == 0
    assert "σ" not in page.locator(".line .numbers").inner_text()


def test_a_link_to_a_picture_away_from_its_mean_still_says_where_the_mean_lies(visit):
    page = visit(PLANE + "&image=5&z=1,1")
    page.locator(".line:not(.empty)").wait_for()
    assert code(page) == [1, 1]
    page.locator(".belief-mark:visible").first.wait_for()
    assert page.locator(".belief-mark:visible").count() == 2
    away = pixels(page)
    page.get_by_label("noise", exact=True).uncheck()
    wait_for_change(page, away)
    page.wait_for_function("() => !location.search.includes('z=1,1')")
    assert np.allclose(code(page), shown(page, "mean"), atol=0.006)


def test_the_cloud_of_a_picture_that_is_not_here_is_its_own(visit):
    codes = read_codes(BUNDLED_MODELS / "mnist-2d")
    assert codes is not None and codes.spread is not None
    page = visit(PLANE + "&image=1003")
    page.locator(".line.unseen").wait_for()
    page.wait_for_function("() => location.search.includes('z=')")
    assert np.allclose(shown(page, "mean"), codes.centre[1003], atol=0.006)
    assert np.allclose(shown(page, "sigma"), codes.spread[1003], atol=0.006)
    before = code(page)
    page.locator("[data-role=draw-again]").click()  # from its own cloud
    page.wait_for_function(
        "before => !decodeURIComponent(location.search).includes(`z=${before}`)", arg=str(before)[1:-1].replace(" ", "")
    )
    away = (np.array(code(page)) - codes.centre[1003]) / codes.spread[1003]
    assert (np.abs(away) < 6).all()


def test_an_image_alone_in_the_address_is_encoded(visit):
    page = visit(PLANE + "&image=5")
    page.locator("canvas[data-role=original]").wait_for()
    page.wait_for_function("() => /z=-?[0-9.]+,/.test(location.search) && !location.search.includes('z=0,0')")
    assert "image=5" in page.url


def test_the_first_slider_comes_before_the_pictures_to_start_from_and_keys_alone_do_it_all(visit, home):
    page = visit(PLANE)
    focused = """() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return Object.entries(at?.dataset ?? {}).flat().join(" ");
    }"""
    page.locator("[data-role=draw]").focus()

    def tab_to(what: str) -> None:
        for _ in range(40):
            page.keyboard.press("Tab")
            on = page.evaluate(focused)
            if on.startswith(what):
                return
            assert what.startswith(("image", "role")) or not on.startswith("image"), "pictures come before the sliders"
        raise AssertionError(f"no {what} within 40 stops")

    before = pixels(page)
    tab_to("name")
    page.keyboard.press("Enter")
    page.keyboard.type("<b>thick & slow</b>")
    page.keyboard.press("Enter")
    page.locator(".strip").get_by_text("<b>thick & slow</b>, z").wait_for()
    page.locator(".axis").get_by_text("<b>thick & slow</b>").wait_for()
    assert (home / "names" / "mnist-2d.json").is_file()  # a bundled model's names lie in the visitor's room
    tab_to("dim")
    page.keyboard.press("PageUp")
    moved = wait_for_change(page, before)
    tab_to("number")
    page.keyboard.type("-1")
    page.keyboard.press("Enter")
    typed = wait_for_change(page, moved)
    tab_to("image")
    page.keyboard.press("Enter")
    page.locator(".line:not(.empty)").wait_for()
    wait_for_change(page, typed)
    page.keyboard.press("Control+z")
    wait_for_pixels(page, typed)
    page.keyboard.press("Shift+Tab")
    name = page.locator("button.name", has_text="thick")
    name.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    page.locator(".strip").get_by_text("thick").wait_for(state="hidden")


def test_the_map_is_drawn_whole_saved_and_moved_on_by_pointer_and_keys(visit):
    page = visit(PLANE + "&z=4,0")
    page.locator(".marker.outside").wait_for()  # a code beyond the map is marked as such
    page.locator("[data-role=reset-all]").click()
    page.locator(".marker:not(.outside)").wait_for()
    wait_for_address(page, "z=0,0")
    grid = page.locator("canvas[data-role=grid][data-complete]")
    grid.wait_for()

    # Pictures are saved as PNG, large enough to print.
    page.wait_for_function("e => e.width > 100", arg=page.locator("canvas[data-role=strip]").element_handle())
    for role in ("save-picture", "save-strip", "save-grid"):
        with page.expect_download() as download:
            page.locator(f"[data-role={role}]").click()
        image = Image.open(io.BytesIO(download.value.path().read_bytes()))
        assert image.format == "PNG", role
        assert max(image.size) >= 896, role
        levels = np.asarray(image.convert("L"))
        assert np.ptp(levels) > 100, role
        if role == "save-picture":
            assert (levels[::32, ::32] == picture(page)).all()
        else:  # the strip and the map have their axes in a white margin
            assert (levels[-2] == 255).all(), role
            assert (levels[-image.width // 20 :] < 100).any(), role

    # Arrow keys move through the map.
    page.locator(".manifold").focus()
    before = pixels(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    wait_for_change(page, before)
    wait_for_address(page, "z=0.1,0.1")

    # The picture follows a drag on it.
    box = grid.bounding_box()
    seen = [pixels(page)]
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    for step in range(5):
        page.mouse.move(box["x"] + box["width"] * (0.35 + 0.1 * step), box["y"] + box["height"] * 0.4)
        seen.append(wait_for_change(page, seen[-1]))
    page.mouse.up()
    assert len(set(seen)) == 6
    until(page, lambda: code(page)[0] > 0.5 and code(page)[1] > 0.1)  # right of the middle, and above it

    # The middle of a cell decodes to that cell.
    before = pixels(page)
    page.mouse.click(box["x"] + box["width"] * 15.5 / 20, box["y"] + box["height"] * 4.5 / 20)
    wait_for_change(page, before)
    cell = picture(page, "grid")[4 * 28 : 5 * 28, 15 * 28 : 16 * 28].astype(int)
    # The pointer hits whole pixels, so the code is within a hundredth of the cell's own.
    until(page, lambda: np.abs(picture(page).astype(int) - cell).max() <= 12)

    # The line follows the sliders, and its dot moves them.
    page.locator("[data-role=reset-all]").click()
    wait_for_address(page, "z=0,0")
    page.locator("input[data-dim='0']").focus()
    page.keyboard.press("PageUp")
    wait_for_address(page, "z=0.5,0")
    assert shown(page, "code") == [0.5, 0]
    cloud = page.locator("canvas[data-role=cloud]")
    cloud.scroll_into_view_if_needed()
    box = cloud.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()
    page.wait_for_function("() => Number(new URLSearchParams(location.search).get('z').split(',')[0]) > 1.2")
    assert (picture(page, "redrawn") == picture(page)).all()
    page.keyboard.press("Control+z")
    wait_for_address(page, "z=0.5,0")

    in_sight(page, more=False)


def test_a_server_that_goes_away_is_told_of_calmly_and_comes_back_by_itself(visit):
    lines, cut = [], []

    def connect(socket):
        if cut:
            socket.close()
        else:
            socket.connect_to_server()
            lines.append(socket)

    page = visit(TINY, before=lambda page: page.route_web_socket("**/api/live", connect))
    note = page.locator(".note")
    assert not note.is_visible()
    cut.append(True)
    lines[-1].close()
    note.wait_for()
    assert "Trying again" in note.inner_text()
    before = pixels(page)
    page.locator("[data-role=draw]").click()
    cut.clear()
    wait_for_change(page, before)  # what was asked meanwhile is answered
    note.wait_for(state="hidden")


def test_what_is_gone_from_the_page_is_not_kept_by_the_motion_that_moved_it(visit):
    page = visit(TINY)
    gone = page.evaluate(
        """async () => {
          const { moved } = await import("/live/shared/sliders/moved.js");
          const [first, second] = [0, 1].map(() => document.body.appendChild(document.createElement("i")));
          for (const far of ["translateX(3px)", "translateX(8px)"]) moved(first, far);
          const motions = [first.getAnimations().length];
          const seen = getComputedStyle(first).transform;
          first.remove();
          moved(second, "translateX(1px)");
          motions.push(first.getAnimations().length);
          document.body.append(first);
          const back = getComputedStyle(first).transform;
          first.remove();
          second.remove();
          return { motions, seen, back };
        }"""
    )
    assert gone == {"motions": [1, 0], "seen": "matrix(1, 0, 0, 1, 8, 0)", "back": "matrix(1, 0, 0, 1, 8, 0)"}
