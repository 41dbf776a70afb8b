"""A data set is a folder: list, prepare and load the images that models learn from.

`<home>/datasets/<name>/{train,test}/{images,labels}.npy` and `card.json`. A set is prepared once, from a download, from
data brought along or from what an installed package carries; from then on every process reads the same memory-mapped
arrays with numpy alone.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from vae import raw
from vae.config import TrainConfig
from vae.downloads import Progress, fetch
from vae.errors import InputError, unknown
from vae.home import data_brought_along, home
from vae.library import DAMAGED_JSON, NAME, cannot_write, replacing, sha256
from vae.sources import DATASETS, Source

FORMAT = 1
"""The card's version. A reader refuses a newer one by name."""

MIN_IMAGES = 2
"""One image has no spread: its mean is the best decoder, and no range, variance or standard error can be had of it."""

PARTS = ("train", "test")
KINDS = ("images", "labels", "factors")


@dataclass(frozen=True)
class Split:
    """One half of a data set. Read-only; memory-mapped where the set lies prepared on disk.

    images: uint8 [N, H, W, C]; labels: int64 [N] or None; factors: float32 [N, F] or None, what images were drawn from.
    """

    images: np.ndarray
    labels: np.ndarray | None = None
    factors: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Dataset:
    """Images to learn from and images to measure on, with what a reader must know about them."""

    name: str
    title: str
    classes: tuple[str, ...]
    licence: str
    source: str
    train: Split
    test: Split
    files: dict[str, str] = field(default_factory=dict)
    """File name -> SHA-256, as its card says; empty where there is none."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Return [C, H, W]."""
        height, width, channels = self.train.images.shape[1:]
        return channels, height, width


@dataclass(frozen=True)
class DataCard:
    """Describe a prepared data set. Kept as `card.json` beside the arrays."""

    name: str
    image_shape: tuple[int, int, int]
    """[C, H, W]"""
    sizes: tuple[int, int]
    """Training and test images."""
    title: str = ""
    classes: list[str] = field(default_factory=list)
    licence: str = ""
    source: str = ""
    split: str = ""
    """How the two parts were made."""
    left_out: int = 0
    """Files and rows of a person's own data that were no images and are not in the set."""
    files: dict[str, str] = field(default_factory=dict)
    """File name -> SHA-256."""
    format: int = FORMAT
    notes: list[str] = field(default_factory=list)
    """Of a person's own data, in sentences: what was taken for what, where the file does not say it."""


class Unwritable(InputError):
    """The folder for data sets cannot be written; sets that are at hand can still be used from memory."""


def load(name: str) -> Dataset:
    """Open the data set `name`, preparing it first where that needs no network, or the data set's folder at a path.

    A folder of pictures is one too: its images are read from their files when they are needed (vae/streams.py).
    Where its folder cannot be written the arrays are kept in memory. Raises `InputError` for an unknown name, for a set
    that would have to be downloaded, and for damaged files.
    """
    if _is_path(name):
        return _open_stream(name) if _is_stream(name) else open_folder(Path(name))
    source = _find(name)
    if source is None:
        return replace(open_folder(folder_of(name)), name=name)
    if not _is_prepared(name):
        folder = _at_hand(name, source)
        try:
            for _ in prepare(name):
                pass
        except Unwritable:
            return _from_memory(name, folder)
    return open_folder(folder_of(name))


def is_ready(name: str) -> bool:
    """Say whether `load(name)` can do without the network; prepares nothing."""
    if _is_path(name):
        return (Path(name) / "card.json").is_file() or _is_stream(name)
    source = _find(name)
    return source is None or _is_prepared(name) or source.offline or _brought_along(source) is not None


def is_known(name: str) -> bool:
    """Say whether `name` names a data set, one of the registry's or a person's own; a path does not."""
    return name in DATASETS or is_own(name)


def is_own(name: str) -> bool:
    """Say whether `name` names a data set that a person has added."""
    return name not in DATASETS and NAME.fullmatch(name) is not None and _is_prepared(name)


def is_at_hand(name: str, source: str) -> bool:
    """Say whether the images of the data set `name` can be had without the network, as a model's card names it.

    source: what the model's card says of where they come from. Another set of one's own that was added later under the
    same name is not the one that the model was trained on. A path is never at hand: it would open a folder of this
    computer to every visitor.
    """
    if name in DATASETS:
        return is_ready(name)
    try:
        return is_own(name) and card_of(name).source == source
    except InputError:
        return False


def own_names() -> list[str]:
    """List the data sets that a person has added, by name."""
    root = home() / "datasets"
    return sorted(folder.name for folder in root.iterdir() if is_own(folder.name)) if root.is_dir() else []


def card_of(name: str) -> DataCard:
    """Read the card of the prepared data set `name`, or of a data set's folder; opens no images.

    Raises `InputError` where it is unknown, not prepared or damaged.
    """
    if _is_path(name) and _is_stream(name):
        streamed = _open_stream(name)
        sizes = (len(streamed.train), len(streamed.test))
        return DataCard(streamed.name, streamed.image_shape, sizes, streamed.title, list(streamed.classes))
    if _is_path(name):
        return _read_card(Path(name))
    _find(name)
    return _read_card(folder_of(name))


def image_shape_of(name: str) -> tuple[int, int, int]:
    """Return [C, H, W] of the data set `name`, or of a data set's folder; prepares and fetches nothing."""
    source = None if _is_path(name) else _find(name)
    return card_of(name).image_shape if source is None else source.image_shape


def classes_of(name: str) -> tuple[str, ...]:
    """Return the names of the classes of data set `name`, or of a data set's folder; prepares and fetches nothing."""
    source = None if _is_path(name) else _find(name)
    return tuple(card_of(name).classes) if source is None else source.classes


def training_images_of(name: str) -> int:
    """Return how many training images the data set `name` has, or a data set's folder; prepares and fetches nothing."""
    source = None if _is_path(name) else _find(name)
    return card_of(name).sizes[0] if source is None or _is_readable(name) else source.sizes[0]


def _is_readable(name: str) -> bool:
    try:
        return card_of(name).sizes[0] > 0
    except InputError:
        return False


def prepare(name: str, *, download: bool = False, source: Source | None = None) -> Iterator[Progress]:
    """Write the folder of data set `name`, fetching its files where `download` allows it, and tell how far it is.

    Ends at once where the set is prepared already, and waits while another process prepares it. `source` stands in for
    the registry's, such as one with a mirror of its own. Call with `download` only in a process that may import torch.
    Raises `InputError` where the set is not at hand, a download fails, a file is damaged or the disk is full, with
    nothing left behind.
    """
    source = source or _find(name)
    if source is not None and not _is_prepared(name):
        at_hand = source.offline or _brought_along(source) is not None
        fetched = download and not at_hand and bool(source.download_mb)
        folder = None if fetched else _at_hand(name, source)
        with _alone(name):
            if not _is_prepared(name):  # another process may have been quicker
                yield from _fetch_and_write(name, source) if folder is None else _write(name, source, folder)
    yield Progress("ready", 1, 1)


def open_folder(folder: Path) -> Dataset:
    """Open a prepared data set's folder; raise `InputError` where it is missing, damaged or newer than this version."""
    card = _read_card(folder)
    splits = []
    for part, n in zip(PARTS, card.sizes, strict=True):
        with _mending(f"delete {folder} and prepare the set again"):
            paths = {kind: folder / part / f"{kind}.npy" for kind in KINDS}
            split = Split(**{kind: _map(path) for kind, path in paths.items() if kind == "images" or path.exists()})
            _check(split, folder / part, len(card.classes))
            if split.images.shape != (n, *card.image_shape[1:], card.image_shape[0]):
                raise ValueError(f"{folder / part} holds images {list(split.images.shape)}, not what its card says")
        splits.append(split)
    return Dataset(
        card.name, card.title, tuple(card.classes), card.licence, card.source, splits[0], splits[1], card.files
    )


def check_trainable(dataset: Dataset) -> None:
    """Raise `InputError` unless `dataset` has at least two training images and two test images of the same shape."""
    for part, split in zip(PARTS, (dataset.train, dataset.test), strict=True):
        if len(split) < MIN_IMAGES:
            raise InputError(
                f"Data set {dataset.name!r} has {len(split)} {part} image{'s' * (len(split) != 1)}; "
                f"a model needs at least {MIN_IMAGES} to learn from and {MIN_IMAGES} to be measured on. Add images."
            )
    if dataset.train.images.shape[1:] != dataset.test.images.shape[1:]:
        raise InputError(
            f"Data set {dataset.name!r} has training and test images of different shapes; make them equal."
        )


def learnt(dataset: Dataset, without: str | None) -> np.ndarray | None:
    """Return the numbers of the training images that are learnt from, int64 [n], where the class `without` is left out.

    None: all of them, because none is. Raises `InputError` where there is no such class, or too few others.
    """
    if without is None:
        return None
    labels = dataset.train.labels
    if labels is None or not dataset.classes:
        raise InputError(
            f"Data set {dataset.name!r} has no classes, so that {without!r} cannot be left out; train without it."
        )
    if without not in dataset.classes:
        raise unknown("class", without, dataset.classes)
    numbers = np.flatnonzero(np.asarray(labels) != dataset.classes.index(without))
    if len(numbers) < MIN_IMAGES:
        raise InputError(
            f"Without {without!r}, data set {dataset.name!r} leaves {len(numbers)} training images, and a model needs "
            f"at least {MIN_IMAGES}; leave another class out."
        )
    return numbers


VALIDATION_SEED = 2
"""Beside the run's own: the images that are left out have nothing to do with its noise or its order."""


class Parts(NamedTuple):
    """The numbers of the training images that are learnt from, and of those that choose the best moment; int64.

    learnt: None where all of them are; validation: empty where the last moment is kept.
    """

    learnt: np.ndarray | None
    validation: np.ndarray


def parts_of(dataset: Dataset, config: TrainConfig) -> Parts:
    """Part the training images as a run of these settings does: the same each time, by its seed.

    Raises `InputError` as `learnt` does, and where too few would be left.
    """
    numbers = learnt(dataset, config.without)
    if not config.validation:
        return Parts(numbers, np.empty(0, np.int64))
    numbers = np.arange(len(dataset.train)) if numbers is None else numbers
    count = max(1, round(config.validation * len(numbers)))
    if len(numbers) - count < MIN_IMAGES:
        raise InputError(
            f"{len(numbers)} training images are too few to take {count} for validation and learn from at least "
            f"{MIN_IMAGES}; set validation to 0, or bring more images."
        )
    mixed = np.random.default_rng((config.seed, VALIDATION_SEED)).permutation(numbers)
    return Parts(np.sort(mixed[count:]), np.sort(mixed[:count]))


def as_images(array: np.ndarray) -> np.ndarray:
    """Turn images of a person's own into uint8 [N, H, W, C].

    array: [N, H, W] or [N, H, W, C] with C 1 or 3; uint8, bool, or floats in [0, 1]. Raises `InputError` for NaN,
    infinities, other ranges and other shapes.
    """
    array = np.asarray(array)
    images = array[..., None] if array.ndim == 3 else array
    if images.ndim != 4 or images.shape[3] not in (1, 3) or 0 in images.shape:
        raise InputError(f"Images must be [N, H, W] or [N, H, W, 1 or 3] and not empty; got shape {list(array.shape)}.")
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind not in "bf":
        raise InputError(f"Images must be uint8, bool or floats in 0 to 1; got {images.dtype}. Convert them first.")
    if not np.isfinite(images).all():
        first = int(np.flatnonzero(~np.isfinite(images).all(axis=(1, 2, 3)))[0])
        raise InputError(f"Image {first} holds NaN or infinity; remove it or fill the missing pixels.")
    if images.min() < 0 or images.max() > 1:
        raise InputError(
            f"Images of floats must lie in 0 to 1; got {images.min():g} to {images.max():g}. Scale them or use uint8."
        )
    return (images * 255 + 0.5).astype(np.uint8)


def describe() -> list[dict[str, Any]]:
    """List every data set as a row: the registry's in its order, then a person's own by name.

    name, title, classes: how many; image_shape: [C, H, W]; sizes: training and test images; where; licence; source.
    where: "ready", "offline" (made at first use), "on disk" (under LATENT_DATA_DIR), "to download (N MB)", "to bring
    along" (it cannot be downloaded here) or "damaged"; own: whether a person has added it.
    """
    return [_row(name, source) for name, source in DATASETS.items()] + [_own_row(name) for name in own_names()]


def _own_row(name: str) -> dict[str, Any]:
    try:
        card, where = _read_card(folder_of(name)), "ready"
    except InputError:
        card, where = DataCard(name, (1, 0, 0), (0, 0)), "damaged"
    return {
        "name": name,
        "title": card.title or name,
        "classes": len(card.classes),
        "image_shape": list(card.image_shape),
        "sizes": list(card.sizes),
        "where": where,
        "licence": card.licence,
        "source": card.source,
        "own": True,
    }


def _row(name: str, source: Source) -> dict[str, Any]:
    sizes = source.sizes
    if _is_prepared(name):
        try:
            where, sizes = "ready", _read_card(folder_of(name)).sizes
        except InputError:
            where = "damaged"
    elif source.offline:
        where = "offline"
    else:
        fetched = f"to download ({source.download_mb:,.0f} MB)" if source.download_mb else "to bring along"
        where = "on disk" if _brought_along(source) else fetched
    return {
        "name": name,
        "title": source.title,
        "classes": len(source.classes),
        "image_shape": list(source.image_shape),
        "sizes": list(sizes),
        "where": where,
        "licence": source.licence,
        "source": source.source,
        "own": False,
    }


def _is_stream(name: str) -> bool:
    from vae.streams import is_stream  # it reads pictures, and most data sets are none

    return is_stream(name)


def _open_stream(name: str) -> Dataset:
    from vae.streams import open_stream

    opened = open_stream(name)
    # A stream is indexed as an array is; `vae.train` and `vae.metrics`, which want all of it, take it bit by bit.
    train, test = Split(opened.train, opened.train_labels), Split(opened.test, opened.test_labels)  # type: ignore[arg-type]
    return Dataset(opened.name, opened.name, opened.classes, "your own", opened.name, train, test)


def _is_path(name: str) -> bool:
    return Path(name).is_absolute() or os.sep in name


def _find(name: str) -> Source | None:
    """Return where the data set `name` comes from, or None for a person's own, which is ready."""
    if name not in DATASETS and not is_own(name):
        raise unknown("data set", name[:80], [*DATASETS, *own_names()])
    return DATASETS.get(name)


def folder_of(name: str) -> Path:
    """Return the folder that the data set `name` is prepared in, there or not."""
    return home() / "datasets" / name


def _is_prepared(name: str) -> bool:
    return (folder_of(name) / "card.json").is_file()


def _brought_along(source: Source) -> Path | None:
    """Return the folder under LATENT_DATA_DIR that holds every file of `source`, or None."""
    root = data_brought_along()
    return source.find(root) if root else None


def _at_hand(name: str, source: Source) -> Path:
    """Return the folder of raw files that `source` can be read from without the network (unused by offline sets)."""
    folder = Path() if source.offline else _brought_along(source)
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
            card = _describe_arrays(name, source, arrays, files)
            (target / "card.json").write_bytes(msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n")
    except InputError as error:
        raise Unwritable(str(error)) from None


def _read(source: Source, folder: Path) -> raw.Arrays:
    """Read the raw files and check that they are what every reader of a data set expects."""
    arrays = source.read(folder)
    with _mending("fetch the files again"):
        for part in PARTS:
            _check(_split(arrays, part), folder / part, len(source.classes))
    return arrays


@lru_cache(maxsize=2)
def _from_memory(name: str, folder: Path) -> Dataset:
    """Read a data set that cannot be kept on disk; the last two are remembered."""
    source = DATASETS[name]
    arrays = _read(source, folder)
    for array in arrays.values():
        array.setflags(write=False)
    train, test = (_split(arrays, part) for part in PARTS)
    return Dataset(name, source.title, source.classes, source.licence, source.source, train, test)


def _split(arrays: raw.Arrays, part: str) -> Split:
    return Split(**{kind: arrays[f"{part}/{kind}"] for kind in KINDS if f"{part}/{kind}" in arrays})


def _describe_arrays(name: str, source: Source, arrays: raw.Arrays, files: dict[str, str]) -> DataCard:
    height, width, channels = arrays["train/images"].shape[1:]
    return DataCard(
        name=name,
        image_shape=(channels, height, width),
        sizes=(len(arrays["train/images"]), len(arrays["test/images"])),
        title=source.title,
        classes=list(source.classes),
        licence=source.licence,
        source=source.source,
        split=source.split,
        files=files,
    )


def _read_card(folder: Path) -> DataCard:
    path = folder / "card.json"
    try:
        raw_card = path.read_bytes()
        version = msgspec.json.decode(raw_card, type=dict[str, Any]).get("format")
        if isinstance(version, int) and version > FORMAT:
            raise InputError(
                f"{path} has format {version}, newer than the {FORMAT} this version reads; update the explorer."
            )
        return msgspec.json.decode(raw_card, type=DataCard)
    except OSError as error:
        raise InputError(f"No data set in {folder}: card.json cannot be read ({error.strerror}).") from None
    except DAMAGED_JSON as error:
        raise InputError(f"{path} is damaged ({error}); delete {folder} and prepare the set again.") from None


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


def _check(split: Split, where: Path, classes: int) -> None:
    """Raise `ValueError` unless the arrays are images and labels that belong together. classes: 0 if there are none."""
    images, labels = split.images, split.labels
    if images.dtype.kind == "f" and not np.isfinite(images).all():
        raise ValueError(f"{where} has images with NaN or infinity, and they must be uint8")
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] not in (1, 3):
        raise ValueError(f"{where} has images {images.dtype} {list(images.shape)}, not uint8 [N, H, W, 1 or 3]")
    if 0 in images.shape:
        raise ValueError(f"{where} has no images")
    if labels is None:
        return
    if labels.dtype != np.int64 or labels.shape != (len(images),):
        raise ValueError(
            f"{where} has {len(images)} images but labels {labels.dtype} {list(labels.shape)}, not int64 [N]"
        )
    if labels.min() < 0 or (classes and labels.max() >= classes):
        raise ValueError(f"{where} has labels {labels.min()} to {labels.max()}, outside the {classes} classes")
