"""Detect with series, used by hand: errors in colour along a curve, gaps and noise to be found, files of one's own."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import open_model, pixels, touch, wait_for_address, wait_for_change
from tests.browser.on_map import eventually
from tests.browser.test_detect import counts, hangs_first, plot, scored
from tests.tiny_kinds import CLASSES, CODES, PAIR, SERIES, Tiny, tiny_codes, write_tiny_kind

pytestmark = pytest.mark.browser

NAME = "detect-waves"
SPOILED = f"/detect?model={NAME}&against=spoiled&corruption=noise&amount=0.4&score=reconstruction-error"


@pytest.fixture(scope="module", autouse=True)
def waves(home: Path) -> dict[str, Tiny]:
    """Models of series on the test server whose answers are known."""
    made = {}
    for name, item, family in (
        (NAME, SERIES, "gaussian"),
        ("detect-pair", PAIR, "gaussian"),
        ("detect-points", SERIES, "autoencoder"),
        ("detect-told", SERIES, "conditional"),
    ):
        made[name] = write_tiny_kind(home / "models" / name, item, family)[1]
    return made


def area(page: Page) -> float:
    return float(page.locator("[data-role=auroc]").inner_text())


def told(page: Page, role: str) -> str:
    return page.locator(f"[data-role={role}]").inner_text()


def value(page: Page, score: str = "reconstruction-error") -> float:
    """Return a score of the chosen series, NaN while it is worked out."""
    text = page.locator(f"[data-row={score}] td.value").inner_text()
    return float("nan") if text == "…" else float(text.replace("−", "-").replace(",", ""))


def away(page: Page) -> list[float]:
    """Return how far the reconstruction of the chosen series is from it: on the whole, and at the most."""
    page.locator("[data-role=away]", has_text="away").wait_for()
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", told(page, "away"))]


def show_end(page: Page, key: str) -> None:
    """Show the most normal series large (Home), or the most unusual one (End)."""
    page.locator("[data-role=wall]").focus()
    page.keyboard.press(key)


def csv_of(series: np.ndarray) -> bytes:
    return "\n".join(f"{value:.6f}" for value in series.ravel()).encode()


def bring(page: Page, **contents: bytes) -> None:
    """Choose files of one's own: name -> its bytes."""
    files = [{"name": f"{name}.csv", "mimeType": "text/csv", "buffer": content} for name, content in contents.items()]
    page.locator("[data-role=own-files]").set_input_files(files)


def test_the_first_visit_of_a_model_of_series_is_a_whole_example_in_their_words(visit):
    page = visit("/detect?model=beats-8d", ready=scored)
    assert 0.5 < area(page) <= 1
    assert page.locator("[data-role=histogram] svg path").count() >= 4
    words = page.locator(".detect").inner_text()
    assert "series" in words and not re.search(r"\b(image|picture|pixel|ink|camera|draw)", words, re.IGNORECASE)
    assert away(page)[0] > 0
    assert hangs_first(page)


def test_a_series_is_in_the_colour_of_its_error_is_read_saved_and_compared_with_ones_own(visit, waves):
    page = visit(SPOILED, ready=scored)

    # The scores are those that make sense for series.
    offered = page.locator("[data-score]").evaluate_all("all => all.map((score) => score.dataset.score)")
    assert {"negative-elbo", "reconstruction-error", "mean-distance"} <= set(offered)
    assert "relative-error" not in offered
    rows = page.locator(".suspect [data-row]").evaluate_all("all => all.map((row) => row.dataset.row)")
    assert set(rows) == set(offered)

    # What is saved has them all.
    with page.expect_download() as download:
        page.locator("[data-save=csv]").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert len(rows) == 1 + 2 * CODES == 1 + sum(counts(page).values())
    called = sum(row[-1] == "yes" for row in rows[1:])
    assert called == counts(page)["found"] + counts(page)["alarms"]

    # A series is in the colour of its error, with its reconstruction beneath.
    assert page.locator("canvas[data-role=heat], canvas[data-role=restored]").count() == 0
    assert "in the colour of its error" in page.locator(".suspect figcaption").inner_text()
    show_end(page, "End")
    highest, (mean, most) = pixels(page, "picture"), away(page)
    assert mean**2 == pytest.approx(value(page), rel=0.02) and most >= mean  # the score is the mean of the squares
    show_end(page, "Home")
    wait_for_change(page, highest, "picture")
    eventually(lambda: away(page)[0] < mean)
    colours = page.locator("canvas[data-role=picture]").evaluate(
        """canvas => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let i = 0; i < data.length; i += 4) {
            const [r, g, b, a] = data.subarray(i, i + 4);
            if (a === 255 && Math.max(r, g, b) - Math.min(r, g, b) > 60) seen.add(`${r >> 5},${g >> 5},${b >> 5}`);
          }
          return seen.size;
        }"""
    )
    assert colours > 5  # a curve in a single colour has one or two

    # What lies under the pointer is told, and read by keys.
    show_end(page, "End")
    away(page)
    picture, tag = page.locator("canvas[data-role=picture]"), page.locator(".suspect .pointed")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tag.wait_for()
    assert re.match(r"at \d+ ms: [−\d.]+ mV", tag.inner_text())
    page.mouse.move(5, 5)
    tag.wait_for(state="hidden")
    picture.focus()
    page.keyboard.press("ArrowRight")
    eventually(lambda: tag.inner_text().startswith("at "))
    first = tag.inner_text()
    page.keyboard.press("ArrowRight")
    eventually(lambda: tag.inner_text() != first)

    # Files are scored and marked, and what is no series is named with its reason.
    tiny = waves[NAME]
    usual = tiny.decode(tiny_codes(3, len(CLASSES), True).centre[:1])
    odd = np.random.default_rng(0).normal(0, 2, (1, 48, 1)).astype(np.float32)
    bring(page, usual=csv_of(usual), holes=b"1\n2\nnan\n4\n5", one=b"7", words=b"no\nnumbers", odd=csv_of(odd))
    page.locator("[data-role=own-note].wrong", has_text="holes.csv").wait_for()
    lines = page.locator("[data-role=own-note] span").all_inner_texts()
    for name, reason in (("holes", "NaN"), ("one", "at least 4 samples; got 1"), ("words", "number")):
        assert any(f"{name}.csv" in line and reason in line for line in lines), name
    assert page.locator("[data-own]").count() == page.locator("[data-role=own-mark]").count() == 2
    page.locator("[data-role=card-title]", has_text="odd.csv").wait_for()
    expected = {
        name: np.square(series - tiny.decode(tiny.encode(series))).mean()
        for name, series in (("odd", odd), ("usual", usual))
    }
    eventually(lambda: value(page) == pytest.approx(expected["odd"], rel=0.01))
    page.locator("[aria-label='Show usual.csv']").click()
    eventually(lambda: value(page) == pytest.approx(expected["usual"], rel=0.01))
    page.locator("[data-against=own]").check(force=True)
    page.locator("[data-role=protocol]", has_text="Your own series count as unusual").wait_for()
    eventually(lambda: counts(page)["found"] + counts(page)["missed"] == 2)

    # One of another length is brought to the model's, and a constant one has all its scores.
    bring(page, long=csv_of(0.5 * np.sin(np.linspace(0, 9, 300))))
    page.locator("[data-role=own-note]", has_text="300 samples were brought to the model's 48").wait_for()
    bring(page, flat=csv_of(np.full(48, 0.25)))
    page.locator("[data-role=card-title]", has_text="flat.csv").wait_for()
    rows = page.locator(".suspect [data-row]").evaluate_all("all => all.map((row) => row.dataset.row)")
    eventually(lambda: all(np.isfinite(value(page, row)) for row in rows))


def test_the_corruptions_are_those_of_series_and_the_address_leads_back_to_a_class_left_out(visit):
    page = visit(SPOILED.replace("amount=0.4", "amount=0.05"), ready=scored)

    # A stronger one is found more easily.
    weak = area(page)
    choices = page.locator("[data-role=against-corruption] option").evaluate_all("all => all.map((one) => one.value)")
    assert {"noise", "wander", "dropouts", "gap", "saturation"} <= set(choices)
    assert not {"gaussian", "blur", "rectangle", "rotation"} & set(choices)
    page.locator("[data-role=against-amount]").press("End")
    eventually(lambda: area(page) > weak)
    page.locator("[data-role=against-corruption]").select_option("gap")
    page.locator("[data-role=protocol]", has_text="Gap").wait_for()
    wait_for_address(page, "corruption=gap")
    assert page.locator(".key.normal").inner_text() == f"normal: {CODES} of Made up"

    # A class left out is unusual.
    page.locator("[data-against=class]").check(force=True)
    page.locator("[data-role=against-class]").select_option("wide")
    page.locator("[data-role=protocol]", has_text="without 'wide'").wait_for()
    share = CODES // len(CLASSES)
    assert f"{CODES - share} series of other classes" in page.locator(".key.normal").inner_text()
    found = counts(page)
    assert found["found"] + found["missed"] == share
    page.reload()
    scored(page)
    assert page.locator("[data-role=against-class]").input_value() == "wide"
    assert counts(page) == found


def test_each_family_and_two_channels_are_tested_with_what_they_know(visit):
    # A conditional model says what it took a series for.
    page = visit(SPOILED.replace(NAME, "detect-told"), ready=scored)
    show_end(page, "End")
    page.locator("[data-role=taken]", has_text="Taken for").wait_for()
    assert any(f"“{name}”" in told(page, "taken") for name in CLASSES)

    # Two channels are drawn and scored as one series.
    open_model(page, "detect-pair")
    page.locator("canvas[data-role=picture][aria-label*='2 curves of 30 samples']").wait_for()
    scored(page)
    eventually(lambda: away(page)[0] ** 2 == pytest.approx(value(page), rel=0.02))

    # A model of points is tested without scores of a bound.
    open_model(page, "detect-points")
    page.locator("[data-score=negative-elbo]").wait_for(state="detached")
    scored(page)
    offered = page.locator("[data-score]").evaluate_all("all => all.map((score) => score.dataset.score)")
    assert "reconstruction-error" in offered and "negative-elbo" not in offered
    assert 0 <= area(page) <= 1
    assert page.locator("[data-role=taken]").is_hidden()


def test_on_a_telephone_in_the_dark_a_finger_moves_the_threshold_and_reads_a_curve(visit):
    page = visit(SPOILED, ready=scored, width=390, height=844, has_touch=True, color_scheme="dark")
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    box, before = plot(page), counts(page)
    y = box["y"] + 80
    touch(page, (box["x"] + 300, y), (box["x"] + 220, y), (box["x"] + 120, y), (box["x"] + 60, y))
    eventually(lambda: counts(page)["alarms"] > before["alarms"])
    picture = page.locator("canvas[data-role=picture]")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box["width"] > 300
    touch(page, (box["x"] + 100, box["y"] + 40), (box["x"] + 140, box["y"] + 40))
    page.locator(".suspect .pointed").wait_for()
