"""Train in a run's folder: start, resume, follow, finish.

vae/runs/ says what lies in it, and heeds wishes: what waits, lists and asks does without torch.
"""

import itertools
import math
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from vae.config import TrainConfig
from vae.data import load, parts_of, tested, values_of
from vae.datasets.dataset import Dataset, check_trainable
from vae.errors import InputError
from vae.families import family
from vae.files import DAMAGED_JSON, cannot_write, replacing
from vae.kinds.corruptions import trainable
from vae.kinds.kinds import kind_of
from vae.library.cards import Card
from vae.plans.networks import suited
from vae.python_files import address_of, seen
from vae.runs.records import Change, HeldOut, Step
from vae.runs.shelf import RECORDS, changes, check_resumable, read_config
from vae.runs.snapshots import drop_after
from vae.runs.status import checkpoint_step
from vae.training.album import Album
from vae.training.best import Best
from vae.training.checkpoints import (
    CHECKPOINT,
    Checkpoint,
    checkpoint,
    packed,
    read_checkpoint,
    restore,
    unpacked,
    write_checkpoint,
)
from vae.training.device import alone_on, choose_device, fault
from vae.training.finish import finish
from vae.training.loop import NotANumber, TrainState, begin, settings_at, steps_per_epoch, train
from vae.training.probe import check_same_data
from vae.training.steps.trial import try_out
from vae.training.together import ALONE, Processes

SECONDS_BETWEEN_CHECKPOINTS = 20.0

SECONDS_BETWEEN_COPIES = 1.0
"""How old the weights may be that are kept of a run which diverges; a copy takes some milliseconds."""


class Diverged(NotANumber):
    """The loss is no longer a number; the last weights that were good are in the run's checkpoint."""

    diverged = True


def start(config: TrainConfig, folder: Path) -> tuple[TrainState, Dataset]:
    """Begin a run in `folder`, which must be new or empty; nothing is written before the settings and data are good."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            f"{folder} is not empty; choose another --out, or go on with --resume {shlex.quote(str(folder))}."
        )
    choose_device(config.device)
    dataset = _data(config)
    config, files = _take_files(config.settled())
    with tempfile.TemporaryDirectory() as scratch:
        for name, raw in files.items():
            Path(scratch, name).write_bytes(raw)
        state = begin(config, dataset.item, len(dataset.classes), Path(scratch))
        if files:
            try_out(state, dataset)
    state.beside = folder
    for name, raw in files.items():
        with replacing(folder / name) as path:
            path.write_bytes(raw)
    with replacing(folder / "config.json") as path:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(config)) + b"\n")
    return state, dataset


def _take_files(config: TrainConfig) -> tuple[TrainConfig, dict[str, bytes]]:
    """Read the files of a person's own that settings name; return these as a run keeps them, and the files by name."""
    names: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for setting in ("network", "objective"):
        if (address := address_of(getattr(config, setting))) is not None:
            found, raw = seen(address)
            if files.setdefault(found.path.name, raw) != raw:
                raise InputError(f"Two files are called {found.path.name}; give one of them another name.")
            names[setting] = str(replace(found, path=Path(found.path.name)))
    return replace(config, **names), files  # type: ignore[arg-type]


def resume(folder: Path) -> tuple[TrainState, Dataset]:
    """Open the run in `folder` where its last checkpoint left it; a run with no checkpoint starts at the beginning.

    Records and snapshots beyond it are cut off. The changes made while it trained, those beyond the checkpoint too, are
    made again at their steps. Raises `InputError` where the data set is no longer the one that it has trained on. Call
    with the folder claimed.
    """
    check_resumable(folder)
    config = read_config(folder)
    dataset = _data(config)
    check_same_data(folder, config.dataset, dataset)
    state = begin(config, dataset.item, len(dataset.classes), folder)
    if (folder / CHECKPOINT).exists():
        read_checkpoint(state, folder / CHECKPOINT)
    state.changes[:] = changes(folder)
    _go_back(folder, state.step)
    return state, dataset


def _data(config: TrainConfig) -> Dataset:
    """Open the data of a run of these settings, and check that it can learn from them."""
    dataset = load(config.dataset)
    check_trainable(dataset)
    _check_suits(config, dataset)
    parts_of(dataset, config)
    values_of(dataset, config)
    if "condition" in family(config.family).can and (dataset.train.labels is None or not dataset.classes):
        raise InputError(
            f"A model of the family {config.family!r} is told the class of each thing, and data set {dataset.name!r} "
            "has no classes; choose another family, or data with classes."
        )
    return replace(dataset, test=tested(dataset, config.targets))


def _check_suits(config: TrainConfig, dataset: Dataset) -> None:
    """Raise `InputError` where settings are not for things of the data set's kind."""
    kind = kind_of(dataset.item)
    if config.targets == "binarized" and not kind.pixels:
        raise InputError(f"Only images are turned black and white; leave targets at kept for {kind.nouns}.")
    for name, chosen, known in (
        ("likelihood", config.likelihood, kind.likelihoods),
        ("network", config.network, (*suited(kind.lies), *([config.network] if address_of(config.network) else ()))),
        ("corruption", config.corruption, (None, *trainable(kind))),
    ):
        if chosen not in known:
            offered = ", ".join(each for each in known if each is not None)
            raise InputError(
                f"{kind.nouns.capitalize()} are not learnt with the {name} {chosen!r}; choose one of: {offered}."
            )


def _go_back(folder: Path, step: int) -> None:
    """Cut off what was written after `step`, and remove what a process that was killed left half written."""
    try:
        _forget_records(folder, step)
        drop_after(folder, step)
        sweep(folder)
    except OSError as error:
        raise cannot_write(folder, error) from None


def _forget_records(folder: Path, step: int) -> None:
    for name in RECORDS.values():
        forget_after(folder / name, step)


def invite(state: TrainState, dataset: Dataset, processes: Processes) -> None:
    """Tell the other processes how the run stands that the main one has opened: they need not see its folder."""
    if processes.count > 1:
        beside = str(state.beside.resolve()) if state.beside else ""
        told = _Opened(state.config, _images(dataset), packed(checkpoint(state)), state.changes, beside)
        processes.share(msgspec.msgpack.encode(told))


def accompany(processes: Processes) -> None:
    """Train beside the main process until it stops, if it has anything to train.

    What goes wrong from then on goes wrong in the main process too, which tells it. Raises `InputError` where the data
    set is not here, or another one.
    """
    if not (word := processes.share()):
        return
    told = msgspec.msgpack.decode(word, type=_Opened)
    dataset = load(told.config.dataset)
    if _images(dataset) != told.images:
        raise InputError(
            f"{told.config.dataset} has training images {list(_images(dataset))} here and {list(told.images)} on the "
            "main machine; put the same data on all of them."
        )
    state = begin(told.config, dataset.item, len(dataset.classes), Path(told.beside))
    restore(state, unpacked(told.checkpoint))
    state.changes[:] = told.changes
    steps = _trained(state, dataset, processes)
    with suppress(InputError):
        for _ in steps:
            pass


@dataclass(frozen=True)
class _Opened:
    config: TrainConfig
    images: tuple[int, ...]
    """[N, C, H, W] of those to learn from."""
    checkpoint: bytes
    changes: list[Change]
    beside: str = ""
    """The run's folder, for those whose network comes from a file."""


def _images(dataset: Dataset) -> tuple[int, ...]:
    return len(dataset.train), *dataset.image_shape


def follow(state: TrainState, dataset: Dataset, folder: Path, processes: Processes = ALONE) -> Generator[Step | None]:
    """Train in `folder`, yielding each record after it is written down, and None for a breath in between.

    Checkpoints, snapshots and the held-out loss are kept along the way. Close the generator to stop: it leaves a
    checkpoint from which `resume` goes on with the same numbers. Raises `Diverged` where the loss is no longer a
    number, and `InputError` where the disk or the device's memory is full, or the device is gone, each with the last
    good checkpoint left in place.
    """
    keeper = _Keeper(state, folder)
    try:
        yield from _follow(state, dataset, folder, processes, keeper)
    except OSError as error:
        with suppress(OSError):
            _forget_records(folder, state.step)  # a line that the full disk cut short
        raise cannot_write(folder, error) from None
    except RuntimeError as error:
        told = fault(error, processes.device, folder, state.config.batch_size)
        if told is None:
            raise
        keeper.save_good()
        raise told from None


def _follow(
    state: TrainState, dataset: Dataset, folder: Path, processes: Processes, keeper: "_Keeper"
) -> Generator[Step | None]:
    album, best = Album(state, dataset, folder), Best(state, dataset, folder)
    with (
        (folder / RECORDS["metrics"]).open("ab") as metrics,
        (folder / RECORDS["held_out"]).open("ab") as held_out,
        closing(_records(state, dataset, keeper, processes)) as records,
    ):
        _write_line(held_out, album.take(state))
        for record in records:
            if record:
                _write_line(metrics, record)
            if album.due:
                _write_line(held_out, album.take(state))
            is_enough = bool(record) and best.look(state)
            try:
                yield record
            except GeneratorExit:
                break
            keeper.look(record)
            if is_enough:
                break
        # The weights are kept before they are measured, so that an interrupted measurement costs no training.
        keeper.keep()
        _write_line(held_out, album.take(state))


def _records(state: TrainState, dataset: Dataset, keeper: "_Keeper", processes: Processes) -> Generator[Step | None]:
    """Train, and where that diverges keep the last weights that were good."""
    records = _trained(state, dataset, processes)
    try:
        while True:
            try:
                record = next(records)
            except StopIteration:
                return
            except NotANumber as error:
                raise keeper.diverged(str(error)) from None
            except InputError:  # a process that is gone, pictures that cannot be read any more
                keeper.keep_good()
                raise
            yield record
    finally:
        records.close()


def _trained(state: TrainState, dataset: Dataset, processes: Processes) -> Generator[Step | None]:
    """Train on those of the data set's images that a run of these settings learns from."""
    numbers = parts_of(dataset, state.config).learnt
    split = dataset.train
    values = values_of(dataset, state.config)
    return train(state, split.things, processes=processes, numbers=numbers, labels=split.labels, values=values)


class _Keeper:
    """Keep checkpoints: on disk from time to time, and in memory the last weights that were numbers."""

    def __init__(self, state: TrainState, folder: Path) -> None:
        self.state, self.path = state, folder / CHECKPOINT
        self.good: Checkpoint | None = None
        self.saved = self.copied = time.monotonic()

    def look(self, record: Step | None) -> None:
        """Keep what is due; between two records the loss has not been looked at, so a copy waits if there is one."""
        now = time.monotonic()
        if self.good is None or (record and now - self.copied > SECONDS_BETWEEN_COPIES):
            taken = checkpoint(self.state)
            if taken.sound:
                self.good, self.copied = taken.copied(), time.monotonic()
        if now - self.saved > SECONDS_BETWEEN_CHECKPOINTS:
            self.keep()

    def keep(self) -> None:
        """Write a checkpoint, unless its weights are no longer numbers."""
        if _save(self.state, self.path):
            self.saved = time.monotonic()

    def keep_good(self) -> None:
        """Go back to the last good weights, and write them down: a step that broke off leaves the state between two."""
        if self.good is not None:
            restore(self.state, self.good)
            write_checkpoint(self.good, self.path)

    def save_good(self) -> None:
        """Write the last good weights down where they are newer than the checkpoint, and leave the device alone."""
        if self.good is not None and self.good.step > checkpoint_step(self.path.parent):
            with suppress(OSError):  # the one before stays
                write_checkpoint(self.good, self.path)

    def diverged(self, sentence: str) -> Diverged:
        """Write the last good weights down, and say what happened and what can be done."""
        if self.good is None:
            return Diverged(f"{sentence} No weights were good enough to be kept.")
        self.keep_good()
        return Diverged(f"{sentence} The weights of step {self.good.step:,} are kept and can become a model.")


def _save(state: TrainState, path: Path) -> bool:
    """Write a checkpoint if the weights are numbers; return whether they are."""
    taken = checkpoint(state)
    if taken.sound:
        write_checkpoint(taken, path)
    return taken.sound


def _write_line(file: BinaryIO, record: Step | HeldOut | None) -> None:
    if record is not None:
        file.write(msgspec.json.encode(record) + b"\n")
        file.flush()


class Training:
    """A run in its folder as its process works on it: what a `vae.runs.session.Session` attends to."""

    def __init__(
        self,
        state: TrainState,
        dataset: Dataset,
        folder: Path,
        processes: Processes = ALONE,
        device: str | None = None,
    ) -> None:
        """Take up a run; one process that is alone trains on `device`, or on the one that its settings name."""
        if processes is ALONE:
            processes = alone_on(device or state.config.device)
        self.state, self.dataset, self.folder, self.processes = state, dataset, folder, processes
        self._per_epoch = steps_per_epoch(dataset, state.config)

    @property
    def standing(self) -> dict[str, Any]:
        """Return step, steps, epoch, beta and learning_rate as they are now, as fields of a `Status`."""
        beta, rate = settings_at(self.state, self.state.step)
        steps = self._per_epoch * self.state.config.epochs
        epoch = self.state.step // self._per_epoch
        return {"step": self.state.step, "steps": steps, "epoch": epoch, "beta": beta, "learning_rate": rate}

    def records(self) -> Generator[Step | None]:
        """Train, as `follow` does."""
        return follow(self.state, self.dataset, self.folder, self.processes)

    def change(self, beta: float | None, learning_rate: float | None) -> None:
        """Take these settings from the next step on, where they differ from what was wanted before."""
        wanted = settings_at(self.state, math.inf)
        new = [None if asked == held else asked for asked, held in zip((beta, learning_rate), wanted, strict=True)]
        if new != [None, None]:
            add_change(self.state, self.folder, Change(self.state.step, *new))

    def save(self) -> None:
        """Leave a checkpoint, unless the weights are no longer numbers."""
        _save(self.state, self.folder / CHECKPOINT)

    def finish(self, seconds: float | None = None, look_up: Callable[[], None] | None = None) -> Card:
        """Make the run a model, as `finish` does."""
        return finish(self.state, self.dataset, self.folder, seconds, look_up)


def add_change(state: TrainState, folder: Path, change: Change) -> None:
    """Change a setting from the next step on, and write it down first, so that a resumed run does the same.

    Changes beyond this step, which a resumed run has not come to yet, are given up: the newest wish holds.
    """
    state.changes[:] = [earlier for earlier in state.changes if earlier.step <= change.step]
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in [*state.changes, change])
    with replacing(folder / "changes.jsonl") as temporary, temporary.open("wb") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    state.changes.append(change)


def forget_after(path: Path, step: int) -> None:
    """Cut off the records that a resumed run is about to write again, and a line that a full disk cut short."""
    if not path.exists():
        return
    kept = itertools.takewhile(lambda line: _step_of(line) <= step, path.read_bytes().splitlines(keepends=True))
    os.truncate(path, sum(len(line) for line in kept))


def _step_of(line: bytes) -> float:
    try:
        return float(msgspec.json.decode(line)["step"]) if line.endswith(b"\n") else math.inf
    except (*DAMAGED_JSON, KeyError, TypeError, ValueError, OverflowError):
        return math.inf


def sweep(folder: Path) -> None:
    """Remove what a process that was killed left half written. Call with the folder claimed."""
    for left in folder.glob(".*"):
        with suppress(OSError):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    for left in (folder / "snapshots").glob(".*"):
        left.unlink(missing_ok=True)
