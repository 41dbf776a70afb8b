"""Molecules: uint8 [L, V], at each of L places a probability for each of V symbols of SELFIES, the end the first.

They are words of another alphabet, whose symbols have several letters; every row of symbols is a molecule.
"""

from dataclasses import replace

from vae.errors import InputError
from vae.kinds.kind import Kind, Shape
from vae.kinds.molecules.drawing import draw_molecules
from vae.kinds.text import FEWEST_PLACES, FEWEST_SYMBOLS, MOST_PLACES, MOST_SYMBOLS, TEXT
from vae.kinds.words import corruptions as words


def _check(shape: Shape) -> None:
    places = len(shape) == 2 and FEWEST_PLACES <= shape[0] <= MOST_PLACES
    if not places or not FEWEST_SYMBOLS <= shape[1] <= MOST_SYMBOLS:
        raise InputError(
            f"A molecule is [places, symbols] with {FEWEST_PLACES} to {MOST_PLACES} places and {FEWEST_SYMBOLS} to "
            f"{MOST_SYMBOLS} symbols of SELFIES, the end among them; got {list(shape)}."
        )


CORRUPTIONS = {
    "hidden": replace(
        words.CORRUPTIONS["hidden"],
        title="Hidden symbols",
        meaning="Share of the symbols that are lost",
        sentence="Symbols of the molecule's spelling that are not known: what may stand there?",
    ),
    "swapped": replace(
        words.CORRUPTIONS["swapped"],
        title="Wrong symbols",
        meaning="Share of the symbols that are others",
        sentence="Here and there another symbol stands, any of the alphabet, and nothing says where.",
    ),
    "brush": replace(
        words.CORRUPTIONS["brush"],
        meaning="The symbols that you mark are lost",
        sentence="What you mark of the spelling is lost.",
    ),
}
"""The corruptions of molecules, in the order to show them: those of words."""

MOLECULES: Kind = replace(
    TEXT,
    noun="molecule",
    nouns="molecules",
    seen=("molecule", "molecules"),
    style="how long its chains are, where its rings hang",
    element="symbol",
    elements="symbols",
    plain="that are small",
    view="molecules",
    measures=("symbol-edits", "symbols"),
    methods=("symbol-n-gram", "nearest"),
    unit="symbols",
    check=_check,
    sized=lambda shape: f"{shape[0]} places, the end among them, of {shape[1] - 1} symbols of SELFIES",
    draw=draw_molecules,
    corruptions=CORRUPTIONS,
)
