"""GET /api/page.html: a model as one file, or a sentence why not."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.tiny_model import write_tiny_model
from vae.exchange.page import page_of
from vae.library.shelf import find
from web.routes.page import page_route


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    write_tiny_model(tmp_path / "models" / "tiny-2d", 2)
    return TestClient(Starlette(routes=[page_route("")]))


def test_it_is_the_file_that_the_command_writes_and_is_saved_rather_than_opened(client: TestClient) -> None:
    answer = client.get("/api/page.html?model=mnist-2d")
    assert answer.text == page_of(find("mnist-2d"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mnist-2d.html"'


@pytest.mark.parametrize(("name", "status", "code"), [("tiny-2d", 409, "not-plain"), ("nobody", 404, "unknown-model")])
def test_others_are_refused_in_a_sentence(client: TestClient, name: str, status: int, code: str) -> None:
    answer = client.get(f"/api/page.html?model={name}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
