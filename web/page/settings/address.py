"""Settings of a training run in the address: `/train?dataset=mnist-5k&beta=10&latent_dims=16&network=conv`.

A lesson, or a teacher's link, fills the form in that way. Each value is checked by itself. One that cannot be is told
of in a sentence, and the others are filled in all the same.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_type_hints

from vae.config import BOUNDS, TrainConfig, own_settings
from vae.data import classes_of, item_of
from vae.errors import InputError
from vae.families import FAMILIES, family
from vae.kinds.kinds import KINDS
from vae.runs.devices import devices_here
from vae.runs.recipes import recommended
from web.page.settings.fields import AUTOMATIC, CHOICES, LABELS, most_threads
from web.page.settings.words import problem_in

LONGEST = 40
"""Characters of a value that are said again where it cannot be."""

TYPES = get_type_hints(TrainConfig)


def settings_in(query: Mapping[str, str]) -> dict[str, str]:
    """Return what of an address is about settings; nothing where it names a run."""
    known = {*LABELS, *own_settings()}
    return {} if "run" in query else {name: query[name] for name in query if name in known}


def read_settings(asked: Mapping[str, str], sets: Collection[str]) -> tuple[TrainConfig, tuple[str, ...]]:
    """Return what suits the data, with each setting that is asked for; and a sentence for each that cannot be had.

    sets: the data sets that are known, by name.
    """
    notes: list[str] = []
    config = _begun(asked, sets, notes)
    for name in (name for name in (*TYPES, *own_settings()) if name in asked and name not in ("dataset", "family")):
        try:
            config = _with(config, name, asked[name])
        except InputError as error:
            notes.append(str(error))
    return config, tuple(notes)


def _begun(asked: Mapping[str, str], sets: Collection[str], notes: list[str]) -> TrainConfig:
    """Return what suits the data that are asked for, in the family that is."""
    chosen: dict[str, Any] = {"dataset": TrainConfig.dataset, "family": TrainConfig.family}
    for name, known in (("dataset", sets), ("family", FAMILIES)):
        if (text := asked.get(name)) is None:
            continue
        if text in known:
            chosen[name] = text
        else:
            what = {"dataset": "data set", "family": "family"}[name]
            notes.append(f"There is no {what} {text[:LONGEST]!r} here, so this fills in {chosen[name]}.")
    try:
        return recommended(chosen["dataset"], chosen["family"])
    except InputError:  # damaged data, which is told beside them
        return TrainConfig(**chosen)


def _with(config: TrainConfig, name: str, text: str) -> TrainConfig:
    """Return the settings with one more; `InputError` says in a sentence why it cannot be."""
    value = read_value(name, text, config)
    if name in own_settings():
        return replace(config, options={**config.options, name: value})
    return replace(config, **{name: value})


def read_value(name: str, text: str, config: TrainConfig) -> Any:
    """Read the value of a setting beside others; `InputError` says in a sentence why it cannot be."""
    if name in own_settings():
        return _number(name, text, type(own_settings()[name][0]))
    known = _offered(name, config)
    value: Any = _one_of(name, text, known) if known is not None else _numeric(name, text)
    if wrong := problem_in({name: value} if isinstance(value, float | int) else {}):
        raise InputError(wrong)
    return value


def _offered(name: str, config: TrainConfig) -> Sequence[str] | None:
    """List what there is to choose from for a setting; None where it is a number."""
    if name == "device":
        return devices_here()
    if name == "family":
        return tuple(FAMILIES)
    if name == "objective":
        return family(config.family).objectives
    if name == "without":
        return classes_of(config.dataset)
    return CHOICES[name](KINDS[item_of(config.dataset).kind]) if name in CHOICES else None


def _one_of(name: str, text: str, known: Sequence[str]) -> str | None:
    if text not in known:
        raise InputError(f"{LABELS[name]} cannot be {text[:LONGEST]!r}; there are {', '.join(known) or 'none'}.")
    return None if text == AUTOMATIC else text


def _numeric(name: str, text: str) -> int | float:
    whole = TYPES[name] in (int, int | None)
    return _number(name, text, int if whole else float)


def _number(name: str, text: str, kind: type[int] | type[float]) -> Any:
    label = LABELS.get(name, name.replace("_", " ").capitalize())
    low, high = BOUNDS.get(name, (None, None))
    high = most_threads() if name == "threads" else high
    span = "" if low is None else f" from {low:g} to {high:g}"
    whole = "whole " if kind is int else ""
    try:
        value = kind(text) if len(text) <= LONGEST else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{label} is a {whole}number{span}; got {text[:LONGEST]!r}.")
    return value
