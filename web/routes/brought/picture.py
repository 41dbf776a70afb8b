"""POST /api/picture?model=M: a file of a person's own, as it was uploaded or pasted, becomes what the model takes.

A picture, or of a model of series one series. Answers one frame: header {note, shape} and one array, pixels uint8
[H, W, C] or series float32 [T, C]; or JSON {"error": {"code", "message"}}: 400 bad-picture, bad-series or bad-request,
403 origin, 404 unknown-model, 408 too-slow, 413 too-large, 503 busy, 507 disk-full.
`invert=yes|no` and `fit=digit|whole` in the address overrule what is chosen otherwise (vae/own/images/picture.py).
"""

import asyncio
import tempfile
from pathlib import Path
from typing import IO, cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.kinds.kind import Item
from vae.kinds.kinds import kind_of
from vae.own.images.picture import MAX_BYTES, Fit
from vae.own.readers import Manners
from web.door.answers import Refused, answered, known_model, passing, refusing
from web.door.bodies import Bounds, held_place, received, spooled
from web.door.origins import Origins
from web.door.places import Places, turn_of
from web.door.query import bad
from web.opened.brought import brought
from web.wire import frames

AT_ONCE = 2
"""Pictures that are read at the same time, each taking up to 220 MB."""

RECEIVED = 32
"""Pictures that are received at the same time or wait for their turn: 2 GB of the disk at the most."""

WITHIN = 120.0
"""Seconds that a picture may take to come."""

SPARE_BYTES = 16 << 20
"""What pictures, which are deleted at once, leave of the disk for temporary files."""

INVERT = {None: None, "yes": True, "no": False}


def picture_route(base: str, origins: Origins) -> Route:
    """Return the route under the server's base path."""
    turns = asyncio.Semaphore(AT_ONCE)
    places = Places(RECEIVED, "Too many pictures are being sent at this moment; try again in a minute.")
    bounds = Bounds(MAX_BYTES, WITHIN, _too_large, Path(tempfile.gettempdir()), SPARE_BYTES)

    async def picture(request: Request) -> Response:
        async with held_place(request, places, bounds):
            with spooled() as body:  # what waits for its turn lies on disk
                await received(request, body, bounds)
                async with turn_of(request, turns):
                    return await run_in_threadpool(_read, request, body)

    return Route(f"{base}/api/picture", answered(picture, origins), methods=["POST"])


def _too_large(got: str) -> Refused:
    return Refused(
        413, "too-large", f"A picture or series has at most {MAX_BYTES >> 20} MB; got {got}. Save it smaller."
    )


def _read(request: Request, body: IO[bytes]) -> Response:
    model, said = known_model(request), manners_in(request.query_params)
    kind = model.card.kind
    body.seek(0)
    with refusing(400, refusal_of(model.card.item)):
        one = brought(model, body.read(), said)
    named = {"pixels" if kind.pixels else kind.noun: one.thing}
    return passing(frames.join_arrays({"note": one.note, "shape": one.thing.shape}, named))


def refusal_of(item: Item) -> str:
    """Return the code of a refusal of what is no thing of this kind: bad-picture, bad-series."""
    return f"bad-{kind_of(item).seen[0]}"


def manners_in(asked: QueryParams) -> Manners:
    """Return what an address says of how pictures are to be read."""
    invert, fit = asked.get("invert"), asked.get("fit")
    if invert not in INVERT or fit not in (None, "digit", "whole"):
        raise bad("`invert` is yes or no, and `fit` is digit or whole; either may be left out.")
    return Manners(INVERT[invert], cast(Fit | None, fit))
