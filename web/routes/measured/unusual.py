"""How unusual things are for a model, over HTTP: scored on a thread of its own, so that live pictures do not wait.

    GET  /api/unusual?model=M                                         what can be tested against; the normal side alone
    GET  /api/unusual?model=M&against=SET                             the test things of another data set
    GET  /api/unusual?model=M&held_out=CLASS                          those of a class of the model's own data
    GET  /api/unusual?model=M&corruption=NAME[&amount=A][&seed=S]     the normal things, spoiled
    POST /api/unusual?model=M                                         things of one's own, at most 64

A POST's body is a frame (web/wire/frames.py): header {"files": [{"name", "bytes"}, …]}, then the files, one
after the other. Each is read as POST /api/picture reads it; one that cannot be read is named in `refused`, and the
others are scored without it. With `normal=no` in the address the arrays of the normal side, megabytes that a page has
already, are left out. `invert=yes|no` overrules for all of them whether light and dark are exchanged
(vae/own/images/picture.py).

Each answers a frame. Header:

    model, protocol    the protocol is "choose", "class-kept", "class-held-out", "class-seen", "set", "spoiled" or
                       "yours"
    sentence, note     what exactly is measured; what the normal things are, where they only stand in for test things
    normal, unusual    {title, n, classes}: a class's number is that of the labels
    best, scores       the score to begin with, and [{name, title, unit, sentence, source, auroc}]; auroc is null where
                       one side is empty, or a score is no number
    sets, classes      [{name, title, ready, reason}] and [{name, left_out}]: what else can be tested against
    files, refused     of a POST: [{name, note}] of the files that were read, in their order, and [{name, message}]

Arrays: normal and unusual, things as they are kept, [n, *shape]; normal_labels and unusual_labels, int32 [n], -1 where
there is none; normal/SCORE and unusual/SCORE, float32 [n]. Refusals (web/door/answers.py): 400 bad-request, bad-picture
or bad-series, 403 origin, 404 unknown-model, 408 too-slow, 409 not-possible, 413 too-large, 500 failed, 503 busy, 507
disk-full.
"""

import asyncio
import struct
import tempfile
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import IO, Annotated, Any, NamedTuple, TypeVar

import msgspec
import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae.errors import InputError
from vae.experiments.roc import auroc
from vae.experiments.unusual import Score, best_of, scores_of
from vae.explore.explorer import Explorer
from vae.own.images.picture import MAX_BYTES
from web.door.answers import Refused, answered, failing, kept_by_browser, known_model, passing, refusing
from web.door.bodies import Bounds, held_place, received, spooled
from web.door.hidden import hidden
from web.door.origins import Origins
from web.door.places import Places, turn_of
from web.door.query import FINITE, bad, number
from web.door.sending import Held
from web.door.visitors import address_of
from web.experiments import unusual
from web.experiments.unusual import Side, Test
from web.opened.brought import brought
from web.opened.explorers import explorer
from web.routes.brought.picture import SPARE_BYTES, manners_in, refusal_of
from web.wire import frames
from web.wire.priority import stand_back

SIDES = ("normal", "unusual")

Given = TypeVar("Given")

MOST_PICTURES = 64
MOST_BODY = 64 * 2**20
"""Bytes of all pictures of a request together."""

RECEIVED = 16
"""Bodies that are received at the same time. They and those in line lie on disk, 3 GB of it at the most."""

WITHIN = 120.0
"""Seconds that a body may take: 64 MB at half a megabyte a second."""

READ = 2
"""Requests whose pictures are read at the same time, one picture after the other, each taking up to 220 MB."""

LONGEST_READING = 10.0
"""Seconds after which the pictures of a request that are not read yet are refused: at 50 megapixels one takes 1 s."""

MOST_WAITING = 32
"""Requests in line. A bundled model scores each in 0.3 s of a core at the most. Pictures that are sent are read before,
two requests' at a time, for `LONGEST_READING` and one picture more."""


class File(msgspec.Struct):
    """A picture file in the body: what it is called, and how many bytes it has."""

    name: Annotated[str, msgspec.Meta(max_length=255)]
    bytes: Annotated[int, msgspec.Meta(ge=0, le=MAX_BYTES)]


class Files(msgspec.Struct):
    """The header of a POST's body."""

    files: Annotated[list[File], msgspec.Meta(min_length=1, max_length=MOST_PICTURES)]


class Read(NamedTuple):
    """The things of a request, as they are kept, what was done to them, and why others were refused."""

    pixels: list[np.ndarray]
    files: list[dict[str, str]]
    refused: list[dict[str, str]]


class Scorer:
    """Threads that read pictures and one that scores, which stand back behind all others, and who waits for them."""

    def __init__(self) -> None:
        self.sending = Places(RECEIVED, "Too many files are being sent at this moment; try again in a minute.")
        self.waiting = Places(MOST_WAITING, "Too many tests are waiting to be scored; try again in a minute.")
        self._readers = ThreadPoolExecutor(READ, "unusual-pictures", stand_back)
        self._reading = asyncio.Semaphore(READ)
        self._thread = ThreadPoolExecutor(1, "unusual", stand_back)

    async def choice(self, request: Request) -> Response:
        """Answer what the address asks for, in its turn."""
        async with AsyncExitStack() as held:
            held.enter_context(self.waiting.one(address_of(request)))
            return Held(await _on(self._thread, _of_choice, request), held.pop_all())

    async def yours(self, request: Request) -> Response:
        """Answer with the scores of the pictures that are sent, in their turn."""
        bounds = Bounds(MOST_BODY, WITHIN, _too_large, Path(tempfile.gettempdir()), SPARE_BYTES)
        with spooled() as body:
            async with held_place(request, self.sending, bounds):
                await received(request, body, bounds)
            async with AsyncExitStack() as waiting:
                waiting.enter_context(self.waiting.one(address_of(request)))
                async with turn_of(request, self._reading):
                    read = await _on(self._readers, _read, request, body)
                return Held(await _on(self._thread, _of_yours, request, read), waiting.pop_all())


async def _on(threads: ThreadPoolExecutor, work: Callable[..., Given], *taken: Any) -> Given:
    return await asyncio.get_running_loop().run_in_executor(threads, work, *taken)


def unusual_routes(base: str, origins: Origins) -> list[Route]:
    """Return the routes under the server's base path."""
    scorer = Scorer()
    path = f"{base}/api/unusual"
    return [
        Route(path, answered(scorer.choice, origins), methods=["GET"]),
        Route(path, answered(scorer.yours, origins), methods=["POST"]),
    ]


def _too_large(_: str) -> Refused:
    return Refused(
        413, "too-large", f"The files have at most {MOST_BODY >> 20} MB together; send fewer, or smaller ones."
    )


def _of_choice(request: Request) -> Response:
    """Answer what the address asks for."""
    query = request.query_params
    if len(asked := [name for name in CHOICES if name in query]) > 1:
        raise bad(f"A model is tested against one thing at a time; got {' and '.join(asked)}.")
    model = _opened(request)
    choose = CHOICES[asked[0]] if asked else lambda model, _: unusual.against_nothing(model)
    test = _possible(model, lambda: choose(model, request))
    return kept_by_browser(request, _frame(model, test, {}))


def _of_yours(request: Request, read: Read) -> Response:
    """Answer with the scores of the files that were read."""
    model = _opened(request)
    test = _possible(model, lambda: unusual.against_yours(model, np.stack(read.pixels)))
    sent = ("unusual",) if request.query_params.get("normal") == "no" else SIDES
    return passing(_frame(model, test, {"files": read.files, "refused": read.refused}, sent))


def _read(request: Request, body: IO[bytes]) -> Read:
    """Read the pictures in the body, one after the other, for as long as they may take."""
    model, said = known_model(request), manners_in(request.query_params)
    read, began = Read([], [], []), time.monotonic()
    for file in _header(body).files:
        raw = body.read(file.bytes)
        if len(raw) < file.bytes:
            raise bad(f"{file.name} is said to have {file.bytes:,} bytes, but {len(raw):,} follow.")
        try:
            if time.monotonic() - began > LONGEST_READING:
                raise InputError(
                    f"Those before it took more than {LONGEST_READING:g} s to read; send it in another request, or "
                    "send smaller ones."
                )
            one = brought(model, raw, said)
        except InputError as error:
            read.refused.append({"name": file.name, "message": hidden(str(error))})
            continue
        read.pixels.append(one.thing)
        read.files.append({"name": file.name, "note": one.note})
    if not read.pixels:
        names = ", ".join(one["name"] for one in read.refused[:3])
        raise Refused(400, refusal_of(model.card.item), f"{read.refused[0]['message']} None could be read: {names}.")
    return read


def _header(body: IO[bytes]) -> Files:
    body.seek(0)
    start = body.read(4)
    length = struct.unpack("<I", start)[0] if len(start) == 4 else 0
    if not 0 < length <= frames.MAX_HEADER:
        raise bad(f"The body is a frame whose header has 1 to {frames.MAX_HEADER:,} bytes; got {length:,}.")
    try:
        return msgspec.json.decode(body.read(length), type=Files)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise bad(f"The header names 1 to {MOST_PICTURES} files, each with its name and bytes ({error}).") from None


def _frame(model: Explorer, test: Test, more: dict[str, Any], sent: Collection[str] = SIDES) -> bytes:
    sides = {"normal": test.normal, "unusual": test.unusual}
    header = {
        "model": model.card.name,
        "protocol": test.protocol,
        "sentence": test.sentence,
        "note": test.normal.note,
        **{kind: {"title": side.title, "n": len(side), "classes": side.classes} for kind, side in sides.items()},
        "best": best_of(model.card),
        "scores": [_score(name, score, test) for name, score in scores_of(model.card).items()],
        "sets": unusual.sets(model.card),
        "classes": unusual.classes(model.card),
        **more,
    }
    arrays: dict[str, np.ndarray] = {}
    for kind in sent:
        arrays |= _arrays(kind, sides[kind])
    return frames.join_arrays(header, arrays)


def _score(name: str, score: Score, test: Test) -> dict[str, Any]:
    area = None
    with suppress(InputError):
        area = auroc(test.normal.scores[name], test.unusual.scores[name])
    said = {"name": name, "title": score.title, "unit": score.unit, "sentence": score.sentence, "source": score.source}
    return said | {"auroc": area}


def _arrays(kind: str, side: Side) -> dict[str, np.ndarray]:
    scores = {f"{kind}/{name}": values for name, values in side.scores.items()}
    parts = {f"{kind}_{name}": values for name, values in side.parts.items()}
    return {kind: side.pixels, f"{kind}_labels": side.labels, **scores, **parts}


def _opened(request: Request) -> Explorer:
    model = known_model(request)
    with refusing(404, "unknown-model"):
        return explorer(model.name)


def _possible(model: Explorer, test: Callable[[], Test]) -> Test:
    with refusing(409, "not-possible"), failing(model.card.name, "score these"):
        return test()


def _spoiled(model: Explorer, request: Request) -> Test:
    name, known = request.query_params["corruption"], model.kind.corruptions
    default = known[name].default if name in known else 0.5
    amount, seed = number(request, "amount", default, between=FINITE), number(request, "seed", 0, between=FINITE)
    if not 0 <= amount <= 1 or seed != int(seed) or not 0 <= seed < 2**31:
        raise bad("`amount` is from 0 to 1, and `seed` a whole number from 0 to 2147483647.")
    return unusual.against_spoiled(model, name, amount, int(seed))


CHOICES: dict[str, Callable[[Explorer, Request], Test]] = {
    "against": lambda model, request: unusual.against_set(model, request.query_params["against"]),
    "held_out": lambda model, request: unusual.against_class(model, request.query_params["held_out"]),
    "corruption": _spoiled,
}
