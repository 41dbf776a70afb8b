"""How a training run stands, and what is asked of it: two small files in its folder that its process and others share.

status.json is written by the run's process and read by everybody; control.json is written by others and read by the
process. Both are replaced as a whole, so that a reader never sees half of one. Nothing here imports torch.
"""

import os
import platform
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
from filelock import Timeout
from safetensors import safe_open

from vae.errors import InputError
from vae.files import DAMAGED_JSON, cannot_write, check_header
from vae.locks import is_locked, lock

State = Literal["queued", "starting", "training", "paused", "measuring", "done", "stopped", "failed", "interrupted"]
"""The first five are those of a living process. "interrupted" is never written: a reader finds that nobody lives."""

LIVE = ("queued", "starting", "training", "paused", "measuring")

Wish = Literal["run", "pause", "stop", "keep", "discard"]
WISHES: tuple[str, ...] = get_args(Wish)

SECONDS_BETWEEN_HEARTBEATS = 0.8

SILENT_HERE = 4.0
"""Seconds without a heartbeat after which a reader on the same machine asks the system whether the process lives."""

SILENT_ELSEWHERE = 15.0
"""Seconds without a heartbeat after which a process on another machine, which cannot be asked, counts as gone."""


@dataclass(frozen=True)
class Status:
    """How a run stands.

    step of steps; epoch counts finished passes; times are seconds since 1970. seconds: spent training, over all of the
    run's processes. weight: on the KL at this step, warm-up included; beta, learning_rate: of the settings with the
    changes made so far. message: a sentence for a person; reason: why a run failed or was interrupted, in a word
    ("diverged", "disk", "memory", "input", "error", "killed"), empty otherwise.
    """

    state: State
    step: int = 0
    steps: int = 0
    epoch: int = 0
    message: str = ""
    host: str = ""
    pid: int | None = None
    heartbeat: float = 0.0
    asked_at: float = 0.0
    started_at: float | None = None
    ended_at: float | None = None
    seconds: float = 0.0
    images_per_second: float = 0.0
    weight: float = 0.0
    beta: float = 0.0
    learning_rate: float = 0.0
    reason: str = ""

    @property
    def live(self) -> bool:
        """Say whether a process works or waits for this run."""
        return self.state in LIVE


@dataclass(frozen=True)
class Control:
    """What is asked of a run. beta and learning_rate are those wanted from now on; None: as they are.

    number grows with each wish, so that two alike are told apart.
    """

    number: int = 0
    wish: Wish = "run"
    beta: float | None = None
    learning_rate: float | None = None


def read_status(folder: Path) -> Status | None:
    """Return what `status.json` says, or None where it is missing or damaged."""
    with suppress(OSError, *DAMAGED_JSON):
        return msgspec.json.decode((folder / "status.json").read_bytes(), type=Status)
    return None


def write_status(folder: Path, status: Status) -> None:
    """Replace `status.json`; raises OSError where the disk is full, with the old one left in place."""
    _replace(folder / "status.json", status)


def read_control(folder: Path) -> Control:
    """Return what `control.json` asks; where there is none, that the run goes on."""
    with suppress(OSError, *DAMAGED_JSON):
        return msgspec.json.decode((folder / "control.json").read_bytes(), type=Control)
    return Control()


def write_control(folder: Path, **asked: Any) -> Control:
    """Ask something new of a run; what was asked before and is not in `asked` stays. Safe in several processes."""
    with lock(folder / "control.json", timeout=5.0):
        before = read_control(folder)
        control = replace(before, number=before.number + 1, **asked)
        try:
            _replace(folder / "control.json", control)
        except OSError as error:
            raise cannot_write(folder / "control.json", error) from None
    return control


def _replace(path: Path, record: Any) -> None:
    # A name for each process and thread, so that two that write at once do not write into one file.
    temporary = path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}")
    try:
        temporary.write_bytes(msgspec.json.encode(record) + b"\n")
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def settle(folder: Path) -> Status:
    """Say how the run in `folder` really stands: as its status says, or "interrupted" where its process is gone."""
    status = read_status(folder)
    finished = (folder / "card.json").exists()
    if status is None:
        return _without_status(folder, finished)
    if not status.live or lives(folder, status):
        return status
    if finished:  # it was killed after its last deed and before it could say so
        return replace(status, state="done", message="", ended_at=status.heartbeat)
    return replace(
        status,
        state="interrupted",
        reason="killed",
        message=_interrupted(folder, status),
        ended_at=status.heartbeat or status.asked_at,
    )


def _without_status(folder: Path, finished: bool) -> Status:
    """Judge a folder written before there was a status, or one whose status is damaged."""
    if finished:
        return Status("done")
    if is_locked(folder):
        return Status("training")
    return Status("stopped", step=checkpoint_step(folder), message="Resume goes on from its last checkpoint.")


def _interrupted(folder: Path, status: Status) -> str:
    where = f"at step {status.step:,}" if status.started_at else "before it began"
    message = f"Ended from outside {where}; Resume goes on from step {checkpoint_step(folder):,}."
    said = _last_words(folder / "log.txt")
    return f"{message} Its last words: {said}" if said and not status.started_at else message


def _last_words(log: Path) -> str:
    """Return the last line of a log, for what died before it could write a status."""
    try:
        lines = log.read_bytes()[-4096:].decode(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")


def checkpoint_step(folder: Path) -> int:
    """Return the step of the run's checkpoint, from which it would go on; 0 where there is none that can be read."""
    try:
        with safe_open(check_header(folder / "checkpoint.safetensors"), "np") as file:
            return int(file.metadata()["step"])
    except Exception:  # safetensors raises classes of its own; the trainer names the damage
        return 0


def lives(folder: Path, status: Status) -> bool:
    """Say whether the process that wrote a live `status` lives still.

    With a fresh heartbeat, unless the system knows no such process. With an old one, where the folder's lock is held on
    this machine (the process may be stopped, or its disk full). Elsewhere only the heartbeat can be seen.
    """
    silence = time.time() - status.heartbeat
    if status.host != platform.node():
        return silence < SILENT_ELSEWHERE
    if status.pid is None:  # it is being started
        return silence < SILENT_ELSEWHERE or _is_surely_locked(folder)
    return _is_process(status.pid) if silence < SILENT_HERE else _is_surely_locked(folder)


def _is_surely_locked(folder: Path) -> bool:
    """Ask a few times: to ask is to take the lock for a moment, and another reader may be asking just now."""
    for _ in range(3):
        if not is_locked(folder):
            return False
        time.sleep(random.uniform(0.001, 0.005))
    return True


def _is_process(pid: int) -> bool:
    if os.name != "posix":  # elsewhere `os.kill` would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Reporter:
    """Keep `status.json` up to date: at once with each change, and at least each second while the process lives.

    The heartbeat comes from a thread of its own, so that a long step, an export or a measurement does not look like
    death. A report that cannot be written is lost, and the next one tries again.
    """

    def __init__(self, folder: Path, status: Status) -> None:
        self.folder = folder
        self.status = replace(status, host=platform.node(), pid=os.getpid())
        self._guard, self._ended = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self.tell()
        self._thread.start()

    def tell(self, **changes: Any) -> None:
        """Change fields of the status and write it down."""
        with self._guard:
            self.status = replace(self.status, **changes, heartbeat=time.time())
            try:
                write_status(self.folder, self.status)
            except OSError:
                with suppress(OSError):
                    self._write_in_place()

    def _write_in_place(self) -> None:
        """Write over the old status: on a full disk there is no room for a new file, but its own block is there."""
        with (self.folder / "status.json").open("r+b") as file:
            file.write(msgspec.json.encode(self.status) + b"\n")
            file.truncate()

    def note(self, **changes: Any) -> None:
        """Change fields of the status; the next heartbeat writes them down."""
        with self._guard:
            self.status = replace(self.status, **changes)

    def close(self) -> None:
        """End the heartbeat; what was told last stays."""
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(SECONDS_BETWEEN_HEARTBEATS):
            self.tell()


class Listener:
    """Hear what is asked of a run. A look costs one `stat` while nothing is asked."""

    def __init__(self, folder: Path) -> None:
        self._path, self._seen, self.control = folder / "control.json", (0, 0), Control()
        self.look()

    def look(self) -> Control:
        """Return what is asked now."""
        try:
            found = self._path.stat()
        except OSError:
            return self.control
        if (found.st_mtime_ns, found.st_ino) != self._seen:
            self._seen = (found.st_mtime_ns, found.st_ino)
            self.control = read_control(self._path.parent)
        return self.control


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Keep every other process from training in `folder` while the block runs; raise `InputError` where one does."""
    held = lock(folder, timeout=0.5)  # not at once: a reader that asks whether somebody lives holds it for a moment
    try:
        held.acquire()
    except Timeout:
        raise InputError(f"Another process trains in {folder}; wait for it, or choose another --out.") from None
    try:
        yield
    finally:
        held.release()
