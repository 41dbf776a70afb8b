"""How unusual images are for a model, over HTTP: scored on a thread of its own, so that live pictures do not wait.

    GET  /api/unusual?model=M                                         what can be tested against; the normal side alone
    GET  /api/unusual?model=M&against=SET                             the test images of another data set
    GET  /api/unusual?model=M&held_out=CLASS                          those of a class of the model's own data
    GET  /api/unusual?model=M&corruption=NAME[&amount=A][&seed=S]     the normal images, spoiled
    POST /api/unusual?model=M                                         pictures of one's own, at most 64

A POST's body is a frame (web/frames.py): header {"files": [{"name", "bytes"}, …]}, then the picture files, one after
the other. Each is read as POST /api/picture reads it; one that is no picture is named in `refused`, and the others are
scored without it. With `normal=no` in the address the arrays of the normal side, megabytes that a page has already,
are left out.

Each answers a frame. Header:

    model, protocol    the protocol is "choose", "class-kept", "class-held-out", "class-seen", "set", "spoiled" or
                       "yours"
    sentence, note     what exactly is measured; what the normal images are, where they only stand in for test images
    normal, unusual    {title, n, classes}: a class's number is that of the labels
    best, scores       the score to begin with, and [{name, title, unit, sentence, source, auroc}]; auroc is null where
                       one side is empty, or a score is no number
    sets, classes      [{name, title, ready, reason}] and [{name, left_out}]: what else can be tested against
    files, refused     of a POST: [{name, note}] of the pictures that were read, in their order, and [{name, message}]

Arrays: normal and unusual, uint8 [n, H, W, C]; normal_labels and unusual_labels, int32 [n], -1 where there is none;
normal/SCORE and unusual/SCORE, float32 [n]. Refusals (web/answers.py): 400 bad-request or bad-picture, 403 origin,
404 unknown-model, 408 too-slow, 409 not-possible, 413 too-large, 503 busy.
"""

import asyncio
import math
import os
import struct
import sys
import tempfile
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Annotated, Any, cast

import msgspec
import numpy as np
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from vae.anomaly import BEST, SCORES, auroc
from vae.corruptions import CORRUPTIONS
from vae.errors import InputError
from vae.explorer import Explorer
from vae.pictures import MAX_BYTES, manner_of, read_picture
from web import frames, unusual
from web.answers import FRAME, Refused, answered, check_origin, kept_by_browser, known_model
from web.bodies import body_of
from web.explorers import explorer
from web.origins import Origins
from web.unusual import Side, Test

SIDES = ("normal", "unusual")

MOST_PICTURES = 64
MOST_BODY = 64 * 2**20
"""Bytes of all pictures of a request together."""

DRAINED = 4
"""Times the limit: how much of a body too large is taken before it is refused, since a browser that is cut off shows no
reason."""

MOST_WAITING = 32
"""Requests in line, a second each at the most."""

NICE = 10
"""How far the thread that scores stands back behind those that answer moving pointers; see nice(2)."""


class File(msgspec.Struct):
    """A picture file in the body: what it is called, and how many bytes it has."""

    name: Annotated[str, msgspec.Meta(max_length=255)]
    bytes: Annotated[int, msgspec.Meta(ge=0, le=MAX_BYTES)]


class Files(msgspec.Struct):
    """The header of a POST's body."""

    files: Annotated[list[File], msgspec.Meta(min_length=1, max_length=MOST_PICTURES)]


class Scorer:
    """One thread, which stands back behind all others, and the requests that wait for it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "unusual", _stand_back)
        self._waiting = 0

    async def run(self, answer: Callable[[Request], Response], request: Request) -> Response:
        """Answer a request in its turn; `busy` where too many wait."""
        if self._waiting >= MOST_WAITING:
            return Refused(503, "busy", "Too many tests are waiting to be scored; try again in a minute.").response()
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, answered(answer), request)
        finally:
            self._waiting -= 1


def _stand_back() -> None:
    if sys.platform == "linux":  # elsewhere the number of a thread is not one that the system's call takes
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def unusual_routes(base: str, origins: Origins) -> list[Route]:
    """Return the routes under the server's base path."""
    scorer, receiving = Scorer(), asyncio.Semaphore(2)

    async def score(request: Request) -> Response:
        return await scorer.run(_of_choice, request)

    async def score_yours(request: Request) -> Response:
        async with receiving:
            with tempfile.SpooledTemporaryFile(max_size=2**20) as held:
                body = cast(IO[bytes], held)
                try:
                    check_origin(request, origins)
                    await _receive(request, body)
                except Refused as refused:
                    return refused.response()
                except ClientDisconnect:
                    return Response(status_code=400)
                return await scorer.run(lambda asked: _of_yours(asked, body), request)

    path = f"{base}/api/unusual"
    return [Route(path, score, methods=["GET"]), Route(path, score_yours, methods=["POST"])]


async def _receive(request: Request, body: IO[bytes]) -> None:
    """Write the body to a file, and refuse one that is too large."""
    size = 0
    async for piece in body_of(request):
        size += len(piece)
        if size <= MOST_BODY:
            body.write(piece)
        elif size > DRAINED * MOST_BODY:
            break
    if size > MOST_BODY:
        raise Refused(
            413, "too-large", f"The pictures have at most {MOST_BODY >> 20} MB together; send fewer, or smaller ones."
        )


def _of_choice(request: Request) -> Response:
    """Answer what the address asks for."""
    query = request.query_params
    if len(asked := [name for name in CHOICES if name in query]) > 1:
        raise _bad(f"A model is tested against one thing at a time; got {' and '.join(asked)}.")
    model = _opened(request)
    choose = CHOICES[asked[0]] if asked else lambda model, _: unusual.against_nothing(model)
    test = _possible(lambda: choose(model, query))
    return kept_by_browser(request, _frame(model, test, {}))


def _of_yours(request: Request, body: IO[bytes]) -> Response:
    """Answer with the scores of the pictures in the body."""
    model = _opened(request)
    pixels, read, refused = _pictures(model, body)
    if not pixels:
        names = ", ".join(one["name"] for one in refused[:3])
        raise Refused(400, "bad-picture", f"{refused[0]['message']} None could be read: {names}.")
    test = _possible(lambda: unusual.against_yours(model, np.stack(pixels)))
    sent = ("unusual",) if request.query_params.get("normal") == "no" else SIDES
    frame = _frame(model, test, {"files": read, "refused": refused}, sent)
    return Response(frame, headers={"Cache-Control": "no-store"}, media_type=FRAME)


def _pictures(model: Explorer, body: IO[bytes]) -> tuple[list[np.ndarray], list[dict[str, str]], list[dict[str, str]]]:
    """Return the pictures, uint8 [H, W, C], what was done to each, and why others were refused; one after the other."""
    pixels, read, refused = [], [], []
    for file in _header(body).files:
        raw = body.read(file.bytes)
        if len(raw) < file.bytes:
            raise _bad(f"{file.name} is said to have {file.bytes:,} bytes, but {len(raw):,} follow.")
        try:
            picture = read_picture(raw, model.card.image_shape, manner_of(model.card))
        except InputError as error:
            refused.append({"name": file.name, "message": str(error)})
            continue
        pixels.append(picture.pixels)
        read.append({"name": file.name, "note": picture.note})
    return pixels, read, refused


def _header(body: IO[bytes]) -> Files:
    body.seek(0)
    start = body.read(4)
    length = struct.unpack("<I", start)[0] if len(start) == 4 else 0
    if not 0 < length <= frames.MAX_HEADER:
        raise _bad(f"The body is a frame whose header has 1 to {frames.MAX_HEADER:,} bytes; got {length:,}.")
    try:
        return msgspec.json.decode(body.read(length), type=Files)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _bad(f"The header names 1 to {MOST_PICTURES} files, each with its name and bytes ({error}).") from None


def _frame(model: Explorer, test: Test, more: dict[str, Any], sent: Collection[str] = SIDES) -> bytes:
    sides = {"normal": test.normal, "unusual": test.unusual}
    header = {
        "model": model.card.name,
        "protocol": test.protocol,
        "sentence": test.sentence,
        "note": test.normal.note,
        **{kind: {"title": side.title, "n": len(side), "classes": side.classes} for kind, side in sides.items()},
        "best": BEST,
        "scores": [_score(name, test) for name in SCORES],
        "sets": unusual.sets(model.card),
        "classes": unusual.classes(model.card),
        **more,
    }
    arrays: dict[str, np.ndarray] = {}
    for kind in sent:
        arrays |= _arrays(kind, sides[kind])
    return frames.join_arrays(header, arrays)


def _score(name: str, test: Test) -> dict[str, Any]:
    area, score = None, SCORES[name]
    with suppress(InputError):
        area = auroc(test.normal.scores[name], test.unusual.scores[name])
    said = {"name": name, "title": score.title, "unit": score.unit, "sentence": score.sentence, "source": score.source}
    return said | {"auroc": area}


def _arrays(kind: str, side: Side) -> dict[str, np.ndarray]:
    scores = {f"{kind}/{name}": values for name, values in side.scores.items()}
    return {kind: side.pixels, f"{kind}_labels": side.labels, **scores}


def _opened(request: Request) -> Explorer:
    model = known_model(request)
    try:
        return explorer(model.name)
    except InputError as error:
        raise Refused(404, "unknown-model", str(error)) from None


def _possible(test: Callable[[], Test]) -> Test:
    try:
        return test()
    except InputError as error:
        raise Refused(409, "not-possible", str(error)) from None


def _spoiled(model: Explorer, query: Any) -> Test:
    name = query["corruption"]
    amount = _number(query, "amount", CORRUPTIONS[name].default if name in CORRUPTIONS else 0.5)
    seed = _number(query, "seed", 0)
    if not 0 <= amount <= 1 or seed != int(seed) or not 0 <= seed < 2**31:
        raise _bad("`amount` is from 0 to 1, and `seed` a whole number from 0 to 2147483647.")
    return unusual.against_spoiled(model, name, amount, int(seed))


def _number(query: Any, name: str, otherwise: float) -> float:
    try:
        value = float(query.get(name, otherwise))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _bad(f"`{name}` is a number; got {query[name][:20]!r}.")
    return value


def _bad(message: str) -> Refused:
    return Refused(400, "bad-request", message)


CHOICES: dict[str, Callable[[Explorer, Any], Test]] = {
    "against": lambda model, query: unusual.against_set(model, query["against"]),
    "held_out": lambda model, query: unusual.against_class(model, query["held_out"]),
    "corruption": _spoiled,
}
