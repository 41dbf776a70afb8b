"""A person's own series in a file: a table with a series a row, or arrays; found, read whole and checked.

    .csv .tsv .txt  a row of values each, with or without a heading or a label
    .npz            series and labels, or x_train, y_train, x_test, y_test
    .npy            series without labels

Arrays are [N, T] or, of several channels, [N, T, C].
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vae.errors import InputError
from vae.kinds.series import FEWEST_SAMPLES, MOST_CHANNELS, MOST_SAMPLES
from vae.own.archives import open_zip
from vae.own.collection import MOST_FILES, Collected, class_name, printable
from vae.own.making import FEWEST, TABLES, Making, column_of, too_few
from vae.own.stored import IMAGES, PARTS, Files, Stored, StoredArrays
from vae.own.tables import (
    LABEL_COLUMNS,
    LABELS,
    MOST_LINE,
    NUMBERS,
    cells_of,
    few_values,
    headings_of,
    is_number,
    separator_of,
)

SERIES = ("series", "time_series", "signals", "curves")
"""Names of arrays that are series, whatever else their shape could be."""

TIMES = re.compile(r"t[ _]?\d+")
"""Headings of columns that are the samples of a series: t0, t1 and so on."""

MOST_BYTES = 256 << 20
"""Of a file: it is read whole."""

SAMPLE = 200
"""Rows that tell where the labels are."""


class OwnSeries(Collected):
    """Series of one file, float32 [N, T, C], with their labels."""

    noun = nouns = "series"
    things: np.ndarray

    def name_of(self, number: int) -> str:
        """Name a series as its owner knows it."""
        raise NotImplementedError

    def check(self) -> None:
        """Raise `InputError` where they are no set that can be learnt from."""
        n, length, channels = self.things.shape
        if length < FEWEST_SAMPLES:
            raise InputError(
                f"A series has at least {FEWEST_SAMPLES} samples; these have {length} each. Each row is one series: "
                "cut a long one into pieces of one length, a row each."
            )
        if length > MOST_SAMPLES or channels > MOST_CHANNELS:
            raise InputError(
                f"A series has at most {MOST_SAMPLES:,} samples and {MOST_CHANNELS} channels; these have {length:,} "
                f"and {channels}. Cut them, or keep every second sample."
            )
        if n < FEWEST:
            raise too_few(self, n)
        if not (finite := np.isfinite(self.things)).all():
            number, sample = (int(at[0]) for at in np.nonzero(~finite)[:2])
            raise InputError(
                f"{self.name_of(number).capitalize()} holds NaN, infinity or no number at sample {sample + 1}; what is "
                "missing is not guessed here: fill it, or leave that series out."
            )
        if not np.ptp(self.things, axis=1).any():
            raise InputError(
                "All series are constant from their first sample to their last; there is nothing to learn."
            )


class SeriesTable(OwnSeries):
    """A table with a series a row. label: which column has the labels, of LABEL_COLUMNS."""

    kind = "csv"

    def __init__(self, path: Path, label: str = "") -> None:
        super().__init__()
        self._name = path.name
        lines = list(_lines(path))
        if not lines:
            raise InputError(f"{path.name} is empty; a row of values for each series is expected.")
        comma = separator_of(lines[0][1])
        cells = [cells_of(line, comma) for _, line in lines[: SAMPLE + 1]]
        headings = headings_of(cells[0])
        lines, cells = (lines[1:], cells[1:]) if headings else (lines, cells)
        if not lines:
            raise InputError(f"{path.name} holds a heading and no row of values.")
        skipped = {at for at, heading in enumerate(headings) if heading in NUMBERS}
        at = self._label_column(headings, cells, skipped, label)
        without = skipped if at is None else skipped | {at}
        self._rows = [number for number, _ in lines]
        self.things = np.empty((len(lines), len(cells[0]) - len(without), 1), np.float32)
        for series, (number, line) in zip(self.things, lines, strict=True):
            row = cells_of(line, comma)
            if len(row) != len(cells[0]):
                raise InputError(
                    f"{self._name}: row {number} has {len(row):,} values where row {self._rows[0]} has "
                    f"{len(cells[0]):,}; the series of a set are of one length: cut them, or fill them up."
                )
            self.labels.append(None if at is None else _label(row[at]))
            with np.errstate(over="ignore"):  # what float32 does not hold becomes infinity, and is told
                series[:, 0] = self._values(number, row, without)
        self.parts = [None] * len(lines)
        self.settle()

    def _label_column(self, headings: list[str], rows: list[list[str]], skipped: set[int], said: str) -> int | None:
        ends = [at for at in range(len(rows[0])) if at not in skipped] or [0]
        first, last = ends[0], ends[-1]
        if said:
            return {"first": first, "last": last}.get(said)
        named = next((headings.index(name) for name in LABELS if name in headings), None)
        if named is not None:
            return named
        full = [row for row in rows if len(row) == len(rows[0])]
        for at, end in ((first, "first"), (last, "last")):
            if not all(is_number(row[at]) or not row[at] for row in full):
                return at
            if not headings and (few := few_values(full, at)):
                self.choices["label"] = ("", *LABEL_COLUMNS)
                self.notes.append(
                    f"The {end} column has only {few} values and is taken for the label; choose no column where it "
                    "is a sample."
                )
                return at
        return None

    def _values(self, number: int, row: list[str], without: set[int]) -> list[float]:
        """Return a row's values; an empty cell is NaN."""
        cells = [cell for at, cell in enumerate(row) if at not in without]
        try:
            return [float(cell) if cell else np.nan for cell in cells]
        except ValueError:
            at = next(at for at, cell in enumerate(row) if at not in without and cell and not is_number(cell))
            raise InputError(
                f"{self._name}: row {number}, column {at + 1} holds {printable(row[at])[:30]!r} and no number; a row "
                "is the values of one series, with its label first or last."
            ) from None

    def name_of(self, number: int) -> str:
        return f"row {self._rows[number]}"


class SeriesArrays(OwnSeries, StoredArrays):
    """Series in a .npz, or in a .npy without labels."""

    named = (*SERIES, *IMAGES)

    def _archive(self) -> zipfile.ZipFile | Files:
        return super()._archive() if zipfile.is_zipfile(self._path) else Files({"series.npy": self._path})

    def _look(self) -> None:
        super()._look()
        with np.errstate(over="ignore"):  # as in a table
            pieces = [self._whole(things).astype(np.float32) for _, things, _ in self._pieces]
        things = np.concatenate(pieces)
        self.things = things[..., None] if things.ndim == 2 else things
        if things.ndim == 3 and things.shape[1] <= MOST_CHANNELS < things.shape[2]:
            self.things = things.swapaxes(1, 2)
            self.notes.append(f"Taken as {things.shape[1]} channels of {things.shape[2]:,} samples each.")
        self.close()

    def _check_array(self, things: Stored) -> None:
        if len(things.shape) not in (2, 3):
            raise InputError(
                f"Series are [N, samples] or [N, samples, channels]; {self._path.name} holds {list(things.shape)}. "
                "Reshape them."
            )
        if things.shape[1:] != self._pieces[0][1].shape[1:]:
            raise InputError(f"{self._path.name} holds arrays of series of different shapes; make them equal.")
        n = sum(stored.shape[0] for _, stored, _ in self._pieces)
        if n > MOST_FILES or sum(stored.size for _, stored, _ in self._pieces) > MOST_BYTES:
            raise _too_large(self._path.name)

    def name_of(self, number: int) -> str:
        return f"series {number}"


def open_series(path: Path, making: Making) -> OwnSeries:
    """Read and check the series in a file; `InputError` where it holds none."""
    suffix = path.name.lower().rpartition(".")[2]
    try:
        if path.is_file() and path.stat().st_size > 0:
            if f".{suffix}" in TABLES:
                return _checked(SeriesTable(path, column_of(making)))
            if suffix in ("npy", "npz"):
                return _checked(SeriesArrays(path))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}); choose another, or mend it.") from None
    raise InputError(
        f"{path.name[:80]} is no file of series; choose a .csv, .tsv or .txt with a series a row, a .npz (series, "
        "labels) or a .npy."
    )


def _checked(own: OwnSeries) -> OwnSeries:
    own.check()
    return own


def claims(path: Path) -> bool:
    """Say whether the names in a file say beyond doubt that it holds series."""
    if path.suffix.lower() in TABLES:
        with path.open("rb") as file:
            line = file.readline(MOST_LINE)
        headings = headings_of(cells_of(line, separator_of(line)))
        samples = [heading for heading in headings if heading not in (*LABELS, *NUMBERS)]
        return len(samples) >= FEWEST_SAMPLES and all(TIMES.fullmatch(heading) for heading in samples)
    if path.suffix.lower() == ".npz" and zipfile.is_zipfile(path):
        with open_zip(path) as archive:
            names = {name.lower().removesuffix(".npy") for name in archive.namelist()}
        parts = {f"{name}_{part}" for name in SERIES for part in PARTS} | {
            f"{p}_{name}" for name in SERIES for p in PARTS
        }
        return not names.isdisjoint(parts | set(SERIES))
    return False


def may_hold(path: Path) -> bool:
    """Say whether a file can hold series."""
    return path.suffix.lower() in (*TABLES, ".npy", ".npz")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Return each row that is not blank, and its number from 1."""
    if path.stat().st_size > MOST_BYTES:
        raise _too_large(path.name)
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if b"\0" in line:
            raise InputError(f"{path.name} is no table of series: row {number} is no text.")
        if line.strip():
            yield number, line


def _label(cell: str) -> str | None:
    """Return a label as a class's name; numbers as "1", however they are written."""
    return class_name(f"{float(cell):.15g}" if is_number(cell) else cell)


def _too_large(name: str) -> InputError:
    return InputError(
        f"{name} holds more than {MOST_BYTES >> 20} MB or {MOST_FILES:,} series; bring fewer, or shorter ones."
    )
