"""The live socket and what stands beside it: WebSocket /api/live, GET /api/models, static /live.

One socket has one request computing at a time and a few waiting; two threads compute. So a client that floods takes
turns with the others like everybody, and gets `busy` for what does not fit. The event loop itself computes nothing:
one row of a small model takes 0.06 ms, its whole way 0.24 ms, and computing it in the loop saved 0.04 ms of them.

A refused request gets a code for programs and a sentence for people:

    bad-frame      too short, a header longer than the frame, or text
    bad-header     not JSON, a field missing or of a wrong type
    bad-shape      not the model's shape, or not 1 to 1,024 rows
    bad-payload    not as many bytes as the shape says
    not-finite     NaN or infinity among the codes
    too-large      a frame above 8 MiB, asked or answered. Above Streamlit's `server.maxMessageSize` (200 MB) the
                   WebSocket layer closes the connection with 1009 before this code sees the frame
    unknown-op, unknown-model (or one that is damaged), unsupported
    busy           too much is waiting; send the newest again
    failed         the model's graph failed
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import numpy as np
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from vae.errors import InputError
from vae.explorer import Explorer
from vae.library import Model, list_models
from web import frames
from web.explorers import explorer
from web.frames import MAX_FRAME, MAX_ROWS, FrameError, Request

LIVE_FILES = Path(__file__).resolve().parent.parent / "assets" / "live"
WORKERS = 2
WAITING_PER_SOCKET = 16  # the browser keeps one in flight for each of picture, strip and grid
WAITING = 256  # a class of 30 with all its requests, several times over
WAITING_BYTES = 8 * MAX_FRAME

Waiting = asyncio.Queue[tuple[Request, memoryview] | None]
"""One client's requests in turn; None when it has left."""

logger = logging.getLogger(__name__)


def decode(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn codes, float32 [n, d], into images, uint8 [n, H, W, C]."""
    channels, height, width = model.card.image_shape
    _check_shape(request, (model.card.latent.dims,))
    _check_reply(request.shape[0], channels * height * width)
    z = frames.as_array(payload, request.shape, "float32")
    if not np.isfinite(z).all():
        raise FrameError("not-finite", "Codes are finite numbers; got NaN or infinity.")
    return model.decode(z)


def encode(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn images, uint8 [n, H, W, C], into the posterior's mean and log variance, float32 [2, n, d]."""
    return np.stack(model.encode(_images(model, request, payload)))


def reconstruct(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Return the images given and the same restored by the model, uint8 [2, n, H, W, C]."""
    if request.corruption is not None:
        raise FrameError("unsupported", "This version knows no corruptions; send the request without `corruption`.")
    images = _images(model, request, payload)
    _check_reply(2 * len(images), images[0].size)
    return np.stack([images, model.reconstruct(images)])


def _images(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    channels, height, width = model.card.image_shape
    _check_shape(request, (height, width, channels))
    return frames.as_array(payload, request.shape, "uint8")


def _check_shape(request: Request, row: tuple[int, ...]) -> None:
    rows, *rest = request.shape or [0]
    if tuple(rest) != row or not 1 <= rows <= MAX_ROWS:
        allowed = f"[{', '.join(map(str, ('n', *row)))}] with n in 1 to {MAX_ROWS:,}"
        raise FrameError("bad-shape", f"{request.op} takes shape {allowed} here; got {request.shape}.")


def _check_reply(rows: int, row_bytes: int) -> None:
    if rows * row_bytes > MAX_FRAME - frames.MAX_HEADER:
        raise FrameError("too-large", f"The reply would have {rows * row_bytes:,} bytes; ask for fewer rows at once.")


def compute(request: Request, payload: memoryview) -> bytes:
    """Answer one request with a frame, whatever is wrong with it or with its model."""
    started = time.perf_counter()
    try:
        if request.op not in OPS:
            raise FrameError("unknown-op", f"Unknown op {request.op[:80]!r}; choose one of: {', '.join(OPS)}.")
        if request.condition is not None:
            raise FrameError("unsupported", "This model takes no condition; send the request without `condition`.")
        result = OPS[request.op](_open(request.model), request, payload)
        return frames.reply(request.id, result, time.perf_counter() - started)
    except FrameError as error:
        return refuse(error, request.id)
    except Exception:  # whatever an imported graph does, this socket and all others go on
        logger.exception("%s on %s failed", request.op, request.model)
        return refuse(
            FrameError("failed", f"{request.model} failed to {request.op} this; see the server's log."), request.id
        )


def _open(name: str) -> Explorer:
    try:
        return explorer(name)
    except InputError as error:
        raise FrameError("unknown-model", str(error)) from None


def refuse(error: FrameError, id: int | str | None = None) -> bytes:
    """Return the frame that tells a client what was wrong."""
    refusal = error.refusal
    return frames.join(msgspec.structs.replace(refusal, id=refusal.id if refusal.id is not None else id))


class Live:
    """Serve /api/live to every client of the process, with bounded threads and bounded waiting."""

    def __init__(self, allowed_origins: Collection[str] = (), patience: float = 10.0) -> None:
        """Let pages of `allowed_origins` in, and give a client `patience` seconds to take an answer."""
        self.patience = patience
        self.allowed_origins = {origin.strip().rstrip("/") for origin in allowed_origins}
        self.threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="live")
        self.waiting = 0
        self.waiting_bytes = 0

    async def serve(self, socket: WebSocket) -> None:
        """Answer every frame of one client until it leaves."""
        if not self.admits(socket.headers.get("origin"), socket.headers.get("host")):
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

    def admits(self, origin: str | None, host: str | None) -> bool:
        """Say whether a page of this origin may open the socket: our own, one that is allowed, or no page at all."""
        if origin is None or "*" in self.allowed_origins or origin in self.allowed_origins:
            return True
        return urlsplit(origin).netloc == host

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


def models(_: HTTPRequest) -> Response:
    """List the cards of all models that can be opened, as JSON."""
    cards = [model.card for model in list_models() if isinstance(model, Model)]
    return Response(msgspec.json.encode(cards), media_type="application/json", headers={"Cache-Control": "no-cache"})


class LiveFiles(StaticFiles):
    """Serve the browser's modules so that an update is never stale: kept, but asked for every time (ETag)."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def routes(base_path: str = "", allowed_origins: Collection[str] = ()) -> list[BaseRoute]:
    """Return the routes beside Streamlit's own, under its base path; pages of `allowed_origins` may use the socket."""
    base = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    return [
        WebSocketRoute(f"{base}/api/live", Live(allowed_origins).serve),
        Route(f"{base}/api/models", models),
        Mount(f"{base}/live", LiveFiles(directory=LIVE_FILES)),
    ]


OPS: dict[str, Callable[[Explorer, Request, memoryview], np.ndarray]] = {
    "decode": decode,
    "encode": encode,
    "reconstruct": reconstruct,
}
