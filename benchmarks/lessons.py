"""How soon each lesson of the Learn page stands on a first visit, and how many frames a second it shows while it moves.

    python benchmarks/lessons.py [--visits 3] [--lessons invent gap]

A first visit has a profile of its own: no script, no decoder is in the browser yet. The server is warm, as in a class.
A lesson stands once its drawing does. Then the first question is answered and revealed, and the mouse draws a slider of
the lesson to and fro for two seconds, while the page counts its frames.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import tyro

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.report import figure, machine
from tests.chromium import LAUNCH, find_chromium
from tests.running import Server, running_server
from web.words.lessons import book

SOON = 1.5  # seconds
LEAST = 50  # frames a second
STROKES = 4  # of the hand, to and fro
MOVES = 60  # of the mouse in a stroke

WATCH = """() => {
  const drawn = (root) => [...root.querySelectorAll("*")].some((each) =>
    each.matches("[data-role=figure][data-drawn]") || (each.shadowRoot && drawn(each.shadowRoot)));
  const stood = () => document.body && drawn(document);
  const look = () => (stood() ? (window.stood = performance.now()) : requestAnimationFrame(look));
  look();
}"""
COUNT = """() => {
  window.beats = [];
  const beat = (now) => { window.beats.push(now); window.counting = requestAnimationFrame(beat); };
  requestAnimationFrame(beat);
}"""


def stands(browser: Browser, server: Server, lesson: str) -> tuple[Page, float]:
    """Visit a lesson for the first time; return its page, and the seconds until its drawing is there."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{server.url}/learn?lesson={lesson}")
    page.wait_for_function("window.stood")
    return page, page.evaluate("window.stood") / 1000


def moves(page: Page) -> np.ndarray:
    """Reveal the first question, draw a slider to and fro, and return the times between frames, milliseconds."""
    page.locator("[data-option='0']").click()
    page.locator(".lesson > .lead").click()
    page.keyboard.press("Enter")
    slider = page.locator(".controls input[type=range]:not(:disabled):visible").first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    low, high, value = (float(slider.evaluate(f"e => e.{name}")) for name in ("min", "max", "value"))
    page.mouse.move(box["x"] + 11 + (value - low) / (high - low) * (box["width"] - 22), y)
    page.mouse.down()
    page.evaluate(COUNT)
    for share in np.abs(np.linspace(-STROKES, STROKES, STROKES * MOVES) % 2 - 1):
        page.mouse.move(box["x"] + 11 + share * (box["width"] - 22), y)
        page.wait_for_timeout(8)
    page.mouse.up()
    return np.diff(page.evaluate("cancelAnimationFrame(window.counting), window.beats"))


def main(visits: int = 3, lessons: tuple[str, ...] = tuple(book("en").lessons)) -> None:
    """Print both figures of each lesson."""
    print(machine())
    with tempfile.TemporaryDirectory() as home, running_server(Path(home)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=LAUNCH)
        stands(browser, server, lessons[0])[0].context.close()  # the server is warm
        for lesson in lessons:
            seconds, gaps = [], []
            for _ in range(visits):
                page, stood = stands(browser, server, lesson)
                seconds.append(stood)
                gaps.append(moves(page))
                page.context.close()
            median, rate = float(np.median(seconds)), 1000 / float(np.concatenate(gaps).mean())
            figure(f"{lesson} stands, s", f"{median:.2f}", f"<= {SOON}", median <= SOON)
            figure("  frames a second while it moves", f"{rate:.0f}", f">= {LEAST}", rate >= LEAST)
            figure("  longest frame, ms", f"{np.concatenate(gaps).max():.0f}")


if __name__ == "__main__":
    tyro.cli(main, description=__doc__)
