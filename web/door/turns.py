"""Turns at a few threads: who has had the least of them goes first, among addresses and among the sockets of each.

Start-time fair queueing (Goyal, Vin & Cheng 1996) on two levels, by seconds computed and not by requests: whoever
floods waits behind its own work, and one who asks now and then waits for what is being computed and for nothing else.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary


@dataclass(eq=False)
class Share:
    """What one has had, in seconds; `clock` is what the one of its own had that was let in last."""

    used: float = 0.0
    clock: float = 0.0


@dataclass(eq=False)
class Address:
    """A visitor's address and what it holds. A class behind one router has one between them, so bounds are wide."""

    host: str
    sockets: int = 0
    waiting: int = 0
    waiting_bytes: int = 0


@dataclass(eq=False)
class Client:
    """One socket, how much of it waits, and whether its visitor has left."""

    address: Address
    waiting: int = 0
    gone: bool = False


class _Waiter(NamedTuple):
    share: Share
    within: Share
    let_in: asyncio.Future[None]


class Turns:
    """`at_once` turns at a time. For one event loop."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._clock = 0.0
        self._shares: WeakKeyDictionary[Hashable, Share] = WeakKeyDictionary()  # who has left is forgotten
        self._waiting: list[_Waiter] = []

    @asynccontextmanager
    async def one(self, client: Client) -> AsyncIterator[None]:
        """Wait for a turn and hold it; its seconds are charged to the client and to its address."""
        share, within = self._joined(client)
        if self._free:
            self._begin(share, within)
        else:
            await self._wait(_Waiter(share, within, asyncio.get_running_loop().create_future()))
        began = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - began
            share.used += seconds
            within.used += seconds
            self._free += 1
            self._next()

    def _joined(self, client: Client) -> tuple[Share, Share]:
        share = self._shares.setdefault(client.address, Share())
        within = self._shares.setdefault(client, Share())
        share.used = max(share.used, self._clock)  # what was not used while away is not saved up
        within.used = max(within.used, share.clock)
        return share, within

    async def _wait(self, waiter: _Waiter) -> None:
        self._waiting.append(waiter)
        try:
            await waiter.let_in
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            else:  # it was let in at that very moment
                self._free += 1
                self._next()
            raise

    def _begin(self, share: Share, within: Share) -> None:
        self._free -= 1
        self._clock, share.clock = max(self._clock, share.used), max(share.clock, within.used)

    def _next(self) -> None:
        if self._waiting and self._free:
            first = min(self._waiting, key=lambda one: (one.share.used, one.within.used))  # the earliest among equals
            self._waiting.remove(first)
            self._begin(first.share, first.within)
            first.let_in.set_result(None)
