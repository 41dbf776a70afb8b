"""A process's work on a run: wait for a turn, train, heed what is asked, and say at every moment how it stands.

Nothing here imports torch: a process that waits is small.
"""

import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol

from filelock import BaseFileLock

from vae.errors import InputError, first_line
from vae.runs import queue as slots
from vae.runs.records import Step
from vae.runs.status import Listener, Reporter, Status, checkpoint_step, read_status, write_control

Ending = Literal["trained", "stop", "keep", "discard"]

SECONDS_BETWEEN_LOOKS = 0.1
"""While a run waits or is paused; while it trains, `train` breathes four times a second."""

LONGEST_PAUSE = 600.0
"""Seconds after which a paused run gives its memory back: its process ends, and it can be resumed."""

SECONDS_BETWEEN_REPORTS = 0.25

SECONDS_TO_A_RECORD = 0.5
"""A run that is stopped first ends the record it is at, if that takes no longer."""


class Work(Protocol):
    """What a session needs of a training: `vae.training.training.Training` is one."""

    @property
    def standing(self) -> dict[str, Any]:
        """Return step, steps, epoch, beta and learning_rate as they are now, as fields of `Status`."""

    def records(self) -> Generator[Step | None]:
        """Train, yielding records and breaths; closing it leaves a checkpoint."""

    def change(self, beta: float | None, learning_rate: float | None) -> None:
        """Take these settings from the next step on, where they differ from what was wanted before."""

    def save(self) -> None:
        """Leave a checkpoint."""


class Discarded(Exception):
    """The run is to be discarded, so that nothing more need be written of it."""


class Session:
    """Hold a claimed run's status and wishes while its process works; every way out leaves a status that says why.

    interrupted: filled by a signal that asks the process to end. queue: wait for a free slot; otherwise one is taken
    where it is free, so that others wait for this run.
    """

    def __init__(self, folder: Path, interrupted: list[int], queue: bool = False) -> None:
        self.folder, self.interrupted, self.queue = folder, interrupted, queue
        if not queue and (folder / "control.json").exists():
            write_control(folder, wish="run")  # who types the command wants it to train, whatever was asked before
        self.slot: BaseFileLock | None = None
        before, kept = read_status(folder) or Status("starting"), checkpoint_step(folder)
        now = time.time()
        self.reporter = Reporter(
            folder,
            replace(
                before,
                state="queued" if queue else "starting",
                step=kept,  # an earlier process may have been killed further on
                epoch=before.epoch if before.step == kept else kept * before.epoch // max(1, before.step),
                asked_at=before.asked_at if queue and before.asked_at else now,
                message="",
                reason="",
                ended_at=None,
            ),
        )
        self.listener = Listener(folder)
        self._trained = before.seconds
        self._since: float | None = None
        self._paused_at: float | None = None
        self._told = 0.0

    @property
    def seconds(self) -> float:
        """Return the seconds spent training, those of earlier processes too and pauses left out."""
        return self._trained + (time.monotonic() - self._since if self._since is not None else 0.0)

    @property
    def step(self) -> int:
        """Return the step that the run has come to."""
        return self.reporter.status.step

    def wait(self) -> Ending | None:
        """Wait for a slot, heeding wishes; return None when it is this run's turn, or how it is to end without one.

        A run that is kept while it waits takes no slot: it is measured at once, beside the run that trains, because
        that is a matter of seconds and whoever waits for a model should not wait for hours of another's training.
        """
        if self.queue:
            return self._wait_in_line()
        self.slot = slots.free_slot()
        return None

    def _wait_in_line(self) -> Ending | None:
        while True:
            if (ending := self._ending()) is not None:
                return ending
            if self.listener.control.wish == "pause":
                self._pause()
            else:
                self._unpause()
                if (slot := slots.try_to_enter(self.folder)) is not None:
                    self.slot = slot
                    return None
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def _pause(self) -> None:
        if self._paused_at is None:
            self._paused_at = time.monotonic()
            self.reporter.tell(state="paused")

    def _unpause(self) -> None:
        if self._paused_at is not None:
            self._paused_at = None
            self.reporter.tell(state="queued", asked_at=time.time())

    def check_wanted(self) -> None:
        """Raise `Discarded` where the run is to be discarded by now."""
        if self._ending() == "discard":
            raise Discarded

    def _ending(self) -> Ending | None:
        """Return how the run is to end now, if it is asked to."""
        wish = self.listener.look().wish
        if wish == "discard" or not (self.folder / "config.json").exists():
            return "discard"
        if wish == "keep":
            return "keep"
        paused_for = 0.0 if self._paused_at is None else time.monotonic() - self._paused_at
        return "stop" if wish == "stop" or self.interrupted or paused_for > LONGEST_PAUSE else None

    def attend(self, work: Work) -> Generator[Step, None, Ending]:
        """Train, passing the records on; heed wishes in between, and return how the run is to end.

        Whatever the end, the work is closed, with a checkpoint left where it was cut short; where it is discarded,
        nothing more is written.
        """
        records = work.records()
        asked_at: float | None = None
        ending: Ending | None = None
        try:
            self._go_on(work)
            for record in records:
                self._report(work, record)
                if record:
                    yield record
                if ending := self._ending():
                    asked_at = asked_at or time.monotonic()
                    if record or ending == "discard" or time.monotonic() - asked_at > SECONDS_TO_A_RECORD:
                        return ending
                    continue
                self._heed(work)
                if self.listener.control.wish == "pause" and (ending := self._rest(work)):
                    return ending
            return "trained"
        finally:
            _close(records, ending)
            self._stop_clock()
            self.reporter.note(**work.standing, seconds=self.seconds)

    def _heed(self, work: Work) -> None:
        """Change the settings as was asked at the last look."""
        asked = self.listener.control
        work.change(asked.beta, asked.learning_rate)

    def _go_on(self, work: Work) -> None:
        self.listener.look()
        self._heed(work)  # before the first step: a run that has diverged must not take it with the old rate
        self._since = time.monotonic()
        began = self.reporter.status.started_at or time.time()
        self.reporter.tell(state="training", started_at=began, **work.standing)

    def _rest(self, work: Work) -> Ending | None:
        """Pause: give the slot back, wait until the run is to go on and it is its turn; return how it is to end."""
        self._stop_clock()
        self.reporter.note(**work.standing, seconds=self.seconds, images_per_second=0.0)
        work.save()
        self._pause()
        self._leave_slot()
        if ending := self._wait_in_line():
            return ending
        self._go_on(work)
        return None

    def _report(self, work: Work, record: Step | None) -> None:
        said = work.standing | {"seconds": self.seconds}
        if record:
            said |= {"weight": record.weight, "images_per_second": record.images_per_second}
        if time.monotonic() - self._told > SECONDS_BETWEEN_REPORTS:
            self._told = time.monotonic()
            self.reporter.tell(**said)
        else:
            self.reporter.note(**said)

    def _stop_clock(self) -> None:
        self._trained, self._since = self.seconds, None

    def _leave_slot(self) -> None:
        if self.slot is not None:
            self.slot.release()
            self.slot = None

    def say(self, **said: Any) -> None:
        """Say how the run stands now."""
        self.reporter.tell(**said)

    def stop(self) -> str:
        """Say that the run has stopped, and where it goes on from; return where it stopped."""
        step, kept = self.step, checkpoint_step(self.folder)
        where = f"at step {step:,}" if step else "before its first step"
        self.end("stopped", f"Stopped {where}; Resume goes on from {'there' if kept == step else f'step {kept:,}'}.")
        return where

    def end(self, state: Literal["done", "stopped"], message: str = "") -> None:
        """Say how the run has ended."""
        self.reporter.tell(state=state, message=message, ended_at=time.time(), images_per_second=0.0)

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave a status that says why, whatever has happened, and let go of the slot."""
        try:
            if isinstance(error, KeyboardInterrupt | GeneratorExit):
                self.end("stopped", self._resumable("Ended at once."))
            elif error is not None:
                reason, message = self._why(error)
                self.reporter.tell(state="failed", reason=reason, message=message, ended_at=time.time())
        finally:
            self.reporter.close()
            self._leave_slot()

    def _why(self, error: BaseException) -> tuple[str, str]:
        """Return why a run failed: a word, and a sentence with what to do."""
        if getattr(error, "diverged", False):
            return "diverged", str(error)
        if isinstance(error, InputError):
            # What `cannot_write` says was an OSError first.
            full = isinstance(error.__context__, OSError)
            return ("disk", self._resumable(str(error))) if full else ("input", str(error))
        if isinstance(error, OSError):
            return "disk", self._resumable(f"The system refused something: {first_line(error)}.")
        if isinstance(error, MemoryError) or "memory" in str(error).lower():
            return "memory", self._resumable(
                "There is not enough memory for this network and batch; choose a smaller width or batch_size."
            )
        said = f"{type(error).__name__}: {first_line(error)}" if isinstance(error, Exception) else type(error).__name__
        return "error", self._resumable(f"The training ended with an error of the program ({said}).")

    def _resumable(self, sentence: str) -> str:
        step = checkpoint_step(self.folder)
        return f"{sentence} The checkpoint of step {step:,} stays; Resume goes on from there." if step else sentence


def _close(records: Generator[Step | None], ending: Ending | None) -> None:
    """Close a training. One that is discarded is not told to close, for it would leave a checkpoint: it is broken off,
    and whatever comes of that, on a full disk too, is of no account."""
    if ending != "discard":
        records.close()
        return
    with suppress(Exception):
        records.throw(Discarded())
