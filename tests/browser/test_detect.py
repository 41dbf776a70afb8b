"""The Detect page, used by hand: a threshold that is dragged, scores and sets that are chosen, one's own pictures."""

import csv
import io
import re
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route

from tests.browser.conftest import FIND, pixels, touch, until, wait_for_address, wait_for_change
from tests.browser.on_map import eventually, picture, spread, wait_for_picture, write_mapped
from tests.tiny_model import expected_decode, expected_encode, write_tiny_model
from web.wire.frames import split_arrays

pytestmark = pytest.mark.browser

SHIFTS = """(() => {
  const seen = [];
  let from = Infinity;
  const look = () => {
    const hosts = [...document.querySelectorAll("[class*=st-key-][class*=-live] *")].filter((each) => each.shadowRoot);
    if (hosts.some(({ shadowRoot }) => shadowRoot.querySelector(".detect, .train"))) from = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  new PerformanceObserver((list) => seen.push(...list.getEntries())).observe({ type: "layout-shift", buffered: true });
  window.shifted = () => seen.filter((each) => each.startTime >= from && !each.hadRecentInput)
    .reduce((sum, { value }) => sum + value, 0);
})();"""
"""Add up how far what stands on a page is moved from the moment on at which the component is there."""

MODEL = "detect-16d"
SPOILED = f"/detect?model={MODEL}&against=spoiled&corruption=gaussian&amount=0.3&score=reconstruction-error"
CELLS = ("found", "missed", "alarms", "passed")

FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}"""


@pytest.fixture(scope="module", autouse=True)
def model(home: Path) -> str:
    """A model on the test server with 600 test codes in ten classes, whose pictures are known to the last grey."""
    write_mapped(home / "models" / MODEL, spread(600, 16))
    return MODEL


def scored(page: Page) -> None:
    """Wait until the test stands on the page."""
    page.locator("[data-state=ready], [data-state=failed]").wait_for()


def counts(page: Page) -> dict[str, int]:
    return {name: int(page.locator(f"[data-count={name}]").inner_text().replace(",", "")) for name in CELLS}


def served(server, query: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    with urllib.request.urlopen(f"{server.url}/api/unusual?model={MODEL}&{query}", timeout=60) as answer:
        return split_arrays(answer.read())


def plot(page: Page, role: str = "histogram") -> dict[str, float]:
    page.locator(f"[data-role={role}]").scroll_into_view_if_needed()
    return page.locator(f"[data-role={role}]").bounding_box()  # type: ignore[return-value]


def hangs_first(page: Page) -> bool:
    """Say whether wall, threshold, what it does and the large picture are seen at once, and before the plots."""
    box = {
        role: page.locator(f"[data-role={role}]").bounding_box() for role in ("wall", "threshold", "price", "picture")
    }
    histogram = page.locator("[data-role=histogram]").bounding_box()
    below = histogram and all(each and each["y"] < histogram["y"] for each in box.values())
    return bool(below) and all(each["y"] + each["height"] <= 800 for each in box.values() if each)


def unfold_scores(page: Page) -> None:
    page.locator(".other-scores > summary").click()


def rule(page: Page, name: str) -> None:
    """Have a rule set the threshold."""
    page.locator(f"[data-rule={name}]").click()
    wait_for_address(page, f"threshold={name}")


def choose_score(page: Page, name: str) -> None:
    if not page.locator(f"[data-score={name}]").is_visible():
        unfold_scores(page)
    page.locator(f"[data-score={name}]").check(force=True)
    wait_for_address(page, f"score={name}")


def drag_wall(page: Page, *shares: tuple[float, float], hold: bool = False) -> None:
    """Press on the wall, and move over it by shares of its width and height."""
    page.locator("[data-role=wall]").scroll_into_view_if_needed()
    box = page.locator("[data-role=wall]").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in shares]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    if not hold:
        page.mouse.up()


def png(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def test_the_first_visit_shows_a_whole_example(visit):
    page = visit(f"/detect?model={MODEL}", ready=scored)
    assert 0 <= float(page.locator("[data-role=auroc]").inner_text()) <= 1
    assert sum(counts(page).values()) > 600
    assert "false alarm" in page.locator("[data-role=price]").inner_text()
    assert page.locator("[data-role=histogram] svg path").count() >= 4
    page.wait_for_function(f"() => ({FIND})('heat')?.width > 1")
    assert hangs_first(page)

    # In a room no words below the three pictures run into those beside them.
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.evaluate("document.documentElement.dataset.show = 'projector'")
    words = page.locator(".pictures figcaption")
    until(page, lambda: float(words.first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) == 24)
    assert words.evaluate_all("all => all.every((each) => each.scrollWidth <= each.clientWidth)")


def test_the_threshold_is_dragged_moved_by_keys_and_set_by_rules_and_all_else_follows(visit, server):
    # Nothing in the view moves once it stands; what the frame of all pages does before is another test's.
    page = visit(SPOILED, ready=scored, script=SHIFTS)
    for again in (False, True):
        if again:
            page.reload()
            scored(page)
        page.wait_for_timeout(800)
        assert page.evaluate("shifted()") < 0.1

    # The wall marks what is wrongly judged, and says how many hang there.
    words = page.locator("[data-role=wall-words]").inner_text()
    shown, all_of_them = (int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", words)[:2])
    assert all_of_them == sum(counts(page).values()) == 1200 and 100 < shown < 1200 and "evenly by rank" in words
    wall, wrong = page.locator(".wall"), lambda: int(wall.get_attribute("data-wrong") or -1)
    mistakes = counts(page)["missed"] + counts(page)["alarms"]
    assert wrong() == pytest.approx(mistakes * shown / all_of_them, abs=0.05 * shown)
    page.locator("[data-role=threshold]").press("End")  # all pass: half of them are unusual
    eventually(lambda: wrong() == pytest.approx(shown / 2, abs=2))
    before = pixels(page, "wall-line")
    page.locator("[data-role=threshold]").press("Home")
    wait_for_change(page, before, "wall-line")
    eventually(lambda: "0 pass as normal" in (page.locator("[data-role=wall]").get_attribute("aria-label") or ""))

    # The counts follow the threshold while it is dragged along the histogram.
    rule(page, "best")
    box = plot(page)
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 60)
    page.mouse.down()
    seen = []
    for share in (0.7, 0.5, 0.35, 0.2):  # the button is down all the while
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 60, steps=3)
        eventually(lambda: not seen or counts(page) != seen[-1])
        seen.append(counts(page))
    called = [each["found"] + each["alarms"] for each in seen]
    assert called == sorted(called) and called[0] < called[-1]
    assert len({each["found"] + each["missed"] for each in seen}) == 1
    page.mouse.up()
    wait_for_address(page, "threshold=0.")
    threshold = float(parse_qs(urlsplit(page.url).query)["threshold"][0])
    header, arrays = served(server, "corruption=gaussian&amount=0.3")
    normal, unusual = arrays["normal/reconstruction-error"], arrays["unusual/reconstruction-error"]
    expected = {
        "found": (unusual >= threshold).sum(),
        "missed": (unusual < threshold).sum(),
        "alarms": (normal >= threshold).sum(),
        "passed": (normal < threshold).sum(),
    }
    assert counts(page) == expected
    area = next(score["auroc"] for score in header["scores"] if score["name"] == "reconstruction-error")
    assert page.locator("[data-role=auroc]").inner_text() == f"{area:.3f}"

    # Keys move it, and its ends call all and nothing.
    rule(page, "best")
    slider = page.locator("[data-role=threshold]")
    slider.focus()
    before = counts(page)
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    eventually(lambda: counts(page)["alarms"] > before["alarms"])
    page.keyboard.press("Home")
    eventually(lambda: counts(page)["missed"] == counts(page)["passed"] == 0)
    page.keyboard.press("End")
    eventually(lambda: counts(page)["found"] == counts(page)["alarms"] == 0)
    assert "Finds nothing" in (slider.get_attribute("aria-valuetext") or "")

    # The line is dragged along the wall.
    seen = []
    drag_wall(page, (0.9, 0.5), (0.85, 0.5), hold=True)
    box = page.locator("[data-role=wall]").bounding_box()
    point = page.locator("[data-role=roc-point]")
    for share in (0.7, 0.5, 0.3, 0.1):  # the button is down all the while
        before = point.evaluate("e => e.style.transform")
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"], steps=3)
        eventually(lambda: not seen or counts(page) != seen[-1])
        eventually(lambda before=before: point.evaluate("e => e.style.transform") != before)
        seen.append(counts(page))
    page.mouse.up()
    called = [each["found"] + each["alarms"] for each in seen]
    assert called == sorted(called) and called[0] < called[-1]
    # So much of the wall lies to the right of the line.
    assert called[-1] / sum(seen[-1].values()) == pytest.approx(0.9, abs=0.04)
    wait_for_address(page, "threshold=0.")
    page.keyboard.press("ArrowRight")  # the slider has the focus, and goes on from there
    eventually(lambda: counts(page) != seen[-1])

    # A hand on it forces no layout: at most one a frame, and none because somebody asks where things are.
    told = page.context.new_cdp_session(page)
    told.send("Performance.enable")

    def layouts() -> float:
        metrics = told.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "LayoutCount")

    drag_wall(page, (0.9, 0.5), (0.85, 0.5), hold=True)
    page.wait_for_timeout(600)  # what was said at rest is said
    page.evaluate("frames = 0; (function count() { frames += 1; if (frames > 0) requestAnimationFrame(count); })()")
    before, first = layouts(), page.evaluate("frames")
    box = page.locator("[data-role=wall]").bounding_box()
    for share in np.linspace(0.85, 0.2, 40):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
    laid_out, painted = layouts() - before, page.evaluate("frames") - first
    page.evaluate("frames = -Infinity")
    page.mouse.up()
    assert painted >= 5 and laid_out <= painted + 3

    # Keys alone lead from the score up to the wall, along it, to the threshold, and back to what a picture is.
    rule(page, "best")
    page.locator("[data-score=reconstruction-error]").focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(f"() => ({FOCUSED})()?.dataset.role") == "wall":
            break
    title, heat = page.locator("[data-role=card-title]").inner_text(), pixels(page, "heat")
    page.keyboard.press("End")
    wait_for_change(page, heat, "heat")
    heat = pixels(page, "heat")
    page.keyboard.press("Home")
    wait_for_change(page, heat, "heat")
    assert page.locator("[data-role=card-title]").inner_text() != title or "normal" in title
    page.keyboard.press("Tab")
    assert page.evaluate(f"() => ({FOCUSED})()?.dataset.role") == "threshold"
    before = counts(page)
    page.keyboard.press("PageDown")
    eventually(lambda: counts(page)["alarms"] > before["alarms"])

    # Rules set it, and stay in force for another score.
    for name, most in (("alarms-1", 6), ("alarms-10", 60)):
        rule(page, name)
        eventually(lambda most=most: most - 3 <= counts(page)["alarms"] <= most)
    choose_score(page, "negative-elbo")
    assert 50 <= counts(page)["alarms"] <= 60
    page.locator("[data-score=negative-elbo]").press("ArrowRight")
    wait_for_address(page, "score=reconstruction-error")
    rule(page, "best")

    # The point is dragged along the ROC curve.
    choose_score(page, "latent-distance")
    box = plot(page, "roc")
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.7 * box["height"])
    page.mouse.down()
    eventually(lambda: 1 < counts(page)["alarms"] < 400)
    first = counts(page)
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 8, steps=4)
    eventually(lambda: counts(page)["alarms"] > first["alarms"])
    page.mouse.up()


def test_pictures_are_opened_drawn_and_brought_and_another_comparison_is_chosen(visit):
    page = visit(SPOILED, ready=scored)

    # A picture opens large, with its reconstruction, its errors and its scores.
    before = pixels(page, "heat")
    wall = page.locator("[data-role=wall]").bounding_box()
    page.mouse.click(wall["x"] + wall["width"] - 30, wall["y"] + 60)  # the most unusual hang at the right
    wait_for_change(page, before, "heat")
    image = picture(page)
    restored = expected_decode(expected_encode(image[None, ..., None], 16)[0])[0, ..., 0]
    eventually(lambda: np.abs(picture(page, "restored").astype(int) - restored).max() <= 1)
    values = [float(text.replace(",", "")) for text in page.locator("td.value").all_inner_texts()]
    error = np.square((image.astype(float) - picture(page, "restored")) / 255).mean()
    assert values[1] == pytest.approx(error, rel=0.01)
    assert "found" in page.locator("[data-role=verdict]").inner_text()
    heat = pixels(page, "heat")
    page.locator("[data-strip=alarms] button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    wait_for_change(page, heat, "heat")
    assert page.locator("[data-strip=alarms] button").nth(1).get_attribute("aria-pressed") == "true"

    # A bin shows its pictures under the mouse.
    box = plot(page)
    for share in (0.2, 0.4, 0.6, 0.8):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 100)
        if page.locator("[data-role=bin] canvas").count():
            break
    assert page.locator("[data-role=bin]").is_visible()
    assert any(kind in page.locator("[data-role=bin]").inner_text() for kind in ("normal", "unusual"))

    # What is saved has all scores.
    with page.expect_download() as download:
        page.locator("[data-save=csv]").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert len(rows) == 1 + sum(counts(page).values())
    called = sum(row[-1] == "yes" for row in rows[1:])
    assert called == counts(page)["found"] + counts(page)["alarms"]
    with page.expect_download() as download:
        page.locator("[data-save=svg]").click()
    assert Path(download.value.path()).read_text("utf-8").startswith("<svg")

    # No figure of the last test stands under the name of the next.
    waiting: list[Route] = []
    page.route("**/api/unusual?*", lambda route: waiting.append(route))
    page.locator("[data-against=class]").check(force=True)
    page.locator("[data-state=scoring]").wait_for()
    assert page.locator("[data-role=protocol]").inner_text() == "Scoring …"
    assert set(page.locator("[data-area]").all_text_contents()) == {"–"}
    assert float(page.locator(".body").evaluate("body => getComputedStyle(body).opacity")) < 0.5
    eventually(lambda: bool(waiting))
    for route in waiting:
        route.continue_()
    scored(page)
    assert re.search(r"\d", page.locator("[data-area]").first.inner_text())
    page.unroute("**/api/unusual?*")

    # Another comparison is chosen, and the address leads back to it.
    page.locator("[data-against=spoiled]").check(force=True)
    page.locator("[data-role=protocol]", has_text="amount 0.3").wait_for()
    protocol = page.locator("[data-role=protocol]")
    assert "amount 0.3" in protocol.inner_text()
    page.locator("[data-role=against-amount]").focus()
    page.keyboard.press("ArrowRight")
    protocol.filter(has_text="amount 0.31").wait_for()
    page.locator("[data-role=against-corruption]").select_option("blur")
    protocol.filter(has_text="Blur").wait_for()
    page.locator("[data-against=class]").check(force=True)
    page.locator("[data-role=against-class]").select_option("three")
    protocol.filter(has_text="without 'three'").wait_for()
    assert "no fair test" in protocol.inner_text()
    wait_for_address(page, "class=three")
    assert "images of other classes (" in page.locator(".key.normal").inner_text()
    before = counts(page)
    page.reload()
    scored(page)
    assert page.locator("[data-role=against-class]").input_value() == "three"
    assert counts(page) == before
    assert "reconstructions of them stand in" in page.locator("[data-role=stands-in]").inner_text()

    # A drawing is restored while it is drawn, and scored when it is let go.
    pad = page.locator(".pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    before = pixels(page, "restored")
    for y in (90, 140, 190):  # the button is down all the while
        page.mouse.move(box["x"] + 70, box["y"] + y, steps=3)
        before = wait_for_change(page, before, "restored")
    assert page.locator("[data-role=card-title]").inner_text() == "Drawing"
    with page.expect_request("**/api/unusual?*") as asked:
        page.mouse.up()
    assert "invert=no" in asked.value.url  # it is scored as it was drawn, also where its border is bright
    page.locator("[data-role=own-mark]").wait_for()
    page.locator("[data-role=verdict]", has_text="threshold").wait_for()
    page.locator("[data-role=keep-drawing]").click()
    page.locator("[data-role=own-note]", has_text="Kept as drawing 1.").wait_for()
    page.mouse.click(box["x"] + 60, box["y"] + 60)
    page.locator("[data-role=own-mark]").nth(1).wait_for()
    page.locator("[data-role=clear-pad]").click()
    page.locator("[data-role=own-mark]").nth(1).wait_for(state="detached")
    assert page.locator("[data-own]").count() == 1
    page.locator("[data-own] .bare").click()
    page.locator("[data-own]").wait_for(state="detached")

    # Files are scored and marked, and a broken one is named.
    image = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    page.locator("[data-role=own-files]").set_input_files(
        [
            {"name": "noise.png", "mimeType": "image/png", "buffer": png(image)},
            {"name": "broken.png", "mimeType": "image/png", "buffer": b"no picture"},
            {"name": "words.png", "mimeType": "image/png", "buffer": b"words"},
        ]
    )
    page.locator("[data-role=own-note].wrong", has_text="broken.png, words.png: ").wait_for()  # one reason, one line
    assert page.locator("[data-role=own-note] span").count() == 1
    assert page.locator("[data-own]").count() == 1
    assert page.locator("[data-role=own-mark]").count() == 1
    page.locator("[data-role=card-title]", has_text="noise.png").wait_for()
    wait_for_picture(page, image)
    assert "threshold" in page.locator("[data-role=verdict]").inner_text()
    page.locator("[data-against=own]").check(force=True)
    page.locator("[data-role=protocol]", has_text="Your own pictures count as unusual").wait_for()
    assert "our picture" in page.locator("[data-role=price]").inner_text()
    assert "missed" not in page.locator(".matrix").inner_text()
    eventually(lambda: counts(page)["found"] + counts(page)["missed"] == 1)
    page.locator("[data-own] .bare").click()
    page.locator("[data-role=no-roc]", has_text="pictures of your own").wait_for()
    page.locator("[data-rule=alarms-1]").click()
    wait_for_address(page, "threshold=alarms-1")


def test_a_model_that_nothing_is_known_of_says_so_and_the_page_goes_on(visit, home):
    write_tiny_model(home / "models" / "detect-unknown", 2)
    page = visit("/detect?model=detect-unknown", ready=scored)
    assert "nothing says what is normal" in page.locator("[data-role=protocol]").inner_text()
    page.locator("[data-against=own]").check(force=True)
    assert page.locator("[data-count=found]").is_hidden()


def test_on_a_telephone_in_the_dark_a_finger_moves_the_threshold(visit):
    page = visit(SPOILED, ready=scored, width=390, height=844, has_touch=True, color_scheme="dark")
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    assert page.locator(".detect").get_attribute("data-scheme") == "dark"
    box = plot(page)
    before = counts(page)
    y = box["y"] + 80
    touch(page, (box["x"] + 300, y), (box["x"] + 220, y), (box["x"] + 120, y), (box["x"] + 60, y))
    eventually(lambda: counts(page) != before)
    assert counts(page)["alarms"] > before["alarms"]
    box, before = plot(page, "wall"), counts(page)
    y = box["y"] + 80
    touch(page, (box["x"] + 40, y), (box["x"] + 120, y), (box["x"] + 260, y), (box["x"] + 340, y))
    eventually(lambda: counts(page)["alarms"] < before["alarms"])
