"""A room: a lesson's question, asked in one or two rounds, and what each phone has answered in each.

Nobody has a name here: a phone is told from others by a random word of its own, which ends with the room.
"""

import re
import secrets
from collections import Counter

import msgspec

from vae.errors import InputError
from web.words import lessons
from web.words.lessons import Question

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Of a room's code, as `web.words.lessons.ROOM` reads it."""
WHO = re.compile(r"[A-Za-z0-9-]{8,64}")
"""What a phone calls itself."""

LASTS = 2 * 60 * 60
"""Seconds from its opening after which nothing of a room is kept."""
MOST_PHONES = 300
ROUNDS = 2

VIEW = re.compile(r"learn\?lesson=(?P<lesson>[a-z-]{1,40})(&[\w.,%=&~:;+-]{0,900})?", re.ASCII)
"""A lesson's state as its address has it, below the app's own: nothing that leads elsewhere."""


class NotNow(InputError):
    """What somebody wants cannot be had in this room now; `code` is for programs, which say it in their language."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Room(msgspec.Struct, forbid_unknown_fields=True):
    """One room. Its times are seconds since 1970.

    key: what the teacher's window shows to lead it. turn: counts the openings of votes; an answer says which it is for.
    rounds: the answers of each round, options by phone. view: a lesson's address that all are shown, or "".
    """

    code: str
    key: str
    opened: float
    lesson: str
    question: int = 0
    turn: int = 1
    open: bool = True
    shown: bool = False
    rounds: list[dict[str, int]] = msgspec.field(default_factory=lambda: [{}])
    view: str = ""

    def asks(self, language: str = lessons.FIRST) -> Question:
        """Return the question at hand in a language."""
        return lessons.book(language).lessons[self.lesson].questions[self.question]

    def ends(self) -> float:
        """Return when it is forgotten."""
        return self.opened + LASTS

    def vote(self, who: str, turn: object, option: object) -> None:
        """Take the answer of a phone, in place of one that it gave before; `NotNow` where it cannot be."""
        if turn != self.turn or not self.open:
            raise NotNow("late", "That vote is closed, so the answer does not count any more.")
        if type(option) is not int or not 0 <= option < len(self.asks().options):
            raise NotNow("no-option", f"There is no answer {str(option)[:20]!r} to that question; choose one of those.")
        if who not in self.rounds[-1] and len(self.rounds[-1]) >= MOST_PHONES:
            raise NotNow("full", f"{MOST_PHONES} phones have answered, and no more are taken.")
        self.rounds[-1][who] = option

    def ask(self, lesson: object, question: object) -> None:
        """Ask another question, from its first round on; `NotNow` where there is none such."""
        known = lessons.book(lessons.FIRST).lessons
        if not isinstance(lesson, str) or lesson not in known:
            raise NotNow("no-lesson", f"There is no lesson {str(lesson)[:40]!r}; choose one of the list.")
        if type(question) is not int or not 0 <= question < len(known[lesson].questions):
            raise NotNow("no-question", f"That lesson has no question {str(question)[:20]!r}.")
        self.lesson, self.question, self.rounds = lesson, question, [{}]
        self._begin()

    def close(self) -> None:
        """Take no more answers in this round."""
        self.open = False

    def again(self) -> None:
        """Begin the second round: predict again, after the discussion; `NotNow` before the first is closed."""
        if self.open or self.shown or len(self.rounds) >= ROUNDS:
            raise NotNow("no-round", "A second round comes once, after the first is closed and before the answer.")
        self.rounds.append({})
        self._begin()

    def _begin(self) -> None:
        self.turn, self.open, self.shown, self.view = self.turn + 1, True, False, ""

    def show(self) -> None:
        """Say which answer is right; `NotNow` as long as answers are taken."""
        if self.open:
            raise NotNow("still-open", "The vote is open; close it first.")
        self.shown = True

    def push(self, view: object) -> None:
        """Show a lesson's state to all, "" for none; `NotNow` where it is no such address, or answers are taken."""
        found = VIEW.fullmatch(view) if isinstance(view, str) else None
        if view != "" and (found is None or found["lesson"] not in lessons.book(lessons.FIRST).lessons):
            raise NotNow("no-view", "Only the state of a lesson can be shown to all.")
        if view and self.open:
            raise NotNow("still-open", "The vote is open; close it first.")
        self.view = str(view)

    def bars(self) -> list[list[int]]:
        """Return how many chose each option in each round; nothing as long as answers are taken."""
        if self.open:
            return []
        return [[Counter(each.values())[n] for n in range(len(self.asks().options))] for each in self.rounds]


def a_code() -> str:
    """Draw a room's code."""
    return "".join(secrets.choice(LETTERS) for _ in range(4))
