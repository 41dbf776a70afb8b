"""The code of a thing, found by search: one step of it a request, so that who asks no more has stopped it."""

from typing import Any

import numpy as np

from vae.explore.explorer import Explorer
from vae.explore.search import DRAWS, MOST_LOOKS, STARTS, Found, TooSlow, begin, further, why_not
from web.wire.frames import FrameError, Request
from web.wire.ops.checks import Answer, refusing, things_in, told

LONGEST = 8.0
"""Seconds of a step. A browser takes a connection for dead that is silent for 15."""

DECIMALS = 5
"""Of a code that goes there and back: a header has room for two of 2,000 dimensions."""

FURTHEST = 1e6
"""That a number of a code can be: further out float32 does not tell one step from the next."""


def search(model: Explorer, request: Request, payload: memoryview) -> Answer:
    """Go one step on in the search for the code of one thing, [1, *shape]; return the best, float32 [1, d].

    `search` is what the last answer said, and {seed} for the first step. The header gets `search` for the next one,
    `misses`, the best one's error, `share` of the work that is done, of `draws` and `descents`, and whether it `ended`.
    """
    wanted = request.search
    if wanted is None:
        raise FrameError("bad-header", "search takes its seed; send the request with `search` {seed}.")
    if reason := why_not(model.card):
        raise FrameError("unsupported", reason)
    things = things_in(model, request, payload)
    if len(things) != 1:
        raise FrameError("bad-shape", f"search takes one {model.kind.noun}; got {len(things)}.")
    before = _read(model, request)
    with refusing("too-slow", TooSlow):
        found = further(model, things[0], before, told(request), wanted.seed, LONGEST)
    found = _rounded(found)
    said = {"search": _said(found, wanted.seed), "misses": found.error, "share": found.share, "ended": found.ended}
    return Answer(found.code[None], said | {"draws": DRAWS, "descents": found.total})


def _read(model: Explorer, request: Request) -> Found:
    """Return how far a client says that its search is; refuse what none can have come to."""
    wanted = request.search
    assert wanted is not None
    if wanted.drawn == 0:
        return begin(model)
    even = len(wanted.codes) == STARTS and {len(code) for code in wanted.codes} == {model.card.latent.dims}
    far = even and np.abs(wanted.codes).max() > FURTHEST
    if not even or far or len(wanted.errors) != STARTS or wanted.drawn > DRAWS:
        raise FrameError("bad-header", "`search` is what the last answer said, or {seed}; got something else.")
    if wanted.done >= STARTS or wanted.looks >= MOST_LOOKS:
        raise FrameError("bad-header", "This search has ended; begin another, with `search` {seed}.")
    codes = np.array(wanted.codes, np.float32)
    return Found(codes, np.array(wanted.errors), wanted.drawn, wanted.done, wanted.looks)


def _rounded(found: Found) -> Found:
    """Return it with codes as they are told, so that the one that is shown is the one that the next step begins at."""
    return Found(found.codes.round(DECIMALS), found.errors, found.drawn, found.done, found.looks)


def _said(found: Found, seed: int) -> dict[str, Any]:
    codes = found.codes.astype(float).round(DECIMALS).tolist()
    how_far = {"drawn": found.drawn, "done": found.done, "looks": found.looks}
    return {"seed": seed, "codes": codes, "errors": found.errors.tolist()} | how_far
