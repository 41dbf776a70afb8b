"""GET /api/curve?model=M&corruption=C&amount=A&method=X[&method=Y…]: how well each method restores, on many images.

Answers JSON {amount, images, there, clean, spoiled, psnr, seconds}: `psnr` has each method's mean PSNR in dB, `spoiled`
that of the images before they were restored, `clean` says which images (web/experiments/curves.py), `images` how many:
of the `there` first, 200 at the most, as many as 20 s allow. Or it refuses (web/door/answers.py): 400 bad-request, 403
origin, 404 unknown-model, 422 no-images, 500 failed, 503 busy.

One is computed at a time, in a thread beside those of the live socket; the last answers are kept, if of all images.
"""

import asyncio
from typing import NamedTuple

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.errors import InputError, unknown
from vae.experiments.restoration import METHODS, check_suited
from vae.fresh import Fresh
from vae.kinds.corruptions import CORRUPTIONS, TRAINABLE
from web.door.answers import Refused, answered_in_turn, failing, known_model
from web.door.origins import Origins
from web.door.places import Places
from web.experiments.curves import point
from web.experiments.unusual import at_hand
from web.opened.explorers import explorer

WAITING = 32
KEPT = 1024


class Asked(NamedTuple):
    """What is asked for: a point of the curve of this model.

    The card tells one state of the model from another, and `images` one state of those at hand.
    """

    model: str
    card: bytes
    images: tuple[str | None, object]
    corruption: str
    amount: float
    methods: tuple[str, ...]


class Curves:
    """Compute one answer at a time, and keep the last thousand."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(1)
        self.waiting = Places(WAITING, "Too many curves are being drawn; ask again in a moment.")
        self.kept: Fresh[Asked, bytes] = Fresh(lambda: KEPT)

    async def serve(self, request: Request) -> Response:
        """Answer a request, from what is kept where it has been asked before."""
        asked = read(request)
        body = self.kept.find(asked) or await self.compute(request, asked)
        return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")

    async def compute(self, request: Request, asked: Asked) -> bytes:
        """Wait for a turn, and compute the answer unless somebody else has; none where the one who asked is gone."""
        with self.waiting.one():
            async with self.turns:
                if (kept := self.kept.find(asked)) or await request.is_disconnected():
                    return kept or b""
                body, whole = await run_in_threadpool(answer, asked)
                if whole:
                    self.kept.keep(asked, body)
                return body


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
    card, amount = model.card, _amount(asked.get("amount", ""))
    return Asked(model.name, msgspec.json.encode(card), at_hand(card), corruption, amount, methods)


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 <= amount <= 1:  # false for NaN too
        raise Refused(400, "bad-request", f"`amount` is a number from 0 to 1; got {text[:20]!r}.")
    return round(amount, 3)


def answer(asked: Asked) -> tuple[bytes, bool]:
    """Compute a point and return it as JSON; and whether it is of all the images."""
    try:
        with failing(asked.model, "restore these"):
            told = point(explorer(asked.model), asked.corruption, asked.amount, asked.methods)
        return msgspec.json.encode(told), told.images == told.there
    except InputError as error:
        raise Refused(422, "no-images", str(error)) from None


def restore_routes(base: str, origins: Origins) -> list[Route]:
    """Return the routes under the server's base path."""
    return [Route(f"{base}/api/curve", answered_in_turn(Curves().serve, origins))]
