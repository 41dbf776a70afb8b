"""A model's folder is read with suspicion and written whole or not at all."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.models import full_disk, listing
from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.files import replacing
from vae.home import BUNDLED_MODELS, check_name
from vae.library.cards import read_card
from vae.library.shelf import Broken, Model, check_files, find, list_models, models_folder


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


@pytest.fixture
def tiny(home: Path) -> Path:
    write_tiny_model(home / "models" / "tiny", dims=2, image_shape=(1, 4, 4))
    return home / "models" / "tiny"


def mine() -> dict[str, Model | Broken]:
    return {model.name: model for model in list_models() if model.folder.parent == models_folder()}


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
