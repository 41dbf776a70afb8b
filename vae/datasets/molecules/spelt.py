"""SMILES become molecules as they are kept, with what is known of each."""

from collections.abc import Sequence

import numpy as np

from vae.datasets.published import Arrays
from vae.datasets.splits import SPLIT_SEED
from vae.errors import InputError
from vae.kinds.kind import Item
from vae.kinds.molecules.chemistry import Molecule, facts_of, molecule_of, symbols_of_smiles
from vae.kinds.words.spelling import spelt, symbols_of

CLASSES = ("hydrocarbon", "O compound", "N compound", "N and O compound", "other compound")
"""What a molecule is made of beside carbon and hydrogen."""

USUAL = {frozenset("C"): 0, frozenset("CO"): 1, frozenset("CN"): 2, frozenset("CON"): 3}


def spelling(places: int, symbols: Sequence[str]) -> Item:
    """Return what a molecule of a set is: so many places, the end among them, of these symbols."""
    return Item("molecules", (places, 1 + len(symbols)), {"symbols": list(symbols)})


def spelt_out(lines: Sequence[str], item: Item, tests: int) -> Arrays:
    """Return the molecules of an alphabet, each once, with classes and `FACTS`; `tests` of them, drawn with seed 0.

    What is no molecule, is several, or does not fit is left out.
    """
    known, unlike = set(symbols_of(item)), {}
    for line in lines:
        try:
            molecule = molecule_of(line)
            symbols = symbols_of_smiles(molecule.smiles)
        except InputError:
            continue
        if len(symbols) < item.shape[0] and known.issuperset(symbols):
            unlike[molecule.smiles] = molecule, symbols
    order = np.random.default_rng(SPLIT_SEED).permutation(len(unlike))
    every = [unlike[smiles] for smiles in sorted(unlike)]
    arrays: Arrays = {}
    for part, rows in {"train": order[tests:], "test": order[:tests]}.items():
        some = [every[row] for row in rows]
        arrays[f"{part}/things"] = spelt([symbols for _, symbols in some], item)
        arrays[f"{part}/labels"] = np.array([class_of(molecule) for molecule, _ in some], np.int64)
        arrays[f"{part}/factors"] = np.array([facts_of(molecule) for molecule, _ in some], np.float32)
    return arrays


def class_of(molecule: Molecule) -> int:
    """Return the number of a molecule's class, by its elements."""
    elements = frozenset(atom.GetSymbol() for atom in molecule.mol.GetAtoms())
    return USUAL.get(elements | {"C"}, len(CLASSES) - 1)
