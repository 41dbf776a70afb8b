"""What a page asks: what could not be told apart, with pictures of each answer, at most three questions in all."""

import base64
from dataclasses import replace

import numpy as np
import onnx
import pytest

from tests.foreign import strangers
from vae.errors import InputError
from vae.foreign.findings import Said
from vae.parcels import inspection
from vae.parcels.inspection import MOST_ASKED, answered, as_json, inspect
from vae.parcels.parcel import Parcel, sort_out


@pytest.fixture
def parcel(tmp_path):
    def write(encoder, decoder):
        if encoder is not None:
            onnx.save(encoder, tmp_path / "encoder.onnx")
        onnx.save(decoder, tmp_path / "decoder.onnx")
        return sort_out(tmp_path, tmp_path)

    return write


def by_key(found):
    return {question.key: question for question in found.questions}


def test_the_data_that_a_model_redraws_best_are_suggested(parcel):
    found = inspect(parcel(strangers.encoder(), strangers.decoder()), Said(), None)
    assert found.dataset == "digits" and "digits" in {row["name"] for row in found.datasets}
    assert found.findings.error == pytest.approx(inspect(found.parcel, Said(), "digits").findings.error)


def test_data_that_it_redraws_no_better_than_their_mean_are_not_suggested(parcel):
    away = strangers.encoder()
    for tensor in away.graph.initializer:
        if list(tensor.dims) == [strangers.PIXELS, strangers.DIMS]:
            noise = np.random.default_rng(0).normal(0, 3, tensor.dims).astype(np.float32)
            tensor.raw_data = noise.tobytes()
    assert inspect(parcel(away, strangers.decoder()), Said(), None).dataset == ""


def test_what_is_sure_is_not_asked_and_can_be_said_otherwise(parcel):
    questions = by_key(inspect(parcel(strangers.encoder(), strangers.decoder()), Said(), "digits"))
    assert {key for key, question in questions.items() if question.open} == {"likelihood"}
    assert questions["range"].chosen == "0,1" and questions["spread"].chosen == "log-variance"


def test_what_is_in_doubt_is_asked_with_what_the_model_makes_of_the_things_under_each_answer(parcel, monkeypatch):
    look = inspection.look

    def doubting(*given):
        found = look(*given)
        return replace(found, findings=tuple(replace(each, sure="range" not in each.what) for each in found.findings))

    monkeypatch.setattr(inspection, "look", doubting)
    found = inspect(parcel(strangers.encoder(), strangers.decoder()), Said(), "digits")
    assert 1 + sum(question.open for question in found.questions) <= MOST_ASKED
    choices = {choice.value: choice.pictures for choice in by_key(found)["range"].choices}
    one, x = strangers.stranger(), found.findings.originals.reshape(8, -1) / 255
    assert np.abs(choices["0,1"].astype(int) - one.expected(one.mean(x))).max() <= 1
    assert not np.array_equal(choices["0,1"], choices["0,255"])


def test_an_answer_is_what_the_flag_says(parcel):
    assert answered(Said(), "range", "-1,1") == Said(range=(-1.0, 1.0))
    assert answered(Said(range=(0.0, 1.0)), "range", "logits") == Said(logits=True)
    assert answered(Said(), "layout", "NHWC") == Said(layout="NHWC")
    with pytest.raises(InputError, match="A range is one of"):
        answered(Said(), "range", "2,3")


def test_a_decoder_alone_is_asked_for_no_loss(parcel):
    found = inspect(parcel(None, strangers.decoder()), Said(), "")
    assert "likelihood" not in by_key(found) and len(found.findings.originals) == 0


def test_json_holds_the_things_as_they_are_kept(parcel):
    found = inspect(parcel(strangers.encoder(), strangers.decoder()), Said(), "digits")
    told = as_json(found)
    kept = np.frombuffer(base64.b64decode(told["originals"]), np.uint8).reshape(-1, *told["item"]["shape"])
    assert np.array_equal(kept, strangers.digits().test.images[: len(kept)])
    assert as_json(inspect(Parcel({}, missing="more"), Said(), None))["missing"] == "more"
