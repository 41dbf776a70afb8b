"""GET /api/decoder: which decoders the browser may run, and that what it gets is the model's own."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.explore.explorer import open_explorer
from vae.explore.plain import OUTPUTS, looks_plain, plain_decoder
from vae.families import FAMILIES
from vae.home import BUNDLED_MODELS
from vae.library.shelf import find
from web.routes.decoder import decoder_route
from web.wire import frames

BUNDLED = sorted(folder.name for folder in BUNDLED_MODELS.iterdir())
CARDS = {name: find(name).card for name in BUNDLED}
LARGE = "vowels-16d"
"""Whose decoder takes longer than a frame in a browser."""

PLAIN = [
    name for name, card in CARDS.items() if FAMILIES[card.family].plain and card.likelihood in OUTPUTS and name != LARGE
]
"""Whose networks are layers alone, and whose likelihood is one of those that a browser knows."""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    write_tiny_model(tmp_path / "models" / "tiny-2d", 2)
    return TestClient(Starlette(routes=[decoder_route("")]))


def dense(layers: list[dict], tensors: list[np.ndarray], z: np.ndarray) -> np.ndarray:
    """Run fully connected layers in float64."""
    left = iter(tensors)
    for layer in layers:
        if layer["layer"] == "Linear":
            weight, bias = next(left), next(left)
            z = z @ weight.astype(float).T + bias
        elif layer["layer"] == "Act":
            z = np.maximum(z, 0) if layer["name"] == "relu" else z / (1 + np.exp(-z))
    return z


def test_a_dense_decoder_of_the_answer_draws_what_the_graph_draws(client: TestClient) -> None:
    header, arrays = frames.split_arrays(client.get("/api/decoder?model=mnist-2d").content)
    z = np.random.default_rng(0).standard_normal((4, 2))
    logits = dense(header["layers"], [arrays[str(n)] for n in range(len(arrays))], z)
    assert header["output"] == "sigmoid"
    drawn = np.rint(255 / (1 + np.exp(-logits)))
    assert np.abs(drawn - open_explorer("mnist-2d").decode(z.astype(np.float32)).reshape(4, -1)).max() <= 1


@pytest.mark.parametrize("name", PLAIN)
def test_every_bundled_model_of_layers_alone_has_one(client: TestClient, name: str) -> None:
    answer = client.get(f"/api/decoder?model={name}")
    header, arrays = frames.split_arrays(answer.content)
    card = find(name).card
    assert looks_plain(card) and header["told"] == card.told and tuple(header["shape"]) == card.image_shape
    assert sum(array.size for array in arrays.values()) < 1_000_000
    again = client.get(f"/api/decoder?model={name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def refused(client: TestClient, name: str) -> tuple[int, str, str]:
    answer = client.get(f"/api/decoder?model={name}")
    return answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["message"]


def test_a_model_whose_card_says_no_layers_is_left_to_the_server(client: TestClient) -> None:
    assert refused(client, "tiny-2d")[:2] == (409, "not-plain")
    assert not looks_plain(find("tiny-2d").card)


def test_a_model_that_is_too_large_for_a_frame_is_left_to_the_server(client: TestClient) -> None:
    status, code, said = refused(client, LARGE)
    assert (status, code) == (409, "not-plain") and "too large to be run in a browser" in said


@pytest.mark.parametrize("name", ["nothing", "../models", ""])
def test_a_model_that_is_not_there_is_refused(client: TestClient, name: str) -> None:
    assert refused(client, name)[:2] == (404, "unknown-model")


def test_a_network_with_layers_that_a_browser_does_not_run_is_left_to_the_server() -> None:
    card = find("mnist-16d").card
    assert not looks_plain(replace(card, network="residual"))
    assert not looks_plain(replace(card, plan={"decoder": [{"layer": "Attention"}]}))
    assert not looks_plain(replace(card, plan={"decoder": [{"layer": "Linear", "size": 3}]}))
    assert not looks_plain(replace(card, likelihood="categorical"))


def test_a_decoder_that_is_too_large_is_left_to_the_server() -> None:
    card = find("mnist-2d").card
    assert not looks_plain(replace(card, training={**card.training, "width": 1024}))


def test_a_card_whose_layers_are_not_those_of_its_weights_is_refused() -> None:
    model = find("mnist-2d")
    wider = replace(model.card, training={**model.card.training, "width": 128})
    with pytest.raises(InputError, match=r"decoder\.0\.weight is not there, or not of the card's shape"):
        plain_decoder(replace(model, card=wider))


def test_layers_are_json(client: TestClient) -> None:
    header, _ = frames.split_arrays(client.get("/api/decoder?model=mnist-c-8d").content)
    assert json.loads(json.dumps(header["layers"]))[0]["inputs"] == 18
