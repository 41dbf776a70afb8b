"""Molecules are spelt, read, drawn and told; RDKit is asked directly, as an oracle of its own."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem
from rdkit.Chem import QED, Crippen, Descriptors

from tests.running import ROOT
from vae.colours import THEMES
from vae.datasets.molecules.nci import ITEM, SYMBOLS
from vae.errors import InputError
from vae.kinds.corruptions import corrupt, trainable
from vae.kinds.kind import Paper
from vae.kinds.molecules.chemistry import (
    facts_of,
    molecule_of,
    sketch_of,
    smiles_of_symbols,
    symbols_in,
    symbols_of_smiles,
    tanimoto,
)
from vae.kinds.molecules.molecules import MOLECULES
from vae.kinds.molecules.spelling import selfies_of
from vae.kinds.words.spelling import likeliest, spelt

ASPIRIN, CAFFEINE, ETHANOL = "CC(=O)Oc1ccccc1C(=O)O", "Cn1cnc2c1c(=O)n(C)c(=O)n2C", "CCO"
KNOWN = (ASPIRIN, CAFFEINE, ETHANOL, "N#CC1CCCC1", "O=[N+]([O-])c1ccccc1Cl")
rows = st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=30)
each = pytest.mark.parametrize("smiles", KNOWN)


def same(a: str, b: str) -> bool:
    return Chem.CanonSmiles(a) == Chem.CanonSmiles(b)


@each
def test_a_molecule_is_spelt_and_read_again_as_the_same(smiles: str) -> None:
    things = spelt([symbols_of_smiles(molecule_of(smiles).smiles)], ITEM)
    (selfies,) = selfies_of(things, ITEM)
    assert same(smiles_of_symbols(selfies), smiles)
    assert "".join(symbols_in(selfies)) == selfies
    np.testing.assert_array_equal(MOLECULES.show(MOLECULES.feed(things)), things)


@settings(max_examples=60, deadline=None)
@given(row=rows)
def test_every_row_of_symbols_is_a_molecule_or_none_at_all_and_is_written_in_one_way(row: list[str]) -> None:
    (selfies,) = selfies_of(spelt([row], ITEM), ITEM)
    assert selfies == "".join(row)
    smiles = smiles_of_symbols(selfies)
    if smiles:  # rows of branches alone hold no atom
        assert Chem.MolFromSmiles(smiles) is not None and molecule_of(smiles).smiles == smiles
        sketch = sketch_of(selfies)
        assert sketch is not None and len(sketch.atoms) == Chem.MolFromSmiles(smiles).GetNumAtoms()


def test_hands_and_isotopes_are_left_out() -> None:
    left, right = (molecule_of(smiles).smiles for smiles in ("C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O"))
    assert left == right and "@" not in left
    assert molecule_of("[13CH4]").smiles == "C"


@pytest.mark.parametrize(
    ("smiles", "why"),
    [("C(", "no SMILES"), ("C(C)(C)(C)(C)C", "no SMILES"), ("", "no SMILES"), ("CC.O", "several molecules")],
)
def test_what_is_no_molecule_is_told(smiles: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        molecule_of(smiles)


@each
def test_what_is_known_of_a_molecule_is_what_chemistry_says(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    expected = Crippen.MolLogP(mol), QED.qed(mol), mol.GetNumHeavyAtoms(), Descriptors.RingCount(mol)
    assert facts_of(molecule_of(smiles)) == pytest.approx(expected, abs=1e-6)


def test_a_sketch_has_a_bond_of_about_one_between_atoms_and_letters_where_chemists_write_them() -> None:
    sketch = sketch_of("".join(symbols_of_smiles(molecule_of(ASPIRIN).smiles)))
    assert sketch is not None and sketch.formula == "C9H8O4" and same(sketch.smiles, ASPIRIN)
    for bond in sketch.bonds:
        a, b = sketch.atoms[bond.first], sketch.atoms[bond.second]
        assert np.hypot(a.x - b.x, a.y - b.y) == pytest.approx(1, abs=0.05)
    assert sorted(atom.label for atom in sketch.atoms if atom.label) in (["HO", "O", "O", "O"], ["O", "O", "O", "OH"])
    assert sum(bond.order == 2 for bond in sketch.bonds) == 5
    middle = np.mean([[atom.x, atom.y] for atom in sketch.atoms], 0)
    assert np.isfinite(middle).all()


def test_the_second_line_of_a_ring_s_bond_lies_within_the_ring() -> None:
    sketch = sketch_of("".join(symbols_of_smiles("c1ccccc1")))
    assert sketch is not None
    at = np.array([[atom.x, atom.y] for atom in sketch.atoms])
    for bond in sketch.bonds:
        a, b = at[bond.first], at[bond.second]
        across = np.array([-(b - a)[1], (b - a)[0]]) * bond.side
        middle = (a + b) / 2
        assert np.hypot(*(middle + 0.1 * across - at.mean(0))) < np.hypot(*(middle - at.mean(0)))


def test_molecules_are_alike_to_themselves_and_less_to_others() -> None:
    assert tanimoto(ASPIRIN, ASPIRIN) == 1 == tanimoto(ETHANOL, "OCC")
    assert 0 <= tanimoto(ASPIRIN, CAFFEINE) == tanimoto(CAFFEINE, ASPIRIN) < 0.5
    with pytest.raises(InputError):
        tanimoto("C(", ETHANOL)


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_a_molecule_is_drawn_and_what_is_none_stays_blank(theme: str) -> None:
    paper = Paper(96, theme=THEMES[theme])
    things = spelt([symbols_of_smiles(molecule_of(ASPIRIN).smiles), []], ITEM)
    drawn, blank = MOLECULES.draw(things, ITEM, paper)
    assert drawn.shape == (72, 96, 3)
    assert (blank == paper.theme.paper).all() and not (drawn == paper.theme.paper).all()


@pytest.mark.parametrize("name", trainable(MOLECULES))
def test_a_molecule_that_is_not_spoiled_is_as_it_was_and_keeps_its_length(name: str) -> None:
    things = spelt([symbols_of_smiles(molecule_of(smiles).smiles) for smiles in KNOWN], ITEM)
    np.testing.assert_array_equal(MOLECULES.keep(corrupt(name, things, 0, 1, kind=MOLECULES).images), things)
    spoiled = MOLECULES.keep(corrupt(name, things, 0.5, 1, kind=MOLECULES).images)
    np.testing.assert_array_equal(likeliest(spoiled) == 0, likeliest(things) == 0)
    assert (spoiled != things).any()


@pytest.mark.parametrize("shape", [(1, 8), (65, 8), (8, 2), (8, 129), (8,)])
def test_a_shape_that_no_molecule_has_is_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"A molecule is \[places, symbols\] with 2 to 64 places and 3 to 128"):
        MOLECULES.check(shape)


@pytest.mark.parametrize("module", ["vae", "vae.kinds.kinds", "vae.datasets.sources", "vae.own.readers", "web.api"])
def test_chemistry_is_not_loaded_before_a_molecule_is_asked_for(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'rdkit', 'selfies'}} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
