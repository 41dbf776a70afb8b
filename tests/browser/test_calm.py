"""Nothing on a page moves by itself: how far what has been painted is shifted while the rest comes."""

import pytest
from playwright.sync_api import Page

from app import PAGES

LEAST = 0.1
"""Cumulative layout shift that counts as good, web.dev/cls: the share of the window that moved, times how far."""

WATCH = """
  window.shifts = [];
  const named = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.className ?? "?";
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (!hadRecentInput) window.shifts.push([value, sources.map(({ node, previousRect: a, currentRect: b }) =>
        `${named(node)} ${[a.x, a.y, a.width, a.height]} -> ${[b.x, b.y, b.width, b.height]}`)]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
STANDS = """() => performance.now() > 1500 && !document.querySelector('[data-testid="stSkeleton"]')
  && [...document.querySelectorAll('[class*="st-key-"][class*="-live"] *')]
    .some((each) => each.shadowRoot?.querySelector("button, a"))
"""


def stands(page: Page) -> None:
    """Wait until the page's main thing is there and all that it asks for has come."""
    page.wait_for_function(STANDS)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("url", [page.url for page in PAGES])
def test_a_page_stands_still_while_it_comes(visit, url: str, width: int, height: int) -> None:
    page: Page = visit(url, width=width, height=height, before=lambda new: new.add_init_script(WATCH), ready=stands)
    first = page.evaluate("shifts")
    page.reload()
    stands(page)
    for seen in (first, page.evaluate("shifts")):
        assert sum(value for value, _ in seen) < LEAST, sorted(seen, reverse=True)[:4]


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


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("url", [page.url for page in PAGES])
def test_text_is_large_enough_and_fits(visit, url: str, width: int, height: int) -> None:
    page: Page = visit(url, width=width, height=height, ready=stands)
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= width
