"""The code of a thing, searched for over the live socket step by step; the oracle is ridge regression."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.running import Server
from tests.tiny_kinds import CLASSES, SERIES, Tiny, tiny_of, write_tiny_kind
from tests.web.wire.test_live import assert_usable
from vae.explore.search import DRAWS, NOISE
from web.wire import frames

THING = np.random.default_rng(0).normal(0, 0.5, (1, *SERIES.shape)).astype(np.float32)


@pytest.fixture(scope="module")
def sums(home: Path) -> Tiny:
    """The weights of a linear decoder of series, on the test server beside models that cannot be searched."""
    write_tiny_kind(home / "models" / "searched-points", SERIES, "autoencoder")
    write_tiny_kind(home / "models" / "searched-told", SERIES, "conditional")
    return write_tiny_kind(home / "models" / "searched", SERIES, "gan")[1]


@pytest.fixture
def live(server: Server, sums: Tiny) -> Iterator[ClientConnection]:
    with connect(server.live, max_size=None) as socket:
        yield socket


def ask(
    socket: ClientConnection, search: object, thing: np.ndarray = THING, model: str = "searched", **more: object
) -> tuple[dict[str, Any], np.ndarray | None]:
    socket.send(frames.request(1, "search", model, thing, search=search, **more))
    return frames.read_answer(socket.recv(60))  # type: ignore[arg-type]


def test_two_visitors_come_step_by_step_to_the_ridge_regression_and_a_third_is_not_held_up(
    server: Server, sums: Tiny
) -> None:
    w, x = sums.w.astype(float), THING.reshape(-1)
    exact = np.linalg.solve(w @ w.T / NOISE**2 + np.eye(3), w @ x / NOISE**2)
    missed = np.sqrt(np.square(exact @ w - x).mean())
    with connect(server.live) as one, connect(server.live) as two, connect(server.live) as three:
        said: list[dict[str, Any]] = [
            {"search": {"seed": seed}, "misses": 9, "share": 0, "ended": False} for seed in (1, 2)
        ]
        steps = 0
        while not all(each["ended"] for each in said):
            for i, socket in enumerate((one, two)):
                if said[i]["ended"]:
                    continue
                before, (said[i], code) = said[i], ask(socket, said[i]["search"])
                assert code is not None and code.shape == (1, 3)
                assert said[i]["misses"] <= before["misses"] and said[i]["share"] > before["share"]
                if said[i]["ended"]:
                    np.testing.assert_allclose(code[0], exact, atol=1e-3)
                    assert said[i]["misses"] == pytest.approx(missed, abs=1e-5)
            assert_usable(three)
            steps += 1
        assert [each["share"] for each in said] == [1, 1] and steps > DRAWS / 250
        assert_usable(one)


def test_a_class_that_is_told_is_part_of_what_is_searched_for(live: ClientConnection) -> None:
    told = tiny_of(SERIES, 3, len(CLASSES))
    w, x = told.w.astype(float), THING.reshape(-1) - told.v[2]
    exact = np.linalg.solve(w @ w.T / NOISE**2 + np.eye(3), w @ x / NOISE**2)
    said: dict[str, Any] = {"search": {"seed": 1}, "ended": False}
    while not said["ended"]:
        said, code = ask(live, said["search"], model="searched-told", condition=2)
    assert code is not None
    np.testing.assert_allclose(code[0], exact, atol=1e-3)


HALFWAY = {"seed": 1, "codes": [[0, 0, 0], [1, 1, 1]], "errors": [0.5, 0.6], "drawn": 2000}
BAD: dict[str, tuple[Any, dict[str, Any], str, str]] = {
    "nothing said": (None, {}, "bad-header", "takes its seed"),
    "a seed below 0": ({"seed": -1}, {}, "bad-header", "seed"),
    "no codes on the way": ({"drawn": 250}, {}, "bad-header", "what the last answer said"),
    "codes of other sizes": (HALFWAY | {"codes": [[0, 0, 0], [1, 1]]}, {}, "bad-header", "what the last answer said"),
    "a code far out": (HALFWAY | {"codes": [[0, 0, 0], [1e300, 1, 1]]}, {}, "bad-header", "what the last answer said"),
    "one error of two": (HALFWAY | {"errors": [0.5]}, {}, "bad-header", "what the last answer said"),
    "more draws than there are": (HALFWAY | {"drawn": 2001}, {}, "bad-header", "what the last answer said"),
    "one that has ended": (HALFWAY | {"done": 2}, {}, "bad-header", "has ended"),
    "a thing of another size": ({"seed": 1}, {"thing": THING[:, :40]}, "bad-shape", "takes shape"),
    "two things": ({"seed": 1}, {"thing": np.repeat(THING, 2, 0)}, "bad-shape", "one series"),
    "no number": ({"seed": 1}, {"thing": THING * np.nan}, "not-finite", "Series are finite numbers"),
    "no prior": ({"seed": 1}, {"model": "searched-points"}, "unsupported", "no normal prior"),
    "no class": ({"seed": 1}, {"model": "searched-told"}, "bad-condition", "is told the class"),
    "a model that is gone": ({"seed": 1}, {"model": "searched-gone"}, "unknown-model", "searched-gone"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_makes_no_sense_is_refused_in_a_sentence_and_the_socket_goes_on(live: ClientConnection, case: str) -> None:
    search, more, code, words = BAD[case]
    header, answer = ask(live, search, **more)
    assert answer is None and header["error"]["code"] == code
    assert words in header["error"]["message"] and "Traceback" not in header["error"]["message"]
    assert_usable(live)
