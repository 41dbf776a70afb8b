"""What people like, in a table of a person's own: a row for each like, or for each person; read whole and checked.

    user,item           who likes what, a row a like
    user,item,rating    how many stars each gives, 0 to 5; liked from four on
    (name),item,item,…  a row for each person, a column for each item: 1 where it is liked, or stars

What cannot be read is left out and told by its row; the rest is taken.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from vae.errors import InputError
from vae.kinds.tastes import FEWEST_ITEMS, MOST_ITEMS
from vae.own.collection import Collected, printable
from vae.own.making import FEWEST, TABLES, Making, too_few
from vae.own.tables import MOST_LINE, NUMBERS, cells_of, headings_of, is_number, separator_of

USERS = ("user", "userid", "user_id", "person", "visitor", "customer")
ITEMS = ("item", "itemid", "item_id", "movieid", "movie_id", "movie", "title", "film", "artist", "book", "product")
RATINGS = ("rating", "ratings", "stars", "score")
"""Headings of the columns of a row a like."""

MOST_STARS, LIKED = 5.0, 4.0
"""The end of the scale, and from where on it is a like: Liang et al. 2018, arXiv 1802.05814."""

MOST_BYTES = 256 << 20


class OwnTastes(Collected):
    """Tastes of one table: float32 [N, items, 1], with the titles of the items."""

    kind = "csv"
    noun, nouns = "taste", "tastes"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._name = path.name
        rows = list(rows_of(path))
        if not rows:
            raise InputError(f"{path.name} is empty; a row for each like, user and item, is expected.")
        headings = [cell.strip().casefold() for cell in rows[0][1]]
        user, item, rating = (column(headings, names) for names in (USERS, ITEMS, RATINGS))
        found = self._long(rows[1:], user, item, rating) if user is not None and item is not None else self._wide(rows)
        self.titles, self.things = self._tastes(found)
        self.labels = [None] * len(self.things)
        self.parts = [None] * len(self.things)

    def _long(
        self, rows: list[tuple[int, list[str]]], user: int, item: int, rating: int | None
    ) -> dict[str, dict[str, bool]]:
        found: dict[str, dict[str, bool]] = {}
        for number, row in rows:
            if len(row) <= max(user, item, rating or 0) or not row[user].strip() or not row[item].strip():
                self.left_out.add(f"row {number}", "it names no user or no item")
                continue
            liked = True if rating is None else self._is_liked(f"row {number}", row[rating])
            if liked is not None:
                found.setdefault(row[user].strip(), {})[printable(row[item].strip())] = liked
        return found

    def _wide(self, rows: list[tuple[int, list[str]]]) -> dict[str, dict[str, bool]]:
        heading = [cell.strip() for cell in rows[0][1]]
        if len(rows) < 2 or sum(map(is_number, heading)) > len(heading) // 2:
            raise InputError(
                f"{self._name} has no heading that says what its columns are; begin it with user,item or "
                "user,item,rating, or with the names of the items, a row for each person."
            )
        at = [i for i, cell in enumerate(heading) if cell.casefold() not in (*USERS, *NUMBERS)]
        stars = any(is_number(cell) and float(cell) > 1 for _, row in rows[1:] for cell in row[at[0] :] if at)
        found: dict[str, dict[str, bool]] = {}
        for number, row in rows[1:]:
            if len(row) != len(heading):
                self.left_out.add(f"row {number}", f"it has {len(row):,} cells where the heading has {len(heading):,}")
                continue
            likes = {}
            for i in at:
                cell = row[i].strip()
                liked = False if cell in ("", "0") else True if cell == "1" and not stars else None
                if liked is None:
                    liked = self._is_liked(f"row {number}, column {i + 1}", cell)
                likes[printable(heading[i])] = bool(liked)
            found[f"row {number}"] = likes
        return found

    def _is_liked(self, where: str, cell: str) -> bool | None:
        """Return whether a rating is a like; None where it is none, which is told."""
        stars = float(cell) if is_number(cell) else np.nan
        if not 0 <= stars <= MOST_STARS:
            said = printable(cell)[:20] or "nothing"
            self.left_out.add(where, f"its rating {said} is none from 0 to {MOST_STARS:g}")
            return None
        return stars >= LIKED

    def _tastes(self, found: dict[str, dict[str, bool]]) -> tuple[list[str], np.ndarray]:
        counts: dict[str, int] = {}
        for likes in found.values():
            for title, liked in likes.items():
                counts[title] = counts.get(title, 0) + liked
        kept = sorted((title for title in counts if counts[title]), key=lambda title: -counts[title])
        if len(kept) > MOST_ITEMS:
            self.notes.append(f"Of {len(kept):,} items the {MOST_ITEMS:,} that most like are taken.")
        titles = sorted(kept[:MOST_ITEMS], key=str.casefold)
        at = {title: number for number, title in enumerate(titles)}
        rows = []
        for user, likes in found.items():
            row = np.zeros((len(titles), 1), np.float32)
            row[[at[title] for title, liked in likes.items() if liked and title in at]] = 1
            if row.any():
                rows.append(row)
            else:
                self.left_out.add(printable(user), "likes none of the items")
        return titles, np.stack(rows) if rows else np.zeros((0, len(titles), 1), np.float32)

    def check(self) -> None:
        """Raise `InputError` where they are no set that can be learnt from."""
        if not len(self.things) and self.left_out.count:
            raise InputError(
                f"Nothing in {self._name} is liked ({self.left_out.told()}); ratings are 0 to {MOST_STARS:g}, and "
                f"{LIKED:g} and more is a like: bring them to that scale."
            )
        if len(self.titles) < FEWEST_ITEMS:
            raise InputError(
                f"A taste is of at least {FEWEST_ITEMS} items; {len(self.titles)} in {self._name} are liked by "
                "anybody. Bring more items."
            )
        if len(self.things) < FEWEST:
            raise too_few(self, len(self.things))


def column(headings: list[str], names: tuple[str, ...]) -> int | None:
    """Return the column that has one of these headings; None where none has."""
    return next((headings.index(name) for name in names if name in headings), None)


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Return the cells of each row that is not blank, quotation marks undone, and its number from 1."""
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path.name} has more than {MOST_BYTES >> 20} MB; bring fewer rows.")
    return rows_in(path.read_bytes(), path.name)


def rows_in(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Return the same of what a file called `name` holds; `InputError` where that is no text."""
    if b"\0" in data:
        raise InputError(f"{name} is no text; bring a .csv, .tsv or .txt.")
    text = data.decode("utf-8-sig", "replace")
    mark = separator_of(data.split(b"\n", 1)[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if mark == " " else mark)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise InputError(f"{name}: row {reader.line_num} cannot be read ({error}); mend it.") from None


def open_tastes(path: Path, _making: Making) -> OwnTastes:
    """Read and check the tastes in a file; `InputError` where it holds none."""
    try:
        if path.is_file() and may_hold(path) and path.stat().st_size > 0:
            own = OwnTastes(path)
            own.check()
            return own
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}); choose another, or mend it.") from None
    raise InputError(
        f"{path.name[:80]} is no table of tastes; choose a .csv, .tsv or .txt with the columns user and item, a row "
        "for each like."
    )


def claims(path: Path) -> bool:
    """Say whether the heading of a table says beyond doubt that it holds tastes."""
    if not may_hold(path):
        return False
    with path.open("rb") as file:
        line = file.readline(MOST_LINE)
    headings = headings_of(cells_of(line, separator_of(line)))
    return column(headings, USERS) is not None and column(headings, ITEMS) is not None


def may_hold(path: Path) -> bool:
    """Say whether a file can hold tastes."""
    return path.suffix.lower() in TABLES
