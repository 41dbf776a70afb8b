"""A run is a folder that can be left at any moment and gone on with, to the same numbers."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from tests.models import SMALL, full_disk, listing, made_dataset, trained_folder, write_dataset
from vae import runs, trainer
from vae.__main__ import main
from vae.checkpoints import checkpoint, write_checkpoint
from vae.config import LIKELIHOODS, NETWORKS, TrainConfig
from vae.errors import InputError
from vae.library import Card, read_card, read_codes
from vae.records import Change
from vae.status import write_control
from vae.train import TrainState

# 4 steps an epoch, 30 epochs, a record after each epoch and after step 50, in the middle of the 13th: 31 records.
CONFIG = replace(SMALL, epochs=30)
MIDDLE = 13  # number of records once that of step 50 is written


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return replace(CONFIG, dataset=str(write_dataset(tmp_path / "data", made_dataset())))


def weights(state: TrainState) -> np.ndarray:
    return torch.nn.utils.parameters_to_vector(state.model.parameters()).detach().numpy()


def records(folder: Path) -> list[dict]:
    """Read the records without the one figure that depends on the clock."""
    lines = (folder / "metrics.jsonl").read_bytes().splitlines() if (folder / "metrics.jsonl").exists() else []
    return [{k: v for k, v in msgspec.json.decode(line).items() if k != "images_per_second"} for line in lines]


def files(folder: Path) -> list[str]:
    """List a run's folder, but for its snapshots."""
    return [name for name in listing(folder) if not name.startswith("snapshots")]


def whole_run(config: TrainConfig, folder: Path) -> TrainState:
    state, data = trainer.start(config, folder)
    for _ in trainer.follow(state, data, folder):
        pass
    return state


def stop_after(state_and_data: tuple, folder: Path, count: int) -> TrainState:
    """Follow a run for `count` records, then close it as Ctrl-C does."""
    state, data = state_and_data
    following = trainer.follow(state, data, folder)
    only_records = (record for record in following if record)
    for _ in range(count):
        next(only_records)
    following.close()
    return state


def to_the_end(folder: Path) -> TrainState:
    state, data = trainer.resume(folder)
    for _ in trainer.follow(state, data, folder):
        pass
    return state


@pytest.mark.parametrize("stops", [[1], [MIDDLE], [20], [31], [5, MIDDLE - 5], [MIDDLE, 1, 9]], ids=str)
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_a_resumed_run_equals_an_uninterrupted_one(
    tmp_path: Path, config: TrainConfig, likelihood: str, stops: list[int]
) -> None:
    config = replace(config, likelihood=likelihood, warmup_epochs=3.5)
    expected = whole_run(config, tmp_path / "whole")
    folder = tmp_path / "stopped"
    at = [stop_after(trainer.start(config, folder), folder, stops[0]).step]
    at += [stop_after(trainer.resume(folder), folder, count).step for count in stops[1:]]
    assert (sum(stops) == MIDDLE) == (at[-1] == 50), "a case of its own must stop in the middle of an epoch"
    resumed = to_the_end(folder)
    assert np.array_equal(weights(resumed), weights(expected))
    assert torch.equal(resumed.noise.get_state(), expected.noise.get_state())
    assert records(folder) == records(tmp_path / "whole")


@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_resumes(tmp_path: Path, config: TrainConfig, network: str) -> None:
    config = replace(config, network=network, width=4, epochs=3)
    expected = whole_run(config, tmp_path / "whole")
    stop_after(trainer.start(config, tmp_path / "run"), tmp_path / "run", 1)
    assert np.array_equal(weights(to_the_end(tmp_path / "run")), weights(expected))


def test_a_killed_run_goes_on_from_its_last_checkpoint(tmp_path: Path, config: TrainConfig) -> None:
    expected = whole_run(config, tmp_path / "whole")
    state, data = trainer.start(config, tmp_path / "run")
    following = (record for record in trainer.follow(state, data, tmp_path / "run") if record)
    for count, _ in enumerate(following, start=1):
        if count == 7:
            write_checkpoint(checkpoint(state), tmp_path / "run" / "checkpoint.safetensors")
        if count == 11:  # what a power cut leaves: records beyond the checkpoint, the last cut in two
            shutil.copytree(tmp_path / "run", tmp_path / "killed")
    with (tmp_path / "killed" / "metrics.jsonl").open("ab") as lines:
        lines.write(b'{"step":52,"steps":1')
    assert np.array_equal(weights(to_the_end(tmp_path / "killed")), weights(expected))
    assert records(tmp_path / "killed") == records(tmp_path / "whole")


def test_a_run_killed_before_its_first_checkpoint_starts_again(tmp_path: Path, config: TrainConfig) -> None:
    expected = whole_run(config, tmp_path / "whole")
    trainer.start(config, tmp_path / "run")
    (tmp_path / "run" / "metrics.jsonl").write_bytes(b'{"step":4}\n{"step":8}')
    assert np.array_equal(weights(to_the_end(tmp_path / "run")), weights(expected))
    assert records(tmp_path / "run") == records(tmp_path / "whole")


def test_checkpoints_are_kept_along_the_way(
    tmp_path: Path, config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    state, data = trainer.start(config, tmp_path / "run")
    following = trainer.follow(state, data, tmp_path / "run")
    next(following)
    assert not (tmp_path / "run" / "checkpoint.safetensors").exists()
    next(following)
    assert files(tmp_path / "run") == ["checkpoint.safetensors", "config.json", "held_out.jsonl", "metrics.jsonl"]
    resumed, _ = trainer.resume(tmp_path / "run")
    assert resumed.step == 4


@pytest.mark.parametrize("left", [0, 1, 8, 100, 1000, 10_000, -1])
def test_a_truncated_checkpoint_is_one_clear_error(tmp_path: Path, config: TrainConfig, left: int) -> None:
    stop_after(trainer.start(config, tmp_path / "run"), tmp_path / "run", 2)
    checkpoint = tmp_path / "run" / "checkpoint.safetensors"
    checkpoint.write_bytes(checkpoint.read_bytes()[:left])
    before = listing(tmp_path / "run")
    with pytest.raises(InputError, match=r"checkpoint\.safetensors is damaged \(.+\); delete it"):
        trainer.resume(tmp_path / "run")
    assert listing(tmp_path / "run") == before
    checkpoint.unlink()
    assert to_the_end(tmp_path / "run").step == 120  # the cure it names works


def test_a_checkpoint_of_another_network_is_an_error(tmp_path: Path, config: TrainConfig) -> None:
    stop_after(trainer.start(config, tmp_path / "run"), tmp_path / "run", 2)
    path = tmp_path / "run" / "config.json"
    path.write_text(path.read_text().replace('"latent_dims": 3', '"latent_dims": 4'))
    with pytest.raises(InputError, match="is damaged"):
        trainer.resume(tmp_path / "run")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "No run to resume in .*config.json cannot be read"),
        (b"", "config.json is damaged"),
        (b"{", "config.json is damaged"),
        (b'{"network":"\xff"}', "config.json is damaged"),
        (b'{"network":"transformer"}', "config.json is damaged .*Unknown network"),
        (b'{"latent_dims":0}', "config.json is damaged .*latent_dims must be from 1"),
        (b'{"epochs":"many"}', "config.json is damaged"),
    ],
)
def test_what_is_no_run_cannot_be_resumed(tmp_path: Path, text: bytes | None, sentence: str) -> None:
    if text is not None:
        (tmp_path / "config.json").write_bytes(text)
    with pytest.raises(InputError, match=sentence):
        trainer.resume(tmp_path)


def test_a_finished_run_is_not_gone_on_with() -> None:
    with pytest.raises(InputError, match="is finished; start a new run"):
        trainer.resume(trained_folder())


def test_a_run_wants_a_new_or_empty_folder(tmp_path: Path, config: TrainConfig) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("years of work")
    (tmp_path / "file").write_text("years of work")
    for folder in (tmp_path / "full", tmp_path / "file"):
        with pytest.raises(InputError, match="is not empty; choose another --out"):
            trainer.start(config, folder)
    (tmp_path / "empty").mkdir()
    trainer.start(config, tmp_path / "empty")
    assert listing(tmp_path / "full") == ["thesis.tex"]
    assert listing(tmp_path / "empty") == ["config.json"]


def test_a_folder_below_a_file_cannot_be_written(tmp_path: Path, config: TrainConfig) -> None:
    (tmp_path / "file").write_text("in the way")
    before = listing(tmp_path)
    with pytest.raises(InputError, match=r"Cannot write .*a file is in the way.*choose another folder"):
        trainer.start(config, tmp_path / "file" / "run")
    assert listing(tmp_path) == before


def test_a_disk_full_from_the_start_leaves_nothing(tmp_path: Path, config: TrainConfig) -> None:
    before = listing(tmp_path)
    with full_disk(10), pytest.raises(InputError, match=r"Cannot write .*File too large.*Free some space"):
        trainer.start(config, tmp_path / "deep" / "down" / "run")
    assert listing(tmp_path) == before


@pytest.mark.parametrize("room", [500, 6000, 20_000], ids=["for nothing", "for some records", "for no checkpoint"])
def test_a_disk_that_fills_up_leaves_a_run_that_can_be_resumed(tmp_path: Path, config: TrainConfig, room: int) -> None:
    expected = whole_run(config, tmp_path / "whole")
    state, data = trainer.start(config, tmp_path / "run")
    with full_disk(room), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        for _ in trainer.follow(state, data, tmp_path / "run"):
            pass
    assert "checkpoint.safetensors" not in listing(tmp_path / "run")
    assert not [name for name in listing(tmp_path / "run") if "/." in f"/{name}"], "half written files"
    written = records(tmp_path / "run")  # every line whole
    assert written == records(tmp_path / "whole")[: len(written)]
    assert np.array_equal(weights(to_the_end(tmp_path / "run")), weights(expected))
    assert records(tmp_path / "run") == records(tmp_path / "whole")


def test_a_disk_full_at_the_end_leaves_a_run_that_can_be_finished(tmp_path: Path, config: TrainConfig) -> None:
    folder = tmp_path / "run"
    whole_run(config, folder)
    before = listing(folder)
    state, data = trainer.resume(folder)
    with full_disk(5000), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        trainer.finish(state, data, folder)
    assert listing(folder) == before
    assert files(folder) == ["checkpoint.safetensors", "config.json", "held_out.jsonl", "metrics.jsonl"]
    trainer.finish(to_the_end(folder), data, folder)
    assert "card.json" in listing(folder)


def test_a_finished_run_is_a_model(tmp_path: Path) -> None:
    folder = trained_folder()
    assert files(folder) == [
        "card.json", "codes.npz", "config.json", "decoder.onnx", "encoder.onnx", "held_out.jsonl", "metrics.jsonl",
        "weights.safetensors",
    ]  # fmt: skip
    card, codes = read_card(folder), read_codes(folder)
    assert codes is not None
    assert (card.name, card.image_shape, card.latent.dims) == ("made-3d", (1, 8, 8), 3)
    assert card.data.title == "Made bars"
    assert card.training["images"] == 64
    assert set(card.files) == {"codes.npz", "decoder.onnx", "encoder.onnx", "weights.safetensors"}
    assert codes.negative_elbo.mean() == pytest.approx(card.metrics["negative_elbo"], rel=1e-5)
    for dim, (low, high) in enumerate(card.latent.range):
        assert low < codes.mean[:, dim].mean() < high
    assert {(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {0o644, 0o755}


def test_weights_that_are_no_numbers_make_no_model(tmp_path: Path, config: TrainConfig) -> None:
    state, data = trainer.start(config, tmp_path / "run")
    with torch.no_grad():
        next(state.model.parameters()).fill_(torch.nan)
    with pytest.raises(InputError, match=r"loss on Made bars is not a finite number; .* smaller learning_rate"):
        trainer.finish(state, data, tmp_path / "run")
    assert listing(tmp_path / "run") == ["config.json"]


def test_two_runs_with_one_seed_give_one_model(tmp_path: Path, config: TrainConfig) -> None:
    def model(folder: Path) -> Card:
        state, data = trainer.start(replace(config, epochs=2), folder)
        for _ in trainer.follow(state, data, folder):
            pass
        return trainer.finish(state, data, folder)

    first, again = model(tmp_path / "a" / "run"), model(tmp_path / "b" / "run")
    assert replace(first, created="", files={}) == replace(again, created="", files={})
    assert {k: v for k, v in first.files.items() if k != "codes.npz"} == {
        k: v for k, v in again.files.items() if k != "codes.npz"
    }


# A loss that is no number


def test_a_run_that_diverges_keeps_the_last_weights_that_were_good(
    tmp_path: Path, config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "SECONDS_BETWEEN_COPIES", 0.0)
    state, data = trainer.start(config, tmp_path / "run")
    good: dict[int, np.ndarray] = {}
    with pytest.raises(trainer.Diverged, match=r"diverged at step 24.*learning_rate.*The weights of step 20 are kept"):
        for record in trainer.follow(state, data, tmp_path / "run"):
            assert record is not None
            good[record.step] = weights(state).copy()
            if record.step == 20:
                # What comes next makes weights that are no numbers, after the loss of this record was one.
                state.changes.append(Change(20, learning_rate=1e30))
    resumed, _ = trainer.resume(tmp_path / "run")
    assert resumed.step == 20
    assert np.array_equal(weights(resumed), good[20])
    assert np.array_equal(weights(state), good[20])
    # Nothing of it was written to changes.jsonl here, so the same run goes on to its end.
    assert to_the_end(tmp_path / "run").step == 120


def test_a_run_that_diverges_at_once_says_so_and_keeps_nothing(
    tmp_path: Path, config: TrainConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--learning-rate", "1", "--beta", "1000", "--likelihood", "gaussian", "--width", "64", "--epochs", "30"]
    flags += ["--latent-dims", "3", "--network", "dense", "--batch-size", "2"]
    assert main(["train", "--dataset", config.dataset, "--out", str(tmp_path / "run"), *flags, "--json"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.match(r"error: Training diverged at step \d+: the loss is no longer a number. Try a smaller", error)
    status = runs.status(tmp_path / "run")
    assert (status.state, status.reason) == ("failed", "diverged")
    assert status.message in error
    assert not (tmp_path / "run" / "card.json").exists()


def test_a_full_disk_is_said_in_the_status_and_the_last_checkpoint_stays(
    tmp_path: Path, config: TrainConfig, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    expected = whole_run(config, tmp_path / "whole")
    stop_after(trainer.start(config, folder), folder, 5)
    before = (folder / "checkpoint.safetensors").read_bytes()
    monkeypatch.setattr(trainer, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    with full_disk(20_000):  # room for records and snapshots, and none for a checkpoint
        assert main(["train", "--resume", str(folder), "--json"]) == 2
    assert "Free some space" in capsys.readouterr().err
    status = runs.status(folder)
    assert (status.state, status.reason) == ("failed", "disk")
    assert status.message.endswith("The checkpoint of step 20 stays; Resume goes on from there.")
    assert (folder / "checkpoint.safetensors").read_bytes() == before
    assert not [name for name in listing(folder) if "/." in f"/{name}"], "half written files"
    assert np.array_equal(weights(to_the_end(folder)), weights(expected))


def test_what_is_asked_while_it_trains_is_heeded_in_this_process_too(
    tmp_path: Path, config: TrainConfig, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line's own run: what was asked of an earlier process does not count, what is asked now does."""
    folder = home / "models" / "mine"
    stop_after(trainer.start(config, folder), folder, 2)
    write_control(folder, wish="stop")
    assert main(["train", "--resume", str(folder), "--json"]) == 0
    assert runs.find_run("mine").status.state == "done"
    assert runs.find_run("mine").model
    assert capsys.readouterr().err == ""
