"""GET /api/weight?model=M: what pictures of a model's data weigh in bits, packed by it and in formats that all have.

Answers JSON {what, things, numbers, ink, bits: {taken, thing, code}, whole, equal, others: {format: bits}, rates:
[{setting, bits, psnr}], lossy: {format: the same}}, in bits a picture (vae/coding/weighing.py); `what` says which
pictures: of those that are there the first 100. Or it refuses (web/door/answers.py): 404 unknown-model, 422
not-possible, 500 failed, 503 busy.

One is computed at a time, in 2 s of a core or less, and kept while the model and the pictures stay what they are.
"""

from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.coding.weighing import weigh
from web.door.answers import JSON, answered, failing, known_model, passing, refusing
from web.door.origins import Origins
from web.experiments.curves import clean_things
from web.experiments.unusual import at_hand
from web.opened.explorers import explorer
from web.routes.measured.answers import Answers

MOST = 100
KEPT = 64


class Asked(NamedTuple):
    """A model in one state of its own and of its pictures."""

    model: str
    card: bytes
    images: tuple[str | None, object]


def _answer(asked: Asked) -> tuple[bytes, bool]:
    with refusing(422, "not-possible"), failing(asked.model, "pack these"):
        model = explorer(asked.model)
        things, what = clean_things(model)
        told: dict[str, Any] = msgspec.to_builtins(weigh(model, things[:MOST]))
        return msgspec.json.encode(told | {"what": what}), True


def weight_routes(base: str, origins: Origins) -> list[Route]:
    """Return the route under the server's base path."""
    answers = Answers("Too many pictures are being weighed; ask again in a moment.", KEPT, _answer)

    async def weight(request: Request) -> Response:
        card = known_model(request).card
        asked = Asked(card.name, msgspec.json.encode(card), at_hand(card))
        return passing(await answers.of(request, asked), JSON)

    return [Route(f"{base}/api/weight", answered(weight, origins), methods=["GET"])]
