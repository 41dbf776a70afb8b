"""Restore with series, used by hand: curves that follow the slider, gaps that are taken by their edges, a file."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import (
    open_model,
    pixels,
    touch,
    wait_for_address,
    wait_for_change,
    wait_for_pixels,
)
from tests.browser.on_map import eventually
from tests.browser.test_restore import SHIFTS, asked, choose, said, slider, stands_still, tiles, to_end
from tests.tiny_kinds import CLASSES, PAIR, SERIES, Tiny, tiny_codes, write_tiny_kind
from vae.experiments.restoration import methods_of
from vae.kinds.corruptions import corrupt, trainable
from vae.kinds.series import SERIES as KIND

pytestmark = pytest.mark.browser

PAGE = "/restore?model=beats-8d"
SAMPLES = 128


def ready(page: Page) -> None:
    """Wait until the page has come to rest with its first curve."""
    page.locator("[data-settled]").first.wait_for()
    page.locator("[data-role=picture-figures]").get_by_text("RMSE").wait_for()


@pytest.fixture
def opened(visit):
    """Open Restore at an address, and wait for its first curve."""

    def open_page(path: str = PAGE, **options):
        return visit(path, ready=ready, script=SHIFTS, **options)

    return open_page


@pytest.fixture(scope="module", autouse=True)
def waves(home: Path) -> dict[str, Tiny]:
    """Models of series on the test server whose answers are known."""
    made = {}
    for name, item, family in (
        ("waves", SERIES, "gaussian"),
        ("pair", PAIR, "gaussian"),
        ("points", SERIES, "autoencoder"),
        ("told", SERIES, "conditional"),
    ):
        made[name] = write_tiny_kind(home / "models" / f"restore-{name}", item, family)[1]
    return made


def rmse(page: Page, role: str = "picture-figures") -> float:
    (number,) = re.findall(r"RMSE ([\d.]+)", said(page, role))
    return float(number)


def edges(page: Page) -> list[int]:
    """Return the samples at which the edges of what is lost lie."""
    values = page.locator(".edges:not([hidden]) .edge").evaluate_all("all => all.map((edge) => edge.ariaValueNow)")
    return [int(value) for value in values]


def lost(name: str, amount: float, seed: int) -> list[int]:
    """Return the first and the last sample of a gap in a heartbeat."""
    known = corrupt(name, np.zeros((1, SAMPLES, 1), np.float32), amount, seed, kind=KIND).known
    assert known is not None
    gone = np.flatnonzero(~known[0])
    return [int(gone[0]), int(gone[-1])]


def written(page: Page) -> str:
    """Return the hole in the address once that has stood for a while: it is written each time that the hand rests."""
    before, now = "", asked(page)["hole"]
    while now != before:
        page.wait_for_timeout(600)
        before, now = now, asked(page)["hole"]
    return now


def place(page: Page, sample: float) -> tuple[float, float]:
    """Return where a sample of the corrupted curve lies on the page, half way down."""
    box = page.locator("canvas[data-role=corrupted]").bounding_box()
    x = page.locator("canvas[data-role=corrupted]").evaluate(
        """async (canvas, sample) => {
          const { default: series } = await import("/live/shared/views/series.js");
          const meaning = { channels: ["ECG"], unit: "mV", x: "seconds", rate: 128, low: -0.5, high: 1.5 };
          return series([128, 1], meaning).planOn(canvas).x.at(sample);
        }""",
        sample,
    )
    return box["x"] + x, box["y"] + box["height"] / 2


def open_other(page: Page, name: str) -> None:
    """Choose another model of series on the page, and wait for its first curve."""
    open_model(page, name)
    page.locator(f".restore[data-model={name}]").wait_for()
    ready(page)


def test_the_figures_are_what_each_model_makes_of_a_series_and_its_words_are_its_family_s(opened, waves):
    page = opened("/restore?model=restore-waves&image=5&corruption=noise&amount=0.5&seed=11")
    label = page.locator("canvas[data-role=original]").get_attribute("aria-label")
    assert label.startswith("The original: Reconstruction of test series 5") and "curve of 48 samples" in label
    tiny = waves["waves"]
    clean = tiny.decode(tiny_codes(3, len(CLASSES), True).centre[5:6])
    spoiled = corrupt("noise", clean, 0.5, 11, kind=KIND).images
    restored = tiny.decode(tiny.encode(spoiled))
    assert rmse(page, "corrupted-figures") == pytest.approx(float(KIND.apart(clean, spoiled)[0]), rel=0.02)
    assert rmse(page) == pytest.approx(float(KIND.apart(clean, restored)[0]), rel=0.02)
    assert "original in grey" in said(page, "picture-figures")

    # A conditional model says what it took a series for, and one of points that it draws nothing.
    open_other(page, "restore-told")
    taken = "taken for “(normal|wide|inverted T|supraventricular or ectopic)”"
    eventually(lambda: bool(re.search(taken, said(page, "picture-figures"))))
    open_other(page, "restore-points")
    choose(page, "gap")
    page.locator(".filling p").get_by_text("one code for each series and draws none").wait_for()
    ready(page)
    assert "taken" not in said(page, "picture-figures")

    # Two channels have a legend and one error.
    open_other(page, "restore-pair")
    page.locator("canvas[data-role=original][aria-label*='2 curves of 30 samples']").wait_for(state="attached")
    ready(page)
    assert rmse(page) >= 0
    eventually(lambda: len(edges(page)) == 2)


def csv(series: np.ndarray) -> bytes:
    return "\n".join(f"{value:.5f}" for value in series.ravel()).encode()


def test_curves_follow_the_slider_are_read_and_judged_and_one_of_ones_own_is_uploaded(opened):
    page = opened(f"{PAGE}&corruption=noise&amount=0.5")
    stands_still(page)

    # Curves and errors follow the slider during the drag.
    box = slider(page).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    spoiled, restored, errors = [pixels(page, "corrupted")], [pixels(page)], {rmse(page, "corrupted-figures")}
    for step in range(1, 4):
        page.mouse.move(box["x"] + box["width"] * (0.5 - step / 8), y)
        spoiled.append(wait_for_change(page, spoiled[-1], "corrupted"))
        restored.append(wait_for_change(page, restored[-1]))
        errors.add(rmse(page, "corrupted-figures"))
    assert len(set(spoiled)) == len(set(restored)) == len(errors) == 4
    page.mouse.up()
    wait_for_address(page, f"amount={float(slider(page).input_value())}")

    # What lies under the pointer is told on all curves, and read by keys.
    box = page.locator("canvas[data-role=picture]").bounding_box()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"])
    tags = page.locator(".frames .pointed:visible")
    eventually(lambda: tags.count() == 2)
    told = tags.all_inner_texts()
    assert all(re.match(r"(corrupted|restored) at \d+ ms: [−\d.]+ mV$", words) for words in told)
    assert len({words.split(" ", 1)[1].split(":")[0] for words in told}) == 1 and len(set(told)) == 2
    page.mouse.move(5, 5)
    eventually(lambda: tags.count() == 0)
    page.locator("input[value=original]").check(force=True)
    page.locator("canvas[data-role=original]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    eventually(lambda: tags.first.inner_text().startswith("original at 78 ms"))
    page.locator("input[value=corrupted]").check(force=True)

    # Every corruption has the methods that suit it, and one is best.
    known = methods_of(SERIES)
    for name in trainable(KIND)[1:]:
        choose(page, name)
        holes = KIND.corruptions[name].hides
        suited = [each for each, method in known.items() if method.holes != ("never" if holes else "only")]
        assert tiles(page) == ["nothing", *suited]
        page.locator("[data-tile].best").wait_for()
        assert re.match(r"Best here: .*(mV|nothing)\.$", said(page, "best"))
        assert page.locator(".filling").is_visible() == holes

    # The honest cases set themselves up, and the VAE loses.
    for case in ("Weak noise", "Peaks cut a little"):
        if asked(page)["corruption"] != "dropouts":
            choose(page, "dropouts")
        before = pixels(page, "corrupted")
        page.locator(f"[data-case='{case}']").click()
        wait_for_change(page, before, "corrupted")
        page.locator("[data-role=verdict][data-helped=false]").wait_for()
        assert said(page, "verdict").endswith("Doing nothing is better than that.")

    # One's own is uploaded, and what is none gets a sentence.
    choose(page, "noise")
    before = pixels(page, "original")
    page.locator("input[value=own]").click()
    field = page.locator("[data-role=own-file]")
    for content, reason in ((b"1\n2\nnan\n4\n5", "NaN"), (b"7", "at least 4 samples; got 1"), (b"", "empty")):
        field.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": content})
        page.locator("[data-role=own-note]:visible", has_text=reason).wait_for()
        assert pixels(page, "original") == before
    field.set_input_files(
        {"name": "wave.csv", "mimeType": "text/csv", "buffer": csv(0.5 * np.sin(np.linspace(0, 9, 300)))}
    )
    page.locator("[data-role=own-note]", has_text="300 samples were brought to the model's 128").wait_for()
    wait_for_change(page, before, "original")
    page.locator("figure.original").get_by_text("Your series").wait_for()
    page.wait_for_function("!location.search.includes('image=')")
    own = pixels(page, "original")
    page.locator("[data-role=copy-link]").click()
    page.get_by_text("The link has everything but the series").wait_for()
    page.locator("input[value=test]").click()
    page.locator("[data-image]").nth(2).click()
    wait_for_change(page, own, "original")
    page.locator("[data-role=undo]").click()
    wait_for_pixels(page, own, "original")

    # A model of images after one of series begins with its own corruptions.
    choose(page, "wander")
    open_model(page, "mnist-2d")
    page.locator("[data-role=picture-figures]").get_by_text("dB").wait_for()
    assert page.locator("input[value=gaussian]").is_checked()
    open_model(page, "beats-8d")
    page.locator("[data-role=picture-figures]").get_by_text("RMSE").wait_for()


def test_a_gap_is_saved_with_errors_in_the_datas_own_unit_taken_by_its_edge_and_given_back_by_undo(opened):
    page = opened(f"{PAGE}&corruption=gap&amount=0.3&seed=3")

    # What is saved has the errors in the data's own unit.
    page.locator("[data-tile].best").wait_for()
    with page.expect_download() as download:
        page.locator("[data-role=save-comparison]").click()
    assert download.value.suggested_filename == "beats-8d-gap-0.3.png"
    with Image.open(download.value.path()) as sheet:
        assert sheet.width > 1500 and len(sheet.convert("RGB").getcolors(1 << 24)) > 100
    plot = page.locator("[data-role=curve]")
    plot.scroll_into_view_if_needed()
    page.wait_for_function("plot => plot.querySelectorAll('circle').length > 6", arg=plot.element_handle())
    plot.focus()
    page.keyboard.press("Home")
    assert re.match(r"Amount [\d.]+: .* [\d.]+\smV", plot.get_attribute("aria-valuetext"))
    assert "lower is better" in page.locator(".curve h2").inner_text()
    with page.expect_download() as download:
        page.locator("[data-role=curve-csv]").click()
    assert download.value.suggested_filename == "beats-8d-gap-rmse.csv"
    assert "mean RMSE (mV)" in Path(download.value.path()).read_text("utf-8").splitlines()[0]

    # Its edge is taken; it is in the address, and undo gives it back.
    page.locator("canvas[data-role=corrupted]").scroll_into_view_if_needed()
    first, last = lost("gap", 0.3, 3)
    eventually(lambda: edges(page) == [first, last])
    before = pixels(page, "corrupted")
    page.mouse.move(*place(page, last + 0.25))
    page.mouse.down()
    x, y = place(page, last + 12.25)
    page.mouse.move(x, y, steps=4)
    wait_for_change(page, before, "corrupted")  # the button is still down
    assert edges(page) == [first, last + 12]
    page.mouse.up()
    wait_for_address(page, "corruption=brush")
    assert page.locator("input[value=brush]").is_checked() and not slider(page).is_visible()
    hole = written(page)
    page.reload()
    ready(page)
    stands_still(page)
    eventually(lambda: edges(page) == [first, last + 12])
    assert asked(page)["hole"] == hole
    page.locator("input[value=gap]").click()
    wait_for_address(page, "corruption=gap")
    page.locator("[data-role=undo]").click()
    eventually(lambda: edges(page) == [first, last + 12])

    # Both ends of its slider leave a sentence.
    page.locator("input[value=gap]").click()
    wait_for_address(page, "corruption=gap")
    to_end(page, "Home")
    assert said(page, "verdict").startswith("Nothing is hidden")
    assert edges(page) == []
    to_end(page, "End")
    assert "Nothing of the series is left" in said(page, "verdict")
    assert edges(page) == [0, SAMPLES - 1]
    page.get_by_text("none of them is best").wait_for()


def test_gaps_are_marked_moved_and_taken_away_with_keys_alone_and_dragged_and_joined_by_hand(opened):
    page = opened(f"{PAGE}&corruption=brush")
    assert "Nothing is hidden yet: drag along the curve" in said(page, "verdict")
    assert "has no amount" in said(page, "curve-words") and "choose Gap" in said(page, "curve-words")

    # With keys alone.
    page.locator(".frame.marks").focus()
    page.keyboard.press("Space")
    eventually(lambda: len(edges(page)) == 2)
    first, last = edges(page)
    for key, by in (("ArrowRight", 1), ("PageUp", 10), ("ArrowLeft", -1)):
        page.keyboard.press(key)
        last += by
        assert edges(page) == [first, last], key
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Home")
    assert edges(page) == [0, last]
    focused = page.evaluate("""() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return [at.role, at.ariaLabel, at.ariaValueText];
    }""")
    assert focused == ["slider", "Start of the gap", "0 ms"]
    wait_for_address(page, "hole=")
    page.keyboard.press("Delete")
    eventually(lambda: edges(page) == [])
    page.wait_for_function("!location.search.includes('hole=')")

    # By hand.
    whole = pixels(page, "corrupted")

    def drag(start: float, end: float) -> None:
        page.mouse.move(*place(page, start))
        page.mouse.down()
        page.mouse.move(*place(page, end), steps=5)
        page.mouse.up()

    drag(20, 35)
    eventually(lambda: edges(page) == [20, 35])
    wait_for_change(page, whole, "corrupted")
    drag(27, 67)
    eventually(lambda: edges(page) == [60, 75])
    drag(100, 90)
    eventually(lambda: edges(page) == [60, 75, 90, 100])
    drag(89.5, 70.5)
    eventually(lambda: edges(page) == [60, 100])
    wait_for_address(page, "hole=")
    page.locator("[data-tile=impute] span").get_by_text("mV").wait_for()
    page.locator(".filling p").get_by_text("two standard deviations of the draws").wait_for()
    page.keyboard.press("Control+z")
    eventually(lambda: edges(page) == [60, 75, 90, 100])


def test_a_telephone_in_the_dark_shows_curves_and_slider_together_and_a_finger_marks(opened):
    page = opened(width=390, height=844, has_touch=True, color_scheme="dark")
    stands_still(page)
    page.locator("input[value=brush]").click()
    page.get_by_text("Nothing is hidden yet").wait_for()
    page.locator("canvas[data-role=corrupted]").scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    widths = [page.locator(f"canvas[data-role={role}]").bounding_box()["width"] for role in ("corrupted", "picture")]
    assert widths[0] > 150 and widths[1] > 300
    before = pixels(page, "corrupted")
    touch(page, *(place(page, sample) for sample in (30, 34, 44, 60)))
    wait_for_change(page, before, "corrupted")
    assert edges(page) == [30, 60]
    page.locator("input[value=noise]").click()
    wait_for_address(page, "corruption=noise")
    page.evaluate("scrollTo(0, 0)")
    page.locator(".frame").scroll_into_view_if_needed()
    box = slider(page).bounding_box()
    assert box["y"] + box["height"] < 844
