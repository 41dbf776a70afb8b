"""A sweep carried out: in turn, to its end, whatever happens to one run; processes are played by the tests."""

import json
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.models import SMALL
from tests.tiny_model import write_tiny_model
from vae.errors import InputError
from vae.library.shelf import models_folder
from vae.runs import launch, shelf
from vae.runs.status import Status, read_control, read_status, write_status
from vae.sweeps import shelf as sweeps
from vae.sweeps import work
from vae.sweeps.plan import Planned, lay_out
from vae.sweeps.shelf import Sweep
from vae.sweeps.work import Far, carry_out

DIGITS = replace(SMALL, dataset="digits")


class Played:
    """Runs without processes: those that were started, in order, and how each ends."""

    def __init__(self) -> None:
        self.started: list[str] = []

    def start(self, folder: Path) -> None:
        self.started.append(folder.name)

    def end(self, name: str, state: str = "done", reason: str = "", message: str = "") -> None:
        folder = models_folder() / name
        if state == "done":
            write_tiny_model(folder, 2)
        write_status(folder, Status(state, step=4, steps=4, reason=reason, message=message))  # type: ignore[arg-type]


@pytest.fixture
def played(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    runs = Played()
    monkeypatch.setattr(launch, "_start_process", runs.start)
    monkeypatch.setattr(work, "SECONDS_BETWEEN_LOOKS", 0.0)
    return runs


def kept(runs: int = 3, log_to: str | None = None) -> Sweep:
    return sweeps.keep("mine", lay_out({}, lambda choice: replace(DIGITS, **choice), runs, "mine"), log_to)


def names(sweep: Sweep) -> list[str]:
    return [each.name for each in sweep.runs]


def ended(steps: Generator[Far, None, str], after: Callable[[Far], None] = lambda far: None, most: int = 50) -> str:
    """Look on, doing something after each look; return the state in which the sweep ends."""
    for _ in range(most):
        try:
            after(next(steps))
        except StopIteration as end:
            return str(end.value)
    raise AssertionError("it does not end")


def test_its_runs_train_in_turn_and_those_that_are_models_are_not_begun_again(played: Played) -> None:
    sweep = kept()
    seen = []

    def one_ends(far: Far) -> None:
        seen.append(far)
        assert sweeps.stands(sweep).live and len(played.started) == far.done + 1
        played.end(far.name)

    assert ended(carry_out(sweep, []), one_ends) == "done"
    assert played.started == names(sweep) and [far.done for far in seen] == [0, 1, 2]
    stands = sweeps.stands(sweep)
    assert (stands.state, stands.step, stands.steps) == ("done", 3, 3)
    assert ended(carry_out(sweep, [])) == "done" and len(played.started) == 3


def test_stop_stops_the_run_that_trains_and_the_rest_and_what_is_done_stays(played: Played) -> None:
    sweep = kept()
    steps = carry_out(sweep, [])
    played.end(next(steps).name)
    second = next(steps).name
    work.stop("mine")
    next(steps)
    assert read_control(models_folder() / second).wish == "stop"
    played.end(second, "stopped")
    assert ended(steps) == "stopped"
    stands = sweeps.stands(sweep)
    assert stands.state == "stopped" and "1 of 3 runs done" in stands.message
    assert played.started == names(sweep)[:2]
    assert shelf.find_run(names(sweep)[0]).model

    assert ended(carry_out(sweep, []), lambda far: played.end(far.name)) == "done"
    assert played.started == [*names(sweep)[:2], *names(sweep)[1:]]


def test_ctrl_c_stops_it_as_stop_does(played: Played) -> None:
    interrupted: list[int] = []
    steps = carry_out(kept(), interrupted)
    first = next(steps).name
    interrupted.append(2)
    next(steps)
    assert read_control(models_folder() / first).wish == "stop"
    played.end(first, "stopped")
    assert ended(steps) == "stopped" and played.started == [first]


@pytest.mark.parametrize(("reason", "goes_on"), [("diverged", True), ("memory", True), ("disk", False)])
def test_a_run_that_fails_by_its_own_settings_does_not_keep_the_others(
    played: Played, reason: str, goes_on: bool
) -> None:
    sweep = kept()
    first = names(sweep)[0]

    def end(far: Far) -> None:
        state, said = ("failed", "It was too much.") if far.name == first else ("done", "")
        played.end(far.name, state, reason if far.name == first else "", said)

    assert ended(carry_out(sweep, []), end) == ("stopped" if goes_on else "failed")
    assert played.started == (names(sweep) if goes_on else [first])
    assert "It was too much." in sweeps.stands(sweep).message


def test_a_run_that_somebody_discards_or_that_waits_does_not_keep_the_others(played: Played) -> None:
    sweep = kept()
    steps = carry_out(sweep, [])
    shelf.remove(models_folder() / next(steps).name)
    second = next(steps).name
    before = read_status(models_folder() / second)
    assert before is not None
    write_status(models_folder() / second, replace(before, state="paused"))
    third = next(steps).name
    played.end(third)
    next(steps)
    assert sweeps.stands(sweep).live  # it waits for the one that rests
    played.end(second)
    assert ended(steps) == "stopped" and played.started == names(sweep)


def test_as_many_train_as_may_at_a_time(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_MAX_RUNS", "2")
    sweep = kept()
    steps = carry_out(sweep, [])
    next(steps)
    assert played.started == names(sweep)[:2]
    for name in names(sweep):
        played.end(name) if name in played.started else None
    next(steps)
    assert played.started == names(sweep)
    steps.close()
    assert sweeps.stands(sweep).state == "stopped"


def test_a_tracker_follows_each_run(played: Played) -> None:
    ended(carry_out(kept(2, "tensorboard"), []), lambda far: played.end(far.name))
    told = [json.loads((models_folder() / name / "tracker.json").read_bytes()) for name in played.started]
    assert [each["tracker"] for each in told] == ["tensorboard"] * 2


def test_one_at_work_is_neither_replaced_nor_forgotten_nor_carried_out_twice(played: Played) -> None:
    sweep = kept()
    steps = carry_out(sweep, [])
    next(steps)
    for deed in (lambda: kept(2), lambda: sweeps.forget("mine"), lambda: next(carry_out(sweep, []))):
        with pytest.raises(InputError, match="is at work"):
            deed()
    steps.close()
    sweeps.forget("mine")
    assert sweeps.list_sweeps() == [] and shelf.find_run(names(sweep)[0])


def test_names_are_free_where_neither_a_sweep_nor_a_run_has_them(played: Played) -> None:
    assert sweeps.free_name("My data") == "my-data-sweep"
    sweeps.keep("my-data-sweep", kept().runs)
    (models_folder() / "my-data-sweep-2-seed0").mkdir(parents=True)
    assert sweeps.free_name("My data") == "my-data-sweep-3"
    assert sweeps.sweep_of("mine-seed1") is not None and sweeps.sweep_of("other") is None


def test_the_name_of_another_run_is_refused(played: Played) -> None:
    other = Planned("mine-seed0", {"seed": 0}, replace(DIGITS, latent_dims=7).settled())
    launch.launch(other.config, other.name)
    with pytest.raises(InputError, match="The library has another 'mine-seed0'"):
        work.check(kept().runs)
