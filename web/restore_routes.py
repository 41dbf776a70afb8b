"""GET /api/curve?model=M&corruption=C&amount=A&method=X[&method=Y…]: how well each method restores, on many images.

Answers JSON {amount, images, clean, spoiled, psnr, seconds}: `psnr` has each method's mean PSNR in dB, `spoiled` that
of the images before they were restored, `clean` says which images (web/curves.py), `images` how many: the first 200, or
as many as 20 s allow. Or it refuses (web/answers.py): 400 bad-request, 403 origin, 404 unknown-model, 422 no-images,
503 busy.

One is computed at a time, in a thread beside those of the live socket; the last answers are kept.
"""

import asyncio
from collections import OrderedDict
from typing import NamedTuple

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.corruptions import CORRUPTIONS, TRAINABLE
from vae.errors import InputError, unknown
from vae.restoration import METHODS, check_suited
from web.answers import Refused, check_origin, known_model
from web.curves import point
from web.explorers import explorer
from web.origins import Origins

WAITING = 32
KEPT = 1024


class Asked(NamedTuple):
    """What is asked for: a point of the curve of this model, whose card tells one state of it from another."""

    model: str
    card: bytes
    corruption: str
    amount: float
    methods: tuple[str, ...]


class Curves:
    """Compute one answer at a time, and keep the last thousand."""

    def __init__(self, origins: Origins) -> None:
        self.origins = origins
        self.turns = asyncio.Semaphore(1)
        self.waiting = 0
        self.kept: OrderedDict[Asked, bytes] = OrderedDict()

    async def serve(self, request: Request) -> Response:
        """Answer a request, from what is kept where it has been asked before."""
        try:
            check_origin(request, self.origins)
            asked = read(request)
            if asked not in self.kept:
                await self.compute(request, asked)
        except Refused as refused:
            return refused.response()
        body = self.kept.get(asked, b"")  # none where the browser has left meanwhile
        return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")

    async def compute(self, request: Request, asked: Asked) -> None:
        """Wait for a turn, and compute the answer unless somebody else has, or the one who asked is gone."""
        if self.waiting >= WAITING:
            raise Refused(503, "busy", "Too many curves are being drawn; ask again in a moment.")
        self.waiting += 1
        try:
            async with self.turns:
                if asked in self.kept or await request.is_disconnected():
                    return
                self.kept[asked] = await run_in_threadpool(answer, asked)
                while len(self.kept) > KEPT:
                    self.kept.popitem(last=False)
        finally:
            self.waiting -= 1


def read(request: Request) -> Asked:
    """Read what is asked from the address; refuse what no curve can be drawn of."""
    model, asked = known_model(request), request.query_params
    corruption, methods = asked.get("corruption", ""), tuple(dict.fromkeys(asked.getlist("method")))
    try:
        if corruption not in TRAINABLE:
            raise unknown("corruption for a curve", corruption[:80], TRAINABLE)
        for method in methods:
            check_suited(method[:80], model.card.image_shape[1:], CORRUPTIONS[corruption].hides)
    except InputError as error:
        raise Refused(400, "bad-request", str(error)) from None
    if not methods:
        raise Refused(400, "bad-request", f"`method` is missing; name one or several of: {', '.join(METHODS)}.")
    return Asked(model.name, msgspec.json.encode(model.card), corruption, _amount(asked.get("amount", "")), methods)


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 <= amount <= 1:  # false for NaN too
        raise Refused(400, "bad-request", f"`amount` is a number from 0 to 1; got {text[:20]!r}.")
    return round(amount, 3)


def answer(asked: Asked) -> bytes:
    """Compute a point and return it as JSON."""
    try:
        return msgspec.json.encode(point(explorer(asked.model), asked.corruption, asked.amount, asked.methods))
    except InputError as error:
        raise Refused(422, "no-images", str(error)) from None


def restore_routes(base: str, origins: Origins) -> list[Route]:
    """Return the routes under the server's base path."""
    return [Route(f"{base}/api/curve", Curves(origins).serve)]
