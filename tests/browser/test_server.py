"""What the server has loaded after a visitor has used every page."""

import sys
from pathlib import Path

import psutil
import pytest

from app import PAGES
from tests.browser.conftest import painted, pixels, wait_for_change
from tests.browser.test_train import form_stands

pytestmark = [pytest.mark.browser, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


def test_the_server_has_no_torch_after_every_page_was_used(visit, server):
    for address in (page.url for page in PAGES):
        visit(address, ready=form_stands if address == "/train" else painted)
    page = visit("/explore?model=mnist-16d")
    for role in ("[data-role=draw]", "[data-image]"):  # decode and encode
        before = pixels(page)
        page.locator(f"button{role}").first.click()
        wait_for_change(page, before)
    process = psutil.Process(server.process.pid)
    for running in (process, *process.children(recursive=True)):
        assert "libtorch" not in Path(f"/proc/{running.pid}/maps").read_text()
