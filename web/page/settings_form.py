"""The form of a training run, made from the fields of its settings, with what the run will cost on this machine."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from vae.config import BOUNDS, PRECISIONS, TrainConfig, explained
from vae.data import classes_of, describe
from vae.errors import InputError
from vae.families import FAMILIES, family, own_settings
from vae.home import check_name
from vae.kinds.corruptions import trainable
from vae.kinds.kind import Kind
from vae.kinds.kinds import KINDS
from vae.library.shelf import is_taken
from vae.plans.networks import suited
from vae.runs.devices import TITLES, devices_here
from vae.runs.pace import expect
from vae.runs.queue import allowed
from vae.runs.recipes import recommended
from web.page import state
from web.page.parts import plain
from web.work import fetching

LABELS = {
    "dataset": "Data",
    "family": "Family",
    "network": "Network",
    "latent_dims": "Latent size",
    "beta": "β",
    "likelihood": "Likelihood",
    "epochs": "Epochs",
    "seed": "Seed",
    "width": "Width",
    "depth": "Depth",
    "batch_size": "Batch size",
    "learning_rate": "Learning rate",
    "warmup_epochs": "Warm-up epochs",
    "precision": "Precision",
    "device": "Device",
    "threads": "Processor cores",
    "corruption": "Spoiled by",
    "corruption_amount": "Amount, up to",
    "without": "Without class",
    "validation": "For validation",
    "patience": "Patience, epochs",
}

MAIN = ("family", "latent_dims", "beta", "epochs", "network", "likelihood")
"""What stands in the form itself, beside the data; all other settings lie folded away."""

FOLDED = tuple(each.name for each in fields(TrainConfig) if each.name not in ("dataset", "options", *MAIN))
"""All other settings, behind a button."""

FILLED = "train.filled"
"""Session key: how many times the form was filled in."""

AUTOMATIC = "automatic"
CHOICES: dict[str, Callable[[Kind], Sequence[str]]] = {
    "network": lambda kind: suited(kind.plane),
    "likelihood": lambda kind: kind.likelihoods,
    "precision": lambda _: (AUTOMATIC, *sorted(set(PRECISIONS.values()))),
    "corruption": trainable,
}
"""What there is to choose from, for data of a kind."""

STEPS = {"beta": 0.5, "warmup_epochs": 1.0, "learning_rate": 0.0005, "corruption_amount": 0.1, "validation": 0.05}
"""What a press on + or − adds to a setting that is no whole number."""

AT_HAND = ("ready", "offline", "on disk")
"""Where data are that a run can begin with; see `vae.data.describe`."""

AGAIN_SECONDS = 3.0
"""A second press on Start with the same settings so soon is a double click."""

COLOURS = {1: "grey", 3: "colour"}


@dataclass(frozen=True)
class Form:
    """What has been chosen; start: the visitor has just pressed Start; told: where to say what comes of it."""

    config: TrainConfig
    title: str
    name: str | None
    start: bool
    told: DeltaGenerator


def settings_form(living: int = 0) -> Form:
    """Show the form of a training run, and return what has been chosen. living: runs that train or wait by now."""
    sets = {row["name"]: row for row in sorted(describe(), key=lambda row: row["where"] not in AT_HAND)}
    _begin(sets)
    with st.container(key="train_form", border=True, gap="small"):
        with st.container(key="train_choices", horizontal=True, gap="small"):
            row = sets[_choose_data(sets)]
            kind = KINDS[row["kind"]]
            values = {name: _field(name, kind) for name in MAIN}
        suits = " Settings that suit it were filled in." if st.session_state.pop(_key("suited"), False) else ""
        st.caption(_facts(row) + suits + _about(values["family"]))
        with st.container(key="train_start", horizontal=True, gap="small", vertical_alignment="bottom"):
            name = _name()
            more = st.popover("More settings", icon=":material/tune:", width="content")
            with more.container(key="train_more", horizontal=True, gap="small"):
                values |= {name: _field(name, kind) for name in FOLDED}
                values["options"] = {name: _own(name) for name in _own_names(values["family"])}
            problem = _problem_with(name) or _problem_in(values) or _problem_of_family(values)
            config = TrainConfig(dataset=row["name"], **({} if problem else values))
            start = _start(row, problem)
            st.markdown("" if problem else _expected(config, row) + _queue(living), width="stretch")
        told = st.empty()
        if problem:
            told.warning(plain(problem), icon=":material/edit:")
    return Form(config, row["title"], name or None, start and not _is_double(config, name), told)


def choose_data(name: str) -> None:
    """Choose a data set, with what suits it, the next time the form is shown."""
    st.session_state[_key("next")] = name


def another(config: TrainConfig) -> bool:
    """Show the button that unfolds the form, filled in as the run of these settings was; return whether it is open.

    It is unfolded by the server, so that what is expected of this machine is as fresh as the runs it has finished.
    """
    is_open = state.is_form_open()
    st.button(
        "Close the form" if is_open else "Train another",
        icon=":material/close:" if is_open else ":material/add:",
        key=_key("another"),
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
    st.session_state[_key("next")] = config
    state.unfold_form()


def _begin(sets: dict[str, Any]) -> None:
    """Fill the form in on the first visit, and again where its data set is no longer there or another is wanted."""
    if st.session_state.pop(_key("unnamed"), False):
        st.session_state[_key("name")] = ""
    wanted = st.session_state.pop(_key("next"), None)
    if isinstance(wanted, TrainConfig) and wanted.dataset in sets:
        st.session_state[_key("dataset")] = wanted.dataset
        _fill(wanted)
        return
    if isinstance(wanted, str) and wanted in sets:
        st.session_state[_key("dataset")] = wanted
    elif st.session_state.get(_key("dataset")) not in sets:
        st.session_state[_key("dataset")] = TrainConfig.dataset
    elif all(_key(name) in st.session_state for name in LABELS):
        return
    _recommend()


def _suit() -> None:
    """Follow the visitor to other data, and have it said: what was chosen for the data before is gone."""
    _recommend()
    st.session_state[_key("suited")] = True


def _recommend() -> None:
    """Set every setting to what suits the data, but for the family, which is chosen for what it is."""
    dataset = st.session_state[_key("dataset")]
    chosen = st.session_state.get(_key("family"), TrainConfig.family)
    try:
        _fill(replace(recommended(dataset), family=chosen))
    except InputError:  # damaged data, which is told beside them
        _fill(TrainConfig(dataset=dataset, family=chosen))


def _fill(config: TrainConfig) -> None:
    """Set every setting but the data.

    Folded settings get new keys: a browser in which the popover was open and is closed would send its old values.
    """
    for name in FOLDED:
        st.session_state.pop(_key(name), None)
    st.session_state[FILLED] = st.session_state.get(FILLED, 0) + 1
    own = family(config.family).settled(config.options)
    for name in own_settings():
        st.session_state[_own_key(name)] = own.get(name, own_settings()[name][0])
    for name in LABELS.keys() - {"dataset"}:
        value = getattr(config, name)
        if name == "threads" and value:
            value = min(value, _most_threads())  # the run may come from a larger machine
        if name == "device" and value not in devices_here():
            value = "auto"
        st.session_state[_key(name)] = AUTOMATIC if value is None and name in CHOICES else value


def _most_threads() -> int:
    return min(int(BOUNDS["threads"][1]), os.cpu_count() or 1)


def _choose_data(sets: dict[str, Any]) -> str:
    return st.selectbox(
        LABELS["dataset"],
        list(sets),
        format_func=lambda name: _title(sets[name]),
        key=_key("dataset"),
        on_change=_suit,
        width=250,
        persist_state="session",
    )


def _field(name: str, kind: Kind) -> Any:
    """Show one setting, with the sentence that explains it, and return what is chosen; None: left to the program."""
    kept: dict[str, Any] = {"key": _key(name), "help": explained()[name], "persist_state": "session", "width": 132}
    if name == "without":
        return _choose_class(kept)
    if name == "device":
        return st.selectbox(LABELS[name], devices_here(), format_func=TITLES.__getitem__, **kept)
    if name == "family":
        return st.selectbox(LABELS[name], FAMILIES, format_func=_family, **kept)
    if name in ("beta", "warmup_epochs") and "bound" not in family(st.session_state[_key("family")]).can:
        st.number_input(LABELS[name], step=STEPS[name], format="%g", disabled=True, **kept)
        return getattr(TrainConfig, name)  # what is in the field waits for a family that has a KL
    if name in CHOICES:
        return _choose(name, kind, kept)
    if name == "corruption_amount":
        kept["disabled"] = st.session_state[_key("corruption")] is None
    # No bounds for the browser: it would keep a number beyond them to itself, and another one would be trained.
    if name in STEPS:
        return st.number_input(LABELS[name], step=STEPS[name], format="%g", **kept)
    if getattr(TrainConfig, name) is None:
        kept |= {"value": None, "placeholder": "auto"}
    return st.number_input(LABELS[name], step=1, **kept)


def _choose(name: str, kind: Kind, kept: dict[str, Any]) -> str | None:
    """Show a setting that is one of some names, those that the data's kind has; corruptions by their titles."""
    offered = CHOICES[name](kind)
    if name == "corruption":
        kept |= {"index": None, "placeholder": "none", "format_func": lambda each: kind.corruptions[each].title}
    if st.session_state.get(kept["key"]) not in offered:  # it was another kind's, or a run's of before
        st.session_state[kept["key"]] = None if name == "corruption" else offered[0]
    chosen = st.selectbox(LABELS[name], offered, **kept)
    return None if chosen == AUTOMATIC else chosen


def _family(name: str) -> str:
    return FAMILIES[name].title


def _own_names(chosen: str) -> list[str]:
    """Name the settings that a family has of its own."""
    return list(family(chosen).settled({}))


def _own_key(name: str) -> str:
    return f"train.{st.session_state.get(FILLED, 0)}.own.{name}"


def _own(name: str) -> float:
    """Show a setting that a family has of its own; return what is chosen."""
    default, sentence = own_settings()[name]
    kept: dict[str, Any] = {"key": _own_key(name), "help": sentence, "persist_state": "session", "width": 132}
    st.session_state.setdefault(_own_key(name), default)
    return float(st.number_input(name.replace("_", " ").capitalize(), step=0.1, format="%g", **kept))


def _choose_class(kept: dict[str, Any]) -> str | None:
    """Show the classes of the chosen data, of which one may be left out."""
    try:
        classes = classes_of(st.session_state[_key("dataset")])
    except InputError:  # damaged data, which is told beside them
        classes = ()
    if st.session_state.get(kept["key"]) not in classes:  # it was another set's, or the set has changed
        st.session_state[kept["key"]] = None
    return st.selectbox(LABELS["without"], classes, index=None, placeholder="none", disabled=not classes, **kept)


def _name() -> str:
    return st.text_input(
        "Name",
        key=_key("name"),
        placeholder="after its data",
        help="Of the run, and of the model that it becomes: lower-case letters, digits, '.', '_' or '-'. Left out, it "
        "is named after its data.",
        width=200,
        persist_state="session",
    ).strip()


def _problem_with(name: str) -> str:
    """Say in a sentence why a run cannot have this name; nothing where it can."""
    try:
        if name and is_taken(check_name(name)):
            return f"There is a run or a model called {name!r} already; choose another name."
    except InputError as error:
        return str(error)
    return ""


def _problem_in(values: dict[str, Any]) -> str:
    """Say in a sentence which number is beyond what it may be; nothing where none is."""
    for name, value in values.items():
        low, high = BOUNDS.get(name, (None, None))
        if low is None or high is None or value is None:
            continue
        high = _most_threads() if name == "threads" else high
        if not low <= value <= high:
            return f"{LABELS[name]} is a number from {low:g} to {high:g}; got {value:g}."
    return ""


def _problem_of_family(values: dict[str, Any]) -> str:
    """Say in a sentence what of the family's own settings cannot be, or why it does not suit the data."""
    chosen = family(values["family"])
    try:
        chosen.settled(values["options"])
        if "condition" in chosen.can and not classes_of(st.session_state[_key("dataset")]):
            return f"{chosen.title} is told the class of each thing, and these data have none; choose another family."
    except InputError as error:
        return str(error)
    return ""


def _start(row: dict[str, Any], problem: str) -> bool:
    """Show the button that starts, or that fetches the data first; return whether it was pressed to start."""
    if row["where"].startswith("to download"):
        fetch = st.button(f"Download ({row['where'].split('(')[1]}", icon=":material/download:", type="primary")
        if fetch:
            fetching.fetch(row["name"])
        return False
    off = bool(problem) or row["where"] not in AT_HAND
    return st.button("Start", icon=":material/play_arrow:", type="primary", key=_key("start"), disabled=off)


def _is_double(config: TrainConfig, name: str) -> bool:
    """Say whether this very run was started a moment ago: a double click means one."""
    now, asked = time.monotonic(), (config, name)
    before, at = st.session_state.get(_key("asked"), (None, 0.0))
    return before == asked and now - at < AGAIN_SECONDS


def _title(row: dict[str, Any]) -> str:
    if row["where"] in AT_HAND:
        return str(row["title"])
    size = row["where"].partition("(")[2].rstrip(")")
    return f"{row['title']} · {f'{size} to download' if size else row['where']}"


def _facts(row: dict[str, Any]) -> str:
    """Say what the data are, and what is to be done before they can be used."""
    (training, held_out), classes, nouns = row["sizes"], row["classes"], KINDS[row["kind"]].nouns
    said = [f"{training:,} {nouns}{_of_length(row)} to learn from and {held_out:,} held out", *_in_pixels(row)]
    if classes:
        said.append(f"{classes} classes")
    return f"{', '.join(said)}. Licence: {plain(row['licence'])}." + WHERE.get(row["where"].split(" (")[0], "")


def _in_pixels(row: dict[str, Any]) -> list[str]:
    """Say how large images are, and whether they have colours; of other things nothing."""
    if row["kind"] != "image":
        return []
    channels, height, width = row["image_shape"]
    return [f"{width} × {height} pixels", COLOURS.get(channels, "")]


def _of_length(row: dict[str, Any]) -> str:
    """Say how long things are that are no images, and of how many channels."""
    if row["kind"] == "image":
        return ""
    *sides, channels = row["shape"]
    return f" of {' × '.join(map(str, sides))} {KINDS[row['kind']].elements}" + (
        f" in {channels} channels" if channels > 1 else ""
    )


WHERE = {
    "to download": " They are not on this computer yet: fetch them first, once.",
    "to bring along": " They cannot be downloaded from here: put them into the folder that LATENT_DATA_DIR names.",
    "damaged": " Their files are damaged: delete them and add or fetch them again.",
}
"""What is to be done about data that are not at hand."""


def _about(name: str) -> str:
    """Say what a family of models is, on a line of its own."""
    return f"  \n**{family(name).title}.** {family(name).sentence}"


def _expected(config: TrainConfig, row: dict[str, Any]) -> str:
    """Say how long the run will take on this machine, and what makes us think so."""
    try:
        expected = expect(config, tuple(row["image_shape"]), row["sizes"][0])
    except InputError:  # damaged data, which is told beside them
        return ""
    said = str(expected)
    busy = f" The machine is busy now: up to {expected.slowed:.0f} times as long." if expected.slowed >= BUSY else ""
    return (
        f"**{said[0].upper()}{said[1:]}** on this machine, and some seconds to start and to measure.{busy} "
        f"{plain(expected.basis)}"
    )


def _queue(living: int) -> str:
    """Say behind how many runs this one would wait."""
    try:
        ahead = living - allowed() + 1
    except InputError:  # told when Start is pressed
        return ""
    if ahead < 1:
        return ""
    return f" It waits until {'a run has' if ahead == 1 else f'{ahead} runs have'} ended."


BUSY = 1.5
"""How many times longer a run may take before it is said that the machine is busy."""


def remember(form: Form) -> None:
    """Keep in mind what was just started, and leave the name free for the next one."""
    st.session_state[_key("asked")] = ((form.config, form.name or ""), time.monotonic())
    st.session_state[_key("unnamed")] = True


def _key(name: str) -> str:
    return f"train.{st.session_state.get(FILLED, 0)}.{name}" if name in FOLDED else f"train.{name}"
