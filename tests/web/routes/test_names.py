"""What a dimension is called, asked of a real server."""

import json
import urllib.parse
from pathlib import Path

import pytest

from tests.attacks.test_door import ask as knock
from tests.running import Server
from tests.tiny_model import write_tiny_model
from tests.web.routes.test_maps import fetch


@pytest.fixture(scope="module")
def model(home: Path) -> str:
    write_tiny_model(home / "models" / "named-2d", 2)
    return "named-2d"


def name(server: Server, **query: object) -> tuple[int, dict]:
    status, _, body = fetch(f"{server.url}/api/name?{urllib.parse.urlencode(query)}", b"")
    return status, json.loads(body)


def test_a_name_is_given_and_taken_back(server: Server, model: str) -> None:
    assert name(server, model=model, dim=1, to="slant, left & right") == (200, {"names": ["", "slant, left & right"]})
    assert name(server, model=model, dim=1, to="") == (200, {"names": ["", ""]})


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ({"model": "no-such"}, 404, "Unknown model"),
        ({"model": "../named-2d"}, 404, "name"),
        ({"dim": 2}, 400, "0 to 1"),
        ({"dim": "-1"}, 400, "`dim`"),
        ({"dim": ""}, 400, "`dim`"),
        ({"to": "x" * 25}, 400, "at most 24"),
        ({"to": "a\nb"}, 400, "plain text"),
        ({"to": None}, 400, "`to` is missing"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    server: Server, model: str, query: dict, status: int, says: str
) -> None:
    asked = {"model": model, "dim": 0, "to": "slant"} | query
    got, body = name(server, **{key: value for key, value in asked.items() if value is not None})
    assert got == status
    assert says in body["error"]["message"]


def test_another_sites_page_names_nothing(server: Server, model: str) -> None:
    address = f"/api/name?model={model}&dim=0&to=theirs"
    assert knock(server, address, "localhost", "POST", Origin="http://evil.example").status == 403
    assert name(server, model=model, dim=1, to="")[1] == {"names": ["", ""]}
