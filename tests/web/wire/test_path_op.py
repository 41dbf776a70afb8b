"""Paths asked of a real server over the live socket."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.running import Server
from tests.tiny_model import random_codes, write_tiny_model
from tests.web.routes.test_maps import write_model
from tests.web.wire.test_live import assert_usable
from vae.explore.code_graph import NeighbourGraph
from vae.explore.ways import PATHS, walk
from web.opened.graphs import opened_graph
from web.wire import frames

N = 300
CODES = random_codes(N, 16).centre.astype(np.float16).astype(np.float32)


@pytest.fixture(scope="module")
def models(home: Path) -> Path:
    """The test server's models: with test codes in 16 dimensions, in 1 and in 2, and with damaged ones."""
    root = home / "models"
    for dims in (1, 2, 16):
        write_tiny_model(root / f"path-{dims}d", dims, codes=N)
    damaged = random_codes(N, 16)
    damaged.centre[7, 3] = np.nan
    write_model(root / "path-nan", 16, damaged)
    return root


@pytest.fixture
def live(server: Server, models: Path):
    with connect(server.live, max_size=None) as socket:
        yield socket


def ask(socket: ClientConnection, model: str, anchors: np.ndarray, **more: object) -> tuple[dict, np.ndarray | None]:
    socket.send(frames.request(1, "path", model, np.asarray(anchors, np.float32), **more))
    return frames.read_answer(socket.recv(60))


@pytest.mark.parametrize("kind", sorted(PATHS))
@pytest.mark.parametrize("k", [2, 6])
def test_a_path_is_the_one_that_the_package_walks(live, kind: str, k: int) -> None:
    header, codes = ask(live, "path-16d", CODES[:k], path={"kind": kind, "n": 50})
    graph = NeighbourGraph(CODES)
    expected = walk(kind, CODES[:k], 50, graph)
    assert header.keys() == {
        *("id", "shape", "dtype", "seconds"),
        *("length", "knots", "density", "nodes", "note"),
    }
    assert (header["shape"], header["dtype"], header["note"]) == ([50, 16], "float32", expected.note)
    np.testing.assert_array_equal(codes, expected.codes)
    assert header["length"] == pytest.approx(expected.length)
    assert header["knots"] == pytest.approx(expected.knots)
    assert header["nodes"] == list(expected.nodes)
    np.testing.assert_allclose(header["density"], graph.log_density(expected.codes), atol=1e-3)


@pytest.mark.parametrize("kind", sorted(PATHS))
@pytest.mark.parametrize("dims", [1, 2])
def test_small_spaces_have_paths(live, kind: str, dims: int) -> None:
    header, codes = ask(live, f"path-{dims}d", [[1.0] * dims, [-2.0] * dims, [0.5] * dims], path={"kind": kind, "n": 9})
    assert codes is not None
    assert np.isfinite(codes).all()
    assert bool(header["note"]) == (kind == "great-circle")


def test_a_model_without_codes_has_straight_paths_and_says_so(live) -> None:
    header, codes = ask(live, "tiny-16d", CODES[:2], path={"kind": "density", "n": 9})
    assert (header["density"], header["nodes"]) == (None, [])
    assert "no test codes" in header["note"]
    np.testing.assert_array_equal(codes, walk("straight", CODES[:2], 9).codes)
    assert ask(live, "tiny-16d", CODES[:2], path={"kind": "straight", "n": 9})[0]["note"] == ""


def test_damaged_codes_are_told_and_the_path_is_there(live) -> None:
    header, codes = ask(live, "path-nan", CODES[:2], path={"kind": "density", "n": 9})
    assert "NaN or infinity" in header["note"]
    assert codes is not None
    assert codes.shape == (9, 16)


def test_a_codes_file_without_codes_is_told_and_the_path_is_straight(live, models: Path) -> None:
    write_model(models / "path-none", 16, replace(random_codes(0, 16), labels=None))
    header, codes = ask(live, "path-none", CODES[:2], path={"kind": "density", "n": 9})
    assert (header.get("density"), header.get("nodes")) == (None, []), header
    assert "straight" in header["note"]
    np.testing.assert_array_equal(codes, walk("straight", CODES[:2], 9).codes)


def test_many_who_ask_for_a_graph_at_once_get_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    write_tiny_model(tmp_path / "models" / "path-at-once", 16, codes=3000)
    together = Barrier(4)

    def opened(_: int) -> tuple[int, int]:
        together.wait(10)
        graph, _ = opened_graph("path-at-once")
        assert graph is not None
        return id(graph), id(graph.edges)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(opened, range(4)))) == 1


def test_codes_that_were_made_again_have_a_new_graph(live, models: Path) -> None:
    write_model(models / "path-changing", 2, random_codes(20, 2))
    first, _ = ask(live, "path-changing", np.eye(2), path={"kind": "straight", "n": 9})
    write_model(models / "path-changing", 2, random_codes(40, 2, seed=1))
    second, _ = ask(live, "path-changing", np.eye(2), path={"kind": "straight", "n": 9})
    assert first["density"] != second["density"]


def test_equal_anchors_stay(live) -> None:
    header, codes = ask(live, "path-16d", CODES[[4, 4]], path={"kind": "density", "n": 5})
    assert (header["length"], header["knots"]) == (0, [0, 0])
    assert "All anchors are equal" in header["note"]
    np.testing.assert_array_equal(codes, np.repeat(CODES[[4]], 5, 0))


def test_anchors_at_the_end_of_all_numbers_have_a_path(live) -> None:
    for kind in PATHS:
        header, codes = ask(live, "path-16d", [[3e38] * 16, [-3e38] * 16, CODES[0]], path={"kind": kind, "n": 9})
        assert codes is not None, header
        assert np.isfinite(codes).all()


STRAIGHT = {"kind": "straight", "n": 9}
BAD = {
    "no path": (CODES[:2], {}, "bad-header"),
    "path a word": (CODES[:2], {"path": "straight"}, "bad-header"),
    "kind missing": (CODES[:2], {"path": {"n": 9}}, "bad-header"),
    "one code": (CODES[:2], {"path": {"kind": "straight", "n": 1}}, "bad-header"),
    "257 codes": (CODES[:2], {"path": {"kind": "straight", "n": 257}}, "bad-header"),
    "half a code": (CODES[:2], {"path": {"kind": "straight", "n": 8.5}}, "bad-header"),
    "unknown kind": (CODES[:2], {"path": {"kind": "spiral"}}, "unknown-path"),
    "a kind of 10,000 letters": (CODES[:2], {"path": {"kind": "x" * 10_000}}, "unknown-path"),
    "one anchor": (CODES[:1], {"path": STRAIGHT}, "bad-shape"),
    "seven anchors": (CODES[:7], {"path": STRAIGHT}, "bad-shape"),
    "no anchor": (CODES[:0], {"path": STRAIGHT}, "bad-shape"),
    "another dimension": (CODES[:2, :5], {"path": STRAIGHT}, "bad-shape"),
    "NaN": (np.full((2, 16), np.nan), {"path": STRAIGHT}, "not-finite"),
    "infinity": (np.full((2, 16), np.inf), {"path": STRAIGHT}, "not-finite"),
}


@pytest.mark.parametrize("wrong", BAD)
def test_bad_requests_get_a_code_and_a_sentence(live, wrong: str) -> None:
    anchors, more, code = BAD[wrong]
    header, _ = ask(live, "path-16d", anchors, **more)
    assert header["error"]["code"] == code
    assert header["error"]["message"].endswith(".")
    assert len(header["error"]["message"]) < 300
    assert_usable(live)
