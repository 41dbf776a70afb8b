"""A person's own data over HTTP: a file is brought, looked at, and made a data set.

    POST /api/upload?filename=F                      the body is the file; answers {upload, filename, bytes, preview}
    GET  /api/upload?upload=T[&height&width&colour&fit&kind&scale]   the same once more, with other choices
    GET  /api/datasets                               {datasets: rows of vae.data.describe() with bytes, limits}
    POST /api/datasets?action=add&upload=T&name=N[&side | &height&width][&colour][&fit][&held_out][&seed]
                                                      [&values][&label][&invert][&kind][&scale]
    GET  /api/datasets/progress?name=N               {name, state, stage, done, total, error, left_out, dataset}
    POST /api/datasets?action=cancel&name=N          the same
    POST /api/datasets?action=delete&name=N          {deleted}
    POST /api/datasets?action=drop&upload=T          {dropped}

Refusals (web/door/answers.py): 400 bad-upload, bad-name or bad-request, 403 origin, 404 unknown-upload or
unknown-dataset, 408 too-slow, 409 name-taken, not-own or busy, 413 too-large, 503 busy, 507 disk-full.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.data import describe
from vae.datasets.prepared import folder_of
from vae.own import own_sets
from vae.own.collection import MOST_FILES, printable
from vae.own.making import SIDES, Making
from vae.runs.shelf import training_on
from web.door import changes
from web.door.answers import Refusals, Refused, answered, as_json, refusing
from web.door.bodies import Bounds, held_place, received
from web.door.origins import Origins
from web.door.places import Places, turn_of
from web.door.query import bad, number, one_of, whole
from web.door.visitors import address_of
from web.routes.brought.receiving import AT_ONCE, WITHIN, receive, too_large
from web.work import adding, jobs, uploads

FORMATS = (".zip", ".npz", ".npy", ".csv", ".tsv", ".txt", ".smi", "ubyte", "ubyte.gz", ".npy.gz")
"""How names end: MNIST's own files have no suffix."""
LOOKS = 2
"""Uploads that are looked at at the same time, each by a process of its own."""

LOOKING = 16
"""Those that wait to be looked at, or are."""

COLOUR = {None: None, "": None, "yes": True, "no": False}


def upload_routes(base: str, origins: Origins, upload_mb: int) -> list[Route]:
    """Return the routes under the server's base path. upload_mb: the largest file that is taken."""
    limit = upload_mb << 20
    receiving = Places(
        AT_ONCE, f"{AT_ONCE} files are being received at this moment, or many of yours; try again in a minute."
    )
    looks = Places(LOOKING, "Many files are being looked at at this moment; try again in a minute.")
    looking = asyncio.Semaphore(LOOKS)

    async def upload(request: Request) -> Response:
        async with held_place(request, receiving, _bounds(limit)):
            token = await _receive(request, limit)
        try:
            with looks.one(address_of(request)):
                async with turn_of(request, looking):
                    return await run_in_threadpool(_look, request, token)
        except BaseException:
            uploads.discard(token)
            raise

    def datasets(_: Request) -> Response:
        limits = {"upload_bytes": limit, "files": MOST_FILES, "side": SIDES, "formats": FORMATS}
        return as_json({"datasets": rows(), "limits": limits})

    async def look_again(request: Request) -> Response:
        with looks.one(address_of(request)):
            async with turn_of(request, looking):
                return await run_in_threadpool(lambda: _look(request, _known(request)))

    return [
        Route(f"{base}/api/upload", answered(upload, origins), methods=["POST"]),
        Route(f"{base}/api/upload", answered(look_again), methods=["GET"]),
        Route(f"{base}/api/datasets", answered(datasets), methods=["GET"]),
        Route(f"{base}/api/datasets", answered(_act, origins), methods=["POST"]),
        Route(f"{base}/api/datasets/progress", answered(_progress), methods=["GET"]),
    ]


def rows() -> list[dict[str, Any]]:
    """List all data sets, with the bytes that a person's own take."""
    return [row | {"bytes": _bytes_of(row["name"]) if row["own"] else None} for row in describe()]


def _bytes_of(name: str) -> int:
    return uploads.size_of(folder_of(name))


def _bounds(limit: int) -> Bounds:
    return Bounds(limit, WITHIN, lambda got: _too_large(got, limit))


async def _receive(request: Request, limit: int) -> str:
    """Write the body to disk, never more of it than the limit; return its token. Nothing is left of one refused."""
    filename, bounds = request.query_params.get("filename", ""), _bounds(limit)
    if not filename.lower().endswith(FORMATS):
        await received(request, None, bounds)
        what = f"got {printable(filename)!r}" if filename else "the address says no `filename`"
        raise Refused(
            400,
            "bad-upload",
            f"Choose a zip file of pictures, a .npz (images, labels) or .npy, a file of MNIST's kind, "
            f"a .csv of pixels, a .csv, .npz or .npy of series, a .txt of words, or a .smi of molecules; {what}.",
        )
    token, path = await run_in_threadpool(uploads.begin, filename)
    try:
        await receive(request, token, path, bounds)
    except BaseException:
        uploads.discard(token)
        raise
    return token


def _too_large(got: str, limit: int) -> Refused:
    cure = "Bring fewer or smaller pictures, use `python -m vae add` on the server's command line, or raise"
    return too_large(got, limit, f"{cure} LATENT_UPLOAD_MB.")


LOOK_REFUSED: Refusals = {
    uploads.Slow: (408, "too-slow"),
    uploads.NoUpload: (404, "unknown-upload"),
    OSError: (400, "bad-upload"),
}


def _look(request: Request, token: str) -> Response:
    making = _making(request)
    with refusing(400, "bad-upload", LOOK_REFUSED):
        try:
            path = uploads.find(token)
            told = {"upload": token, "filename": path.name, "bytes": path.stat().st_size}
            return as_json(told | {"preview": adding.look(token, making)})
        except FileNotFoundError:  # swept, or dropped, in between
            raise uploads.NoUpload from None


def _known(request: Request) -> str:
    token = request.query_params.get("upload", "")
    with refusing(404, "unknown-upload"):
        uploads.find(token)
    return token


def _making(request: Request) -> Making:
    """Read how the set is to be made from the address; what it leaves out is chosen to suit the pictures."""
    given = request.query_params
    if (colour := given.get("colour")) not in COLOUR:
        raise bad(f"`colour` is yes or no; got {colour[:20]!r}." if colour else "`colour`?")
    if (inverted := given.get("invert")) not in COLOUR:
        raise bad(f"`invert` is yes or no; got {inverted[:20]!r}." if inverted else "`invert`?")
    side, share = _whole(request, "side"), "a number from 0.01 to 0.5"
    return Making(
        height=side or _whole(request, "height"),
        width=side or _whole(request, "width"),
        colour=COLOUR[colour],
        fit=given.get("fit") or "crop",
        held_out=number(request, "held_out", what=share) if given.get("held_out") else 0.1,
        seed=_whole(request, "seed") or 0,
        values=given.get("values", ""),
        label=given.get("label", ""),
        invert=COLOUR[inverted] is True,
        kind=given.get("kind", ""),
        scale=given.get("scale", ""),
    )


def _whole(request: Request, key: str) -> int | None:
    """Return a whole number of the address, or None where it is empty or left out."""
    return whole(request, key, what="a whole number", digits=10) if request.query_params.get(key) else None


def _act(request: Request) -> Response:
    action = one_of(request, "action", ACTIONS)
    answer = ACTIONS[action](request)
    changes.note(address_of(request), f"data set: {action}", request.query_params.get("name", ""))
    return answer


def _add(request: Request) -> Response:
    name, token, making = request.query_params.get("name", ""), _known(request), _making(request)
    try:
        with refusing(400, "bad-name", ADD_REFUSED):
            return _standing(adding.add(token, name, making), 202)
    except OSError as error:
        raise Refused(507, "disk-full", f"It could not be started ({error.strerror or error}).") from None


ADD_REFUSED: Refusals = {
    own_sets.Taken: (409, "name-taken"),
    uploads.InUse: (409, "busy"),
    jobs.Full: (503, "busy"),
}


def _progress(request: Request) -> Response:
    return _told(request, adding.progress)


def _cancel(request: Request) -> Response:
    return _told(request, adding.cancel)


def _told(request: Request, ask: Callable[[str], adding.Adding]) -> Response:
    with refusing(404, "unknown-dataset"):
        return _standing(ask(request.query_params.get("name", "")))


def _standing(how: adding.Adding, status: int = 200) -> Response:
    row = next((row for row in rows() if row["name"] == how.name), None) if how.state == "done" else None
    return as_json(asdict(how) | {"dataset": row}, status)


def _delete(request: Request) -> Response:
    name = request.query_params.get("name", "")
    with refusing(404, "unknown-dataset", {own_sets.NotOwn: (409, "not-own"), own_sets.Busy: (409, "busy")}):
        own_sets.delete(name, training_on)
    adding.forget(name)
    return as_json({"deleted": name})


def _drop(request: Request) -> Response:
    token = _known(request)
    with refusing(404, "unknown-upload", {uploads.InUse: (409, "busy")}):
        uploads.drop(token)
    return as_json({"dropped": token})


ACTIONS: dict[str, Callable[[Request], Response]] = {"add": _add, "cancel": _cancel, "delete": _delete, "drop": _drop}
