"""Connections accepted from a socket that Streamlit made send small packets at once."""

import asyncio
import json
import socket
import urllib.request

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from streamlit.web.server.starlette.starlette_server import _bind_socket
from websockets.sync.client import connect

from web.door.nodelay import MIDDLEWARE


def option(connection: Request | WebSocket) -> bool:
    transport = connection.scope["test.receive"].__self__.transport
    return bool(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


async def over_http(request: Request) -> JSONResponse:
    return JSONResponse(option(request))


async def over_websocket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(json.dumps(option(websocket)))
    await websocket.close()


def ask_both(port: int) -> tuple[bool, bool]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/http", timeout=10) as answer:
        http = json.load(answer)
    with connect(f"ws://127.0.0.1:{port}/websocket") as client:
        return http, json.loads(client.recv(10))


async def served(middleware: list) -> tuple[bool, bool]:
    """Serve as Streamlit does, and return whether TCP_NODELAY is on over HTTP and over a WebSocket."""
    app = Starlette(
        routes=[Route("/http", over_http), WebSocketRoute("/websocket", over_websocket)], middleware=middleware
    )

    async def with_receive(scope, receive, send):
        await app({**scope, "test.receive": receive}, receive, send)

    listening = _bind_socket("127.0.0.1", 0, 16)
    config = uvicorn.Config(with_receive, ws="websockets-sansio", log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        return await asyncio.to_thread(ask_both, listening.getsockname()[1])
    finally:
        server.should_exit = True
        await serving


@pytest.mark.parametrize(("middleware", "on"), [(MIDDLEWARE, True), ([], False)], ids=["with", "without"])
def test_small_packets_leave_at_once_on_both_protocols(middleware, on):
    """Without the middleware they do not: the day that fails, Streamlit has changed and the middleware can go."""
    assert asyncio.run(served(middleware)) == (on, on)
