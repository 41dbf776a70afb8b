"""What the browser tests of the lessons share: the page's numbers, its hand, and what numpy makes of the same seeds.

Nothing here is the page's own code: weights, seeds and the places of sliders are read, and all else is computed anew.
"""

import base64
import io
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import heeded
from tests.browser.test_calm import COLOURS, SMALL, violations
from tests.running import ROOT
from web.words import lessons

LESSONS = ROOT / "assets" / "live" / "learn"
WEIGHTS = np.array(json.loads((LESSONS / "toy" / "weights.json").read_text("utf-8")))
SPREAD = 0.15

READ = """() => {
  const at = [...document.querySelectorAll("*")].find((each) => each.shadowRoot?.querySelector(".lesson")).shadowRoot;
  const seen = [...at.querySelectorAll("output[data-name]")].filter((each) => !each.closest("[hidden]"));
  const outputs = seen.map((each) => [each.dataset.name, each.textContent]);
  return [Object.fromEntries(outputs), JSON.parse(at.querySelector("[data-role=state]").textContent)];
}"""


def stands(page: Page) -> None:
    page.locator("[data-role=figure][data-drawn]").wait_for()


def told(page: Page) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the texts of all numbers that are seen, by their names, and what they were computed from.

    What is shown has followed the hand by then.
    """
    heeded(page)
    expect(page.locator(".lesson")).to_have_attribute("data-behind", "false")
    outputs, state = page.evaluate(READ)
    return outputs, state


def number(text: str) -> float:
    """Read a number as a page writes it, in English or in German."""
    return float(text.removesuffix(" %").replace("−", "-").replace(",", "."))


def press(page: Page, role: str, *keys: str) -> None:
    """Put the focus on a slider and press keys."""
    page.locator(f"input[data-role={role}]").focus()
    for key in keys:
        page.keyboard.press(key)


def drag(page: Page, role: str, share: float) -> None:
    """Take a slider's thumb with the mouse and draw it to a share of its way."""
    slider = page.locator(f"input[data-role={role}]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    low, high, value = (float(slider.get_attribute(name) or 0) for name in ("min", "max", "value"))
    value = float(slider.input_value())
    thumb, y = 22, box["y"] + box["height"] / 2
    place = lambda part: box["x"] + thumb / 2 + part * (box["width"] - thumb)  # noqa: E731
    page.mouse.move(place((value - low) / (high - low)), y)
    page.mouse.down()
    for step in range(1, 9):
        part = (value - low) / (high - low)
        page.mouse.move(place(part + (share - part) * step / 8), y)
    page.mouse.up()


def answer_wrongly(page: Page, name: str, number: int, locked: str) -> str:
    """Choose, by its key, an option that is not the key's; see that what decides was locked and is open now.

    locked: a selector of the control that decides. Returns the letter chosen.
    """
    question = lessons.book("en").lessons[name].questions[number]
    control = page.locator(locked)
    expect(control).to_be_disabled()
    wrong = next(letter for letter in lessons.LETTERS if letter != question.answer)
    page.keyboard.press(str(lessons.LETTERS.index(wrong) + 1))
    expect(page.locator("[data-role=ask]")).to_have_attribute("data-state", "answered")
    expect(page.locator("[data-role=task]")).to_have_text(question.do)
    expect(control).to_be_enabled()
    return wrong


def is_revealed(page: Page, name: str, number: int, wrong: str, truths: list[bool]) -> None:
    """See that the truth, worked out here for each option, is what the page calls right, and that each line is there.

    truths: whether what an option says is so.
    """
    question = lessons.book("en").lessons[name].questions[number]
    assert [i for i, true in enumerate(truths) if true] == [lessons.LETTERS.index(question.answer)]
    expect(page.locator("[data-role=ask]")).to_have_attribute("data-state", "revealed")
    expect(page.locator(f"[data-option='{truths.index(True)}']")).to_have_attribute("data-verdict", "right")
    at = lessons.LETTERS.index(wrong)
    expect(page.locator(f"[data-option='{at}']")).to_have_attribute("data-verdict", "wrong")
    expect(page.locator("[data-role=line]")).to_have_text(question.lines[at])


def chance(seed: int) -> Iterator[float]:
    """Yield numbers in (0, 1): Park and Miller 1988 with the factor 48271, without the first eight."""
    state = seed % 2147483646 + 1
    for count in range(10**9):
        state = state * 48271 % 2147483647
        if count >= 8:
            yield state / 2147483647


def normal(seed: int, n: int) -> np.ndarray:
    """Return draws of Box and Muller from `chance`, [n]."""
    random = chance(seed)
    pairs = np.array([[next(random), next(random)] for _ in range(n)])
    return np.sqrt(-2 * np.log(1 - pairs[:, 0])) * np.cos(2 * np.pi * pairs[:, 1])


def _layers(widths: tuple[int, ...], at: int, x: np.ndarray) -> np.ndarray:
    for number, (ins, outs) in enumerate(pairwise(widths)):
        weight = WEIGHTS[at : at + ins * outs].reshape(outs, ins)
        x = x @ weight.T + WEIGHTS[at + ins * outs : at + ins * outs + outs]
        x = np.tanh(x) if number < len(widths) - 2 else x
        at += outs * (ins + 1)
    return x


def decoded(z: np.ndarray) -> np.ndarray:
    """Return the toy's expected points of codes [n], [n, 2]."""
    return _layers((1, 16, 16, 2), 2 * 16 + 16 + 16 * 16 + 16 + 2 * 16 + 2, np.asarray(z, float)[:, None])


def reconstruction(x: list[float], z: np.ndarray) -> np.ndarray:
    """Return −log p(x|z), [n]."""
    away = ((np.array(x) - decoded(z)) ** 2).sum(1)
    return away / (2 * SPREAD**2) + 2 * np.log(SPREAD * np.sqrt(2 * np.pi))


def kl(mean: float, sigma: float) -> float:
    return (mean**2 + sigma**2 - 2 * np.log(sigma) - 1) / 2


def digits() -> np.ndarray:
    """Return the ten digits that lessons show, uint8 [10, 28, 28, 1]."""
    file = json.loads((LESSONS / "lessons" / "water" / "digits.json").read_text("utf-8"))
    return np.frombuffer(base64.b64decode(file["originals"]), np.uint8).reshape(10, 28, 28, 1)


def picture(page: Page, name: str) -> np.ndarray:
    """Return the grey levels of a picture in a drawing, uint8 [H, W]."""
    address = page.locator(f"image[data-picture='{name}']").get_attribute("href") or ""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("L"))


def next_question(page: Page) -> None:
    page.locator("[data-role=next-question]").click()
    expect(page.locator("[data-role=ask]")).to_have_attribute("data-question", "1")


def let_go(page: Page) -> None:
    """Click where nothing takes keys, so that they mean the lesson."""
    page.locator(".lesson > .lead").click()


def looks_well(page: Page) -> None:
    """See that axe finds nothing, all letters are large enough and all fits: in both widths, light and dark."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(300)
        assert violations(page) == []
        assert page.evaluate(SMALL) == []
        assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= width
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(600)
    assert violations(page, COLOURS) == []
    page.emulate_media(color_scheme="light")


def comes_again(page: Page) -> None:
    """See that the address brings the same state back, with less motion asked for too."""
    outputs, state = told(page)
    page.wait_for_timeout(500)  # until the address has followed
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    stands(page)
    again, kept = told(page)
    assert kept == state
    assert again == outputs
    assert page.locator("[data-role=ask]").get_attribute("data-state") == "revealed"
