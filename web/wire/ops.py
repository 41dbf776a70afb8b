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
    unknown-op, unknown-model (or one that is damaged), unknown-map, unknown-method, unknown-path, unsupported
    bad-corruption one that is not known, or an amount outside [0, 1]
    too-slow       the methods took 8 s before all were done
    unsuited       a method for holes where there are none, one for noise on a hole, or a picture too large for it
    absent         not on this computer: a map that is not made yet, the images of a data set, a moment of a run
    busy           too much is waiting; send the newest again
    failed         the model's graph failed, or took longer than 10 s and is not run again
"""

import logging
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
import numpy as np

from vae.errors import InputError, unknown
from vae.experiments import restoration
from vae.experiments.fidelity import psnr, ssim
from vae.experiments.restoration import Imputation, as_bytes
from vae.explore.explorer import Explorer
from vae.explore.ways import PATHS, walk
from vae.kinds.corruptions import corrupt
from vae.maps.plane import Map
from vae.runs.moments import Moment, NotKept, open_moment
from web.opened.explorers import explorer
from web.opened.graphs import opened_graph
from web.opened.maps import NotMade, opened_map
from web.opened.originals import originals_of
from web.wire import frames
from web.wire.frames import MAX_FRAME, MAX_ROWS, FrameError, Request

MAX_PLACED = 128  # a row takes 0.7 ms on a map without a formula, and a thread of two is held as long
MAX_ANCHORS = 6
LONGEST = 8.0
"""Seconds that a restoration may take; after 15 without an answer a browser takes the connection for dead."""

logger = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What an op answers beside its array: fields of its own in the reply's header."""

    array: np.ndarray
    header: dict[str, Any]


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
    """Return the images given, spoiled where asked, and the same restored by the model, uint8 [2, n, H, W, C]."""
    images = _images(model, request, payload)
    _check_reply(2 * len(images), images[0].size)
    spoiled, _ = _spoil(request, images, None)
    return np.stack([spoiled, model.reconstruct(spoiled)])


def restore(model: Explorer, request: Request, payload: memoryview) -> Answer:
    """Spoil one picture and restore it by each of `methods`: the spoiled one and theirs, uint8 [1 + m, H, W, C].

    The payload is the clean picture, uint8 [1, H, W, C]; for "brush" [2, H, W, C], with a second one whose bright
    pixels are hidden. The header gets `psnr`, in dB and null where infinite, and `ssim`, each [1 + m], of the pictures
    as they are answered, against the clean one; and, where it is known which pixels are lost, `lost`: a bit for each,
    row after row, in base64. A method named twice is answered once. Imputation makes as many `sweeps` and `draws`
    as the header says, and fewer sweeps where a slow model leaves it less than 8 s.
    """
    started = time.perf_counter()
    clean, spoiled, known = _one_spoiled(model, request, payload)
    names = ["vae"] if request.methods is None else list(dict.fromkeys(request.methods))
    effort = request.sweeps or restoration.SWEEPS, request.draws or restoration.DRAWS
    _check_reply(1 + len(names), clean.size)
    for name in names:
        _check_suited(name, model, known)
    restored = {}
    for name in sorted(names, key="impute".__eq__):  # last: it can do with the time that is left
        if time.perf_counter() - started > LONGEST:
            raise FrameError("too-slow", f"After {LONGEST:g} s not all methods were done; ask for fewer at once.")
        if name == "impute":
            assert known is not None
            restored[name] = as_bytes(_sweeps(started, restoration.impute(model, spoiled, known, *effort))[-1].mean)
        else:
            restored[name] = as_bytes(restoration.restore(name, model, spoiled, known))
    pictures = np.concatenate([spoiled, *(restored[name] for name in names)])
    seen, meant = pictures / 255, clean / 255
    decibels = [float(value) if np.isfinite(value) else None for value in psnr(meant, seen)]
    figures = {"psnr": decibels, "ssim": ssim(np.broadcast_to(meant, seen.shape), seen).tolist()}
    if known is not None and known.size <= restoration.MAX_PIXELS:  # a header has no room for those of larger ones
        figures["lost"] = b64encode(np.packbits(~known).tobytes()).decode()
    return Answer(pictures, figures)


def impute(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Fill the holes of one picture sweep after sweep: uint8 [sweeps + 2, H, W, C].

    The payload is that of `restore`. The first picture is the start, then comes one after each sweep, and last the
    spread over the draws, the same in each channel, where 255 is a standard deviation of 0.5. A slow model makes fewer
    sweeps than it was asked for: what there is after 8 s is answered.
    """
    started = time.perf_counter()
    _, spoiled, known = _one_spoiled(model, request, payload)
    _check_suited("impute", model, known)
    assert known is not None
    sweeps, draws = request.sweeps or restoration.SWEEPS, request.draws or restoration.DRAWS
    _check_reply(sweeps + 2, spoiled.size)
    steps = _sweeps(started, restoration.impute(model, spoiled, known, sweeps, draws))
    spread = np.repeat(2 * steps[-1].spread[..., None], spoiled.shape[-1], -1)
    return as_bytes(np.concatenate([*(step.mean for step in steps), spread]))


def _sweeps(started: float, imputation: Iterator[Imputation]) -> list[Imputation]:
    """Return the start and the sweeps that are made within the time that a restoration may take, at least one."""
    steps = []
    for step in imputation:
        steps.append(step)
        if step.sweep and time.perf_counter() - started > LONGEST:
            break
    return steps


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


def path(model: Explorer, request: Request, payload: memoryview) -> Answer:
    """Walk a path through two to six anchors, float32 [k, d]: `path` {kind, n} in, codes float32 [n, d] out.

    The header gets `length` in latent space; `knots` [k] in [0, 1], where among the codes the anchors lie; `density`
    [n], the log density of the test codes there in nats, null where there are none; `nodes`, the numbers of the test
    codes that the path passes; and `note`, sentences for where it is not what was asked for, or empty.
    """
    if request.path is None:
        raise FrameError("bad-header", "path takes the kind of a path; send the request with `path` {kind, n}.")
    if request.path.kind not in PATHS:
        raise FrameError("unknown-path", str(unknown("path", request.path.kind[:80], PATHS)))
    _check_shape(request, (model.card.latent.dims,))
    if not 2 <= request.shape[0] <= MAX_ANCHORS:
        raise FrameError("bad-shape", f"A path has 2 to {MAX_ANCHORS} anchors; got {request.shape[0]}.")
    anchors = _finite(request, payload, "Anchors")
    graph, missing = opened_graph(request.model)
    walked = walk(request.path.kind, anchors, request.path.n, graph)
    header = {
        "length": walked.length,
        "knots": walked.knots,
        "density": None if graph is None else [round(float(nats), 3) for nats in graph.log_density(walked.codes)],
        "nodes": walked.nodes,
        "note": f"{missing} {walked.note}".strip(),
    }
    return Answer(walked.codes, header)


def decode_moment(request: Request, payload: memoryview) -> np.ndarray:
    """Turn places on a moment's map, float32 [n, 2], into the images its decoder made of them, uint8 [n, H, W, C]."""
    moment = _moment(request)
    _check_shape(request, (2,))
    _check_reply(request.shape[0], int(np.prod(moment.image_shape)))
    return moment.decode(_finite(request, payload, "Places"))


def _one_spoiled(
    model: Explorer, request: Request, payload: memoryview
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return a picture, [1, H, W, C], the same spoiled, and which of its pixels are known, [1, H, W] or None."""
    images = _images(model, request, payload)
    brush = request.corruption is not None and request.corruption.name == "brush"
    if len(images) != 1 + brush:
        takes = "a picture and a second one whose bright pixels are hidden" if brush else "one picture"
        raise FrameError("bad-shape", f"{request.op} takes {takes} here; got {len(images)} rows.")
    clean = images[:1]
    return clean, *_spoil(request, clean, images[1:].max(-1) > 127 if brush else None)


def _spoil(request: Request, images: np.ndarray, hidden: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None]:
    if (asked := request.corruption) is None:
        return images, None
    try:
        spoiled, known = corrupt(asked.name[:80], images, asked.amount, asked.seed, hidden)
    except InputError as error:
        raise FrameError("bad-corruption", str(error)) from None
    return as_bytes(spoiled), known


def _check_suited(name: str, model: Explorer, known: np.ndarray | None) -> None:
    try:
        restoration.check_suited(name[:80], model.card.image_shape[1:], known is not None)
    except InputError as error:
        raise FrameError("unsuited" if name in restoration.METHODS else "unknown-method", str(error)) from None


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
    if request.condition is not None:
        raise FrameError("unsupported", "This model takes no condition; send the request without `condition`.")
    if request.op in RUN_OPS:
        return RUN_OPS[request.op](request, payload)
    return OPS[request.op].compute(_open(request.model), request, payload)


def _open(name: str) -> Explorer:
    try:
        return explorer(name)
    except InputError as error:
        raise FrameError("unknown-model", str(error)) from None


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


OPS: dict[str, Op] = {
    "decode": Op(decode),
    "encode": Op(encode),
    "reconstruct": Op(reconstruct),
    "place": Op(place, long=True),
    "code_at": Op(code_at),
    "decode_point": Op(decode_point),
    "originals": Op(originals),
    "restore": Op(restore, long=True),
    "impute": Op(impute, long=True),
    "path": Op(path, long=True),
}

RUN_OPS: dict[str, Callable[[Request, memoryview], np.ndarray]] = {"decode_moment": decode_moment}
"""Those on a training run, which need not be a model yet."""


def is_long(op: str) -> bool:
    """Say whether an op is taken for a long one; an unknown one is soon refused."""
    return op in OPS and OPS[op].long
