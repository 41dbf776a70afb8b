"""What of a molecule is drawn, and told beside it: plain data, that a browser and Pillow draw alike."""

from dataclasses import dataclass
from typing import NamedTuple


class Atom(NamedTuple):
    """An atom, x to the right and y down, in lengths of a bond; label: what is written there, "" where nothing is."""

    x: float
    y: float
    element: str
    label: str


class Bond(NamedTuple):
    """A bond between two atoms, by their numbers; side: on which a second line lies, in a ring within: 1, -1, or 0."""

    first: int
    second: int
    order: int
    side: int


@dataclass(frozen=True)
class Sketch:
    """A molecule: how it is written, made up and drawn."""

    smiles: str
    formula: str
    logp: float
    qed: float
    rings: int
    atoms: list[Atom]
    bonds: list[Bond]
