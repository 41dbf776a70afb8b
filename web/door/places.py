"""Places for requests that wait: so many, and who comes when all are taken is told so at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from starlette.requests import ClientDisconnect, Request

from web.door.answers import Refused


class Places:
    """Places for `most` requests, three in four of them for one address; `busy` is told to one that finds none.

    A class behind one router has one address between them, so its share is wide, and yet leaves a place to others. For
    one event loop.
    """

    def __init__(self, most: int, busy: str) -> None:
        self.most, self.busy = most, busy
        self.each = max(1, most * 3 // 4)
        self.taken = 0
        self._by: Counter[str] = Counter()

    def full(self, address: str = "") -> bool:
        """Say whether all are taken, or those of an address; "" is nobody's."""
        return self.taken >= self.most or (address != "" and self._by[address] >= self.each)

    def refusal(self) -> Refused:
        """Return what one is told that finds none."""
        return Refused(503, "busy", self.busy)

    @contextmanager
    def one(self, address: str = "") -> Iterator[None]:
        """Hold a place; `Refused` (503 busy) where all are taken."""
        if self.full(address):
            raise self.refusal()
        self.taken += 1
        self._by[address] += 1
        try:
            yield
        finally:
            self.taken -= 1
            self._by[address] -= 1
            if not self._by[address]:
                del self._by[address]


@asynccontextmanager
async def turn_of(request: Request, turns: asyncio.Semaphore) -> AsyncIterator[None]:
    """Wait for a turn and hold it; `ClientDisconnect` where whoever asks has gone meanwhile, so that none works for
    nobody."""
    async with turns:
        if await request.is_disconnected():
            raise ClientDisconnect
        yield
