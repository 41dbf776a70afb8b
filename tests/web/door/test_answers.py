"""What a route raises is the same answer whether it waits or works, and what an address says is read one way."""

import asyncio
import math
from collections.abc import Callable
from urllib.parse import urlencode

import msgspec
import pytest
from filelock import Timeout
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from vae.errors import InputError
from vae.files import CannotWrite
from web.door.answers import Answer, Refused, answered, refusing
from web.door.origins import Origins
from web.door.query import FINITE, number, one_of, whole

RAISED = {
    "refusal": (Refused(409, "busy", "Wait."), 409, "busy"),
    "mistake": (InputError("Choose another."), 400, "bad-request"),
    "no room": (CannotWrite("Free some space."), 507, "disk-full"),
    "disk": (OSError(28, "No space left on device"), 507, "disk-full"),
    "lock": (Timeout("control.json"), 503, "busy"),
}


def asking(query: str = "", **headers: str) -> Request:
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": sent})


def raising(error: Exception, waits: bool) -> Answer:
    async def waiting(_: Request) -> Response:
        raise error

    def working(_: Request) -> Response:
        raise error

    return waiting if waits else working


def told(answer: Answer, request: Request | None = None) -> Response:
    said = answer(request or asking())
    return said if isinstance(said, Response) else asyncio.run(said)  # type: ignore[arg-type]


@pytest.mark.parametrize("waits", [True, False], ids=["waits", "works"])
@pytest.mark.parametrize(("error", "status", "code"), RAISED.values(), ids=RAISED)
def test_what_is_raised_is_an_answer_with_its_sentence(error: Exception, status: int, code: str, waits: bool) -> None:
    answer = told(answered(raising(error, waits)))
    said = msgspec.json.decode(answer.body)["error"]
    assert (answer.status_code, said["code"]) == (status, code)
    why = (error.strerror or "try again in a moment") if isinstance(error, OSError) else str(error)
    assert why in said["message"]


@pytest.mark.parametrize("waits", [True, False], ids=["waits", "works"])
def test_nothing_is_said_to_one_who_has_gone_and_a_fault_of_ours_is_none_of_theirs(waits: bool) -> None:
    answer = told(answered(raising(ClientDisconnect(), waits)))
    assert (answer.status_code, answer.body) == (400, b"")
    with pytest.raises(ZeroDivisionError):
        told(answered(raising(ZeroDivisionError(), waits)))


@pytest.mark.parametrize("waits", [True, False], ids=["waits", "works"])
def test_a_page_of_another_site_asks_for_nothing(waits: bool) -> None:
    answer = answered(raising(AssertionError("it was asked"), waits), Origins())
    assert told(answer, asking(host="here", origin="http://elsewhere")).status_code == 403


def test_a_kind_of_its_own_counts_before_the_general_one() -> None:
    kinds: tuple[tuple[Exception, tuple[int, str]], ...] = (
        (CannotWrite("a"), (507, "disk-full")),
        (InputError("b"), (404, "unknown")),
        (KeyError("c"), (409, "gone")),
    )
    for error, expected in kinds:
        with pytest.raises(Refused) as got, refusing(404, "unknown", {CannotWrite: expected, KeyError: (409, "gone")}):
            raise error
        assert (got.value.status, got.value.code, str(got.value)) == (*expected, str(error))
    with pytest.raises(Refused, match="as it was"), refusing(404, "unknown"):
        raise Refused(503, "busy", "as it was")
    with pytest.raises(ZeroDivisionError), refusing(404, "unknown"):
        raise ZeroDivisionError


@given(st.integers(0, 10**15 - 1))
def test_a_whole_number_is_read_as_it_was_written(value: int) -> None:
    assert whole(asking(f"step={value}"), "step") == value


@given(st.floats())
def test_a_number_is_read_as_it_was_written_and_only_where_it_may_be(value: float) -> None:
    request = asking(urlencode({"beta": repr(value)}))
    assert number(request, "beta") == value or math.isnan(value)
    for bounds, inside in ((FINITE, math.isfinite(value)), ((0, 1), 0 <= value <= 1)):
        if inside:
            assert number(request, "beta", between=bounds) == value
        else:
            with pytest.raises(Refused, match="`beta` is a number; got"):
                number(request, "beta", between=bounds)


@pytest.mark.parametrize(
    ("read", "query"),
    [
        (lambda request: whole(request, "a"), ""),
        (lambda request: whole(request, "a", 3), "a="),
        (lambda request: whole(request, "a"), "a=%D9%A3"),
        (lambda request: whole(request, "a"), "a=-1"),
        (lambda request: whole(request, "a", digits=10), "a=12345678901"),
        (lambda request: number(request, "a"), ""),
        (lambda request: number(request, "a", 0.5), "a="),
        (lambda request: number(request, "a"), "a=much"),
        (lambda request: one_of(request, "a", ("form", "stop")), "a=burn"),
        (lambda request: one_of(request, "a", ("form", "stop")), ""),
    ],
)
def test_what_cannot_be_read_is_refused_and_named(read: Callable[[Request], object], query: str) -> None:
    with pytest.raises(Refused, match=r"`a` is .*; got '") as refused:
        read(asking(query))
    assert (refused.value.status, refused.value.code) == (400, "bad-request")


def test_what_is_left_out_is_what_was_meant_by_that() -> None:
    assert whole(asking(), "a", 3) == 3
    assert number(asking(), "a", 0.5) == 0.5
