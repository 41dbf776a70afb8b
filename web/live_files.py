"""The browser's modules: where they lie, which version they are, and how they are served."""

import hashlib
import re
import time
from functools import lru_cache

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from vae.home import PROJECT

VERSIONED = re.compile(r"v-(?P<version>\w+)[\\/](?P<file>.+)")
FOR_GOOD = "public, max-age=31536000, immutable"
LIVE_FILES = PROJECT / "assets" / "live"


def live_version() -> str:
    """Tell one state of the browser's modules from another, in a few letters.

    They are looked at once a second: a page that comes asks for a hundred of them at a time.
    """
    return _version_at(int(time.monotonic()))


@lru_cache(maxsize=1)
def _version_at(second: int) -> str:
    states = [(str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(LIVE_FILES.rglob("*"))]
    return hashlib.sha256(repr(states).encode()).hexdigest()[:12]


class LiveFiles(StaticFiles):
    """Serve the browser's modules so that an update is never stale, and yet none of fifty is asked for twice.

    Under /live/v-<version>/ they are kept for good, where the version is the present one; all others, and those that
    are asked for by their bare name, are kept too, but asked for every time (ETag).
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        versioned = VERSIONED.fullmatch(path)
        response = await super().get_response(versioned["file"] if versioned else path, scope)
        current = versioned is not None and versioned["version"] == live_version()
        response.headers["Cache-Control"] = FOR_GOOD if current and response.status_code < 400 else "no-cache"
        return response
