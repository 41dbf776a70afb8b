"""Rooms over HTTP and a socket.

    POST /api/rooms?lesson=L     open a room about a lesson: {"code", "key"}; the key is for the window that leads it
    GET  /api/rooms?room=ABCD    whether there is such a room: {"there"}
    GET  /api/reach              where a class finds the server: {"lan": address or null, "open": can others ask}
    WS   /api/room?room=ABCD&who=W&lang=en    a window in a room (web/rooms/hall.py)

Refused (web/door/answers.py) are: 400 no-lesson, 403 origin, 429 busy, 503 too-many.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from web.door import changes
from web.door.answers import Refused, answered, as_json
from web.door.visitors import address_of
from web.rooms.hall import BUSY, Hall
from web.rooms.reach import is_open_to_others, lan_address
from web.rooms.room import NotNow

STATUS = {"no-lesson": 400, "busy": 429, "too-many": 503}


def room_routes(base: str, hall: Hall, listens: str | None) -> list[BaseRoute]:
    """Return the routes of rooms under the server's base path; `listens`: the address that it listens at, or None."""

    async def open_(request: Request) -> Response:
        address = address_of(request)
        try:
            room = await hall.shelf.open(request.query_params.get("lesson", ""), address)
        except NotNow as error:
            raise _refusal(error) from None
        changes.note(address, "room: opened", room.code)
        return as_json({"code": room.code, "key": room.key})

    async def there(request: Request) -> Response:
        missing = hall.missing(request.query_params.get("room", "").upper(), address_of(request))
        if missing is BUSY:
            raise _refusal(BUSY)
        return as_json({"there": missing is None})

    def reach(_: Request) -> Response:
        return as_json({"lan": lan_address(), "open": is_open_to_others(listens)})

    return [
        Route(f"{base}/api/rooms", answered(open_, hall.origins), methods=["POST"]),
        Route(f"{base}/api/rooms", answered(there), methods=["GET"]),
        Route(f"{base}/api/reach", answered(reach), methods=["GET"]),
        WebSocketRoute(f"{base}/api/room", hall.serve),
    ]


def _refusal(error: NotNow) -> Refused:
    return Refused(STATUS[error.code], error.code, str(error))
