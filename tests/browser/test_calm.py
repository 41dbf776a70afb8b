"""Every page as it comes: nothing on it moves by itself, its text can be read, and axe-core finds nothing to say.

What is looked at takes no time beside the page's coming: each page comes twice, and all tests share that. It comes in a
telephone's window first and then, in the dark, in a laptop's; in both it is looked at in both schemes.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app import PAGES
from tests.browser.conftest import Windows, pixels, visiting, wait_for_change
from tests.running import Server

pytestmark = pytest.mark.browser

SIZES = {390: 844, 1280: 800}
"""Widths of windows and their heights."""

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


COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that can find something else in the same document where only the scheme is another one."""


@dataclass
class Seen:
    """What was seen of a page, by width: layout shifts with what moved, small texts, breaches of axe's rules."""

    title: str
    page: Page
    came: dict[int, list] = field(default_factory=dict)
    small: dict[int, list[str]] = field(default_factory=dict)
    scrolled_width: dict[int, int] = field(default_factory=dict)
    breaches: dict[tuple[int, str], list[str]] = field(default_factory=dict)


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """Return one line for each element that breaks a rule: the rule, where it is, and what axe says of it."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARDS}
    found = Axe().run(page, options={"runOnly": only, "resultTypes": ["violations"]})
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


DARK = """dark => {
  const [red, green, blue] = getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/\\d+/g);
  return Number(red) + Number(green) + Number(blue) < 384 === dark;
}"""


def _turn(page: Page, scheme: str) -> None:
    """Have the page in light or dark, and wait until it is so."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.wait_for_function(DARK, arg=scheme == "dark")
    page.wait_for_timeout(500)


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.title)
def seen(request: pytest.FixtureRequest, windows: Windows, server: Server) -> Iterator[Seen]:
    """Let a page come, and once more in the dark; look at it each time. It stays for the tests that follow."""
    with visiting(windows, server) as visit:
        of = Seen(
            request.param.title, visit(request.param.url, width=390, height=SIZES[390], script=WATCH, ready=stands)
        )
        page, schemes = of.page, ["light", "dark"]
        for width, height in SIZES.items():
            if width != 390:
                page.set_viewport_size({"width": width, "height": height})
                page.reload()
                stands(page)
            of.came[width] = _came(page)
            of.small[width] = page.evaluate(SMALL)
            of.scrolled_width[width] = page.evaluate("document.querySelector('.stMain').scrollWidth")
            of.breaches[width, schemes[0]] = violations(page)
            _turn(page, schemes[1])
            of.breaches[width, schemes[1]] = violations(page, COLOURS)
            schemes.reverse()
        SHOWN.add(request.param.url)
        yield of


SHOWN: set[str] = set()
"""The addresses of the pages that have been looked at."""


@pytest.mark.parametrize("width", SIZES)
def test_a_page_stands_still_while_it_comes(seen: Seen, width: int) -> None:
    assert worst(seen.came[width]) < LEAST, sorted(seen.came[width], reverse=True)[:4]


@pytest.mark.parametrize("width", SIZES)
def test_text_is_large_enough_and_fits(seen: Seen, width: int) -> None:
    assert seen.small[width] == []
    assert seen.scrolled_width[width] <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_axe_finds_nothing(seen: Seen, width: int, scheme: str) -> None:
    assert seen.breaches[width, scheme] == []


def test_an_entry_of_the_glossary_is_seen_where_it_was_opened_alone(seen: Seen) -> None:
    assert seen.page.locator("[popover]:not(:popover-open):visible").count() == 0


PLACES = """() => [...document.querySelectorAll('[class*="st-key-"][class*="-live"]')]
  .map((each) => getComputedStyle(each).backgroundImage).filter((image) => image !== "none")"""


def test_what_stands_has_no_drawn_places_beneath_it(seen: Seen) -> None:
    assert seen.page.evaluate(PLACES) == []


@pytest.mark.parametrize("address", ["/", "/explore"])
def test_the_places_of_the_parts_are_drawn_until_they_come(windows: Windows, server: Server, address: str) -> None:
    with visiting(windows, server) as visit:
        page = visit("/learn", ready=stands)
        page.route("**/door.js*", lambda route: None)
        page.goto(server.url + address)
        page.wait_for_function(f"({PLACES})().length === 1")


FOCUS = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return { inside: at?.getRootNode() !== document, tag: at?.tagName, current: at?.getAttribute("aria-current") };
}"""


def test_the_first_tab_leads_past_the_links(seen: Seen) -> None:
    page = seen.page
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate(
        "link => link === document.activeElement && link.getBoundingClientRect().top >= 0"
    )
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUS)["inside"]


def test_each_page_says_what_its_keys_do_and_where_one_is(seen: Seen) -> None:
    page = seen.page
    here = page.locator(".st-key-pages a[aria-current='page']")
    assert here.count() == 1 and here.inner_text().split("\n")[-1] == seen.title
    page.locator(".keys-button").click()
    box = page.locator(".keys-box")
    assert box.locator("caption").count() >= 2 and "projector mode" in box.inner_text()
    if seen.title == "Explore":
        assert violations(page) == []
    page.keyboard.press("?")
    box.wait_for(state="hidden")
    assert page.evaluate(FOCUS)["tag"] == "BUTTON"  # where one was


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_server_has_no_torch_after_every_page_was_used(visit, server: Server) -> None:
    for address in {page.url for page in PAGES} - SHOWN:
        visit(address, ready=stands)
    page = visit("/explore?model=mnist-16d")
    for role in ("[data-role=draw]", "[data-image]"):  # decode and encode
        before = pixels(page)
        page.locator(f"button{role}").first.click()
        wait_for_change(page, before)
    process = psutil.Process(server.process.pid)
    for running in (process, *process.children(recursive=True)):
        assert "libtorch" not in Path(f"/proc/{running.pid}/maps").read_text()
