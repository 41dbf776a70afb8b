"""What a tracker is told of a run: every record of its files, each once, under the name that the run has."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.models import SMALL, made_dataset, write_dataset
from vae.__main__ import main
from vae.config import TrainConfig
from vae.runs import trackers
from vae.runs.trackers import TRACKERS, Told, Tracking
from vae.training import training


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return replace(SMALL, dataset=str(write_dataset(tmp_path / "data", made_dataset())))


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_bytes().splitlines()]


class Notebook:
    """A tracker that keeps what it is told; `full` from so many notes on. Its package, `json`, is always installed."""

    told: list[Told]
    notes: list[tuple[int, dict[str, float]]]
    ends: list[str]
    full = 1_000

    def __init__(self, told: Told) -> None:
        self.told.append(told)
        self.where = replace(told.where, key="page 1")

    def log(self, step: int, figures: dict[str, float]) -> None:
        if len(self.notes) >= self.full:
            raise OSError("the notebook is full")
        self.notes.append((step, figures))

    def close(self, end: str) -> None:
        self.ends.append(end)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Notebook]]:
    Notebook.told, Notebook.notes, Notebook.ends = [], [], []
    monkeypatch.setitem(TRACKERS, "json", Notebook)
    yield Notebook


def follow(folder: Path, state: Any, data: Any, records: int = 1_000) -> None:
    """Train for so many records under the eyes of the run's tracker, and leave it as Ctrl-C does."""
    with Tracking(folder) as tracking:
        tracking.open(state.step)
        following = training.follow(state, data, folder)
        for _, _ in zip(range(records), filter(None, following), strict=False):
            tracking.look()
        following.close()


def test_each_record_goes_to_the_tracker_once_and_a_run_that_goes_on_keeps_its_page(
    tmp_path: Path, config: TrainConfig, notebook: type[Notebook]
) -> None:
    folder = tmp_path / "half"
    state, data = training.start(config, folder)
    trackers.choose(folder, "json")
    follow(folder, state, data, records=1)
    follow(folder, *training.resume(folder))
    assert [told.where.key for told in notebook.told] == ["", "page 1"]
    assert {(told.name, told.settings["seed"], told.settings["free_bits"]) for told in notebook.told} == {
        ("half", 5, 0.0)
    }
    assert notebook.ends == ["stopped", "stopped"]
    for begins, name, of_both in (("train/", "metrics", "reconstruction"), ("test/", "held_out", "reconstruction")):
        noted = [(step, figures[begins + of_both]) for step, figures in notebook.notes if begins + of_both in figures]
        written = [(line["step"], line[of_both]) for line in lines(folder, name)]
        assert noted == written
        assert len(noted) >= 2
    trackers.choose(folder, trackers.NONE)
    assert trackers.chosen(folder) is None


def test_a_tracker_that_fails_costs_the_run_nothing(
    tmp_path: Path, config: TrainConfig, notebook: type[Notebook], capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.full = 2
    state, data = training.start(config, tmp_path / "run")
    trackers.choose(tmp_path / "run", "json")
    follow(tmp_path / "run", state, data)
    notebook.full = 1_000
    assert lines(tmp_path / "run", "metrics")[-1]["step"] == 12
    said = capsys.readouterr().err
    assert said == "json takes no more records (the notebook is full); the run goes on without it.\n"


@pytest.mark.parametrize("name", TRACKERS)
def test_a_tracker_that_is_not_installed_is_one_line_and_leaves_nothing(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trackers, "find_spec", lambda _: None)
    assert main(["train", "--log-to", name]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f"`pip install {name}`" in err
    assert not home.exists()
    assert main(["train", "--log-to", "diary"]) == 2
    assert "Unknown tracker 'diary'; choose one of: mlflow, none, tensorboard, wandb." in capsys.readouterr().err


def test_tensorboard_reads_the_curves_and_settings_that_the_run_has_written(
    tmp_path: Path, config: TrainConfig
) -> None:
    """Its own reader; a process that was killed has written steps that the run takes again."""
    pytest.importorskip("tensorboard", reason="tensorboard is not installed: pip install -r requirements-dev.txt")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

    folder = tmp_path / "run"
    training.start(config, folder)
    trackers.choose(folder, "tensorboard")
    told = Told("run", folder, trackers.told_of(config.settled()), 0, trackers.Where("tensorboard"))
    killed = TRACKERS["tensorboard"](told)
    for step in (4, 8):
        killed.log(step, {"train/reconstruction": -1.0})
    killed.close("failed")
    trackers._write(folder, killed.where)
    assert main(["train", "--resume", str(folder)]) == 0

    read = EventAccumulator(str(folder / "tensorboard"))
    read.Reload()
    for name, kind in (("train/reconstruction", "metrics"), ("test/reconstruction", "held_out")):
        curve = [(point.step, point.value) for point in read.Scalars(name)]
        written = [(line["step"], pytest.approx(line["reconstruction"], rel=1e-6)) for line in lines(folder, kind)]
        assert curve == written
    card = json.loads((folder / "card.json").read_text())
    (worth,) = read.Scalars("model/negative_elbo")
    assert worth.value == pytest.approx(card["metrics"]["negative_elbo"], rel=1e-6)
    kept = HParamsPluginData.FromString(read.SummaryMetadata("_hparams_/session_start_info").plugin_data.content)
    settings = kept.session_start_info.hparams
    assert (settings["width"].number_value, settings["family"].string_value) == (16, "gaussian")
