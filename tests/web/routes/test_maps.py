"""Codes, maps and pictures of one's own, asked of a real server."""

import http.client
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.running import Server, running_server
from tests.tiny_kinds import IMAGE, write_tiny_kind
from tests.tiny_model import expected_decode, random_codes, write_tiny_model
from tests.vae.own.images.test_picture import file, png_header
from tests.web.wire.test_live import assert_usable
from vae.datasets.bundled import sample_of
from vae.datasets.prepared import open_folder
from vae.errors import InputError
from vae.explore.explorer import Explorer
from vae.files import sha256
from vae.home import BUNDLED_MODELS
from vae.library.cards import read_card, write_card
from vae.library.codes import Codes, read_codes, write_codes
from vae.library.shelf import find
from vae.maps.ids import ids
from vae.maps.shelf import open_map
from vae.own.images.picture import MAX_BYTES
from web.opened.maps import NotMade, opened_map
from web.opened.originals import originals_of
from web.wire import frames

N = 300
FULL = {"centre", "spread", "nats", "cost"}


def write_model(folder: Path, dims: int, codes: Codes, data: str = "made-up", shape: tuple = (1, 28, 28)) -> None:
    """Write a tiny model with these test codes, of test images of this data set."""
    card = write_tiny_model(folder, dims, shape)
    write_codes(folder / "codes.npz", codes)
    listed = card.files | {"codes.npz": sha256(folder / "codes.npz")}
    write_card(replace(card, files=listed, data=replace(card.data, name=data, classes=list("0123456789"))), folder)


@pytest.fixture(scope="module")
def models(home: Path) -> Path:
    """The test server's models: in 2 and in 16 dimensions, one of the digits that come with scikit-learn."""
    root = home / "models"
    write_model(root / "map-2d", 2, random_codes(N, 2))
    write_model(root / "map-16d", 16, random_codes(N, 16))
    write_model(root / "map-digits", 4, random_codes(360, 4), "digits", (1, 8, 8))
    write_model(root / "map-few-digits", 4, random_codes(50, 4), "digits", (1, 8, 8))
    write_model(root / "map-far-away", 4, random_codes(20_800, 4), "emnist-letters")
    write_model(root / "map-no-labels", 3, replace(random_codes(N, 3), labels=None))
    damaged = random_codes(N, 16)
    damaged.centre[7, 3] = np.nan
    write_model(root / "map-nan", 16, damaged)
    endless = random_codes(N, 16)
    endless.cost[9] = np.inf
    write_model(root / "map-inf", 16, endless)
    return root


@pytest.fixture
def live(server: Server, models: Path):
    with connect(server.live, max_size=None) as socket:
        yield socket


def fetch(url: str, data: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers (lower case) and body; a body to send makes it a POST."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def refusal(url: str, data: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    """Return the status, the code and the sentence of a refused request."""
    status, told, body = fetch(url, data, **headers)
    assert told["content-type"] == "application/json"
    assert told["cache-control"] == "no-store"
    error = json.loads(body)["error"]
    assert error.keys() == {"code", "message"}
    assert "\n" not in error["message"]
    assert error["message"].endswith((".", ")"))
    return status, error["code"], error["message"]


def arrays(url: str, data: bytes | None = None) -> tuple[dict, dict[str, np.ndarray]]:
    status, headers, body = fetch(url, data)
    assert (status, headers["content-type"]) == (200, "application/octet-stream"), body[:300]
    return frames.split_arrays(body)


def ask(socket: ClientConnection, op: str, model: str, array: np.ndarray, **more: object) -> tuple[dict, np.ndarray]:
    socket.send(frames.request(1, op, model, array, **more))
    return frames.read_answer(socket.recv(60))


# --- codes


@pytest.mark.parametrize("name", ["map-2d", "map-16d", "map-no-labels"])
def test_codes_come_as_they_are_kept(server, models, name):
    header, got = arrays(f"{server.url}/api/codes?model={name}")
    kept = np.load(models / name / "codes.npz", allow_pickle=False)
    assert (header["model"], header["n"], header["dims"]) == (name, N, kept["centre"].shape[1])
    assert (header["labels"], header["originals"]) == ("labels" in kept, False)
    for array in FULL:
        assert got[array].dtype == np.float32
        np.testing.assert_array_equal(got[array], kept[array])
    assert ("labels" in got) == ("labels" in kept)
    if "labels" in kept:
        assert got["labels"].dtype == np.int32
        np.testing.assert_array_equal(got["labels"], kept["labels"])


@pytest.mark.parametrize(("family", "sent"), [("autoencoder", {"centre", "cost"}), ("conditional", FULL)])
def test_codes_come_with_what_their_model_says_of_them(server, models, family, sent):
    write_tiny_kind(models / f"map-{family}", IMAGE, family)
    header, got = arrays(f"{server.url}/api/codes?model=map-{family}")
    kept = np.load(models / f"map-{family}" / "codes.npz", allow_pickle=False)
    assert got.keys() == sent | {"labels"}
    for array in sent:
        np.testing.assert_array_equal(got[array], kept[array])
    assert (header["n"], header["message"]) == (len(kept["centre"]), "")


def test_codes_of_a_codebook_come_as_the_numbers_that_they_are(server):
    header, got = arrays(f"{server.url}/api/codes?model=mnist-vq")
    codes = read_codes(BUNDLED_MODELS / "mnist-vq")
    assert codes is not None and codes.nats is not None
    assert got["chosen"].shape == (header["n"], 16)
    spelt = np.zeros((header["n"], header["dims"]), np.float32)
    np.put_along_axis(spelt, got["chosen"].astype(np.int64), 1, 1)
    np.testing.assert_array_equal(spelt, codes.centre)
    np.testing.assert_allclose(got["nats"], codes.nats.sum(1), rtol=1e-5)


def test_arrays_start_where_a_browser_can_read_them_without_a_copy(server, models):
    _, _, body = fetch(f"{server.url}/api/codes?model=map-no-labels")
    header, _ = frames.split_arrays(body)
    start = 4 + int.from_bytes(body[:4], "little")
    assert all((start + array["offset"]) % 4 == 0 for array in header["arrays"])
    assert len(body) == start + sum(4 * int(np.prod(array["shape"])) for array in header["arrays"])


def test_a_model_without_codes_says_so(server, models):
    header, got = arrays(f"{server.url}/api/codes?model=tiny-16d")
    assert (header["n"], got) == (0, {})
    assert "keeps no test codes" in header["message"]


@pytest.mark.parametrize("path", ["codes?model=map-16d", "map?model=map-16d&map=pca"])
def test_what_a_browser_has_is_not_sent_again(server, models, path):
    status, headers, body = fetch(f"{server.url}/api/{path}")
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert len(body) > 1000
    status, again, body = fetch(f"{server.url}/api/{path}", **{"If-None-Match": headers["etag"]})
    assert (status, again["etag"], body) == (304, headers["etag"], b"")
    assert fetch(f"{server.url}/api/{path}", **{"If-None-Match": '"another"'})[0] == 200


def test_codes_that_were_made_again_are_sent_again(server, models):
    write_model(models / "map-changing", 2, random_codes(20, 2))
    url = f"{server.url}/api/codes?model=map-changing"
    _, headers, _ = fetch(url)
    assert arrays(f"{server.url}/api/map?model=map-changing&map=pca")[0]["shape"] == [20, 2]
    write_model(models / "map-changing", 2, random_codes(30, 2))
    assert fetch(url, **{"If-None-Match": headers["etag"]})[0] == 200
    assert arrays(f"{server.url}/api/map?model=map-changing&map=pca")[0]["shape"] == [30, 2]


@pytest.mark.parametrize("path", ["codes?model=map-nan", "codes?model=map-inf"])
def test_codes_that_are_not_finite_are_refused(server, models, path):
    status, code, message = refusal(f"{server.url}/api/{path}")
    assert (status, code) == (422, "bad-codes")
    assert "NaN or infinity" in message


def test_damaged_codes_are_refused(server, models):
    folder = models / "map-damaged"
    write_model(folder, 2, random_codes(20, 2))
    (folder / "codes.npz").write_bytes((folder / "codes.npz").read_bytes()[:-100])
    assert refusal(f"{server.url}/api/codes?model=map-damaged")[:2] == (422, "bad-codes")
    header, _ = arrays(f"{server.url}/api/map?model=map-damaged&map=pca")
    assert header["state"] == "failed"
    assert "codes.npz is damaged" in header["message"]


BAD_MODELS = ["", "nothing", "../map-2d", "/etc", "map-2d/../map-2d", "%00", "MAP-2D", "x" * 5000]


@pytest.mark.parametrize("model", BAD_MODELS)
@pytest.mark.parametrize("path", ["codes?", "map?map=pca&", "picture?"])
def test_an_unknown_model_is_named(server, models, path, model):
    body = b"" if path == "picture?" else None
    assert refusal(f"{server.url}/api/{path}model={model}", body)[:2] == (404, "unknown-model")


# --- maps


@pytest.mark.parametrize(("name", "id"), [("map-2d", "identity"), ("map-16d", "pca"), ("map-16d", "dimensions-3-1")])
def test_a_linear_map_stands_at_once(server, models, live, name, id):
    header, got = arrays(f"{server.url}/api/map?model={name}&map={id}")
    model = find(str(models / name))
    codes = random_codes(N, model.card.latent.dims)
    expected = open_map(model, id, codes.centre.astype(np.float16).astype(np.float32))
    assert (header["state"], header["shape"], header["measuring"]) == ("done", [N, 2], False)
    np.testing.assert_allclose(got["points"], expected.points, atol=1e-5)
    _, placed = ask(live, "place", name, expected.codes[:5], map=id)
    assert placed.dtype == np.float32
    np.testing.assert_allclose(placed, expected.points[:5], atol=1e-4)
    _, code = ask(live, "code_at", name, expected.points[:5], map=id)
    np.testing.assert_allclose(code, expected.code_at(expected.points[:5]), atol=1e-4)


def test_a_map_that_is_not_made_is_absent(server, models, live):
    header, got = arrays(f"{server.url}/api/map?model=map-16d&map=tsne-p5-s1")
    assert (header["state"], header["shape"], header["keeps"]) == ("absent", [0, 2], None)
    assert len(got["points"]) == 0
    for op, columns in (("place", 16), ("code_at", 2), ("decode_point", 2)):
        answer, _ = ask(live, op, "map-16d", np.zeros((1, columns), np.float32), map="tsne-p5-s1")
        assert answer["error"]["code"] == "absent"
        assert "not made yet" in answer["error"]["message"]


BAD_MAPS = ["", "umap", "identity", "dimensions-0-0", "dimensions-0-16", "../../card", "tsne-p30-s0", "pca%00"]


@pytest.mark.parametrize("id", [*BAD_MAPS, "x" * 3000])
def test_an_unknown_map_is_named(server, models, id):
    assert refusal(f"{server.url}/api/map?model=map-16d&map={id}")[:2] == (404, "unknown-map")
    assert refusal(f"{server.url}/api/map?model=map-16d&map={id}&action=form&visitor=a", b"")[:2] == (
        404,
        "unknown-map",
    )


@pytest.mark.parametrize("after", ["x", "1.5", "-", "1" * 30, "%C2%B2", ""])
def test_after_is_an_iterations_number(server, models, after):
    assert refusal(f"{server.url}/api/map?model=map-16d&map=pca&after={after}")[:2] == (400, "bad-request")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("map=tsne&action=&visitor=a", 400, "bad-request"),
        ("map=tsne&action=delete&visitor=a", 400, "bad-request"),
        ("map=tsne&action=form&visitor=", 400, "bad-request"),
        ("map=tsne&action=form&visitor=" + "v" * 65, 400, "bad-request"),
    ],
)
def test_a_bad_wish_for_a_map_is_refused(server, models, query, status, code):
    assert refusal(f"{server.url}/api/map?model=map-16d&{query}", b"")[:2] == (status, code)


def test_a_visitors_word_is_short(server, models):
    url = f"{server.url}/api/map?model=map-16d&map=pca&visitor="
    assert refusal(url + "v" * 65)[:2] == (400, "bad-request")
    for word in ("", "v", "v" * 64):
        assert arrays(url + word)[0]["state"] == "done"


def test_a_page_may_not_ask_for_a_map_that_takes_for_ever(server, models):
    url = f"{server.url}/api/map?model=map-16d&map=tsne-p100.01-s0"
    assert arrays(url)[0]["state"] == "absent"  # a command line may make it
    status, code, message = refusal(f"{url}&action=form&visitor=a", b"")
    assert (status, code) == (400, "bad-request")
    assert "perplexity of at most 100; got 100.01" in message
    assert arrays(url)[0]["state"] == "absent"


@pytest.mark.parametrize("path", ["map?model=map-16d&map=tsne&action=form&visitor=a", "picture?model=map-16d"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_a_page_of_another_origin_may_not_ask_for_work(server, models, path, origin):
    assert refusal(f"{server.url}/api/{path}", b"x", Origin=origin)[:2] == (403, "origin")
    assert arrays(f"{server.url}/api/map?model=map-16d&map=tsne")[0]["state"] == "absent"


# --- the socket's ops on maps


def test_a_place_on_the_plane_is_decoded_to_the_formulas_picture(live):
    xy = (np.random.default_rng(1).integers(-16, 17, (9, 2)) / 8).astype(np.float32)
    _, images = ask(live, "decode_point", "map-2d", xy, map="identity")
    np.testing.assert_array_equal(images, expected_decode(xy))


@pytest.mark.parametrize("id", ["pca", "dimensions-0-5"])
def test_a_place_is_decoded_to_the_picture_of_its_code(live, id):
    xy = np.random.default_rng(1).standard_normal((7, 2)).astype(np.float32)
    _, codes = ask(live, "code_at", "map-16d", xy, map=id)
    _, expected = ask(live, "decode", "map-16d", codes)
    _, images = ask(live, "decode_point", "map-16d", xy, map=id)
    np.testing.assert_array_equal(images, expected)


@pytest.mark.parametrize("op", ["place", "code_at", "decode_point"])
@pytest.mark.parametrize("value", [1e30, -3e38, 1e-45])
def test_places_far_beyond_all_data_fail_nobody(live, op, value):
    array = np.full((2, 2), value, np.float32)
    for id in ("identity", "pca"):
        answer, _ = ask(live, op, "map-2d", array, map=id)
        assert answer.get("error", {}).get("code") in (None, "unknown-map")
    assert_usable(live)


def two(*rows: int, value: float = 0.0) -> np.ndarray:
    return np.full(rows, value, np.float32)


BAD_OPS = {
    "place without a map": ("place", two(1, 2), {}, "bad-header"),
    "map a number": ("place", two(1, 2), {"map": 5}, "bad-header"),
    "map's name too long": ("place", two(1, 2), {"map": "x" * 65}, "bad-header"),
    "map a path": ("code_at", two(1, 2), {"map": "../codes"}, "unknown-map"),
    "map of another model": ("code_at", two(1, 2), {"map": "dimensions-0-7"}, "unknown-map"),
    "map empty": ("decode_point", two(1, 2), {"map": ""}, "unknown-map"),
    "place of 3 numbers": ("place", two(1, 3), {"map": "identity"}, "bad-shape"),
    "place of none": ("place", two(0, 2), {"map": "identity"}, "bad-shape"),
    "code at 3 numbers": ("code_at", two(1, 3), {"map": "identity"}, "bad-shape"),
    "1,025 places": ("decode_point", two(1025, 2), {"map": "identity"}, "bad-shape"),
    "NaN": ("code_at", two(2, 2, value=np.nan), {"map": "identity"}, "not-finite"),
    "infinity": ("decode_point", two(2, 2, value=np.inf), {"map": "identity"}, "not-finite"),
    "codes of infinity": ("place", two(2, 2, value=-np.inf), {"map": "identity"}, "not-finite"),
    "payload of bytes": ("code_at", np.zeros((1, 2), np.uint8), {"map": "identity"}, "bad-payload"),
    "originals of nothing": ("originals", np.zeros(1, np.int32), {}, "absent"),
    "originals in rows": ("originals", np.zeros((1, 1), np.int32), {}, "bad-shape"),
    "no originals": ("originals", np.zeros(0, np.int32), {}, "bad-shape"),
    "1,025 originals": ("originals", np.zeros(1025, np.int32), {}, "bad-shape"),
    "originals by bytes": ("originals", np.zeros(3, np.uint8), {}, "bad-payload"),
}


@pytest.mark.parametrize("case", BAD_OPS)
def test_a_bad_request_is_refused_and_the_socket_stays_usable(live, case):
    op, array, more, code = BAD_OPS[case]
    answer, nothing = ask(live, op, "map-2d", array, **more)
    assert nothing is None
    assert answer["error"]["code"] == code
    assert "Traceback" not in answer["error"]["message"]
    assert_usable(live)


def test_a_model_without_codes_has_no_maps(live):
    answer, _ = ask(live, "code_at", "tiny-2d", two(1, 2), map="identity")
    assert answer["error"]["code"] == "absent"
    assert "keeps no test codes" in answer["error"]["message"]


# --- the images themselves


def test_those_originals_that_come_with_the_program_are_there_without_the_set(server, live):
    sample = sample_of("mnist")
    header, _ = arrays(f"{server.url}/api/codes?model=mnist-2d")
    assert (header["originals"], header["shipped"]) == (False, sample.numbers.tolist())
    _, images = ask(live, "originals", "mnist-2d", sample.numbers[[7, 0]].astype(np.int32))
    np.testing.assert_array_equal(images, sample.things[[7, 0]])
    absent = next(i for i in range(10_000) if sample.rows(np.array([i]))[0] < 0)
    header, _ = ask(live, "originals", "mnist-2d", np.array([absent], np.int32))
    assert header["error"]["code"] == "absent" and "500 images of MNIST are here" in header["error"]["message"]


def test_originals_are_the_data_sets_test_images_in_their_order(server, models, live, home):
    header, _ = arrays(f"{server.url}/api/codes?model=map-digits")
    assert header["originals"] is True
    numbers = np.array([0, 359, 7, 7], np.int32)
    _, images = ask(live, "originals", "map-digits", numbers)
    np.testing.assert_array_equal(images, open_folder(home / "datasets" / "digits").test.images[numbers])


@pytest.mark.parametrize("number", [360, -1, 2**31 - 1, -(2**31)])
def test_an_original_that_there_is_not_is_out_of_range(live, number):
    answer, _ = ask(live, "originals", "map-digits", np.array([0, number], np.int32))
    assert answer["error"]["code"] == "out-of-range"
    assert "0 to 359" in answer["error"]["message"]


@pytest.mark.parametrize("name", ["map-few-digits", "map-far-away", "map-16d", "tiny-16d"])
def test_no_other_images_stand_in_for_originals(server, models, live, name):
    assert arrays(f"{server.url}/api/codes?model={name}")[0]["originals"] is False
    answer, _ = ask(live, "originals", name, np.zeros(1, np.int32))
    assert answer["error"]["code"] == "absent"


def test_where_there_are_no_images_and_no_map_no_codes_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    write_model(tmp_path / "models" / "refused", 4, random_codes(20, 4))
    model = Explorer(find("refused"))
    (tmp_path / "models" / "refused" / "codes.npz").write_bytes(b"damaged")
    with pytest.raises(InputError, match="are not on this computer"):
        originals_of(model)
    with pytest.raises(NotMade, match="is not made yet"):
        opened_map("refused", "tsne")
    with pytest.raises(NotMade, match="is damaged"):
        opened_map("refused", "pca")


@pytest.mark.parametrize("data", ["/etc", "../models", "datasets/digits", "."])
def test_a_cards_data_set_is_never_a_path(server, models, live, data):
    card = read_card(models / "map-few-digits")
    write_model(models / "map-path", 4, random_codes(360, 4), data, (1, 8, 8))
    assert card.data.name == "digits"
    assert arrays(f"{server.url}/api/codes?model=map-path")[0]["originals"] is False
    assert ask(live, "originals", "map-path", np.zeros(1, np.int32))[0]["error"]["code"] == "absent"


# --- pictures of one's own


def bar(width: int = 200, height: int = 300) -> np.ndarray:
    """A dark upright bar on white."""
    image = np.full((height, width), 255, np.uint8)
    image[50:250, 90:110] = 0
    return image


def test_a_picture_comes_back_as_the_model_takes_it(server, models):
    write_model(models / "map-mnist", 2, random_codes(20, 2), "mnist")
    header, got = arrays(f"{server.url}/api/picture?model=map-mnist", file(bar()))
    assert header["shape"] == [28, 28, 1]
    assert got["pixels"].dtype == np.uint8
    rows, columns = np.flatnonzero(got["pixels"].any(axis=(1, 2))), np.flatnonzero(got["pixels"].any(axis=(0, 2)))
    assert (len(rows), len(columns)) == (20, 2)
    assert "exchanged" in header["note"]
    assert "as MNIST's are" in header["note"]


def test_the_page_may_choose_how_a_picture_is_read(server, models):
    write_model(models / "map-mnist", 2, random_codes(20, 2), "mnist")
    url = f"{server.url}/api/picture?model=map-mnist"
    _, plain = arrays(f"{url}&invert=no&fit=whole", file(bar(200, 200)))
    assert plain["pixels"][0, 0, 0] == 255
    _, inverted = arrays(f"{url}&invert=yes&fit=whole", file(bar(200, 200)))
    np.testing.assert_array_equal(inverted["pixels"], 255 - plain["pixels"])
    for wrong in ("invert=perhaps", "fit=square"):
        assert refusal(f"{url}&{wrong}", file(bar()))[:2] == (400, "bad-request")


def test_a_colour_model_gets_colours(server, models):
    write_tiny_model(models / "map-colour", 2, (3, 32, 32))
    header, got = arrays(
        f"{server.url}/api/picture?model=map-colour", file(np.full((40, 40, 3), (9, 99, 199), np.uint8))
    )
    assert (header["shape"], header["note"]) == ([32, 32, 3], "")
    np.testing.assert_array_equal(got["pixels"][5, 5], [9, 99, 199])


@pytest.mark.parametrize("body", [b"", b"Dear picture,", png_header(10_000, 10_000), file(bar())[:-200]])
def test_what_is_no_picture_is_told_in_a_sentence(server, models, body):
    assert refusal(f"{server.url}/api/picture?model=map-2d", body)[:2] == (400, "bad-picture")


def test_a_model_of_series_gets_a_series_at_its_own_length(server, models):
    write_tiny_kind(models / "map-series")
    url = f"{server.url}/api/picture?model=map-series"
    slope = np.linspace(-1, 1, 96)
    header, got = arrays(url, "\n".join(map(str, slope)).encode())
    assert header["shape"] == [48, 1] and "96 samples were brought to the model's 48" in header["note"]
    assert got["series"].dtype == np.float32
    np.testing.assert_allclose(got["series"][:, 0], np.linspace(-1, 1, 48), atol=1e-6)
    for wrong in (b"", b"Dear series,", b"1,2,3,four", file(bar())):
        status, code, message = refusal(url, wrong)
        assert (status, code) == (400, "bad-series") and "series" in message


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 2 * MAX_BYTES])
def test_a_body_too_large_is_refused_with_a_reason(server, models, size):
    status, code, message = refusal(f"{server.url}/api/picture?model=map-2d", bytes(size))
    assert (status, code) == (413, "too-large")
    assert "at most 20 MB" in message


def test_a_body_without_end_is_cut_off(server, models):
    def endless():
        for _ in range(1000):
            yield bytes(2**20)

    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    try:
        connection.request("POST", "/api/picture?model=map-2d", endless(), encode_chunked=True)
        assert connection.getresponse().status == 413
    except OSError:  # the server has closed it while the rest was being sent
        pass
    finally:
        connection.close()
    assert arrays(f"{server.url}/api/picture?model=map-2d", file(bar()))[0]["shape"] == [28, 28, 1]


def test_an_upload_that_breaks_off_hurts_nobody(server, models):
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    connection.putrequest("POST", "/api/picture?model=map-2d")
    connection.putheader("Content-Length", "100000")
    connection.endheaders()
    connection.send(bytes(1000))
    connection.close()
    assert arrays(f"{server.url}/api/picture?model=map-2d", file(bar()))[0]["shape"] == [28, 28, 1]


def test_a_class_that_pastes_at_once_is_answered_and_pictures_still_move(server, models, live):
    big = file(np.random.default_rng(0).integers(0, 255, (1500, 1500), np.uint8))
    with ThreadPoolExecutor(12) as pool:
        answers = [pool.submit(arrays, f"{server.url}/api/picture?model=map-2d", big) for _ in range(12)]
        assert_usable(live)
        assert {tuple(answer.result()[0]["shape"]) for answer in answers} == {(28, 28, 1)}


# --- what the server has loaded


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
def test_neither_torch_nor_scikit_learn_is_loaded_for_maps_and_pictures(server, models, live):
    for id in (*ids(2)[:1], "pca"):
        fetch(f"{server.url}/api/map?model=map-2d&map={id}")
    ask(live, "decode_point", "map-2d", two(1, 2), map="identity")
    noise = np.random.default_rng(0).integers(0, 255, (300, 300), np.uint8)  # a photo, as far as anyone can tell
    arrays(f"{server.url}/api/picture?model=map-2d&fit=digit", file(noise))
    loaded = Path(f"/proc/{server.process.pid}/maps").read_text()
    assert "libtorch" not in loaded
    assert "/sklearn/" not in loaded
    assert "/scipy/" in loaded  # the oracle sees libraries of Python packages


def test_a_base_path_holds_for_every_route(tmp_path):
    write_model(tmp_path / "models" / "map-2d", 2, random_codes(30, 2))
    with running_server(tmp_path, "--server.baseUrlPath", "demo", base_path="/demo") as server:
        assert arrays(f"{server.url}/api/codes?model=map-2d")[0]["n"] == 30
        assert arrays(f"{server.url}/api/map?model=map-2d&map=identity")[0]["state"] == "done"
        assert fetch(f"{server.url}/live/map/map.js")[0] == 200
        assert arrays(f"{server.url}/api/picture?model=map-2d", file(bar()))[0]["shape"] == [28, 28, 1]
