"""Series spoiled and restored over the socket, by models of each family, and what is answered to bad ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import root_mean_squared_error

from tests.tiny_kinds import CLASSES, PAIR, SERIES, Tiny, write_tiny_kind
from vae.data import load
from vae.experiments.restoration import impute, methods_of
from vae.explore.explorer import open_explorer
from vae.kinds.corruptions import corrupt, trainable
from vae.kinds.series import SERIES as KIND
from vae.library.cards import read_card, write_card
from web.wire import frames
from web.wire.ops.registry import compute

ITEMS = {"gaussian": SERIES, "pair": PAIR, "autoencoder": SERIES, "conditional": SERIES, "bare": SERIES}
GAP = {"name": "gap", "amount": 0.4, "seed": 3}
NOISE = {"name": "noise", "amount": 0.4, "seed": 3}
ALONE = {holes: [name for name, method in methods_of(SERIES).items() if not method.looks and method.holes in fit]
         for holes, fit in ((True, ("only", "also")), (False, ("also", "never")))}  # fmt: skip
"""Methods that look at no other series."""


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Tiny]:
    """Models of series by name, with the sums that say what they answer; `bare` decodes alone."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    sums = {}
    for name, item in ITEMS.items():
        family = name if name in ("autoencoder", "conditional") else "gaussian"
        _, sums[name] = write_tiny_kind(tmp_path / "models" / name, item, family)
    card = read_card(tmp_path / "models" / "bare")
    write_card(replace(card, can=["draw"], graphs={"decode": "decoder.onnx"}), tmp_path / "models" / "bare")
    return sums


def series(name: str = "gaussian", n: int = 1) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((n, *ITEMS[name].shape)).astype(np.float32)


def ask(op: str, model: str, array: np.ndarray, **more: object) -> tuple[dict, np.ndarray]:
    header, answered = frames.read_answer(compute(*frames.read_request(frames.request(1, op, model, array, **more))))
    assert answered is not None, header
    return header, answered


def refusal(op: str, model: str, array: np.ndarray, **more: object) -> tuple[str, str]:
    """Return the code and the sentence of a refused request."""
    header, answered = frames.read_answer(compute(*frames.read_request(frames.request(1, op, model, array, **more))))
    assert answered is None
    return header["error"]["code"], header["error"]["message"]


@pytest.mark.parametrize("name", trainable(KIND))
@pytest.mark.parametrize("model", ["gaussian", "pair"])
@pytest.mark.parametrize("amount", [0.0, 0.5, 1.0])
def test_restore_answers_the_spoiled_series_each_methods_and_their_errors(
    models: dict[str, Tiny], name: str, model: str, amount: float
) -> None:
    clean, hides = series(model), KIND.corruptions[name].hides
    corruption = {"name": name, "amount": amount, "seed": 5}
    header, answered = ask("restore", model, clean, corruption=corruption, methods=ALONE[hides])
    spoiled, known = corrupt(name, clean, amount, 5, kind=KIND)
    assert header["dtype"] == "float32" and answered.shape == (1 + len(ALONE[hides]), *ITEMS[model].shape)
    np.testing.assert_array_equal(answered[:1], spoiled)
    for found, error in zip(answered, header["rmse"], strict=True):
        assert error == pytest.approx(root_mean_squared_error(clean.ravel(), found.ravel()), rel=1e-5, abs=1e-9)
    assert "psnr" not in header and ("lost" in header) == hides
    if known is not None:
        for method, found in zip(ALONE[hides], answered[1:], strict=True):
            if method != "vae":
                np.testing.assert_array_equal(found[known[0]], clean[0][known[0]])


def test_the_models_own_way_is_as_computed_by_hand(models: dict[str, Tiny]) -> None:
    clean = series()
    _, (_, restored) = ask("restore", "gaussian", clean, methods=["vae"])
    tiny = models["gaussian"]
    np.testing.assert_allclose(restored, tiny.decode(tiny.encode(clean))[0], atol=1e-5)


def test_an_imputations_spread_follows_where_it_is_asked_for(models: dict[str, Tiny]) -> None:
    clean = series("pair")
    effort = {"sweeps": 5, "draws": 3}
    header, with_spread = ask("restore", "pair", clean, corruption=GAP, methods=["impute"], spread=True, **effort)
    _, without = ask("restore", "pair", clean, corruption=GAP, methods=["impute"], **effort)
    _, sweeps = ask("impute", "pair", clean, corruption=GAP, **effort)
    hidden, known = corrupt("gap", clean, 0.4, 3, kind=KIND)
    assert known is not None
    *_, last = impute(open_explorer("pair"), hidden, known, 5, 3)
    np.testing.assert_array_equal(with_spread, np.concatenate([hidden, last.mean, last.spread]))
    np.testing.assert_array_equal(without, with_spread[:2])
    np.testing.assert_array_equal(sweeps[[0, -2, -1]], with_spread)
    assert len(header["rmse"]) == 2 and len(sweeps) == 7
    _, filtered = ask("restore", "pair", clean, corruption=NOISE, methods=["vae"], spread=True)
    assert len(filtered) == 2


def test_the_brush_hides_where_its_series_is_high(models: dict[str, Tiny]) -> None:
    clean = series("pair")
    mask = np.zeros_like(clean)
    mask[:, 5:9], mask[:, 20:22, 1], mask[:, 25] = 1, 0.51, 0.5
    both, brush = np.concatenate([clean, mask]), {"name": "brush"}
    _, answered = ask("restore", "pair", both, corruption=brush, methods=["linear"])
    lost = (mask.max(-1) > 0.5)[0]
    np.testing.assert_array_equal(answered[0][~lost], clean[0][~lost])
    assert (answered[0][lost] != clean[0][lost]).all() and lost.sum() == 6
    np.testing.assert_array_equal(answered[1][~lost], clean[0][~lost])


def test_training_series_are_looked_at_where_they_are_at_hand_and_a_sentence_says_where_not(
    models: dict[str, Tiny],
) -> None:
    for name, method in methods_of(SERIES).items():
        if method.looks == "at learnt":
            code, sentence = refusal("restore", "gaussian", series(), corruption=GAP, methods=[name])
            assert code == "unsuited" and sentence.endswith("they are not on this computer; leave it out.")
    header, _ = ask("restore", "gaussian", series(), corruption=GAP, methods=["mean"])  # of what it makes of its codes
    assert np.isfinite(header["rmse"]).all()
    beat = np.asarray(load("beats").test.images[:1])
    header, answered = ask("restore", "beats-8d", beat, corruption=GAP, methods=["mean", "nearest", "normal"])
    assert np.isfinite(header["rmse"]).all() and len(answered) == 4
    assert min(header["rmse"][2:]) < header["rmse"][1]  # those that look at what is known beat the mean of all


@pytest.mark.parametrize("op", ["restore", "reconstruct"])
def test_a_conditional_model_says_what_it_takes_a_series_for(models: dict[str, Tiny], op: str) -> None:
    tiny, z = models["conditional"], 0.1 * np.random.default_rng(0).standard_normal((1, 3))
    for number in range(len(CLASSES)):
        clean = tiny.decode(z, np.array([number]))
        header, answered = ask(op, "conditional", clean)
        assert header["condition"] == [number]
        restored = tiny.decode(tiny.encode(clean, np.array([number])), np.array([number]))[0]
        np.testing.assert_allclose(answered.reshape(2, 48, 1)[1], restored, atol=1e-4)
    header, _ = ask("restore", "conditional", clean, corruption=GAP | {"amount": 0.1}, methods=["impute"], sweeps=3)
    assert header["condition"] == [len(CLASSES) - 1]
    header, _ = ask("restore", "conditional", clean, corruption=GAP, methods=["linear"])
    assert "condition" not in header  # nothing was taken for anything
    header, answered = ask("reconstruct", "conditional", clean, condition=0)
    assert "condition" not in header
    told = tiny.decode(tiny.encode(clean, np.array([0])), np.array([0]))
    np.testing.assert_allclose(answered[1], told, atol=1e-4)


def test_a_model_of_points_restores_and_fills_as_others_do(models: dict[str, Tiny]) -> None:
    header, answered = ask("restore", "autoencoder", series(), corruption=GAP, methods=["vae", "impute"], spread=True)
    assert np.isfinite(header["rmse"]).all() and not answered[-1].any()


@pytest.mark.parametrize("op", ["restore", "impute", "reconstruct"])
def test_a_model_that_only_draws_says_so(models: dict[str, Tiny], op: str) -> None:
    code, sentence = refusal(op, "bare", series(), corruption=GAP)
    assert code == "unsupported" and "bare cannot encode" in sentence


NAN, INF = series(), series()
NAN[0, 5], INF[0, 7] = np.nan, -np.inf
BAD = {
    "another length": ("restore", np.zeros((1, 47, 1), np.float32), {"corruption": NOISE}, "bad-shape"),
    "one channel more": ("restore", np.zeros((1, 48, 2), np.float32), {"corruption": NOISE}, "bad-shape"),
    "a single value": ("restore", np.zeros((1, 1, 1), np.float32), {"corruption": NOISE}, "bad-shape"),
    "no series": ("restore", np.zeros((0, 48, 1), np.float32), {"corruption": NOISE}, "bad-shape"),
    "two series": ("restore", np.zeros((2, 48, 1), np.float32), {"corruption": NOISE}, "bad-shape"),
    "bytes": ("restore", np.zeros((1, 48, 1), np.uint8), {"corruption": NOISE}, "bad-payload"),
    "NaN": ("restore", NAN, {"corruption": NOISE}, "not-finite"),
    "NaN to detect": ("reconstruct", NAN, {}, "not-finite"),
    "infinity": ("impute", INF, {"corruption": GAP}, "not-finite"),
    "NaN as a brush": ("restore", np.concatenate([series(), NAN]), {"corruption": {"name": "brush"}}, "not-finite"),
    "an image's corruption": ("restore", series(), {"corruption": {"name": "gaussian"}}, "bad-corruption"),
    "an image's method": ("restore", series(), {"corruption": NOISE, "methods": ["total-variation"]}, "unsuited"),
    "filling where no gap is": ("restore", series(), {"corruption": NOISE, "methods": ["linear"]}, "unsuited"),
    "smoothing a gap": ("restore", series(), {"corruption": GAP, "methods": ["savitzky-golay"]}, "unsuited"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_series_is_refused_in_a_sentence(models: dict[str, Tiny], case: str) -> None:
    op, array, more, code = BAD[case]
    got, sentence = refusal(op, "gaussian", array, **more)
    assert got == code
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300
    assert not {"picture", "image", "pixels"} & set(sentence.lower().split())


@pytest.mark.parametrize("value", [0.0, 3.5, -1e30, 1e30])
@pytest.mark.parametrize("corruption", [NOISE, GAP, GAP | {"amount": 1}], ids=str)
def test_a_constant_series_is_answered_with_numbers(models: dict[str, Tiny], value: float, corruption: dict) -> None:
    constant = np.full((1, 48, 1), value, np.float32)
    with quiet():
        header, answered = ask(
            "restore", "gaussian", constant, corruption=corruption, methods=ALONE[corruption["name"] == "gap"]
        )
    assert len(header["rmse"]) == len(answered)
    if abs(value) < 1e6:
        assert np.isfinite(answered).all() and np.isfinite(np.array(header["rmse"], float)).all()


@contextmanager
def quiet() -> Iterator[None]:
    """Numbers near the end of what float32 holds overflow."""
    with np.errstate(all="ignore"):
        yield
