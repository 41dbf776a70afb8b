"""Answers that take a second of a core: one is computed at a time, and what was asked before is kept."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from vae.fresh import Fresh
from web.door.places import Places, turn_of

WAITING = 32

Asked = TypeVar("Asked", bound=Hashable)


class Answers(Generic[Asked]):
    """Compute one answer at a time, in a thread, and keep the last ones.

    busy: what is told to more than `WAITING` who wait; most: how many are kept; compute: what is asked -> the answer,
    and whether it is whole, and kept.
    """

    def __init__(self, busy: str, most: int, compute: Callable[[Asked], tuple[bytes, bool]]) -> None:
        self.compute = compute
        self.turns = asyncio.Semaphore(1)
        self.waiting = Places(WAITING, busy)
        self.kept: Fresh[Asked, bytes] = Fresh(lambda: most)

    async def of(self, request: Request, asked: Asked) -> bytes:
        """Return the answer; none is computed where the one who asks is gone when the turn comes."""
        if kept := self.kept.find(asked):
            return kept
        with self.waiting.one():
            async with turn_of(request, self.turns):
                if kept := self.kept.find(asked):
                    return kept
                body, whole = await run_in_threadpool(self.compute, asked)
                if whole:
                    self.kept.keep(asked, body)
                return body
