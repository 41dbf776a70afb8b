"""A training run is a folder and a process. Here is what pages and the server do with one; nothing imports torch.

The folder, `<home>/models/<name>/`, is reserved when the run is asked for, and becomes the model when it ends well.
Without card.json it is no model, and the library does not show it.

    config.json             the settings, all written down
    status.json             how it stands (`Status`), written by its process at every change and each second
    control.json            what is asked of it (`Control`), written by `ask` and read by its process
    metrics.jsonl           a `Step` a line
    held_out.jsonl          a `HeldOut` a line
    changes.jsonl           a `Change` a line, on disk before it is applied
    checkpoint.safetensors  all it needs to go on; replaced as a whole
    log.txt                 what its process said, where the app started it
    tracker.json            which tracker takes its records as well, where one does (`vae.runs.trackers`)
    snapshots/probe.npz             the images it is watched by, see `read_probe`
    snapshots/<step>.npz            a moment of it, see `read_snapshot`
    snapshots/<step>.safetensors    that moment's decoder, float16, named as in the model's state dict
    snapshots/decoder.onnx          the decoder's graph without weights: external data of the same names

A run that was killed goes on from its checkpoint: metrics, held_out and snapshots beyond it are cut off and made again,
and its changes are applied at the same steps again, so that it ends in the weights of one that was never interrupted.
Its process holds the lock of the folder while it lives.
"""

import contextlib
import itertools
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from filelock import Timeout

from vae.config import TrainConfig
from vae.errors import InputError, unknown
from vae.files import DAMAGED_JSON, cannot_write
from vae.home import NAME, bundled_folder, check_name
from vae.library.shelf import is_taken, models_folder
from vae.locks import is_locked, lock
from vae.runs import queue
from vae.runs.records import Change, HeldOut, Step
from vae.runs.status import Status, settle

MOST_AT_ONCE = 4 << 20
"""Bytes of records that one look returns at most; the next look goes on from there."""

RECORDS = {"metrics": "metrics.jsonl", "held_out": "held_out.jsonl"}
TYPES: dict[str, type[Step | HeldOut]] = {"metrics": Step, "held_out": HeldOut}

FAR = 1e300
"""A figure beyond this is as good as infinite."""


@dataclass(frozen=True)
class Run:
    """A run in a person's library. model: it has become a model, which the library shows under the same name."""

    name: str
    folder: Path
    config: TrainConfig
    status: Status
    model: bool


def list_runs() -> list[Run]:
    """List the runs in a person's library, the newest first; folders that are no runs are left out."""
    root = models_folder()
    folders = [folder for folder in root.iterdir() if NAME.fullmatch(folder.name)] if root.is_dir() else []
    runs = [run for folder in folders if (run := _open(folder)) is not None]
    return sorted(runs, key=lambda run: (-_began(run), run.name))


def training_on(dataset: str, folder: Path) -> list[str]:
    """Name the runs that train on a data set, which lies at `folder`, or are about to."""
    named = (dataset, str(folder.resolve()))
    return [run.name for run in list_runs() if run.status.live and run.config.dataset in named]


def _began(run: Run) -> float:
    with contextlib.suppress(OSError):
        return (run.folder / "config.json").stat().st_mtime  # written once
    return 0.0


def find_run(name: str) -> Run:
    """Find a run by its name; `InputError` where there is none, with the names of those there are."""
    run = _open(models_folder() / name) if NAME.fullmatch(name) else None
    if run is None:
        raise unknown("run", name[:80], [run.name for run in list_runs()])
    return run


def _open(folder: Path) -> Run | None:
    try:
        config = read_config(folder)
        found = settle(folder)
    except (InputError, OSError):
        return None
    if not found.beta and not found.learning_rate:  # written before there was a status
        found = replace(found, beta=config.beta, learning_rate=config.learning_rate)
    return Run(folder.name, folder, config, found, (folder / "card.json").exists())


def status(folder: Path) -> Status:
    """Say how the run in `folder` stands; one whose process is gone is "interrupted", with where it ended."""
    return settle(folder)


def read_config(folder: Path) -> TrainConfig:
    """Read the settings of the run in `folder`; `InputError` where they are missing or damaged."""
    path = folder / "config.json"
    try:
        found = path.stat()
        return _read_config(path, found.st_mtime_ns, found.st_size)
    except OSError as error:
        raise InputError(f"No run to resume in {folder}: config.json cannot be read ({error.strerror}).") from None


def check_resumable(folder: Path) -> None:
    """Raise `InputError` where `folder` holds no run, or one that has become a model."""
    if (folder / "card.json").exists():
        raise InputError(f"{folder} is finished; start a new run with another --out.")
    read_config(folder)


@lru_cache(maxsize=512)  # settings never change, and lists of runs are asked for twice a second
def _read_config(path: Path, changed: int, size: int) -> TrainConfig:
    try:
        return msgspec.json.decode(path.read_bytes(), type=TrainConfig)
    except DAMAGED_JSON as error:
        raise InputError(f"{path} is damaged ({error}); start the run again.") from None


def write_config(config: TrainConfig, folder: Path) -> None:
    """Write `config.json` into `folder`."""
    (folder / "config.json").write_bytes(msgspec.json.format(msgspec.json.encode(config)) + b"\n")


def place(name: str) -> int:
    """Return how many runs wait before this one; 0 for the next one, and for one that does not wait."""
    return queue.place(models_folder() / check_name(name))


def rename(name: str, new: str) -> str:
    """Give a model of one's own, or a run, a new name, and return it.

    Raises `InputError` where the name is taken or none, while its process lives, and for a bundled model.
    """
    with _own(name, "rename") as folder:
        check_name(new)
        if new == name:
            return new
        with lock(models_folder(), timeout=5.0):
            if is_taken(new) or is_locked(models_folder() / new):
                raise InputError(f"The library has {new!r} already; choose another name.")
            try:
                folder.rename(models_folder() / new)
            except OSError as error:
                raise cannot_write(folder, error) from None
    return new


def delete(name: str) -> None:
    """Delete a model of one's own, or a run; `InputError` while its process lives, and for a bundled model."""
    with _own(name, "delete") as folder:
        remove(folder)


@contextlib.contextmanager
def _own(name: str, deed: str) -> Iterator[Path]:
    """Hold the lock of a run, or of a model that came without its history, for a deed; `InputError` as `delete`."""
    if bundled_folder(name):
        raise InputError(f"The model {name!r} comes with the explorer and cannot be {deed}d.")
    folder = models_folder() / name
    if NAME.fullmatch(name) and not (folder / "config.json").exists() and (folder / "card.json").exists():
        held = lock(folder, timeout=0.5)
        try:
            held.acquire()
        except Timeout:
            raise InputError(f"The model {name!r} is in use; try again when its work is done.") from None
        try:
            yield folder
        finally:
            held.release()
        return
    run = find_run(name)
    with _at_rest(run, deed):
        yield run.folder


def remove(folder: Path) -> None:
    """Delete a run's folder; it is out of everybody's sight at once. Raises `InputError` where the system refuses."""
    try:
        # A new name, and not a new folder to move it to: on a full disk there is no room for one.
        folder.rename(folder.parent / f".deleted-{secrets.token_hex(8)}")
    except OSError as error:
        raise cannot_write(folder, error) from None
    for left in folder.parent.glob(".deleted-*"):  # those of a process that was killed on the way, too
        shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _at_rest(run: Run, deed: str) -> Iterator[None]:
    """Hold the lock of a run for a deed that its process would not survive."""
    held = lock(run.folder, timeout=0.5)
    try:
        if settle(run.folder).live:
            raise Timeout("")
        held.acquire()
    except Timeout:
        raise InputError(f"The run {run.name!r} is at work; stop it first, then {deed} it.") from None
    try:
        yield
    finally:
        held.release()


# Read


def read_records(folder: Path, offset: int = 0, kind: str = "metrics") -> tuple[list[dict[str, Any]], int]:
    """Read the records written since `offset`, and return them with the offset to ask from next.

    kind: "metrics" (`Step`) or "held_out" (`HeldOut`), as dicts with `negative_elbo` added. A run that went on from its
    checkpoint has written some again: where the first record returned is not beyond the last one you have, forget
    yours from its step on. An offset that no longer fits starts again from 0. Some 4 MiB are read at a time.
    """
    if kind not in RECORDS:
        raise unknown("kind of records", kind, RECORDS)
    try:
        with (folder / RECORDS[kind]).open("rb") as file:
            if offset > 0:
                file.seek(offset - 1)
                if file.read(1) != b"\n":
                    offset = 0
            file.seek(max(0, offset))
            read = file.read(MOST_AT_ONCE)
    except OSError:
        return [], 0
    whole = read[: read.rfind(b"\n") + 1]
    kept = (_decode(line, TYPES[kind]) for line in whole.splitlines())
    records = [record for record in kept if record is not None]
    return records, max(0, offset) + len(whole)


def _decode(line: bytes, kind: type[Step | HeldOut]) -> dict[str, Any] | None:
    """Read a record; None where it is damaged or a figure is no number: the files may have come in from elsewhere."""
    try:
        record = msgspec.json.decode(line, type=kind)
    except DAMAGED_JSON:
        return None
    said = vars(record) | {"negative_elbo": record.negative_elbo}
    said |= {"others": dict(said["others"])} if "others" in said else {}
    not_said = {name for name in ("floor", "reconstruction", "negative_elbo") if said.get(name) is None}
    plain = (figure for name, figure in said.items() if name not in {"kl", "others"} | not_said)
    figures = (*record.kl, *said.get("others", {}).values(), *plain)
    return said | {"kl": list(record.kl)} if all(-FAR < figure < FAR for figure in figures) else None


def changes(folder: Path) -> list[Change]:
    """Return the settings that were changed while the run in `folder` trained, oldest first."""
    try:
        lines = (folder / "changes.jsonl").read_bytes().splitlines(keepends=True)
    except OSError:
        return []
    whole = itertools.takewhile(lambda line: line.endswith(b"\n"), lines)
    found = []
    for line in whole:
        with contextlib.suppress(*DAMAGED_JSON):
            found.append(msgspec.json.decode(line, type=Change))
    return found


# Names


def new_folder(config: TrainConfig, name: str | None = None) -> Path:
    """Return a folder that is still free in a person's library, named after the model."""
    stem = check_name(name) if name else f"{slug(Path(config.dataset).name)[:50]}-{config.latent_dims}d"
    if name and is_taken(name):
        raise InputError(
            f"The library has {name!r} already; choose another --name, or go on with a stopped run by --resume."
        )
    names = itertools.chain([stem], (f"{stem}-{i}" for i in itertools.count(2)))
    folders = (models_folder() / free for free in names if not is_taken(free))
    return next(folder for folder in folders if not is_locked(folder))


def slug(name: str) -> str:
    """Turn a folder's name into a model's name."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:64] or "model"
