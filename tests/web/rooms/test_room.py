"""What may be done in a room, and what is kept of it: no server, no clock but the test's own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.rooms.room import LASTS, LETTERS, MOST_PHONES, NotNow, Room, a_code
from web.rooms.shelf import MOST, MOST_OF_ONE, Shelf, rooms_folder
from web.rooms.telling import told
from web.words import lessons

PHONE, OTHER = "phone-one", "phone-two"


@pytest.fixture
def room() -> Room:
    return Room("BKRT", "key", 0.0, "gap")


def code_of(error: pytest.ExceptionInfo[NotNow]) -> str:
    """Return the code of a refusal, which is one sentence."""
    sentence = str(error.value)
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 120
    return error.value.code


def test_a_phone_may_change_its_answer_until_the_vote_closes(room: Room) -> None:
    room.vote(PHONE, 1, 0)
    room.vote(PHONE, 1, 2)
    room.vote(OTHER, 1, 1)
    assert room.bars() == [], "nothing is drawn as long as answers are taken"
    room.close()
    assert room.bars() == [[0, 1, 1]]
    with pytest.raises(NotNow) as error:
        room.vote(PHONE, 1, 1)
    assert code_of(error) == "late" and room.bars() == [[0, 1, 1]]


def test_a_second_round_stands_beside_the_first_and_comes_once(room: Room) -> None:
    with pytest.raises(NotNow) as error:
        room.again()
    assert code_of(error) == "no-round"
    room.vote(PHONE, 1, 0)
    room.close()
    room.again()
    with pytest.raises(NotNow) as error:
        room.vote(PHONE, 1, 1)
    assert code_of(error) == "late", "an answer to the first round that was long on its way"
    room.vote(PHONE, 2, 1)
    room.close()
    assert room.bars() == [[1, 0, 0], [0, 1, 0]]
    with pytest.raises(NotNow) as error:
        room.again()
    assert code_of(error) == "no-round"


@pytest.mark.parametrize("option", [3, -1, 4, 1.0, True, None, "b", [1], {"n": 1}])
def test_an_answer_that_is_no_option_is_refused(room: Room, option: object) -> None:
    with pytest.raises(NotNow) as error:
        room.vote(PHONE, 1, option)
    assert code_of(error) == "no-option"
    room.close()
    assert room.bars() == [[0, 0, 0]]


def test_the_right_answer_is_told_when_it_is_shown_and_never_who_chose_what(room: Room) -> None:
    room.vote(PHONE, 1, 1)
    with pytest.raises(NotNow) as error:
        room.show()
    assert code_of(error) == "still-open"
    for part in ("pupil", "leads", "looks"):
        assert told(room, "en", PHONE, part, 1, 0.0)["answer"] is None
    pupil = told(room, "en", OTHER, "pupil", 2, 0.0)
    assert (pupil["voted"], pupil["phones"], pupil["mine"], pupil["bars"]) == (None, None, None, [])
    board = told(room, "de", "the-board", "leads", 2, 0.0)
    assert (board["voted"], board["phones"]) == (1, 2)
    assert board["ask"] == lessons.book("de").lessons["gap"].questions[0].ask
    room.close()
    room.show()
    last = told(room, "en", OTHER, "pupil", 2, 0.0)
    assert "abcd"[last["answer"]] == lessons.book("en").lessons["gap"].questions[0].answer
    assert PHONE not in msgspec.json.encode(last).decode() and room.key not in last.values()


@pytest.mark.parametrize(
    ("view", "may"),
    [
        ("learn?lesson=gap&said=b,-&step=1&seed=4&mean=-0.5", True),
        ("learn?lesson=gap", True),
        ("", True),
        ("learn?lesson=nothing", False),
        ("explore?model=mnist-2d", False),
        ("//evil.example/learn?lesson=gap", False),
        ("https://evil.example/learn?lesson=gap", False),
        ("learn?lesson=gap&x=<script>", False),
        ("learn?lesson=gap#hash", False),
        ("learn?lesson=gap\n", False),
        ("learn?lesson=gap&x=" + "y" * 1000, False),
        (7, False),
        (None, False),
    ],
)
def test_a_view_is_a_lesson_s_state_and_leads_nowhere_else(room: Room, view: object, may: bool) -> None:
    room.close()
    if may:
        room.push(view)
        assert room.view == view
    else:
        with pytest.raises(NotNow) as error:
            room.push(view)
        assert code_of(error) == "no-view" and room.view == ""


def test_the_next_question_takes_the_view_and_the_answers_away(room: Room) -> None:
    room.vote(PHONE, 1, 1)
    with pytest.raises(NotNow) as error:
        room.push("learn?lesson=gap")
    assert code_of(error) == "still-open"
    room.close()
    room.push("learn?lesson=gap")
    room.ask("blurry", 1)
    assert (room.view, room.rounds, room.open, room.turn) == ("", [{}], True, 2)
    for lesson, question in (("no", 0), ("gap", 2), ("gap", -1), ("gap", True), (None, 0)):
        with pytest.raises(NotNow):
            room.ask(lesson, question)
    assert (room.lesson, room.question) == ("blurry", 1)


def test_a_room_takes_three_hundred_phones_and_those_may_go_on(room: Room) -> None:
    for n in range(MOST_PHONES):
        room.vote(f"phone-{n}", 1, 0)
    with pytest.raises(NotNow) as error:
        room.vote(PHONE, 1, 0)
    assert code_of(error) == "full"
    room.vote("phone-7", 1, 1)
    room.close()
    assert room.bars() == [[MOST_PHONES - 1, 1, 0]]


@given(st.lists(st.tuples(st.sampled_from(["ask", "close", "again", "show", "vote"]), st.integers(-1, 4)), max_size=30))
def test_whatever_is_done_the_bars_are_no_more_than_the_phones(acts: list[tuple[str, int]]) -> None:
    room = Room("BKRT", "key", 0.0, "gap")
    for act, n in acts:
        try:
            match act:
                case "ask":
                    room.ask("gap", n)
                case "vote":
                    room.vote(f"phone-{abs(n)}", room.turn, n)
                case _:
                    getattr(room, act)()
        except NotNow:
            continue
        assert 1 <= len(room.rounds) <= 2 and not (room.open and room.shown)
        for each in room.bars():
            assert len(each) == len(room.asks().options) and 0 <= sum(each) <= 5


def test_codes_are_no_words() -> None:
    codes = {a_code() for _ in range(300)}
    assert len(codes) > 250 and all(lessons.ROOM.fullmatch(code) for code in codes)
    assert not set("AEIOUY0O1I") & set(LETTERS)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1e9

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(own_home: Path) -> Iterator[Clock]:
    yield Clock()


def test_a_new_server_knows_a_room_and_its_answers_for_two_hours_and_then_nothing_is_left(clock: Clock) -> None:
    async def asked() -> None:
        shelf = Shelf(clock)
        room = await shelf.open("gap", "10.0.0.1")
        room.vote(PHONE, room.turn, 1)
        await shelf.keep(room)
        again = Shelf(clock).find(room.code)
        assert again is not None and again is not room and again == room
        clock.seconds += LASTS - 1
        assert Shelf(clock).find(room.code) == room
        clock.seconds += 1
        assert Shelf(clock).find(room.code) is None and shelf.find(room.code) is None
        assert Shelf(clock).forget() == [room.code], "also one that the new server was never asked of"
        assert list(rooms_folder().iterdir()) == []

    asyncio.run(asked())


def test_many_at_a_time_are_written_together_and_what_has_ended_is_not_written_again(clock: Clock) -> None:
    async def asked() -> None:
        shelf = Shelf(clock)
        room = await shelf.open("gap", "10.0.0.1")

        async def votes(n: int) -> None:
            room.vote(f"phone-{n:02}", room.turn, n % 3)
            await shelf.keep(room)
            kept = Shelf(clock).find(room.code)
            assert kept is not None and kept.rounds[0][f"phone-{n:02}"] == n % 3, "who has been told is on the disk"

        await asyncio.gather(*map(votes, range(30)))
        late = asyncio.create_task(shelf.keep(room))
        await asyncio.sleep(0)
        shelf.drop(room.code)
        await late
        assert list(rooms_folder().iterdir()) == []

    asyncio.run(asked())


@pytest.mark.parametrize("content", [b"", b"{", b'{"code": "BKRT"}', b"\xff", b"[" * 9000, b'{"code":"ZZZZ"}'])
def test_a_damaged_file_is_no_room(clock: Clock, content: bytes) -> None:
    rooms_folder().mkdir(parents=True)
    (rooms_folder() / "BKRT.json").write_bytes(content)
    assert Shelf(clock).find("BKRT") is None
    assert Shelf(clock).find("../BKRT") is None


def test_rooms_are_bounded_for_one_address_and_for_all(clock: Clock) -> None:
    async def asked() -> None:
        shelf = Shelf(clock)
        for n in range(MOST):
            await shelf.open("gap", f"10.0.0.{n // MOST_OF_ONE}")
            if n == MOST_OF_ONE - 1:
                with pytest.raises(NotNow) as error:
                    await shelf.open("gap", "10.0.0.0")
                assert code_of(error) == "too-many"
        with pytest.raises(NotNow) as error:
            await shelf.open("gap", "10.9.9.9")
        assert code_of(error) == "too-many"
        clock.seconds += LASTS
        assert await shelf.open("gap", "10.0.0.0")

    asyncio.run(asked())


def test_a_disk_that_takes_nothing_ends_no_class(clock: Clock) -> None:
    rooms_folder().parent.mkdir(parents=True, exist_ok=True)
    rooms_folder().write_text("a file is in the way")

    async def asked() -> None:
        shelf = Shelf(clock)
        room = await shelf.open("gap", "10.0.0.1")
        assert shelf.find(room.code) is room

    asyncio.run(asked())
