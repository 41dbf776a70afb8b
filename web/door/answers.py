"""What the HTTP routes share: a refusal with a code and a sentence, a frame that the browser keeps, whose model it is.

A refusal is JSON, {"error": {"code", "message"}}, with a status. What a browser has got it keeps, and asks whether it
still holds (ETag).
"""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from vae.errors import InputError
from vae.home import check_name
from vae.library.shelf import Model, find
from web.door.hidden import hidden
from web.door.origins import Origins

FRAME = "application/octet-stream"

logger = logging.getLogger(__name__)


class Refused(Exception):
    """Answer with a status, a code for programs and a sentence for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code

    def response(self) -> Response:
        body = {"error": {"code": self.code, "message": hidden(str(self))}}
        return Response(
            msgspec.json.encode(body),
            self.status,
            headers={"Cache-Control": "no-store"},
            media_type="application/json",
        )


def known_model(request: Request) -> Model:
    """Return the model that a request's address names; refuse an unknown one, a damaged one and a path."""
    name = request.query_params.get("model", "")
    try:
        return find(check_name(name))
    except InputError as error:
        raise Refused(404, "unknown-model", str(error)) from None


def kept_by_browser(request: Request, body: bytes) -> Response:
    """Answer with a frame, or with 304 where the browser has this very one."""
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"Cache-Control": "no-cache", "ETag": etag}  # kept, and asked for again every time
    given = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in given:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=FRAME)


def answered(answer: Callable[[Request], Response], origins: Origins | None = None) -> Callable[[Request], Response]:
    """Turn refusals into answers; with `origins`, only their pages may ask."""

    def endpoint(request: Request) -> Response:  # not a coroutine: Starlette runs it in a thread
        try:
            if origins is not None:
                check_origin(request, origins)
            return answer(request)
        except Refused as refused:
            return refused.response()
        except OSError as error:
            return _unwritable(error)

    return endpoint


def _unwritable(error: OSError) -> Response:
    """Answer where the server's folder takes nothing: it is full, read-only, or something is in the way."""
    logger.error("A file cannot be read or written: %s", error)
    reason = error.strerror or "no reason given"
    return Refused(
        507, "disk-full", f"The server cannot write its files ({reason}); whoever runs it makes room for them."
    ).response()


def answered_in_turn(
    answer: Callable[[Request], Awaitable[Response]], origins: Origins | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """Do the same for an answer that waits, for its turn or a body; none is owed to whoever has gone meanwhile."""

    async def endpoint(request: Request) -> Response:
        try:
            if origins is not None:
                check_origin(request, origins)
            return await answer(request)
        except Refused as refused:
            return refused.response()
        except ClientDisconnect:
            return Response(status_code=400)
        except OSError as error:
            return _unwritable(error)

    return endpoint


@contextmanager
def failing(model: str, what: str) -> Iterator[None]:
    """Log whatever an imported graph does while it is to do `what`, and refuse (500 failed); what is told goes on."""
    try:
        yield
    except (Refused, InputError):
        raise
    except Exception:
        logger.exception("%s failed to %s", model, what)
        raise Refused(500, "failed", f"{model} failed to {what}; see the server's log.") from None


def check_origin(request: Request, origins: Origins) -> None:
    """Refuse a request from another site's page."""
    if not origins.admit(request):
        raise Refused(403, "origin", "Pages of another origin may not ask this server for work.")
