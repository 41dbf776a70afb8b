"""Films and zips of runs, asked of a real server: made, kept, sent, taken in again, and refused with a sentence."""

import asyncio
import io
import json
import shutil
import urllib.request
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.models import listing
from tests.running import Server, running_server
from tests.tiny_model import write_tiny_model
from tests.vae.films.test_film import write_run
from tests.web.routes.test_maps import refusal
from vae.files import sha256
from vae.library.cards import write_card
from web.door import bodies
from web.door.origins import Origins
from web.routes import run_files
from web.routes.run_files import _state


@pytest.fixture
def run(home: Path) -> Path:
    """A stopped run of four moments, in the library of the server that these tests share."""
    return write_run(home / "models" / "filmed")


@pytest.fixture(autouse=True)
def _tidy(home: Path) -> Iterator[None]:
    """Take the run and its copies away: pages of other tests on this server list what is there."""
    yield
    for left in (home / "models").glob("filmed*"):
        shutil.rmtree(left)


def get(url: str) -> tuple[bytes, dict[str, str]]:
    with urllib.request.urlopen(url, timeout=120) as response:
        return response.read(), dict(response.headers)


def send(server: Server, body: bytes) -> dict:
    asked = urllib.request.Request(f"{server.url}/api/runs", body, method="POST")
    with urllib.request.urlopen(asked, timeout=120) as response:
        return json.loads(response.read())


def silent(route: Route, path: str, query: bytes) -> tuple[int, str]:
    """Ask a route with a body that begins and never goes on; return the status and the code of its refusal."""
    said: list[Any] = []
    coming = [{"type": "http.request", "body": b"PK", "more_body": True}]

    async def receive() -> Any:
        return coming.pop() if coming else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "query_string": query, "headers": []}
    asyncio.run(asyncio.wait_for(route.handle(scope, receive, send), 60))
    return said[0]["status"], json.loads(said[1]["body"])["error"]["code"]


def test_a_film_is_a_download_kept_until_there_is_more_to_show(server: Server, run: Path) -> None:
    address = f"{server.url}/api/film?run=filmed&kind=gif"
    with ThreadPoolExecutor(3) as pool:  # three who ask at once get one film, made once
        (body, headers), *others = pool.map(get, [address] * 3)
    assert headers["content-type"] == "image/gif"
    assert headers["content-disposition"] == 'attachment; filename="filmed.gif"'
    assert all(other == body for other, _ in others)
    with Image.open(io.BytesIO(body)) as film:
        assert film.size == (800, 450)
    (kept,) = (run / "films").iterdir()
    made = kept.stat().st_mtime_ns
    assert get(address)[0] == body
    assert kept.stat().st_mtime_ns == made
    (run / "snapshots" / "00000100.npz").unlink()
    assert get(address)[0] != body
    assert len(list((run / "films").iterdir())) == 1, "the film that shows too much is gone"


def test_a_film_may_be_dark_and_an_mp4(server: Server, run: Path) -> None:
    body, headers = get(f"{server.url}/api/film?run=filmed&kind=mp4&theme=dark")
    assert headers["content-type"] == "video/mp4"
    assert body[4:8] == b"ftyp"
    assert int(headers["content-length"]) == len(body)
    assert [path.name.split("-")[0] for path in (run / "films").iterdir()] == ["dark"]


def test_whatever_a_film_shows_makes_it_another(run: Path) -> None:
    states = {_state(run)}
    for change in ("metrics.jsonl", "held_out.jsonl", "changes.jsonl", "snapshots/00000040.npz"):
        (run / change).unlink()
        states.add(_state(run))
    assert len(states) == 5


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("run=filmed&kind=avi", 400, "bad-request"),
        ("run=filmed&kind=gif&theme=sepia", 400, "bad-request"),
        ("run=nobody&kind=gif", 404, "unknown-run"),
        ("run=../../etc&kind=gif", 404, "unknown-run"),
        ("kind=gif", 404, "unknown-run"),
    ],
)
def test_what_cannot_be_filmed_is_refused(server: Server, run: Path, query: str, status: int, code: str) -> None:
    assert refusal(f"{server.url}/api/film?{query}")[:2] == (status, code)


def test_a_run_without_snapshots_has_no_film_and_says_so(server: Server, run: Path) -> None:
    shutil.rmtree(run / "snapshots")
    status, code, message = refusal(f"{server.url}/api/film?run=filmed&kind=gif")
    assert (status, code) == (409, "no-film")
    assert message == "The run filmed keeps no snapshots, so there is nothing to show; train it first."
    assert not (run / "films").exists()


def test_a_run_goes_out_as_a_zip_and_comes_in_under_a_number(server: Server, run: Path, home: Path) -> None:
    body, headers = get(f"{server.url}/api/run.zip?run=filmed")
    assert headers["content-type"] == "application/zip"
    assert headers["content-disposition"] == 'attachment; filename="filmed.zip"'
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        assert file.testzip() is None
        assert "filmed/snapshots/00000100.npz" in file.namelist()
    assert send(server, body) == {"name": "filmed-2", "model": False}
    assert send(server, body) == {"name": "filmed-3", "model": False}
    taken = home / "models" / "filmed-2"
    for name in ("metrics.jsonl", "held_out.jsonl", "changes.jsonl", "snapshots/00000100.npz"):
        assert (taken / name).read_bytes() == (run / name).read_bytes()
    assert not list(home.rglob(".run-zip-*")), "nothing is left of the zip"
    rows = json.loads(get(f"{server.url}/api/runs")[0])["runs"]
    (row,) = (row for row in rows if row["name"] == "filmed-2")
    assert row["state"] == "stopped"


def test_a_model_comes_in_as_one(server: Server, tmp_path: Path, home: Path) -> None:
    write_tiny_model(tmp_path / "filmed-tiny", dims=2)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for member in (tmp_path / "filmed-tiny").iterdir():
            file.write(member, member.name)
    assert send(server, packed.getvalue()) == {"name": "filmed-tiny", "model": True}
    names = [card["name"] for card in json.loads(get(f"{server.url}/api/models")[0])]
    assert "filmed-tiny" in names


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The file is not a zip file that can be read (File is not a zip file); pack it again."),
        (b"Dear run", "The file is not a zip file that can be read (File is not a zip file); pack it again."),
    ],
)
def test_what_is_no_zip_is_refused_with_a_sentence(server: Server, home: Path, body: bytes, sentence: str) -> None:
    before = listing(home / "models")
    assert refusal(f"{server.url}/api/runs", body) == (400, "bad-zip", sentence)
    assert listing(home / "models") == before
    assert not list(home.rglob(".run-zip-*"))


def test_another_sites_page_may_not_send_a_run(server: Server) -> None:
    assert refusal(f"{server.url}/api/runs", b"PK", Origin="https://elsewhere.example")[:2] == (403, "origin")


@pytest.mark.slow
def test_a_zip_beyond_the_limit_is_refused_with_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("LATENT_UPLOAD_MB", "1")
    with running_server(tmp_path / "home") as small:
        status, code, message = refusal(f"{small.url}/api/runs", bytes(2 << 20))
        assert (status, code) == (413, "too-large")
        assert "at most 1 MB here; got 2 MB" in message
        assert not list((tmp_path / "home").rglob(".run-zip-*"))


def looping_model(folder: Path) -> bytes:
    """Return the zip of a model whose decoder turns 2^60 times in a loop before it answers."""
    card = write_tiny_model(folder, dims=2)
    known, wanted = TensorProto.INT64, TensorProto.FLOAT
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Identity", ["sum"], ["same"])],
        "turn",
        [
            helper.make_tensor_value_info("turn", known, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("sum", wanted, None),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("same", wanted, None),
        ],
    )
    graph = helper.make_graph(
        [
            helper.make_node("ReduceSum", ["z"], ["begun"], keepdims=0),
            helper.make_node("Loop", ["turns", "yes", "begun"], ["ended"], body=body),
            helper.make_node("Expand", ["ended", "shape"], ["image"]),
        ],
        "loops",
        [helper.make_tensor_value_info("z", wanted, ["n", 2])],
        [helper.make_tensor_value_info("image", wanted, None)],
        [
            helper.make_tensor("turns", known, [], [2**60]),
            helper.make_tensor("yes", TensorProto.BOOL, [], [True]),
            helper.make_tensor("shape", known, [4], [1, *card.image_shape]),
        ],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), folder / "decoder.onnx"
    )
    write_card(replace(card, files=card.files | {"decoder.onnx": sha256(folder / "decoder.onnx")}), folder)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for member in folder.iterdir():
            file.write(member, member.name)
    return packed.getvalue()


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The routes by themselves, with a library of their own."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "lone"))
    with TestClient(Starlette(routes=run_files.run_file_routes("", Origins(), 16))) as client:
        yield client


def test_a_graph_that_never_ends_is_refused_with_nothing_left(alone: TestClient, tmp_path: Path) -> None:
    answer = alone.post("/api/runs", content=looping_model(tmp_path / "loops"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad-zip")
    assert "the operator Loop is not run here" in answer.json()["error"]["message"]
    assert listing(tmp_path / "lone") == ["models"]


def test_a_model_that_takes_too_long_to_try_is_given_up_with_nothing_left(
    alone: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_files, "IMPORT_SECONDS", 0)
    answer = alone.post("/api/runs", content=looping_model(tmp_path / "loops"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (408, "too-slow")
    assert "longer than 0 s" in answer.json()["error"]["message"]
    assert listing(tmp_path / "lone") == ["models"]


def test_one_who_brings_a_zip_and_falls_silent_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "lone"))
    monkeypatch.setattr(bodies, "SILENT_SECONDS", 0.05)
    route = run_files.run_file_routes("", Origins(), 16)[2]
    assert silent(route, "/api/runs", b"") == (408, "too-slow")
    assert listing(tmp_path / "lone") == ["models"]
