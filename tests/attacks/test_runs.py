"""Runs that many start, and a home that takes nothing: told in a sentence, with nothing else disturbed."""

import http.client
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from tests.living import eventually
from tests.models import SMALL, made_dataset, trained_folder, write_dataset
from tests.running import Server, running_server
from vae.errors import InputError
from vae.runs import launch, queue, shelf
from vae.runs.status import Status, claim, write_status


@pytest.fixture
def home(own_home: Path) -> Path:
    return own_home


def held(home: Path, name: str, state: str, stack: ExitStack) -> Path:
    folder = home / "models" / name
    folder.mkdir(parents=True)
    shelf.write_config(SMALL.settled(), folder)
    write_status(folder, Status(state, host=queue.HOST, heartbeat=time.time(), asked_at=time.time()))  # type: ignore[arg-type]
    stack.enter_context(claim(folder))
    return folder


def test_no_more_runs_wait_than_may_however_they_are_started(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 2)
    data = write_dataset(tmp_path / "data", made_dataset())
    with ExitStack() as stack:
        for name in ("one", "two"):
            held(home, name, "queued", stack)
        stopped = home / "models" / "stopped"
        stopped.mkdir()
        shelf.write_config(SMALL.settled(), stopped)
        before = {process.pid for process in psutil.Process().children(recursive=True)}
        for start in (
            lambda: launch.launch(shelf.read_config(stopped).__class__(dataset=str(data))),
            lambda: launch.resume("stopped"),
        ):
            with pytest.raises(InputError, match="2 runs wait already; start this one when some have finished"):
                start()
        assert {process.pid for process in psutil.Process().children(recursive=True)} == before
        assert sorted(path.name for path in (home / "models").iterdir() if path.is_dir()) == ["one", "stopped", "two"]


def test_who_trains_stands_back_behind_who_serves(home: Path, tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "data", made_dataset())
    config = SMALL.__class__(dataset=str(data), latent_dims=2, width=16, epochs=10_000, batch_size=16)
    run = launch.launch(config, "slow")
    try:
        eventually(lambda: shelf.find_run("slow").status.pid, 60)
        pid = shelf.find_run("slow").status.pid
        assert pid is not None
        assert psutil.Process(pid).nice() == psutil.Process().nice() + 10
    finally:
        launch.ask(run.name, "discard")
        eventually(lambda: not run.folder.exists(), 60)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose folders take nothing: for root nothing is read-only, so a file is in the way of each."""
    home = tmp_path_factory.mktemp("home")
    with running_server(home) as server:
        for name in ("models", "datasets", "uploads", "maps"):
            shutil.rmtree(home / name, ignore_errors=True)
            (home / name).write_text("in the way")
        yield server


POSTS = {
    "an upload": ("/api/upload?filename=a.zip", b"PK"),
    "an import": ("/api/runs", b"PK"),
}


@pytest.mark.parametrize("post", POSTS.values(), ids=POSTS)
def test_a_home_that_takes_nothing_is_told_in_a_sentence(full: Server, post: tuple[str, bytes]) -> None:
    path, body = post
    status, told = ask(full, "POST", path, body)
    assert status == 507
    assert told["error"]["code"] == "disk-full"
    assert str(full.home) not in told["error"]["message"]
    assert "Traceback" not in full.log.read_text()


def test_health_says_that_the_disk_takes_nothing(full: Server) -> None:
    status, told = ask(full, "GET", "/api/health")
    assert (status, told["status"]) == (503, "failing")
    assert told["checks"]["disk"].startswith("cannot be written")
    assert told["checks"]["models"] == "ok"


def test_what_is_asked_of_a_run_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        folder = tmp_path / "models" / "made"
        shutil.copytree(trained_folder(), folder)
        (folder / "card.json").unlink()
        (folder / "control.json").mkdir()  # in the way of every wish
        (folder / "control.json" / "file").touch()
        for action in ("resume", "keep"):
            status, told = ask(server, "POST", f"/api/run?run=made&action={action}")
            assert status in (409, 507), (action, told)
        assert "Traceback" not in server.log.read_text()


def ask(server: Server, method: str, path: str, body: bytes = b"") -> tuple[int, dict]:
    connection = http.client.HTTPConnection("localhost", int(server.url.rsplit(":", 1)[1]), timeout=30)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()
