"""Films of paths, asked of a real server."""

import http.client
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.running import Server
from tests.tiny_kinds import write_tiny_kind
from tests.tiny_model import expected_decode, write_tiny_model
from tests.vae.films.test_strip import read_gif, read_mp4
from tests.web.routes.test_maps import fetch, refusal
from vae.colours import THEMES
from vae.explore.explorer import open_explorer
from vae.films.strip import SIDE
from vae.kinds.curves import draw_curves
from vae.kinds.kind import Paper
from web.wire import frames

CODES = (np.random.default_rng(0).integers(-16, 17, (9, 16)) / 8).astype(np.float32)


def body(codes: np.ndarray, **header: object) -> bytes:
    return frames.join({"shape": codes.shape} | header, np.ascontiguousarray(codes, np.float32).tobytes())


def url(server: Server, **query: object) -> str:
    asked = {"model": "tiny-16d", "kind": "gif"} | query
    return f"{server.url}/api/strip?" + "&".join(f"{key}={value}" for key, value in asked.items())


def test_a_gif_is_the_codes_pictures_there_and_back(server: Server) -> None:
    status, headers, file = fetch(url(server), body(CODES))
    assert (status, headers["content-type"], headers["cache-control"]) == (200, "image/gif", "no-store")
    assert headers["content-disposition"] == 'attachment; filename="tiny-16d-path.gif"'
    shown, durations, _ = read_gif(file)
    large = expected_decode(CODES).repeat(9, 1).repeat(9, 2)
    np.testing.assert_array_equal(shown[:9], np.broadcast_to(large, (9, 252, 252, 3)))
    np.testing.assert_array_equal(shown[9:], shown[7:0:-1])
    assert sum(durations) == 4000


def test_an_mp4_takes_the_seconds_asked_for(server: Server) -> None:
    status, headers, file = fetch(url(server, kind="mp4", seconds=2.5), body(CODES))
    assert (status, headers["content-type"]) == (200, "video/mp4")
    shown, seconds = read_mp4(file)
    assert shown.shape == (16, 252, 252, 3)
    assert seconds == pytest.approx(2.5, abs=0.1)


def test_a_coloured_model_has_coloured_films(server: Server, home: Path) -> None:
    write_tiny_model(home / "models" / "strip-colours", 16, (3, 16, 16))
    _, _, file = fetch(url(server, model="strip-colours"), body(CODES))
    expected = open_explorer(str(home / "models" / "strip-colours")).decode(CODES).astype(int)
    assert np.abs(read_gif(file)[0][:9, ::16, ::16] - expected).mean() < 20
    assert fetch(url(server, model="strip-colours", kind="mp4"), body(CODES))[0] == 200


@pytest.mark.parametrize("theme", THEMES)
def test_series_are_filmed_as_curves_in_the_theme_asked_for(server: Server, home: Path, theme: str) -> None:
    _, tiny = write_tiny_kind(home / "models" / "strip-series", dims=16)
    _, _, file = fetch(url(server, model="strip-series", theme=theme), body(CODES))
    shown, _, _ = read_gif(file)
    drawn = draw_curves(tiny.decode(CODES), tiny.item, Paper(SIDE, theme=THEMES[theme]))
    assert shown.shape == (16, *drawn.shape[1:])
    assert np.abs(shown[:9].astype(int) - drawn).max() < 60  # of 256 colours
    assert np.abs(shown[:9].astype(int) - drawn).mean() < 1
    assert fetch(url(server, model="strip-series", kind="mp4", theme=theme), body(CODES))[0] == 200


def test_the_most_codes_are_filmed(server: Server) -> None:
    codes = np.repeat(CODES, 29, 0)[:256] * np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    _, _, file = fetch(url(server, seconds=60), body(codes))
    assert Image.open(io.BytesIO(file)).n_frames > 400


def test_a_frame_of_the_live_socket_will_do(server: Server) -> None:
    frame = frames.request(1, "decode", "tiny-16d", CODES)
    assert fetch(url(server), frame)[2] == fetch(url(server), body(CODES))[2]


BAD_BODIES = {
    "empty": (b"", 400, "bad-frame"),
    "a header longer than the frame": (b"\xff\xff\0\0{}", 400, "bad-frame"),
    "not JSON": (b"\x02\0\0\0ab", 400, "bad-header"),
    "no shape": (frames.join({"x": 1}), 400, "bad-header"),
    "a header of 100 KB": (frames.join({"shape": [1, 16], "x": "y" * 100_000}), 400, "bad-header"),
    "nested a thousand times": (b"\x60\xea\0\0" + b"[" * 60_000, 400, "bad-header"),
    "one code": (body(CODES[:1]), 400, "bad-shape"),
    "no code": (body(CODES[:0]), 400, "bad-shape"),
    "257 codes": (body(np.zeros((257, 16))), 400, "bad-shape"),
    "another dimension": (body(CODES[:, :5]), 400, "bad-shape"),
    "a shape of pictures": (body(CODES, shape=[9, 4, 4, 1]), 400, "bad-shape"),
    "too short": (body(CODES)[:-4], 400, "bad-payload"),
    "too long": (body(CODES) + bytes(4), 400, "bad-payload"),
    "NaN": (body(np.full((2, 16), np.nan)), 400, "not-finite"),
    "2 MB": (bytes(2 << 20), 413, "too-large"),
    "20 MB": (bytes(20 << 20), 413, "too-large"),
}


@pytest.mark.parametrize("wrong", BAD_BODIES)
def test_a_bad_body_is_refused(server: Server, wrong: str) -> None:
    sent, status, code = BAD_BODIES[wrong]
    try:
        assert refusal(url(server), sent)[:2] == (status, code)
    except (ConnectionError, http.client.HTTPException, OSError):
        assert wrong == "20 MB"  # given up half way
    assert fetch(url(server), body(CODES))[0] == 200


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"kind": "avi"}, 400, "bad-request"),
        ({"kind": ""}, 400, "bad-request"),
        ({"seconds": "long"}, 400, "bad-request"),
        ({"theme": "sepia"}, 400, "bad-request"),
        ({"seconds": "nan"}, 400, "bad-request"),
        ({"seconds": "0"}, 400, "bad-request"),
        ({"seconds": "1e9"}, 400, "bad-request"),
        ({"model": "nothing"}, 404, "unknown-model"),
        ({"model": "../tiny-16d"}, 404, "unknown-model"),
        ({"model": ""}, 404, "unknown-model"),
    ],
)
def test_a_bad_wish_is_refused(server: Server, query: dict, status: int, code: str) -> None:
    assert refusal(url(server, **query), body(CODES))[:2] == (status, code)


def test_pictures_that_are_too_many_together_are_refused(server: Server, home: Path) -> None:
    write_tiny_model(home / "models" / "strip-large", 1, (3, 512, 512))
    sent = body(np.zeros((256, 1)))
    status, code, message = refusal(url(server, model="strip-large"), sent)
    assert (status, code) == (413, "too-large")
    assert "ask for fewer codes" in message


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_a_page_of_another_origin_gets_no_film(server: Server, origin: str) -> None:
    assert refusal(url(server), body(CODES), Origin=origin)[:2] == (403, "origin")
    assert fetch(url(server), body(CODES), Origin=server.url)[0] == 200
