"""A code that is a grid of cells, on Explore: a cell is clicked in the picture, and holds another code of the book."""

import numpy as np
import pytest

from tests.browser.conftest import wait_for_address
from tests.browser.on_map import wait_for_picture
from vae.explore.explorer import Explorer
from vae.library.shelf import find

pytestmark = pytest.mark.browser


def test_a_cell_of_the_picture_is_opened_and_holds_another_code_by_pointer_and_keys(visit):
    page, opened = visit("/explore?model=mnist-vq"), Explorer(find("mnist-vq"))
    rows, columns = opened.card.latent.grid
    cells = page.locator(".frame .cell")
    page.locator(".ways canvas[data-filled]").wait_for()
    assert cells.count() == rows * columns
    codes = [int(number) for number in cells.evaluate_all("cells => cells.map((cell) => cell.dataset.code)")]

    def shows(*, at: int, code: int) -> None:
        """Wait until a cell holds a code, the others what they did, and the picture is the decoder's of that."""
        codes[at] = code
        page.locator(f".frame .cell[data-cell='{at}'][data-code='{code}']").wait_for()
        z = np.concatenate([np.arange(32) == each for each in codes]).astype(np.float32)[None]
        wait_for_address(page, "z=" + ",".join(f"{value:g}" for value in z[0]))
        wait_for_picture(page, opened.decode(z)[0, ..., 0])
        now = cells.evaluate_all("cells => cells.map((cell) => Number(cell.dataset.code))")
        assert now == codes

    cells.nth(9).click()
    codebook = page.get_by_role("radiogroup", name="Codes of Row 3, column 2")
    codebook.locator("canvas[data-filled]").wait_for()
    before, other = codes[9], (codes[9] + 5) % 32
    codebook.locator(f"[data-way='{other}']").click()
    shows(at=9, code=other)
    page.keyboard.press("ArrowDown")  # a line of codes further
    shows(at=9, code=(other + 8) % 32)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    shows(at=9, code=before)

    cells.nth(9).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.get_by_role("radiogroup", name="Codes of Row 2, column 3").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    shows(at=6, code=31)
