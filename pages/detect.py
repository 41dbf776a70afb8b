"""Detect: how well a model tells unusual things from those it has learnt from."""

from collections.abc import Mapping

import streamlit as st

from vae.library.cards import Card
from web.experiments import unusual
from web.opened.explorers import explorer
from web.page import components, explained, parts, state

LAST = "detect.last"  # session key: the model looked at last on this page


def preselected(cards: Mapping[str, Card]) -> str | None:
    """Name the model to begin with: the last one here, or one that has never seen what it is to find."""
    if (last := st.session_state.get(LAST)) in cards:
        return str(last)
    looked_at = cards.get(st.session_state.get(state.LAST_MODEL, ""))
    kin = [name for name, card in cards.items() if looked_at is None or card.item.kind == looked_at.item.kind]
    without = [name for name in kin if unusual.left_out(cards[name]) is not None]
    alike = [name for name in without if looked_at and cards[name].data.name == looked_at.data.name]
    return next(iter(alike + without), None)


cards, broken = parts.library()

# Choose.
card, notes = parts.model_head("Detect", cards, broken, preselected(cards))
st.session_state[LAST] = card.name
parts.check_able(card, broken, "encode")

# Compute.
with parts.opening(card, broken):
    explorer(card.name)
parts.show_notes(*notes)

# Show.
components.detect(card, key="detect.live")

# Explain.
with st.expander("What am I looking at?", icon=":material/school:"):
    st.markdown(explained.detecting(card))
with st.expander("Keys", icon=":material/keyboard:"):
    st.markdown(
        "The threshold is a slider: **←** and **→** move it, **Page up** and **Page down** in larger steps, **Home** "
        "and **End** to the ends. In a row of pictures **←** and **→** go along it and **Enter** shows one large; "
        "**Tab** goes to the next row. With a mouse or a finger: drag in the histogram or along the ROC curve."
    )
parts.how_trained(card)
parts.explain_broken(broken)
