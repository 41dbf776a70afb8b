"""A sweep laid out: a run for each choice of the settings that have several values, and for each of several seeds."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, get_args, get_type_hints

from vae.config import TrainConfig, own_settings
from vae.errors import InputError
from vae.home import NAME

MOST = 200
"""Runs of one sweep: at a minute each that is an afternoon."""

ONCE = ("dataset", "seed", "threads", "device", "precision", "options")
"""Settings that have one value for the whole sweep, or that it sets itself."""

Choice = dict[str, Any]
"""A value for each of some settings, those that a family or an objective has of its own among them."""


@dataclass(frozen=True)
class Planned:
    """A run of a sweep: its name, what sets it apart from the others (its seed, too), its settings."""

    name: str
    apart: dict[str, Any]
    config: TrainConfig

    @property
    def choice(self) -> Choice:
        """Return what sets it apart but for its seed: that of all runs of one choice."""
        return {name: value for name, value in self.apart.items() if name != "seed"}


def kinds() -> dict[str, type]:
    """Return what a sweep may go over: by its name the type of a setting's values."""
    hints = get_type_hints(TrainConfig)
    known = {each.name: hints[each.name] for each in fields(TrainConfig) if each.name not in ONCE}
    known |= {name: type(default) for name, (default, _) in own_settings().items()}
    return {name: next((one for one in get_args(kind) if one is not type(None)), kind) for name, kind in known.items()}


def lay_out(
    over: Mapping[str, Sequence[Any]], settings: Callable[[Choice], TrainConfig], seeds: int, name: str
) -> list[Planned]:
    """Lay out the runs of a sweep, those of one choice beside each other.

    over: settings, each with its values; settings: makes a choice of them whole; seeds: runs of each choice, with the
    seeds 0, 1 and so on; name: what the names of the runs begin with. Raises `InputError` for settings that do not go
    together, a value that is named twice, and too many runs.
    """
    many = {key for key, values in over.items() if len(values) > 1}
    _check(over, seeds)
    planned: list[Planned] = []
    for values in itertools.product(*over.values()):
        choice = dict(zip(over, values, strict=True))
        config = settings(choice).settled()
        for seed in range(seeds):
            apart = {key: value for key, value in choice.items() if key in many} | {"seed": seed}
            planned.append(Planned(_name(name, apart, len(planned)), apart, replace(config, seed=seed)))
    return planned


def _check(over: Mapping[str, Sequence[Any]], seeds: int) -> None:
    if seeds < 1:
        raise InputError(f"seeds must be 1 or more; got {seeds}.")
    count = seeds
    for key, values in over.items():
        if len(set(values)) < len(values):
            raise InputError(f"{key} names a value twice; name each once.")
        count *= len(values)
    if count > MOST:
        raise InputError(f"This sweep has {count:,} runs, and the most is {MOST}; give fewer values or seeds.")


def _name(stem: str, apart: dict[str, Any], number: int) -> str:
    """Return the name of a run, with what sets it apart, or its number where that is too long for a name."""
    parts = (f"{key.replace('_', '')}{written(value)}" for key, value in apart.items())
    name = "-".join([stem, *parts]).lower()
    if not NAME.fullmatch(name):
        name = f"{stem}-{number + 1:03}"
    if not NAME.fullmatch(name):
        raise InputError(f"{stem[:80]!r} cannot begin a name; take letters, digits, dots, dashes and underscores.")
    return name


def choices(planned: Sequence[Planned]) -> Iterator[tuple[Choice, list[Planned]]]:
    """Part the runs of a sweep by what was chosen: each choice, and its runs, one for each seed."""
    for choice, runs in itertools.groupby(planned, lambda run: run.choice):
        yield choice, list(runs)


def written(value: Any) -> str:
    """Write the value of a setting as it is typed."""
    return f"{value:g}" if isinstance(value, int | float) else str(value)
