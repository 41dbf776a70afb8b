"""Training runs as files: films of them, zips of them, and zips taken in.

    GET  /api/film?run=N&kind=gif|mp4[&theme=light|dark]   the run's time machine as a film
    GET  /api/run.zip?run=N                                the run, or the model it has become, with its history
    POST /api/runs                                         the body is such a zip; answers {name, model}

A film is made by a process of its own, one at a time, and lies in the run's folder until there is more to show. What is
brought is opened by a process of its own alone, `python -m vae import`, with a limit of memory and of time. Refused
(web/door/answers.py) are: 400 bad-request or bad-zip, 403 origin, 404 unknown-run, 408 too-slow, 409 no-film or no-zip,
413 too-large, 503 busy, 507 disk-full.
"""

import asyncio
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any
from weakref import WeakValueDictionary

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vae import child
from vae.exchange import checks
from vae.exchange import pack as exchange_pack
from vae.home import check_name
from vae.library.shelf import Model, find, models_folder
from vae.runs import shelf
from vae.runs.shelf import Run
from vae.runs.snapshots import snapshots
from web.door import changes, sending
from web.door.answers import Refused, answered, as_json, refusing
from web.door.bodies import Bounds, disk_full, held_place, received
from web.door.origins import Origins
from web.door.places import Places, turn_of
from web.door.query import bad
from web.door.sending import Held
from web.door.visitors import address_of

KINDS = {"gif": "image/gif", "mp4": "video/mp4"}
THEMES = ("light", "dark")

WAITING = 8
"""Films, or zips, that may wait for their turn."""
FILM_SECONDS = 300
"""A film of 64 moments takes some 10 s of one core; what takes so much longer has met something else."""
IMPORT_SECONDS = 120
"""A run of 1 GB takes some 10 s to be unpacked and tried out; a graph may hold a loop without end."""
IMPORT_MEMORY_MB = 3072
"""Of address space: ONNX Runtime and numpy take some 200 MB of it, and a graph of 500 MB thrice its size."""

PACKED = 4
"""Zips that are packed, or packed and not read yet, at the same time."""
UNPACKED = 2
BROUGHT = 6
"""Zips that come in, or are here and wait to be unpacked; they lie on disk."""
WITHIN = 1800.0
"""Seconds that a zip may take to come."""

LEFT_OVER = 3600.0
"""Seconds after which what a killed server has left of a zip is removed."""


def run_file_routes(base: str, origins: Origins, upload_mb: int) -> list[Route]:
    """Return the routes under the server's base path. upload_mb: the largest zip that is taken."""
    limit = min(upload_mb << 20, checks.MAX_BYTES)
    filming, packing = _Turns(1), _Turns(PACKED)
    unpacking = asyncio.Semaphore(UNPACKED)
    places = Places(BROUGHT, "Many runs are being brought at the moment; try again in a minute.")

    async def film(request: Request) -> Response:
        return await filming.take(request, lambda: run_in_threadpool(_film, request))

    async def pack(request: Request) -> Response:
        return await packing.take(request, lambda: run_in_threadpool(_pack, request), to_the_end=True)

    async def unpack(request: Request) -> Response:
        return await _take_in(request, limit, places, unpacking)

    return [
        Route(f"{base}/api/film", answered(film), methods=["GET"]),
        Route(f"{base}/api/run.zip", answered(pack), methods=["GET"]),
        Route(f"{base}/api/runs", answered(unpack, origins), methods=["POST"]),
    ]


class _Turns:
    """Let a few requests at a time do something, and a few more wait; who reads the answer still holds a place."""

    def __init__(self, at_once: int) -> None:
        self._free, self._each = asyncio.Semaphore(at_once), max(1, at_once * 3 // 4)
        self._free_of: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._asking = Places(at_once + WAITING, "Many ask for this at the moment; try again in a minute.")

    async def take(
        self, request: Request, work: Callable[[], Awaitable[Response]], to_the_end: bool = False
    ) -> Response:
        """Do it in turn. to_the_end: the turn is held until the answer has been read, for one that takes disk."""
        async with AsyncExitStack() as held:
            held.enter_context(self._asking.one(address_of(request)))
            own = self._free_of.setdefault(address_of(request), asyncio.Semaphore(self._each))
            async with AsyncExitStack() as turn:
                await turn.enter_async_context(own)  # one address leaves a turn to others
                await turn.enter_async_context(turn_of(request, self._free))
                response = await work()
                if to_the_end:
                    await held.enter_async_context(turn.pop_all())
            return Held(response, held.pop_all())


def _run(request: Request) -> Run:
    with refusing(404, "unknown-run"):
        return shelf.find_run(check_name(request.query_params.get("run", "")))


def _sent(file: IO[bytes], name: str, media_type: str) -> Response:
    """Send an open file as a download; whatever happens to its name, it is there until it is closed."""

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(sending.PIECE):
                yield piece

    headers = {
        "Content-Length": str(os.fstat(file.fileno()).st_size),
        "Content-Disposition": f'attachment; filename="{name}"',  # a run's name needs no escaping
        "Cache-Control": "no-store",
    }
    return StreamingResponse(pieces(), headers=headers, media_type=media_type)


# Films


def _film(request: Request) -> Response:
    kind, theme = request.query_params.get("kind", ""), request.query_params.get("theme", "light")
    if kind not in KINDS or theme not in THEMES:
        raise bad("`kind` is gif or mp4, and `theme` is light or dark.")
    run = _run(request)
    path = run.folder / "films" / f"{theme}-{_state(run.folder)}.{kind}"
    if not path.exists():
        _make(run, path, theme)
        for old in path.parent.glob(f"{theme}-*.{kind}"):
            if old != path:
                old.unlink(missing_ok=True)
    try:
        return _sent(path.open("rb"), f"{run.name}.{kind}", KINDS[kind])
    except OSError:
        raise Refused(409, "no-film", "The film is gone again; ask for it once more.") from None


def _state(folder: Path) -> str:
    """Tell what a film shows from what it would show later, in a few letters."""
    said = [snapshots(folder)]
    for name in ("metrics.jsonl", "held_out.jsonl", "changes.jsonl", "snapshots/probe.npz"):
        path = folder / name
        said.append([path.stat().st_size] if path.exists() else [])
    return hashlib.sha256(repr((folder.name, said)).encode()).hexdigest()[:16]


def _make(run: Run, path: Path, theme: str) -> None:
    """Make a film in a process of its own, which keeps the server's threads and memory out of it."""
    folder = run.folder.resolve()
    words = ["film", str(folder), "--out", str(path.resolve()), *(["--dark"] if theme == "dark" else [])]
    try:
        done = child.run(words, seconds=FILM_SECONDS, threads=1)
    except subprocess.TimeoutExpired:
        raise Refused(409, "no-film", "The film took too long to make; try again when the machine is idle.") from None
    if done.returncode:
        said = child.last_words(done.stderr).replace(str(folder), run.name).replace(str(run.folder), run.name)
        otherwise = "The film could not be made; the run itself is unharmed. Try again, or choose the other kind."
        raise Refused(409, "no-film", said or otherwise)


# Zips


def _pack(request: Request) -> Response:
    run = _run(request)
    with tempfile.TemporaryDirectory(prefix="run-zip-") as holder:
        path = Path(holder, f"{run.name}.zip")
        with refusing(409, "no-zip"):
            exchange_pack.pack(_as_model(run) or run, path)
        # It is open when its name and folder go, so that nothing is left of it whoever stops listening.
        return _sent(path.open("rb"), path.name, "application/zip")


def _as_model(run: Run) -> Model | None:
    return find(run.name) if run.model else None


async def _take_in(request: Request, limit: int, places: Places, unpacking: asyncio.Semaphore) -> Response:
    bounds = Bounds(limit, WITHIN, lambda got: _too_large(got, limit))
    async with held_place(request, places, bounds):
        holder = await run_in_threadpool(_holder)
        try:
            path = holder / "run.zip"
            with path.open("wb") as file:
                await received(request, file, replace(bounds, disk=holder))
            async with unpacking:  # also for one who has gone: what was brought whole is taken in
                answer = await run_in_threadpool(_unpack, path)
            changes.note(address_of(request), "imported", str(answer.get("name", "")))
        except OSError:
            raise disk_full() from None
        finally:
            await run_in_threadpool(shutil.rmtree, holder, ignore_errors=True)
    return as_json(answer)


def _too_large(got: str, limit: int) -> Refused:
    return Refused(
        413,
        "too-large",
        f"A zip has at most {limit >> 20:,} MB here; got {got}. Use `python -m vae import` on the server's "
        "command line, or raise LATENT_UPLOAD_MB.",
    )


def _holder() -> Path:
    """Make a folder for a zip that comes in, on the library's disk, and remove what killed servers have left."""
    library = models_folder()
    library.mkdir(parents=True, exist_ok=True)
    for left in library.glob(".run-zip-*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > LEFT_OVER:
                shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=".run-zip-", dir=library))


def _unpack(path: Path) -> dict[str, Any]:
    """Unpack a zip and try it out in a process of its own, whose graphs may be anybody's; return {name, model}."""
    words = ["import", str(path), "--numbered", "--json", "--scratch", str(path.parent)]
    words += ["--memory-mb", str(IMPORT_MEMORY_MB), "--cpu-seconds", str(IMPORT_SECONDS)]
    try:
        done = child.run(words, seconds=IMPORT_SECONDS, threads=1)
    except subprocess.TimeoutExpired:
        raise Refused(
            408,
            "too-slow",
            f"Trying it out took longer than {IMPORT_SECONDS} s, so it is not taken in; bring another.",
        ) from None
    said = child.last_words(done.stderr).replace(str(path), "The file")
    if "Cannot write " in said or said.startswith("[Errno"):
        raise OSError(said)
    if done.returncode:
        raise Refused(400, "bad-zip", said or "The file could not be read: it takes more than it may.")
    answer: dict[str, Any] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return answer
