"""A model of anybody's over HTTP: its files are brought, looked at, and taken into the library.

    POST /api/foreign?filename=F[&upload=T]        the body is a file, of a new upload or one more of T; {upload, files}
    GET  /api/foreign?upload=T[&data][&range][&layout][&spread][&likelihood]
                                                   {upload, files, found}: found as vae/parcels/inspection.py has it
    POST /api/foreign/model?action=take&upload=T&name=N[& the same]   {name, state, stage, done, total, error, model}
    GET  /api/foreign/model?upload=T               the same
    POST /api/foreign/model?action=cancel&upload=T         the same
    POST /api/foreign/model?action=remove&upload=T&file=F  {upload, files}
    POST /api/foreign/model?action=drop&upload=T           {dropped}

data: the name of a data set, empty for none; left out, one at hand is suggested. range: LOW,HIGH or logits. Refusals
(web/door/answers.py): 400 bad-upload, bad-name or bad-request, 403 origin, 404 unknown-upload, 408 too-slow,
409 name-taken or busy, 413 too-large, 503 busy, 507 disk-full.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.data import describe
from vae.foreign.doors.doors import is_read_without_its_pickle
from vae.foreign.findings import LAYOUTS, LIKELIHOODS, SPREADS
from vae.foreign.graphs.reading import PICKLES, refuse_by_name
from web.door import changes
from web.door.answers import Refusals, Refused, answered, as_json, refusing
from web.door.bodies import Bounds, held_place, received
from web.door.hidden import hidden
from web.door.origins import Origins
from web.door.places import Places, turn_of
from web.door.query import bad, one_of
from web.door.visitors import address_of
from web.routes.brought.receiving import AT_ONCE, WITHIN, receive, too_large
from web.work import jobs, taking, uploads

LOOKS = 2
"""Uploads that are looked at at the same time, each by a process of its own."""

LOOKING = 8
"""Those that wait to be looked at, or are."""

KNOWN = {"layout": LAYOUTS, "spread": SPREADS, "likelihood": LIKELIHOODS}
RANGE = re.compile(r"-?\d{1,6}(\.\d{1,6})?,-?\d{1,6}(\.\d{1,6})?")


def foreign_routes(base: str, origins: Origins, upload_mb: int) -> list[Route]:
    """Return the routes under the server's base path. upload_mb: the largest upload that is taken."""
    limit = upload_mb << 20
    receiving = Places(
        AT_ONCE, f"{AT_ONCE} files are being received at this moment, or many of yours; try again in a minute."
    )
    looks = Places(LOOKING, "Many models are being looked at at this moment; try again in a minute.")
    looking = asyncio.Semaphore(LOOKS)

    async def bring(request: Request) -> Response:
        async with held_place(request, receiving, _bounds(limit, limit)):
            return as_json(_files(await _receive(request, limit)))

    async def look(request: Request) -> Response:
        with looks.one(address_of(request)):
            async with turn_of(request, looking):
                return await run_in_threadpool(_look, request)

    return [
        Route(f"{base}/api/foreign", answered(bring, origins), methods=["POST"]),
        Route(f"{base}/api/foreign", answered(look), methods=["GET"]),
        Route(f"{base}/api/foreign/model", answered(_act, origins), methods=["POST"]),
        Route(f"{base}/api/foreign/model", answered(_progress), methods=["GET"]),
    ]


def _bounds(most: int, limit: int) -> Bounds:
    cure = "Use `python -m vae import` on the server's command line, or raise LATENT_UPLOAD_MB."
    return Bounds(most, WITHIN, lambda got: too_large(got, limit, cure))


async def _receive(request: Request, limit: int) -> str:
    """Write the body to disk; return its upload's token. Nothing is left of one refused, and others stay."""
    filename, token = request.query_params.get("filename", ""), request.query_params.get("upload", "")
    bounds = _bounds(limit, limit)
    try:
        with refusing(400, "bad-upload", REFUSED):
            if not filename:
                raise bad("The address says no `filename`.")
            path = await run_in_threadpool(uploads.beside, token, filename) if token else None
            named = Path(uploads.safe_name(filename))
            there = [each.name for each in uploads.files_of(token)] if token else []
            if named.suffix.lower() in PICKLES and not is_read_without_its_pickle(named.name, there):
                refuse_by_name(named)  # before a byte of it is kept; of others it is said when they are looked at
    except Refused:
        await received(request, None, bounds)
        raise
    if path is not None:  # one more of an upload that is here
        others = uploads.size_of(path.parent)
        await receive(request, token, path, _bounds(max(1, limit - others), limit))
        return token
    token, first = await run_in_threadpool(uploads.begin, filename)
    try:
        await receive(request, token, first, bounds)
    except BaseException:
        uploads.discard(token)
        raise
    return token


def _files(token: str) -> dict[str, Any]:
    rows = [{"name": path.name, "bytes": path.stat().st_size} for path in uploads.files_of(token)]
    return {"upload": token, "files": rows}


REFUSED: Refusals = {
    uploads.NoUpload: (404, "unknown-upload"),
    uploads.InUse: (409, "busy"),
    uploads.Slow: (408, "too-slow"),
    taking.Taken: (409, "name-taken"),
    jobs.Full: (503, "busy"),
}


def _look(request: Request) -> Response:
    token, answers = _known(request), _answers(request)
    with refusing(400, "bad-upload", REFUSED):
        try:
            return as_json(_files(token) | {"found": taking.look(token, answers)})
        except FileNotFoundError:  # swept, or dropped, in between
            raise uploads.NoUpload from None


def _known(request: Request) -> str:
    token = request.query_params.get("upload", "")
    with refusing(404, "unknown-upload"):
        uploads.folder_of(token)
    return token


def _answers(request: Request) -> taking.Answers:
    """Read what a person says from the address; a path is no data set: it would open a folder of this machine."""
    given = request.query_params
    for key, known in KNOWN.items():
        if given.get(key):
            one_of(request, key, known)
    span = given.get("range", "")
    if span not in ("", "logits") and not RANGE.fullmatch(span):
        raise bad(f"`range` is LOW,HIGH or logits; got {span[:20]!r}.")
    data = given.get("data")
    if data and data not in {row["name"] for row in describe()}:
        raise bad(f"`data` is the name of a data set; got {data[:40]!r}.")
    said = {key: given.get(key, "") for key in KNOWN}
    return taking.Answers(dataset=data, range=span.replace(",", " "), **said)


def _progress(request: Request) -> Response:
    return _told(request, taking.progress)


def _act(request: Request) -> Response:
    action = one_of(request, "action", ACTIONS)
    answer = ACTIONS[action](request)
    changes.note(address_of(request), f"foreign model: {action}", request.query_params.get("name", ""))
    return answer


def _take(request: Request) -> Response:
    answers = _answers(request)
    with refusing(400, "bad-name", REFUSED):
        return _standing(taking.take(_known(request), request.query_params.get("name", ""), answers), 202)


def _cancel(request: Request) -> Response:
    return _told(request, taking.cancel)


def _told(request: Request, ask: Callable[[str], taking.Taking]) -> Response:
    with refusing(404, "unknown-upload"):
        return _standing(ask(_known(request)))


def _standing(how: taking.Taking, status: int = 200) -> Response:
    return as_json(asdict(how) | {"error": hidden(how.error)}, status)


def _remove(request: Request) -> Response:
    token = _known(request)
    with refusing(404, "unknown-upload", REFUSED):
        taking.remove(token, request.query_params.get("file", ""))
    return as_json(_files(token))


def _drop(request: Request) -> Response:
    token = _known(request)
    with refusing(404, "unknown-upload", REFUSED):
        uploads.drop(token)
    return as_json({"dropped": token})


ACTIONS: dict[str, Callable[[Request], Response]] = {"take": _take, "cancel": _cancel, "remove": _remove, "drop": _drop}
