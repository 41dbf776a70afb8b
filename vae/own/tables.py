"""Rows of text in a table: what stands between their cells, which are numbers, and where a label may be."""

import numpy as np

LABELS = ("label", "class", "target", "category", "labels", "y")
"""Headings under which a table has the labels; the first of these that is there counts."""

MOST_LINE = 4 << 20
"""Bytes of a row: 256 x 256 pixels of three colours with twenty letters each."""

NUMBERS = ("", "id", "index", "unnamed: 0", "file_name", "filename")
"""Headings of columns that are neither pixels nor labels."""

LABEL_COLUMNS = ("first", "last", "none")

SAMPLE = 200
"""Rows, at most, that tell where the labels are and whether white is 1 or 255."""


def separator_of(line: bytes) -> str:
    """Return what stands between the cells of a row: a comma, a semicolon, a tab, or " " for any white space."""
    counts = {comma: line.count(comma.encode()) for comma in (",", ";", "\t")}
    best = max(counts, key=lambda comma: counts[comma])
    return best if counts[best] else " "


def cells_of(line: bytes, comma: str) -> list[str]:
    """Return the cells of a row, without the white space and the quotation marks about them."""
    text = line.decode("utf-8-sig", "replace").strip("\r\n")
    cells = text.split() if comma == " " else text.split(comma)
    return [cell.strip().strip('"') for cell in cells]


def headings_of(cells: list[str]) -> list[str]:
    """Return the first row in lower case where it is a heading, that is, where most of it is no numbers; else []."""
    texts = sum(not is_number(cell) for cell in cells)
    named = any(cell.casefold() in LABELS for cell in cells)
    return [cell.casefold() for cell in cells] if named or texts > max(1, len(cells) // 2) else []


def looks_like_labels(rows: list[list[str]], at: int) -> int:
    """Say how much a column is like labels: 2 for words or several whole numbers, 0 for what never changes."""
    values = [row[at] for row in rows if at < len(row)]
    different = set(values)
    if len(different) < 2:
        return 0
    numbers = [float(value) for value in different if is_number(value)]
    if len(numbers) < len(different):
        return 2
    whole = all(value == int(value) for value in numbers if np.isfinite(value))
    return 2 if whole and len(different) <= max(2, len(values) // 2) else 1


def few_values(rows: list[list[str]], at: int) -> int:
    """Return how many values a column has where they are whole and few beside those of the others; otherwise 0."""
    sample = [row for row in rows if len(row) == len(rows[0])]
    if len(sample) < 10 or looks_like_labels(sample, at) < 2:
        return 0
    others = np.median([len({row[column] for row in sample}) for column in range(1, len(sample[0]) - 1)])
    few = len({row[at] for row in sample})
    return few if 2 * few <= others else 0


def is_number(cell: str) -> bool:
    """Say whether a cell is a number, which NaN and infinity are too."""
    try:
        float(cell)
    except ValueError:
        return False
    return True
