"""What an address says after its question mark, read; what cannot be read is refused (400 bad-request)."""

import sys
from collections.abc import Iterable
from contextlib import suppress

from starlette.requests import Request

from web.door.answers import Refused

FINITE = (-sys.float_info.max, sys.float_info.max)
"""Any number but NaN and the infinities."""

MOST_DIGITS = 15
"""JavaScript keeps whole numbers of so many exactly."""


def bad(message: str) -> Refused:
    """Return the refusal of an address that cannot be read."""
    return Refused(400, "bad-request", message)


def one_of(request: Request, name: str, known: Iterable[str]) -> str:
    """Return which of the `known` words the address names."""
    word = request.query_params.get(name, "")
    if word not in (words := list(known)):
        raise bad(f"`{name}` is one of: {', '.join(words)}; got {word[:20]!r}.")
    return word


def number(
    request: Request,
    name: str,
    otherwise: float | None = None,
    what: str = "a number",
    between: tuple[float, float] | None = None,
) -> float:
    """Return a number of the address, or `otherwise` where it names none and there is that.

    what: as the refusal says it. between: the least and the most; left out: any number, NaN too.
    """
    text = request.query_params.get(name, "" if otherwise is None else str(otherwise))
    with suppress(ValueError):
        value = float(text)
        if between is None or between[0] <= value <= between[1]:
            return value
    raise bad(f"`{name}` is {what}; got {text[:20]!r}.")


def whole(
    request: Request,
    name: str,
    otherwise: int | None = None,
    what: str = "a whole number, 0 or more",
    digits: int = MOST_DIGITS,
) -> int:
    """Return a whole number of the address, of so many digits, or `otherwise` where it names none and there is that."""
    text = request.query_params.get(name, "" if otherwise is None else str(otherwise))
    if not (text.isascii() and text.isdecimal() and len(text) <= digits):
        raise bad(f"`{name}` is {what}; got {text[:20]!r}.")
    return int(text)
