"""Sets of sounds: vowels sound as their factors say, and spoken digits are read with who said them."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from vae.datasets.published import made_factors
from vae.datasets.sounds import spoken, vowels
from vae.datasets.sounds.spoken import read_spoken
from vae.datasets.sources import DATASETS
from vae.errors import InputError

USUAL = {"vowel": 0.0, "pitch": 200.0, "glide": 0.0, "length": 0.4, "mouth": 1.0, "breath": 0.0}


def factors(**changes: float) -> np.ndarray:
    return np.array([[*(USUAL | changes).values()]], np.float32)


def wave(**changes: float) -> np.ndarray:
    return vowels.spoken(factors(**changes), np.random.default_rng(0))[0]


def strength(wave: np.ndarray, hertz: float) -> float:
    """Return how strong a wave is at a frequency, by its definition."""
    turns = np.exp(-2j * np.pi * hertz * np.arange(len(wave)) / vowels.RATE)
    return float(np.abs(wave @ turns))


def test_a_vowel_hums_at_the_multiples_of_its_pitch_alone() -> None:
    hum = wave()
    between = max(strength(hum, hertz) for hertz in (300, 500, 700))
    assert all(strength(hum, hertz) > 10 * between for hertz in (200, 400, 600, 800))


@pytest.mark.parametrize(("vowel", "name"), list(enumerate(vowels.VOWELS)))
def test_of_its_overtones_those_near_its_first_formant_stand_out(vowel: int, name: str) -> None:
    first = vowels.VOWELS[name][0]
    hum = wave(vowel=vowel, pitch=150.0)
    multiples = 150.0 * np.arange(1, 8)
    loud = [strength(hum, hertz) * number for number, hertz in enumerate(multiples, 1)]  # less what a buzz falls by
    assert abs(multiples[int(np.argmax(loud))] - first) <= 75


def test_a_chirp_is_one_tone_and_glides_as_far_as_it_says() -> None:
    tone = wave(vowel=len(vowels.VOWELS), glide=0.4)
    early, late = tone[400:1200], tone[2000:2800]
    middle = vowels.CHIRP * 200.0
    places = np.arange(400, 1200, 5.0)
    heard = [places[np.argmax([strength(part, hertz) for hertz in places])] for part in (early, late)]
    expected = [middle * 2 ** (0.4 * (at / 8000 / 0.4 - 0.5)) for at in (800, 2400)]
    np.testing.assert_allclose(heard, expected, rtol=0.02)


def test_it_ends_when_its_length_says() -> None:
    for length in (0.2, 0.3):
        loud = np.abs(wave(length=length)) > 0.05
        assert np.flatnonzero(loud)[-1] / vowels.RATE == pytest.approx(length, abs=0.03)
        assert not wave(length=length)[round(length * vowels.RATE) + 1 :].any()


def test_factors_lie_within_their_ranges_and_are_known_of_each_test_sound() -> None:
    drawn = vowels.sample_factors(500, np.random.default_rng(0))
    assert set(drawn[:, 0]) == set(range(len(vowels.CLASSES)))
    for column, (low, high) in zip(drawn.T[1:], vowels.RANGES.values(), strict=True):
        assert low <= column.min() < low + 0.05 * (high - low) and high - 0.05 * (high - low) < column.max() <= high
    known = made_factors("vowels", "test")
    assert known is not None and known.shape == (DATASETS["vowels"].sizes[1], len(vowels.FACTORS))
    sounds = vowels.render(known[:3], np.random.default_rng(0))
    assert sounds.shape == (3, *vowels.ITEM.shape) and sounds.dtype == np.uint8 and sounds.max() == 255


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"vowel": 6.0}, "must be one of: 0 [(]a[)]"), ({"pitch": 50.0}, "'pitch' must be in 150 to 300")],
)
def test_other_factors_are_told(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wave(**wrong)


def recorded(hertz: float) -> bytes:
    file = io.BytesIO()
    samples = np.sin(2 * np.pi * hertz * np.arange(2_400) / spoken.RATE)
    wavfile.write(file, spoken.RATE, np.int16(20_000 * samples))
    return file.getvalue()


def written(folder: Path, names: dict[str, float]) -> Path:
    with zipfile.ZipFile(folder / spoken.FILE, "w") as archive:
        for name, hertz in names.items():
            archive.writestr(f"recordings/{name}", recorded(hertz))
    return folder


def test_digits_are_read_with_who_said_them_and_split_by_the_number_of_the_recording(tmp_path: Path) -> None:
    names = {"7_theo_0.wav": 500.0, "7_theo_5.wav": 1000.0, "0_george_49.wav": 2000.0, "README.txt": 1.0}
    read = read_spoken(written(tmp_path, names))
    assert read["test/labels"].tolist() == [7] and read["train/labels"].tolist() == [0, 7]
    np.testing.assert_allclose(read["train/factors"], [[0, 0, 0.3], [7, 4, 0.3]], atol=0.02)
    rows = read["train/things"][:, :, 10, 0].argmax(1)
    np.testing.assert_allclose((spoken.FREQUENCIES - rows) * spoken.RATE / (2 * spoken.FREQUENCIES), [2000, 1000])


def test_an_archive_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is damaged: it holds no recordings like"):
        read_spoken(written(tmp_path, {"song.wav": 500.0}))


def test_the_licence_of_the_digits_is_said() -> None:
    assert DATASETS["fsdd"].licence == "CC BY-SA 4.0" and "Changed" in DATASETS["fsdd"].source
