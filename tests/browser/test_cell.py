"""A model in a notebook's cell: the frame that `show()` makes is live, with no server and no network."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import vae

pytestmark = pytest.mark.browser


def test_a_cell_is_live_and_shut_off_from_the_notebook(chromium: Browser, tmp_path: Path) -> None:
    shown = vae.open("mnist-2d").show(height=640)
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><title>A notebook</title>{shown._repr_html_()}", encoding="utf-8")
    page = chromium.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.append(request.url) if request.url.startswith("http") else None)
    page.goto(notebook.as_uri())
    assert page.locator("iframe").get_attribute("title") == "mnist-2d"
    cell = page.frame_locator("iframe")
    page.set_default_timeout(60_000)
    cell.locator("#numbers").scroll_into_view_if_needed()  # a part is made when one comes to it
    slider = cell.locator("#numbers input[type=range]").first
    slider.wait_for()
    pictures = cell.locator("#numbers canvas[data-role=picture]")
    seen = pictures.last.evaluate("canvas => canvas.toDataURL()")
    for _ in range(5):
        slider.press("ArrowRight")
    page.wait_for_timeout(300)
    assert pictures.last.evaluate("canvas => canvas.toDataURL()") != seen
    frame = page.frames[1]
    with pytest.raises(Exception, match="Blocked a frame"):
        frame.evaluate("parent.document.title")
    page.close()
    assert not problems
