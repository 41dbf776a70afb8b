"""Training runs as files: films of them, zips of them, and zips taken in.

    GET  /api/film?run=N&kind=gif|mp4[&theme=light|dark]   the run's time machine as a film
    GET  /api/run.zip?run=N                                the run, or the model it has become, with its history
    POST /api/runs                                         the body is such a zip; answers {name, model}

A film is made by a process of its own, one at a time, and lies in the run's folder until there is more to show. What is
brought is opened by a process of its own alone, `python -m vae import`, with a limit of memory and of time. Refused
(web/answers.py) are: 400 bad-request or bad-zip, 403 origin, 404 unknown-run, 408 too-slow, 409 no-film or no-zip,
413 too-large, 503 busy, 507 disk-full.
"""

import asyncio
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vae import archive, runs
from vae.errors import InputError
from vae.home import PROJECT
from vae.library import Model, check_name, find, models_folder
from vae.runs import Run
from vae.snapshots import snapshots
from web.answers import Refused, check_origin
from web.bodies import body_of
from web.origins import Origins

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

PIECE = 1 << 20
DRAINED = 4
"""Times the limit: how much of a body too large is taken before it is refused, since a browser that is cut off shows no
reason."""
SPARE_BYTES = 256 << 20
"""What a zip that comes in leaves of the disk."""
LEFT_OVER = 3600.0
"""Seconds after which what a killed server has left of a zip is removed."""


def run_file_routes(base: str, origins: Origins, upload_mb: int) -> list[Route]:
    """Return the routes under the server's base path. upload_mb: the largest zip that is taken."""
    limit = min(upload_mb << 20, archive.MAX_BYTES)
    filming, packing, taking = _Turns(1), _Turns(2), _Turns(2)

    async def film(request: Request) -> Response:
        return await filming.take(lambda: run_in_threadpool(_film, request))

    async def pack(request: Request) -> Response:
        return await packing.take(lambda: run_in_threadpool(_pack, request))

    async def unpack(request: Request) -> Response:
        check_origin(request, origins)
        return await taking.take(lambda: _take_in(request, limit))

    return [
        Route(f"{base}/api/film", _answered(film), methods=["GET"]),
        Route(f"{base}/api/run.zip", _answered(pack), methods=["GET"]),
        Route(f"{base}/api/runs", _answered(unpack), methods=["POST"]),
    ]


class _Turns:
    """Let a few requests at a time do something, and a few more wait."""

    def __init__(self, at_once: int) -> None:
        self._free, self._asking, self._most = asyncio.Semaphore(at_once), 0, at_once + WAITING

    async def take(self, work: Callable[[], Awaitable[Response]]) -> Response:
        if self._asking >= self._most:
            raise Refused(503, "busy", "Many ask for this at the moment; try again in a minute.")
        self._asking += 1
        try:
            async with self._free:
                return await work()
        finally:
            self._asking -= 1


def _answered(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except Refused as refused:
            return refused.response()
        except ClientDisconnect:
            return Response(status_code=400)

    return endpoint


def _run(request: Request) -> Run:
    try:
        return runs.find_run(check_name(request.query_params.get("run", "")))
    except InputError as error:
        raise Refused(404, "unknown-run", str(error)) from None


def _sent(file: IO[bytes], name: str, media_type: str) -> Response:
    """Send an open file as a download; whatever happens to its name, it is there until it is closed."""

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(PIECE):
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
        raise Refused(400, "bad-request", "`kind` is gif or mp4, and `theme` is light or dark.")
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
    dark = ["--dark"] if theme == "dark" else []
    try:
        done = _command("film", str(folder), "--out", str(path.resolve()), *dark, seconds=FILM_SECONDS)
    except subprocess.TimeoutExpired:
        raise Refused(409, "no-film", "The film took too long to make; try again when the machine is idle.") from None
    if done.returncode:
        said = _last_words(done.stderr).replace(str(folder), run.name).replace(str(run.folder), run.name)
        otherwise = "The film could not be made; the run itself is unharmed. Try again, or choose the other kind."
        raise Refused(409, "no-film", said or otherwise)


def _command(*words: str, seconds: float) -> subprocess.CompletedProcess:
    """Run one command of ours at low priority; raises `subprocess.TimeoutExpired` with nothing left of the process."""
    nice = ["nice", "-n", "10"] if shutil.which("nice") else []
    paths = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
    return subprocess.run(
        [*nice, sys.executable, "-P", "-m", "vae", *words],
        env=os.environ | {"PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
    )


def _last_words(said: bytes) -> str:
    """Return the sentence that a command ended with, or nothing: a trace is not for a page."""
    line = next((line for line in reversed(said.decode(errors="replace").splitlines()) if line.strip()), "")
    return line.removeprefix("error: ") if line.startswith("error: ") else ""


# Zips


def _pack(request: Request) -> Response:
    run = _run(request)
    with tempfile.TemporaryDirectory(prefix="run-zip-") as holder:
        path = Path(holder, f"{run.name}.zip")
        try:
            archive.pack(_as_model(run) or run, path)
            # It is open when its name and folder go, so that nothing is left of it whoever stops listening.
            return _sent(path.open("rb"), path.name, "application/zip")
        except InputError as error:
            raise Refused(409, "no-zip", str(error)) from None


def _as_model(run: Run) -> Model | None:
    return find(run.name) if run.model else None


async def _take_in(request: Request, limit: int) -> Response:
    holder = await run_in_threadpool(_holder)
    try:
        path = holder / "run.zip"
        await _receive(request, path, limit)
        answer = await run_in_threadpool(_unpack, path)
    except OSError:
        raise Refused(507, "disk-full", "The server's disk is full; free some space, and try again.") from None
    finally:
        await run_in_threadpool(shutil.rmtree, holder, ignore_errors=True)
    return Response(msgspec.json.encode(answer), headers={"Cache-Control": "no-store"}, media_type="application/json")


def _holder() -> Path:
    """Make a folder for a zip that comes in, on the library's disk, and remove what killed servers have left."""
    library = models_folder()
    library.mkdir(parents=True, exist_ok=True)
    for left in library.glob(".run-zip-*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > LEFT_OVER:
                shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=".run-zip-", dir=library))


async def _receive(request: Request, path: Path, limit: int) -> None:
    """Write the body to a file, never more of it than is allowed, and on another thread: a disk may be slow."""
    room = max(0, shutil.disk_usage(path.parent).free - SPARE_BYTES)
    size, piece = 0, bytearray()
    with path.open("wb") as file:
        async for chunk in body_of(request):
            size += len(chunk)
            if size > DRAINED * limit:
                break
            if size <= min(limit, room):
                piece += chunk
            if len(piece) >= PIECE:
                await run_in_threadpool(file.write, bytes(piece))
                piece.clear()
        file.write(piece)
    if size > limit:
        got = f"more than {DRAINED * limit >> 20:,}" if size > DRAINED * limit else f"{size / 2**20:,.0f}"
        raise Refused(
            413,
            "too-large",
            f"A zip has at most {limit >> 20:,} MB here; got {got} MB. Use `python -m vae import` on the server's "
            "command line, or raise server.maxUploadSize.",
        )
    if size > room:
        raise Refused(507, "disk-full", "The server's disk has too little room for this zip; free some space.")


def _unpack(path: Path) -> dict[str, Any]:
    """Unpack a zip and try it out in a process of its own, whose graphs may be anybody's; return {name, model}."""
    limits = ["--memory-mb", str(IMPORT_MEMORY_MB), "--cpu-seconds", str(IMPORT_SECONDS)]
    scratch = ["--scratch", str(path.parent)]
    try:
        done = _command("import", str(path), "--numbered", "--json", *scratch, *limits, seconds=IMPORT_SECONDS)
    except subprocess.TimeoutExpired:
        raise Refused(
            408,
            "too-slow",
            f"Trying it out took longer than {IMPORT_SECONDS} s, so it is not taken in; bring another.",
        ) from None
    said = _last_words(done.stderr).replace(str(path), "The file")
    if "Cannot write " in said or said.startswith("[Errno"):
        raise OSError(said)
    if done.returncode:
        raise Refused(400, "bad-zip", said or "The file could not be read: it takes more than it may.")
    answer: dict[str, Any] = msgspec.json.decode(done.stdout.splitlines()[-1])
    return answer
