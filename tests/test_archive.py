"""A model goes out as one zip file and comes back with the same pixels; what comes in is not trusted."""

import shutil
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.models import full_disk, listing, made_images, trained_folder
from tests.tiny_model import write_tiny_model
from vae import archive
from vae.archive import FILES, pack, unpack
from vae.errors import InputError
from vae.explorer import Explorer, open_explorer
from vae.home import BUNDLED_MODELS
from vae.library import Codes, find, read_card, sha256, write_card, write_codes

ROOM = 64 << 10


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    write_tiny_model(tmp_path / "tiny", dims=2, image_shape=(1, 4, 4))
    return tmp_path / "tiny"


def zipped(folder: Path, path: Path, rename: Callable[[str], str] = str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for member in sorted(folder.iterdir()):
            file.write(member, rename(member.name))
    return path


def nothing_came_in(home: Path) -> bool:
    return not home.exists() or listing(home) in ([], ["models"])


def test_there_and_back_gives_the_same_pixels(tmp_path: Path, home: Path) -> None:
    source = find(str(trained_folder()))
    path = pack(source, tmp_path / "out" / "made-3d.zip")
    with zipfile.ZipFile(path) as file:
        assert sorted(file.namelist()) == sorted(f"made-3d/{name}" for name in FILES)
        assert file.testzip() is None
    taken = unpack(path)
    assert taken.folder == home / "models" / "made-3d"
    assert taken.card == source.card
    before, after = Explorer(source), open_explorer("made-3d")
    z = np.random.default_rng(0).standard_normal((9, 3)).astype(np.float32)
    assert np.array_equal(before.decode(z), after.decode(z))
    images = made_images(9)
    assert np.array_equal(before.encode(images), after.encode(images))
    assert {name: sha256(taken.folder / name) for name in source.card.files} == source.card.files


def test_a_folder_comes_in_too_without_what_is_not_the_models(tiny: Path, home: Path, tmp_path: Path) -> None:
    (tiny / "run-me.sh").write_text("rm -rf /")
    (tmp_path / "secret").write_text("secret")
    (tiny / "metrics.jsonl").symlink_to(tmp_path / "secret")
    unpack(tiny)
    assert listing(home / "models" / "tiny") == ["card.json", "decoder.onnx", "encoder.onnx"]


def test_a_model_comes_in_under_another_name(tiny: Path, home: Path) -> None:
    assert unpack(tiny, "other").name == find("other").name == read_card(home / "models" / "other").name == "other"


@pytest.mark.parametrize("name", ["../up", "Capital", "a/b", ".hidden"])
def test_a_name_that_leaves_the_library_is_refused(tiny: Path, home: Path, name: str) -> None:
    with pytest.raises(InputError, match="A model's name is"):
        unpack(tiny, name)
    assert nothing_came_in(home)


def test_a_model_of_the_same_name_is_kept(tiny: Path, home: Path) -> None:
    unpack(tiny)
    before = sha256(home / "models" / "tiny" / "card.json")
    with pytest.raises(InputError, match="The library has a model 'tiny' already; choose another --name"):
        unpack(tiny)
    assert sha256(home / "models" / "tiny" / "card.json") == before


def test_a_bundled_models_name_is_taken(tiny: Path, home: Path) -> None:
    taken = next(folder.name for folder in sorted(BUNDLED_MODELS.iterdir()) if (folder / "card.json").exists())
    with pytest.raises(InputError, match=f"The library has a model '{taken}' already"):
        unpack(tiny, taken)
    assert nothing_came_in(home)


def test_an_export_overwrites_nothing_and_leaves_nothing_on_a_full_disk(tmp_path: Path) -> None:
    source = find(str(trained_folder()))
    (tmp_path / "taken.zip").write_text("years of work")
    with pytest.raises(InputError, match="exists already; choose another --out"):
        pack(source, tmp_path / "taken.zip")
    with full_disk(2000), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        pack(source, tmp_path / "new" / "model.zip")
    assert listing(tmp_path) == ["taken.zip"]
    assert (tmp_path / "taken.zip").read_text() == "years of work"


def test_an_import_leaves_nothing_on_a_full_disk(tmp_path: Path, home: Path) -> None:
    with full_disk(3000), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        unpack(trained_folder())
    assert nothing_came_in(home)


def test_a_damaged_model_is_not_handed_on(tiny: Path, tmp_path: Path) -> None:
    (tiny / "decoder.onnx").write_bytes(b"")
    with pytest.raises(InputError, match=r"decoder\.onnx is damaged"):
        pack(find(str(tiny)), tmp_path / "tiny.zip")
    assert not (tmp_path / "tiny.zip").exists()


# What comes in is not trusted


@pytest.mark.parametrize(
    "rename",
    [lambda n: f"../../../{n}", lambda n: f"/etc/{n}", lambda n: f"a/b/c/{n}", lambda n: f"tiny/../../{n}"],
    ids=["climbing", "absolute", "deep", "climbing later"],
)
def test_entries_land_in_the_models_own_folder_whatever_they_are_called(
    tiny: Path, home: Path, tmp_path: Path, rename: Callable[[str], str]
) -> None:
    outside = listing(tmp_path)
    unpack(zipped(tiny, tmp_path / "tiny.zip", rename))
    assert listing(home) == [
        "models", "models/tiny", "models/tiny/card.json", "models/tiny/decoder.onnx", "models/tiny/encoder.onnx",
    ]  # fmt: skip
    assert [name for name in listing(tmp_path) if not name.startswith("home")] == sorted([*outside, "tiny.zip"])


def test_a_symlink_in_a_zip_is_not_followed(tiny: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes((tiny / "decoder.onnx").read_bytes())
    (tiny / "decoder.onnx").unlink()
    path = zipped(tiny, tmp_path / "tiny.zip")
    with zipfile.ZipFile(path, "a") as file:
        link = zipfile.ZipInfo("decoder.onnx")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, str(tmp_path / "secret"))
    with pytest.raises(InputError, match=r"tiny\.zip/decoder\.onnx is damaged"):
        unpack(path)
    assert nothing_came_in(home)


def test_a_zip_bomb_is_refused_before_it_goes_off(
    tiny: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1 << 20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(tiny / "card.json", "card.json")
        file.writestr("weights.safetensors", bytes(2 << 20))
    assert path.stat().st_size < 10_000
    with pytest.raises(InputError, match="unpacks to more than 1 MiB; that is no model"):
        unpack(path)
    assert nothing_came_in(home)


def test_a_bomb_that_lies_about_its_size_stops_at_what_it_said(tiny: Path, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(tiny / "card.json", "card.json")
        file.writestr("weights.safetensors", bytes(2 << 20))
    true_size, told_size = (2 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true_size, told_size))
    with full_disk(ROOM), pytest.raises(InputError, match="is not a zip file that can be read"):
        unpack(path)
    assert nothing_came_in(home)


def test_a_card_too_large_to_be_one_is_refused(home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("card.json", b" " * (2 << 20))
    with pytest.raises(InputError, match=r"a\.zip/card\.json is damaged \(larger than 1 MiB\)"):
        unpack(tmp_path / "a.zip")
    assert nothing_came_in(home)


def test_what_is_no_zip_or_holds_no_card_is_refused(home: Path, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear model")
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as file:
        file.writestr("cat.png", b"cat")
    for source, sentence in {
        "nowhere.zip": "There is no .*nowhere.zip; give a zip file or a folder",
        "letter.txt": r"letter\.txt is not a zip file that can be read",
        "photos.zip": r"No model in .*photos\.zip: card.json cannot be read",
        "empty": "No model in .*empty: card.json cannot be read",
    }.items():
        with pytest.raises(InputError, match=sentence):
            unpack(tmp_path / source)
    assert nothing_came_in(home)


def test_a_zip_damaged_anywhere_is_a_sentence_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    path = pack(find(str(trained_folder())), tmp_path / "model.zip")
    whole = path.read_bytes()
    for place in [*range(0, len(whole), len(whole) // 60), *range(len(whole) - 200, len(whole), 9)]:
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            unpack(path)
        except InputError as error:
            assert "model.zip" in str(error)
            assert str(home) not in str(error)
            assert nothing_came_in(home)
        else:  # bits that no reader looks at, such as a time stamp
            shutil.rmtree(home)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="is not a zip file that can be read"):
        unpack(path)
    assert nothing_came_in(home)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"image_shape": (1, 5, 5)}, "the graphs do not run on what the card says|the graphs give"),
        ({"image_shape": (1, 2, 8)}, "the graphs do not run on what the card says|the graphs give"),
        ({"latent": 3}, "the graphs do not run on what the card says|the graphs give"),
    ],
    ids=["larger image", "other shape of as many pixels", "more dimensions"],
)
def test_graphs_that_do_not_fit_the_card_are_refused(tiny: Path, home: Path, change: dict, sentence: str) -> None:
    card = read_card(tiny)
    if "latent" in change:
        change = {"latent": replace(card.latent, dims=3, kl=[1.0] * 3, range=[(-1.0, 1.0)] * 3)}
    write_card(replace(card, **change), tiny)
    with pytest.raises(InputError, match=sentence):
        unpack(tiny)
    assert nothing_came_in(home)


def test_codes_that_do_not_fit_the_card_are_refused(tiny: Path, home: Path) -> None:
    write_codes(tiny / "codes.npz", Codes(np.zeros((4, 3)), np.zeros((4, 3)), None, np.zeros(4)))
    with pytest.raises(InputError, match=r"codes\.npz has 3 dimensions, but the card says 2"):
        unpack(tiny)
    assert nothing_came_in(home)
