"""A look at a few of a person's pictures: what size, colour and ground suits them."""

import math
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from vae.own.collection import spread
from vae.own.images.gathered import Frame, Gathered
from vae.own.images.opening import open_own
from vae.own.images.picture import MAX_CROP, Manner
from vae.own.making import SIDES, Making

LOOKED_AT = 200
"""Pictures that decide about size, colours and ground."""

SIZES = 8

UNDECIDED = Manner(dark=True)
"""Lays what is light and transparent on black, and what is dark on white, and says so."""

MOST_KEPT = 64 * 64
"""Pixels of a long picture that is kept in its proportions."""

COLOURED = 24
"""Grey levels between a pixel's channels from which it has a colour: below lies what JPEG does to grey."""


def settle(path: Path, making: Making) -> tuple[Making, Manner]:
    """Return `making` with what it leaves open chosen to suit the pictures, and how they are to be read."""
    with open_own(path, making, UNDECIDED) as own:
        return suited(own, making)


def suited(own: Gathered, making: Making) -> tuple[Making, Manner]:
    """Return `making` with what it leaves open chosen to suit some of the pictures, and how all are to be read."""
    own.manner, look = UNDECIDED, Look()
    look.at(own, spread(own)[:LOOKED_AT], math.inf)
    return suited_to(own, making, look)


class Look:
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


def suited_to(own: Gathered, asked: Making, look: Look) -> tuple[Making, Manner]:
    """Return what suits pictures of which some have been looked at, where nothing was asked for."""
    height, width = asked.asked or _size_for(own, look)
    colour = asked.colour
    if colour is None:
        colour = look.coloured > 0.05 * look.good
    # One ground for the whole set: black only where most of what lies on nothing is light, as white drawings are.
    return replace(asked, height=height, width=width, colour=colour), Manner(dark=look.light > look.clear / 2)


def _size_for(own: Gathered, look: Look) -> tuple[int, int]:
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
