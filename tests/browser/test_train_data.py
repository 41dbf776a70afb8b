"""Data of one's own and the list of runs: a zip becomes a model; a run is renamed, saved, deleted and brought back."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, TimeoutError, expect

from tests.browser.test_train import unfold
from tests.web.routes.test_runs import CONFIG, write_run
from vae.runs.status import Status

pytestmark = [pytest.mark.browser, pytest.mark.slow]


TRAINED_MS = 180_000
"""How long a run of a few steps may take on a machine that does other things: it imports torch and exports graphs."""


def zipped(images: int = 40) -> bytes:
    """Make a zip of two kinds of pictures, bars and squares, with one that is broken."""
    random = np.random.default_rng(0)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for i in range(images):
            pixels = np.zeros((32, 32), np.uint8)
            x, y = random.integers(2, 22, 2)
            pixels[:, x : x + 5] = 255 * (i % 2)
            pixels[y : y + 8, x : x + 8] = 255
            file = io.BytesIO()
            Image.fromarray(pixels).save(file, "PNG")
            archive.writestr(
                f"{'bars' if i % 2 else 'squares'}/{'light' if i < 10 else 'dark'}{i}.png", file.getvalue()
            )
        archive.writestr("bars/broken.png", b"\x89PNG\r\n\x1a\nand then nothing of the kind")
    return held.getvalue()


def role(page: Page | Locator, name: str) -> Locator:
    return page.locator(f"[data-role={name}]")


def row(page: Page, name: str) -> Locator:
    return page.locator(f'li[data-run="{name}"]')


def bring(page: Page, opener: str, name: str, content: bytes) -> None:
    """Choose a file with the button of this role; press again where the browser has not opened its window."""
    for attempt in range(3):
        try:
            with page.expect_file_chooser(timeout=15_000) as chooser:
                role(page, opener).click()
            break
        except TimeoutError:
            if attempt == 2:
                raise
    chooser.value.set_files(FilePayload(name=name, mimeType="application/zip", buffer=content))


def listed(page: Page) -> None:
    """Wait until the list of runs is there."""
    page.locator(".run-list[data-ready]").wait_for()


def names(page: Page, route: str) -> list[str]:
    """Return the names that the server lists under a route."""
    told = page.request.get(f"{page.url.split('/train')[0]}/api/{route}").json()
    return [each["name"] for each in (told if isinstance(told, list) else told[route])]


def do(page: Page, route: str) -> None:
    """Ask the server for what a button would."""
    page.request.post(f"{page.url.split('/train')[0]}/api/{route}")


def start(page: Page, name: str) -> None:
    """Start a run of one epoch of the data that are chosen."""
    unfold(page)
    for field, value in (
        (page.get_by_label("Epochs", exact=True), "1"),
        (page.get_by_placeholder("after its data"), name),
    ):
        field.fill(value)
        field.press("Enter")
    page.get_by_role("button", name="Start", exact=True).click()


@pytest.fixture
def open_train(visit: Callable[..., Page]) -> Callable[..., Page]:
    """Open Train where nothing moves by itself: what moves while a run is waited for takes the run's processor."""

    def open_page(path: str = "/train", **options: object) -> Page:
        return visit(path, ready=listed, reduced_motion="reduce", **options)

    return open_page


def unfold_adding(page: Page) -> None:
    page.get_by_test_id("stRadioOption").filter(has_text="Your own data").click()
    fold = page.locator(".st-key-train_add details")
    fold.wait_for()
    if fold.get_attribute("open") is None:  # there are some already
        fold.locator("summary").click()


def open_adding(page: Page) -> None:
    unfold_adding(page)
    role(page, "choose-data").wait_for()


def remove_set(page: Page, name: str) -> None:
    """Delete a data set with the keyboard, asked once more."""
    page.locator(f"[data-set={name}]").get_by_role("button", name=f"Delete {name}").press("Enter")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    role(page, "delete-set-for-good").press("Enter")
    expect(page.locator(f"[data-set={name}]")).to_have_count(0)


def test_a_file_is_refused_in_a_sentence_or_asked_about_and_what_was_sent_is_kept_over_a_reload(open_train):
    page = open_train()
    open_adding(page)

    # What is no data is refused, another can be brought at once, and is let go.
    bring(page, "choose-data", "notes.zip", b"these are no pictures")
    expect(role(page, "data-refused")).to_contain_text("notes.zip")
    bring(page, "choose-data", "photos.docx", b"nor these")
    said = "photos.docx is not a .zip, .npz, .npy, .csv or a file of MNIST's kind; choose another file."
    expect(role(page, "data-refused")).to_have_text(said)
    bring(page, "choose-data", "good.zip", zipped(12))
    expect(role(page, "holds")).to_have_text("12 images in 2 classes")
    expect(role(page, "data-refused")).to_be_hidden()
    role(page, "drop-upload").click()
    role(page, "data-zone").wait_for()

    # What a table does not say is asked.
    ramp = np.linspace(0, 255, 399).round().astype(int)
    rows = [f"{i % 3}," + ",".join(map(str, np.roll(ramp, 7 * i))) for i in range(60)]
    bring(page, "choose-data", "notsquare.csv", "\n".join(rows).encode())
    expect(role(page, "preview")).to_contain_text("the first has only 3 values: is it the label?")
    expect(role(page, "holds")).to_have_text("60 images, without classes")

    # It is still there after a reload; what is chosen is shown.
    page.reload()
    listed(page)
    unfold_adding(page)
    expect(role(page, "holds")).to_have_text("60 images, without classes")
    role(page, "set-label").select_option("first")
    expect(role(page, "holds")).to_have_text("60 images in 3 classes")
    expect(role(page, "preview")).to_contain_text("399 pixels make no square: taken as 19 x 21")
    expect(role(page, "set-width")).to_have_value("21")

    # A name that cannot be had is told of.
    role(page, "set-name").fill("MNIST / 5k")
    role(page, "add-set").click()
    expect(role(page, "set-name")).to_be_focused()
    expect(page.locator(".choice .problem:visible")).to_contain_text("small letters")
    role(page, "set-name").fill("mnist-5k")
    expect(page.locator(".choice .problem:visible")).to_have_text("There is a data set of this name already.")

    # Added as it was chosen.
    role(page, "set-name").fill("labelled")
    expect(role(page, "sum")).to_have_text("54 images to train on, 6 held out; 21 × 19, grey.")
    role(page, "add-set").click()
    expect(role(page, "data-added")).to_contain_text("labelled is a data set now")
    remove_set(page, "labelled")


def waves(n: int = 60, samples: int = 48) -> bytes:
    """Make a table of waves of three classes, a row each, the class first; nothing in it says that they are series."""
    at, random = np.arange(samples) / samples, np.random.default_rng(0)
    rows = []
    for i in range(n):
        wave = random.uniform(0.5, 1.5) * np.sin(2 * np.pi * (1 + i % 3) * at)
        rows.append(f"{i % 3}," + ",".join(f"{value:.4f}" for value in wave))
    return "\n".join(rows).encode()


def test_a_table_of_series_becomes_a_data_set_and_a_time_machine_of_curves(open_train):
    page = open_train()
    open_adding(page)
    bring(page, "choose-data", "waves.csv", waves().replace(b"\n2,", b"\n2,nan,", 1))
    expect(role(page, "data-refused")).to_contain_text("the series of a set are of one length")
    bring(page, "choose-data", "waves.csv", waves())

    # Looked at: what the file leaves open is asked, and nothing that series have not.
    expect(role(page, "holds")).to_have_text("60 series in 3 classes")
    expect(role(page, "preview")).to_contain_text("In the file: all of 48 samples.")
    expect(role(page, "set-kind")).to_have_value("series")
    expect(role(page, "set-label")).to_be_visible()
    for absent in ("set-side", "set-width", "set-colour", "set-fit"):
        expect(role(page, absent)).to_have_count(0)
    told = role(page, "scale-told").inner_text()
    role(page, "set-scale").select_option("each")
    expect(role(page, "scale-told")).not_to_have_text(told)
    role(page, "set-kind").select_option("image")  # they are none: it goes back, and says why
    expect(role(page, "add-refused")).to_contain_text("make no square picture")
    expect(role(page, "set-kind")).to_have_value("series")

    # Added.
    role(page, "set-held-out").fill("20")
    role(page, "set-name").fill("my-waves")
    expect(role(page, "sum")).to_have_text("48 series of 48 samples to train on, 12 held out.")
    role(page, "set-name").press("Enter")
    expect(role(page, "data-added")).to_contain_text("my-waves is a data set now")
    expect(page.locator("[data-set=my-waves]")).to_contain_text("60 series · 3 classes · 48 samples")
    expect(page.get_by_text("48 series of 48 samples to learn from and 12 held out, 3 classes.")).to_be_visible()
    unfold(page)
    expect(page.get_by_label("Likelihood", exact=True)).to_have_value("Gaussian")

    # Trained on, and its time machine opened: curves, under the pointer too.
    start(page, "from-waves")
    expect(row(page, "from-waves").locator(".state")).to_have_text("Done", timeout=TRAINED_MS)
    expect(role(page, "reconstructions")).to_have_attribute("aria-label", re.compile("10 test series over their"))
    for name, count in (("reconstructions", 20), ("samples", 16), ("moment-picture", 1)):
        curves = role(page, name).locator("xpath=descendant-or-self::canvas[@data-view='series']")
        expect(curves).to_have_count(count)
    machine = page.locator(".time-machine[data-decoded]")
    before, decoded = canvas_of(page), machine.get_attribute("data-decoded")
    place = role(page, "moment-map").bounding_box()
    page.mouse.move(place["x"] + 0.7 * place["width"], place["y"] + 0.3 * place["height"])
    expect(machine).not_to_have_attribute("data-decoded", decoded)
    assert canvas_of(page) != before

    # And gone again.
    do(page, "run?run=from-waves&action=delete")
    do(page, "datasets?action=delete&name=my-waves")


def test_molecules_become_a_data_set_without_the_lines_that_are_none(open_train):
    page = open_train()
    open_adding(page)
    smiles = [f"{'C' * n}{end}" for n in range(1, 9) for end in ("O", "N", "C(=O)O")]
    bring(page, "choose-data", "mine.smi", "\n".join(["C(", *smiles, "CC.O"]).encode())
    expect(role(page, "holds")).to_contain_text(f"{len(smiles)} molecules")
    left = role(page, "left-out")
    expect(left.locator("summary")).to_have_text("2 lines left out")
    left.locator("summary").press("Enter")
    expect(left.locator("li")).to_have_text(
        [
            "line 1 is no SMILES that makes chemical sense",
            f"line {len(smiles) + 2} is several molecules, such as a salt; bring one of them",
        ]
    )
    role(page, "set-name").fill("my-molecules")
    role(page, "set-name").press("Enter")
    expect(role(page, "data-added")).to_contain_text("my-molecules is a data set now")
    expect(page.locator("[data-set=my-molecules]")).to_contain_text(f"{len(smiles)} molecules")
    do(page, "datasets?action=delete&name=my-molecules")


def canvas_of(page: Page) -> str:
    """Return the picture of the place that is decoded, as its pixels are."""
    return role(page, "moment-picture").evaluate("canvas => canvas.toDataURL()")


@pytest.fixture
def two_runs(home: Path) -> Iterator[list[str]]:
    """Two finished runs that differ in β and seed, as their processes leave them."""
    done = Status("done", step=400, steps=400, asked_at=1e9)
    made = {"list-a": replace(CONFIG, beta=4.0), "list-b": replace(CONFIG, seed=3)}
    for name, config in made.items():
        write_run(home / "models" / name, done, config)
    yield list(made)
    for name in made:
        shutil.rmtree(home / "models" / name)


def test_a_zip_of_images_becomes_a_data_set_and_a_model_that_is_renamed_saved_deleted_and_brought_back(
    open_train, two_runs
):
    page = open_train()
    open_adding(page)
    bring(page, "choose-data", "Bars & squares.zip", zipped())

    # Looked at together.
    expect(role(page, "holds")).to_have_text("40 images in 2 classes")
    expect(role(page, "class-counts").locator("li")).to_have_text(["bars20", "squares20"])
    role(page, "left-out").locator("summary").click()
    expect(role(page, "left-out").locator("li")).to_contain_text("bars/broken.png")
    expect(role(page, "sheet").locator("i")).not_to_have_count(0)

    # Looked at otherwise: other labels, and ink on paper.
    role(page, "set-label").select_option("file")
    expect(role(page, "class-counts").locator("li")).to_have_text(["dark30", "light10"])
    role(page, "set-label").select_option("")
    expect(role(page, "class-counts").locator("li")).to_have_text(["bars20", "squares20"])
    before = role(page, "sheet").get_attribute("style")
    role(page, "set-invert").select_option("yes")
    expect(role(page, "sheet")).not_to_have_attribute("style", before or "")

    # Chosen and added.
    page.locator("[data-side='28']").click()
    role(page, "set-held-out").fill("25")
    role(page, "set-name").fill("two-kinds")
    expect(role(page, "sum")).to_have_text("30 images to train on, 10 held out; 28 × 28, grey.")
    role(page, "set-name").press("Enter")
    expect(role(page, "data-added")).to_contain_text("two-kinds is a data set now")
    expect(
        page.get_by_text("30 images to learn from and 10 held out, 28 × 28 pixels, grey, 2 classes.")
    ).to_be_visible()

    # Trained on, and opened.
    start(page, "from-a-zip")
    trained = row(page, "from-a-zip")
    expect(trained.locator(".state")).to_have_text("Done", timeout=TRAINED_MS)
    expect(trained.locator(".what")).to_contain_text("two-kinds")
    assert "from-a-zip" in names(page, "models")

    # Renamed: refused where the name is taken, and the run that is open stays open under its new name.
    role(trained, "rename-run").click()
    role(page, "run-new-name").fill("list-a")
    page.keyboard.press("Enter")
    expect(trained.locator(".refused")).to_contain_text("'list-a'")
    role(page, "run-new-name").fill("renamed")
    page.keyboard.press("Enter")
    page.wait_for_url("**run=renamed*")
    renamed = row(page, "renamed")
    expect(renamed.locator(".state")).to_have_text("Done")
    expect(trained).to_have_count(0)
    assert "renamed" in names(page, "models") and "from-a-zip" not in names(page, "models")

    # Saved, deleted, and brought back as it was.
    figure = renamed.locator(".held b").inner_text()
    with page.expect_download() as download:
        role(renamed, "download-run").click()
    saved = Path(download.value.path()).read_bytes()
    assert download.value.suggested_filename == "renamed.zip"
    role(renamed, "delete-run").click()
    page.keyboard.press("Escape")
    expect(role(renamed, "delete-run")).to_be_focused()
    page.keyboard.press("Enter")
    role(page, "delete-for-good").click()
    expect(renamed).to_have_count(0)
    assert "renamed" not in names(page, "models")
    bring(page, "upload-run", "renamed.zip", saved)
    expect(renamed.locator(".held b")).to_have_text(figure)
    assert "renamed" in names(page, "models")

    # And gone again.
    do(page, "run?run=renamed&action=delete")
    page.goto(page.url.split("?")[0])
    listed(page)
    open_adding(page)
    remove_set(page, "two-kinds")
    assert "two-kinds" not in names(page, "datasets")


def test_runs_are_listed_overlaid_and_opened_and_what_is_none_is_refused_in_a_sentence(open_train, two_runs):
    page = open_train()
    first, second = (row(page, name) for name in two_runs)

    # Listed with what makes them different.
    expect(first.locator(".settings span")).to_have_text(["β 4", f"seed {CONFIG.seed}"])
    expect(second.locator(".settings span")).to_have_text([f"β {CONFIG.beta:g}", "seed 3"])
    for each in (first, second):
        expect(each.locator(".state")).to_have_text("Done")
        assert float(each.locator(".held b").inner_text()) > 0
        assert each.locator(".curve path").get_attribute("d")

    # What is no run is refused.
    bring(page, "upload-run", "notes.zip", b"this is no run")
    expect(role(page, "run-refused")).to_be_visible()
    bring(page, "upload-run", "notes.txt", b"this is no run")
    expect(role(page, "run-refused")).to_have_text("notes.txt is not a run's zip; choose another file.")

    # Opened and overlaid.
    second.locator(".held").click(force=True)  # anywhere on the line
    page.wait_for_url("**run=list-b*")
    expect(second.get_by_role("button", name="list-b", exact=True)).to_have_attribute("aria-current", "true")
    for each in (first, second):
        role(each, "overlay").check()
    expect(role(page, "overlaid").locator(".key")).to_have_text(list(two_runs))
