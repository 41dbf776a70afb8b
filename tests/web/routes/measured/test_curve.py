"""The curve of PSNR over the amount, asked of a real server and computed here."""

import json
import shutil
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio
from websockets.sync.client import connect

from tests.running import Server
from tests.tiny_model import random_codes, write_tiny_model
from tests.web.routes.test_maps import fetch, write_model
from tests.web.wire.test_live import assert_usable
from vae.datasets.dataset import DataCard
from vae.errors import InputError
from vae.experiments.fidelity import MOST_DECIBELS
from vae.experiments.restoration import methods_of
from vae.explore.explorer import Explorer, open_explorer
from vae.home import BUNDLED_MODELS
from vae.kinds.corruptions import CORRUPTIONS, corrupt, trainable
from vae.kinds.images import IMAGES
from vae.kinds.kind import Item
from vae.library.cards import read_card
from web.experiments import curves
from web.experiments.curves import clean_things, point

METHODS = methods_of(Item("image", (28, 28, 1)))
as_bytes = IMAGES.keep


def ask(server: Server, **query: object) -> tuple[int, dict]:
    status, headers, body = fetch(f"{server.url}/api/curve?{urllib.parse.urlencode(query, doseq=True)}")
    assert headers["content-type"] == "application/json"
    return status, json.loads(body)


@pytest.fixture(scope="module")
def model(home: Path) -> str:
    """A model with test codes and no data set at hand."""
    write_tiny_model(home / "models" / "curve-2d", 2, codes=30)
    return "curve-2d"


@pytest.fixture
def opened(tmp_path: Path) -> Explorer:
    write_tiny_model(tmp_path / "curve-2d", 2, codes=30)
    return open_explorer(str(tmp_path / "curve-2d"))


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    monkeypatch.setenv("LATENT_HOME", str(tmp_path_factory.mktemp("own")))


def test_a_point_is_the_mean_psnr_of_each_method(server: Server, model: str, opened: Explorer) -> None:
    status, answer = ask(server, model=model, corruption="gaussian", amount=0.4, method=["vae", "median"])
    assert status == 200
    assert (answer["amount"], answer["images"], answer["clean"], answer["measure"]) == (
        0.4,
        30,
        "reconstructions",
        "psnr",
    )
    assert answer["restored"].keys() == {"vae", "median"}
    assert 0 < answer["seconds"] < 60
    codes = opened.codes()
    assert codes is not None
    clean, random = opened.decode(codes.centre), np.random.default_rng(curves.SEED)
    spoiled = np.concatenate([as_bytes(corrupt("gaussian", clean[i : i + 20], 0.4, random).images) for i in (0, 20)])
    restored = opened.reconstruct(spoiled)
    for told, images in ((answer["spoiled"], spoiled), (answer["restored"]["vae"], restored)):
        expected = [peak_signal_noise_ratio(x, y) for x, y in zip(clean, images, strict=True)]
        assert told == pytest.approx(np.mean(expected), abs=1e-3)


@pytest.mark.parametrize("name", trainable())
@pytest.mark.parametrize("amount", [0.0, 1.0])
def test_both_ends_of_every_curve_are_finite(name: str, amount: float, opened: Explorer) -> None:
    suited = [key for key, m in METHODS.items() if m.holes != ("never" if CORRUPTIONS[name].hides else "only")]
    answer = point(opened, name, amount, tuple(suited))
    figures = (answer.spoiled, *answer.restored.values())
    assert list(answer.restored) == suited
    assert all(0 < figure <= MOST_DECIBELS for figure in figures)
    if amount == 0:
        assert answer.spoiled == MOST_DECIBELS


def test_what_was_asked_before_is_answered_at_once(server: Server, model: str) -> None:
    query = {"model": model, "corruption": "speckle", "amount": 0.5, "method": ["vae", "total-variation"]}
    answers = [ask(server, **query)[1] for _ in range(2)]
    assert answers[0] == answers[1]  # the seconds too


def test_many_at_once_are_answered_in_turn_beside_the_socket(server: Server, model: str) -> None:
    amounts = np.linspace(0, 1, 12).round(2).tolist()
    with ThreadPoolExecutor(12) as pool, connect(server.live, max_size=None) as socket:
        answers = pool.map(
            lambda amount: ask(server, model=model, corruption="block", amount=amount, method="biharmonic"), amounts
        )
        assert_usable(socket)
        told = list(answers)
    assert [answer["amount"] for _, answer in told] == amounts
    assert told[0][1]["spoiled"] > told[-1][1]["spoiled"]


def test_images_that_cannot_all_be_done_in_time_are_left_out(opened: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "LONGEST", 0)
    answer = point(opened, "gaussian", 0.5, ("vae", "median"))
    assert answer.images == curves.PART


def test_a_model_of_mnist_restores_the_digits_that_come_with_the_program() -> None:
    images, clean = clean_things(open_explorer(str(BUNDLED_MODELS / "mnist-2d")))
    assert (clean, images.shape, images.dtype) == ("test images", (200, 28, 28, 1), np.uint8)


def test_a_model_restores_its_own_test_images_where_they_are_at_hand() -> None:
    images, clean = clean_things(open_explorer(str(BUNDLED_MODELS / "shapes-8d")))
    assert (clean, len(images)) == ("test images", 200)


def test_a_model_with_neither_images_nor_codes_says_so(server: Server, home: Path, tmp_path: Path) -> None:
    status, answer = ask(server, model="tiny-2d", corruption="gaussian", amount=0.5, method="vae")
    assert (status, answer["error"]["code"]) == (422, "no-images")
    assert "neither test images nor test codes" in answer["error"]["message"]
    write_tiny_model(tmp_path / "bare", 2)
    with pytest.raises(InputError, match="neither"):
        clean_things(open_explorer(str(tmp_path / "bare")))


GOOD = {"model": "curve-2d", "corruption": "gaussian", "amount": "0.5", "method": "vae"}
BAD = {
    "no model": ({"model": ""}, 404, "unknown-model"),
    "a model's path": ({"model": "../curve-2d"}, 404, "unknown-model"),
    "unknown corruption": ({"corruption": "fog"}, 400, "bad-request"),
    "the brush": ({"corruption": "brush"}, 400, "bad-request"),
    "amount above 1": ({"amount": "1.5"}, 400, "bad-request"),
    "amount below 0": ({"amount": "-0.1"}, 400, "bad-request"),
    "amount not a number": ({"amount": "nan"}, 400, "bad-request"),
    "amount a word": ({"amount": "much"}, 400, "bad-request"),
    "no amount": ({"amount": ""}, 400, "bad-request"),
    "no method": ({"method": []}, 400, "bad-request"),
    "unknown method": ({"method": ["vae", "magic"]}, 400, "bad-request"),
    "a hole's method for noise": ({"method": "biharmonic"}, 400, "bad-request"),
    "noise's method for a hole": ({"corruption": "rows", "method": "gaussian"}, 400, "bad-request"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_request_that_makes_no_sense_is_refused_in_a_sentence(server: Server, model: str, case: str) -> None:
    change, status, code = BAD[case]
    told, answer = ask(server, **(GOOD | change))
    assert (told, answer["error"]["code"]) == (status, code)
    assert answer["error"]["message"].endswith(".")


def test_a_page_of_another_origin_is_refused(server: Server, model: str) -> None:
    url = f"{server.url}/api/curve?{urllib.parse.urlencode(GOOD)}"
    assert fetch(url, Origin="http://evil.example")[0] == 403
    assert fetch(url, Origin=server.url)[0] == 200


def test_images_that_have_come_meanwhile_are_taken(server: Server, home: Path) -> None:
    root = home / "models" / "curve-own"
    write_model(root, 2, random_codes(32, 2), "curve-bars", (1, 8, 8))
    query = GOOD | {"model": "curve-own"}
    assert ask(server, **query)[1]["clean"] == "reconstructions"
    folder = home / "datasets" / "curve-bars"
    for part in ("train", "test"):
        (folder / part).mkdir(parents=True)
        np.save(folder / part / "images.npy", np.random.default_rng(0).integers(0, 256, (32, 8, 8, 1), np.uint8))
    card = DataCard("curve-bars", (1, 8, 8), (32, 32), source=read_card(root).data.source)
    (folder / "card.json").write_bytes(msgspec.json.encode(card))
    try:
        assert ask(server, **query)[1]["clean"] == "test images"
    finally:
        shutil.rmtree(folder)


def test_a_model_that_has_changed_is_asked_anew(server: Server, home: Path) -> None:
    folder = home / "models" / "curve-changing"
    write_tiny_model(folder, 2, codes=30)
    query = GOOD | {"model": "curve-changing"}
    assert ask(server, **query)[1]["images"] == 30
    write_tiny_model(folder, 2, codes=25)
    assert ask(server, **query)[1]["images"] == 25
