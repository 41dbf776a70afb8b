"""Restore: a picture is spoiled, and restored beside it while the amount moves."""

import hashlib
from collections.abc import Mapping

import streamlit as st

from vae.errors import InputError
from vae.library.cards import Card
from vae.own.picture import Picture, manner_of, read_picture
from web.opened.explorers import explorer
from web.page import components, parts, state
from web.page.images import images_for
from web.work import fetching

# Streamlit would show a text that stands alone: so these are comments.
LAST = "restore.last"  # session key: the model looked at last on this page
CAMERA = "restore.camera"  # session key: whether the visitor has asked for the camera


def preselected(cards: Mapping[str, Card]) -> str | None:
    """Name the model to begin with: the last one here, or one that has learnt to denoise, of the data looked at."""
    if (last := st.session_state.get(LAST)) in cards:
        return str(last)
    denoising = [name for name, card in cards.items() if card.training.get("corruption")]
    looked_at = cards.get(st.session_state.get(state.LAST_MODEL, ""))
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

# Compute.
with parts.opening(card, broken):
    explorer(card.name)
    images = images_for(card)
asked = state.asked_place(card, len(images) if images else 0)
parts.show_notes(*notes, *asked.notes)

# Show.
taken = photo(card) if st.session_state.get(CAMERA) else None  # one that is shown asks for leave at once
wish = components.restore(card, cards, images, asked.image, taken, key="restore.live")
if wish == "download":
    fetching.fetch(card.data.name)
elif wish == "camera":
    st.session_state[CAMERA] = True
    st.rerun()
parts.show_fetch(card.data.name, card.data.title)

# Explain.
with st.expander("What am I looking at?", icon=":material/school:"):
    st.markdown(
        """
**A picture is spoiled, and restored.** On the left is the original, beside it the same picture with something done to
it, and beside that what the model makes of the spoiled one. The model never sees the original.

**Why encoding and decoding removes noise at all.** The encoder has only a few numbers to describe a picture with, the
*code*, and the decoder can only draw what such codes hold. In training they had to spend these numbers on what digits
have in common and how they differ: slant, width, loops. Noise is different in every pixel of every picture, and there
is no room for it in the code. So it is left out. Fine detail of the picture itself is left out too, for the same
reason: look at *Little noise* under the honest cases.

**A denoising VAE against a plain one.** A plain VAE has only seen clean pictures. A spoiled one may lead its encoder
astray, to the code of something else, and the decoder then draws that, clean and wrong. A denoising VAE was given
spoiled pictures in training and scored on the clean ones, so its encoder has learnt what to overlook (Im et al. 2015,
arXiv 1511.06406). It has learnt that for its own corruption; another one is as new to it as to the plain one.

**Filling a hole** is more than decoding once. The known pixels are put back, and the picture is encoded and decoded
again and again, each time with a code drawn anew from the encoder's answer. This is a *Markov chain*: each step starts
from the last picture alone, and after some steps it wanders among the pictures that fit the known pixels, as far as
the model can tell (Rezende et al. 2014, arXiv 1401.4082, appendix F). Several chains run side by side. Their mean is
the restoration. Where they differ, what was there cannot be known from what is left: a four may be a nine.

**PSNR**, the peak signal-to-noise ratio, measures the error of the single pixels, in decibels: 6 dB more is half the
error, 20 dB more a tenth. It does not mind *what* is wrong, and a blurred picture may score above a sharp one that is
shifted by a pixel. **SSIM**, structural similarity, compares brightness, contrast and pattern in small windows, and is
1 for equal pictures and near 0 for unrelated ones (Wang et al. 2004). Both need the original: in real life
nobody could compute them.

**Filters know nothing of digits**, and that is also their strength. A median filter removes single wrong pixels on any
picture; total variation keeps flat areas flat and edges sharp; non-local means finds the same pattern elsewhere in the
picture; a biharmonic filling continues what is around a small hole. They work as well on a landscape or a page of
text. A VAE is better where its data is meant and much is lost, and worse nearly everywhere else.
"""
    )
with st.expander("Keys", icon=":material/keyboard:"):
    st.markdown(
        "**R** draws new noise, **Ctrl+Z** takes the last step back. On the slider: **arrows** move it by a hundredth, "
        "**Page Up** and **Page Down** by a tenth, **Home** and **End** to its ends. On the corrupted picture, with "
        "the brush chosen: **arrows** move the brush, **Space** puts it down or lifts it. On the curve: **arrows** "
        "read it, **Enter** sets that amount."
    )
parts.how_trained(card)
parts.explain_broken(broken)
