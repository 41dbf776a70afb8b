"""A sweep on the Train page in a real browser: chosen by hand, stopped, found again, gone on with, compared."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import msgspec
import psutil
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import discard, wait_for_address
from tests.browser.test_calm import violations
from tests.browser.test_train import form_stands, settled
from tests.running import Server
from tests.tiny_model import write_tiny_model
from tests.web.routes.test_runs import CONFIG, write_run
from vae.library.cards import write_card
from vae.runs.status import Status
from vae.sweeps.plan import Planned, lay_out
from vae.sweeps.shelf import Sweep

pytestmark = pytest.mark.browser

NAME = "swept"


def trains(process: psutil.Process, home: Path) -> bool:
    """Say whether a process trains a run of the sweep: one that was just begun makes its folder later."""
    with suppress(psutil.Error):
        words = process.cmdline()
        return "train" in words and any(str(home) in word and NAME in word for word in words)
    return False


@pytest.fixture
def swept(server: Server, home: Path) -> Iterator[Path]:
    """The server's models; the sweep of the test and its runs are gone after it."""
    yield home / "models"
    with suppress(HTTPError):
        urlopen(Request(f"{server.url}/api/sweep?sweep={NAME}&action=stop", b""), timeout=30).close()
    for folder in (home / "models").glob(f"{NAME}-*"):
        discard(server, folder.name)
    psutil.wait_procs([each for each in psutil.process_iter() if trains(each, home)], timeout=60)
    for folder in (home / "models").glob(f"{NAME}-*"):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(home / "sweeps", ignore_errors=True)


def state_is(page: Page, word: str) -> None:
    page.locator("[data-role=sweep-state]", has_text=word).wait_for()


def cells(page: Page) -> list[list[str]]:
    """Return what the table's rows say."""
    rows = page.locator("[data-role=sweep-table] tbody tr")
    return [row.locator("td").all_inner_texts() for row in rows.all()]


def becomes_a_model(models: Path, run: Planned, cost: float) -> None:
    """Play the process that trains a run."""
    folder = write_run(models / run.name, Status("done", step=250, steps=250), run.config)
    write_card(replace(write_tiny_model(folder, 2), metrics={"negative_elbo": cost, "kl": 2.5}), folder)


def test_two_values_are_chosen_by_hand_stopped_found_again_gone_on_with_and_compared(visit, swept, home):
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

    # Stop ends the one that was begun, and the other one waits for nothing any more.
    runs = page.locator("[data-role=sweep-table] [data-run]")
    runs.first.wait_for()
    page.locator("[data-action=stop]").click()
    state_is(page, "Stopped")
    assert [row[:3] for row in cells(page)] == [["2", "0", "–"], ["3", "0", "–"]]
    assert cells(page)[1][-1] == "Not begun" and not (swept / f"{NAME}-latentdims3-seed0").exists()

    # Whoever comes back sees it as it is by then.
    first, second = planned = msgspec.json.decode((home / "sweeps" / NAME / "sweep.json").read_bytes(), type=Sweep).runs
    becomes_a_model(swept, first, 47.25)
    page.reload()
    state_is(page, "Stopped")
    assert cells(page)[0][:3] == ["2", "0", "47.3"] and cells(page)[0][-1] == "Done"
    page.locator("[data-role=sweep-curves] .curve-drawing svg").wait_for()

    # It goes on with what is left.
    becomes_a_model(swept, second, 45.25)
    page.locator("[data-action=resume]").click()
    state_is(page, "Done")
    assert [row[2] for row in cells(page)] == ["47.3", "45.3"]

    # A run by itself, and back; another page, and Train again; then Compare, which opens on both.
    runs.last.click()
    wait_for_address(page, f"run={second.name}")
    page.locator("[data-role=run-name]", has_text=second.name).wait_for()
    page.locator(f"[data-sweep={NAME}]").click()
    wait_for_address(page, f"sweep={NAME}")
    page.locator(".st-key-pages").get_by_role("link", name="Home").click()
    page.locator("[data-role=sweep-name]").wait_for(state="detached")
    page.locator(".st-key-pages").get_by_role("link", name="Train").click()
    state_is(page, "Done")
    page.locator("[data-action=compare]").click()
    wait_for_address(page, f"models={','.join(run.name for run in planned)}")


def test_seeds_stand_in_groups_and_all_of_it_by_keys_and_on_a_telephone(visit, swept, home):
    planned = lay_out({"beta": (0.5, 2.0)}, lambda choice: replace(CONFIG, **choice), 2, NAME)
    for run in planned:
        becomes_a_model(swept, run, 100.5 * run.config.beta + 4 * run.config.seed)
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
