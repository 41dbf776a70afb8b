"""Answers that hold a place, a turn or a file until they have been read; one who reads too slowly is cut off."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

PIECE = 256 << 10
STALLED_SECONDS = 30
"""How long a reader may take nothing; a telephone that changes its network is silent for ten."""

SLOWEST = 32 << 10
"""Bytes a second that must be taken in the mean, once the first `STALLED_SECONDS` are over."""


class Held(Response):
    """Send `response` and let go of what is `held` when it has been read, or its reader was too slow or has gone."""

    def __init__(self, response: Response, held: AsyncExitStack) -> None:
        self.response, self.held = response, held
        self.status_code, self.background = response.status_code, None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it in pieces, each when the one before has been taken: the server would keep a whole body otherwise."""
        async with self.held:
            pace = _Pace(send)
            try:
                await self.response(scope, receive, pace.send)
            except Exception:
                if not (pace.late and _cut_off(receive)):
                    raise
                await asyncio.sleep(0)  # the connection is told of its end before the server looks


class _TooSlow(OSError):
    pass


class _Pace:
    """Send pieces, for as long as they are taken fast enough."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._began, self._size = time.monotonic(), 0
        self.late = False

    async def send(self, message: Message) -> None:
        body = message.get("body", b"")
        if len(body) <= PIECE:
            await self._one(message)
            return
        view = memoryview(body)
        for start in range(0, len(body), PIECE):
            more = message.get("more_body", False) or start + PIECE < len(body)
            await self._one({**message, "body": bytes(view[start : start + PIECE]), "more_body": more})

    async def _one(self, message: Message) -> None:
        try:
            async with asyncio.timeout(STALLED_SECONDS):
                await self._send(message)
        except TimeoutError:
            self._give_up()
        self._size += len(message.get("body", b""))
        if time.monotonic() - self._began > STALLED_SECONDS + self._size / SLOWEST:
            self._give_up()

    def _give_up(self) -> None:
        self.late = True
        raise _TooSlow("The reader was too slow.")


def _cut_off(receive: Receive) -> bool:
    """End a connection at once, and say whether that was possible: ASGI cannot ask for it (web/door/nodelay.py)."""
    transport: Any = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is None:
        return False
    transport.abort()
    return True
