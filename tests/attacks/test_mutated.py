"""Whatever comes in, mutated at random: nothing is executed, nothing read elsewhere, memory stays low, it serves on.

Seeds are kept, so that a failure comes again. The whole attack, of minutes, is

    LATENT_MUTATED_FILES=2000 LATENT_RANDOM_FRAMES=100000 pytest tests/attacks/test_mutated.py
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from websockets.sync.client import connect

from tests.running import ROOT, running_server
from web.wire import frames
from web.wire.ops.registry import OPS, RUN_OPS

MEMORY_MB = 1000
FILES = int(os.environ.get("LATENT_MUTATED_FILES", "40"))
FRAMES_SENT = int(os.environ.get("LATENT_RANDOM_FRAMES", "3000"))


def taken_in(count: int, number: int, folder: Path) -> dict[str, object]:
    (folder / "tmp").mkdir()
    places = {"LATENT_HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
    command = [sys.executable, "-m", "tests.attacks.mutated", str(count), str(number)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | places, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_mutated_files_are_refused_in_words_and_do_nothing_else(tmp_path: Path) -> None:
    told = taken_in(FILES, 1, tmp_path)
    print(json.dumps(told))
    assert told["wrong"] == []
    assert told["peak_mb"] < MEMORY_MB  # type: ignore[operator]
    assert sum(told["tried"].values()) >= 5 * FILES  # type: ignore[attr-defined]
    assert sum(told["taken"].values()) > 0  # type: ignore[attr-defined]


NUMBERS = st.integers(-(2**63), 2**63) | st.floats() | st.none() | st.text(max_size=8)
NAMES = st.sampled_from([*OPS, *RUN_OPS, "", "eval"]) | st.text(max_size=12)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "id": NUMBERS,
        "op": NAMES,
        "model": st.sampled_from(["mnist-2d", "../secrets", "", "mnist-2d\0"]) | st.text(max_size=20),
        "shape": st.lists(st.sampled_from([0, 1, 2, 28, 784, 2**31, -1]) | NUMBERS, max_size=5),
        "map": NUMBERS,
        "step": NUMBERS,
        "corruption": st.dictionaries(st.sampled_from(["name", "amount", "seed"]), NUMBERS) | NUMBERS,
        "methods": st.lists(st.text(max_size=8) | NUMBERS, max_size=3),
        "sweeps": st.sampled_from([1, 0, -1, 2**40]),
        "draws": st.sampled_from([1, 0, 2**40]),
        "path": st.fixed_dictionaries({"kind": st.text(max_size=8), "n": NUMBERS}) | NUMBERS,
    },
)
WHOLE = st.builds(lambda header, payload: frames.join(header, payload), HEADERS, st.binary(max_size=64))
FRAMES = WHOLE | st.binary(max_size=200) | st.builds(lambda f, n: f[:n], WHOLE, st.integers(0, 200))


def test_random_frames_are_answered_and_the_server_goes_on(tmp_path: Path) -> None:
    made: list[bytes] = []

    @seed(20260101)
    @settings(max_examples=FRAMES_SENT, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(FRAMES)
    def make(frame: bytes) -> None:
        made.append(frame)

    make()  # before there is a socket, whose thread draws random numbers of its own
    with running_server(tmp_path) as server, connect(server.live, max_size=None) as live:
        listing = sorted(tmp_path.rglob("*"))
        waiting = 0
        for frame in made:
            live.send(frame)
            waiting += 1
            if waiting > 8:
                assert isinstance(live.recv(timeout=60), bytes)
                waiting -= 1
        for _ in range(waiting):
            live.recv(timeout=60)
        live.send(frames.join({"id": "last", "op": "decode", "model": "mnist-2d", "shape": [1, 2]}, bytes(8)))
        header, pixels = frames.read_answer(bytes(live.recv(timeout=60)))
        assert header["id"] == "last"
        assert pixels is not None
        assert pixels.any()
        memory = psutil.Process(server.process.pid).memory_info().rss >> 20
        assert memory < MEMORY_MB
        assert sorted(tmp_path.rglob("*")) == listing
        print(f"{len(made):,} frames, the server then has {memory} MB")
        assert len(made) >= FRAMES_SENT
        assert "Traceback" not in server.log.read_text()
