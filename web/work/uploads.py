"""Files that visitors bring, and what is made of them: kept for a day, looked at and added by processes of their own.

A hostile file can neither crash nor fill the server: only `python -m vae add` ever opens it, with a limit of memory and
of time and at low priority. `<home>/uploads/<token>/` holds file/NAME, and job.json and log.jsonl of a
data set that is made of it, so that another server, or this one after a restart, knows how far it is; a file `cancel`
in it ends the making where its process cannot be signalled.
"""

import os
import platform
import re
import secrets
import shutil
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from vae import child
from vae.datasets.downloads import Progress
from vae.errors import InputError
from vae.files import DAMAGED_JSON
from vae.home import home
from vae.own.making import Making
from vae.own.own_sets import check_new_name, is_being_added
from vae.own.pixel_rows import AS_SERIES

KEPT_SECONDS = 24 * 3600
KEPT_BYTES = 2 << 30
"""Of all uploads together, those that come in included."""

KEPT_UPLOADS = 1000
COMING_SECONDS = 120
"""How long an upload of which nothing comes is taken for one that comes in; a body is given up before."""

STEP = 16 << 20
"""Bytes that an upload may grow by until room is made for more."""

LOOK_SECONDS = 60
CPU_SECONDS = 1800
"""Of a processor, for making a data set: 512 MB of photographs take some minutes of it."""

MEMORY_MB = 3072
"""Of address space: numpy and Pillow take some 300 MB of it, and a picture of 50 megapixels 220 more."""

MOST_ADDED_AT_ONCE = 2
TOKEN = re.compile(r"[0-9a-f]{32}")
STARTING_SECONDS = 15
TAIL_BYTES = 1 << 16
COMING = "coming"
"""A file that lies beside an upload until all of it is there."""

_running: dict[str, subprocess.Popen] = {}
_lock = threading.Lock()
_sweeping = threading.Lock()
_granted: dict[str, int] = {}
"""The bytes that each upload that comes in may have."""


class NoUpload(InputError):
    """The upload is not, or no longer, on the server."""

    def __init__(self) -> None:
        super().__init__("This upload is no longer on the server; choose the file again.")


class NoRoom(InputError):
    """All uploads together would take more than they may."""


class Slow(InputError):
    """Looking at the file took too long."""


class InUse(InputError):
    """A data set is being made of the upload."""


class Full(InputError):
    """As many data sets are being made as may be at once."""


@dataclass(frozen=True)
class Job:
    """A data set that is made of an upload: its process, and when it began (seconds since 1970).

    host, born: the machine, and what it says of when the process began, so that another of the same number is no
    mistake; both are empty where that cannot be said.
    """

    name: str
    pid: int
    started: float
    cancelled: bool = False
    host: str = ""
    born: str = ""


@dataclass(frozen=True)
class Adding:
    """How far a data set is. state: "adding", "done", "failed" or "cancelled"; left_out: as a preview's, when done."""

    name: str
    state: str
    stage: str = "start"
    done: int = 0
    total: int = 0
    error: str = ""
    left_out: dict[str, Any] | None = None


def folder() -> Path:
    """Return the folder of uploads."""
    return home() / "uploads"


def begin(filename: str) -> tuple[str, Path]:
    """Make room for an upload; return its token and the path its bytes go to, of a name that is safe anywhere."""
    token = secrets.token_hex(16)
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", filename).lstrip(".-")
    stem, dot, suffix = safe.rpartition(".") if "." in safe else (safe, "", "")
    path = folder() / token / "file" / f"{stem[:60] or 'pictures'}{dot}{suffix[:8]}"
    path.parent.mkdir(parents=True)
    (path.parent.parent / COMING).touch()
    return token, path


def arrived(token: str) -> None:
    """Note that an upload has come in: from now on it may be swept."""
    _granted.pop(token, None)
    (folder() / token / COMING).unlink(missing_ok=True)


def make_room(token: str, size: int, most: int) -> None:
    """Make room for an upload to have so many bytes, of at most `most` in the end; `NoRoom` where there is none.

    It is given more than it asks for, so that not every piece looks through all uploads.
    """
    with suppress(OSError):
        (folder() / token / COMING).touch()
    with _sweeping:
        if size > _granted.get(token, 0):
            _granted[token] = min(size + STEP, most)
            if sweep() > KEPT_BYTES:
                del _granted[token]
                raise NoRoom(
                    f"The uploads on this server take all of the {KEPT_BYTES / 2**30:.3g} GB that they may; try again "
                    "in a minute, or bring a smaller file."
                )


def find(token: str) -> Path:
    """Return the path of an upload's file, or raise `NoUpload`."""
    if TOKEN.fullmatch(token):
        for path in (folder() / token / "file").glob("*"):
            return path
    raise NoUpload


def drop(token: str) -> None:
    """Delete an upload; one that a data set is being made of is `InUse`."""
    path = find(token).parent.parent
    if _is_in_use(path):
        raise InUse("A data set is being made of this upload; wait until it is done, or cancel it.")
    shutil.rmtree(path, ignore_errors=True)


def discard(token: str) -> None:
    """Delete an upload that is no data, if it is still there."""
    _granted.pop(token, None)
    if TOKEN.fullmatch(token):
        shutil.rmtree(folder() / token, ignore_errors=True)


def sweep() -> int:
    """Delete uploads older than a day, and the oldest where all of them take more than 2 GB; return what is left.

    Those that come in count with what they may grow to, and stay, like those that a data set is being made of. Others
    may bring and delete uploads meanwhile.
    """
    aged = sorted((_age(path), path) for path in folder().glob("*"))
    stay = {path for age, path in aged if _is_coming(path) or _is_in_use(path)}
    kept = sum(max(size_of(path), _granted.get(path.name, 0)) for path in stay)
    if kept > KEPT_BYTES:  # what comes in is refused, and nobody's goes for it
        return kept
    for number, (age, path) in enumerate(aged):
        if path not in stay:
            size = size_of(path)
            if age > KEPT_SECONDS or kept + size > KEPT_BYTES or number >= KEPT_UPLOADS:
                shutil.rmtree(path, ignore_errors=True)
            else:
                kept += size
    return kept


def _is_coming(path: Path) -> bool:
    with suppress(OSError):
        return time.time() - (path / COMING).stat().st_mtime < COMING_SECONDS
    return False


def size_of(path: Path) -> int:
    """Return the bytes of the files in a folder, less those that go while they are counted."""
    size = 0
    for holder, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                size += Path(holder, name).stat().st_size
    return size


def _age(path: Path) -> float:
    """Return the seconds since an upload began, or since a data set of it did; endless for one that is gone."""
    times = []
    for file in (path, path / "job.json"):
        with suppress(OSError):
            times.append(file.stat().st_mtime)
    return time.time() - max(times) if times else float("inf")


def look(token: str, making: Making) -> dict[str, Any]:
    """Return the preview of an upload (vae/own/preview.py) by a process of its own; `InputError` where it is no
    data.
    """
    path = find(token)
    try:
        return _look(path, making)
    except InputError as error:  # what makes no pictures is tried as what it may be, as the message says
        if making.kind or AS_SERIES not in str(error):
            raise
        return _look(path, replace(making, kind="series"))


def _look(path: Path, making: Making) -> dict[str, Any]:
    words = _words(["--inspect", str(path)], making, LOOK_SECONDS)
    try:
        done = child.run(words, seconds=LOOK_SECONDS, threads=1)
    except subprocess.TimeoutExpired:
        raise Slow(
            f"Looking at the file took longer than {LOOK_SECONDS} s; bring fewer pictures, or use the command line."
        ) from None
    if done.returncode:
        raise InputError(_error_in(done.stderr) or "The file could not be read: it takes more memory than it may.")
    preview: dict[str, Any] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return preview


def add(token: str, name: str, making: Making) -> Adding:
    """Start making the data set `name` of an upload, once; return how far it is."""
    path = find(token)
    with _lock:
        standing = _job_of(name)
        if standing and _is_in_use(standing[0]):
            return progress(name)
        check_new_name(name)
        if _is_in_use(path.parent.parent):
            raise InUse("A data set is being made of this upload already; wait until it is done.")
        if sum(process.poll() is None for process in _running.values()) >= MOST_ADDED_AT_ONCE:
            raise Full(f"{MOST_ADDED_AT_ONCE} data sets are being made at this moment; try again in a minute.")
        _forget(name)
        asked = path.parent.parent / "cancel"
        asked.unlink(missing_ok=True)
        words = _words([str(path), "--name", name, "--cancel", str(asked)], making, CPU_SECONDS)
        with (path.parent.parent / "log.jsonl").open("wb") as log:
            process = child.start(words, out=log, threads=1)  # it survives the server
        _running[name] = process
        threading.Thread(target=process.wait, name=f"add-{name}", daemon=True).start()  # so that no zombie is left
        job = Job(name, process.pid, time.time(), host=platform.node(), born=_born(process.pid))
        _write_job(path.parent.parent, job)
    return progress(name)


def progress(name: str) -> Adding:
    """Say how far the data set `name` is; `InputError` where none of this name was made of an upload."""
    found = _job_of(name)
    if found is None:
        raise InputError(f"No data set {name[:80]!r} is being added.")
    path, job = found
    alive = _is_alive(job)  # asked before the log is read: what ends in between has written its last line
    adding = _follow(name, _tail(path / "log.jsonl"))
    if adding.state == "adding" and not alive:
        if job.cancelled:
            return replace(adding, state="cancelled")
        return replace(adding, state="failed", error="Adding it was ended from outside; start it again.")
    return adding


def cancel(name: str) -> Adding:
    """End the making of a data set, with nothing left behind; return how it stands."""
    found = _job_of(name)
    if found and _is_alive(found[1]):
        _write_job(found[0], replace(found[1], cancelled=True))
        with suppress(OSError):
            if _is_it(found[1]):
                os.kill(found[1].pid, signal.SIGTERM)
            else:
                (found[0] / "cancel").touch()
        until = time.monotonic() + 5
        while _is_alive(found[1]) and time.monotonic() < until:
            time.sleep(0.02)
    return progress(name)


def forget(name: str) -> None:
    """Forget how a data set was made, as when it is deleted."""
    with _lock:
        _forget(name)


def _forget(name: str) -> None:
    while found := _job_of(name):
        (found[0] / "job.json").unlink(missing_ok=True)


def _words(what: list[str], making: Making, cpu_seconds: float) -> list[str]:
    limits = ["--memory-mb", str(MEMORY_MB), "--cpu-seconds", str(max(1, round(cpu_seconds)))]
    return ["add", *what, *_flags(making), *limits, "--json"]


def _flags(making: Making) -> list[str]:
    flags = ["--fit", making.fit, "--held-out", str(making.held_out), "--seed", str(making.seed)]
    if making.asked:
        flags += ["--height", str(making.asked[0]), "--width", str(making.asked[1])]
    if making.colour is not None:
        flags.append("--colour" if making.colour else "--grey")
    if making.invert:
        flags.append("--invert")
    # With "=": a range may begin with a minus.
    said = {key: getattr(making, key) for key in ("values", "label", "kind", "scale")}
    return flags + [f"--{key}={value}" for key, value in said.items() if value]


def _job_of(name: str) -> tuple[Path, Job] | None:
    """Return the newest job of this name and the upload it was made of."""
    found = []
    for path in folder().glob("*/job.json"):
        with suppress(OSError, *DAMAGED_JSON):
            job = msgspec.json.decode(path.read_bytes(), type=Job)
            if job.name == name:
                found.append((path.parent, job))
    return max(found, key=lambda one: one[1].started, default=None)


def _write_job(path: Path, job: Job) -> None:
    new = path / "job.json.new"
    new.write_bytes(msgspec.json.encode(job))
    new.replace(path / "job.json")


def _is_alive(job: Job) -> bool:
    if (process := _own_process(job)) is not None:
        return process.poll() is None
    # Started by another server, or by this one before a restart. A process takes the lock a moment after it begins.
    if is_being_added(job.name):
        return True
    unknown = job.host != platform.node() or not job.born
    return time.time() - job.started < STARTING_SECONDS and (unknown or _is_it(job))


def _own_process(job: Job) -> subprocess.Popen | None:
    process = _running.get(job.name)
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


def _is_in_use(path: Path) -> bool:
    """Say whether a data set is being made of an upload; one whose process has said its last word is made."""
    with suppress(OSError, *DAMAGED_JSON):
        job = msgspec.json.decode((path / "job.json").read_bytes(), type=Job)
        return _is_alive(job) and _follow(job.name, _tail(path / "log.jsonl")).state == "adding"
    return False


def _tail(path: Path) -> bytes:
    with suppress(OSError), path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        return file.read()
    return b""


def _follow(name: str, said: bytes) -> Adding:
    """Read from the end of a log how far its data set is."""
    if error := _error_in(said):
        return Adding(name, "failed", error=error)
    for line in reversed(said.splitlines()):
        with suppress(*DAMAGED_JSON):
            record = msgspec.json.decode(line, type=dict[str, Any])
            if "added" in record:
                return Adding(name, "done", "ready", 1, 1, left_out=record.get("left_out"))
            told = msgspec.convert(record, Progress)
            return Adding(name, "adding", told.stage, told.done, told.total)
    return Adding(name, "adding")


def _error_in(said: bytes) -> str:
    return child.last_words(said).replace(f"{folder()}{os.sep}", "")
