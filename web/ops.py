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
    unknown-op, unknown-model (or one that is damaged), unknown-map, unsupported
    absent         not on this computer: a map that is not made yet, the images of a data set, a moment of a run
    busy           too much is waiting; send the newest again
    failed         the model's graph failed
"""

import logging
import time
from collections.abc import Callable

import msgspec
import numpy as np

from vae.errors import InputError
from vae.explorer import Explorer
from vae.moments import Moment, NotKept, open_moment
from vae.projections import Map
from web import frames
from web.explorers import explorer
from web.frames import MAX_FRAME, MAX_ROWS, FrameError, Request
from web.opened_maps import NotMade, opened_map
from web.originals import originals_of

MAX_PLACED = 128  # a row takes 0.7 ms on a map without a formula, and a thread of two is held as long

logger = logging.getLogger(__name__)


def decode(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn codes, float32 [n, d], into images, uint8 [n, H, W, C]."""
    channels, height, width = model.card.image_shape
    _check_shape(request, (model.card.latent.dims,))
    _check_reply(request.shape[0], channels * height * width)
    return model.decode(_finite(request, payload, "Codes"))


def encode(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn images, uint8 [n, H, W, C], into the posterior's mean and log variance, float32 [2, n, d]."""
    return np.stack(model.encode(_images(model, request, payload)))


def reconstruct(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Return the images given and the same restored by the model, uint8 [2, n, H, W, C]."""
    if request.corruption is not None:
        raise FrameError("unsupported", "This version knows no corruptions; send the request without `corruption`.")
    images = _images(model, request, payload)
    _check_reply(2 * len(images), images[0].size)
    return np.stack([images, model.reconstruct(images)])


def place(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn codes, float32 [n, d], into their places on a map, float32 [n, 2]."""
    opened = _map(request)
    _check_shape(request, (model.card.latent.dims,))
    if opened.linear is None and request.shape[0] > MAX_PLACED:
        raise FrameError("too-large", f"At most {MAX_PLACED} codes are placed on such a map at once; send fewer rows.")
    return _as_float32(opened.place(_finite(request, payload, "Codes")))


def code_at(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn places on a map, float32 [n, 2], into codes, float32 [n, d]."""
    opened = _map(request)
    _check_shape(request, (2,))
    return _as_float32(opened.code_at(_finite(request, payload, "Places")))


def decode_point(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn places on a map, float32 [n, 2], into the images there, uint8 [n, H, W, C]."""
    opened = _map(request)
    _check_shape(request, (2,))
    _check_reply(request.shape[0], int(np.prod(model.card.image_shape)))
    return opened.decode_point(_finite(request, payload, "Places"), model.decode)


def originals(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn numbers of test images, int32 [n], into those images, uint8 [n, H, W, C]."""
    _check_shape(request, ())
    _check_reply(request.shape[0], int(np.prod(model.card.image_shape)))
    numbers = frames.as_array(payload, request.shape, "int32")
    try:
        images = originals_of(model)
    except InputError as error:
        raise FrameError("absent", str(error)) from None
    if numbers.min() < 0 or numbers.max() >= len(images):
        outside = numbers[(numbers < 0) | (numbers >= len(images))][0]
        raise FrameError("out-of-range", f"Test images are numbered 0 to {len(images) - 1:,}; got {outside:,}.")
    return images[numbers]


def decode_moment(request: Request, payload: memoryview) -> np.ndarray:
    """Turn places on a moment's map, float32 [n, 2], into the images its decoder made of them, uint8 [n, H, W, C]."""
    moment = _moment(request)
    _check_shape(request, (2,))
    _check_reply(request.shape[0], int(np.prod(moment.image_shape)))
    return moment.decode(_finite(request, payload, "Places"))


def _moment(request: Request) -> Moment:
    if request.step is None:
        raise FrameError("bad-header", f"{request.op} takes a step of the training; send the request with `step`.")
    try:
        return open_moment(request.model, request.step)
    except NotKept as error:
        raise FrameError("absent", str(error)) from None
    except InputError as error:
        raise FrameError("unknown-model", str(error)) from None


def _map(request: Request) -> Map:
    if request.map is None:
        raise FrameError("bad-header", f"{request.op} takes the name of a map; send the request with `map`.")
    try:
        return opened_map(request.model, request.map)
    except NotMade as error:
        raise FrameError("absent", str(error)) from None
    except InputError as error:
        raise FrameError("unknown-map", str(error)) from None


def _finite(request: Request, payload: memoryview, what: str) -> np.ndarray:
    values = frames.as_array(payload, request.shape, "float32")
    if not np.isfinite(values).all():
        raise FrameError("not-finite", f"{what} are finite numbers; got NaN or infinity.")
    return values


def _as_float32(values: np.ndarray) -> np.ndarray:
    return np.asarray(values, np.float32)


def _images(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    channels, height, width = model.card.image_shape
    _check_shape(request, (height, width, channels))
    return frames.as_array(payload, request.shape, "uint8")


def _check_shape(request: Request, row: tuple[int, ...]) -> None:
    rows, *rest = request.shape or [0]
    if tuple(rest) != row or not 1 <= rows <= MAX_ROWS:
        allowed = f"[{', '.join(map(str, ('n', *row)))}] with n in 1 to {MAX_ROWS:,}"
        raise FrameError("bad-shape", f"{request.op} takes shape {allowed} here; got {request.shape}.")


def _check_reply(rows: int, row_bytes: int) -> None:
    if rows * row_bytes > MAX_FRAME - frames.MAX_HEADER:
        raise FrameError("too-large", f"The reply would have {rows * row_bytes:,} bytes; ask for fewer rows at once.")


def compute(request: Request, payload: memoryview) -> bytes:
    """Answer one request with a frame, whatever is wrong with it or with its model."""
    started = time.perf_counter()
    try:
        result = _compute(request, payload)
        return frames.reply(request.id, result, time.perf_counter() - started)
    except FrameError as error:
        return refuse(error, request.id)
    except Exception:  # whatever an imported graph does, this socket and all others go on
        logger.exception("%s on %s failed", request.op, request.model)
        return refuse(
            FrameError("failed", f"{request.model} failed to {request.op} this; see the server's log."), request.id
        )


def _compute(request: Request, payload: memoryview) -> np.ndarray:
    if request.op not in OPS.keys() | RUN_OPS.keys():
        known = ", ".join((*OPS, *RUN_OPS))
        raise FrameError("unknown-op", f"Unknown op {request.op[:80]!r}; choose one of: {known}.")
    if request.condition is not None:
        raise FrameError("unsupported", "This model takes no condition; send the request without `condition`.")
    if request.op in RUN_OPS:
        return RUN_OPS[request.op](request, payload)
    return OPS[request.op](_open(request.model), request, payload)


def _open(name: str) -> Explorer:
    try:
        return explorer(name)
    except InputError as error:
        raise FrameError("unknown-model", str(error)) from None


def refuse(error: FrameError, id: int | str | None = None) -> bytes:
    """Return the frame that tells a client what was wrong."""
    refusal = error.refusal
    return frames.join(msgspec.structs.replace(refusal, id=refusal.id if refusal.id is not None else id))


OPS: dict[str, Callable[[Explorer, Request, memoryview], np.ndarray]] = {
    "decode": decode,
    "encode": encode,
    "reconstruct": reconstruct,
    "place": place,
    "code_at": code_at,
    "decode_point": decode_point,
    "originals": originals,
}

RUN_OPS: dict[str, Callable[[Request, memoryview], np.ndarray]] = {"decode_moment": decode_moment}
"""Those on a training run, which need not be a model yet."""
