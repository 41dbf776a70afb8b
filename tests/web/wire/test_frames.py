"""The socket's frames: what is written is read, and nothing else is."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from web.wire import frames
from web.wire.frames import FrameError

SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)
ARRAYS = st.sampled_from(["float32", "uint8"]).flatmap(lambda dtype: hnp.arrays(dtype, SHAPES))
IDS = st.integers(-(2**53), 2**53) | st.text(max_size=64)


@given(IDS, ARRAYS)
def test_a_request_is_read_as_it_was_written(id, array):
    request, payload = frames.read_request(frames.request(id, "decode", "mnist-2d", array))
    assert (request.id, request.op, request.model) == (id, "decode", "mnist-2d")
    np.testing.assert_array_equal(frames.as_array(payload, request.shape, array.dtype.name), array)


@given(IDS, ARRAYS)
def test_a_reply_is_read_as_it_was_written(id, array):
    header, received = frames.read_answer(frames.reply(id, array, 0.5))
    assert header == {"id": id, "shape": list(array.shape), "dtype": array.dtype.name, "seconds": 0.5}
    np.testing.assert_array_equal(received, array)


def test_the_layout_is_the_published_one():
    frame = frames.request(7, "decode", "m", np.array([[1.0, -2.0]], np.float32))
    header = b'{"id":7,"op":"decode","model":"m","shape":[1,2]}'
    assert frame == len(header).to_bytes(4, "little") + header + struct.pack("<2f", 1, -2)


def test_an_array_that_is_not_contiguous_is_sent_in_order():
    array = np.arange(12, dtype=np.uint8).reshape(3, 4).T
    _, received = frames.read_answer(frames.reply(1, array, 0.0))
    np.testing.assert_array_equal(received, array)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_request_or_a_frame_error(data):
    try:
        frames.read_request(data)
    except FrameError as error:
        assert error.refusal.error.code in {"bad-frame", "bad-header"}
        assert error.refusal.error.message.endswith(".")


@pytest.mark.parametrize("id", [3, "grid"])
def test_an_error_carries_the_id_where_it_can_be_read(id):
    with pytest.raises(FrameError) as caught:
        frames.read_request(frames.join({"id": id, "op": 1}))
    assert caught.value.refusal.id == id


@pytest.mark.parametrize("id", [None, 1.5, [], 2**60, "x" * 65, True])
def test_an_id_is_a_word_or_a_number_that_javascript_keeps(id):
    with pytest.raises(FrameError) as caught:
        frames.read_request(frames.join({"id": id, "op": "decode", "model": "m", "shape": [1, 2]}))
    assert caught.value.refusal.id is None
