"""Runs take turns, and do what is asked of them: real processes, started as the app starts them."""

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.living import eventually
from tests.models import listing
from vae.__main__ import main
from vae.config import TrainConfig
from vae.errors import InputError
from vae.library.shelf import Model, list_models, models_folder
from vae.locks import is_locked, lock
from vae.runs import launch, queue, shelf, snapshots
from vae.runs.session import Session
from vae.runs.status import Status, read_control, write_control, write_status
from vae.training import training

# Hours of training, if nobody asks for anything.
LONG = TrainConfig(dataset="digits", width=16, epochs=10_000, batch_size=32, seed=3)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    monkeypatch.delenv("LATENT_MAX_RUNS", raising=False)
    yield tmp_path / "home"
    for run in shelf.list_runs():  # no test leaves a process behind
        if run.status.live and run.status.pid and run.status.pid != os.getpid():
            os.kill(run.status.pid, signal.SIGKILL)
            eventually(lambda run=run: not is_locked(run.folder), "the end of the process")


def state(name: str) -> str:
    return shelf.find_run(name).status.state


def trains(name: str) -> None:
    eventually(lambda: (run := shelf.find_run(name).status).state == "training" and run.step > 0, f"{name} trains")


def becomes(name: str, wanted: str) -> None:
    eventually(lambda: state(name) == wanted, f"{name} is {wanted}")


def torch_is_loaded(pid: int) -> bool:
    return "libtorch" in Path(f"/proc/{pid}/maps").read_text()


# One at a time


@pytest.mark.slow
def test_one_run_trains_at_a_time_and_the_others_wait_in_order(home: Path) -> None:
    launch.launch(LONG, "first")
    trains("first")
    for name in ("second", "third"):
        launch.launch(LONG, name)
        eventually(lambda name=name: shelf.find_run(name).status.pid, f"the process of {name}")
    assert [state(name) for name in ("first", "second", "third")] == ["training", "queued", "queued"]
    assert [shelf.place(name) for name in ("first", "second", "third")] == [0, 0, 1]
    assert [run.name for run in shelf.list_runs()] == ["third", "second", "first"]
    waiting = shelf.find_run("second").status.pid
    assert waiting is not None
    if Path("/proc").exists():
        time.sleep(0.5)
        assert not torch_is_loaded(waiting), "who waits is small"
        assert torch_is_loaded(shelf.find_run("first").status.pid or 0)
    assert os.getpriority(os.PRIO_PROCESS, waiting) >= 10, "and yields to the pages"

    # A paused run gives its slot to the next one, and queues again.
    launch.ask("first", "pause")
    becomes("first", "paused")
    trains("second")
    stopped_at = shelf.find_run("first").status.step
    time.sleep(0.5)
    assert shelf.find_run("first").status.step == stopped_at
    launch.resume("first")
    becomes("first", "queued")
    assert [shelf.place(name) for name in ("third", "first")] == [0, 1]

    # One that waits can be let go of; one that is killed lets the next one in, and is told.
    launch.ask("third", "discard")
    eventually(lambda: not (models_folder() / "third").exists(), "third is gone")
    assert shelf.place("first") == 0
    os.kill(shelf.find_run("second").status.pid or 0, signal.SIGKILL)
    becomes("second", "interrupted")
    trains("first")
    assert shelf.find_run("first").status.step >= stopped_at

    # What is stopped goes on from there; what is kept is a model.
    launch.ask("first", "stop")
    becomes("first", "stopped")
    at = shelf.find_run("first").status.step
    assert shelf.find_run("first").status.message == f"Stopped at step {at:,}; Resume goes on from there."
    launch.ask("first", "keep")
    becomes("first", "done")
    card = json.loads((models_folder() / "first" / "card.json").read_bytes())
    assert card["training"]["kept_at_step"] == at
    assert "first" in [model.name for model in list_models() if isinstance(model, Model)]
    assert snapshots.snapshots(models_folder() / "first")[-1] == at
    assert (models_folder() / "first" / "snapshots" / "decoder.onnx").exists()
    for name in ("first", "second"):
        assert (models_folder() / name / "log.txt").read_text().count("Traceback") == 0
    shelf.delete("first")
    shelf.delete("second")
    assert listing(models_folder()) == []


@pytest.mark.slow
def test_two_train_at_a_time_where_that_is_allowed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_MAX_RUNS", "2")
    for name in ("one", "two", "three"):
        launch.launch(LONG, name)
        eventually(lambda name=name: shelf.find_run(name).status.pid, f"the process of {name}")
    trains("one")
    trains("two")
    assert (state("three"), shelf.place("three")) == ("queued", 0)

    # Settings are changed while it trains, and hold from the next step on.
    launch.ask("one", beta=3.0)
    eventually(lambda: shelf.changes(models_folder() / "one"), "a change")
    eventually(lambda: shelf.find_run("one").status.beta == 3.0, "a status that says so")
    (change,) = shelf.changes(models_folder() / "one")
    assert (change.beta, change.learning_rate) == (3.0, None)
    records: list[dict] = []
    eventually(
        lambda: (
            records.extend(shelf.read_records(models_folder() / "one")[0]) or (records[-1]["step"] > change.step + 100)
        ),
        "records after the change",
    )
    assert {record["weight"] for record in records if record["step"] > change.step + 50} == {3.0}
    assert {record["weight"] for record in records if record["step"] <= change.step} <= {1.0}

    launch.ask("two", "discard")
    eventually(lambda: not (models_folder() / "two").exists(), "two is gone")
    trains("three")
    for name in ("one", "three"):
        launch.ask(name, "stop")
        becomes(name, "stopped")


@pytest.mark.slow
def test_a_run_whose_loss_is_no_number_keeps_its_last_good_weights(home: Path) -> None:
    folder = launch.launch(replace(LONG, likelihood="gaussian", width=128, depth=3), "wild").folder
    trains("wild")
    launch.ask("wild", learning_rate=1.0, beta=1000.0)
    becomes("wild", "failed")
    found = shelf.find_run("wild").status
    assert (found.state, found.reason) == ("failed", "diverged")
    assert "smaller learning rate" in found.message
    assert f"The weights of step {found.step:,} are kept" in found.message
    launch.ask("wild", "keep")
    becomes("wild", "done")
    assert (folder / "card.json").exists()


# Places, without processes


def waits(name: str, asked_at: float, **status: object) -> Path:
    folder = models_folder() / name
    folder.mkdir(parents=True)
    shelf.write_config(LONG.settled(), folder)
    write_status(folder, Status(**{"state": "queued", "asked_at": asked_at, "host": queue.HOST, "pid": os.getpid(),
                                   "heartbeat": time.time()} | status))  # type: ignore[arg-type] # fmt: skip
    return folder


def test_places_are_counted_among_those_that_live_here(home: Path) -> None:
    waits("late", 30.0)
    waits("early", 10.0)
    waits("same-a", 20.0)
    waits("same-b", 20.0)
    waits("gone", 1.0, heartbeat=time.time() - 60)
    waits("far", 2.0, host="elsewhere.example")
    waits("busy", 3.0, state="training")
    waits("rests", 4.0, state="paused")
    assert [folder.name for folder in queue.waiting()] == ["early", "same-a", "same-b", "late"]
    assert [shelf.place(name) for name in ("early", "same-a", "same-b", "late", "busy", "gone")] == [0, 1, 2, 3, 0, 0]
    with pytest.raises(InputError, match="A model's name is 1 to 64"):
        shelf.place("../x")


def test_only_the_first_in_line_enters_and_no_more_than_are_allowed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = waits("first", 1.0), waits("second", 2.0)
    assert queue.try_to_enter(second) is None
    slot = queue.try_to_enter(first)
    assert slot is not None
    write_status(first, replace(shelf.status(first), state="training"))
    assert queue.try_to_enter(second) is None
    monkeypatch.setenv("LATENT_MAX_RUNS", "2")
    other = queue.try_to_enter(second)
    assert other is not None
    other.release()
    slot.release()
    monkeypatch.delenv("LATENT_MAX_RUNS")
    again = queue.try_to_enter(second)
    assert again is not None
    again.release()


def test_asking_of_a_living_run_is_written_and_never_acted_on_here(home: Path) -> None:
    folder = waits("mine", 1.0, step=40, state="training")
    for number, wish in enumerate(("pause", "run", "stop", "keep", "discard"), start=1):
        launch.ask("mine", wish)  # type: ignore[arg-type]
        assert (read_control(folder).number, read_control(folder).wish) == (number, wish)
    with lock(folder), pytest.raises(InputError, match="is at work; stop it first"):
        shelf.delete("mine")


def test_nothing_is_kept_of_a_run_that_has_lost_its_weights(home: Path) -> None:
    """Killed before its first checkpoint: its status still says step 300, and there is nothing of it."""
    for state in ("queued", "starting", "paused"):
        folder = waits(state, 1.0, step=300, state=state)
        with pytest.raises(InputError, match="has no weights to keep yet; let it train, or discard it"):
            launch.ask(state, "keep")
        assert not (folder / "control.json").exists()
    waits("trains", 1.0, step=300, state="training")
    launch.ask("trains", "keep")


def test_a_run_goes_on_from_its_checkpoint_and_not_from_what_its_status_said(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "nice", lambda by: 0)  # this process is the tests'
    folder = waits("ghost", 1.0, step=300, epoch=6, state="training", pid=None, heartbeat=1.0)
    write_control(folder, wish="stop")
    assert main(["train", "--resume", str(folder), "--queue"]) == 0
    found = shelf.find_run("ghost").status
    assert (found.state, found.step, found.epoch) == ("stopped", 0, 0)
    assert found.message == "Stopped before its first step; Resume goes on from there."
    write_status(folder, replace(found, step=300))
    write_control(folder, wish="keep")  # as one that was asked before it was refused
    assert main(["train", "--resume", str(folder), "--queue"]) == 0
    assert not (folder / "card.json").exists()
    assert shelf.find_run("ghost").status.message.startswith("Nothing was trained yet")


def test_where_a_run_goes_on_from_is_true(home: Path) -> None:
    folder = home / "models" / "mine"
    work = training.Training(*training.start(LONG, folder), folder)
    work.save()
    work.state.step = 7
    with Session(folder, []) as session:
        session.say(step=7)
        assert session.stop() == "at step 7"
    assert shelf.find_run("mine").status.message == "Stopped at step 7; Resume goes on from step 0."
    work.save()
    with Session(folder, []) as session:
        assert session.step == 7
        session.stop()
    assert shelf.find_run("mine").status.message == "Stopped at step 7; Resume goes on from there."


# Changes


def test_changes_are_made_again_at_their_steps(home: Path, tmp_path: Path) -> None:
    """A run that is changed, left, gone back to a checkpoint and gone on with ends as if nothing had happened."""
    config = replace(LONG, epochs=4, batch_size=128)

    def changed(folder: Path, back: bool) -> dict[str, torch.Tensor]:
        work = training.Training(*training.start(config, folder), folder)
        for record in (records := work.records()):
            if record and record.step == 12:
                records.close()
                break
        early = (folder / "checkpoint.safetensors").read_bytes()
        work = training.Training(*training.resume(folder), folder)
        for record in (records := work.records()):
            if record and record.step == 24:
                work.change(4.0, None)
                work.change(4.0, None)  # asked twice is changed once
            if record and record.step == 36:
                work.change(4.0, 0.02)
                if back:
                    records.close()
                    break
        if back:
            (folder / "checkpoint.safetensors").write_bytes(early)
            work = training.Training(*training.resume(folder), folder)
            assert (work.state.step, work.standing["beta"], len(work.state.changes)) == (12, 1.0, 2)
            work.change(4.0, 0.02)  # the wishes are still there, and have been heard
            assert len(work.state.changes) == 2
            for _ in work.records():
                pass
        assert [change.step for change in shelf.changes(folder)] == [24, 36]
        return work.state.model.state_dict()

    whole, again = changed(tmp_path / "whole", False), changed(tmp_path / "again", True)
    plain = training.Training(*training.start(config, tmp_path / "plain"), tmp_path / "plain")
    for _ in plain.records():
        pass
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    assert not all(torch.equal(whole[name], value) for name, value in plain.state.model.state_dict().items())


def test_a_new_wish_outweighs_changes_that_are_yet_to_be_made_again(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    work = training.Training(*training.start(LONG, folder), folder)
    work.state.step = 50
    work.change(2.0, None)
    work.state.step = 20
    work.change(5.0, None)
    assert [(change.step, change.beta) for change in shelf.changes(folder)] == [(20, 5.0)]
    work.state.step = 60
    assert work.standing["beta"] == 5.0
