"""Train: choose settings, start a run, and watch its latent space form."""

import streamlit as st

from vae.errors import InputError
from vae.runs import launch, shelf
from web.door import changes
from web.page import components, parts, state
from web.page.settings_form import another, choose_data, remember, settings_form

_, broken = parts.library()
known = {run.name: run for run in shelf.list_runs()}
living = [name for name, run in known.items() if run.status.live]

# Choose.
asked = state.asked_run(known, living[0] if living else None)
bar = st.container(
    key="train_bar", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="medium"
)
bar.title("Train", anchor=False, width="content")
if asked.chosen and asked.name:
    with bar:
        is_open = another(known[asked.name].config)
else:
    is_open = True
    bar.caption(
        "Choose data and settings, press Start, and watch the latent map form. While it learns you can pause it and "
        "change β; afterwards play it back, and explore the model.",
        width="stretch",
    )
parts.show_notes(*filter(None, [asked.note]))
form = settings_form(len(living)) if is_open else None
if form:
    parts.show_fetch(form.config.dataset, form.title)
    with st.expander("Add your own data: images or series", icon=":material/upload_file:"):
        added = components.add_data(key="train.add")
    if added:
        choose_data(added)
        st.rerun()

# Compute.
if form and form.start:
    try:
        run = launch.launch(form.config, form.name)
        changes.note(st.context.ip_address, "run: start", run.name)
    except InputError as error:
        form.told.warning(parts.plain(str(error)), icon=":material/edit:")
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
with st.expander("What am I looking at?", icon=":material/school:"):
    st.markdown(
        """
**Training** shows the model a few images at a time, many times over. Each time it encodes them, draws a code from what
the encoder answers, decodes that, and changes all its weights a little, so that the loss becomes smaller. One such
change is a *step*; one pass over all images is an *epoch*.

**The loss is −ELBO**, the *negative evidence lower bound*, in nats an image (1 nat = 1.44 bits). It is a sum of two
costs. **Reconstruction** is what it costs to say the image when its code is known: small where the picture comes out
sharp and right. **KL** is what the code itself costs: how far the encoder's answer for one image lies from the prior,
the standard normal from which codes are drawn. A code that says more makes a better picture and costs more; the model
looks for the cheapest bargain.

**Training and held-out curves.** Held-out images are never learnt from. Where their curve stops falling while the
other one goes on, the model begins to learn its images by heart: *over-fitting*. Stop there, take more images, or a
smaller network.

**β** is the weight on the KL. At 1 the loss is the ELBO itself. Above 1, codes must be cheap: dimensions become more
orderly, pictures blurrier, and some dimensions are given up. Below 1, pictures are sharper, and the codes no longer
fill the prior evenly, so that random draws fall into holes. **Warm-up** lets the weight rise from 0 to β at the
beginning, so that the decoder learns to use the code before it has to pay for it.

**Posterior collapse**: a dimension whose KL falls to 0. The encoder answers with the prior itself, whatever the image,
so the number holds nothing and the decoder learns to ignore it. A few such dimensions are no fault, only spare ones;
when all go, the model draws one and the same blurred picture. A smaller β, a warm-up or fewer dimensions help.

**Why the map moves.** Each point is a held-out image, always the same ones, at the mean of its code. At first all lie
in a heap, because an untrained encoder answers much the same to everything. Then images that are alike find together,
since that makes decoding cheap, and the KL keeps the whole from drifting apart. Nobody tells the model the classes:
the colours are added afterwards. With more than two dimensions the map shows the plane in which the codes spread most,
turned so that it follows on from the moment before.

**Changing β or the learning rate on the way** is an experiment one can see: raise β and the points draw together,
lower it and they spread. The curves keep a mark where it was done. The **learning rate** is how far one step goes; too
large and the loss leaps or grows without end, too small and nothing moves.
"""
    )
parts.explain_broken(broken)
