"""Look at a person's own data before it is added: what is in it, what suits it, and how some of it would come out."""

import base64
import io
import math
import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vae.data import own_names
from vae.gathered import UNLABELLED, Frame, Gathered, LeftOut, printable
from vae.making import FEWEST, SIDES, Making, as_made, open_own, too_few
from vae.pictures import MAX_CROP, Manner
from vae.sources import DATASETS

THUMBNAILS = 24
COLUMNS = 8
LOOK_SECONDS = 8.0
"""How long pictures are opened for a preview; those that were not are checked when the set is made."""

LOOKED_AT = 200
"""Pictures that decide about size, colours and ground."""

SIZES = 8

UNDECIDED = Manner(dark=True)
"""Lays what is light and transparent on black, and what is dark on white, and says so."""

MOST_KEPT = 64 * 64
"""Pixels of a long picture that is kept in its proportions."""

LOST = 0.1
"""Share of a picture that may be cut off without a word."""

COLOURED = 24
"""Grey levels between a pixel's channels from which it has a colour: below lies what JPEG does to grey."""


@dataclass(frozen=True)
class Preview:
    """What a person's own data holds.

    images: how many were found, less those that cannot be read; checked: how many of them were opened; classes: name ->
    images, in the order of the labels; parts: images given for training and testing, or None; sizes: [H, W] -> images
    checked; choices: settings of `Making` that are to be said, and what each can be; thumbnails: uint8 [k, H, W, C]
    made as `suggested` says, and their classes.
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


def inspect(path: Path, making: Making | None = None, seconds: float = LOOK_SECONDS) -> Preview:
    """Look at the file or folder at `path`; what `making` leaves open is chosen to suit the pictures.

    Bounded in time and memory: after `seconds` the rest is counted and not opened. Raises `InputError` where there are
    no pictures, or too few.
    """
    asked, until = making or Making(), time.monotonic() + seconds
    with open_own(path, asked, UNDECIDED) as own:
        order = _spread(own)
        first = _Look()
        first.at(own, order[:LOOKED_AT], until, keep=THUMBNAILS)
        suggested, own.manner = _suited(own, asked, first)
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
            choices=own.choices,
            thumbnails=np.stack(thumbnails) if thumbnails else np.empty(shape, np.uint8),
            thumbnail_classes=[own.labels[number] for number, _ in first.frames],
        )


def settle(path: Path, making: Making) -> tuple[Making, Manner]:
    """Return `making` with what it leaves open chosen to suit the pictures, and how they are to be read."""
    with open_own(path, making, UNDECIDED) as own:
        return suited(own, making)


def suited(own: Gathered, making: Making) -> tuple[Making, Manner]:
    """Return `making` with what it leaves open chosen to suit some of the pictures, and how all are to be read."""
    own.manner, look = UNDECIDED, _Look()
    look.at(own, _spread(own)[:LOOKED_AT], math.inf)
    return _suited(own, making, look)


class _Look:
    """What was seen of the pictures that were opened."""

    def __init__(self) -> None:
        self.checked = self.good = self.coloured = self.several = self.clear = self.light = 0
        self.sizes: Counter[tuple[int, int]] = Counter()
        self.modes: Counter[str] = Counter()
        self.frames: list[tuple[int, Frame]] = []
        self.bad: list[int] = []

    def at(self, own: Gathered, numbers: list[int], until: float, keep: int = 0) -> None:
        """Open these pictures until the time is up; keep the first of them."""
        for number, frame in own.read(sorted(numbers) if own.in_order else numbers):
            self.checked += 1
            if isinstance(frame, str):
                own.left_out.add(own.name_of(number), frame)
                self.bad.append(number)
            else:
                self._see(frame)
                if len(self.frames) < keep:
                    self.frames.append((number, frame))
            if time.monotonic() > until:
                break

    def _see(self, frame: Frame) -> None:
        self.good += 1
        self.sizes[frame.size[1], frame.size[0]] += 1
        self.modes[frame.mode] += 1
        said = " ".join(frame.notes)
        self.several += "animated" in said
        self.clear += "transparent" in said
        self.light += "laid on black" in said
        if frame.image.mode == "RGB":
            small = np.asarray(frame.image.resize((32, 32)), np.int16)
            self.coloured += bool((np.ptp(small, axis=2) > COLOURED).mean() > 0.01)


def _spread(own: Gathered) -> list[int]:
    """Return all numbers, first some of each class in turn, those in an order drawn with a fixed seed."""
    order = np.random.default_rng(0).permutation(len(own))
    turns: Counter[str | None] = Counter()
    rounds = np.empty(len(own), np.int64)
    for number in order:
        rounds[number] = turns[own.labels[number]]
        turns[own.labels[number]] += 1
    return order[np.argsort(rounds[order], kind="stable")].tolist()


def _suited(own: Gathered, asked: Making, look: _Look) -> tuple[Making, Manner]:
    height, width = asked.asked or _size_for(own, look)
    colour = asked.colour
    if colour is None:
        colour = look.coloured > 0.05 * look.good
    # One ground for the whole set: black only where most of what lies on nothing is light, as white drawings are.
    return replace(asked, height=height, width=width, colour=colour), Manner(dark=look.light > look.clear / 2)


def _size_for(own: Gathered, look: _Look) -> tuple[int, int]:
    """Keep a size that nearly all have where it is small, or take the square that pictures are large enough for."""
    if not look.sizes:
        return 28, 28
    (size, n), *_ = look.sizes.most_common(1)
    if n >= 0.9 * look.good and SIDES[0] <= min(size) and max(size) <= 64:
        return size
    if n >= 0.9 * look.good and max(size) > MAX_CROP * min(size):
        return _long_size(*size)
    shorter = float(np.median([min(size) for size in look.sizes.elements()]))
    # More pixels than a network of two cores learns in minutes help nobody; many pictures take their time too.
    side = 28 if shorter < 32 else 32 if shorter < 64 or len(own) > 5000 else 64
    return side, side


def _long_size(height: int, width: int) -> tuple[int, int]:
    """Return a size in the proportions of a long picture, as large as it where it is small; a short side has eight."""
    scale = min(1.0, SIDES[1] / max(height, width), (MOST_KEPT / (height * width)) ** 0.5)
    return max(SIDES[0], round(scale * height)), max(SIDES[0], round(scale * width))


def _lost(look: _Look, making: Making) -> list[str]:
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


def _told(look: _Look, manner: Manner) -> list[str]:
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
