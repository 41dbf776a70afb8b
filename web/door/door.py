"""Who comes in at all: one guard in front of every route, Streamlit's own among them, and the headers of all answers.

A page of another site can make a browser here ask this server under that site's own name (DNS rebinding); to the
browser it then is the same site, and no check of Origin against Host tells it apart. So the name by which we are asked
must be one that is ours. An address in numbers always is: no name has been looked up for it.
"""

import socket
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae.home import INSTALLED, PROJECT
from web.door.answers import Refused
from web.door.origins import Origins


def own_names() -> set[str]:
    """Return what this machine is called: by itself, by its first word, and by neighbours on the same network."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return {"localhost", name, short, f"{short}.local"} - {"", ".local"}


class Hosts:
    """The names under which this server may be asked: its machine's, addresses in numbers, and those that are allowed.

    `allowed` is as in Streamlit's `server.allowedHosts`: names, "*.school.example" for all below one, "*" for any.
    """

    def __init__(self, allowed: Collection[str] = ()) -> None:
        said = {name.strip().lower().rstrip(".") for name in allowed}
        self.any = "*" in said
        self.below = tuple(name[1:] for name in said if name.startswith("*."))
        self.names = said | own_names()

    def are_asked(self, header: str | None) -> bool:
        """Say whether a Host header names one of them."""
        name = _name(header or "")
        if name is None:
            return False
        return self.any or name in self.names or name.endswith(self.below) or _is_address(name)


def _name(header: str) -> str | None:
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    if parts.netloc != header or parts.username is not None or parts.password is not None or not parts.hostname:
        return None
    return parts.hostname.rstrip(".") or None


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


class Door:
    """Refuse who asks under a name not ours, and other sites' pages that ask /api or a socket; write all headers."""

    def __init__(
        self, app: ASGIApp, hosts: Hosts, origins: Origins, base_path: str, ancestors: Collection[str]
    ) -> None:
        self.app, self.hosts, self.origins = app, hosts, origins
        self.api = f"/{base_path.strip('/')}/api/" if base_path.strip("/") else "/api/"
        self.headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Content-Security-Policy": " ".join(["frame-ancestors", "'self'", *ancestors]),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refused = self.refusal(HTTPConnection(scope))
        if refused is None:
            await self.app(scope, receive, self._with_headers(scope, send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "not ours"})  # before accept: 403
        else:
            await refused(scope, receive, self._with_headers(scope, send))

    def refusal(self, connection: HTTPConnection) -> Response | None:
        """Return what is answered to those who do not come in; None for those who do."""
        if not self.hosts.are_asked(connection.headers.get("host")):
            return PlainTextResponse(
                "This address is not one of the server's own. Open it by localhost, the machine's name or its address "
                "in numbers; whoever runs the server adds other names with `--server.allowedHosts NAME`.",
                status_code=403,
            )
        if connection.scope["type"] == "websocket":
            # Streamlit's own check lets in pages of any port of this machine, and asks another host for our address.
            is_from_elsewhere = not self.origins.admit(connection)
        else:
            is_from_elsewhere = connection.scope["path"].startswith(self.api) and self._is_from_elsewhere(connection)
        if is_from_elsewhere:
            return Refused(403, "origin", "Another site's page asks this; only the explorer's own may.").response()
        return None

    def _is_from_elsewhere(self, connection: HTTPConnection) -> bool:
        if connection.headers.get("sec-fetch-site") != "cross-site":
            return False
        origin = connection.headers.get("origin")
        return origin is None or not self.origins.admit(connection)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        is_ours = scope["path"].startswith(self.api)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if is_ours:
                    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            await send(message)

        return sending


def who_can_reach(address: str | None, port: int) -> str:
    """Say in one line who can open the app, for the log's first line."""
    if address in ("localhost", "127.0.0.1", "::1"):
        start = "latent-explorer" if PROJECT == INSTALLED else "streamlit run app.py"
        return f"Only this machine can open the explorer (port {port}). For a class: {start} --server.address 0.0.0.0"
    where = f"at {address}" if address and address not in ("0.0.0.0", "::") else "on any of its networks"
    return (
        f"Whoever reaches this machine {where}, port {port}, can open the explorer, train, rename and delete: "
        "there are no accounts."
    )
