"""Pictures in a CSV file: a row of pixels each, with or without a heading, with or without a label."""

import math
import warnings
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from vae.errors import InputError
from vae.own.collection import MOST_FILES, class_name, printable
from vae.own.images.gathered import Frame, Gathered
from vae.own.images.rows import frame_of, levels_of, oblong_of, shape_of_row
from vae.own.making import VALUES, as_kind
from vae.own.tables import (
    LABEL_COLUMNS,
    LABELS,
    MOST_LINE,
    NUMBERS,
    SAMPLE,
    cells_of,
    few_values,
    headings_of,
    is_number,
    looks_like_labels,
    separator_of,
)


class PixelTable(Gathered):
    """A table of pixels.

    asked: [H, W] of its pictures where they are not square; values: how numbers become grey, of VALUES; label: which
    column has the labels, of LABEL_COLUMNS.
    """

    kind = "csv"

    def __init__(self, path: Path, asked: tuple[int, int] | None = None, values: str = "", label: str = "") -> None:
        super().__init__()
        self._path, self._asked, self._values, self._label_said = path, asked, values, label
        self._file = path.open("rb")
        self._starts, self._rows = array("q"), array("q")
        try:
            self._look()
        except BaseException:
            self.close()
            raise

    def _look(self) -> None:
        sample = self._sample()
        if not sample:
            raise InputError(f"{self._path.name} is empty; a row of pixels for each picture is expected.")
        self._comma = separator_of(sample[0][2])
        cells = [self._cells(line) for _, _, line in sample]
        headings = headings_of(cells[0])
        self._first = sample[0][0] + bool(headings)
        rows = cells[1:] if headings else cells
        self._label, self._skipped = self._columns(headings, rows, len(cells[0]))
        self._width = len(cells[0])
        pixels = self._width - len(self._skipped) - (self._label is not None)
        shape = shape_of_row(pixels, self._asked)
        if shape is None and self._label_said and (shape := oblong_of(pixels)):
            self.notes.append(
                f"{pixels:,} pixels make no square: taken as {shape[0]} x {shape[1]} (rows x columns); say the height "
                "and the width where they are others."
            )
        if shape is None:
            raise InputError(_no_picture(self._path.name, pixels))
        self.image_shape = shape
        self._ask(headings, rows)
        self._scan()
        if not self.labels:
            raise InputError(f"{self._path.name} holds no row of pixels.{self._told()}")
        self.settle()
        numbers = (self._pixels(row) for row in rows if len(row) == self._width)
        known = [values for values in numbers if not isinstance(values, str)]
        self._levels = levels_of(known, np.dtype(np.float32), self._values)
        if self._levels.note and self._values in ("", "found"):  # of a few rows more is not known: all are looked at
            every = (values for values in map(self._values_of, range(len(self))) if not isinstance(values, str))
            self._levels = levels_of(every, np.dtype(np.float32), self._values)
        self.notes += [self._levels.note] if self._levels.note else []
        if self._levels.note or self._values:
            self.choices["values"] = ("", *(one for one in VALUES if one != "type"))

    def _sample(self) -> list[tuple[int, int, bytes]]:
        sample: list[tuple[int, int, bytes]] = []
        for row in self._lines():
            sample.append(row)
            if len(sample) > SAMPLE or row[1] > MOST_LINE:
                break
        return sample

    def _ask(self, headings: list[str], rows: list[list[str]]) -> None:
        """Say what was taken for the label where nothing in the file says it, and leave it to be chosen."""
        if self._skipped or (self._label is not None and any(name in LABELS for name in headings)):
            return
        shown = f"{self.image_shape[0]} x {self.image_shape[1]}"
        self.choices["label"] = ("", *LABEL_COLUMNS)
        if self._label_said:
            return
        if self._label is not None:
            end = "first" if self._label == 0 else "last"
            self.notes.append(f"{self._width:,} columns are {shown} and a label: the {end} is taken for it.")
            return
        for at, end in ((0, "first"), (self._width - 1, "last")):
            if few := few_values(rows, at):
                self.notes.append(
                    f"{self._width:,} columns are {shown} without a label, and so they are taken; the {end} has only "
                    f"{few} values: is it the label? Then choose so."
                )

    def _columns(self, headings: list[str], rows: list[list[str]], width: int) -> tuple[int | None, frozenset[int]]:
        """Return the column of the labels, if any, and those that are passed over."""
        skipped = frozenset(at for at, heading in enumerate(headings) if heading in NUMBERS)
        if self._label_said:
            ends = [at for at in range(width) if at not in skipped] or [0]
            return {"first": ends[0], "last": ends[-1]}.get(self._label_said), skipped
        label = next((headings.index(name) for name in LABELS if name in headings), None)
        if label is None and shape_of_row(width - len(skipped), self._asked) is None:
            if shape_of_row(width - len(skipped) - 1, self._asked):
                ends = [at for at in (0, width - 1) if at not in skipped]
                label = max(ends, key=lambda at: (looks_like_labels(rows, at), -at)) if ends else None
            elif not skipped:
                return None, skipped
        return label, skipped

    def _scan(self) -> None:
        """Find where each row begins and what its label is; rows of another length are left out by their number."""
        for number, start, line in self._lines():
            if number < self._first:
                continue
            cells = len(line.split()) if self._comma == " " else line.count(self._comma.encode()) + 1
            if cells != self._width:
                self.left_out.add(f"row {number}", f"{cells:,} values where {self._width:,} are expected.")
                continue
            if len(self._starts) == MOST_FILES:
                raise InputError(f"{self._path.name} holds more than {MOST_FILES:,} rows; bring fewer.")
            self._starts.append(start)
            self._rows.append(number)
            self.labels.append(self._label_in(line))
        self.parts = [None] * len(self.labels)

    def _lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Return each row that is not blank: its number from 1, where it begins, its bytes."""
        self._file.seek(0)
        number = 0
        while True:
            start = self._file.tell()
            line = self._file.readline(MOST_LINE + 1)
            if not line:
                return
            number += 1
            if len(line) > MOST_LINE or b"\0" in line:
                what = "longer than 4 MB" if len(line) > MOST_LINE else "no text"
                raise InputError(f"{self._path.name} is no table of pixels: row {number} is {what}.")
            if line.strip():
                yield number, start, line

    def _cells(self, line: bytes) -> list[str]:
        return cells_of(line, self._comma)

    def _label_in(self, line: bytes) -> str | None:
        if self._label is None:
            return None
        if self._label == 0 and self._comma != " ":  # as nearly all have it, and most of a row need not be taken apart
            return class_name(self._cells(line.split(self._comma.encode(), 1)[0])[0])
        return class_name(self._cells(line)[self._label])

    def _quickly(self, line: bytes) -> np.ndarray | None:
        """Return a row's pixels where the label, if any, comes first and all the rest are plain numbers."""
        if self._skipped or self._label not in (None, 0) or self._comma == " ":
            return None
        numbers = line if self._label is None else line.split(self._comma.encode(), 1)[1]
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what is no number
            try:
                values = np.fromstring(numbers.decode("ascii"), np.float32, sep=self._comma)
            except (ValueError, DeprecationWarning):
                return None
        return values if len(values) == math.prod(self.image_shape) else None

    def _pixels(self, cells: list[str]) -> np.ndarray | str:
        """Return a row's pixels, or name the column that holds no number."""
        try:
            return np.array(
                [float(cell) for at, cell in enumerate(cells) if at != self._label and at not in self._skipped],
                np.float32,
            )
        except ValueError:
            for at, cell in enumerate(cells):
                if at != self._label and at not in self._skipped and not is_number(cell):
                    return f"Column {at + 1} holds {printable(cell)[:30]!r} and no number."
            raise

    def name_of(self, number: int) -> str:
        return f"row {self._rows[number]}"

    def read(self, numbers: Iterable[int]) -> Iterator[tuple[int, Frame | str]]:
        for number in numbers:
            values = self._values_of(number)
            if isinstance(values, str):
                yield number, values
            else:
                yield number, frame_of(values, self.image_shape, self._levels)

    def _values_of(self, number: int) -> np.ndarray | str:
        self._file.seek(self._starts[number])
        line = self._file.readline(MOST_LINE + 1)
        quick = self._quickly(line)
        return self._pixels(self._cells(line)) if quick is None else quick

    def _told(self) -> str:
        return f" {self.left_out.told()}" if self.left_out.count else ""

    def close(self) -> None:
        self._file.close()


def _no_picture(name: str, pixels: int) -> str:
    return (
        f"{name} has {pixels:,} values in a row, which make no square picture (784 are 28 x 28), grey or colour, with "
        "or without a label. Say the shape with --height and --width, or name the column of labels 'label'; where each "
        f"row is a series, {as_kind('series')}."
    )
