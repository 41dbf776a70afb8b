"""The body of a request, from whoever goes on sending: one way for all routes, with bounds of size, time and disk.

One who sends nothing, or only drips, gives the place to others; what is too large is taken to a point and refused; and
how much room the disk has is asked as the body comes, since a chunked one does not say how large it will be.
"""

import asyncio
import math
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from web.door.answers import Refused
from web.door.places import Places
from web.door.visitors import address_of

SILENT_SECONDS = 30
"""How long nothing may come; a telephone that changes its network is silent for ten."""

SLOWEST = 16 << 10
"""Bytes a second that must come in the mean, once the first `SILENT_SECONDS` are over: a poor mobile network's."""

PIECE = 1 << 20
IN_MEMORY = 1 << 20
"""Bytes up to which a body in a temporary file has not been written to the disk."""

DRAINED = 4
"""Times the limit: how much of a body too large is taken before it is refused, since a browser that is cut off shows no
reason."""

DRAIN_SECONDS = 60
"""How long a body that is refused already is taken for the same reason."""

SPARE_BYTES = 256 << 20
"""What a body leaves of the disk."""


@dataclass(frozen=True)
class Bounds:
    """What a body may be.

    most: its bytes. within: the seconds that all of it may take. too_large: how one is refused of which so much is
    known, as in "12 MB" or "more than 2,048 MB". disk: the folder whose disk it goes to, or None for memory; `spare`
    bytes of it are left, or `SPARE_BYTES`. room: is called on another thread before a piece is written, with the bytes
    that there will be; raises `Refused` where they may not be.
    """

    most: int
    within: float
    too_large: Callable[[str], Refused]
    disk: Path | None = None
    spare: int | None = None
    room: Callable[[int], None] | None = None


@asynccontextmanager
async def held_place(request: Request, places: Places, bounds: Bounds) -> AsyncIterator[None]:
    """Hold a place to receive a body in; one who finds none is refused (503 busy) when the body has been taken.

    Also where one has come free meanwhile: the body is gone then.
    """
    if places.full(address := address_of(request)):
        await received(request, None, bounds)
        raise places.refusal()
    with places.one(address):
        yield


@contextmanager
def spooled() -> Iterator[IO[bytes]]:
    """Open a file for a body, in memory up to `IN_MEMORY` and then on the disk for temporary files."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        yield cast(IO[bytes], file)


async def received(request: Request, to: IO[bytes] | None, bounds: Bounds) -> int:
    """Write the body to `to` and return its bytes; `Refused` where it breaks a bound, with nothing of it left there.

    Where `to` is None it is only taken, for one who is refused for another reason.
    """
    if (declared := declared_bytes(request)) > DRAINED * bounds.most:
        raise bounds.too_large(_mb(declared))
    taking = _Taking(to if declared <= bounds.most else None, bounds)
    if taking.to is not None:
        taking.problem = _no_room(bounds, declared)
    async for chunk in body_of(request, bounds.within):
        if not await taking.take(chunk):
            break
    return await taking.end()


class _Taking:
    """A body that comes in: what is not written yet, and what is wrong with it."""

    def __init__(self, to: IO[bytes] | None, bounds: Bounds) -> None:
        self.to, self.bounds = to, bounds
        self.problem: Refused | None = None
        self.size = self.written = 0
        self.piece = bytearray()
        self.refused_at = math.inf

    async def take(self, chunk: bytes) -> bool:
        """Take a chunk; say whether more is wanted."""
        self.size += len(chunk)
        if self.to is None or self.problem is not None or self.size > self.bounds.most:
            self.piece.clear()
            self.refused_at = min(self.refused_at, time.monotonic())
            late = time.monotonic() - self.refused_at > DRAIN_SECONDS
            return self.size <= DRAINED * self.bounds.most and not late
        self.piece += chunk
        if len(self.piece) >= PIECE:
            await self.write()
        return True

    async def write(self) -> None:
        """Write what has come, on another thread: a slow disk would hold up the live pictures."""
        piece, self.piece = bytes(self.piece), bytearray()
        try:
            await run_in_threadpool(self._write, piece)
        except Refused as refused:
            self.problem = refused
        except OSError:
            self.problem = disk_full()

    def _write(self, piece: bytes) -> None:
        assert self.to is not None
        if problem := _no_room(self.bounds, len(piece)):
            raise problem
        if self.bounds.room is not None:
            self.bounds.room(self.written + len(piece))
        self.to.write(piece)
        self.written += len(piece)

    async def end(self) -> int:
        """Write the rest and return the size, or refuse."""
        if self.size > self.bounds.most:
            whole = self.size <= DRAINED * self.bounds.most
            self.problem = self.bounds.too_large(
                _mb(self.size) if whole else f"more than {_mb(DRAINED * self.bounds.most)}"
            )
        elif self.piece and self.problem is None:
            await self.write()
        if self.problem is not None:
            if self.to is not None:
                await run_in_threadpool(self.to.truncate, 0)
            raise self.problem
        return self.size


def declared_bytes(request: Request) -> int:
    """Return the size that a request says its body has, 0 where it says none."""
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdecimal() and len(declared) < 16 else 0


def disk_full() -> Refused:
    """Return what one is told whose body has no room."""
    return Refused(507, "disk-full", "The server's disk has too little room left for this; free some space.")


def _no_room(bounds: Bounds, size: int) -> Refused | None:
    spare = SPARE_BYTES if bounds.spare is None else bounds.spare
    if bounds.disk is None or size + spare <= shutil.disk_usage(bounds.disk).free:
        return None
    return disk_full()


def _mb(size: int) -> str:
    return f"{size / 2**20:,.1f}".removesuffix(".0") + " MB"


async def body_of(request: Request, within: float = math.inf) -> AsyncIterator[bytes]:
    """Yield the body as it comes; `Refused` (408 too-slow) where it stays away or only drips in.

    within: seconds that the whole of it may take, where it holds a place that others wait for.
    """
    stream, size, began = request.stream(), 0, time.monotonic()
    while True:
        try:
            async with asyncio.timeout(min(SILENT_SECONDS, began + within - time.monotonic())):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            if time.monotonic() - began >= within:
                raise _late(within) from None
            raise _too_slow(f"Nothing has come for {SILENT_SECONDS} s") from None
        size += len(piece)
        if time.monotonic() - began > within:  # also of one that never lets anybody wait
            raise _late(within)
        if time.monotonic() - began > SILENT_SECONDS + size / SLOWEST:
            raise _too_slow(f"Less than {SLOWEST >> 10} KB a second came")
        yield piece


def _late(within: float) -> Refused:
    return _too_slow(f"After {within:g} s it had not all come")


def _too_slow(what: str) -> Refused:
    return Refused(408, "too-slow", f"{what}, so the file was given up; look at the connection, and send it again.")
