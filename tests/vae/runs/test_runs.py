"""A run seen from outside: launched, listed, asked, renamed, deleted, killed; and never a half model."""

import atexit
import json
import os
import platform
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
import pytest
import tyro
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from tests.living import ROOT, Forks, eventually, forking
from tests.models import full_disk, listing, made_dataset, trained_folder, write_dataset
from vae.commands.flags import Own, Settings
from vae.config import TrainConfig
from vae.errors import InputError
from vae.explore.explorer import Explorer, try_out
from vae.families import FAMILIES
from vae.home import BUNDLED_MODELS
from vae.library.shelf import Model, list_models
from vae.likelihoods import LIKELIHOODS
from vae.own import own_sets
from vae.plans.networks import NETWORKS
from vae.runs import launch, recipes, shelf
from vae.runs.records import Change, Step
from vae.runs.status import (
    Reporter,
    Status,
    checkpoint_step,
    claim,
    read_control,
    read_status,
    settle,
    write_control,
    write_status,
)
from vae.training import training

TINY = TrainConfig(dataset="digits", width=16, batch_size=32, seed=3, learning_rate=3e-3)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LATENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LATENT_DATA_DIR", raising=False)
    monkeypatch.delenv("LATENT_MAX_RUNS", raising=False)
    yield tmp_path / "home"
    for run in shelf.list_runs():  # no test leaves a process behind
        if run.status.live and run.status.pid and run.status.pid != os.getpid():
            os.kill(run.status.pid, signal.SIGKILL)


def reserved(home: Path, name: str, **status: object) -> Path:
    """Write the folder of a run that nobody works on."""
    folder = home / "models" / name
    folder.mkdir(parents=True)
    shelf.write_config(TINY.settled(), folder)
    if status:
        write_status(folder, Status(**status))  # type: ignore[arg-type]
    return folder


# How it stands


def test_a_run_whose_process_is_gone_is_interrupted(home: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    now = time.time()
    here = {"host": platform.node(), "pid": gone.pid, "step": 120, "started_at": now - 9, "heartbeat": now}
    for state in ("queued", "starting", "training", "paused", "measuring"):
        folder = reserved(home, state, state=state, **here)
        found = shelf.status(folder)
        assert (found.state, found.reason, found.ended_at) == ("interrupted", "killed", now)
        assert found.message == "Ended from outside at step 120; Resume goes on from step 0."
        assert read_status(folder).state == state, "who reads writes nothing"
    for state in ("done", "stopped", "failed"):
        assert shelf.status(reserved(home, state, state=state, **here)).state == state


def test_a_run_whose_process_is_silent_but_lives_is_not_interrupted(home: Path) -> None:
    old = {"host": platform.node(), "pid": os.getpid(), "heartbeat": time.time() - 3600}
    folder = reserved(home, "silent", state="training", **old)
    with claim(folder):
        assert shelf.status(folder).state == "training"
    assert shelf.status(folder).state == "interrupted"  # the process of that number is another one by now


@pytest.mark.parametrize(("silence", "state"), [(8.0, "training"), (16.0, "interrupted")])
def test_a_process_elsewhere_is_known_by_its_heartbeat(home: Path, silence: float, state: str) -> None:
    heartbeat = time.time() - silence
    folder = reserved(home, "far", state="training", host="elsewhere.example", pid=1, heartbeat=heartbeat)
    assert shelf.status(folder).state == state


def test_a_process_that_never_came_up_leaves_its_last_words(home: Path) -> None:
    folder = reserved(home, "stillborn", state="queued", host=platform.node(), heartbeat=time.time() - 60)
    (folder / "log.txt").write_text("Traceback\nImportError: no module named torch\n\n")
    message = shelf.status(folder).message
    assert message.startswith("Ended from outside before it began; Resume goes on from step 0.")
    assert message.endswith("ImportError: no module named torch")


def test_a_run_killed_after_its_last_deed_is_done(home: Path) -> None:
    folder = home / "models" / "made-3d"
    shutil.copytree(trained_folder(), folder)
    write_status(folder, Status("measuring", host=platform.node(), pid=None, heartbeat=time.time() - 60))
    assert shelf.find_run("made-3d").status.state == "done"


def test_runs_of_before_there_was_a_status_are_listed(home: Path) -> None:
    shutil.copytree(trained_folder(), home / "models" / "made-3d")
    old = reserved(home, "old")
    (home / "models" / "empty").mkdir()
    (home / "models" / ".run-half").mkdir()
    shutil.copytree(old, home / "models" / "Not A Name")
    (reserved(home, "damaged") / "config.json").write_text("{")
    assert {(run.name, run.status.state, run.model) for run in shelf.list_runs()} == {
        ("made-3d", "done", True),
        ("old", "stopped", False),
    }
    assert shelf.find_run("old").config == TINY.settled()
    with claim(old):
        assert shelf.find_run("old").status.state == "training"
    (old / "status.json").write_bytes(b"\xff{")
    assert shelf.find_run("old").status.state == "stopped"
    with pytest.raises(InputError, match=r"Unknown run 'nothing'; choose one of: made-3d, old"):
        shelf.find_run("nothing")
    for bad in ("../old", "", "a/b", "x" * 300, "🙂"):
        with pytest.raises(InputError, match="Unknown run"):
            shelf.find_run(bad)


def test_the_newest_run_comes_first(home: Path) -> None:
    for began, name in ((10.0, "b"), (30.0, "a"), (20.0, "c")):
        os.utime(reserved(home, name, state="stopped", asked_at=100 - began) / "config.json", (began, began))
    assert [run.name for run in shelf.list_runs()] == ["a", "c", "b"]


def test_a_report_is_exact_at_once_and_lives_between(home: Path) -> None:
    folder = reserved(home, "told")
    reporter = Reporter(folder, Status("starting"))
    try:
        assert read_status(folder).state == "starting"
        reporter.tell(state="training", step=4)
        first = read_status(folder)
        assert (first.state, first.step, first.pid, first.host) == ("training", 4, os.getpid(), platform.node())
        reporter.note(step=9)
        eventually(lambda: read_status(folder).step == 9, "a heartbeat that says the step", 10)
        assert read_status(folder).heartbeat > first.heartbeat
    finally:
        reporter.close()
    assert listing(folder) == ["config.json", "status.json"]


def test_a_full_disk_still_gets_the_last_word(home: Path) -> None:
    """Where no new file can be written, the old one is written over."""
    folder = reserved(home, "full")
    reporter = Reporter(folder, Status("training", message="x" * 400))
    try:
        blocked = folder / f".status.json-{os.getpid()}-{__import__('threading').get_ident()}"
        blocked.mkdir()  # the name that the new file would get is taken
        reporter.tell(state="failed", message="Free some space.")
    finally:
        reporter.close()
    assert read_status(folder).message == "Free some space."


# Records


STEP = Step(4, 40, 1, 2.5, (0.5, 1.0), 1.0, 0.01, 900.0)


@pytest.mark.parametrize(
    ("figure", "by"),
    [
        ('"step":4', '"step":"x"'),
        ('"step":4', '"step":1' + "0" * 400),
        ('"step":4', '"step":null'),
        ("[0.5,1.0]", "[0.5,1" + "0" * 400 + "]"),
        ("[0.5,1.0]", "[1e308,1e308]"),
        ("[0.5,1.0]", "[NaN]"),
        ("[0.5,1.0]", '"half"'),
        ("2.5", "1e999"),
        ("2.5", "-1e308"),
        ("2.5", "null"),
        ("0.01", "1e308"),
        ('"weight"', '"heavy"'),
    ],
)
def test_a_record_whose_figures_are_no_numbers_is_passed_over(tmp_path: Path, figure: str, by: str) -> None:
    line = msgspec.json.encode(STEP).decode()
    assert figure in line
    (tmp_path / "metrics.jsonl").write_text(f"{line}\n{line.replace(figure, by)}\n{line}\n")
    records, offset = shelf.read_records(tmp_path)
    assert [record["step"] for record in records] == [4, 4]
    assert offset == (tmp_path / "metrics.jsonl").stat().st_size


@pytest.mark.parametrize("value", ["1e999", "-1e308", "null", '"much"'])
def test_a_record_with_something_else_in_its_loss_that_is_no_number_is_passed_over(tmp_path: Path, value: str) -> None:
    line = msgspec.json.encode(replace(STEP, others={"sparsity": 0.125})).decode()
    (tmp_path / "metrics.jsonl").write_text(f"{line}\n{line.replace('0.125', value)}\n")
    assert [record["others"] for record in shelf.read_records(tmp_path)[0]] == [{"sparsity": 0.125}]


def test_what_a_record_says_besides_is_not_passed_on(tmp_path: Path) -> None:
    line = msgspec.json.encode(STEP).replace(b'{"step"', b'{"more":1' + b"0" * 99 + b',"step"')
    (tmp_path / "metrics.jsonl").write_bytes(line + b"\n")
    assert shelf.read_records(tmp_path)[0] == [asdict(STEP) | {"kl": [0.5, 1.0], "negative_elbo": 4.0}]


def test_records_are_read_on_from_where_the_last_look_ended(tmp_path: Path) -> None:
    file = tmp_path / "metrics.jsonl"
    assert shelf.read_records(tmp_path) == ([], 0)
    line = msgspec.json.encode(STEP) + b"\n"
    file.write_bytes(line + b'{"step":8,"recons')
    records, offset = shelf.read_records(tmp_path)
    assert records == [asdict(STEP) | {"kl": [0.5, 1.0], "negative_elbo": 4.0}]
    assert offset == len(line)
    assert shelf.read_records(tmp_path, offset) == ([], offset)
    file.write_bytes(line + line.replace(b'"step":4', b'"step":8'))
    assert [record["step"] for record in shelf.read_records(tmp_path, offset)[0]] == [8]
    file.write_bytes(line)
    for lost in (2 * len(line), len(line) - 3, 10**12):  # cut off, or not where a line begins
        assert shelf.read_records(tmp_path, lost) == (records, len(line))
    file.write_bytes(b"nonsense\n" + line)
    assert shelf.read_records(tmp_path)[0] == records
    with pytest.raises(InputError, match="Unknown kind of records"):
        shelf.read_records(tmp_path, 0, "secrets")


def test_a_long_file_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_AT_ONCE", 150)
    lines = [b'{"step":%d,"reconstruction":2.5,"kl":[0.5],"images":9}\n' % step for step in range(40)]
    (tmp_path / "held_out.jsonl").write_bytes(b"".join(lines))
    steps, offset = [], 0
    for _ in range(40):
        records, offset = shelf.read_records(tmp_path, offset, "held_out")
        steps += [record["step"] for record in records]
    assert steps == list(range(40))


def test_changes_are_read_but_for_a_line_cut_short(tmp_path: Path) -> None:
    assert shelf.changes(tmp_path) == []
    (tmp_path / "changes.jsonl").write_bytes(b'{"step":4,"beta":2.0}\n{"step":8,"learning_rate":0.1}\n{"step":12')
    assert shelf.changes(tmp_path) == [Change(4, beta=2.0), Change(8, learning_rate=0.1)]


# Asking


def test_what_is_asked_adds_up_until_it_is_heard(home: Path) -> None:
    folder = reserved(home, "asked", state="stopped")
    launch.ask("asked", beta=2.0)
    launch.ask("asked", learning_rate=0.5)
    control = read_control(folder)
    assert (control.number, control.wish, control.beta, control.learning_rate) == (2, "run", 2.0, 0.5)
    (folder / "control.json").write_bytes(b"{")
    assert read_control(folder).wish == "run"


def test_what_cannot_be_asked_is_said(home: Path) -> None:
    reserved(home, "rest", state="stopped")
    shutil.copytree(trained_folder(), home / "models" / "made-3d")
    for asked, sentence in (
        ({"wish": "explode"}, "Unknown wish 'explode'; choose one of: discard, keep, pause, run, stop"),
        ({"beta": float("nan")}, "beta must be from 0 to 1000; got nan"),
        ({"learning_rate": 7.0}, "learning_rate must be from 1e-08 to 1; got 7"),
        ({"wish": "pause"}, "does not train; resume it first"),
        ({"wish": "keep"}, "has no weights kept yet"),
    ):
        with pytest.raises(InputError, match=sentence):
            launch.ask("rest", **asked)  # type: ignore[arg-type]
    assert not (home / "models" / "rest" / "control.json").exists()
    for do in (lambda: launch.ask("made-3d", "stop"), lambda: launch.resume("made-3d")):
        with pytest.raises(InputError, match="is finished"):
            do()


def test_a_run_at_rest_is_discarded_at_once(home: Path) -> None:
    reserved(home, "rest", state="stopped")
    launch.ask("rest", "discard")
    assert listing(home / "models") == []


def test_a_run_is_renamed_and_deleted_but_not_while_it_works(home: Path) -> None:
    folder = reserved(home, "one", state="stopped")
    reserved(home, "two", state="stopped")
    with pytest.raises(InputError, match="The library has 'two' already"):
        shelf.rename("one", "two")
    with pytest.raises(InputError, match="The library has 'mnist-2d' already"):
        shelf.rename("one", "mnist-2d")
    with pytest.raises(InputError, match="A model's name is 1 to 64"):
        shelf.rename("one", "../three")
    with claim(folder):
        for do in (lambda: shelf.rename("one", "three"), lambda: shelf.delete("one")):
            with pytest.raises(InputError, match="is at work; stop it first"):
                do()
    assert shelf.rename("one", "three") == "three"
    assert shelf.rename("three", "three") == "three"
    shelf.delete("three")
    assert [run.name for run in shelf.list_runs()] == ["two"]
    with pytest.raises(InputError, match="comes with the explorer and cannot be deleted"):
        shelf.delete("mnist-2d")
    with pytest.raises(InputError, match="Unknown run"):
        shelf.delete("../../home")
    assert (BUNDLED_MODELS / "mnist-2d" / "card.json").exists()


def test_a_renamed_model_opens_under_its_new_name(home: Path) -> None:
    shutil.copytree(trained_folder(), home / "models" / "made-3d")
    shelf.rename("made-3d", "bars")
    assert [model.name for model in list_models() if isinstance(model, Model) and not model.bundled] == ["bars"]


@pytest.mark.parametrize("state", ["queued", "training", "paused"])
def test_data_that_a_run_is_at_work_on_are_not_deleted(home: Path, state: str) -> None:
    data = write_dataset(home / "datasets" / "mine", made_dataset())
    live = {"host": platform.node(), "pid": os.getpid(), "heartbeat": time.time()}
    folder = reserved(home, "busy", state=state, **live)
    shelf.write_config(replace(TINY, dataset="mine").settled(), folder)
    with pytest.raises(own_sets.Busy, match=r"'mine' is in use: 'busy' trains on it or is about to\. Stop or"):
        own_sets.delete("mine", shelf.training_on)
    assert (data / "card.json").exists()
    write_status(folder, Status("stopped"))
    own_sets.delete("mine", shelf.training_on)
    assert not data.exists()


# Launching


def test_nothing_is_left_of_a_launch_that_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for config, name, sentence in (
        (TINY, "a/b", "A model's name is 1 to 64"),
        (TINY, "🙂", "A model's name is 1 to 64"),
        (TINY, "x" * 300, "A model's name is 1 to 64"),
        (TINY, "mnist-2d", "The library has 'mnist-2d' already"),
        (replace(TINY, dataset="mnist"), None, "is not on this machine; download it first"),
        (replace(TINY, dataset="mnits"), None, "Unknown data set 'mnits'"),
        (replace(TINY, dataset="./nowhere"), None, "not on this machine"),
    ):
        with pytest.raises(InputError, match=sentence):
            launch.launch(config, name)
    for wrong in ("0", "-1", "many", "1.5", "", "٣"):
        monkeypatch.setenv("LATENT_MAX_RUNS", wrong)
        with pytest.raises(InputError, match="LATENT_MAX_RUNS must be a whole number from 1"):
            launch.launch(TINY)
    monkeypatch.delenv("LATENT_MAX_RUNS")
    with full_disk(10), pytest.raises(InputError, match=r"Cannot write .*Free some space"):
        launch.launch(TINY)
    assert not home.exists() or listing(home) in ([], ["models"])


def test_of_two_that_want_one_name_one_gets_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(launch, "_start_process", started.append)
    assert launch.launch(TINY, "mine").name == "mine"
    with pytest.raises(InputError, match="The library has 'mine' already"):
        launch.launch(TINY, "mine")
    assert [launch.launch(TINY).name for _ in range(3)] == ["digits-2d", "digits-2d-2", "digits-2d-3"]
    assert [folder.name for folder in started] == ["mine", "digits-2d", "digits-2d-2", "digits-2d-3"]
    run = shelf.find_run("mine")
    assert (run.status.state, run.status.beta, run.config) == ("queued", 1.0, TINY.settled())
    assert {name.split("/")[0] for name in listing(home / "models")} == {folder.name for folder in started}


def test_many_at_once_never_share_a_folder(home: Path) -> None:
    """Processes that reserve a folder at the same moment, without the training."""
    code = """
import sys, time
from vae.config import TrainConfig
from vae.errors import InputError
from vae.runs import launch, queue
launch._start_process = lambda folder: None
queue.MOST_WAITING = 99
time.sleep(max(0, float(sys.argv[1]) - time.time()))
print(*[launch.launch(TrainConfig(dataset="digits")).name for _ in range(10)])
try:
    launch.launch(TrainConfig(dataset="digits"), "wanted")
    print("got it")
except InputError as error:
    print(error)
"""
    at = str(time.time() + 1.5)
    processes = [
        subprocess.Popen([sys.executable, "-c", code, at], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60)[0].splitlines() for process in processes]
    names = [name for lines in said for name in lines[0].split()]
    assert len(names) == len(set(names)) == 40
    assert sorted(lines[1] == "got it" for lines in said) == [False, False, False, True]


def test_a_process_that_cannot_start_is_told_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    launch.launch(TINY, "stillborn")
    eventually(lambda: shelf.find_run("stillborn").status.state == "interrupted", "the end", 10)
    assert shelf.find_run("stillborn").status.message == (
        "Ended from outside before it began; Resume goes on from step 0."
    )
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(InputError, match="Cannot start the training: "):
        launch.launch(TINY, "never")
    assert shelf.find_run("never").status.state == "interrupted"


# Names


def test_a_new_run_gets_a_name_that_nobody_has(home: Path) -> None:
    config = TrainConfig(dataset="digits")
    assert shelf.new_folder(config) == home / "models" / "digits-2d"
    (home / "models" / "digits-2d").mkdir(parents=True)
    (home / "models" / "digits-2d-2").mkdir()
    assert shelf.new_folder(config) == home / "models" / "digits-2d-3"
    assert shelf.new_folder(config, "mine") == home / "models" / "mine"


def test_a_new_run_does_not_hide_behind_a_bundled_model(home: Path) -> None:
    taken = next(path.name for path in BUNDLED_MODELS.iterdir() if path.name == "mnist-2d")
    assert shelf.new_folder(TrainConfig(dataset="mnist")) == home / "models" / "mnist-2d-2"
    with pytest.raises(InputError, match="The library has 'mnist-2d' already; choose another --name"):
        shelf.new_folder(TrainConfig(), taken)


def test_a_data_set_at_a_path_names_the_model_after_its_folder(home: Path, tmp_path: Path) -> None:
    config = TrainConfig(dataset=str(tmp_path / "My Photos!"), latent_dims=7)
    assert shelf.new_folder(config) == home / "models" / "my-photos-7d"


@pytest.mark.parametrize("name", ["", "../up", "a/b", "Capital", ".hidden", "x" * 65, "a\nb"])
def test_a_name_that_is_no_folder_is_refused(name: str) -> None:
    if name:
        with pytest.raises(InputError, match="A model's name is 1 to 64"):
            shelf.new_folder(TrainConfig(), name)
    assert shelf.slug(name) != name  # and is mended where it comes from a folder


@lru_cache(maxsize=1)
def odd_folder() -> str:
    """Write a data set at a path with a blank and a quote in it, once."""
    root = tempfile.TemporaryDirectory(prefix="odd data ")
    atexit.register(root.cleanup)
    return str(write_dataset(Path(root.name, "it's here"), made_dataset()))


def told(words: list[str]) -> TrainConfig:
    """Return the settings that flags ask for."""
    settings, own = tyro.cli(tuple[tyro.conf.OmitArgPrefixes[Settings], tyro.conf.OmitArgPrefixes[Own]], args=words)  # type: ignore[arg-type]
    return settings.config(own)


configs = st.builds(
    TrainConfig,
    objective=st.none() | st.sampled_from(FAMILIES["gaussian"].objectives),
    dataset=st.sampled_from(["mnist-5k", "digits", "cifar10", "it's here"]),
    network=st.sampled_from(list(NETWORKS)),
    latent_dims=st.integers(1, 512),
    width=st.none() | st.integers(1, 4096),
    depth=st.none() | st.integers(1, 16),
    likelihood=st.sampled_from(sorted(LIKELIHOODS)),
    beta=st.floats(0, 1000),
    warmup_epochs=st.floats(0, 100),
    learning_rate=st.floats(1e-8, 1),
    seed=st.integers(0, 2**31 - 1),
)


@settings(deadline=None)
@given(configs)
def test_the_command_on_a_card_trains_with_the_same_settings(config: TrainConfig) -> None:
    if config.dataset == "it's here":
        config = replace(config, dataset=odd_folder())
    config = config.settled()  # as every run is
    words = shlex.split(recipes.command(config))
    assert words[:4] == ["python", "-m", "vae", "train"]
    assert told(words[4:]).settled() == config


def test_two_trainings_never_share_a_folder(home: Path, tmp_path: Path) -> None:
    with claim(tmp_path / "run"):
        with pytest.raises(InputError, match="Another process trains in"), claim(tmp_path / "run"):
            pass
        with claim(tmp_path / "other"):
            pass
    with claim(tmp_path / "run"):
        pass
    assert list(tmp_path.glob("*.lock")) == []


def test_a_new_run_takes_a_name_that_nobody_trains_under(home: Path) -> None:
    first = shelf.new_folder(TrainConfig(dataset="digits"))
    with claim(first):
        assert shelf.new_folder(TrainConfig(dataset="digits")) == first.with_name(first.name + "-2")
    assert shelf.new_folder(TrainConfig(dataset="digits")) == first


# Killed


def trained_whole(folder: Path, like: Path) -> dict[str, np.ndarray]:
    """Train the same settings with the same changes in one go, in this process; return the weights."""
    shutil.copytree(like, folder, ignore=lambda *_: [p.name for p in like.iterdir() if p.name not in KEPT])
    state, data = training.resume(folder)
    for _ in training.follow(state, data, folder):
        pass
    return {name: value.numpy() for name, value in state.model.state_dict().items()}


KEPT = ("config.json", "changes.jsonl")


def library_is_whole() -> list[str]:
    """Open all that the library shows of one's own, and return the names."""
    mine = [model for model in list_models() if not getattr(model, "bundled", False)]
    for model in mine:
        assert isinstance(model, Model), model
        try_out(Explorer(model))
    return [model.name for model in mine]


def kill(forks: Forks, process: int, folder: Path) -> Status:
    """Kill the process of a run, and check that what it leaves is told as it is; return how the run stands."""
    with suppress(ProcessLookupError):  # it is over already: it must have become a model then
        os.kill(process, signal.SIGKILL)
    code, found, names = forks.wait(), shelf.status(folder), library_is_whole()
    assert (found.state == "done") == (folder.name in names)
    if found.state != "done":
        assert code == -signal.SIGKILL
        assert found.state == "interrupted"
        assert re.fullmatch(r"Ended from outside .*; Resume goes on from step [\d,]+\.", found.message)
    return found


@pytest.mark.slow
def test_a_run_killed_a_dozen_times_ends_in_the_weights_of_one_that_was_not(home: Path, tmp_path: Path) -> None:
    folder = reserved(home, "hunted", state="stopped")
    shelf.write_config(replace(TINY, epochs=90, warmup_epochs=5, likelihood="gaussian").settled(), folder)
    draw, kept = random.Random(7), [0]
    with forking(home) as forks:
        for number in range(12):
            write_control(folder, wish="run")
            if number in (4, 7):  # changed while nobody works on it
                launch.ask("hunted", beta=0.2 * number)
            process = forks.start(folder)
            eventually(lambda process=process: read_status(folder).pid == process, "its first sign of life")
            if number % 4:  # the others are killed on their way there
                eventually(lambda: settle(folder).state == "training", "training")
            if number % 4 == 2:  # some only once they have come forward, however slow the machine
                eventually(lambda: checkpoint_step(folder) > kept[-1], "another checkpoint")
            if number in (6, 9):  # and changed while it trains
                before = len(shelf.changes(folder))
                launch.ask("hunted", learning_rate=0.0003 * number)
                eventually(lambda before=before: len(shelf.changes(folder)) > before, "a change")
            time.sleep(draw.uniform(0.0, 0.25))
            assert kill(forks, process, folder).state == "interrupted"
            kept.append(checkpoint_step(folder))
        write_control(folder, wish="run")
        forks.start(folder)
        assert forks.wait() == 0
    assert library_is_whole() == ["hunted"]
    assert kept == sorted(kept), "it never falls back behind a checkpoint"
    assert len(set(kept)) > 3, "it came forward between the kills"
    assert 2 <= len(shelf.changes(folder)) <= 4, "what is asked before the next step is one change"
    whole = trained_whole(tmp_path / "whole", folder)
    made = load_file(folder / "weights.safetensors")
    assert made.keys() == whole.keys()
    assert all(np.array_equal(made[name], whole[name]) for name in whole)
    steps, expected = ([r["step"] for r in all_records(run)] for run in (folder, tmp_path / "whole"))
    assert steps == expected
    assert not [name for name in listing(folder) if "/." in f"/{name}"], "nothing half written is left"


@pytest.mark.slow
def test_a_run_killed_while_it_becomes_a_model_is_never_half_a_model(home: Path) -> None:
    folder = reserved(home, "measured", state="stopped")
    shelf.write_config(replace(TINY, epochs=2).settled(), folder)
    with forking(home) as forks:
        for seconds in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3):
            write_control(folder, wish="run")
            process = forks.start(folder)
            eventually(lambda process=process: read_status(folder).pid == process, "its first sign of life")
            eventually(lambda: settle(folder).state in ("measuring", "done"), "measuring")
            time.sleep(seconds)
            if kill(forks, process, folder).state == "done":  # killed too late: as if it had been a little sooner
                (folder / "card.json").unlink()
                shutil.copy(folder / "kept", folder / "checkpoint.safetensors")
            shutil.copy(folder / "checkpoint.safetensors", folder / "kept")
        write_control(folder, wish="run")
        forks.start(folder)
        assert forks.wait() == 0
    assert library_is_whole() == ["measured"]


def all_records(folder: Path) -> list[dict]:
    records, offset = shelf.read_records(folder)
    while True:
        more, offset = shelf.read_records(folder, offset)
        if not more:
            return records
        records += more


@pytest.mark.slow
def test_a_run_outlives_the_server_that_started_it(home: Path) -> None:
    code = """
import time
from vae.config import TrainConfig
from vae.runs import launch
launch.launch(TrainConfig(dataset="digits", width=16, epochs=400), "orphan")
print("launched", flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "launched\n"
        server.kill()
    eventually(lambda: shelf.find_run("orphan").status.step > 0, "training without a server")
    launch.ask("orphan", "keep")
    eventually(lambda: shelf.find_run("orphan").status.state == "done", "the model")
    assert library_is_whole() == ["orphan"]
    card = json.loads((home / "models" / "orphan" / "card.json").read_bytes())
    assert card["training"]["kept_at_step"] < card["training"]["of_steps"]
    assert (home / "models" / "orphan" / "log.txt").read_bytes() == b""
