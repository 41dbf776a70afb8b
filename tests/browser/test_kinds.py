"""Home, Explore, Map and Interpolate with series, with a model that has no prior, and with one that is told a class.

A page that comes costs more than all that is done on it: a test is one visit, and its parts follow each other.
"""

import base64
import io
import re
from functools import partial
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, Page

from tests.browser.canvases import grey
from tests.browser.conftest import pixels, wait_for_address, wait_for_change
from tests.browser.on_map import drawn, eventually, wait_for_picture
from tests.tiny_kinds import CLASSES, CODES, Tiny, tiny_codes

pytestmark = pytest.mark.browser


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query, separator="&").items()}


def code(page: Page) -> np.ndarray:
    return np.array([[float(value) for value in query(page)["z"].split(",")]], np.float32)


def read(page: Page, key: str) -> float:
    """Read the large curve with the keys, and return the value that the page tells there."""
    page.locator("canvas[data-role=picture]").focus()
    page.keyboard.press(key)
    said = page.locator(".pointed:visible").inner_text()
    found = re.fullmatch(r"at (\S+ \S+): (−?[\d.]+) mV", said)
    assert found, said
    return float(found[2].replace("−", "-"))


def settled(page: Page) -> None:
    page.locator("[data-settled]").first.wait_for()


def csv_of(values: np.ndarray) -> bytes:
    return "\n".join(f"{value:.6f}" for value in values).encode()


def send(page: Page, values: np.ndarray | bytes) -> None:
    """Choose a file of one's own: a value a line."""
    data = values if isinstance(values, bytes) else csv_of(values)
    file = {"name": "mine.csv", "mimeType": "text/csv", "buffer": data}
    page.locator("[data-role=own-file]").set_input_files(file)  # type: ignore[arg-type]


def gray(page: Page, role: str) -> np.ndarray:
    """Return what a canvas shows, float [H, W] in grey levels."""
    png = base64.b64decode(pixels(page, role).split(",")[1])
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"), float)


def saved(download: Download) -> Image.Image:
    return Image.open(io.BytesIO(download.path().read_bytes()))


def sliders_end_above(page: Page, height: int) -> bool:
    boxes = [slider.bounding_box() for slider in page.locator("input[data-dim]").all()]
    return all(box is not None and box["y"] + box["height"] <= height for box in boxes)


# --- Home


@pytest.mark.parametrize("name", ["kinds-series", "kinds-points", "kinds-told", "kinds-choices"])
def test_home_has_the_line_of_each_kind_of_model(visit, kinds, name):
    page = visit(f"/?model={name}")
    page.locator(f".hero[data-model={name}]").wait_for()
    assert page.locator("[data-station]").count() == (5 if name == "kinds-points" else 6)


# --- Explore: series


def test_a_curve_is_read_by_pointer_and_keys_says_what_the_model_decodes_and_is_saved_dark_on_white(visit, kinds):
    page = visit("/explore?model=kinds-series&z=1,-0.5,0.25")
    expected = kinds["kinds-series"].decode(np.array([[1, -0.5, 0.25]], np.float32))[0, :, 0]
    settled(page)
    assert read(page, "Home") == pytest.approx(expected[0], abs=0.006)
    assert read(page, "ArrowRight") == pytest.approx(expected[1], abs=0.006)
    assert read(page, "Shift+ArrowRight") == pytest.approx(expected[11], abs=0.006)
    assert read(page, "End") == pytest.approx(expected[-1], abs=0.006)
    page.keyboard.press("Escape")
    page.locator(".pointed").wait_for(state="hidden")
    box = page.locator("canvas[data-role=picture]").bounding_box()
    assert box
    said = []
    for share in (0.3, 0.6, 0.9):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        said.append(page.locator(".pointed:visible").inner_text())
    assert len(set(said)) == 3
    page.mouse.move(5, 5)
    page.locator(".pointed").wait_for(state="hidden")

    # What is said of a marked place follows the slider.
    read(page, "Home")
    [page.keyboard.press("ArrowRight") for _ in range(9)]
    before = page.locator(".pointed").inner_text()
    slider = page.locator("input[type=range][data-dim='0']")
    slider.evaluate("e => { e.value = '2'; e.dispatchEvent(new Event('input')); }")  # the curve keeps the focus
    eventually(lambda: page.locator(".pointed").inner_text() != before)

    # Curves are saved dark on white, whatever the page's colours.
    shown = pixels(page)
    page.emulate_media(color_scheme="dark")
    wait_for_change(page, shown)
    for role in ("save-picture", "save-strip"):
        with page.expect_download() as download:
            page.locator(f"[data-role={role}]").click()
        image = np.asarray(saved(download.value).convert("RGB")).astype(int)
        assert max(image.shape[:2]) >= 896
        assert image[:8, :8].min() == 255 and (image < 200).any()
        assert (np.ptp(image, axis=2) > 60).any()  # the line is in colour


def test_a_series_is_encoded_and_stands_beside_its_reconstruction_with_all_in_sight_on_a_laptop(visit, kinds):
    page = visit("/explore?model=kinds-series&image=3")
    settled(page)
    for part in ("canvas[data-role=picture]", "input[data-dim]", ".thumbnails"):  # the line stands above them
        box = page.locator(part).last.bounding_box()
        assert box and box["y"] + box["height"] <= 800, part
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    # The original and the band lie beneath until they are switched off.
    for layer in ("beneath", "band"):
        before = pixels(page)
        page.locator(f"[data-layer={layer}]").click()
        wait_for_change(page, before)
    without = pixels(page)
    page.locator("[data-layer=band]").click()
    wait_for_change(page, without)

    # What else the encoder thinks possible is drawn where it is asked for, and only beside a code of its own.
    before = pixels(page)
    page.locator("[data-layer=draws]").click()
    wait_for_change(page, before)
    page.locator("input[data-dim]").first.press("ArrowRight")
    page.locator("[data-layer=draws]").wait_for(state="hidden")
    page.locator("[data-role=undo]").click()
    page.locator("[data-layer=draws]").wait_for()
    page.locator("[data-layer=draws]").click()

    # One's own series is encoded, and what was done to it is said.
    tiny: Tiny = kinds["kinds-series"]
    mine = tiny.decode(np.array([[0.5, 1, -1]], np.float32))[0, :, 0]
    send(page, mine)
    page.locator(".original figcaption", has_text="Your series").wait_for()
    wait_for_address(page, "z=")
    page.wait_for_function("() => !location.search.includes('image')")
    np.testing.assert_allclose(code(page), tiny.encode(mine[None, :, None]), atol=0.002)
    assert page.locator("[data-role=own-note]").is_hidden()
    send(page, np.interp(np.linspace(0, 127, 300), np.arange(128), mine))
    page.locator("[data-role=own-note]", has_text="300 samples were brought to the model's 128").wait_for()
    send(page, b"nothing\nof the kind")
    page.locator("[data-role=own-note]", has_text="no number").wait_for()
    page.locator("[data-role=undo]").click()
    page.locator("[data-role=own-note]").wait_for(state="hidden")
    page.locator("[data-role=undo]").click()
    page.locator(".original figcaption", has_text="Test series 3").wait_for()

    # A test series is chosen, and then nothing is compared any more.
    page.locator("[data-role=reset-all]").click()
    page.locator("[data-layer=beneath]").wait_for(state="hidden")
    page.wait_for_function("() => !location.search.includes('image=')")
    assert page.get_by_text("Start from a test series", exact=True).is_visible()
    page.locator(".thumbnails button").nth(2).click()
    wait_for_address(page, "image=")
    assert page.locator(".original figcaption").inner_text().startswith("Test series ")
    assert page.locator(".thumbnails button").nth(2).get_attribute("title").startswith("Start from series ")


def test_a_plane_of_series_is_drawn_whole_and_again_in_other_colours(visit, kinds):
    page = visit("/explore?model=kinds-plane&z=0,0", color_scheme="light")
    page.locator("canvas[data-role=grid][data-complete]").wait_for()
    light = pixels(page, "grid")
    page.emulate_media(color_scheme="dark")
    wait_for_change(page, light, "grid")
    page.locator(".manifold").focus()
    page.keyboard.press("ArrowRight")
    wait_for_address(page, "z=0.1,0")
    with page.expect_download() as download:
        page.locator("[data-role=save-grid]").click()
    assert max(saved(download.value).size) >= 896


# --- Explore: without a prior


def test_without_a_prior_sliders_begin_in_the_middle_and_arrows_are_as_long_as_the_range_asks(visit, kinds):
    page = visit("/explore?model=kinds-points")
    slider = page.locator("input[data-dim]").first
    low, high = (float(slider.get_attribute(end)) for end in ("min", "max"))
    page.locator("[data-role=reset-all]").click()
    at_home = "([e, home]) => Math.abs(e.value - home) < 0.002 * (e.max - e.min)"  # all rows share one scale about it
    page.wait_for_function(at_home, arg=[slider.element_handle(), (low + high) / 2])
    middle = float(slider.input_value())
    assert abs(middle) > 1 and low < middle < high
    slider.focus()
    page.keyboard.press("ArrowRight")
    step = float(slider.input_value()) - middle
    assert step in (pytest.approx(0.5), pytest.approx(1.0)) and 50 < (high - low) / step < 250
    page.keyboard.press("Shift+ArrowLeft")
    assert float(slider.input_value()) == pytest.approx(middle + 0.9 * step, abs=0.011)
    assert page.get_by_text("KL, nats").count() == 0
    head, box = page.locator(".head .of-value").bounding_box(), page.locator(".number").first.bounding_box()
    assert head and box
    assert abs(head["x"] + head["width"] - box["x"] - box["width"]) < 12  # the head stands over its column
    page.get_by_text("About this model").click()
    page.get_by_text("reconstruction 99.5 nats").wait_for()


# --- Explore: told a class


def test_a_class_is_picked_by_pointer_and_keys_can_be_undone_and_pushes_no_slider_out_of_sight(visit, kinds):
    page = visit("/explore?model=kinds-told&z=0.5,-1,0.25&class=2")
    tiny, z = kinds["kinds-told"], np.array([[0.5, -1, 0.25]], np.float32)

    def shows(label: int) -> None:
        wait_for_picture(page, tiny.decode(z, label)[0, ..., 0])
        wait_for_address(page, f"class={label}")
        assert page.locator("[aria-checked=true]").get_attribute("data-class") == str(label)

    shows(2)
    for i in range(4):
        assert (grey(page.locator(f"[data-class='{i}'] canvas")) == tiny.decode(z, i)[0, ..., 0]).all()
    page.locator("[data-class='0']").click()
    shows(0)
    page.keyboard.press("ArrowRight")
    shows(1)
    page.keyboard.press("End")
    shows(3)
    page.keyboard.press("Control+z")
    shows(1)
    page.reload()
    shows(1)

    for width, height in ((1280, 800), (390, 844), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        eventually(partial(sliders_end_above, page, height))
        row = page.locator(".choices").bounding_box()
        assert row and row["x"] >= 0 and row["x"] + row["width"] <= width
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    long = page.locator(f"[data-class='{len(CLASSES) - 1}']")
    assert long.get_attribute("title") == CLASSES[-1]  # which is too long for its tile


# --- Map


def test_a_map_lays_no_layer_that_a_model_cannot_have(visit, kinds):
    page = visit("/map?model=kinds-flat")
    on = drawn(page)
    page.locator("[data-role=menu-layers] summary").click()
    assert page.locator("[data-layer=prior]").count() == 0 and page.locator("[data-layer=ellipses]").count() == 0
    page.keyboard.press("Escape")
    codes = tiny_codes(2, len(CLASSES), False)
    on.hover(*codes.centre[7])
    on.said("Test image 7")
    assert "Reconstruction" in page.locator("[data-role=here]").inner_text()
    assert "ELBO" not in page.locator("[data-role=here]").inner_text()


def test_the_map_of_series_shows_them_in_new_colours_and_one_s_own_where_its_code_is(visit, kinds):
    page = visit("/map?model=kinds-plane", color_scheme="light")
    on = drawn(page)
    codes = tiny_codes(2, len(CLASSES), True)
    on.hover(*codes.centre[5])
    on.said("Test series 5, wide")
    assert page.get_by_text("Series underneath").is_visible()
    page.mouse.move(5, 5)
    page.locator("[data-layer=pictures]").uncheck()
    page.wait_for_timeout(300)

    def under() -> str:
        return on.chart.evaluate("e => e.querySelector('canvas').toDataURL()")

    blank = under()
    page.locator("[data-layer=pictures]").check()
    eventually(lambda: under() != blank)
    page.wait_for_timeout(500)
    light = under()
    page.emulate_media(color_scheme="dark")
    eventually(lambda: under() != light)

    # A series of one's own lands where its code is.
    tiny = kinds["kinds-plane"]
    page.get_by_role("tab", name="Upload").click()
    mine = tiny.decode(np.array([[1.25, -0.5]], np.float32))[0, :, 0]
    send(page, mine)
    page.locator("[data-role=drawing-place]:not(:empty)").wait_for()
    place = [float(value) for value in (on.chart.get_attribute("data-drawing") or "").split(",")]
    np.testing.assert_allclose(place, tiny.encode(mine[None, :, None])[0], atol=0.002)
    assert page.locator("canvas[data-role=redrawn]").evaluate("c => c.width > 1")
    send(page, b"1\n2\nx")
    page.locator("[data-role=own-note]", has_text="no number").wait_for()


def test_places_of_a_conditional_model_s_map_are_decoded_as_the_class_in_the_head_and_points_as_their_own(visit, kinds):
    page = visit("/map?model=kinds-told&class=1&map=dimensions-0-1")
    on = drawn(page)
    codes, tiny = tiny_codes(3, len(CLASSES), True), kinds["kinds-told"]
    page.locator("[data-role=here-title]", has_text=f"as {CLASSES[1]}").wait_for()
    point = next(i for i in range(CODES) if codes.labels is not None and codes.labels[i] == 2)
    on.hover(*codes.centre[point, :2])
    on.said(f"Test image {point}, {CLASSES[2]}")
    wait_for_picture(page, tiny.decode(codes.centre[point : point + 1], 2)[0, ..., 0])


# --- Choices


def test_a_code_of_choices_is_chosen_on_its_rows_by_keys_on_the_board_and_on_the_strip(visit, kinds):
    page, tiny = visit("/explore?model=kinds-choices&z=1,0,0,1,0,0"), kinds["kinds-choices"]
    rows, board = page.locator("[data-choice]"), page.locator(".board.of-code")

    def shows(*ways: int) -> None:
        """Wait until all places say which way each choice is, and the picture is the decoder's of it."""
        z = np.concatenate([np.arange(3) == way for way in ways]).astype(np.float32)[None]
        wait_for_address(page, "z=" + ",".join(f"{value:g}" for value in z[0]))
        wait_for_picture(page, tiny.decode(z)[0, ..., 0])
        marked = page.locator("[data-choice] [aria-checked=true]").all()
        chosen = [int(each.get_attribute("data-way")) for each in marked]
        assert chosen == list(ways)
        assert f"choice: {', '.join(str(way + 1) for way in ways)}." in board.get_attribute("aria-label")

    page.locator("canvas[data-tiles='3'][data-filled]").wait_for()
    assert rows.count() == 2 and page.locator("input[data-dim]").count() == 0
    rows.nth(1).locator("[data-way='2']").click()
    shows(0, 2)
    page.keyboard.press("ArrowRight")  # round to the first
    shows(0, 0)
    board.focus()
    page.keyboard.press("ArrowDown")
    shows(1, 0)
    where = board.bounding_box()
    board.click(position={"x": 0.75 * where["width"], "y": 0.5 * where["height"]})
    shows(1, 1)
    page.locator("[role=slider].film").focus()  # along the choice that was in hand last
    page.keyboard.press("End")
    shows(1, 2)
    page.keyboard.press("Control+z")
    shows(1, 1)

    # A draw of one choice leaves the other; a reset leads to the first ways.
    seen = set()
    for _ in range(12):
        page.locator("[data-redraw='choice 2']").click()
        seen.add(page.locator("[data-choice='3'] [aria-checked=true]").get_attribute("data-way"))
        assert page.locator("[data-choice='0'] [aria-checked=true]").get_attribute("data-way") == "1"
    assert len(seen) > 1
    page.locator("[data-role=reset-all]").click()
    shows(0, 0)


# --- Interpolate


def test_a_path_between_series_has_their_pointwise_mix_beneath_it_and_one_s_own_is_an_anchor(visit, kinds):
    page = visit("/interpolate?model=kinds-series&anchors=z:1,0,0;z:0,1,0&at=0.5&n=5")
    page.locator("canvas[data-role=fade-strip][data-n='5']").wait_for()
    assert page.locator(".faded figcaption").inner_text() == "Pointwise mix"
    # The model is linear, so that decoding half way is the mean: both strips show the same.
    eventually(lambda: np.abs(gray(page, "strip") - gray(page, "fade-strip")).mean() < 0.5)
    assert gray(page, "strip").min() < 160
    tiny = kinds["kinds-series"]
    expected = tiny.decode(np.array([[0.5, 0.5, 0]], np.float32))[0, :, 0]
    assert read(page, "Home") == pytest.approx(expected[0], abs=0.006)
    assert read(page, "Shift+ArrowRight") == pytest.approx(expected[10], abs=0.006)

    # A film of series has the page's colours.
    for scheme in ("light", "dark"):
        strip = pixels(page, "strip")
        page.emulate_media(color_scheme=scheme)
        if scheme == "dark":
            wait_for_change(page, strip, "strip")
        with page.expect_download() as download:
            page.locator("[data-role=save-gif]").click()
        film = saved(download.value)
        assert film.n_frames > 5  # type: ignore[attr-defined]
        corner = film.convert("RGB").getpixel((1, 1))
        assert isinstance(corner, tuple) and (corner[0] > 200) == (scheme == "light")

    # A series of one's own is an anchor.
    page.locator("[data-role=add]").click()
    page.get_by_role("tab", name="Upload").click()
    page.locator("[data-role=use-drawing]").click(force=True)  # it says why not
    page.locator("[data-role=pad-note]", has_text="upload a series first").wait_for()
    mine = tiny.decode(np.array([[0.5, 0.5, 1]], np.float32))[0, :, 0]
    send(page, mine)
    page.locator("[data-role=use-drawing][aria-disabled=false]").click()
    page.locator("[data-role=anchor]", has_text="Your series").wait_for()
    wait_for_address(page, "z:1,0,0;z:0,1,0;z:")
    last = query(page)["anchors"].split(";")[-1][2:]
    np.testing.assert_allclose(np.array(last.split(","), float), tiny.encode(mine[None, :, None])[0], atol=0.002)


def test_long_names_of_classes_stay_within_their_places(visit, kinds):
    page = visit("/interpolate?model=kinds-series&anchors=p:3;p:2")
    page.locator(".interpolate[data-settled]").wait_for()
    page.locator("[data-role=along]").press("PageUp")
    caption = page.locator("[data-role=caption]")
    eventually(lambda: "ST elevated" in caption.inner_text())
    page = visit("/interpolate?model=kinds-told&anchors=p:3;p:3;p:2")
    page.locator(".interpolate[data-settled]").wait_for()
    page.locator("[data-role=along]").press("ArrowRight")
    caption = page.locator("[data-role=caption]")
    eventually(lambda: "and" in (caption.get_attribute("title") or ""))
    assert CLASSES[3] in (caption.get_attribute("title") or "")
    table, own = page.locator("[data-role=kinds]").bounding_box(), caption.bounding_box()
    assert table and own and own["x"] + own["width"] <= table["x"]
    for select in page.locator(".term select").all():
        box, term = select.bounding_box(), select.locator("xpath=ancestor::figure").bounding_box()
        assert box and term and box["width"] <= term["width"] + 1
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_path_of_a_conditional_model_is_decoded_as_one_class(visit, kinds):
    page = visit("/interpolate?model=kinds-told&anchors=z:1,0,0;z:0,1,0&at=0&class=2")
    page.locator(".interpolate[data-settled]").wait_for()
    tiny = kinds["kinds-told"]
    wait_for_picture(page, tiny.decode(np.array([[1, 0, 0]], np.float32), 2)[0, ..., 0])
    assert f"all as {CLASSES[2]}" in page.locator(".about-film").inner_text()


def test_a_curve_is_read_with_a_finger(visit, kinds):
    page = visit("/explore?model=kinds-series", width=390, height=844, has_touch=True, is_mobile=True)
    settled(page)
    box = page.locator("canvas[data-role=picture]").bounding_box()
    assert box
    said = []
    for share in (0.3, 0.7):
        page.touchscreen.tap(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        said.append(page.locator(".pointed:visible").inner_text())
    assert said[0] != said[1]
