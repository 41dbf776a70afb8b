"""A person's own pictures or series become a data set: read, resized, split, and kept as every other set is.

    zip, folder     folders are classes; train/ and test/ above them are the two parts; metadata.csv or metadata.jsonl
                    (file_name, label) beside the pictures goes before the folders' names
    .npz            images and labels, or x_train, y_train, x_test, y_test
    .npy            images without labels
    idx             MNIST's own files, plain or gzipped: one with its labels beside it, a folder or a zip file of them
    .csv            a row of pixels each, with or without a heading or a label

Numbers of pictures are 0 to 1, 0 to 255 or -1 to 1, or scaled; a sentence in the card says how where it is not plain.
Files of series are those of vae/own/series/files.py.

Of data with labels, pictures without one become the class "unlabelled". What is no picture is left out, named and
counted; nothing is ever written outside of the folder of data sets.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.lib import format as npy

from vae.datasets import dataset, prepared
from vae.datasets.downloads import Progress
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.files import cannot_write, sha256
from vae.home import NAME
from vae.kinds.kind import Item
from vae.kinds.kinds import image, kind_of
from vae.own.collection import Gathered, LeftOut
from vae.own.look import settle
from vae.own.making import FEWEST, Making, as_made, open_own, split, too_few
from vae.own.series.files import is_series, open_series
from vae.own.series.making import make

MOST_BYTES = 8 << 30
"""Of a prepared set: pictures are memory-mapped, so that it need not fit into memory, but a laptop's disk counts."""

SPARE_BYTES = 64 << 20
"""What a disk is left with."""

ROWS = 1024
"""Pictures that are moved at once."""


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


def add(path: Path, name: str, making: Making | None = None) -> Generator[Progress | Added, None, None]:
    """Make the data set `name` of the file or folder at `path`; tell how far it is, and at the end what was made.

    Pictures are brought to the size and colours of `making`, series to its scale, and both are shuffled. Raises
    `InputError` where the name is taken, there are too few or the disk is full, with nothing left behind, also where
    the generator is closed.
    """
    making = making or Making()
    check_new_name(name)
    with _alone(name), _scratch(name) as folder:
        check_new_name(name)  # another process may have been quicker
        made = yield from (_make_series if is_series(path, making) else _make_pictures)(path, making, folder)
        yield Progress("check", 0, 1)
        shape = kind_of(made.item).input(made.item.shape)
        card = dataset.DataCard(
            name,
            shape,
            made.sizes,
            name,
            made.classes,
            "your own",
            f"{path.resolve().name}, added {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
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


@dataclass(frozen=True)
class _Made:
    """What lies in the folder of a set that is being made, beside its card."""

    item: Item
    sizes: tuple[int, int]
    classes: list[str]
    how: str
    left_out: LeftOut
    notes: list[str]


def _make_pictures(path: Path, making: Making, folder: Path) -> Generator[Progress, None, _Made]:
    making, manner = settle(path, making)
    assert making.asked is not None and making.colour is not None
    shape = (3 if making.colour else 1, *making.asked)
    with open_own(path, making, manner) as own:
        _check_room(folder, len(own), shape)
        kept = yield from _read_all(own, making, folder / "all")
    parts, how = split(own, kept, making)
    classes = [name for name in own.classes() if name in {own.labels[number] for number in kept}]
    classes = classes if len(classes) > 1 else []
    yield from _write_parts(own, kept, parts, classes, shape, folder)
    (folder / "all").unlink()
    notes = own.notes + (["Light and dark are exchanged."] if making.invert else [])
    return _Made(image(shape), (len(parts["train"]), len(parts["test"])), classes, how, own.left_out, notes)


def _make_series(path: Path, making: Making, folder: Path) -> Generator[Progress, None, _Made]:
    yield Progress("read", 0, 1)
    own = open_series(path, making)
    made = make(own, making)
    numbers = {label: number for number, label in enumerate(made.classes)}
    for part, rows in made.parts.items():
        yield Progress("split", 0, 1)
        (folder / part).mkdir()
        np.save(folder / part / "things.npy", made.things[rows], allow_pickle=False)
        if made.classes:
            labels = np.array([numbers[own.labels[row] or ""] for row in rows], np.int64)
            np.save(folder / part / "labels.npy", labels, allow_pickle=False)
    sizes = (len(made.parts["train"]), len(made.parts["test"]))
    return _Made(made.item, sizes, made.classes, made.how, own.left_out, made.notes)


def _read_all(own: Gathered, making: Making, path: Path) -> Generator[Progress, None, list[int]]:
    """Write every picture that can be read, one after the other; return their numbers."""
    kept: list[int] = []
    with path.open("wb") as out:
        for done, (number, frame) in enumerate(own.read(range(len(own)))):
            if done % 64 == 0:
                yield Progress("read", done, len(own))
            if isinstance(frame, str):
                own.left_out.add(own.name_of(number), frame)
            else:
                out.write(as_made(frame, making).tobytes())
                kept.append(number)
    if len(kept) < FEWEST:
        raise too_few(own, len(kept))
    return kept


def _write_parts(
    own: Gathered,
    kept: list[int],
    parts: dict[str, np.ndarray],
    classes: list[str],
    shape: tuple[int, int, int],
    folder: Path,
) -> Iterator[Progress]:
    channels, height, width = shape
    everything = np.memmap(folder / "all", np.uint8, "r", shape=(len(kept), height, width, channels))
    labels = {label: number for number, label in enumerate(classes)}
    done = 0
    for part, places in parts.items():
        (folder / part).mkdir()
        with (folder / part / "images.npy").open("wb") as out:  # not memory-mapped: a full disk would end the process
            npy.write_array_header_1_0(
                out, {"descr": "|u1", "fortran_order": False, "shape": (len(places), *everything.shape[1:])}
            )
            for first in range(0, len(places), ROWS):
                yield Progress("split", done, len(kept))
                rows = places[first : first + ROWS]
                out.write(everything[rows].tobytes())
                done += len(rows)
        if classes:
            numbers = [labels[own.labels[kept[place]] or ""] for place in places]
            np.save(folder / part / "labels.npy", np.array(numbers, np.int64), allow_pickle=False)


def _check_room(folder: Path, n: int, shape: tuple[int, int, int]) -> None:
    size = n * int(np.prod(shape))
    if size > MOST_BYTES:
        raise InputError(
            f"{n:,} pictures of {shape[1]} x {shape[2]} pixels take {size / 2**30:.1f} GB; a data set has at most "
            f"{MOST_BYTES >> 30} GB. Choose a smaller size."
        )
    free = shutil.disk_usage(folder).free
    if 2 * size + SPARE_BYTES > free:  # all of them, and once more shared out
        raise InputError(
            f"{n:,} pictures of {shape[1]} x {shape[2]} pixels need {2 * size / 2**20 + 64:,.0f} MB while they are "
            f"added, and {free / 2**20:,.0f} MB are free. Free some space, or choose a smaller size."
        )


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
