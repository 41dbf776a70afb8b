"""Series over HTTP: how well they are restored, and how unusual they are, asked of a real server."""

import json
import struct
import urllib.parse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, root_mean_squared_error

from tests.running import Server
from tests.tiny_kinds import CLASSES, CODES, ENCODING, SERIES, Tiny, write_tiny_kind
from tests.web.routes.test_maps import arrays, fetch, refusal
from vae.experiments.restoration import METHODS, methods_of
from vae.experiments.unusual import refer, score, scores_of
from vae.explore.explorer import Explorer, open_explorer
from vae.families import FAMILIES
from vae.kinds.corruptions import corrupt, trainable
from vae.kinds.kinds import KINDS
from vae.kinds.series import SERIES as KIND
from vae.library.cards import read_card, write_card
from vae.library.shelf import find
from web.experiments import curves

FOREIGN = [name for name, method in METHODS.items() if method.by_name and name not in KINDS["series"].methods]


@pytest.fixture(scope="module")
def models(home: Path) -> dict[str, tuple[Path, Tiny]]:
    """A model of series of each family on the test server, with test codes and no data; `waves-bare` decodes alone."""
    made = {}
    for family in FAMILIES:
        folder = home / "models" / f"waves-{family}"
        made[family] = folder, write_tiny_kind(folder, SERIES, family)[1]
    bare = home / "models" / "waves-bare"
    write_tiny_kind(bare, SERIES)
    card = read_card(bare)
    write_card(replace(card, can=["draw"], graphs={"decode": "decoder.onnx"}), bare)
    return made


def ask(server: Server, **query: object) -> tuple[int, dict]:
    status, _, body = fetch(f"{server.url}/api/curve?{urllib.parse.urlencode(query, doseq=True)}")
    return status, json.loads(body)


# The curve


@pytest.mark.parametrize("name", trainable(KIND))
def test_a_point_is_the_mean_error_of_each_method(server: Server, models: dict, name: str) -> None:
    holes = KIND.corruptions[name].hides
    methods = [key for key, each in methods_of(SERIES).items() if each.holes != ("never" if holes else "only")]
    alone = [key for key in methods if METHODS[key].looks != "at learnt" and key != "impute"]
    status, answer = ask(server, model="waves-gaussian", corruption=name, amount=0.4, method=alone)
    assert (status, answer["measure"], answer["images"], answer["clean"]) == (200, "rmse", CODES, "reconstructions")
    assert list(answer["restored"]) == alone and all(0 <= value < 10 for value in answer["restored"].values())
    model = open_explorer(str(models["gaussian"][0]))
    codes = model.codes()
    assert codes is not None
    clean, random = model.redraw(codes, np.arange(CODES)), np.random.default_rng(curves.SEED)
    parts = [clean[first : first + curves.PART] for first in range(0, CODES, curves.PART)]
    spoiled = np.concatenate([corrupt(name, part, 0.4, random, kind=KIND).images for part in parts])
    for told, series in ((answer["spoiled"], spoiled), (answer["restored"]["vae"], model.reconstruct(spoiled))):
        errors = [root_mean_squared_error(x, y) for x, y in zip(clean, series, strict=True)]
        assert told == pytest.approx(np.mean(errors), rel=1e-4)


def test_the_best_that_is_known_of_heartbeats_is_known_by_looking_at_others(server: Server) -> None:
    methods = ["linear", "mean", "nearest", "normal"]
    _, answer = ask(server, model="beats-8d", corruption="gap", amount=0.5, method=methods)
    assert answer["clean"] == "test series"
    found = answer["restored"]
    assert max(found["nearest"], found["normal"]) < min(found["linear"], found["mean"], answer["spoiled"])


BAD = {
    "an image's corruption": ({"corruption": "blur"}, 400),
    "the brush": ({"corruption": "brush"}, 400),
    "an image's method": ({"method": FOREIGN[0]}, 400),
    "a gap's method for noise": ({"method": "linear"}, 400),
    "training series that are away": ({"method": "nearest"}, 422),
    "a model without an encoder": ({"model": "waves-bare"}, 422),
}


@pytest.mark.parametrize("case", BAD)
def test_what_no_curve_can_be_drawn_of_is_refused_in_a_sentence(server: Server, models: dict, case: str) -> None:
    change, status = BAD[case]
    query = {"model": "waves-gaussian", "corruption": "noise", "amount": 0.5, "method": "vae"} | change
    got, answer = ask(server, **query)
    assert got == status
    assert answer["error"]["message"].endswith(".") and "Traceback" not in answer["error"]["message"]


# How unusual


@pytest.fixture(scope="module")
def url(server: Server, models: dict) -> str:
    return f"{server.url}/api/unusual?model=waves-"


@pytest.mark.parametrize("family", ENCODING)
@pytest.mark.parametrize("query", ["&held_out=wide", "&corruption=noise&amount=0.4&seed=1", "&corruption=gap"])
def test_scores_of_series_are_those_of_the_package_whatever_the_family(
    url: str, models: dict, family: str, query: str
) -> None:
    header, got = arrays(f"{url}{family}{query}")
    model = Explorer(find(str(models[family][0])))
    offered = scores_of(model.card)
    assert [said["name"] for said in header["scores"]] == list(offered) and header["best"] in offered
    reference = refer(model)
    for said in header["scores"]:
        sides = [got[f"{side}/{said['name']}"] for side in ("normal", "unusual")]
        for side, values in zip(("normal", "unusual"), sides, strict=True):
            assert got[side].dtype == np.float32
            if said["name"] != "mean-distance":  # the mean is read off the normal side, where a class is left out
                np.testing.assert_allclose(
                    values, score(model, got[side], reference)[said["name"]], rtol=2e-3, atol=1e-6
                )
        truth = np.repeat([0, 1], [len(side) for side in sides])
        assert said["auroc"] == pytest.approx(roc_auc_score(truth, np.concatenate(sides)))
    assert "series" in header["sentence"] and "image" not in header["sentence"] + header["note"]


def test_spoiled_series_are_the_normal_ones_spoiled(url: str) -> None:
    header, got = arrays(f"{url}gaussian&corruption=saturation&amount=0.3&seed=2")
    np.testing.assert_array_equal(got["unusual"], corrupt("saturation", got["normal"], 0.3, 2, kind=KIND).images)
    assert (
        header["sentence"].startswith("Spoiled series: ")
        and "the same series, spoiled, are unusual" in header["sentence"]
    )


def test_sets_of_another_kind_or_length_cannot_be_chosen_and_say_why(url: str) -> None:
    header, _ = arrays(f"{url}gaussian")
    reasons = {row["name"]: row["reason"] for row in header["sets"]}
    assert reasons["mnist-5k"] == "it holds images, and the model takes series"
    assert reasons["beats"] == "its series are 128 samples, and the model takes 48 samples"
    images = arrays(url.replace("waves-", "mnist-16d"))[0]
    assert {row["name"]: row["reason"] for row in images["sets"]}[
        "beats"
    ] == "it holds series, and the model takes images"
    assert refusal(f"{url}gaussian&against=beats")[:2] == (409, "not-possible")


def body(*files: tuple[str, bytes]) -> bytes:
    text = json.dumps({"files": [{"name": name, "bytes": len(raw)} for name, raw in files]}).encode()
    return struct.pack("<I", len(text)) + text + b"".join(raw for _, raw in files)


def csv(series: np.ndarray) -> bytes:
    return "\n".join(f"{value:.6g}" for value in series.ravel()).encode()


def test_files_of_ones_own_are_scored_and_bad_ones_are_named(url: str) -> None:
    wave = np.sin(np.linspace(0, 6, 48))
    good, long = ("wave.csv", csv(wave)), ("long.csv", csv(np.sin(np.linspace(0, 6, 480))))
    bad = {
        "nan.csv": (csv(np.r_[wave[:5], np.nan, wave[6:]]), "NaN"),
        "one.csv": (b"5", "at least 4 samples; got 1"),
        "picture.png": (b"\x89PNG\r\n\x1a\n\0\0", "no series that can be read"),
        "words.txt": (b"Dear series,", "."),
    }
    sent = body(good, long, *((name, raw) for name, (raw, _) in bad.items()))
    header, got = arrays(f"{url}gaussian", sent)
    assert [said["name"] for said in header["files"]] == ["wave.csv", "long.csv"]
    assert "480 samples were brought to the model's 48" in header["files"][1]["note"]
    np.testing.assert_allclose(got["unusual"][0, :, 0], wave, atol=1e-5)
    np.testing.assert_allclose(got["unusual"][1], got["unusual"][0], atol=0.05)
    assert header["protocol"] == "yours" and "2 series of your own count as unusual" in header["sentence"]
    assert [said["name"] for said in header["refused"]] == list(bad)
    for said in header["refused"]:
        assert bad[said["name"]][1] in said["message"] and said["message"].endswith(".")
    constant, _ = arrays(f"{url}gaussian", body(("flat.csv", csv(np.full(48, 2.5)))))
    assert all(np.isfinite(said["auroc"]) for said in constant["scores"])


def test_where_no_file_can_be_read_a_sentence_says_why(url: str) -> None:
    status, code, message = refusal(f"{url}gaussian", body(("one.csv", b"5"), ("none.csv", b"")))
    assert (status, code) == (400, "bad-series")
    assert message.endswith("None could be read: one.csv, none.csv.")


@pytest.mark.parametrize("query", ["&held_out=wide", "&corruption=noise"])
def test_a_model_without_an_encoder_cannot_be_tested_and_says_so(url: str, query: str) -> None:
    status, code, message = refusal(f"{url}bare{query}")
    assert (status, code) == (409, "not-possible") and "has no encoder" in message


def test_classes_are_those_of_the_card(url: str) -> None:
    header, _ = arrays(f"{url}gaussian")
    assert [row["name"] for row in header["classes"]] == list(CLASSES)
