"""A person's own molecules: what is taken, what is left out and why, and one molecule for a model."""

from pathlib import Path

import numpy as np
import pytest

from vae.data import load
from vae.datasets.molecules.nci import ITEM
from vae.errors import InputError
from vae.kinds.molecules.chemistry import molecule_of, smiles_of_symbols
from vae.kinds.molecules.spelling import selfies_of
from vae.own.making import Making
from vae.own.molecules.files import claims, may_hold, open_molecules
from vae.own.molecules.one import read_molecule
from vae.own.own_sets import add
from vae.own.readers import inspect

SMILES = [f"{'C' * n}{end}" for n in range(1, 13) for end in ("O", "N", "C(=O)O", "c1ccccc1")]


def written(tmp_path: Path, *lines: str, name: str = "mine.smi") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))


def test_molecules_become_a_set_in_the_symbols_that_they_have(tmp_path: Path) -> None:
    path = written(tmp_path, *(f"{smiles}\tname {number}" for number, smiles in enumerate(SMILES)), "")
    for _ in add(path, "mine", Making()):
        pass
    data = load("mine")
    assert data.item.kind == "molecules" and "[C]" in data.item.meaning["symbols"]
    both = [selfies_of(np.asarray(split.things), data.item) for split in (data.train, data.test)]
    read = [smiles_of_symbols(selfies) for part in both for selfies in part]
    assert sorted(read) == sorted(molecule_of(smiles).smiles for smiles in SMILES)


def test_a_table_with_a_column_of_smiles_is_read_and_looked_at(tmp_path: Path) -> None:
    rows = [f"{number},{smiles}" for number, smiles in enumerate(SMILES)]
    path = written(tmp_path, "id,SMILES", *rows, "99,OC", name="mine.csv")
    seen = inspect(path)
    assert (seen.things, seen.images, seen.suggested.kind) == ("molecules", len(SMILES), "molecules")
    assert any("1 line repeats another" in note for note in seen.notes)
    assert len(seen.thumbnails) == 24 and seen.thumbnails.min() < seen.thumbnails.max()


def test_a_line_that_is_no_molecule_is_left_out_by_its_number_and_the_rest_is_taken(tmp_path: Path) -> None:
    own = open_molecules(written(tmp_path, "C(", *SMILES, "CC.O", "C" * 1001, "C" * 70))
    assert len(own) == len(SMILES)
    assert [(one.name, one.reason) for one in own.left_out.shown] == [
        ("line 1", "is no SMILES that makes chemical sense"),
        (f"line {len(SMILES) + 2}", "is several molecules, such as a salt; bring one of them"),
        (f"line {len(SMILES) + 3}", "has 1,001 letters, and a SMILES at most 1,000 here"),
        (f"line {len(SMILES) + 4}", "has 70 symbols of SELFIES, and a molecule at most 63 here"),
    ]


@pytest.mark.parametrize(
    ("name", "lines", "why"),
    [
        ("mine.smi", [], "is empty"),
        ("mine.smi", ["CCO"], "at least"),
        ("mine.csv", ["id,text", "1,CCO"], "no column with the heading smiles"),
        ("mine.pdf", ["CCO"], "holds no molecules"),
    ],
)
def test_a_file_that_holds_none_or_too_few_says_so(tmp_path: Path, name: str, lines: list[str], why: str) -> None:
    with pytest.raises(InputError, match=why):
        open_molecules(written(tmp_path, *lines, name=name))


def test_a_smi_and_a_table_of_smiles_are_claimed_and_nothing_else(tmp_path: Path) -> None:
    assert claims(written(tmp_path, "CCO")) and claims(written(tmp_path, "smiles;x", "CCO;1", name="a.csv"))
    assert not claims(written(tmp_path, "x,y", "1,2", name="b.csv"))
    text = written(tmp_path, "CCO", name="c.txt")
    assert not claims(text) and may_hold(text)


def test_one_molecule_becomes_what_a_model_takes() -> None:
    one = read_molecule(b"OCC some name\n", ITEM)
    assert selfies_of(one.thing[None], ITEM) == ["[C][C][O]"] and not one.note
    assert "hands" in read_molecule(b"C[C@H](N)C(=O)O", ITEM).note


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"  ", "is empty"),
        (b"C\0", "no text"),
        (b"CCO\nCCN", "2 molecules"),
        (b"C(", "no SMILES"),
        (b"C" * 40, "40 symbols, and the model's molecules at most 30"),
        (b"C[Se]C", "is not among the model's symbols"),
    ],
)
def test_what_a_model_cannot_take_is_told(data: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_molecule(data, ITEM)
