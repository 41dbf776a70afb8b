"""Read the free spoken digits: ten digits, each said fifty times by six people, recorded at 8,000 samples a second."""

import re
import zipfile
from pathlib import Path

import numpy as np

from vae.datasets.downloads import reading
from vae.datasets.published import Arrays, needed
from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.sounds.recordings import read_wav, sound_of

FILE = "fsdd_recordings.zip"
RATE, FREQUENCIES, TIMES = 8_000, 128, 96
"""A sound is 0.768 seconds, and 31 Hz lie between two frequencies: 99 of 100 digits are no longer."""

SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
"""In the order of their numbers among the factors."""

FACTORS = ("digit", "speaker", "seconds")
"""What is known of each: the digit, who says it, and how long it is."""

TESTS_BELOW = 5
"""Of the fifty recordings of a digit by a speaker the first five are for testing, as the set's authors have it."""

NAME = re.compile(r"(\d)_([a-z]+)_(\d+)\.wav")

ITEM = Item("sounds", (FREQUENCIES, TIMES, 1), {"rate": RATE})


def read_spoken(folder: Path) -> Arrays:
    """Read the recordings, the digits, and who said each; the split is by the numbers of the recordings."""
    path = needed(folder, FILE)
    rows: dict[str, list[tuple[np.ndarray, tuple[float, ...]]]] = {"train": [], "test": []}
    with reading(path), zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            found = NAME.fullmatch(name.rpartition("/")[2])
            if found and found[2] in SPEAKERS:
                wave = read_wav(archive.read(name), RATE, FREQUENCIES)
                known = int(found[1]), SPEAKERS.index(found[2]), len(wave) / RATE
                part = "test" if int(found[3]) < TESTS_BELOW else "train"
                rows[part].append((sound_of(wave, FREQUENCIES, TIMES), known))
    if not all(rows.values()):
        raise InputError(f"{path} is damaged: it holds no recordings like 7_theo_12.wav; fetch it again.")
    return {name: values for part, each in rows.items() for name, values in _arrays(part, each).items()}


def _arrays(part: str, rows: list[tuple[np.ndarray, tuple[float, ...]]]) -> Arrays:
    factors = np.array([known for _, known in rows], np.float32)
    things = np.stack([sound for sound, _ in rows])
    return {f"{part}/things": things, f"{part}/factors": factors, f"{part}/labels": factors[:, 0].astype(np.int64)}
