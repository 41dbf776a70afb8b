"""A model's folder is read with suspicion and written whole or not at all."""

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models import full_disk, listing
from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.files import replacing
from vae.home import BUNDLED_MODELS, check_name
from vae.library.cards import DEAD_KL, FORMAT, Card, read_card, write_card
from vae.library.codes import Codes, read_codes, write_codes
from vae.library.shelf import Broken, Model, check_files, find, list_models, models_folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def tiny(home: Path) -> Path:
    write_tiny_model(home / "models" / "tiny", dims=2, image_shape=(1, 4, 4))
    return home / "models" / "tiny"


def mine() -> dict[str, Model | Broken]:
    return {model.name: model for model in list_models() if model.folder.parent == models_folder()}


# Cards


def test_a_card_comes_back_as_it_was_written(tiny: Path) -> None:
    card = replace(read_card(tiny), name="other", metrics={"negative_elbo": 1.5, "knn_accuracy": None})
    write_card(card, tiny)
    assert read_card(tiny) == card


def test_a_card_cut_short_anywhere_is_damaged(tiny: Path) -> None:
    whole = (tiny / "card.json").read_bytes()
    for left in range(0, len(whole) - 2, 7):
        (tiny / "card.json").write_bytes(whole[:left])
        with pytest.raises(InputError, match=r"card\.json is damaged .* train the model again"):
            read_card(tiny)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, 600))
def test_bytes_in_the_middle_of_a_card_never_raise_anything_else(tiny: Path, noise: bytes, place: int) -> None:
    folder = tiny.parent.parent / "scratch"
    folder.mkdir(exist_ok=True)
    whole = (tiny / "card.json").read_bytes()
    (folder / "card.json").write_bytes(whole[:place] + noise + whole[place + len(noise) :])
    try:
        assert isinstance(read_card(folder), Card)
    except InputError as error:
        assert "card.json" in str(error)


@pytest.mark.parametrize(
    "text",
    [b"[]", b"null", b"{}", b'{"name": "\xff"}', b'{"a":' * 100_000, b" " * (1 << 20) + b"{}"],
    ids=["a list", "null", "nothing in it", "not UTF-8", "nested too deeply", "too large"],
)
def test_what_is_no_card_is_damaged(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "card.json").write_bytes(text)
    with pytest.raises(InputError, match="is damaged"):
        read_card(tmp_path)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["format"], FORMAT + 1, f"has format {FORMAT + 1}, newer than the {FORMAT} this version reads; update"),
        (["name"], "../up", "A model's name is"),
        (["latent", "dims"], 0, "latent dims 0 is not in 1 to 512"),
        (["latent", "dims"], 10_000, "latent dims 10000 is not in 1 to 512"),
        (["latent", "dims"], 3, "one entry for each of the 3 dimensions"),
        (["latent", "kl"], [1.0], "one entry for each of the 2 dimensions"),
        (["latent", "kl"], [1.0, None], "is damaged"),
        (["latent", "range"], [[0.0, 1.0], [2.0, 1.0]], "from a lower to a higher"),
        (["latent", "kind"], "hyperbolic", "is damaged"),
        (["image_shape"], [2, 4, 4], "image shape"),
        (["image_shape"], [1, 0, 4], "image shape"),
        (["image_shape"], [1, 4, 100_000], "image shape"),
        (["image_shape"], [4, 4], "is damaged"),
        (["files"], {"encoder.onnx": 5}, "is damaged"),
        (["metrics", "negative_elbo"], "148", "metric 'negative_elbo' must be a finite number or null; got '148'"),
        (["metrics", "kl"], True, "metric 'kl' must be a finite number or null; got True"),
        (["metrics", "anything"], [1.0], "metric 'anything' must be a finite number"),
        (["metrics", "kl_standard_error"], {}, "metric 'kl_standard_error' must be a finite number"),
        (["metrics", "conditions"], 5, "conditions must be a sentence; got 5"),
        (["training", "dataset"], 5, "the training's dataset must be text; got 5"),
        (["training", "command"], ["rm"], "the training's command must be text"),
    ],
    ids=str,
)
def test_a_card_that_cannot_be_true_is_refused(tiny: Path, path: list[str], value: object, sentence: str) -> None:
    card = msgspec.json.decode((tiny / "card.json").read_bytes())
    at = card
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    (tiny / "card.json").write_bytes(msgspec.json.encode(card))
    with pytest.raises(InputError, match=sentence):
        read_card(tiny)


def test_infinite_ranges_are_refused(tiny: Path) -> None:
    card = (tiny / "card.json").read_text()
    (tiny / "card.json").write_text(card.replace("3.0", "3e400"))
    with pytest.raises(InputError, match="is damaged"):
        read_card(tiny)


def test_a_figure_that_no_float_holds_is_refused(tiny: Path) -> None:
    card = (tiny / "card.json").read_text()
    for figure in ("1e999", "-1e999", "1" + "0" * 400):
        changed = card.replace('"conditions"', f'"kl": {figure}, "conditions"')
        assert changed != card
        (tiny / "card.json").write_text(changed)
        with pytest.raises(InputError, match="is damaged"):
            read_card(tiny)


def test_a_newer_card_is_told_to_update_even_where_its_fields_are_unknown(tiny: Path) -> None:
    (tiny / "card.json").write_text('{"format": 99, "quantum": true}')
    with pytest.raises(InputError, match=r"format 99, newer than .* update the explorer"):
        read_card(tiny)


def test_dimensions_are_dead_below_a_hundredth_of_a_nat_and_ordered_by_what_they_carry(tiny: Path) -> None:
    card = read_card(tiny)
    kl = [0.5, DEAD_KL / 2, 3.0, 0.5, DEAD_KL]
    card = replace(card, latent=replace(card.latent, dims=5, kl=kl))
    assert card.dead == [False, True, False, False, False]
    assert card.order == [2, 0, 3, 4, 1]


# Files


def test_a_file_that_is_missing_or_changed_is_named(tiny: Path) -> None:
    card = read_card(tiny)
    check_files(card, tiny)
    raw = bytearray((tiny / "decoder.onnx").read_bytes())
    raw[len(raw) // 2] ^= 1
    (tiny / "decoder.onnx").write_bytes(raw)
    with pytest.raises(InputError, match=r"decoder\.onnx is damaged \(wrong checksum\); .*python -m vae train"):
        check_files(card, tiny)
    (tiny / "decoder.onnx").unlink()
    with pytest.raises(InputError, match=r"decoder\.onnx is missing; .*python -m vae train"):
        check_files(card, tiny)


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "deep/decoder.onnx"])
def test_a_card_may_list_no_file_outside_its_folder(tiny: Path, name: str) -> None:
    with pytest.raises(InputError, match="which is not a file of the model"):
        check_files(replace(read_card(tiny), files={name: "0" * 64}), tiny)


# The library


def test_models_are_found_by_name_and_by_path(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find("tiny").folder == find(str(tiny)).folder == tiny
    assert not find("tiny").bundled
    monkeypatch.chdir(tiny.parent)
    assert find("./tiny").card == find("tiny").card


@pytest.mark.parametrize("name", ["nothing", "", ".", "Tiny", "tiny\n", "x" * 300, "tin"])
def test_an_unknown_model_is_told_the_known_ones(tiny: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"Unknown model .*the library has: .*tiny"):
        find(name)


@pytest.mark.parametrize("name", ["../models/nothing", "/nowhere/at/all", "tiny/card.json"])
def test_a_path_without_a_model_says_so(tiny: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"No model in .*card.json cannot be read"):
        find(name)


def test_the_list_shows_what_cannot_be_opened_and_why(tiny: Path) -> None:
    for name in ("broken", "newer"):
        shutil.copytree(tiny, tiny.with_name(name))
    (tiny.with_name("broken") / "card.json").write_bytes(b"{")
    (tiny.with_name("newer") / "card.json").write_text('{"format": 99}')
    (tiny.with_name("unfinished")).mkdir()
    (tiny.with_name(".hidden")).mkdir()
    found = mine()
    assert list(found) == ["broken", "newer", "tiny"]
    assert isinstance(found["tiny"], Model)
    broken, newer = found["broken"], found["newer"]
    assert isinstance(broken, Broken)
    assert isinstance(newer, Broken)
    assert "is damaged" in broken.reason
    assert "newer than" in newer.reason


def test_bundled_models_come_first_and_keep_their_names(tiny: Path) -> None:
    taken = next(model for model in list_models() if model.folder.parent == BUNDLED_MODELS)
    shutil.copytree(tiny, tiny.with_name(taken.name))
    names = [model.name for model in list_models()]
    assert names.count(taken.name) == 1
    assert names.index(taken.name) < names.index("tiny")
    assert find(taken.name).bundled


def test_a_renamed_copy_goes_by_its_folder(tiny: Path) -> None:
    shutil.copytree(tiny, tiny.with_name("copy"))
    assert set(mine()) == {"tiny", "copy"}
    assert find("copy").folder == tiny.with_name("copy")
    assert find("copy").name == "copy"


def test_a_library_without_a_folder_has_the_bundled_models() -> None:
    assert not models_folder().exists()
    assert mine() == {}


def test_names_are_those_of_folders_on_every_system() -> None:
    assert check_name("mnist-2d_v1.0") == "mnist-2d_v1.0"
    for name in ("", "Mnist", "-x", ".x", "a b", "a/b", "a\\b", "é", "a\n", "x" * 65):
        with pytest.raises(InputError, match="A model's name is 1 to 64"):
            check_name(name)


# Codes


def made_codes(labels: np.ndarray | None) -> Codes:
    random = np.random.default_rng(0)
    mean, log_variance = random.standard_normal((2, 50, 3)).astype(np.float32)
    return Codes(mean, log_variance, labels, random.uniform(80, 200, 50).astype(np.float32))


@pytest.mark.parametrize("labels", [None, np.arange(50) % 7, np.arange(50) * 1000], ids=["none", "few", "many"])
def test_codes_come_back_to_half_precision(tmp_path: Path, labels: np.ndarray | None) -> None:
    codes = made_codes(labels)
    write_codes(tmp_path / "codes.npz", codes)
    got = read_codes(tmp_path)
    assert got is not None
    assert got.mean.dtype == got.log_variance.dtype == got.negative_elbo.dtype == np.float32
    np.testing.assert_allclose(got.mean, codes.centre, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(got.log_variance, codes.log_variance, rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(got.negative_elbo, codes.cost)
    if labels is None:
        assert got.labels is None
    else:
        assert got.labels is not None
        assert got.labels.dtype == np.int64
        np.testing.assert_array_equal(got.labels, labels)


def test_a_model_without_codes_has_none(tiny: Path) -> None:
    assert read_codes(tiny) is None


def test_damaged_codes_are_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "codes.npz"
    write_codes(path, made_codes(None))
    whole = path.read_bytes()
    damaged = [whole[:left] for left in (0, 1, 30, 100, len(whole) // 2, len(whole) - 1)]
    for place in range(0, len(whole), 11):  # whatever the bits say: zip, zlib and numpy complain in six ways
        flipped = bytearray(whole)
        flipped[place] ^= 0xFF
        damaged.append(bytes(flipped))
    complaints = 0
    for raw in damaged:
        path.write_bytes(raw)
        try:
            read_codes(tmp_path)
        except InputError as error:
            complaints += 1
            assert "codes.npz is damaged" in str(error)
    assert complaints > len(damaged) / 2


@pytest.mark.parametrize(
    "change", [{"labels": np.arange(49)}, {"log_variance": np.zeros((50, 2))}, {"mean": np.zeros(50)}]
)
def test_codes_of_different_lengths_are_damaged(tmp_path: Path, change: dict) -> None:
    write_codes(tmp_path / "codes.npz", replace(made_codes(None), **change))
    with pytest.raises(InputError, match=r"codes\.npz is damaged \(its arrays do not belong together\)"):
        read_codes(tmp_path)


def test_codes_that_are_one_plain_array_are_damaged(tmp_path: Path) -> None:
    with (tmp_path / "codes.npz").open("wb") as file:
        np.save(file, np.zeros((50, 3)))
    with pytest.raises(InputError, match=r"codes\.npz is damaged"):
        read_codes(tmp_path)


def test_codes_that_hold_objects_are_not_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple:
            return (Path.touch, (tmp_path / "sprung",))

    np.savez(tmp_path / "codes.npz", mean=np.array([Trap()], dtype=object))
    with pytest.raises(InputError, match="is damaged"):
        read_codes(tmp_path)
    assert not (tmp_path / "sprung").exists()


# Writing


@pytest.mark.parametrize("before", ["nothing", "file"])
def test_a_file_is_replaced_whole(tmp_path: Path, before: str) -> None:
    path = tmp_path / "a" / "b" / "card.json"
    if before == "file":
        path.parent.mkdir(parents=True)
        path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert not path.exists() or path.read_text() == "old"
    assert path.read_text() == "new"
    assert listing(tmp_path) == ["a", "a/b", "a/b/card.json"]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "model"
    for text in ("old", "new"):
        with replacing(path) as temporary:
            temporary.mkdir()
            (temporary / f"{text}.txt").write_text(text)
    assert listing(tmp_path) == ["model", "model/new.txt"]


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, InputError, OSError])
def test_a_block_that_fails_leaves_everything_as_it_was(tmp_path: Path, kind: str, error: type[BaseException]) -> None:
    (tmp_path / "kept").write_text("old")
    for path in (tmp_path / "kept", tmp_path / "new", tmp_path / "deep" / "down" / "new"):
        with pytest.raises(InputError if error is OSError else error), replacing(path) as temporary:
            if kind == "folder":
                temporary.mkdir()
                (temporary / "half").write_text("half")
            else:
                temporary.write_text("half")
            raise error("stop")
    assert listing(tmp_path) == ["kept"]
    assert (tmp_path / "kept").read_text() == "old"


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with (
        full_disk(1000),
        pytest.raises(
            InputError, match=r"Cannot write .*big: File too large. Free some space, or choose another folder"
        ),
        replacing(tmp_path / "deep" / "big") as temporary,
    ):
        temporary.write_bytes(b"x" * 2000)
    assert listing(tmp_path) == []


@pytest.mark.parametrize("path", ["file/below", "file/far/below", "x" * 300])
def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match=r"Cannot write .*choose another folder"), replacing(tmp_path / path):
        pytest.fail("the block must not be reached")
    assert listing(tmp_path) == ["file"]
