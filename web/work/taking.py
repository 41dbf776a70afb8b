"""Uploads become models: looked at, and taken into the library, by processes of their own alone.

A hostile graph can neither crash nor fill the server: only `python -m vae import` ever opens one, with a limit of
memory and of time and at low priority.
"""

import shutil
import subprocess
import threading
from dataclasses import dataclass
from typing import Any

import msgspec

from vae import child
from vae.errors import InputError
from vae.home import check_name
from vae.library.shelf import is_taken
from web.work import jobs
from web.work.uploads import InUse, Slow, files_of, folder, folder_of

LOOK_SECONDS = 90
"""Two graphs are tried on some data sets with each layout and range that they may have: seconds, on an idle machine."""

CPU_SECONDS = 900
"""Of a processor, for measuring: a network that explores live takes a minute of it for 70,000 images."""

MEMORY_MB = 3072
"""Of address space: ONNX Runtime and numpy take some 300 MB of it, and a graph of 500 MB thrice its size."""

MAKES = "model"

_lock = threading.Lock()


class Taken(InputError):
    """The library has a model of this name."""


@dataclass(frozen=True)
class Answers:
    """What a person says of a model: the flags of `python -m vae import`.

    dataset: the name of what it learnt, "" for none, None where it is to be chosen; range: two numbers with a space
    between them, or "logits"; the others as the flags have them, "" where they are to be settled by looking.
    """

    dataset: str | None = None
    range: str = ""
    layout: str = ""
    spread: str = ""
    likelihood: str = ""

    @property
    def flags(self) -> list[str]:
        """Return them as flags."""
        said = {name: getattr(self, name) for name in ("layout", "spread", "likelihood")}
        words = [f"--{name}={value}" for name, value in said.items() if value]
        if self.range == "logits":
            words.append("--logits")
        elif self.range:
            words += ["--range", *self.range.split(" ")]
        if self.dataset is None:
            return [*words, "--suggest"]
        return [*words, f"--dataset={self.dataset}"] if self.dataset else words


@dataclass(frozen=True)
class Taking:
    """How far a model is. state: "taking", "done", "failed" or "cancelled"; model: whether it is one, or a run."""

    name: str
    state: str
    stage: str = "start"
    done: int = 0
    total: int = 0
    error: str = ""
    model: bool = True


def look(token: str, answers: Answers) -> dict[str, Any]:
    """Return what is found out about an upload (vae/parcels/inspection.py), by a process of its own; `InputError`."""
    words = _words(token, ["--inspect"], answers, LOOK_SECONDS)
    try:
        done = child.run(words, seconds=LOOK_SECONDS, threads=1)
    except subprocess.TimeoutExpired:
        raise Slow(
            f"Looking at it took longer than {LOOK_SECONDS} s; bring a smaller model, or use `python -m vae import`."
        ) from None
    if done.returncode:
        said = _named(token, child.last_words(done.stderr))
        raise InputError(said or "It could not be looked at: it takes more memory or time than it may.")
    found: dict[str, Any] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return found


def take(token: str, name: str, answers: Answers) -> Taking:
    """Start taking an upload into the library as `name`, once; return how far it is."""
    upload = folder_of(token)
    with _lock:
        if jobs.is_at_work(upload):
            return progress(token)
        if is_taken(check_name(name)):
            raise Taken(f"The library has a model {name!r} already; choose another name.")
        other = jobs.newest(folder(), MAKES, name)
        if other is not None and jobs.is_at_work(other[0]):
            raise Taken(f"A model {name!r} is being taken in at this moment; choose another name.")
        jobs.check_place(MAKES)
        shutil.rmtree(upload / "taken", ignore_errors=True)  # left by a process that was ended
        jobs.start(upload, MAKES, name, _words(token, ["--name", name], answers, CPU_SECONDS))
    return progress(token)


def progress(token: str) -> Taking:
    """Say how far the model of an upload is; `InputError` where none is made of it."""
    upload = folder_of(token)
    job = jobs.of(upload)
    if job is None or job.makes != MAKES:
        raise InputError("Nothing is being taken in of this upload.")
    told = jobs.standing(upload, job)
    made = told.made or {}
    state = "taking" if told.state == "at work" else told.state
    name, model = str(made.get("name", job.name)), bool(made.get("model", True))
    return Taking(name, state, told.stage, told.done, told.total, _named(token, told.error), model)


def cancel(token: str) -> Taking:
    """End the taking in, with nothing left behind; return how it stands."""
    upload = folder_of(token)
    if (job := jobs.of(upload)) is not None:
        jobs.cancel(upload, job)
    return progress(token)


def remove(token: str, filename: str) -> None:
    """Delete one file of an upload; `InUse` while something is made of it."""
    if jobs.is_at_work(folder_of(token)):
        raise InUse("The model is being taken in at this moment; wait until it is done, or cancel it.")
    for path in files_of(token):
        if path.name == filename:
            path.unlink(missing_ok=True)


def _words(token: str, what: list[str], answers: Answers, cpu_seconds: float) -> list[str]:
    upload = folder_of(token)
    limits = ["--memory-mb", str(MEMORY_MB), "--cpu-seconds", str(max(1, round(cpu_seconds)))]
    return ["import", str(upload / "file"), *what, *answers.flags, "--scratch", str(upload), *limits, "--json"]


def _named(token: str, said: str) -> str:
    """Name an upload's files as their owner does, without the folders that they lie in here."""
    files = str(folder_of(token) / "file")
    return said.replace(f"{files}/", "").replace(files, "What was sent")
