"""The latent map, used by hand: pointed at, pinned, moved, read, saved."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import heeded, open_model, pixels, wait_for_address, wait_for_change
from tests.browser.on_map import (
    drawn,
    eventually,
    only_points,
    picture,
    rings,
    spread,
    wait_for_picture,
    write_mapped,
)
from tests.tiny_model import expected_decode

pytestmark = pytest.mark.browser

N = 600
PLANE = "/map?model=map-plane"
SPACE = "/map?model=map-16d"
MARKUP = ["<b>bold</b>", "<img src=x onerror=alert(1)>", '"quoted", & =1+1', "three"]


@pytest.fixture(scope="module", autouse=True)
def models(home) -> dict[str, np.ndarray]:
    """Models on the test server, by name, with the means of their codes."""
    codes = {"map-plane": rings(N), "map-16d": spread(N, 16)}
    for name, each in codes.items():
        write_mapped(home / "models" / name, each)
    return {name: each.centre for name, each in codes.items()}


def view(page: Page) -> list[float]:
    """Return the view in the address, or nothing where all is in view."""
    asked = parse_qs(urlsplit(page.url).query).get("view", [""])[0]
    return [float(part) for part in asked.split(",") if part]


def beside(means: np.ndarray, label: int) -> np.ndarray:
    """Return an empty place at the edge of a class's cluster, near enough to be of it."""
    cluster = means[np.arange(len(means)) % 10 == label]
    middle = cluster.mean(0)
    ways = np.stack([middle + 0.01 * step * middle / np.linalg.norm(middle) for step in range(100)])
    nearest = np.linalg.norm(ways[:, None] - means, axis=-1).min(1)
    return ways[np.flatnonzero(nearest > 0.22)[0]]


def zoom(page: Page, pixels: int) -> None:
    """Turn the wheel with Ctrl held."""
    page.keyboard.down("Control")
    page.mouse.wheel(0, pixels)
    page.keyboard.up("Control")


def whole(page: Page) -> None:
    """Have all of the map in view, as it was at first."""
    chart = page.locator("[data-role=chart]")
    chart.focus()
    before = None
    while before != (before := chart.get_attribute("data-camera")):  # a map that was moved glides on
        page.wait_for_timeout(250)
    page.keyboard.press("0")
    page.wait_for_function("() => !location.search.includes('view=')")
    before = None
    while before != (before := chart.get_attribute("data-camera")):
        page.wait_for_timeout(250)


def menu(page: Page, name: str) -> None:
    page.locator(f"[data-role=menu-{name}] summary").click()


def layouts_a_frame(page: Page, act: Callable[[], None]) -> float:
    """Say how often the page is laid out in a frame while something is done."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def layouts() -> float:
        return next(
            each["value"] for each in session.send("Performance.getMetrics")["metrics"] if each["name"] == "LayoutCount"
        )

    page.evaluate("frames = 0; (function count() { frames += 1; if (frames > 0) requestAnimationFrame(count); })()")
    first = layouts(), page.evaluate("frames")
    act()
    last = layouts(), page.evaluate("frames")
    page.evaluate("frames = -Infinity")
    assert last[1] > first[1] + 10
    return (last[0] - first[0]) / (last[1] - first[1])


def test_what_is_under_the_pointer_is_decoded_told_and_listed_and_nothing_is_laid_out_for_it(visit, models):
    page = visit(f"{PLANE}&colour=z2")
    on = drawn(page)
    assert "z₂" in page.locator("[data-role=legend]").inner_text()

    # A point opens its card.
    for point in (17, 230):  # one after the other, of two classes
        on.hover(*models["map-plane"][point])
        on.said(f"Test image {point}, {'seven' if point == 17 else 'zero'}")
        facts = page.locator("[data-role=here]").inner_text()
        assert f"−ELBO {round(float(rings(N).cost[point]))} nats" in facts
        expected = expected_decode(models["map-plane"][[point]])[0, ..., 0]
        wait_for_picture(page, expected)
        wait_for_picture(page, expected, "lens")

    # The picture follows the pointer, and is what the model decodes there.
    box = on.box()
    left, top = round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)
    seen = [pixels(page)]
    for px, py in ((left + x, top + y) for x, y in ((40, -50), (90, -20), (90, 100))):  # whole pixels
        page.mouse.move(px, py)
        seen.append(wait_for_change(page, seen[-1]))
        expected = expected_decode(np.array([on.place(px, py)]))[0, ..., 0]
        wait_for_picture(page, expected, within=1)
        wait_for_picture(page, expected, "lens", within=1)
    assert len(set(seen)) == 4

    # Far from all points it says that there is no data.
    on.hover(0, 0)  # the middle of the ring
    on.said("No data here")
    nearest = np.linalg.norm(models["map-plane"], axis=1).argmin()
    kind = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"][nearest % 10]
    assert f"nearest {kind}, distance" in page.locator("[data-role=here]").inner_text()
    on.hover(*beside(models["map-plane"], 3))
    page.locator("[data-role=here]", has_text=re.compile(r"ten nearest\D*10\D*three")).wait_for()
    assert page.locator("[data-role=here-title]").inner_text() == "Decoded here"

    # The picture at the pointer never covers what is pointed at.
    box = on.box()
    for x in (0.01, 0.1, 0.5, 0.99):
        for y in (0.01, 0.5, 0.99):
            px, py = box["x"] + x * box["width"], box["y"] + y * box["height"]
            before = pixels(page)
            page.mouse.move(px, py)
            wait_for_change(page, before)
            lens = page.locator("canvas[data-role=lens]").bounding_box()
            assert box["x"] <= lens["x"] and lens["x"] + lens["width"] <= box["x"] + box["width"]
            assert box["y"] <= lens["y"] and lens["y"] + lens["height"] <= box["y"] + box["height"]
            across = lens["x"] - 8 <= px <= lens["x"] + lens["width"] + 8
            assert not (across and lens["y"] - 8 <= py <= lens["y"] + lens["height"] + 8), (x, y)

    # Nothing is laid out for each movement of the hand.
    x, y = on.pixel(0.5, 0.5)
    page.wait_for_timeout(1500)

    def move() -> None:
        for step in range(60):
            page.mouse.move(x + 2 * step, y + step)
            page.wait_for_timeout(16)

    # Words are written a few times a second, which is in each frame where frames are slow; 1.7 once were forced.
    assert layouts_a_frame(page, move) < 1.2
    page.mouse.move(x, y)
    page.mouse.down()
    assert layouts_a_frame(page, move) < 0.3
    page.mouse.up()
    whole(page)

    # The table holds the points nearest to the cursor.
    on.hover(*models["map-plane"][99])
    on.said("Test image 99")
    page.get_by_text("Points nearest to the cursor, as a table").click()
    page.locator(".near tbody tr").nth(19).wait_for()
    page.locator(".near tbody th").first.filter(has_text="99").wait_for()  # once the hand rests
    rows = [row.split("\t") for row in page.locator(".near tbody").inner_text().splitlines()]
    distances = np.linalg.norm(models["map-plane"] - models["map-plane"][99], axis=1)
    assert rows[0][:2] == ["99", "nine"]
    assert np.allclose([float(row[2]) for row in rows], np.sort(distances)[:20], atol=0.01)


def test_wheel_drag_and_keys_move_the_map_and_what_is_pinned_is_in_the_address(visit, models):
    page = visit(PLANE, height=600)
    on = drawn(page)

    # The wheel alone scrolls the page, and is told once what zooms.
    camera, top = on.camera(), on.box()["y"]
    hint = page.locator("[data-role=hint]")
    assert hint.is_hidden()
    page.mouse.move(*on.pixel(1, -1))
    page.mouse.wheel(0, 200)
    hint.filter(has_text="wheel zooms").wait_for()
    eventually(lambda: on.box()["y"] < top - 100)
    assert on.camera() == camera
    hint.wait_for(state="hidden")
    page.mouse.wheel(0, -200)
    eventually(lambda: abs(on.box()["y"] - top) < 2)
    assert hint.is_hidden()
    # The place under the pointer is known though the page has moved under it.
    before = pixels(page)
    on.hover(0.3, 0.4)
    wait_for_change(page, before)
    assert "at z₁ 0.3" in page.locator("[data-role=here]").inner_text()

    # With Ctrl it zooms about the pointer, and a drag moves the map.
    page.set_viewport_size({"width": 1280, "height": 800})
    heeded(page)
    assert view(page) == []
    here = on.pixel(1, -1)
    page.mouse.move(*here)
    width = on.camera()[2]
    zoom(page, -500)
    wait_for_address(page, "view=")
    assert on.camera()[2] < 0.8 * width
    assert np.allclose(on.place(*here), (1, -1), atol=0.02)  # what is under the pointer stays there
    assert np.allclose(view(page), on.camera())
    before = pixels(page)
    page.mouse.down()
    page.mouse.move(here[0] + 60, here[1] + 40, steps=4)
    moved = on.camera()
    page.mouse.up()
    assert np.allclose(on.place(here[0] + 60, here[1] + 40), (1, -1), atol=0.02)
    wait_for_address(page, f"view={moved[0]:g},")
    assert page.locator("[data-role=pin]").count() == 0  # it was no click
    page.mouse.move(here[0], here[1])
    wait_for_change(page, before)

    # A double click zooms about its place, and pins nothing.
    whole(page)
    here, width = on.pixel(1, -1), on.camera()[2]
    page.mouse.dblclick(*here)
    wait_for_address(page, "view=")
    assert np.isclose(on.camera()[2], width / 2, rtol=1e-3)
    assert np.allclose(on.place(*here), (1, -1), atol=0.02)
    assert page.locator("[data-role=pin]").count() == 0
    page.locator("[data-role=zoomOut]").click()
    eventually(lambda: np.isclose(on.camera()[2], width / 2 * 1.5, rtol=1e-3))

    # Keys move the cursor, pin, zoom, and say where it is.
    whole(page)
    status = page.locator("[data-role=status]")
    on.hover(0.4, 0.4)
    on.said("No data here")
    page.mouse.move(5, 5)
    on.chart.focus()
    before = pixels(page)
    page.keyboard.press("ArrowRight")
    wait_for_change(page, before)
    status.filter(has_text="no data here, nearest").wait_for()
    page.keyboard.press("Enter")
    page.locator("[data-role=pin]").wait_for()
    wait_for_address(page, "pins=0.")
    x, y = (float(part) for part in parse_qs(urlsplit(page.url).query)["pins"][0].split(":"))
    step = on.camera()[2] / on.box()["width"]
    assert np.allclose([x, y], [0.4 + 12 * step, 0.4], atol=1.5 * step)
    page.keyboard.press("n")
    nearest = int(np.linalg.norm(models["map-plane"] - [x, y], axis=1).argmin())
    on.said(f"Test image {nearest}, ")
    status.filter(has_text=f"Test image {nearest}, ").wait_for()
    wait_for_picture(page, expected_decode(models["map-plane"][[nearest]])[0, ..., 0])
    before = on.camera()
    page.keyboard.press("+")
    wait_for_address(page, "view=")
    assert np.isclose(on.camera()[2], before[2] / 1.5, rtol=1e-3)
    page.keyboard.press("0")
    page.wait_for_function("() => !location.search.includes('view=')")
    assert on.camera() == before
    page.locator("[data-role=pin]").hover()
    page.locator("[data-role=pin] button").click()
    page.wait_for_function("() => !location.search.includes('pins=')")

    # Clicks pin places and points, and the address brings them back.
    page.mouse.click(*on.pixel(0.5, 0.75))
    point = models["map-plane"][42]
    on.hover(*point)
    on.said("Test image 42, two")
    page.mouse.down()
    page.mouse.up()
    page.locator("[data-role=pin] .name", has_text="image 42, two").wait_for()
    zoom(page, -400)
    wait_for_address(page, "view=")
    pins = page.locator("[data-role=pin]")
    assert pins.count() == 2
    x, y = (float(part) for part in parse_qs(urlsplit(page.url).query)["pins"][0].split(",")[0].split(":"))
    assert abs(x - 0.5) < 0.02 and abs(y - 0.75) < 0.02
    wait_for_address(page, ",p42")
    links = [pin.locator("a").get_attribute("href") for pin in pins.all()]
    codes = [[float(z) for z in parse_qs(urlsplit(link).query)["z"][0].split(",")] for link in links]
    assert np.allclose(codes, [[x, y], point], atol=1e-3)

    again = visit(urlsplit(page.url).path + "?" + urlsplit(page.url).query)
    other = drawn(again)
    again.locator("[data-role=pin] .name", has_text="image 42, two").wait_for()
    assert other.camera() == on.camera()
    assert [pin.locator("a").get_attribute("href") for pin in again.locator("[data-role=pin]").all()] == links
    shown = "canvas => canvas.toDataURL()"
    for mine, theirs in zip(pins.all(), again.locator("[data-role=pin]").all(), strict=True):
        assert mine.locator("canvas").evaluate(shown) == theirs.locator("canvas").evaluate(shown)
    again.locator("[data-role=pin] a").last.click()
    again.locator("input[type=range][data-dim]").first.wait_for()  # on Explore
    assert "/explore?" in again.url and "model=map-plane" in again.url


def test_an_address_brings_classes_back_and_all_is_done_with_keys_alone(visit, models):
    page = visit(PLANE + "&classes=3,7")
    drawn(page)
    pressed = page.locator("[data-role=legend] [data-class][aria-pressed=true]")
    assert [text.strip() for text in pressed.all_inner_texts()] == ["three", "seven"]
    page.locator("body").press("Tab")

    def reach(role: str) -> None:
        """Press Tab until this has the focus."""
        within = f"""() => {{
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          return Boolean(at?.closest("{role}"));
        }}"""
        for _ in range(60):
            if page.evaluate(within):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {role}")

    reach("input[name=latent-map]")  # which map
    reach("[data-layer=pictures]")
    page.keyboard.press("Space")
    assert not page.locator("[data-layer=pictures]").is_checked()
    reach("[data-role=chart]")
    page.keyboard.press("n")
    title = page.locator("[data-role=here-title]", has_text="Test image")
    title.wait_for()
    point = int(re.search(r"\d+", title.inner_text())[0])  # type: ignore[index]
    wait_for_picture(page, expected_decode(models["map-plane"][[point]])[0, ..., 0])
    page.keyboard.press("Enter")
    wait_for_address(page, f"pins=p{point}")
    page.keyboard.press("+")
    wait_for_address(page, "view=")
    reach("[data-role=legend] button")
    page.keyboard.press("End")  # all
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    wait_for_address(page, "classes=3,7,9")
    reach("[data-role=faithful] summary")
    page.keyboard.press("Enter")
    page.locator("[data-role=about]").wait_for()

    # Classes are singled out, and Escape takes that back.
    page.locator("[data-role=legend] [data-class='9']").press("Enter")
    wait_for_address(page, "classes=3,7")
    page.locator("[data-role=legend] [data-class='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait_for_address(page, "classes=1,3,7")
    page.keyboard.press("Escape")
    page.wait_for_function("() => !location.search.includes('classes=')")
    assert pressed.count() == 0


def test_layers_and_classes_are_shown_and_taken_away_and_the_map_is_saved_as_it_is(visit, models):
    page = visit(PLANE)
    on = drawn(page)

    # Pictures, density and thumbnails lie on it.
    ink = "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.reduce((sum, value) => sum + value, 0)"
    under = page.locator("canvas[data-role=under]")
    boxes = {layer: page.locator(f"[data-layer={layer}]") for layer in ("pictures", "density")}
    assert boxes["pictures"].is_checked()  # on a plane they are there from the beginning
    page.wait_for_function(f"canvas => ({ink})(canvas) > 1e6", arg=under.element_handle())
    boxes["pictures"].uncheck()
    page.wait_for_function(f"canvas => ({ink})(canvas) === 0", arg=under.element_handle())
    menu(page, "layers")
    boxes["density"].check()
    page.wait_for_function(f"canvas => ({ink})(canvas) > 1e6", arg=under.element_handle())
    boxes["density"].uncheck()
    page.wait_for_function(f"canvas => ({ink})(canvas) === 0", arg=under.element_handle())
    menu(page, "layers")
    point = models["map-plane"][7]
    page.mouse.move(*on.pixel(*point))
    for _ in range(4):
        zoom(page, -600)
    page.mouse.move(5, 5)
    near = on.pixel(*point)
    clip = {"x": near[0] - 12, "y": near[1] - 12, "width": 24, "height": 24}
    expected = expected_decode(models["map-plane"][[7]])[0, 4:24, 4:24, 0]

    def is_tiled() -> bool:
        image = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")
        return float(np.asarray(image, float).std()) > 0.5 * expected.std()

    eventually(is_tiled)
    whole(page)

    # It is saved as SVG, PNG and CSV.
    page.locator("[data-role=legend] [data-class='5']").click()
    box = on.box()

    def saved(kind: str) -> bytes:
        menu(page, "save")
        with page.expect_download() as download:
            page.locator(f"[data-role=save-{kind}]").click()
        menu(page, "save")
        assert download.value.suggested_filename == f"map-plane-identity.{kind}"
        return download.value.path().read_bytes()

    drawing = ElementTree.fromstring(saved("svg"))
    circles = list(drawing.iter("{http://www.w3.org/2000/svg}circle"))
    ((size, _),) = Counter(circle.get("r") for circle in circles).most_common(1)
    discs = [circle for circle in circles if circle.get("r") == size]
    assert len(discs) == N
    greys = [disc for disc in discs if len({(disc.get("fill") or "")[at : at + 2] for at in (1, 3)}) == 1]
    assert len(greys) == N - N // 10  # all but the class that is singled out
    words = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert "five" in words and "seven" not in words and any("map-plane" in word for word in words)
    image = Image.open(io.BytesIO(saved("png")))
    assert image.format == "PNG" and image.width > 2 * box["width"] and image.height > 2 * box["height"]
    assert np.asarray(image.convert("HSV"))[..., 1].max() > 150  # the points have their colours
    rows = list(csv.DictReader(io.StringIO(saved("csv").decode())))
    assert len(rows) == N
    assert np.allclose([[float(row["map x"]), float(row["map y"])] for row in rows], models["map-plane"])
    assert np.allclose([[float(row["mean z1"]), float(row["mean z2"])] for row in rows], models["map-plane"])
    assert [row["class"] for row in rows[:3]] == ["zero", "one", "two"]
    page.locator("[data-role=all-classes]").click()

    # Names stand on the clusters.
    page.locator("[data-layer=pictures]").uncheck()
    page.mouse.move(5, 5)
    middle = models["map-plane"][np.arange(N) % 10 == 2].mean(0)

    def ink() -> int:
        """Count the pixels of ink and of its halo around the middle of a class."""
        x, y = on.pixel(*middle)
        clip = {"x": round(x) - 30, "y": round(y) - 20, "width": 60, "height": 40}
        image = np.asarray(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB"), int)
        return int((image.max(-1) < 90).sum())

    eventually(lambda: ink() > 60)
    menu(page, "layers")
    page.locator("[data-layer=names]").uncheck()
    menu(page, "layers")
    eventually(lambda: ink() < 20)

    # A class is singled out for the eye and for the hand, and several can be.
    only_points(page)
    zero, three, seven = (models["map-plane"][point] for point in (0, 3, 7))
    page.mouse.move(5, 5)
    on.shows(zero, three, seven)
    chips = {label: page.locator(f"[data-role=legend] [data-class='{label}']") for label in (3, 7)}
    chips[3].click()
    on.hides(zero, seven)
    on.shows(three)
    assert np.ptp(on.colour(*zero)) < 12 < np.abs(on.colour(*zero) - on.colour(1, 1)).max()  # grey, and still there
    wait_for_address(page, "classes=3")
    on.hover(*zero)
    page.locator("[data-role=here]", has_text="nearest three").wait_for()
    chips[7].click()
    page.mouse.move(5, 5)
    on.shows(three, seven)
    on.hides(zero)
    wait_for_address(page, "classes=3,7")
    chips[3].click()  # again: the other alone
    page.mouse.move(5, 5)
    on.hides(three)
    page.locator("[data-role=all-classes]").click()
    page.mouse.move(5, 5)
    on.shows(zero, three, seven)
    page.wait_for_function("() => !location.search.includes('classes=')")

    # Points are coloured by what they cost.
    elbo = rings(N).cost
    cheap, dear = (models["map-plane"][end] for end in (elbo.argmin(), elbo.argmax()))
    menu(page, "layers")
    page.locator("[data-role=colour]").select_option("elbo")
    menu(page, "layers")
    wait_for_address(page, "colour=elbo")
    legend = page.locator("[data-role=legend]").inner_text()
    assert "−ELBO" in legend and f"≤ {np.percentile(elbo, 1):.0f}" in legend
    page.mouse.move(5, 5)
    eventually(lambda: np.abs(on.colour(*cheap) - on.colour(*dear)).max() > 60)


def test_a_space_of_many_dimensions_has_pictures_on_any_map_is_turned_and_told_how_faithful_it_is(visit, models):
    page = visit(SPACE)
    on = drawn(page)
    wait_for_address(page, "map=pca")  # there is no t-SNE of it yet
    before = pixels(page)
    on.hover(0.3, 0.4)
    after = wait_for_change(page, before)
    on.hover(0.9, 1.4)
    wait_for_change(page, after)

    # Two dimensions can be picked.
    page.get_by_label("Two dimensions").check(force=True)
    wait_for_address(page, "map=dimensions-0-1")
    page.get_by_label("Dimension along y").select_option("7")
    wait_for_address(page, "map=dimensions-0-7")
    page.wait_for_timeout(500)  # the flight to its points
    on.hover(*models["map-16d"][20][[0, 7]])
    on.said("Test image 20, zero")
    wait_for_picture(page, expected_decode(models["map-16d"][[20]])[0, ..., 0])
    assert picture(page).shape == (28, 28)

    # It is turned in three dimensions, once that is opened.
    assert page.locator(".js-plotly-plot").count() == 0
    page.get_by_text("Turn it in 3-D").click()
    page.locator(".js-plotly-plot canvas").first.wait_for()
    assert page.get_by_text(re.compile(r"Three directions hold \d+ % of the spread")).is_visible()

    # How faithful a map is is told where somebody asks.
    open_model(page, "mnist-16d")
    page.locator(".latent-map[data-model=mnist-16d]").wait_for()
    drawn(page)
    page.get_by_role("radio", name="t-SNE").check(force=True)
    wait_for_address(page, "map=tsne")
    assert page.locator("[data-role=keeps]").is_hidden()
    page.get_by_text("How faithful is this map?").click()
    words = page.locator("[data-role=keeps]").inner_text()
    assert "trustworthiness" in words and "%" in words
    assert page.locator("[data-role=about]").is_visible()


def test_names_of_classes_are_text_wherever_they_stand(visit, home):
    codes = rings(200)
    write_mapped(home / "models" / "map-markup", codes, MARKUP)
    page = visit("/map?model=map-markup")
    on = drawn(page)
    legend = page.locator("[data-role=legend] [data-class]")
    assert [text.strip() for text in legend.all_inner_texts()][:4] == MARKUP
    on.hover(*codes.centre[1])
    on.said(f"Test image 1, {MARKUP[1]}")
    page.mouse.down()
    page.mouse.up()
    page.locator("[data-role=pin] .name", has_text=MARKUP[1]).wait_for()
    page.get_by_text("Points nearest to the cursor, as a table").click()
    page.locator(".near tbody td", has_text=MARKUP[1]).first.wait_for()
    menu(page, "save")
    with page.expect_download() as download:
        page.locator("[data-role=save-svg]").click()
    drawing = ElementTree.fromstring(download.value.path().read_bytes())
    assert MARKUP[0] in [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert page.locator(".latent-map img, .latent-map b:text-is('bold')").count() == 0
