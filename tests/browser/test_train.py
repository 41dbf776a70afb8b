"""The Train page in a real browser: a run from Start to Explore, by pointer and keys, on a desk and a telephone."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import discard, heeded, painted, touch, unroll, until, wait_for_address
from tests.browser.test_detect import FOCUSED, SHIFTS
from tests.running import Server
from tests.web.routes.test_runs import CONFIG, living, write_run
from vae.datasets.shapes import sample_factors
from vae.runs.status import Status

pytestmark = pytest.mark.browser

NAME = "run-in-the-browser"


@pytest.fixture
def runs_folder(server: Server, home: Path) -> Iterator[Path]:
    """The server's models, where runs of the names that begin with `run-` are gone after the test."""
    yield home / "models"
    for folder in (home / "models").glob("run-*"):
        if discard(server, folder.name):
            for _ in range(600):
                if not folder.exists():
                    break
                time.sleep(0.1)
        shutil.rmtree(folder, ignore_errors=True)


def heard_of_long(state: str, **more: object) -> Status:
    """Return the status of a run that is heard of for as long as a page may take on a busy machine."""
    return living(state, **more, heartbeat=time.time() + 300)


def form_stands(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).wait_for()


def run_stands(page: Page) -> None:
    page.locator("[data-role=run-state]").wait_for()


def settled(page: Page) -> None:
    """Wait until the server's script has run to its end: it opens the chosen run in a second pass."""
    page.wait_for_timeout(200)
    page.locator("[data-test-script-state=notRunning]").wait_for()


def unfold(page: Page) -> None:
    """Have the settings in sight."""
    settings = page.locator(".st-key-train_form details").first  # below it several values are tried
    settings.wait_for()
    if settings.get_attribute("open") is None:
        settings.locator("summary").click()
    page.get_by_label("Epochs", exact=True).wait_for()


def fill(page: Page, label: str, value: str) -> None:
    """Type a value into a field of the form, as a hand does, and leave it."""
    unfold(page)
    box = page.get_by_label(label, exact=True)
    box.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(value)
    page.keyboard.press("Tab")


def state_is(page: Page, word: str) -> None:
    page.locator("[data-role=run-state]", has_text=word).wait_for()


def step_shown(page: Page) -> int:
    """Return the step whose moment is on the map."""
    return int(page.locator(".time-machine[data-step]").get_attribute("data-step") or -1)


def told(server: Server, name: str = NAME) -> dict:
    with urlopen(f"{server.url}/api/run?run={name}", timeout=30) as answer:
        return json.load(answer)


def shown(page: Page, selector: str) -> str:
    """Return what a canvas shows, as a data address."""
    return page.locator(selector).evaluate("canvas => canvas.toDataURL()")


def laid(page: Page, selector: str) -> dict[str, float]:
    """Return where something lies in the window once the window's size has been heeded."""
    heeded(page)
    return page.locator(selector).bounding_box()  # type: ignore[return-value]


def open_run(page: Page, name: str) -> None:
    """Open another run from the list."""
    page.locator(f".run[data-run={name}] [data-role=open-run]").click()
    wait_for_address(page, f"run={name}")
    page.locator("[data-role=run-name]", has_text=name).wait_for()
    page.locator(f".time-machine[data-run={name}][data-step]").wait_for()


def stands_still(page: Page) -> None:
    """Check that nothing of a run moves once it stands, and neither when it is loaded again."""
    for again in (False, True):
        if again:
            page.reload()
        page.locator(".time-machine[data-step='200']").wait_for()
        page.wait_for_timeout(800)
        assert page.evaluate("shifted()") < 0.1


def press(page: Page, action: str) -> None:
    page.locator(f"[data-action={action}]").click()


@pytest.mark.slow
def test_a_run_is_started_paused_found_again_changed_kept_rewound_and_explored(visit, server, runs_folder):
    # Few images, a small network and one thread: what is watched is the page.
    page = visit("/train?dataset=digits&width=16&threads=1", ready=form_stands)
    fill(page, "Epochs", "10000")
    fill(page, "Name", NAME)
    page.get_by_role("button", name="Start", exact=True).click()
    wait_for_address(page, f"run={NAME}")
    state_is(page, "Training")

    # Watch two updates.
    page.locator(".time-machine[data-step]").wait_for()
    for _ in range(2):
        before, picture = step_shown(page), shown(page, "[data-role=moment-map] canvas")
        until(page, lambda before=before: step_shown(page) > before)
        until(page, lambda picture=picture: shown(page, "[data-role=moment-map] canvas") != picture)

    # Pause, and come back.
    press(page, "pause")
    state_is(page, "Paused")
    at = told(server)["status"]["step"]
    page.reload()
    run_stands(page)
    state_is(page, "Paused")
    assert told(server)["status"]["step"] == at
    press(page, "resume")
    state_is(page, "Training")
    until(page, lambda: told(server)["status"]["step"] > at)

    # Change beta by its field; the slider does it by keys.
    beta = page.locator("[data-role=beta]")
    beta.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    until(page, lambda: [change["beta"] for change in told(server)["changes"]] == [4.0])
    page.locator("[data-role=beta-slider]").focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    until(page, lambda: len(told(server)["changes"]) > 1)
    assert told(server)["changes"][-1]["beta"] > 4

    # Stop and keep.
    press(page, "keep")
    page.locator("[data-role=run-state]", has_text="Done").wait_for(timeout=180_000)  # its graphs are exported
    assert told(server)["model"]
    assert 0 < told(server)["status"]["step"] < told(server)["status"]["steps"]

    # Rewind: what is seen changes while the pointer is down.
    page.locator("[data-role=moment]").scroll_into_view_if_needed()
    box = page.locator("[data-role=moment]").bounding_box()
    y = box["y"] + box["height"] / 2
    last = step_shown(page)
    page.mouse.move(box["x"] + box["width"] - 8, y)
    page.mouse.down()
    seen: list[tuple[int, str, str]] = []
    for share in (0.7, 0.35, 0.02):
        page.mouse.move(box["x"] + share * box["width"], y, steps=4)
        until(page, lambda: step_shown(page) < (seen[-1][0] if seen else last))
        step = step_shown(page)
        page.wait_for_function(
            "step => document.querySelector('*') && [...document.querySelectorAll('*')].some(host => "
            "host.shadowRoot?.querySelector(`.time-machine[data-decoded^='${step} ']`))",
            arg=step,
        )
        seen.append((step, shown(page, "[data-role=moment-picture]"), shown(page, "[data-role=moment-map] canvas")))
    page.mouse.up()
    assert len({picture for _, picture, _ in seen}) == len({drawn for _, _, drawn in seen}) == 3

    # One click from Explore.
    page.get_by_role("link", name="Open in Explore").or_(page.get_by_role("button", name="Open in Explore")).click()
    wait_for_address(page, f"model={NAME}")
    painted(page)


def comes_first(page: Page, width: int, share: float) -> None:
    """Check that the map has this share of the width and stands before all else, or beside it."""
    whole, box = laid(page, ".time-machine"), laid(page, "[data-role=moment-map]")
    assert abs(box["width"] / whole["width"] - share) < 0.03
    assert box["y"] + box["height"] <= 844
    for after in (".learning", "[data-role=samples]", ".run-settings"):
        other = page.locator(after).bounding_box()
        beside = other and width > 640 and other["x"] > box["x"] + box["width"]
        assert other and (beside or other["y"] > box["y"] + box["height"]), after


@pytest.fixture
def written(runs_folder: Path) -> Iterator[Path]:
    """Runs as their processes leave them: two alike, one of shapes, one of few held-out things, one that is paused."""
    for name in ("run-a", "run-b"):
        write_run(runs_folder / name)
    folder = write_run(runs_folder / "run-shapes", config=replace(CONFIG, dataset="shapes"))
    with np.load(folder / "snapshots" / "probe.npz") as kept:
        probe = dict(kept)
    drawn = sample_factors(len(probe["numbers"]), np.random.default_rng(0))
    probe["labels"] = drawn[:, 0].astype(int)
    np.savez(folder / "snapshots" / "probe.npz", **probe, factors=drawn)
    folder = write_run(runs_folder / "run-few")
    with np.load(folder / "snapshots" / "probe.npz") as kept:
        probe = dict(kept)
    np.savez(folder / "snapshots" / "probe.npz", **probe | {"numbers": probe["numbers"][:6], "trained": np.arange(14)})
    paused = heard_of_long("paused", step=250, steps=400, beta=1.0, learning_rate=1e-3)
    write_run(runs_folder / "run-dials", paused)
    yield runs_folder
    # Nobody runs it: asked to end, it would not. The server may still write down what was asked of it.
    shutil.rmtree(runs_folder / "run-dials", ignore_errors=True)


def test_a_written_run_stands_still_is_shown_with_its_map_first_and_rewound_and_others_are_opened(visit, written):
    page = visit("/train?run=run-a", ready=run_stands, height=844, script=SHIFTS)
    stands_still(page)
    page.locator("[data-drawn=true]").wait_for()

    # The map has two thirds of the width, and comes first on a telephone.
    comes_first(page, 1280, 2 / 3)
    page.set_viewport_size({"width": 390, "height": 844})
    comes_first(page, 390, 1)
    page.set_viewport_size({"width": 1280, "height": 844})
    laid(page, "[data-role=moment-map]")

    # A place that is kept is told once, and so called.
    box = page.locator("[data-role=moment-map]").bounding_box()
    assert box
    page.mouse.click(box["x"] + 100, box["y"] + 100)
    page.mouse.move(box["x"] - 20, box["y"])
    page.locator("[data-role=here]", has_text="At the kept place").wait_for()
    assert "z₁" not in page.locator("[data-role=kept]").inner_text()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.locator("[data-role=here]", has_text="Under the cursor").wait_for()
    assert "z₁" in page.locator("[data-role=kept]").inner_text()

    # What is written on disk is shown, and rewound by keys.
    state_is(page, "Stopped")
    page.locator(".time-machine[data-step='200']").wait_for()
    page.locator("[data-role=moment]").focus()
    page.keyboard.press("Home")
    page.locator(".time-machine[data-step='0']").wait_for()
    assert page.locator("[data-role=findings]").is_visible()

    # Another run is opened from the list, and the back button returns.
    open_run(page, "run-b")
    settled(page)
    page.go_back()
    wait_for_address(page, "run=run-a")
    page.locator("[data-role=run-name]", has_text="run-a").wait_for()
    settled(page)

    # The map of shapes is coloured by what they were drawn from.
    open_run(page, "run-shapes")
    page.locator("[data-drawn=true]").wait_for()
    choice, scale = page.locator("[data-role=colour-by]"), page.locator("[data-role=factor-scale]")
    assert choice.locator("option").all_inner_texts() == ["the class", "size", "angle", "x", "y"]
    assert page.locator("[data-role=legend]").is_visible() and scale.is_hidden()
    before = shown(page, "[data-role=moment-map] canvas")
    choice.select_option("angle")
    until(page, lambda: shown(page, "[data-role=moment-map] canvas") != before)
    assert scale.get_attribute("aria-label") == "angle, from 0° to 360°"
    assert page.locator("[data-role=legend]").is_hidden()
    choice.select_option("")
    until(page, lambda: shown(page, "[data-role=moment-map] canvas") == before)

    # Which points are held out is said among the colours, where they are few.
    open_run(page, "run-few")
    ringed = page.locator("[data-role=ringed]")
    ringed.get_by_text("ringed: 6 held out; the other 14 are trained on").wait_for()
    assert float(ringed.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 14

    # What can be changed stands beside the map, and below it on a telephone.
    open_run(page, "run-dials")
    page.locator(".run-dials").wait_for()
    dials, box = laid(page, ".run-dials"), laid(page, "[data-role=moment-map]")
    page.set_viewport_size({"width": 390, "height": 844})
    dials_below, box_above = laid(page, ".run-dials"), laid(page, "[data-role=moment-map]")
    page.set_viewport_size({"width": 1280, "height": 844})
    assert dials["x"] > box["x"] + box["width"]
    assert dials_below["y"] > box_above["y"] + box_above["height"]

    # A number that a dial refuses does not stay in it.
    box, said = page.locator("input[data-role=beta]"), page.locator("[data-role=beta-said]")
    box.fill("-1")
    box.press("Enter")
    said.get_by_text("β is a number from 0 to 1000; it stays 1.").wait_for()
    assert box.input_value() == "1"
    ordinary = page.locator("[data-role=learning_rate-said]").evaluate("e => getComputedStyle(e).color")
    assert said.evaluate("e => getComputedStyle(e).color") != ordinary
    box.fill("2")
    box.press("Enter")
    said.get_by_text("takes effect on Resume").wait_for()


def test_in_a_room_the_newest_run_that_has_a_map_is_opened_where_none_is(visit, runs_folder):
    write_run(runs_folder / "run-a")
    shutil.rmtree(write_run(runs_folder / "run-without") / "snapshots")
    page = visit("/train", ready=form_stands)
    line = page.locator(".for-a-room")
    assert line.is_hidden() and "run=" not in page.url
    page.locator(".skip").focus()
    page.keyboard.press("p")
    wait_for_address(page, "run=run-a")
    page.locator("[data-drawn=true]").wait_for()
    assert line.is_visible() and line.inner_text() == "Train · run-a"
    assert page.locator(".st-key-train_form").is_hidden()


def test_on_a_telephone_a_run_stands_still_everything_fits_and_a_finger_rewinds(visit, runs_folder):
    write_run(runs_folder / "run-a")
    page = visit(
        "/train?run=run-a", ready=run_stands, width=390, height=844, has_touch=True, is_mobile=True, script=SHIFTS
    )
    stands_still(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    slider = page.locator("[data-role=moment]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    touch(page, *[(box["x"] + share * box["width"], y) for share in (0.97, 0.7, 0.4, 0.03)])
    page.locator(".time-machine[data-step='0']").wait_for()


def ticked(page: Page) -> list[str]:
    """Return the names of the runs that are ticked."""
    return page.locator(".run:has([data-role=overlay]:checked)").evaluate_all("all => all.map(e => e.dataset.run)")


def test_runs_stand_in_kinds_that_can_be_compared_and_what_is_ticked_is_drawn_and_kept(visit, runs_folder):
    for name in ("run-a", "run-b", "run-g", *(f"run-{i}" for i in range(8))):
        likelihood = "gaussian" if name == "run-g" else "bernoulli"
        write_run(runs_folder / name, config=replace(CONFIG, likelihood=likelihood))
    page = visit("/train", ready=form_stands)
    page.locator("[data-role=run-order]").select_option("elbo")
    rows = page.locator(".run[data-run^=run-]")
    names = rows.evaluate_all("all => all.map(e => e.dataset.run)")
    assert names.index("run-g") > max(names.index("run-a"), names.index("run-b"))
    assert rows.nth(names.index("run-g")).get_attribute("data-parted") is not None
    page.locator("[data-role=run-order]").select_option("newest")

    # Curves that are ticked are drawn where no run is open.
    alone = page.locator("[data-role=alone]")
    for name in ("run-a", "run-b"):
        page.locator(f".run[data-run={name}] [data-role=overlay]").check()
    alone.scroll_into_view_if_needed()
    alone.locator(".curve-drawing svg").wait_for()
    assert alone.locator(".curve-key b").all_text_contents() == ["run-a", "run-b"]
    assert not alone.locator("[data-role=not-comparable]").is_visible()
    page.locator(".run[data-run=run-g] [data-role=overlay]").check()
    alone.get_by_text("Not comparable in nats: another likelihood.").wait_for()
    # Values stand in the order of the names beside their colours.
    colours = alone.locator(".curve-key:has(b) .stroke").evaluate_all(
        "all => all.map(e => getComputedStyle(e).backgroundColor)"
    )
    values = alone.locator(".curve-heading").first.locator("span:not(.measured)")
    assert values.evaluate_all("all => all.map(e => getComputedStyle(e).color)") == colours
    # An open run has a chart of its own, into which they are laid.
    page.locator("[data-role=open-run]", has_text="run-a").click()
    run_stands(page)
    alone.wait_for(state="hidden")
    page.get_by_role("button", name="Clear").click()

    # A ticked run that is open keeps tick and place when it is renamed.
    page.locator(".time-machine[data-step]").wait_for()
    for name in ("run-a", "run-b"):
        page.locator(f".run[data-run={name}] [data-role=overlay]").check()
    row = page.locator(".run[data-run=run-a]")
    row.locator("[data-role=rename-run]").click()
    page.locator("[data-role=run-new-name]").fill("run-renamed")
    before = row.bounding_box()
    page.keyboard.press("Enter")
    renamed = page.locator(".run[data-run=run-renamed]")
    renamed.wait_for()
    wait_for_address(page, "run=run-renamed")
    page.locator("[data-role=run-name]", has_text="run-renamed").wait_for()
    settled(page)
    page.locator(".time-machine[data-step]").wait_for()
    page.wait_for_timeout(500)  # whatever would jump has jumped
    assert set(ticked(page)) == {"run-renamed", "run-b"}
    after = renamed.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 3 * after["height"]
    page.get_by_role("button", name="Clear").click()


def start_as_typed(page: Page, server: Server) -> dict:
    """Start a run while its number of epochs is still being typed; it comes into sight. Return its settings."""
    page.get_by_label("Epochs", exact=True).click()
    page.keyboard.press("Control+A")
    page.keyboard.type("1234")
    page.get_by_role("button", name="Start", exact=True).click()  # no Tab in between
    wait_for_address(page, f"run={NAME}")
    config = told(server)["config"]
    assert config["epochs"] == 1234
    name = page.locator("[data-role=run-name]", has_text=NAME)
    name.wait_for()
    settled(page)
    assert not page.get_by_role("button", name="Start", exact=True).is_visible()
    assert page.get_by_role("button", name="Train another").is_visible()
    until(page, lambda: 0 <= name.bounding_box()["y"] < page.viewport_size["height"] / 2)
    return config


def test_what_is_typed_for_another_run_stays_for_its_data_and_is_started_with(visit, server, runs_folder):
    write_run(runs_folder / "run-a", Status("done", step=400, steps=400, asked_at=1e9))
    page = visit("/train?run=run-a", ready=run_stands)
    page.get_by_role("button", name="Train another").click()
    form_stands(page)
    typed = {"Epochs": "60", "β": "2.5", "Latent size": "7", "Name": "mine"}
    for label, value in typed.items():
        fill(page, label, value)  # at once, while the page is still busy with what was typed before
    for more in ({}, {"Learning rate": "0.25"}):
        for label, value in more.items():
            fill(page, label, value)
        settled(page)
        assert {label: page.get_by_label(label, exact=True).input_value() for label in typed} == typed

    # What was set for other data is not trained with.
    for data in ("Shapes", "Digits"):
        fill(page, "Learning rate", "0.25")
        settled(page)
        unroll(page, page.get_by_label("Data", exact=True))
        page.get_by_role("option", name=data).click()
        page.get_by_text("Settings that suit it were filled in").wait_for()
    fill(page, "Name", NAME)
    config = start_as_typed(page, server)
    assert (config["dataset"], config["learning_rate"]) == ("digits", 0.001)


def test_on_a_telephone_the_form_fits_and_a_run_is_started_and_discarded(visit, server, runs_folder):
    write_run(runs_folder / "run-a")
    page = visit("/train?run=run-a", ready=run_stands, width=390, height=844, reduced_motion="reduce")
    page.get_by_role("button", name="Train another").click()
    form_stands(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    fill(page, "Name", NAME)
    start_as_typed(page, server)
    state_is(page, "Training")
    press(page, "discard")
    press(page, "yes")
    until(page, lambda: not (runs_folder / NAME).exists())
    form_stands(page)


def test_a_run_that_is_not_there_is_told_of_calmly_and_keys_alone_choose_a_way_to_begin_and_start_it(
    visit, server, home
):
    missing = "<img src=x onerror=document.title='hacked'>"
    page = visit(f"/train?run={quote(missing)}", ready=form_stands, reduced_motion="reduce")
    page.get_by_text("There is no run").wait_for()
    assert page.title() != "hacked"
    two = page.get_by_role("radio", name="Two numbers")
    two.focus()
    assert two.is_checked()
    page.keyboard.press("ArrowRight")
    page.get_by_role("radio", name="Sixteen numbers").and_(page.locator(":checked")).wait_for()
    settled(page)
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate(f"({FOCUSED})().innerText.includes('Start')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_function("/run=[a-z]/.test(location.search)")
    name = page.url.partition("run=")[2]
    try:
        assert told(server, name)["config"]["latent_dims"] == 16
    finally:  # gone before the next test begins: a run that trains on would be in its lists, and in its way
        until(page, lambda: not discard(server, name) and not (home / "models" / name).exists())


def test_a_link_fills_the_form_in_and_what_cannot_be_is_told_of(visit):
    page = visit("/train?dataset=shapes&beta=10&latent_dims=16&network=abacus", ready=form_stands)
    page.get_by_text("Network cannot be 'abacus'").wait_for()
    page.get_by_label("β", exact=True).wait_for()
    assert page.get_by_label("β", exact=True).input_value() == "10"
    assert page.get_by_label("Latent size", exact=True).input_value() == "16"
    page.get_by_text("20,000 images to learn from").wait_for()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        laid(page, ".st-key-train_more")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        fields = page.locator(".st-key-train_more .stNumberInput").evaluate_all("all => all.map(e => e.clientWidth)")
        assert max(fields) - min(fields) <= 2, width  # the last row's as well
        boxes = page.locator(".st-key-train_more input").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect().right)"
        )
        assert max(boxes) <= width

    # A number that cannot be is told of, and Start waits.
    page.set_viewport_size({"width": 1280, "height": 800})
    fill(page, "Latent size", "0")
    page.get_by_text("Latent size is a number from 1 to 512; got 0.").wait_for()
    assert page.get_by_role("button", name="Start", exact=True).is_disabled()
    fill(page, "Latent size", "3")
    page.get_by_text("Latent size is a number").wait_for(state="hidden")
    assert page.get_by_role("button", name="Start", exact=True).is_enabled()
