"""The live socket, /api/live: who may open it, what waits, and who is answered when. web/ops.py has what it computes.

One socket has one request computing at a time and a few waiting; two threads compute. So a client that floods takes
turns with the others like everybody, and gets `busy` for what does not fit. The event loop itself computes nothing:
one row of a small model takes 0.06 ms, its whole way 0.24 ms, and computing it in the loop saved 0.04 ms of them.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from web import frames
from web.frames import MAX_FRAME, FrameError, Request
from web.ops import compute, refuse
from web.origins import Origins

WORKERS = 2
WAITING_PER_SOCKET = 16  # the browser keeps one in flight for each of picture, strip and grid
WAITING = 256  # a class of 30 with all its requests, several times over
WAITING_BYTES = 8 * MAX_FRAME

Waiting = asyncio.Queue[tuple[Request, memoryview] | None]
"""One client's requests in turn; None when it has left."""


class Live:
    """Serve /api/live to every client of the process, with bounded threads and bounded waiting."""

    def __init__(self, origins: Origins | None = None, patience: float = 10.0) -> None:
        """Let pages of these origins in, and give a client `patience` seconds to take an answer."""
        self.patience = patience
        self.origins = origins or Origins()
        self.threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="live")
        self.waiting = 0
        self.waiting_bytes = 0

    async def serve(self, socket: WebSocket) -> None:
        """Answer every frame of one client until it leaves."""
        if not self.origins.admit(socket):
            await socket.close(1008, "origin")  # before accept: the client sees 403
            return
        await socket.accept()
        queue: Waiting = asyncio.Queue()
        worker = asyncio.create_task(self.work(socket, queue))
        try:
            while True:
                message = await socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if (refused := self.take(message.get("bytes"), queue)) is not None:
                    await socket.send_bytes(refused)
                    await asyncio.sleep(0)  # or hundreds of bad frames in one packet hold the loop up for everybody
        except WebSocketDisconnect:
            pass
        finally:
            while not queue.empty():
                self.done(queue.get_nowait())
            queue.put_nowait(None)
            await worker  # a thread cannot be stopped: what it computes counts as waiting until it is done

    def take(self, frame: bytes | None, queue: Waiting) -> bytes | None:
        """Put a client's frame into its queue, or return the frame that refuses it."""
        try:
            if frame is None:
                raise FrameError("bad-frame", "Frames are binary; got text.")
            request, payload = frames.read_request(frame)
        except FrameError as error:
            return refuse(error)
        if (
            queue.qsize() >= WAITING_PER_SOCKET
            or self.waiting >= WAITING
            or self.waiting_bytes + len(payload) > WAITING_BYTES
        ):
            return refuse(FrameError("busy", "Too many requests are waiting; send the newest again."), request.id)
        self.waiting += 1
        self.waiting_bytes += len(payload)
        queue.put_nowait((request, payload))
        return None

    async def work(self, socket: WebSocket, queue: Waiting) -> None:
        """Compute one client's requests in turn."""
        loop = asyncio.get_running_loop()
        while (item := await queue.get()) is not None:
            try:
                answer = await loop.run_in_executor(self.threads, compute, *item)
            finally:
                self.done(item)
            with suppress(WebSocketDisconnect, RuntimeError):  # it left meanwhile, and the reader ends both
                try:
                    await asyncio.wait_for(socket.send_bytes(answer), self.patience)
                except TimeoutError:  # it sends and never reads: its requests would keep everybody's places
                    await socket.close(1008, "slow")

    def done(self, item: tuple[Request, memoryview] | None) -> None:
        """Free a request's place among those that wait."""
        if item is not None:
            self.waiting -= 1
            self.waiting_bytes -= len(item[1])
