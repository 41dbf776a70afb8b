"""A person's own recordings: of any rate and width, what is left out and why, and one for a model."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

from vae.data import load
from vae.errors import InputError
from vae.kinds.kind import Item
from vae.own.making import Making
from vae.own.own_sets import add
from vae.own.readers import inspect
from vae.own.sounds.files import claims, open_sounds
from vae.own.sounds.one import read_sound

ITEM = Item("sounds", (128, 32, 1), {"rate": 8_000})


def tone(hertz: float = 1000, seconds: float = 0.2, rate: int = 8_000) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def wav(samples: np.ndarray, rate: int = 8_000) -> bytes:
    file = io.BytesIO()
    wavfile.write(file, rate, samples)
    return file.getvalue()


def plain(hertz: float = 1000, seconds: float = 0.2, rate: int = 8_000) -> bytes:
    return wav(np.int16(32_000 * tone(hertz, seconds, rate)), rate)


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def loudest(sounds: np.ndarray) -> list[float]:
    return [float((128 - sound[:, 10, 0].argmax()) * 31.25) for sound in sounds]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))


def test_recordings_become_a_set_whose_classes_are_its_folders(tmp_path: Path) -> None:
    files = {f"mine/{name}/{i}.wav": plain(hertz) for name, hertz in (("low", 500), ("high", 2000)) for i in range(6)}
    path = zipped(tmp_path / "mine.zip", files)
    assert claims(path)
    for _ in add(path, "mine", Making()):
        pass
    data = load("mine")
    assert (data.item.kind, data.item.shape, data.item.meaning) == ("sounds", (128, 32, 1), {"rate": 8_000})
    assert list(data.classes) == ["high", "low"]
    for split in (data.train, data.test):
        labels = np.asarray(split.labels)
        assert loudest(np.asarray(split.things)) == [2000.0 if label == 0 else 500.0 for label in labels]


def test_what_is_no_sound_is_left_out_by_name_and_the_rest_is_taken(tmp_path: Path) -> None:
    files = {f"{i}.wav": plain() for i in range(4)} | {
        "deep.wav": wav(np.int32(2e9 * tone(1000, 0.2, 96_000)), 96_000),
        "stereo.WAV": wav(np.stack([tone(), tone()], 1)),
        "packed.mp3": b"ID3",
        "picture.png": b"\x89PNG",
        "cut.wav": plain()[:20],
        "nan.wav": wav(np.full(900, np.nan)),
        "empty.wav": b"",
        "silent.wav": wav(np.zeros(900, np.int16)),
        "hour.wav": wav(np.zeros(8_000 * 3600, np.uint8)),
    }
    seen = inspect(zipped(tmp_path / "mine.zip", files))
    assert (seen.things, seen.images) == ("sounds", 6)
    reasons = {one.name: one.reason for one in seen.left_out.shown}
    assert reasons.pop("packed.mp3") == "It is no WAV file; save it as .wav."
    assert reasons.pop("picture.png") == "It is no recording."
    assert reasons.pop("nan.wav").startswith("It holds values that are no numbers")
    assert reasons.pop("silent.wav").startswith("It is silent")
    assert "3,600 seconds long, and at most 60" in reasons.pop("hour.wav")
    assert {name: reason.startswith("It is no WAV file that can be read") for name, reason in reasons.items()} == {
        "cut.wav": True,
        "empty.wav": True,
    }


def test_all_are_as_long_as_nearly_the_longest_and_what_is_cut_is_said(tmp_path: Path) -> None:
    files = {f"{i}.wav": plain(1000, 0.5) for i in range(60)} | {"long.wav": plain(1000, 3.0)}
    own = open_sounds(zipped(tmp_path / "mine.zip", files))
    assert own.item.shape == (128, 64, 1)
    assert any("1 of 61 were longer, and are cut" in note for note in own.notes)


def test_a_folder_is_read_as_a_zip_file_is(tmp_path: Path) -> None:
    files = {f"{i}.wav": plain(500 + 100 * i) for i in range(5)}
    (tmp_path / "some").mkdir()
    for name, data in files.items():
        (tmp_path / "some" / name).write_bytes(data)
    zip_file = zipped(tmp_path / "mine.zip", files)
    np.testing.assert_array_equal(open_sounds(tmp_path / "some").things, open_sounds(zip_file).things)


def test_labels_can_stand_in_the_names_of_the_files(tmp_path: Path) -> None:
    files = {f"{digit}_theo_{i}.wav": plain() for digit in (3, 7) for i in range(3)}
    own = open_sounds(zipped(tmp_path / "mine.zip", files), "file")
    assert own.classes() == ["3", "7"]
    assert open_sounds(tmp_path / "mine.zip").classes() == []


def test_an_archive_without_a_recording_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no WAV file that can be read.* Left out: a.wav: It is no WAV file"):
        open_sounds(zipped(tmp_path / "mine.zip", {"a.wav": b"no"}))


def test_one_recording_becomes_what_a_model_takes() -> None:
    one = read_sound(plain(1500, 0.2, 44_100), ITEM)
    assert one.thing.shape == ITEM.shape and one.thing.dtype == np.uint8 and one.note == ""
    assert loudest(one.thing[None]) == [1500.0]
    assert read_sound(plain(1000, 2.0), ITEM).note == "It is 2.00 seconds long, and cut to the model's 0.26."


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "The file is empty"), (b"\x89PNG", "It is no WAV file"), (bytes(21 << 20), "20 MB")]
)
def test_one_that_is_no_recording_is_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_sound(data, ITEM)
