"""Terms of the explanations open their entries by hover, focus, tap and click, and Escape closes them (WCAG 1.4.13)."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

EXPLORE = "/explore?model=tiny-2d"

INNERMOST = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.textContent;
}"""


def test_a_term_opens_by_hover_and_for_the_keyboard_and_questions_fold(visit):
    page = visit(EXPLORE, width=1920, height=1080)
    page.get_by_text("What am I looking at?").click()
    question = page.locator("summary", has_text="What is a random draw?")
    answer = page.get_by_text("takes every number of the code from the prior")
    question.wait_for()
    assert not answer.is_visible()
    question.click()
    expect(answer).to_be_visible()
    # Lines are short enough to find back from.
    letters = answer.evaluate(
        "p => p.innerText.length / Math.round(p.clientHeight / parseFloat(getComputedStyle(p).lineHeight))"
    )
    assert 40 < letters < 76
    question.click()
    expect(answer).not_to_be_visible()

    # By hover it opens, stays under the pointer, and closes with Escape.
    page.set_viewport_size({"width": 1280, "height": 800})
    term, entry = page.locator("button.term", has_text="decoder").first, page.locator(".gloss:popover-open")
    assert entry.count() == 0
    term.hover()
    expect(entry).to_contain_text("turns a code into what it expects")
    entry.hover()
    page.wait_for_timeout(400)
    expect(entry).to_be_visible()
    assert entry.evaluate("e => getComputedStyle(e).userSelect") == "text"
    page.keyboard.press("Escape")
    expect(entry).to_have_count(0)
    term.hover()
    expect(entry).to_have_count(1)
    page.mouse.move(2, 2)
    expect(entry).to_have_count(0)

    # It opens for the keyboard, and its link is next.
    page.locator("button.term", has_text="code").first.focus()
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.textContent") != "decoder":
        page.keyboard.press("Tab")
    expect(entry).to_contain_text("turns a code into what it expects")
    page.keyboard.press("Tab")
    expect(entry).to_be_visible()
    assert page.evaluate("document.activeElement.textContent") == "See it"
    page.keyboard.press("Escape")
    expect(entry).to_have_count(0)


def test_on_a_telephone_a_tap_opens_it_within_the_window(visit):
    page = visit(EXPLORE, width=390, height=844, has_touch=True, is_mobile=True)
    page.get_by_text("What am I looking at?").tap()
    page.locator("button.term", has_text="decoder").first.tap()
    entry = page.locator(".gloss:popover-open")
    expect(entry).to_be_visible()
    box = entry.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] >= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.touchscreen.tap(200, 60)
    expect(entry).to_have_count(0)


def test_a_term_within_a_component_opens_the_same_entry_by_hover_focus_and_tap(visit):
    page = visit("/?model=tiny-2d", reduced_motion="reduce")
    term = page.locator(".line button.term", has_text="Decoder")
    entry = page.locator(".gloss:popover-open")
    term.hover()
    expect(entry).to_contain_text("turns a code into what it expects")
    entry.hover()
    page.wait_for_timeout(400)
    expect(entry).to_be_visible()
    box, under = entry.bounding_box(), term.bounding_box()
    assert box and under and box["x"] >= 0 and abs(box["y"] - under["y"] - under["height"]) < 12
    page.mouse.move(2, 2)
    expect(entry).to_have_count(0)
    page.locator(".line button.term", has_text="Encoder").focus()
    page.keyboard.press("Tab")
    while page.evaluate(INNERMOST) != "Decoder":
        page.keyboard.press("Tab")
    expect(entry).to_contain_text("turns a code into what it expects")
    page.keyboard.press("Escape")
    expect(entry).to_have_count(0)
    term.click()
    expect(entry).to_have_count(1)
