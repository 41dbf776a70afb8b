"""POST /api/strip?model=M&kind=gif|mp4[&seconds=S]: the pictures of some codes as a film, there and back.

The body is one frame (web/frames.py): header {shape: [n, d]}, n in 2 to 256, and the codes, float32. Answers the file.
Refused (web/answers.py) are: 400 bad-request, bad-frame, bad-header, bad-shape, bad-payload or not-finite, 403 origin,
404 unknown-model, 408 too-slow, 413 too-large, 500 failed.
"""

import asyncio
import logging
from typing import Annotated

import msgspec
import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from vae.errors import InputError
from vae.explorer import Explorer
from vae.library import MAX_LATENT_DIMS
from vae.strips import film
from web import frames
from web.answers import Refused, check_origin, known_model
from web.bodies import body_of
from web.explorers import explorer
from web.frames import MAX_HEADER, MAX_STRIP, FrameError, Size
from web.origins import Origins

TYPES = {"gif": "image/gif", "mp4": "video/mp4"}

AT_ONCE = 1
"""Films that are made at the same time; one of 64 pictures takes 0.1 to 0.5 s of a core."""

MAX_BYTES = 4 + MAX_HEADER + 4 * MAX_STRIP * MAX_LATENT_DIMS
DRAINED = 16 * MAX_BYTES
"""Bytes of a body too large that are taken before it is refused: a browser that is cut off shows no reason."""

MAX_PIXELS = 64 << 20
"""Of all pictures of a film together: 256 of 296 x 296 in colour."""

ROWS = 32
"""Codes decoded at a time: the pictures pass through memory as float32."""

logger = logging.getLogger(__name__)


class _Header(msgspec.Struct):
    shape: Annotated[list[Size], msgspec.Meta(max_length=4)]


_header = msgspec.json.Decoder(_Header)


def strip_routes(base: str, origins: Origins) -> list[Route]:
    """Return the route under the server's base path."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def strip(request: Request) -> Response:
        try:
            check_origin(request, origins)
            body = await _body(request)
            async with turns:
                return await run_in_threadpool(_film, request, body)
        except Refused as refused:
            return refused.response()
        except ClientDisconnect:
            return Response(status_code=400)

    return [Route(f"{base}/api/strip", strip, methods=["POST"])]


async def _body(request: Request) -> bytes:
    """Return the body; refuse one that is too large."""
    body, size = bytearray(), 0
    async for piece in body_of(request):
        size += len(piece)
        if size <= MAX_BYTES:
            body += piece
        elif size > DRAINED:
            break
    if size > MAX_BYTES:
        raise Refused(413, "too-large", f"A strip has at most {MAX_STRIP} codes and {MAX_BYTES:,} bytes; send fewer.")
    return bytes(body)


def _film(request: Request, body: bytes) -> Response:
    name = known_model(request).name
    kind, seconds = _wishes(request)
    try:
        model = explorer(name)
    except InputError as error:
        raise Refused(404, "unknown-model", str(error)) from None
    try:
        file = film(_pictures(model, _codes(model, body)), kind, seconds)
    except FrameError as error:
        raise Refused(400, error.refusal.error.code, str(error)) from None
    except InputError as error:
        raise Refused(400, "bad-request", str(error)) from None
    headers = {"Content-Disposition": f'attachment; filename="{name}-path.{kind}"', "Cache-Control": "no-store"}
    return Response(file, headers=headers, media_type=TYPES[kind])


def _wishes(request: Request) -> tuple[str, float]:
    kind, seconds = request.query_params.get("kind", ""), request.query_params.get("seconds", "4")
    try:
        if kind in TYPES:
            return kind, float(seconds)
    except ValueError:
        pass
    raise Refused(400, "bad-request", "`kind` is gif or mp4, and `seconds` a number from 1 to 60.")


def _codes(model: Explorer, body: bytes) -> np.ndarray:
    """Read the codes, float32 [n, d]; `FrameError` says what is wrong with them."""
    header, payload = frames.split(body)
    if len(header) > MAX_HEADER:
        raise FrameError("bad-header", f"A header has at most {MAX_HEADER:,} bytes; got {len(header):,}.")
    try:
        shape = _header.decode(header).shape
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FrameError("bad-header", f"The header cannot be read: {error}.") from None
    dims = model.card.latent.dims
    if len(shape) != 2 or shape[1] != dims or not 2 <= shape[0] <= MAX_STRIP:
        raise FrameError("bad-shape", f"A strip takes shape [n, {dims}] here with n in 2 to {MAX_STRIP}; got {shape}.")
    codes = frames.as_array(payload, shape, "float32")
    if not np.isfinite(codes).all():
        raise FrameError("not-finite", "Codes are finite numbers; got NaN or infinity.")
    return codes


def _pictures(model: Explorer, codes: np.ndarray) -> np.ndarray:
    size = len(codes) * int(np.prod(model.card.image_shape))
    if size > MAX_PIXELS:
        raise Refused(413, "too-large", f"These pictures would have {size:,} bytes; ask for fewer codes.")
    try:
        return np.concatenate([model.decode(codes[i : i + ROWS]) for i in range(0, len(codes), ROWS)])
    except Exception:  # whatever an imported graph does
        name = model.card.name
        logger.exception("a strip of %s failed", name)
        raise Refused(500, "failed", f"{name} failed to decode this; see the server's log.") from None
