"""The lessons' texts: the same in every language, short, and the code beside them does what it says."""

import json
import re
import runpy
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.running import ROOT
from web.words import lessons

LONGEST = 24
"""Words of a sentence: 20 are meant, and numbers and symbols may go over."""

NAMES = list(lessons.book("en").lessons)
PLACE = re.compile(r"\{\w+\}")
DIGITS = ROOT / "assets" / "live" / "learn" / "lessons" / "water" / "digits.json"


def strings(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from strings(each, f"{path}.{key}")


def texts(language: str) -> dict[str, str]:
    return dict(strings(json.loads((lessons.FOLDER / f"{language}.json").read_text("utf-8"))))


def test_english_comes_first_and_german_is_there() -> None:
    assert lessons.languages() == {"en": "English", "de": "Deutsch"}


@pytest.mark.parametrize("language", [code for code in lessons.languages() if code != "en"])
def test_every_language_has_the_same_keys_options_answers_and_numbers(language: str) -> None:
    first, other = texts("en"), texts(language)
    assert list(lessons.book("en").lessons) == list(lessons.book(language).lessons)  # the story's order
    assert first.keys() == other.keys()
    for path, text in first.items():
        assert set(PLACE.findall(text)) == set(PLACE.findall(other[path])), path
        if path.endswith((".answer", ".lesson")):
            assert text == other[path], path
    same = [path for path, text in first.items() if text == other[path] and len(text.split()) > 3]
    assert not same, "not translated"


@pytest.mark.parametrize("language", lessons.languages())
def test_sentences_are_short_and_every_question_is_whole(language: str) -> None:
    for path, text in texts(language).items():
        for sentence in re.split(r"(?<=[.?!:])\s", text):
            assert len(sentence.split()) <= LONGEST, (path, sentence)
    for name, lesson in lessons.book(language).lessons.items():
        assert 1 <= lesson.minutes <= 3 and lesson.questions and lesson.notes, name
        for question in lesson.questions:
            assert 2 <= len(question.options) <= len(lessons.LETTERS), name
            assert len(question.lines) == len(question.options), name
            assert question.answer in lessons.LETTERS[: len(question.options)], name


@pytest.mark.parametrize("language", lessons.languages())
def test_chapters_hold_each_lesson_once_in_the_story_s_order_and_corrections_point_to_lessons(language: str) -> None:
    book = lessons.book(language)
    assert [name for chapter in book.chapters for name in chapter.lessons] == list(book.lessons)
    assert len(book.corrections) >= 11
    assert {each.lesson for each in book.corrections} <= book.lessons.keys()
    assert [each.lesson for each in book.corrections] == [each.lesson for each in lessons.book("en").corrections]


@pytest.mark.parametrize("name", NAMES)
def test_the_code_of_a_lesson_runs_and_pytorch_and_numpy_agree(name: str, tmp_path: Path) -> None:
    found = []
    for kind, text in lessons.code_of(name).items():
        file = tmp_path / f"{kind}.py"
        file.write_text(text, encoding="utf-8")
        said = runpy.run_path(str(file))
        found.append([np.asarray(each, float) for each in said.get("told", said.get("slopes"))])
    for torch_says, numpy_says in zip(*found, strict=True):
        # One lesson draws at random, each library in its own way.
        assert np.allclose(torch_says, numpy_says, rtol=2e-2 if name == "between" else 1e-4, atol=1e-3)


def test_the_gap_of_the_code_closes_the_sum() -> None:
    evidence, elbo, gap = runpy.run_path(str(lessons.FOLDER / "code" / "gap_numpy.py"))["told"]
    assert evidence == pytest.approx(elbo + gap, abs=1e-9) and gap > 0.01


def test_the_water_level_stands_on_the_digits_themselves() -> None:
    file = json.loads(DIGITS.read_text("utf-8"))
    read = lambda kept: np.frombuffer(b64decode(kept["bytes"]), np.int8) * kept["most"]  # noqa: E731
    directions = read(file["directions"]).reshape(-1, 784)
    originals = np.frombuffer(b64decode(file["originals"]), np.uint8).reshape(10, 784) / 255
    variances = np.array(file["variances"])
    assert len(variances) == len(directions) == 101 and (np.diff(variances) <= 0).all()
    assert np.allclose(directions @ directions.T, np.eye(101), atol=0.05)  # kept in a byte each
    rebuilt = read(file["mean"]) + np.array(file["digits"]) @ directions
    assert np.abs((originals - read(file["mean"])) @ directions.T - np.array(file["digits"])).max() < 0.2
    left = ((rebuilt - originals) ** 2).sum(1)
    assert left.mean() < 2.5 * file["rest"]
    assert file["rest"] == pytest.approx(52.7 - variances.sum(), abs=0.2)


@pytest.mark.parametrize(
    ("query", "language", "lesson", "said"),
    [
        ({}, "en", None, None),
        ({"lesson": "gap"}, "en", "gap", None),
        ({"lesson": "gap", "lang": "de", "said": "b,-"}, "de", "gap", None),
        ({"lesson": "nothing"}, "en", None, "no lesson 'nothing'"),
        ({"lesson": "../gap"}, "en", None, "no lesson"),
        ({"lesson": "nichts", "lang": "de"}, "de", None, "Lektion 'nichts'"),
        ({"lang": "xx", "lesson": "gap"}, "en", "gap", "language 'xx'"),
        ({"lang": "../en"}, "en", None, "language"),
        ({"lesson": "gap", "said": "z"}, "en", "gap", "no answer 'z'"),
        ({"lesson": "gap", "said": "d"}, "en", "gap", "no answer 'd'"),
        ({"lesson": "gap", "said": "a,a,a"}, "en", "gap", "no answer 'a'"),
        ({"lesson": "gap", "said": "ab"}, "en", "gap", "no answer 'ab'"),
    ],
)
def test_what_an_address_asks_for_is_had_or_told_in_one_sentence(
    query: dict[str, str], language: str, lesson: str | None, said: str | None
) -> None:
    asked = lessons.asked(query)
    assert (asked.language, asked.lesson) == (language, lesson)
    assert len(asked.notes) == (said is not None)
    if said:
        assert said in asked.notes[0] and asked.notes[0].endswith(".")
