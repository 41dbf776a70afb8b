"""Requests that want too much, or never end, and models that fail: what becomes of them and of the others."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from starlette.requests import Request

from tests.tiny_model import write_tiny_model
from tests.vae.own.images.test_picture import file
from tests.web.routes.measured.test_unusual import picture, upload
from tests.web.routes.test_strip import body as strip_body
from vae.files import sha256
from vae.library.cards import read_card, write_card
from web.door import bodies
from web.door.answers import Refused
from web.door.origins import Origins
from web.opened import brought
from web.routes import strip
from web.routes.brought import picture as picture_routes
from web.routes.brought import uploads as upload_routes
from web.routes.measured import curve
from web.routes.measured import unusual as unusual_routes
from web.wire import frames

CODES = np.random.default_rng(0).standard_normal((256, 16)).astype(np.float32)

Receive = Callable[[], Awaitable[dict]]


@dataclass
class Told:
    """What a request got, and when."""

    status: int
    body: bytes
    at: float

    @property
    def code(self) -> str:
        return json.loads(self.body)["error"]["code"]

    @property
    def sentence(self) -> str:
        return json.loads(self.body)["error"]["message"]


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test alone, with one model."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    write_tiny_model(tmp_path / "models" / "busy", 16, codes=30)
    return tmp_path / "models"


def unusual(method: str = "POST") -> Callable:
    return next(route for route in unusual_routes.unusual_routes("", Origins()) if method in route.methods).app


def strips() -> Callable:
    return strip.strip_routes("", Origins())[0].app


def curves() -> Callable:
    return curve.restore_routes("", Origins())[0].app


async def ask(
    app: Callable, query: str = "model=busy", sent: bytes = b"", receive: Receive | None = None, **headers: str
) -> Told:
    """Send a request to a route as a server does; `receive` where its body comes in another way."""
    told: list[dict] = []
    waiting = [{"type": "http.request", "body": sent, "more_body": False}]

    async def at_once() -> dict:
        if waiting:
            return waiting.pop()
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": "POST" if sent or receive else "GET",
        "path": "/",
        "query_string": query.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    await app(scope, receive or at_once, send)
    return Told(told[0]["status"], b"".join(message.get("body", b"") for message in told[1:]), time.monotonic())


async def drip() -> dict:
    """Send 100 KB a second, for ever."""
    await asyncio.sleep(0.01)
    return {"type": "http.request", "body": bytes(1024), "more_body": True}


async def flood() -> dict:
    """Send a byte whenever it is asked for, for ever, and let nobody else in between."""
    return {"type": "http.request", "body": b"x", "more_body": True}


def run(work: Awaitable) -> object:
    async def bounded() -> object:
        return await asyncio.wait_for(work, 60)

    return asyncio.run(bounded())


# --- bodies that do not end


@pytest.mark.parametrize("receive", [drip, flood])
def test_a_body_that_does_not_end_is_given_up(receive: Receive) -> None:
    async def take(pieces: AsyncIterator[bytes]) -> None:
        async for _ in pieces:
            pass

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(Refused, match=r"After 0.3 s it had not all come"):
        run(take(bodies.body_of(request, 0.3)))


def test_two_who_drip_hold_up_nobody_who_sends_pictures() -> None:
    async def work() -> Told:
        app = unusual()
        drips = [asyncio.create_task(ask(app, receive=drip)) for _ in range(2)]
        await asyncio.sleep(0.05)
        try:
            return await asyncio.wait_for(ask(app, sent=upload(picture())), 20)
        finally:
            for one in drips:
                one.cancel()

    told = run(work())
    assert told.status == 200
    assert frames.split_arrays(told.body)[0]["files"][0]["name"] == "bar.png"


def test_where_too_many_send_the_next_is_told_so_and_the_places_come_free_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unusual_routes, "RECEIVED", 2)
    monkeypatch.setattr(unusual_routes, "WITHIN", 0.4)

    async def work() -> tuple[list[Told], Told, Told]:
        app = unusual()
        drips = [asyncio.create_task(ask(app, receive=drip)) for _ in range(2)]
        await asyncio.sleep(0.05)
        turned_away = await ask(app, sent=upload(picture()))
        return await asyncio.gather(*drips), turned_away, await ask(app, sent=upload(picture()))

    drips, turned_away, later = run(work())
    assert [(one.status, one.code) for one in drips] == [(408, "too-slow")] * 2
    assert (turned_away.status, turned_away.code) == (503, "busy")
    assert "try again in a minute" in turned_away.sentence
    assert later.status == 200


def test_one_who_found_no_place_is_told_so_though_one_comes_free_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unusual_routes, "RECEIVED", 1)
    monkeypatch.setattr(unusual_routes, "WITHIN", 0.4)
    sent = upload(picture())
    pieces = [sent[:50], sent[50:]]

    async def in_two() -> dict:
        await asyncio.sleep(0.3 * (2 - len(pieces)))
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def work() -> Told:
        app = unusual()
        dripping = asyncio.create_task(ask(app, receive=drip))
        await asyncio.sleep(0.2)
        late = await ask(app, receive=in_two)
        assert (await dripping).status == 408
        return late

    told = run(work())
    assert (told.status, told.code) == (503, "busy")


def test_a_body_that_is_said_to_be_far_too_large_is_refused_before_it_comes() -> None:
    async def never() -> dict:
        raise AssertionError("it was asked for")

    told = run(ask(unusual(), receive=never, content_length=str(2**40)))
    assert (told.status, told.code) == (413, "too-large")


def test_a_strips_codes_have_their_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strip, "WITHIN", 0.2)
    told = run(ask(strips(), "model=busy&kind=gif", receive=drip))
    assert (told.status, told.code) == (408, "too-slow")


def test_a_strip_that_finds_no_place_is_told_so_when_its_codes_have_been_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strip, "RECEIVED", 1)
    monkeypatch.setattr(strip, "WITHIN", 0.6)
    sent = strip_body(CODES)
    pieces = [sent[:50], sent[50:]]

    async def in_two() -> dict:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def work() -> Told:
        app = strips()
        dripping = asyncio.create_task(ask(app, "model=busy&kind=gif", receive=drip))
        await asyncio.sleep(0.2)
        turned_away = await ask(app, "model=busy&kind=gif", receive=in_two)
        assert (await dripping).status == 408
        return turned_away

    told = run(work())
    assert (told.status, told.code) == (503, "busy")
    assert not pieces, "a browser that is cut off shows no reason"


# --- turns


def test_too_many_films_are_told_to_wait_and_wrong_ones_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strip, "MOST_WAITING", 2)

    async def work() -> list[Told]:
        app, sent = strips(), strip_body(CODES)
        good = [ask(app, "model=busy&kind=gif&seconds=60", sent) for _ in range(3)]
        wrong = ask(app, "model=busy&kind=avi", sent), ask(app, "model=busy&kind=mp4", strip_body(CODES[:1]))
        return await asyncio.gather(*good, *wrong)

    *films, bad, short = run(work())
    first, second, late = sorted(films, key=lambda one: one.status)
    assert (first.status, second.status, late.status) == (200, 200, 503)
    assert late.code == "busy"
    assert (bad.code, short.code) == ("bad-request", "bad-shape")
    assert max(one.at for one in (late, bad, short)) < min(first.at, second.at)


def test_no_film_is_made_for_one_who_has_left() -> None:
    told = run(ask(strips(), "model=busy&kind=gif", receive=leaving(strip_body(CODES[:9]))))
    assert (told.status, told.body) == (400, b"")


def test_no_pictures_are_read_for_one_who_has_left() -> None:
    told = run(ask(unusual(), receive=leaving(upload(picture()))))
    assert (told.status, told.body) == (400, b"")


def test_no_picture_is_read_for_one_who_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "READERS", {})
    app = picture_routes.picture_route("", Origins()).app
    told = run(ask(app, receive=leaving(picture()[1])))
    assert (told.status, told.body) == (400, b"")


def test_no_upload_is_looked_at_or_kept_for_one_who_has_left(models: Path) -> None:
    app = upload_routes.upload_routes("", Origins(), 16)[0].app
    told = run(ask(app, "filename=a.zip", receive=leaving(b"no zip, if it were looked at")))
    assert (told.status, told.body) == (400, b"")
    assert not list((models.parent / "uploads").iterdir())


def leaving(sent: bytes) -> Receive:
    """Send a body, and leave."""
    messages = [{"type": "http.request", "body": sent, "more_body": False}]

    async def receive() -> dict:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


# --- many large pictures


def test_pictures_that_take_too_long_are_refused_by_name_and_the_others_scored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unusual_routes, "LONGEST_READING", 0.02)
    large = file(np.zeros((3000, 3000), np.uint8))
    told = run(ask(unusual(), sent=upload(*((f"{i}.png", large) for i in range(4)))))
    header, got = frames.split_arrays(told.body)
    assert [one["name"] for one in header["files"]] == ["0.png"]
    assert [one["name"] for one in header["refused"]] == ["1.png", "2.png", "3.png"]
    assert "took more than 0.02 s to read; send it in another request" in header["refused"][0]["message"]
    assert len(got["unusual"]) == 1


def test_while_large_pictures_are_read_others_are_scored() -> None:
    async def work() -> tuple[Told, Told]:
        routes = unusual_routes.unusual_routes("", Origins())
        get, post = routes[0].app, routes[1].app
        await ask(get)
        large = file(np.zeros((4000, 4000), np.uint8))
        reading = asyncio.create_task(ask(post, sent=upload(*[("large.png", large)] * 6)))
        await asyncio.sleep(0.05)
        return await ask(get, "model=busy&corruption=blur"), await reading

    scored, read = run(work())
    assert (scored.status, read.status) == (200, 200)
    assert scored.at < read.at


# --- models that fail


@pytest.fixture
def failing(models: Path) -> str:
    """A model that decodes two codes, as it is asked to when it is opened, and no three."""
    folder = models / "failing"
    write_tiny_model(folder, 16, codes=30)
    graph = onnx.load(folder / "decoder.onnx")
    nodes, held = graph.graph.node, graph.graph.initializer
    held.append(numpy_helper.from_array(np.zeros(3, np.float32), "of_rows"))
    held.append(numpy_helper.from_array(np.array(0), "first"))
    nodes[0].output[0] = "rows_before"
    nodes.insert(0, helper.make_node("Add", ["rows_before", "nought"], ["rows"]))
    nodes.insert(0, helper.make_node("MatMul", ["z", "w"], ["rows_before"]))
    nodes.insert(0, helper.make_node("Gather", ["of_rows", "n"], ["nought"]))
    nodes.insert(0, helper.make_node("Gather", ["shape_of_z", "first"], ["n"]))
    nodes.insert(0, helper.make_node("Shape", ["z"], ["shape_of_z"]))
    del nodes[5]
    onnx.save(graph, folder / "decoder.onnx")
    card = read_card(folder)
    card.files["decoder.onnx"] = sha256(folder / "decoder.onnx")
    write_card(card, folder)
    return "failing"


def test_a_graph_that_fails_is_told_in_a_sentence_and_logged(failing: str, caplog: pytest.LogCaptureFixture) -> None:
    asked = (
        ask(strips(), f"model={failing}&kind=gif", strip_body(CODES[:9])),
        ask(curves(), f"model={failing}&corruption=gaussian&amount=0.5&method=vae"),
        ask(unusual("GET"), f"model={failing}&corruption=blur"),
        ask(unusual(), f"model={failing}", upload(picture())),
    )
    for one in asked:
        caplog.clear()
        told = run(one)
        assert (told.status, told.code) == (500, "failed")
        assert told.sentence.startswith("failing failed to")
        assert told.sentence.endswith("; see the server's log.")
        assert "failing failed to" in caplog.text
        assert "Traceback" in caplog.text


# --- curves that are kept


def test_a_point_that_was_cut_short_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    app, query = curves(), "model=busy&corruption=gaussian&amount=0.5&method=vae"

    async def twice() -> list[dict]:
        monkeypatch.setattr("web.experiments.curves.LONGEST", 0)
        short = await ask(app, query)
        monkeypatch.setattr("web.experiments.curves.LONGEST", 20)
        return [json.loads(one.body) for one in (short, await ask(app, query))]

    short, whole = run(twice())
    assert (short["images"], short["there"]) == (20, 30)
    assert (whole["images"], whole["there"]) == (30, 30)
