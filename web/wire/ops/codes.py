"""Codes into images and back, and the test images themselves."""

import numpy as np

from vae.explore.explorer import Explorer
from web.opened.originals import originals_of
from web.wire import frames
from web.wire.frames import FrameError, Request
from web.wire.ops.checks import check_reply, check_shape, finite, images_in, refusing


def decode(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn codes, float32 [n, d], into images, uint8 [n, H, W, C]."""
    channels, height, width = model.card.image_shape
    check_shape(request, (model.card.latent.dims,))
    check_reply(request.shape[0], channels * height * width)
    return model.decode(finite(request, payload, "Codes"))


def encode(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn images, uint8 [n, H, W, C], into the posterior's mean and log variance, float32 [2, n, d]."""
    return np.stack(model.encode(images_in(model, request, payload)))


def originals(model: Explorer, request: Request, payload: memoryview) -> np.ndarray:
    """Turn numbers of test images, int32 [n], into those images, uint8 [n, H, W, C]."""
    check_shape(request, ())
    check_reply(request.shape[0], int(np.prod(model.card.image_shape)))
    numbers = frames.as_array(payload, request.shape, "int32")
    with refusing("absent"):
        images = originals_of(model)
    if numbers.min() < 0 or numbers.max() >= len(images):
        outside = numbers[(numbers < 0) | (numbers >= len(images))][0]
        raise FrameError("out-of-range", f"Test images are numbered 0 to {len(images) - 1:,}; got {outside:,}.")
    return images[numbers]
