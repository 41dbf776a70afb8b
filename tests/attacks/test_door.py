"""Who comes in: other sites under other names, frames around the app, files of any size, and what the log says."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from pathlib import Path
from typing import NamedTuple

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.running import ROOT, Server, running_server
from web.door import limits
from web.door.door import Hosts, who_can_reach
from web.door.hidden import hidden
from web.wire import frames

SITE = "https://school.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATENT_FRAME_ANCESTORS", SITE)
        with running_server(tmp_path_factory.mktemp("home"), "--server.allowedHosts", "explorer.example") as running:
            yield running


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Message
    body: bytes


def ask(server: Server, path: str, host: str, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection("localhost", int(server.url.rsplit(":", 1)[1]), timeout=20)
    connection.putrequest(method, path, skip_host=True)
    for name, value in {"Host": host, "Content-Length": "0", **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    with closing(connection):
        connection.endheaders()
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())


PATHS = {
    "a page": ("GET", "/explore"),
    "its files": ("GET", "/live/explore/view.js"),
    "runs": ("GET", "/api/runs"),
    "an action": ("POST", "/api/run?run=x&action=delete"),
    "a sweep": ("POST", "/api/sweep?sweep=x&action=stop"),
    "a name": ("POST", "/api/name?model=mnist-2d&dim=0&to=x"),
    "an import": ("POST", "/api/runs"),
    "an upload": ("POST", "/api/upload?filename=a.zip"),
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_a_name_that_another_site_looked_up_is_refused(server: Server, path: tuple[str, str]) -> None:
    method, address = path
    # What a browser sends after a rebinding: Origin and Host agree, and it is the same site to it.
    rebound = ask(server, address, "evil.example", method, Origin="http://evil.example", Sec_Fetch_Site="same-origin")
    assert rebound.status == 403
    assert ask(server, address, "explorer.example", method).status != 403


@pytest.mark.parametrize("path", ["/api/live", "/_stcore/stream"])
def test_neither_socket_opens_under_another_name(server: Server, path: str) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    with (
        socket.create_connection(("localhost", port)) as raw,
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://evil.example:{port}{path}", sock=raw, origin=f"http://evil.example:{port}"),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["http://localhost:1", "http://127.0.0.1:3000", "http://evil.example", "null"])
@pytest.mark.parametrize("path", ["/api/live", "/_stcore/stream"])
def test_neither_socket_opens_for_another_page_of_this_machine(server: Server, path: str, origin: str) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://explorer.example{_port(server)}{path}", sock=_raw(server), origin=origin),
    ):
        pass
    assert refused.value.response.status_code == 403
    assert "Rejecting WebSocket" not in server.log.read_text()  # Streamlit, which asks another host first, is not asked


def test_another_sites_page_asks_nothing_of_the_api_but_its_links_open(server: Server) -> None:
    for path in ("/api/runs", "/api/models", "/api/codes?model=mnist-2d", "/api/health"):
        assert ask(server, path, "localhost", Sec_Fetch_Site="cross-site").status == 403
    link = ask(server, "/explore?model=mnist-2d", "localhost", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")
    assert link.status == 200


NAMES = {
    "localhost": True,
    "LOCALHOST:8501": True,
    "localhost.": True,
    "127.0.0.1:8501": True,
    "[::1]:8501": True,
    "192.168.1.7": True,
    socket.gethostname(): True,
    f"{socket.gethostname().partition('.')[0]}.local:80": True,
    "a.school.example": True,
    "school.example": False,
    "evil.example": False,
    "localhost.evil.example": False,
    "evil.localhost.example:8501": False,
    "127.0.0.1.evil.example": False,
    "evil@localhost": False,
    "localhost/evil.example": False,
    "localhost#": False,
    "localhost:port": False,
    "[::1": False,
    "": False,
    "2130706433.example": False,
}


@pytest.mark.parametrize(("host", "is_ours"), NAMES.items(), ids=NAMES)
def test_hosts_that_are_ours(host: str, is_ours: bool) -> None:
    assert Hosts(["*.school.example"]).are_asked(host) is is_ours


def test_a_request_without_a_host_is_refused_and_a_star_lets_all_names_in() -> None:
    assert not Hosts().are_asked(None)
    assert Hosts(["*"]).are_asked("anything.example")
    assert not Hosts(["*"]).are_asked("any/thing")


@pytest.mark.parametrize(
    "path", ["/", "/explore", "/_stcore/health", "/api/models", "/live/explore/view.js", "/api/nothing"]
)
def test_every_answer_has_the_headers(server: Server, path: str) -> None:
    headers = ask(server, path, "localhost").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Content-Security-Policy"] == f"frame-ancestors 'self' {SITE}"


def test_only_this_machine_reaches_it_and_the_log_says_so(server: Server) -> None:
    text = server.log.read_text()
    assert "Only this machine can open the explorer" in text
    listening = Path("/proc/net/tcp")
    if not listening.exists():
        pytest.skip("needs /proc to see where a server listens")
    port = f"{int(server.url.rsplit(':', 1)[1]):04X}"
    at = re.findall(rf"^ *\d+: (\w+):{port} \S+ 0A", listening.read_text(), re.MULTILINE)
    assert at == ["0100007F"]


def test_who_can_reach_it_is_said_as_it_is() -> None:
    assert "Only this machine" in who_can_reach("127.0.0.1", 8501)
    for address in (None, "", "0.0.0.0", "::"):
        assert "any of its networks" in who_can_reach(address, 8501)
    assert "at 10.0.0.7, port 80" in who_can_reach("10.0.0.7", 80)


def test_streamlits_own_routes_take_little(server: Server) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    name = f"explorer.example:{port}"  # of Streamlit's own socket, names that are allowed are the only ones
    with (
        socket.create_connection(("localhost", port)) as raw,
        connect(f"ws://{name}/_stcore/stream", sock=raw, origin=f"http://{name}", max_size=None) as live,
        pytest.raises(ConnectionClosed) as closed,
    ):
        live.socket.sendall(b"\x82\xff" + (33 << 20).to_bytes(8) + bytes(4))  # what a frame of 33 MB begins with
        while True:  # what it has to say of the page first
            live.recv(timeout=20)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009  # too large


def test_a_session_of_streamlits_keeps_few_files_however_many_it_sends(server: Server) -> None:
    token = re.findall(r"_streamlit_xsrf=([^;]+)", ask(server, "/_stcore/health", "localhost").headers["set-cookie"])[0]
    own = f"http://explorer.example{_port(server)}"
    with connect(own.replace("http", "ws") + "/_stcore/stream", sock=_raw(server), origin=own, max_size=None) as live:
        session = _session(live)
        before = _resident(server)
        for number in range(200):
            assert _send_file(server, f"/_stcore/upload_file/{session}/{number}", token) == 204
        assert _resident(server) - before < 60 << 20


def _session(live: ClientConnection) -> str:
    asked, told = BackMsg(), ForwardMsg()
    asked.rerun_script.query_string = ""
    live.send(asked.SerializeToString())
    session = ""
    while told.WhichOneof("type") != "script_finished":  # the page then holds what it needs
        told.ParseFromString(live.recv(timeout=20, decode=False))
        if told.WhichOneof("type") == "new_session":
            session = told.new_session.initialize.session_id
    return session


def _send_file(server: Server, path: str, token: str) -> int:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n' + bytes(10**6) + b"\r\n--x--\r\n"
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Cookie": f"_streamlit_xsrf={token}",
        "X-Xsrftoken": token,
    }
    with closing(http.client.HTTPConnection("localhost", int(_port(server)[1:]), timeout=20)) as connection:
        connection.request("PUT", path, body, headers)
        return connection.getresponse().status


def _resident(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status")
    if not status.exists():
        pytest.skip("needs /proc to see what memory a server holds")
    return int(re.findall(r"VmRSS:\s+(\d+)", status.read_text())[0]) << 10


def test_our_own_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.upload_mb() == 512
    monkeypatch.setenv("LATENT_UPLOAD_MB", "7")
    assert limits.upload_mb() == 7
    for bad in ("0", "-1", "many", "1.5", "99999999"):
        monkeypatch.setenv("LATENT_UPLOAD_MB", bad)
        with pytest.raises(ValueError, match="LATENT_UPLOAD_MB is a whole number"):
            limits.upload_mb()


@pytest.mark.parametrize("bad", ["javascript:alert(1)", "https://a.example;", "'none'", "https://a.example,b"])
def test_a_site_that_is_no_origin_is_no_ancestor(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    monkeypatch.setenv("LATENT_FRAME_ANCESTORS", f"{SITE} {bad}")
    with pytest.raises(ValueError, match="LATENT_FRAME_ANCESTORS lists origins"):
        limits.frame_ancestors()


def test_each_change_is_one_line_of_what_and_from_where(server: Server) -> None:
    imported = server.home / "models" / "mine"
    environment = os.environ | {"LATENT_HOME": str(server.home)}
    packed = server.home / "mine.zip"
    for words in (["export", "mnist-2d", "--out", str(packed)], ["import", str(packed), "--name", "mine"]):
        subprocess.run(
            [sys.executable, "-m", "vae", *words], cwd=ROOT, env=environment, check=True, capture_output=True
        )
    assert imported.is_dir()
    assert ask(server, "/api/run?run=mine%0Aforged&action=delete", "localhost", "POST").status == 404
    before = server.log.read_text()
    assert "forged" not in before
    answer = ask(server, "/api/run?run=mine&action=delete", "localhost", "POST")
    assert answer.status == 200, answer.body
    assert re.search(r"run: delete 'mine' by 127\.0\.0\.1\n", server.log.read_text()[len(before) :])
    assert not imported.exists()


def test_health_asks_threads_disk_and_models(server: Server) -> None:
    answer = ask(server, "/api/health", "localhost")
    told = json.loads(answer.body)
    assert (answer.status, told["status"]) == (200, "ok")
    assert set(told["checks"]) == {"live", "long", "disk", "models"}


def test_nobody_is_told_where_the_folders_lie(server: Server) -> None:
    broken = server.home / "models" / "broken"
    shutil.copytree(ROOT / "assets" / "models" / "mnist-2d", broken)
    (broken / "decoder.onnx").write_bytes(b"no graph")
    asked = [ask(server, f"/api/{path}", "localhost") for path in ("codes?model=broken", "run?run=broken")]
    (broken / "codes.npz").write_bytes(b"no codes")
    asked.append(ask(server, "/api/codes?model=broken", "localhost"))
    assert asked[-1].status == 422
    with connect(f"ws://explorer.example{server.live.partition('localhost')[2]}", sock=_raw(server)) as live:
        live.send(frames.join({"op": "decode", "model": "broken", "id": 1, "shape": [1, 2]}, bytes(8)))
        told = live.recv(timeout=20)
    assert b"broken" in told
    for text in [told, *(answer.body for answer in asked)]:
        assert str(server.home).encode() not in text
        assert str(ROOT).encode() not in text


PATHS_TOLD = {
    "{home}/models/mine/card.json is damaged.": "models/mine/card.json is damaged.",
    "There is no {home}; choose another.": "There is no home; choose another.",
    "[Errno 2] No such file: '{data}/MNIST/raw'": "[Errno 2] No such file: 'MNIST/raw'",
    "{home}-other and a{home}/b": "{home}-other and a{home}/b",
    "a picture of 1/2 MB": "a picture of 1/2 MB",
}


@pytest.mark.parametrize(("said", "told"), PATHS_TOLD.items())
def test_folders_are_named_as_the_explorer_does(monkeypatch: pytest.MonkeyPatch, said: str, told: str) -> None:
    folders = {"home": "/srv/lessons/home", "data": "/mnt/brought"}
    monkeypatch.setenv("LATENT_HOME", folders["home"])
    monkeypatch.setenv("LATENT_DATA_DIR", folders["data"])
    assert hidden(said.format(**folders)) == told.format(**folders)


def _port(server: Server) -> str:
    return f":{server.url.rsplit(':', 1)[1]}"


def _raw(server: Server) -> socket.socket:
    return socket.create_connection(("localhost", int(server.url.rsplit(":", 1)[1])))
