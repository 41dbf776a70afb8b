"""A sweep on the Train page in a real browser: chosen by hand, stopped, found again, gone on with, compared."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import msgspec
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import wait_for_address
from tests.browser.test_calm import violations
from tests.browser.test_train import form_stands, settled
from tests.running import Server
from tests.tiny_model import write_tiny_model
from tests.web.routes.test_runs import CONFIG, write_run
from vae.library.cards import write_card
from vae.runs.status import Status
from vae.sweeps.plan import lay_out
from vae.sweeps.shelf import Sweep

pytestmark = pytest.mark.browser

NAME = "swept"


@pytest.fixture
def swept(server: Server, home: Path) -> Iterator[Path]:
    """The server's models; the sweep of the test and its runs are gone after it."""
    yield home / "models"
    with suppress(HTTPError):
        urlopen(Request(f"{server.url}/api/sweep?sweep={NAME}&action=stop", b""), timeout=30).close()
    for folder in (home / "models").glob(f"{NAME}-*"):
        with suppress(HTTPError):
            urlopen(Request(f"{server.url}/api/run?run={folder.name}&action=discard", b""), timeout=30).close()
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(home / "sweeps", ignore_errors=True)


def state_is(page: Page, word: str) -> None:
    page.locator("[data-role=sweep-state]", has_text=word).wait_for()


def cells(page: Page) -> list[list[str]]:
    """Return what the table's rows say."""
    rows = page.locator("[data-role=sweep-table] tbody tr")
    return [row.locator("td").all_inner_texts() for row in rows.all()]


def is_done(page: Page, count: int) -> None:
    page.locator("[data-sweep]", has_text=f"{count} of 2").wait_for()


@pytest.mark.slow
def test_two_values_are_chosen_by_hand_stopped_found_again_gone_on_with_and_compared(visit, server, swept):
    page = visit("/train?dataset=digits&epochs=1&width=8&threads=1", ready=form_stands)
    page.get_by_label("Name", exact=True).fill(NAME)
    page.keyboard.press("Tab")
    page.locator(".st-key-train_sweep summary").click()
    page.get_by_role("combobox", name="Setting").click()
    page.keyboard.type("Latent")
    page.keyboard.press("Enter")
    settled(page)
    page.get_by_label("Its values", exact=True).first.click()
    page.keyboard.type("2, 3")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Start 2 runs").click()
    wait_for_address(page, f"sweep={NAME}")

    # The first is a model: its figures stand in the table, and its curve is drawn. Stop ends the second.
    is_done(page, 1)
    page.locator("[data-action=stop]").click()
    state_is(page, "Stopped")
    page.locator("[data-role=sweep-curves] .curve-drawing svg").wait_for()
    first, second = cells(page)
    assert first[:2] == ["2", "0"] and first[2] != "–" and first[-1] == "Done"
    assert second[:3] == ["3", "0", "–"]

    # Whoever comes back sees it as it is; it goes on with what is left.
    page.reload()
    state_is(page, "Stopped")
    assert cells(page)[0] == first
    page.locator("[data-action=resume]").click()
    state_is(page, "Done")
    assert [row[0] for row in cells(page)] == ["2", "3"] and all(row[2] != "–" for row in cells(page))
    assert (swept / f"{NAME}-latentdims3-seed0" / "card.json").exists()

    # A run by itself, and back.
    page.locator("[data-role=sweep-table] [data-run]").last.click()
    wait_for_address(page, f"run={NAME}-latentdims3-seed0")
    page.locator("[data-role=run-name]", has_text=f"{NAME}-latentdims3-seed0").wait_for()
    page.locator(f"[data-sweep={NAME}]").click()
    wait_for_address(page, f"sweep={NAME}")

    # Another page, and Train again; then Compare, which opens on both.
    page.get_by_role("link", name="Detect", exact=True).click()
    wait_for_address(page, "model=")
    page.get_by_role("link", name="Train", exact=True).click()
    state_is(page, "Done")
    page.locator("[data-action=compare]").click()
    wait_for_address(page, f"models={NAME}-latentdims2-seed0,{NAME}-latentdims3-seed0")


def test_seeds_stand_in_groups_and_all_of_it_by_keys_and_on_a_telephone(visit, swept, home):
    for beta in (0.5, 2.0):
        for seed in range(2):
            folder = write_run(swept / f"{NAME}-beta{beta:g}-seed{seed}", Status("done", step=250, steps=400), CONFIG)
            metrics = {"negative_elbo": 100.5 * beta + 4 * seed, "kl": 2.5}
            write_card(replace(write_tiny_model(folder, 2), metrics=metrics), folder)
    planned = lay_out({"beta": (0.5, 2.0)}, lambda choice: replace(CONFIG, **choice), 2, NAME)
    (home / "sweeps" / NAME).mkdir(parents=True)
    (home / "sweeps" / NAME / "sweep.json").write_bytes(msgspec.json.encode(Sweep(NAME, tuple(planned))))

    page = visit(f"/train?sweep={NAME}", width=390, height=844, ready=lambda page: state_is(page, "Done"))
    page.locator("[data-role=sweep-curves] .curve-drawing svg").wait_for()
    rows = cells(page)
    assert [row[1] for row in rows] == ["2 of 2", "0", "1"] * 2
    assert [row[2] for row in rows] == ["52.3 ± 2.8", "50.3", "54.3", "203.0 ± 2.8", "201.0", "205.0"]
    # Seeds of one choice have one colour, and each choice is named once.
    assert page.locator("[data-role=sweep-curves] .curve-key b").all_inner_texts() == ["β 0.5", "β 2"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []

    with page.expect_download() as saved:
        page.locator("[data-action=csv]").click()
    lines = Path(saved.value.path()).read_text().splitlines()
    assert len(lines) == 5 and lines[0].startswith("model,beta,seed")

    page.locator("[data-action=forget]").focus()
    page.keyboard.press("Enter")
    page.locator("[data-role=sweep-name]").wait_for(state="detached")
    assert (swept / f"{NAME}-beta2-seed1" / "card.json").exists()
