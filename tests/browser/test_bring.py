"""A model of anybody's comes in on Home: dropped, looked at together, taken in, and every page works on it."""

import base64
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.canvases import all_grey
from tests.browser.conftest import painted
from tests.browser.test_calm import LEAST, WATCH, violations, worst
from tests.foreign import strangers
from tests.foreign.linear import components
from vae.data import load
from vae.kinds.kinds import kind_of

pytestmark = pytest.mark.browser

TRIED_MS = 90_000
"""How long looking at two graphs may take on a machine that does other things: a process starts, and opens data."""

DROP = """(element, files) => {
  const drop = new DataTransfer();
  for (const [name, text] of files) {
    drop.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
  }
  const tell = (kind) =>
    element.dispatchEvent(new DragEvent(kind, { dataTransfer: drop, bubbles: true, composed: true, cancelable: true }));
  return ["dragenter", "dragover", "drop"].map(tell).every((free) => !free);
}"""


def role(page: Page | Locator, name: str) -> Locator:
    return page.locator(f"[data-role={name}]")


def zone(page: Page) -> None:
    """Wait until files can be brought."""
    role(page, "model-zone").wait_for()


def drop(page: Page, **files: bytes) -> None:
    """Drop files onto the place for them, as a hand does."""
    told = [[name.replace("__", "."), base64.b64encode(data).decode()] for name, data in files.items()]
    assert page.locator(".bring").evaluate(DROP, told), "the page takes them, and not the browser"


def shown(page: Page, row: int) -> np.ndarray:
    """Return the pictures of a row, uint8 [n, H, W], as they are painted."""
    return np.stack(all_grey(role(page, "rows").locator(".row").nth(row).locator("canvas")))


@pytest.fixture
def gone_after(home: Path) -> Iterator[str]:
    """The name of a model that is not there before the test, and not after it."""
    name = "a-stranger"
    yield name
    shutil.rmtree(home / "models" / name, ignore_errors=True)


PAINTED = """() => [...document.querySelectorAll('[class*="-live"] *')].some((each) =>
  [...(each.shadowRoot?.querySelectorAll("canvas") ?? [])].filter((one) => {
    if (!one.offsetParent || one.width < 2) return false;
    const { data } = one.getContext("2d")?.getImageData(0, 0, one.width, one.height) ?? { data: [] };
    return new Set(data).size > 8;
  }).length > 1)"""


def test_two_files_are_dropped_looked_at_answered_and_every_page_works_on_the_model(visit, gone_after):
    page = visit("/", ready=zone, script=WATCH, reduced_motion="reduce")
    painted(page)
    page.get_by_role("link", name="bring a model of your own").click()
    expect(role(page, "choose-model")).to_be_in_viewport()

    # One by one: what is missing is said, and what was sent is kept.
    drop(page, one__onnx=strangers.encoder(span=(-1, 1), layout="NHWC").SerializeToString())
    expect(role(page, "model-says")).to_contain_text("The decoder is still missing", timeout=TRIED_MS)
    drop(page, other__onnx=strangers.decoder(span=(-1, 1)).SerializeToString())
    expect(role(page, "model-head")).to_have_text("A VAE of images (8 × 8 in grey), 4 numbers a code", timeout=TRIED_MS)
    expect(role(page, "model-list").locator("li")).to_have_text(
        [re.compile("^encoder one"), re.compile("^decoder other")]
    )
    expect(role(page, "model-data")).to_have_value("digits")

    # Is this right? What is painted is what the decoder's own weights make of the test images.
    x = shown(page, 0).reshape(8, -1)
    assert np.array_equal(x, strangers.digits().test.images[:8].reshape(8, -1))
    expected = strangers.stranger().expected(strangers.stranger().mean(x / 255))[..., 0]
    assert np.abs(shown(page, 1).astype(int) - expected).max() <= 1
    role(page, "findings").locator("summary").click()
    expect(role(page, "findings")).to_contain_text("Black and white, coming out")
    expect(role(page, "findings")).to_contain_text("−1 and 1")

    # Answered: it is looked at again, and nothing else changes.
    role(page, "ask-likelihood").select_option("gaussian")
    expect(page.locator(".seen.old")).to_have_count(0, timeout=TRIED_MS)
    expect(role(page, "ask-likelihood")).to_have_value("gaussian")
    role(page, "model-name").fill("mnist-2d")
    expect(page.locator(".choice .problem:visible")).to_have_text("There is a model of this name already.")
    role(page, "model-name").fill(gone_after)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page) == []
    role(page, "take-in").click()
    expect(role(page, "model-taken")).to_contain_text(f"{gone_after} is in the library", timeout=TRIED_MS)
    shifts = page.evaluate("shifts")
    assert worst(shifts) < LEAST, sorted(shifts, reverse=True)[:4]

    # Every page that the card allows.
    role(page, "to-explore").click()
    page.locator(f".explore[data-model={gone_after}]").wait_for()
    painted(page)
    page.get_by_role("button", name="About this model").click()
    expect(page.get_by_text("It came as one.onnx, written by tests")).to_be_visible()
    base = page.url.split("/explore")[0]
    for other, there in (
        ("map", f".latent-map[data-model={gone_after}] [data-role=chart][data-drawn]"),
        ("interpolate", f".interpolate[data-model={gone_after}]"),
        ("restore", f".restore[data-model={gone_after}]"),
        ("detect", "[data-state=ready]"),
    ):
        if other in ("map", "interpolate"):
            page.locator(".st-key-pages").get_by_text(other.title(), exact=True).click()
        else:  # they begin with a model of their own choice
            page.goto(f"{base}/{other}?model={gone_after}")
        page.wait_for_url(f"**/{other}*model={gone_after}*")
        page.locator(there).wait_for()
        page.wait_for_function(PAINTED)
        assert page.get_by_text("cannot be opened").count() == 0


def test_what_is_no_model_is_refused_in_place_and_one_that_is_sent_is_kept_over_a_reload_and_let_go(visit):
    page = visit("/", ready=zone, reduced_motion="reduce")
    drop(page, weights__pt=b"\x80\x02}q\x00.")
    expect(role(page, "model-refused")).to_contain_text("weights.pt is not opened: such a file is a Python pickle")
    expect(role(page, "model-zone")).to_be_visible()
    drop(page, encoder__onnx=strangers.encoder().SerializeToString(), notes__pkl=b"\x80\x02}q\x00.")
    expect(role(page, "model-says")).to_contain_text("The decoder is still missing", timeout=TRIED_MS)
    expect(role(page, "model-refused")).to_contain_text("notes.pkl is not opened")
    drop(page, wrong__onnx=b"nothing of the kind")
    expect(role(page, "model-refused")).to_contain_text("wrong.onnx is no ONNX graph", timeout=TRIED_MS)
    page.get_by_role("button", name="Take wrong.onnx away").click()
    expect(role(page, "model-says")).to_contain_text("The decoder is still missing", timeout=TRIED_MS)
    role(page, "let-go").click()
    zone(page)

    # With the keyboard alone: kept over a reload, and let go.
    painted(page)  # before, what has the focus may yet be built anew
    with page.expect_file_chooser() as chooser:
        role(page, "choose-model").press("Enter")
    head = "A decoder of images (8 × 8 in grey), 4 numbers a code"
    decoder = strangers.decoder().SerializeToString()
    chooser.value.set_files([{"name": "drawing.onnx", "mimeType": "", "buffer": decoder}])
    expect(role(page, "model-head")).to_have_text(head, timeout=TRIED_MS)
    page.reload()
    expect(role(page, "model-head")).to_contain_text("A decoder of", timeout=TRIED_MS)
    assert len(shown(page, 0)) == 8
    expect(role(page, "model-data").locator("option:checked")).to_have_text(re.compile("without data"))
    role(page, "let-go").focus()
    page.keyboard.press("Enter")
    expect(role(page, "model-zone")).to_be_visible()
    expect(role(page, "choose-model")).to_be_focused()
    page.reload()
    zone(page)
    expect(role(page, "found")).to_have_count(0)

    # An autoencoder of diffusers, dropped as its two files: it is looked at with the data that it learnt.
    folder = Path(__file__).parents[1] / "foreign/fixtures/diffusers-kl"
    drop(
        page, **{path.name.replace(".", "__"): path.read_bytes() for path in folder.iterdir() if path.suffix != ".npz"}
    )
    head = "A VAE of images (8 × 8 in grey), 16 numbers a code"
    expect(role(page, "model-head")).to_have_text(head, timeout=TRIED_MS)
    expect(role(page, "model-data")).to_have_value("digits")
    role(page, "findings").locator("summary").click()
    expect(role(page, "findings")).to_contain_text("Black and white, coming out")
    expect(role(page, "findings")).to_contain_text("−1 and 1")
    expect(page.locator("[data-role=found] .why").filter(has_text="Knowing it adds")).to_be_visible()
    role(page, "let-go").click()


OTHERS = {
    "beats": ((2, 0, 1), (128, 1), "An autoencoder of series (128 samples)", "sample after sample"),
    "words": ((2, 1, 0), (16, 27), "An autoencoder of words (16 places", "a softmax makes shares"),
    "tastes": ((0, 1, 2), (200,), "An autoencoder of tastes (200 items)", "a softmax makes shares"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_model_of_another_kind_is_dropped_looked_at_taken_in_and_explored(visit, home, gone_after, monkeypatch, name):
    """As frameworks have them: curves with their channels last, words and likes as logits; of what, nothing says."""
    monkeypatch.setenv("LATENT_HOME", str(home))
    axes, lies, head, found = OTHERS[name]
    data = load(name)
    known, kind = components(data, 8), kind_of(data.item)
    encoder, decoder = known.graphs(axes, lies)
    page = visit("/", ready=zone, reduced_motion="reduce")
    with page.expect_response(lambda answer: "api/foreign?" in answer.url and answer.request.method == "GET") as looked:
        drop(page, my_encoder__onnx=encoder, my_decoder__onnx=decoder)
    expect(role(page, "model-head")).to_contain_text(head, timeout=TRIED_MS)
    expect(role(page, "model-data")).to_have_value(name)
    things = data.test.things[:8]
    made = kind.show(known.expect(known.mean(kind.feed(things))).astype(np.float32))
    for row, key, wanted in ((0, "originals", things), (1, "pictures", made)):
        told = np.frombuffer(base64.b64decode(looked.value.json()["found"][key]), kind.kept).reshape(wanted.shape)
        assert np.abs(told.astype(np.float64) - wanted).max() <= (1 if kind.levels > 1 else 1e-4)
        canvases = all_grey(role(page, "rows").locator(".row").nth(row).locator("canvas"))
        assert len(canvases) == 8 and all(len(np.unique(each)) > 2 for each in canvases), "each shows something"
    role(page, "findings").locator("summary").click()
    expect(role(page, "findings")).to_contain_text(found)
    expect(role(page, "ask-likelihood")).to_have_count(0)
    assert violations(page) == []
    role(page, "model-name").fill(gone_after)
    role(page, "take-in").click()
    expect(role(page, "model-taken")).to_contain_text(f"{gone_after} is in the library", timeout=TRIED_MS)
    role(page, "to-explore").click()
    page.locator(f".explore[data-model={gone_after}]").wait_for()
    painted(page)
    base = page.url.split("/explore")[0]
    for other in ("map", "restore", "detect") if name == "beats" else ("map",):
        page.goto(f"{base}/{other}?model={gone_after}")
        page.wait_for_function(PAINTED)
        assert page.get_by_text("cannot be opened").count() == 0


def test_series_without_their_data_are_explored_and_a_sigmoid_over_choices_is_refused(visit, home, monkeypatch):
    monkeypatch.setenv("LATENT_HOME", str(home))
    words = components(load("words"), 8).graphs((0, 1, 2), (27, 1, 16), "Sigmoid")
    page = visit("/", ready=zone, reduced_motion="reduce")
    drop(page, encoder__onnx=words[0], decoder__onnx=words[1])
    expect(role(page, "model-refused")).to_contain_text("do not add up to 1 for each choice", timeout=TRIED_MS)
    role(page, "let-go").click()
    drop(page, decoder__onnx=components(load("beats"), 8).graphs((0, 1, 2), (1, 128))[1])
    expect(role(page, "model-head")).to_contain_text("A decoder of series (128 samples)", timeout=TRIED_MS)
    role(page, "let-go").click()
