"""A model whose head tells an attribute: Explore says what it tells of the code, and arrows walk along its slope."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import wait_for_address
from tests.tiny_kinds import write_head, write_tiny_kind

pytestmark = pytest.mark.browser

NAME = "told-3d"
SLOPE, MIDDLE = np.array([3.0, 0.0, -4.0], np.float32), 1.5


@pytest.fixture
def told(home: Path) -> Iterator[str]:
    """A tiny model of series whose head tells 1.5 + 3 z1 − 4 z3 as the height of a beat."""
    folder = home / "models" / NAME
    write_head(folder, write_tiny_kind(folder)[0], "height", SLOPE, MIDDLE)
    yield NAME
    shutil.rmtree(folder)


def code(page: Page) -> np.ndarray:
    """Return the code in the address, [d]."""
    told = page.evaluate("new URLSearchParams(location.search).get('z')")
    return np.array([float(value) for value in told.split(",")])


def test_what_a_head_tells_follows_the_code_and_arrows_go_along_its_slope(visit, told):
    page = visit(f"/explore?model={told}&z=0.5,1,-0.25")
    group = page.get_by_role("group", name="height by the head")
    value = group.locator("[data-role=told-value]")
    expect(value).to_have_text("4.00")  # 1.5 + 3 * 0.5 + 4 * 0.25
    wait_for_address(page, "z=")
    before = code(page)

    group.locator("[data-role=more-told]").click()
    expect(value).not_to_have_text("4.00")
    page.wait_for_function("() => !location.search.includes('z=0.5,')")
    after = code(page)
    way = after - before
    np.testing.assert_allclose(way / np.linalg.norm(way), SLOPE / 5, atol=0.05)
    expect(value).to_have_text(f"{MIDDLE + SLOPE @ after:.2f}")

    # By keys the same way back, and further down.
    group.locator("[data-role=less-told]").focus()
    page.keyboard.press("Enter")
    expect(value).to_have_text("4.00")
    page.keyboard.press("Enter")
    expect(value).not_to_have_text("4.00")
    assert float(value.inner_text().replace("−", "-")) < 4

    # A slider moves what is told, too.
    page.locator("input[type=range][data-dim='2']").focus()
    page.keyboard.press("Home")
    expect(value).not_to_have_text("4.00")
