"""Home: what this is, something that moves at once, and the models."""

import streamlit as st

from web.page import components, parts

cards, broken = parts.library()
planes = [card for card in cards.values() if card.latent.dims == 2]
plane = cards.get(parts.FIRST_MODEL) or next(iter(planes), None)
things = plane.kind.nouns if plane else "images"

# What this is, and a walk through a latent space.
words, live = st.columns([5, 7], gap="large", vertical_alignment="center")
with words, st.container(key="home_hero"):
    st.title("See into a variational autoencoder", anchor=False)
    st.markdown(
        f"A variational autoencoder learns to describe {things} with a few numbers, and to draw {things} from numbers. "
        "Here you move those numbers by hand, and the picture follows within a frame or two."
    )
    if plane:
        with st.container(key="home_start", horizontal=True, gap="small"):
            parts.model_link(plane, "explore", "Start exploring")
            parts.model_link(plane, "map", "See the map", ":material/scatter_plot:")
with live:
    if plane and plane.latent.dims == 2:
        components.wander(plane, key="home.live")
if not cards:
    parts.no_models(broken)

# The models.
with st.container(gap=None):
    st.header("Models", anchor=False)
    nouns = dict.fromkeys(card.kind.noun for card in cards.values() if "bound" in card.can)
    st.caption(f"−ELBO, the {parts.elbo_of(*nouns)}")
everything = list(cards.values())
for start in range(0, len(everything), 3):
    row = everything[start : start + 3]
    for column, card in zip(st.columns(3, gap="medium"), row, strict=False):
        with column.container(border=True, gap="xsmall", height="stretch", key=f"card_{card.name}"):
            if sheet := parts.contact_sheet(card):
                st.image(sheet[0], width="stretch", alt=sheet[1])
            else:
                st.caption("This model cannot be opened; Explore says why.")
            st.markdown(f"**{parts.plain(card.name)}**")
            st.caption(parts.facts(card))
            parts.model_link(card, "explore", "Explore")
parts.explain_broken(broken)

# One's own.
st.header("Train your own", anchor=False)
st.markdown(
    "Choose data and settings, press Start, and watch the latent space form; less than a minute on a laptop, and the "
    "model appears here. Your own images will do, too."
)
with st.container(key="home_train", horizontal=True, gap="small"):
    parts.train_link("Train a model")
st.markdown("Or with one command:")
st.code(parts.TRAIN_COMMAND, language="bash", wrap_lines=True)
