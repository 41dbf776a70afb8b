"""Restore: a thing is spoiled, and restored beside it while the amount moves."""

import hashlib
from collections.abc import Mapping

import streamlit as st

from vae.errors import InputError
from vae.library.cards import Card
from vae.own.picture import Picture, manner_of, read_picture
from web.opened.explorers import explorer
from web.page import components, explained, parts, state
from web.page.images import images_for
from web.work import fetching

# Streamlit would show a text that stands alone: so these are comments.
LAST = "restore.last"  # session key: the model looked at last on this page
CAMERA = "restore.camera"  # session key: whether the visitor has asked for the camera


def preselected(cards: Mapping[str, Card]) -> str | None:
    """Name the model to begin with: the last one here, or one that has learnt to denoise, of the data looked at."""
    if (last := st.session_state.get(LAST)) in cards:
        return str(last)
    looked_at = cards.get(st.session_state.get(state.LAST_MODEL, ""))
    kin = [name for name, card in cards.items() if looked_at is None or card.item.kind == looked_at.item.kind]
    denoising = [name for name in kin if cards[name].training.get("corruption")]
    alike = [name for name in denoising if looked_at and cards[name].data.name == looked_at.data.name]
    return next(iter(alike + denoising), None)


def photo(card: Card) -> tuple[str, Picture] | None:
    """Let the visitor take a photo; return it as the model takes it, and a mark that tells it from others."""
    with st.expander(
        "Camera", expanded=True, icon=":material/photo_camera:", key="restore.box", on_change="rerun"
    ) as box:
        if not box.open:
            return None
        beside, words = st.columns([1, 3], gap="medium")
        with beside:
            taken = st.camera_input("Take a photo", key="restore.photo", label_visibility="collapsed", width=240)
        words.caption(
            "The photo is not kept.\n\nIf no picture appears here, there is no camera, or the browser has refused it. "
            "Allow it in the address bar. Over http from another computer browsers give no camera at all: "
            "upload a picture instead."
        )
        if taken is None:
            return None
        content = taken.getvalue()
        try:
            return hashlib.sha256(content).hexdigest()[:12], read_picture(content, card.image_shape, manner_of(card))
        except InputError as error:
            st.warning(parts.plain(str(error)), icon=":material/broken_image:")
            return None


cards, broken = parts.library()

# Choose.
card, notes = parts.model_head("Restore", cards, broken, preselected(cards))
st.session_state[LAST] = card.name
parts.check_able(card, broken, "encode")

# Compute.
with parts.opening(card, broken):
    explorer(card.name)
    images = images_for(card)
asked = state.asked_place(card, len(images) if images else 0)
parts.show_notes(*notes, *asked.notes)

# Show.
taken = (
    photo(card) if card.kind.pixels and st.session_state.get(CAMERA) else None
)  # one that is shown asks for leave at once
wish = components.restore(card, cards, images, asked.image, taken, key="restore.live")
if wish == "download":
    fetching.fetch(card.data.name)
elif wish == "camera":
    st.session_state[CAMERA] = True
    st.rerun()
parts.show_fetch(card.data.name, card.data.title)

# Explain.
with st.expander("What am I looking at?", icon=":material/school:"):
    st.markdown(explained.restoring(card))
with st.expander("Keys", icon=":material/keyboard:"):
    st.markdown(
        "**R** draws new noise, **Ctrl+Z** takes the last step back. On the slider: **arrows** move it by a hundredth, "
        "**Page Up** and **Page Down** by a tenth, **Home** and **End** to its ends. On the corrupted picture, with "
        "the brush chosen: **arrows** move the brush, **Space** puts it down or lifts it. On the curve: **arrows** "
        "read it, **Enter** sets that amount."
    )
parts.how_trained(card)
parts.explain_broken(broken)
