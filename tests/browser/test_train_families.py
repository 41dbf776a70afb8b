"""The Train page in a real browser, for runs of every family: what is said of them, what is decoded."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page
from safetensors.numpy import save_file

from tests.browser.conftest import pixels, unroll, wait_for_change, wait_for_pixels
from tests.browser.test_train import fill, form_stands, run_stands, settled
from tests.tiny_moments import tiny_decoder, weights_at
from tests.web.routes.test_runs import living, write_run
from vae.config import TrainConfig
from vae.families import FAMILIES
from vae.objectives import OBJECTIVES
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


class Runs:
    """Runs of which a page shows one at a time, and lists no other: what is said of it is said of no other."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder, self.name = page, folder, ""

    def show(self, name: str, write: Callable[[Path], object]) -> None:
        """Have the page show a run as it is written, and forget the one before."""
        write(self.folder / name)
        self._list()
        self.page.locator("[data-role=open-run]", has_text=re.compile(f"^{name}$")).click()
        self.page.locator("[data-role=run-name]", has_text=re.compile(f"^{name}$")).wait_for()
        self.page.locator(f".time-machine[data-run={name}][data-step='200']").wait_for()
        if self.name:
            shutil.rmtree(self.folder / self.name)
            self._list()
            self.page.locator(f"li[data-run={self.name}]").wait_for(state="detached")
        self.name = name

    def _list(self) -> None:
        """Have the page list the runs anew, as it does when one comes back to it; by itself it waits some seconds."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


SAID = """train => [train.innerText, ...[...train.querySelectorAll("*")].filter(e => e.checkVisibility()).flatMap(
  e => ["title", "aria-label", "aria-valuetext"].map(name => e.getAttribute(name) ?? ""))].join("\\n")"""


def said(page: Page) -> str:
    """Return all that the visible page says of its runs: its text, and what a pointer or a screen reader is told."""
    return str(page.locator(".train").evaluate(SAID))


def misplaced(page: Page, name: str, state: str) -> list[str]:
    """Name what a page says or shows of a family's run that it should not, and the other way round."""
    can, words = FAMILIES[name].can, said(page)
    bound, samples = "bound" in can, page.locator(".moment-pictures section").last.inner_text()
    panels = ["−ELBO", "Reconstruction", "KL"] if bound else ["Reconstruction"]
    if "encode" not in can:
        panels = [each[:1].upper() + each[1:] for each in OBJECTIVES[FAMILIES[name].objectives[0]].others]
    curves = page.locator(".curve-heading:visible b").all_text_contents()

    def seen(place: str) -> bool:
        return page.locator(place).is_visible()

    right = {
        "words of a bound": bool(re.search("ELBO|KL|β", words)) == bound,
        "the family's title": FAMILIES[name].title in words,
        "curves": curves == panels,
        "what comes back": seen(".pairs") == ("encode" in can),
        "KL bars": seen(".kl-bars") == bound,
        "the weight's dial": seen("[data-role=beta]") == (bound and state == "training"),
        "the learning rate's dial": seen("[data-role=learning_rate]") == (state == "training"),
        "draws from the prior": ("prior at every moment" in samples) == ("draw" in can),
        "draws of each class": ("each class in its turn" in samples) == ("condition" in can),
        "a choice of the class": seen("[data-role=told]") == ("condition" in can),
    }
    return [what for what, is_right in right.items() if not is_right]


def test_only_where_there_is_a_bound_it_is_spoken_of_and_only_where_a_class_is_told_one_is_offered(visit, runs_folder):
    page = visit("/train", ready=form_stands)
    runs = Runs(page, runs_folder)
    for name, state in product(FAMILIES, ("training", "stopped")):

        def write(folder: Path, name: str = name, state: str = state) -> None:
            write_run(folder, standing(state), of_family(name))
            write_decoders(folder, CLASSES if "condition" in FAMILIES[name].can else 0)

        runs.show(f"run-{name}-{state}", write)
        page.locator(".time-machine[data-decoded^='200 0 0']").wait_for()
        page.locator(".learning").scroll_into_view_if_needed()
        page.locator(".curve-drawing svg").wait_for()
        if not page.locator(".figures-frame").is_visible():
            page.locator("summary", has_text="The figures as a table").click()
        page.locator(".figures thead th").first.wait_for()
        for _ in range(200):
            if not misplaced(page, name, state):
                break
            page.wait_for_timeout(50)
        assert misplaced(page, name, state) == [], (name, state)


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
        unroll(page, page.get_by_label("Family", exact=True))
        page.get_by_role("option", name=family, exact=True).click()
        settled(page)
        page.get_by_text(FAMILIES["autoencoder" if off else "gaussian"].sentence).wait_for()
        box = page.get_by_label("β", exact=True)
        assert (box.is_disabled(), box.input_value()) == (off, "2.5")
    assert page.get_by_role("button", name="Start", exact=True).is_enabled()


def test_on_a_telephone_everything_fits(visit, runs_folder):
    page = visit("/train", ready=form_stands, width=390, height=844, has_touch=True, is_mobile=True)
    runs = Runs(page, runs_folder)
    for name in FAMILIES:

        def write(folder: Path, name: str = name) -> None:
            write_run(folder, standing(), of_family(name))
            write_decoders(folder, CLASSES if "condition" in FAMILIES[name].can else 0)

        runs.show(f"run-{name}", write)
        page.locator(".time-machine[data-decoded]").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
