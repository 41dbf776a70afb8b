"""Read `molecules`: some thousand of the National Cancer Institute's, which RDKit carries in its wheel."""

from importlib.util import find_spec
from pathlib import Path

from vae.datasets.molecules.spelt import spelling, spelt_out
from vae.datasets.published import Arrays
from vae.errors import InputError

FILE = "Data/NCI/first_5K.smi"

SYMBOLS = (
    "[C]", "[=C]", "[#C]", "[N]", "[=N]", "[#N]", "[NH1]", "[N+1]", "[=N+1]", "[O]", "[=O]", "[O-1]", "[S]", "[=S]",
    "[P]", "[F]", "[Cl]", "[Br]", "[I]", "[Branch1]", "[=Branch1]", "[#Branch1]", "[Branch2]", "[=Branch2]",
    "[#Branch2]", "[Ring1]", "[=Ring1]", "[Ring2]",
)  # fmt: skip
"""Those that fifty or more of the molecules have."""

ITEM = spelling(31, SYMBOLS)
"""Molecules of at most 30 symbols: three quarters of them."""

TESTS = 500


def read_nci(_folder: Path) -> Arrays:
    """Read those of one part, of these symbols and at most 30; 500 of them, drawn with seed 0, are for testing."""
    found = find_spec("rdkit")
    path = Path(found.origin or "").parent / FILE if found else None
    if path is None or not path.is_file():
        raise InputError("RDKit is not here, which carries these molecules; install it: pip install rdkit.")
    lines = path.read_text(encoding="utf-8").splitlines()
    return spelt_out([line.split()[0] for line in lines if line.strip()], ITEM, TESTS)
