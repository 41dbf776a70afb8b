"""Photos of the camera, which Streamlit's own route takes and its sessions keep in memory: so many, and not for ever.

Streamlit bounds the bytes of one file. A session may name any number of files, though: 300 of 1 MB held 400 MB. A page
reads a photo as soon as it has come, so the older ones of a session make room, and then the oldest of all.
"""

import asyncio

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from web.door.answers import Refused
from web.door.places import Places
from web.door.visitors import address_of

EACH = 2
"""Of a session: the page has one camera, and a photo may come while the one before is still read."""
MOST = 32
AT_ONCE = 8
WITHIN = 20.0
"""Seconds that a photo may take to come; it has some 10 KB, and the route takes 1 MB."""


class Photos:
    """Keep Streamlit's upload route within bounds of number and time; other requests go by."""

    def __init__(self, app: ASGIApp, base_path: str) -> None:
        self.app = app
        self.route = f"/{base_path.strip('/')}/_stcore/upload_file/".replace("//", "/")
        self.places = Places(AT_ONCE, "Others are sending photos; take yours again in some seconds.")
        self.kept: list[tuple[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(self.route):
            await self.app(scope, receive, send)
            return
        try:
            with self.places.one(address_of(HTTPConnection(scope))):
                async with asyncio.timeout(WITHIN):
                    await self.app(scope, receive, send)
            self._make_room(scope["path"])
        except Refused as refused:
            await refused.response()(scope, receive, send)
        except TimeoutError:
            late = Refused(408, "too-slow", f"A photo comes within {WITHIN:g} s; take it again.")
            await late.response()(scope, receive, send)

    def _make_room(self, path: str) -> None:
        files = Runtime.instance().uploaded_file_mgr
        if not isinstance(files, MemoryUploadedFileManager):
            return
        session, _, file = path.removeprefix(self.route).partition("/")
        new = (session, file)
        others = [one for one in self.kept if one != new and files.get_files(one[0], [one[1]])]
        self.kept = [*others, new] if files.get_files(session, [file]) else others
        of_session = [one for one in self.kept if one[0] == session]
        leaving = of_session[:-EACH]
        staying = [one for one in self.kept if one not in leaving]
        for old in [*leaving, *staying[:-MOST]]:
            files.remove_file(*old)
        self.kept = staying[-MOST:]
