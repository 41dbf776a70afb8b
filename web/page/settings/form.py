"""The form of a training run: three ways to begin, one Start with its time here, and all settings folded away."""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vae.config import OPTIMIZERS, SCHEDULES, TARGETS, TrainConfig, entries, explained, own_settings
from vae.data import attributes_of, classes_of, describe
from vae.errors import InputError
from vae.families import FAMILIES, family
from vae.kinds.kind import Kind
from vae.kinds.kinds import KINDS
from vae.likelihoods import LIKELIHOODS
from vae.objectives import OBJECTIVES
from vae.options import settled
from vae.runs.devices import TITLES, devices_here
from vae.runs.recipes import recommended
from web.page import state
from web.page.about import plain
from web.page.settings.address import read_settings, settings_in
from web.page.settings.fields import (
    AT_HAND,
    AUTOMATIC,
    CHOICES,
    FILLED,
    FOLDED,
    LABELS,
    MAIN,
    NEEDED,
    STEPS,
    key_of,
    most_threads,
    own_key,
)
from web.page.settings.presets import PRESETS
from web.page.settings.sweeping import Several, choose_several
from web.page.settings.words import about, expected, facts, problem_of, queue, title
from web.work import fetching

AGAIN_SECONDS = 3.0
"""A second press on Start with the same settings so soon is a double click."""

ADD_FIRST = "Add your data below. They are learnt from when you press Start."


@dataclass(frozen=True)
class Form:
    """What has been chosen; start: the visitor has just pressed Start; told: where to say what comes of it.

    own: whether it is to learn from data of one's own; adding: whether there are none yet; notes: what of the address
    cannot be had; several: the runs of a sweep, where several values are tried.
    """

    config: TrainConfig
    title: str
    name: str | None
    start: bool
    told: DeltaGenerator
    own: bool
    adding: bool
    notes: tuple[str, ...]
    several: Several


def is_asked_for() -> bool:
    """Say whether the address asks for settings, and for no run."""
    return bool(settings_in(st.query_params.to_dict()))


def settings_form(living: int = 0) -> Form:
    """Show the form of a training run, and return what has been chosen. living: runs that train or wait by now."""
    rows = sorted(describe(), key=lambda row: row["where"] not in AT_HAND)
    sets = {row["name"]: row for row in rows}
    notes = _take_address(sets)
    _begin(sets)
    with st.container(key="train_form", border=True, gap="small"):
        _choose_preset(rows)
        begin = st.container(key="train_start", horizontal=True, gap="small", vertical_alignment="center")
        what = st.container()
        told = st.container(gap="small")
        unfolded = bool(st.session_state.get(key_of("unfolded")))
        with st.expander("Settings", icon=":material/tune:", expanded=unfolded):
            row, name, values = _settings(sets)
        problem = problem_of(name, {"dataset": row["name"], **values})
        config = TrainConfig(dataset=row["name"], **({} if problem else values))
        with st.expander("Try several values", icon=":material/stacked_line_chart:", key="train_sweep"):
            several = choose_several(config, name)
        problem = problem or several.problem
        adding = bool(st.session_state.get(key_of("adding")))
        with begin:
            start = _start(row, problem, adding, len(several.runs))
            configs = [each.config for each in several.runs] or [config]
            said, basis = (ADD_FIRST, "") if adding else ("", "") if problem else expected(configs, row)
            st.markdown(said + (queue(living) if basis else ""), width="stretch", help=basis or None)
        suits = " Settings that suit it were filled in." if st.session_state.pop(key_of("suited"), False) else ""
        own = adding or row["own"]
        what.caption(f"**{plain(row['title'])}.** {facts(row)}{suits}")
        if problem:
            told.warning(plain(problem), icon=":material/edit:")
    return Form(
        config, row["title"], name or None, start and not _is_double(config, name), told, own, adding, notes, several
    )


def _settings(sets: dict[str, Any]) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """Show all settings; return the data set's row, the run's name, and the values."""
    with st.container(key="train_choices", horizontal=True, gap="small"):
        row = sets[_choose_data(sets)]
        kind = KINDS[row["kind"]]
        values = {name: _field(name, kind) for name in MAIN}
    st.caption(about(FAMILIES[values["family"]]))
    if (likely := values["likelihood"]) != kind.likelihoods[0]:
        st.caption(about(LIKELIHOODS[likely]))
    with st.container(key="train_more", horizontal=True, gap="small"):
        values |= {name: _field(name, kind) for name in FOLDED}
        values["options"] = {
            name: _own(name) for name in _own_names(values["family"], values["objective"], values["likelihood"])
        }
        name = _name()
    return row, name, values


def _choose_preset(rows: list[dict[str, Any]]) -> None:
    """Show the ways to begin; chosen is the one whose settings stand in the form, and none where they are others."""
    st.session_state[key_of("preset")] = _preset_now(rows)
    st.radio(
        "What to learn",
        list(PRESETS),
        format_func=lambda name: PRESETS[name].title,
        captions=[preset.sentence for preset in PRESETS.values()],
        index=None,
        key=key_of("preset"),
        on_change=_take_preset,
        horizontal=True,
        width="stretch",
        label_visibility="collapsed",
    )


def _preset_now(rows: list[dict[str, Any]]) -> str | None:
    if st.session_state.get(key_of("adding")):
        return "own"
    for name, preset in PRESETS.items():
        config = preset.settings(rows)
        if config is not None and all(st.session_state.get(key) == value for key, value in _filled(config).items()):
            return name
    return None


def _take_preset() -> None:
    """Fill the form in as the chosen preset says; without data for it, ask for some."""
    chosen = st.session_state[key_of("preset")]
    if chosen is None:  # what stands in the form is no preset's any more, and the browser says so after us
        return
    config = PRESETS[chosen].settings(describe())
    st.session_state[key_of("adding")] = config is None
    st.session_state[key_of("unfolded")] = False
    if config is not None:
        st.session_state[key_of("next")] = config


def _take_address(sets: dict[str, Any]) -> tuple[str, ...]:
    """Fill the form in as the address asks, once for each address; return what of it cannot be had."""
    asked = settings_in(st.query_params.to_dict())
    if not asked:
        return ()
    config, notes = read_settings(asked, sets)
    if st.session_state.get(key_of("address")) != asked:
        st.session_state[key_of("address")] = asked
        st.session_state[key_of("next")] = config
        st.session_state[key_of("unfolded")] = True
    return notes


def choose_data(name: str) -> None:
    """Choose a data set, with what suits it, the next time the form is shown."""
    st.session_state[key_of("next")] = name
    st.session_state[key_of("adding")] = False


def another(config: TrainConfig) -> bool:
    """Show the button that unfolds the form, filled in as the run of these settings was; return whether it is open.

    It is unfolded by the server, so that what is expected of this machine is as fresh as the runs it has finished.
    """
    is_open = state.is_form_open()
    st.button(
        "Close the form" if is_open else "Train another",
        icon=":material/close:" if is_open else ":material/add:",
        key=key_of("another"),
        on_click=state.fold_form if is_open else _unfold,
        args=() if is_open else (config,),
    )
    return is_open


def _unfold(config: TrainConfig) -> None:
    """Unfold the form with these settings: the same run again, but for what is changed.

    What the run had left to the program stays so: a width that suits one network would not suit the next one.
    """
    for name in (each.name for each in fields(TrainConfig) if each.default is None):
        left = replace(config, **{name: None})  # type: ignore[arg-type]
        if left.settled() == config.settled():
            config = left
    st.session_state[key_of("next")] = config
    st.session_state[key_of("unfolded")] = True
    state.unfold_form()


def _begin(sets: dict[str, Any]) -> None:
    """Fill the form in on the first visit, and again where its data set is no longer there or another is wanted."""
    if st.session_state.pop(key_of("unnamed"), False):
        st.session_state[key_of("name")] = ""
    wanted = st.session_state.pop(key_of("next"), None)
    if isinstance(wanted, TrainConfig) and wanted.dataset in sets:
        st.session_state[key_of("dataset")] = wanted.dataset
        _fill(wanted)
        return
    if isinstance(wanted, str) and wanted in sets:
        st.session_state[key_of("dataset")] = wanted
    elif st.session_state.get(key_of("dataset")) not in sets:
        st.session_state[key_of("dataset")] = TrainConfig.dataset
    elif all(key_of(name) in st.session_state for name in LABELS):
        return
    _recommend()


def _suit() -> None:
    """Follow the visitor to other data, and have it said: what was chosen for the data before is gone."""
    _recommend()
    st.session_state[key_of("suited")] = True
    st.session_state[key_of("adding")] = False


def _recommend() -> None:
    """Set every setting to what suits the data, but for the family, which is chosen for what it is."""
    dataset = st.session_state[key_of("dataset")]
    chosen = st.session_state.get(key_of("family"), TrainConfig.family)
    try:
        _fill(recommended(dataset, chosen))
    except InputError:  # damaged data, which is told beside them
        _fill(TrainConfig(dataset=dataset, family=chosen))


def _fill(config: TrainConfig) -> None:
    """Set every setting but the data, under new keys for those below the first row."""
    for name in FOLDED:
        st.session_state.pop(key_of(name), None)
    st.session_state[FILLED] = st.session_state.get(FILLED, 0) + 1
    for key, value in _filled(config).items():
        if key != key_of("dataset"):
            st.session_state[key] = value


def _filled(config: TrainConfig) -> dict[str, Any]:
    """Return what stands in each field where the form is filled in with these settings, by its key."""
    own = settled(entries(config.family, config.objective, config.likelihood), config.options)
    filled: dict[str, Any] = {own_key(name): own.get(name, own_settings()[name][0]) for name in own_settings()}
    for name in LABELS:
        value = getattr(config, name)
        if name == "threads" and value:
            value = min(value, most_threads())  # the run may come from a larger machine
        if name == "objective":
            value = value or family(config.family).objectives[0]
        if name == "device" and value not in devices_here():
            value = "auto"
        filled[key_of(name)] = AUTOMATIC if value is None and name in CHOICES and name != "corruption" else value
    return filled


def _choose_data(sets: dict[str, Any]) -> str:
    return st.selectbox(
        LABELS["dataset"],
        list(sets),
        format_func=lambda name: title(sets[name]),
        key=key_of("dataset"),
        on_change=_suit,
        width=250,
        persist_state="session",
    )


def _field(name: str, kind: Kind) -> Any:
    """Show one setting, with the sentence that explains it, and return what is chosen; None: left to the program."""
    kept: dict[str, Any] = {"key": key_of(name), "help": explained()[name], "persist_state": "session", "width": 132}
    if name in OF_DATA:
        return _choose_of_data(name, kept)
    if name == "device":
        return st.selectbox(LABELS[name], devices_here(), format_func=TITLES.__getitem__, **kept)
    if name == "family":
        return st.selectbox(LABELS[name], FAMILIES, format_func=_family, **kept)
    if name == "objective":
        return _choose_objective(kept)
    if name in NEEDED and NEEDED[name] not in family(st.session_state[key_of("family")]).can:
        kept["disabled"] = True
        _choose(name, kind, kept) if name in CHOICES else _number(name, kept)
        return getattr(TrainConfig, name)  # what is in the field waits for a family that can make something of it
    if name in CHOICES:
        return _choose(name, kind, kept)
    if name == "corruption_amount":
        kept["disabled"] = st.session_state[key_of("corruption")] is None
    if name == "predict_weight":
        kept["disabled"] = st.session_state.get(key_of("predict")) is None
    return _number(name, kept)


def _number(name: str, kept: dict[str, Any]) -> Any:
    """Show a setting that is a number; None: left to the program."""
    # No bounds for the browser: it would keep a number beyond them to itself, and another one would be trained.
    if name in STEPS:
        return st.number_input(LABELS[name], step=STEPS[name], format="%g", **kept)
    if getattr(TrainConfig, name) is None:
        kept |= {"value": None, "placeholder": "auto"}
    return st.number_input(LABELS[name], step=1, **kept)


LIKELY = {name: each.title for name, each in LIKELIHOODS.items()}


def _choose(name: str, kind: Kind, kept: dict[str, Any]) -> str | None:
    """Show a setting that is one of some names, those that the data's kind has; corruptions by their titles."""
    offered = CHOICES[name](kind)
    if name == "likelihood" and "encode" not in family(st.session_state[key_of("family")]).can:
        offered = [each for each in offered if LIKELIHOODS[each].told]  # of a generator only what it expects is drawn
    if name == "network":
        kept |= {"on_change": _another_network}
    if name == "corruption":
        kept |= {"index": None, "placeholder": "none", "format_func": lambda each: kind.corruptions[each].title}
    if titles := {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "likelihood": LIKELY, "targets": TARGETS}.get(name):
        kept |= {"format_func": titles.__getitem__}
    if st.session_state.get(kept["key"]) not in offered:  # it was another kind's, or a run's of before
        st.session_state[kept["key"]] = None if name == "corruption" else offered[0]
    chosen = st.selectbox(LABELS[name], offered, **kept)
    return None if chosen == AUTOMATIC else chosen


def _another_network() -> None:
    """Leave width and depth to the program: what suits one network does not suit the next."""
    for name in ("width", "depth"):
        st.session_state[key_of(name)] = None


def _family(name: str) -> str:
    return FAMILIES[name].title


def _choose_objective(kept: dict[str, Any]) -> str | None:
    """Show what the chosen family can be trained for; None: what it usually is."""
    offered = family(st.session_state[key_of("family")]).objectives
    if st.session_state.get(kept["key"]) not in offered:  # it was another family's
        st.session_state[kept["key"]] = offered[0]
    chosen = st.selectbox(
        LABELS["objective"], offered, format_func=_objective, disabled=len(offered) == 1, **kept | {"width": 200}
    )
    return None if chosen == offered[0] else chosen


def _objective(name: str) -> str:
    return OBJECTIVES[name].title


def _own_names(chosen: str, aim: str | None, likely: str) -> list[str]:
    """Name the settings that a family, its objective and the likelihood have of their own."""
    return list(settled(entries(chosen, aim, likely), {}))


def _own(name: str) -> float:
    """Show a setting that a family, an objective or a likelihood has of its own; return what is chosen."""
    default, sentence = own_settings()[name]
    kept: dict[str, Any] = {"key": own_key(name), "help": sentence, "persist_state": "session", "width": 132}
    st.session_state.setdefault(own_key(name), default)
    kept |= {"step": 1} if isinstance(default, int) else {"step": 0.1, "format": "%g"}
    return type(default)(st.number_input(name.replace("_", " ").capitalize(), **kept))


OF_DATA: dict[str, Callable[[str], tuple[str, ...]]] = {"without": classes_of, "predict": attributes_of}
"""What is chosen of the chosen data, by their name: a class that is left out, an attribute that is told."""


def _choose_of_data(name: str, kept: dict[str, Any]) -> str | None:
    """Show the classes or the attributes of the chosen data, of which one may be chosen."""
    try:
        offered = OF_DATA[name](st.session_state[key_of("dataset")])
    except InputError:  # damaged data, which is told beside them
        offered = ()
    if name in NEEDED and NEEDED[name] not in family(st.session_state[key_of("family")]).can:
        offered = ()
    if st.session_state.get(kept["key"]) not in offered:  # it was another set's, or the set has changed
        st.session_state[kept["key"]] = None
    return st.selectbox(LABELS[name], offered, index=None, placeholder="none", disabled=not offered, **kept)


def _name() -> str:
    return st.text_input(
        "Name",
        key=key_of("name"),
        placeholder="after its data",
        help="Of the run, and of the model that it becomes: lower-case letters, digits, '.', '_' or '-'. Left out, it "
        "is named after its data.",
        width=200,
        persist_state="session",
    ).strip()


def _start(row: dict[str, Any], problem: str, adding: bool, runs: int) -> bool:
    """Show the button that starts, or that fetches the data first; return whether it was pressed to start.

    runs: of a sweep; 0: one alone.
    """
    if row["where"].startswith("to download"):
        fetch = st.button(f"Download ({row['where'].split('(')[1]}", icon=":material/download:", type="primary")
        if fetch:
            fetching.fetch(row["name"])
        return False
    off = bool(problem) or adding or row["where"] not in AT_HAND
    words = f"Start {runs} runs" if runs else "Start"
    return st.button(words, icon=":material/play_arrow:", type="primary", key=key_of("start"), disabled=off)


def _is_double(config: TrainConfig, name: str) -> bool:
    """Say whether this very run was started a moment ago: a double click means one."""
    now, asked = time.monotonic(), (config, name)
    before, at = st.session_state.get(key_of("asked"), (None, 0.0))
    return before == asked and now - at < AGAIN_SECONDS


def remember(form: Form) -> None:
    """Keep in mind what was just started, and leave the name free for the next one."""
    st.session_state[key_of("asked")] = ((form.config, form.name or ""), time.monotonic())
    st.session_state[key_of("unnamed")] = True
