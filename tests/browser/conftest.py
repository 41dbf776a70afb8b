"""A real Chromium on the running app, which fails a test over any error on the page and any request to another host."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

from tests.chromium import LAUNCH, find_chromium
from tests.running import Server
from tests.tiny_kinds import BEATS, IMAGE, Tiny, write_tiny_kind

READY_MS = 60_000
"""How long the first picture may take on a machine that does other things: opening a model, preparing a data set."""


NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
"""No name but this machine's own leads anywhere."""

REFUSING = ("picture", "decoder", "upload", "datasets", "run?", "runs", "unusual", "foreign")
"""Routes that tests bring bad input to: Chromium reports a refusal as an error, and the page tells it in a sentence."""


# Not for the whole session: another test file has a Playwright of its own, and two at a time cannot be.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        missing = "no Chromium: install it from the system's packages, or run `playwright install chromium`"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    browser = playwright.chromium.launch(executable_path=path, args=[*LAUNCH, NOWHERE_ELSE])
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser profile that windows of the same server share, so that its files are fetched and compiled once."""
    context = chromium.new_context()
    yield context
    context.close()


PAGE_OPTIONS = {"reduced_motion", "color_scheme"}
"""Options of a window that any page of a profile can take; others need a profile of their own."""


@contextmanager
def visiting(chromium: Browser, profile: BrowserContext, server: Server) -> Iterator[Callable[..., Page]]:
    """Open addresses of the app, each in a window of its own; at the end nothing may have gone wrong in any of them."""
    opened: list[BrowserContext | Page] = []
    problems: list[str] = []

    def open_page(
        path: str,
        *,
        width: int = 1280,
        height: int = 800,
        before: Callable[[Page], None] | None = None,
        at: Server = server,
        by: Browser = chromium,
        ready: Callable[[Page], None] = painted,
        **options: object,
    ) -> Page:
        if by is chromium and at is server and options.keys() <= PAGE_OPTIONS:
            page = profile.new_page()
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(**options)  # type: ignore[arg-type]
            page.bring_to_front()
            opened.append(page)
        else:
            context = by.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
            opened.append(context)
            page = context.new_page()
        page.on("request", lambda request: _same_host(request, at, problems))
        page.set_default_timeout(READY_MS)
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.on("console", lambda message: _console(message, problems))
        if before:
            before(page)
        page.goto(at.url + path)
        ready(page)
        return page

    yield open_page
    for each in opened:
        each.close()
    profile.clear_cookies()
    assert not problems


@pytest.fixture
def visit(chromium: Browser, profile: BrowserContext, server: Server) -> Iterator[Callable[..., Page]]:
    """Open an address of the app in a window of its own, as `visiting` does."""
    with visiting(chromium, profile, server) as open_page:
        yield open_page


# Not by a route: a page whose requests are routed has no cache, and loads everything anew. Nobody answers to other
# names (NOWHERE_ELSE), so that what is asked there goes nowhere either.
def _same_host(request: Request, server: Server, problems: list[str]) -> None:
    address = urlsplit(request.url)
    if address.scheme not in ("data", "blob") and address.netloc != urlsplit(server.url).netloc:
        problems.append(f"asked another host: {request.url}")


def _console(message: ConsoleMessage, problems: list[str]) -> None:
    # Streamlit looks for its server below the page's own address first, and Chromium reports each miss.
    address = message.location.get("url", "")
    looking = "/_stcore/" in address and "404" in message.text
    refused = any(f"/api/{route}" in address for route in REFUSING) and any(
        f" {n} " in message.text for n in (400, 409)
    )
    # A test deleted the run that a page shows.
    gone = "404" in message.text and any(f"/api/{route}?" in address for route in ("run", "probe", "snapshot"))
    if message.type == "error" and not looking and not refused and not gone:
        problems.append(f"console: {message.text} ({address})")


# The components live in shadow roots, which the page's own queries do not look into.
FIND = """(role) => {
  for (const host of document.querySelectorAll("*")) {
    const found = host.shadowRoot?.querySelector(`canvas[data-role=${role}]`);
    if (found) return found;
  }
}"""


def painted(page: Page) -> None:
    """Wait until the first picture is there."""
    page.wait_for_function(f"() => ({FIND})('picture')?.width > 1")


def pixels(page: Page, role: str = "picture") -> str:
    """Return what a canvas shows, as a data address."""
    return page.locator(f"canvas[data-role={role}]").evaluate("canvas => canvas.toDataURL()")


def wait_for_change(page: Page, before: str, role: str = "picture") -> str:
    """Wait until a canvas shows something else than `before`; return it."""
    page.wait_for_function(f"([role, before]) => ({FIND})(role).toDataURL() !== before", arg=[role, before])
    return pixels(page, role)


def wait_for_pixels(page: Page, wanted: str, role: str = "picture") -> None:
    """Wait until a canvas shows exactly this."""
    page.wait_for_function(f"([role, wanted]) => ({FIND})(role).toDataURL() === wanted", arg=[role, wanted])


def wait_for_address(page: Page, part: str) -> None:
    """Wait until the address has `part` in it."""
    page.wait_for_function("part => decodeURIComponent(location.search).includes(part)", arg=part)


def touch(page: Page, *points: tuple[float, float]) -> None:
    """Put a finger down on the first of the points, move it along the others, and lift it."""
    hand = page.context.new_cdp_session(page)
    for i, (x, y) in enumerate(points):
        kind = "touchMove" if i else "touchStart"
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        page.wait_for_timeout(30)
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.fixture(scope="session")
def kinds(home: Path) -> dict[str, Tiny]:
    """Models of other kinds and families on the test server, by name, with their weights.

    Those of series are of the data set `beats`, whose test series are at hand.
    """
    models = {
        "kinds-series": {"item": BEATS, "data": "beats"},
        "kinds-points": {"item": BEATS, "data": "beats", "family": "autoencoder"},
        "kinds-plane": {"dims": 2},
        "kinds-told": {"item": IMAGE, "family": "conditional"},
        "kinds-flat": {"item": IMAGE, "family": "autoencoder", "dims": 2},
    }
    return {name: write_tiny_kind(home / "models" / name, **how)[1] for name, how in models.items()}  # type: ignore[arg-type]
