"""Train: choose settings, start a run or a sweep of them, and watch the latent space form."""

import streamlit as st

from vae.config import TrainConfig
from vae.errors import InputError
from vae.families import family
from vae.runs import launch, shelf
from vae.runs.snapshots import snapshots
from vae.sweeps import shelf as sweeps
from vae.sweeps import work
from web.door import changes
from web.page import about, components, parts, state
from web.page.settings.fields import LABELS
from web.page.settings.form import another, choose_data, is_asked_for, remember, settings_form
from web.words.training_words import explanation


def adding(is_first: bool) -> str | None:
    """Show where data of one's own are added, unfolded where there are none yet; return the name of what has come."""
    label = "Add your own data: images or series"
    with st.expander(label, icon=":material/upload_file:", expanded=is_first, key="train_add"):
        return components.add_data(key="train.add")


_, broken = parts.library()
known = {run.name: run for run in shelf.list_runs()}
living = [name for name, run in known.items() if run.status.live]
swept = {sweep.name: sweep for sweep in sweeps.list_sweeps()}
at_work = next((name for name, sweep in swept.items() if sweeps.stands(sweep).live), None)

# Choose.
renamed = components.opened_run(key="train.live")
if renamed in known and st.query_params.get("run") not in known:
    state.choose_run(renamed)  # it was renamed: without this the page would be that of no run first
sweep, missed = (None, "") if is_asked_for() else state.asked_sweep(swept, at_work)
asked = (
    state.AskedRun(note=missed)
    if sweep or missed or is_asked_for()
    else state.asked_run(known, living[0] if living else None)
)
bar = st.container(
    key="train_bar", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="medium"
)
bar.title("Train", anchor=False, width="content")
before = swept[sweep].runs[0].config if sweep else known[asked.name].config if asked.chosen and asked.name else None
if before:
    with bar:
        is_open = another(before)
else:
    is_open = True
    bar.caption("Choose what to learn, press Start, and watch the map form.", width="stretch")
for_a_room = None if sweep or asked.name else next((name for name, run in known.items() if snapshots(run.folder)), None)
parts.say_for_a_room("Train", sweep or asked.name or for_a_room)
parts.show_notes(*filter(None, [asked.note]))
told = st.container()
form = settings_form(len(living)) if is_open else None
if form:
    with told:
        parts.show_notes(*form.notes)
    parts.show_fetch(form.config.dataset, form.title)
    if form.own and (added := adding(form.adding)):
        choose_data(added)
        st.rerun()

# Compute.
if form and form.start:
    try:
        if form.several.runs:
            work.begin(form.several.name, form.several.runs)
            changes.note(st.context.ip_address, "sweep: start", form.several.name)
        else:
            run = launch.launch(form.config, form.name)
            changes.note(st.context.ip_address, "run: start", run.name)
    except InputError as error:
        form.told.warning(about.plain(str(error)), icon=":material/edit:")
    else:
        remember(form)
        state.fold_form()
        if form.several.runs:
            state.choose_sweep(form.several.name)
        else:
            state.choose_run(run.name)
        st.rerun()

# Show.
if asked.chosen and asked.name:
    state.choose_run(asked.name)  # the address names it, so that a reload finds it again
if sweep:
    state.choose_sweep(sweep)
if swept:
    chosen, opened = components.sweep(sweep, LABELS, key="train.sweeps")
    if chosen is not None and chosen != (sweep or ""):
        state.fold_form()
        state.choose_sweep(chosen)
        st.rerun()
    if opened in known:
        state.fold_form()
        state.choose_run(opened)
        st.rerun()
if not known and not swept:
    parts.what_will_happen()
opened = components.train(asked.name, for_a_room, key="train.live")
if opened is not None and not asked.overtakes(opened):
    state.fold_form()
    state.choose_run(opened)
    st.rerun()

# Explain.
looked_at = before.family if before else form.config.family if form else TrainConfig.family
with st.expander("What am I looking at?", icon=":material/school:"):
    parts.show_explanation(explanation(family(looked_at)))
parts.explain_broken(broken)
