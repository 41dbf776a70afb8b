"""Train: choose settings, start a run, and watch its latent space form."""

import streamlit as st

from vae.config import TrainConfig
from vae.errors import InputError
from vae.families import family
from vae.runs import launch, shelf
from web.door import changes
from web.page import about, components, parts, state
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

# Choose.
renamed = components.opened_run(key="train.live")
if renamed in known and st.query_params.get("run") not in known:
    state.choose_run(renamed)  # it was renamed: without this the page would be that of no run first
asked = state.AskedRun() if is_asked_for() else state.asked_run(known, living[0] if living else None)
bar = st.container(
    key="train_bar", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="medium"
)
bar.title("Train", anchor=False, width="content")
if asked.chosen and asked.name:
    with bar:
        is_open = another(known[asked.name].config)
else:
    is_open = True
    bar.caption("Choose what to learn, press Start, and watch the map form.", width="stretch")
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
        run = launch.launch(form.config, form.name)
        changes.note(st.context.ip_address, "run: start", run.name)
    except InputError as error:
        form.told.warning(about.plain(str(error)), icon=":material/edit:")
    else:
        remember(form)
        state.fold_form()
        state.choose_run(run.name)
        st.rerun()

# Show.
if asked.chosen and asked.name:
    state.choose_run(asked.name)  # the address names it, so that a reload finds it again
if not known:
    parts.what_will_happen()
opened = components.train(asked.name, key="train.live")
if opened is not None and not asked.overtakes(opened):
    state.fold_form()
    state.choose_run(opened)
    st.rerun()

# Explain.
looked_at = known[asked.name].config.family if asked.name else form.config.family if form else TrainConfig.family
with st.expander("What am I looking at?", icon=":material/school:"):
    parts.show_explanation(explanation(family(looked_at)))
parts.explain_broken(broken)
