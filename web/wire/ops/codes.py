"""Codes into images and back, and the test images themselves."""

import numpy as np

from vae.explore.explorer import Explorer
from web.opened.originals import some_originals_of
from web.wire import frames
from web.wire.frames import FrameError, Request
from web.wire.ops.checks import Answer, bytes_of, check_reply, check_shape, finite, guessed, refusing, things_in, told


def decode(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn codes, float32 [n, d], into things as they are kept, [n, *shape]: images uint8 [n, H, W, C].

    A conditional model takes all codes with the class `condition`; "classes" decodes one code with every class.
    """
    check_shape(request, (model.card.latent.dims,))
    check_reply(request.shape[0], bytes_of(model))
    return model.decode(finite(request, payload, "Codes"), told(request))


def sample(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Draw a thing from p(x|z) of each code, float32 [n, d], as they are kept, [n, *shape]; `seed` draws the same ones.

    Of models whose likelihood is more than what it expects; of the others a page draws them itself.
    """
    check_shape(request, (model.card.latent.dims,))
    check_reply(request.shape[0], bytes_of(model))
    with refusing("unsupported"):
        return model.sample(finite(request, payload, "Codes"), request.seed, told(request))


def classes(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Decode one code, float32 [1, d], with each class that a conditional model can be told, [classes, *shape]."""
    check_shape(request, (model.card.latent.dims,))
    classes = model.card.told
    if request.shape[0] != 1:
        raise FrameError("bad-shape", f"{request.op} takes one code; got {request.shape[0]}.")
    check_reply(classes, bytes_of(model))
    return model.decode(np.repeat(finite(request, payload, "Codes"), classes, 0), np.arange(classes))


def encode(model: Explorer, request: Request, payload: memoryview) -> Answer:
    """Turn things as they are kept, [n, *shape], into where they lie, float32 [1 to 3, n, d]: centre, spread, nats.

    The last two where the model has them. A conditional model is told the class `condition`; without one it takes each
    thing for what it is likeliest to be, and the header says so in `condition`, a number for each.
    """
    things = things_in(model, request, payload)
    given, header = guessed(model, request, things)
    belief = model.encode(things, given)
    parts = [part for part in (belief.centre, belief.spread, belief.nats) if part is not None]
    return Answer(np.stack(parts), header)


def originals(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn numbers of test images, int32 [n], into those things, [n, *shape]."""
    check_shape(request, ())
    check_reply(request.shape[0], bytes_of(model))
    numbers = frames.as_array(payload, request.shape, "int32")
    with refusing("absent"):
        sample = some_originals_of(model)
    if numbers.min() < 0 or numbers.max() > sample.numbers[-1]:
        outside = numbers[(numbers < 0) | (numbers > sample.numbers[-1])][0]
        raise FrameError("out-of-range", f"Test images are numbered 0 to {sample.numbers[-1]:,}; got {outside:,}.")
    rows = sample.rows(numbers)
    if (rows < 0).any():
        title = model.card.data.title
        raise FrameError(
            "absent", f"{len(sample)} images of {title} are here, and number {numbers[rows < 0][0]:,} is not."
        )
    return sample.things[rows]


def predict(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Tell the attribute that a model's head has learnt at codes, float32 [n, d], and how it rises there, [n, 1 + d].

    First the attribute in its own unit, then its slope along each coordinate.
    """
    check_shape(request, (model.card.latent.dims,))
    z = finite(request, payload, "Codes")
    check_reply(len(z), 4 * (1 + z.shape[1]))
    with refusing("unsupported"):
        return np.concatenate([model.predict(z)[:, None], model.steepest(z)], 1)
