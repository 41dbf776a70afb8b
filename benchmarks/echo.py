"""The least that a WebSocket costs here: the same server, sending back what it gets."""

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from web.door.nodelay import MIDDLEWARE


async def echo(socket: WebSocket) -> None:
    """Send every frame back."""
    await socket.accept()
    async for frame in socket.iter_bytes():
        await socket.send_bytes(frame)


app = Starlette(routes=[WebSocketRoute("/echo", echo)], middleware=MIDDLEWARE)
