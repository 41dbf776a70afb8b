"""Who sits in which room: a socket for each window, /api/room, which is told how its room stands whenever that changes.

A window says {"do": …} and is told {"room": {…}}, or {"error": {"code", "message"}}. Each has a task that sends it the
newest state and then rests for a moment: thirty answers at a time are one message to whoever looks on, and a phone that
sleeps holds up nobody.
"""

import asyncio
import hmac
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from web.door.origins import Origins
from web.door.visitors import address_of
from web.rooms.room import WHO, NotNow, Room
from web.rooms.shelf import Shelf
from web.rooms.telling import told
from web.words import lessons

SEATS = 2048
SEATS_IN_ROOM = 320
"""300 phones, the teacher, and some who look on."""
LONGEST = 2048
"""Characters of a message."""
BURST, A_SECOND = 20, 5
"""Messages that a window may send at once, and in the long run."""
GAP = 0.1
"""Seconds between two states that a window is told which watches."""
PATIENCE = 10.0
"""Seconds that a window may take to read one."""
SWEEP = 30.0
MISSES, MISSES_SECONDS = 120, 60.0
"""Wrong codes from one address in so many seconds: a class that mistypes, and nobody who tries all of them."""

GONE, REPLACED = 4404, 4001
"""How a socket is closed that shall not come back: its room is none, or its window has another."""

NONE = NotNow("no-room", "There is no such room, or it is over; ask for the four letters once more.")
FULL = NotNow("full", "The room is full.")
BUSY = NotNow("busy", "Too many wrong codes came from this network; wait a minute.")
FAST = NotNow("fast", "That was too much at once; try again in a moment.")
BAD = NotNow("bad-message", 'A message is JSON, {"do": …} with what belongs to it.')
LOOKS = NotNow("looks-on", "Another window leads this room; here one looks on.")


class Seat:
    """One window in a room. watches: it is told how many have answered; key: the key that it has shown."""

    def __init__(self, socket: WebSocket, who: str, language: str) -> None:
        self.socket, self.who, self.language = socket, who, language
        self.watches, self.key, self.replaced = False, "", False
        self.errors: list[NotNow] = []
        self.news = asyncio.Event()
        self.tokens, self.since = float(BURST), time.monotonic()

    def may_speak(self) -> bool:
        """Take one of the window's turns to say something, where it has one left."""
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.since) * A_SECOND)
        self.since = now
        may = self.tokens >= 1
        self.tokens -= may
        return may

    def tell(self, error: NotNow | None = None) -> None:
        """Have it told how its room stands and, before that, why it cannot have what it wanted."""
        if error is not None and len(self.errors) < BURST:
            self.errors.append(error)
        self.news.set()


class Hall:
    """All rooms of a server with those who sit in them."""

    def __init__(self, origins: Origins, shelf: Shelf | None = None) -> None:
        self.origins = origins
        self.shelf = shelf or Shelf()
        self.seats: dict[str, dict[str, Seat]] = {}
        self._misses: Counter[str] = Counter()
        self._misses_since = 0.0

    async def serve(self, socket: WebSocket) -> None:
        """Let a window into the room that its address names, and do what it says until it leaves."""
        if not self.origins.admit(socket):
            await socket.close(1008, "origin")  # before accept: the client sees 403
            return
        query, code = socket.query_params, socket.query_params.get("room", "").upper()
        await socket.accept()
        if (refused := self._refused(code, query.get("who", ""), address_of(socket))) is not None:
            with suppress(WebSocketDisconnect, RuntimeError):
                await socket.send_text(_error(refused))
                await socket.close(1013 if refused is BUSY else GONE, refused.code)
            return
        language = query.get("lang", lessons.FIRST)
        await self._sit(
            code, Seat(socket, query["who"], language if language in lessons.languages() else lessons.FIRST)
        )

    def missing(self, code: str, address: str) -> NotNow | None:
        """Say why whoever asks from an address finds no room of this code; None where there is one."""
        if time.monotonic() - self._misses_since > MISSES_SECONDS:
            self._misses, self._misses_since = Counter(), time.monotonic()
        if self._misses[address] >= MISSES:
            return BUSY
        if self.shelf.find(code) is None:
            self._misses[address] += 1
            return NONE
        return None

    def _refused(self, code: str, who: str, address: str) -> NotNow | None:
        if (missing := self.missing(code, address)) is not None:
            return missing
        if not WHO.fullmatch(who):
            return BAD
        here = self.seats.get(code, {})
        if who not in here and (len(here) >= SEATS_IN_ROOM or sum(map(len, self.seats.values())) >= SEATS):
            return FULL
        return None

    async def _sit(self, code: str, seat: Seat) -> None:
        here = self.seats.setdefault(code, {})
        if (before := here.pop(seat.who, None)) is not None:  # a phone that slept comes back before it is missed
            before.replaced = True
            before.tell()
        here[seat.who] = seat
        sender = asyncio.create_task(self._send(code, seat))
        self.changed(code, of=seat)
        try:
            await self._listen(code, seat)
        finally:
            sender.cancel()
            if here.get(seat.who) is seat:
                del here[seat.who]
            if not here and self.seats.get(code) is here:
                del self.seats[code]
            self.changed(code, of=seat)

    async def _listen(self, code: str, seat: Seat) -> None:
        while True:
            try:
                message = await seat.socket.receive()
            except RuntimeError:  # the sender has closed it
                return
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text") or ""
            if len(text) > LONGEST:
                await seat.socket.close(1009, "too long")
                return
            room = self.shelf.find(code)
            if room is None:
                seat.tell()
            elif not seat.may_speak():
                seat.tell(FAST)
            else:
                await self._heed(room, seat, text)

    async def _heed(self, room: Room, seat: Seat, text: str) -> None:
        try:
            said = msgspec.json.decode(text, type=dict[str, Any])
            act = DOES.get(str(said.get("do")))
            if act is None:
                raise BAD
            await act(self, room, seat, said)
        except (msgspec.MsgspecError, RecursionError):
            seat.tell(BAD)
        except NotNow as error:
            seat.tell(error)

    async def _send(self, code: str, seat: Seat) -> None:
        """Tell a window the newest whenever there is something new; close its socket where it has to go."""
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            while True:
                await seat.news.wait()
                seat.news.clear()
                room = self.shelf.find(code)
                if seat.replaced or room is None:
                    if room is None:
                        await _within(seat.socket.send_text(_error(NONE)))
                    break
                for error in [seat.errors.pop(0) for _ in list(seat.errors)]:
                    await _within(seat.socket.send_text(_error(error)))
                state = told(room, seat.language, seat.who, self.part(room, seat), self._phones(code), self.shelf.now())
                await _within(seat.socket.send_text(msgspec.json.encode({"room": state}).decode()))
                await asyncio.sleep(GAP if seat.watches else 0)
        with suppress(WebSocketDisconnect, RuntimeError):
            await seat.socket.close(REPLACED if seat.replaced else GONE if self.shelf.find(code) is None else 1013)

    def part(self, room: Room, seat: Seat) -> str:
        """Return what a window is in its room: "pupil", "leads", or "looks" on. The first that shows the key leads."""
        if not seat.watches:
            return "pupil"
        leads = (each for each in self.seats.get(room.code, {}).values() if hmac.compare_digest(each.key, room.key))
        return "leads" if next(leads, None) is seat else "looks"

    def _phones(self, code: str) -> int:
        return sum(not seat.watches for seat in self.seats.get(code, {}).values())

    def changed(self, code: str, of: Seat | None = None) -> None:
        """Have those who watch told, and all where it is no phone's doing."""
        for seat in self.seats.get(code, {}).values():
            if of is None or seat is of or seat.watches:
                seat.tell()

    @asynccontextmanager
    async def forgetting(self) -> AsyncIterator[None]:
        """Forget what is over for as long as the server lives, whether somebody asks or not."""

        async def sweep() -> None:
            while True:
                for code in self.shelf.forget():
                    self.changed(code)
                await asyncio.sleep(SWEEP)

        sweeping = asyncio.create_task(sweep())
        try:
            yield
        finally:
            sweeping.cancel()


async def _within(sending: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        await sending


def _error(error: NotNow) -> str:
    return msgspec.json.encode({"error": {"code": error.code, "message": str(error)}}).decode()


async def _vote(hall: Hall, room: Room, seat: Seat, said: dict[str, Any]) -> None:
    if seat.watches:
        raise BAD
    room.vote(seat.who, said.get("turn"), said.get("option"))
    await hall.shelf.keep(room)  # what a phone has been told, a new server knows
    hall.changed(room.code, of=seat)


async def _watch(hall: Hall, room: Room, seat: Seat, said: dict[str, Any]) -> None:
    seat.watches, seat.key = True, str(said.get("key", ""))[:64]
    if not seat.key.isascii():
        seat.key = ""
    hall.changed(room.code)


def _leading(act: Callable[[Room, dict[str, Any]], None] | None) -> Any:
    """Turn what only the teacher may do to a room into what a window says."""

    async def does(hall: Hall, room: Room, seat: Seat, said: dict[str, Any]) -> None:
        if hall.part(room, seat) != "leads":
            raise LOOKS
        if act is None:
            hall.shelf.drop(room.code)
        else:
            act(room, said)
            await hall.shelf.keep(room)
        hall.changed(room.code)

    return does


DOES: dict[str, Any] = {
    "vote": _vote,
    "watch": _watch,
    "ask": _leading(lambda room, said: room.ask(said.get("lesson"), said.get("question"))),
    "close": _leading(lambda room, said: room.close()),
    "again": _leading(lambda room, said: room.again()),
    "show": _leading(lambda room, said: room.show()),
    "push": _leading(lambda room, said: room.push(said.get("view"))),
    "end": _leading(None),
}
"""What a window can say."""
