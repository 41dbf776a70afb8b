"""Words on the pages, with the bundled model of first names: typed, read letter by letter, filled in, and on a path.

A page that comes costs more than all that is done on it: a test is one visit, and its parts follow each other.
"""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import pixels, wait_for_address, wait_for_change

pytestmark = pytest.mark.browser

MODEL = "?model=names-32d"


def type_word(page: Page, word: str, nth: int = 0) -> None:
    field = page.locator("[data-role=own-word]").nth(nth)
    field.fill(word)
    field.press("Enter")


def said(page: Page, role: str) -> str:
    return page.locator(f"canvas[data-role={role}]").first.get_attribute("aria-label") or ""


def place(page: Page, role: str, letter: int) -> tuple[float, float]:
    """Return the middle of a letter's box, counted from 0."""
    canvas = page.locator(f"canvas[data-role={role}]").first
    box = canvas.bounding_box()
    assert box
    x, y = canvas.evaluate(
        """async (canvas, letter) => {
          const { planOf } = await import("/live/shared/views/text/boxes.js");
          const size = { width: canvas.clientWidth, height: canvas.clientHeight };
          const plan = planOf(size, 16, Number(canvas.dataset.letters));
          return [plan.x.at(letter), (plan.top + plan.bottom) / 2];
        }""",
        letter,
    )
    return box["x"] + x, box["y"] + y


def test_a_name_is_typed_encoded_read_letter_by_letter_changed_and_saved(visit):
    page = visit(f"/explore{MODEL}")
    type_word(page, "Marian")
    page.locator(".original figcaption", has_text="Your word").wait_for()
    wait_for_address(page, "z=")
    expect(page.locator("canvas[data-role=original]")).to_have_attribute("aria-label", re.compile("marian"))
    expect(page.locator("canvas[data-role=picture]")).to_have_attribute("aria-label", re.compile("marian"))

    # What may stand at each place is told by keys and by the pointer.
    page.locator("canvas[data-role=picture]").focus()
    page.keyboard.press("Home")
    assert re.match(r"letter 1: m \d+ %", page.locator(".pointed:visible").inner_text())
    page.keyboard.press("ArrowRight")
    assert page.locator(".pointed:visible").inner_text().startswith("letter 2: a ")
    page.keyboard.press("Escape")
    page.mouse.move(*place(page, "picture", 3))
    expect(page.locator(".pointed:visible")).to_have_text(re.compile("letter 4: i "))
    page.mouse.move(5, 5)

    # What is no name of this alphabet is told, and nothing changes.
    for wrong, why in (("o'neil", "“'” is not in the alphabet"), ("a" * 16, "16 letters are too many"), ("", "Type a")):
        type_word(page, wrong)
        page.locator("[data-role=own-note]", has_text=why).wait_for()
    assert "marian" in said(page, "picture")

    # A slider writes another name, a draw has letters that are sure, and how it reads is saved.
    before = pixels(page)
    slider = page.locator("input[type=range][data-dim]").first
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    wait_for_change(page, before)
    with page.expect_download() as download:
        page.locator("[data-role=save-text]").click()
    assert download.value.suggested_filename == "names-32d-word.txt"
    assert re.fullmatch(r"[a-z]{2,15}\n", download.value.path().read_text("utf-8"))


def test_hidden_letters_are_marked_by_hand_and_filled_in(visit):
    def ready(page: Page) -> None:
        page.locator("canvas[data-role=corrupted][data-view=text]").wait_for()

    page = visit(f"/restore{MODEL}&corruption=brush", ready=ready)
    type_of = page.get_by_role("radio", name=re.compile("Upload|own", re.IGNORECASE))
    type_of.first.evaluate("input => input.click()")
    type_word(page, "isabella")
    expect(page.locator("canvas[data-role=original]").first).to_have_attribute("aria-label", re.compile("isabella"))
    (x, y), (end, _) = place(page, "corrupted", 2), place(page, "corrupted", 3)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + end) / 2, y)
    page.mouse.move(end, y)
    page.mouse.up()
    expect(page.locator("canvas[data-role=corrupted]").first).to_have_attribute("aria-label", re.compile(r"is\?\?ella"))
    wait_for_address(page, "hole=")
    restored = page.locator("canvas[data-layer=restored]").first
    expect(restored).to_have_attribute("aria-label", re.compile("is[a-z]{2}ella"))
    words = page.locator(".restore").inner_text()
    assert "need the words that the model was trained on" in words and "Edits" in words
    assert not re.search(r"\b(image|picture|pixel|series|samples?|camera)\b", words, re.IGNORECASE)


def test_the_words_on_the_way_are_read_each_once_from_one_anchor_to_the_other(visit):
    page = visit(f"/interpolate{MODEL}")
    way = page.locator("[data-role=on-the-way]")
    expect(way).to_have_text(re.compile(r"^[a-z]+( → [a-z]+)+$"))
    words = way.inner_text().split(" → ")
    assert all(one != other for one, other in pairwise(words))
    assert page.locator(".thumb canvas, .anchor canvas, canvas[data-view=text]").count() > 2


def test_a_name_and_noise_are_scored_as_they_are_typed(visit):
    page = visit(f"/detect{MODEL}", ready=lambda page: page.locator("[data-role=own-word]").wait_for())
    for word in ("Olivia", "xqzzvkj"):
        type_word(page, word)
        page.locator(f".own-tile button[title='{word}']").wait_for()
    tiles = page.locator(".own-tile .called-words")
    expect(tiles.nth(1)).to_have_text(re.compile("unusual"))
    costs = [float(text.split()[0].replace("−", "-")) for text in tiles.all_inner_texts()]
    assert costs[0] < costs[1]
    type_word(page, "o'neil")
    page.locator("[data-role=own-note]", has_text="is not in the alphabet").wait_for()
