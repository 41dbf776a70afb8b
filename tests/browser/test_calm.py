"""Every page as it comes: nothing on it moves by itself, its text can be read, and axe-core finds nothing to say.

What is looked at takes no time beside the page's coming: each page comes twice in each size, and all tests share that.
"""

from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app import PAGES
from tests.browser.conftest import Windows, visiting
from tests.running import Server

pytestmark = pytest.mark.browser

SIZES = [(1280, 800), (390, 844)]

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]

LEAST = 0.1
"""Cumulative layout shift that counts as good, web.dev/cls: the share of the window that moved, times how far."""

WATCH = """
  window.shifts = [];
  const named = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.className ?? "?";
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources, startTime } of list.getEntries()) {
      const moved = sources.map(({ node, previousRect: a, currentRect: b }) =>
        `${named(node)} ${[a.x, a.y, a.width, a.height]} -> ${[b.x, b.y, b.width, b.height]}`);
      if (!hadRecentInput) window.shifts.push([value, startTime, moved]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""


def worst(shifts: list) -> float:
    """Return the layout shift of the worst burst, as web.dev/cls counts it: less than 1 s apart, and 5 s at most."""
    found, sum_, first, last = [0.0], 0.0, 0.0, -1e9
    for value, at, _ in shifts:
        if at - last >= 1000 or at - first >= 5000:
            sum_, first = 0.0, at
        sum_, last = sum_ + value, at
        found.append(sum_)
    return max(found)


STANDS = """() => performance.now() > 1500 && !document.querySelector('[data-testid="stSkeleton"]')
  && [...document.querySelectorAll('[class*="st-key-"][class*="-live"] *')]
    .some((each) => each.shadowRoot?.querySelector("button, a"))
"""


def stands(page: Page) -> None:
    """Wait until the page's main thing is there and all that it asks for has come."""
    page.wait_for_function(STANDS)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)


SMALL = """() => {
  const found = [];
  const look = (root) => {
    for (const each of root.querySelectorAll("*")) {
      if (each.shadowRoot) look(each.shadowRoot);
      const { fontSize, visibility } = getComputedStyle(each);
      const letters = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const seen = letters && visibility !== "hidden" && each.getBoundingClientRect().width > 2;
      // An index is smaller than its letter; text of no size stands for an icon's name.
      if (seen && parseFloat(fontSize) > 0 && parseFloat(fontSize) < 14 && !each.closest("sub, sup")) {
        found.push(`${fontSize} ${each.outerHTML.slice(0, 120)}`);
      }
    }
  };
  look(document.body);
  return found;
}"""


class Seen(NamedTuple):
    """What was seen of a page in one size: layout shifts with what moved, small texts, breaches of axe's rules."""

    width: int
    came: list
    came_again: list
    small: list[str]
    scrolled_width: int
    light: list[str]
    dark: list[str]


def violations(page: Page) -> list[str]:
    """Return one line for each element that breaks a rule: the rule, where it is, and what axe says of it."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]})
    return [
        f"{rule['id']} {node['target']} {node['html'][:160]} {node['failureSummary'].splitlines()[1].strip()}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def _came(page: Page) -> list:
    """Return the layout shifts of a page that has come, or where they are many of its coming once more.

    What jumps does so each time; letters that a busy machine was late with do not.
    """
    shifts: list = page.evaluate("shifts")
    if worst(shifts) < LEAST:
        return shifts
    page.reload()
    stands(page)
    again: list = page.evaluate("shifts")
    return again


@pytest.fixture(
    scope="module",
    params=[(page.url, size) for page in PAGES for size in SIZES],
    ids=lambda of: f"{of[0]}-{of[1][0]}",
)
def seen(request: pytest.FixtureRequest, windows: Windows, server: Server) -> Seen:
    """Let a page come, and once more in the dark; look at it each time."""
    url, (width, height) = request.param
    with visiting(windows, server) as visit:
        size = {"width": width, "height": height}
        page: Page = visit(url, **size, script=WATCH, ready=stands)
        came, small = _came(page), page.evaluate(SMALL)
        scrolled_width = page.evaluate("document.querySelector('.stMain').scrollWidth")
        light = violations(page)
        page.emulate_media(color_scheme="dark")
        page.reload()
        stands(page)
        return Seen(width, came, _came(page), small, scrolled_width, light, violations(page))


def test_a_page_stands_still_while_it_comes(seen: Seen) -> None:
    for shifts in (seen.came, seen.came_again):
        assert worst(shifts) < LEAST, sorted(shifts, reverse=True)[:4]


def test_text_is_large_enough_and_fits(seen: Seen) -> None:
    assert seen.small == []
    assert seen.scrolled_width <= seen.width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(seen: Seen, scheme: str) -> None:
    assert getattr(seen, scheme) == []


def test_axe_finds_nothing_in_the_box_of_keys(visit) -> None:
    page: Page = visit("/explore", ready=stands)
    page.keyboard.press("?")
    page.locator(".keys-box[open]").wait_for()
    assert violations(page) == []
