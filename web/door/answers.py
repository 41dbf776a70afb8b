"""What the HTTP routes share: a refusal with a code and a sentence, a frame that the browser keeps, whose model it is.

A refusal is JSON, {"error": {"code", "message"}}, with a status. What a browser has got it keeps, and asks whether it
still holds (ETag).
"""

import hashlib
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from vae.errors import InputError
from vae.files import CannotWrite
from vae.home import check_name
from vae.library.shelf import Model, find
from web.door.hidden import hidden
from web.door.origins import Origins

FRAME, JSON = "application/octet-stream", "application/json"

Refusals = dict[type[Exception], tuple[int, str]]
"""Kind of error -> status and code; the first kind that fits counts, so a special one stands before a general one."""

Answer = Callable[[Request], Response] | Callable[[Request], Awaitable[Response]]

logger = logging.getLogger(__name__)


class Refused(Exception):
    """Answer with a status, a code for programs and a sentence for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code

    def response(self) -> Response:
        return as_json({"error": {"code": self.code, "message": hidden(str(self))}}, self.status)


@contextmanager
def refusing(status: int, code: str, others: Refusals | None = None) -> Iterator[None]:
    """Refuse an `InputError` of the block in its own words; `others` have a status and a code of their own."""
    refusals: Refusals = {**(others or {}), InputError: (status, code)}
    try:
        yield
    except tuple(refusals) as error:
        its = next(refusals[kind] for kind in refusals if isinstance(error, kind))
        raise Refused(*its, str(error)) from None


def passing(body: bytes, media_type: str = FRAME, status: int = 200) -> Response:
    """Answer with what holds for this moment only."""
    return Response(body, status, headers={"Cache-Control": "no-store"}, media_type=media_type)


def as_json(told: Any, status: int = 200) -> Response:
    """Answer with JSON that holds for this moment only."""
    return passing(msgspec.json.encode(told), JSON, status)


def known_model(request: Request) -> Model:
    """Return the model that a request's address names; refuse an unknown one, a damaged one and a path."""
    with refusing(404, "unknown-model"):
        return find(check_name(request.query_params.get("model", "")))


def kept_by_browser(request: Request, body: bytes) -> Response:
    """Answer with a frame, or with 304 where the browser has this very one."""
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"Cache-Control": "no-cache", "ETag": etag}  # kept, and asked for again every time
    given = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in given:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=FRAME)


def answered(answer: Answer, origins: Origins | None = None) -> Answer:
    """Turn what `answer` raises into answers; with `origins`, only their pages may ask.

    A plain function is run in a thread, by Starlette; a coroutine waits, for its turn or for a body.
    """
    if inspect.iscoroutinefunction(answer):

        async def waits(request: Request) -> Response:
            try:
                check_origin(request, origins)
                return await answer(request)
            except ANSWERED as error:
                return answer_to(error)

        return waits

    def works(request: Request) -> Response:
        try:
            check_origin(request, origins)
            return answer(request)  # type: ignore[return-value] # it is no coroutine
        except ANSWERED as error:
            return answer_to(error)

    return works


ANSWERED = (Refused, InputError, ClientDisconnect, OSError)
"""What is an answer when a route raises it; anything else is a mistake of ours."""


def answer_to(error: Exception) -> Response:
    """Answer one of `ANSWERED`: an `InputError` that no route refuses otherwise is a bad request."""
    if isinstance(error, ClientDisconnect):  # none is owed to whoever has gone
        return Response(status_code=400)
    if isinstance(error, TimeoutError):  # of a lock, which is an OSError too
        error = Refused(503, "busy", "Somebody else writes there just now; try again in a moment.")
    if isinstance(error, OSError):
        error = _unwritable(error)
    if isinstance(error, CannotWrite):
        error = Refused(507, "disk-full", str(error))
    if isinstance(error, InputError):
        error = Refused(400, "bad-request", str(error))
    assert isinstance(error, Refused)
    return error.response()


def _unwritable(error: OSError) -> Refused:
    """Refuse where the server's folder takes nothing: it is full, read-only, or something is in the way."""
    logger.error("A file cannot be read or written: %s", error)
    reason = error.strerror or "no reason given"
    return Refused(
        507, "disk-full", f"The server cannot write its files ({reason}); whoever runs it makes room for them."
    )


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


def check_origin(request: Request, origins: Origins | None) -> None:
    """Refuse a request from another site's page; None: any may ask."""
    if origins is not None and not origins.admit(request):
        raise Refused(403, "origin", "Pages of another origin may not ask this server for work.")
