"""Uploads become data sets: looked at and added by processes of their own alone.

A hostile file can neither crash nor fill the server: only `python -m vae add` ever opens it, with a limit of memory and
of time and at low priority.
"""

import os
import subprocess
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from vae import child
from vae.errors import InputError
from vae.own.making import Making, kind_advised
from vae.own.own_sets import check_new_name
from web.work import jobs
from web.work.uploads import InUse, Slow, find, folder

LOOK_SECONDS = 60
CPU_SECONDS = 1800
"""Of a processor, for making a data set: 512 MB of photographs take some minutes of it."""

MEMORY_MB = 3072
"""Of address space: numpy and Pillow take some 300 MB of it, and a picture of 50 megapixels 220 more."""

MAKES = "data set"

_lock = threading.Lock()


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


def look(token: str, making: Making) -> dict[str, Any]:
    """Return the preview of an upload (vae/own/preview.py) by a process of its own; `InputError` where it is no
    data.
    """
    path = find(token)
    try:
        return _look(path, making)
    except InputError as error:  # what makes no pictures is tried as what it may be, as the message says
        if making.kind or not (kind := kind_advised(str(error))):
            raise
        return _look(path, replace(making, kind=kind))


def _look(path: Path, making: Making) -> dict[str, Any]:
    words = _words(["--inspect", str(path)], making, LOOK_SECONDS)
    try:
        done = child.run(words, seconds=LOOK_SECONDS, threads=1)
    except subprocess.TimeoutExpired:
        raise Slow(
            f"Looking at the file took longer than {LOOK_SECONDS} s; bring fewer pictures, or use the command line."
        ) from None
    if done.returncode:
        raise InputError(
            _named(child.last_words(done.stderr)) or "The file could not be read: it takes more memory than it may."
        )
    preview: dict[str, Any] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return preview


def add(token: str, name: str, making: Making) -> Adding:
    """Start making the data set `name` of an upload, once; return how far it is."""
    upload = find(token).parent.parent
    with _lock:
        standing = jobs.newest(folder(), MAKES, name)
        if standing and jobs.is_at_work(standing[0]):
            return progress(name)
        check_new_name(name)
        if jobs.is_at_work(upload):
            raise InUse("A data set is being made of this upload already; wait until it is done.")
        jobs.check_place(MAKES)
        _forget(name)
        cancel = ["--cancel", str(jobs.cancelling(upload))]
        words = _words([str(find(token)), "--name", name, *cancel], making, CPU_SECONDS)
        jobs.start(upload, MAKES, name, words)
    return progress(name)


def progress(name: str) -> Adding:
    """Say how far the data set `name` is; `InputError` where none of this name was made of an upload."""
    found = jobs.newest(folder(), MAKES, name)
    if found is None:
        raise InputError(f"No data set {name[:80]!r} is being added.")
    told = jobs.standing(*found)
    state = "adding" if told.state == "at work" else told.state
    left_out = (told.made or {}).get("left_out")
    return Adding(name, state, told.stage, told.done, told.total, _named(told.error), left_out)


def cancel(name: str) -> Adding:
    """End the making of a data set, with nothing left behind; return how it stands."""
    if found := jobs.newest(folder(), MAKES, name):
        jobs.cancel(*found)
    return progress(name)


def forget(name: str) -> None:
    """Forget how a data set was made, as when it is deleted."""
    with _lock:
        _forget(name)


def _forget(name: str) -> None:
    while found := jobs.newest(folder(), MAKES, name):
        (found[0] / "job.json").unlink(missing_ok=True)


def _named(said: str) -> str:
    """Name an upload's file as its owner does, without the folders that it lies in here."""
    return said.replace(f"{folder()}{os.sep}", "")


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
