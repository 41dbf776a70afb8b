"""Look at a person's own data before it is added: what is in it, what suits it, and how some of it would come out."""

import base64
import io
import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vae.datasets.prepared import own_names
from vae.datasets.sources import DATASETS
from vae.kinds.kinds import KINDS
from vae.own.collection import UNLABELLED, Frame, Gathered, LeftOut, printable
from vae.own.look import LOOKED_AT, SIZES, UNDECIDED, Look, spread, suited_to
from vae.own.making import FEWEST, Making, as_made, open_own, too_few
from vae.own.picture import MAX_CROP, Manner
from vae.own.series.files import is_series, may_be_series, open_series
from vae.own.series.making import make, sketch

THUMBNAILS = 24
COLUMNS = 8
LOOK_SECONDS = 8.0
"""How long pictures are opened for a preview; those that were not are checked when the set is made."""

LOST = 0.1
"""Share of a picture that may be cut off without a word."""


@dataclass(frozen=True)
class Preview:
    """What a person's own data holds.

    images: how many were found, less those that cannot be read; checked: how many of them were opened; classes: name ->
    images, in the order of the labels; parts: images given for training and testing, or None; sizes: [H, W] -> images
    checked; choices: settings of `Making` that are to be said, and what each can be; thumbnails: uint8 [k, H, W, C]
    made as `suggested` says, and their classes; things: their kind. Series count as images do: sizes are [T, C], and
    thumbnails are drawn.
    """

    kind: str
    images: int
    checked: int
    classes: dict[str, int]
    parts: dict[str, int] | None
    sizes: dict[tuple[int, int], int]
    modes: dict[str, int]
    left_out: LeftOut
    notes: list[str]
    name: str
    suggested: Making
    choices: dict[str, tuple[str, ...]]
    thumbnails: np.ndarray
    thumbnail_classes: list[str | None]
    things: str = "image"


def inspect(path: Path, making: Making | None = None, seconds: float = LOOK_SECONDS) -> Preview:
    """Look at the file or folder at `path`; what `making` leaves open is chosen to suit what is in it.

    Bounded in time and memory: after `seconds` the rest of the pictures is counted and not opened. Raises `InputError`
    where there are no pictures or series, or too few.
    """
    asked, until = making or Making(), time.monotonic() + seconds
    if is_series(path, asked):
        return _inspect_series(path, asked)
    with open_own(path, asked, UNDECIDED) as own:
        order = spread(own)
        first = Look()
        first.at(own, order[:LOOKED_AT], until, keep=THUMBNAILS)
        suggested, own.manner = suited_to(own, asked, first)
        shown = [number for number, _ in first.frames]
        if first.light and not own.manner.dark:  # they were laid on black while nothing was decided
            first.frames = [(number, frame) for number, frame in own.read(shown) if isinstance(frame, Frame)]
        thumbnails = [as_made(frame, suggested) for _, frame in first.frames]
        if (rest := order[LOOKED_AT:]) and time.monotonic() < until:
            first.at(own, rest, until)
        if first.checked == len(own) and first.good < FEWEST:
            raise too_few(own, first.good)
        classes = _classes_left(own, first.bad)
        shape = (0, *(suggested.asked or (0, 0)), 3 if suggested.colour else 1)
        return Preview(
            kind=own.kind,
            images=len(own) - len(first.bad),
            checked=first.good,
            classes=classes,
            parts={part: own.parts.count(part) for part in ("train", "test")} if any(own.parts) else None,
            sizes=dict(first.sizes.most_common(SIZES)),
            modes=dict(first.modes.most_common(SIZES)),
            left_out=own.left_out,
            notes=[note for note in own.notes if UNLABELLED in classes or UNLABELLED not in note]
            + _told(first, own.manner)
            + _lost(first, suggested),
            name=suggested_name(path),
            suggested=suggested,
            choices=_kinds(path) | own.choices,
            thumbnails=np.stack(thumbnails) if thumbnails else np.empty(shape, np.uint8),
            thumbnail_classes=[own.labels[number] for number, _ in first.frames],
        )


def _inspect_series(path: Path, asked: Making) -> Preview:
    own = open_series(path, asked)
    made = make(own, asked)
    shown = sorted(spread(own)[:THUMBNAILS])
    meaning = made.item.meaning
    return Preview(
        kind=own.kind,
        images=len(own),
        checked=len(own),
        classes={name: own.labels.count(name) for name in made.classes},
        parts={part: own.parts.count(part) for part in ("train", "test")} if any(own.parts) else None,
        sizes={(made.things.shape[1], made.things.shape[2]): len(own)},
        modes={},
        left_out=own.left_out,
        notes=made.notes,
        name=suggested_name(path),
        suggested=replace(asked, kind="series"),
        choices=_kinds(path) | own.choices,
        thumbnails=sketch(made.things[shown], meaning["low"], meaning["high"]),
        thumbnail_classes=[own.labels[number] for number in shown],
        things="series",
    )


def _kinds(path: Path) -> dict[str, tuple[str, ...]]:
    """Return which kinds a file may be of, as a choice, where it leaves that open."""
    return {"kind": tuple(KINDS)} if may_be_series(path) else {}


def _lost(look: Look, making: Making) -> list[str]:
    """Say what becomes of pictures that have other proportions than the size chosen."""
    if not look.sizes or making.asked is None:
        return []
    (size, n), *_ = look.sizes.most_common(1)
    (height, width), (tall, wide) = size, making.asked
    ratio = (width / height) / (wide / tall)
    stretch = max(ratio, 1 / ratio)
    of = f"{'All' if n == look.good else f'{n:,}'} pictures are {height} x {width} (rows x columns)"
    if making.fit == "pad" or stretch > MAX_CROP:
        scale = min(wide / width, tall / height)
        if 1 - 1 / stretch <= LOST:
            return []
        bars = "above and below" if ratio > 1 else "left and right"
        smaller = f", {1 / scale:.1f} times smaller" if scale < 0.95 else ""
        return [f"{of}: in {tall} x {wide} each is kept whole{smaller}, with bars {bars}."]
    cut = 1 - 1 / stretch
    where = "at its sides" if ratio > 1 else "above and below"
    return [f"{of}: of each, {cut:.0%} is cut off {where} to make it {tall} x {wide}."] if cut > LOST else []


def _classes_left(own: Gathered, bad: list[int]) -> dict[str, int]:
    """Count the pictures of each class without those that cannot be read; empty where fewer than two are left."""
    counts = Counter(own.labels)
    counts.subtract(own.labels[number] for number in bad)
    left = {name: counts[name] for name in own.classes() if counts[name] > 0}
    return left if len(left) > 1 else {}


def _told(look: Look, manner: Manner) -> list[str]:
    notes = []
    if look.several:
        noun = "picture is" if look.several == 1 else "pictures are"
        notes.append(f"{look.several:,} {noun} animated or of several pages; the first is taken.")
    if look.clear:
        noun = "picture has" if look.clear == 1 else "pictures have"
        notes.append(f"{look.clear:,} {noun} transparent parts, laid on {'black' if manner.dark else 'white'}.")
    if len(look.sizes) > 1:
        notes.append("The pictures are of different sizes; each is brought to the size chosen.")
    return notes


def suggested_name(path: Path) -> str:
    """Make a name for a data set of a file's, one that is not taken."""
    stem = re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._")[:60] or "my-pictures"
    taken = {*DATASETS, *own_names()}
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def as_json(preview: Preview) -> dict[str, Any]:
    """Return a preview for a page: lists and numbers, and the thumbnails as one sheet of PNG in an address."""
    making = preview.suggested
    return {
        "kind": preview.kind,
        "things": preview.things,
        "images": preview.images,
        "checked": preview.checked,
        "classes": [{"name": name, "count": count} for name, count in preview.classes.items()],
        "parts": preview.parts,
        "sizes": [{"height": size[0], "width": size[1], "count": count} for size, count in preview.sizes.items()],
        "modes": [{"mode": mode, "count": count} for mode, count in preview.modes.items()],
        "left_out": left_out_json(preview.left_out),
        "notes": preview.notes,
        "suggested": {
            "name": preview.name,
            "height": making.height,
            "width": making.width,
            "colour": making.colour,
            "fit": making.fit,
            "held_out": making.held_out,
            "seed": making.seed,
            "values": making.values,
            "label": making.label,
            "invert": making.invert,
            "kind": preview.things,
            "scale": making.scale,
        },
        "choices": preview.choices,
        "thumbnails": _sheet(preview) if len(preview.thumbnails) else None,
    }


def left_out_json(left_out: LeftOut) -> dict[str, Any]:
    """Return what was left out for a page."""
    shown = [{"name": printable(one.name), "reason": one.reason} for one in left_out.shown]
    return {"count": left_out.count, "shown": shown}


def _sheet(preview: Preview) -> dict[str, Any]:
    count, height, width, channels = preview.thumbnails.shape
    rows = -(-count // COLUMNS)
    sheet = np.zeros((rows * COLUMNS, height, width, channels), np.uint8)
    sheet[:count] = preview.thumbnails
    sheet = sheet.reshape(rows, COLUMNS, height, width, channels).swapaxes(1, 2)
    sheet = sheet.reshape(rows * height, COLUMNS * width, channels)
    file = io.BytesIO()
    Image.fromarray(sheet[..., 0] if channels == 1 else sheet).save(file, "PNG")
    return {
        "count": count,
        "height": height,
        "width": width,
        "columns": COLUMNS,
        "labels": preview.thumbnail_classes,
        "src": "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii"),
    }
