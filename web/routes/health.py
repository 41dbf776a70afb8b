"""Say whether what the server stands on answers: GET /api/health.

JSON {"status": "ok" or "failing", "checks": {name: "ok" or a sentence}}, with 200 or 503. Looked at: the threads that
compute for the live socket, the disk that models and runs are kept on, and a bundled model, which decodes one code.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import partial

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.home import home
from vae.library.shelf import Model, list_models, models_folder
from web.door.answers import as_json
from web.opened.explorers import explorer

PATIENCE = 5.0
"""Seconds that a check may take; an idle server takes some milliseconds."""
LEAST_FREE = 256 * 2**20
"""Bytes below which a run that is being trained may fail."""


def health_route(base: str, threads: dict[str, Executor]) -> Route:
    """Return the route under the server's base path, for these threads."""
    looking = asyncio.Lock()  # whoever asks a hundred times has one look at a time

    async def health(_: Request) -> Response:
        async with looking:
            checks = {
                **{name: await _within(partial(_answers, pool)) for name, pool in threads.items()},
                "disk": await _within(lambda: run_in_threadpool(_disk)),
                "models": await _within(lambda: run_in_threadpool(_models)),
            }
        is_well = all(said == "ok" for said in checks.values())
        told = {"status": "ok" if is_well else "failing", "checks": checks}
        return as_json(told, 200 if is_well else 503)

    return Route(f"{base}/api/health", health)


async def _within(check: Callable[[], Awaitable[str]]) -> str:
    try:
        return await asyncio.wait_for(check(), PATIENCE)
    except TimeoutError:
        return f"no answer in {PATIENCE:g} s"


async def _answers(threads: Executor) -> str:
    return await asyncio.wrap_future(threads.submit(lambda: "ok"))


def _disk() -> str:
    try:
        for folder in (home(), models_folder()):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"ok")
        free = shutil.disk_usage(home()).free
    except OSError as error:
        return f"cannot be written ({error.strerror or error})"
    return "ok" if free >= LEAST_FREE else f"{free >> 20:,} MB are free; delete what is not needed"


def _models() -> str:
    bundled = next((model for model in list_models() if isinstance(model, Model) and model.bundled), None)
    if bundled is None:
        return "no bundled model can be opened"
    try:
        explorer(bundled.name).decode(np.zeros((1, bundled.card.latent.dims), np.float32), 0)
    except Exception as error:  # whatever a graph raises: this is what is asked
        return f"{bundled.name} does not decode ({type(error).__name__})"
    return "ok"
