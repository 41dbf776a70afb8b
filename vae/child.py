"""`python -m vae` as a child process: how each is started or run to its end, and the sentence that it ends with."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from vae.home import PACKAGES, data_brought_along, home

NICE = 10
"""See nice(2): pictures that follow a pointer go first."""

Sink = IO[bytes] | int
"""An open file, or one of `subprocess.DEVNULL`, `PIPE` and `STDOUT`."""


def start(
    words: Sequence[str],
    *,
    module: str = "vae",
    out: Sink = subprocess.DEVNULL,
    err: Sink = subprocess.STDOUT,
    polite: bool = True,
    threads: int | None = None,
    apart: bool = True,
) -> subprocess.Popen[bytes]:
    """Start `python -m module` with these words, on the same library and data, and with nothing to read.

    out, err: where it writes; left out: nowhere. polite: it stands back behind others, see `NICE`. threads: of OpenMP
    and OpenBLAS each; left out: as many as they choose. apart: it outlives this process, and Ctrl-C in its terminal
    does not reach it. Raises OSError where the system starts none.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module, *words],  # -P: what lies in the working folder is no module
        env=_environment(threads),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        start_new_session=apart,
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0) if polite else 0,
    )
    if polite:
        _stand_back(process.pid)
    return process


def run(words: Sequence[str], *, seconds: float, threads: int | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m vae` with these words to its end, politely; return its exit code and what it wrote.

    Ctrl-C ends it too: whoever waits for it ends as well. Raises `subprocess.TimeoutExpired` after so many seconds,
    with nothing left of it.
    """
    pipe = subprocess.PIPE
    with start(words, out=pipe, err=pipe, threads=threads, apart=False) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def last_words(said: bytes) -> str:
    """Return the sentence that a command of ours ended with, "" where it had none: a trace is not for a page."""
    errors = [line for line in said.splitlines() if line.startswith(b"error: ")]
    return errors[-1].decode("utf-8", "replace").removeprefix("error: ").strip() if errors else ""


def _environment(threads: int | None) -> dict[str, str]:
    paths = [str(PACKAGES), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    given = {"PYTHONPATH": os.pathsep.join(paths), "LATENT_HOME": str(home().resolve())}
    if brought := data_brought_along():
        given["LATENT_DATA_DIR"] = str(brought.resolve())
    if threads is not None:
        given |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), str(threads))
    return os.environ | given


def _stand_back(pid: int) -> None:
    with suppress(OSError, AttributeError):  # it may have ended already; Windows has a flag in its place
        os.setpriority(os.PRIO_PROCESS, pid, max(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
