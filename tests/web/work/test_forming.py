"""A map is formed once for all visitors, in a process of its own; nothing is lost where it is stopped or killed."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from websockets.sync.client import connect

from tests.running import Server, running_server
from tests.tiny_model import random_codes
from tests.web.routes.test_maps import arrays, ask, refusal, write_model
from vae.errors import InputError
from vae.library.codes import Codes
from vae.library.shelf import Model, find
from vae.maps.shelf import standing
from web.opened.maps import opened_map
from web.work import forming
from web.work.forming import Busy, Others, Stands, end_all, form, stands, stop

FEW, MANY = 40, 3000
"""Codes whose map is formed in a moment, and codes whose map gives time to stop it."""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    yield tmp_path
    end_all()


def model_of(home: Path, n: int, name: str = "tiny", codes: Codes | None = None) -> Model:
    write_model(home / "models" / name, 4, codes or random_codes(n, 4))
    return find(name)


def until(model: Model, id: str, good: Callable[[Stands], object], seconds: float = 60) -> Stands:
    """Wait until the map stands as it should; fail with how it stands."""
    deadline = time.monotonic() + seconds
    while not good(told := stands(model, id)):
        assert time.monotonic() < deadline, told
        time.sleep(0.05)
    return told


def formed(told: Stands) -> bool:
    return told.state == "done" and not told.measuring


def moving(told: Stands) -> bool:
    return told.state == "forming" and told.iteration > 0


def processes(of: psutil.Process | None = None) -> list[psutil.Process]:
    """The processes that form a map, among the children of this one or of another."""
    found = []
    for child in (of or psutil.Process()).children():
        try:
            if child.cmdline()[1:5] == ["-P", "-m", "vae", "map"]:
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def test_visitors_who_ask_at_once_share_one_process_and_its_map(own):
    model = model_of(own, FEW)
    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(lambda visitor: form(model, "tsne", visitor), "abcdefgh"))
    assert len(set(map(id, jobs))) == 1
    until(model, "tsne", lambda _: len(processes()) == 1)
    told = until(model, "tsne", formed)
    assert (told.iteration, told.total) == (750, 750)
    assert told.points.shape == (FEW, 2)
    assert told.keeps is not None
    assert form(model, "tsne", "late") is None
    np.testing.assert_array_equal(opened_map("tiny", "tsne").points, told.points)


def test_the_process_gives_way_to_pictures(own):
    model = model_of(own, MANY)
    form(model, "tsne", "a")
    until(model, "tsne", moving)
    (process,) = processes()
    assert process.nice() > psutil.Process().nice()


def test_it_goes_on_while_anybody_wants_it_and_keeps_what_is_there(own):
    model = model_of(own, MANY)
    for visitor in "abb":
        form(model, "tsne", visitor)
    until(model, "tsne", moving)
    for visitor in ("a", "somebody else"):
        with pytest.raises(Others, match="so it goes on"):
            stop(model, "tsne", visitor)
    assert stands(model, "tsne").state == "forming"
    assert len(processes()) == 1
    stop(model, "tsne", "b")
    told = until(model, "tsne", lambda told: told.state == "stopped")
    assert 0 < told.iteration < told.total
    assert told.points.shape == (MANY, 2)
    assert np.isfinite(told.points).all()
    np.testing.assert_array_equal(opened_map("tiny", "tsne").points, told.points)


def test_who_asks_how_a_map_stands_follows_it_and_who_asks_no_more_does_not(own, monkeypatch):
    now = 0.0
    monkeypatch.setattr(forming, "time", SimpleNamespace(monotonic=lambda: now))
    model = model_of(own, MANY)
    form(model, "tsne", "asked for it")
    until(model, "tsne", moving)
    stands(model, "tsne", "watches")
    now = 20.0
    stands(model, "tsne", "watches")
    with pytest.raises(Others):
        stop(model, "tsne", "asked for it")
    stands(model, "tsne", "asked for it")  # its page goes on showing it, and holds up nobody
    now = 49.0
    with pytest.raises(Others):
        stop(model, "tsne", "a stranger")
    now = 50.0
    stop(model, "tsne", "a stranger")
    until(model, "tsne", lambda told: told.state == "stopped")


def test_all_who_want_it_stopped_stop_it(own):
    model = model_of(own, MANY)
    for visitor in "ab":
        form(model, "tsne", visitor)
    until(model, "tsne", moving)
    with pytest.raises(Others):
        stop(model, "tsne", "a")
    stands(model, "tsne", "a")
    stop(model, "tsne", "b")
    until(model, "tsne", lambda told: told.state == "stopped")


ENDED = "The process that formed this map was ended from outside (signal 9); start it again."


def test_a_killed_process_is_told_its_map_is_kept_and_another_forms_it(own):
    model = model_of(own, MANY)
    job = form(model, "tsne", "a")
    seen = until(model, "tsne", moving)
    processes()[0].kill()
    told = until(model, "tsne", lambda told: told.state == "stopped")
    assert told.message == ENDED
    assert seen.iteration <= told.iteration < told.total
    np.testing.assert_array_equal(opened_map("tiny", "tsne").points, told.points)
    again = form(model, "tsne", "a")
    assert again is not job
    until(model, "tsne", moving)


def test_a_process_killed_before_its_map_moved_is_told(own):
    model = model_of(own, MANY)
    form(model, "tsne", "a")
    until(model, "tsne", lambda _: processes())
    processes()[0].kill()
    told = until(model, "tsne", lambda told: told.state not in ("forming", "waiting"))
    assert (told.state, told.message) == ("failed", ENDED)


def test_maps_wait_for_their_turn_and_leave_the_line_without_a_trace(own):
    first, second, third = (model_of(own, MANY, name) for name in ("first", "second", "third"))
    for model, visitor in ((first, "a"), (second, "a"), (third, "b")):
        form(model, "tsne", visitor)
    assert stands(second, "tsne") == Stands("waiting", message="Waits for another map to end.")
    assert stands(third, "tsne") == Stands("waiting", message="Waits for 2 other maps to end.")
    stop(second, "tsne", "a")
    until(second, "tsne", lambda told: told.state == "absent")
    assert stands(third, "tsne").state == "waiting"
    until(first, "tsne", moving)
    assert len(processes()) == 1
    stop(first, "tsne", "a")
    until(third, "tsne", moving)
    assert standing(first, "tsne").state == "stopped"


def test_the_line_is_bounded(own):
    model = model_of(own, MANY)
    for seed in range(1, forming.MOST_WAITING + 1):
        form(model, f"tsne-p30-s{seed}", str(seed))
    with pytest.raises(Busy, match="Too many maps"):
        form(model, "tsne", "a")
    assert form(model, "tsne-p30-s1", "b") is not None


def test_a_visitor_has_one_map_in_line(own):
    model = model_of(own, MANY)
    for seed in (1, 2):
        form(model, f"tsne-p30-s{seed}", "a")
    form(model, "tsne-p30-s3", "b")
    with pytest.raises(Busy, match="Another map that you asked for"):
        form(model, "tsne", "a")
    form(model, "tsne-p30-s3", "a")  # of another visitor's it is shown as well
    stop(model, "tsne-p30-s2", "a")
    form(model, "tsne", "a")
    assert stands(model, "tsne").state == "waiting"


EQUAL = random_codes(FEW, 4)
EQUAL.centre[:] = 0.5
IMPOSSIBLE = {
    "three codes": (random_codes(3, 4), "t-SNE needs at least"),
    "all codes equal": (EQUAL, "All codes are equal"),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_map_that_cannot_be_is_one_sentence(own, case):
    codes, said = IMPOSSIBLE[case]
    model = model_of(own, 0, codes=codes)
    form(model, "tsne", "a")
    told = until(model, "tsne", lambda told: told.state not in ("forming", "waiting"))
    assert told.state == "failed"
    assert said in told.message
    assert "\n" not in told.message
    assert "Traceback" not in told.message


def test_a_linear_map_is_there_at_once_and_is_measured_when_asked(own):
    model = model_of(own, FEW)
    told = stands(model, "pca")
    assert (told.state, told.keeps, told.measuring) == ("done", None, False)
    form(model, "pca", "a")
    assert stands(model, "pca").measuring
    assert until(model, "pca", formed).keeps.trustworthiness is not None
    assert form(model, "pca", "a") is None


@pytest.mark.parametrize("id", ["identity", "umap", "dimensions-0-4", "../tsne"])
def test_an_unknown_map_starts_nothing(own, id):
    model = model_of(own, FEW)
    with pytest.raises(InputError):
        form(model, id, "a")
    assert not processes()


def test_when_the_server_ends_its_maps_end_and_are_kept(own):
    model, waiting = model_of(own, MANY), model_of(own, MANY, "waiting")
    form(model, "tsne", "a")
    form(waiting, "tsne", "a")
    until(model, "tsne", moving)
    end_all()
    assert standing(model, "tsne").state == "stopped"
    assert standing(waiting, "tsne").state == "absent"
    assert not processes()


# --- through the server


def post(server: Server, model: str, action: str, visitor: str) -> dict:
    return arrays(f"{server.url}/api/map?model={model}&map=tsne&action={action}&visitor={visitor}", b"")[0]


def poll(server: Server, model: str, good: Callable[[dict], object], after: int = -1) -> tuple[dict, np.ndarray]:
    deadline = time.monotonic() + 60
    while True:
        header, got = arrays(f"{server.url}/api/map?model={model}&map=tsne&after={after}")
        if good(header):
            return header, got["points"]
        assert time.monotonic() < deadline, header
        time.sleep(0.05)


def test_a_class_watches_one_map_form(server):
    write_model(server.home / "models" / "forming", 4, random_codes(FEW, 4))
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda visitor: post(server, "forming", "form", visitor), "abcdef"))
    assert {header["state"] for header in told} <= {"forming", "done"}
    assert len(processes(psutil.Process(server.process.pid))) <= 1
    header, points = poll(server, "forming", lambda header: header["state"] == "done" and not header["measuring"])
    assert header["shape"] == [FEW, 2]
    assert header["keeps"].keys() >= {"trustworthiness", "map_accuracy", "latent_accuracy", "conditions"}
    with connect(server.live) as socket:
        _, codes = ask(socket, "code_at", "forming", points[:7], map="tsne")
        assert codes.shape == (7, 4)
        _, placed = ask(socket, "place", "forming", codes, map="tsne")
        assert placed.shape == (7, 2)
        header, _ = ask(socket, "place", "forming", np.zeros((129, 4), np.float32), map="tsne")
        assert header["error"]["code"] == "too-large"


def test_frames_come_once_and_a_stopped_map_is_kept(server):
    write_model(server.home / "models" / "stopping", 4, random_codes(MANY, 4))
    post(server, "stopping", "form", "a")
    header, points = poll(server, "stopping", lambda header: header["state"] == "forming" and header["shape"][0])
    assert points.shape == (MANY, 2)
    later, newer = poll(server, "stopping", lambda later: later["iteration"] > header["iteration"], header["iteration"])
    assert newer.shape == (MANY, 2)
    again, none = poll(server, "stopping", lambda again: True, after=10**6)
    assert (again["state"], none.shape) == ("forming", (0, 2))
    post(server, "stopping", "stop", "a")
    stopped, points = poll(server, "stopping", lambda told: told["state"] == "stopped")
    assert later["iteration"] <= stopped["iteration"] < stopped["total"]
    assert points.shape == (MANY, 2)


def test_a_map_that_others_watch_goes_on(server):
    write_model(server.home / "models" / "watched", 4, random_codes(MANY, 4))
    url = f"{server.url}/api/map?model=watched&map=tsne"
    post(server, "watched", "form", "a")
    assert arrays(f"{url}&visitor=b")[0]["state"] in {"waiting", "forming"}
    status, code, message = refusal(f"{url}&action=stop&visitor=a", b"")
    assert (status, code) == (409, "others")
    assert message == "Others are watching this map form, so it goes on; yours is shown as it forms."
    poll(server, "watched", lambda header: header["iteration"] > 0)
    post(server, "watched", "stop", "b")
    poll(server, "watched", lambda header: header["state"] == "stopped")


def test_a_map_that_another_program_forms_is_shown_and_not_stopped(server, monkeypatch):
    monkeypatch.setenv("LATENT_HOME", str(server.home))
    write_model(server.home / "models" / "elsewhere", 4, random_codes(MANY, 4))
    form(find("elsewhere"), "tsne", "this process")
    poll(server, "elsewhere", lambda header: header["state"] == "forming" and header["iteration"] > 0)
    url = f"{server.url}/api/map?model=elsewhere&map=tsne&action=stop&visitor=a"
    status, code, message = refusal(url, b"")
    assert (status, code) == (409, "not-forming")
    assert "another process" in message


def test_a_server_that_ends_takes_its_maps_along(tmp_path):
    write_model(tmp_path / "models" / "ending", 4, random_codes(MANY, 4))
    with running_server(tmp_path) as server:
        post(server, "ending", "form", "a")
        poll(server, "ending", lambda header: header["state"] == "forming" and header["iteration"] > 0)
        (process,) = processes(psutil.Process(server.process.pid))
        server.process.terminate()
        assert server.process.wait(30) in {0, -15}
        psutil.wait_procs([process], timeout=10)
        assert not process.is_running()
        assert "Traceback" not in server.log.read_text()
    assert list((tmp_path / "models" / "ending" / "maps").glob("*")) == [
        tmp_path / "models" / "ending" / "maps" / "tsne.npz"
    ]
