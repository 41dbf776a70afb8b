"""Several values of one setting or two, and several seeds: a run for each, laid out as `python -m vae sweep` does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from vae.config import TrainConfig, entries, own_settings
from vae.errors import InputError
from vae.families import family
from vae.library.shelf import models_folder
from vae.options import settled
from vae.sweeps import shelf
from vae.sweeps.plan import Choice, Planned, kinds, lay_out
from web.page.settings.address import read_value
from web.page.settings.fields import LABELS, NEEDED
from web.page.settings.words import problem_of

AT_A_TIME = 2
"""Settings that the form tries values of; the command goes over any number."""


@dataclass(frozen=True)
class Several:
    """A sweep that was chosen: its name and runs, none where one run alone is trained; problem: why it cannot be."""

    name: str = ""
    runs: tuple[Planned, ...] = ()
    problem: str = ""


def label(name: str) -> str:
    """Return what a setting is called in the form."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def choose_several(config: TrainConfig, name: str) -> Several:
    """Show what is tried several values of, and return the runs that makes; name: as typed, "" where none was."""
    st.caption(
        "A run for each value, or for each pair of values where there are two settings, and for each seed. They queue; "
        "their figures and curves stand beside each other here."
    )
    known = _sweepable(config)
    over: dict[str, Sequence[Any]] = {}
    problem = ""
    with st.container(key="train_several", horizontal=True, gap="small"):
        for number in range(AT_A_TIME):
            try:
                over |= _values(number, config, [each for each in known if each not in over])
            except InputError as error:
                problem = problem or str(error)
        seeds = st.number_input(
            "Seeds",
            value=1,
            step=1,
            key="train.sweep.seeds",
            help="Runs of each choice, with the seeds 0, 1 and so on: what differs between them is chance.",
            width=132,
            persist_state="session",
        )
    if problem or not (any(len(values) > 1 for values in over.values()) or seeds != 1):
        return Several(problem=problem)
    several = _laid_out(over, config, int(seeds), name)
    if several.runs:
        st.caption(f"{len(several.runs)} runs, from {several.runs[0].name} to {several.runs[-1].name}.")
    return several


def _laid_out(over: dict[str, Sequence[Any]], config: TrainConfig, seeds: int, name: str) -> Several:
    runs = [folder.name for folder in models_folder().iterdir()] if models_folder().is_dir() else []
    try:
        if name and not shelf.is_free(name, runs):
            raise InputError(f"There is a sweep or a run called {name!r} already; choose another name.")
        stem = name or shelf.free_name(config.dataset)
        planned = tuple(lay_out(over, lambda choice: whole(config, choice), seeds, stem))
        for each in planned[::seeds]:
            if wrong := problem_of("", vars(each.config)):
                raise InputError(wrong)
    except InputError as error:
        return Several(problem=str(error))
    return Several(stem, planned)


def whole(config: TrainConfig, choice: Choice) -> TrainConfig:
    """Return the form's settings with those of a choice; what belonged to another family or network is left out."""
    own = {key: value for key, value in choice.items() if key in own_settings()}
    told: dict[str, Any] = {key: value for key, value in choice.items() if key not in own}
    if told.get("network", config.network) != config.network:
        told = {"width": None, "depth": None} | told
    if told.get("family", config.family) != config.family:
        aims = family(told["family"]).objectives
        told = {"objective": config.objective if config.objective in aims else None} | told
    chosen, aim = told.get("family", config.family), told.get("objective", config.objective)
    kept = {key: value for key, value in config.options.items() if key in settled(entries(chosen, aim), {})}
    return replace(config, **told, options=kept | own)


def _sweepable(config: TrainConfig) -> list[str]:
    """Name the settings that can have several values beside the others in the form, in its order."""
    can = family(config.family).can
    named = [name for name in LABELS if name in kinds() and NEEDED.get(name) in (None, *can)]
    return named + list(settled(entries(config.family, config.objective), {}))


def _values(number: int, config: TrainConfig, known: list[str]) -> dict[str, Sequence[Any]]:
    """Show the choice of a setting and of its values; return them by its name, nothing where there are none."""
    which = f"train.sweep.{number}.setting"
    if st.session_state.get(which) not in (None, *known):  # another family's, or chosen beside this one
        st.session_state[which] = None
    name = st.selectbox(
        "Setting" if number == 0 else "And",
        known,
        index=None,
        format_func=label,
        placeholder="none",
        key=which,
        width=170,
        persist_state="session",
    )
    text = st.text_input(
        "Its values",
        key=f"train.sweep.{number}.values",
        placeholder="with commas between",
        help="Two or more: numbers, as 0.25, 1, 4, or names, as dense, conv.",
        width=190,
        persist_state="session",
    )
    words = [word for word in re.split(r"[,;\s]+", text or "") if word]
    if words and name is None:
        raise InputError(f"Choose the setting that {', '.join(words)[:60]} are values of.")
    return {name: [read_value(name, word, config) for word in words]} if name and words else {}
