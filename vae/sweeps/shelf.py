"""Sweeps on disk: which runs each has, and how it stands. A run itself is a folder in the library as any other.

The folder of a sweep, `<home>/sweeps/<name>/`:

    sweep.json     its runs, each with its name and all its settings (`Sweep`)
    status.json    how it stands: a `vae.runs.status.Status` whose steps are runs
    control.json   what is asked of it: "run", or "stop"
    log.txt        what its process said, where the app started it

Nothing here imports torch.
"""

import itertools
import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import msgspec

from vae.errors import InputError, unknown
from vae.files import DAMAGED_JSON, cannot_write, replacing
from vae.home import NAME, home
from vae.library.shelf import models_folder
from vae.locks import is_locked
from vae.runs.shelf import slug
from vae.runs.status import Status, read_status, settle
from vae.sweeps.plan import Planned

LONGEST_STEM = 40
"""Letters of the name of a sweep that is named after its data: its runs' names have more behind."""


@dataclass(frozen=True)
class Sweep:
    """A sweep: its runs in their order, the tracker that follows them, and when it was asked for."""

    name: str
    runs: tuple[Planned, ...]
    log_to: str | None = None
    begun: float = 0.0

    @property
    def folder(self) -> Path:
        """Return where it lies."""
        return sweeps_folder() / self.name


def sweeps_folder() -> Path:
    """Return the folder of all sweeps."""
    return home() / "sweeps"


def list_sweeps() -> list[Sweep]:
    """List the sweeps, the newest first; what cannot be read is left out."""
    root = sweeps_folder()
    names = [folder.name for folder in root.iterdir() if NAME.fullmatch(folder.name)] if root.is_dir() else []
    found = [sweep for name in names if (sweep := _read(name)) is not None]
    return sorted(found, key=lambda sweep: (-sweep.begun, sweep.name))


def find_sweep(name: str) -> Sweep:
    """Find a sweep by its name; `InputError` where there is none, with the names of those there are."""
    sweep = _read(name) if NAME.fullmatch(name) else None
    if sweep is None:
        raise unknown("sweep", name[:80], [each.name for each in list_sweeps()])
    return sweep


def _read(name: str) -> Sweep | None:
    path = sweeps_folder() / name / "sweep.json"
    try:
        found = path.stat()
        return replace(_decode(path, found.st_mtime_ns, found.st_size), name=name)
    except (OSError, *DAMAGED_JSON):
        return None


@lru_cache(maxsize=64)  # a page asks for it every two seconds
def _decode(path: Path, changed: int, size: int) -> Sweep:
    return msgspec.json.decode(path.read_bytes(), type=Sweep)


def keep(name: str, planned: Sequence[Planned], log_to: str | None = None) -> Sweep:
    """Write a sweep down, in place of an earlier one of this name; return it.

    `InputError` where that one is at work, a run's name is another's, or the disk is full.
    """
    sweep = Sweep(name, tuple(planned), log_to, time.time())
    if stands(sweep).live or is_locked(sweep.folder):
        raise InputError(f"The sweep {name!r} is at work; wait for it, or stop it on the Train page.")
    with replacing(sweep.folder / "sweep.json") as path:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(sweep)) + b"\n")
    return sweep


def stands(sweep: Sweep) -> Status:
    """Say how a sweep stands, its steps being its runs: "training", "done", "stopped", "failed" or "interrupted"."""
    if read_status(sweep.folder) is None:
        return Status("stopped", steps=len(sweep.runs), message="It has not begun yet; Resume begins it.")
    found = settle(sweep.folder)
    if found.state == "interrupted":
        return replace(found, message="Ended from outside; Resume goes on with the runs that are left.")
    return found


def sweep_of(run: str) -> Sweep | None:
    """Return the newest sweep that a run is part of, or None."""
    return next((sweep for sweep in list_sweeps() if any(each.name == run for each in sweep.runs)), None)


def free_name(stem: str) -> str:
    """Return a name for a sweep, that of its data with a number where there are such a sweep or such runs by now."""
    stem = f"{slug(stem)[:LONGEST_STEM]}-sweep"
    runs = [folder.name for folder in models_folder().iterdir()] if models_folder().is_dir() else []
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(name for name in names if is_free(name, runs))


def is_free(name: str, runs: Iterable[str] = ()) -> bool:
    """Say whether there is no sweep of this name, and none of these runs has a name that begins so."""
    return not (sweeps_folder() / name).exists() and not any(run.startswith(f"{name}-") for run in runs)


def forget(name: str) -> None:
    """Take a sweep from the list; its runs and models stay. `InputError` while it is at work."""
    sweep = find_sweep(name)
    if stands(sweep).live:
        raise InputError(f"The sweep {name!r} is at work; stop it first.")
    try:
        shutil.rmtree(sweep.folder)
    except OSError as error:
        raise cannot_write(sweep.folder, error) from None
    with suppress(OSError):
        sweeps_folder().rmdir()
