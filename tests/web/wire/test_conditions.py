"""What the socket answers of a model that is told a class, of one that has points, and of one that cannot be asked."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.tiny_kinds import CLASSES, Tiny, write_tiny_kind
from tests.tiny_moments import write_tiny_moments
from vae.kinds.kinds import image
from vae.library.cards import read_card, write_card
from web.wire import frames
from web.wire.ops.registry import OPS, compute

ITEM, DIMS, N = image((1, 6, 5)), 3, 8
Z = (np.random.default_rng(7).integers(-16, 17, (N, DIMS)) / 8).astype(np.float32)
THINGS = np.random.default_rng(8).integers(0, 256, (N, 6, 5, 1), np.uint8)
EACH = [number % len(CLASSES) for number in range(N)]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Tiny]:
    """Models of each family, by name, with the sums that say what they answer; `bare` decodes alone."""
    monkeypatch.setenv("LATENT_HOME", str(tmp_path))
    sums = {}
    for family in ("gaussian", "autoencoder", "conditional"):
        _, sums[family] = write_tiny_kind(tmp_path / "models" / family, ITEM, family, DIMS)
    write_tiny_kind(tmp_path / "models" / "bare", ITEM, "autoencoder", DIMS)
    card = read_card(tmp_path / "models" / "bare")
    write_card(replace(card, can=[], graphs={"decode": "decoder.onnx"}), tmp_path / "models" / "bare")
    return sums


def ask(op: str, model: str, array: np.ndarray, **more: object) -> tuple[dict, np.ndarray | None]:
    return frames.read_answer(compute(*frames.read_request(frames.request(1, op, model, array, **more))))


def refused(op: str, model: str, array: np.ndarray, **more: object) -> tuple[str, str]:
    """Return the code and the sentence of a refused request."""
    header, answered = ask(op, model, array, **more)
    assert answered is None
    return header["error"]["code"], header["error"]["message"]


@pytest.mark.parametrize("condition", [0, 3, EACH], ids=str)
def test_codes_are_decoded_under_one_class_or_each_under_its_own(models: dict[str, Tiny], condition) -> None:
    _, things = ask("decode", "conditional", Z, condition=condition)
    np.testing.assert_array_equal(things, models["conditional"].decode(Z, np.array(condition)))


def test_one_code_is_answered_as_one_thing_a_class(models: dict[str, Tiny]) -> None:
    _, things = ask("classes", "conditional", Z[:1])
    assert things is not None
    assert things.shape == (len(CLASSES), 6, 5, 1)
    for number, thing in enumerate(things):
        np.testing.assert_array_equal(thing, models["conditional"].decode(Z[:1], number)[0])


@pytest.mark.parametrize(("rows", "code"), [(Z[:0], "bad-shape"), (Z[:2], "bad-shape"), (Z[:1, :2], "bad-shape")])
def test_classes_takes_one_code(models: dict[str, Tiny], rows: np.ndarray, code: str) -> None:
    assert refused("classes", "conditional", rows)[0] == code


@pytest.mark.parametrize("condition", [2, EACH], ids=str)
def test_things_are_encoded_under_the_class_that_is_said(models: dict[str, Tiny], condition) -> None:
    header, answered = ask("encode", "conditional", THINGS, condition=condition)
    assert "condition" not in header
    np.testing.assert_allclose(answered, models["conditional"].believe(THINGS, np.array(condition)), atol=1e-5)


def test_of_things_without_a_class_the_likeliest_is_said(models: dict[str, Tiny]) -> None:
    made = models["conditional"].decode(0.2 * Z, np.array(EACH))
    header, answered = ask("encode", "conditional", made)
    assert header["condition"] == EACH
    np.testing.assert_allclose(answered, models["conditional"].believe(made, np.array(EACH)), atol=1e-5)


def test_points_are_answered_alone(models: dict[str, Tiny]) -> None:
    header, answered = ask("encode", "autoencoder", THINGS)
    assert header["shape"] == [1, N, DIMS]
    np.testing.assert_allclose(answered, models["autoencoder"].encode(THINGS)[None], atol=1e-5)


def test_of_a_vae_spread_and_nats_are_answered_too(models: dict[str, Tiny]) -> None:
    _, answered = ask("encode", "gaussian", THINGS)
    np.testing.assert_allclose(answered, models["gaussian"].believe(THINGS), atol=1e-5)


@pytest.mark.parametrize("condition", [1, None], ids=["told", "guessed"])
def test_things_are_reconstructed_under_a_class(models: dict[str, Tiny], condition: int | None) -> None:
    made = models["conditional"].decode(0.2 * Z, 1)
    _, answered = ask("reconstruct", "conditional", made, condition=condition)
    assert answered is not None
    expected = models["conditional"].decode(models["conditional"].encode(made, 1), 1)
    np.testing.assert_array_equal(answered[0], made)
    assert np.abs(answered[1].astype(int) - expected).max() <= 1  # float32 at a half


@pytest.mark.parametrize("op", [name for name, op in OPS.items() if op.told])
def test_a_code_is_refused_without_a_class(models: dict[str, Tiny], op: str) -> None:
    rows = Z if op == "decode" else np.zeros((1, 2), np.float32)
    code, sentence = refused(op, "conditional", rows, map="pca")
    assert (code, sentence) == ("bad-condition", "conditional is told the class; send `condition`, 0 to 3.")


@pytest.mark.parametrize(
    ("condition", "got"),
    [
        (4, "0 to 3 here; got 4"),
        (2**20, "0 to 3 here; got 1048576"),
        ([0] * 7 + [9], "0 to 3 here; got 9"),
        ([0], "one each"),
    ],
    ids=str,
)
@pytest.mark.parametrize(("op", "array"), [("decode", Z), ("encode", THINGS)], ids=["decode", "encode"])
def test_a_class_that_is_not_there_is_refused(
    models: dict[str, Tiny], op: str, array: np.ndarray, condition: object, got: str
) -> None:
    code, sentence = refused(op, "conditional", array, condition=condition)
    assert code == "bad-condition"
    assert got in sentence


@pytest.mark.parametrize("condition", [-1, 0.5, "ant", [0.5], [-1], 2**21, True])
def test_what_is_no_class_at_all_is_a_bad_header(models: dict[str, Tiny], condition: object) -> None:
    with pytest.raises(frames.FrameError) as refusal:
        frames.read_request(frames.request(1, "decode", "conditional", Z, condition=condition))
    assert refusal.value.refusal.error.code == "bad-header"


@pytest.mark.parametrize("model", ["gaussian", "autoencoder"])
@pytest.mark.parametrize(("op", "array"), [("decode", Z), ("encode", THINGS)], ids=["decode", "encode"])
def test_a_class_is_refused_by_who_takes_none(models: dict[str, Tiny], op: str, array: np.ndarray, model: str) -> None:
    code, sentence = refused(op, model, array, condition=0)
    assert (code, sentence) == ("unsupported", f"{model} takes no condition; send the request without `condition`.")


@pytest.mark.parametrize(("op", "needed"), [(name, sorted(op.needs)) for name, op in OPS.items() if op.needs])
def test_what_a_model_cannot_do_is_refused_in_a_sentence(models: dict[str, Tiny], op: str, needed: list[str]) -> None:
    array = Z[:1] if op == "classes" else THINGS
    code, sentence = refused(op, "bare", array)
    assert code == "unsupported"
    assert sentence == f"bare cannot {needed[0]}, which {op} needs; choose another model."


def test_who_cannot_encode_still_decodes(models: dict[str, Tiny]) -> None:
    _, things = ask("decode", "bare", Z)
    np.testing.assert_array_equal(things, models["autoencoder"].decode(Z))


XY = (np.random.default_rng(9).integers(-16, 17, (N, 2)) / 8).astype(np.float32)


@pytest.fixture
def moment(models: dict[str, Tiny], tmp_path: Path) -> Tiny:
    """A moment of a run, `young`, with the decoder of the conditional model; its map is the plane of z0 and z2."""
    kept = tmp_path / "models" / "young" / "snapshots"
    kept.mkdir(parents=True)
    plane = {"centre": np.zeros(DIMS, np.float32), "axes": np.eye(DIMS, dtype=np.float32)[:, [0, 2]]}
    np.savez(kept / "00000000.npz", points=XY, told=np.array(len(CLASSES)), **plane)
    save_file({"none": np.zeros(1, np.float16)}, kept / "00000000.safetensors")
    shutil.copy(tmp_path / "models" / "conditional" / "decoder.onnx", kept)
    return models["conditional"]


@pytest.mark.parametrize("condition", [None, 0, 3])
def test_places_of_a_moment_are_decoded_under_one_class(moment: Tiny, condition: int | None) -> None:
    _, things = ask("decode_moment", "young", XY, step=0, condition=condition)
    z = np.insert(XY, 1, 0, axis=1)
    np.testing.assert_array_equal(things, moment.decode(z, condition or 0))


@pytest.mark.parametrize("condition", [4, EACH], ids=str)
def test_a_moment_takes_one_class_that_is_there(moment: Tiny, condition: object) -> None:
    code, sentence = refused("decode_moment", "young", XY, step=0, condition=condition)
    assert code == "bad-condition"
    assert "one from 0 to 3 here" in sentence


def test_a_moment_whose_model_is_told_nothing_takes_no_class(models: dict[str, Tiny], tmp_path: Path) -> None:
    write_tiny_moments(tmp_path / "models" / "plain")
    code, sentence = refused("decode_moment", "plain", XY, step=0, condition=0)
    assert (code, sentence) == (
        "unsupported",
        "This run's model takes no condition; send the request without `condition`.",
    )
