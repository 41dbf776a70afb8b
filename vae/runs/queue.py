"""Training runs take turns: a run waits until a slot is free, in the order in which they were asked for. No torch."""

import os
import platform
from pathlib import Path

from filelock import BaseFileLock, Timeout

from vae.errors import InputError
from vae.library.shelf import models_folder
from vae.locks import lock
from vae.runs.status import lives, read_status

HOST = platform.node()
MOST_RUNS = 64

MOST_WAITING = 16
"""Runs that may wait: each is a process of some 30 MB that sleeps until its turn."""


def allowed() -> int:
    """Return how many runs may train at a time on this machine: `LATENT_MAX_RUNS`, or one."""
    text = os.environ.get("LATENT_MAX_RUNS", "1").strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_RUNS):
        raise InputError(f"LATENT_MAX_RUNS must be a whole number from 1 to {MOST_RUNS}; got {text[:80]!r}.")
    return int(text)


def waiting() -> list[Path]:
    """Return the folders of the runs that wait on this machine, the first one first."""
    found = []
    for path in models_folder().glob("*/status.json"):
        status = read_status(path.parent)
        if status and status.state == "queued" and status.host == HOST and lives(path.parent, status):
            found.append((status.asked_at, path.parent.name, path.parent))
    return [folder for _, _, folder in sorted(found)]


def check_room() -> None:
    """Raise `InputError` where so many runs wait that no further one may."""
    if (waits := len(waiting())) >= MOST_WAITING:
        raise InputError(f"{waits} runs wait already; start this one when some have finished, or discard some.")


def place(folder: Path) -> int:
    """Return how many runs wait before the one in `folder`; 0 where it does not wait."""
    names = [waits.name for waits in waiting()]
    return names.index(folder.name) if folder.name in names else 0


def try_to_enter(folder: Path) -> BaseFileLock | None:
    """Take a free slot if the run in `folder` is the first that waits; let go of it by `release`."""
    first = next(iter(waiting()), folder)
    return free_slot() if first.name == folder.name else None


def free_slot() -> BaseFileLock | None:
    """Take a slot that is free on this machine, or return None."""
    for number in range(allowed()):
        slot = lock(models_folder() / f".slot-{number}")
        try:
            slot.acquire()
        except Timeout:
            continue
        return slot
    return None
