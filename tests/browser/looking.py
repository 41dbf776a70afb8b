"""Have Playwright look often for what it waits for.

It looks after 20, 50, 100, 100 and then each 500 ms, so that whatever takes longer than a moment is found a quarter of
a second late on average; and browser tests wait some thousand times.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from playwright.sync_api import Locator, LocatorAssertions, expect

POLLING = 50
"""Milliseconds between two looks. With each frame would be more than is needed, on a processor that the page needs."""

FEW_LOOKS = 150
"""Milliseconds of one try of an assertion: two looks of Playwright's own, 100 ms apart."""


def look_often(patience: float) -> None:
    """Have each `wait_for` and `expect` of this process do so, and wait for `patience` ms where nothing else is said.

    What they say in the end where nothing came is Playwright's own sentence.
    """
    expect.set_options(timeout=patience)
    Locator.wait_for = _waiting(Locator.wait_for, patience)  # type: ignore[method-assign]
    for name in dir(LocatorAssertions):
        if name.startswith(("to_", "not_to_")):
            setattr(LocatorAssertions, name, _asserting(getattr(LocatorAssertions, name), patience))


def _waiting(wait_for: Callable[..., None], patience: float) -> Callable[..., None]:
    @wraps(wait_for)
    def often(self: Locator, *, state: str = "visible", timeout: float = patience) -> None:
        there = {"visible": self.is_visible, "hidden": self.is_hidden}.get(state)
        until = time.monotonic() + timeout / 1000
        while there and time.monotonic() < until:
            if there():
                return
            self.page.wait_for_timeout(POLLING)
        wait_for(self, state=state, timeout=1 if there else timeout)

    return often


def _asserting(assertion: Callable[..., None], patience: float) -> Callable[..., None]:
    @wraps(assertion)
    def often(self: LocatorAssertions, *what: Any, timeout: float = patience, **more: Any) -> None:
        until = time.monotonic() + timeout / 1000
        while True:
            try:
                return assertion(self, *what, timeout=FEW_LOOKS, **more)
            except AssertionError:
                if time.monotonic() > until:
                    raise

    return often
