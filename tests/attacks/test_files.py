"""Strangers' files that are small and want much: codes, headers, settings of other programs, names."""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from vae import child
from vae.__main__ import main
from vae.errors import InputError
from vae.exchange.unpack import unpack
from vae.files import MAX_HEADER_BYTES
from vae.home import BUNDLED_MODELS, check_name
from vae.library.codes import read_codes
from vae.library.shelf import find
from vae.runs.status import checkpoint_step

MODEL = sorted(path.parent for path in BUNDLED_MODELS.glob("*/card.json"))[0]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def copied(folder: Path) -> Path:
    shutil.copytree(MODEL, folder)
    card = json.loads((folder / "card.json").read_text())
    card["name"] = folder.name
    (folder / "card.json").write_text(json.dumps(card))
    return folder


def many_codes(path: Path, count: int = 5_000_000) -> None:
    """Write an archive of some kilobytes that unpacks to `count` codes."""
    flat = np.zeros((count, 1), np.float16)
    np.savez_compressed(path, mean=flat, log_variance=flat, negative_elbo=np.zeros(count, np.float16))


def test_a_small_file_of_millions_of_codes_is_refused_when_read_and_at_import(tmp_path: Path) -> None:
    folder = copied(tmp_path / "many")
    many_codes(folder / "codes.npz")
    with pytest.raises(InputError, match="at most 250,000 codes"):
        read_codes(folder)
    card = json.loads((folder / "card.json").read_text())
    card["files"].pop("codes.npz", None)
    (folder / "card.json").write_text(json.dumps(card))
    with pytest.raises(InputError, match="at most 250,000 codes"):
        unpack(folder)


@pytest.mark.parametrize("name", ["weights.safetensors", "snapshots/00000001.safetensors"])
def test_a_header_of_megabytes_is_not_parsed(tmp_path: Path, name: str) -> None:
    folder = copied(tmp_path / "header")
    (folder / name).parent.mkdir(exist_ok=True)
    size = MAX_HEADER_BYTES + 8
    (folder / name).write_bytes(size.to_bytes(8, "little") + b"{}" + b" " * (size - 2))
    with pytest.raises(InputError, match="a header of"):
        unpack(folder)


def test_a_checkpoints_large_header_is_not_parsed(tmp_path: Path) -> None:
    header = json.dumps({"__metadata__": {"step": "7"}}).encode().ljust(MAX_HEADER_BYTES + 8)
    (tmp_path / "checkpoint.safetensors").write_bytes(len(header).to_bytes(8, "little") + header)
    assert checkpoint_step(tmp_path) == 0


def test_another_programs_settings_are_no_run(tmp_path: Path) -> None:
    path = tmp_path / "unet.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("unet/config.json", '{"_class_name": "UNet2DModel", "sample_size": 32}')
    with pytest.raises(InputError, match="_class_name, sample_size"):
        unpack(path)


@pytest.mark.parametrize("name", ["con", "aux.zip", "lpt1", "model."])
def test_names_that_windows_cannot_have_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="Windows"):
        check_name(name)


def test_a_model_without_a_history_is_deleted_and_a_bundled_one_is_not(own_home: Path) -> None:
    folder = own_home / "models" / "mine"
    folder.parent.mkdir(parents=True)
    copied(folder)
    (folder / "config.json").unlink(missing_ok=True)
    assert main(["delete", "mine"]) == 0
    assert not folder.exists()
    assert main(["delete", MODEL.name]) == 2


def test_a_model_without_a_history_is_renamed_and_a_bundled_one_is_not(own_home: Path) -> None:
    copied(own_home / "models" / "mine")
    assert main(["rename", "mine", "ours"]) == 0
    assert find("ours").name == "ours"
    with pytest.raises(InputError, match="Unknown model 'mine'"):
        find("mine")
    assert main(["rename", "ours", MODEL.name]) == 2
    assert main(["rename", "ours", "../ours"]) == 2
    assert main(["rename", MODEL.name, "taken"]) == 2
    assert find("ours").name == "ours"


@pytest.mark.skipif(sys.platform == "win32", reason="no such folder there")
def test_the_process_that_opens_an_upload_does_not_import_from_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "msgspec.py").write_text("open('planted', 'w').close()")
    monkeypatch.chdir(tmp_path)
    assert child.run(["add", "--help"], seconds=30).returncode == 0
    assert not (tmp_path / "planted").exists()
