"""The folder for the Hugging Face Hub says what the Hub reads, and is pushed, or a sentence says why not."""

import base64
import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import ModelCard
from PIL import Image

from tests.tiny_kinds import write_tiny_kind
from vae.__main__ import main
from vae.errors import InputError
from vae.exchange.formats import hub
from vae.exchange.formats.formats import export
from vae.exchange.formats.push import push
from vae.library.shelf import find

MODELS = ["mnist-16d", "mnist-ae-2d", "mnist-c-8d", "beats-8d", "shapes-8d"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_TOKEN", "hf_right")


@pytest.mark.parametrize("name", MODELS)
def test_the_model_card_says_what_the_card_says(name: str, tmp_path: Path) -> None:
    model = find(name)
    folder = export(model, "hub", tmp_path / "out").path
    read, metrics = ModelCard.load(folder / "README.md").data, model.card.metrics
    assert read.library_name == "onnx"
    assert {"latent-explorer", model.card.kind.noun} <= set(read.tags or [])
    assert (read.pipeline_tag is None) == (not model.card.kind.pixels or "draw" not in model.card.can)
    told = {each.metric_type: each.metric_value for each in read.eval_results or []}
    kept = {key: metrics[key] for key in hub.METRICS if metrics.get(key) is not None}
    assert told == pytest.approx(kept, abs=1e-4)
    assert set(read.metrics or []) == set(kept)
    assert {each.dataset_name for each in read.eval_results or []} == {model.card.data.title}
    assert model.card.data.licence in ModelCard.load(folder / "README.md").text


@pytest.mark.parametrize(
    ("licence", "read"),
    [
        ("CC BY-SA 3.0", ("cc-by-sa-3.0", None)),
        ("MIT", ("mit", None)),
        ("free to use, made by this program", ("other", "free-to-use-made-by-this-program")),
        ("my own: \n- 'x'", ("other", "my-own-x")),
        ("", ("other", "unknown")),
    ],
)
def test_a_licence_is_one_of_the_hubs_or_another(licence: str, read: tuple[str, str | None], tmp_path: Path) -> None:
    source = find("mnist-2d")
    card = replace(source.card, data=replace(source.card.data, licence=licence))
    data = ModelCard(f"---\n{hub.front_matter(card).strip()}\n---\n").data
    assert (data.license, data.get("license_name")) == read


@pytest.mark.parametrize("name", MODELS)
def test_the_picture_shows_what_the_model_draws(name: str) -> None:
    picture = np.asarray(hub.example(find(name)))
    assert (picture.shape[1] / hub.ACROSS) % 1 == (picture.shape[0] / hub.DOWN) % 1 == 0
    tiles = picture.reshape(hub.DOWN, picture.shape[0] // hub.DOWN, hub.ACROSS, picture.shape[1] // hub.ACROSS, -1)
    seen = {tile.tobytes() for row in tiles.swapaxes(1, 2) for tile in row}
    assert len(seen) == hub.ACROSS * hub.DOWN, "no two are alike"


def test_the_picture_of_a_small_model_without_codes_is_drawn_too(tmp_path: Path) -> None:
    write_tiny_kind(tmp_path / "plain", family="autoencoder")
    (tmp_path / "plain" / "codes.npz").unlink()
    model = find(str(tmp_path / "plain"))
    card = replace(model.card, files={name: sum for name, sum in model.card.files.items() if name != "codes.npz"})
    assert isinstance(hub.example(replace(model, card=card)), Image.Image)


# Pushing, to a hub of our own


@dataclass
class Hub:
    """A hub that takes commits from who knows the token, as https://huggingface.co/docs/hub/api has it."""

    address: str = ""
    status: int = 200
    files: dict[str, bytes] = field(default_factory=dict)
    private: bool | None = None


@pytest.fixture
def server() -> Iterator[Hub]:
    kept = Hub()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self._read()
            if self._refused():
                return None
            if self.path == "/api/repos/create":
                kept.private = json.loads(raw).get("private", json.loads(raw).get("visibility") == "private")
                return self._answer(200, {"url": f"{kept.address}/ada/digits"})
            if "/preupload/" in self.path:
                asked = json.loads(raw)["files"]
                said = [{"path": each["path"], "uploadMode": "regular", "shouldIgnore": False} for each in asked]
                return self._answer(200, {"files": said})
            if "/commit/" not in self.path:
                return self._answer(200, {"errors": [], "warnings": []})  # of the YAML in the model card
            for line in map(json.loads, raw.splitlines()):
                if line["key"] == "file":
                    kept.files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
            return self._answer(200, {"commitUrl": f"{kept.address}/ada/digits/commit/1", "commitOid": "1" * 40})

        def do_GET(self) -> None:
            if not self._refused():
                self._answer(200, {"id": "ada/digits", "sha": "1" * 40, "siblings": []})

        def _refused(self) -> bool:
            right = self.headers["Authorization"] == "Bearer hf_right"
            if kept.status != 200 or not right:
                self._answer(kept.status if right else 401, {"error": "no"})
            return kept.status != 200 or not right

        def _read(self) -> bytes:
            if "Content-Length" in self.headers:
                return self.rfile.read(int(self.headers["Content-Length"]))
            chunks = []
            while size := int(self.rfile.readline(), 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)

        def _answer(self, status: int, said: dict) -> None:
            raw = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as http:
        kept.address = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield kept
        http.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "README.md").write_text("---\nlicense: mit\n---\n")
    (tmp_path / "out" / "decoder.onnx").write_bytes(bytes(range(256)))
    return tmp_path / "out"


def test_all_files_arrive_in_a_private_repository(server: Hub, folder: Path) -> None:
    assert push(folder, "ada/digits", server.address) == f"{server.address}/ada/digits"
    assert server.files == {path.name: path.read_bytes() for path in folder.iterdir()}
    assert server.private is True


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "The Hub refused the token; make a new one with the right to write"),
        (403, "The token may not write to ada/digits"),
        (404, "The token may not write to ada/digits"),
        (507, "The Hub did not take it .*507.*; the folder is whole"),
    ],
)
def test_what_the_hub_refuses_is_a_sentence(server: Hub, folder: Path, status: int, words: str) -> None:
    server.status = status
    with pytest.raises(InputError, match=words):
        push(folder, "ada/digits", server.address)
    assert server.files == {}


def test_a_hub_that_is_not_there_is_a_sentence(folder: Path) -> None:
    with pytest.raises(InputError, match=r"The Hugging Face Hub cannot be reached \(.*\); the folder is whole"):
        push(folder, "ada/digits", "http://127.0.0.1:9")


@pytest.mark.parametrize("repo", ["", "a/b/c", "..", "ada/di gits"])
def test_a_repository_that_cannot_be_is_refused_before_anything_is_written(
    repo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "mnist-2d", "--format", "hub", "--out", str(tmp_path / "out"), "--push", repo]) == 2
    assert "is no repository of the Hub; give OWNER/NAME" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_a_token_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "nowhere"))
    assert main(["export", "mnist-2d", "--format", "hub", "--out", str(tmp_path / "out"), "--push", "ada/digits"]) == 2
    assert "No token of the Hugging Face Hub is set; run `hf auth login`, or set HF_TOKEN" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_the_package_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    for act in (lambda: export(find("mnist-2d"), "hub", tmp_path / "new"), lambda: push(folder, "ada/digits")):
        with pytest.raises(InputError, match="`pip install huggingface_hub` brings it"):
            act()
    assert not (tmp_path / "new").exists()
