"""POST /api/name?model=M&dim=N&to=TEXT: call a dimension, counted from 0, TEXT; nothing where that is empty.

Answers JSON {"names"}: what each dimension is called now, "" where it has no name. Refused (web/door/answers.py) are:
400 bad-request, 403 origin, 404 unknown-model, 507 disk-full.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.library.names import name_dimension
from web.door import changes
from web.door.answers import answered, as_json, known_model
from web.door.origins import Origins
from web.door.query import bad, whole
from web.door.visitors import address_of


def name(request: Request) -> Response:
    """Give a dimension of a model the name that a visitor wants."""
    model, dim = known_model(request), whole(request, "dim")
    if "to" not in request.query_params:
        raise bad("`to` is missing: the name, or nothing to take it back.")
    names = name_dimension(model, dim, request.query_params["to"])
    changes.note(address_of(request), "model: dimension named", model.name)
    return as_json({"names": names})


def name_route(base: str, origins: Origins) -> Route:
    """Return the route under the server's base path."""
    return Route(f"{base}/api/name", answered(name, origins), methods=["POST"])
