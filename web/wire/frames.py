"""The live socket's binary frames: 4 bytes little-endian header length, a JSON header in UTF-8, the raw payload.

The same frame goes both ways, and this file reads and writes both sides of it, for the server and for Python clients.
"""

import struct
from typing import Annotated, Any

import msgspec
import numpy as np

from web.door.hidden import hidden

MAX_FRAME = 8 * 2**20
"""Bytes in a frame, either way: 10,000 pictures of MNIST's size, or 1,024 codes of any size that a card allows."""
MAX_HEADER = 64 * 2**10
MAX_ROWS = 1024
MAX_METHODS, MAX_SWEEPS, MAX_DRAWS = 16, 64, 16
"""Of one picture's restoration: seconds of a thread, for the slowest models."""
MAX_STRIP = 256
"""Codes of a path: twice as many as a screen has room for."""
MAX_STARTS = 16
"""Codes that a search goes on from."""

DTYPES: dict[str, np.dtype[Any]] = {"float32": np.dtype("<f4"), "uint8": np.dtype("u1"), "int32": np.dtype("<i4")}

# Numbers that JavaScript keeps exactly, or a short word; it is sent back as it came.
Id = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)] | Annotated[str, msgspec.Meta(max_length=64)]
Choice = Annotated[int, msgspec.Meta(ge=0, le=2**20)]
Size = Annotated[int, msgspec.Meta(ge=0, le=2**31)]


class Corruption(msgspec.Struct):
    """How to spoil the images before they are restored."""

    name: str
    amount: float = 0.5
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0


class PathWanted(msgspec.Struct):
    """Which path to walk through the codes, and in how many."""

    kind: str
    n: Annotated[int, msgspec.Meta(ge=2, le=MAX_STRIP)] = 64


class SearchWanted(msgspec.Struct):
    """How far a search has come, as the last answer said it; only a seed for one that begins."""

    seed: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] = 0
    codes: Annotated[list[list[float]], msgspec.Meta(max_length=MAX_STARTS)] = []
    errors: Annotated[list[float], msgspec.Meta(max_length=MAX_STARTS)] = []
    drawn: Size = 0
    done: Size = 0
    looks: Size = 0


class Request(msgspec.Struct):
    """What a client asks: `op` on `model`, one of its maps or a `step` of its run, with a payload of `shape`.

    condition: the number of the class that a conditional model is told, one for all rows or one each. part: bytes at
    the end of the payload, the part of a thing as it is kept that a model completes, for all rows; told: what the
    server has read there, whatever a client sends.
    """

    id: Id
    op: str
    model: str
    shape: Annotated[list[Size], msgspec.Meta(max_length=4)]
    map: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    step: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None
    condition: Choice | Annotated[list[Choice], msgspec.Meta(max_length=MAX_ROWS)] | None = None
    corruption: Corruption | None = None
    methods: Annotated[list[str], msgspec.Meta(max_length=MAX_METHODS)] | None = None
    sweeps: Annotated[int, msgspec.Meta(ge=1, le=MAX_SWEEPS)] | None = None
    draws: Annotated[int, msgspec.Meta(ge=1, le=MAX_DRAWS)] | None = None
    spread: bool = False
    seed: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] = 0
    path: PathWanted | None = None
    search: SearchWanted | None = None
    part: Size = 0
    told: Any = None


class Reply(msgspec.Struct):
    """What it gets: the payload's `shape` and `dtype`, and the seconds that computing it took."""

    id: Id
    shape: list[int]
    dtype: str
    seconds: float


class Problem(msgspec.Struct):
    """Why a request was refused: a `code` for programs and a sentence for people."""

    code: str
    message: str


class Refusal(msgspec.Struct):
    """The answer to a bad request; `id` is null where it could not be read."""

    id: Id | None
    error: Problem


class _IdOnly(msgspec.Struct):
    id: Id


class FrameError(Exception):
    """Refuse a frame with a code, a sentence and, where it could be read, the request's id."""

    def __init__(self, code: str, message: str, id: int | str | None = None) -> None:
        super().__init__(message)
        self.refusal = Refusal(id, Problem(code, hidden(message)))


_request = msgspec.json.Decoder(Request)
_id = msgspec.json.Decoder(_IdOnly)
_answer = msgspec.json.Decoder(dict[str, Any])
_encode = msgspec.json.Encoder().encode


def join(header: msgspec.Struct | dict[str, Any], payload: bytes | memoryview = b"") -> bytes:
    """Return one frame of a header and a payload."""
    text = _encode(header)
    return b"".join((struct.pack("<I", len(text)), text, payload))


def join_arrays(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> bytes:
    """Return one frame of a header and several arrays, float32, uint8 or int32.

    The header gets `arrays`: name, dtype, shape and offset in the payload of each. Spaces after the header's text let
    the payload start at a multiple of 4 bytes, so that a browser reads it where it lies. For HTTP: any size.
    """
    listed, parts, offset = [], [], 0
    for name, array in arrays.items():
        gap = -offset % 4
        parts += [bytes(gap), np.ascontiguousarray(array, DTYPES[array.dtype.name]).tobytes()]
        listed.append({"name": name, "dtype": array.dtype.name, "shape": array.shape, "offset": offset + gap})
        offset += gap + array.nbytes
    text = _encode(header | {"arrays": listed})
    text += b" " * (-len(text) % 4)
    return b"".join([struct.pack("<I", len(text)), text, *parts])


def split_arrays(frame: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the header and the arrays of such a frame."""
    (length,) = struct.unpack_from("<I", frame)
    header = _answer.decode(frame[4 : 4 + length])
    arrays = {}
    for listed in header["arrays"]:
        dtype, start = DTYPES[listed["dtype"]], 4 + length + listed["offset"]
        arrays[listed["name"]] = np.frombuffer(frame, dtype, int(np.prod(listed["shape"])), start).reshape(
            listed["shape"]
        )
    return header, arrays


def split(frame: bytes) -> tuple[memoryview, memoryview]:
    """Return the header's and the payload's bytes of a frame; raise `FrameError` where they are not there."""
    if len(frame) > MAX_FRAME:
        raise FrameError("too-large", f"A frame has at most {MAX_FRAME:,} bytes; got {len(frame):,}. Send fewer rows.")
    if len(frame) < 4:
        raise FrameError("bad-frame", f"A frame starts with a header length of 4 bytes; got {len(frame)} in all.")
    (length,) = struct.unpack_from("<I", frame)
    if length > len(frame) - 4:
        raise FrameError("bad-frame", f"The header is said to have {length:,} bytes; {len(frame) - 4:,} follow.")
    view = memoryview(frame)
    return view[4 : 4 + length], view[4 + length :]


def read_request(frame: bytes) -> tuple[Request, memoryview]:
    """Return a request's header and its payload; raise `FrameError` where the frame is not one."""
    header, payload = split(frame)
    if len(header) > MAX_HEADER:
        raise FrameError("bad-header", f"A header has at most {MAX_HEADER:,} bytes; got {len(header):,}.")
    try:
        return _request.decode(header), payload
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FrameError("bad-header", f"The header cannot be read: {error}.", _read_id(header)) from None


def _read_id(header: memoryview) -> int | str | None:
    try:
        return _id.decode(header).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def as_array(payload: memoryview, shape: list[int], dtype: str) -> np.ndarray:
    """Return the payload as an array, without a copy; raise `FrameError` where its size is not the shape's."""
    expected = int(np.prod(shape, dtype=object)) * DTYPES[dtype].itemsize
    if len(payload) != expected:
        raise FrameError(
            "bad-payload", f"A {dtype} payload of shape {shape} has {expected:,} bytes; got {len(payload):,}."
        )
    return np.frombuffer(payload, DTYPES[dtype]).reshape(shape)


def request(id: int | str, op: str, model: str, array: np.ndarray, **more: Any) -> bytes:
    """Return a client's frame: `op` on `model` with this array: codes, places, images or numbers."""
    header = {"id": id, "op": op, "model": model, "shape": array.shape, **more}
    return join(header, np.ascontiguousarray(array).data.cast("B") if array.size else b"")


def reply(id: int | str, array: np.ndarray, seconds: float, **more: Any) -> bytes:
    """Return the server's frame with this array, float32 or uint8, and `more` of an op's own in its header."""
    payload = np.ascontiguousarray(array).data.cast("B") if array.size else b""
    header = Reply(id, list(array.shape), array.dtype.name, seconds)
    return join(msgspec.structs.asdict(header) | more if more else header, payload)


def read_answer(frame: bytes) -> tuple[dict[str, Any], np.ndarray | None]:
    """Return the header of the server's frame and its array, None where the header tells of an error."""
    header, payload = split(frame)
    answer = _answer.decode(header)
    return answer, None if "error" in answer else as_array(payload, answer["shape"], answer["dtype"])
