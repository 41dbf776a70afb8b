"""A look at a person's own pictures before they are added."""

import time
from collections import Counter
from pathlib import Path

import numpy as np

from vae.own.collection import UNLABELLED, spread
from vae.own.images.gathered import Frame, Gathered
from vae.own.images.look import LOOKED_AT, SIZES, UNDECIDED, Look, suited_to
from vae.own.images.making import as_made
from vae.own.images.opening import open_own
from vae.own.images.picture import MAX_CROP, Manner
from vae.own.making import FEWEST, Making, too_few
from vae.own.preview import THUMBNAILS, Preview

LOST = 0.1
"""Share of a picture that may be cut off without a word."""


def look(path: Path, asked: Making, seconds: float) -> Preview:
    """Look at the pictures at `path`; after `seconds` the rest of them is counted and not opened."""
    until = time.monotonic() + seconds
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
            suggested=suggested,
            choices=own.choices,
            thumbnails=np.stack(thumbnails) if thumbnails else np.empty(shape, np.uint8),
            thumbnail_classes=[own.labels[number] for number, _ in first.frames],
        )


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
