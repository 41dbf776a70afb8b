"""What the server has read of training runs, so that a class that watches one costs hardly more than one viewer.

The truth is on disk (vae/runs/shelf.py). Nothing here outlives a restart of the server, and nothing has to.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from vae.errors import InputError
from vae.fresh import Fresh, file_stamp
from vae.library.cards import read_card
from vae.library.shelf import models_folder
from vae.runs import shelf
from vae.runs.doctor.case import Finding
from vae.runs.doctor.checks import diagnose
from vae.runs.records import Change, HeldOut, Step, evened
from vae.runs.shelf import Run
from vae.runs.snapshots import snapshots
from vae.runs.status import checkpoint_step

SECONDS_FRESH = 0.2
"""What was read of a run is good for so long: a page asks twice a second, and there are up to thirty of them."""

KEPT = 16
"""Runs whose records are remembered for their diagnosis; a class looks at few more at a time."""

KINDS: dict[str, type] = {"metrics": Step, "held_out": HeldOut}

CURVE_POINTS = 48
"""Of the small curve beside a run in the list."""


@dataclass(frozen=True)
class Seen:
    """A run at one moment: as it stands, how many wait before it, and what can be said of it."""

    run: Run
    place: int
    changes: list[Change]
    snapshots: list[int]
    probe: bool
    weights: bool
    """Whether it has any to go on from or to keep."""
    findings: list[Finding]


class Records:
    """The records of one kind of a run, read on from where the last reading ended."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder, self.kind = folder, kind
        self.offset = 0
        self.all: list[Any] = []

    def read_on(self) -> None:
        """Add what was written since. A resumed run writes some records again: the new ones hold."""
        while True:
            before = self.offset
            read, self.offset = shelf.read_records(self.folder, before, self.kind)
            new = list(_converted(read, KINDS[self.kind]))
            if new and self.all and new[0].step <= self.all[-1].step:
                self.all = [record for record in self.all if record.step < new[0].step]
            self.all += new
            if self.offset <= before:
                return


def _converted(records: list[dict[str, Any]], kind: type) -> Iterator[Any]:
    for record in records:
        with suppress(msgspec.ValidationError):  # a line of another version, or a loss that was no number
            yield msgspec.convert(record, kind)


class Watched:
    """A run that somebody looks at, read from disk a few times a second however many look."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._seen: Seen | None = None
        self._at = 0.0
        self._records: tuple[Records, Records] | None = None
        self._diagnosed: tuple[Any, list[Finding]] = (None, [])

    def look(self) -> Seen:
        """Return how the run stands; raise `InputError` where there is none of this name."""
        with self._lock:
            if self._seen is None or time.monotonic() - self._at > SECONDS_FRESH:
                self._seen = self._read()
                self._at = time.monotonic()
            return self._seen

    def _read(self) -> Seen:
        run = shelf.find_run(self.name)
        changes = shelf.changes(run.folder)
        return Seen(
            run=run,
            place=shelf.place(run.name),
            changes=changes,
            snapshots=snapshots(run.folder),
            probe=(run.folder / "snapshots" / "probe.npz").exists(),
            weights=run.status.live or run.model or checkpoint_step(run.folder) > 0,
            findings=self._diagnose(run, changes),
        )

    def _diagnose(self, run: Run, changes: list[Change]) -> list[Finding]:
        if self._records is None:
            self._records = Records(run.folder, "metrics"), Records(run.folder, "held_out")
        steps, held_out = self._records
        steps.read_on()
        held_out.read_on()
        state = (run.status.state, len(changes), steps.offset, held_out.offset)
        if self._diagnosed[0] != state:
            self._diagnosed = state, diagnose(steps.all, held_out.all, run.config, changes, run.status.state)
        return self._diagnosed[1]


_watched: Fresh[tuple[Path, str], Watched] = Fresh(lambda: KEPT)


def look(name: str) -> Seen:
    """Return how the run of this name stands; raise `InputError` where there is none."""
    return _watched.get((models_folder(), name), lambda: _first_seen(name)).look()


def _first_seen(name: str) -> Watched:
    """Look at a run for the first time; names that nobody has raise here, and push out none that somebody looks at."""
    watched = Watched(name)
    watched.look()
    return watched


def forget(name: str) -> bool:
    """Read the run anew the next time; return whether somebody had looked at it."""
    return _watched.forget((models_folder(), name))


def curve(folder: Path) -> tuple[float | None, list[tuple[int, float]]]:
    """Return what held-out images cost last, and a few dozen points of the training curve: step and cost.

    The cost is the −ELBO, or the reconstruction where the run's family has no bound; where nothing is encoded there is
    none, and no curve. It is evened as the large one is, or the last batches of an epoch would dig dips into it.
    """
    return _curve(folder, *(file_stamp(folder / f"{kind}.jsonl") for kind in KINDS))


@lru_cache(maxsize=256)
def _curve(folder: Path, *_: object) -> tuple[float | None, list[tuple[int, float]]]:
    """The other arguments only tell one state of the files from another."""
    training, measured = Records(folder, "metrics"), Records(folder, "held_out")
    training.read_on()
    measured.read_on()
    last = measured.all[-1].negative_elbo if measured.all else None
    even = _spread(evened(training.all))
    return last, [(step.step, cost) for step in even if (cost := step.negative_elbo) is not None]


def measured(run: Run) -> float | None:
    """Return the −ELBO that a finished run's card has, over all test images: the figure that every other page shows.

    Of a family without a bound it is the reconstruction. What is measured while it trains is of the images on the map
    alone, at the last step; the card is of the weights that were kept.
    """
    return _measured(run.folder, file_stamp(run.folder / "card.json")) if run.model else None


@lru_cache(maxsize=256)
def _measured(folder: Path, _: object) -> float | None:
    """The stamp only tells one state of the card from another."""
    try:
        card = read_card(folder)
    except InputError:
        return None
    figure = card.metrics.get("negative_elbo" if "bound" in card.can else "reconstruction")
    return figure if isinstance(figure, int | float) else None


def _spread(steps: list[Step]) -> list[Step]:
    """Pick some of the records, evenly, with the first and the last."""
    if len(steps) <= CURVE_POINTS:
        return steps
    return [steps[round(i * (len(steps) - 1) / (CURVE_POINTS - 1))] for i in range(CURVE_POINTS)]
