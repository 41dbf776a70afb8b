"""Molecules as pictures where there is no browser: bonds as lines, and the atoms that are no carbon by their letters.

Proportions are those of assets/live/shared/views/molecules/drawing.js.
"""

from typing import Any

import numpy as np

from vae.colours import Theme
from vae.kinds.kind import Item, Paper
from vae.kinds.molecules.sketch import Sketch
from vae.kinds.molecules.spelling import selfies_of

PROPORTIONS = 160, 120
SMOOTH = 2
"""Times the size at which lines are drawn before they are reduced."""
INSET = 0.09
"""Of the height, all around."""
LONGEST = 0.24
"""Of the height, that a bond is at most, so that small molecules are no larger than others."""
LETTER, LINE, APART, SHORTER = 0.46, 0.065, 0.17, 0.14
"""Of a bond's length: the height of letters, how thick lines are, how far a second one lies, how much it is shorter."""

GREEN = "#1d7a3a", "#7fd495"
COLOURS = {
    "O": ("#c8322b", "#ff8f85"),
    "N": ("#2f5bd0", "#8fb0ff"),
    "S": ("#8a6d00", "#e6c24d"),
    "P": ("#b25a00", "#ffb066"),
} | dict.fromkeys(("F", "Cl", "Br", "I"), GREEN)
"""Elements on light paper and on dark, as their models are coloured; others have the ink."""


def draw_molecules(things: np.ndarray, item: Item, paper: Paper) -> np.ndarray:
    """Draw molecules, uint8 [n, L, V]; returns uint8 [n, H, W, 3], `paper.side` wide. What is none stays blank."""
    from PIL import Image  # only here: every command imports the kinds

    from vae.kinds.molecules.chemistry import sketch_of

    width, height = paper.side, round(paper.side * PROPORTIONS[1] / PROPORTIONS[0])
    pictures = np.empty((len(things), height, width, 3), np.uint8)
    for text, picture in zip(selfies_of(things, item), pictures, strict=True):
        image = Image.new("RGB", (width * SMOOTH, height * SMOOTH), paper.theme.paper)
        if sketch := sketch_of(text):
            _draw(image, sketch, paper.theme)
        picture[:] = np.asarray(image.reduce(SMOOTH))
    return pictures


def _draw(image: Any, sketch: Sketch, theme: Theme) -> None:
    from PIL import ImageDraw, ImageFont

    pen, places, bond = ImageDraw.Draw(image), *_placed(sketch, image.width, image.height)
    thick = max(1, round(LINE * bond))
    for one in sketch.bonds:
        for a, b in _lines(places[one.first], places[one.second], one.order, one.side, bond):
            pen.line([*a, *b], theme.ink, thick)
    font = ImageFont.load_default(max(6.0, LETTER * bond))
    for atom, (x, y) in zip(sketch.atoms, places, strict=True):
        if label := atom.label:
            left, top, right, bottom = pen.textbbox((x, y), label, font, "mm")
            pen.rectangle([left - thick, top - thick, right + thick, bottom + thick], theme.paper)
            pen.text((x, y), label, _colour(atom.element, theme), font, "mm")


def _colour(element: str, theme: Theme) -> Any:
    light, dark = COLOURS.get(element, (theme.ink, theme.ink))
    return dark if sum(theme.paper) < 3 * 128 else light


def _placed(sketch: Sketch, width: float, height: float) -> tuple[np.ndarray, float]:
    """Return where atoms lie in a picture, [n, 2], and how long a bond is there."""
    at = np.array([[atom.x, atom.y] for atom in sketch.atoms])
    low, high = at.min(0), at.max(0)
    inset = INSET * height
    room = np.array([width, height]) - 2 * inset
    bond = min(LONGEST * height, *(room / np.maximum(high - low + LETTER, 1e-6)))
    return (at - (low + high) / 2) * bond + np.array([width, height]) / 2, float(bond)


def _lines(a: np.ndarray, b: np.ndarray, order: int, side: int, bond: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the lines of a bond: a second one beside the first, or two about the middle where it has no side."""
    along = (b - a) / max(1e-6, float(np.hypot(*(b - a))))
    across = np.array([-along[1], along[0]]) * APART * bond
    if order == 2 and side:
        inner = along * SHORTER * bond
        return [(a, b), (a + side * across + inner, b + side * across - inner)]
    if order == 2:
        return [(a + across / 2, b + across / 2), (a - across / 2, b - across / 2)]
    return [(a, b), *([(a + across, b + across), (a - across, b - across)] if order == 3 else [])]
