"""Sounds on the pages, with the bundled model of vowels: seen, heard, changed, saved, brought and restored."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from scipy.io import wavfile

from tests.browser.conftest import pixels, wait_for_address, wait_for_change

pytestmark = pytest.mark.browser

SAMPLES = "4096"
"""Of 64 times, 64 samples apart."""


def recorded(hertz: float) -> bytes:
    file = io.BytesIO()
    turns = hertz * np.arange(20_000) / 44_100
    wavfile.write(file, 44_100, np.int16(20_000 * np.sin(2 * np.pi * turns)))
    return file.getvalue()


def test_a_sound_is_heard_by_a_key_changed_by_a_slider_saved_and_brought(visit, tmp_path: Path):
    page = visit("/explore?model=vowels-16d")
    listening = page.locator("[data-role=listening]")
    expect(listening).to_have_attribute("data-samples", SAMPLES)
    picture = page.locator("canvas[data-role=picture]")
    expect(picture).to_have_attribute("aria-label", re.compile(r"0\.\d\d seconds, loudest at [\d,]+ Hz at first"))
    expect(page.locator("canvas[data-role=wave]")).to_have_attribute("aria-label", "Its wave, 0.51 seconds")

    # A key plays it, and the one of the original that.
    key = listening.locator("[data-role=hear]")
    key.focus()
    page.keyboard.press("Enter")
    expect(key).to_have_attribute("data-played", "1")
    beginning = page.locator(".original [data-role=hear]")
    beginning.click()
    expect(beginning).to_have_attribute("data-played", "1")

    # Another sound has another wave, and where that is asked for it plays by itself.
    listening.locator("[data-role=hear-on-release]").check()
    before, wave = pixels(page), pixels(page, "wave")
    page.locator("input[type=range][data-dim]").first.focus()
    page.keyboard.press("PageUp")
    wait_for_change(page, before)
    wait_for_change(page, wave, "wave")
    expect(key).to_have_attribute("data-played", "2")

    with page.expect_download() as download:
        page.locator("[data-role=save-wave]").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    rate, samples = wavfile.read(saved)
    assert (saved.name, rate, samples.dtype, samples.shape) == ("vowels-16d-sound.wav", 8_000, np.int16, (4_096,))
    assert np.abs(samples).max() == 32_767

    # A recording of one's own is begun with; what is none is told.
    upload = page.locator("input[type=file]").first
    upload.set_input_files({"name": "mine.wav", "mimeType": "audio/wav", "buffer": recorded(1_000)})
    page.locator(".original figcaption", has_text="Your sound").wait_for()
    expect(page.locator("canvas[data-role=original]")).to_have_attribute(
        "aria-label", re.compile("loudest at 1,000 Hz")
    )
    wait_for_address(page, "z=")
    upload.set_input_files({"name": "mine.wav", "mimeType": "audio/wav", "buffer": b"no sound"})
    page.get_by_text("no WAV file that can be read").first.wait_for()


def test_what_was_spoiled_and_what_is_restored_are_heard(visit):
    page = visit("/restore?model=vowels-16d")
    page.get_by_text("Spectral gating").first.wait_for()
    keys = page.locator("[data-role=heard] [data-role=hear]")
    expect(keys).to_have_text(["Original", "Corrupted", "Restored"])
    page.locator(
        "canvas[data-role=picture][data-standing=now], canvas[data-role=picture]:not([data-standing])"
    ).wait_for()
    for number in range(3):
        keys.nth(number).click()
        expect(keys.nth(number)).to_have_attribute("data-played", "1")
