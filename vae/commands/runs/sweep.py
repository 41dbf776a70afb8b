"""Train a model for each choice of several settings and for several seeds, and say what became of them."""

import itertools
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, make_dataclass, replace
from pathlib import Path
from statistics import mean, stdev
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_type_hints

import tyro

from vae.commands.flags import Own, Settings, Switch
from vae.commands.runs.progress import interrupts
from vae.config import TrainConfig, own_settings
from vae.errors import InputError
from vae.home import NAME
from vae.library.cards import read_card
from vae.library.shelf import models_folder
from vae.measures.figures import Measured, Value, from_card
from vae.measures.table import aligned, as_csv, said, write_csv

MOST = 200
"""Runs of one sweep: at a minute each that is an afternoon."""

SECONDS_BETWEEN_LOOKS = 0.5

ONCE = ("dataset", "seed", "threads", "device", "precision", "options")
"""Settings that have one value for the whole sweep, or that it sets itself."""

TOLD = ("negative_elbo", "reconstruction", "kl", "active_units", "knn_accuracy")


def _over() -> type:
    """Make a dataclass of the settings that a sweep goes over, each with as many values as are typed."""
    hints = get_type_hints(TrainConfig)
    kinds = {each.name: hints[each.name] for each in fields(TrainConfig) if each.name not in ONCE}
    kinds |= {name: type(default) for name, (default, _) in own_settings().items()}
    plain = {
        name: next((each for each in get_args(kind) if each is not type(None)), kind) for name, kind in kinds.items()
    }
    quiet = tyro.conf.arg(help_behavior_hint="")
    made: list[Any] = [(name, Annotated[tuple[kind, ...], quiet], ()) for name, kind in plain.items()]  # type: ignore[valid-type]
    return make_dataclass("Over", made, frozen=True)


if TYPE_CHECKING:

    class Over:
        """The values that were typed, a tuple a setting, empty where none were."""

else:
    Over = _over()


@dataclass(frozen=True)
class Planned:
    """A run of a sweep: its name, what sets it apart from the others, its settings."""

    name: str
    apart: dict[str, Any]
    config: TrainConfig


def sweep(
    over: tyro.conf.OmitArgPrefixes[Over],
    dataset: str = "mnist-5k",
    seeds: int = 1,
    name: str = "sweep",
    plan: Switch = False,
    csv: Path | None = None,
) -> int:
    """Train a model for each choice of the settings that are given several values, and for each of several seeds.

    Runs queue as those of the Train page do, which shows them meanwhile. Ctrl-C stops the one that trains; the same
    command goes on where the sweep was left.

    Args:
        over: Settings, each with one value or several: --beta 0.25 1 4 --latent-dims 2 8. They mean what those of
            `train` mean.
        dataset: Name of the data set; `python -m vae datasets` lists them.
        seeds: Runs of each choice, with the seeds 0, 1 and so on.
        name: What the names of the runs begin with.
        plan: Say which runs there would be, and train none.
        csv: File to write the runs to as CSV, a line each; - prints it.
    """
    planned = _planned(over, dataset, seeds, name)
    if plan:
        for each in planned:
            print(each.name)
        return 0
    with interrupts() as interrupted:
        for number, each in enumerate(planned, 1):
            if sys.stderr.isatty():
                print(f"{number} of {len(planned)}: {each.name}", file=sys.stderr)
            if not _trained(each, interrupted):
                print(f"Stopped at {each.name}; the same command goes on there.", file=sys.stderr)
                return 130
    figures = {each.name: from_card(read_card(models_folder() / each.name)) for each in planned}
    if csv is not None:
        write_csv(csv, as_csv(list(figures.values()), {each.name: each.apart for each in planned}))
    if str(csv) != "-":
        print("\n".join(table(planned, figures)))
    return 0


def _planned(over: Over, dataset: str, seeds: int, name: str) -> list[Planned]:
    """Lay out the runs; `InputError` for settings that do not go together, and for too many runs."""
    swept = {key: values for key, values in vars(over).items() if values}
    many = {key: values for key, values in swept.items() if len(values) > 1}
    count = seeds
    for key, values in swept.items():
        if len(set(values)) < len(values):
            raise InputError(f"--{key.replace('_', '-')} names a value twice; name each once.")
        count *= len(values)
    if seeds < 1:
        raise InputError(f"--seeds must be 1 or more; got {seeds}.")
    if count > MOST:
        raise InputError(f"This sweep has {count:,} runs, and the most is {MOST}; give fewer values or seeds.")
    planned: list[Planned] = []
    for choice in itertools.product(*swept.values()):
        told = dict(zip(swept, choice, strict=True))
        own = {key: told.pop(key) for key in own_settings() if key in told}
        config = Settings(dataset=dataset, **told).config(Own(**own)).settled()
        for seed in range(seeds):
            apart = {key: value for key, value in (told | own).items() if key in many} | {"seed": seed}
            planned.append(Planned(_name(name, apart, len(planned)), apart, replace(config, seed=seed)))
    return planned


def _name(stem: str, apart: dict[str, Any], number: int) -> str:
    """Return the name of a run, with what sets it apart, or its number where that is too long for a name."""
    parts = (f"{key.replace('_', '')}{_value(value)}" for key, value in apart.items())
    name = "-".join([stem, *parts]).lower()
    if not NAME.fullmatch(name):
        name = f"{stem}-{number + 1:03}"
    if not NAME.fullmatch(name):
        raise InputError(f"{stem[:80]!r} cannot begin a name; take letters, digits, dots, dashes and underscores.")
    return name


def _trained(each: Planned, interrupted: list[int]) -> bool:
    """Train a run to its end, or go on with it; say whether it was not interrupted.

    `InputError` where its name is another's, and where it fails.
    """
    from vae.runs import launch
    from vae.runs.shelf import find_run, read_config

    folder = models_folder() / each.name
    if not folder.exists():
        launch.launch(each.config, each.name)
    elif read_config(folder) != each.config:
        raise InputError(f"The library has another {each.name!r}; choose another --name.")
    else:
        run = find_run(each.name)
        if not run.model and not run.status.live:
            launch.resume(each.name)
    while (run := find_run(each.name)).status.live:
        if interrupted:
            launch.ask(each.name, "stop")
            return False
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if not run.model:
        raise InputError(f"{each.name} did not end well: {run.status.message or run.status.state}")
    return True


def table(planned: Sequence[Planned], figures: dict[str, Measured]) -> list[str]:
    """Return the lines of a table: a choice of settings a line, with mean and standard deviation over its seeds."""
    settings = [key for key in planned[0].apart if key != "seed"]
    rows = [[*settings, "seeds", *TOLD]]
    for choice, runs in _choices(planned, settings):
        told = [_spread(name, [figures[run.name].values.get(name) for run in runs]) for name in TOLD]
        rows.append([*map(_value, choice), str(len(runs)), *told])
    return aligned(rows, left=0)


def _choices(planned: Sequence[Planned], settings: list[str]) -> Iterator[tuple[tuple[Any, ...], list[Planned]]]:
    def choice(run: Planned) -> tuple[Any, ...]:
        return tuple(run.apart[key] for key in settings)

    for found, runs in itertools.groupby(planned, choice):
        yield found, list(runs)


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _spread(name: str, values: list[Value]) -> str:
    """Say the mean of a figure over seeds, and where there are several its standard deviation."""
    known = [value for value in values if value is not None]
    if not known:
        return said(name, None)
    middle = said(name, float(mean(known)))
    return middle if len(known) == 1 else f"{middle} ± {said(name, float(stdev(known)))}"
