"""A data set of what a function of a person's own returns: as of a file of it, and one sentence for a mistake."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.running import ROOT
from vae.__main__ import main
from vae.data import card_of, load
from vae.files import sha256

MAKES = """
import numpy as np

def pictures():
    return np.random.default_rng(3).integers(0, 256, (60, 8, 8), np.uint8)

def labelled():
    return pictures(), ["left", "right"] * 30

def parts():
    every = pictures()
    return {"x_train": every[:40], "y_train": np.arange(40) % 2, "x_test": every[40:], "y_test": np.arange(20) % 2}

def series():
    return np.random.default_rng(4).standard_normal((60, 16)).astype("f4")

def nothing():
    return None

def ragged():
    return [[1, 2], [3]]

def objects():
    return np.array([object()] * 60).reshape(30, 2)

def flat():
    return np.zeros(60)

def fewer_labels():
    return pictures(), [0, 1]

def few():
    return pictures()[:3]

def raises():
    raise RuntimeError("the disk of the telescope is away")

def wants(more):
    return more
"""


@pytest.fixture
def file(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    path = tmp_path / "mine.py"
    path.write_text(MAKES)
    return path


def test_what_a_function_returns_is_the_set_that_a_file_of_it_is(file: Path, tmp_path: Path) -> None:
    assert main(["add", f"{file}:labelled", "--name", "made"]) == 0
    things = np.random.default_rng(3).integers(0, 256, (60, 8, 8), np.uint8)
    np.savez(tmp_path / "same.npz", x=things, y=["left", "right"] * 30)
    assert main(["add", str(tmp_path / "same.npz"), "--name", "same"]) == 0
    made, same = load("made"), load("same")
    for part in ("train", "test"):
        np.testing.assert_array_equal(getattr(made, part).things, getattr(same, part).things)
        np.testing.assert_array_equal(getattr(made, part).labels, getattr(same, part).labels)
    assert made.classes == same.classes == ("left", "right")
    # Its card says which file of which content it is from, and the file is needed no longer.
    assert card_of("made").source.startswith(f"mine.py:labelled, SHA-256 {sha256(file)[:16]}, added ")
    file.unlink()
    assert len(load("made").train) == 54


def test_parts_series_and_a_look_are_as_of_files(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", f"{file}:parts", "--name", "parted"]) == 0
    assert card_of("parted").sizes == (40, 20)
    assert main(["add", f"{file}:series", "--kind", "series", "--name", "waves"]) == 0
    assert card_of("waves").item.shape == (16, 1)
    capsys.readouterr()
    assert main(["add", f"{file}:pictures", "--inspect"]) == 0
    assert "60 images" in capsys.readouterr().out and not (file.parent / "home" / "datasets" / "pictures").exists()


@pytest.mark.parametrize(
    ("function", "says"),
    [
        ("none_such", "mine.py has no function 'none_such'"),
        ("nothing", "mine.py:nothing returns nothing; return an array of things"),
        ("ragged", "mine.py:ragged gives 'x', which is no array (ValueError"),
        ("objects", "mine.py:objects gives 'x' as object, not numbers or text"),
        ("flat", "mine.py:flat gives things of shape [60]"),
        ("fewer_labels", "holds 60 pictures but labels [2]"),
        ("few", "A data set needs at least"),
        ("raises", "mine.py:raises does not run without arguments: RuntimeError: the disk of the telescope is away."),
        ("wants", "mine.py:wants does not run without arguments: TypeError"),
    ],
)
def test_each_mistake_is_one_sentence_and_leaves_nothing(
    file: Path, function: str, says: str, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", f"{file}:{function}", "--name", "made"]) == 2
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1
    assert not (own_home / "datasets" / "made").exists()


def test_what_a_page_brings_is_never_run(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = file.parent / "ran"
    file.write_text(f"from pathlib import Path\nPath({str(ran)!r}).touch()\n")
    # In a process of its own, whose limits hold until it ends.
    words = [sys.executable, "-m", "vae", "add", f"{file}:labelled", "--name", "made", "--memory-mb", "4096"]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode == 2
    assert not ran.exists()
    assert main(["add", f"{file}:labelled", "--name", "made"]) == 2 and ran.exists()


@pytest.mark.parametrize("command", ["train", "sweep"])
@pytest.mark.parametrize("folder", ["", "./there/"])
def test_training_on_a_function_says_how_it_becomes_a_data_set(
    file: Path, command: str, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--dataset", f"{folder}mine.py:labelled"]) == 2
    said = capsys.readouterr().err
    assert "mine.py:labelled is a function" in said and f"python -m vae add {folder}mine.py:labelled." in said
