"""Restore, used by hand: with pointer, keys, touch and links."""

import io
import re
from itertools import combinations
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image

from tests.browser.canvases import grey
from tests.browser.conftest import (
    open_model,
    pixels,
    touch,
    until,
    wait_for_address,
    wait_for_change,
    wait_for_pixels,
)
from tests.browser.on_map import eventually
from tests.tiny_model import expected_decode, expected_encode, write_tiny_model
from vae.experiments.fidelity import psnr
from vae.experiments.restoration import methods_of
from vae.kinds.corruptions import CORRUPTIONS, corrupt, trainable
from vae.kinds.kind import Item

pytestmark = pytest.mark.browser

PAGE = "/restore?model=mnist-16d"
FITTING = {
    hides: [
        name
        for name, each in methods_of(Item("image", (28, 28, 1))).items()
        if each.holes != ("never" if hides else "only")
    ]
    for hides in (False, True)
}


SHIFTS = """(() => {
  globalThis.shifts = [];
  const shadows = () => [...document.querySelectorAll("*")].flatMap((host) => host.shadowRoot ?? []);
  const stands = () => shadows().some((root) => root.querySelector("[data-model]"));
  // What lies in a component's shadow root is not named as a source of a shift, but the shift is.
  const own = ({ sources }) => stands() && sources.some(({ node }) => !node || node.getRootNode() !== document);
  const take = (list) => list.getEntries().forEach((one) => one.hadRecentInput || !own(one) || shifts.push(one.value));
  new PerformanceObserver(take).observe({ type: "layout-shift", buffered: true });
})()"""
"""How far what a component shows has jumped without a hand's doing: the values of its layout shifts."""


def ready(page) -> None:
    """Wait until the page has come to rest with its first picture."""
    page.locator("[data-settled] input[data-role=amount]").wait_for()
    page.wait_for_function("""() => [...document.querySelectorAll("*")].some((host) =>
        /dB/.test(host.shadowRoot?.querySelector("[data-role=picture-figures]")?.textContent))""")


@pytest.fixture
def opened(visit):
    """Open Restore at an address, and wait for its first picture."""

    def open_page(path: str = PAGE, **options):
        return visit(path, ready=ready, script=SHIFTS, **options)

    return open_page


def canvas(page, role: str) -> np.ndarray:
    """Return the pixels of a canvas, uint8 [H, W], read from its own backing store."""
    return grey(page.locator(f"canvas[data-role={role}]"))


def asked(page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def said(page, role: str) -> str:
    return page.locator(f"[data-role={role}]").inner_text()


def decibels(page, role: str = "picture-figures") -> float:
    (number,) = re.findall(r"([\d.]+) dB", said(page, role))
    return float(number)


def choose(page, corruption: str) -> None:
    before = pixels(page, "corrupted")
    page.locator(f"input[value='{corruption}']").click()
    wait_for_change(page, before, "corrupted")
    wait_for_address(page, f"corruption={corruption}")


RIGHT, BESIDE = ".caption[data-of=restored]", ".caption[data-of=beside]"


def slider(page):
    return page.locator("input[data-role=amount]")


def tiles(page) -> list[str]:
    """Name the methods that are shown, the corrupted picture first."""
    return page.locator("[data-tile]").evaluate_all("tiles => tiles.map((tile) => tile.dataset.tile)")


def judged(page) -> None:
    """Wait until all methods have answered and one is best."""
    page.locator(".tiles[aria-busy=false]").wait_for()
    page.locator("[data-tile].best").wait_for()


def stands_still(page) -> None:
    """Check that nothing has jumped until all methods have answered."""
    judged(page)
    assert sum(page.evaluate("shifts")) < 0.05


def test_the_pictures_are_what_the_seed_spoils_and_what_the_model_makes_of_it(opened, home):
    write_tiny_model(home / "models" / "tiny-coded", 16, codes=40)
    page = opened("/restore?model=tiny-coded&image=3&corruption=salt-and-pepper&amount=0.3&seed=42")
    clean = canvas(page, "original")[None, ..., None]
    spoiled = np.rint(corrupt("salt-and-pepper", clean, 0.3, 42).images * 255).astype(np.uint8)
    assert (canvas(page, "corrupted") == spoiled[0, ..., 0]).all()
    restored = expected_decode(expected_encode(spoiled, 16)[0])
    assert np.abs(canvas(page, "picture") - restored[0, ..., 0].astype(int)).max() <= 1
    assert decibels(page, "corrupted-figures") == pytest.approx(float(psnr(clean / 255, spoiled / 255)[0]), abs=0.06)


def seen(page) -> np.ndarray:
    """Return the large picture as it is on the screen, at the middle of each of its pixels."""
    shot = Image.open(io.BytesIO(page.locator(".frame").screenshot())).convert("L")
    middles = (np.arange(28) + 0.5) / 28
    rows, columns = ((middles * side).astype(int) for side in (shot.height, shot.width))
    return np.asarray(shot, int)[np.ix_(rows, columns)]


def parts(page, at: int) -> None:
    """Wait until left of column `at` there is what was spoiled, and right of it what was restored."""
    clear = slice(2, 22)  # above the grip, and not in the frame's corners

    def parted() -> bool:
        shown, left, right = seen(page), canvas(page, "corrupted").astype(int), canvas(page, "picture").astype(int)
        beside = np.abs(shown - left)[clear, 2 : at - 1].max() <= 3
        beside &= np.abs(shown - right)[clear, at + 1 : -2].max() <= 3
        return bool(beside and np.abs(left - right)[clear, 2:-2].max() > 100)

    eventually(parted)


def is_dark(page) -> bool:
    colours = page.locator(".restore").evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]"
    )
    ink, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    return ink > 500 > 200 > paper


def test_in_the_dark_all_is_seen_at_once_and_a_line_that_hand_and_keys_move_parts_two_pictures(opened):
    page = opened(color_scheme="dark", height=800)
    stands_still(page)
    for place in ("canvas[data-role=picture]", "input[data-role=amount]", "[data-role=verdict]", "[data-tile=median]"):
        box = page.locator(place).bounding_box()
        assert box["y"] + box["height"] <= 800, place
    assert is_dark(page)

    # The line goes with the hand, on the grip or anywhere on the picture, and with the keys.
    parts(page, 14)
    box = page.locator(".frame").bounding_box()
    groove = page.locator("[data-role=wipe]").bounding_box()
    assert groove["x"] + 10 == pytest.approx(box["x"], abs=1)  # half of its thumb goes beyond the picture
    heads = [page.get_by_role("heading", name=name).bounding_box() for name in ("Picture", "All methods")]
    assert heads[0]["y"] + heads[0]["height"] / 2 == pytest.approx(heads[1]["y"] + heads[1]["height"] / 2, abs=1)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 30
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 0.25 * box["width"], y, steps=4)
    parts(page, 7)  # the button is still down
    page.mouse.up()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.3 * box["height"])
    parts(page, 21)
    line = page.locator("[data-role=wipe]")
    line.focus()
    for key, at in (("Home", 0), ("End", 1), ("ArrowLeft", 0.98), ("PageDown", 0.88)):
        page.keyboard.press(key)
        eventually(lambda at=at: float(line.input_value()) == pytest.approx(at))
    assert line.get_attribute("aria-valuetext") == "88 % corrupted, 12 % restored"
    assert "amount=0.5" in page.url  # nothing but the line has moved

    # The original is a third choice, and in the address.
    page.locator("input[value=original]").check(force=True)
    wait_for_address(page, "left=original")
    eventually(lambda: np.abs(seen(page) - canvas(page, "original"))[2:22, 2:24].max() <= 3)
    assert not page.locator("canvas[data-role=corrupted]").is_visible()

    # Line and choice are as they were left after another page.
    pages = page.locator(".st-key-pages")
    pages.get_by_text("Explore", exact=True).click()
    page.locator("input[type=range][data-dim]").first.wait_for()
    pages.get_by_text("Restore", exact=True).click()
    ready(page)
    page.wait_for_function("e => Math.abs(e.value - 0.88) < 1e-6", arg=line.element_handle())
    assert page.locator("input[value=original]").is_checked()

    # The choice is there after a reload, at which nothing jumps either; a row is as good as the choice.
    page.reload()
    ready(page)
    stands_still(page)
    assert page.locator("input[value=original]").is_checked()
    page.locator("[data-tile=nothing] button").click()
    page.wait_for_function("!location.search.includes('left=')")
    parts(page, 14)

    # Each method has a bar of its decibels, and its SSIM stands in the details.
    rows = page.locator("[data-tile]").evaluate_all(
        """rows => rows.map((row) => {
          const [whole, part] = [row.querySelector(".bar"), row.querySelector(".bar i")].map((e) => e.getBoundingClientRect().width);
          return [Number.parseFloat(row.querySelector("span").textContent), part / whole, row.classList.contains("best")];
        })"""  # noqa: E501
    )
    assert len(rows) > 5
    for figure, share, _ in rows:
        assert share == pytest.approx(figure / 40, abs=0.01)
    (best,) = [figure for figure, _, is_best in rows if is_best]
    assert best == max(figure for figure, _, _ in rows)
    assert said(page, "scale") == "PSNR in dB: higher is nearer to the original."
    assert "SSIM" not in page.locator(".tiles").inner_text() + page.locator(".frames").inner_text()
    details = page.locator("[data-role=more-figures]")
    details.locator("summary").click()
    assert details.locator("tbody tr").count() == len(rows)
    assert re.search(r"mnist-16d\s+[\d.]+ dB\s+0\.\d\d", details.inner_text())


def test_from_an_impossible_address_a_page_comes_whose_pictures_follow_the_slider_by_hand_and_by_keys(opened):
    page = opened(f"{PAGE}&corruption=rain&amount=7&seed=x&beside=nobody")
    for sentence in ("no corruption called", "not a number from 0 to 1", "not a whole number", "no model called"):
        assert sentence in said(page, "notice")
    assert decibels(page)

    # Pictures and figures follow during the drag, and not only after it.
    box = slider(page).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    restored, spoiled, figures = [pixels(page)], [pixels(page, "corrupted")], {decibels(page, "corrupted-figures")}
    for step in range(1, 6):
        page.mouse.move(box["x"] + box["width"] * (0.5 - step / 12), y)
        spoiled.append(wait_for_change(page, spoiled[-1], "corrupted"))
        restored.append(wait_for_change(page, restored[-1]))
        figures.add(decibels(page, "corrupted-figures"))
    assert len(set(restored)) == len(set(spoiled)) == len(figures) == 6
    assert slider(page).evaluate("e => e.matches(':active')")  # the button is still down
    tile = page.locator("[data-tile=median] span")
    page.wait_for_function("tile => /dB/.test(tile.textContent)", arg=tile.element_handle())
    page.mouse.up()
    wait_for_address(page, f"amount={float(slider(page).input_value())}")
    assert float(slider(page).input_value()) < 0.2
    page.locator("[data-role=reset]").click()
    wait_for_address(page, "amount=0.5")

    # The slider and everything else is reached by keys alone.
    slider(page).focus()
    for key, value in (("ArrowRight", 0.51), ("ArrowLeft", 0.5), ("PageUp", 0.6), ("Home", 0), ("End", 1)):
        before = pixels(page, "corrupted")
        page.keyboard.press(key)
        wait_for_change(page, before, "corrupted")
        assert float(slider(page).input_value()) == value, key
    page.keyboard.press("PageDown")
    wait_for_address(page, "amount=0.9")
    before = pixels(page, "corrupted")
    page.keyboard.press("r")
    wait_for_change(page, before, "corrupted")
    page.keyboard.press("Control+z")
    wait_for_pixels(page, before, "corrupted")
    page.locator("input[value=gaussian]").focus()
    page.keyboard.press("ArrowDown")
    wait_for_address(page, "corruption=salt-and-pepper")
    slider(page).focus()
    order = []
    for _ in range(80):
        page.keyboard.press("Tab")
        role = page.evaluate("""() => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          return at?.dataset.role ?? (at?.dataset.case && "case") ?? (at?.closest("[data-tile]") && "tile");
        }""")
        order.append(role)
        if role == "case":
            break
    assert {"new-noise", "reset", "tile", "beside", "curve", "save-comparison", "case"} <= set(order)

    # Both its ends leave a sentence.
    for name in ("gaussian", "block"):
        choose(page, name)
        to_end(page, "Home")
        assert "∞" in said(page, "corrupted-figures")
        assert re.search("not spoiled at all|Nothing is hidden", said(page, "verdict"))
        to_end(page, "End")
        assert asked(page)["amount"] == "1" and said(page, "verdict")
        if CORRUPTIONS[name].hides:
            assert (canvas(page, "corrupted") == 0).all()
            assert "Nothing of the picture is left" in said(page, "verdict")

    # New noise, reset and undo.
    choose(page, "gaussian")
    page.locator("[data-role=reset]").click()
    wait_for_address(page, "amount=0.5")
    states = [pixels(page, "corrupted")]
    page.locator("[data-role=new-noise]").click()
    states.append(wait_for_change(page, states[-1], "corrupted"))
    slider(page).focus()
    page.keyboard.press("Home")
    states.append(wait_for_change(page, states[-1], "corrupted"))
    page.locator("[data-role=undo]").click()
    wait_for_pixels(page, states[1], "corrupted")
    page.locator("[data-role=reset]").click()
    wait_for_pixels(page, states[0], "corrupted")
    wait_for_address(page, "seed=0")

    # Every corruption can be chosen, with the methods that suit it.
    for name in trainable()[1:]:
        choose(page, name)
        assert asked(page)["amount"] == f"{CORRUPTIONS[name].default:g}"
        suited = FITTING[CORRUPTIONS[name].hides]
        assert [tile for tile in tiles(page) if not tile.startswith("beside")] == ["nothing", *suited]
        page.locator("[data-tile].best").wait_for()
        assert said(page, "best").startswith("Best here: ")


def to_end(page, key: str) -> None:
    """Move the slider to an end, and wait until its picture is there and judged."""
    before = pixels(page, "corrupted")
    slider(page).focus()
    page.keyboard.press(key)
    wait_for_change(page, before, "corrupted")
    wait_for_address(page, f"amount={int(key == 'End')}")
    eventually(lambda: said(page, "verdict") not in ("", "Computing…"))


def in_a_room_the_picture_is_large_and_nothing_lies_over_anything(page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.evaluate("document.documentElement.dataset.show = 'projector'")
    until(page, lambda: page.locator(".frame").bounding_box()["width"] >= 560)
    stage = page.locator(".bench .stage").bounding_box()
    for button in page.locator(".actions button").all():
        box = button.bounding_box()
        assert box["x"] + box["width"] <= stage["x"] + stage["width"]
    texts = ".curve .plot svg text"
    until(page, lambda: page.locator(texts).first.bounding_box()["height"] > 25)  # it is drawn anew at that size
    boxes = page.locator(texts).evaluate_all(
        """all => all.map((each) => each.getBoundingClientRect()).map(({ left, right, top, bottom }) =>
          [left, right, top + (bottom - top) / 4, bottom - (bottom - top) / 4])"""
    )  # letters fill about half of a line's height
    for one, other in combinations(boxes, 2):
        assert one[0] >= other[1] or other[0] >= one[1] or one[2] >= other[3] or other[2] >= one[3]
    page.evaluate("delete document.documentElement.dataset.show")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_the_curve_is_read_by_keys_and_sets_the_amount_and_what_stands_large_stays_in_the_address(opened):
    page = opened()
    page.locator("[data-role=curve]").scroll_into_view_if_needed()
    plot = page.locator("[data-role=curve]")
    page.wait_for_function("plot => plot.querySelectorAll('circle').length > 12", arg=plot.element_handle())
    first = plot.locator("circle").count()
    page.wait_for_function(
        "([plot, n]) => plot.querySelectorAll('circle').length > n", arg=[plot.element_handle(), first]
    )
    plot.focus()
    page.keyboard.press("Home")
    told = plot.get_attribute("aria-valuetext")
    assert told.startswith("Amount 0") and "mnist-16d" in told and "dB" in told
    amount = plot.get_attribute("aria-valuenow")
    page.keyboard.press("Enter")
    wait_for_address(page, f"amount={amount}")
    page.locator(".curve .figures summary").click()
    assert page.locator(".curve .figures th[scope=row]").count() >= 2
    with page.expect_download() as download:
        page.locator("[data-role=curve-csv]").click()
    assert download.value.suggested_filename == "mnist-16d-gaussian-psnr.csv"
    lines = download.value.path().read_text("utf-8").splitlines()
    assert lines[0].startswith("amount,") and len(lines) >= 3
    page.locator("[data-role=reset]").click()
    wait_for_address(page, "amount=0.5")
    in_a_room_the_picture_is_large_and_nothing_lies_over_anything(page)

    # A method that is pressed stands large and follows the slider.
    ready(page)
    before = pixels(page)
    page.locator("[data-tile=total-variation] button").click()
    restored = wait_for_change(page, before)
    assert "Restored: Total variation" in page.locator(RIGHT).inner_text()
    slider(page).focus()
    page.keyboard.press("PageUp")
    wait_for_change(page, restored)
    wait_for_address(page, "method=total-variation")

    # So does a second model beside it.
    page.locator("select[data-role=beside]").select_option("tiny-16d")
    page.locator("input[value=beside]").check(force=True)
    page.locator(BESIDE).get_by_text("dB").wait_for()
    wait_for_address(page, "beside=tiny-16d")
    before = pixels(page, "beside")
    slider(page).focus()
    page.keyboard.press("Home")
    wait_for_change(page, before, "beside")
    wait_for_address(page, "amount=0&")
    page.reload()
    ready(page)
    page.locator("[data-tile=total-variation] button[aria-pressed=true]").wait_for()
    page.locator(BESIDE).get_by_text("dB").wait_for()
    page.locator("input[value=corrupted]").check(force=True)
    wait_for_address(page, "second=tiny-16d")
    assert page.locator(BESIDE).is_hidden() and "beside" not in asked(page)
    page.reload()
    ready(page)
    page.locator("[data-tile='beside:tiny-16d']").wait_for()
    assert page.locator(BESIDE).is_hidden()

    # A filter for noise gives way to what fills holes.
    choose(page, "block")
    page.locator("[data-tile=impute] button[aria-pressed=true]").wait_for()
    page.locator(RIGHT).get_by_text("Restored: mnist-16d, imputed").wait_for()
    assert "method" not in asked(page)


def test_a_gap_is_outlined_filled_told_of_and_saved_goes_on_with_another_model_and_follows_the_slider(opened):
    page = opened(f"{PAGE}&image=123&corruption=block&amount=0.4&seed=7")
    stands_still(page)
    known = corrupt("block", np.ones((1, 28, 28, 1), np.float32), 0.4, 7).known[0]
    traced = page.locator("[data-role=lost] .area").get_attribute("d")
    rows = {int(y): (int(x), int(n)) for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)v", traced)}
    assert rows == {y: (int(np.argmin(row)), int((~row).sum())) for y, row in enumerate(known) if not row.all()}
    page.locator("canvas[data-role=spread][aria-label*=differ]").wait_for()
    unnamed = page.locator(".restore canvas[role=img]:visible").evaluate_all(
        "all => all.filter((c) => !c.getAttribute('aria-label')).map((c) => c.outerHTML)"
    )
    assert not unnamed
    assert re.search(
        r"Restored: mnist-16d, imputed, PSNR [\d.]+ dB, SSIM",
        page.locator("canvas[data-role=picture]").get_attribute("aria-label"),
    )
    with page.expect_download() as download:
        page.locator("[data-role=save-comparison]").click()
    assert download.value.suggested_filename == "mnist-16d-block-0.4.png"
    with Image.open(download.value.path()) as sheet:
        assert sheet.width > 800 and sheet.height > 500

    # Another model goes on with the same picture and corruption.
    spoiled, restored = pixels(page, "corrupted"), pixels(page)
    open_model(page, "mnist-2d")
    wait_for_address(page, "amount=0.4")
    wait_for_pixels(page, spoiled, "corrupted")
    wait_for_change(page, restored)
    assert asked(page)["seed"] == "7" and asked(page)["image"] == "123"
    open_model(page, "fashion-16d")
    wait_for_address(page, "amount=0.4")
    wait_for_pixels(page, spoiled, "corrupted")
    assert "image" not in asked(page)  # there the number means a garment

    # The gap follows the slider.
    ready(page)
    before, place = pixels(page), pixels(page, "corrupted")
    assert page.locator("[data-role=new-noise]").inner_text() == "Another place"
    slider(page).focus()
    page.keyboard.press("PageUp")
    wait_for_change(page, place, "corrupted")
    wait_for_change(page, before)
    assert page.locator("[data-role=lost] .area").get_attribute("d") != traced
    choose(page, "low-resolution")
    to_end(page, "End")
    page.get_by_text("28 → 2 a side").wait_for()
    assert page.locator("[data-role=lost] .area").get_attribute("d") == ""


def test_a_gap_is_brushed_with_keys_and_by_hand_undone_and_filled_sweep_by_sweep(opened):
    page = opened()
    page.locator("input[value=brush]").click()
    page.get_by_text("Draw a gap here").wait_for()

    # With keys; it has no curve.
    page.wait_for_function(
        "e => e.textContent.includes('draw on')", arg=page.locator("[data-role=verdict]").element_handle()
    )
    assert "has no amount" in said(page, "curve-words")
    assert page.locator(".curve").bounding_box()["height"] < 120  # no room for a curve that there is not
    assert "draw on the corrupted picture" in said(page, "verdict")
    whole = pixels(page, "corrupted")
    page.locator(".frame.brushes").focus()
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    wait_for_change(page, whole, "corrupted")
    wait_for_address(page, "hole=")
    hole = pixels(page, "corrupted")
    page.keyboard.press("ArrowLeft")  # the brush is up
    page.wait_for_timeout(100)
    assert pixels(page, "corrupted") == hole
    page.keyboard.press("Control+z")
    wait_for_pixels(page, whole, "corrupted")

    # On the picture.
    whole = canvas(page, "original")
    box = page.locator("canvas[data-role=corrupted]").bounding_box()
    x, y, side = box["x"], box["y"], box["width"]
    page.mouse.move(x + 0.3 * side, y + 0.5 * side)
    page.mouse.down()
    seen = [pixels(page, "corrupted")]
    for share in (0.45, 0.6, 0.75):
        page.mouse.move(x + share * side, y + 0.5 * side, steps=4)
        seen.append(wait_for_change(page, seen[-1], "corrupted"))
    page.mouse.up()
    assert len(set(seen)) == 4
    wait_for_address(page, "hole=")
    eventually(lambda: (canvas(page, "corrupted")[13:15, 9:20] == 0).all())
    hole = canvas(page, "corrupted")
    assert whole[13:15, 9:20].any()
    page.wait_for_function(
        """() => [...document.querySelectorAll("*")].some((host) =>
        /In the gap the draws differ/.test(host.shadowRoot?.querySelector(".filling")?.textContent))"""
    )
    page.locator("[data-tile=impute] span:not(:empty)").wait_for()
    assert page.locator("canvas[data-sweep]").count() > 8
    filled = canvas(page, "imputed")
    kept = whole == hole
    kept[10:18, 7:23] = False
    assert (filled[kept] == whole[kept]).all()  # the known pixels
    before = pixels(page, "corrupted")
    slider(page).focus()
    page.keyboard.press("PageUp")  # the hole grows with the brush
    wait_for_change(page, before, "corrupted")
    assert (canvas(page, "corrupted") == 0).sum() > (hole == 0).sum()
    wait_for_address(page, "amount=0.25")
    page.reload()
    ready(page)
    assert (canvas(page, "corrupted") == 0).sum() > (hole == 0).sum()


def draw(page) -> None:
    """Draw a seven on the pad."""
    box = page.locator(".sketch .pad").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    for x, y in ((0.7, 0.3), (0.45, 0.75)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
    page.mouse.up()


def test_a_picture_of_ones_own_is_drawn_or_uploaded_and_what_is_none_gets_a_sentence(opened):
    page = opened()
    before, restored = pixels(page, "original"), pixels(page)
    page.locator("input[value=own]").click()
    draw(page)
    wait_for_change(page, before, "original")
    wait_for_change(page, restored)
    page.locator("figure.original").get_by_text("Your drawing").wait_for()
    page.wait_for_function("!location.search.includes('image=')")
    page.locator("[data-role=copy-link]").click()  # no link has room for it
    page.get_by_text("The link has everything but the picture").wait_for()
    page.locator("[data-role=undo]").click()
    wait_for_pixels(page, before, "original")
    draw(page)
    page.locator("figure.original").get_by_text("Your drawing").wait_for()
    drawn = pixels(page, "original")
    page.locator("[data-role=clear-pad]").click()
    page.get_by_text("The pad is blank. The picture").first.wait_for()
    assert pixels(page, "original") == drawn
    photo = io.BytesIO()
    Image.effect_noise((640, 480), 80).convert("CMYK").save(photo, "JPEG")
    upload(page, "a.jpg", "image/jpeg", photo.getvalue())
    wait_for_change(page, drawn, "original")
    page.locator("figure.original").get_by_text("Your picture").wait_for()
    upload(page, "b.png", "image/png", b"no picture")
    page.locator(".own [role=status]:visible").wait_for()
    assert decibels(page)

    # A refused camera leaves a working page and a sentence: nobody allows anything in a browser without a head.
    page.locator("[data-role=camera]").click()
    page.get_by_text("If no picture appears here").wait_for()
    ready(page)
    before = pixels(page, "corrupted")
    slider(page).focus()
    page.keyboard.press("PageUp")
    wait_for_change(page, before, "corrupted")


def upload(page, name: str, kind: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


class Held:
    """Answers of the live socket that wait until the test lets them through, of one page's sockets."""

    def __init__(self) -> None:
        self.holding: set[int] = set()  # the numbers of the sockets, as they were opened
        self.sockets = 0
        self.kept: list[tuple[int, object, object]] = []

    def before(self, page) -> None:
        page.route_web_socket(re.compile("/api/live"), self.route)

    def route(self, ws) -> None:
        number, self.sockets = self.sockets, self.sockets + 1
        server = ws.connect_to_server()
        ws.on_message(server.send)

        def answer(message) -> None:
            if number in self.holding:
                self.kept.append((number, ws, message))
            else:
                ws.send(message)

        server.on_message(answer)

    def release(self) -> None:
        self.holding = set()
        for _, ws, message in self.kept:
            ws.send(message)
        self.kept = []


def claims(page) -> list[str]:
    """Return what a page says of pictures as results: figures that can be read, a best one, a verdict of help."""
    return page.locator(".restore").evaluate("""root => [
        ...[...root.querySelectorAll("[data-tile] span, .frames figcaption span")].map((e) => e.textContent)
            .filter((text) => /dB/.test(text)),
        ...[...root.querySelectorAll("[data-tile].best, [data-tile] em:not([hidden])")].map(() => "best"),
        ...[...root.querySelectorAll("[data-role=verdict][data-helped], [data-role=best]")].map((e) => e.textContent)
            .filter((text) => text && text !== "Computing…"),
    ]""")


def test_nothing_is_shown_as_a_result_before_its_answers_have_come(visit):
    held = Held()
    held.holding = {0, 1}
    page = visit(PAGE, before=held.before, ready=lambda page: page.locator("[data-settled]").wait_for())
    page.wait_for_timeout(300)
    assert claims(page) == []
    assert not page.locator("canvas[data-role=picture]").is_visible()  # an empty canvas would be a black picture
    assert not page.locator("[data-tile=median] canvas").is_visible()
    held.holding = {1}  # what stands large comes before the row does
    for number, ws, message in [each for each in held.kept if each[0] == 0]:
        ws.send(message)
        held.kept.remove((number, ws, message))
    ready(page)
    assert not page.locator("[data-tile].best").count()
    assert not page.locator("[data-tile=median] canvas").is_visible()
    held.release()
    judged(page)
    assert page.locator("[data-tile=median] canvas").is_visible()

    # Another corruption leaves no old figure and no old verdict under its name.
    page.locator("select[data-role=beside]").select_option("")
    judged(page)
    held.holding = {0, 1}
    page.locator("input[value=block]").click()
    page.locator("[data-tile=impute]").wait_for()
    wait_for_address(page, "corruption=block")
    assert claims(page) == []
    for role in ("corrupted", "picture"):
        standing = page.locator(f"canvas[data-role={role}]").get_attribute("data-standing")
        assert standing == "waiting"
    assert said(page, "verdict") == "Computing…"
    held.release()
    judged(page)
    assert set(page.locator("[data-tile]").evaluate_all("tiles => tiles.map((t) => t.dataset.standing)")) == {"now"}
    assert page.locator("[data-role=verdict][data-helped]").count()


CASES = {
    "Little noise": "gaussian",
    "Slight blur": "blur",
    "An unknown sign": "gaussian",
    "A landscape": "gaussian",
    "Fine detail": "salt-and-pepper",
}


def test_the_honest_cases_set_themselves_up_and_even_the_denoising_vae_loses(opened):
    page = opened("/restore?model=mnist-denoise-16d")
    for case, corruption in CASES.items():
        before = pixels(page, "corrupted")
        page.locator(f"[data-case='{case}']").click()
        wait_for_change(page, before, "corrupted")
        wait_for_address(page, f"corruption={corruption}")
        page.locator("[data-role=verdict][data-helped=false]").wait_for()
        assert said(page, "verdict").endswith("Doing nothing is better than that.")
        if case == "A landscape":
            wait_for_address(page, "case=landscape")
            spoiled, link = pixels(page, "corrupted"), page.url
    page.locator("[data-case='All is lost']").click()
    page.get_by_text("Nothing of the picture is left").wait_for()
    page.get_by_text("none of them is best").wait_for()
    assert not page.locator("[data-tile].best").count()
    page.goto(link)
    ready(page)
    wait_for_pixels(page, spoiled, "corrupted")
    assert page.locator("figure.original").get_by_text("A landscape").is_visible()


def test_a_model_with_no_images_at_all_begins_with_the_pad(visit):
    page = visit("/restore?model=tiny-16d", ready=lambda page: page.locator(".sketch .pad").wait_for())
    assert "no images of this model" in said(page, "notice")
    draw(page)
    page.locator("figure.original").get_by_text("Your drawing").wait_for()
    page.locator("[data-role=picture-figures]").get_by_text("dB").wait_for()


def test_on_a_telephone_nothing_jumps_pictures_and_slider_are_seen_together_and_a_finger_moves_line_and_slider(opened):
    page = opened(width=390, height=844, has_touch=True)
    stands_still(page)
    box = slider(page).bounding_box()
    assert box["y"] + box["height"] < 844
    for role in ("original", "corrupted", "picture"):
        assert page.locator(f"canvas[data-role={role}]").bounding_box()["width"] > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    before, y = pixels(page, "corrupted"), box["y"] + box["height"] / 2
    touch(page, *((box["x"] + box["width"] * share, y) for share in (0.5, 0.55, 0.65, 0.8)))
    wait_for_change(page, before, "corrupted")
    assert float(slider(page).input_value()) > 0.6

    # A finger moves the line along the picture.
    box = page.locator(".frame").bounding_box()
    y = box["y"] + box["height"] / 3
    touch(page, *((box["x"] + box["width"] * share, y) for share in (0.5, 0.45, 0.35, 0.25)))
    page.wait_for_function(
        "([e]) => Math.abs(e.value - 0.25) < 0.02", arg=[page.locator("[data-role=wipe]").element_handle()]
    )
    grip = page.locator(".grip").bounding_box()
    assert grip["width"] >= 44 and grip["height"] >= 44

    # A gap does not jump either as the page loads again.
    page.locator("input[value=block]").click()
    wait_for_address(page, "corruption=block")
    page.reload()
    ready(page)
    stands_still(page)
