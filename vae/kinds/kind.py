"""What a thing is: its kind, its shape, and how things of a kind are kept, fed to networks, shown and compared."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from vae.colours import THEMES, Theme

Shape = tuple[int, ...]

Lies = Literal["plane", "line", "loose"]

Draw = Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Item:
    """What one thing of a data set is.

    kind: a name in `KINDS`; shape: as it is kept, an image [H, W, C], a series [T, C]; meaning: what its numbers mean,
    such as the names of its channels, in words and numbers that JSON has.
    """

    kind: str
    shape: Shape
    meaning: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """What things are drawn on where there is no browser.

    side: pixels along the longer side of what has no pixels of its own; fine: pixels of the picture for one of the
    screen's, by which lines are thicker; theme: its colours.
    """

    side: int
    fine: float = 1.0
    theme: Theme = THEMES["light"]


@dataclass(frozen=True)
class Corruption:
    """One way to spoil things of a kind, and what a person must know of it."""

    title: str
    meaning: str
    """What the amount is."""
    sentence: str
    """What it is, and where it occurs."""
    default: float
    """An amount that shows what it does."""
    draw: Draw | None
    """(things as floats [n, *shape], amount float32 [n] or [1], generator) -> the spoiled things, before they are
    clipped; where it `hides`, which of their elements stay, bool [n, *shape but for the channels]. None: a person says
    which are hidden."""
    hides: bool = False
    """Whether elements are lost, and it is known which."""
    chance: Literal["noise", "place", "none"] = "noise"
    """What another seed changes."""


def root_mean_square(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the root mean square of the differences of things as they are kept, [n, *shape], float64 [n]."""
    away = a.astype(np.float64) - b
    return np.sqrt(np.square(away).reshape(len(away), -1).mean(1))


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of thing that models learn. One file in vae/kinds/, one view in the browser, one line in `KINDS`.

    noun, nouns: one and several, in a sentence; seen: the same of those that a person brings or a model makes;
    style: what two of a class may differ in, for example; element, elements: what one is made of, pixels or
    samples; quantity: what each of these has; fed: what its numbers mean to a network; plain: what one is like that
    holds little; axes: what its shape counts, the channels last; view: the module of assets/live/shared/views/ that
    shows it; pixels: whether it is a picture, that a camera takes and a hand draws; kept: the type of its numbers
    on disk and on the socket; levels: what of it is 1 to a network, 255 grey levels or 1; bounds: between which a
    network's numbers are expected, None where they may be any; likelihoods: the names of those that it may have,
    the usual one first; lies: how its elements do, in a plane, as networks of two-dimensional convolutions want it,
    at even steps along a line, where neighbours are alike, or loose; measures: the names of the figures that say how
    near two are, in vae/experiments/fidelity.py, the one that counts first; methods, scores: the names of the ways to
    restore it in vae/experiments/restoration.py and to find it unusual in vae/experiments/unusual.py that are for it
    beside those for all kinds; unit: of `apart`.
    input: a kept shape -> a network's, [C, H, W]. lay: kept things [n, *shape] -> [n, *input], of the type that they
    are kept in. unlay: floats [n, *input] -> [n, *shape]. check: raises `InputError` where a shape is none of this
    kind's. sized: a kept shape -> how large that is, in words. hide: things as floats, and which of their elements are
    known, bool [n, *shape but for the channels] -> the same with what is lost made neutral. measure: the things that
    are learnt from -> what they alone tell of their meaning. draw: kept things, what one is, and the paper -> pictures
    of them, uint8 [n, H, W, 1 or 3]; images are pictures themselves. corruptions: the ways to spoil them, in the order
    to show them. apart: things as they are kept, [n, *shape], and as many others, or one -> how far they lie apart, in
    `unit`, float64 [n]; 0 of a thing and itself. recipe: settings of `TrainConfig` that suit a set of some hundred
    things, where they are others than the usual ones. shares: the axis of [C, H, W] along which what is expected is
    shares of one choice, which add up to 1; None where each number stands by itself. part: how many of the first
    channels of [C, H, W] are given and not modelled, such as the image that a mask lies on; a decoder says the rest.
    """

    noun: str
    nouns: str
    seen: tuple[str, str]
    style: str
    element: str
    elements: str
    quantity: str
    fed: str
    plain: str
    axes: str
    view: str
    pixels: bool
    kept: np.dtype
    levels: float
    bounds: tuple[float, float] | None
    likelihoods: tuple[str, ...]
    lies: Lies
    measures: tuple[str, ...]
    methods: tuple[str, ...]
    scores: tuple[str, ...]
    unit: str
    input: Callable[[Shape], tuple[int, int, int]]
    lay: Callable[[np.ndarray], np.ndarray]
    unlay: Callable[[np.ndarray], np.ndarray]
    check: Callable[[Shape], None]
    sized: Callable[[Shape], str]
    hide: Callable[[np.ndarray, np.ndarray], np.ndarray]
    measure: Callable[[np.ndarray], dict[str, Any]]
    draw: Callable[[np.ndarray, Item, Paper], np.ndarray]
    corruptions: dict[str, Corruption]
    recipe: dict[str, Any] = field(default_factory=dict)
    apart: Callable[[np.ndarray, np.ndarray], np.ndarray] = root_mean_square
    shares: int | None = None
    part: int = 0

    @property
    def plane(self) -> bool:
        """Say whether a thing lies in a plane."""
        return self.lies == "plane"

    def floats(self, things: np.ndarray) -> np.ndarray:
        """Return things as they are kept, [n, *shape], as float32 in a network's units and their own layout."""
        return np.ascontiguousarray(things, dtype=np.float32) / np.float32(self.levels)

    def keep(self, floats: np.ndarray) -> np.ndarray:
        """Return floats [n, *shape] in a network's units as things are kept: within bounds, rounded and not cut."""
        if self.bounds is not None:
            floats = floats.clip(*self.bounds)
        if self.levels != 1:
            floats = floats * self.levels
        return np.ascontiguousarray((floats + 0.5 if self.kept.kind == "u" else floats).astype(self.kept))

    def beside(self, expected: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return what is expected, [n, C, H, W], as it compares with things x: of shares, of as many choices."""
        return expected if self.shares is None else expected * x.sum(self.shares + 1, keepdims=True)

    def feed(self, things: np.ndarray) -> np.ndarray:
        """Return things as they are kept, [n, *shape], as a network takes them: float32 [n, C, H, W]."""
        return self.laid(things) / np.float32(self.levels)

    def laid(self, floats: np.ndarray) -> np.ndarray:
        """Return floats in their own layout, [n, *shape], as a network takes them: float32 [n, C, H, W]."""
        return np.ascontiguousarray(self.lay(floats), dtype=np.float32)

    def show(self, expected: np.ndarray) -> np.ndarray:
        """Return what a network expects, float32 [n, C, H, W], as things are kept, [n, *shape]."""
        return self.keep(self.unlay(expected))

    def say(self, text: str) -> str:
        """Put this kind's own words into a sentence: {noun}, {nouns}, {Nouns}, {element}, {quantity} and so on."""
        words = {
            name: getattr(self, name) for name in ("noun", "nouns", "element", "elements", "quantity", "fed", "plain")
        }
        return text.format(**words, Nouns=self.nouns.capitalize())
