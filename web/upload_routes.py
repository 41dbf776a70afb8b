"""A person's own data over HTTP: a file is brought, looked at, and made a data set.

    POST /api/upload?filename=F                      the body is the file; answers {upload, filename, bytes, preview}
    GET  /api/upload?upload=T[&height&width&colour&fit]   the same once more, with other choices
    GET  /api/datasets                               {datasets: rows of vae.data.describe() with bytes, limits}
    POST /api/datasets?action=add&upload=T&name=N[&side | &height&width][&colour][&fit][&held_out][&seed]
    GET  /api/datasets/progress?name=N               {name, state, stage, done, total, error, left_out, dataset}
    POST /api/datasets?action=cancel&name=N          the same
    POST /api/datasets?action=delete&name=N          {deleted}
    POST /api/datasets?action=drop&upload=T          {dropped}

Refusals (web/answers.py): 400 bad-upload, bad-name or bad-request, 403 origin, 404 unknown-upload or unknown-dataset,
408 too-slow, 409 name-taken, not-own or busy, 413 too-large, 503 busy, 507 disk-full.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from vae import own_data
from vae.data import describe, folder_of
from vae.errors import InputError
from vae.gathered import MOST_FILES, printable
from vae.making import SIDES, Making
from web import uploads
from web.answers import Refused, answered, check_origin
from web.bodies import body_of
from web.origins import Origins

FORMATS = (".zip", ".npz", ".csv", ".tsv", ".txt")
AT_ONCE = 4
"""Uploads that are received at the same time."""

LOOKS = 2
"""Uploads that are looked at at the same time, each by a process of its own."""

PIECE = 1 << 20
DRAINED = 4
"""Times the limit: how much of a body too large is taken before it is refused, since a browser that is cut off shows no
reason."""

SPARE_BYTES = 256 << 20
"""What an upload leaves of the disk."""

COLOUR = {None: None, "": None, "yes": True, "no": False}


def upload_routes(base: str, origins: Origins, upload_mb: int) -> list[Route]:
    """Return the routes under the server's base path. upload_mb: the largest file that is taken."""
    limit = upload_mb << 20
    receiving, looking = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(LOOKS)

    async def upload(request: Request) -> Response:
        try:
            check_origin(request, origins)
            if receiving.locked():
                await _drain(body_of(request), 0, limit)
                raise Refused(503, "busy", f"{AT_ONCE} files are being received at this moment; try again in a minute.")
            async with receiving:
                token = await _receive(request, limit)
            async with looking:
                return await run_in_threadpool(_first_look, request, token)
        except Refused as refused:
            return refused.response()
        except ClientDisconnect:
            return Response(status_code=400)

    def datasets(_: Request) -> Response:
        limits = {"upload_bytes": limit, "files": MOST_FILES, "side": SIDES, "formats": FORMATS}
        return _json({"datasets": rows(), "limits": limits})

    async def look_again(request: Request) -> Response:
        async with looking:
            return await run_in_threadpool(answered(_look_again), request)

    return [
        Route(f"{base}/api/upload", upload, methods=["POST"]),
        Route(f"{base}/api/upload", look_again, methods=["GET"]),
        Route(f"{base}/api/datasets", answered(datasets), methods=["GET"]),
        Route(f"{base}/api/datasets", answered(_act, origins), methods=["POST"]),
        Route(f"{base}/api/datasets/progress", answered(_progress), methods=["GET"]),
    ]


def rows() -> list[dict[str, Any]]:
    """List all data sets, with the bytes that a person's own take."""
    return [row | {"bytes": _bytes_of(row["name"]) if row["own"] else None} for row in describe()]


def _bytes_of(name: str) -> int:
    return uploads.size_of(folder_of(name))


async def _receive(request: Request, limit: int) -> str:
    """Write the body to disk, never more of it than the limit; return its token. Nothing is left of one refused."""
    filename = request.query_params.get("filename", "")
    if not filename.lower().endswith(FORMATS):
        await _drain(body_of(request), 0, limit)
        what = f"got {printable(filename)!r}" if filename else "the address says no `filename`"
        raise Refused(
            400, "bad-upload", f"Choose a zip file of pictures, a .npz (images, labels) or a .csv of pixels; {what}."
        )
    declared = request.headers.get("content-length", "")
    await run_in_threadpool(_make_room, int(declared) if declared.isdecimal() and len(declared) < 16 else 0, limit)
    token, path = uploads.begin(filename)
    try:
        await _write(request, path, limit)
    except BaseException as error:
        shutil.rmtree(path.parent.parent, ignore_errors=True)
        if isinstance(error, OSError):
            raise Refused(507, "disk-full", "The server's disk is full; free some space, and try again.") from None
        raise
    return token


def _make_room(size: int, limit: int) -> None:
    uploads.sweep()
    uploads.folder().mkdir(parents=True, exist_ok=True)
    if size <= limit and size + SPARE_BYTES > (free := shutil.disk_usage(uploads.folder()).free):
        raise Refused(
            507,
            "disk-full",
            f"The file has {size / 2**20:,.0f} MB and the server's disk has {free / 2**20:,.0f} MB left, of which "
            f"{SPARE_BYTES >> 20} are kept free; free some space.",
        )


async def _write(request: Request, path: Path, limit: int) -> None:
    size, piece = 0, bytearray()
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 16 and int(declared) > limit:
        await _drain(body_of(request), 0, limit)
        raise _too_large(int(declared), limit)
    with path.open("wb") as file:
        body = body_of(request)
        async for chunk in body:
            size += len(chunk)
            if size > limit:
                file.truncate(0)
                size = await _drain(body, size, limit)
                raise _too_large(size, limit)
            piece += chunk
            if len(piece) >= PIECE:  # on another thread: a slow disk would hold up the live pictures
                await run_in_threadpool(file.write, bytes(piece))
                piece.clear()
        file.write(piece)


async def _drain(body: AsyncIterator[bytes], size: int, limit: int) -> int:
    """Take the rest of a body, within bounds, and return how large it was."""
    async for chunk in body:
        size += len(chunk)
        if size > DRAINED * limit:
            break
    return size


def _too_large(size: int, limit: int) -> Refused:
    return Refused(
        413,
        "too-large",
        f"A file has at most {limit >> 20:,} MB here; this one has {size / 2**20:,.0f} MB. Bring fewer or smaller "
        "pictures, use `python -m vae add` on the server's command line, or raise server.maxUploadSize.",
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
    return ACTIONS[action](request)


def _add(request: Request) -> Response:
    name, token, making = request.query_params.get("name", ""), _known(request), _making(request)
    try:
        return _standing(uploads.add(token, name, making), 202)
    except own_data.Taken as error:
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
        own_data.delete(name)
    except own_data.NotOwn as error:
        raise Refused(409, "not-own", str(error)) from None
    except own_data.Busy as error:
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
