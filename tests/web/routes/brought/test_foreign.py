"""A model of anybody's over HTTP: brought file by file, looked at, taken in by a process of its own, let go."""

import base64
import json
import os
import time
import urllib.error
import urllib.request

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.foreign import strangers
from tests.tiny_model import write_tiny_model
from tests.web.routes.test_run_files import silent
from vae.exchange.pack import pack
from vae.foreign.foreign import STEPS
from vae.home import BUNDLED_MODELS
from vae.library.shelf import find
from vae.runs import shelf
from web.door import bodies
from web.door.origins import Origins
from web.routes.brought import foreign
from web.work import jobs, taking, uploads

LIMIT_MB = 4


@pytest.fixture(autouse=True)
def lone_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return tmp_path / "home"


@pytest.fixture
def client():
    with TestClient(Starlette(routes=foreign.foreign_routes("", Origins(), LIMIT_MB))) as client:
        yield client


def bring(client, content, filename, **more):
    answer = client.post("/api/foreign", params={"filename": filename} | more, content=content)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pair(client, encoder, decoder):
    """Bring two graphs whose names say nothing; return the upload."""
    token = bring(client, encoder.SerializeToString(), "one.onnx")["upload"]
    return bring(client, decoder.SerializeToString(), "two.onnx", upload=token)["upload"]


def look(client, upload, **answers):
    answer = client.get("/api/foreign", params={"upload": upload} | answers)
    assert answer.status_code == 200, answer.text
    return answer.json()["found"]


def act(client, action, **more):
    return client.post("/api/foreign/model", params={"action": action} | more)


def refusal(answer):
    """Return the status, the code and the sentence, which speaks of nothing on the server."""
    error = answer.json()["error"]
    said = error["message"]
    assert answer.headers["cache-control"] == "no-store"
    assert "\n" not in said and "Traceback" not in said and "/home" not in said and "uploads" not in said
    return answer.status_code, error["code"], said


def wait(client, upload, state="done", seconds=120):
    until = time.monotonic() + seconds
    while (told := client.get("/api/foreign/model", params={"upload": upload}).json())["state"] == "taking":
        assert time.monotonic() < until, told
        time.sleep(0.05)
    assert told["state"] == state, told
    return told


def left(home):
    return [path for path in (home / "uploads").rglob("*") if path.is_file()] if home.exists() else []


def test_two_graphs_are_told_apart_shown_taken_in_and_let_go(client, lone_home):
    upload = pair(client, strangers.decoder(span=(-1, 1)), strangers.encoder(span=(-1, 1), layout="NHWC"))
    found = look(client, upload)
    assert found["roles"] == {"one.onnx": "decoder", "two.onnx": "encoder"} and found["missing"] == ""
    assert (found["dataset"], found["dims"], found["name"]) == ("digits", 4, "digits-4d")
    told = {each["what"]: each["value"] for each in found["findings"]}
    assert told["range of the output"] == "-1 to 1" and told["layout of the input"].startswith("NHWC")
    shape = found["item"]["shape"]
    assert (found["item"]["nouns"], found["item"]["sized"]) == ("images", "8 x 8 in grey")
    pictures, originals = (
        np.frombuffer(base64.b64decode(found[key]), np.uint8).reshape(-1, *shape) for key in ("pictures", "originals")
    )
    x = originals.reshape(len(originals), -1) / 255
    expected = strangers.stranger().expected(strangers.stranger().mean(x))
    assert np.abs(pictures.astype(int) - expected).max() <= 1

    answers = {"data": "digits", "likelihood": "gaussian"}
    started = act(client, "take", upload=upload, name="stranger", **answers)
    assert started.status_code == 202 and started.json()["state"] == "taking"
    assert refusal(act(client, "drop", upload=upload))[:2] == (409, "busy")
    assert refusal(act(client, "remove", upload=upload, file="one.onnx"))[:2] == (409, "busy")
    steps = set()
    until = time.monotonic() + 60
    while (told := client.get("/api/foreign/model", params={"upload": upload}).json())["state"] == "taking":
        steps.add((told["stage"], told["done"], told["total"]))
        assert time.monotonic() < until, told
        time.sleep(0.02)
    assert wait(client, upload)["name"] == "stranger"
    known = {(step, number, len(STEPS)) for number, step in enumerate(STEPS)}
    assert steps & known and steps <= known | {("start", 0, 0)}
    card = find("stranger").card
    assert (card.data.name, card.likelihood, card.latent.dims) == ("digits", "gaussian", 4)
    assert refusal(act(client, "take", upload=upload, name="stranger"))[:2] == (409, "name-taken")
    assert act(client, "drop", upload=upload).json() == {"dropped": upload}
    assert left(lone_home) == []
    assert not [path for path in (lone_home / "models").iterdir() if path.name not in ("stranger", ".lock")]
    assert shelf.rename("stranger", "renamed") == "renamed" and find("renamed").card.origin is not None
    shelf.delete("renamed")
    assert not (lone_home / "models" / "renamed").exists()


def test_what_is_missing_is_said_and_added_to_what_is_there(client):
    upload = bring(client, strangers.encoder().SerializeToString(), "my encoder.onnx")["upload"]
    found = look(client, upload)
    assert found["missing"].startswith("The decoder is still missing") and "findings" not in found
    assert refusal(client.post(f"/api/foreign?filename=w.pt&upload={upload}", content=b"x"))[:2] == (400, "bad-upload")
    files = bring(client, strangers.decoder().SerializeToString(), "b.onnx", upload=upload)["files"]
    assert [each["name"] for each in files] == ["b.onnx", "my-encoder.onnx"]
    alone = act(client, "remove", upload=upload, file="my-encoder.onnx").json()
    assert [each["name"] for each in alone["files"]] == ["b.onnx"]
    found = look(client, upload, data="")
    assert found["roles"] == {"b.onnx": "decoder"} and not found["encodes"] and "encoder added" in found["beside"]


def test_a_zip_of_this_explorer_goes_in_as_it_is(client, tmp_path, lone_home):
    write_tiny_model(tmp_path / "models" / "ours", 2)
    packed = pack(find(str(tmp_path / "models" / "ours")), tmp_path / "ours.zip")
    upload = bring(client, packed.read_bytes(), "ours.zip")["upload"]
    found = look(client, upload)
    assert found["ours"] and (found["name"], found["title"]) == ("ours", "Made up")
    act(client, "take", upload=upload, name="mine")
    assert wait(client, upload)["model"] and find("mine").card.data.name == "made-up"


REFUSED_FILES = {
    "a pickle, not even kept": ("weights.pt", b"\x80\x02}", "which runs whatever code is in it"),
    "no zip": ("model.zip", b"nothing of the kind", "model.zip is not a zip file"),
}


def test_weights_of_a_network_of_this_explorer_are_known_by_their_shapes(client):
    weights = (BUNDLED_MODELS / "mnist-2d" / "weights.safetensors").read_bytes()
    found = look(client, bring(client, weights, "mine.safetensors")["upload"])
    assert (found["roles"], found["dataset"]) == ({"mine.safetensors": "model"}, "mnist-5k")


@pytest.mark.parametrize("case", REFUSED_FILES)
def test_what_is_no_model_is_refused_in_a_sentence(client, case):
    name, content, sentence = REFUSED_FILES[case]
    answer = client.post("/api/foreign", params={"filename": name}, content=content)
    if answer.status_code == 200:
        answer = client.get("/api/foreign", params={"upload": answer.json()["upload"]})
    status, code, said = refusal(answer)
    assert (status, code) == (400, "bad-upload") and sentence in said


BAD_ANSWERS = [
    "range=1",
    "range=a,b",
    "layout=HWCN",
    "spread=much",
    "likelihood=perhaps",
    "data=../x",
    "data=/etc",
    "data=no",
]


@pytest.mark.parametrize("answer", BAD_ANSWERS)
def test_an_answer_that_there_is_not_is_a_bad_request_and_starts_nothing(client, answer, monkeypatch):
    monkeypatch.setattr(taking, "look", None)
    upload = bring(client, b"x", "a.onnx")["upload"]
    assert refusal(client.get(f"/api/foreign?upload={upload}&{answer}"))[:2] == (400, "bad-request")


@pytest.mark.parametrize("name", ["", "Two Words", "../up", "con", "x" * 65])
def test_a_name_that_cannot_be_had_is_refused(client, name):
    upload = bring(client, b"x", "a.onnx")["upload"]
    assert refusal(act(client, "take", upload=upload, name=name))[:2] == (400, "bad-name")


def test_an_unknown_upload_and_another_action_are_refused(client):
    for upload in ("", "0" * 32, "../../models"):
        assert refusal(client.get("/api/foreign", params={"upload": upload}))[:2] == (404, "unknown-upload")
        assert refusal(act(client, "drop", upload=upload))[:2] == (404, "unknown-upload")
        assert refusal(act(client, "take", upload=upload, name="a"))[:2] == (404, "unknown-upload")
    assert refusal(client.post("/api/foreign?filename=a.onnx&upload=abc", content=b"x"))[:2] == (404, "unknown-upload")
    assert refusal(act(client, "burn", upload="0" * 32))[:2] == (400, "bad-request")


def test_an_upload_has_bounds_of_size_files_and_disk_and_keeps_what_it_has(client, monkeypatch, lone_home):
    upload = bring(client, bytes(3 << 20), "a.bin2")["upload"]
    large = {"filename": "b.data", "upload": upload}
    assert refusal(client.post("/api/foreign", params=large, content=bytes(2 << 20)))[:2] == (413, "too-large")
    assert [path.name for path in uploads.files_of(upload)] == ["a.bin2"]
    assert refusal(client.post("/api/foreign?filename=c.data", content=bytes(5 << 20)))[:2] == (413, "too-large")
    monkeypatch.setattr(uploads, "MOST_FILES", 1)
    assert refusal(client.post("/api/foreign", params=large, content=b"x"))[:2] == (400, "bad-upload")
    usage = bodies.shutil.disk_usage("/")
    monkeypatch.setattr(bodies.shutil, "disk_usage", lambda _: usage._replace(free=1 << 20))
    assert refusal(client.post("/api/foreign?filename=c.data", content=b"x"))[:2] == (507, "disk-full")
    assert len(left(lone_home)) == 1


def test_a_look_that_takes_too_long_is_ended_and_the_files_stay(client, monkeypatch):
    upload = bring(client, strangers.decoder().SerializeToString(), "d.onnx")["upload"]
    monkeypatch.setattr(taking, "LOOK_SECONDS", 0.01)
    assert refusal(client.get("/api/foreign", params={"upload": upload}))[:2] == (408, "too-slow")
    assert len(uploads.files_of(upload)) == 1


def test_one_who_finds_no_place_to_be_looked_at_is_told_so_at_once(monkeypatch):
    monkeypatch.setattr(foreign, "LOOKING", 0)
    with TestClient(Starlette(routes=foreign.foreign_routes("", Origins(), LIMIT_MB))) as client:
        upload = bring(client, b"x", "a.onnx")["upload"]
        assert refusal(client.get("/api/foreign", params={"upload": upload}))[:2] == (503, "busy")


def test_those_who_fall_silent_give_their_places_to_others(monkeypatch, lone_home):
    monkeypatch.setattr(bodies, "SILENT_SECONDS", 0.05)
    route = foreign.foreign_routes("", Origins(), LIMIT_MB)[0]
    for _ in range(foreign.AT_ONCE + 1):
        assert silent(route, "/api/foreign", b"filename=a.onnx") == (408, "too-slow")
    assert left(lone_home) == []


def test_taking_in_can_be_cancelled_with_nothing_left(client, lone_home):
    upload = pair(client, strangers.encoder(), strangers.decoder())
    act(client, "take", upload=upload, name="never", data="digits")
    assert act(client, "cancel", upload=upload).json()["state"] == "cancelled"
    models = lone_home / "models"
    assert not models.exists() or not [path for path in models.iterdir() if "never" in path.name]


def test_no_more_are_taken_in_at_once_than_may_be(client, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 0)
    upload = bring(client, b"x", "a.onnx")["upload"]
    assert refusal(act(client, "take", upload=upload, name="a"))[:2] == (503, "busy")


def test_it_works_on_the_real_server_and_a_page_of_another_site_does_not(server):
    def ask(path, body=None, **headers):
        request = urllib.request.Request(f"{server.url}/api/{path}", body, headers, method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    body = os.urandom(1000)
    upload = ask("foreign?filename=a.onnx", body, Origin=server.url)["upload"]
    for path in (f"foreign?filename=b.onnx&upload={upload}", f"foreign/model?action=drop&upload={upload}"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            ask(path, b"x", Origin="http://elsewhere.example")
        with refused.value as answer:
            assert answer.code == 403
    assert ask(f"foreign/model?action=drop&upload={upload}", Origin=server.url) == {"dropped": upload}
