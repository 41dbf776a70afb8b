"""A person's own files become a data set: read by the reader of their kind, split, and kept as every other set is.

What can be brought is told in vae/own/images/opening.py and vae/own/series/files.py. Of data with labels, things
without one become the class "unlabelled". What cannot be read is left out, named and counted; nothing is ever written
outside of the folder of data sets.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from vae.datasets import dataset, prepared
from vae.datasets.downloads import Progress
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.files import cannot_write, sha256
from vae.home import NAME
from vae.kinds.kind import Item
from vae.kinds.kinds import kind_of
from vae.own.collection import LeftOut
from vae.own.making import Making
from vae.own.readers import reader_of


@dataclass(frozen=True)
class Added:
    """A data set that was made: its row in the list of all, and what was left out of it."""

    name: str
    classes: list[str]
    image_shape: tuple[int, int, int]
    sizes: tuple[int, int]
    left_out: LeftOut
    item: Item


def check_new_name(name: str) -> str:
    """Return `name` if a new data set can bear it; otherwise say what a name is, or that it is taken."""
    if not NAME.fullmatch(name):
        raise InputError(
            "A data set's name is 1 to 64 lower-case letters, digits, '.', '_' or '-', starting with a letter or "
            f"digit; got {name[:80]!r}."
        )
    if name in DATASETS:
        raise Taken(f"The name {name!r} belongs to a data set that comes with the explorer; choose another.")
    if prepared.folder_of(name).exists():
        raise Taken(f"There is a data set {name!r} already; choose another name, or delete that one first.")
    return name


class Taken(InputError):
    """The name is another data set's."""


class Busy(InputError):
    """The data set is being added by another process, or a run is at work on it."""


def add(
    path: Path, name: str, making: Making | None = None, source: str = ""
) -> Generator[Progress | Added, None, None]:
    """Make the data set `name` of the file or folder at `path`; tell how far it is, and at the end what was made.

    source: what it is from; left out: the file's name. Pictures are brought to the size and colours of `making`, series
    to its scale, and both are shuffled. Raises `InputError` where the name is taken, there are too few or the disk is
    full, with nothing left behind, also where the generator is closed.
    """
    making = making or Making()
    check_new_name(name)
    with _alone(name), _scratch(name) as folder:
        check_new_name(name)  # another process may have been quicker
        made = yield from reader_of(path, making).make(path, making, folder)
        yield Progress("check", 0, 1)
        shape = kind_of(made.item).input(made.item.shape)
        card = dataset.DataCard(
            name,
            shape,
            made.sizes,
            name,
            made.classes,
            "your own",
            f"{source or path.resolve().name}, added {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
            made.how,
            made.left_out.count,
            {str(file.relative_to(folder).as_posix()): sha256(file) for file in sorted(folder.glob("*/*.npy"))},
            dataset.FORMAT if made.item.kind == "image" else dataset.FORMAT_OF_KINDS,
            made.notes,
            made.item,
        )
        prepared.write_card(folder, card)
        folder.rename(prepared.folder_of(name))
    yield Added(name, made.classes, shape, made.sizes, made.left_out, made.item)


@contextmanager
def _alone(name: str, seconds: float = 2.0) -> Iterator[None]:
    """Hold the lock of data set `name`; `Busy` where another process has it, and not only for a look."""
    folder = prepared.folder_of(name)
    lock = FileLock(folder.with_name(f".{name}.lock"), thread_local=False)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=seconds)
    except Timeout:
        raise Busy(f"The data set {name!r} is being added at this moment; wait until it is done.") from None
    except OSError as error:
        raise cannot_write(folder, error) from None
    try:
        yield
    finally:
        lock.release()


def is_being_added(name: str) -> bool:
    """Say whether a process holds the lock of data set `name`."""
    if not prepared.folder_of(name).with_name(f".{name}.lock").exists():
        return False
    try:
        with _alone(name, 0):
            return False
    except Busy:
        return True


@contextmanager
def _scratch(name: str) -> Iterator[Path]:
    """Give a folder beside the data set's that is gone afterwards, whatever happens; only the lock's holder may."""
    folder = prepared.folder_of(name).with_name(f".{name}.adding")
    try:
        _sweep(folder.parent)
        shutil.rmtree(folder, ignore_errors=True)  # left by a process that was killed
        folder.mkdir()
        yield folder
    except OSError as error:
        raise cannot_write(prepared.folder_of(name), error) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(root: Path) -> None:
    """Remove what processes that were killed have left of other sets."""
    for pattern in ("adding", "deleted"):
        for left in root.glob(f".*.{pattern}"):
            name = left.name[1:].removesuffix(f".{pattern}")
            if NAME.fullmatch(name) and not is_being_added(name):
                shutil.rmtree(left, ignore_errors=True)


def delete(name: str, users: Callable[[str, Path], list[str]]) -> None:
    """Delete a data set of one's own.

    users: names the runs that train on a data set, by its name and its folder.

    A set of the explorer's, an unknown one, one being added and one that a run trains or waits to train on are
    `InputError`s.
    """
    if name in DATASETS:
        raise NotOwn(f"{name!r} comes with the explorer and cannot be deleted; only data sets of your own can.")
    if not prepared.is_own(name):
        own = ", ".join(prepared.own_names()) or "none yet"
        raise InputError(f"There is no data set {name[:80]!r} of your own to delete; there are: {own}.")
    with _alone(name):
        folder = prepared.folder_of(name)
        _check_unused(name, users(name, folder))
        gone = folder.with_name(f".{name}.deleted")
        try:
            shutil.rmtree(gone, ignore_errors=True)
            os.replace(folder, gone)  # noqa: PTH105
        except OSError as error:
            raise cannot_write(folder, error) from None
        shutil.rmtree(gone, ignore_errors=True)


def _check_unused(name: str, at_work: list[str]) -> None:
    if at_work:
        names = " and ".join(map(repr, at_work[:3]))
        raise Busy(
            f"The data set {name!r} is in use: {names} trains on it or is about to. Stop or discard that run first."
            if len(at_work) == 1
            else f"The data set {name!r} is in use: {names} train on it or are about to. Stop or discard them first."
        )


class NotOwn(InputError):
    """The data set is not the person's to delete."""
