"""Whose pages may ask this server for work: its own, those that are allowed, and programs that are no page."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


class Origins:
    """The origins that are let in besides the server's own; "*" lets all in."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self.allowed = {origin.strip().rstrip("/") for origin in allowed}

    def admit(self, connection: HTTPConnection) -> bool:
        """Say whether the page that asks is one of ours, one that is allowed, or no page at all."""
        origin = connection.headers.get("origin")
        if origin is None or "*" in self.allowed or origin in self.allowed:
            return True
        return urlsplit(origin).netloc == connection.headers.get("host")
