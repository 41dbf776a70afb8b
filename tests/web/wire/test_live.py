"""The live socket and its neighbours, asked of a real server."""

import asyncio
import json
import os
import struct
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import astuple
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.running import ROOT, running_server
from tests.tiny_model import expected_belief, expected_decode, write_tiny_model
from tests.tiny_moments import expected_at, write_tiny_moments
from vae.explore.explorer import Explorer, open_explorer
from vae.home import BUNDLED_MODELS
from web.live_files import live_version
from web.wire import frames
from web.wire import live as live_socket

BUNDLED = sorted(path.parent.name for path in BUNDLED_MODELS.glob("*/card.json"))
Z = (np.random.default_rng(7).integers(-16, 17, (5, 16)) / 8).astype(np.float32)
IMAGES = np.random.default_rng(8).integers(0, 256, (5, 28, 28, 1), np.uint8)


@pytest.fixture
def live(server):
    """An open socket."""
    with connect(server.live, max_size=None) as socket:
        yield socket


def ask(socket: ClientConnection, frame: bytes | str) -> tuple[dict, np.ndarray | None]:
    """Send one frame and return the answer's header and array."""
    socket.send(frame)
    answer = socket.recv(60)
    assert isinstance(answer, bytes)
    return frames.read_answer(answer)


def assert_usable(socket: ClientConnection) -> None:
    """A good request on this socket gets the right pixels."""
    header, images = ask(socket, frames.request("usable?", "decode", "tiny-16d", Z))
    assert header["id"] == "usable?"
    np.testing.assert_array_equal(images, expected_decode(Z))


def explorer_of(name: str, home: Path) -> Explorer:
    return open_explorer(str(home / "models" / name if name.startswith("tiny") else BUNDLED_MODELS / name))


@pytest.mark.parametrize("name", ["tiny-2d", "tiny-16d", *BUNDLED])
def test_each_op_answers_what_the_explorer_computes(live, home, name):
    model = explorer_of(name, home)
    rng = np.random.default_rng(0)
    z = rng.standard_normal((3, model.card.latent.dims)).astype(np.float32)
    kept, shape = model.kind.kept, (3, *model.card.item.shape)
    x = rng.integers(0, 256, shape, np.uint8) if kept == np.uint8 else rng.standard_normal(shape).astype(kept)
    told = 1 if model.card.told else None
    header, decoded = ask(live, frames.request(1, "decode", name, z, condition=told))
    assert header.keys() == {"id", "shape", "dtype", "seconds"}
    assert (header["id"], header["dtype"]) == (1, kept.name)
    assert 0 < header["seconds"] < 60
    np.testing.assert_array_equal(decoded, model.decode(z, told))
    if "encode" not in model.card.can:
        header, _ = ask(live, frames.request(2, "encode", name, x))
        assert header["error"]["code"] == "unsupported"
        return
    header, encoded = ask(live, frames.request(2, "encode", name, x))
    assert header["dtype"] == "float32"
    belief = [part for part in astuple(model.encode(x))[:3] if part is not None]
    assert len(belief) == (3 if "bound" in model.card.can else 1)
    np.testing.assert_array_equal(encoded, np.stack(belief))
    _, restored = ask(live, frames.request(3, "reconstruct", name, x))
    np.testing.assert_array_equal(restored, np.stack([x, model.reconstruct(x)]))


def test_decoded_pixels_are_those_of_the_formula(live, model):
    _, images = ask(live, frames.request(1, "decode", model, Z))
    np.testing.assert_array_equal(images, expected_decode(Z))


def test_encoded_codes_are_those_of_the_formula(live, model):
    _, codes = ask(live, frames.request(1, "encode", model, IMAGES))
    np.testing.assert_allclose(codes, expected_belief(IMAGES, 16), atol=1e-4)


def test_the_most_rows_that_are_allowed_are_answered(live, model):
    z = np.repeat(Z[:1], frames.MAX_ROWS, axis=0)
    _, images = ask(live, frames.request(1, "decode", model, z))
    np.testing.assert_array_equal(images, np.repeat(expected_decode(Z[:1]), len(z), axis=0))


def decode_header(**changes: object) -> dict:
    return {"id": 9, "op": "decode", "model": "tiny-16d", "shape": [1, 16]} | changes


def bad(header: dict, payload: bytes | None = None) -> bytes:
    """Return a decode frame with this header; the payload defaults to 16 zeros."""
    return frames.join(header, np.zeros(16, np.float32).tobytes() if payload is None else payload)


def codes(value: float, rows: int = 1) -> bytes:
    array = np.zeros((rows, 16), np.float32)
    array[-1, -1] = value
    return frames.request(9, "decode", "tiny-16d", array)


NO_ID = {
    "empty": (b"", "bad-frame"),
    "three bytes": (b"\0\0\0", "bad-frame"),
    "header longer than the frame": (struct.pack("<I", 100) + b"{}", "bad-frame"),
    "header length of 4 GB": (b"\xff\xff\xff\xff{}", "bad-frame"),
    "text": ("decode, please", "bad-frame"),
    "no header": (b"\0\0\0\0", "bad-header"),
    "not JSON": (struct.pack("<I", 5) + b"\x00\xffabc", "bad-header"),
    "JSON list": (struct.pack("<I", 2) + b"[]", "bad-header"),
    "nested a thousand times": (struct.pack("<I", 60_000) + b"[" * 60_000, "bad-header"),
    "header of 1 MB": (bad(decode_header(model="x" * 2**20)), "bad-header"),
    "id missing": (bad({"op": "decode", "model": "tiny-16d", "shape": [1, 16]}), "bad-header"),
    "id a list": (bad(decode_header(id=[1])), "bad-header"),
    "9 MiB": (frames.request(9, "decode", "tiny-16d", np.zeros((2**17 + 2**14, 16), np.float32)), "too-large"),
    "20 MiB": (bytes(20 * 2**20), "too-large"),
}
WITH_ID = {
    "op missing": (bad({"id": 9, "model": "tiny-16d", "shape": [1, 16]}), "bad-header"),
    "op a number": (bad(decode_header(op=5)), "bad-header"),
    "model null": (bad(decode_header(model=None)), "bad-header"),
    "shape a word": (bad(decode_header(shape="1x16")), "bad-header"),
    "shape negative": (bad(decode_header(shape=[-1, 16])), "bad-header"),
    "shape fractions": (bad(decode_header(shape=[1.5, 16])), "bad-header"),
    "shape huge": (bad(decode_header(shape=[2**70, 16])), "bad-header"),
    "shape empty": (bad(decode_header(shape=[])), "bad-shape"),
    "shape of one number": (bad(decode_header(shape=[16])), "bad-shape"),
    "shape of an image": (bad(decode_header(shape=[1, 28, 28, 1])), "bad-shape"),
    "wrong dimensions": (bad(decode_header(shape=[1, 15])), "bad-shape"),
    "no rows": (bad(decode_header(shape=[0, 16]), b""), "bad-shape"),
    "1,025 rows": (codes(0, rows=1025), "bad-shape"),
    "2**31 rows": (bad(decode_header(shape=[2**31, 16])), "bad-shape"),
    "payload too short": (bad(decode_header(), bytes(63)), "bad-payload"),
    "payload too long": (bad(decode_header(), bytes(65)), "bad-payload"),
    "payload missing": (bad(decode_header(), b""), "bad-payload"),
    "NaN": (codes(np.nan), "not-finite"),
    "infinity": (codes(np.inf, rows=7), "not-finite"),
    "minus infinity": (codes(-np.inf), "not-finite"),
    "unknown op": (bad(decode_header(op="train")), "unknown-op"),
    "op of a private name": (bad(decode_header(op="__class__")), "unknown-op"),
    "unknown model": (bad(decode_header(model="mnist-3d")), "unknown-model"),
    "model empty": (bad(decode_header(model="")), "unknown-model"),
    "model a path upwards": (bad(decode_header(model="../tiny-16d")), "unknown-model"),
    "model an absolute path": (bad(decode_header(model=str(ROOT / "assets/models/mnist-16d"))), "unknown-model"),
    "model with a null byte": (bad(decode_header(model="tiny-16d\0")), "unknown-model"),
    "condition where there is none": (bad(decode_header(condition=3)), "unsupported"),
    "encode codes": (bad(decode_header(op="encode")), "bad-shape"),
    "encode half an image": (bad(decode_header(op="encode", shape=[1, 28, 28, 1]), bytes(392)), "bad-payload"),
    "reconstruct in colour": (bad(decode_header(op="reconstruct", shape=[1, 28, 28, 3]), bytes(2352)), "bad-shape"),
    "unknown corruption": (
        frames.request(9, "reconstruct", "tiny-16d", IMAGES, corruption={"name": "no-such", "amount": 0.5, "seed": 1}),
        "bad-corruption",
    ),
}


@pytest.mark.parametrize(("id", "case"), [(None, case) for case in NO_ID] + [(9, case) for case in WITH_ID])
def test_a_bad_frame_is_refused_and_the_socket_stays_usable(live, id, case):
    frame, code = (NO_ID | WITH_ID)[case]
    header, array = ask(live, frame)
    assert array is None
    assert header.keys() == {"id", "error"}
    assert header["id"] == id
    assert header["error"]["code"] == code
    assert len(header["error"]["message"]) < 500
    assert "Traceback" not in header["error"]["message"]
    assert_usable(live)


def test_a_reply_above_the_bound_is_refused_before_it_is_computed(live, home):
    write_tiny_model(home / "models" / "tiny-large", 2, (3, 64, 64))
    header, _ = ask(live, frames.request(1, "decode", "tiny-large", np.zeros((1024, 2), np.float32)))
    assert header["error"]["code"] == "too-large"
    _, images = ask(live, frames.request(2, "decode", "tiny-large", np.zeros((500, 2), np.float32)))
    assert images.shape == (500, 64, 64, 3)


def test_a_damaged_model_is_named_and_hurts_nothing_else(live, home):
    folder = home / "models" / "tiny-damaged"
    write_tiny_model(folder, 2)
    graph = folder / "decoder.onnx"
    graph.write_bytes(graph.read_bytes()[:-20])
    header, _ = ask(live, frames.request(1, "decode", "tiny-damaged", np.zeros((1, 2), np.float32)))
    assert header["error"]["code"] == "unknown-model"
    assert "decoder.onnx is damaged" in header["error"]["message"]
    assert_usable(live)


XY = (np.random.default_rng(9).integers(-16, 17, (5, 2)) / 8).astype(np.float32)


@pytest.mark.parametrize("dims", [1, 2, 16])
def test_places_are_decoded_at_each_moment_of_a_run_that_is_no_model_yet(live, home, dims):
    write_tiny_moments(home / "models" / f"run-{dims}d", dims)
    for step in (0, 10, 20, 10):
        header, images = ask(live, frames.request(1, "decode_moment", f"run-{dims}d", XY, step=step))
        assert header["dtype"] == "uint8"
        np.testing.assert_array_equal(images, expected_at(step, dims, XY))


BAD_MOMENTS = {
    "no step": ("run-2d", XY, {}, "bad-header"),
    "a step below 0": ("run-2d", XY, {"step": -1}, "bad-header"),
    "half a step": ("run-2d", XY, {"step": 0.5}, "bad-header"),
    "a step that is a word": ("run-2d", XY, {"step": "last"}, "bad-header"),
    "a step that is not kept": ("run-2d", XY, {"step": 15}, "absent"),
    "a step beyond all": ("run-2d", XY, {"step": 2**53}, "absent"),
    "no decoder yet": ("run-young", XY, {"step": 10}, "absent"),
    "nothing kept yet": ("run-queued", XY, {"step": 0}, "absent"),
    "a model without a history": ("tiny-16d", XY, {"step": 0}, "absent"),
    "an unknown run": ("run-3d", XY, {"step": 0}, "unknown-model"),
    "a path upwards": ("../run-2d", XY, {"step": 0}, "unknown-model"),
    "codes instead of places": ("run-2d", Z, {"step": 0}, "bad-shape"),
    "no places": ("run-2d", XY[:0], {"step": 0}, "bad-shape"),
    "1,025 places": ("run-2d", np.zeros((1025, 2), np.float32), {"step": 0}, "bad-shape"),
    "NaN": ("run-2d", np.full((1, 2), np.nan, np.float32), {"step": 0}, "not-finite"),
}


@pytest.mark.parametrize("case", BAD_MOMENTS)
def test_a_moment_that_is_not_there_is_refused_and_the_socket_stays_usable(live, home, case):
    name, places, more, code = BAD_MOMENTS[case]
    write_tiny_moments(home / "models" / "run-2d")
    write_tiny_moments(home / "models" / "run-young", graph=False)
    (home / "models" / "run-queued").mkdir(exist_ok=True)
    header, array = ask(live, frames.request(9, "decode_moment", name, places, **more))
    assert array is None
    assert header["id"] == 9
    assert header["error"]["code"] == code
    assert_usable(live)


@st.composite
def almost_frames(draw: st.DrawFn) -> bytes:
    """Headers of the right kind with some field of any kind, and any length before them."""
    json_value = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        max_leaves=5,
    )
    changes = draw(
        st.dictionaries(st.sampled_from(["id", "op", "model", "shape", "condition", "corruption"]), json_value)
    )
    text = json.dumps(decode_header(**changes)).encode()
    length = draw(st.just(len(text)) | st.integers(0, 2**32 - 1))
    return struct.pack("<I", length) + text + draw(st.just(bytes(64)) | st.binary(max_size=80))


def test_no_bytes_whatever_break_the_socket(live):
    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(st.binary(max_size=120) | almost_frames())
    def every_frame_gets_one_answer(frame: bytes) -> None:
        header, array = ask(live, frame)
        assert ("error" in header) == (array is None)

    every_frame_gets_one_answer()
    assert_usable(live)


def test_a_flood_is_answered_once_each_and_keeps_nobody_waiting(server, live):
    z = np.repeat(Z[:1], 64, axis=0)
    for id in range(200):
        live.send(frames.request(id, "decode", "tiny-16d", z))
    with connect(server.live) as other:
        assert_usable(other)
    answers = [frames.read_answer(live.recv(60)) for _ in range(200)]
    assert sorted(header["id"] for header, _ in answers) == list(range(200))
    assert {header["error"]["code"] for header, _ in answers if "error" in header} <= {"busy"}
    served = [images for _, images in answers if images is not None]
    assert served
    for images in served:
        np.testing.assert_array_equal(images, np.repeat(expected_decode(Z[:1]), 64, axis=0))
    assert_usable(live)


def test_a_client_that_leaves_in_the_middle_hurts_nobody(server, live):
    for _ in range(20):
        with connect(server.live) as leaving:
            for id in range(10):
                leaving.send(frames.request(id, "decode", "tiny-16d", np.repeat(Z[:1], 256, axis=0)))
    assert_usable(live)


def test_what_waits_is_bounded_in_the_whole_process_and_freed_again():
    async def fill() -> None:
        live = live_socket.Live()
        frame = frames.request(1, "encode", "tiny-16d", np.zeros((8000, 28, 28, 1), np.uint8))
        queues: list[live_socket.Waiting] = [asyncio.Queue() for _ in range(20)]
        clients = [live.client(f"192.0.2.{i}") for i in range(20)]
        refused = [live.take(frame, *one) for one in zip(clients, queues, strict=True)]
        assert refused.count(None) == live_socket.WAITING_BYTES // (8000 * 28 * 28)
        assert frames.read_answer(refused[-1])[0]["error"]["code"] == "busy"
        live.done(queues[0].get_nowait(), clients[0])
        assert live.take(frame, clients[-1], queues[-1]) is None

    asyncio.run(fill())


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://localhost:1", "null", "https://localhost.evil.example"]
)
def test_a_page_of_another_origin_is_refused(server, origin):
    with pytest.raises(InvalidStatus, match="403"), connect(server.live, origin=origin):
        pass


def test_a_page_of_our_own_origin_is_let_in(server):
    with connect(server.live, origin=server.url) as socket:
        assert_usable(socket)


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers (lower case) and body."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def test_the_models_are_listed_without_the_broken_ones(server, home):
    broken = home / "models" / "tiny-broken"
    broken.mkdir()
    (broken / "card.json").write_text("{")
    status, headers, body = get(f"{server.url}/api/models")
    assert status == 200
    assert headers["content-type"] == "application/json"
    names = [card["name"] for card in json.loads(body)]
    assert {"tiny-2d", "tiny-16d", *BUNDLED} <= set(names)
    assert "tiny-broken" not in names


def test_modules_are_served_as_javascript_and_never_stale(server):
    module = next((ROOT / "assets" / "live" / "map").glob("*.js"))
    status, headers, body = get(f"{server.url}/live/map/{module.name}")
    assert (status, body) == (200, module.read_bytes())
    assert headers["content-type"].split(";")[0] in {"text/javascript", "application/javascript"}
    assert headers["cache-control"] == "no-cache"
    status, headers, body = get(f"{server.url}/live/map/{module.name}", **{"If-None-Match": headers["etag"]})
    assert (status, body) == (304, b"")


def test_modules_of_the_present_version_are_kept_for_good_and_of_no_other(server):
    for version, kept in ((live_version(), "immutable"), ("0123456789ab", "no-cache")):
        status, headers, body = get(f"{server.url}/live/v-{version}/shared/wire/frame.js")
        assert (status, body) == (200, (ROOT / "assets" / "live" / "shared" / "wire" / "frame.js").read_bytes())
        assert kept in headers["cache-control"]
    assert "immutable" not in get(f"{server.url}/live/v-{live_version()}/no-such.js")[1].get("cache-control", "")


@pytest.mark.parametrize(
    "path",
    [
        "../../app.py",
        "..%2f..%2fapp.py",
        "%2e%2e/%2e%2e/app.py",
        "v-a/../../../app.py",
        "v-a/v-b/map/map.js",
        "no-such.js",
        "",
    ],
)
def test_nothing_but_the_modules_is_served_there(server, path):
    status, _, body = get(f"{server.url}/live/{path}")
    assert b"st.navigation" not in body
    assert status in {400, 404}


def test_a_base_path_and_allowed_origins_are_honoured(tmp_path):
    write_tiny_model(tmp_path / "models" / "tiny-16d", 16)
    flags = ["--server.baseUrlPath", "demo", "--server.corsAllowedOrigins", "https://school.example"]
    with running_server(tmp_path, *flags, base_path="/demo") as server:
        with connect(server.live, origin="https://school.example") as socket:
            assert_usable(socket)
        with pytest.raises(InvalidStatus, match="403"), connect(server.live, origin="https://evil.example"):
            pass
        assert get(f"{server.url}/api/models")[0] == 200
        with pytest.raises(InvalidStatus), connect(server.live.replace("/demo", "")):
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_server_has_not_loaded_torch(server, live):
    assert_usable(live)
    process = psutil.Process(server.process.pid)
    for running in (process, *process.children(recursive=True)):
        assert "libtorch" not in Path(f"/proc/{running.pid}/maps").read_text()


def test_neither_the_server_nor_a_page_imports_torch(home):
    script = """
import sys
import app
from streamlit.testing.v1 import AppTest
for file in ("app.py", *(page.file for page in app.PAGES)):
    told = AppTest.from_file(file, default_timeout=60).run().exception
    assert not told, (file, told)
heavy = sorted({"torch", "torchvision", "sklearn", "rdkit", "selfies"} & sys.modules.keys())
assert not heavy, heavy
"""
    environment = {name: value for name, value in os.environ.items() if name != "LATENT_DATA_DIR"}
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment | {"LATENT_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr


def test_the_server_stops_quietly(tmp_path):
    write_tiny_model(tmp_path / "models" / "tiny-16d", 16)
    with running_server(tmp_path) as server, connect(server.live) as socket:
        assert_usable(socket)
        server.process.terminate()
        assert server.process.wait(20) in {0, -15}
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "Warning" not in log
    assert "external" not in log.lower(), "at its start the server asked another host for its address"


class Unread:
    """The server's end of a socket whose client sends and never reads."""

    closed: int | None = None

    async def send_bytes(self, answer: bytes) -> None:
        await asyncio.Event().wait()

    async def close(self, code: int, reason: str) -> None:
        self.closed = code


def test_a_client_that_never_reads_is_let_go_and_frees_its_place() -> None:
    async def serve() -> tuple[int | None, int]:
        live, socket, queue = live_socket.Live(patience=0.05), Unread(), asyncio.Queue()
        client = live.client("192.0.2.1")
        assert live.take(frames.request(1, "decode", "tiny-16d", Z), client, queue) is None
        queue.put_nowait(None)
        await live.work(socket, client, queue)
        live.short.threads.shutdown()
        return socket.closed, live.waiting

    assert asyncio.run(serve()) == (1008, 0)
