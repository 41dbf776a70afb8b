"""How unusual images are, asked of a real server."""

import json
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from scipy.special import entr
from sklearn.metrics import roc_auc_score
from websockets.sync.client import connect

from tests.running import Server
from tests.tiny_model import random_codes, write_tiny_model
from tests.vae.own.images.test_picture import file
from tests.web.routes.test_maps import arrays, ask, bar, fetch, refusal, write_model
from vae.datasets.bundled import sample_of
from vae.datasets.prepared import open_folder
from vae.experiments.unusual import refer, score, scores_of
from vae.explore.explorer import Explorer
from vae.kinds.corruptions import corrupt
from vae.library.cards import read_card, write_card
from vae.library.shelf import find

SEED = 11
SCORES = scores_of(find("mnist-16d").card)
"""Those of images and of a VAE."""


@pytest.fixture(scope="module")
def url(server: Server, home: Path) -> str:
    """The route's address up to the model's name; the test server has models of digits, and of images that are away."""
    root = home / "models"
    write_model(root / "odd-digits", 4, random_codes(360, 4), "digits", (1, 8, 8))
    write_model(root / "odd-threeless", 4, random_codes(360, 4), "digits", (1, 8, 8))
    card = read_card(root / "odd-threeless")
    write_card(replace(card, training=card.training | {"without": "3"}), root / "odd-threeless")
    write_model(root / "odd-away", 4, random_codes(300, 4), "emnist-letters")
    write_model(root / "odd-colour", 4, random_codes(60, 4), shape=(3, 12, 10))
    write_model(root / "odd-one", 4, replace(random_codes(60, 4), labels=np.zeros(60, np.int64)))
    card = read_card(root / "odd-one")
    write_card(replace(card, data=replace(card.data, classes=["thing"])), root / "odd-one")
    write_tiny_model(root / "odd-bare", 4)
    return f"{server.url}/api/unusual?model="


def digits(home: Path) -> Any:
    return open_folder(home / "datasets" / "digits").test


def upload(*pictures: tuple[str, bytes], **more: Any) -> bytes:
    """Return the body that sends these picture files."""
    said = {"files": [{"name": name, "bytes": len(raw)} for name, raw in pictures]} | more
    text = json.dumps(said).encode()
    return struct.pack("<I", len(text)) + text + b"".join(raw for _, raw in pictures)


def picture(name: str = "bar.png", width: int = 200) -> tuple[str, bytes]:
    return name, file(bar(width))


def named(rows: list[dict]) -> dict[str, dict]:
    return {row["name"]: row for row in rows}


# --- what is answered


@pytest.mark.parametrize("query", ["", "&held_out=7", "&corruption=gaussian&amount=0.4&seed=1", "&corruption=block"])
def test_scores_are_those_of_the_package_and_auroc_is_scikit_learns(url, home, query):
    header, got = arrays(f"{url}odd-digits{query}")
    model = Explorer(find(str(home / "models" / "odd-digits")))
    reference = refer(model, np.ascontiguousarray(digits(home).images))
    assert [said["name"] for said in header["scores"]] == list(SCORES)
    for said in header["scores"]:
        for kind in ("normal", "unusual"):
            expected = score(model, got[kind], reference)[said["name"]]
            np.testing.assert_allclose(got[f"{kind}/{said['name']}"], expected, rtol=1e-3)
        sides = [got[f"{kind}/{said['name']}"] for kind in ("normal", "unusual")]
        if query:
            truth = np.repeat([0, 1], [len(side) for side in sides])
            assert said["auroc"] == pytest.approx(roc_auc_score(truth, np.concatenate(sides)))
        else:
            assert said["auroc"] is None


def test_the_floor_and_the_kl_of_each_image_come_with_its_scores(url, home):
    _, got = arrays(f"{url}odd-digits&held_out=7")
    for kind in ("normal", "unusual"):
        levels = got[kind].astype(np.float64) / 255
        entropies = (entr(levels) + entr(1 - levels)).sum(axis=(1, 2, 3))
        np.testing.assert_allclose(got[f"{kind}_floor"], entropies, rtol=1e-4, atol=1e-3)
        assert (got[f"{kind}/negative-elbo"] - got[f"{kind}_floor"] - got[f"{kind}_kl"] > 0).all()


def test_nothing_chosen_yet_shows_what_can_be_tested_against(url, home):
    header, got = arrays(f"{url}odd-digits")
    assert (header["protocol"], header["normal"]["n"], header["unusual"]["n"]) == ("choose", 360, 0)
    assert header["best"] in SCORES
    np.testing.assert_array_equal(got["normal"], digits(home).images)
    np.testing.assert_array_equal(got["normal_labels"], digits(home).labels)
    assert got["unusual"].shape == (0, 8, 8, 1)
    sets = named(header["sets"])
    assert not any(said["ready"] for said in sets.values())
    assert sets["digits"]["reason"] == "the model learnt from such images"
    assert sets["mnist-5k"]["reason"] == "its images are 28 x 28 in grey, and the model takes 8 x 8 in grey"
    assert "not on this computer" in named(arrays(f"{url}odd-away")[0]["sets"])["kmnist"]["reason"]
    assert header["classes"] == [{"name": name, "left_out": False} for name in "0123456789"]


def test_a_class_that_training_has_seen_is_no_fair_test_and_is_said_to_be_none(url, home):
    header, got = arrays(f"{url}odd-digits&held_out=7")
    labels = digits(home).labels
    assert (header["protocol"], header["unusual"]["title"]) == ("class-seen", "7")
    assert (len(got["normal"]), len(got["unusual"])) == ((labels != 7).sum(), (labels == 7).sum())
    assert set(got["unusual_labels"]) == {7}
    assert 7 not in got["normal_labels"]
    assert "no fair test" in header["sentence"]


def test_a_class_that_was_left_out_of_training_is_normal_nowhere(url, home):
    header, got = arrays(f"{url}odd-threeless&held_out=3")
    assert header["protocol"] == "class-held-out"
    assert header["sentence"].startswith("One class held out: 323 test images of")
    assert "Training has seen none of that class." in header["sentence"]
    assert set(got["unusual_labels"]) == {3}
    for query in ("", "&corruption=rows", "&held_out=5"):
        assert 3 not in arrays(f"{url}odd-threeless{query}")[1]["normal_labels"]
    assert [said["name"] for said in header["classes"] if said["left_out"]] == ["3"]


def test_its_codes_do_not_count_as_normal_either(url, home):
    _, whole = arrays(f"{url}odd-digits")
    _, without = arrays(f"{url}odd-threeless")
    shared = whole["normal_labels"] != 3
    np.testing.assert_array_equal(whole["normal"][shared], without["normal"])
    name = "normal/latent-distance"
    assert not np.allclose(whole[name][shared], without[name], rtol=1e-3)


def test_spoiled_images_are_the_normal_ones_spoiled(url):
    header, got = arrays(f"{url}odd-digits&corruption=salt-and-pepper&amount=0.3&seed={SEED}")
    spoiled = corrupt("salt-and-pepper", got["normal"], 0.3, SEED).images
    np.testing.assert_array_equal(got["unusual"], np.floor(spoiled * 255 + 0.5).astype(np.uint8))
    np.testing.assert_array_equal(got["unusual_labels"], got["normal_labels"])
    assert (header["protocol"], f"amount 0.3, seed {SEED}" in header["sentence"]) == ("spoiled", True)


def test_images_that_were_not_spoiled_are_told_apart_by_nothing(url):
    header, got = arrays(f"{url}odd-digits&corruption=gaussian&amount=0")
    np.testing.assert_array_equal(got["unusual"], got["normal"])
    assert {said["auroc"] for said in header["scores"]} == {0.5}


def test_where_the_images_are_away_reconstructions_stand_in_and_the_note_says_so(url, home):
    header, got = arrays(f"{url}odd-away&against=mnist-5k")
    model = Explorer(find(str(home / "models" / "odd-away")))
    codes = model.codes()
    np.testing.assert_array_equal(got["normal"], model.decode(codes.centre))
    np.testing.assert_array_equal(got["normal_labels"], codes.labels)
    assert "reconstructions of them stand in" in header["note"]
    assert (header["protocol"], header["unusual"]) == (
        "set",
        {"title": "MNIST, 5,000 images", "n": 1000, "classes": list("0123456789")},
    )


def test_the_test_images_that_come_along_are_mnists_and_another_mnist_is_no_other_set(url):
    header, got = arrays(f"{url}mnist-16d")
    assert (header["normal"]["n"], got["normal"].shape) == (500, (500, 28, 28, 1))
    np.testing.assert_array_equal(got["normal"], sample_of("mnist").things)
    assert header["note"] == "" and "500 test images" in header["sentence"]
    sets = named(header["sets"])
    assert not sets["mnist-5k"]["ready"] and sets["fashion-mnist"]["ready"]


def test_clothes_are_another_set_for_digits_where_neither_was_downloaded(url):
    header, got = arrays(f"{url}mnist-16d&against=fashion-mnist")
    assert header["unusual"]["n"] == 500 and header["protocol"] == "set"
    np.testing.assert_array_equal(got["unusual"], sample_of("fashion-mnist").things)


def test_a_model_of_one_class_is_tested_as_one_class_kept(url):
    header, _ = arrays(f"{url}odd-one&against=mnist-5k")
    assert header["protocol"] == "class-kept"
    assert header["sentence"].startswith("One class kept: training saw 'thing' alone.")
    status, code, message = refusal(f"{url}odd-one&held_out=thing")
    assert (status, code) == (409, "not-possible")
    assert "told from others" in message


@pytest.mark.parametrize("query", ["", "&held_out=1", "&corruption=stripes"])
def test_a_browser_keeps_what_it_has(url, query):
    _, headers, _ = fetch(f"{url}odd-digits{query}")
    assert fetch(f"{url}odd-digits{query}", **{"If-None-Match": headers["etag"]})[0] == 304


# --- pictures of one's own


def test_pictures_are_read_as_the_model_takes_them(url, server):
    header, got = arrays(f"{url}odd-digits", upload(picture("a.png"), picture("b.png", 300)))
    assert (header["protocol"], header["unusual"]["n"]) == ("yours", 2)
    assert [said["name"] for said in header["files"]] == ["a.png", "b.png"]
    assert header["refused"] == []
    assert set(got["unusual_labels"]) == {-1}
    _, alone = arrays(f"{server.url}/api/picture?model=odd-digits", file(bar(300)))
    np.testing.assert_array_equal(got["unusual"][1], alone["pixels"])
    assert "2 pictures of your own count as unusual" in header["sentence"]


def test_a_picture_is_scored_alike_alone_and_among_others(url):
    _, alone = arrays(f"{url}odd-colour", upload(picture()))
    _, among = arrays(f"{url}odd-colour", upload(picture("a", 90), picture(), picture("c", 150)))
    for name in SCORES:
        np.testing.assert_allclose(alone[f"unusual/{name}"][0], among[f"unusual/{name}"][1], rtol=1e-4)


def test_the_normal_side_is_left_out_for_a_page_that_has_it(url):
    whole, both = arrays(f"{url}odd-digits", upload(picture()))
    header, got = arrays(f"{url}odd-digits&normal=no", upload(picture()))
    assert header | {"arrays": None} == whole | {"arrays": None}
    assert set(got) == {name for name in both if name.startswith("unusual")}
    np.testing.assert_array_equal(got["unusual"], both["unusual"])


def test_what_is_no_picture_is_named_and_the_others_are_scored(url):
    header, got = arrays(f"{url}odd-digits", upload(("letter.txt", b"Dear picture,"), picture(), ("empty", b"")))
    assert [said["name"] for said in header["refused"]] == ["letter.txt", "empty"]
    assert "no picture that can be read" in header["refused"][0]["message"]
    assert ([said["name"] for said in header["files"]], len(got["unusual"])) == (["bar.png"], 1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad-request"),
        (b"\x09\x00\x00\x00[1, 2, 3]", "bad-request"),
        (b"\xff\xff\xff\xff", "bad-request"),
        (upload(), "bad-request"),
        (upload(*[picture()] * 65), "bad-request"),
        (upload(picture())[:-20], "bad-request"),
        (upload(("letter.txt", b"Dear picture,")), "bad-picture"),
    ],
)
def test_a_body_that_holds_no_pictures_is_refused(url, body, code):
    assert refusal(f"{url}odd-digits", body)[:2] == (400, code)


def test_a_body_too_large_is_refused_with_a_reason(url):
    status, code, message = refusal(f"{url}odd-digits", bytes(64 * 2**20 + 1))
    assert (status, code) == (413, "too-large")
    assert "at most 64 MB" in message


@pytest.mark.parametrize("invert", ["yes", "no"])
def test_light_and_dark_are_exchanged_as_the_address_says(url, server, invert):
    _, got = arrays(f"{url}odd-digits&invert={invert}", upload(picture()))
    _, alone = arrays(f"{server.url}/api/picture?model=odd-digits&invert={invert}", file(bar()))
    np.testing.assert_array_equal(got["unusual"][0], alone["pixels"])
    _, chosen = arrays(f"{url}odd-digits", upload(picture()))
    assert np.array_equal(got["unusual"], chosen["unusual"]) == (invert == "yes")


def test_light_and_dark_are_exchanged_or_not(url):
    status, code, message = refusal(f"{url}odd-digits&invert=perhaps", upload(picture()))
    assert (status, code) == (400, "bad-request")
    assert "`invert` is yes or no" in message


@pytest.mark.parametrize("body", [None, upload(picture())], ids=["choice", "pictures"])
def test_pages_of_another_origin_may_not_ask(url, body):
    assert refusal(f"{url}odd-digits", body, Origin="http://elsewhere.test")[:2] == (403, "origin")


# --- what is refused


@pytest.mark.parametrize(
    ("query", "status", "code", "word"),
    [
        ("nobody", 404, "unknown-model", "nobody"),
        ("../x", 404, "unknown-model", "name"),
        ("odd-bare", 409, "not-possible", "download the data"),
        ("odd-digits&against=digits", 409, "not-possible", "learnt from such images"),
        ("odd-digits&against=cifar10", 409, "not-possible", "in colour"),
        ("odd-digits&against=/etc", 409, "not-possible", "Unknown data set"),
        ("odd-digits&held_out=ten", 409, "not-possible", "Unknown class"),
        ("odd-digits&corruption=soup", 409, "not-possible", "Unknown corruption"),
        ("odd-digits&corruption=brush", 409, "not-possible", "choose another"),
        ("odd-digits&corruption=blur&amount=2", 400, "bad-request", "0 to 1"),
        ("odd-digits&corruption=blur&amount=nan", 400, "bad-request", "is a number"),
        ("odd-digits&corruption=blur&seed=1.5", 400, "bad-request", "whole number"),
        ("odd-digits&corruption=blur&seed=-1", 400, "bad-request", "whole number"),
        ("odd-digits&corruption=blur&held_out=1", 400, "bad-request", "one thing at a time"),
    ],
)
def test_what_cannot_be_tested_is_told_in_a_sentence(url, query, status, code, word):
    got = refusal(f"{url}{quote(query, safe='&=')}")
    assert got[:2] == (status, code)
    assert word in got[2]


# --- beside other work


def test_live_pictures_go_on_while_tests_are_scored(url, server):
    z = np.zeros((1, 16), np.float32)
    with connect(server.live) as live, ThreadPoolExecutor(2) as pool:
        ask(live, "decode", "mnist-16d", z)
        asked = [pool.submit(arrays, f"{url}mnist-16d&corruption=gaussian&seed={seed}") for seed in range(2)]
        waits = []
        while not all(one.done() for one in asked):
            began = time.perf_counter()
            ask(live, "decode", "mnist-16d", z)
            waits.append(time.perf_counter() - began)
        assert len(waits) > 10
        assert np.median(waits) < 0.25
        assert {one.result()[0]["protocol"] for one in asked} == {"spoiled"}


@pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc")
def test_neither_torch_nor_scikit_learn_is_loaded_for_it(url, server):
    arrays(f"{url}odd-digits&corruption=blur")
    loaded = Path(f"/proc/{server.process.pid}/maps").read_text()
    assert "libtorch" not in loaded
    assert "/sklearn/" not in loaded
