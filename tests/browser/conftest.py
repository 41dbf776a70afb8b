"""A real Chromium on the running app, which fails a test over any error on the page and any request to another host."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    sync_playwright,
)

from tests.browser.looking import POLLING, look_often
from tests.chromium import LAUNCH, find_chromium
from tests.running import Server
from tests.tiny_kinds import BEATS, IMAGE, Tiny, write_tiny_kind


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have CI try a browser test once more before it believes that it failed, and say so (RERUN in the summary).

    Two browsers and two servers share two cores there, and a hand's events may come later than any person's. Who runs
    a test by hand sees its first failure.
    """
    if os.environ.get("CI"):
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=1))


READY_MS = 60_000
"""How long the first picture may take on a machine that does other things: opening a model, preparing a data set."""

look_often(READY_MS)

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


LOOK = {"reduced_motion": "no-preference", "color_scheme": "light"}
"""Options that any window can take, and what they are otherwise; others need a profile of their own."""

# Not by a route: a page whose requests are routed has no cache, and loads everything anew. Nor by the event of each
# request: a page asks for a hundred things, and to be told of them costs a tenth of its coming.
ASKED = """() => performance.getEntriesByType("resource").map(({ name }) => name)"""
"""What a document has asked for. A request to another host fails besides (NOWHERE_ELSE), and is told of then."""

NOWHERE = "/_stcore/health"
"""An address of the app without a page."""

AT_REST = 4
"""So many windows wait for a test at most: each is a process."""


@dataclass
class Window:
    """A page of the app and what went wrong on it; `key`: which tests may have it after this one, None: none may."""

    page: Page
    server: Server
    key: tuple | None = None
    problems: list[str] = field(default_factory=list)
    session: CDPSession | None = None

    def __post_init__(self) -> None:
        self.page.set_default_timeout(READY_MS)
        self.page.wait_for_function = partial(self.page.wait_for_function, polling=POLLING)  # type: ignore[method-assign]
        self.listeners = {
            "requestfailed": lambda request: self._asked(request.url),
            "pageerror": lambda error: self.problems.append(f"page error: {error}"),
            "console": lambda message: _console(message, self.problems),
        }

    def listen(self) -> None:
        """Note from now on what goes wrong."""
        self.problems = []
        for event, note in self.listeners.items():
            self.page.on(event, note)  # type: ignore[call-overload]

    def begin(self, script: str) -> None:
        """Have each document run this before its own scripts, until the window rests."""
        self.session = self.page.context.new_cdp_session(self.page)
        self.session.send("Page.enable")
        self.session.send("Page.addScriptToEvaluateOnNewDocument", {"source": script})

    def heard(self) -> None:
        """Hear what has been said until now, and look through all that the document has asked for."""
        if not self.page.is_closed():
            for url in self.page.evaluate(ASKED):
                self._asked(url)

    def _asked(self, url: str) -> None:
        """Note what was asked of another host, where it fails, or of another server of this machine."""
        address = urlsplit(url)
        if address.scheme not in ("data", "blob") and address.netloc != urlsplit(self.server.url).netloc:
            self.problems.append(f"asked another host: {url}")

    def leave(self) -> None:
        """Go where no page is, and forget all that was kept."""
        for event, note in self.listeners.items():
            self.page.remove_listener(event, note)
        self.page.unroute_all()
        if self.session:
            self.session.detach()
            self.session = None
        self.page.goto(self.server.url + NOWHERE)
        self.page.evaluate("sessionStorage.clear(), localStorage.clear()")
        self.page.context.clear_cookies()
        self.page.mouse.up()
        self.page.mouse.move(-1, -1)


class Windows:
    """The windows of a browser on one server, which go from test to test.

    A page that comes in a window which has shown one before costs less than half: the window's process still has what
    it compiled. Its document, its socket, its session on the server and what it keeps are new all the same.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.session = browser.new_browser_cdp_session()
        self.profiles: dict[tuple, BrowserContext] = {}
        self.resting: list[Window] = []

    def open(self, server: Server, width: int, height: int, *, anew: bool, **options: object) -> Window:
        """Return a window of this size that has been at rest or, where it is to be `anew`, one that no test had."""
        look = {name: options.pop(name, usual) for name, usual in LOOK.items()}
        key = (server.url, *sorted(options.items()))
        window = next((each for each in self.resting if not anew and each.key == key), None)
        if window:
            self.resting.remove(window)
        else:
            if key not in self.profiles:
                self.profiles[key] = self.browser.new_context(**options)  # type: ignore[arg-type]
            window = Window(self._page(self.profiles[key]), server, None if anew else key)
        window.page.set_viewport_size({"width": width, "height": height})
        window.page.emulate_media(**look)  # type: ignore[arg-type]
        return window

    def _page(self, profile: BrowserContext) -> Page:
        """Open a page in a window of its own: of the tabs of one window all but one draw two frames a second."""
        if not profile.pages:
            return profile.new_page()
        told = profile.new_cdp_session(profile.pages[0]).send("Target.getTargetInfo")
        of = told["targetInfo"]["browserContextId"]
        with profile.expect_page() as opened:
            self.session.send("Target.createTarget", {"url": "about:blank", "newWindow": True, "browserContextId": of})
        return opened.value

    def rest(self, window: Window) -> None:
        """Take a window back, for a later test where that may be."""
        if window.key is None or window.page.is_closed():
            window.page.close()
            return
        window.leave()
        self.resting.append(window)
        while len(self.resting) > AT_REST:
            self.resting.pop(0).page.close()

    def close(self) -> None:
        """Close them all."""
        for profile in self.profiles.values():
            profile.close()


@pytest.fixture(scope="package")
def windows(chromium: Browser) -> Iterator[Windows]:
    """The windows of this browser on the test server."""
    windows = Windows(chromium)
    yield windows
    windows.close()


@contextmanager
def visiting(windows: Windows, server: Server) -> Iterator[Callable[..., Page]]:
    """Open addresses of the app, each in a window of its own; at the end nothing may have gone wrong in any of them.

    script: what each document runs first. before: what is done to the window, which no other test has then; nor has
    it one on another server (`at`) or of another browser (`by`).
    """
    opened: list[Window] = []

    def open_page(
        path: str,
        *,
        width: int = 1280,
        height: int = 800,
        script: str = "",
        before: Callable[[Page], None] | None = None,
        at: Server = server,
        by: Browser = windows.browser,
        ready: Callable[[Page], None] = painted,
        **options: object,
    ) -> Page:
        if by is windows.browser and at is server:
            window = windows.open(server, width, height, anew=before is not None, **options)
        else:
            window = Window(by.new_page(viewport={"width": width, "height": height}, **options), at)  # type: ignore[arg-type]
        opened.append(window)
        window.listen()
        if script:
            window.begin(script)
        if before:
            before(window.page)
        window.page.goto(at.url + path)
        ready(window.page)
        return window.page

    yield open_page
    for window in opened:
        window.heard()
        windows.rest(window)
    problems = [problem for window in opened for problem in window.problems]
    assert not problems


@pytest.fixture
def visit(windows: Windows, server: Server) -> Iterator[Callable[..., Page]]:
    """Open an address of the app in a window of its own, as `visiting` does."""
    with visiting(windows, server) as open_page:
        yield open_page


def _console(message: ConsoleMessage, problems: list[str]) -> None:
    # Streamlit looks for its server below the page's own address first, and Chromium reports each miss.
    address = message.location.get("url", "")
    looking = "/_stcore/" in address and "404" in message.text
    refused = any(f"/api/{route}" in address for route in REFUSING) and any(
        f" {n} " in message.text for n in (400, 409)
    )
    # A model without images at hand stands beside another: the page asks for its curve, and says that there is none.
    refused |= " 422 " in message.text and "/api/curve?" in address
    # A test deleted the run that a page shows.
    gone = "404" in message.text and any(f"/api/{route}?" in address for route in ("run", "probe", "snapshot"))
    # Streamlit lets go of a picture that is still on its way when what shows it is no longer on the page.
    let_go = "404" in message.text and "/media/" in address and "/static/" not in address
    if message.type == "error" and not looking and not refused and not gone and not let_go:
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


def until(page: Page, true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for what is not on the page; the page itself goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


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


def discard(server: Server, name: str) -> bool:
    """Ask a run to be discarded, which takes its process a moment; say whether it is one that can be."""
    try:
        urlopen(Request(f"{server.url}/api/run?run={name}&action=discard", b""), timeout=30).close()
    except HTTPError:  # it is a model by now, or gone
        return False
    return True


def heeded(page: Page) -> None:
    """Wait until the window has heeded what was done to it: its size, how far it is scrolled."""
    page.evaluate("new Promise((heeded) => requestAnimationFrame(() => requestAnimationFrame(() => heeded())))")


def unroll(page: Page, box: Locator) -> None:
    """Click on a list of the form. It lies at rest first: an open list closes when what lies beneath it is scrolled."""
    box.scroll_into_view_if_needed()
    heeded(page)
    box.click()


def open_model(page: Page, name: str) -> None:
    """Choose another model in the page's own list, which costs much less than a page that comes anew."""
    unroll(page, page.get_by_role("combobox").first)
    page.keyboard.type(name)
    page.get_by_role("listbox").get_by_text(name, exact=True).click()
    wait_for_address(page, f"model={name}")


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
        "kinds-choices": {"item": IMAGE, "family": "discrete", "dims": 6},
        "kinds-flat": {"item": IMAGE, "family": "autoencoder", "dims": 2},
    }
    return {name: write_tiny_kind(home / "models" / name, **how)[1] for name, how in models.items()}  # type: ignore[arg-type]
