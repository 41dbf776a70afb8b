"""A person's own data over HTTP: a file is brought, looked at, and made a data set.

    POST /api/upload?filename=F                      the body is the file; answers {upload, filename, bytes, preview}
    GET  /api/upload?upload=T[&height&width&colour&fit]   the same once more, with other choices
    GET  /api/datasets                               {datasets: rows of vae.data.describe() with bytes, limits}
    POST /api/datasets?action=add&upload=T&name=N[&side | &height&width][&colour][&fit][&held_out][&seed]
    GET  /api/datasets/progress?name=N               {name, state, stage, done, total, error, left_out, dataset}
    POST /api/datasets?action=cancel&name=N          the same
    POST /api/datasets?action=delete&name=N          {deleted}
    POST /api/datasets?action=drop&upload=T          {dropped}

Refusals (web/door/answers.py): 400 bad-upload, bad-name or bad-request, 403 origin, 404 unknown-upload or
unknown-dataset, 408 too-slow, 409 name-taken, not-own or busy, 413 too-large, 503 busy, 507 disk-full.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.data import describe
from vae.datasets.prepared import folder_of
from vae.errors import InputError
from vae.own import own_sets
from vae.own.collection import MOST_FILES, printable
from vae.own.making import SIDES, Making
from vae.runs.shelf import training_on
from web.door import changes
from web.door.answers import Refused, answered, answered_in_turn
from web.door.bodies import Bounds, declared_bytes, disk_full, received
from web.door.origins import Origins
from web.door.places import Places
from web.door.visitors import address_of
from web.work import uploads

FORMATS = (".zip", ".npz", ".npy", ".csv", ".tsv", ".txt", "ubyte", "ubyte.gz", ".npy.gz")
"""How names end: MNIST's own files have no suffix."""
AT_ONCE = 4
"""Uploads that are received at the same time."""

LOOKS = 2
"""Uploads that are looked at at the same time, each by a process of its own."""

LOOKING = 16
"""Those that wait to be looked at, or are."""

WITHIN = 1800.0
"""Seconds that a file may take to come: 512 MB at 0.3 MB a second."""

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
        if receiving.full(address := address_of(request)):
            await received(request, None, _bounds(limit))
            raise receiving.refusal()
        with receiving.one(address):
            token = await _receive(request, limit)
        try:
            with looks.one(address):
                async with looking:
                    return await run_in_threadpool(_first_look, request, token)
        except BaseException:
            uploads.discard(token)
            raise

    def datasets(_: Request) -> Response:
        limits = {"upload_bytes": limit, "files": MOST_FILES, "side": SIDES, "formats": FORMATS}
        return _json({"datasets": rows(), "limits": limits})

    async def look_again(request: Request) -> Response:
        with looks.one(address_of(request)):
            async with looking:
                return await run_in_threadpool(_look_again, request)

    return [
        Route(f"{base}/api/upload", answered_in_turn(upload, origins), methods=["POST"]),
        Route(f"{base}/api/upload", answered_in_turn(look_again), methods=["GET"]),
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
            f"Choose a zip file of pictures, a .npz (images, labels) or .npy, a file of MNIST's kind or "
            f"a .csv of pixels; {what}.",
        )
    token, path = await run_in_threadpool(uploads.begin, filename)
    try:
        with path.open("wb") as file:
            room = partial(_room, token, declared_bytes(request) or limit)
            await received(request, file, replace(bounds, disk=path.parent, room=room))
        uploads.arrived(token)
    except BaseException as error:
        uploads.discard(token)
        if isinstance(error, OSError):
            raise disk_full() from None
        raise
    return token


def _room(token: str, most: int, size: int) -> None:
    try:
        uploads.make_room(token, size, most)
    except uploads.NoRoom as error:
        raise Refused(507, "disk-full", str(error)) from None


def _too_large(got: str, limit: int) -> Refused:
    return Refused(
        413,
        "too-large",
        f"A file has at most {limit >> 20:,} MB here; this one has {got}. Bring fewer or smaller "
        "pictures, use `python -m vae add` on the server's command line, or raise LATENT_UPLOAD_MB.",
    )


def _first_look(request: Request, token: str) -> Response:
    try:
        return _look(token, _making(request))
    except Refused:
        uploads.discard(token)
        raise


def _look_again(request: Request) -> Response:
    return _look(_known(request), _making(request))


def _look(token: str, making: Making) -> Response:
    try:
        path = uploads.find(token)
        size = path.stat().st_size
        return _json({"upload": token, "filename": path.name, "bytes": size, "preview": uploads.look(token, making)})
    except uploads.Slow as error:
        raise Refused(408, "too-slow", str(error)) from None
    except (uploads.NoUpload, FileNotFoundError):  # swept, or dropped, in between
        raise Refused(404, "unknown-upload", str(uploads.NoUpload())) from None
    except (InputError, OSError) as error:
        raise Refused(400, "bad-upload", str(error)) from None


def _known(request: Request) -> str:
    token = request.query_params.get("upload", "")
    try:
        uploads.find(token)
    except uploads.NoUpload as error:
        raise Refused(404, "unknown-upload", str(error)) from None
    return token


def _making(request: Request) -> Making:
    """Read how the set is to be made from the address; what it leaves out is chosen to suit the pictures."""
    given = request.query_params
    if (colour := given.get("colour")) not in COLOUR:
        raise Refused(400, "bad-request", f"`colour` is yes or no; got {colour[:20]!r}." if colour else "`colour`?")
    try:
        side = _number(request, "side")
        return Making(
            height=side or _number(request, "height"),
            width=side or _number(request, "width"),
            colour=COLOUR[colour],
            fit=given.get("fit") or "crop",
            held_out=_share(given.get("held_out") or "0.1"),
            seed=_number(request, "seed") or 0,
            values=given.get("values", ""),
            label=given.get("label", ""),
        )
    except InputError as error:
        raise Refused(400, "bad-request", str(error)) from None


def _number(request: Request, key: str) -> int | None:
    text = request.query_params.get(key, "")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= 10):
        raise InputError(f"`{key}` is a whole number; got {text[:20]!r}.")
    return int(text) if text else None


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"`held_out` is a number from 0.01 to 0.5; got {text[:20]!r}.") from None


def _act(request: Request) -> Response:
    action = request.query_params.get("action", "")
    if action not in ACTIONS:
        raise Refused(400, "bad-request", f"`action` is one of: {', '.join(ACTIONS)}; got {action[:20]!r}.")
    answer = ACTIONS[action](request)
    changes.note(address_of(request), f"data set: {action}", request.query_params.get("name", ""))
    return answer


def _add(request: Request) -> Response:
    name, token, making = request.query_params.get("name", ""), _known(request), _making(request)
    try:
        return _standing(uploads.add(token, name, making), 202)
    except own_sets.Taken as error:
        raise Refused(409, "name-taken", str(error)) from None
    except uploads.InUse as error:
        raise Refused(409, "busy", str(error)) from None
    except uploads.Full as error:
        raise Refused(503, "busy", str(error)) from None
    except InputError as error:
        raise Refused(400, "bad-name", str(error)) from None
    except OSError as error:
        raise Refused(507, "disk-full", f"It could not be started ({error.strerror or error}).") from None


def _progress(request: Request) -> Response:
    return _told(request, uploads.progress)


def _cancel(request: Request) -> Response:
    return _told(request, uploads.cancel)


def _told(request: Request, ask: Callable[[str], uploads.Adding]) -> Response:
    try:
        return _standing(ask(request.query_params.get("name", "")))
    except InputError as error:
        raise Refused(404, "unknown-dataset", str(error)) from None


def _standing(adding: uploads.Adding, status: int = 200) -> Response:
    row = next((row for row in rows() if row["name"] == adding.name), None) if adding.state == "done" else None
    return _json(asdict(adding) | {"dataset": row}, status)


def _delete(request: Request) -> Response:
    name = request.query_params.get("name", "")
    try:
        own_sets.delete(name, training_on)
    except own_sets.NotOwn as error:
        raise Refused(409, "not-own", str(error)) from None
    except own_sets.Busy as error:
        raise Refused(409, "busy", str(error)) from None
    except InputError as error:
        raise Refused(404, "unknown-dataset", str(error)) from None
    uploads.forget(name)
    return _json({"deleted": name})


def _drop(request: Request) -> Response:
    token = _known(request)
    try:
        uploads.drop(token)
    except uploads.InUse as error:
        raise Refused(409, "busy", str(error)) from None
    return _json({"dropped": token})


def _json(body: dict[str, Any], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(body), status, headers=headers, media_type="application/json")


ACTIONS: dict[str, Callable[[Request], Response]] = {"add": _add, "cancel": _cancel, "delete": _delete, "drop": _drop}
