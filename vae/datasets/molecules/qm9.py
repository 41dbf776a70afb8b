"""Read `qm9`: all molecules of up to nine atoms of carbon, nitrogen, oxygen and fluorine that chemists' rules allow."""

import gzip
from pathlib import Path

from vae.datasets.downloads import reading
from vae.datasets.molecules.spelt import spelling, spelt_out
from vae.datasets.published import Arrays, needed
from vae.errors import InputError

FILE = "qm9_smiles.txt"

SYMBOLS = (
    "[C]", "[=C]", "[#C]", "[C-1]", "[CH1-1]", "[N]", "[=N]", "[#N]", "[NH1]", "[N+1]", "[=N+1]", "[NH1+1]",
    "[=NH1+1]", "[NH2+1]", "[=NH2+1]", "[NH3+1]", "[N-1]", "[O]", "[=O]", "[O-1]", "[F]", "[Branch1]", "[=Branch1]",
    "[#Branch1]", "[Branch2]", "[=Branch2]", "[#Branch2]", "[Ring1]", "[=Ring1]", "[Ring2]",
)  # fmt: skip

ITEM = spelling(22, SYMBOLS)
"""All of them: none has more than 21 symbols."""

TESTS = 10_000


def read_qm9(folder: Path) -> Arrays:
    """Read them, each once; 10,000 of them, drawn with seed 0, are for testing."""
    path = needed(folder, FILE)
    with reading(path):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = data.decode("ascii").split()
    if len(lines) <= 2 * TESTS:
        raise InputError(f"{path} holds {len(lines):,} lines, and not some 130,000 molecules; fetch it again.")
    return spelt_out(lines, ITEM, TESTS)
