"""What a window is told of its room, in its language: never who chose what, and the right answer only when shown."""

from typing import Any

from web.rooms.room import Room
from web.words import lessons


def told(room: Room, language: str, who: str, part: str, phones: int, now: float) -> dict[str, Any]:
    """Return how a room stands for one window, as JSON has it.

    code, part ("pupil", "leads" or "looks"), left (seconds until the room is forgotten); lesson, title, question and
    questions (numbers), ask, options; turn, round (0 or 1), open; mine (this phone's option in this round, or null);
    phones (windows that vote) and voted (how many have in this round), null for a phone as long as answers are taken;
    bars (counts of each option, a list a round, none while answers are taken); answer (the right option, or null as
    long as it is not shown); view (the lesson's address that all are shown, or "").
    """
    lesson, question = lessons.book(language).lessons[room.lesson], room.asks(language)
    waits = part == "pupil" and room.open
    return {
        "code": room.code,
        "part": part,
        "left": max(0, round(room.ends() - now)),
        "lesson": room.lesson,
        "title": lesson.title,
        "question": room.question,
        "questions": len(lesson.questions),
        "ask": question.ask,
        "options": question.options,
        "turn": room.turn,
        "round": len(room.rounds) - 1,
        "open": room.open,
        "mine": room.rounds[-1].get(who),
        "phones": None if waits else phones,
        "voted": None if waits else len(room.rounds[-1]),
        "bars": room.bars(),
        "answer": lessons.LETTERS.index(question.answer) if room.shown else None,
        "view": room.view,
    }
