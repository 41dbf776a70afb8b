"""The Train page in a real browser, for runs of every family: what is said of them, what is decoded."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page
from safetensors.numpy import save_file

from tests.browser.conftest import pixels, wait_for_change, wait_for_pixels
from tests.browser.test_train import fill, form_stands, run_stands, settled
from tests.tiny_moments import tiny_decoder, weights_at
from tests.web.routes.test_runs import living, write_run
from vae.config import TrainConfig
from vae.families import FAMILIES
from vae.runs.status import Status

pytestmark = pytest.mark.browser

SHAPE, CLASSES = (1, 8, 8), 10


@pytest.fixture
def runs_folder(home: Path) -> Iterator[Path]:
    """The server's models, where runs of the names that begin with `run-` are gone after the test."""
    yield home / "models"
    for folder in (home / "models").glob("run-*"):
        shutil.rmtree(folder)


def of_family(name: str, **more: object) -> TrainConfig:
    return TrainConfig(dataset="digits", family=name, latent_dims=2, epochs=4, **more).settled()  # type: ignore[arg-type]


def standing(state: str = "training") -> Status:
    """Return the status of a run that stays in this state for the whole test: its next heartbeat is far away."""
    return living(state, step=250, steps=400, beta=1.0, learning_rate=1e-3, heartbeat=time.time() + 600)


def write_decoders(folder: Path, told: int) -> None:
    """Give a run's moments their decoders, each with weights of its own; told: of how many classes they are told."""
    (folder / "snapshots" / "decoder.onnx").write_bytes(tiny_decoder(2, told, SHAPE))
    for step in (0, 200):
        weights = weights_at(step // 100, 2, told, SHAPE).astype(np.float16)
        path = folder / "snapshots" / f"{step:08d}.npz"
        save_file({"decoder.weight": weights}, path.with_suffix(".safetensors"))
        if told:
            np.savez(path, **dict(np.load(path)), told=np.array(told))


SAID = """train => [train.innerText, ...[...train.querySelectorAll("*")].filter(e => e.checkVisibility()).flatMap(
  e => ["title", "aria-label", "aria-valuetext"].map(name => e.getAttribute(name) ?? ""))].join("\\n")"""


def said(page: Page) -> str:
    """Return all that the visible page says of its runs: its text, and what a pointer or a screen reader is told."""
    return str(page.locator(".train").evaluate(SAID))


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("state", ["training", "stopped"])
def test_only_where_there_is_a_bound_it_is_spoken_of(visit, runs_folder, name, state):
    write_run(runs_folder / "run-a", standing(state), of_family(name))
    page = visit("/train?run=run-a", ready=run_stands)
    page.locator(".time-machine[data-step='200']").wait_for()
    page.locator(".learning").scroll_into_view_if_needed()
    page.locator(".curve-drawing svg").wait_for()
    page.locator("summary", has_text="The figures as a table").click()
    page.locator(".figures thead th").first.wait_for()
    words, bound = said(page), "bound" in FAMILIES[name].can
    assert bool(re.search("ELBO|KL|β", words)) == bound, re.findall(".*(?:ELBO|KL|β).*", words)
    assert FAMILIES[name].title in words
    titles = page.locator(".curve-heading:visible b").all_text_contents()
    assert titles == (["−ELBO", "Reconstruction", "KL"] if bound else ["Reconstruction"])
    assert page.locator(".kl-bars").is_visible() == bound
    assert page.locator("[data-role=beta]").is_visible() == (bound and state == "training")
    assert page.locator("[data-role=learning_rate]").is_visible() == (state == "training")
    samples = page.locator(".moment-pictures section").last.inner_text()
    assert ("prior at every moment" in samples) == ("draw" in FAMILIES[name].can)
    assert ("each class in its turn" in samples) == ("condition" in FAMILIES[name].can)


def test_what_else_is_in_a_loss_has_a_panel_where_it_weighs(visit, runs_folder):
    folder = write_run(runs_folder / "run-a", config=of_family("autoencoder", options={"sparsity": 0.5}))
    records = folder / "metrics.jsonl"
    records.write_bytes(records.read_bytes().replace(b'"others":{}', b'"others":{"sparsity":3.5}'))
    page = visit("/train?run=run-a", ready=run_stands)
    page.locator(".learning").scroll_into_view_if_needed()
    page.locator(".curve-heading b", has_text="Sparsity").wait_for()
    assert page.locator(".curve-heading:visible b").all_text_contents() == ["Reconstruction", "Sparsity"]
    assert "sparsity 0.5" in page.locator(".run-settings").inner_text()


def test_the_place_is_decoded_as_the_class_that_is_chosen_at_every_moment(visit, runs_folder):
    folder = write_run(runs_folder / "run-a", config=of_family("conditional"))
    write_decoders(folder, CLASSES)
    page = visit("/train?run=run-a", ready=run_stands)
    page.locator(".time-machine[data-decoded='200 0 0 0']").wait_for()
    choice = page.locator("[data-role=told]")
    assert choice.locator("option").all_text_contents() == [f"class {number}" for number in range(CLASSES)]
    first = pixels(page, "moment-picture")
    choice.select_option("7")
    seventh = wait_for_change(page, first, "moment-picture")
    page.locator(".time-machine[data-decoded='200 0 0 7']").wait_for()
    assert page.locator("[data-role=moment-picture]").get_attribute("aria-label").endswith("as class 7")
    page.locator("[data-role=moment]").focus()
    page.keyboard.press("Home")
    page.locator(".time-machine[data-decoded='0 0 0 7']").wait_for()
    wait_for_change(page, seventh, "moment-picture")
    page.keyboard.press("End")
    wait_for_pixels(page, seventh, "moment-picture")
    choice.select_option("0")
    wait_for_pixels(page, first, "moment-picture")


@pytest.mark.parametrize("name", [name for name, known in FAMILIES.items() if "condition" not in known.can])
def test_where_no_class_is_told_none_is_offered(visit, runs_folder, name):
    folder = write_run(runs_folder / "run-a", config=of_family(name))
    write_decoders(folder, 0)
    page = visit("/train?run=run-a", ready=run_stands)
    page.locator(".time-machine[data-decoded='200 0 0']").wait_for()
    assert not page.locator("[data-role=told]").is_visible()


def test_runs_of_two_families_are_called_by_what_both_have_and_are_not_compared(visit, runs_folder):
    for name, other in (("run-a", "gaussian"), ("run-b", "autoencoder")):
        write_run(runs_folder / name, config=of_family(other))
    page = visit("/train?run=run-a", ready=run_stands)
    for name in ("run-a", "run-b"):
        page.locator(f".run[data-run={name}] [data-role=overlay]").check()
    page.locator(".learning").scroll_into_view_if_needed()
    page.get_by_text("Not comparable in nats: another family.").first.wait_for()
    assert page.locator(".run-list .heads").inner_text().startswith("Run")
    assert "Loss, training" in page.locator(".run-list .heads").inner_text()
    assert page.locator(".run[data-run=run-b] .settings").inner_text() == "Autoencoder"
    # In a panel of the −ELBO one of them has no line, and no value.
    values = page.locator(".curve-heading:visible").evaluate_all(
        "all => all.map(e => e.querySelectorAll('span').length)"
    )
    assert values == [2, 4, 2]
    page.get_by_role("button", name="Clear").click()


def test_a_weight_that_a_family_has_no_use_for_waits_in_its_field(visit):
    page = visit("/train", ready=form_stands)
    fill(page, "β", "2.5")
    settled(page)
    for family, off in (("Autoencoder", True), ("VAE", False)):
        page.get_by_label("Family", exact=True).click()
        page.get_by_role("option", name=family, exact=True).click()
        settled(page)
        page.get_by_text(FAMILIES["autoencoder" if off else "gaussian"].sentence).wait_for()
        box = page.get_by_label("β", exact=True)
        assert (box.is_disabled(), box.input_value()) == (off, "2.5")
    assert page.get_by_role("button", name="Start", exact=True).is_enabled()


@pytest.mark.parametrize("name", FAMILIES)
def test_on_a_telephone_everything_fits(visit, runs_folder, name):
    folder = write_run(runs_folder / "run-a", standing(), of_family(name))
    write_decoders(folder, CLASSES if "condition" in FAMILIES[name].can else 0)
    page = visit("/train?run=run-a", ready=run_stands, width=390, height=844, has_touch=True, is_mobile=True)
    page.locator(".time-machine[data-decoded]").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
