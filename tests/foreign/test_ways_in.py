"""What each package saved comes in from Python and by the page's own requests, too; by command: test_doors.py."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import vae
from tests.foreign import strangers
from tests.foreign.saved import FIXTURES, SAVED, check_pictures, oracle
from tests.living import eventually
from vae.explore.explorer import Explorer
from vae.library.shelf import find
from web.door.origins import Origins
from web.routes.brought import foreign


@pytest.fixture(scope="module", autouse=True)
def home(own_home: Path) -> Path:
    strangers.digits()
    vae.data.load("digits")
    return own_home


@pytest.mark.parametrize("name", SAVED)
def test_a_folder_is_saved_from_python(name: str) -> None:
    said: dict[str, Any] = SAVED[name]
    saved = vae.save(f"{name}-python", FIXTURES / name, **said)
    check_pictures(Explorer(find(f"{name}-python")), oracle(name))
    assert saved.card.data.name == said.get("dataset", "")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=foreign.foreign_routes("", Origins(), 4))) as client:
        yield client


@pytest.mark.parametrize("name", SAVED)
def test_its_files_are_brought_by_the_page(client: TestClient, name: str) -> None:
    """One after the other, as they are dropped; what is not said is suggested: of the digits' models, the digits."""
    said: dict[str, Any] = SAVED[name]
    more = {"range": ",".join(f"{end:g}" for end in said["range"])} if "range" in said else {}
    upload: dict[str, str] = {}
    for path in sorted(FIXTURES.joinpath(name).iterdir(), key=lambda path: path.suffix != ".json"):
        if path.suffix != ".npz":
            answer = client.post("/api/foreign", params={"filename": path.name} | upload, content=path.read_bytes())
            upload = {"upload": answer.json()["upload"]}
    found = client.get("/api/foreign", params=upload | more).json()["found"]
    assert (found["dataset"], found["missing"]) == (said.get("dataset", ""), "")
    asked = upload | more | {"data": found["dataset"], "name": f"{name}-page"}
    assert client.post("/api/foreign/model", params=asked | {"action": "take"}).status_code == 202

    def told() -> dict[str, Any]:
        return dict(client.get("/api/foreign/model", params=upload).json())

    eventually(lambda: told()["state"] != "taking", "taken in")
    assert told()["state"] == "done", told()
    check_pictures(Explorer(find(f"{name}-page")), oracle(name))
