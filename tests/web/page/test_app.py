"""The door: Streamlit finds the server in app.py, and every address leads to its page."""

import gc
import os
import tomllib
from pathlib import Path

import pytest
from streamlit.web.server.app_discovery import discover_asgi_app

import app
from tests.chromium import LAUNCH, find_chromium
from tests.running import ROOT, running_server
from tests.tiny_model import write_tiny_model


def test_streamlit_run_finds_the_server():
    assert discover_asgi_app(ROOT / "app.py").import_string == "app:app"


def test_every_page_has_a_file_and_an_address_of_its_own():
    assert app.PAGES[0].url == "/"
    assert len({page.url for page in app.PAGES}) == len(app.PAGES)
    for page in app.PAGES:
        assert (ROOT / page.file).is_file()
        assert page.url.startswith("/")


@pytest.mark.browser
def test_whoever_comes_first_by_a_link_to_explore_gets_the_app_and_no_other_host_is_asked(tmp_path: Path):
    chromium = find_chromium()
    if chromium is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("There is no Chromium.")
    from playwright.sync_api import sync_playwright

    write_tiny_model(tmp_path / "models" / "tiny-16d", 16)
    asked: list[str] = []
    with running_server(tmp_path) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH)
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{server.url}/explore?model=tiny-16d")
        page.locator("canvas[data-role=picture]").wait_for()
        for link in app.PAGES:
            page.get_by_role("link", name=link.title).first.wait_for()
        assert page.get_by_role("link", name="app", exact=True).count() == 0
        page.wait_for_timeout(500)
        browser.close()
        own = (server.url, server.url.replace("http", "ws", 1), "data:", "blob:")
        assert [url for url in asked if not url.startswith(own)] == []


def test_no_page_that_is_run_halts_the_others_for_a_full_collection():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert settings["runner"]["postScriptGC"] is False  # Streamlit collects after each run of a page unless told not to
    assert gc.get_freeze_count() > 50_000  # by importing app
