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
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path, PurePosixPath

from filelock import Timeout

from vae.errors import InputError
from vae.exchange.checks import (
    check_arrays,
    check_history,
    check_settings,
    check_sizes,
    no_zip,
    open_archive,
    try_decoder,
)
from vae.exchange.pack import MODEL_FILES, RUN_FILES, SNAPSHOT, members
from vae.explore.explorer import Explorer, check_range, try_out
from vae.files import cannot_write, check_header, replacing
from vae.home import check_name
from vae.library.cards import Card, read_card, write_card
from vae.library.codes import read_codes
from vae.library.names import FILE as NAMES
from vae.library.names import file_of, names_of
from vae.library.shelf import Model, is_taken, models_folder
from vae.locks import lock
from vae.own.archives import refused_entry
from vae.runs import shelf
from vae.runs.shelf import Run
from vae.runs.status import Status, checkpoint_step, read_status, write_status

Taken = Model | Run


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
        name = free_name(check_name(name or (card.name if card else given)), numbered)
        target = models_folder() / name
        with replacing(target) if scratch is None else _moving(scratch / "taken", target) as folder:
            folder.mkdir()
            with _naming(source, folder):
                found.copy(folder, MODEL_FILES if card else RUN_FILES)
                check_arrays(folder)
                for path in folder.rglob("*.safetensors"):
                    check_header(path)
                read_codes(folder)
                if card:
                    card = replace(card, name=name)
                    write_card(card, folder)
                    opened = Explorer(Model(card, folder, bundled=False))
                    try_out(opened)
                    check_range(opened)
                    _settle_names(opened)
                if (folder / "config.json").exists():
                    _settle(folder)
                elif not card:
                    raise InputError(f"No model and no run in {source}: it has neither card.json nor config.json.")
                check_history(folder)
                try_decoder(folder)
            # Held until the folder stands in its place, because a rename would replace one of the same name.
            held.enter_context(alone())
            if is_taken(name):
                raise already_taken(name)
    return Model(card, target, bundled=False) if card else shelf.find_run(name)


def described(source: Path) -> tuple[str, Card | None]:
    """Return the name that a zip file or folder of ours gives, and its card, None for a run that is no model yet.

    Nothing of it is tried out. `InputError` where there is no model and no run in it.
    """
    with _opened(source) as found, _naming(source, source):
        card = found.card()
        return (card.name if card else found.name()), card


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


def free_name(name: str, numbered: bool) -> str:
    """Return a name that is free in the library, with a number behind it if it may; `InputError` where it may not."""
    if not is_taken(name):
        return name
    if not numbered:
        raise already_taken(name)
    names = (f"{name[:58]}-{i}" for i in count(2))
    return next(free for free in names if not is_taken(free))


def already_taken(name: str) -> InputError:
    """Say that the library has a model of this name."""
    return InputError(f"The library has a model {name!r} already; choose another --name.")


@contextmanager
def alone() -> Iterator[None]:
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
        return shelf.slug(self.source.resolve().name)

    def copy(self, folder: Path, wanted: set[str]) -> None:
        names = members(self.source, wanted)
        check_sizes(self.source, {name: (self.source / name).stat().st_size for name in names})
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
        return shelf.slug(inside or self.source.stem)

    def copy(self, folder: Path, wanted: set[str]) -> None:
        """Unpack the wanted files, whatever folder they lie in; snapshots along with the whole."""
        entries = {
            name: entry
            for name, entry in self.entries.items()
            if name in wanted or (len(wanted) > 1 and SNAPSHOT.fullmatch(name))
        }
        # No entry unpacks to more than the size it declares: zipfile stops there.
        check_sizes(self.source, {name: entry.file_size for name, entry in entries.items()})
        for name, entry in entries.items():
            if reason := refused_entry(entry):
                raise InputError(f"{self.source}/{name} is not read. {reason}")
            (folder / name).parent.mkdir(exist_ok=True)
            self._extract(entry, folder / name)

    def _extract(self, entry: zipfile.ZipInfo, path: Path) -> None:
        with path.open("wb") as out:
            for piece in self._pieces(entry):
                out.write(piece)

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            with self.archive.open(entry) as file:
                while piece := file.read(1 << 20):
                    yield piece
        except Exception as error:  # zipfile, zlib, lzma, struct and the system raise classes of their own
            raise no_zip(self.source, error) from None


def _known(entry: zipfile.ZipInfo) -> str | None:
    """Return which of our files a zip's entry is, by the end of its path alone; links and others are none."""
    path = PurePosixPath(entry.filename)
    if entry.is_dir() or stat.S_ISLNK(entry.external_attr >> 16):
        return None
    inside = f"{path.parent.name}/{path.name}"
    if SNAPSHOT.fullmatch(inside):
        return inside
    return path.name if path.name in MODEL_FILES | RUN_FILES and path.parent.name != "snapshots" else None


@contextmanager
def _opened(source: Path) -> Iterator[_Folder | _Zip]:
    if source.is_dir():
        yield _Folder(source)
        return
    with open_archive(source) as archive:
        yield _Zip(source, archive)


def _settle_names(opened: Explorer) -> None:
    """Keep of the names that came along those that dimensions may have; a file of something else goes."""
    path, names = opened.folder / NAMES, names_of(Model(opened.card, opened.folder, bundled=False))
    if any(names):
        path.write_bytes(file_of(names))
    else:
        path.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Make a run that came in one of this machine: at rest, and with data that are known here by name alone.

    A path in its settings would, when it is resumed, open a folder of this machine to whoever brought the zip.
    """
    check_settings(folder / "config.json")
    config = shelf.read_config(folder)
    if config.files and not (folder / "card.json").exists():
        raise InputError(
            f"This run trains with a Python file ({config.files[0].title}), which is not taken in; finish the run "
            "where it began, and bring the model."
        )
    named = replace(config, dataset=re.split(r"[\\/]", config.dataset.rstrip("\\/"))[-1][:100] or "data")
    if named != config:
        shelf.write_config(named, folder)
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
