"""GET /api/weight: what pictures of a model's data weigh."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.tiny_model import write_tiny_model
from vae.coding.weighing import weigh
from vae.explore.explorer import open_explorer
from vae.explore.originals import sample_for
from web.door.origins import Origins
from web.routes.measured import weight


@pytest.fixture
def client(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    write_tiny_model(own_home / "models" / "tiny-2d", 2, codes=30)
    return TestClient(Starlette(routes=weight.weight_routes("", Origins())))


def test_a_bundled_model_weighs_its_own_test_pictures(client: TestClient) -> None:
    told = client.get("/api/weight?model=mnist-16d").json()
    assert (told["things"], told["what"], told["ink"], told["equal"]) == (100, "test images", True, True)
    model = open_explorer("mnist-16d")
    sample = sample_for(model.card, None)
    assert sample is not None
    assert told | {"what": ""} == msgspec.to_builtins(weigh(model, sample.things[:100])) | {"what": ""}
    net = told["bits"]["thing"] + told["bits"]["code"] - told["bits"]["taken"]
    assert net < told["whole"] < min(told["others"].values())  # the model beats all formats here, its beginning and all


def test_without_pictures_at_hand_its_own_drawings_are_weighed_and_the_answer_is_kept(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = client.get("/api/weight?model=tiny-2d")
    assert told.json()["things"] == 30 and told.json()["what"] == "reconstructions" and told.json()["equal"]

    def never(*_: object) -> None:
        raise AssertionError("it is weighed again")

    monkeypatch.setattr(weight, "weigh", never)
    assert client.get("/api/weight?model=tiny-2d").content == told.content


def test_what_packs_nothing_is_refused_in_a_sentence(client: TestClient) -> None:
    answer = client.get("/api/weight?model=mnist-c-8d")
    assert answer.status_code == 422 and answer.json()["error"]["code"] == "not-possible"
    assert "is told a class" in answer.json()["error"]["message"]
    assert client.get("/api/weight?model=nothing").status_code == 404


def test_a_graph_that_fails_is_told_of_without_a_trace(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> np.ndarray:
        raise RuntimeError("onnx says what no visitor understands")

    monkeypatch.setattr(weight, "weigh", fail)
    answer = client.get("/api/weight?model=mnist-2d")
    assert answer.status_code == 500 and answer.json()["error"]["message"].startswith("mnist-2d failed to pack these")
