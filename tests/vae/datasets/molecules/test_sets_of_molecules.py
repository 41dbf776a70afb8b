"""Molecules that RDKit carries, and QM9's, are read as they stand, each in one half alone."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import Crippen

from vae.datasets.molecules import nci, qm9
from vae.datasets.molecules.spelt import CLASSES, class_of, spelling, spelt_out
from vae.datasets.sources import DATASETS
from vae.errors import InputError
from vae.kinds.molecules.chemistry import molecule_of, smiles_of_symbols
from vae.kinds.molecules.spelling import selfies_of


@pytest.fixture(scope="module")
def carried() -> dict[str, np.ndarray]:
    return nci.read_nci(Path())


def test_the_molecules_that_rdkit_carries_are_each_in_one_half_alone(carried: dict[str, np.ndarray]) -> None:
    sizes = len(carried["train/things"]), len(carried["test/things"])
    assert sizes == DATASETS["molecules"].sizes
    train, test = (selfies_of(carried[f"{part}/things"], nci.ITEM) for part in ("train", "test"))
    assert not set(train) & set(test) and len({*train, *test}) == sum(sizes)


def test_what_is_known_of_each_is_what_chemistry_says(carried: dict[str, np.ndarray]) -> None:
    for selfies, factors in zip(
        selfies_of(carried["test/things"][:40], nci.ITEM), carried["test/factors"][:40], strict=True
    ):
        mol = Chem.MolFromSmiles(smiles_of_symbols(selfies))
        assert factors[0] == pytest.approx(Crippen.MolLogP(mol), abs=1e-4) and factors[2] == mol.GetNumHeavyAtoms()


@pytest.mark.parametrize(
    ("smiles", "name"),
    [("CC", 0), ("CO", 1), ("O", 1), ("CN", 2), ("NCC=O", 3), ("CS", 4), ("Clc1ccccc1", 4), ("FCO", 4)],
)
def test_a_class_is_what_a_molecule_is_made_of(smiles: str, name: int) -> None:
    assert CLASSES[class_of(molecule_of(smiles))] == CLASSES[name]


def test_what_does_not_fit_is_left_out_and_each_is_there_once() -> None:
    item = spelling(5, ["[C]", "[O]"])
    arrays = spelt_out(["CCO", "OCC", "C", "CCCCC", "CN", "C(", "C.C", "CO"], item, 1)
    read = selfies_of(np.concatenate([arrays["train/things"], arrays["test/things"]]), item)
    assert sorted(read) == ["[C]", "[C][C][O]", "[C][O]"]
    assert len(arrays["test/things"]) == 1 == len(arrays["test/factors"])


def test_qm9_is_read_plain_or_gzipped_and_a_damaged_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qm9, "TESTS", 2)
    (tmp_path / f"{qm9.FILE}.gz").write_bytes(gzip.compress(b"C\nN\nO\nC#C\nCCO\n"))
    arrays = qm9.read_qm9(tmp_path)
    assert (len(arrays["train/things"]), len(arrays["test/things"])) == (3, 2)
    (tmp_path / f"{qm9.FILE}.gz").write_bytes(gzip.compress(b"C\nN\n"))
    with pytest.raises(InputError, match="holds 2 lines"):
        qm9.read_qm9(tmp_path)
