"""The lessons of the Learn page: their texts, one file a language, and what an address asks for of them."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from vae.home import PROJECT

FOLDER = PROJECT / "assets" / "lessons"
FIRST = "en"
"""The language of those who ask for none."""

ROOM = re.compile(r"[BCDFGHJKLMNPQRSTVWXZ]{4}")
"""The four letters of a class's room: no vowels, so that it is no word, and none that is read as another."""

LETTERS = "abcd"
SHOWN = "-"
"""Stands for an answer where a question was shown without one."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked before the hand may decide it.

    options: two to four; answer: the letter of the right one; lines: what would have to be true, one for each option;
    seen: what was seen, with {numbers} that the page fills in.
    """

    ask: str
    options: tuple[str, ...]
    answer: str
    do: str
    lines: tuple[str, ...]
    seen: str


class Lesson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of a lesson. words: labels and sentences of its drawing; symbols: what each symbol means in it."""

    title: str
    claim: str
    minutes: int
    questions: tuple[Question, ...]
    words: dict[str, str]
    symbols: dict[str, str]
    learnt: str
    tool: str
    notes: tuple[str, ...]


class Chapter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some lessons that belong together, by their names."""

    title: str
    text: str
    lessons: tuple[str, ...]


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people may have read, what holds instead, and the lesson in which that is seen."""

    read: str
    holds: str
    lesson: str


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a kind of data is used for, in a title and a sentence."""

    title: str
    text: str


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All lessons in a language, in the order of the story that its chapters tell.

    frame: what stands around each. room: what is said in a classroom. uses: by their names in web/page/uses.py.
    """

    language: str
    frame: dict[str, str]
    room: dict[str, str]
    chapters: tuple[Chapter, ...]
    corrections: tuple[Correction, ...]
    uses: dict[str, Use]
    lessons: dict[str, Lesson]


class Asked(msgspec.Struct, frozen=True):
    """What an address asks for: a language, a lesson or None for all, and a sentence for what cannot be had.

    room: the four letters of a class's room, or None. checks: what is looked at before a class is wanted.
    """

    language: str
    lesson: str | None
    notes: tuple[str, ...]
    room: str | None = None
    checks: bool = False


@cache
def languages() -> dict[str, str]:
    """Return what each language is called in itself, by its code; English first."""
    codes = sorted((file.stem for file in FOLDER.glob("*.json")), key=lambda code: (code != FIRST, code))
    return {code: book(code).language for code in codes}


@cache
def book(language: str) -> Book:
    """Return all lessons in one of the `languages`."""
    return msgspec.json.decode((FOLDER / f"{language}.json").read_bytes(), type=Book)


def asked(query: Mapping[str, str]) -> Asked:
    """Read what an address asks for; what there is not is told in one sentence each, in the language shown."""
    language = query.get("lang", FIRST)
    notes = []
    if language not in languages():
        notes.append(book(FIRST).frame["noLanguage"].format(name=_quoted(language)))
        language = FIRST
    shown = book(language)
    lesson = query.get("lesson")
    if lesson is not None and lesson not in shown.lessons:
        notes.append(shown.frame["noLesson"].format(name=_quoted(lesson)))
        lesson = None
    if lesson is not None and (strange := _strange_answer(query.get("said", ""), shown.lessons[lesson])) is not None:
        notes.append(shown.frame["noAnswer"].format(name=_quoted(strange)))
    room = query.get("room", "").strip().upper() or None
    if room is not None and not ROOM.fullmatch(room):
        notes.append(shown.room["badCode"])
        room = None
    return Asked(language, lesson, tuple(notes), room, checks="check" in query)


def title(asked: Asked) -> str:
    """Return what the page that is asked for is called."""
    of = book(asked.language)
    if asked.checks:
        return of.room["check"]
    if asked.lesson:
        return of.lessons[asked.lesson].title
    return of.room["room"].format(code=asked.room) if asked.room else of.frame["title"]


def _strange_answer(said: str, lesson: Lesson) -> str | None:
    """Return the first answer that is no option, or None."""
    answers = said.split(",") if said else []
    for number, answer in enumerate(answers):
        options = len(lesson.questions[number].options) if number < len(lesson.questions) else 0
        if answer != SHOWN and not (len(answer) == 1 and answer in LETTERS[:options]):
            return answer
    return None


def _quoted(text: str) -> str:
    return repr(text[:40])


def code_of(lesson: str) -> dict[str, str]:
    """Return what runs of a lesson, by "torch" and "numpy"."""
    return {name: _listing(lesson, name).read_text("utf-8") for name in ("torch", "numpy")}


def _listing(lesson: str, name: str) -> Path:
    return FOLDER / "code" / f"{lesson.replace('-', '_')}_{name}.py"
