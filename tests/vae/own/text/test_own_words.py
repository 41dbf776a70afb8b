"""A person's own words: what is taken, what is left out and why, and one word for a model."""

from pathlib import Path

import numpy as np
import pytest

from vae.data import load
from vae.datasets.text.made import LETTERS
from vae.errors import InputError
from vae.kinds.words.spelling import read_words
from vae.own.making import Making
from vae.own.own_sets import add
from vae.own.readers import inspect
from vae.own.text.files import claims, open_text
from vae.own.text.one import read_word

WORDS = [f"{a}{b}{c}" for a in "bdgk" for b in ("a", "ü", "oo") for c in "nrst"]


def written(tmp_path: Path, *lines: str | bytes, name: str = "mine.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return path


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))


def test_words_become_a_set_in_their_own_alphabet_with_places_for_the_longest(tmp_path: Path) -> None:
    path = written(tmp_path, *WORDS, "", "  bald  ")
    for _ in add(path, "mine", Making()):
        pass
    data = load("mine")
    assert data.item.shape == (5, 1 + len(set("".join([*WORDS, "bald"])))) and data.item.kind == "text"
    read = [word for split in (data.train, data.test) for word in read_words(np.asarray(split.things), data.item)]
    assert sorted(read) == sorted([*WORDS, "bald"])


def test_a_look_says_what_is_in_it_and_draws_some(tmp_path: Path) -> None:
    seen = inspect(written(tmp_path, *WORDS, *WORDS[:2]))
    assert (seen.things, seen.images, seen.suggested.kind) == ("text", len(WORDS), "text")
    assert any("2 lines repeat another" in note for note in seen.notes)
    assert any("Their alphabet has" in note and "ü" in note for note in seen.notes)
    assert len(seen.thumbnails) == 24 and seen.thumbnails.dtype == np.uint8


def test_a_line_that_cannot_be_taken_is_left_out_by_its_number(tmp_path: Path) -> None:
    own = open_text(written(tmp_path, *WORDS, "x" * 64, b"\xff\xfe", "a\x07b"))
    assert len(own) == len(WORDS)
    assert [(one.name, one.reason) for one in own.left_out.shown] == [
        (f"line {len(WORDS) + 1}", "has 64 letters, and a word at most 63"),
        (f"line {len(WORDS) + 2}", "is no text in UTF-8"),
        (f"line {len(WORDS) + 3}", "holds a sign that cannot be shown"),
    ]


def test_of_too_many_symbols_the_commonest_stay(tmp_path: Path) -> None:
    rare = [chr(0x4E00 + number) for number in range(130)]
    own = open_text(written(tmp_path, *(f"{letter}a" for letter in rare), *(f"{letter}b" for letter in rare[:100])))
    assert len(own.symbols) == 127 and own.left_out.count == 130 - 125
    assert "is not among the 127 commonest symbols" in own.left_out.shown[0].reason


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([""], "mine.txt is empty"),
        (["emma"], "needs at least 4 words; 1 of these"),
        ([b"a\0b"], "is no text"),
        (["a", "aa", *("a" * n for n in range(3, 30))], "of a single symbol"),
    ],
)
def test_what_is_no_set_of_words_is_told_in_a_sentence(tmp_path: Path, lines: list[str | bytes], message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_text(written(tmp_path, *lines))


def test_only_a_text_whose_lines_are_words_is_taken_for_words(tmp_path: Path) -> None:
    assert claims(written(tmp_path, *WORDS))
    assert not claims(written(tmp_path, "1.5", "2", "3"))
    assert not claims(written(tmp_path, "a,1,2", "b,3,4"))
    assert not claims(written(tmp_path, *WORDS, name="mine.csv"))
    with pytest.raises(InputError, match=r"choose a \.txt with a word a line"):
        open_text(written(tmp_path, *WORDS, name="mine.csv"))


def test_one_word_is_read_for_a_model_in_its_letters() -> None:
    one = read_word("\ufeff Emma\n".encode(), LETTERS)
    assert read_words(one.thing[None], LETTERS) == ["emma"] and "small letters" in one.note
    assert read_word(b"emma", LETTERS).note == ""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b" \n", "empty"),
        (b"emma\nava", "holds 2 words; bring one a file"),
        (b"o'neil", "\"'\" is not in the model's alphabet: abc"),
        (b"a" * 16, "has 16 letters, and the model's words at most 15"),
        (b"\xff", "no text in UTF-8"),
        (b"\x89PNG\0", "no text of one word"),
    ],
)
def test_what_is_no_word_for_a_model_is_told(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_word(data, LETTERS)
