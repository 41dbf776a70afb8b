"""A run goes on without the server that started it, and the page finds it again: three are killed on its way."""

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import READY_MS
from tests.running import Server, running_server
from vae.runs import launch, shelf

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "outlives-its-server"
KILLS = 3
"""Servers that are killed: the one that started the run, one that found it, and one that found it after that."""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that may lose its server, which the others' page holds for an error."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(READY_MS)
    yield opened
    context.close()


@contextmanager
def killed_at_the_end(home: Path) -> Iterator[Server]:
    with running_server(home) as server:
        yield server
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(20)


def test_a_run_outlives_servers_that_are_killed_and_is_found_again(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    moments = random.Random(3)
    with killed_at_the_end(tmp_path) as server:
        page.goto(f"{server.url}/train")
        page.locator(".st-key-train_form summary").filter(has_text="Settings").click()
        epochs = page.get_by_label("Epochs", exact=True)
        epochs.fill("9000")
        epochs.press("Tab")
        name = page.get_by_label("Name", exact=True)
        name.fill(NAME)
        name.press("Tab")
        page.get_by_role("button", name="Start", exact=True).click()
        page.locator("[data-role=run-state]", has_text="Training").wait_for()
    pid = shelf.find_run(NAME).status.pid
    try:
        for _ in range(KILLS - 1):
            page.wait_for_timeout(moments.uniform(100, 2500))
            before = shelf.find_run(NAME).status
            with killed_at_the_end(tmp_path) as server:
                page.goto(f"{server.url}/train?run={NAME}")
                page.locator("[data-role=run-state]", has_text="Training").wait_for()
                page.locator(".time-machine[data-step]").wait_for()
                page.wait_for_timeout(moments.uniform(100, 2500))
            after = shelf.find_run(NAME).status
            assert (after.state, after.pid) == ("training", pid)
            assert after.step > before.step
    finally:
        launch.ask(NAME, wish="discard")
    for _ in range(600):
        if not (tmp_path / "models" / NAME).exists():
            break
        page.wait_for_timeout(50)
    assert shelf.list_runs() == []
