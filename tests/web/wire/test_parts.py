"""What a model completes comes behind the codes: the image that masks are to be drawn for."""

import numpy as np
import pytest

from vae.explore.explorer import open_explorer
from vae.home import BUNDLED_MODELS
from web.wire import frames
from web.wire.frames import Request
from web.wire.ops.registry import compute

MODEL = "phantoms-6d"
Z = np.random.default_rng(0).standard_normal((3, 6)).astype(np.float32)
IMAGE = np.random.default_rng(1).integers(0, 256, (32, 32)).astype(np.uint8)


def asked(image: bytes, model: str = MODEL, z: np.ndarray = Z, op: str = "decode", **more: object):
    request = Request("one", op, model, list(z.shape), part=len(image))
    for name, value in more.items():
        setattr(request, name, value)
    return frames.read_answer(compute(request, memoryview(z.tobytes() + image)))


def test_codes_are_decoded_beside_the_image_that_comes_with_them() -> None:
    header, things = asked(IMAGE.tobytes())
    assert "error" not in header and things is not None and things.shape == (3, 32, 32, 4)
    np.testing.assert_array_equal(things[..., 0], np.broadcast_to(IMAGE, (3, 32, 32)))
    explorer = open_explorer(str(BUNDLED_MODELS / MODEL))
    part = np.repeat(IMAGE[None, None].astype(np.float32) / 255, 3, 0)
    np.testing.assert_array_equal(things, explorer.decode(Z, part))


def test_without_one_it_is_the_first_that_is_kept_with_the_model() -> None:
    _, things = asked(b"")
    learnt = open_explorer(str(BUNDLED_MODELS / MODEL)).learnt()
    assert learnt is not None and things is not None
    np.testing.assert_array_equal(things[0, ..., 0], learnt[0, ..., 0])


def test_draws_from_the_likelihood_lie_on_that_image_too() -> None:
    _, things = asked(IMAGE.tobytes(), op="sample")
    assert things is not None
    np.testing.assert_array_equal(things[1, ..., 0], IMAGE)
    assert set(np.unique(things[..., 1:])) == {0, 255}


@pytest.mark.parametrize(
    ("image", "model", "z", "code", "said"),
    [
        (IMAGE.tobytes()[1:], MODEL, Z, "bad-payload", "The part of masks has 1,024 bytes; got 1,023."),
        (IMAGE.tobytes(), "mnist-2d", Z[:, :2], "unsupported", "mnist-2d completes no things"),
    ],
)
def test_another_part_is_refused_in_a_sentence(image: bytes, model: str, z: np.ndarray, code: str, said: str) -> None:
    header, _ = asked(image, model, z)
    assert header["error"]["code"] == code and said in header["error"]["message"]


def test_what_a_client_says_that_the_server_has_read_counts_for_nothing() -> None:
    _, things = asked(IMAGE.tobytes(), told=[[1.0]])
    assert things is not None
    np.testing.assert_array_equal(things[0, ..., 0], IMAGE)
