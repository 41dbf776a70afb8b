"""Train a model for each choice of several settings and for several seeds, and say what became of them."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, make_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from vae.commands.flags import LogTo, Own, Settings, Switch
from vae.commands.runs.progress import interrupts
from vae.config import TrainConfig, own_settings
from vae.errors import InputError
from vae.measures.words.table import write_csv
from vae.runs import trackers
from vae.sweeps import shelf, work
from vae.sweeps.plan import Choice, Planned, kinds, lay_out
from vae.sweeps.shelf import Sweep
from vae.sweeps.spread import measured, runs_csv, table


def _over() -> type:
    """Make a dataclass of the settings that a sweep goes over, each with as many values as are typed."""
    quiet = tyro.conf.arg(help_behavior_hint="")
    made: list[Any] = [(name, Annotated[tuple[kind, ...], quiet], ()) for name, kind in kinds().items()]  # type: ignore[valid-type]
    return make_dataclass("Over", made, frozen=True)


if TYPE_CHECKING:

    @dataclass(frozen=True)
    class Over:
        """The values that were typed, a tuple a setting, empty where none were."""

else:
    Over = _over()


def sweep(
    over: tyro.conf.OmitArgPrefixes[Over],
    dataset: str = "mnist-5k",
    seeds: int = 1,
    name: str = "sweep",
    plan: Switch = False,
    csv: Path | None = None,
    log_to: LogTo = None,
    resume: str | None = None,
) -> int:
    """Train a model for each choice of the settings that are given several values, and for each of several seeds.

    Runs queue as those of the Train page do, which shows the sweep meanwhile. Ctrl-C stops the one that trains; the
    same command goes on where the sweep was left.

    Args:
        over: Settings, each with one value or several: --beta 0.25 1 4 --latent-dims 2 8. They mean what those of
            `train` mean.
        dataset: Name of the data set; `python -m vae datasets` lists them.
        seeds: Runs of each choice, with the seeds 0, 1 and so on.
        name: Of the sweep, and what the names of its runs begin with.
        plan: Say which runs there would be, and train none.
        csv: File to write the runs to as CSV, a line each; - prints it.
        log_to: Tracker that takes the records of each run as well, as that of `train`.
        resume: Name of a sweep that was stopped, of the Train page too; it goes on with its own settings.
    """
    typed = {key: values for key, values in vars(over).items() if values}
    if resume and (typed or (dataset, seeds, name, plan) != ("mnist-5k", 1, "sweep", False)):
        raise InputError(
            "--resume goes on with the sweep's own settings; leave the other flags but --csv and --log-to out."
        )
    if log_to:
        trackers.check(log_to)
    if resume:
        found = shelf.find_sweep(resume)
        work.check(found.runs)
        return _carried_out(replace(found, log_to=log_to or found.log_to), csv)
    planned = lay_out(typed, lambda choice: _settings(dataset, choice), seeds, name)
    if plan:
        for each in planned:
            print(each.name)
        return 0
    work.check(planned)
    return _carried_out(shelf.keep(name, planned, log_to), csv)


def _settings(dataset: str, choice: Choice) -> TrainConfig:
    """Return the settings of a choice: what was left out is what suits the data."""
    own = {key: value for key, value in choice.items() if key in own_settings()}
    told = {key: value for key, value in choice.items() if key not in own}
    return Settings(dataset=dataset, **told).config(Own(**own))


def _carried_out(sweep: Sweep, csv: Path | None) -> int:
    """Train the runs that are left, say what became of all; return the exit code."""
    with interrupts() as interrupted:
        state, said = _watched(sweep, interrupted)
    if state == "stopped" and interrupted:
        print(f"{said} So does the same command.", file=sys.stderr)
        return 130
    _tell(sweep.runs, csv)
    if state != "done":
        raise InputError(said)
    return 0


def _watched(sweep: Sweep, interrupted: list[int]) -> tuple[str, str]:
    """Carry a sweep out, naming each run as it begins to somebody who looks on; return how it ended, and in words."""
    steps, named = work.carry_out(sweep, interrupted), ""
    while True:
        try:
            far = next(steps)
        except StopIteration as end:
            return str(end.value), shelf.stands(sweep).message
        if far.name != named and sys.stderr.isatty():
            named = far.name
            print(f"{far.done} of {far.runs} done: {named}", file=sys.stderr)


def _tell(planned: Sequence[Planned], csv: Path | None) -> None:
    figures = measured(planned)
    if csv is not None:
        write_csv(csv, runs_csv(planned, figures))
    if str(csv) != "-":
        print("\n".join(table(planned, figures)))
