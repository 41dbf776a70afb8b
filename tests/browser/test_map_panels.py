"""The Map page's panels, used by hand: groups by lasso, directions between them, drawings and uploads."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import pixels, wait_for_change
from tests.browser.on_map import Map, drawn, eventually, picture, rings, write_mapped
from tests.tiny_model import expected_decode, expected_encode

pytestmark = pytest.mark.browser

N = 600
PLANE = "/map?model=map-plane"


@pytest.fixture(scope="module", autouse=True)
def means(home) -> np.ndarray:
    """The means of the codes of map-plane, a model on the test server."""
    write_mapped(home / "models" / "map-plane", rings(N))
    return rings(N).centre


def around(label: int, to: int | None = None) -> tuple[float, float, float, float]:
    """Return a box around a class's cluster, or around two: left, right, bottom, top."""
    centres = [3 * np.array([np.cos(a), np.sin(a)]) for a in np.pi / 5 * np.array([label, label if to is None else to])]
    (left, bottom), (right, top) = np.min(centres, 0) - 0.8, np.max(centres, 0) + 0.8
    return left, right, bottom, top


def lasso(on: Map, box: tuple[float, float, float, float]) -> None:
    """Draw around a box with the button held."""
    left, right, bottom, top = box
    mouse = on.page.mouse
    mouse.move(*on.pixel(left, bottom))
    mouse.down()
    for corner in ((right, bottom), (right, top), (left, top), (left, bottom)):
        mouse.move(*on.pixel(*corner), steps=4)
    mouse.up()


def inside(means: np.ndarray, box: tuple[float, float, float, float]) -> np.ndarray:
    left, right, bottom, top = box
    x, y = means.T
    return np.flatnonzero((x > left) & (x < right) & (y > bottom) & (y < top))


def is_near(shown: np.ndarray, expected: np.ndarray) -> bool:
    """Say whether a canvas shows a picture to a grey level: the codes of means are rounded."""
    return shown.shape == expected.shape and np.abs(shown.astype(int) - expected).max() <= 1


def shift_lasso(on: Map, *boxes: tuple[float, float, float, float]) -> None:
    """Draw around boxes with Shift held."""
    for box in boxes:
        on.page.keyboard.down("Shift")
        lasso(on, box)
        on.page.keyboard.up("Shift")


def open_tab(page: Page, name: str) -> None:
    page.locator(f"[data-tab={name}]").click()


def test_groups_by_lasso_have_a_count_and_a_mean_and_two_of_them_a_direction_that_follows_the_slider(visit, means):
    page = visit(PLANE)
    on = drawn(page)

    # Around nothing there is no group.
    shift_lasso(on, (-0.5, 0.5, -0.5, 0.5))
    page.locator("[data-role=status]", has_text="no points inside").wait_for()
    assert page.locator("[data-group]").count() == 0

    # The lasso makes a group, and stays in the hand for a second one.
    button, hint = page.locator("[data-role=lasso]"), page.locator("[data-role=hint]")
    button.click()
    hint.filter(has_text="Draw a loop").wait_for()
    lasso(on, (-0.5, 0.5, -0.5, 0.5))  # around nothing: that was none
    box = around(1, to=2)
    lasso(on, box)
    hint.filter(has_text="second group").wait_for()
    assert button.get_attribute("aria-pressed") == "true"
    group = page.locator("[data-group='0']")
    group.locator("canvas").wait_for()
    chosen = inside(means, box)
    words = group.inner_text()
    assert f"{len(chosen)} points" in words
    assert "one (50 %)" in words and "two (50 %)" in words
    assert page.locator("[data-role=pin]").count() == 0
    expected = expected_decode(means[chosen].mean(0, keepdims=True, dtype=np.float64))[0, ..., 0]
    eventually(lambda: is_near(picture(page, "group-mean"), expected))
    lasso(on, around(8))
    page.locator("[data-role=strength]", has_text="standard deviations apart").wait_for()
    assert button.get_attribute("aria-pressed") == "false"
    hint.wait_for(state="hidden")
    assert page.locator("[data-group]").count() == 2
    button.click()
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-pressed") == "false"

    # Groups are named and let go, and their names are text.
    name = page.locator("[data-group='0'] input")
    name.fill("<b>thin</b> & 'round'")
    name.press("Enter")
    options = page.locator("[data-role=direction-from] option").all_inner_texts()
    assert "<b>thin</b> & 'round'" in options
    page.locator("[data-group='0'] [data-role=delete-group]").click()
    page.locator("[data-group='0']").wait_for(state="detached")
    assert page.locator("[data-group]").count() == 1
    assert page.locator("[data-role=strength]").is_hidden()
    page.locator("[data-role=delete-group]").click()
    page.locator("[data-group]").wait_for(state="detached")

    # Two make a direction, whose picture follows the slider.
    boxes = around(3), around(8)
    shift_lasso(on, *boxes)
    sentence = page.locator("[data-role=strength]")
    sentence.filter(has_text="standard deviations apart").wait_for()
    assert "random directions" in sentence.inner_text()
    start, end = (means[inside(means, box)].mean(0, dtype=np.float64) for box in boxes)

    def shows(amount: float) -> None:
        expected = expected_decode((start + amount * (end - start))[None])[0, ..., 0]
        eventually(lambda: is_near(picture(page, "directed"), expected))

    shows(1)
    slider = page.locator("[data-role=amount]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.74, y)
    page.mouse.down()
    seen = [pixels(page, "directed")]
    for share in (0.65, 0.55, 0.45):  # the button is down all the while
        page.mouse.move(box["x"] + box["width"] * share, y)
        seen.append(wait_for_change(page, seen[-1], "directed"))
    assert len(set(seen)) == 4
    page.mouse.up()
    shows(float(slider.input_value()))
    slider.focus()
    page.keyboard.press("End")
    shows(2)

    # It is applied to the drawing at hand.
    open_tab(page, "draw")
    grey = np.full((28, 28), 140, np.uint8)
    grey[10:20] = 60
    upload(page, "grey.png", file(Image.fromarray(grey)))
    page.wait_for_function("chart => chart.dataset.drawing", arg=page.locator("[data-role=chart]").element_handle())
    page.mouse.move(5, 5)
    open_tab(page, "groups")
    source = page.locator("[data-role=direction-source]")
    before = pixels(page, "directed")
    source.select_option("hand")
    assert "your " in source.locator("option:checked").inner_text()
    wait_for_change(page, before, "directed")
    mean, _ = expected_encode(grey[None, ..., None], 2)
    start, end = (means[inside(means, around(label))].mean(0, dtype=np.float64) for label in (3, 8))
    expected = expected_decode(mean + float(slider.input_value()) * (end - start))[0, ..., 0]
    eventually(lambda: is_near(picture(page, "directed"), expected))


def draw(page: Page, *points: tuple[float, float]) -> list[str | None]:
    """Draw one stroke over the pad, in shares of its sides; return where the map had the drawing as it went on."""
    box = page.locator("[data-role=pad]").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    chart = page.locator("[data-role=chart]")
    page.mouse.move(*at[0])
    page.mouse.down()
    seen = []
    for place in at[1:]:
        before = chart.get_attribute("data-drawing")
        page.mouse.move(*place, steps=3)
        page.wait_for_function(
            "([chart, before]) => chart.dataset.drawing && chart.dataset.drawing !== before",
            arg=[chart.element_handle(), before],
        )
        seen.append(chart.get_attribute("data-drawing"))
    return seen


def marker(page: Page) -> tuple[float, float]:
    x, y = (page.locator("[data-role=chart]").get_attribute("data-drawing") or "").split(",")
    return float(x), float(y)


def is_marked(on: Map, x: float, y: float) -> bool:
    """Say whether the marker's white middle stands at a place, in its coloured disc."""
    px, py = on.pixel(x, y)
    clip = {"x": round(px) - 12, "y": round(py) - 12, "width": 24, "height": 24}
    image = np.asarray(Image.open(io.BytesIO(on.page.screenshot(clip=clip))).convert("RGB"), int)  # type: ignore[arg-type]
    disc = image[12, 4:7]
    return bool(image[11:13, 11:13].min() > 200 and np.ptp(disc, axis=-1).min() > 40)


def test_a_drawn_digit_moves_over_the_map_while_it_is_drawn_and_ends_among_its_like(visit):
    page = visit("/map?model=mnist-16d&map=tsne")
    on = drawn(page)
    open_tab(page, "draw")
    seen = draw(page, (0.5, 0.2), (0.5, 0.35), (0.49, 0.5), (0.48, 0.65), (0.47, 0.8))
    assert len(set(seen)) == 4  # the button is down all the while
    eventually(lambda: is_marked(on, *marker(page)))
    page.mouse.up()
    page.locator("[data-role=drawing-place]", has_text=re.compile(r"beside class 1\b")).wait_for()
    assert picture(page, "seen").max() == 255
    page.wait_for_function("c => c.width === 28", arg=page.locator("canvas[data-role=redrawn]").element_handle())
    both = [picture(page, role).astype(float).ravel() for role in ("seen", "redrawn")]
    assert np.corrcoef(*both)[0, 1] > 0.6
    page.locator("[data-role=undo-stroke]").click()
    page.locator("canvas[data-role=seen]").locator("xpath=..").and_(page.locator(".blank")).wait_for()


def file(image: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def upload(page: Page, name: str, data: bytes) -> None:
    page.locator("input[data-role=file]").set_input_files({"name": name, "mimeType": "image/png", "buffer": data})


def clear(page: Page) -> None:
    page.locator("[data-role=clear-pad]").click()
    page.locator("[data-role=chart]:not([data-drawing])").wait_for()


def test_what_is_drawn_by_hand_or_keys_uploaded_or_pasted_lies_where_the_encoder_puts_it(visit):
    # The pad is open where there is room, and a drawing leaves a trail that fades.
    page = visit(PLANE)
    on = drawn(page)
    page.locator("[data-layer=pictures]").uncheck()
    assert page.locator("[data-role=pad]").is_visible()
    accent = """canvas => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let n = 0;
      for (let i = 0; i < data.length; i += 4) {
        n += data[i + 3] > 40 && data[i + 2] > 60 + Math.max(data[i], data[i + 1]);
      }
      return n;
    }"""
    over = page.locator("canvas[data-role=over]")
    still = over.evaluate(accent)  # the prior's rings
    draw(page, (0.2, 0.2), (0.5, 0.3), (0.8, 0.4), (0.8, 0.7), (0.3, 0.8))
    page.mouse.up()
    moved = over.evaluate(accent)
    page.mouse.move(5, 5)
    page.wait_for_timeout(3500)
    faded = over.evaluate(accent)
    assert still + 100 < faded < moved  # its place is marked, the way there no longer
    eventually(lambda: is_marked(on, *marker(page)))

    # It lies where the encoder puts what is seen of it.
    clear(page)
    open_tab(page, "draw")
    draw(page, (0.2, 0.3), (0.6, 0.4), (0.8, 0.7))
    page.mouse.up()

    def lies() -> bool:
        mean, _ = expected_encode(picture(page, "seen")[None, ..., None], 2)
        return bool(np.allclose(marker(page), mean[0], atol=1e-3))

    eventually(lies)
    x, y = marker(page)
    box = on.box()
    px, py = on.pixel(x, y)
    assert box["x"] < px < box["x"] + box["width"] and box["y"] < py < box["y"] + box["height"]
    eventually(lambda: is_marked(on, x, y))
    clear(page)
    eventually(lambda: not is_marked(on, x, y))

    # The pad is drawn on with keys.
    page.get_by_label("Draw a picture. Arrow keys").focus()
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    page.wait_for_function("chart => chart.dataset.drawing", arg=page.locator("[data-role=chart]").element_handle())
    page.keyboard.press("Space")
    assert picture(page, "seen").max() > 100

    # An uploaded picture lands on the map, and one that is none changes nothing.
    clear(page)
    chart = page.locator("[data-role=chart]").element_handle()
    bars = np.zeros((28, 28), np.uint8)
    bars[4:24, 6:12] = 240
    upload(page, "bars.png", file(Image.fromarray(bars)))
    page.wait_for_function("chart => chart.dataset.drawing", arg=chart)
    seen = picture(page, "seen")
    assert (seen == bars).all()
    mean, _ = expected_encode(seen[None, ..., None], 2)
    assert np.allclose(marker(page), mean[0], atol=1e-3)

    status = page.locator("[data-role=status]")
    upload(page, "note.png", b"this is no picture at all")
    status.filter(has_text="picture").filter(has_text="PNG").wait_for()
    assert (picture(page, "seen") == bars).all()
    assert np.allclose(marker(page), mean[0], atol=1e-3)
    page.locator("[data-role=pad]").evaluate(
        """pad => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([new Uint8Array(21 * 2 ** 20)], "large.png", { type: "image/png" }));
          pad.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        }"""
    )
    status.filter(has_text="at most 20 MB").wait_for()
    turned = Image.fromarray(bars).convert("RGBA")
    turned.putalpha(128)
    upload(page, "clear.png", file(turned))  # transparency: laid on a ground
    page.wait_for_function(
        "([chart, before]) => chart.dataset.drawing !== before",
        arg=[chart, ",".join(f"{value:.3f}" for value in marker(page))],
    )
    assert not (picture(page, "seen") == bars).all()

    # So does one that is pasted.
    clear(page)
    grey = np.full((28, 28), 90, np.uint8)
    page.evaluate(
        """async (base64) => {
          const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([blob], "grey.png", { type: "image/png" }));
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }""",
        base64.b64encode(file(Image.fromarray(grey))).decode(),
    )
    page.wait_for_function("chart => chart.dataset.drawing", arg=page.locator("[data-role=chart]").element_handle())
    assert (picture(page, "seen") == 90).all()
