"""A person's own pictures become a data set: read, resized, split and written."""

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from PIL import Image, ImageOps

from vae.datasets.downloads import Progress
from vae.errors import InputError
from vae.kinds.kinds import image
from vae.own.images.gathered import Frame, Gathered
from vae.own.images.look import settle
from vae.own.images.opening import open_own
from vae.own.images.picture import fit_whole
from vae.own.making import FEWEST, Made, Making, split, too_few

MOST_BYTES = 8 << 30
"""Of a prepared set: pictures are memory-mapped, so that it need not fit into memory, but a laptop's disk counts."""

SPARE_BYTES = 64 << 20
"""What a disk is left with."""

ROWS = 1024
"""Pictures that are moved at once."""


def make(path: Path, making: Making, folder: Path) -> Generator[Progress, None, Made]:
    """Write the pictures at `path` into `folder`, shared out into its parts; tell how far that is."""
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
    return Made(image(shape), (len(parts["train"]), len(parts["test"])), classes, how, own.left_out, notes)


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


def as_made(frame: Frame, making: Making) -> np.ndarray:
    """Bring a picture to the size, colours and frame of the set, uint8 [H, W, C]."""
    assert making.asked is not None
    height, width = making.asked
    image = frame.image.convert("RGB" if making.colour else "L")
    if image.size != (width, height):
        if making.fit == "pad":
            image = ImageOps.pad(image, (width, height), Image.Resampling.LANCZOS, color=_border_of(image))
        else:
            image = Image.fromarray(fit_whole(image, (width, height), False, []))
    pixels = np.asarray(image).reshape(height, width, -1)
    return 255 - pixels if making.invert else pixels


def _border_of(image: Image.Image) -> int | tuple[int, ...]:
    """Return the colour that the outermost pixels have in the middle."""
    pixels = np.asarray(image)
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    middle = np.median(edges, axis=0).astype(int)
    return tuple(middle.tolist()) if middle.ndim else int(middle)
