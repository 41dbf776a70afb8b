"""What RDKit and selfies say of molecules: neither is imported before a molecule is asked for.

SELFIES (Krenn et al. 2020, "Self-referencing embedded strings", arXiv 1905.13741) spell a molecule in symbols of which
every row is one. Hands, mirror images and isotopes are left out, and what is several molecules is none here.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from vae.errors import InputError
from vae.kinds.molecules.sketch import Atom, Bond, Sketch

FACTS = ("logP", "QED", "heavy atoms", "rings")
"""What is known of each molecule: how much more of it dissolves in octanol than in water (Crippen's estimate: Wildman &
Crippen 1999, doi 10.1021/ci990307l), how much it is like a drug, in [0, 1] (Bickerton et al. 2012, doi
10.1038/nchem.1243), its atoms but for hydrogen, and its rings."""

BITS, RADIUS = 2048, 2
"""Of a fingerprint: Rogers & Hahn 2010, "Extended-connectivity fingerprints", doi 10.1021/ci100050t."""

KEPT = 4096
"""Sketches that are kept: some 3 kB each."""

SYMBOL = re.compile(r"\[[^][]*\]|\.")

ORDERS = {"SINGLE": 1, "DOUBLE": 2, "TRIPLE": 3}


@dataclass(frozen=True)
class Molecule:
    """A molecule as RDKit holds it, and how it is written: SMILES without stereo, the same for the same molecule."""

    mol: Any
    smiles: str


@cache
def _chem() -> Any:
    from rdkit import Chem, RDLogger

    RDLogger.DisableLog("rdApp.*")  # what is wrong with a molecule is told once, in words
    return Chem


def molecule_of(smiles: str) -> Molecule:
    """Read a SMILES; `InputError` says in a sentence's end why it is no molecule, or none that is taken."""
    chem = _chem()
    mol = chem.MolFromSmiles(smiles) if smiles else None
    if mol is None or not mol.GetNumAtoms():
        raise InputError("is no SMILES that makes chemical sense")
    if len(chem.GetMolFrags(mol)) > 1:
        raise InputError("is several molecules, such as a salt; bring one of them")
    chem.RemoveStereochemistry(mol)
    for atom in mol.GetAtoms():
        atom.SetIsotope(0)
    canonical = chem.MolToSmiles(mol)
    return Molecule(chem.MolFromSmiles(canonical) or mol, canonical)


def symbols_of_smiles(smiles: str) -> list[str]:
    """Return the symbols of SELFIES that spell a SMILES; `InputError` says in a sentence's end why there are none."""
    import selfies

    try:
        return symbols_in(selfies.encoder(smiles))
    except selfies.EncoderError:
        raise InputError("has an atom with more bonds than SELFIES allow") from None


def symbols_in(text: str) -> list[str]:
    """Return the symbols of a SELFIES, "[C][=O]" as "[C]" and "[=O]"."""
    return SYMBOL.findall(text)


def smiles_of_symbols(text: str) -> str:
    """Return the molecule that SELFIES spell, as SMILES of the same for the same; "" where it is no molecule."""
    import selfies

    try:
        return molecule_of(selfies.decoder(text)).smiles
    except (selfies.DecoderError, InputError):
        return ""


def facts_of(molecule: Molecule) -> tuple[float, ...]:
    """Return what `FACTS` names."""
    from rdkit.Chem import QED, Crippen, rdMolDescriptors

    mol = molecule.mol
    rings = rdMolDescriptors.CalcNumRings(mol)
    return float(Crippen.MolLogP(mol)), float(QED.qed(mol)), float(mol.GetNumHeavyAtoms()), float(rings)


def tanimoto(a: str, b: str) -> float:
    """Say how alike two molecules are, SMILES, by what is around each of their atoms: 1 where that is the same.

    Raises `InputError` for what is no molecule.
    """
    from rdkit import DataStructs

    return float(DataStructs.TanimotoSimilarity(_fingerprint(a), _fingerprint(b)))


@lru_cache(KEPT)
def _fingerprint(smiles: str) -> Any:
    from rdkit.Chem import rdFingerprintGenerator

    generator = rdFingerprintGenerator.GetMorganGenerator(radius=RADIUS, fpSize=BITS)
    return generator.GetFingerprint(molecule_of(smiles).mol)


@lru_cache(KEPT)
def sketch_of(text: str) -> Sketch | None:
    """Lay out the molecule that SELFIES spell; None where it is none."""
    smiles = smiles_of_symbols(text)
    return sketched(molecule_of(smiles)) if smiles else None


def sketched(molecule: Molecule) -> Sketch:
    """Lay a molecule out as chemists draw it (RDKit's depiction), a bond 1 long, with what is known of it."""
    from rdkit.Chem import rdDepictor, rdMolDescriptors

    logp, qed, _, rings = facts_of(molecule)
    mol = _chem().Mol(molecule.mol)
    _chem().Kekulize(mol, clearAromaticFlags=True)
    rdDepictor.Compute2DCoords(mol, canonOrient=True, bondLength=1.0)
    places = mol.GetConformer().GetPositions()
    atoms = [
        Atom(round(float(x), 2), round(-float(y), 2), atom.GetSymbol(), _label(atom, x, places))
        for atom, (x, y, _) in zip(mol.GetAtoms(), places, strict=True)
    ]
    inside = mol.GetRingInfo()
    middles = [places[list(ring)][:, :2].mean(0) for ring in inside.AtomRings()]
    bonds = []
    for bond in mol.GetBonds():
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        ring = next((at for at, ring in enumerate(inside.BondRings()) if bond.GetIdx() in ring), None)
        side = _side(places[a], places[b], middles[ring]) if ring is not None else 0
        bonds.append(Bond(a, b, ORDERS.get(str(bond.GetBondType()), 1), side))
    formula = rdMolDescriptors.CalcMolFormula(mol)
    return Sketch(molecule.smiles, formula, round(logp, 2), round(qed, 2), int(rings), atoms, bonds)


def _label(atom: Any, x: float, places: Any) -> str:
    """Return what is written where an atom lies; "" for a carbon in a chain or a ring. HO where its bonds go right."""
    beside = [float(places[other.GetIdx()][0]) for other in atom.GetNeighbors()]
    element, hydrogens, charge = atom.GetSymbol(), atom.GetTotalNumHs(), atom.GetFormalCharge()
    if element == "C" and not charge and beside:
        return ""
    few = f"H{hydrogens if hydrogens > 1 else ''}" if hydrogens else ""
    sign = f"{abs(charge) if abs(charge) > 1 else ''}{'+' if charge > 0 else '–'}" if charge else ""
    return f"{few}{element}{sign}" if beside and min(beside) > x + 0.1 else f"{element}{few}{sign}"


def _side(a: Any, b: Any, middle: Any) -> int:
    """Say on which side of a bond the middle of its ring lies, where y grows downwards: 1 or -1."""
    across = (b[0] - a[0]) * (middle[1] - a[1]) - (b[1] - a[1]) * (middle[0] - a[0])
    return 1 if across < 0 else -1
