"""Runs as processes: started, resumed, and asked to change."""

import contextlib
import shlex
import subprocess
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

from filelock import Timeout

from vae import child
from vae.config import TrainConfig
from vae.data import is_ready
from vae.errors import InputError, unknown
from vae.files import cannot_write
from vae.library.shelf import is_taken
from vae.locks import lock
from vae.runs import queue, trackers
from vae.runs.shelf import Run, delete, find_run, new_folder, write_config
from vae.runs.status import WISHES, Status, Wish, checkpoint_step, read_status, settle, write_control, write_status

# Start, and go on


def launch(config: TrainConfig, name: str | None = None, log_to: str | None = None) -> Run:
    """Reserve a folder for a run of these settings and start its process, which outlives this one; return the run.

    name: of the run and of the model it becomes; left out: after its data, with a number where that is taken. log_to:
    the tracker that follows it (`vae.runs.trackers`). Raises `InputError` for a bad or taken name, for data that are
    not at hand, and where nothing can be written.
    """
    if log_to:
        trackers.check(log_to)
    if config.files:
        raise InputError(
            f"{config.files[0].title} is a file, which only `python -m vae train` takes; choose a network and an "
            "objective that have a name here."
        )
    queue.allowed()
    queue.check_room()
    if not is_ready(config.dataset):
        raise InputError(
            f"The data set {config.dataset!r} is not on this machine; download it first: "
            f"python -m vae datasets --download {shlex.quote(config.dataset)}."
        )
    folder = _reserve(config.settled(), name, log_to)
    _start_process(folder)
    return find_run(folder.name)


def _reserve(config: TrainConfig, name: str | None, log_to: str | None) -> Path:
    """Make the folder of a run that waits, whole; of two that want one name at a time, one gets it."""
    while True:
        folder = new_folder(config, name)
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".run-", dir=folder.parent, ignore_cleanup_errors=True) as holder:
                made = Path(holder, folder.name)
                made.mkdir()
                write_config(config, made)
                if log_to:
                    trackers.choose(made, log_to)
                write_status(made, _queued(Status("queued", beta=config.beta, learning_rate=config.learning_rate)))
                with lock(folder.parent, timeout=5.0):  # because a rename would replace a folder that is empty
                    if not is_taken(folder.name):
                        made.rename(folder)
                        return folder
        except OSError as error:
            raise cannot_write(folder, error) from None


def _queued(before: Status) -> Status:
    """Return the status of a run whose process is about to start: until then no process."""
    now = time.time()
    return replace(
        before, state="queued", message="", reason="", pid=None, host=queue.HOST, heartbeat=now, asked_at=now
    )


def _start_process(folder: Path) -> None:
    """Start the process that trains in `folder` and outlives the server; with --queue it makes itself polite."""
    words = ["train", "--resume", str(folder.resolve()), "--queue"]
    try:
        with (folder / "log.txt").open("ab") as log:
            process = child.start(words, out=log, polite=False)
    except OSError as error:
        with contextlib.suppress(OSError):
            write_status(folder, replace(settle(folder), pid=0, heartbeat=0.0))
        raise InputError(
            f"Cannot start the training: {error.strerror or error}. Free some space, or resume it."
        ) from None
    threading.Thread(target=_take_note, args=(process, folder), name=f"run {folder.name}", daemon=True).start()


def _take_note(process: subprocess.Popen, folder: Path) -> None:
    """Wait for a run's process to end, or the system would go on listing it; say so where it never came up."""
    process.wait()
    found = read_status(folder)
    if found is not None and found.state == "queued" and found.pid is None:
        with contextlib.suppress(OSError):
            write_status(folder, replace(found, pid=process.pid, heartbeat=0.0))


def resume(name: str, log_to: str | None = None) -> Run:
    """Let a run go on: a paused one queues again, and one that has ended starts again from its last checkpoint.

    log_to: the tracker that follows it from now on; left out: the one that did before. One that trains or waits already
    is left alone. Raises `InputError` for a finished run.
    """
    run = find_run(name)
    if run.model:
        raise InputError(f"The run {name!r} is finished; start a new one.")
    queue.allowed()
    if log_to and not run.status.live:
        trackers.check(log_to)
        trackers.choose(run.folder, log_to)
    write_control(run.folder, wish="run")
    if not run.status.live:
        _revive(run)
    return find_run(name)


def _revive(run: Run) -> None:
    """Start a process for a run that has none; of two that ask at a time, one does it."""
    try:
        with lock(run.folder / "log.txt", timeout=5.0):
            found = settle(run.folder)
            if found.live:
                return
            queue.check_room()
            try:
                write_status(run.folder, _queued(found))
            except OSError as error:
                raise cannot_write(run.folder, error) from None
            _start_process(run.folder)
    except Timeout:
        raise InputError(f"The run {run.name!r} is being started already; look again in a moment.") from None


# Ask, and tidy up


def ask(name: str, wish: Wish | None = None, beta: float | None = None, learning_rate: float | None = None) -> Run:
    """Ask something of a run: "run", "pause", "stop" (it can be resumed), "keep" (ends now, a model) or "discard".

    beta, learning_rate: new settings from the next step on, within the bounds of the first ones; what is left out stays
    as it is. A run that has ended is woken up for "run" and "keep". Raises `InputError` for an unknown run or wish, for
    settings out of bounds, and for what cannot be had of this run now.
    """
    run = find_run(name)
    if wish is not None and wish not in WISHES:
        raise unknown("wish", wish, WISHES)
    changed = {key: value for key, value in (("beta", beta), ("learning_rate", learning_rate)) if value is not None}
    replace(run.config, **changed)  # type: ignore[arg-type] # checks the bounds
    if run.model:
        raise InputError(f"The run {name!r} is finished and is a model now; start a new one, or delete it.")
    if changed:
        write_control(run.folder, **changed)
    if wish is not None:
        (_ask_living if run.status.live else _ask_ended)(run, wish)
        if wish == "discard" and not run.folder.exists():
            return run
    with contextlib.suppress(InputError):  # it may be gone by now, as it was asked to
        return find_run(name)
    return run


def keep_next(run: Run) -> None:
    """Have the next process of a run that has ended make a model of it; `InputError` where it has no weights."""
    if not checkpoint_step(run.folder):
        raise InputError(f"The run {run.name!r} has no weights kept yet; resume it, or discard it.")
    write_control(run.folder, wish="keep")


def _ask_living(run: Run, wish: Wish) -> None:
    # Only one that trains has the weights of its step at hand; another goes on from its checkpoint.
    step = run.status.step if run.status.state in ("training", "measuring") else checkpoint_step(run.folder)
    if wish == "keep" and not step:
        raise InputError(f"The run {run.name!r} has no weights to keep yet; let it train, or discard it.")
    write_control(run.folder, wish=wish)


def _ask_ended(run: Run, wish: Wish) -> None:
    if wish == "run":
        resume(run.name)
    elif wish == "discard":
        delete(run.name)
    elif wish == "keep":
        keep_next(run)
        _revive(run)
    elif wish == "pause":
        raise InputError(f"The run {run.name!r} does not train; resume it first.")
