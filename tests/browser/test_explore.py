"""Explore, used by hand: with pointer, keys, touch and links."""

import io
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image

from tests.browser.conftest import pixels, touch, until, wait_for_address, wait_for_change, wait_for_pixels
from tests.tiny_model import expected_decode, write_tiny_model
from vae.explore.explorer import open_explorer
from vae.home import BUNDLED_MODELS
from vae.library.cards import write_card
from vae.library.codes import read_codes

pytestmark = pytest.mark.browser

TINY = "/explore?model=tiny-16d"
PLANE = "/explore?model=mnist-2d"


def code(page) -> list[float]:
    return [float(value) for value in parse_qs(urlsplit(page.url).query)["z"][0].split(",")]


def picture(page, role="picture") -> np.ndarray:
    """Return the pixels of a canvas, uint8 [H, W], read from its own backing store."""
    values, width = page.locator(f"canvas[data-role={role}]").evaluate(
        "c => [Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data), c.width]"
    )
    return np.array(values, np.uint8).reshape(-1, width, 4)[..., 0]


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
    values, width = canvas.evaluate(
        "c => [Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data), c.width]"
    )
    shown = np.array(values, np.uint8).reshape(-1, width, 4)[::2, ::2, 0]
    return shown.reshape(28, 5, 28).transpose(1, 0, 2)


def around(z, dim, reach) -> np.ndarray:
    """Return what the tiny model decodes at five places along a dimension: the middles of the slider's fifths."""
    codes = np.repeat(np.array([z], np.float32), 5, 0)
    codes[:, dim] = np.array([-0.8, -0.4, 0, 0.4, 0.8], np.float32) * np.float32(reach)
    return expected_decode(codes)[..., 0]


def test_the_picture_is_what_the_model_decodes_there(visit):
    page = visit(TINY + "&z=" + ",".join(["1", "-0.5", "0.25"] + ["0"] * 13))
    expected = expected_decode(np.array([[1, -0.5, 0.25] + [0] * 13], np.float32))[0, ..., 0]
    assert (picture(page) == expected).all()


def test_the_picture_changes_during_a_drag_and_not_only_after_it(visit):
    page = visit(TINY)
    box = slider(page).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    seen = [pixels(page)]
    for step in range(1, 6):
        page.mouse.move(box["x"] + box["width"] * (0.5 + step / 12), y)
        seen.append(wait_for_change(page, seen[-1]))
    assert len(set(seen)) == 6
    assert slider(page).evaluate("e => e.matches(':active')")  # the button is still down
    page.mouse.up()
    wait_for_address(page, f"z={number(page).input_value().rstrip('0').rstrip('.')}")
    assert code(page)[0] > 1


def test_keys_move_a_slider_and_its_number(visit):
    page = visit(TINY)
    slider(page).focus()
    for key, sign in (("ArrowRight", 1), ("ArrowLeft", -1), ("PageUp", 1), ("PageDown", -1), ("Home", -1), ("End", 1)):
        before, value = pixels(page), typed(page)
        page.keyboard.press(key)
        wait_for_change(page, before)
        assert (typed(page) - value) * sign > 0, key
        assert number(page).input_value().startswith("−") == (typed(page) < 0)
    assert typed(page) == float(slider(page).get_attribute("max"))


def test_each_slider_lies_on_five_pictures_of_where_it_leads(visit):
    z = [1, -0.5, 0.25] + [0] * 13
    page = visit(TINY + "&z=" + ",".join(map(str, z)))
    reach = float(slider(page).get_attribute("max"))
    for dim in range(5):
        assert np.abs(strip_of(page, dim).astype(int) - around(z, dim, reach)).max() <= 1, dim


def test_the_other_strips_follow_once_the_hand_rests_and_the_one_in_hand_stays(visit):
    page = visit(TINY)
    reach = float(slider(page).get_attribute("max"))
    strip_of(page, 1)
    mine, other = strip_of(page, 0), page.locator("canvas[data-tiles='1']").evaluate("c => c.toDataURL()")
    box = slider(page).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2, steps=5)
    page.wait_for_function(  # the button is still down
        "([c, before]) => c.toDataURL() !== before",
        arg=[page.locator("canvas[data-tiles='1']").element_handle(), other],
    )
    page.mouse.up()
    value = float(slider(page).input_value())
    wanted = around([value] + [0] * 15, 1, reach)  # on a slow machine the hand has rested on its way, too
    until(page, lambda: np.abs(strip_of(page, 1).astype(int) - wanted).max() <= 1)
    assert (strip_of(page, 0) == mine).all()


@pytest.mark.parametrize("model", ["tiny-16d", "mnist-2d", "beats-8d", "mnist-ae-2d"])
def test_all_homes_lie_on_one_line_and_all_sliders_have_one_scale(visit, model):
    page = visit(f"/explore?model={model}")
    ends = page.locator("input[data-dim]").evaluate_all("all => all.map(e => [Number(e.min), Number(e.max)])")
    assert np.ptp([high - low for low, high in ends]) < 1e-6
    homes = page.locator("input[data-dim]").evaluate_all("all => all.map(e => (e.value - e.min) / (e.max - e.min))")
    assert np.abs(np.array(homes) - 0.5).max() < 1e-3  # a visit begins at home
    boxes = page.locator("input[data-dim]:visible").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(b => [b.left, b.width])"
    )
    assert np.ptp(boxes, axis=0).max() < 0.5


def test_five_rows_are_shown_and_eleven_more_fold_out_and_stay_so(visit):
    page = visit(TINY)
    shown = lambda: page.locator("input[data-dim]:visible").count()  # noqa: E731
    assert shown() == 5
    page.locator(".more summary").click()
    slider(page, 15).wait_for()
    assert shown() == 16
    strip_of(page, 15)
    page.reload()
    slider(page, 15).wait_for()
    slider(page, 15).focus()
    page.locator(".more summary").click()
    page.locator(".strip").get_by_text("z₁").wait_for()  # the row that was in hand is folded away
    assert shown() == 5


def test_a_dimension_is_named_by_its_owner(visit, home):
    write_tiny_model(home / "models" / "tiny-named", 4)
    page = visit("/explore?model=tiny-named")
    name = page.locator("[data-name='2']")
    name.click()
    page.keyboard.type("slant r")  # r alone would draw
    page.keyboard.press("Enter")
    page.locator(".strip").get_by_text("slant r, z₃").wait_for()
    assert name.inner_text() == "slant r"
    assert name.evaluate("e => e.getRootNode().activeElement === e")
    assert slider(page, 2).get_attribute("aria-label").startswith("slant r, z3")
    assert "z=" not in page.url or set(code(page)) == {0}
    assert (home / "models" / "tiny-named" / "names.json").is_file()
    page.keyboard.press("Enter")
    page.keyboard.type("other")
    page.keyboard.press("Escape")
    assert name.inner_text() == "slant r"
    again = visit("/explore?model=tiny-named")
    name = again.locator("[data-name='2']")
    assert name.inner_text() == "slant r"
    name.click()
    again.keyboard.press("Delete")
    again.keyboard.press("Enter")
    again.locator(".strip").get_by_text("z₃", exact=True).wait_for()
    assert name.inner_text() == "z₃"


def test_the_name_of_a_bundled_models_dimension_lies_in_the_visitors_room(visit, home):
    page = visit(PLANE)
    page.locator("[data-name='0']").click()
    page.keyboard.type("<b>round & slow</b>"[:24])
    page.keyboard.press("Enter")
    page.locator(".axis").get_by_text("<b>round & slow</b>").wait_for()
    assert (home / "names" / "mnist-2d.json").is_file()
    page.locator("[data-name='0']").click()
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    page.locator(".axis").get_by_text("z₁", exact=True).wait_for()


def shown(page, name: str) -> list[float]:
    """Return the numbers that stand at a station of the line."""
    text = page.locator(f".line output[data-name={name}]").inner_text()
    return [float(number) for number in text.strip("()").replace("−", "-").split(",")]


def test_mean_and_sigma_are_the_encoders_and_another_draw_lies_as_far_from_the_mean(visit):
    page = visit(PLANE)
    assert page.locator(".line.empty").count() == 1  # nothing went in yet: the cloud is the prior
    page.locator("[data-image]").nth(3).click()
    page.locator("canvas[data-role=original]").wait_for()
    wait_for_address(page, "image=")
    model = open_explorer(str(BUNDLED_MODELS / "mnist-2d"))
    belief = model.encode(picture(page, "begun").reshape(1, 28, 28, 1))
    assert np.allclose(shown(page, "mean"), belief.centre[0], atol=0.006)
    assert np.allclose(shown(page, "sigma"), belief.spread[0], atol=0.006)
    assert np.allclose(code(page), belief.centre[0], atol=1e-3)
    wait_for_pixels(page, pixels(page))
    reconstruction = pixels(page)
    assert (picture(page, "redrawn") == picture(page)).all()
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


def test_the_line_follows_the_sliders_and_its_dot_moves_them(visit):
    page = visit(PLANE)
    page.locator("input[data-dim='0']").focus()
    page.keyboard.press("PageUp")
    wait_for_address(page, "z=0.5,0")
    assert shown(page, "code") == [0.5, 0]
    box = page.locator("canvas[data-role=cloud]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()
    page.wait_for_function("() => Number(new URLSearchParams(location.search).get('z').split(',')[0]) > 1.2")
    assert (picture(page, "redrawn") == picture(page)).all()
    page.keyboard.press("Control+z")
    wait_for_address(page, "z=0.5,0")


def test_points_have_no_sigma_and_nothing_to_draw_from(visit):
    page = visit("/explore?model=mnist-ae-2d")
    page.locator("[data-image]").nth(3).click()
    page.locator("canvas[data-role=original]").wait_for()
    wait_for_address(page, "image=")
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


def test_the_pixels_are_drawn_too_and_stay_while_nothing_moves(visit):
    page = visit(TINY + "&z=" + ",".join(["0.3"] * 16))
    expected, grey = picture(page), pixels(page)
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
    assert pixels(page) == grey
    switch.check()
    assert pixels(page) == frozen
    page.locator("[data-role=pixels-again]").click()
    assert pixels(page) != frozen
    assert "probability" in page.locator(".switches").inner_text()


def test_the_first_slider_comes_before_the_pictures_to_start_from_and_keys_alone_do_it_all(visit):
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
    page.keyboard.type("thick")
    page.keyboard.press("Enter")
    page.locator(".strip").get_by_text("thick, z").wait_for()
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


def test_what_others_put_on_the_page_is_told_of_each_change(visit):
    page = visit(TINY)
    page.locator(".explore").evaluate(
        "e => e.addEventListener('changed', ({detail}) => (globalThis.told = detail.z[0]))"
    )
    number(page).fill("2")
    page.wait_for_function("() => globalThis.told === 2")


def test_a_typed_value_may_leave_the_sliders_range_but_not_ten(visit):
    page = visit(TINY)
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


def test_a_decimal_comma_is_read_escape_restores_and_undo_works_after_enter(visit):
    page = visit(TINY)
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


def test_nothing_typed_leaves_everything_as_it_was(visit):
    page = visit(TINY + "&z=" + ",".join(["1"] * 16))
    before = pixels(page)
    number(page).fill("")
    number(page).press("Tab")
    page.wait_for_function("e => e.value === '1.00'", arg=number(page).element_handle())
    assert pixels(page) == before


def test_reset_of_one_and_of_all(visit):
    page = visit(TINY + "&z=" + ",".join(["1"] * 16))
    start = pixels(page)
    page.locator("[data-reset='0']").click()
    one = wait_for_change(page, start)
    wait_for_address(page, "z=0,1,1")
    page.locator("[data-role=reset-all]").click()
    wait_for_change(page, one)
    wait_for_address(page, "z=" + ",".join(["0"] * 16))
    assert (picture(page) == 128).all()


def test_undo_by_button_and_by_key_goes_back_step_by_step(visit):
    page = visit(TINY)
    undo = page.locator("[data-role=undo]")
    assert undo.is_disabled()
    states = [pixels(page)]
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


def test_a_drag_is_one_step_of_undo(visit):
    page = visit(TINY)
    start = pixels(page)
    box = slider(page).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()
    wait_for_change(page, start)
    page.keyboard.press("Control+z")
    wait_for_pixels(page, start)


def test_the_key_r_draws_from_the_prior_and_does_not_run_the_page_again(visit):
    page = visit(TINY)
    before = pixels(page)
    page.locator("h1").click()
    page.keyboard.press("r")
    wait_for_change(page, before)
    wait_for_address(page, "z=")
    page.wait_for_function("() => !location.search.includes('z=0,0')")
    assert len(set(code(page))) > 10
    assert page.locator("[data-testid=stStatusWidget]").count() == 0


def test_the_letter_r_in_a_number_field_draws_nothing(visit):
    page = visit(TINY)
    number(page).focus()
    before = pixels(page)
    page.keyboard.press("r")
    page.keyboard.press("z")
    page.wait_for_timeout(300)
    assert pixels(page) == before


def test_a_click_on_the_strip_goes_there_and_the_strip_follows_the_other_dimensions(visit):
    page = visit(TINY)
    strip = page.locator("canvas[data-role=strip]")
    page.wait_for_function("e => e.width > 100", arg=strip.element_handle())
    box = strip.bounding_box()
    before = pixels(page)
    strip.click(position={"x": box["width"] - 5, "y": 10})
    wait_for_change(page, before)
    page.wait_for_function("e => e.value === '3.50'", arg=number(page).element_handle())  # 5 steps of 0.7
    around = pixels(page, "strip")
    slider(page, 3).focus()
    other = wait_for_change(page, around, "strip")  # another dimension in hand
    number(page, 4).fill("2")  # the focus takes that one in hand, the strip is around z5 now
    fifth = wait_for_change(page, other, "strip")
    page.locator("[data-reset='0']").click()
    wait_for_change(page, fifth, "strip")


def test_a_link_gives_the_very_same_pixels_in_another_window(visit):
    page = visit(PLANE)
    before = pixels(page)
    page.locator("[data-role=draw]").click()
    shown = wait_for_change(page, before)
    page.wait_for_function("() => location.search.includes('z=') && !location.search.includes('z=0,0')")
    assert pixels(visit(page.url[page.url.index("/explore") :])) == shown


def test_a_start_from_an_image_shows_the_original_beside_its_reconstruction(visit):
    page = visit(PLANE)
    original = page.locator("canvas[data-role=original]")
    assert not original.is_visible()
    assert "Start from a test image" in page.locator(".starts").inner_text()
    before = pixels(page)
    page.locator("[data-image]").nth(3).click()
    reconstruction = wait_for_change(page, before)
    original.wait_for()
    shown = pixels(page, "original")
    wait_for_address(page, "image=")
    assert original.get_attribute("aria-label").endswith("class 3")
    # The link carries both.
    again = visit(page.url[page.url.index("/explore") :])
    again.locator("canvas[data-role=original]").wait_for()
    wait_for_pixels(again, shown, "original")
    assert pixels(again) == reconstruction


def test_an_image_alone_in_the_address_is_encoded(visit):
    page = visit(PLANE + "&image=5")
    page.locator("canvas[data-role=original]").wait_for()
    page.wait_for_function("() => /z=-?[0-9.]+,/.test(location.search) && !location.search.includes('z=0,0')")
    assert "image=5" in page.url


def test_another_ten_shows_other_images_of_the_same_classes(visit):
    page = visit(PLANE)
    names = lambda: [e.get_attribute("title") for e in page.locator("[data-image]").all()]  # noqa: E731
    first = names()
    page.locator("[data-role=more]").click()
    second = names()
    assert len(first) == len(second) == 10
    assert not set(first) & set(second)
    assert [name.split("class ")[1] for name in first] == [name.split("class ")[1] for name in second]


def test_the_map_is_drawn_whole_and_the_picture_follows_a_drag_on_it(visit):
    page = visit(PLANE)
    grid = page.locator("canvas[data-role=grid][data-complete]")
    grid.wait_for()
    box = grid.bounding_box()
    seen = [pixels(page)]
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    for step in range(5):
        page.mouse.move(box["x"] + box["width"] * (0.35 + 0.1 * step), box["y"] + box["height"] * 0.4)
        seen.append(wait_for_change(page, seen[-1]))
    page.mouse.up()
    assert len(set(seen)) == 6
    page.wait_for_function("() => location.search.includes('z=0.')")
    until(page, lambda: code(page)[0] > 0.5 and code(page)[1] > 0.1)  # right of the middle, and above it


def test_the_middle_of_a_cell_of_the_map_decodes_to_that_cell(visit):
    page = visit(PLANE)
    page.locator("canvas[data-role=grid][data-complete]").wait_for()
    box = page.locator("canvas[data-role=grid]").bounding_box()
    before = pixels(page)
    page.mouse.click(box["x"] + box["width"] * 15.5 / 20, box["y"] + box["height"] * 4.5 / 20)
    wait_for_change(page, before)
    cell = picture(page, "grid")[4 * 28 : 5 * 28, 15 * 28 : 16 * 28].astype(int)
    # The pointer hits whole pixels, so the code is within a hundredth of the cell's own.
    assert np.abs(picture(page).astype(int) - cell).max() <= 12


def test_keys_on_the_strip_go_from_picture_to_picture(visit):
    page = visit(TINY)
    before = pixels(page)
    page.locator(".film").focus()
    page.keyboard.press("ArrowRight")
    wait_for_change(page, before)
    page.wait_for_function("e => e.value === '0.70'", arg=number(page).element_handle())
    page.keyboard.press("Home")
    wait_for_address(page, "z=-3.5,")


def test_the_name_of_a_dimension_takes_it_in_hand(visit):
    page = visit(TINY)
    page.locator("button.name").nth(4).click()
    page.locator(".strip").get_by_text("z₅").wait_for()


def test_a_code_beyond_the_map_is_marked_as_such(visit):
    page = visit(PLANE + "&z=4,0")
    page.locator(".marker.outside").wait_for()
    page.locator("[data-role=reset-all]").click()
    page.locator(".marker:not(.outside)").wait_for()


def test_arrow_keys_move_through_the_map(visit):
    page = visit(PLANE)
    page.locator(".manifold").focus()
    before = pixels(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    wait_for_change(page, before)
    wait_for_address(page, "z=0.1,0.1")


def test_the_back_button_returns_to_the_model_and_the_code_before(visit):
    page = visit(TINY + "&z=" + ",".join(["1"] * 16))
    shown = pixels(page)
    page.locator("[data-testid=stSelectbox] input").click()
    page.get_by_role("option", name="tiny-2d").click()
    page.locator("[data-model=tiny-2d]").wait_for()
    page.go_back()
    page.locator("[data-model=tiny-16d]").wait_for()
    wait_for_pixels(page, shown)


def test_dead_dimensions_are_folded_away_and_said_to_carry_nothing(visit, home):
    card = write_tiny_model(home / "models" / "tiny-dead", 4)
    axes = [replace(axis, nats=nats) for axis, nats in zip(card.latent.axes, [0.001, 0.5, 0.0, 2.0], strict=True)]
    write_card(replace(card, latent=replace(card.latent, axes=axes)), home / "models" / "tiny-dead")
    page = visit("/explore?model=tiny-dead")
    shown = lambda: [e.get_attribute("data-dim") for e in page.locator("input[data-dim]:visible").all()]  # noqa: E731
    assert shown() == ["3", "1"]  # those that carry most first
    page.get_by_text("2 dimensions carry nothing: collapsed onto the prior").click()
    assert shown() == ["3", "1", "0", "2"]
    slider(page, 0).focus()
    page.get_by_text("nothing changes: this dimension is dead").wait_for()
    page.get_by_text("2 dimensions carry nothing").click()
    page.locator(".strip").get_by_text("z₄").wait_for()  # the one that carries most is back in hand


def test_the_latency_of_the_last_pictures_is_measured_and_explained(visit):
    page = visit(TINY)
    slider(page).focus()
    for _ in range(8):
        before = pixels(page)
        page.keyboard.press("ArrowRight")
        wait_for_change(page, before)
    reading = page.locator("[data-role=latency]", has_text=" ms")
    reading.wait_for()  # once the hand rests
    page.wait_for_function("e => e.title.includes('in the model')", arg=reading.element_handle())


def test_pictures_are_saved_as_png_large_enough_to_print(visit):
    page = visit(PLANE)
    page.locator("canvas[data-role=grid][data-complete]").wait_for()
    page.wait_for_function("e => e.width > 100", arg=page.locator("canvas[data-role=strip]").element_handle())
    for role in ("save-picture", "save-strip", "save-grid"):
        with page.expect_download() as download:
            page.locator(f"[data-role={role}]").click()
        image = Image.open(io.BytesIO(download.value.path().read_bytes()))
        assert image.format == "PNG", role
        assert max(image.size) >= 896, role
        grey = np.asarray(image.convert("L"))
        assert np.ptp(grey) > 100, role
        if role == "save-picture":
            assert (grey[::32, ::32] == picture(page)).all()
        else:  # the strip and the map have their axes in a white margin
            assert (grey[-2] == 255).all(), role
            assert (grey[-image.width // 20 :] < 100).any(), role


@pytest.mark.parametrize("address", [TINY, PLANE])
def test_picture_and_slider_are_in_sight_together_and_nothing_sticks_out(visit, address):
    page = visit(address)
    in_sight(page, more=False)
    if address == TINY:  # a plane has no more than its two
        page.set_viewport_size({"width": 1280, "height": 800})
        unfold(page)
        in_sight(page, more=True)


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


def test_a_finger_along_a_slider_moves_it_and_a_finger_that_scrolls_leaves_it(visit):
    page = visit(TINY, width=390, height=844, has_touch=True, is_mobile=True)
    box = slider(page, 3).bounding_box()
    x, y = box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2
    start = pixels(page)
    touch(page, *((x, y - 25 * step) for step in range(12)))
    page.wait_for_function("() => document.querySelector('.stMain').scrollTop > 100")
    page.wait_for_timeout(300)
    assert pixels(page) == start
    assert typed(page, 3) == 0 and float(slider(page, 3).input_value()) == 0
    box = slider(page, 4).bounding_box()
    x, y = box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2
    seen = "() => { globalThis.seen = new Set() }"
    page.evaluate(seen)
    page.locator("canvas[data-role=picture]").evaluate(
        "c => c.addEventListener('painted', () => globalThis.seen.add(c.toDataURL()))"
    )
    touch(page, *((x + 6 * step, y + step) for step in range(9)))
    wait_for_change(page, start)
    page.wait_for_function("() => globalThis.seen.size >= 4")  # during the movement, not only after it
    assert typed(page, 4) > 0.5


def test_a_telephone_has_the_picture_in_sight_while_the_last_slider_is_moved(visit):
    page = visit(TINY, width=390, height=844, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    unfold(page)
    last = slider(page, 15)
    last.scroll_into_view_if_needed()
    before = pixels(page)
    box = last.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    wait_for_change(page, before)
    shown = page.locator("canvas[data-role=picture]").bounding_box()
    assert shown["y"] >= 0 and shown["y"] + shown["height"] <= box["y"]


def test_dark_is_dark_and_light_is_light(visit):
    colour = "getComputedStyle(document.querySelector('.stApp')).backgroundColor.match(/\\d+/g).map(Number)"
    for scheme, dark in (("dark", True), ("light", False)):
        page = visit(TINY, color_scheme=scheme)
        assert (sum(page.evaluate(colour)) < 200) == dark
        ink = page.locator(".explore").evaluate("e => getComputedStyle(e).color.match(/\\d+/g).map(Number)")
        assert (sum(ink[:3]) > 400) == dark


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


def test_what_a_screen_reader_says_follows_the_code(visit):
    page = visit(TINY)
    number(page).fill("2")
    number(page).press("Enter")
    wait_for_address(page, "z=2,")
    label = page.locator("canvas[data-role=picture]").get_attribute("aria-label")
    assert "tiny-16d" in label and "z1 = 2.00" in label
