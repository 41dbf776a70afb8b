"""A model as one HTML file, to be kept and opened without a server.

    GET /api/page.html?model=M

Answers the file (vae/exchange/page.py), or refuses: 404 unknown-model, 409 not-plain, where no browser runs the model.
"""

import threading

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.exchange.page import page_of
from web.door.answers import answered, known_model, passing, refusing
from web.opened.explorers import explorer

_making = threading.Lock()  # half a second of a core and some 20 MB: one at a time


def page(request: Request) -> Response:
    """Answer with a model as a file to be saved."""
    model = known_model(request)
    with refusing(409, "not-plain"), _making:
        explorer(model.name)  # whose files are as the card says, and whose graphs run
        text = page_of(model)
    answer = passing(text.encode(), "text/html; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{model.name}.html"'
    return answer


def page_route(base: str) -> Route:
    """Return the route below a base path."""
    return Route(f"{base}/api/page.html", answered(page))
