"""A run is a folder that can be left at any moment and gone on with, to the same numbers."""

import errno
import re
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from tests.living import eventually
from tests.models import SMALL, full_disk, listing, made_dataset, made_series, room, trained_folder, write_dataset
from vae.__main__ import main
from vae.config import TrainConfig
from vae.datasets.dataset import Dataset
from vae.errors import InputError
from vae.files import sha256, write_arrays
from vae.kinds.images import IMAGES
from vae.library.cards import Card, read_card
from vae.library.codes import read_codes
from vae.plans.networks import NETWORKS, suited
from vae.runs import launch, shelf, snapshots
from vae.runs.records import Change
from vae.runs.session import Session
from vae.runs.status import read_status, write_control
from vae.training import finish, training
from vae.training.checkpoints import checkpoint, write_checkpoint
from vae.training.loop import TrainState

# 4 steps an epoch, 30 epochs, a record after each epoch and after step 50, in the middle of the 13th: 31 records.
CONFIG = replace(SMALL, epochs=30)
MIDDLE = 13  # number of records once that of step 50 is written


@pytest.fixture(autouse=True)
def home(own_home: Path) -> Path:
    return own_home


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
    state, data = training.start(config, folder)
    for _ in training.follow(state, data, folder):
        pass
    return state


def stop_after(state_and_data: tuple, folder: Path, count: int) -> TrainState:
    """Follow a run for `count` records, then close it as Ctrl-C does."""
    state, data = state_and_data
    following = training.follow(state, data, folder)
    only_records = (record for record in following if record)
    for _ in range(count):
        next(only_records)
    following.close()
    return state


def to_the_end(folder: Path) -> TrainState:
    state, data = training.resume(folder)
    for _ in training.follow(state, data, folder):
        pass
    return state


@pytest.mark.parametrize("stops", [[1], [MIDDLE], [20], [31], [5, MIDDLE - 5], [MIDDLE, 1, 9]], ids=str)
@pytest.mark.parametrize("likelihood", IMAGES.likelihoods)
def test_a_resumed_run_equals_an_uninterrupted_one(
    tmp_path: Path, config: TrainConfig, likelihood: str, stops: list[int]
) -> None:
    config = replace(config, likelihood=likelihood, warmup_epochs=3.5)
    expected = whole_run(config, tmp_path / "whole")
    folder = tmp_path / "stopped"
    at = [stop_after(training.start(config, folder), folder, stops[0]).step]
    at += [stop_after(training.resume(folder), folder, count).step for count in stops[1:]]
    assert (sum(stops) == MIDDLE) == (at[-1] == 50), "a case of its own must stop in the middle of an epoch"
    resumed = to_the_end(folder)
    assert np.array_equal(weights(resumed), weights(expected))
    assert torch.equal(resumed.noise.get_state(), expected.noise.get_state())
    assert records(folder) == records(tmp_path / "whole")


@pytest.mark.parametrize("stops", [[1], [MIDDLE], [5, MIDDLE - 5]], ids=str)
@pytest.mark.parametrize("corruption", ["gaussian", "poisson", "block"])
def test_a_resumed_run_that_spoils_its_images_equals_an_uninterrupted_one(
    tmp_path: Path, config: TrainConfig, corruption: str, stops: list[int]
) -> None:
    config = replace(config, corruption=corruption, corruption_amount=0.7, without="b")
    expected = whole_run(config, tmp_path / "whole")
    folder = tmp_path / "stopped"
    stop_after(training.start(config, folder), folder, stops[0])
    for count in stops[1:]:
        stop_after(training.resume(folder), folder, count)
    assert np.array_equal(weights(to_the_end(folder)), weights(expected))
    assert records(folder) == records(tmp_path / "whole")


def test_a_run_of_before_anything_could_be_spoiled_goes_on(tmp_path: Path, config: TrainConfig) -> None:
    expected = whole_run(config, tmp_path / "whole")
    folder = tmp_path / "run"
    stop_after(training.start(config, folder), folder, 5)
    settings = msgspec.json.decode((folder / "config.json").read_bytes())
    for name in ("corruption", "corruption_amount", "without"):
        del settings[name]
    (folder / "config.json").write_bytes(msgspec.json.encode(settings))
    assert np.array_equal(weights(to_the_end(folder)), weights(expected))
    assert records(folder) == records(tmp_path / "whole")


@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_resumes(tmp_path: Path, config: TrainConfig, network: str) -> None:
    config = replace(config, network=network, latent_dims=room(network, 3), width=4, epochs=3)
    if network not in suited(IMAGES.lies):
        data = str(write_dataset(tmp_path / "lines", made_series()))
        config = replace(config, dataset=data, likelihood="gaussian", corruption="gap")
    expected = whole_run(config, tmp_path / "whole")
    stop_after(training.start(config, tmp_path / "run"), tmp_path / "run", 1)
    assert np.array_equal(weights(to_the_end(tmp_path / "run")), weights(expected))


@pytest.mark.parametrize("corruption", [None, "gaussian"])
def test_a_killed_run_goes_on_from_its_last_checkpoint(
    tmp_path: Path, config: TrainConfig, corruption: str | None
) -> None:
    config = replace(config, corruption=corruption)
    expected = whole_run(config, tmp_path / "whole")
    state, data = training.start(config, tmp_path / "run")
    following = (record for record in training.follow(state, data, tmp_path / "run") if record)
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
    training.start(config, tmp_path / "run")
    (tmp_path / "run" / "metrics.jsonl").write_bytes(b'{"step":4}\n{"step":8}')
    assert np.array_equal(weights(to_the_end(tmp_path / "run")), weights(expected))
    assert records(tmp_path / "run") == records(tmp_path / "whole")


def test_checkpoints_are_kept_along_the_way(
    tmp_path: Path, config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    state, data = training.start(config, tmp_path / "run")
    following = training.follow(state, data, tmp_path / "run")
    next(following)
    assert not (tmp_path / "run" / "checkpoint.safetensors").exists()
    next(following)
    assert files(tmp_path / "run") == ["checkpoint.safetensors", "config.json", "held_out.jsonl", "metrics.jsonl"]
    resumed, _ = training.resume(tmp_path / "run")
    assert resumed.step == 4


def test_a_resumed_run_has_no_records_and_moments_beyond_its_checkpoint(tmp_path: Path, config: TrainConfig) -> None:
    """Before it trains: one that is kept there and then never will."""
    folder = tmp_path / "run"
    stop_after(training.start(config, folder), folder, 3)
    early = (folder / "checkpoint.safetensors").read_bytes()
    stop_after(training.resume(folder), folder, 5)
    assert snapshots.snapshots(folder)[-1] == records(folder)[-1]["step"] == 32
    (folder / "checkpoint.safetensors").write_bytes(early)
    (folder / ".half").write_bytes(b"half")
    state, _ = training.resume(folder)
    assert (state.step, records(folder)[-1]["step"], snapshots.snapshots(folder)[-1]) == (12, 12, 12)
    assert max(record["step"] for record in shelf.read_records(folder, 0, "held_out")[0]) <= 12
    assert not (folder / ".half").exists()


@pytest.mark.parametrize("line", [b'{"step":"x"}', b'{"step":1' + b"0" * 400 + b"}", b"[1]", b'{"step":null}'])
def test_a_line_that_is_no_record_is_cut_off(tmp_path: Path, config: TrainConfig, line: bytes) -> None:
    folder = tmp_path / "run"
    stop_after(training.start(config, folder), folder, 2)
    before = (folder / "metrics.jsonl").read_bytes()
    (folder / "metrics.jsonl").write_bytes(before + line + b"\n")
    training.resume(folder)
    assert (folder / "metrics.jsonl").read_bytes() == before


@pytest.mark.parametrize("other", ["pictures", "fewer", "shape", "training pictures"])
def test_a_run_does_not_go_on_with_other_data_of_the_same_name(
    tmp_path: Path, config: TrainConfig, home: Path, other: str
) -> None:
    def added(dataset: Dataset) -> None:
        """Write a set of one's own as `vae.own_data.add` leaves it."""
        folder = write_dataset(home / "datasets" / "mine", dataset)
        card = msgspec.json.decode((folder / "card.json").read_bytes())
        card |= {"files": {path.name + path.parent.name: sha256(path) for path in folder.glob("*/*.npy")}}
        (folder / "card.json").write_bytes(msgspec.json.encode(card))

    made = made_dataset()
    added(made)
    folder = tmp_path / "run"
    stop_after(training.start(replace(config, dataset="mine"), folder), folder, 3)
    shutil.rmtree(home / "datasets" / "mine")
    changed = {
        "pictures": made_dataset(64),
        "fewer": made_dataset(48),
        "shape": made_dataset(64, (1, 10, 10)),
        "training pictures": replace(made, train=replace(made.train, things=255 - made.train.images)),
    }[other]
    if other == "pictures":
        changed = replace(changed, test=replace(changed.test, things=changed.test.images[::-1]))
    added(changed)
    before = listing(folder)
    with pytest.raises(InputError, match=r"data set 'mine' has changed since this run began .*; start a new run"):
        training.resume(folder)
    assert listing(folder) == before
    shutil.rmtree(home / "datasets" / "mine")
    added(made)  # the same pictures again are the same data set
    assert training.resume(folder)[0].step == 12


def test_a_run_of_before_there_was_a_checksum_knows_its_data_by_some_pictures(
    tmp_path: Path, config: TrainConfig
) -> None:
    folder = tmp_path / "run"
    stop_after(training.start(config, folder), folder, 3)
    probe = snapshots.read_probe(folder)
    del probe["data"]
    write_arrays(folder / "snapshots" / "probe.npz", probe)
    assert training.resume(folder)[0].step == 12
    probe["originals"] = 255 - probe["originals"]
    write_arrays(folder / "snapshots" / "probe.npz", probe)
    with pytest.raises(InputError, match="has changed since this run began"):
        training.resume(folder)


@pytest.mark.parametrize("left", [0, 1, 8, 100, 1000, 10_000, -1])
def test_a_truncated_checkpoint_is_one_clear_error(tmp_path: Path, config: TrainConfig, left: int) -> None:
    stop_after(training.start(config, tmp_path / "run"), tmp_path / "run", 2)
    checkpoint = tmp_path / "run" / "checkpoint.safetensors"
    checkpoint.write_bytes(checkpoint.read_bytes()[:left])
    before = listing(tmp_path / "run")
    with pytest.raises(InputError, match=r"checkpoint\.safetensors is damaged \(.+\); delete it"):
        training.resume(tmp_path / "run")
    assert listing(tmp_path / "run") == before
    checkpoint.unlink()
    assert to_the_end(tmp_path / "run").step == 120  # the cure it names works


def test_a_checkpoint_of_another_network_is_an_error(tmp_path: Path, config: TrainConfig) -> None:
    stop_after(training.start(config, tmp_path / "run"), tmp_path / "run", 2)
    path = tmp_path / "run" / "config.json"
    path.write_text(path.read_text().replace('"latent_dims": 3', '"latent_dims": 4'))
    with pytest.raises(InputError, match=r"is of another network than .*; start a new run"):
        training.resume(tmp_path / "run")


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
        training.resume(tmp_path)


def test_a_finished_run_is_not_gone_on_with() -> None:
    with pytest.raises(InputError, match="is finished; start a new run"):
        training.resume(trained_folder())


def test_a_run_wants_a_new_or_empty_folder(tmp_path: Path, config: TrainConfig) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("years of work")
    (tmp_path / "file").write_text("years of work")
    for folder in (tmp_path / "full", tmp_path / "file"):
        with pytest.raises(InputError, match="is not empty; choose another --out"):
            training.start(config, folder)
    (tmp_path / "empty").mkdir()
    training.start(config, tmp_path / "empty")
    assert listing(tmp_path / "full") == ["thesis.tex"]
    assert listing(tmp_path / "empty") == ["config.json"]


def test_a_folder_below_a_file_cannot_be_written(tmp_path: Path, config: TrainConfig) -> None:
    (tmp_path / "file").write_text("in the way")
    before = listing(tmp_path)
    with pytest.raises(InputError, match=r"Cannot write .*a file is in the way.*choose another folder"):
        training.start(config, tmp_path / "file" / "run")
    assert listing(tmp_path) == before


def test_a_disk_full_from_the_start_leaves_nothing(tmp_path: Path, config: TrainConfig) -> None:
    before = listing(tmp_path)
    with full_disk(10), pytest.raises(InputError, match=r"Cannot write .*File too large.*Free some space"):
        training.start(config, tmp_path / "deep" / "down" / "run")
    assert listing(tmp_path) == before


@pytest.mark.parametrize("room", [500, 6000, 20_000], ids=["for nothing", "for some records", "for no checkpoint"])
def test_a_disk_that_fills_up_leaves_a_run_that_can_be_resumed(tmp_path: Path, config: TrainConfig, room: int) -> None:
    expected = whole_run(config, tmp_path / "whole")
    state, data = training.start(config, tmp_path / "run")
    with full_disk(room), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        for _ in training.follow(state, data, tmp_path / "run"):
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
    state, data = training.resume(folder)
    with full_disk(5000), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        finish.finish(state, data, folder)
    assert listing(folder) == before
    assert files(folder) == ["checkpoint.safetensors", "config.json", "held_out.jsonl", "metrics.jsonl"]
    finish.finish(to_the_end(folder), data, folder)
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
    assert codes.cost.mean() == pytest.approx(card.metrics["negative_elbo"], rel=1e-5)
    for dim, (low, high) in enumerate(card.latent.range):
        assert low < codes.centre[:, dim].mean() < high
    assert {(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {0o644, 0o755}


def test_weights_that_are_no_numbers_make_no_model(tmp_path: Path, config: TrainConfig) -> None:
    state, data = training.start(config, tmp_path / "run")
    with torch.no_grad():
        next(state.model.parameters()).fill_(torch.nan)
    with pytest.raises(InputError, match=r"loss on Made bars is not a finite number; .* smaller learning_rate"):
        finish.finish(state, data, tmp_path / "run")
    assert listing(tmp_path / "run") == ["config.json"]


def test_two_runs_with_one_seed_give_one_model(tmp_path: Path, config: TrainConfig) -> None:
    def model(folder: Path) -> Card:
        state, data = training.start(replace(config, epochs=2), folder)
        for _ in training.follow(state, data, folder):
            pass
        return finish.finish(state, data, folder)

    first, again = model(tmp_path / "a" / "run"), model(tmp_path / "b" / "run")
    assert replace(first, created="", files={}) == replace(again, created="", files={})
    assert {k: v for k, v in first.files.items() if k != "codes.npz"} == {
        k: v for k, v in again.files.items() if k != "codes.npz"
    }


# Discarded


def test_a_run_is_discarded_on_a_full_disk_too(
    tmp_path: Path, config: TrainConfig, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / "models" / "full"
    work = training.Training(*training.start(config, folder), folder)
    with Session(folder, []) as session:
        session.wait()
        records, ending = session.attend(work), None
        next(records)
        write_control(folder, wish="discard")
        with full_disk(20_000):  # room for records and snapshots, and none for a checkpoint
            while ending is None:
                try:
                    next(records)
                except StopIteration as end:
                    ending = end.value
    assert ending == "discard"
    assert not (folder / "checkpoint.safetensors").exists()
    with monkeypatch.context() as full:
        full.setattr(Path, "mkdir", no_room)
        full.setattr("os.mkdir", no_room)
        shelf.remove(folder)
    assert listing(home / "models") == []


def no_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_run_that_is_discarded_while_it_is_measured_becomes_no_model(
    tmp_path: Path, config: TrainConfig, home: Path
) -> None:
    """The command's own process, and another thread that asks as soon as it measures."""
    folder = home / "models" / "unwanted"
    stop_after(training.start(replace(config, epochs=2), folder), folder, 1)

    def ask() -> None:
        eventually(lambda: (found := read_status(folder)) and found.state == "measuring", "it is measured")
        launch.ask("unwanted", "discard")

    asker = threading.Thread(target=ask)
    asker.start()
    assert main(["train", "--resume", str(folder), "--json"]) == 0
    asker.join()
    assert listing(home / "models") == []


# Settings changed while nobody trains


def test_a_rate_that_is_asked_for_before_the_first_step_holds_from_there(
    tmp_path: Path, config: TrainConfig, home: Path
) -> None:
    folder = home / "models" / "calmer"
    stop_after(training.start(config, folder), folder, 3)
    launch.ask("calmer", learning_rate=1e-5, beta=2.0)
    work = training.Training(*training.resume(folder), folder)
    with Session(folder, [], queue=True) as session:
        session.wait()
        first = next(session.attend(work))
        assert (read_status(folder).beta, first.weight) == (2.0, 2.0)
    assert first.learning_rate < 1e-5
    assert shelf.changes(folder) == [Change(12, 2.0, 1e-5)]


def test_a_run_that_diverged_goes_on_with_a_smaller_rate(
    tmp_path: Path, config: TrainConfig, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / "models" / "wild"
    wild = replace(config, learning_rate=1.0, beta=1000.0, likelihood="gaussian", width=64, batch_size=2, epochs=3)
    training.start(wild, folder)
    assert main(["train", "--resume", str(folder)]) == 2
    assert shelf.find_run("wild").status.reason == "diverged"
    launch.ask("wild", learning_rate=1e-6, beta=1.0)
    assert main(["train", "--resume", str(folder)]) == 0
    assert shelf.find_run("wild").model


def test_settings_changed_during_a_pause_hold_from_the_next_step_on(
    tmp_path: Path, config: TrainConfig, home: Path
) -> None:
    folder = home / "models" / "paused"
    work = training.Training(*training.start(replace(config, epochs=2000), folder), folder)
    paused: list[int] = []

    def ask() -> None:
        eventually(lambda: (found := read_status(folder)) and found.state == "paused", "it is paused")
        paused.append(read_status(folder).step)
        write_control(folder, learning_rate=1e-5, beta=3.0)
        write_control(folder, wish="run")

    asker = threading.Thread(target=ask)
    with Session(folder, []) as session:
        session.wait()
        records = session.attend(work)
        next(records)
        write_control(folder, wish="pause")
        asker.start()
        eventually(lambda: next(records).weight == 3.0, "the change")
        asker.join()
        records.close()
    assert [change.step for change in shelf.changes(folder)] == paused, "not even one step with the old"


# A loss that is no number


def test_a_run_that_diverges_keeps_the_last_weights_that_were_good(
    tmp_path: Path, config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "SECONDS_BETWEEN_COPIES", 0.0)
    state, data = training.start(config, tmp_path / "run")
    good: dict[int, np.ndarray] = {}
    with pytest.raises(training.Diverged, match=r"diverged at step 24.*learning rate.*The weights of step 20 are kept"):
        for record in training.follow(state, data, tmp_path / "run"):
            assert record is not None
            good[record.step] = weights(state).copy()
            if record.step == 20:
                # What comes next makes weights that are no numbers, after the loss of this record was one.
                state.changes.append(Change(20, learning_rate=1e30))
    resumed, _ = training.resume(tmp_path / "run")
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
    status = shelf.status(tmp_path / "run")
    assert (status.state, status.reason) == ("failed", "diverged")
    assert status.message in error
    assert not (tmp_path / "run" / "card.json").exists()


def test_a_full_disk_is_said_in_the_status_and_the_last_checkpoint_stays(
    tmp_path: Path, config: TrainConfig, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    expected = whole_run(config, tmp_path / "whole")
    stop_after(training.start(config, folder), folder, 5)
    before = (folder / "checkpoint.safetensors").read_bytes()
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    with full_disk(20_000):  # room for records and snapshots, and none for a checkpoint
        assert main(["train", "--resume", str(folder), "--json"]) == 2
    assert "Free some space" in capsys.readouterr().err
    status = shelf.status(folder)
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
    stop_after(training.start(config, folder), folder, 2)
    write_control(folder, wish="stop")
    assert main(["train", "--resume", str(folder), "--json"]) == 0
    assert shelf.find_run("mine").status.state == "done"
    assert shelf.find_run("mine").model
    assert capsys.readouterr().err == ""
