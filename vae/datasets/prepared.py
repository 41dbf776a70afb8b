"""Data sets on disk: prepared once, opened by every process as the same memory-mapped arrays."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from vae.datasets import published
from vae.datasets.dataset import FORMAT, FORMAT_OF_KINDS, PARTS, DataCard, Dataset, Split, things_file
from vae.datasets.downloads import Progress, fetch
from vae.datasets.sources import DATASETS, Source
from vae.errors import InputError, unknown
from vae.files import DAMAGED_JSON, cannot_write, replacing, sha256
from vae.home import NAME, data_brought_along, home
from vae.kinds.kind import Item
from vae.kinds.kinds import KINDS, kind_of
from vae.python_files import address_of


class Unwritable(InputError):
    """The folder for data sets cannot be written; sets that are at hand can still be used from memory."""


def is_own(name: str) -> bool:
    """Say whether `name` names a data set that a person has added."""
    return name not in DATASETS and NAME.fullmatch(name) is not None and is_prepared(name)


def own_names() -> list[str]:
    """List the data sets that a person has added, by name."""
    root = home() / "datasets"
    return sorted(folder.name for folder in root.iterdir() if is_own(folder.name)) if root.is_dir() else []


def prepare(name: str, *, download: bool = False, source: Source | None = None) -> Iterator[Progress]:
    """Write the folder of data set `name`, fetching its files where `download` allows it, and tell how far it is.

    Ends at once where the set is prepared already, and waits while another process prepares it. `source` stands in for
    the registry's, such as one with a mirror of its own. Call with `download` only in a process that may import torch.
    Raises `InputError` where the set is not at hand, a download fails, a file is damaged or the disk is full, with
    nothing left behind.
    """
    source = source or find_source(name)
    if source is not None and not is_prepared(name):
        at_hand = source.offline or brought_along(source) is not None
        fetched = download and not at_hand and bool(source.download_mb)
        folder = None if fetched else find_at_hand(name, source)
        with _alone(name):
            if not is_prepared(name):  # another process may have been quicker
                yield from _fetch_and_write(name, source) if folder is None else _write(name, source, folder)
    yield Progress("ready", 1, 1)


def open_folder(folder: Path) -> Dataset:
    """Open a prepared data set's folder; raise `InputError` where it is missing, damaged or newer than this version."""
    card = read_card(folder)
    splits = []
    for part, n in zip(PARTS, card.sizes, strict=True):
        with _mending(f"delete {folder} and prepare the set again"):
            split = _open_part(folder / part, card.item)
            _check(split, folder / part, card.item, len(card.classes))
            if split.things.shape != (n, *card.item.shape):
                nouns = kind_of(card.item).nouns
                raise ValueError(f"{folder / part} holds {nouns} {list(split.things.shape)}, not what its card says")
        splits.append(split)
    return Dataset(
        card.name,
        card.title,
        tuple(card.classes),
        card.licence,
        card.source,
        splits[0],
        splits[1],
        card.files,
        card.item.kind,
        card.item.meaning,
    )


def _open_part(folder: Path, item: Item) -> Split:
    beside = {name: folder / f"{name}.npy" for name in ("labels", "factors")}
    return Split(
        _map(folder / f"{things_file(item.kind)}.npy"),
        **{name: _map(path) for name, path in beside.items() if path.exists()},
    )


def is_path(name: str) -> bool:
    """Say whether a data set is named by a folder's path."""
    return (Path(name).is_absolute() or os.sep in name) and not address_of(name)


def find_source(name: str) -> Source | None:
    """Return where the data set `name` comes from, or None for a person's own, which is ready."""
    if name not in DATASETS and not is_own(name):
        if address := address_of(name):
            raise InputError(
                f"{address.title} is a function; make a data set of what it returns, then train on that by its name: "
                f"python -m vae add {name}."
            )
        raise unknown("data set", name[:80], [*DATASETS, *own_names()])
    return DATASETS.get(name)


def folder_of(name: str) -> Path:
    """Return the folder that the data set `name` is prepared in, there or not."""
    return home() / "datasets" / name


def is_prepared(name: str) -> bool:
    """Say whether a set stands prepared in its folder."""
    return (folder_of(name) / "card.json").is_file()


def brought_along(source: Source) -> Path | None:
    """Return the folder under LATENT_DATA_DIR that holds every file of `source`, or None."""
    root = data_brought_along()
    return source.find(root) if root else None


def find_at_hand(name: str, source: Source) -> Path:
    """Return the folder of raw files that `source` can be read from without the network (unused by offline sets)."""
    folder = Path() if source.offline else brought_along(source)
    if folder is None:
        fetch_it = f"download it ({source.download_mb:,.0f} MB) with `python -m vae datasets --download {name}`, or "
        raise InputError(
            f"Data set {name!r} is not on this machine; {fetch_it if source.download_mb else ''}point LATENT_DATA_DIR "
            f"(now {data_brought_along() or 'unset'}) at a folder with "
            f"{Path(source.folders[0], source.files[0])} and the rest of it."
        )
    return folder


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Hold the lock of data set `name`, so that of two processes that want it one prepares and the other waits."""
    from filelock import FileLock

    folder = folder_of(name)
    lock = FileLock(folder.with_name(f".{name}.lock"))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise Unwritable(str(cannot_write(folder, error))) from None
    try:
        yield
    finally:
        lock.release()


def _fetch_and_write(name: str, source: Source) -> Iterator[Progress]:
    """Download into a folder beside the target that is gone afterwards; only the holder of the lock may call this."""
    scratch = folder_of(name).with_name(f".{name}.download")
    shutil.rmtree(scratch, ignore_errors=True)  # left by a download that was killed
    try:
        scratch.mkdir()
        for download in source.downloads():
            yield from fetch(download, scratch)
        yield from _write(name, source, scratch)
    except OSError as error:
        raise Unwritable(str(cannot_write(scratch, error))) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write(name: str, source: Source, folder: Path) -> Iterator[Progress]:
    yield Progress("read", 0, 1)
    arrays = _read(source, folder)
    try:
        with replacing(folder_of(name)) as target:
            files = {}
            for done, (key, array) in enumerate(arrays.items()):
                yield Progress("write", done, len(arrays))
                path = target / f"{key}.npy"
                path.parent.mkdir(parents=True, exist_ok=True)
                np.save(path, np.ascontiguousarray(array), allow_pickle=False)
                files[f"{key}.npy"] = sha256(path)
            write_card(target, _describe_arrays(name, source, told_item(source, folder), arrays, files))
    except InputError as error:
        raise Unwritable(str(error)) from None


def _read(source: Source, folder: Path) -> published.Arrays:
    """Read the raw files and check that they are what every reader of a data set expects."""
    arrays = source.read(folder)
    with _mending("fetch the files again"):
        for part in PARTS:
            _check(_split(arrays, part, source.item), folder / part, source.item, len(source.classes))
    return arrays


@lru_cache(maxsize=2)
def from_memory(name: str, folder: Path) -> Dataset:
    """Read a data set that cannot be kept on disk; the last two are remembered."""
    source = DATASETS[name]
    arrays = _read(source, folder)
    for array in arrays.values():
        array.setflags(write=False)
    train, test = (_split(arrays, part, source.item) for part in PARTS)
    item = measured(told_item(source, folder), train.things)
    return Dataset(
        name,
        source.title,
        source.classes,
        source.licence,
        source.source,
        train,
        test,
        kind=item.kind,
        meaning=item.meaning,
    )


def _split(arrays: published.Arrays, part: str, item: Item) -> Split:
    beside = {name: arrays[f"{part}/{name}"] for name in ("labels", "factors") if f"{part}/{name}" in arrays}
    return Split(arrays[f"{part}/{things_file(item.kind)}"], **beside)


def measured(item: Item, things: np.ndarray) -> Item:
    """Return what things are, with their shape and with what those that are learnt from alone tell of their meaning."""
    return Item(item.kind, tuple(things.shape[1:]), item.meaning | kind_of(item).measure(things))


def told_item(source: Source, folder: Path) -> Item:
    """Return what one thing of a set is, with what only its raw files say."""
    return Item(source.item.kind, source.item.shape, source.item.meaning | source.tell(folder))


def _describe_arrays(
    name: str, source: Source, item: Item, arrays: published.Arrays, files: dict[str, str]
) -> DataCard:
    train, test = (_split(arrays, part, source.item) for part in PARTS)
    item = measured(item, train.things)
    return DataCard(
        name=name,
        image_shape=kind_of(item).input(item.shape),
        sizes=(len(train), len(test)),
        title=source.title,
        classes=list(source.classes),
        licence=source.licence,
        source=source.source,
        split=source.split,
        files=files,
        format=FORMAT if item.kind == "image" else FORMAT_OF_KINDS,
        item=item,
    )


def write_card(folder: Path, card: DataCard) -> None:
    """Write `card.json` into a set's folder; that of a set of images is as it was before there were other kinds."""
    told = msgspec.to_builtins(card)
    if card.item.kind == "image":
        del told["item"]
    (folder / "card.json").write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")


def read_card(folder: Path) -> DataCard:
    """Read a prepared set's card; `InputError` where it is damaged or of a newer version."""
    path = folder / "card.json"
    try:
        raw_card = path.read_bytes()
        version = msgspec.json.decode(raw_card, type=dict[str, Any]).get("format")
        if isinstance(version, int) and version > FORMAT_OF_KINDS:
            raise InputError(
                f"{path} has format {version}, newer than the {FORMAT_OF_KINDS} this version reads; update the "
                "explorer."
            )
        card = msgspec.json.decode(raw_card, type=DataCard)
    except OSError as error:
        raise InputError(f"No data set in {folder}: card.json cannot be read ({error.strerror}).") from None
    except DAMAGED_JSON as error:
        raise InputError(f"{path} is damaged ({error}); delete {folder} and prepare the set again.") from None
    if card.item.kind not in KINDS:
        raise InputError(
            f"{path} is of the kind {card.item.kind[:40]!r}, which this version does not know; update the explorer."
        )
    with _mending(f"delete {folder} and prepare the set again"):
        if kind_of(card.item).input(card.item.shape) != card.image_shape:
            raise ValueError(f"{path} is damaged (a {card.item.kind} {list(card.item.shape)} is another shape)")
    return card


def _map(path: Path) -> np.ndarray:
    """Map an array file into memory, read-only; a `ValueError` says why it cannot be."""
    try:
        array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from None
    return array


@contextmanager
def _mending(cure: str) -> Iterator[None]:
    """Add the cure to what a check found wrong."""
    try:
        yield
    except ValueError as error:
        raise InputError(f"{error}; {cure}.") from None


def _check(split: Split, where: Path, item: Item, classes: int) -> None:
    """Raise `ValueError` unless the arrays are things and labels that belong together. classes: 0 if there are none."""
    things, labels, kind = split.things, split.labels, kind_of(item)
    wanted = f"{kind.kept.name} [N, {kind.axes}]"
    if things.dtype.kind == "f" and not np.isfinite(things.sum(dtype=np.float64)):
        raise ValueError(f"{where} has {kind.nouns} with NaN or infinity, not {wanted}")
    if things.dtype != kind.kept or things.ndim != 1 + len(item.shape):
        raise ValueError(f"{where} has {kind.nouns} {things.dtype} {list(things.shape)}, not {wanted}")
    if 0 in things.shape:
        raise ValueError(f"{where} has no {kind.nouns}")
    kind.check(things.shape[1:])
    if labels is None:
        return
    if labels.dtype != np.int64 or labels.shape != (len(things),):
        raise ValueError(
            f"{where} has {len(things)} {kind.nouns} but labels {labels.dtype} {list(labels.shape)}, not int64 [N]"
        )
    if labels.min() < 0 or (classes and labels.max() >= classes):
        raise ValueError(f"{where} has labels {labels.min()} to {labels.max()}, outside the {classes} classes")
