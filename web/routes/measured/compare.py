"""Models of the same things, measured beside each other.

    GET  /api/compare?models=A,B    how far it is, and what was found
    POST /api/compare?models=A,B    begin; the same answer

Answers JSON {state ("absent", "measuring", "done", "failed"), share in [0, 1], what, message}, and when it is done what
`python -m vae compare A B --json` says: figures, why, walks, factors, conditions. Or refuses (web/door/answers.py): 400
bad-request, 403 origin, 404 unknown-model, 422 not-alike, 503 busy.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.home import NAME
from vae.library.shelf import Model, find
from vae.measures.alike import MOST_SHOWN, check_alike
from web.door.answers import JSON, answered, passing, refusing
from web.door.hidden import hidden
from web.door.origins import Origins
from web.door.query import bad
from web.work import measuring
from web.work.measuring import Busy, Standing


def compare(request: Request) -> Response:
    """Answer how far it is."""
    return _told(measuring.stands(_models(request)))


def ask_compare(request: Request) -> Response:
    """Begin, unless it is done or under way."""
    models = _models(request)
    with refusing(503, "busy", {Busy: (503, "busy")}):
        return _told(measuring.measure(models))


def _models(request: Request) -> list[Model]:
    names = request.query_params.get("models", "").split(",")
    if not 2 <= len(names) <= MOST_SHOWN or not all(NAME.fullmatch(name) for name in names):
        raise bad(f"`models` is 2 to {MOST_SHOWN} names of the library with commas between.")
    with refusing(404, "unknown-model"):
        models = [find(name) for name in names]
    with refusing(422, "not-alike"):
        check_alike([model.card for model in models])
    return models


def _told(standing: Standing) -> Response:
    told = {"state": standing.state, "share": standing.share, "what": standing.what}
    return passing(msgspec.json.encode(standing.found | told | {"message": hidden(standing.message)}), JSON)


def compare_routes(base: str, origins: Origins) -> list[Route]:
    """Return the routes under the server's base path."""
    return [
        Route(f"{base}/api/compare", answered(compare), methods=["GET"]),
        Route(f"{base}/api/compare", answered(ask_compare, origins), methods=["POST"]),
    ]
