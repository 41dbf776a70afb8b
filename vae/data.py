"""A data set is a folder: list, prepare and load the things that models learn from.

`<home>/datasets/<name>/{train,test}/{images,labels}.npy` and `card.json`; things of another kind than images lie in
`things.npy`. A set is prepared once, from a download, from data brought along or from what an installed package
carries; from then on every process reads the same memory-mapped arrays with numpy alone.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from vae.config import TrainConfig
from vae.datasets.dataset import MIN_IMAGES, DataCard, Dataset, Split, learnt
from vae.datasets.prepared import (
    Unwritable,
    brought_along,
    find_at_hand,
    find_source,
    folder_of,
    from_memory,
    is_own,
    is_path,
    is_prepared,
    open_folder,
    own_names,
    prepare,
    read_card,
)
from vae.datasets.sources import DATASETS, NAMED, ROUND, Source
from vae.errors import InputError, unknown
from vae.kinds.images import TEST_SEED, binarized
from vae.kinds.kind import Item
from vae.kinds.kinds import kind_of


def load(name: str) -> Dataset:
    """Open the data set `name`, preparing it first where that needs no network, or the data set's folder at a path.

    A folder of pictures is one too: its images are read from their files when needed (vae/own/images/folders.py).
    Where its folder cannot be written the arrays are kept in memory. Raises `InputError` for an unknown name, for a set
    that would have to be downloaded, and for damaged files.
    """
    if is_path(name):
        return _open_stream(name) if _is_stream(name) else open_folder(Path(name))
    source = find_source(name)
    if source is None:
        return replace(open_folder(folder_of(name)), name=name)
    if not is_prepared(name):
        folder = find_at_hand(name, source)
        try:
            for _ in prepare(name):
                pass
        except Unwritable:
            return from_memory(name, folder)
    return open_folder(folder_of(name))


def is_ready(name: str) -> bool:
    """Say whether `load(name)` can do without the network; prepares nothing."""
    if is_path(name):
        return (Path(name) / "card.json").is_file() or _is_stream(name)
    source = find_source(name)
    return source is None or is_prepared(name) or source.offline or brought_along(source) is not None


def is_known(name: str) -> bool:
    """Say whether `name` names a data set, one of the registry's or a person's own; a path does not."""
    return name in DATASETS or is_own(name)


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


def card_of(name: str) -> DataCard:
    """Read the card of the prepared data set `name`, or of a data set's folder; opens no images.

    Raises `InputError` where it is unknown, not prepared or damaged.
    """
    if is_path(name) and _is_stream(name):
        streamed = _open_stream(name)
        sizes = (len(streamed.train), len(streamed.test))
        return DataCard(streamed.name, streamed.image_shape, sizes, streamed.title, list(streamed.classes))
    if is_path(name):
        return read_card(Path(name))
    find_source(name)
    return read_card(folder_of(name))


def image_shape_of(name: str) -> tuple[int, int, int]:
    """Return [C, H, W] of the data set `name`, or of a data set's folder, as a network takes its things.

    Prepares and fetches nothing.
    """
    source = None if is_path(name) else find_source(name)
    return card_of(name).image_shape if source is None else source.image_shape


def item_of(name: str) -> Item:
    """Return what one thing of the data set `name` is, or of a data set's folder; prepares and fetches nothing.

    What only the things themselves tell of their meaning is in it once the set is prepared.
    """
    source = None if is_path(name) else find_source(name)
    return card_of(name).item if source is None or _is_readable(name) else source.item


def classes_of(name: str) -> tuple[str, ...]:
    """Return the names of the classes of data set `name`, or of a data set's folder; prepares and fetches nothing."""
    source = None if is_path(name) else find_source(name)
    return tuple(card_of(name).classes) if source is None else source.classes


def attributes_of(name: str) -> tuple[str, ...]:
    """Name the numeric attributes of the things of data set `name`: no classes, and no angles, whose end is a start."""
    factors = DATASETS[name].factors if name in DATASETS else ()
    return tuple(factor for factor in factors if factor not in (*NAMED, *ROUND))


def values_of(dataset: Dataset, config: TrainConfig, part: Literal["train", "test"] = "train") -> np.ndarray | None:
    """Return the attribute of each thing that a run of these settings learns to tell, float32 [N], or None for none.

    Raises `InputError` where the data have no such attribute, or it is no number.
    """
    wanted, split = config.predict, getattr(dataset, part)
    if wanted is None:
        return None
    known = attributes_of(dataset.name)
    if not known or split.factors is None:
        raise InputError(
            f"Data set {dataset.name!r} has no numeric attribute of its {kind_of(dataset.item).nouns} that could be "
            "told; leave predict out."
        )
    factors = DATASETS[dataset.name].factors
    if wanted in factors and wanted not in known:
        why = "a class, whose numbers have no order" if wanted in NAMED else "an angle, whose end is its beginning"
        raise InputError(f"{wanted!r} is {why}; set predict to one of: {', '.join(known)}.")
    if wanted not in known:
        raise unknown("attribute", wanted, known)
    return np.asarray(split.factors)[:, factors.index(wanted)].astype(np.float32)


def training_images_of(name: str) -> int:
    """Return how many training images the data set `name` has, or a data set's folder; prepares and fetches nothing."""
    source = None if is_path(name) else find_source(name)
    return card_of(name).sizes[0] if source is None or _is_readable(name) else source.sizes[0]


def _is_readable(name: str) -> bool:
    try:
        return card_of(name).sizes[0] > 0
    except InputError:
        return False


VALIDATION_SEED = 2
"""Beside the run's own: the images that are left out have nothing to do with its noise or its order."""


class Parts(NamedTuple):
    """The numbers of the training images that are learnt from, and of those that choose the best moment; int64.

    learnt: None where all of them are; validation: empty where the last moment is kept.
    """

    learnt: np.ndarray | None
    validation: np.ndarray


def tested(dataset: Dataset, targets: str | None) -> Split:
    """Return the test things as a model is measured on them: black and white where it learnt such ones, by one seed."""
    if targets != "binarized":
        return dataset.test
    return replace(dataset.test, things=binarized(dataset.test.things, TEST_SEED))


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


def describe() -> list[dict[str, Any]]:
    """List every data set as a row: the registry's in its order, then a person's own by name.

    name, title, classes: how many; kind, shape: of its things, as they are kept; image_shape: [C, H, W] as a network
    takes them; sizes: things to learn from, and to test on; where; licence; source.
    where: "ready", "offline" (made at first use), "on disk" (under LATENT_DATA_DIR), "to download (N MB)", "to bring
    along" (it cannot be downloaded here) or "damaged"; own: whether a person has added it.
    """
    return [_row(name, source) for name, source in DATASETS.items()] + [_own_row(name) for name in own_names()]


def _own_row(name: str) -> dict[str, Any]:
    try:
        card, where = read_card(folder_of(name)), "ready"
    except InputError:
        card, where = DataCard(name, (1, 0, 0), (0, 0)), "damaged"
    return {
        "name": name,
        "title": card.title or name,
        "classes": len(card.classes),
        "kind": card.item.kind,
        "shape": list(card.item.shape),
        "image_shape": list(card.image_shape),
        "sizes": list(card.sizes),
        "where": where,
        "licence": card.licence,
        "source": card.source,
        "own": True,
    }


def _row(name: str, source: Source) -> dict[str, Any]:
    sizes = source.sizes
    if is_prepared(name):
        try:
            where, sizes = "ready", read_card(folder_of(name)).sizes
        except InputError:
            where = "damaged"
    elif source.offline:
        where = "offline"
    else:
        fetched = f"to download ({source.download_mb:,.0f} MB)" if source.download_mb else "to bring along"
        where = "on disk" if brought_along(source) else fetched
    return {
        "name": name,
        "title": source.title,
        "classes": len(source.classes),
        "kind": source.item.kind,
        "shape": list(source.item.shape),
        "image_shape": list(source.image_shape),
        "sizes": list(sizes),
        "where": where,
        "licence": source.licence,
        "source": source.source,
        "own": False,
    }


def _is_stream(name: str) -> bool:
    from vae.own.images.folders import is_stream  # it reads pictures, and most data sets are none

    return is_stream(name)


def _open_stream(name: str) -> Dataset:
    from vae.own.images.folders import open_stream

    opened = open_stream(name)
    # A stream is indexed as an array is; the training loop and metrics, which want all of it, take it bit by bit.
    train, test = Split(opened.train, opened.train_labels), Split(opened.test, opened.test_labels)  # type: ignore[arg-type]
    return Dataset(opened.name, opened.name, opened.classes, "your own", opened.name, train, test)
