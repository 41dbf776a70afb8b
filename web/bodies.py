"""The body of a request, piece by piece, from whoever goes on sending: one who does not gives the place to others."""

import asyncio
import math
import time
from collections.abc import AsyncIterator

from starlette.requests import Request

from web.answers import Refused

SILENT_SECONDS = 30
"""How long nothing may come; a telephone that changes its network is silent for ten."""

SLOWEST = 4096
"""Bytes a second that must come in the mean, once the first `SILENT_SECONDS` are over: a modem's."""


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
