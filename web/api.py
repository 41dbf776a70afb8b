"""What the server answers beside Streamlit's pages.

WebSocket /api/live                       pictures while the pointer moves            web/live.py, web/ops.py
GET  /api/models                          the cards of all models
GET  /api/codes, /api/map; POST /api/map  a model's test codes and its maps           web/map_routes.py
POST /api/picture                         a picture of one's own, as a model takes it web/picture_route.py
GET  /live/...                            the browser's modules
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from vae.library import Model, list_models
from web.live import Live
from web.map_routes import map_routes
from web.origins import Origins
from web.picture_route import picture_route

LIVE_FILES = Path(__file__).resolve().parent.parent / "assets" / "live"


def models(_: Request) -> Response:
    """List the cards of all models that can be opened, as JSON."""
    cards = [model.card for model in list_models() if isinstance(model, Model)]
    return Response(msgspec.json.encode(cards), media_type="application/json", headers={"Cache-Control": "no-cache"})


class LiveFiles(StaticFiles):
    """Serve the browser's modules so that an update is never stale: kept, but asked for every time (ETag)."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def routes(base_path: str = "", allowed_origins: Collection[str] = ()) -> list[BaseRoute]:
    """Return the routes beside Streamlit's own, under its base path; pages of `allowed_origins` may ask for work."""
    base = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    origins = Origins(allowed_origins)
    return [
        WebSocketRoute(f"{base}/api/live", Live(origins).serve),
        Route(f"{base}/api/models", models),
        *map_routes(base, origins),
        picture_route(base, origins),
        Mount(f"{base}/live", LiveFiles(directory=LIVE_FILES)),
    ]
