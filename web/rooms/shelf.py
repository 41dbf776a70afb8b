"""All rooms of this server: so many at most, each in a small file that outlives the server, none after two hours."""

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
from starlette.concurrency import run_in_threadpool

from vae.files import DAMAGED_JSON, CannotWrite, replacing
from vae.home import home
from web.rooms.room import NotNow, Room, a_code
from web.words.lessons import ROOM

MOST = 200
"""Rooms at a time; a school has fewer classes, and a room is some kilobytes."""
MOST_OF_ONE = 60
"""Rooms that one address has opened: a school behind one router."""

logger = logging.getLogger(__name__)


def rooms_folder() -> Path:
    """Return where the files of rooms lie."""
    return home() / "rooms"


class Shelf:
    """The rooms, by their codes. For one event loop; `now` tells seconds since 1970."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self._rooms: dict[str, Room] = {}
        self._openers: dict[str, str] = {}
        self._writing: dict[str, _Writing] = {}

    async def open(self, lesson: object, address: str) -> Room:
        """Open a room about a lesson's first question; `NotNow` where there are too many, or no such lesson."""
        self.forget()
        if len(self._rooms) >= MOST or Counter(self._openers.values())[address] >= MOST_OF_ONE:
            raise NotNow("too-many", "Too many rooms are open; end one, or wait until one is over.")
        code = next(code for code in iter(a_code, "") if self.find(code) is None)
        room = Room(code, secrets.token_urlsafe(18), self.now(), "", turn=0)
        room.ask(lesson, 0)
        self._rooms[code], self._openers[code] = room, address
        await self.keep(room)
        return room

    def find(self, code: str) -> Room | None:
        """Return the room of a code, also one of before the server began anew; None where there is none, or no more."""
        if not ROOM.fullmatch(code):
            return None
        if (room := self._rooms.get(code)) is None and (room := self._read(code)) is not None:
            self._rooms[code] = room
        return room if room is not None and room.ends() > self.now() else None

    def _read(self, code: str) -> Room | None:
        try:
            room = msgspec.json.decode((rooms_folder() / f"{code}.json").read_bytes(), type=Room)
            room.asks()  # of a question that is there in this version, too
        except (OSError, LookupError, *DAMAGED_JSON):
            return None
        return room if room.code == code else None

    async def keep(self, room: Room) -> None:
        """Write a room's file; what many want at a time is written once. A disk that takes nothing ends no class."""
        try:
            await self._writing.setdefault(room.code, _Writing()).write(lambda: self._bytes(room), _path(room.code))
        except (CannotWrite, OSError) as error:
            logger.error("A room is kept in memory alone: %s", error)
        if self._rooms.get(room.code) is not room:  # it ended meanwhile
            self.drop(room.code)

    def _bytes(self, room: Room) -> bytes | None:
        return msgspec.json.encode(room) if self._rooms.get(room.code) is room else None

    def drop(self, code: str) -> None:
        """Forget a room."""
        for kept in (self._rooms, self._openers, self._writing):
            kept.pop(code, None)
        with suppress(OSError):
            _path(code).unlink(missing_ok=True)

    def forget(self) -> list[str]:
        """Forget all rooms that are over, those of an earlier server too; return their codes."""
        files = {path.stem for path in rooms_folder().glob("*.json") if ROOM.fullmatch(path.stem)}
        over = [code for code in files | self._rooms.keys() if self.find(code) is None]
        for code in over:
            self.drop(code)
        return over


class _Writing:
    """One file that many want written: the next writing is for all who came while one went on."""

    def __init__(self) -> None:
        self.wanted = self.written = 0
        self.lock = asyncio.Lock()

    async def write(self, content: Callable[[], bytes | None], path: Path) -> None:
        self.wanted += 1
        mine = self.wanted
        async with self.lock:
            if self.written >= mine:
                return
            covers, now = self.wanted, content()
            if now is not None:
                await run_in_threadpool(_write, path, now)
            self.written = covers


def _write(path: Path, content: bytes) -> None:
    with replacing(path) as written:
        written.write_bytes(content)


def _path(code: str) -> Path:
    return rooms_folder() / f"{code}.json"
