"""A person's own words in a file: a text with a word a line, read whole and checked.

A line that cannot be taken is left out by its number, and the rest is taken.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vae.errors import InputError
from vae.kinds.text import MOST_PLACES, MOST_SYMBOLS
from vae.own.collection import MOST_FILES, printable
from vae.own.making import FEWEST, too_few
from vae.own.spelt import Spelt
from vae.own.tables import is_number

SUFFIX = ".txt"

MOST_BYTES = 64 << 20
"""Of a file: it is read whole."""

SAMPLE = 200
"""Lines that tell whether they are words."""

SEPARATORS = ",;\t"
"""What stands between the cells of a table, and seldom in a word."""


@dataclass(frozen=True)
class Line:
    """A word, and the number of its line from 1."""

    number: int
    word: str


class OwnText(Spelt):
    """Words of one file, in the order in which they come, each once; symbols: their alphabet, as people sort it."""

    symbols: str

    kind, things_are = "txt", "text"
    noun, nouns = "word", "words"

    def __init__(self, path: Path) -> None:
        super().__init__()
        lines = list(self._unlike(self._short(_lines(path, self.left_out.add))))
        self.symbols = _alphabet(lines)
        self.rows = [line.word for line in lines if self._is_spelt(line)]
        self.labels, self.parts = [None] * len(self.rows), [None] * len(self.rows)
        if len(self.rows) < FEWEST:
            raise too_few(self, len(self.rows))
        if len(self.symbols) < 2:
            raise InputError(f"{path.name} holds words of a single symbol; there is nothing to learn.")

    def _short(self, lines: Iterator[Line]) -> Iterator[Line]:
        for line in lines:
            if len(line.word) < MOST_PLACES:
                yield line
            else:
                self.left_out.add(
                    f"line {line.number}", f"has {len(line.word):,} letters, and a word at most {MOST_PLACES - 1}"
                )

    def _unlike(self, lines: Iterator[Line]) -> Iterator[Line]:
        """Leave out what has come before: a word in both parts would be no test."""
        seen: set[str] = set()
        again = 0
        for line in lines:
            if line.word in seen:
                again += 1
                continue
            seen.add(line.word)
            yield line
        if again:
            lines_repeat = "line repeats" if again == 1 else "lines repeat"
            self.notes.append(f"{again:,} {lines_repeat} another: each word is taken once.")

    def _is_spelt(self, line: Line) -> bool:
        strange = next((letter for letter in line.word if letter not in self.symbols), None)
        if strange is not None:
            self.left_out.add(
                f"line {line.number}",
                f"holds {printable(strange)!r}, which is not among the {MOST_SYMBOLS - 1} commonest symbols",
            )
        return strange is None


def _alphabet(lines: list[Line]) -> str:
    counts = Counter(letter for line in lines for letter in line.word)
    return "".join(sorted(letter for letter, _ in counts.most_common(MOST_SYMBOLS - 1)))


def open_text(path: Path) -> OwnText:
    """Read and check the words in a file; `InputError` where it holds none, or too few."""
    try:
        if path.is_file() and path.name.lower().endswith(SUFFIX):
            if path.stat().st_size == 0:
                raise InputError(f"{path.name} is empty; a text with a word a line is expected.")
            return OwnText(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}); choose another, or mend it.") from None
    raise InputError(f"{path.name[:80]} is no text of words; choose a .txt with a word a line.")


def _lines(path: Path, left_out: Callable[[str, str], None]) -> Iterator[Line]:
    """Return the word of each line that is not blank."""
    if path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path.name} holds more than {MOST_BYTES >> 20} MB; bring fewer words.")
    data = path.read_bytes()
    if b"\0" in data:
        raise InputError(f"{path.name} is no text; choose a .txt with a word a line, in UTF-8.")
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if number > MOST_FILES:
            raise InputError(f"{path.name} holds more than {MOST_FILES:,} lines; bring fewer words.")
        try:
            word = line.decode().strip()
        except UnicodeDecodeError:
            left_out(f"line {number}", "is no text in UTF-8")
            continue
        if not word.isprintable():
            left_out(f"line {number}", "holds a sign that cannot be shown")
        elif word:
            yield Line(number, word)


def claims(path: Path) -> bool:
    """Say whether a file can be nothing but words: a .txt whose lines are neither numbers nor rows of a table."""
    if path.suffix.lower() != SUFFIX:
        return False
    with path.open("rb") as file:
        lines = [line for _, line in zip(range(SAMPLE), file, strict=False)]
    words = [line.decode(errors="replace").strip() for line in lines]
    words = [word for word in words if word]
    tables = sum(is_number(word) or any(sign in word for sign in SEPARATORS) for word in words)
    return bool(words) and b"\0" not in b"".join(lines) and tables < len(words) / 2


def may_hold(path: Path) -> bool:
    """Say whether a file can hold words."""
    return path.suffix.lower() == SUFFIX
