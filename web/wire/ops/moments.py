"""Things of a moment of a training run, which need not be a model yet."""

import numpy as np

from vae.runs.moments import Moment, NotKept, open_moment
from web.wire.frames import FrameError, Request
from web.wire.ops.checks import check_reply, check_shape, finite, refusing


def decode_moment(request: Request, payload: memoryview) -> np.ndarray:
    """Turn places on a moment's map, float32 [n, 2], into what its decoder made of them, [n, *shape].

    The moment of a conditional model takes all places with the class `condition`, or with the first.
    """
    moment = _moment(request)
    condition = _condition(moment, request)
    check_shape(request, (2,))
    check_reply(request.shape[0], moment.kind.kept.itemsize * int(np.prod(moment.item.shape)))
    return moment.decode(finite(request, payload, "Places"), condition)


def _condition(moment: Moment, request: Request) -> int | None:
    """Return the class of all places; refuse one that the model does not know, and one for each."""
    condition = request.condition
    if condition is None:
        return None
    if not moment.told:
        raise FrameError("unsupported", "This run's model takes no condition; send the request without `condition`.")
    if not isinstance(condition, int) or condition >= moment.told:
        raise FrameError("bad-condition", f"`condition` is one from 0 to {moment.told - 1} here; got {condition}.")
    return condition


def _moment(request: Request) -> Moment:
    if request.step is None:
        raise FrameError("bad-header", f"{request.op} takes a step of the training; send the request with `step`.")
    with refusing("unknown-model", absent=NotKept):
        return open_moment(request.model, request.step)
