"""What every other browser test relies on: a page that asks anybody but its own server fails its test."""

import pytest

from tests.browser.conftest import Windows, visiting
from tests.running import Server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("answers", [False, True], ids=["another host", "another server of this machine"])
def test_a_page_that_asks_anybody_else_fails_its_test(windows: Windows, server: Server, answers: bool) -> None:
    other = f"{server.url.replace('localhost', '127.0.0.1')}/_stcore/health" if answers else "http://example.com/"
    with pytest.raises(AssertionError, match=f"asked another host: {other}"), visiting(windows, server) as visit:
        page = visit("/_stcore/health", ready=lambda page: None)
        got = page.evaluate("url => fetch(url, { mode: 'no-cors' }).then(() => true, () => false)", other)
        page.wait_for_function("() => performance.getEntriesByType('resource').length > 0")
        assert got == answers
