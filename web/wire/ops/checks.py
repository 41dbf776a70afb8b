"""What every op asks of a request: its shape, its numbers, and the size of its answer."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from vae.errors import InputError
from vae.explore.explorer import Explorer, Told
from web.wire import frames
from web.wire.frames import MAX_FRAME, MAX_ROWS, FrameError, Request


class Answer(NamedTuple):
    """What an op answers beside its array: fields of its own in the reply's header."""

    array: np.ndarray
    header: dict[str, Any]


@contextmanager
def refusing(code: str, absent: type[InputError] | None = None) -> Iterator[None]:
    """Refuse an `InputError` of the block in its own words; one of the class `absent` is not on this computer."""
    try:
        yield
    except InputError as error:
        raise FrameError("absent" if absent and isinstance(error, absent) else code, str(error)) from None


def finite(request: Request, payload: memoryview, what: str) -> np.ndarray:
    """Return the payload as float32 of the request's shape; refuse NaN and infinity, `what` being the numbers' name."""
    values = frames.as_array(payload, request.shape, "float32")
    if not np.isfinite(values).all():
        raise FrameError("not-finite", f"{what} are finite numbers; got NaN or infinity.")
    return values


def as_float32(values: np.ndarray) -> np.ndarray:
    """Return an array as the socket sends numbers."""
    return np.asarray(values, np.float32)


def things_in(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Return the payload as things of the model's kind, [n, *shape]: images uint8 [n, H, W, C]."""
    check_shape(request, model.card.item.shape)
    things = frames.as_array(payload, request.shape, model.kind.kept.name)
    if things.dtype.kind == "f" and not np.isfinite(things).all():
        raise FrameError("not-finite", f"{model.kind.nouns.capitalize()} are finite numbers; got NaN or infinity.")
    return things


def told(request: Request) -> Told:
    """Return what a model is told: the class of each row, or of all, or a part of a thing; None where nothing is."""
    if request.told is not None:
        return np.asarray(request.told)
    return np.array(request.condition) if isinstance(request.condition, list) else request.condition


def parted(model: Explorer, request: Request, payload: memoryview) -> memoryview:
    """Take the part of a thing from the end of a payload, as `told` gives it, and return what is left."""
    request.told = None
    if not request.part:
        return payload
    shape = model.card.part
    if shape is None:
        raise FrameError("unsupported", f"{model.card.name} completes no things; send the request without `part`.")
    wanted = math.prod(shape) * model.kind.kept.itemsize
    if request.part != wanted or len(payload) < wanted:
        raise FrameError("bad-payload", f"The part of {model.kind.nouns} has {wanted:,} bytes; got {request.part:,}.")
    part = np.frombuffer(payload[-wanted:], model.kind.kept).reshape(1, *shape)
    request.told = part.astype(np.float32) / np.float32(model.kind.levels)
    return payload[:-wanted]


def guessed(model: Explorer, request: Request, things: np.ndarray) -> tuple[Told, dict[str, Any]]:
    """Return what a conditional model is told of things; where nothing is said, what it takes each of them for.

    That is for the reply's header too: `condition`, a number for each.
    """
    given = told(request)
    if given is not None or not model.card.told:
        return given, {}
    given = model.guess(model.kind.feed(things))
    return given, {} if given is None else {"condition": given.tolist()}


def bytes_of(model: Explorer) -> int:
    """Return the bytes of one of a model's things as the socket sends it."""
    return math.prod(model.card.item.shape) * model.kind.kept.itemsize


def check_shape(request: Request, row: tuple[int, ...]) -> None:
    """Refuse a request whose shape is not [n, *row], with as many rows as a request may have."""
    rows, *rest = request.shape or [0]
    if tuple(rest) != row or not 1 <= rows <= MAX_ROWS:
        allowed = f"[{', '.join(map(str, ('n', *row)))}] with n in 1 to {MAX_ROWS:,}"
        raise FrameError("bad-shape", f"{request.op} takes shape {allowed} here; got {request.shape}.")


def check_reply(rows: int, row_bytes: int) -> None:
    """Refuse a request whose answer would be larger than a frame."""
    if rows * row_bytes > MAX_FRAME - frames.MAX_HEADER:
        raise FrameError("too-large", f"The reply would have {rows * row_bytes:,} bytes; ask for fewer rows at once.")
