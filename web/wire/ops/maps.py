"""Places on a map into codes and images, and codes into places."""

import numpy as np

from vae.explore.explorer import Explorer
from vae.maps.plane import Map
from web.opened.maps import NotMade, opened_map
from web.wire.frames import FrameError, Request
from web.wire.ops.checks import as_float32, bytes_of, check_reply, check_shape, finite, refusing, told

MAX_PLACED = 128  # a row takes 0.7 ms on a map without a formula, and a thread of two is held as long


def place(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn codes, float32 [n, d], into their places on a map, float32 [n, 2]."""
    opened = _map(request)
    check_shape(request, (model.card.latent.dims,))
    if opened.linear is None and request.shape[0] > MAX_PLACED:
        raise FrameError("too-large", f"At most {MAX_PLACED} codes are placed on such a map at once; send fewer rows.")
    return as_float32(opened.place(finite(request, payload, "Codes")))


def code_at(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn places on a map, float32 [n, 2], into codes, float32 [n, d]."""
    opened = _map(request)
    check_shape(request, (2,))
    return as_float32(opened.code_at(finite(request, payload, "Places")))


def decode_point(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn places on a map, float32 [n, 2], into the images there, uint8 [n, H, W, C]."""
    opened = _map(request)
    check_shape(request, (2,))
    check_reply(request.shape[0], bytes_of(model))
    return opened.decode_point(finite(request, payload, "Places"), lambda z: model.decode(z, told(request)))


def _map(request: Request) -> Map:
    if request.map is None:
        raise FrameError("bad-header", f"{request.op} takes the name of a map; send the request with `map`.")
    with refusing("unknown-map", absent=NotMade):
        return opened_map(request.model, request.map)
