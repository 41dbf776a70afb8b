"""Home: the whole machine in one line, the worlds to see it in, and a door to each page."""

import streamlit as st

from vae.errors import InputError
from web.page import about, components, parts, state
from web.page.images import images_for
from web.page.worlds import worlds_of

DOORS = (
    ("learn", "Learn", ":material/school:", "Guess first, then find out: short lessons that you move by hand."),
    ("explore", "Move", ":material/tune:", "Turn the numbers of a code by hand and watch the {drawn} change."),
    ("map", "Wander", ":material/scatter_plot:", "See where every test {noun} lies, and decode any place between."),
    ("interpolate", "Walk between", ":material/timeline:", "Go from one {noun} to another, and see what lies between."),
    ("restore", "Repair", ":material/healing:", "Spoil {a_noun} with noise or gaps, and let the model mend it."),
    ("detect", "Find what is odd", ":material/troubleshoot:", "Show it what it has never seen. Does it notice?"),
    ("compare", "Compare", ":material/compare:", "Hold two models side by side under one hand."),
    ("train", "Train", ":material/model_training:", "Watch a space form from nothing, in less than a minute."),
)  # fmt: skip

cards, broken = parts.library()

# Choose.
if not cards:
    st.title("See into a variational autoencoder", anchor=False)
    parts.no_models(broken)
asked = state.asked_model(cards, parts.FIRST_MODEL if parts.FIRST_MODEL in cards else next(iter(cards)))
card = cards[asked.model]
state.remember_model(card.name)
# A link from this page to itself leaves the address as it was.
if "model" in st.query_params or card.name != parts.FIRST_MODEL:
    st.query_params["model"] = card.name
words = about.words(card)

# The machine.
with st.container(key="home_head", gap=None):
    st.title("See into a variational autoencoder", anchor=False)
    st.markdown(
        "It turns {a_noun} into a few numbers, and numbers into {a_drawn}. Everything below is live: "
        "draw, drag, and watch the rest follow. Or [bring a model of your own](#bring).".format_map(words)
    )
parts.say_for_a_room("Home", card.name)
parts.show_notes(*asked.notes)
try:
    components.hero(card, images_for(card), key="home.live")
except InputError as error:
    st.warning(about.plain(f"{card.name} cannot be opened. {error}"), icon=":material/broken_image:")

# The worlds.
worlds = worlds_of(cards, parts.own())
if worlds:
    st.header("Choose a world", anchor=False)
    for column, world in zip(st.columns(max(3, len(worlds)), gap="medium"), worlds, strict=False):
        with column:
            parts.world_card(world, card)

# The doors.
st.header("Choose a door", anchor=False)
for row in (DOORS[:4], DOORS[4:]):
    for column, (page, title, icon, sentence) in zip(st.columns(4, gap="medium"), row, strict=False):
        with column.container(border=True, gap=None, height="stretch", key=f"door_{page}"):
            parts.door(page, card, title, icon)
            st.markdown(sentence.format_map(words))

# A model of anybody's.
st.header("Bring a model of your own", anchor="bring")
components.bring([*cards, *(model.name for model in broken)], key="home.bring")

# All else.
with st.expander(f"All {len(cards)} models", icon=":material/grid_view:"):
    for each in cards.values():
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"card_{each.name}"):
            parts.model_link(each, "explore", about.plain(each.name))
            st.caption(about.in_short(each))
with st.expander("Train with one command", icon=":material/terminal:"):
    st.code(parts.TRAIN_COMMAND, language="bash", wrap_lines=True)
parts.explain_broken(broken)
