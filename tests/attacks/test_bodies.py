"""Bodies that stall, drip, never end or fill the disk, and downloads that nobody reads, on a server of its own."""

import http.client
import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tests.running import ROOT
from tests.tiny_model import write_tiny_model
from tests.vae.films.test_film import write_run
from tests.vae.own.test_own_sets import class_files, zipped
from tests.web.routes.measured.test_unusual import picture
from web.work.uploads import size_of

ATTACKER, VISITOR = "127.0.0.2", "127.0.0.3"
MB = 1 << 20

ROUTES = {
    "picture": "/api/picture?model=tiny-16d",
    "strip": "/api/strip?model=tiny-16d&kind=gif",
    "unusual": "/api/unusual?model=tiny-16d",
    "upload": "/api/upload?filename=a.zip",
    "run": "/api/runs",
    "foreign": "/api/foreign?filename=a.onnx",
}

SLOW = ("strip", "measured.unusual", "run_files", "brought.picture", "brought.uploads", "brought.foreign")
"""Modules whose `WITHIN` says how long a body may take."""


@dataclass(frozen=True)
class Small:
    """A server with small bounds."""

    port: int
    process: psutil.Process
    home: Path

    def opened(self, address: str) -> socket.socket:
        """Connect from an address."""
        return socket.create_connection(("127.0.0.1", self.port), 20, (address, 0))

    def begin(self, address: str, path: str, length: int | None, sent: bytes = b"") -> socket.socket:
        """Begin to send a body of so many bytes, or a chunked one."""
        size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        connection = self.opened(address)
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n{size}\r\n\r\n".encode() + sent)
        return connection

    def post(self, path: str, body: Any, address: str = VISITOR) -> tuple[int, Any]:
        """Send a body, chunked where it comes in pieces; return the status and the JSON, or the bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(address, 0))
        connection.request("POST", path, body, {"Host": f"localhost:{self.port}"}, encode_chunked=True)
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        return answer.status, json.loads(told) if answer.headers["content-type"] == "application/json" else told


def chunk(body: bytes) -> bytes:
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"


def status_of(connection: socket.socket) -> int:
    """Return the status that comes on a connection, 0 where it is closed without one."""
    with suppress(OSError):
        if found := re.match(rb"HTTP/1.1 (\d+)", connection.recv(4096)):
            return int(found[1])
    return 0


@contextmanager
def small(home: Path, bounds: dict[str, dict[str, Any]]) -> Iterator[Small]:
    """Run a server with these bounds until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    write_tiny_model(home / "models" / "tiny-16d", 16, codes=30)
    command = [sys.executable, str(ROOT / "tests" / "attacks" / "small_server.py"), str(port), json.dumps(bounds)]
    environment = os.environ | {"LATENT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    with (home / "log.txt").open("wb") as log, subprocess.Popen(command, env=environment, stderr=log) as process:
        try:
            for _ in range(300):
                with suppress(OSError), urllib.request.urlopen(f"http://localhost:{port}/api/models", timeout=5):
                    break
                assert process.poll() is None, (home / "log.txt").read_text()
                time.sleep(0.1)
            yield Small(port, psutil.Process(process.pid), home)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def dripped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    """A server that gives a body 1.5 s, and drops what is silent for 1 s."""
    within = {f"web.routes.{name}": {"WITHIN": 1.5} for name in SLOW}
    within |= {"web.door.bodies": {"SILENT_SECONDS": 1}}
    with small(tmp_path_factory.mktemp("dripped"), within) as server:
        yield server


@pytest.mark.parametrize("path", ROUTES.values(), ids=ROUTES.keys())
def test_one_who_drips_is_given_up_on_every_route(dripped: Small, path: str) -> None:
    began = time.monotonic()
    with dripped.begin(ATTACKER, path, 400_000) as connection:
        while time.monotonic() - began < 8 and not select.select([connection], [], [], 0)[0]:
            with suppress(OSError):
                connection.sendall(bytes(2048))
            time.sleep(0.05)  # 40 KB a second: slow, and not so slow that it is given up for that
        assert status_of(connection) == 408
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("path", ROUTES.values(), ids=ROUTES.keys())
def test_one_who_stalls_is_given_up_on_every_route(dripped: Small, path: str) -> None:
    with dripped.begin(ATTACKER, path, 400_000, bytes(1000)) as connection:
        connection.settimeout(6)
        assert status_of(connection) == 408


def test_four_hundred_stalled_senders_hold_little_and_hold_up_nobody(tmp_path: Path) -> None:
    with small(tmp_path, {}) as server, ExitStack() as stack:
        assert server.post(ROUTES["picture"], picture()[1])[0] == 200
        before = server.process.memory_info().rss
        for _ in range(400):
            stack.enter_context(server.begin(ATTACKER, ROUTES["picture"], MB, bytes(900_000)))
        time.sleep(0.5)
        assert server.post(ROUTES["picture"], picture()[1])[0] == 200
        held = (server.process.memory_info().rss - before) / MB
    print(f"400 stalled senders hold {held:.0f} MB")
    assert held < 250  # one read of 256 KB each, and what the allocator leaves between; all that was sent is 343 MB


def test_a_body_that_does_not_say_its_size_leaves_the_disk_its_room(tmp_path: Path) -> None:
    spare = shutil.disk_usage(tmp_path).free - 12 * MB
    with small(tmp_path, {"web.door.bodies": {"SPARE_BYTES": spare}}) as server:
        for path in (ROUTES["upload"], ROUTES["run"], ROUTES["foreign"]):
            status, told = server.post(path, (bytes(MB) for _ in range(40)))
            assert (status, told["error"]["code"]) == (507, "disk-full")
        assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size > MB]


def test_uploads_never_take_more_than_they_may(tmp_path: Path) -> None:
    junk = np.random.default_rng(0).bytes(3 * MB)
    body = zipped(tmp_path / "a.zip", class_files() | {"junk.bin": junk}).read_bytes()
    most, over, ended = 8 * MB, [], threading.Event()

    def watch() -> None:
        while not ended.is_set():
            over.append(size_of(tmp_path / "uploads"))
            time.sleep(0.01)

    with small(tmp_path, {"web.work.uploads": {"KEPT_BYTES": most, "STEP": MB // 4}}) as server:
        watching = threading.Thread(target=watch)
        watching.start()
        try:
            told = [server.post(ROUTES["upload"], body)[1] for _ in range(4)]
            assert all("upload" in one for one in told), told
            kept = {path.name for path in (tmp_path / "uploads").iterdir()}
            assert kept == {one["upload"] for one in told[-2:]}, "the newest are kept"
            with ExitStack() as stack:  # three that come in, and do not say how much
                coming = [stack.enter_context(server.begin(ATTACKER, ROUTES["upload"], None)) for _ in range(3)]
                for _ in range(16):
                    for connection in coming:
                        with suppress(OSError):
                            connection.sendall(chunk(bytes(MB // 4)))
                    time.sleep(0.02)
                for connection in coming:
                    with suppress(OSError):
                        connection.sendall(chunk(b""))
                got = sorted(status_of(connection) for connection in coming)
                assert got[-1] == 507, got
        finally:
            ended.set()
            watching.join()
    assert max(over) <= most


@pytest.fixture
def large_run(tmp_path: Path) -> Path:
    """A run whose zip has 16 MB, more than a connection that nobody reads takes."""
    folder = write_run(tmp_path / "models" / "filmed")
    (folder / "checkpoint.safetensors").write_bytes(np.random.default_rng(0).bytes(16 * MB))
    return folder


def packed_and_held(server: Small) -> int:
    """Return how many zips the server holds that have no name any more."""
    held = 0
    for name in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(OSError):
            held += "run-zip-" in str(name.readlink())
    return held


def ask_for_zip(server: Small, address: str) -> socket.socket:
    connection = server.opened(address)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    connection.sendall(f"GET /api/run.zip?run=filmed HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode())
    return connection


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_downloads_that_nobody_reads_are_few_and_are_cut_off(tmp_path: Path, large_run: Path) -> None:
    with small(tmp_path, {"web.door.sending": {"STALLED_SECONDS": 2}}) as server, ExitStack() as stack:
        readers = [stack.enter_context(ask_for_zip(server, ATTACKER)) for _ in range(12)]
        time.sleep(1.5)
        assert packed_and_held(server) <= 4
        began = time.monotonic()
        with urllib.request.urlopen(f"http://localhost:{server.port}/api/run.zip?run=filmed", timeout=60) as answer:
            assert len(answer.read()) > 15 * MB
        print(f"another visitor's zip took {time.monotonic() - began:.1f} s")
        time.sleep(2)
        got = sum(len(readers[0].recv(MB)) for _ in range(3))
        with suppress(ConnectionResetError):
            while piece := readers[0].recv(MB):
                got += len(piece)
        assert got < 16 * MB, "it was cut off"
        time.sleep(0.1)
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def test_one_who_reads_slowly_and_goes_on_gets_it_all(tmp_path: Path, large_run: Path) -> None:
    with (
        small(tmp_path, {"web.door.sending": {"STALLED_SECONDS": 1}}) as server,
        ask_for_zip(server, VISITOR) as reader,
    ):
        size, began = 0, time.monotonic()
        while size < 16 * MB:
            piece = reader.recv(256 << 10)
            assert piece
            size += len(piece)
            time.sleep(0.01)
        assert time.monotonic() - began > 1
