"""What the live socket computes: one function an op, from a request and its payload to an array.

A refused request gets a code for programs and a sentence for people:

    bad-frame      too short, a header longer than the frame, or text
    bad-header     not JSON, a field missing or of a wrong type
    bad-shape      not the model's shape, or not 1 to 1,024 rows
    bad-payload    not as many bytes as the shape says
    not-finite     NaN or infinity among the codes or the places
    out-of-range   a number that no test image has
    too-large      a frame above 8 MiB, asked or answered; more than 128 codes to place on a t-SNE map. Above
                   Streamlit's `server.maxMessageSize` (200 MB) the WebSocket layer closes the connection with 1009
                   before this code sees the frame
    bad-condition  a class that the model is not told, or none where it is told one
    unknown-op, unknown-model (or one that is damaged), unknown-map, unknown-method, unknown-path, unsupported
    bad-corruption one that is not known, or an amount outside [0, 1]
    too-slow       the methods took 8 s before all were done, or a step of a search did
    unsuited       a method for holes where there are none, one for noise on a hole, or a picture too large for it
    absent         not on this computer: a map that is not made yet, the images of a data set, a moment of a run
    busy           too much is waiting; send the newest again
    failed         the model's graph failed, or took longer than 10 s and is not run again
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import numpy as np

from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.families import Ability
from web.opened.explorers import explorer
from web.wire import frames
from web.wire.frames import FrameError, Request
from web.wire.ops.checks import Answer, parted, refusing
from web.wire.ops.codes import classes, decode, encode, originals, predict, sample
from web.wire.ops.maps import code_at, decode_point, place
from web.wire.ops.moments import decode_moment
from web.wire.ops.paths import path
from web.wire.ops.restoring import impute, reconstruct, restore
from web.wire.ops.searching import search

logger = logging.getLogger(__name__)


def compute(request: Request, payload: memoryview) -> bytes:
    """Answer one request with a frame, whatever is wrong with it or with its model."""
    started = time.perf_counter()
    try:
        result = _compute(request, payload)
        array, header = result if isinstance(result, Answer) else Answer(result, {})
        return frames.reply(request.id, array, time.perf_counter() - started, **header)
    except FrameError as error:
        return refuse(error, request.id)
    except InputError as error:  # a model that took too long, now or before
        return refuse(FrameError("failed", str(error)), request.id)
    except Exception:  # whatever an imported graph does, this socket and all others go on
        logger.exception("%s on %s failed", request.op, request.model)
        return refuse(
            FrameError("failed", f"{request.model} failed to {request.op} this; see the server's log."), request.id
        )


def _compute(request: Request, payload: memoryview) -> np.ndarray | Answer:
    if request.op not in OPS.keys() | RUN_OPS.keys():
        known = ", ".join((*OPS, *RUN_OPS))
        raise FrameError("unknown-op", f"Unknown op {request.op[:80]!r}; choose one of: {known}.")
    if request.op in RUN_OPS:
        return RUN_OPS[request.op](request, payload)
    op, model = OPS[request.op], _open(request.model)
    _check_able(op, model, request)
    payload = parted(model, request, payload)
    return op.compute(model, request, payload)


def _check_able(op: "Op", model: Explorer, request: Request) -> None:
    """Refuse what a model cannot do, and a condition that it does not know, or is not told."""
    card = model.card
    if lacks := sorted(op.needs - set(card.can)):
        raise FrameError(
            "unsupported", f"{card.name} cannot {lacks[0]}, which {request.op} needs; choose another model."
        )
    if request.condition is None:
        if op.told and card.told:
            told = card.latent.given[0]
            raise FrameError(
                "bad-condition", f"{card.name} is told the {told.name}; send `condition`, 0 to {card.told - 1}."
            )
        return
    if not card.told:
        raise FrameError("unsupported", f"{card.name} takes no condition; send the request without `condition`.")
    asked = request.condition if isinstance(request.condition, list) else [request.condition]
    if (beyond := [choice for choice in asked if choice >= card.told]) or not asked:
        got = beyond[0] if beyond else "none"
        raise FrameError("bad-condition", f"`condition` is 0 to {card.told - 1} here; got {got}.")
    if isinstance(request.condition, list) and len(asked) != (request.shape or [0])[0]:
        raise FrameError("bad-condition", f"`condition` is one for all rows, or one each; got {len(asked)}.")


def _open(name: str) -> Explorer:
    with refusing("unknown-model"):
        return explorer(name)


def refuse(error: FrameError, id: int | str | None = None) -> bytes:
    """Return the frame that tells a client what was wrong."""
    refusal = error.refusal
    return frames.join(msgspec.structs.replace(refusal, id=refusal.id if refusal.id is not None else id))


@dataclass(frozen=True)
class Op:
    """One thing that the socket computes of a model.

    long: it is taken for a long one until it has been seen to be quick (web/wire/live.py): 1 to 90 ms for bundled
    models and seconds for large ones, where a decoded row takes 0.2.
    """

    compute: Callable[[Explorer, Request, memoryview], np.ndarray | Answer]
    long: bool = False
    needs: frozenset[Ability] = frozenset()
    """What the model must be able to do."""
    told: bool = False
    """Whether it decodes a code, so that a conditional model must be told the class."""


ENCODES: frozenset[Ability] = frozenset({"encode"})

OPS: dict[str, Op] = {
    "decode": Op(decode, told=True),
    "sample": Op(sample, told=True),
    "classes": Op(classes, needs=frozenset({"condition"})),
    "encode": Op(encode, needs=ENCODES),
    "predict": Op(predict),
    "reconstruct": Op(reconstruct, needs=ENCODES),
    "place": Op(place, long=True),
    "code_at": Op(code_at),
    "decode_point": Op(decode_point, told=True),
    "originals": Op(originals),
    "restore": Op(restore, long=True, needs=ENCODES),
    "impute": Op(impute, long=True, needs=ENCODES),
    "path": Op(path, long=True),
    "search": Op(search, long=True, told=True),
}

RUN_OPS: dict[str, Callable[[Request, memoryview], np.ndarray]] = {"decode_moment": decode_moment}
"""Those on a training run, which need not be a model yet."""


def is_long(op: str) -> bool:
    """Say whether an op is taken for a long one; an unknown one is soon refused."""
    return op in OPS and OPS[op].long
