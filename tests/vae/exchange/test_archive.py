"""A model goes out as one zip file and comes back with the same pixels; what comes in is not trusted."""

import io
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.models import SMALL, full_disk, listing, made_dataset, made_images, trained_folder, write_dataset
from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.exchange import checks
from vae.exchange.pack import FILES, pack
from vae.exchange.unpack import unpack
from vae.explore.explorer import Explorer, open_explorer
from vae.files import sha256
from vae.home import BUNDLED_MODELS
from vae.kinds.kinds import image
from vae.library.cards import Axis, read_card, write_card
from vae.library.codes import Codes, write_codes
from vae.library.names import name_dimension, names_of
from vae.library.shelf import Model, find
from vae.runs import shelf
from vae.runs.shelf import Run
from vae.runs.snapshots import snapshots
from vae.runs.status import Status, checkpoint_step, write_status
from vae.training import training

ROOM = 64 << 10


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


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
        packed = {name.removeprefix("made-3d/") for name in file.namelist()}
        own = {name for name in listing(source.folder) if (source.folder / name).is_file()} - {"control.json"}
        assert packed == own | {"README.md"}
        kept = FILES - {"draw.onnx", "cost.onnx", "sample.onnx", "predict.onnx", "learnt.npz"}  # of some
        assert packed >= kept | {"held_out.jsonl", "snapshots/probe.npz", "snapshots/00000000.npz"}
        assert file.testzip() is None
    taken = unpack(path)
    assert isinstance(taken, Model)
    assert taken.folder == home / "models" / "made-3d"
    assert taken.card == source.card
    before, after = Explorer(source), open_explorer("made-3d")
    z = np.random.default_rng(0).standard_normal((9, 3)).astype(np.float32)
    assert np.array_equal(before.decode(z), after.decode(z))
    images = made_images(9)
    for got, kept in zip(astuple(after.encode(images)), astuple(before.encode(images)), strict=True):
        assert np.array_equal(got, kept)
    assert {name: sha256(taken.folder / name) for name in source.card.files} == source.card.files


def test_a_folder_comes_in_too_without_what_is_not_the_models(tiny: Path, home: Path, tmp_path: Path) -> None:
    (tiny / "run-me.sh").write_text("rm -rf /")
    (tmp_path / "secret").write_text("secret")
    (tiny / "metrics.jsonl").symlink_to(tmp_path / "secret")
    unpack(tiny)
    assert listing(home / "models" / "tiny") == ["card.json", "decoder.onnx", "encoder.onnx"]


def test_a_model_comes_in_under_another_name(tiny: Path, home: Path) -> None:
    assert unpack(tiny, "other").name == find("other").name == read_card(home / "models" / "other").name == "other"


@pytest.mark.parametrize("bundled", [False, True])
def test_what_dimensions_are_called_comes_along(tiny: Path, home: Path, tmp_path: Path, bundled: bool) -> None:
    source = find("mnist-2d") if bundled else unpack(tiny, "mine")
    assert isinstance(source, Model)
    name_dimension(source, 1, "Größe")
    taken = unpack(pack(source, tmp_path / "named.zip"), "there")
    assert isinstance(taken, Model) and names_of(taken) == ["", "Größe"]


def test_names_that_nobody_could_give_do_not_come_in(tiny: Path, home: Path) -> None:
    (tiny / "names.json").write_text(json.dumps({"z1": "slant", "z2": "x" * 25, "z3": "far", "other": {"z1": 1}}))
    unpack(tiny, "one")
    assert names_of(find("one")) == ["slant", ""]
    assert json.loads((home / "models" / "one" / "names.json").read_bytes()) == {"z1": "slant"}
    (tiny / "names.json").write_text("[]")
    unpack(tiny, "two")
    assert not (home / "models" / "two" / "names.json").exists()


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


# A run that has not become a model


@pytest.fixture
def half_run(tmp_path: Path) -> Run:
    """A run of the small model that was stopped at its fourth step, outside of the library."""
    dataset = write_dataset(tmp_path / "made", made_dataset())
    folder = tmp_path / "elsewhere" / "half"
    state, data = training.start(replace(SMALL, dataset=str(dataset)), folder)
    following = training.follow(state, data, folder)
    next(record for record in following if record is not None)
    following.close()
    write_status(folder, Status("stopped", step=4, steps=12, epoch=1, host="elsewhere", pid=1, seconds=2.5))
    return Run("half", folder, shelf.read_config(folder), shelf.status(folder), model=False)


def test_a_stopped_run_comes_back_with_its_checkpoint_and_history(half_run: Run, home: Path, tmp_path: Path) -> None:
    path = pack(half_run, tmp_path / "half.zip")
    taken = unpack(path)
    assert isinstance(taken, Run)
    assert (taken.name, taken.folder, taken.model) == ("half", home / "models" / "half", False)
    step = checkpoint_step(half_run.folder)
    assert step == checkpoint_step(taken.folder) == 4
    for name in ("metrics.jsonl", "checkpoint.safetensors", "snapshots/probe.npz"):
        assert (taken.folder / name).read_bytes() == (half_run.folder / name).read_bytes()
    assert snapshots(taken.folder) == snapshots(half_run.folder) != []
    assert (taken.status.state, taken.status.step, taken.status.steps) == ("stopped", 4, 12)
    assert taken.status.message == "Taken in from a file; Resume goes on from step 4."
    assert (taken.status.host, taken.status.pid) == ("", None)


def test_a_run_taken_in_ends_in_the_weights_of_the_one_that_stayed(half_run: Run, tmp_path: Path, home: Path) -> None:
    taken = unpack(pack(half_run, tmp_path / "half.zip"))
    (home / "datasets").mkdir()
    shutil.copytree(tmp_path / "made", home / "datasets" / "made")
    weights = []
    for folder in (half_run.folder, taken.folder):
        state, data = training.resume(folder)
        for _ in training.follow(state, data, folder):
            pass
        weights.append(state.model.state_dict())
    assert all((weights[0][name] == weights[1][name]).all() for name in weights[0])


@pytest.mark.parametrize("dataset", ["/etc", "../../secrets/etc", "C:\\Users\\me\\etc", "etc/", "/home/me/etc/"])
def test_a_run_that_comes_in_never_names_a_folder_of_this_machine(
    half_run: Run, tmp_path: Path, home: Path, dataset: str
) -> None:
    shelf.write_config(replace(half_run.config, dataset=dataset), half_run.folder)
    assert shelf.read_config(unpack(pack(half_run, tmp_path / "half.zip")).folder).dataset == "etc"


def test_a_folder_of_a_run_comes_in_too(half_run: Run, home: Path, tmp_path: Path) -> None:
    (half_run.folder / "log.txt").write_text("the other machine's")
    (tmp_path / "secret").write_text("secret")
    (half_run.folder / "held_out.jsonl").unlink(missing_ok=True)
    (half_run.folder / "held_out.jsonl").symlink_to(tmp_path / "secret")
    (half_run.folder / "snapshots" / "00000009.npz").symlink_to(tmp_path / "secret")
    taken = unpack(half_run.folder, "other")
    assert taken.name == "other"
    assert not {"log.txt", "held_out.jsonl", "snapshots/00000009.npz"} & set(listing(taken.folder))


def test_a_taken_name_gets_a_number_where_that_is_asked_for(half_run: Run, home: Path) -> None:
    names = [unpack(half_run.folder, numbered=True).name for _ in range(3)]
    assert names == ["half", "half-2", "half-3"]
    with pytest.raises(InputError, match="The library has a model 'half' already"):
        unpack(half_run.folder)


def refused(home: Path, source: Path, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as told:
        unpack(source)
    assert str(source) in str(told.value)
    assert nothing_came_in(home)


def test_a_history_that_is_damaged_or_no_history_is_refused(half_run: Run, home: Path) -> None:
    kept = half_run.folder / "snapshots"
    first = kept / "00000000.npz"
    whole = first.read_bytes()
    first.write_bytes(whole[:-200])
    refused(home, half_run.folder, "damaged")
    with np.load(io.BytesIO(whole)) as opened:
        arrays: dict[str, Any] = dict(opened)
    np.savez(first, **arrays | {"points": np.zeros((5, 2), np.float32)})
    np.savez(kept / "00000001.npz", **arrays)
    refused(home, half_run.folder, "do not belong together")
    np.savez(first, points=np.zeros(3))
    refused(home, half_run.folder, "damaged")
    np.savez(first, **arrays | {"points": np.array([{}], object)})
    refused(home, half_run.folder, "damaged")
    (kept / "00000001.npz").unlink()
    first.write_bytes(whole)
    (half_run.folder / "config.json").write_text("{")
    refused(home, half_run.folder, "damaged")


def test_bombs_inside_a_history_are_refused_before_they_go_off(
    half_run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "MAX_SNAPSHOT_BYTES", 1 << 20)
    bomb = half_run.folder / "snapshots" / "00000007.npz"
    np.savez_compressed(bomb, points=np.zeros((1 << 20, 2), np.float32))
    assert bomb.stat().st_size < 20_000
    refused(home, pack(half_run, tmp_path / "bomb.zip"), "its arrays take more than 1 MiB")
    bomb.unlink()
    monkeypatch.setitem(checks.MAX_FILE_BYTES, "metrics.jsonl", 100)
    refused(home, pack(half_run, tmp_path / "long.zip"), "larger than 0 MiB")
    monkeypatch.setattr(checks, "MAX_SNAPSHOTS", 1)
    refused(home, pack(half_run, tmp_path / "many.zip"), "more than 1 snapshots' files")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_members_packed_by_methods_that_unpack_without_bound_are_refused(
    half_run: Run, home: Path, tmp_path: Path, method: int
) -> None:
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as file:
        for name in ("config.json", "metrics.jsonl"):
            file.write(half_run.folder / name, name, method if name == "metrics.jsonl" else zipfile.ZIP_STORED)
    refused(home, tmp_path / "odd.zip", "packed by a method that is not read")
    inside = half_run.folder / "snapshots" / "probe.npz"
    with zipfile.ZipFile(inside) as file:
        arrays = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(inside, "w", method) as file:
        for name, array in arrays.items():
            file.writestr(name, array)
    refused(home, half_run.folder, "packed by a method that is not read")


def test_a_directory_of_many_entries_is_refused_before_it_is_read(
    half_run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as file:
        file.write(half_run.folder / "config.json", "config.json")
        for number in range(checks.MAX_ENTRIES):
            file.writestr(f"{number}", b"")
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", None)  # reading it would be a TypeError
    refused(home, tmp_path / "many.zip", "holds more than 2,000 files")


RECORD = b'{"step":1,"steps":9,"epoch":0,"reconstruction":1.5,"kl":[1.0],"weight":1,"learning_rate":1,'
RECORD += b'"images_per_second":1}\n'


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("metrics.jsonl", b"{}\n"),
        ("metrics.jsonl", b"\n"),
        ("metrics.jsonl", RECORD.replace(b"1.5", b'"1.5"')),
        ("metrics.jsonl", RECORD.replace(b"1.5", b"null")),
        ("metrics.jsonl", RECORD.replace(b"1.5", b"NaN")),
        ("metrics.jsonl", RECORD.replace(b"1.5", b"1e999")),
        ("metrics.jsonl", RECORD.replace(b"1.5", b"1e300")),
        ("metrics.jsonl", RECORD.replace(b"[1.0]", b'{"0":1}')),
        ("metrics.jsonl", RECORD.replace(b'"step":1', b'"step":1' + b"0" * 400)),
        ("metrics.jsonl", RECORD.replace(b'"step":1', b'"step":1.5')),
        ("metrics.jsonl", RECORD.replace(b"1}", b'1,"others":{"sparsity":1e300}}')),
        ("metrics.jsonl", RECORD.replace(b"1}", b'1,"others":{"sparsity":null}}')),
        ("metrics.jsonl", RECORD.replace(b"1}", b'1,"others":[1.0]}')),
        ("held_out.jsonl", b'{"step":1,"reconstruction":[],"kl":[1],"images":3}\n'),
        ("changes.jsonl", b'{"step":1,"beta":"much"}\n'),
        ("changes.jsonl", b"[]\n"),
    ],
)
def test_a_line_that_is_no_record_is_refused_with_its_number(half_run: Run, home: Path, name: str, line: bytes) -> None:
    good = {"metrics.jsonl": RECORD, "changes.jsonl": b'{"step":1,"beta":2.0}\n'}
    good["held_out.jsonl"] = (
        b'{"step":1,"reconstruction":null,"kl":[1,null],"images":3}\n'  # it diverged, and that may be
    )
    path = half_run.folder / name
    path.write_bytes(good[name] * 2 + line)
    refused(home, half_run.folder, rf"{name} is damaged in line 3")
    path.write_bytes(good[name] * 2 + line.removesuffix(b"\n"))  # the run was at work: nobody reads the last line
    assert unpack(half_run.folder).name == "half"


def test_more_records_than_a_page_draws_are_refused(half_run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_RECORDS", 3)
    (half_run.folder / "metrics.jsonl").write_bytes(RECORD * 4)
    refused(home, half_run.folder, "holds 4 records; at most 3")


@pytest.mark.parametrize(
    ("file", "name", "kind"),
    [
        ("00000000", "points", np.float64),
        ("00000000", "axes", np.complex64),
        ("00000000", "samples", np.bool_),
        ("00000000", "reconstructions", np.uint16),
        ("00000000", "index", "U3"),
        ("probe", "numbers", np.uint16),
        ("probe", "labels", "U3"),
        ("probe", "noise", np.float16),
        ("probe", "originals", np.int8),
    ],
)
def test_arrays_of_types_that_no_run_writes_are_refused(
    half_run: Run, home: Path, file: str, name: str, kind: Any
) -> None:
    path = half_run.folder / "snapshots" / f"{file}.npz"
    with np.load(path) as opened:
        arrays: dict[str, Any] = dict(opened)
    np.savez(path, **arrays | {name: arrays[name].astype(kind)})
    refused(home, half_run.folder, rf"{file}\.npz is damaged \({name} is ")
    np.savez(path, **arrays | {"unknown": np.zeros(3, np.bool_)})
    assert unpack(half_run.folder).name == "half"


def test_a_map_that_is_no_number_and_a_probe_of_another_run_are_refused(half_run: Run, home: Path) -> None:
    path = half_run.folder / "snapshots" / "00000000.npz"
    with np.load(path) as opened:
        arrays: dict[str, Any] = dict(opened)
    np.savez(path, **arrays | {"points": np.full_like(arrays["points"], np.nan)})
    refused(home, half_run.folder, "NaN or infinity")
    np.savez(path, **arrays | {"samples": arrays["samples"][:3]})
    refused(home, half_run.folder, "do not belong together")


def test_it_can_be_unpacked_in_a_folder_that_somebody_else_removes(half_run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    taken = unpack(pack(half_run, tmp_path / "half.zip"), scratch=tmp_path / "scratch")
    assert taken.folder == home / "models" / "half"
    assert taken.folder.is_dir()
    assert listing(tmp_path / "scratch") == ["taken"]


def test_snapshots_land_in_their_folder_whatever_they_are_called(half_run: Run, home: Path, tmp_path: Path) -> None:
    packed = tmp_path / "odd.zip"
    with zipfile.ZipFile(packed, "w") as file:
        for name in listing(half_run.folder):
            if (half_run.folder / name).is_file():
                file.write(half_run.folder / name, f"../../up/{name}")
        file.writestr("../snapshots/run-me.sh", "rm -rf /")
        file.writestr("snapshots/deeper/00000001.npz", "no")
        file.writestr("00000002.npz", "no")
        file.writestr("snapshots/config.json", "{}")
        link = zipfile.ZipInfo("snapshots/00000003.npz")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    taken = unpack(packed)
    assert set(listing(taken.folder)) <= set(listing(half_run.folder)) | {"status.json"}
    assert taken.name == "up"
    assert listing(home) == ["models", *(f"models/up{f'/{n}' if n else ''}" for n in ["", *listing(taken.folder)])]


def test_a_zip_with_neither_card_nor_settings_is_refused(home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("snapshots/probe.npz", b"")
    refused(home, tmp_path / "a.zip", "holds no model and no training run; choose the zip")


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
    with pytest.raises(InputError, match=r"tiny\.zip/decoder\.onnx is missing"):
        unpack(path)
    assert nothing_came_in(home)


def test_a_zip_bomb_is_refused_before_it_goes_off(
    tiny: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "MAX_BYTES", 1 << 20)
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
        "photos.zip": r"photos\.zip holds no model and no training run; choose the zip",
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
        ({"item": image((1, 5, 5))}, "do not fit it|the graphs do not run on what the card says|the graphs give"),
        ({"item": image((1, 2, 8))}, "do not fit it|the graphs do not run on what the card says|the graphs give"),
        ({"latent": 3}, "do not fit it|the graphs do not run on what the card says|the graphs give"),
    ],
    ids=["larger image", "other shape of as many pixels", "more dimensions"],
)
def test_graphs_that_do_not_fit_the_card_are_refused(tiny: Path, home: Path, change: dict, sentence: str) -> None:
    card = read_card(tiny)
    if "latent" in change:
        change = {"latent": replace(card.latent, axes=[Axis((-1.0, 1.0), 1.0)] * 3)}
    write_card(replace(card, **change), tiny)
    with pytest.raises(InputError, match=sentence):
        unpack(tiny)
    assert nothing_came_in(home)


def test_a_graph_that_is_not_what_the_card_has_summed_up_is_refused(tiny: Path, home: Path) -> None:
    """One byte of its weights is another: it runs as before, and is not the one that was sent."""
    graph = tiny / "decoder.onnx"
    raw = bytearray(graph.read_bytes())
    raw[len(raw) // 2] ^= 1
    graph.write_bytes(raw)
    with pytest.raises(InputError, match=r"decoder\.onnx is damaged \(wrong checksum\)"):
        unpack(tiny)
    assert nothing_came_in(home)


def test_codes_that_do_not_fit_the_card_are_refused(tiny: Path, home: Path) -> None:
    write_codes(tiny / "codes.npz", Codes(np.zeros((4, 3)), np.zeros((4, 3)), np.zeros((4, 3)), np.zeros(4), None))
    with pytest.raises(InputError, match=r"codes\.npz has 3 dimensions, but the card says 2"):
        unpack(tiny)
    assert nothing_came_in(home)
