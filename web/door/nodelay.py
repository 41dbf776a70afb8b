"""Send small replies at once: TCP_NODELAY on every connection of the server."""

import socket

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send


class NoDelay:
    """Switch Nagle's algorithm off for the connection that a request came in on.

    asyncio does so itself, but only for sockets whose protocol number says TCP, and Streamlit's listening socket has 0.
    Nagle's algorithm then holds a second small packet back until the first is acknowledged, which the other end delays:
    eight pipelined replies took 44 ms instead of 2, each HTTP reply on a kept connection 44 instead of 0.3.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # ASGI has no way to ask for this. `receive` is a method of uvicorn's connection, which holds the transport;
        # under another server there is none to be found and nothing is done.
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        connection = transport.get_extra_info("socket") if transport is not None else None
        if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)


MIDDLEWARE = [Middleware(NoDelay)]
