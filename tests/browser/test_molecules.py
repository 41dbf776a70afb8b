"""Molecules on the pages, with the bundled model of QM9: typed, drawn, read symbol by symbol, changed, and on a path.

A page that comes costs more than all that is done on it: a test is one visit, and its parts follow each other.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import pixels, wait_for_address, wait_for_change

pytestmark = pytest.mark.browser

MODEL = "?model=qm9-32d"


def type_molecule(page: Page, smiles: str) -> None:
    field = page.locator("[data-role=own-word]").first
    field.fill(smiles)
    field.press("Enter")


def test_a_smiles_is_typed_drawn_read_symbol_by_symbol_changed_and_saved(visit):
    page = visit(f"/explore{MODEL}")
    type_molecule(page, "OCC")
    page.locator(".original figcaption", has_text="Your molecule").wait_for()
    wait_for_address(page, "z=")
    original = page.locator("canvas[data-role=original]")
    expect(original).to_have_attribute("data-smiles", "CCO")
    expect(original).to_have_attribute("aria-description", re.compile("C₂H₆O · logP 0.0 · QED 0.41, SMILES CCO"))
    picture = page.locator("canvas[data-role=picture]")
    expect(picture).to_have_attribute("data-smiles", re.compile("."))

    # What may stand at each place is told by keys and by the pointer.
    picture.focus()
    page.keyboard.press("Home")
    told = page.locator(".pointed:visible")
    expect(told).to_have_text(re.compile(r"^symbol 1: \S+ \d+ %"))
    page.keyboard.press("Escape")
    box = picture.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.06 * box["width"], box["y"] + 0.7 * box["height"])
    expect(told).to_have_text(re.compile(r"^symbol [12]: "))
    page.mouse.move(5, 5)

    # What is no molecule, or none of this alphabet, is told, and nothing changes.
    for wrong, why in (
        ("C(", "no SMILES"),
        ("CC.O", "several molecules"),
        ("CS", "not among the symbols"),
        ("", "Type a"),
    ):
        type_molecule(page, wrong)
        page.locator("[data-role=own-note]", has_text=why).wait_for()
    expect(original).to_have_attribute("data-smiles", "CCO")

    # A slider leads to another molecule, and how it is written is saved.
    before = pixels(page)
    slider = page.locator("input[type=range][data-dim]").first
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    wait_for_change(page, before)
    with page.expect_download() as download:
        page.locator("[data-role=save-text]").click()
    assert download.value.suggested_filename == "qm9-32d-molecule.smi"
    assert re.fullmatch(r"[^\s]+\n", download.value.path().read_text("utf-8"))


def test_the_molecules_on_the_way_are_told_with_their_likeness_to_both_ends(visit):
    page = visit(f"/interpolate{MODEL}")
    way = page.locator("[data-role=on-the-way]")
    expect(way).to_have_text(
        re.compile(r"^\S+ \(1\.00 \| [01]\.\d\d\)( → .*)? \([01]\.\d\d \| 1\.00\)\. In brackets: Tanimoto")
    )


def test_hidden_symbols_are_marked_by_hand_and_filled_in(visit):
    def ready(page: Page) -> None:
        page.locator("canvas[data-role=corrupted][data-view=molecules]").wait_for()

    page = visit(f"/restore{MODEL}&corruption=brush", ready=ready)
    page.get_by_role("radio", name=re.compile("Upload|own", re.IGNORECASE)).first.evaluate("input => input.click()")
    type_molecule(page, "CCC(=O)OC")
    corrupted = page.locator("canvas[data-role=corrupted]").first
    expect(corrupted).to_have_attribute("data-letters", "8")
    x, y, end = corrupted.evaluate(
        """async (canvas) => {
          const view = await import("/live/shared/views/view.js");
          const meaning = { symbols: Array.from({ length: 30 }, (_, i) => `[${i}]`) };
          const { planOn } = await view.viewOf({ kind: "molecules", shape: [22, 31], meaning });
          const plan = planOn(canvas);
          const { left, top } = canvas.getBoundingClientRect();
          return [left + plan.x.at(1), top + (plan.top + plan.bottom) / 2, left + plan.x.at(2)];
        }"""
    )
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + end) / 2, y)
    page.mouse.move(end, y)
    page.mouse.up()
    expect(corrupted).to_have_attribute("aria-label", re.compile(r"\?.*symbols? not known"))
    wait_for_address(page, "hole=")
    expect(page.locator("canvas[data-layer=restored]").first).to_have_attribute("data-smiles", re.compile("."))
    words = page.locator(".restore").inner_text()
    assert "Edits" in words and not re.search(r"\b(image|picture|pixel|series|letters?|camera)\b", words, re.IGNORECASE)
