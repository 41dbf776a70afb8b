"""A molecule from outside, typed or in a file, becomes what a model takes: uint8 [L, V] in its symbols."""

from dataclasses import dataclass

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.molecules.chemistry import molecule_of, symbols_of_smiles
from vae.kinds.words.spelling import spelt, symbols_of
from vae.own.collection import printable
from vae.own.molecules.files import MOST_LETTERS

MOST_BYTES = 1 << 16


@dataclass(frozen=True)
class OneMolecule:
    """A molecule as a model takes it, uint8 [L, V], and what was done to it, in sentences; empty where nothing."""

    thing: np.ndarray
    note: str


def symbols_of_typed(smiles: str) -> list[str]:
    """Return the symbols of a SMILES that a person typed; `InputError` says in a sentence why it has none."""
    if len(smiles) > MOST_LETTERS:
        raise InputError(f"A SMILES has at most {MOST_LETTERS:,} letters here; got {len(smiles):,}.")
    try:
        return symbols_of_smiles(molecule_of(smiles).smiles)
    except InputError as error:
        raise InputError(f"{printable(smiles)!r} {error}.") from None


def read_molecule(data: bytes, item: Item) -> OneMolecule:
    """Read one SMILES into what a model of molecules `item` takes.

    Raises `InputError` where the bytes are no molecule, or one of other symbols, or of more than the model's.
    """
    if not data.strip():
        raise InputError("The file is empty; bring a .smi with one SMILES.")
    if len(data) > MOST_BYTES or b"\0" in data:
        raise InputError("That is no text of one molecule; bring a .smi with one SMILES.")
    lines = [line.split() for line in data.decode(errors="replace").removeprefix("\ufeff").splitlines() if line.split()]
    if len(lines) > 1:
        raise InputError(f"That holds {len(lines):,} molecules; bring one a file.")
    smiles = lines[0][0]
    symbols, known = symbols_of_typed(smiles), symbols_of(item)
    if (most := item.shape[0] - 1) < len(symbols):
        raise InputError(
            f"{printable(smiles)!r} has {len(symbols):,} symbols, and the model's molecules at most {most}."
        )
    if strange := next((symbol for symbol in symbols if symbol not in known), ""):
        raise InputError(f"{strange} of {printable(smiles)!r} is not among the model's symbols: {', '.join(known)}")
    left_out = "/" in smiles or "\\" in smiles or "@" in smiles
    return OneMolecule(spelt([symbols], item)[0], "Its hands are left out, as the model's are." if left_out else "")
