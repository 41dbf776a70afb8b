"""One person's likes, uploaded or pasted, become what a model takes: float32 [N, 1] of its items.

A title or a number a line, counted from 1; or a table with the column item, and rating where there are stars.
"""

from dataclasses import dataclass

import numpy as np

from vae.errors import InputError
from vae.kinds.kind import Item
from vae.own.collection import printable
from vae.own.tables import is_number
from vae.own.tastes.files import ITEMS, LIKED, MOST_STARS, RATINGS, USERS, column, rows_in

MOST_BYTES = 20 << 20


@dataclass(frozen=True)
class OneTaste:
    """A taste as a model takes it, float32 [N, 1], and what was left out, in sentences; empty where nothing was."""

    values: np.ndarray
    note: str


def read_taste(data: bytes, item: Item) -> OneTaste:
    """Read what one person likes into what a model of tastes `item` takes.

    What the model does not know is left out and told; `InputError` where nothing is left, or it is of several people.
    """
    if not data.strip():
        raise InputError("The list is empty; bring what is liked, a title or a number a line.")
    if len(data) > MOST_BYTES:
        raise InputError(f"A list has at most {MOST_BYTES >> 20} MB; one person's likes are enough.")
    rows = list(rows_in(data, "The list"))
    headings = [cell.strip().casefold() for cell in rows[0][1]]
    at, stars, user = (column(headings, names) for names in (ITEMS, RATINGS, USERS))
    if at is not None:
        rows = rows[1:]
    if user is not None and len({row[user] for _, row in rows if len(row) > user}) > 1:
        raise InputError("The list is of several people; bring the rows of one, or add it as a data set.")
    numbers, left_out = _numbers(rows, at, stars, _titles(item))
    if not numbers:
        raise InputError(f"Nothing in the list is liked that the model knows ({left_out[0]}); bring some of its items.")
    values = np.zeros(item.shape, np.float32)
    values[sorted(numbers)] = 1
    told = f"{left_out[0]}{f', and {len(left_out) - 1:,} more rows' if len(left_out) > 1 else ''}" if left_out else ""
    return OneTaste(values, f"Left out: {told}." if told else "")


def _titles(item: Item) -> dict[str, int]:
    """Return the number of each item by its title in small letters, with its year and without."""
    found: dict[str, int] = {}
    for number, title in enumerate(item.meaning.get("items", ())):
        found.setdefault(_plain(title), number)
        found.setdefault(_plain(title.rpartition(" (")[0]), number)
    for number in range(item.shape[0]):
        found.setdefault(str(number + 1), number)
    return {title: number for title, number in found.items() if title}


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())


def _numbers(
    rows: list[tuple[int, list[str]]], at: int | None, stars: int | None, titles: dict[str, int]
) -> tuple[set[int], list[str]]:
    """Return the items that are liked, and why each other row is left out."""
    found: set[int] = set()
    left_out = []
    for line, row in rows:
        said = row[at] if at is not None and at < len(row) else "" if at is not None else ",".join(row)
        number = titles.get(_plain(said), titles.get(_plain(row[0])) if at is None else None)
        if number is None:
            left_out.append(f"row {line}, {printable(said.strip())[:40]!r} is none of its items")
            continue
        cell = row[stars] if stars is not None and stars < len(row) else None
        rating = MOST_STARS if cell is None else float(cell) if is_number(cell) else np.nan
        if not 0 <= rating <= MOST_STARS:
            left_out.append(f"row {line}, the rating {printable(cell or '')[:20]} is none from 0 to {MOST_STARS:g}")
        elif rating >= LIKED:
            found.add(number)
        else:
            left_out.append(f"row {line}, {rating:g} stars are no like: {LIKED:g} are")
    return found, left_out if found or left_out else ["no row names one"]
