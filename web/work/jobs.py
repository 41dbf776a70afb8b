"""What is made of an upload by a process of its own: how it is started, how far it is, how it is ended.

It survives the server. Beside the upload's files lie job.json and log.jsonl, so that another server, or this one after
a restart, knows how far it is; a file `cancel` there ends it where its process cannot be signalled.
"""

import os
import platform
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from vae import child
from vae.datasets.downloads import Progress
from vae.errors import InputError
from vae.files import DAMAGED_JSON
from vae.own.own_sets import is_being_added

MOST_AT_ONCE = 2
"""Of each kind of thing that is made."""

STARTING_SECONDS = 15
TAIL_BYTES = 1 << 16

_running: dict[tuple[str, str], subprocess.Popen] = {}
"""By what is made and its name."""


class Full(InputError):
    """As many are being made as may be at once."""


@dataclass(frozen=True)
class Job:
    """Something that is made of an upload: what and its name, its process, when it began (seconds since 1970).

    makes: one of `MAKES`; host, born: the machine, and what it says of when the process began, so that another of the
    same number is no mistake; both are empty where that cannot be said.
    """

    name: str
    pid: int
    started: float
    cancelled: bool = False
    host: str = ""
    born: str = ""
    makes: str = "data set"


@dataclass(frozen=True)
class Standing:
    """How far it is. state: "at work", "done", "failed" or "cancelled"; made: what its process said at the end."""

    state: str
    stage: str = "start"
    done: int = 0
    total: int = 0
    error: str = ""
    made: dict[str, Any] | None = None


def check_place(makes: str) -> None:
    """Raise `Full` where as many things of a kind are being made as may be."""
    if sum(process.poll() is None for (kind, _), process in _running.items() if kind == makes) >= MOST_AT_ONCE:
        raise Full(f"{MOST_AT_ONCE} {makes}s are being made at this moment; try again in a minute.")


def start(upload: Path, makes: str, name: str, words: list[str]) -> None:
    """Start `python -m vae` with these words for the upload whose folder is given."""
    cancelling(upload).unlink(missing_ok=True)
    with (upload / "log.jsonl").open("wb") as log:
        process = child.start(words, out=log, threads=1)  # it survives the server
    _running[makes, name] = process
    threading.Thread(target=process.wait, name=f"make-{name}", daemon=True).start()  # so that no zombie is left
    write(upload, Job(name, process.pid, time.time(), host=platform.node(), born=_born(process.pid), makes=makes))


def cancelling(upload: Path) -> Path:
    """Return the file that asks a job to end whose process cannot be signalled."""
    return upload / "cancel"


def newest(uploads: Path, makes: str, name: str) -> tuple[Path, Job] | None:
    """Return the newest job that makes the thing of this name, and the folder of its upload."""
    found = []
    for path in uploads.glob("*/job.json"):
        job = of(path.parent)
        if job is not None and (job.makes, job.name) == (makes, name):
            found.append((path.parent, job))
    return max(found, key=lambda one: one[1].started, default=None)


def of(upload: Path) -> Job | None:
    """Return the job of the upload whose folder is given, or None."""
    with suppress(OSError, *DAMAGED_JSON):
        return msgspec.json.decode((upload / "job.json").read_bytes(), type=Job)
    return None


def write(upload: Path, job: Job) -> None:
    """Write a job beside the upload's files, whole or not at all."""
    new = upload / "job.json.new"
    new.write_bytes(msgspec.json.encode(job))
    new.replace(upload / "job.json")


def standing(upload: Path, job: Job) -> Standing:
    """Say how far a job is."""
    alive = is_alive(job)  # asked before the log is read: what ends in between has written its last line
    said = _follow(_tail(upload / "log.jsonl"))
    if said.state != "at work" or alive:
        return said
    if job.cancelled:
        return replace(said, state="cancelled")
    return replace(said, state="failed", error="It was ended from outside; start it again.")


def cancel(upload: Path, job: Job) -> None:
    """End a job, and wait a moment until it has tidied up."""
    if not is_alive(job):
        return
    write(upload, replace(job, cancelled=True))
    with suppress(OSError):
        if _is_it(job):
            os.kill(job.pid, signal.SIGTERM)
        else:
            cancelling(upload).touch()
    until = time.monotonic() + 5
    while is_alive(job) and time.monotonic() < until:
        time.sleep(0.02)


def is_at_work(upload: Path) -> bool:
    """Say whether something is being made of an upload; what has said its last word is made."""
    job = of(upload)
    return job is not None and is_alive(job) and _follow(_tail(upload / "log.jsonl")).state == "at work"


def is_alive(job: Job) -> bool:
    """Say whether the process of a job lives, whoever has started it."""
    if (process := _own_process(job)) is not None:
        return process.poll() is None
    # Started by another server, or by this one before a restart. A process takes its lock a moment after it begins.
    holds = MAKES.get(job.makes)
    if holds is None:
        return _is_it(job)
    if holds(job.name):
        return True
    unknown = job.host != platform.node() or not job.born
    return time.time() - job.started < STARTING_SECONDS and (unknown or _is_it(job))


def _own_process(job: Job) -> subprocess.Popen | None:
    process = _running.get((job.makes, job.name))
    return process if process is not None and (process.pid, platform.node()) == (job.pid, job.host) else None


def _is_it(job: Job) -> bool:
    """Say whether the process of a job's number on this machine is the job's, and lives."""
    if (process := _own_process(job)) is not None:
        return process.poll() is None
    return job.host == platform.node() and job.born != "" and _born(job.pid) == job.born


def _born(pid: int) -> str:
    """Return when a process of this machine began, in ticks since the machine did; "" where nobody says (Linux does).

    What the machine is started anew by, it counts anew by: its own number goes before.
    """
    with suppress(OSError, IndexError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        # The second field is the program's name in brackets, which may hold anything (man 5 proc).
        return f"{boot} {Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[19]}"
    return ""


def _tail(path: Path) -> bytes:
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        return file.read()
    return b""


def _follow(said: bytes) -> Standing:
    """Read from the end of a log how far it is: lines of `Progress`, and at last one that says what was made."""
    if error := child.last_words(said):
        return Standing("failed", error=error)
    for line in reversed(said.splitlines()):
        with suppress(*DAMAGED_JSON):
            record = msgspec.json.decode(line, type=dict[str, Any])
            if "stage" not in record:
                return Standing("done", "ready", 1, 1, made=record)
            told = msgspec.convert(record, Progress)
            return Standing("at work", told.stage, told.done, told.total)
    return Standing("at work")


MAKES: dict[str, Callable[[str], bool] | None] = {"data set": is_being_added, "model": None}
"""What is made, and who says whether the lock of one of this name is held; None where none is taken."""
