"""Rooms asked of a real server: phones and teachers with sockets of their own."""

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.attacks.test_door import ask as knock
from tests.running import Server, running_server
from tests.web.routes.test_maps import fetch
from web.rooms.hall import BURST, GONE, LONGEST, REPLACED
from web.words import lessons

PATIENCE = 5


def fetched(server: Server, route: str, body: bytes | None = None) -> tuple[int, dict[str, Any]]:
    status, _, answer = fetch(f"{server.url}/api/{route}", body)
    return status, json.loads(answer)


def opened(server: Server, lesson: str = "gap") -> dict[str, str]:
    status, room = fetched(server, f"rooms?lesson={lesson}", b"")
    assert status == 200
    return room


def address(server: Server, code: str, who: str, language: str = "en") -> str:
    return f"{server.url.replace('http', 'ws', 1)}/api/room?room={code}&who={who}&lang={language}"


class Window:
    """A window in a room."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def says(self, **what: object) -> None:
        self.socket.send(json.dumps(what))

    def told(self, **wanted: object) -> dict[str, Any]:
        """Return the first state that is as wanted."""
        while True:
            message = json.loads(self.socket.recv(PATIENCE))
            room = message.get("room", {})
            if room and all(room[name] == value for name, value in wanted.items()):
                return room

    def refused(self) -> str:
        """Return the code of the next refusal, which has one sentence."""
        while "error" not in (message := json.loads(self.socket.recv(PATIENCE))):
            pass
        assert message["error"]["message"].endswith(".")
        return message["error"]["code"]

    def closed(self) -> int:
        """Read until the server closes; return how."""
        with pytest.raises(ConnectionClosed) as error:
            while True:
                self.socket.recv(PATIENCE)
        assert error.value.rcvd is not None
        return error.value.rcvd.code


@contextmanager
def window(server: Server, code: str, who: str = "", language: str = "en", **hello: object) -> Iterator[Window]:
    with connect(address(server, code, who or secrets.token_hex(8), language), max_queue=None) as socket:
        here = Window(socket)
        if hello:
            here.says(**hello)
        yield here


@contextmanager
def a_class(server: Server, phones: int = 2) -> Iterator[tuple[dict[str, str], Window, list[Window]]]:
    """Open a room with its teacher and so many phones in it; end it."""
    room = opened(server)
    with window(server, room["code"], do="watch", key=room["key"]) as teacher:
        teacher.told(part="leads")
        sitting = [window(server, room["code"], f"phone-{n:04}") for n in range(phones)]
        here = [each.__enter__() for each in sitting]
        try:
            if phones:
                teacher.told(phones=phones)
            yield room, teacher, here
        finally:
            for each in sitting:
                each.__exit__(None, None, None)
            with suppress(ConnectionClosed):  # the test has ended it
                teacher.says(do="end")


def test_a_class_predicts_discusses_and_predicts_again(server: Server) -> None:
    with a_class(server) as (_, teacher, (one, two)):
        first = one.told(open=True, mine=None)
        question = lessons.book("en").lessons["gap"].questions[0]
        assert (first["ask"], tuple(first["options"]), first["answer"]) == (question.ask, question.options, None)
        one.says(do="vote", turn=1, option=0)
        assert one.told(mine=0)["voted"] is None, "a phone does not hear how many have voted"
        two.says(do="vote", turn=1, option=2)
        two.says(do="vote", turn=1, option=1)
        two.told(mine=1)
        assert teacher.told(voted=2)["bars"] == []
        teacher.says(do="close")
        assert one.told(open=False)["bars"] == teacher.told(open=False)["bars"] == [[1, 1, 0]]
        one.says(do="vote", turn=1, option=2)
        assert one.refused() == "late"
        teacher.says(do="again")
        assert one.told(round=1)["mine"] is None
        one.says(do="vote", turn=2, option=1)
        one.told(mine=1)
        teacher.says(do="close")
        teacher.told(open=False, round=1)
        teacher.says(do="show")
        assert one.told(answer=1)["bars"] == [[1, 1, 0], [0, 1, 0]]
        teacher.says(do="push", view="learn?lesson=gap&step=1")
        assert two.told(view="learn?lesson=gap&step=1")
        teacher.says(do="end")
        assert teacher.closed() == one.closed() == GONE


def test_of_two_teachers_the_second_looks_on_until_the_first_leaves(server: Server) -> None:
    with a_class(server, 0) as (room, teacher, _), window(server, room["code"], do="watch", key=room["key"]) as second:
        second.told(part="looks")
        second.says(do="close")
        assert second.refused() == "looks-on"
        with window(server, room["code"], do="watch", key="guessed") as third:
            third.told(part="looks")
            third.says(do="close")
            assert third.refused() == "looks-on"
        assert second.told(part="looks")["open"]
        teacher.socket.close()
        second.told(part="leads")
        second.says(do="close")
        second.told(open=False)
        second.says(do="end")
        second.closed()


def test_a_phone_that_slept_comes_back_with_its_vote_and_its_old_socket_goes(server: Server) -> None:
    with a_class(server, 1) as (room, teacher, (phone,)):
        phone.says(do="vote", turn=1, option=2)
        phone.told(mine=2)
        with window(server, room["code"], "phone-0000") as again:
            assert again.told(open=True)["mine"] == 2
            assert phone.closed() == REPLACED
            teacher.told(phones=1, voted=1)
            again.says(do="vote", turn=1, option=0)
            again.told(mine=0)
            teacher.told(voted=1)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"do": "vote", "turn": 1, "option": 9}, "no-option"),
        ({"do": "vote", "turn": 1}, "no-option"),
        ({"do": "vote", "turn": 2, "option": 0}, "late"),
        ({"do": "close"}, "looks-on"),
        ({"do": "end"}, "looks-on"),
        ({"do": "ask", "lesson": "gap", "question": 1}, "looks-on"),
        ({"do": "dance"}, "bad-message"),
        ({}, "bad-message"),
        ([], "bad-message"),
    ],
)
def test_what_a_phone_cannot_have_is_told_in_a_sentence_and_it_goes_on(
    server: Server, said: object, refused: str
) -> None:
    with a_class(server, 1) as (_, _, (phone,)):
        phone.socket.send(json.dumps(said))
        assert phone.refused() == refused
        phone.says(do="vote", turn=1, option=0)
        phone.told(mine=0)


def test_one_who_floods_is_held_back_and_one_who_sends_a_book_is_sent_away(server: Server) -> None:
    with a_class(server, 2) as (_, teacher, (one, two)):
        for _ in range(2 * BURST):
            one.says(do="vote", turn=1, option=1)
        assert one.refused() == "fast"
        two.socket.send("x" * (LONGEST + 1))
        assert two.closed() == 1009
        teacher.told(voted=1)


def test_brackets_and_bytes_are_no_message(server: Server) -> None:
    with a_class(server, 1) as (_, _, (phone,)):
        for bad in ("[" * LONGEST, "{", b"\x00\xff", ""):
            phone.socket.send(bad)
            assert phone.refused() == "bad-message"


@pytest.mark.parametrize("code", ["ZZZZ", "AEIO", "../x", "none", "bkr", "B" * 500])
def test_a_room_that_is_none_is_told_and_closed_for_good(server: Server, code: str) -> None:
    with window(server, code) as here:
        assert here.refused() == "no-room"
        assert here.closed() == GONE
    assert fetched(server, f"rooms?room={code}") == (200, {"there": False})


def test_small_letters_find_the_room_and_each_phone_has_its_language(server: Server) -> None:
    with a_class(server, 0) as (room, _, _):
        for language, wanted in (("de", "de"), ("en", "en"), ("xx", "en")):
            with window(server, room["code"].lower(), language=language) as here:
                assert here.told(open=True)["ask"] == lessons.book(wanted).lessons["gap"].questions[0].ask
        assert fetched(server, f"rooms?room={room['code'].lower()}") == (200, {"there": True})


def test_a_room_of_no_lesson_and_another_site_s_page_are_refused(server: Server) -> None:
    status, answer = fetched(server, "rooms?lesson=no-such", b"")
    assert status == 400 and answer["error"]["code"] == "no-lesson"
    evil = "http://evil.example"
    assert knock(server, "/api/rooms?lesson=gap", "localhost", "POST", Origin=evil).status == 403
    with (
        a_class(server, 0) as (room, _, _),
        pytest.raises(InvalidStatus) as refused,
        connect(address(server, room["code"], "somebody-else"), additional_headers={"Origin": evil}),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_where_a_class_finds_the_server(server: Server) -> None:
    status, reach = fetched(server, "reach")
    assert status == 200 and reach.keys() == {"lan", "open"} and isinstance(reach["open"], bool)


PHONES = 30


async def _votes(server: Server, code: str, n: int, everybody: asyncio.Barrier) -> None:
    async with connect_async(address(server, code, f"phone-{n:04}")) as socket:
        await socket.recv()
        await everybody.wait()
        await socket.send(json.dumps({"do": "vote", "turn": 1, "option": n % 3}))
        while json.loads(await socket.recv())["room"]["mine"] != n % 3:
            pass


async def _all_vote(server: Server, code: str) -> None:
    everybody = asyncio.Barrier(PHONES)
    async with asyncio.timeout(60):
        await asyncio.gather(*(_votes(server, code, n, everybody) for n in range(PHONES)))


def test_thirty_phones_vote_at_once_and_a_server_that_begins_anew_has_lost_nothing(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        room = opened(server)
        asyncio.run(_all_vote(server, room["code"]))
    counts = Counter(n % 3 for n in range(PHONES))
    with running_server(tmp_path) as server:
        with window(server, room["code"], "phone-0005") as phone:
            assert phone.told(open=True)["mine"] == 5 % 3
            with window(server, room["code"], do="watch", key=room["key"]) as teacher:
                teacher.told(part="leads", voted=PHONES)
                teacher.says(do="close")
                assert teacher.told(open=False)["bars"] == [[counts[option] for option in range(3)]]
                teacher.says(do="end")
                teacher.closed()
        assert not list((tmp_path / "rooms").iterdir())
