"""A person's own molecules in a file: SMILES, one a line or in a column of that name, read whole and checked.

A line that cannot be taken is left out by its number, and the rest is taken.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vae.errors import InputError
from vae.kinds.molecules.chemistry import molecule_of, symbols_of_smiles
from vae.kinds.text import MOST_PLACES, MOST_SYMBOLS
from vae.own.collection import MOST_FILES
from vae.own.making import FEWEST, too_few
from vae.own.spelt import Spelt
from vae.own.tables import cells_of, separator_of

SUFFIXES = (".smi", ".smiles")
TABLES = (".csv", ".tsv")
HEADING = "smiles"

MOST_BYTES = 64 << 20
"""Of a file: it is read whole."""

MOST_LETTERS = 1000
"""Of one SMILES."""


@dataclass(frozen=True)
class Line:
    """The symbols of a molecule, and the number of its line from 1."""

    number: int
    symbols: list[str]


class OwnMolecules(Spelt):
    """Molecules of one file, in the order in which they come, each once; symbols: theirs, as people sort them."""

    kind, things_are = "smi", "molecules"
    noun, nouns = "molecule", "molecules"

    def __init__(self, path: Path) -> None:
        super().__init__()
        lines = list(self._read(path))
        counts = Counter(symbol for line in lines for symbol in set(line.symbols))
        self.symbols = sorted(symbol for symbol, _ in counts.most_common(MOST_SYMBOLS - 1))
        self.rows = [line.symbols for line in lines if self._is_spelt(line)]
        self.labels, self.parts = [None] * len(self.rows), [None] * len(self.rows)
        if len(self.rows) < FEWEST:
            raise too_few(self, len(self.rows))
        if len(self.symbols) < 2:
            raise InputError(f"{path.name} holds molecules of a single symbol; there is nothing to learn.")

    def _read(self, path: Path) -> Iterator[Line]:
        """Return the molecules of a file, each once: one in both parts would be no test."""
        seen: set[str] = set()
        again = 0
        for number, smiles in smiles_in(path):
            try:
                if len(smiles) > MOST_LETTERS:
                    raise InputError(f"has {len(smiles):,} letters, and a SMILES at most {MOST_LETTERS:,} here")
                molecule = molecule_of(smiles)
                if molecule.smiles in seen:
                    again += 1
                    continue
                seen.add(molecule.smiles)
                symbols = symbols_of_smiles(molecule.smiles)
                if len(symbols) >= MOST_PLACES:
                    most = MOST_PLACES - 1
                    raise InputError(f"has {len(symbols):,} symbols of SELFIES, and a molecule at most {most} here")
            except InputError as error:
                self.left_out.add(f"line {number}", str(error))
                continue
            yield Line(number, symbols)
        if again:
            lines_repeat = "line repeats" if again == 1 else "lines repeat"
            self.notes.append(f"{again:,} {lines_repeat} another: each molecule is taken once.")

    def _is_spelt(self, line: Line) -> bool:
        strange = next((symbol for symbol in line.symbols if symbol not in self.symbols), None)
        if strange is not None:
            self.left_out.add(
                f"line {line.number}", f"holds {strange}, which is not among the {MOST_SYMBOLS - 1} commonest symbols"
            )
        return strange is None


def open_molecules(path: Path) -> OwnMolecules:
    """Read and check the molecules in a file; `InputError` where it holds none, or too few."""
    try:
        if path.is_file() and path.suffix.lower() in (*SUFFIXES, *TABLES, ".txt"):
            if path.stat().st_size == 0:
                raise InputError(f"{path.name} is empty; SMILES are expected, one a line.")
            return OwnMolecules(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}); choose another, or mend it.") from None
    raise InputError(f"{path.name[:80]} holds no molecules; choose a .smi with a SMILES a line, or a .csv of them.")


def smiles_in(path: Path) -> Iterator[tuple[int, str]]:
    """Return the number of each line that is not blank, and its SMILES: its first word, or its cell of a table."""
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path.name} holds more than {MOST_BYTES >> 20} MB; bring fewer molecules.")
    data = path.read_bytes()
    if b"\0" in data:
        raise InputError(f"{path.name} is no text; choose a .smi with a SMILES a line.")
    lines = data.removeprefix(b"\xef\xbb\xbf").splitlines()
    if len(lines) > MOST_FILES:
        raise InputError(f"{path.name} holds more than {MOST_FILES:,} lines; bring fewer molecules.")
    heading = cells_of(lines[0], comma := separator_of(lines[0])) if lines else []
    column = column_in(heading)
    if column is None and path.suffix.lower() in TABLES:
        raise InputError(f"{path.name} has no column with the heading {HEADING}; name that of the molecules so.")
    for number, line in enumerate(lines, 1):
        if number == 1 and column is not None:
            continue
        cells = line.decode(errors="replace").split() if column is None else cells_of(line, comma)
        if any(cells):
            yield number, cells[column or 0] if len(cells) > (column or 0) else ""


def column_in(heading: list[str]) -> int | None:
    """Return which column has the SMILES by its heading; None where none has."""
    return next((at for at, cell in enumerate(heading) if cell.casefold() == HEADING), None)


def claims(path: Path) -> bool:
    """Say whether a file can be nothing but molecules: a .smi, or a table with a column of SMILES."""
    if path.suffix.lower() in SUFFIXES:
        return True
    if path.suffix.lower() not in TABLES:
        return False
    with path.open("rb") as file:
        first = file.readline(1 << 16)
    return column_in(cells_of(first, separator_of(first))) is not None


def may_hold(path: Path) -> bool:
    """Say whether a file can hold molecules."""
    return path.suffix.lower() in (*SUFFIXES, ".txt") or claims(path)
