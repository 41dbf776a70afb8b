"""Interpolate, used by hand: with pointer, keys and touch.

A page that comes costs more than all that is done on it: a test is one visit, and its parts follow each other.
"""

import base64
import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import pixels, until, wait_for_address, wait_for_change, wait_for_pixels
from tests.browser.on_map import CLASSES, rings, spread, write_mapped
from tests.browser.test_restore import SHIFTS, Held
from tests.tiny_model import expected_decode

pytestmark = pytest.mark.browser

PLANE = "/interpolate?model=path-plane"
SPACE = "/interpolate?model=path-16d"
TINY = "/interpolate?model=tiny-16d"


@pytest.fixture(scope="module", autouse=True)
def models(home: Path) -> None:
    """A plane whose ten classes lie on a ring, and a space of sixteen dimensions, on the test server."""
    write_mapped(home / "models" / "path-plane", rings(300))
    write_mapped(home / "models" / "path-16d", spread(300, 16))


def query(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query, separator="&").items()}


def settled(page: Page) -> Page:
    """Wait until the first path and its strip are there."""
    page.locator(".interpolate[data-settled]").wait_for()
    page.locator("canvas[data-role=strip][data-n]").wait_for()
    return page


def gray(page: Page, role: str = "picture") -> np.ndarray:
    """Return what a canvas shows, uint8 [H, W]."""
    png = base64.b64decode(pixels(page, role).split(",")[1])
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))[..., 0]


def anchors(page: Page) -> list[str]:
    return page.locator("[data-role=anchor] b").all_inner_texts()


def along(page: Page):
    return page.locator("[data-role=along]")


def place(page: Page) -> str:
    return along(page).get_attribute("aria-valuetext") or ""


def wait_for_place(page: Page, words: str) -> None:
    page.wait_for_function(
        "([slider, words]) => slider.getAttribute('aria-valuetext').includes(words)",
        arg=[along(page).element_handle(), words],
    )


def in_view(page: Page, part: str) -> dict[str, float]:
    """Scroll to a part of the page; return where it lies in the window."""
    page.locator(part).scroll_into_view_if_needed()
    return page.locator(part).bounding_box()  # type: ignore[return-value]


def drag_slider(page: Page, *shares: float, role: str = "along") -> list[str]:
    """Drag a slider to these shares of its width; return what the picture was at each, the button still down."""
    box = in_view(page, f"[data-role={role}]")
    shows = {"along": "picture", "strength": "sum"}[role]
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * shares[0], y)
    page.mouse.down()
    seen = [pixels(page, shows)]
    for share in shares[1:]:
        page.mouse.move(box["x"] + box["width"] * share, y)
        seen.append(wait_for_change(page, seen[-1], shows))
    return seen


def test_the_picture_is_what_the_model_decodes_between_the_anchors(visit):
    a, b = np.zeros(16), np.zeros(16)
    a[0], b[0], b[1] = 1, -0.5, 0.75
    codes = ";".join("z:" + ",".join(f"{value:g}" for value in z) for z in (a, b))
    page = settled(visit(f"{TINY}&anchors={codes}&at=0.25"))
    expected = expected_decode((0.75 * a + 0.25 * b)[None].astype(np.float32))[0, ..., 0]
    assert (np.abs(gray(page).astype(int) - expected) <= 1).all()
    assert place(page) == "Between a code and a code (anchors 1 and 2), 25 % of the way"
    ends = [expected_decode(z[None].astype(np.float32))[0, ..., 0].astype(float) for z in (a, b)]
    assert np.abs(gray(page, "fade") - (0.75 * ends[0] + 0.25 * ends[1])).max() <= 1

    # Without test codes there are no classes: no example works, and arithmetic stays folded.
    page.wait_for_timeout(600)
    arithmetic = page.locator("[data-role=arithmetic]")
    assert arithmetic.get_attribute("open") is None
    assert not page.locator("[data-role=sum-words]").is_visible()
    arithmetic.locator("summary").click()
    page.locator("canvas[data-role=sum-strip][data-n='9']").wait_for()


def test_a_first_visit_has_a_path_between_images_of_different_classes_and_the_panel_adds_one(visit):
    page = settled(visit("/interpolate"))
    assert len(set(anchors(page))) == len(anchors(page)) >= 2
    assert page.locator("[data-role=note]").is_hidden()
    assert place(page).startswith("Between") and place(page).endswith("40 % of the way")
    page.locator("[data-role=path-map][data-map=tsne][data-drawn]").wait_for()
    for kind in ("straight", "great-circle", "density"):
        cells = page.locator(f"[data-kind={kind}] [data-cost]")
        page.wait_for_function("cell => !cell.textContent.includes('…')", arg=cells.first.element_handle())
    lengths = [
        float(page.locator(f"[data-kind={kind}] [data-cost=length]").inner_text())
        for kind in ("straight", "great-circle", "density")
    ]
    assert lengths == sorted(lengths)  # a straight line is the shortest
    page.locator("[data-role=densities]", has_text="log density").wait_for()
    for part in ("[data-role=anchors]", "canvas[data-role=picture]", "[data-role=along]", "canvas[data-role=strip]"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= 800, part
    plot, words = page.locator("[data-role=path-map]").bounding_box(), page.locator(".map-hint").bounding_box()
    assert plot["y"] < 500 and words["y"] >= plot["y"] + plot["height"]  # nothing of it is hidden by what is said of it
    film, cross_fade, picture = (
        page.locator(f"canvas[data-role={role}]").bounding_box() for role in ("strip", "fade-strip", "picture")
    )
    assert film["y"] < cross_fade["y"] < picture["y"]  # the film is what is seen first

    # An image from the panel becomes an anchor.
    n = len(anchors(page))
    page.locator("[data-role=add]").click()
    page.locator("[data-image]").nth(5).click()
    page.locator("[data-role=anchor]").nth(n).wait_for()
    assert anchors(page)[-1] == "5"
    panel = page.locator("[data-role=add-panel]")
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.locator("[data-role=add]").press("Enter")  # the focus stays on the button
    panel.wait_for()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    page.locator("[data-role=add]").click()
    panel.wait_for()
    page.locator("canvas[data-role=picture]").click(position={"x": 20, "y": 200})
    panel.wait_for(state="hidden")


MEASURED = """(() => {
  globalThis.measured = 0;
  const { getBoundingClientRect } = Element.prototype;
  Element.prototype.getBoundingClientRect = function () {
    measured += 1;
    return getBoundingClientRect.call(this);
  };
})()"""


def measures_no_element_while_a_hand_holds(page: Page, role: str) -> None:
    """Check a page that ran MEASURED first."""
    box = in_view(page, f"[data-role={role}]")
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.5 * box["width"], y)
    page.mouse.down()
    before = pixels(page)
    page.evaluate("void (measured = 0)")
    for share in (0.4, 0.3, 0.2):
        page.mouse.move(box["x"] + share * box["width"], y, steps=3)
        before = wait_for_change(page, before)
    assert page.evaluate("measured") == 0
    page.mouse.up()


def nothing_jumped(page: Page) -> None:
    """Check a page that ran SHIFTS first and has come."""
    page.locator(".path-chart .ribbon span").first.wait_for()  # what comes last
    assert sum(page.evaluate("shifts")) < 0.05
    assert page.locator(".interpolate").evaluate("e => e.getBoundingClientRect().height") < 3000


def test_restore_measures_no_element_while_a_hand_holds_its_slider(visit):
    page = visit("/restore?model=mnist-16d&corruption=block", script=MEASURED)
    page.locator("[data-settled]").first.wait_for()
    measures_no_element_while_a_hand_holds(page, "amount")


def test_nothing_on_the_page_of_series_jumps_as_it_loads_and_loads_again(visit):
    page = visit("/interpolate?model=beats-8d", width=1280, height=844, script=SHIFTS, ready=settled)
    nothing_jumped(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    nothing_jumped(settled(page))


def test_a_path_is_walked_by_hand_and_compared_with_others_and_nothing_jumps_as_it_comes(visit):
    page = visit("/interpolate?model=mnist-16d", height=844, script=f"{SHIFTS};{MEASURED}", ready=settled)
    nothing_jumped(page)

    # Arithmetic opens on an example whose result lies among the codes of the class that was added.
    page.locator("[data-role=arithmetic][open]").wait_for()
    said = page.locator("[data-role=sum-words]", has_text="nearest test codes are class")
    said.wait_for()
    added = page.locator("[data-role=choose-to]").input_value()
    taken = page.locator("[data-role=choose-from]").input_value()
    assert said.inner_text().endswith(f"nearest test codes are class {added}.") and taken != added
    assert f"less the mean of class {taken}, plus the mean of class {added}" in said.inner_text()
    words = [said.element_handle(), said.inner_text()]
    page.locator("[data-role=strength]").press("Home")  # the other way it is no such thing
    page.wait_for_function("([e, words]) => e.textContent !== words", arg=words)

    # The picture follows the drag and not only after it, and nothing is measured meanwhile.
    page.set_viewport_size({"width": 1280, "height": 800})
    seen = drag_slider(page, 0.1, 0.25, 0.4, 0.55, 0.7)
    assert len(set(seen)) == 5
    page.mouse.up()
    page.wait_for_function("() => Math.abs(new URLSearchParams(location.search).get('at') - 0.7) < 0.1")
    page.keyboard.press("Control+z")
    wait_for_place(page, "40 %")
    measures_no_element_while_a_hand_holds(page, "along")
    page.keyboard.press("Control+z")
    wait_for_place(page, "40 %")

    # A hand moves along the film itself.
    box = in_view(page, "canvas[data-role=strip]")
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], y)
    page.mouse.down()
    seen = [pixels(page)]
    for share in (0.3, 0.5, 0.7):
        page.mouse.move(box["x"] + share * box["width"], y)
        seen.append(wait_for_change(page, seen[-1]))
    page.mouse.up()
    assert len(set(seen)) == 4
    at = float(along(page).input_value())
    assert abs(at - (0.7 * 11 - 0.5) / 10) < 0.01
    page.keyboard.press("Control+z")
    wait_for_place(page, "40 %")

    # Paths are compared as strips, and a click on one picks it.
    shown = {}
    for kind in ("straight", "great-circle", "density"):
        page.locator(f"canvas[data-role=path-{kind}][data-n='11']").wait_for()
        shown[kind] = gray(page, f"path-{kind}")
    tile = shown["straight"].shape[0]
    for kind in ("great-circle", "density"):
        assert (shown[kind] != shown["straight"]).any()
        assert (shown[kind][:, :tile] == shown["straight"][:, :tile]).all()  # from the same anchor
    before = pixels(page, "strip")
    page.locator("canvas[data-role=path-density]").click()
    wait_for_address(page, "path=density")
    wait_for_change(page, before, "strip")
    assert page.locator(".way.chosen").get_attribute("data-kind") == "density"
    page.locator(".way.chosen .here:not([hidden])").wait_for(state="attached")
    assert page.locator(".way:not(.chosen) .here:not([hidden])").count() == 0

    # A drawing becomes an anchor, and an empty pad says so.
    n = len(anchors(page))
    page.locator("[data-role=add]").click()
    page.locator("[data-tab=own]").click()
    page.locator("[data-role=use-drawing]").press("Enter")  # it cannot be clicked, but it can say why
    page.get_by_text("The pad is blank").wait_for()
    assert len(anchors(page)) == n
    box = page.locator("[data-role=pad]").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.46 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    page.wait_for_function("c => c.width === 28", arg=page.locator("canvas[data-role=redrawn]").element_handle())
    page.locator("[data-role=use-drawing]").click()
    page.locator("[data-role=anchor]").nth(n).wait_for()
    assert anchors(page)[-1] == "Your drawing"
    page.locator("[data-role=anchor] .anchor").last.click(force=True)
    wait_for_place(page, "your drawing")


def test_another_kind_of_path_makes_another_strip_between_the_same_ends_which_is_saved_as_shown(visit):
    page = settled(visit(f"{SPACE}&anchors=p:0;p:1&at=0.5"))
    straight, middle = gray(page, "strip"), pixels(page)
    page.locator("[data-kind=great-circle] label").click()
    wait_for_change(page, middle)
    page.wait_for_function("() => location.search.includes('path=great-circle')")
    until(page, lambda: (gray(page, "strip") != straight).any())
    circle = gray(page, "strip")
    tile = straight.shape[0]
    assert (straight[:, :tile] == circle[:, :tile]).all() and (straight[:, -tile:] == circle[:, -tile:]).all()
    assert "50 %" in place(page)

    # Its strip and its codes are saved as they are shown.
    with page.expect_download() as waiting:
        page.locator("[data-role=save-codes]").click()
    rows = np.loadtxt(waiting.value.path(), delimiter=",", skiprows=1)
    assert rows.shape == (11, 17)
    assert np.allclose(rows[[0, -1], 1:], spread(300, 16).centre[:2], atol=1e-3)
    with page.expect_download() as waiting:
        page.locator("[data-role=save-strip]").click()
    sheet = Image.open(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert sheet.format == "PNG" and sheet.width > 11 * 112
    assert waiting.value.suggested_filename == "path-16d-great-circle-path.png"
    page.locator("[data-kind=density] label").click()
    wait_for_address(page, "path=density")
    assert page.locator("[data-role=kind-words]").inner_text()
    page.locator("[data-kind=straight] label").click()
    page.wait_for_function("() => !location.search.includes('path=density')")

    # The GIF has as many pictures as the strip, and goes there and back.
    page.locator("[data-role=count]").fill("9")
    page.locator("canvas[data-role=strip][data-n='9']").wait_for()
    for typed in ("2", ""):
        page.locator("[data-role=count]").fill(typed)
        page.locator("[data-role=count]").blur()
        page.get_by_text("5 to 64 pictures, so it stays at 9").wait_for()
        page.locator("[data-role=count]").fill("9")
    with page.expect_download() as waiting, page.expect_request("**/api/strip?*") as asked:
        page.locator("[data-role=save-gif]").click()
    assert parse_qs(urlsplit(asked.value.url).query)["seconds"] == ["8"]  # four there, four back
    film = Image.open(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert film.format == "GIF"
    assert film.n_frames == 16  # nine there, and back without the ends
    frames = []
    for i in range(film.n_frames):
        film.seek(i)
        frames.append(np.asarray(film.convert("L"), int))
    assert np.abs(frames[0] - frames[8]).max() > 40
    assert np.abs(frames[4] - frames[12]).max() <= 4
    with page.expect_download() as waiting:
        page.locator("[data-role=save-mp4]").click()
    assert b"ftyp" in Path(waiting.value.path()).read_bytes()[:16]


def test_what_is_of_another_path_is_dimmed_until_the_chosen_one_is_there(visit):
    held = Held()
    page = settled(visit(f"{SPACE}&anchors=p:0;p:1&at=0.5", before=held.before))
    page.locator(".interpolate:not([aria-busy])").wait_for()
    held.holding = {0, 1}
    page.locator("[data-kind=density] label").click()
    page.locator(".interpolate[aria-busy=true]").wait_for()
    opacity = "([canvas]) => getComputedStyle(canvas).opacity < 0.5"
    page.wait_for_function(opacity, arg=[page.locator("canvas[data-role=strip]").element_handle()])
    held.release()
    page.locator(".interpolate:not([aria-busy])").wait_for()


def test_anchors_are_added_removed_swapped_undone_and_counted(visit):
    page = settled(visit(f"{SPACE}&anchors=p:0;p:1"))
    assert anchors(page) == ["zero", "one"]
    page.locator("[data-role=draw]").click()
    page.locator("[data-role=anchor]").nth(2).wait_for()
    wait_for_address(page, "anchors=p:0;p:1;z:")
    page.locator("[data-role=swap]").click()
    page.wait_for_function("() => /anchors=z:.*;p:1;p:0/.test(decodeURIComponent(location.search))")
    page.get_by_role("button", name="Remove anchor 1").click()
    wait_for_address(page, "anchors=p:1;p:0&")
    page.keyboard.press("Control+z")
    wait_for_address(page, "anchors=z:")
    page.locator("[data-role=undo]").click()
    wait_for_address(page, "anchors=p:0;p:1;z:")
    page.locator("[data-role=undo]").click()
    wait_for_address(page, "anchors=p:0;p:1&")

    # One alone is told of, and more than six are refused.
    page.get_by_role("button", name="Remove anchor 2").click()
    page.get_by_text("One anchor makes no path").wait_for()
    stands = page.locator("canvas[data-role=picture]").bounding_box()["y"]
    assert along(page).is_disabled()
    assert page.locator("[data-role=save-gif]").is_disabled()
    for n in range(2, 6):
        page.locator("[data-role=draw]").click()
        page.locator("[data-role=anchor]").nth(n - 1).wait_for()
    assert page.locator("canvas[data-role=picture]").bounding_box()["y"] == stands  # all in one row
    # However fast the hand: while the pictures of the last one come, too.
    page.locator("[data-role=draw]").evaluate(
        "e => { for (let n = 0; n < 80; n += 1) setTimeout(() => e.click(), 5 * n) }"
    )
    page.wait_for_timeout(500)
    page.get_by_text("at most 6 anchors").wait_for()
    assert page.locator("[data-role=anchor]").count() == 6
    assert along(page).is_enabled()


def test_the_strips_show_each_anchor_and_a_drag_and_keys_move_and_order_them(visit):
    page = settled(visit(f"{SPACE}&anchors=p:0;p:1;p:2"))

    # A click on a strip goes to a picture, and the anchor is one of them.
    strip = page.locator("canvas[data-role=strip]").bounding_box()
    before = pixels(page)
    page.locator("[data-role=anchor] .anchor").nth(1).click()
    wait_for_change(page, before)
    wait_for_place(page, "anchor 2")
    middle = pixels(page)
    assert page.locator(".path-film").first.get_attribute("data-columns") == "11"
    seen = [middle]
    for picture in range(1, 10):
        page.mouse.click(strip["x"] + strip["width"] * (picture + 0.5) / 11, strip["y"] + strip["height"] / 2)
        seen.append(wait_for_change(page, seen[-1]))
    assert middle in seen[1:]

    # A drag puts anchors into another order.
    before = pixels(page, "strip")
    first, last = (page.locator("[data-role=anchor] .anchor").nth(i).bounding_box() for i in (0, 2))
    page.mouse.move(first["x"] + 20, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(last["x"] + 30, last["y"] + 20, steps=6)
    page.mouse.up()
    wait_for_change(page, before, "strip")
    wait_for_address(page, "anchors=p:1;p:2;p:0")
    assert anchors(page) == ["one", "two", "zero"]
    page.keyboard.press("Control+z")
    wait_for_address(page, "anchors=p:0;p:1;p:2")

    # Arithmetic is live.
    section = page.locator("[data-role=arithmetic]")
    section.evaluate("e => e.open || e.querySelector('summary').click()")
    page.locator("canvas[data-role=sum-strip][data-n='9']").wait_for()
    page.locator("[data-role=sum-strip]").scroll_into_view_if_needed()
    seen = drag_slider(page, 0.75, 0.6, 0.4, 0.2, role="strength")
    assert len(set(seen)) == 4
    page.mouse.up()
    assert "standard deviations apart" in page.locator("[data-role=strength-words]").inner_text()
    # At strength 1, the first class's mean less itself and plus the other's: a − b + c of codes.
    section.locator("input[value=anchors]").check()
    for which, i in (("start", 0), ("from", 1), ("to", 2)):
        page.locator(f"[data-role=choose-{which}]").select_option(str(i))
    slider = page.locator("[data-role=strength]")
    slider.focus()
    slider.press("End")
    for _ in range(20):
        slider.press("ArrowLeft")
    a, b, c = spread(300, 16).centre[:3]
    wanted = expected_decode((a - b + c)[None])[0, ..., 0].astype(int)
    until(page, lambda: np.abs(gray(page, "sum") - wanted).max() <= 2)

    # Keys alone do it all.
    page.locator("[data-role=anchor] .anchor").first.focus()
    page.keyboard.press("ArrowRight")
    wait_for_address(page, "anchors=p:1;p:0;p:2")
    page.keyboard.press("ArrowRight")  # the focus has gone with it
    wait_for_address(page, "anchors=p:1;p:2;p:0")
    page.keyboard.press("Delete")
    wait_for_address(page, "anchors=p:1;p:2&")
    along(page).focus()
    for key, wanted in (
        ("End", "anchor 2"),
        ("Home", "anchor 1"),
        ("PageUp", "10 %"),
        ("ArrowRight", "11 %"),
        ("Shift+ArrowLeft", "11 %"),
        ("PageDown", "10 %"),
    ):
        page.keyboard.press(key)
        wait_for_place(page, wanted)
    before = pixels(page)
    page.keyboard.press("Space")
    seen = [wait_for_change(page, before)]
    seen.append(wait_for_change(page, seen[0]))
    page.keyboard.press("Space")
    assert page.locator("[data-role=play]").get_attribute("aria-pressed") == "false"
    page.locator("input[value=straight]").focus()
    page.keyboard.press("ArrowDown")
    wait_for_address(page, "path=great-circle")
    chart = page.locator("[data-role=path-map]")
    chart.focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.locator("[data-role=anchor]").nth(2).wait_for()

    # The result of arithmetic can be an anchor.
    page.locator("[data-role=use-sum]").click()
    page.locator("[data-role=anchor]").nth(3).wait_for()


def test_a_click_on_the_plane_adds_an_anchor_there_and_a_drag_moves_it(visit):
    page = settled(visit(f"{PLANE}&anchors=p:0;p:5"))
    chart = page.locator("[data-role=path-map][data-camera][data-drawn]")
    chart.wait_for()
    page.wait_for_function("c => c.dataset.anchors.split(',').length === 2", arg=chart.element_handle())

    def on_screen(x: float, y: float) -> tuple[float, float]:
        cx, cy, width = map(float, (chart.get_attribute("data-camera") or "").split(","))
        box = chart.bounding_box()
        scale = box["width"] / width
        return box["x"] + box["width"] / 2 + (x - cx) * scale, box["y"] + box["height"] / 2 - (y - cy) * scale

    x, y = on_screen(*rings(300).centre[0].tolist())  # one stands on the first anchor, and its number can be read
    shot = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), int)
    assert shot[round(y), round(x) + 6].min() < 200
    page.mouse.click(*on_screen(0.5, 0.9))
    page.locator("[data-role=anchor]").nth(2).wait_for()
    page.wait_for_function("() => /;z:0\\.\\d+,0\\.\\d+/.test(decodeURIComponent(location.search))")
    z = [float(value) for value in query(page)["anchors"].rsplit("z:", 1)[1].split(",")]
    assert np.allclose(z, [0.5, 0.9], atol=0.03)
    # Where a point is under the pointer, it is meant itself.
    page.mouse.click(*on_screen(*rings(300).centre[2].tolist()))
    page.locator("[data-role=anchor]").nth(3).wait_for()
    assert anchors(page)[3] == CLASSES[2]
    page.mouse.move(*on_screen(*z))
    page.mouse.down()
    before = pixels(page, "strip")
    page.mouse.move(*on_screen(-1, -1), steps=5)
    wait_for_change(page, before, "strip")  # the button is still down
    page.mouse.up()
    page.wait_for_function("() => /;z:-(0\\.9|1)\\d*/.test(decodeURIComponent(location.search))")

    # Dark is dark.
    page.emulate_media(color_scheme="dark")
    until(page, lambda: np.median(np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"))) < 60)
    table = page.locator("[data-role=kinds] b").first.evaluate("e => getComputedStyle(e).color")
    assert min(int(value) for value in table.removeprefix("rgb(").rstrip(")").split(",")) > 150


def test_a_link_shows_the_very_same_in_another_window(visit):
    page = settled(visit("/interpolate?model=mnist-2d&path=density&n=17&at=0.37"))
    page.locator("canvas[data-role=strip][data-n='17']").wait_for()
    page.locator("[data-role=map-choice]").select_option("pca")
    wait_for_address(page, "map=pca")
    page.locator("[data-role=choose-to]").select_option("7")
    page.locator("[data-role=strength]").press("Home")
    wait_for_address(page, ",7,-2")
    again = visit(page.url[page.url.index("/interpolate") :])
    again.locator("canvas[data-role=strip][data-n='17']").wait_for()
    wait_for_pixels(again, pixels(page))
    wait_for_pixels(again, pixels(page, "strip"), "strip")
    again.locator("[data-role=path-map][data-map=pca]").wait_for()
    for role in ("choose-start", "choose-from", "choose-to", "strength"):
        assert again.locator(f"[data-role={role}]").input_value() == page.locator(f"[data-role={role}]").input_value()
    wait_for_pixels(again, pixels(page, "sum"), "sum")


@pytest.mark.parametrize(
    ("path", "sentences"),
    [
        (f"{SPACE}&anchors=z:1,2;p:3;p:3", ["a code of 2 numbers, and this model takes 16", "one and the same place"]),
        (f"{TINY}&anchors=p:1;p:2&path=density", ["keeps no codes", "no test codes"]),
    ],
)
def test_what_the_address_asks_for_in_vain_is_told_in_a_sentence(visit, path, sentences):
    page = settled(visit(path))
    for sentence in sentences:
        page.get_by_text(sentence).first.wait_for()
    before = pixels(page, "strip")
    page.locator("[data-role=draw]").click()
    wait_for_change(page, before, "strip")  # and the page works


def test_a_telephone_shows_picture_slider_and_strip_together_and_nothing_jumps(visit):
    how = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    page = visit("/interpolate?model=mnist-16d", **how, script=SHIFTS, ready=settled)
    nothing_jumped(page)
    page.reload()
    nothing_jumped(settled(page))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for part in ("canvas[data-role=picture]", "[data-role=along]", "canvas[data-role=strip]"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] + box["height"] <= 844, part
    before = pixels(page)
    box = along(page).bounding_box()
    page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    wait_for_change(page, before)
    # Both rows are one row each, with the slider from the middle of the first picture to that of the last one.
    films = [page.locator(f"canvas[data-role={role}]") for role in ("strip", "fade-strip")]
    n = int(films[0].get_attribute("data-n"))
    assert 5 <= n < 11 and films[1].get_attribute("data-n") == str(n)
    assert page.locator(".path-film").first.get_attribute("data-columns") == str(n)
    film, box = films[0].bounding_box(), along(page).bounding_box()
    thumb = float(along(page).evaluate("e => parseFloat(getComputedStyle(e).getPropertyValue('--thumb'))"))
    assert abs(box["x"] + thumb / 2 - (film["x"] + film["width"] / n / 2)) < 2
    assert films[1].bounding_box()["y"] < page.locator("canvas[data-role=picture]").bounding_box()["y"]
    assert page.locator(".dial .path-film").get_attribute("data-columns") == "9"  # one row, as its axis has it
    for name in ("Swap ends", "Shuffle", "Undo"):
        assert page.get_by_role("button", name=name).get_attribute("title")


def test_pins_of_the_map_become_anchors(visit):
    page = visit("/map?model=path-plane&map=identity&pins=p0,p3,0.5:1")
    link = page.locator("[data-role=interpolate]")
    link.wait_for()
    assert page.locator("[data-role=pin]").count() == 3
    link.click()
    page.locator(".interpolate[data-settled]").wait_for()
    assert anchors(page)[:2] == ["zero", "three"] and len(anchors(page)) == 3
