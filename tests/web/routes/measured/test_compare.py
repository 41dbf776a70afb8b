"""Models measured beside each other, asked of a real server: once for all, and refused with a sentence."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.models import made_dataset, write_dataset
from tests.running import Server
from tests.tiny_model import write_tiny_model
from tests.web.routes.test_maps import fetch, refusal
from vae.library.cards import DataInfo, write_card
from vae.measures.figures import FIGURES, OF_BOOKS, OF_FACTORS


@pytest.fixture(scope="module", autouse=True)
def models(home: Path) -> Iterator[None]:
    """Two small models of a small data set of one's own, and one of another; other tests of this server have none."""
    data = write_dataset(home / "datasets" / "compared", made_dataset())
    for name, dims, of in (("beside-a", 2, "compared"), ("beside-b", 3, "compared"), ("strange", 2, "others")):
        folder = home / "models" / name
        card = write_tiny_model(folder, dims, (1, 8, 8), codes=40)
        write_card(replace(card, data=DataInfo(of, "Made bars", "CC0-1.0", "", list("abcd"))), folder)
    yield
    shutil.rmtree(data)
    for name in ("beside-a", "beside-b", "strange"):
        shutil.rmtree(home / "models" / name)


def ask(server: Server, models: str, data: bytes | None = None) -> dict:
    status, _, body = fetch(f"{server.url}/api/compare?models={models}", data)
    assert status == 200
    told: dict = json.loads(body)
    return told


def test_two_models_are_measured_once_for_all_who_ask(server: Server) -> None:
    assert ask(server, "beside-a,beside-b")["state"] == "absent"
    assert ask(server, "beside-a,beside-b", b"")["state"] == "measuring"
    deadline = time.monotonic() + 90
    while (told := ask(server, "beside-a,beside-b"))["state"] == "measuring" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert told["state"] == "done", told["message"]
    assert [row["model"] for row in told["figures"]] == ["beside-a", "beside-b"]
    assert set(told["figures"][0]) == {"model", *FIGURES} - {*OF_FACTORS, *OF_BOOKS}
    assert "classifier of our own" in told["conditions"]
    assert ask(server, "beside-a,beside-b", b"")["figures"] == told["figures"]


@pytest.mark.parametrize(
    ("models", "status", "code"),
    [
        ("beside-a", 400, "bad-request"),
        ("beside-a,../etc", 400, "bad-request"),
        ("a,b,c,d,e", 400, "bad-request"),
        ("beside-a,nobody", 404, "unknown-model"),
        ("beside-a,strange", 422, "not-alike"),
        ("beside-a,beside-a", 422, "not-alike"),
    ],
)
def test_what_cannot_be_compared_is_refused(server: Server, models: str, status: int, code: str) -> None:
    got, said, sentence = refusal(f"{server.url}/api/compare?models={models}")
    assert (got, said) == (status, code)
    assert sentence.endswith(".")
