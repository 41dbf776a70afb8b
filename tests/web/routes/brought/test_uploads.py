"""A person's own data over HTTP: brought, looked at, made a data set by a process of its own, deleted."""

import asyncio
import base64
import io
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from tests.vae.own.test_own_sets import bomb, class_files, greys, idx, picture, png, zipped
from tests.web.routes.test_run_files import silent
from vae import data
from vae.__main__ import main
from vae.datasets import prepared
from vae.errors import InputError
from vae.own import own_sets
from web.door import bodies
from web.door.answers import Refused
from web.door.origins import Origins
from web.routes.brought import uploads as upload_routes
from web.work import adding, jobs, uploads

LIMIT_MB = 4


@pytest.fixture(autouse=True)
def lone_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    return tmp_path / "home"


@pytest.fixture
def client():
    with TestClient(Starlette(routes=upload_routes.upload_routes("", Origins(), LIMIT_MB))) as client:
        yield client


@pytest.fixture
def pictures(tmp_path):
    return zipped(tmp_path / "birds.zip", class_files() | {"cat/broken.png": b"x"}).read_bytes()


def bring(client, content, filename="birds.zip", **choices):
    answer = client.post("/api/upload", params={"filename": filename} | choices, content=content)
    assert answer.status_code == 200, answer.text
    return answer.json()


def put(content, filename="birds.zip"):
    """Put an upload where it belongs, unlooked at, which takes a process; return its token."""
    token, path = uploads.begin(filename)
    path.write_bytes(content)
    uploads.arrived(token)
    return token


def refusal(answer):
    """Return the status, the code and the sentence, which speaks of nothing on the server."""
    error = answer.json()["error"]
    assert answer.headers["cache-control"] == "no-store"
    assert "\n" not in error["message"] and "Traceback" not in error["message"] and "/home" not in error["message"]
    return answer.status_code, error["code"], error["message"]


def wait(client, name, state="done", seconds=60):
    until = time.monotonic() + seconds
    while (told := client.get("/api/datasets/progress", params={"name": name}).json())["state"] == "adding":
        assert time.monotonic() < until, told
        time.sleep(0.05)
    assert told["state"] == state, told
    return told


def left(home):
    return [path for path in (home / "uploads").rglob("*") if path.is_file()] if home.exists() else []


def test_a_zip_is_brought_looked_at_added_listed_and_deleted(client, pictures, lone_home):
    brought = bring(client, pictures, "My birds.zip")
    preview = brought["preview"]
    assert brought["bytes"] == len(pictures)
    assert preview["images"] == preview["checked"] == 30
    assert preview["classes"] == [{"name": name, "count": 10} for name in ("cat", "dog", "emu")]
    assert preview["left_out"] == {
        "count": 1,
        "shown": [{"name": "cat/broken.png", "reason": "That is no picture that can be read."}],
    }
    assert preview["suggested"]["name"] == "my-birds"
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(preview["thumbnails"]["src"].split(",")[1]))))
    assert sheet.shape == (3 * 12, 8 * 12)
    known = {picture(i).tobytes(): ("cat", "dog", "emu")[i % 3] for i in range(30)}
    tiles = sheet.reshape(3, 12, 8, 12).swapaxes(1, 2).reshape(24, 12, 12)
    assert [known[tile.tobytes()] for tile in tiles] == preview["thumbnails"]["labels"]

    started = client.post(f"/api/datasets?action=add&upload={brought['upload']}&name=birds&side=16&held_out=0.2&seed=3")
    assert started.status_code == 202
    told = wait(client, "birds")
    assert told["dataset"]["image_shape"] == [1, 16, 16] and told["dataset"]["sizes"] == [24, 6]
    assert told["left_out"]["count"] == 1
    rows = {row["name"]: row for row in client.get("/api/datasets").json()["datasets"]}
    assert rows["birds"]["own"] and rows["birds"]["bytes"] > 30 * 256
    assert not rows["mnist"]["own"] and rows["mnist"]["bytes"] is None
    assert data.card_of("birds").source.startswith("My-birds.zip, added")

    assert client.post("/api/datasets?action=delete&name=birds").json() == {"deleted": "birds"}
    assert client.post(f"/api/datasets?action=drop&upload={brought['upload']}").json() == {"dropped": brought["upload"]}
    assert not data.is_known("birds") and left(lone_home) == []
    assert refusal(client.get("/api/datasets/progress?name=birds"))[:2] == (404, "unknown-dataset")


def test_a_set_added_over_http_is_the_one_the_command_line_adds(client, pictures, tmp_path, lone_home):
    token = put(pictures)
    client.post(f"/api/datasets?action=add&upload={token}&name=http&seed=5&colour=yes&fit=pad&height=20&width=10")
    wait(client, "http")
    words = ["--name", "typed", "--seed", "5", "--colour", "--fit", "pad", "--height", "20", "--width", "10"]
    assert main(["add", str(tmp_path / "birds.zip"), *words]) == 0
    assert data.card_of("http").files == data.card_of("typed").files


def waves(n=60, samples=48):
    """Make series of three classes, float32 [n, samples], and their labels."""
    labels, at = np.arange(n) % 3, np.arange(samples) / samples
    heights = np.random.default_rng(0).uniform(0.5, 1.5, (n, 1))
    return (heights * np.sin(2 * np.pi * (1 + labels[:, None]) * at)).astype(np.float32), labels


def table(series, labels=None, heading=""):
    """Write series as a table, a row each; return its bytes."""
    rows = [",".join(f"{value:.6g}" for value in row) for row in series]
    if labels is not None:
        rows = [f"{label},{row}" for label, row in zip(labels, rows, strict=True)]
    return "\n".join([*([heading] if heading else []), *rows]).encode()


def held(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


SERIES_FILES = {
    "headed.csv": lambda: table(*waves(), "label," + ",".join(f"t{i}" for i in range(48))),
    "bare.csv": lambda: table(waves()[0]),
    "named.npz": lambda: held(series=waves()[0], labels=waves()[1]),
    "unnamed.npz": lambda: held(x=waves()[0], y=waves()[1]),
}


@pytest.mark.parametrize("filename", SERIES_FILES)
def test_series_are_looked_at_and_added_and_asked_about_where_a_file_leaves_open_what_it_holds(client, filename):
    brought = bring(client, SERIES_FILES[filename](), filename)
    preview = brought["preview"]
    assert (preview["things"], preview["images"], preview["suggested"]["kind"]) == ("series", 60, "series")
    assert preview["sizes"] == [{"height": 48, "width": 1, "count": 60}]
    assert preview["suggested"]["height"] is None
    assert ("kind" in preview["choices"]) == (filename in ("bare.csv", "unnamed.npz"))
    assert preview["choices"]["scale"] == ["", "none", "all", "each"]
    assert preview["thumbnails"]["count"] == 24
    name, token = filename.replace(".", "-"), brought["upload"]
    client.post(f"/api/datasets?action=add&upload={token}&name={name}&kind=series&scale=each&held_out=0.2&seed=3")
    row = wait(client, name)["dataset"]
    assert (row["kind"], row["shape"], row["sizes"]) == ("series", [48, 1], [48, 12])
    things = np.concatenate([data.load(name).train.images, data.load(name).test.images])
    assert np.abs(things.mean(1)).max() < 1e-5 and np.abs(things.std(1) - 1).max() < 1e-5


def test_rows_that_can_be_either_are_images_until_somebody_says_series(client):
    series = waves(60, 64)[0]  # 8 x 8
    brought = bring(client, table(series), "either.csv")
    assert brought["preview"]["things"] == "image"
    assert brought["preview"]["choices"]["kind"] == ["image", "series", "tastes"]
    again = client.get(f"/api/upload?upload={brought['upload']}&kind=series").json()["preview"]
    assert (again["things"], again["sizes"][0]["height"]) == ("series", 64)
    assert again["choices"]["kind"] == ["image", "series", "tastes"]  # there is a way back
    back = client.get(f"/api/upload?upload={brought['upload']}&kind=image").json()["preview"]
    assert (back["things"], back["sizes"][0]) == ("image", {"height": 8, "width": 8, "count": 60})


def spoilt(at, value):
    series = waves()[0]
    series[at] = value
    return series


BAD_SERIES = {
    "another length": (
        lambda: table(waves()[0]).replace(b"\n", b",1,2\n", 1),
        r"row 2 has 48 values where row 1 has 50; the series of a set are of one length",
    ),
    "no number": (lambda: table(spoilt((3, 4), np.nan)), r"Row 4 holds NaN, infinity or no number at sample 5"),
}
"""The others are in tests/vae/own/series/test_own_series.py: what is told here is that a sentence comes through."""


@pytest.mark.parametrize("case", BAD_SERIES)
def test_series_that_cannot_be_learnt_from_are_refused_with_the_commands_own_sentence(client, lone_home, case):
    content, sentence = BAD_SERIES[case]
    status, code, said = refusal(client.post("/api/upload", params={"filename": "bad.csv"}, content=content()))
    assert (status, code) == (400, "bad-upload")
    assert re.search(sentence, said)
    assert left(lone_home) == []


def test_a_series_that_is_constant_has_no_scale_of_its_own(client):
    token = put(table(spoilt(7, 1.5)), "flat.csv")
    assert client.get(f"/api/upload?upload={token}&kind=series&scale=all").status_code == 200
    said = refusal(client.get(f"/api/upload?upload={token}&kind=series&scale=each"))
    assert said[0] == 400 and said[2].startswith("Row 8 is constant")


@pytest.mark.parametrize("wrong", ["kind=molecule", "scale=most"])
def test_a_kind_or_scale_that_there_is_none_of_is_a_bad_request(client, wrong):
    token = put(table(waves()[0]), "a.csv")
    assert refusal(client.get(f"/api/upload?upload={token}&{wrong}"))[0] == 400


def test_what_a_file_does_not_say_can_be_chosen_over_http(client):
    images, labels = greys(60, (19, 21))
    table = "\n".join(
        f"{label},{','.join(map(str, image.ravel()))}" for image, label in zip(images, labels, strict=True)
    )
    brought = bring(client, table.encode(), "a.csv")
    assert "is it the label?" in " ".join(brought["preview"]["notes"])
    assert brought["preview"]["choices"]["label"] == ["", "first", "last", "none"]
    again = client.get(f"/api/upload?upload={brought['upload']}&label=first").json()["preview"]
    assert len(again["classes"]) == 3 and (again["suggested"]["height"], again["suggested"]["width"]) == (19, 21)
    client.post(f"/api/datasets?action=add&upload={brought['upload']}&name=chosen&label=first")
    assert wait(client, "chosen")["dataset"]["classes"] == 3
    stored = io.BytesIO()
    np.save(stored, (images / 127.5 - 1).astype(np.float32))
    brought = bring(client, stored.getvalue(), "a.npy", values="-1..1")
    assert brought["preview"]["notes"] == ["Taken as -1 (black) to 1 (white), as chosen."]
    assert bring(client, idx(images), "train-images-idx3-ubyte")["preview"]["kind"] == "idx"
    refused = client.get(f"/api/upload?upload={brought['upload']}&values=guess")
    assert refusal(refused)[:2] == (400, "bad-request")


def test_a_preview_can_be_had_again_with_other_choices(client, pictures):
    token = put(pictures)
    again = client.get(f"/api/upload?upload={token}&height=20&width=10&colour=yes&fit=pad").json()["preview"]
    assert (again["thumbnails"]["height"], again["thumbnails"]["width"]) == (20, 10)
    assert again["suggested"]["colour"] and again["suggested"]["fit"] == "pad"


def test_asking_twice_adds_once(client, pictures):
    token = put(pictures)
    asked = [client.post(f"/api/datasets?action=add&upload={token}&name=birds") for _ in range(3)]
    assert {answer.status_code for answer in asked} <= {202, 409} and asked[0].status_code == 202
    wait(client, "birds")
    assert prepared.own_names() == ["birds"]
    assert refusal(client.post(f"/api/datasets?action=add&upload={token}&name=birds"))[:2] == (409, "name-taken")


# Too large, too many, not ours


def test_a_file_larger_than_the_limit_is_told_so_and_leaves_nothing(client, lone_home):
    for content in (bytes((LIMIT_MB << 20) + 1), (bytes(1 << 20) for _ in range(LIMIT_MB + 1))):
        status, code, sentence = refusal(client.post("/api/upload?filename=a.zip", content=content))
        assert (status, code) == (413, "too-large") and f"at most {LIMIT_MB} MB" in sentence
    assert left(lone_home) == [] and prepared.own_names() == []


def test_what_is_left_of_a_body_without_end_is_not_read(lone_home):
    route = upload_routes.upload_routes("", Origins(), LIMIT_MB)[0]
    asked, said = [], []

    async def receive():
        asked.append(1)
        return {"type": "http.request", "body": bytes(1 << 20), "more_body": True}

    async def send(message):
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/upload", "query_string": b"filename=a.zip", "headers": []}
    asyncio.run(route.handle(scope, receive, send))
    assert said[0]["status"] == 413
    assert LIMIT_MB < len(asked) <= bodies.DRAINED * LIMIT_MB + 1
    assert left(lone_home) == []


@pytest.mark.parametrize("filename", ["", "a.tar", "a.zip.exe", "../../x", "a" * 500])
def test_a_file_of_another_kind_is_refused_at_the_door(filename, client, lone_home):
    assert refusal(client.post("/api/upload", params={"filename": filename}, content=b"x"))[:2] == (400, "bad-upload")
    assert left(lone_home) == []


def test_a_file_s_name_never_leads_anywhere(client, pictures, lone_home, monkeypatch):
    shown = bring(client, pictures, "../../up.zip")  # the others are not looked at, which takes a process for each
    monkeypatch.setattr(adding, "look", lambda token, making: shown["preview"])
    places = {left(lone_home)[0]}
    for filename in ("/etc/a.zip", "..zip", "🙂.zip", f"{'a' * 400}.zip", "a\0b.zip", "C:\\x.zip"):
        token = bring(client, pictures, filename)["upload"]
        (path,) = set(left(lone_home)) - places
        assert path.parent == lone_home / "uploads" / token / "file" and len(path.name) < 80
        places.add(path)
    assert [path.parent.parent.parent for path in places] == [lone_home / "uploads"] * 7


def test_hostile_files_are_one_sentence_and_leave_nothing(client, lone_home):
    files = {
        "noise.zip": os.urandom(1000),
        "few.npz": npz(images=np.zeros((3, 8, 8), np.uint8)),
        "pickle.npz": npz(images=np.array([{}, {}], dtype=object)),
        "prose.csv": b"Dear reader, this is a letter.\n",
    }  # and many more in tests/vae/own
    for name, content in files.items():
        status, code, sentence = refusal(client.post(f"/api/upload?filename={name}", content=content))
        assert (status, code) == (400, "bad-upload") and sentence
    assert left(lone_home) == [] and prepared.own_names() == []


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def test_a_bomb_is_left_out_of_the_preview(client, tmp_path):
    content = bomb(tmp_path / "bomb.zip", 300, declared=1000).read_bytes()
    preview = bring(client, content)["preview"]
    assert preview["images"] == 30 and preview["left_out"]["shown"][0]["name"] == "cat/bomb.png"


def test_pages_of_another_site_may_not_bring_or_delete_anything(client, pictures, lone_home):
    elsewhere = {"origin": "https://elsewhere.example"}
    answer = client.post("/api/upload?filename=a.zip", content=pictures, headers=elsewhere)
    assert refusal(answer)[:2] == (403, "origin") and left(lone_home) == []
    assert refusal(client.post("/api/datasets?action=delete&name=x", headers=elsewhere))[:2] == (403, "origin")


REFUSED = {
    "action=fly": (400, "bad-request"),
    "": (400, "bad-request"),
    "action=add&name=x": (404, "unknown-upload"),
    "action=add&name=x&upload=../../etc": (404, "unknown-upload"),
    f"action=drop&upload={'0' * 32}": (404, "unknown-upload"),
    "action=delete&name=../x": (404, "unknown-dataset"),
    "action=delete&name=mnist": (409, "not-own"),
    "action=cancel&name=nothing": (404, "unknown-dataset"),
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_done_is_one_sentence(query, client):
    assert refusal(client.post(f"/api/datasets?{query}"))[:2] == REFUSED[query]


CHOICES = {
    "name=": "bad-name",
    "name=A/b": "bad-name",
    f"name={'a' * 300}": "bad-name",
    "name=x&side=4": "bad-request",
    "name=x&side=-1": "bad-request",
    "name=x&height=1e3": "bad-request",
    "name=x&held_out=nan": "bad-request",
    "name=x&held_out=much": "bad-request",
    "name=x&colour=blue": "bad-request",
    "name=x&fit=squash": "bad-request",
    "name=x&seed=99999999999": "bad-request",
}


def test_choices_out_of_range_are_one_sentence_and_start_nothing(client, pictures):
    token = put(pictures)
    for query, code in CHOICES.items():
        answer = client.post(f"/api/datasets?action=add&upload={token}&{query}")
        assert refusal(answer)[:2] == (400, code), query
    assert prepared.own_names() == []
    answer = client.post(f"/api/datasets?action=add&upload={token}&name=mnist")
    assert refusal(answer)[:2] == (409, "name-taken")


# Processes that end, and servers that do


@pytest.fixture
def many(tmp_path):
    """A zip that takes a second or more to be read: 1,200 pictures of 200 x 200 pixels."""
    same = png(np.random.default_rng(0).integers(0, 9, (200, 200), dtype=np.uint8))
    return zipped(tmp_path / "many.zip", {f"{i}.png": same for i in range(1200)}, packed=0)


def begin_adding(client, many, name="many"):
    """Put an upload where it belongs, as large as it may be, and begin to add it; return its token and its process."""
    token = put(many.read_bytes(), "many.zip")
    client.post(f"/api/datasets?action=add&upload={token}&name={name}&side=64")
    until = time.monotonic() + 30
    while client.get(f"/api/datasets/progress?name={name}").json()["stage"] != "read":
        assert time.monotonic() < until
        time.sleep(0.02)
    return token, jobs._running["data set", name]


def test_adding_can_be_cancelled_with_nothing_left(client, many, lone_home):
    token, _ = begin_adding(client, many)
    assert refusal(client.post(f"/api/datasets?action=drop&upload={token}"))[:2] == (409, "busy")
    assert client.post("/api/datasets?action=cancel&name=many").json()["state"] == "cancelled"
    assert [path.name for path in (lone_home / "datasets").iterdir()] == [".many.lock"]
    client.post(f"/api/datasets?action=drop&upload={token}")
    assert left(lone_home) == []


def test_a_process_that_is_killed_is_reported_and_the_name_is_free(client, many, lone_home):
    token, process = begin_adding(client, many)
    process.send_signal(signal.SIGKILL)
    told = wait(client, "many", "failed")
    assert "ended from outside" in told["error"]
    assert client.post(f"/api/datasets?action=add&upload={token}&name=many&side=16").status_code == 202
    wait(client, "many")
    assert not (lone_home / "datasets/.many.adding").exists()


def test_a_server_that_starts_anew_knows_how_far_it_is(client, many, monkeypatch):
    token, _ = begin_adding(client, many)
    monkeypatch.setattr(jobs, "_running", {})  # another server knows the files alone
    told = client.get("/api/datasets/progress?name=many").json()
    assert told["state"] in ("adding", "done")
    assert client.post(f"/api/datasets?action=add&upload={token}&name=many").status_code in (202, 409)
    assert wait(client, "many")["dataset"]["sizes"] == [1080, 120]


def test_uploads_are_swept_after_a_day_and_the_oldest_where_they_are_too_many(client, pictures, monkeypatch, lone_home):
    tokens = [put(pictures) for _ in range(3)]
    for age, token in zip((3, 2, 1), tokens, strict=True):
        when = time.time() - 3600 * age
        os.utime(lone_home / "uploads" / token, (when, when))
    monkeypatch.setattr(uploads, "KEPT_BYTES", 2 * len(pictures) + 100)
    uploads.sweep()
    assert {path.name for path in (lone_home / "uploads").iterdir()} == set(tokens[1:])
    when = time.time() - uploads.KEPT_SECONDS - 60
    os.utime(lone_home / "uploads" / tokens[1], (when, when))
    uploads.sweep()
    assert [path.name for path in (lone_home / "uploads").iterdir()] == tokens[2:]


def test_a_full_disk_is_one_sentence_and_leaves_nothing(client, pictures, monkeypatch, lone_home):
    usage = bodies.shutil.disk_usage("/")
    monkeypatch.setattr(bodies.shutil, "disk_usage", lambda _: usage._replace(free=1 << 20))
    assert refusal(client.post("/api/upload?filename=a.zip", content=pictures))[:2] == (507, "disk-full")
    assert left(lone_home) == []


def test_four_who_fall_silent_give_their_places_to_others(monkeypatch, lone_home):
    monkeypatch.setattr(bodies, "SILENT_SECONDS", 0.05)
    route = upload_routes.upload_routes("", Origins(), LIMIT_MB)[0]
    for _ in range(upload_routes.AT_ONCE + 1):
        assert silent(route, "/api/upload", b"filename=a.zip") == (408, "too-slow")
    assert left(lone_home) == []


def test_one_who_only_drips_is_given_up(monkeypatch, lone_home):
    monkeypatch.setattr(bodies, "SILENT_SECONDS", 0.2)

    async def receive():
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def take():
        async for _ in bodies.body_of(Request({"type": "http", "method": "POST", "headers": []}, receive)):
            pass

    with pytest.raises(Refused, match="Less than 16 KB a second"):
        asyncio.run(asyncio.wait_for(take(), 60))


def test_sweeping_passes_over_what_vanishes_and_what_is_just_being_brought(client, monkeypatch, lone_home):
    monkeypatch.setattr(uploads, "KEPT_BYTES", 10)
    new = [uploads.begin("a.zip")[1] for _ in range(2)]
    for path in new:
        path.write_bytes(bytes(100))
    (new[0].parent / "gone").symlink_to(lone_home / "nothing")  # is listed, and has no size
    uploads.sweep()
    assert all(path.exists() for path in new)
    assert uploads.size_of(new[0].parent.parent) == 100
    vanished = lone_home / "uploads" / ("0" * 32)
    assert (uploads.size_of(vanished), uploads._age(vanished)) == (0, float("inf"))


def test_uploads_that_come_and_go_while_others_are_swept_are_no_fault(lone_home):
    stop = threading.Event()

    def come_and_go():
        while not stop.is_set():
            token, path = uploads.begin("a.zip")
            path.write_bytes(b"x")
            uploads.discard(token)

    beside = threading.Thread(target=come_and_go)
    beside.start()
    try:
        for _ in range(300):
            uploads.sweep()
    finally:
        stop.set()
        beside.join()


def test_an_upload_that_goes_while_it_is_looked_at_is_one_sentence(client, pictures, monkeypatch, lone_home):
    def gone(token, making):
        shutil.rmtree(lone_home / "uploads")
        raise InputError("No pictures.")

    monkeypatch.setattr(adding, "look", gone)
    assert refusal(client.post("/api/upload?filename=a.zip", content=pictures))[:2] == (400, "bad-upload")


def test_cancelling_never_ends_another_program_whose_number_the_process_had(lone_home):
    foreign = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        token, path = uploads.begin("a.zip")
        for job in (
            jobs.Job("mine", foreign.pid, time.time() - 5),
            jobs.Job("mine", foreign.pid, time.time(), host=platform.node(), born="before"),
            jobs.Job("mine", foreign.pid, time.time(), host="another machine", born=jobs._born(foreign.pid)),
        ):
            jobs.write(path.parent.parent, job)
            with own_sets._alone("mine"):
                adding.cancel("mine")
            assert foreign.poll() is None
            (lone_home / "uploads" / token / "cancel").unlink()
    finally:
        foreign.kill()
        foreign.wait()


def test_a_process_that_cannot_be_signalled_looks_for_the_wish_to_end(client, many, monkeypatch, lone_home):
    _, process = begin_adding(client, many)
    monkeypatch.setattr(jobs, "_running", {})
    monkeypatch.setattr(jobs, "_born", lambda pid: "")  # as on a machine without /proc
    client.post("/api/datasets?action=cancel&name=many")
    assert process.wait(60) == 130
    assert wait(client, "many", "cancelled")
    assert [path.name for path in (lone_home / "datasets").iterdir()] == [".many.lock"]


def test_a_look_that_takes_too_long_is_ended(client, pictures, monkeypatch, lone_home):
    monkeypatch.setattr(adding, "LOOK_SECONDS", 0.01)
    assert refusal(client.post("/api/upload?filename=a.zip", content=pictures))[:2] == (408, "too-slow")
    assert left(lone_home) == []


def test_it_works_on_the_real_server_and_a_page_of_another_site_does_not(server, pictures, monkeypatch):
    def ask(path, body=None, **headers):
        request = urllib.request.Request(server.url + path, body, headers, method="POST" if body is not None else "GET")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    status, brought = ask("/api/upload?filename=birds.zip", pictures, Origin=server.url)
    assert status == 200 and brought["preview"]["images"] == 30
    assert ask("/api/datasets")[1]["limits"]["upload_bytes"] == 512 << 20
    assert ask(f"/api/datasets?action=add&upload={brought['upload']}&name=real-birds", b"")[0] == 202
    until = time.monotonic() + 60
    while (told := ask("/api/datasets/progress?name=real-birds")[1])["state"] == "adding" and time.monotonic() < until:
        time.sleep(0.1)
    assert told["state"] == "done", told
    assert ask("/api/datasets?action=delete&name=real-birds", b"")[1] == {"deleted": "real-birds"}
    assert ask(f"/api/datasets?action=drop&upload={brought['upload']}", b"")[0] == 200
    assert ask("/api/upload?filename=a.zip", pictures, Origin="https://elsewhere.example")[0] == 403
    assert own_sets.is_being_added("real-birds") is False
