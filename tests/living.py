"""Real training processes that start at once, for tests that start and kill many of them.

One process imports what takes seconds and then forks for each run that it is told of: what the fork does is what
`python -m vae train --resume FOLDER --queue` does, and it is ended by a real SIGKILL.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.running import ROOT

FORKS = """
import os, signal, sys
import sklearn.neighbors, torch, torch._dynamo  # what an optimiser and a measurement wait for
from tests import models  # torch with one thread
del os.nice  # beside other work a polite run would take minutes
from vae.__main__ import main
from vae.commands.runs import train  # a command is imported when it is asked for
from vae.training import metrics, training
training.SECONDS_BETWEEN_CHECKPOINTS = float(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if not child:
        sys.stdin.close()
        code = 70
        try:
            code = main(["train", "--resume", line.strip(), "--queue"])
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    print(child, flush=True)
    _, status = os.waitpid(child, 0)
    print(status, flush=True)
"""


class Forks:
    """Start the process of one run after the other."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process
        assert self._told() == "ready"

    def _told(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def start(self, folder: Path) -> int:
        """Start the process of the run in `folder` and return its id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        return int(self._told())

    def wait(self) -> int:
        """Wait for the process that was started last; return its exit code, negative for the signal that ended it."""
        return os.waitstatus_to_exitcode(int(self._told()))


@contextmanager
def forking(home: Path, seconds_between_checkpoints: float = 0.1) -> Iterator[Forks]:
    """Keep a process that forks runs until the block ends."""
    environment = os.environ | {"LATENT_HOME": str(home), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", FORKS, str(seconds_between_checkpoints)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Forks(process)
        assert process.stdin is not None
        process.stdin.close()


def eventually(true: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    """Wait until `true()` holds; fail with `what` where it does not come to that."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"it did not come to this: {what}"
        time.sleep(0.02)
