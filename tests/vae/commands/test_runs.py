"""Commands about runs: settings brought back from a file, a stopped run kept, a sweep."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.models import SMALL, made_dataset, write_dataset
from vae.__main__ import main
from vae.library.cards import read_card
from vae.library.shelf import models_folder
from vae.runs import trackers
from vae.runs.records import Step
from vae.runs.shelf import read_config
from vae.training import training


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A run that was stopped after its first record, and its settings."""
    dataset = write_dataset(tmp_path / "made", made_dataset())
    folder = models_folder() / "half"
    folder.parent.mkdir(parents=True)
    state, data = training.start(replace(SMALL, dataset=str(dataset), epochs=4), folder)
    records = training.follow(state, data, folder)
    while not isinstance(next(records), Step):
        pass
    records.close()
    return folder


def test_a_stopped_run_is_kept_as_it_stands_and_its_settings_train_another_one_from_the_start(
    stopped: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = load_file(stopped / "checkpoint.safetensors")
    assert main(["keep", "half"]) == 0
    assert "Saved half in" in capsys.readouterr().out
    weights = load_file(stopped / "weights.safetensors")
    assert weights
    for name, weight in weights.items():
        np.testing.assert_array_equal(weight, kept[f"model.{name}"], err_msg=name)
    assert main(["keep", "half"]) == 2
    assert "is finished and is a model now" in capsys.readouterr().err

    assert main(["train", "--config", str(stopped / "config.json"), "--out", str(tmp_path / "whole")]) == 0
    assert read_config(tmp_path / "whole") == read_config(stopped)
    whole, half = read_card(tmp_path / "whole"), read_card(stopped)
    assert (whole.latent.dims, whole.seed) == (half.latent.dims, half.seed)
    assert any(
        (weight != weights[name]).any()
        for name, weight in load_file(tmp_path / "whole" / "weights.safetensors").items()
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["keep", "no-such"], "Unknown run 'no-such'"),
        (["train", "--config", "notes.txt"], "--config takes a run's folder or its config.json"),
        (["train", "--config", "nowhere/config.json"], "config.json cannot be read"),
        (["train", "--config", "a/config.json", "--beta", "2"], "--config brings all settings of a run"),
        (["sweep", "--beta", "1", "2", "--seeds", "1000"], "has 2,000 runs, and the most is 200"),
        (["sweep", "--beta", "1", "1"], "beta names a value twice"),
        (["sweep", "--seeds", "0"], "seeds must be 1 or more"),
        (["sweep", "--beta", "-1", "1"], "beta must be from 0 to 1000; got -1"),
        (["sweep", "--sparsity", "1", "2"], "VAE has no setting 'sparsity'"),
        (["sweep", "--name", "a/b"], "cannot begin a name"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_nothing(
    words: list[str], says: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err
    assert not home.exists() or not list(home.rglob("config.json"))


def test_a_plan_names_each_choice_and_seed_once_and_trains_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", "--beta", "0.25", "1", "--latent-dims", "2", "8", "--seeds", "2", "--plan"]) == 0
    names = capsys.readouterr().out.split()
    assert len(names) == len(set(names)) == 8
    assert "sweep-latentdims8-beta0.25-seed1" in names
    assert not home.exists()
    long = ["--name", "x" * 50, "--network", "dense", "residual"]
    assert main(["sweep", *long, "--plan"]) == 0
    assert capsys.readouterr().out.split() == [f"{'x' * 50}-001", f"{'x' * 50}-002"]


def test_a_tracker_that_is_missing_is_told_as_train_tells_it(
    monkeypatch: pytest.MonkeyPatch, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trackers, "find_spec", lambda name: None)
    said = []
    for command in ("train", "sweep"):
        assert main([command, "--log-to", "mlflow"]) == 2
        said.append(capsys.readouterr().err)
    assert said[0] == said[1] and "mlflow is not installed here" in said[0]
    assert not home.exists()


def test_a_sweep_goes_on_by_its_name_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, says in (
        (["--resume", "none-such"], "Unknown sweep 'none-such'"),
        (["--resume", "mine", "--beta", "1", "2"], "--resume goes on with the sweep's own settings"),
    ):
        assert main(["sweep", *words]) == 2
        assert says in capsys.readouterr().err


@pytest.mark.slow
def test_a_sweep_trains_what_is_not_there_and_goes_on_where_it_was_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = str(write_dataset(tmp_path / "made", made_dataset()))
    flags = ["--dataset", dataset, "--epochs", "1", "--width", "8", "--latent-dims", "2", "--csv", "-"]
    assert main(["sweep", *flags, "--beta", "1"]) == 0
    capsys.readouterr()
    first = models_folder() / "sweep-seed0"
    made = (first / "card.json").stat().st_mtime_ns
    assert main(["sweep", *flags, "--beta", "1"]) == 0
    assert (first / "card.json").stat().st_mtime_ns == made
    head, row = capsys.readouterr().out.splitlines()
    found = dict(zip(head.split(","), row.split(","), strict=True))
    card = json.loads((first / "card.json").read_text())
    assert main(["sweep", "--resume", "sweep", "--csv", "-"]) == 0
    assert capsys.readouterr().out.splitlines() == [head, row]
    assert float(found["negative_elbo"]) == pytest.approx(card["metrics"]["negative_elbo"])
    assert (found["model"], found["seed"]) == ("sweep-seed0", "0")
    assert main(["sweep", *flags, "--beta", "3"]) == 2
    assert "The library has another 'sweep-seed0'; choose another name for the sweep." in capsys.readouterr().err
