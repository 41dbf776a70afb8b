"""The live socket, /api/live: who may open it, what waits, and who is answered when.

web/wire/ops/ has what it computes.

One socket has one request computing at a time and a few waiting. What takes a moment and what takes long is computed by
threads apart, so that no picture that follows a pointer waits for an imputation; at either, turns go round between
addresses, and between the sockets of each, by the seconds that they have had (web/door/turns.py). A client that floods
gets `busy` for what does not fit; one that has nothing waiting is never told so, whatever the others do.

The event loop itself computes nothing: one row of a small model takes 0.06 ms, its whole way 0.24 ms, and computing it
in the loop saved 0.04 ms of them.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from weakref import WeakValueDictionary

from starlette.websockets import WebSocket, WebSocketDisconnect

from web.door.origins import Origins
from web.door.turns import Address, Client, Turns
from web.door.visitors import address_of
from web.wire import frames
from web.wire.frames import MAX_FRAME, FrameError, Request
from web.wire.ops.registry import compute, is_long, refuse
from web.wire.priority import stand_back

WORKERS = 2
LONG_WORKERS = 2
"""Threads for what takes long, which stand back behind the others."""

LONG_SECONDS = 0.01
"""What took longer the last times is long: one row of a bundled model takes 0.2 ms, 64 rows 3 ms, 256 of them 13 ms, a
path 9 ms, an imputation 8 to 90 ms (on one core of a Xeon)."""
LONG_ROWS = 64
"""More rows than these are long until they have been seen to be quick."""
REMEMBERED = 4096

SOCKETS = 1024
SOCKETS_PER_ADDRESS = 256
"""A class of 30 behind one router, each with some pages open."""
WAITING_PER_SOCKET = 16  # the browser keeps one in flight for each of picture, strip and grid
WAITING = 256  # a class of 30 with all its requests, several times over
WAITING_PER_ADDRESS = 192
WAITING_BYTES = 8 * MAX_FRAME
BYTES_PER_ADDRESS = 6 * MAX_FRAME
SMALL = 2**15
"""Bytes of a request that always finds a place where its socket has none waiting; all sockets together, 32 MB."""

Item = tuple[Request, memoryview]
Waiting = asyncio.Queue[Item | None]
"""One client's requests in turn; None when it has left."""


class Lane:
    """Threads of one kind, and the turns at them."""

    def __init__(self, name: str, workers: int, nice: bool = False) -> None:
        self.turns = Turns(workers)
        self.threads = ThreadPoolExecutor(workers, name, stand_back if nice else None)


class Paces:
    """How long what is asked takes, learnt from what has been computed."""

    def __init__(self) -> None:
        self._seconds: OrderedDict[Hashable, tuple[float, ...]] = OrderedDict()
        self._slow: OrderedDict[str, None] = OrderedDict()

    def is_long(self, request: Request) -> bool:
        """Say whether a request is to be computed among the long ones."""
        if len(last := self._seconds.get(_kind(request), ())) > 1:
            return _usual(last) > LONG_SECONDS
        return is_long(request.op) or _rows(request) > LONG_ROWS or request.model in self._slow

    def learn(self, request: Request, seconds: float) -> None:
        """Note how long one took. One alone says nothing: it may have opened the model, or been held up."""
        kind = _kind(request)
        self._seconds[kind] = last = (*self._seconds.pop(kind, ())[-2:], seconds)
        if len(last) > 1 and not is_long(request.op) and _rows(request) <= LONG_ROWS:
            if _usual(last) > LONG_SECONDS:
                self._slow[request.model] = None  # the next number of rows, or op, of this model is no surprise
            else:
                self._slow.pop(request.model, None)
        for kept in (self._seconds, self._slow):
            if len(kept) > REMEMBERED:
                kept.popitem(last=False)


def _usual(last: tuple[float, ...]) -> float:
    """Return the middle one of three, the shorter of two."""
    return sorted(last)[(len(last) - 1) // 2]


def _timed(request: Request, payload: memoryview) -> tuple[bytes, float]:
    """Compute one request; return the answer and the seconds of a processor that it took.

    On a busy machine those of the clock are many for the shortest, and say nothing of it. One that waits for something
    else all the time has few of its own, so a tenth of the clock's count as well.
    """
    began, own = time.perf_counter(), time.thread_time()
    answer = compute(request, payload)
    return answer, max(time.thread_time() - own, (time.perf_counter() - began) / 10)


def _rows(request: Request) -> int:
    return request.shape[0] if request.shape else 0


def _kind(request: Request) -> Hashable:
    """Tell requests apart that may take unlike times; rows by powers of two."""
    methods = None if request.methods is None else tuple(sorted({name[:80] for name in request.methods}))
    path = None if request.path is None else (request.path.kind[:80], request.path.n.bit_length())
    asked = request.op[:80], request.model[:80], _rows(request).bit_length(), (request.map or "")[:80]
    return *asked, methods, request.sweeps, request.draws, path


class Live:
    """Serve /api/live to every client of the process, with bounded threads and bounded waiting."""

    def __init__(self, origins: Origins | None = None, patience: float = 10.0) -> None:
        """Let pages of these origins in, and give a client `patience` seconds to take an answer."""
        self.patience = patience
        self.origins = origins or Origins()
        self.short, self.long = Lane("live", WORKERS), Lane("live-long", LONG_WORKERS, nice=True)
        self.paces = Paces()
        self.addresses: WeakValueDictionary[str, Address] = WeakValueDictionary()
        self.sockets = 0
        self.waiting = 0
        self.waiting_bytes = 0

    def client(self, host: str) -> Client:
        """Return a client at this address."""
        if (address := self.addresses.get(host)) is None:
            address = self.addresses[host] = Address(host)
        return Client(address)

    async def serve(self, socket: WebSocket) -> None:
        """Answer every frame of one client until it leaves."""
        if not self.origins.admit(socket):
            await socket.close(1008, "origin")  # before accept: the client sees 403
            return
        client = self.client(address_of(socket))
        if self.sockets >= SOCKETS or client.address.sockets >= SOCKETS_PER_ADDRESS:
            await socket.close(1013, "busy")
            return
        self.sockets += 1
        client.address.sockets += 1
        try:
            await socket.accept()
            await self.listen(socket, client)
        finally:
            self.sockets -= 1
            client.address.sockets -= 1

    async def listen(self, socket: WebSocket, client: Client) -> None:
        """Take frames until the client leaves, while another task answers them."""
        queue: Waiting = asyncio.Queue()
        worker = asyncio.create_task(self.work(socket, client, queue))
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if (refused := self.take(message.get("bytes"), client, queue)) is not None:
                    # Within bounds of time, or one who never reads would hold what it sends for good.
                    async with asyncio.timeout(self.patience):
                        await socket.send_bytes(refused)
                    await asyncio.sleep(0)  # or hundreds of bad frames in one packet hold the loop up for everybody
        except WebSocketDisconnect:
            pass
        except TimeoutError:
            with suppress(RuntimeError, WebSocketDisconnect):
                await socket.close(1008, "slow")
        finally:
            client.gone = True
            while not queue.empty():
                self.done(queue.get_nowait(), client)
            queue.put_nowait(None)
            await worker  # a thread cannot be stopped: what it computes counts as waiting until it is done

    def take(self, frame: bytes | None, client: Client, queue: Waiting) -> bytes | None:
        """Put a client's frame into its queue, or return the frame that refuses it."""
        try:
            if frame is None:
                raise FrameError("bad-frame", "Frames are binary; got text.")
            request, payload = frames.read_request(frame)
        except FrameError as error:
            return refuse(error)
        if not self._fits(len(payload), client):
            return refuse(FrameError("busy", "Too many requests are waiting; send the newest again."), request.id)
        self._count(client, 1, len(payload))
        queue.put_nowait((request, payload))
        return None

    def _fits(self, size: int, client: Client) -> bool:
        if not client.waiting and size <= SMALL:
            return True
        address = client.address
        return (
            client.waiting <= WAITING_PER_SOCKET  # and one of them is being computed
            and self.waiting < WAITING
            and address.waiting < WAITING_PER_ADDRESS
            and self.waiting_bytes + size <= WAITING_BYTES
            and address.waiting_bytes + size <= BYTES_PER_ADDRESS
        )

    def _count(self, client: Client, requests: int, size: int) -> None:
        self.waiting += requests
        self.waiting_bytes += size
        client.waiting += requests
        client.address.waiting += requests
        client.address.waiting_bytes += size

    async def work(self, socket: WebSocket, client: Client, queue: Waiting) -> None:
        """Compute one client's requests in turn."""
        while (item := await queue.get()) is not None:
            try:
                answer = await self.computed(item, client)
            finally:
                self.done(item, client)
            with suppress(WebSocketDisconnect, RuntimeError):  # it left meanwhile, and the reader ends both
                try:
                    async with asyncio.timeout(self.patience):
                        await socket.send_bytes(answer)
                except TimeoutError:  # it sends and never reads: its requests would keep everybody's places
                    await socket.close(1008, "slow")

    async def computed(self, item: Item, client: Client) -> bytes:
        """Compute one request when its turn has come."""
        lane = self.long if self.paces.is_long(item[0]) else self.short
        async with lane.turns.one(client):
            if client.gone:
                return b""
            answer, seconds = await asyncio.get_running_loop().run_in_executor(lane.threads, _timed, *item)
            self.paces.learn(item[0], seconds)
        return answer

    def done(self, item: Item | None, client: Client) -> None:
        """Free a request's place among those that wait."""
        if item is not None:
            self._count(client, -1, -len(item[1]))
