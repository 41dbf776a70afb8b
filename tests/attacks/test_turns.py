"""Visitors who want everything at once, and what another visitor notices of them.

The attackers' sockets come from 127.0.0.2 and the visitor's from 127.0.0.3, or all of them from one address, as behind
one router.
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.running import Server, running_server
from web.wire import frames, live
from web.work import forming

ATTACKER, VISITOR, OTHER = "127.0.0.2", "127.0.0.3", "127.0.0.4"
BUNDLED = "mnist-16d"
CODE = np.zeros((1, 16), np.float32)
PICTURE = np.random.default_rng(0).integers(0, 256, (1, 28, 28, 1), np.uint8)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that no other test asks."""
    with running_server(tmp_path_factory.mktemp("turns")) as server:
        yield server


def opened(server: Server, address: str) -> ClientConnection:
    url = server.live.replace("localhost", "127.0.0.1")
    return connect(url, source_address=(address, 0), max_size=None, compression=None)


@contextmanager
def flooding(server: Server, sockets: int, frame: bytes, ahead: int, address: str = ATTACKER) -> Iterator[Counter]:
    """Keep `ahead` requests of each socket on their way until the block ends; count what they get."""
    got: Counter = Counter()
    ending = threading.Event()

    def flood(socket: ClientConnection) -> None:
        try:
            for _ in range(ahead):
                socket.send(frame)
            while not ending.is_set():
                header, _ = frames.read_answer(bytes(socket.recv(20)))
                got[header["error"]["code"] if "error" in header else "answered"] += 1
                time.sleep(0.02 if "error" in header else 0)  # or the tests' own process takes both cores
                socket.send(frame)
        except (ConnectionClosed, TimeoutError) as error:
            got[type(error).__name__] += not ending.is_set()

    with ExitStack() as stack:
        clients = [stack.enter_context(opened(server, address)) for _ in range(sockets)]
        threads = [threading.Thread(target=flood, args=[client]) for client in clients]
        for thread in threads:
            thread.start()
        try:
            time.sleep(0.5)  # until all of them wait
            yield got
        finally:
            ending.set()
            for client in clients:
                client.socket.shutdown(2)
            for thread in threads:
                thread.join()


def decodes(server: Server, address: str, others: Counter, least: int = 0) -> tuple[list[int], Counter]:
    """Decode one code 30 times, 20 times a second, and on until the others have at least so many answers.

    Return for each how many answers of the others came before its own, and what came back. Not seconds: those are the
    machine's, which has other tests to run.
    """
    passed, codes = [], Counter()
    ending = time.monotonic() + 60
    with opened(server, address) as socket:
        while len(passed) < 30 or (others["answered"] < least and time.monotonic() < ending):
            before = others["answered"]
            socket.send(frames.request(len(passed), "decode", BUNDLED, CODE))
            header, _ = frames.read_answer(bytes(socket.recv(20)))
            passed.append(others["answered"] - before)
            codes[header["error"]["code"] if "error" in header else "answered"] += 1
            time.sleep(0.05)
    return passed, codes


def imputation(sweeps: int = 64, draws: int = 16) -> bytes:
    hole = {"name": "block", "amount": 0.3}
    return frames.request(1, "impute", BUNDLED, PICTURE, corruption=hole, sweeps=sweeps, draws=draws)


@pytest.mark.parametrize("address", [VISITOR, ATTACKER])
def test_imputations_of_thirty_sockets_hold_up_nobodys_decodes(alone: Server, address: str) -> None:
    with flooding(alone, 30, imputation(), 1) as got:
        passed, codes = decodes(alone, address, got, 5)
    print(f"{sorted(passed)} answers before its own, {got}")
    assert codes == {"answered": len(passed)}
    assert np.percentile(passed, 95) <= 2  # of 30 that wait: a decode waits for no imputation
    assert got["answered"] >= 5, "they are served too"


@pytest.mark.parametrize("address", [VISITOR, ATTACKER])
def test_sixteen_sockets_that_flood_make_nobody_else_busy(alone: Server, address: str) -> None:
    frame = frames.request(1, "decode", BUNDLED, np.repeat(CODE, 64, 0))
    with flooding(alone, 16, frame, 16) as got:
        passed, codes = decodes(alone, address, got, 50)
    print(f"{sorted(passed)} answers before its own, {got}")
    assert codes == {"answered": len(passed)}
    assert np.percentile(passed, 95) <= 40  # of 256 that wait: each address in its turn, each socket of it in its own
    assert got["answered"] >= 50


def test_one_address_opens_so_many_sockets_and_another_is_let_in_all_the_same(alone: Server) -> None:
    with ExitStack() as stack:
        for _ in range(live.SOCKETS_PER_ADDRESS):
            stack.enter_context(opened(alone, OTHER))
        with pytest.raises(InvalidStatus, match="403"):
            opened(alone, OTHER)
        assert decodes(alone, VISITOR, Counter())[1] == {"answered": 30}


def ask_for_map(server: Server, address: str, seed: int, visitor: str) -> int:
    """Ask for a t-SNE map; return the status."""
    port = int(server.url.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20, source_address=(address, 0))
    connection.request("POST", f"/api/map?model={BUNDLED}&map=tsne-p30-s{seed}&action=form&visitor={visitor}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_one_address_with_many_words_leaves_room_in_the_line_of_maps(alone: Server) -> None:
    got = [ask_for_map(alone, ATTACKER, 100 + i, f"word{i}") for i in range(12)]
    assert got == [200] * forming.MOST_OF_ADDRESS + [503] * (12 - forming.MOST_OF_ADDRESS)
    assert ask_for_map(alone, VISITOR, 200, "visitor") == 200
