"""Every page as people who see little or nothing meet it: axe-core finds nothing, in light and in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app import PAGES
from tests.browser.test_calm import stands

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Return one line for each element that breaks a rule: the rule, where it is, and what axe says of it."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]})
    return [
        f"{rule['id']} {node['target']} {node['html'][:160]} {node['failureSummary'].splitlines()[1].strip()}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
@pytest.mark.parametrize("url", [page.url for page in PAGES])
def test_axe_finds_nothing(visit, url: str, scheme: str, width: int) -> None:
    page: Page = visit(url, ready=stands, width=width, color_scheme=scheme)
    assert violations(page) == []


def test_axe_finds_nothing_in_the_box_of_keys(visit) -> None:
    page: Page = visit("/explore", ready=stands)
    page.keyboard.press("?")
    page.locator(".keys-box[open]").wait_for()
    assert violations(page) == []
