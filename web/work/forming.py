"""Form a map in a process of its own: once for all visitors, one map at a time, while pages show how far it is.

A map is kept on disk by the process that forms it (vae/maps/shelf.py), so a page asks `stands` and needs nothing else.
Who asks so is a follower, and a map is stopped only where nobody else follows it. A visitor who leaves the page takes
nothing back: the map is finished and is there the next time. When the server ends, what it started ends too, each map
kept as far as it got, so that nothing goes on computing unseen. A server that is killed cannot see to that; its map is
finished all the same, because it writes to no pipe that would break.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np

from vae import child
from vae.errors import InputError
from vae.home import home
from vae.library.shelf import Model
from vae.maps import ids, shelf
from vae.maps.quality import Keeps

MOST_WAITING = 8
"""Maps in line, some 40 s each: who comes after them is asked to come again."""

MOST_OF_ADDRESS = 6
"""Maps in line that one address has asked for: a class behind one router has one, and leaves room to others."""

MOST_VISITORS = 1000  # of one map; a number that only a program reaches
SECONDS_TO_FOLLOW = 30.0
"""A page asks four times a second, and every other second while it is hidden; one that is silent so long has gone."""

KEPT = 64
"""Maps whose end is remembered, for the sentence that says what went wrong."""

SECONDS_TO_END = 5.0
"""For a map to be written down when the server ends; what it keeps is measured another time."""

State = Literal["waiting", "forming", "done", "stopped", "absent", "failed"]


class Busy(InputError):
    """Too many maps wait to be formed."""


class Others(InputError):
    """Others follow the map that a visitor wants to stop."""


@dataclass(frozen=True)
class Stands:
    """How a map stands for visitors: as on disk, or waiting for its turn, or failed with a sentence as its message.

    measuring: the map is there, and its process measures what it keeps.
    """

    state: State
    iteration: int = 0
    total: int = 0
    message: str = ""
    points: np.ndarray | None = None
    keeps: Keeps | None = None
    kl_divergence: float | None = None
    measuring: bool = False


class Job:
    """A map that is being formed, waits for it, or has ended; `error` is what went wrong as a sentence, or nothing."""

    def __init__(self, model: Model, id: str, visitor: str, address: str = "") -> None:
        self.model, self.id, self.asked_by, self.address = model, id, visitor, address
        self._followed: dict[str, float] = {}
        self._left: set[str] = set()
        self.error = ""
        self.ended = False
        self.stopping = False
        self._process: subprocess.Popen[bytes] | None = None
        _line.append(self)
        self._thread = threading.Thread(target=self._run, name=f"map-{model.name}-{id}", daemon=True)
        self._thread.start()

    def follow(self, visitor: str) -> None:
        """Count a visitor as one who follows it, for `SECONDS_TO_FOLLOW`. Call with the lock held."""
        known = self.followers()
        if visitor in known or (len(known) < MOST_VISITORS and visitor not in self._left):
            self._followed[visitor] = time.monotonic()

    def followers(self) -> set[str]:
        """Return who follows it now. Call with the lock held."""
        now = time.monotonic()
        self._followed = {who: at for who, at in self._followed.items() if now - at < SECONDS_TO_FOLLOW}
        return set(self._followed)

    def ask_for(self, visitor: str) -> None:
        """Count a visitor as one who wants it, also after `leave`. Call with the lock held."""
        self._left.discard(visitor)
        self.follow(visitor)

    def leave(self, visitor: str) -> None:
        """Count a visitor no more, though the page goes on asking how it stands. Call with the lock held."""
        self._followed.pop(visitor, None)
        self.asked_by = "" if visitor == self.asked_by else self.asked_by
        if len(self._left) < MOST_VISITORS:
            self._left.add(visitor)

    def stop(self) -> None:
        """End it: what is there is kept by its process. Call with the lock held."""
        self.stopping = True
        if self._process is not None:
            self._process.terminate()
        _turn.notify_all()

    def wait(self, seconds: float) -> None:
        """Wait for its end, and bring it about with force after so long."""
        self._thread.join(seconds)
        if self._thread.is_alive() and self._process is not None:
            self._process.kill()
            self._thread.join()

    def _run(self) -> None:
        with tempfile.TemporaryFile() as output:
            try:
                with _turn:
                    _turn.wait_for(lambda: self.stopping or _line[0] is self)
                    if not self.stopping:
                        self._process = self._start(output)
                if self._process is not None:
                    self._end(self._process.wait(), output)
            except OSError as error:
                self.error = f"The map could not be formed ({error.strerror or error}); try again."
            finally:
                with _turn:
                    self.ended = True
                    _line.remove(self)
                    _turn.notify_all()

    def _start(self, output: IO[bytes]) -> subprocess.Popen[bytes]:
        settings = ids.parse_id(self.id, self.model.card.latent.dims)
        flags = ["--projection", settings.projection, "--dimensions", *map(str, settings.dimensions)]
        flags += ["--perplexity", f"{settings.perplexity:g}", "--seed", str(settings.seed)]
        # Apart, or Ctrl-C in the server's terminal and `end_all` would be two wishes to end.
        return child.start(["map", self.model.name, *flags, "--json"], out=output)

    def _end(self, code: int, output: IO[bytes]) -> None:
        if code == 0 or self.stopping:
            return
        output.seek(max(0, output.seek(0, os.SEEK_END) - 4096))
        if code < 0:
            self.error = f"The process that formed this map was ended from outside (signal {-code}); start it again."
            return
        self.error = child.last_words(output.read()) or (
            "The map could not be formed; `python -m vae map` on a command line says more. Start it again."
        )


_jobs: dict[tuple[Path, str, str], Job] = {}
_line: list[Job] = []
"""Those that form or wait, in their order; only the first one's process runs."""
_turn = threading.Condition(threading.RLock())


def form(model: Model, id: str, visitor: str, address: str = "") -> Job | None:
    """Form the map `id` for a visitor and measure what it keeps, unless that is done or on its way.

    Two who ask at once share it. A linear map needs no forming and is only measured. Returns None where there is
    nothing to do. Raises `Busy` where too many are waiting, or too many of this address (a visitor's word is
    what anybody chooses), or another that this visitor has asked for, `InputError` where there is no such map. A map
    that waits and that nobody follows any more gives its place away.
    """
    with _turn:
        kept = shelf.standing(model, id)
        if kept.state == "done" and kept.keeps is not None:
            return None
        job = under_way(model, id)
        if job is None or job.ended or job.stopping:
            _check_room(address)
            if any(waiting.asked_by == visitor and not waiting.stopping for waiting in _line[1:]):
                raise Busy("Another map that you asked for waits to be formed; try again when that has begun.")
            job = _jobs[_key(model, id)] = Job(model, id, visitor, address)
            _forget()
        job.ask_for(visitor)
        return job


def _check_room(address: str) -> None:
    """Raise `Busy` where the line is full, or an address's part of it. Call with the lock held."""
    in_line = [job for job in _line if not job.stopping]
    if len(in_line) >= MOST_WAITING:
        for job in in_line[1:]:
            if not job.followers():
                job.stop()
                in_line.remove(job)
    if len(in_line) >= MOST_WAITING:
        raise Busy("Too many maps are waiting to be formed; try again in a minute.")
    if address and sum(job.address == address for job in in_line) >= MOST_OF_ADDRESS:
        raise Busy("Many maps that were asked for from your address wait to be formed; try again in a minute.")


def stop(model: Model, id: str, visitor: str) -> None:
    """Take a visitor off the map `id`; where nobody else follows it, its process ends and keeps what is there.

    The visitor need not have asked for it. Raises `Others` where others follow it, another `InputError` where another
    program forms it, which this server cannot stop.
    """
    with _turn:
        job = under_way(model, id)
        if job is None or job.ended:
            if shelf.standing(model, id).state == "forming":
                raise InputError("This map is formed by another process on this computer; stop it there.")
            return
        if job.stopping:
            return
        job.leave(visitor)
        if job.followers():
            raise Others("Others are watching this map form, so it goes on; yours is shown as it forms.")
        job.stop()


def under_way(model: Model, id: str) -> Job | None:
    """Return the last forming of the map `id` in this process, or None."""
    return _jobs.get(_key(model, id))


def stands(model: Model, id: str, visitor: str = "") -> Stands:
    """Say how the map `id` of a model stands, with its points or its newest frame; None for those of a linear map.

    A visitor who is named is one who follows it while it is formed.
    """
    with _turn:  # before the disk: what ends in between is found there as done
        job = under_way(model, id)
        if job and visitor:
            job.follow(visitor)
        ahead = _line.index(job) if job in _line else 0
        runs, ends, error = (not job.ended, job.stopping, job.error) if job else (False, False, "")
    kept = shelf.standing(model, id)
    # Field by field: `asdict` would copy the points.
    told = Stands(kept.state, kept.iteration, kept.total, kept.message, kept.points, kept.keeps, kept.kl_divergence)
    if kept.state in ("done", "forming") or (kept.state == "stopped" and ends):
        return replace(told, measuring=runs and kept.state != "forming" and kept.keeps is None)
    if ahead:
        return Stands("waiting", message=f"Waits for {'another map' if ahead == 1 else f'{ahead} other maps'} to end.")
    if runs:
        return Stands("forming")
    if error and kept.state == "absent":
        return failed(error)
    return replace(told, message=" ".join(filter(None, [told.message, error])))


def failed(message: str) -> Stands:
    """Say that a map cannot be had, and why."""
    return Stands("failed", message=message)


def end_all(seconds: float = SECONDS_TO_END) -> None:
    """End every map that forms or waits, each kept as far as it got; with force where that takes too long."""
    with _turn:
        ending = list(_line)
        for job in ending:
            job.stop()
    for job in ending:
        job.wait(seconds)


@asynccontextmanager
async def lifespan(_: Any) -> AsyncGenerator[None]:
    """Live as long as the server, and end its maps with it."""
    try:
        yield
    finally:
        end_all()


def _key(model: Model, id: str) -> tuple[Path, str, str]:
    return home(), model.name, id


def _forget() -> None:
    ended = [key for key, job in _jobs.items() if job.ended]
    for key in ended[: max(0, len(_jobs) - KEPT)]:
        del _jobs[key]
