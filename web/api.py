"""What the server answers beside Streamlit's pages.

WebSocket /api/live                       pictures while the pointer moves            web/wire/
GET  /api/models                          the cards of all models
GET  /api/health                          whether threads, disk and models answer       web/routes/health.py
GET  /api/codes, /api/map; POST /api/map  a model's test codes and its maps           web/routes/maps.py
GET  /api/decoder                         a small decoder, for the browser to run     web/routes/decoder.py
GET  /api/page.html                       a model as one file without a server        web/routes/page.py
POST /api/name                            what a dimension is called                  web/routes/names.py
POST /api/picture                         a thing of one's own, as a model takes it   web/routes/brought/picture.py
POST /api/strip                           a path's pictures as a film                 web/routes/strip.py
GET, POST /api/compare                    models measured beside each other           web/routes/measured/compare.py
GET  /api/curve                           how well images are restored                web/routes/measured/curve.py
GET  /api/molecules                       what chemistry says of molecules            web/routes/molecules.py
GET, POST /api/unusual                    how unusual images are for a model          web/routes/measured/unusual.py
GET  /api/weight                          what pictures weigh in bits                 web/routes/measured/weight.py
GET  /api/runs, /api/run, …; POST /api/run  training runs                              web/routes/runs.py
GET  /api/film, /api/run.zip; POST /api/runs  runs as films and zips                   web/routes/run_files.py
POST /api/upload; /api/datasets           a person's own data                         web/routes/brought/uploads.py
POST /api/foreign; /api/foreign/model     a model of anybody's                        web/routes/brought/foreign.py
WebSocket /api/room, POST /api/rooms      a class that is asked                       web/rooms/routes.py
GET  /api/reach                           where a class finds the server              web/rooms/routes.py
GET  /live/...                            the browser's modules
"""

from collections.abc import Collection

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from vae.library.shelf import Model, list_models
from web.door.origins import Origins
from web.live_files import LIVE_FILES, LiveFiles
from web.rooms.hall import Hall
from web.rooms.routes import room_routes
from web.routes.brought.foreign import foreign_routes
from web.routes.brought.picture import picture_route
from web.routes.brought.uploads import upload_routes
from web.routes.decoder import decoder_route
from web.routes.health import health_route
from web.routes.maps import map_routes
from web.routes.measured.compare import compare_routes
from web.routes.measured.curve import restore_routes
from web.routes.measured.unusual import unusual_routes
from web.routes.measured.weight import weight_routes
from web.routes.molecules import molecules_route
from web.routes.names import name_route
from web.routes.page import page_route
from web.routes.run_files import run_file_routes
from web.routes.runs import run_routes
from web.routes.strip import strip_routes
from web.routes.sweeps import sweep_routes
from web.wire.live import Live


def models(_: Request) -> Response:
    """List the cards of all models that can be opened, as JSON."""
    cards = [model.card for model in list_models() if isinstance(model, Model)]
    return Response(msgspec.json.encode(cards), media_type="application/json", headers={"Cache-Control": "no-cache"})


def routes(
    base_path: str = "",
    allowed_origins: Collection[str] = (),
    upload_mb: int = 512,
    hall: Hall | None = None,
    listens: str | None = None,
) -> list[BaseRoute]:
    """Return the routes beside Streamlit's own, under its base path; pages of `allowed_origins` may ask for work.

    hall: where the rooms of classes are; its own where there is none. listens: the server's address, None for all.
    """
    base = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    origins = Origins(allowed_origins)
    live = Live(origins)
    return [
        WebSocketRoute(f"{base}/api/live", live.serve),
        health_route(base, {"live": live.short.threads, "long": live.long.threads}),
        Route(f"{base}/api/models", models),
        *map_routes(base, origins),
        decoder_route(base),
        page_route(base),
        name_route(base, origins),
        picture_route(base, origins),
        molecules_route(base),
        *strip_routes(base, origins),
        *compare_routes(base, origins),
        *restore_routes(base, origins),
        *unusual_routes(base, origins),
        *weight_routes(base, origins),
        *run_routes(base, origins),
        *sweep_routes(base, origins),
        *upload_routes(base, origins, upload_mb),
        *foreign_routes(base, origins, upload_mb),
        *run_file_routes(base, origins, upload_mb),
        *room_routes(base, hall or Hall(origins), listens),
        Mount(f"{base}/live", LiveFiles(directory=LIVE_FILES)),
    ]
