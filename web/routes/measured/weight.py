"""GET /api/weight?model=M: what pictures of a model's data weigh in bits, packed by it and in formats that all have.

Answers JSON {what, things, numbers, ink, bits: {taken, thing, code}, whole, equal, others: {format: bits}, rates:
[{setting, bits, psnr}], lossy: {format: the same}}, in bits a picture (vae/coding/weighing.py); `what` says which
pictures: of those that are there the first 100. Or it refuses (web/door/answers.py): 404 unknown-model, 422
not-possible, 500 failed, 503 busy.

One is computed at a time, in 2 s of a core or less, and kept while the model and the pictures stay what they are.
"""

import asyncio
from typing import Any, NamedTuple

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.coding.weighing import weigh
from vae.fresh import Fresh
from web.door.answers import JSON, answered, failing, known_model, passing, refusing
from web.door.origins import Origins
from web.door.places import Places, turn_of
from web.experiments.curves import clean_things
from web.experiments.unusual import at_hand
from web.opened.explorers import explorer

MOST = 100
WAITING = 32
KEPT = 64


class Asked(NamedTuple):
    """A model in one state of its own and of its pictures."""

    model: str
    card: bytes
    images: tuple[str | None, object]


class Weights:
    """Weigh for one at a time, and keep the last answers."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(1)
        self.waiting = Places(WAITING, "Too many pictures are being weighed; ask again in a moment.")
        self.kept: Fresh[Asked, bytes] = Fresh(lambda: KEPT)

    async def serve(self, request: Request) -> Response:
        """Answer a request, from what is kept where it has been asked before."""
        card = known_model(request).card
        asked = Asked(card.name, msgspec.json.encode(card), at_hand(card))
        return passing(self.kept.find(asked) or await self._weigh(request, asked), JSON)

    async def _weigh(self, request: Request, asked: Asked) -> bytes:
        """Wait for a turn, and weigh unless somebody else has."""
        with self.waiting.one():
            async with turn_of(request, self.turns):
                if kept := self.kept.find(asked):
                    return kept
                body = await run_in_threadpool(_answer, asked.model)
                self.kept.keep(asked, body)
                return body


def _answer(name: str) -> bytes:
    with refusing(422, "not-possible"), failing(name, "pack these"):
        model = explorer(name)
        things, what = clean_things(model)
        told: dict[str, Any] = msgspec.to_builtins(weigh(model, things[:MOST]))
        return msgspec.json.encode(told | {"what": what})


def weight_routes(base: str, origins: Origins) -> list[Route]:
    """Return the route under the server's base path."""
    return [Route(f"{base}/api/weight", answered(Weights().serve, origins), methods=["GET"])]
