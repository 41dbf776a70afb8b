"""GET /api/curve?model=M&corruption=C&amount=A&method=X[&method=Y…]: how well each method restores, on many things.

Answers JSON {amount, images, there, clean, measure, spoiled, restored, seconds}: `restored` has each method's mean of
what is measured of such things, for images `psnr`, in dB, and for series `rmse`, in their own unit; `spoiled` that of
the things before they were restored, `clean` says which they are (web/experiments/curves.py), `images` how many: of the
`there` first, 200 at the most, as many as 20 s allow. Or it refuses (web/door/answers.py): 400 bad-request, 403 origin,
404 unknown-model, 422 no-images, 500 failed, 503 busy.

One is computed at a time, in a thread beside those of the live socket; the last answers are kept, if of all images.
"""

from typing import NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.errors import unknown
from vae.experiments.restoration import check_suited, methods_of
from vae.kinds.corruptions import trainable
from web.door.answers import JSON, answered, failing, known_model, passing, refusing
from web.door.origins import Origins
from web.door.query import bad, number
from web.experiments.curves import point
from web.experiments.unusual import at_hand
from web.opened.explorers import explorer
from web.routes.measured.answers import Answers

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


def read(request: Request) -> Asked:
    """Read what is asked from the address; refuse what no curve can be drawn of."""
    model, asked = known_model(request), request.query_params
    card, kind = model.card, model.card.kind
    corruption, methods = asked.get("corruption", ""), tuple(dict.fromkeys(asked.getlist("method")))
    if corruption not in trainable(kind):
        raise unknown("corruption for a curve", corruption[:80], trainable(kind))
    for method in methods:
        check_suited(method[:80], card.item, kind.corruptions[corruption].hides)
    if not methods:
        raise bad(f"`method` is missing; name one or several of: {', '.join(methods_of(card.item))}.")
    amount = round(number(request, "amount", what="a number from 0 to 1", between=(0, 1)), 3)
    return Asked(model.name, msgspec.json.encode(card), at_hand(card), corruption, amount, methods)


def answer(asked: Asked) -> tuple[bytes, bool]:
    """Compute a point and return it as JSON; and whether it is of all the images."""
    with refusing(422, "no-images"), failing(asked.model, "restore these"):
        told = point(explorer(asked.model), asked.corruption, asked.amount, asked.methods)
    return msgspec.json.encode(told), told.images == told.there


def restore_routes(base: str, origins: Origins) -> list[Route]:
    """Return the routes under the server's base path."""
    answers = Answers("Too many curves are being drawn; ask again in a moment.", KEPT, answer)

    async def curve(request: Request) -> Response:
        return passing(await answers.of(request, read(request)), JSON)

    return [Route(f"{base}/api/curve", answered(curve, origins))]
