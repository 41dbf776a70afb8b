"""POST /api/picture?model=M: a picture file, as it was uploaded or pasted, becomes what the model takes.

Answers one frame: header {note, shape} and one array, pixels uint8 [H, W, C]; or JSON {"error": {"code", "message"}}:
400 bad-picture or bad-request, 403 origin, 404 unknown-model, 413 too-large. `invert=yes|no` and `fit=digit|whole` in
the address overrule what is chosen otherwise (vae/pictures.py).
"""

import asyncio
import tempfile
from dataclasses import replace
from typing import IO, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from vae.errors import InputError
from vae.pictures import MAX_BYTES, Fit, manner_of, read_picture
from web import frames
from web.answers import FRAME, Refused, check_origin, known_model
from web.origins import Origins

AT_ONCE = 2
"""Pictures that are read at the same time, each taking up to 220 MB."""

DRAINED = 4 * MAX_BYTES
"""Bytes of a body too large that are taken before it is refused: a browser that is cut off shows no reason."""

INVERT = {None: None, "yes": True, "no": False}


def picture_route(base: str, origins: Origins) -> Route:
    """Return the route under the server's base path."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def endpoint(request: Request) -> Response:
        # What waits for its turn lies on disk.
        with tempfile.SpooledTemporaryFile(max_size=2**20) as body:
            try:
                check_origin(request, origins)
                await _receive(request, cast(IO[bytes], body))
                async with turns:
                    return await run_in_threadpool(_read, request, cast(IO[bytes], body))
            except Refused as refused:
                return refused.response()
            except ClientDisconnect:
                return Response(status_code=400)

    return Route(f"{base}/api/picture", endpoint, methods=["POST"])


async def _receive(request: Request, body: IO[bytes]) -> None:
    """Write the body to a file, and refuse one that is too large as soon as it is known to be."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BYTES:
            body.write(chunk)
        elif size > DRAINED:
            break
    if size > MAX_BYTES:
        got = f"more than {DRAINED >> 20}" if size > DRAINED else f"{size / 2**20:.1f}"
        raise Refused(413, "too-large", f"A picture has at most {MAX_BYTES >> 20} MB; got {got} MB. Save it smaller.")


def _read(request: Request, body: IO[bytes]) -> Response:
    card = known_model(request).card
    invert, fit = request.query_params.get("invert"), request.query_params.get("fit")
    if invert not in INVERT or fit not in (None, "digit", "whole"):
        raise Refused(400, "bad-request", "`invert` is yes or no, and `fit` is digit or whole; either may be left out.")
    manner = manner_of(card)
    if fit is not None:
        manner = replace(manner, fit=cast(Fit, fit))
    body.seek(0)
    try:
        picture = read_picture(body.read(), card.image_shape, manner, INVERT[invert])
    except InputError as error:
        raise Refused(400, "bad-picture", str(error)) from None
    header = {"note": picture.note, "shape": picture.pixels.shape}
    return Response(
        frames.join_arrays(header, {"pixels": picture.pixels}),
        headers={"Cache-Control": "no-store"},
        media_type=FRAME,
    )
