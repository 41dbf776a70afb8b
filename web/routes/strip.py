"""POST /api/strip?model=M&kind=gif|mp4[&seconds=S][&theme=light|dark]: some codes, pictured as a film, there and back.

The body is one frame (web/wire/frames.py): header {shape: [n, d]}, n in 2 to 256, and the codes, float32. Answers the
file. Of a long film of large pictures some are left out (vae/films/strip.py); `theme` is of what is drawn, as series
are. Refused (web/door/answers.py) are: 400 bad-request, bad-frame, bad-header, bad-shape, bad-payload or not-finite,
403 origin, 404 unknown-model, 408 too-slow, 413 too-large, 500 failed, 503 busy.
"""

import asyncio
import io
from contextlib import AsyncExitStack
from typing import Annotated

import msgspec
import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.colours import THEMES
from vae.explore.explorer import Explorer
from vae.films.strip import LONGEST, SHORTEST, SIDE, film
from vae.kinds.kind import Paper
from vae.library.cards import MAX_LATENT_DIMS, Card
from web.door.answers import Refused, answered, failing, known_model, refusing
from web.door.bodies import Bounds, held_place, received
from web.door.origins import Origins
from web.door.places import Places, turn_of
from web.door.query import bad, whole
from web.door.sending import Held
from web.door.visitors import address_of
from web.opened.explorers import explorer
from web.wire import frames
from web.wire.frames import MAX_HEADER, MAX_STRIP, FrameError, Size

TYPES = {"gif": "image/gif", "mp4": "video/mp4"}

AT_ONCE = 1
"""Films that are made at the same time. One of 64 pictures of 28 x 28 takes 0.02 to 0.2 s of a core, the largest of
vae/films/strip.py 1.5 s, and 12 s where its pictures are nothing but noise."""

MOST_WAITING = 16
"""Films in line, each with at most half a megabyte of codes, or made and not read yet."""

WITHIN = 30.0
"""Seconds that the codes may take to come."""

MAX_BYTES = 4 + MAX_HEADER + 4 * MAX_STRIP * MAX_LATENT_DIMS
RECEIVED = 32
"""Bodies that are received at the same time."""

MAX_PIXELS = 64 << 20
"""Of all pictures of a film together: 256 of 296 x 296 in colour."""

ROWS = 32
"""Codes decoded at a time: the pictures pass through memory as float32."""


class _Header(msgspec.Struct):
    shape: Annotated[list[Size], msgspec.Meta(max_length=4)]


_header = msgspec.json.Decoder(_Header)


def strip_routes(base: str, origins: Origins) -> list[Route]:
    """Return the route under the server's base path."""
    turns = asyncio.Semaphore(AT_ONCE)
    waiting = Places(MOST_WAITING, "Too many films are waiting to be made; try again in a minute.")
    receiving = Places(RECEIVED, "Too many films are being asked for at this moment; try again in a minute.")

    async def strip(request: Request) -> Response:
        card, (kind, seconds, theme) = known_model(request).card, _wishes(request)
        given = _class(card, request)
        codes = _codes(card, await _body(request, receiving))
        async with AsyncExitStack() as held:
            held.enter_context(waiting.one(address_of(request)))
            async with turn_of(request, turns):
                file = await run_in_threadpool(_film, card.name, codes, given, kind, seconds, theme)
            headers = {
                "Content-Disposition": f'attachment; filename="{card.name}-path.{kind}"',
                "Cache-Control": "no-store",
            }
            return Held(Response(file, headers=headers, media_type=TYPES[kind]), held.pop_all())

    return [Route(f"{base}/api/strip", answered(strip, origins), methods=["POST"])]


async def _body(request: Request, places: Places) -> bytes:
    """Return the body; refuse one that is too large."""
    bounds, body = Bounds(MAX_BYTES, WITHIN, _too_large), io.BytesIO()
    async with held_place(request, places, bounds):
        await received(request, body, bounds)
    return body.getvalue()


def _too_large(_: str) -> Refused:
    return Refused(413, "too-large", f"A strip has at most {MAX_STRIP} codes and {MAX_BYTES:,} bytes; send fewer.")


def _wishes(request: Request) -> tuple[str, float, str]:
    query = request.query_params
    kind, asked, theme = query.get("kind", ""), query.get("seconds", "4"), query.get("theme", "light")
    try:
        seconds = float(asked)
    except ValueError:
        seconds = 0.0
    if kind not in TYPES or not SHORTEST <= seconds <= LONGEST:  # nor NaN
        raise bad(f"`kind` is gif or mp4, and `seconds` a number from {SHORTEST:g} to {LONGEST:g}.")
    if theme not in THEMES:
        raise bad(f"`theme` is one of {', '.join(THEMES)}.")
    return kind, seconds, theme


def _class(card: Card, request: Request) -> int | None:
    """Return the class that a conditional model is to decode the codes with; refuse one that it does not know."""
    if not card.told:
        return None
    given = whole(request, "class", 0)
    if given >= card.told:
        raise bad(f"`class` is a number from 0 to {card.told - 1} here; got {given}.")
    return given


def _codes(card: Card, body: bytes) -> np.ndarray:
    """Read the codes, float32 [n, d]; refuse what is none, and too many of them."""
    try:
        codes = _codes_of(card.latent.dims, body)
    except FrameError as error:
        raise Refused(400, error.refusal.error.code, str(error)) from None
    if (size := len(codes) * int(np.prod(card.image_shape))) > MAX_PIXELS:
        raise Refused(413, "too-large", f"These pictures would have {size:,} bytes; ask for fewer codes.")
    return codes


def _codes_of(dims: int, body: bytes) -> np.ndarray:
    header, payload = frames.split(body)
    if len(header) > MAX_HEADER:
        raise FrameError("bad-header", f"A header has at most {MAX_HEADER:,} bytes; got {len(header):,}.")
    try:
        shape = _header.decode(header).shape
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FrameError("bad-header", f"The header cannot be read: {error}.") from None
    if len(shape) != 2 or shape[1] != dims or not 2 <= shape[0] <= MAX_STRIP:
        raise FrameError("bad-shape", f"A strip takes shape [n, {dims}] here with n in 2 to {MAX_STRIP}; got {shape}.")
    codes = frames.as_array(payload, shape, "float32")
    if not np.isfinite(codes).all():
        raise FrameError("not-finite", "Codes are finite numbers; got NaN or infinity.")
    return codes


def _film(name: str, codes: np.ndarray, given: int | None, kind: str, seconds: float, theme: str) -> bytes:
    with refusing(404, "unknown-model"):
        model = explorer(name)
    if model.card.latent.dims != codes.shape[1]:  # another has taken its name meanwhile
        raise Refused(
            400, "bad-shape", f"{name} has {model.card.latent.dims} dimensions; the codes have {codes.shape[1]}."
        )
    with failing(name, "make a film of this"):
        return film(_pictures(model, codes, given, Paper(SIDE, theme=THEMES[theme])), kind, seconds)


def _pictures(model: Explorer, codes: np.ndarray, given: int | None, paper: Paper) -> np.ndarray:
    things = np.concatenate([model.decode(codes[i : i + ROWS], given) for i in range(0, len(codes), ROWS)])
    return model.kind.draw(things, model.card.item, paper)
