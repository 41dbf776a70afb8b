"""How many requests may wait at the live socket: so many of a socket, of an address and of all, and no byte more."""

import asyncio

import numpy as np
import pytest

from web.door.origins import Origins
from web.wire import frames
from web.wire.live import (
    BYTES_PER_ADDRESS,
    WAITING,
    WAITING_BYTES,
    WAITING_PER_ADDRESS,
    WAITING_PER_SOCKET,
    Live,
    Waiting,
)

SOME = np.zeros((1, 16), np.float32)
LARGE = np.zeros((2**14, 16), np.float32)  # a megabyte


@pytest.fixture
def live() -> Live:
    return Live(Origins())


def taken(live: Live, host: str, most: int, codes: np.ndarray = SOME) -> int:
    """Let a new socket of this address send so many requests at once; return how many find a place."""
    client, queue = live.client(host), Waiting()
    CLIENTS.append(client)
    for number in range(most):
        refused = live.take(frames.request(number, "decode", "tiny-16d", codes), client, queue)
        if refused is not None:
            header, _ = frames.read_answer(refused)
            assert (header["id"], header["error"]["code"]) == (number, "busy")
            return number
    return most


CLIENTS: list[object] = []
"""An address is known for as long as a socket of it is."""


def test_a_socket_has_one_that_is_computed_and_so_many_that_wait(live: Live) -> None:
    assert taken(live, "10.0.0.1", 100) == WAITING_PER_SOCKET + 1
    assert taken(live, "10.0.0.1", 1) == 1, "another socket of the same address has places of its own"


def test_an_address_has_so_many_whatever_the_number_of_its_sockets(live: Live) -> None:
    of_each = [taken(live, "10.0.0.1", 100) for _ in range(40)]
    assert sum(of_each) == WAITING_PER_ADDRESS + of_each.count(1)  # one a socket finds its place always
    assert of_each[-1] == 1
    assert taken(live, "10.0.0.2", 100) == WAITING_PER_SOCKET + 1


def test_all_together_have_so_many(live: Live) -> None:
    of_each = [taken(live, f"10.0.0.{number}", 100) for number in range(60)]
    assert sum(each for each in of_each if each > 1) <= WAITING < sum(of_each) + 1
    assert of_each[-1] == 1


def test_what_waits_is_bounded_in_bytes_too(live: Live) -> None:
    fit = sum(taken(live, "10.0.0.1", 8, LARGE) for _ in range(100))
    assert fit == BYTES_PER_ADDRESS // LARGE.nbytes
    for number in range(2, 100):
        fit += sum(taken(live, f"10.0.0.{number}", 8, LARGE) for _ in range(100))
    assert fit == WAITING_BYTES // LARGE.nbytes


def test_a_place_is_free_again_when_its_request_is_done(live: Live) -> None:
    async def sent() -> tuple[int, int]:
        client, queue = live.client("10.0.0.1"), Waiting()
        frame = frames.request(0, "decode", "tiny-16d", SOME)
        while live.take(frame, client, queue) is None:
            pass
        full = live.waiting
        live.done(queue.get_nowait(), client)
        assert live.take(frame, client, queue) is None
        assert live.take(frame, client, queue) is not None
        while not queue.empty():
            live.done(queue.get_nowait(), client)
        return full, live.waiting_bytes

    assert asyncio.run(sent()) == (WAITING_PER_SOCKET + 1, 0)
