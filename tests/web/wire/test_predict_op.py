"""What a head tells of codes over the live socket, and how it rises; the oracle is a head that is a line."""

from pathlib import Path

import numpy as np
import pytest

from tests.tiny_kinds import write_head, write_tiny_kind
from web.wire import frames
from web.wire.ops.registry import compute

SLOPE, MIDDLE = np.array([3.0, 0.0, -4.0], np.float32), 1.5


@pytest.fixture(autouse=True)
def _models(own_home: Path) -> None:
    for name in ("told", "not-told"):
        card, _ = write_tiny_kind(own_home / "models" / name)
        if name == "told":
            write_head(own_home / "models" / name, card, "height", SLOPE, MIDDLE)


def ask(model: str, z: np.ndarray) -> tuple[dict, np.ndarray | None]:
    request, payload = frames.read_request(frames.request(1, "predict", model, z))
    return frames.read_answer(compute(request, payload))


def test_the_value_comes_first_and_then_how_it_rises_along_each_coordinate() -> None:
    z = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
    _, told = ask("told", z)
    assert told is not None and told.shape == (5, 4)
    np.testing.assert_allclose(told[:, 0], MIDDLE + z @ SLOPE, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(told[:, 1:], np.tile(SLOPE, (5, 1)), atol=1e-3)


def test_what_cannot_be_told_is_refused_in_a_sentence() -> None:
    for model, z, error, why in (
        ("not-told", np.zeros((1, 3), np.float32), "unsupported", "has no head that tells an attribute"),
        ("told", np.zeros((1, 2), np.float32), "bad-shape", "3"),
        ("told", np.full((1, 3), np.nan, np.float32), "not-finite", "Codes"),
    ):
        header, _ = ask(model, z)
        assert header["error"]["code"] == error and why in header["error"]["message"]
