"""The command line: every command works, and every mistake is one line, exit code 2 and nothing left behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.models import full_disk, listing, made_dataset, made_images, trained_folder, write_dataset
from tests.running import ROOT
from vae.__main__ import main
from vae.config import TrainConfig
from vae.datasets.dataset import Split
from vae.datasets.sources import DATASETS
from vae.families import FAMILIES
from vae.files import sha256
from vae.home import BUNDLED_MODELS
from vae.library.cards import read_card, write_card
from vae.library.codes import read_codes, write_codes
from vae.library.shelf import check_files, find, models_folder
from vae.maps import file as map_file

FAST = ["--latent-dims", "2", "--width", "8", "--batch-size", "32", "--seed", "3"]


@pytest.fixture
def made(tmp_path: Path) -> str:
    return str(write_dataset(tmp_path / "made", made_dataset()))


@pytest.fixture
def model(home: Path) -> Path:
    shutil.copytree(trained_folder(), home / "models" / "made-3d")
    return home / "models" / "made-3d"


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the error, after checking that it is one line on stderr and that nothing else was said."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1, err
    assert err.startswith("error: ")
    assert "Traceback" not in err
    return err


# Train


def test_a_model_is_trained_listed_measured_handed_on_and_taken_in(
    home: Path, tmp_path: Path, made: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["train", "--dataset", made, *FAST, "--epochs", "2", "--name", "mine", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["step"] for line in lines[:-1]] == [2, 4]
    assert lines[-1]["name"] == "mine"
    assert lines[-1]["training"]["seconds"] >= 0

    assert main(["list", "--json"]) == 0
    cards = json.loads(capsys.readouterr().out)
    assert lines[-1] in cards
    assert main(["list"]) == 0
    assert f"{home / 'models' / 'mine'}" in capsys.readouterr().out

    assert main(["evaluate", "mine", "--json", "--importance-samples", "5", "--importance-images", "7"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["name"] == "mine"
    assert figures["negative_elbo"] == pytest.approx(lines[-1]["metrics"]["negative_elbo"])
    assert np.isfinite(figures["log_likelihood"])
    assert main(["evaluate", "mine"]) == 0
    assert "-ELBO" in capsys.readouterr().out

    monkeypatch.chdir(tmp_path)
    assert main(["export", "mine"]) == 0
    assert capsys.readouterr().out.strip() == "mine.zip"
    assert main(["import", "mine.zip", "--name", "again"]) == 0
    assert capsys.readouterr().out.strip() == str(home / "models" / "again")
    assert replace(read_card(home / "models" / "again"), name="mine") == read_card(home / "models" / "mine")


@pytest.mark.parametrize("flags", [["--likelihood", "gaussian"], ["--beta", "0"], ["--network", "conv"]], ids=str)
def test_every_kind_of_training_ends_in_words_and_a_model(
    tmp_path: Path, made: str, capsys: pytest.CaptureFixture[str], flags: list[str]
) -> None:
    assert main(["train", "--dataset", made, *FAST, "--epochs", "1", "--out", str(tmp_path / "run"), *flags]) == 0
    out, err = capsys.readouterr()
    assert "-ELBO" in out
    assert f"Saved run in {tmp_path / 'run'}" in out
    assert "Measuring" in err
    assert "card.json" in listing(tmp_path / "run")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_is_trained_measured_and_described_by_what_it_is(
    made: str, capsys: pytest.CaptureFixture[str], family: str
) -> None:
    flags = ["--family", family, "--epochs", "1", "--name", "mine"]
    assert main(["train", "--dataset", made, *FAST, *flags]) == 0
    said = capsys.readouterr().out
    assert ("-ELBO" in said) == ("bound" in FAMILIES[family].can)
    assert f"--family {family}" in read_card(models_folder() / "mine").training["command"] or family == "gaussian"
    if "encode" not in FAMILIES[family].can:
        assert "without an encoder no test image has a place or a cost" in said
        assert main(["evaluate", "mine"]) == 2
        assert "`python -m vae compare mine ANOTHER` measures what it draws" in capsys.readouterr().err
        return
    assert main(["evaluate", "mine", "--importance-samples", "3", "--importance-images", "5"]) == 0
    said = capsys.readouterr().out
    for words, needs in (("-ELBO", "bound"), ("log p(x) at least", "density"), ("active units", "bound")):
        assert (words in said) == (needs in FAMILIES[family].can), words
    assert ("without a prior there is no KL and no ELBO" in said) == ("bound" not in FAMILIES[family].can)
    assert "10-NN accuracy" in said


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_the_floor_is_written_onto_the_card_of_an_earlier_version(
    made: str, capsys: pytest.CaptureFixture[str], likelihood: str
) -> None:
    assert main(["train", "--dataset", made, *FAST, "--epochs", "1", "--likelihood", likelihood, "--name", "mine"]) == 0
    folder = models_folder() / "mine"
    card = read_card(folder)
    assert (card.metrics["floor"] is None) == (likelihood == "gaussian")
    earlier = {name: value for name, value in card.metrics.items() if name != "floor"}
    codes = read_codes(folder)
    assert codes is not None and (codes.floor is None) == (likelihood == "gaussian")
    write_codes(folder / "codes.npz", replace(codes, floor=None))
    files = card.files | {"codes.npz": sha256(folder / "codes.npz")}
    write_card(replace(card, metrics=earlier, files=files), folder)
    assert main(["map", "mine", "--projection", "pca"]) == 0
    capsys.readouterr()
    assert main(["floor", "mine"]) == 0
    assert ("a density has no floor" in capsys.readouterr().out) == (likelihood == "gaussian")
    after = read_card(folder).metrics
    assert after.get("floor") == pytest.approx(card.metrics["floor"])
    assert {name: value for name, value in after.items() if name != "floor"} == earlier
    check_files(read_card(folder), folder)
    again = read_codes(folder)
    assert again is not None
    np.testing.assert_array_equal(again.centre, codes.centre)
    known = map_file.read(folder / "maps" / "pca.npz", map_file.key(find("mine"), "pca"))
    assert known is not None, "the map need not be made anew"
    if likelihood == "bernoulli":
        assert again.floor is not None and again.floor.mean() == pytest.approx(after["floor"], rel=1e-5)
        assert 0 < after["floor"] < after["reconstruction"]
        held_out = [json.loads(line) for line in (folder / "held_out.jsonl").read_text().splitlines()]
        assert held_out[-1]["floor"] == pytest.approx(after["floor"], rel=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_familys_own_setting_is_a_flag_that_others_refuse(
    home: Path, made: str, capsys: pytest.CaptureFixture[str], family: str
) -> None:
    flags = ["--family", family, "--sparsity", "0.5", "--epochs", "1", "--name", "mine"]
    has = hasattr(FAMILIES[family].settings, "sparsity")
    assert main(["train", "--dataset", made, *FAST, *flags]) == (0 if has else 2)
    if has:
        assert "--sparsity 0.5" in read_card(home / "models" / "mine").training["command"]
    else:
        assert "has no setting 'sparsity'; leave it out, or choose another family" in one_line(capsys)


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"classes": ("a", "b", "x", "d")}, False), ({"classes": ()}, False), ({}, True)],
    ids=["other names", "no names", "the same"],
)
def test_a_conditional_model_is_measured_on_data_with_its_classes_alone(
    tmp_path: Path, made: str, capsys: pytest.CaptureFixture[str], changes: dict, told: bool
) -> None:
    assert main(["train", "--dataset", made, *FAST, "--family", "conditional", "--epochs", "1", "--name", "mine"]) == 0
    capsys.readouterr()
    other = str(write_dataset(tmp_path / "other", replace(made_dataset(), **changes)))
    assert main(["evaluate", "mine", "--dataset", other]) == (0 if told else 2)
    if not told:
        assert "mine is told the class, which made does not say, or names otherwise" in one_line(capsys)


def test_the_default_data_set_needs_no_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert TrainConfig().dataset == "mnist-5k"
    flags = ["--dataset", "digits", *FAST, "--epochs", "1", "--json"]
    assert main(["train", *flags, "--out", str(tmp_path / "run")]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["data"]["title"] == "Digits, 8x8"
    assert DATASETS["mnist-5k"].offline


def run_in_a_process(home: Path, *arguments: str) -> subprocess.Popen:
    environment = {k: v for k, v in os.environ.items() if k != "LATENT_DATA_DIR"}
    return subprocess.Popen(
        [sys.executable, "-m", "vae", *arguments],
        cwd=ROOT,
        env=environment | {"LATENT_HOME": str(home), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pipesize=4096,
    )


def test_ctrl_c_leaves_a_run_that_ends_in_the_same_weights(tmp_path: Path, home: Path, made: str) -> None:
    flags = ["train", "--dataset", made, *FAST, "--epochs", "100", "--json"]
    folder = tmp_path / "stopped"
    with run_in_a_process(home, *flags, "--out", str(folder)) as process:
        assert process.stdout is not None
        process.stdout.readline()  # then the pipe fills and the run waits for a reader: it cannot end before the signal
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert f"python -m vae train --resume {folder}" in err.decode()
    assert "Traceback" not in err.decode()
    left = {path.name for path in folder.iterdir()}
    kept = {"checkpoint.safetensors", "config.json", "held_out.jsonl", "metrics.jsonl", "snapshots", "status.json"}
    assert left == kept

    assert main(["train", "--resume", str(folder), "--json"]) == 0
    assert main([*flags, "--out", str(tmp_path / "whole")]) == 0
    stopped, whole = (load_file(tmp_path / name / "weights.safetensors") for name in ("stopped", "whole"))
    assert stopped.keys() == whole.keys()
    assert all(np.array_equal(stopped[name], whole[name]) for name in whole)
    lines = [
        [
            {k: v for k, v in json.loads(line).items() if k != "images_per_second"}
            for line in (tmp_path / name / "metrics.jsonl").read_text().splitlines()
        ]
        for name in ("stopped", "whole")
    ]
    assert len(lines[0]) == 100
    assert lines[0] == lines[1]


def test_a_process_ends_with_2_and_one_line(home: Path) -> None:
    with run_in_a_process(home, "train", "--dataset", "mnits") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert err.decode().startswith(
        "error: Unknown data set 'mnits'; choose one of: beats, bike-days, binarized-mnist, "
    )
    assert err.count(b"\n") == 1
    assert not home.exists()


# Mistakes

MISTAKES = {
    "train --dataset nothing": "Unknown data set 'nothing'; choose one of: ",
    "train --dataset ./nowhere": "No data set in nowhere: card.json cannot be read",
    "train --dataset mnist": "not on this machine; download it",
    "train --network transformer": "Unknown network 'transformer'; choose one of: conv, conv1d, dense, grid",
    "train --likelihood poisson": "Unknown likelihood 'poisson'; choose one of: bernoulli, categorical",
    "train --latent-dims 0": "latent_dims must be from 1 to 512; got 0",
    "train --latent-dims 10000": "latent_dims must be from 1 to 512; got 10000",
    "train --beta nan": "beta must be from 0 to 1000; got nan",
    "train --beta -1": "beta must be from 0",
    "train --learning-rate inf": "learning_rate must be from 1e-08 to 1",
    "train --epochs 0": "epochs must be from 1",
    "train --batch-size 0": "batch_size must be from 1",
    "train --width 0": "width must be from 1",
    "train --depth 99": "depth must be from 1 to 16",
    "train --seed -1": "seed must be from 0",
    "train --name ../up": "A model's name is 1 to 64",
    "train --name mnist-2d": "The library has 'mnist-2d' already; choose another --name",
    "train --name a --out b": "--out and --name both say where the model goes",
    "train --resume nowhere": "No run to resume in nowhere",
    "train --resume nowhere --epochs 3": "--resume goes on with the run's own settings",
    "evaluate": "Name at least one model",
    "floor": "Name at least one model",
    "floor mnist-ae": "Unknown model 'mnist-ae'; the library has: ",
    "evaluate nothing": "Unknown model 'nothing'; the library has: ",
    "evaluate ./nowhere": "No model in nowhere",
    "evaluate mnist-2d --dataset digits": "mnist-2d takes images [C, H, W] = [1, 28, 28], but those of digits",
    "evaluate mnist-2d --elbo-samples 0": "must be 1 or more",
    "evaluate mnist-2d --seed -1": "--seed from 0",
    "export nothing": "Unknown model 'nothing'",
    "export mnist-2d --out taken.zip": "taken.zip exists already; choose another --out",
    "export mnist-2d --out taken.zip/below.zip": "Cannot write taken.zip/below.zip: a file is in the way",
    "import nothing.zip": "There is no nothing.zip",
    "import taken.zip": "taken.zip is not a zip file that can be read",
    "map nothing": "Unknown model 'nothing'; the library has: ",
    "map mnist-2d --projection umap": "Unknown projection 'umap'; choose one of: dimensions, identity, pca, tsne",
    "map mnist-16d --projection identity": "Only a 2-D space is its own map; this one has 16 dimensions",
    "map mnist-2d --projection dimensions --dimensions 0 2": "needs two different dimensions from 0 to 1",
    "map mnist-2d --perplexity 0": "The perplexity must be from 1 to 1000; got 0",
    "map mnist-2d --perplexity nan": "The perplexity must be from 1 to 1000; got nan",
    "map mnist-2d --seed -1": "The seed must be from 0 to 2147483647; got -1",
    "map mnist-2d --seed 7 --out taken.zip": "Cannot write taken.zip",
    "datasets --download nothing": "Unknown data set 'nothing'",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_line_and_leaves_nothing(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.zip").write_text("years of work")
    assert main(line.split()) == 2
    assert MISTAKES[line] in one_line(capsys)
    left = [
        name for name in listing(tmp_path) if not name.startswith("home/datasets")
    ]  # digits are prepared at first use
    assert left in (["taken.zip"], ["home", "taken.zip"])


@pytest.mark.parametrize("json", [False, True])
def test_the_layouts_that_are_read_from_disk_are_all_told(json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["datasets", "--layouts", *(["--json"] if json else [])]) == 0
    said = capsys.readouterr().out
    for name, source in DATASETS.items():
        assert (name in said.split() or f'"{name}"' in said) != source.offline
        for files, folders in source.layouts if source.offline else ((source.files, source.folders), *source.layouts):
            assert all(word in said for word in (*files, *(folder for folder in folders if folder != ".")))


def broken_set(folder: Path, kind: str) -> str:
    """Write a data set that no model can learn from."""
    data = made_dataset()
    if kind == "one image":
        data = replace(data, train=Split(made_images(1), np.zeros(1, np.int64)))
    write_dataset(folder, data)
    images = folder / "train" / "images.npy"
    if kind == "NaN":
        np.save(images, np.full((64, 8, 8, 1), np.nan, np.float32))
    if kind == "cut short":
        images.write_bytes(images.read_bytes()[:500])
    if kind == "objects":
        np.save(images, np.array([{}] * 64, dtype=object))
    return str(folder)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("NaN", "images with NaN or infinity"),
        ("one image", "has 1 train image; a model needs at least 2"),
        ("cut short", "images.npy cannot be read"),
        ("objects", "images.npy cannot be read"),
    ],
)
def test_data_that_cannot_be_learnt_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, sentence: str
) -> None:
    name = broken_set(tmp_path / "set", kind)
    before = listing(tmp_path)
    assert main(["train", "--dataset", name, "--out", str(tmp_path / "run")]) == 2
    assert sentence in one_line(capsys)
    assert listing(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "left", "sentence"),
    [
        ("card.json", 100, "card.json is damaged"),
        ("weights.safetensors", 100, "weights.safetensors is damaged (wrong checksum)"),
        ("decoder.onnx", 100, "decoder.onnx is damaged (wrong checksum)"),
    ],
)
def test_a_damaged_model_is_told_by_every_command(
    model: Path, made: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, left: int, sentence: str
) -> None:
    (model / name).write_bytes((model / name).read_bytes()[:left])
    before = listing(tmp_path)
    for command in (
        ["evaluate", "made-3d", "--dataset", made],
        ["export", "made-3d", "--out", str(tmp_path / "a.zip")],
    ):
        assert main(command) == 2
        assert sentence in one_line(capsys)
    assert main(["import", str(model), "--name", "other"]) == 2
    assert sentence in one_line(capsys)
    assert listing(tmp_path) == before


def test_a_card_of_a_newer_version_is_told_to_update(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = json.loads((model / "card.json").read_text())
    (model / "card.json").write_text(json.dumps(card | {"format": 3}))
    assert main(["evaluate", "made-3d"]) == 2
    assert "has format 3, newer than the 2 this version reads; update the explorer" in one_line(capsys)
    assert main(["list"]) == 0
    assert "made-3d              cannot be opened: " in capsys.readouterr().out


def test_a_folder_below_a_file_and_one_of_the_system_cannot_be_written(
    tmp_path: Path, made: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    before = listing(tmp_path)
    for out in (tmp_path / "file" / "run", Path("/proc/run"), tmp_path / ("x" * 300)):
        assert main(["train", "--dataset", made, "--out", str(out)]) == 2
        error = one_line(capsys)
        assert "Cannot write" in error or "File name too long" in error
    assert listing(tmp_path) == before


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    tmp_path: Path, made: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = listing(tmp_path)
    with full_disk(50):
        status = main(["train", "--dataset", made, *FAST, "--out", str(tmp_path / "run"), "--json"])
    assert status == 2
    assert "Cannot write" in one_line(capsys)
    assert listing(tmp_path) == before


# Map


def test_a_map_is_made_told_and_not_made_again(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "made-3d", "--json", "--perplexity", "5", "--seed", "2"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"iteration": 0, "total": 750, "kl_divergence": None}
    assert lines[-2]["iteration"] == 750
    assert (lines[-1]["name"], lines[-1]["map"], lines[-1]["state"]) == ("made-3d", "tsne-p5-s2", "done")
    assert lines[-1]["keeps"]["own_error"] >= 0
    assert listing(model / "maps") == ["tsne-p5-s2.npz"]

    assert main(["map", "made-3d", "--json", "--perplexity", "5", "--seed", "2"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == lines[-1:]
    assert main(["map", "made-3d"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("made-3d tsne: done. A perplexity of 30 needs more than 32 codes; 10.3 was used.\n")
    assert "10-NN accuracy" in out
    assert "decoded picture off by" in out
    assert "Measuring" in err and "750/750" not in err  # a bar is drawn for who looks, and a pipe does not


@pytest.mark.parametrize("flags", [["pca"], ["dimensions", "--dimensions", "2", "0"]], ids=str)
def test_a_linear_map_is_measured(model: Path, capsys: pytest.CaptureFixture[str], flags: list[str]) -> None:
    assert main(["map", "made-3d", "--projection", *flags]) == 0
    assert "trustworthiness" in capsys.readouterr().out
    assert listing(model / "maps") == [f"{'pca' if flags == ['pca'] else 'dimensions-2-0'}.npz"]


def test_a_map_goes_where_it_is_told_to(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "made-3d", "--out", str(tmp_path / "there")]) == 0
    assert main(["map", str(model), "--projection", "pca", "--out", str(tmp_path / "there")]) == 0
    assert listing(tmp_path / "there") == ["pca.npz", "tsne.npz"]
    assert not (model / "maps").exists()
    assert "Traceback" not in capsys.readouterr().err


# List, datasets


def test_the_list_tells_bundled_models_from_ones_own(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["made-3d"].endswith(str(model))
    assert lines[next(p.name for p in BUNDLED_MODELS.iterdir() if p.name == "mnist-2d")].endswith("bundled")


def test_the_data_sets_are_listed_in_words_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["datasets"]) == 0
    words = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in words] == list(DATASETS)
    assert "60,000 + 10,000 images" in words[0]
    assert "128x1     10,000 +  2,000 series" in next(line for line in words if line.startswith("beats "))
    assert main(["datasets", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(DATASETS)


def test_an_offline_data_set_can_be_prepared_ahead(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["datasets", "--download", "digits"]) == 0
    assert (home / "datasets" / "digits" / "card.json").is_file()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [[], ["train"], ["evaluate"], ["map"], ["list"], ["datasets"], ["export"], ["import"]], ids=str
)
def test_help_tells_every_command(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    for word in {
        "train": ["--latent-dims", "--resume"],
        "evaluate": ["--importance-samples"],
        "map": ["--perplexity"],
    }.get("".join(command), []):
        assert word in text
