"""What the server answers beside Streamlit's pages.

WebSocket /api/live                       pictures while the pointer moves            web/live.py, web/ops.py
GET  /api/models                          the cards of all models
GET  /api/health                          whether threads, disk and models answer       web/health.py
GET  /api/codes, /api/map; POST /api/map  a model's test codes and its maps           web/map_routes.py
POST /api/picture                         a picture of one's own, as a model takes it web/picture_route.py
POST /api/strip                           a path's pictures as a film                 web/strip_routes.py
GET  /api/curve                           how well images are restored                web/restore_routes.py
GET, POST /api/unusual                    how unusual images are for a model          web/unusual_routes.py
GET  /api/runs, /api/run, …; POST /api/run  training runs                              web/run_routes.py
GET  /api/film, /api/run.zip; POST /api/runs  runs as films and zips                   web/run_files.py
POST /api/upload; /api/datasets           a person's own data                         web/upload_routes.py
GET  /live/...                            the browser's modules
"""

import hashlib
import re
from collections.abc import Collection
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from vae.library import Model, list_models
from web.health import health_route
from web.live import Live
from web.map_routes import map_routes
from web.origins import Origins
from web.picture_route import picture_route
from web.restore_routes import restore_routes
from web.run_files import run_file_routes
from web.run_routes import run_routes
from web.strip_routes import strip_routes
from web.unusual_routes import unusual_routes
from web.upload_routes import upload_routes

VERSIONED = re.compile(r"v-(?P<version>\w+)[\\/](?P<file>.+)")
FOR_GOOD = "public, max-age=31536000, immutable"
LIVE_FILES = Path(__file__).resolve().parent.parent / "assets" / "live"


def models(_: Request) -> Response:
    """List the cards of all models that can be opened, as JSON."""
    cards = [model.card for model in list_models() if isinstance(model, Model)]
    return Response(msgspec.json.encode(cards), media_type="application/json", headers={"Cache-Control": "no-cache"})


def live_version() -> str:
    """Tell one state of the browser's modules from another, in a few letters."""
    states = [(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in sorted(LIVE_FILES.iterdir())]
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


def routes(base_path: str = "", allowed_origins: Collection[str] = (), upload_mb: int = 512) -> list[BaseRoute]:
    """Return the routes beside Streamlit's own, under its base path; pages of `allowed_origins` may ask for work."""
    base = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    origins = Origins(allowed_origins)
    live = Live(origins)
    return [
        WebSocketRoute(f"{base}/api/live", live.serve),
        health_route(base, {"live": live.short.threads, "long": live.long.threads}),
        Route(f"{base}/api/models", models),
        *map_routes(base, origins),
        picture_route(base, origins),
        *strip_routes(base, origins),
        *restore_routes(base, origins),
        *unusual_routes(base, origins),
        *run_routes(base, origins),
        *upload_routes(base, origins, upload_mb),
        *run_file_routes(base, origins, upload_mb),
        Mount(f"{base}/live", LiveFiles(directory=LIVE_FILES)),
    ]
