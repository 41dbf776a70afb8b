"""Whatever starts a child process gives it the same guards, and reads one sentence from what it said."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.running import ROOT
from vae import child

SLEEP = ["-n1", "-r1", "import time; time.sleep(60)"]


def said_by(statement: str, **how: object) -> str:
    """Return the first line that a child prints: timeit is a module of Python's that runs what it is given."""
    words = ["-n1", "-r1", statement]
    with child.start(words, module="timeit", out=subprocess.PIPE, **how) as process:  # type: ignore[arg-type]
        out, _ = process.communicate(timeout=60)
    return out.decode().splitlines()[0]


def test_a_command_that_fails_ends_with_its_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    done = child.run(["rename", "nobody", "somebody"], seconds=60)
    assert done.returncode == 2
    assert child.last_words(done.stderr).startswith("Unknown")
    assert "error:" not in child.last_words(done.stderr)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", ""),
        (b"error: No.\n", "No."),
        (b'{"done": 1}\nerror: The disk is full.\n\n', "The disk is full."),
        (b"error: One.\nerror: Two: \xff.\n", "Two: �."),
        (b"Traceback (most recent call last):\n  File ...\nValueError: error: 3\n", ""),
        (b'{"error": "no line of its own"}', ""),
    ],
)
def test_last_words_are_a_sentence_or_nothing_and_never_a_trace(said: bytes, words: str) -> None:
    assert child.last_words(said) == words


def test_a_file_in_the_working_folder_is_no_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", str(ROOT), ""]))  # an empty entry would be that folder too
    (tmp_path / "shlex.py").write_text("raise SystemExit(77)")
    unguarded = subprocess.run([sys.executable, "-m", "vae", "list"], capture_output=True, timeout=60)
    assert unguarded.returncode == 77, "the trap works"
    assert child.run(["list"], seconds=60).returncode == 0
    assert said_by("import sys; print(sys.flags.safe_path)") == "True"


@pytest.mark.parametrize("polite", [True, False])
def test_it_stands_back_where_it_is_polite(polite: bool) -> None:
    with child.start(SLEEP, module="timeit", polite=polite) as process:
        own = psutil.Process().nice()
        assert psutil.Process(process.pid).nice() == (max(own, child.NICE) if polite else own)
        process.kill()


@pytest.mark.parametrize("apart", [True, False])
def test_only_one_that_is_apart_has_a_session_of_its_own(apart: bool) -> None:
    with child.start(SLEEP, module="timeit", apart=apart) as process:
        assert (os.getsid(process.pid) != os.getsid(0)) == apart
        process.kill()


def test_it_reads_nothing_and_knows_the_library_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LATENT_HOME", "mine")
    monkeypatch.setenv("LATENT_DATA_DIR", "brought")
    assert said_by("import sys; print(repr(sys.stdin.read()))") == "''"
    names = "LATENT_HOME", "LATENT_DATA_DIR"
    assert said_by(f"import os; print(*map(os.environ.get, {names}))") == f"{tmp_path / 'mine'} {tmp_path / 'brought'}"


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_its_threads_are_as_many_as_were_asked_for(threads: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert said_by("import os; print(os.environ['OMP_NUM_THREADS'])", threads=threads) == str(threads or 2)


def test_nothing_is_left_of_one_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    before = {process.pid for process in psutil.Process().children()}
    with pytest.raises(subprocess.TimeoutExpired):
        child.run(["list"], seconds=0.01)
    assert {process.pid for process in psutil.Process().children()} <= before
