"""A mouse that moves when a hand would, whether or not the page has dealt with the movement before.

Playwright's own mouse waits for the page to answer each movement, which is once a frame, or every second one: it moves
in step with what it measures. This one speaks to the browser directly and does not wait.
"""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page
from websockets.sync.client import ClientConnection, connect


def free_port() -> int:
    """Return a port for the browser's `--remote-debugging-port`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Hand:
    """A mouse over one page; places are in CSS pixels."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.sent = 0
        self.held = False

    def move(self, x: float, y: float) -> None:
        """Move, without waiting for anything."""
        self._send("mouseMoved", x, y)

    def press(self, x: float, y: float) -> None:
        """Press the left button."""
        self.held = True
        self._send("mousePressed", x, y)

    def release(self, x: float, y: float) -> None:
        """Let it go, and wait until the page has dealt with all that was sent."""
        self._send("mouseReleased", x, y)
        self.held = False
        self.wait()

    def follow(self, path: Callable[[float], tuple[float, float]], seconds: float, pauses: Iterator[float]) -> None:
        """Move along a path, t in seconds -> (x, y), with these pauses between the movements."""
        started = time.perf_counter()
        for pause in pauses:
            t = time.perf_counter() - started
            if t >= seconds:
                break
            self.move(*path(t))
            time.sleep(pause)

    def wait(self) -> None:
        """Wait until the page has dealt with all that was sent."""
        while True:
            if json.loads(self.line.recv()).get("id") == self.sent:
                return

    def _send(self, kind: str, x: float, y: float) -> None:
        self.sent += 1
        button: dict[str, Any] = {"button": "left", "buttons": 1, "clickCount": 1} if self.held else {}
        params = {"type": kind, "x": float(x), "y": float(y), "pointerType": "mouse", **button}
        self.line.send(json.dumps({"id": self.sent, "method": "Input.dispatchMouseEvent", "params": params}))


@contextmanager
def hand_on(page: Page, port: int) -> Iterator[Hand]:
    """Take a page of a browser with this debugging port in hand."""
    target = page.context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]["targetId"]
    with connect(f"ws://127.0.0.1:{port}/devtools/page/{target}", max_size=None) as line:
        yield Hand(line)
