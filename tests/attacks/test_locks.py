"""Locks between processes leave nothing in the temporary folder, and still let only one in at a time."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from filelock import Timeout

from tests.running import ROOT
from vae.locks import is_locked, lock

ADD_ONE = """
import sys
from pathlib import Path
from vae.locks import lock
counter = Path(sys.argv[1])
for _ in range(150):
    with lock(counter, 60):
        counter.write_text(str(int(counter.read_text()) + 1))
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_nothing_is_left_of_a_lock(tmp_path: Path, temporary: Path) -> None:
    for number in range(50):
        with lock(tmp_path / str(number)):
            assert is_locked(tmp_path / str(number))
        assert not is_locked(tmp_path / str(number))
    assert list(temporary.iterdir()) == []


def test_a_lock_within_itself_is_held_to_the_end(tmp_path: Path) -> None:
    held = lock(tmp_path)
    with held:
        with held:
            pass
        with pytest.raises(Timeout), lock(tmp_path):
            pass


def test_processes_that_come_and_go_are_let_in_one_at_a_time(tmp_path: Path, temporary: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    command = [sys.executable, "-c", ADD_ONE, str(counter)]
    adding = [subprocess.Popen(command, cwd=ROOT) for _ in range(4)]
    assert [process.wait(60) for process in adding] == [0] * 4
    assert counter.read_text() == "600"
    assert list(temporary.iterdir()) == []
