"""A model or a training run as one zip file, to hand on and to take in.

A model takes the history of its training along: its records, and the snapshots of its time machine. A run that has not
become a model takes its checkpoint along, so that it can be resumed elsewhere. What comes in is not trusted: only known
members are taken, whatever folder they claim to lie in, and nothing appears before all of it has been looked at.
"""

import re
import shutil
import stat
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import fields, replace
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import numpy as np
from filelock import Timeout

from vae import runs
from vae.config import TrainConfig
from vae.errors import InputError, first_line
from vae.explorer import Explorer, check_range, try_out
from vae.image_files import open_zip, refused_entry
from vae.library import (
    DAMAGED_JSON,
    Card,
    Model,
    cannot_write,
    check_files,
    check_header,
    check_name,
    is_taken,
    models_folder,
    read_card,
    read_codes,
    replacing,
    write_card,
)
from vae.locks import lock
from vae.moments import Moment
from vae.records import Change, Step
from vae.running_graphs import refusal
from vae.runs import Run
from vae.snapshots import MOST, read_probe, read_snapshot, snapshots
from vae.status import Status, checkpoint_step, read_status, write_status
from vae.strange_graphs import read_graph

GRAPHS = {"encoder.onnx", "decoder.onnx", "weights.safetensors"}
FILES = GRAPHS | {"card.json", "codes.npz", "config.json", "metrics.jsonl"}
"""What a model consists of."""

HISTORY = {"config.json", "metrics.jsonl", "held_out.jsonl", "changes.jsonl", "status.json"}
RUN_FILES = HISTORY | {"checkpoint.safetensors", "best.safetensors"}
SNAPSHOT = re.compile(r"snapshots/([0-9]{8,12}\.(npz|safetensors)|probe\.npz|decoder\.onnx)")

MAX_BYTES = 1 << 30
"""What a model may unpack to: well above any model that explores live, well below a laptop's disk."""

MAX_SNAPSHOTS = 4 * MOST
"""Members under snapshots/; a run keeps `MOST` moments of two files each, the newest of them beside."""

MAX_FILE_BYTES = {
    "card.json": 1 << 20,
    "config.json": 1 << 20,
    "status.json": 1 << 20,
    "changes.jsonl": 1 << 20,
    "metrics.jsonl": 16 << 20,
    "held_out.jsonl": 16 << 20,
}
"""What is read as a whole must not fill the memory: a run of a million steps in 16 dimensions writes some 8 MB."""

MAX_RECORDS = 50_000
"""In one file: what a page still draws; a run of a million steps writes 20,000."""

LARGEST: dict[type, float] = {int: 1 << 53, float: 1e100}
"""Numbers in a record are below: a browser counts no further, and sums of them stay finite."""

MAX_ENTRIES = 2000
"""In a zip file, the arrays within its members included where those are not packed: a kilobyte of memory each."""

MAX_SNAPSHOT_BYTES = 64 << 20
"""What the arrays of one snapshot may unpack to: 26 colour pictures of 512 x 512 pixels take 20 MB."""

Taken = Model | Run


def pack(source: Model | Run, path: Path) -> Path:
    """Write a model, or a run, as a zip file at `path`, whole or not at all; returns `path`.

    Of a run that is at work the zip holds what it has written by now.
    """
    if path.exists():
        raise InputError(f"{path} exists already; choose another --out.")
    if isinstance(source, Model):
        check_files(source.card, source.folder)
    wanted = FILES | HISTORY if isinstance(source, Model) else RUN_FILES
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _members(source.folder, wanted):
            # Weights hardly shrink, however long one tries.
            level = 1 if name.startswith("snapshots/") else None
            if name == "card.json" and isinstance(source, Model):
                # With the name it has in the library: a renamed model's card on disk still says the old one.
                archive.writestr(
                    f"{source.name}/{name}", msgspec.json.format(msgspec.json.encode(source.card), indent=2)
                )
                continue
            with suppress(FileNotFoundError):  # a run at work has thinned out its snapshots
                archive.write(source.folder / name, f"{source.name}/{name}", compresslevel=level)
    return path


def _members(folder: Path, wanted: set[str]) -> list[str]:
    """List the files of a model or run in `folder` that are its own, links left out."""
    inside = folder / "snapshots"
    names = [*sorted(wanted)]
    if inside.is_dir() and not inside.is_symlink():
        names += sorted(f"snapshots/{file.name}" for file in inside.iterdir())
    known = [name for name in names if name in wanted or SNAPSHOT.fullmatch(name)]
    return [name for name in known if (folder / name).is_file() and not (folder / name).is_symlink()]


def unpack(source: Path, name: str | None = None, *, numbered: bool = False, scratch: Path | None = None) -> Taken:
    """Take a zip file or a folder into the library, under `name` or the name it has there; return the model or run.

    Only a model's or run's own files are taken; a model's graphs must run and fit the card, and a run's history must
    be readable, before it appears. numbered: where the name is taken a number is put behind it, otherwise that is an
    `InputError`. scratch: a folder on the library's disk to unpack in, which its owner removes whatever happens here.
    """
    if not source.exists():
        raise InputError(f"There is no {source}; give a zip file or a folder that holds a model or a training run.")
    with ExitStack() as held:
        found = held.enter_context(_opened(source))
        card, given = found.card(), found.name()
        name = _free(check_name(name or (card.name if card else given)), numbered)
        target = models_folder() / name
        with replacing(target) if scratch is None else _moving(scratch / "taken", target) as folder:
            folder.mkdir()
            with _naming(source, folder):
                found.copy(folder, FILES | HISTORY if card else RUN_FILES)
                _check_arrays(folder)
                for path in folder.rglob("*.safetensors"):
                    check_header(path)
                read_codes(folder)
                if card:
                    card = replace(card, name=name)
                    write_card(card, folder)
                    opened = Explorer(Model(card, folder, bundled=False))
                    try_out(opened)
                    check_range(opened)
                if (folder / "config.json").exists():
                    _settle(folder)
                elif not card:
                    raise InputError(f"No model and no run in {source}: it has neither card.json nor config.json.")
                _check_history(folder)
                _try_decoder(folder)
            # Held until the folder stands in its place, because a rename would replace one of the same name.
            held.enter_context(_alone())
            if is_taken(name):
                raise _is_taken(name)
    return Model(card, target, bundled=False) if card else runs.find_run(name)


@contextmanager
def _moving(holder: Path, target: Path) -> Iterator[Path]:
    """Give a place in `holder` for what is to stand at `target`, and move it there when the block ends well."""
    try:
        holder.mkdir()
        target.parent.mkdir(parents=True, exist_ok=True)
        yield holder / target.name
        (holder / target.name).replace(target)
    except OSError as error:
        raise cannot_write(target, error) from None


def _free(name: str, numbered: bool) -> str:
    if not is_taken(name):
        return name
    if not numbered:
        raise _is_taken(name)
    names = (f"{name[:58]}-{i}" for i in count(2))
    return next(free for free in names if not is_taken(free))


def _is_taken(name: str) -> InputError:
    return InputError(f"The library has a model {name!r} already; choose another --name.")


@contextmanager
def _alone() -> Iterator[None]:
    """Keep every other process from taking a name in the library for a moment."""
    try:
        with lock(models_folder(), timeout=5.0):
            yield
    except Timeout:
        raise InputError("The library is busy; try again in a moment.") from None


@contextmanager
def _naming(source: Path, folder: Path) -> Iterator[None]:
    """Let an error name the source in place of the folder that it was unpacked to, which will be gone."""
    try:
        yield
    except InputError as error:
        said = str(error).replace(str(folder), str(source))
        raise InputError(said if str(source) in said else f"{source}: {said}") from None


# Where it comes from: a folder, or a zip


class _Folder:
    def __init__(self, source: Path) -> None:
        self.source = source

    def card(self) -> Card | None:
        has_run = (self.source / "config.json").is_file() and not (self.source / "card.json").exists()
        return None if has_run else read_card(self.source)

    def name(self) -> str:
        return runs.slug(self.source.resolve().name)

    def copy(self, folder: Path, wanted: set[str]) -> None:
        names = _members(self.source, wanted)
        _check_sizes(self.source, {name: (self.source / name).stat().st_size for name in names})
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(self.source / name, folder / name)


class _Zip:
    def __init__(self, source: Path, archive: zipfile.ZipFile) -> None:
        self.source, self.archive = source, archive
        self.entries = {name: entry for entry in archive.infolist() if (name := _known(entry)) is not None}

    def card(self) -> Card | None:
        if "card.json" not in self.entries:
            if "config.json" in self.entries:
                return None
            raise InputError(
                f"{self.source} holds no model and no training run; choose the zip that one was downloaded as."
            )
        with tempfile.TemporaryDirectory() as folder, _naming(self.source, Path(folder)):
            self.copy(Path(folder), {"card.json"})
            return read_card(Path(folder))

    def name(self) -> str:
        """Return the name of the folder that the settings lie in, or the file's."""
        inside = (
            PurePosixPath(self.entries["config.json"].filename).parent.name if "config.json" in self.entries else ""
        )
        return runs.slug(inside or self.source.stem)

    def copy(self, folder: Path, wanted: set[str]) -> None:
        """Unpack the wanted files, whatever folder they lie in; snapshots along with the whole."""
        entries = {
            name: entry
            for name, entry in self.entries.items()
            if name in wanted or (len(wanted) > 1 and SNAPSHOT.fullmatch(name))
        }
        # No entry unpacks to more than the size it declares: zipfile stops there.
        _check_sizes(self.source, {name: entry.file_size for name, entry in entries.items()})
        for name, entry in entries.items():
            if reason := refused_entry(entry):
                raise InputError(f"{self.source}/{name} is not read. {reason}")
            (folder / name).parent.mkdir(exist_ok=True)
            self._extract(entry, folder / name)

    def _extract(self, entry: zipfile.ZipInfo, path: Path) -> None:
        try:
            with self.archive.open(entry) as file, path.open("wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
        except OSError:
            raise
        except Exception as error:  # zipfile, zlib, lzma and struct raise classes of their own
            raise _no_zip(self.source, error) from None


def _known(entry: zipfile.ZipInfo) -> str | None:
    """Return which of our files a zip's entry is, by the end of its path alone; links and others are none."""
    path = PurePosixPath(entry.filename)
    if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16):
        return None
    inside = f"{path.parent.name}/{path.name}"
    if SNAPSHOT.fullmatch(inside):
        return inside
    return path.name if path.name in FILES | RUN_FILES and path.parent.name != "snapshots" else None


@contextmanager
def _opened(source: Path) -> Iterator[_Folder | _Zip]:
    if source.is_dir():
        yield _Folder(source)
        return
    with _open_zip(source) as archive:
        yield _Zip(source, archive)


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return open_zip(path, MAX_ENTRIES)
    except InputError as error:
        raise InputError(str(error).replace(path.name, str(path), 1)) from None
    except Exception as error:  # struct has a class of its own for a damaged directory
        raise _no_zip(path, error) from None


def _no_zip(source: Path, error: Exception) -> InputError:
    return InputError(f"{source} is not a zip file that can be read ({first_line(error)}).")


# What is looked at before it appears


def _check_sizes(source: Path, sizes: dict[str, int]) -> None:
    """Refuse what would fill the disk or the memory, before a byte of it is unpacked."""
    if sum(sizes.values()) > MAX_BYTES:
        raise InputError(f"{source} unpacks to more than {MAX_BYTES >> 20} MiB; that is no model.")
    if sum(name.startswith("snapshots/") for name in sizes) > MAX_SNAPSHOTS:
        raise InputError(f"{source} has more than {MAX_SNAPSHOTS} snapshots' files; that is no run of ours.")
    for name, size in sizes.items():
        if size > (most := MAX_FILE_BYTES.get(name, MAX_BYTES)):
            raise InputError(f"{source}/{name} is damaged (larger than {most >> 20} MiB); pack the run again.")


def _check_arrays(folder: Path) -> None:
    """Refuse arrays that unpack to more than they should: an .npz is a zip, and can be a bomb in its turn."""
    for path in sorted(folder.rglob("*.npz")):
        most = MAX_SNAPSHOT_BYTES if path.parent != folder else MAX_BYTES
        try:
            with _open_zip(path) as arrays:
                entries = arrays.infolist()
        except InputError as error:
            raise InputError(f"{path} is damaged; it{str(error).removeprefix(str(path))}") from None
        # numpy unpacks whatever method a member names, and but for these two one may take gigabytes at once.
        if reason := next(filter(None, map(refused_entry, entries)), None):
            raise InputError(f"{path} is not read. {reason}")
        if sum(entry.file_size for entry in entries) > most:
            raise InputError(f"{path} is damaged (its arrays take more than {most >> 20} MiB); pack the model again.")


def _check_history(folder: Path) -> None:
    """Read each record and each snapshot once, so that a page never meets a damaged one."""
    for name, kind in RECORDS.items():
        if (folder / name).exists():
            _check_records(folder / name, kind)
    if not (folder / "snapshots").is_dir():
        return
    probe = read_probe(folder)
    images = len(probe["numbers"]) + len(probe.get("trained", ()))
    (draws, dims), originals = probe["noise"].shape, probe["originals"].shape
    shapes = {"points": (images, 2), "centre": (dims,), "axes": (dims, 2), "reconstructions": originals}
    shapes |= {"samples": (draws, *originals[1:])}
    for step in snapshots(folder):
        arrays = read_snapshot(folder, step)
        if any(arrays[name].shape != shape for name, shape in shapes.items()):
            raise InputError(f"The snapshots in {folder} do not belong together; pack the run again.")
        if not all(np.isfinite(arrays[name]).all() for name in ("points", "centre", "axes")):
            raise InputError(f"The snapshot of step {step} in {folder} is damaged (NaN or infinity); pack it again.")


def _try_decoder(folder: Path) -> None:
    """Run the decoder of a run's moments once, on the newest that has weights; a graph without any is read."""
    graph = folder / "snapshots" / "decoder.onnx"
    if not graph.exists():
        return
    given = [step for step in snapshots(folder) if (folder / "snapshots" / f"{step:08d}.safetensors").exists()]
    if given:
        Moment(folder, given[-1])
        return
    try:
        read_graph(graph)
    except Exception as error:  # protobuf raises a class of its own
        raise refusal(graph, error) from None


class _HeldOut(msgspec.Struct):
    """A `HeldOut` as it may stand in a file: null where a run that diverges has no number."""

    step: int
    images: int
    reconstruction: float | None
    kl: tuple[float | None, ...]


RECORDS: dict[str, Any] = {"metrics.jsonl": Step, "held_out.jsonl": _HeldOut, "changes.jsonl": Change}


def _check_records(path: Path, kind: Any) -> None:
    """Refuse a file of records in which one is no record, or holds a number that no run writes.

    What follows the last end of a line is passed over, as by all who read it: the run was at work.
    """
    *lines, _ = path.read_bytes().split(b"\n")
    if len(lines) > MAX_RECORDS:
        raise InputError(f"{path} holds {len(lines):,} records; at most {MAX_RECORDS:,} are taken.")
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(lines, 1):
        try:
            record = decoder.decode(line)
        except DAMAGED_JSON as error:
            raise InputError(f"{path} is damaged in line {number} ({first_line(error)}); pack the run again.") from None
        values = msgspec.to_builtins(record).values()
        numbers = chain.from_iterable(value if isinstance(value, list | tuple) else [value] for value in values)
        if not all(one is None or abs(one) < LARGEST[type(one)] for one in numbers):
            raise InputError(f"{path} is damaged in line {number} (a number out of range); pack the run again.")


def _check_settings(path: Path) -> None:
    """Refuse settings of something else: every program has a config.json, and all of our own keys have defaults."""
    try:
        given = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except DAMAGED_JSON:
        return  # read_config says so
    if not given.keys() & {each.name for each in fields(TrainConfig)} - {"width", "depth", "seed"}:
        looks = ", ".join(sorted(given)[:4])[:120] or "nothing"
        raise InputError(f"{path} is of no training run of ours (it holds {looks}); choose a run's folder or zip.")


def _settle(folder: Path) -> None:
    """Make a run that came in one of this machine: at rest, and with data that are known here by name alone.

    A path in its settings would, when it is resumed, open a folder of this machine to whoever brought the zip.
    """
    _check_settings(folder / "config.json")
    config = runs.read_config(folder)
    named = replace(config, dataset=re.split(r"[\\/]", config.dataset.rstrip("\\/"))[-1][:100] or "data")
    if named != config:
        runs.write_config(named, folder)
    said = read_status(folder)
    finished, step = (folder / "card.json").exists(), checkpoint_step(folder)
    if said is None or not 0 <= said.step <= said.steps < 1 << 53:
        said = Status("stopped", step=step, beta=config.beta, learning_rate=config.learning_rate)
    goes_on = f"Resume goes on from step {step:,}" if step else "Resume starts it from the beginning"
    status = replace(
        said,
        state="done" if finished else "stopped",
        message="" if finished else f"Taken in from a file; {goes_on}.",
        reason="",
        host="",
        pid=None,
        heartbeat=0.0,
        asked_at=time.time(),
    )
    write_status(folder, status)
