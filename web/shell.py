"""The page around Streamlit's: our measures from the first paint on, and what every page has.

Streamlit's own page comes without them: it is narrow and has room for a bar of its own until the script's first answer,
and then everything jumps. Here the style sheet stands in the page itself, behind Streamlit's: it has the last word.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae.home import PROJECT
from web.live_files import live_version

TITLE = "Latent space explorer"
STYLE = PROJECT / "assets" / "style.css"
NOT_FOR_PAGES = ("accept-encoding", "if-none-match", "if-modified-since", "range")
"""A page that is written anew has no state of its own to compare, and is written into before it is compressed."""


class Shell:
    """Write style and shell into the pages that Streamlit serves; all else goes by untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or "text/html" not in Headers(scope=scope).get("accept", "")
        ):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in NOT_FOR_PAGES]
        await self.app({**scope, "headers": headers}, receive, _Writing(send))


class _Writing:
    """Hold an answer back until all of it is there, where it is a page."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and Headers(raw=message["headers"]).get(
            "content-type", ""
        ).startswith("text/html"):
            self.start = message
        elif self.start is None:
            await self.send(message)
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page()

    async def _send_page(self) -> None:
        assert self.start is not None
        page = dressed(self.body.decode("utf-8")).encode("utf-8")
        headers = MutableHeaders(scope=self.start)
        headers["content-length"] = str(len(page))
        for name in ("etag", "last-modified", "accept-ranges"):
            del headers[name]
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": page})


def dressed(page: str) -> str:
    """Put our title, style and shell into a page of Streamlit's, whose own files are relative to it, too."""
    script = f"./live/v-{live_version()}/shell/shell.js"
    ours = f'<style>{STYLE.read_text("utf-8")}</style>\n<script type="module" src="{script}"></script>\n</body>'
    return page.replace("<title>Streamlit</title>", f"<title>{TITLE}</title>").replace("</body>", ours)
