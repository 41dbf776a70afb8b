"""Restore: a thing is spoiled, and restored beside it while the amount moves."""

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

TEXTS = (
    (
        "image",
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
""",
    ),
    (
        "series",
        """
**A series is spoiled, and restored.** On the left is the original, beside it the same series with something done to
it, and beside that what the model makes of the spoiled one, with the original in grey beneath. The model never sees
the original.

**Why encoding and decoding removes noise at all.** The encoder has only a few numbers to describe a series with, the
*code*, and the decoder can only draw what such codes hold. In training they had to spend these numbers on what the
series have in common and how they differ: where a peak lies, how high it is and how wide. Noise is different in every
sample of every series, and there is no room for it in the code. So it is left out. Fine detail of the series itself is
left out too, for the same reason: look at *Weak noise* under the honest cases.

**A model that was trained to undo this, against a plain one.** A plain VAE has only seen clean series. A spoiled one
may lead its encoder astray, to the code of something else, and the decoder then draws that, clean and wrong. A
denoising VAE was given spoiled series in training and scored on the clean ones, so its encoder has learnt what to
overlook (Im et al. 2015, arXiv 1511.06406). It has learnt that for its own corruption; another one is as new to it as
to the plain one.

**Filling a gap** is more than decoding once. The known samples are put back, and the series is encoded and decoded
again and again, each time with a code drawn anew from the encoder's answer. This is a *Markov chain*: each step starts
from the last series alone, and after some steps it wanders among those that fit the known samples, as far as the model
can tell (Rezende et al. 2014, arXiv 1401.4082, appendix F). Several chains run side by side. Their mean is the
restoration, and the **band** around it is two of their standard deviations, to either side. It says how far the draws
differ and not how far the truth is away: a model that is too sure has a band that is too narrow.

**RMSE**, the root mean square error, is how far a typical sample is off, in the data's own unit: half of it is twice
as near. It counts the known samples of a series too, where nothing is wrong. It needs the original: in real life
nobody could compute it.

**What takes no model at all** is shown beside it, and it wins often. *Straight lines* need the two ends of a gap. A
*moving median* and *Savitzky–Golay* look at the samples around each, at as many as the noise asks for (Stein's
estimate of the risk chooses). The *mean series*, the *nearest series* and a *normal distribution* look at the very
series that the model learnt from: where these differ in few ways and little else, the mean of the five most alike, or
the best linear estimate, is hard to beat. A VAE earns its place where series differ in ways that no line follows, such
as a peak that moves; the row and the curve say where that is.
""",
    ),
    (
        "condition",
        """
**This model is told the class** beside the code. Here nobody knows it, so each {noun} is taken for the class under
which it costs the model least: Bayes' rule with classes that are as likely as each other, and the −ELBO in the place of
−log p(x). Where it is taken for the wrong one, what comes of it is of the wrong one too; the page says which it was.
""",
    ),
    (
        "no bound",
        """
**This model is an autoencoder,** without a prior and without chance: each {noun} has one code. So nothing says what
{a_noun} costs in nats, nor how sure a code is.
""",
    ),
)

KEYS = (
    (
        "",
        """
**R** draws new noise, **Ctrl+Z** takes the last step back. On the slider: **arrows** move it by a hundredth, **Page
Up** and **Page Down** by a tenth, **Home** and **End** to its ends. On the curve over the amount: **arrows** read it,
**Enter** sets that amount.
""",
    ),
    (
        "image",
        """
On the corrupted picture, with the brush chosen: **arrows** move the brush, **Space** puts it down or lifts it.
""",
    ),
    (
        "series",
        """
On a series: **arrows** read it sample by sample, with **Shift** ten at a time. Around the corrupted one, with the
brush chosen: **Space** marks a gap. On an edge of a gap: **arrows** move it by a sample, **Page Up** and **Page Down**
by ten, **Delete** takes the gap away.
""",
    ),
)


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
photographs = card.kind.pixels and st.session_state.get(CAMERA)  # a camera that is shown asks for leave at once
taken = photo(card) if photographs else None
wish = components.restore(card, cards, images, asked.image, taken, key="restore.live")
if wish == "download":
    fetching.fetch(card.data.name)
elif wish == "camera":
    st.session_state[CAMERA] = True
    st.rerun()
parts.show_fetch(card.data.name, card.data.title)

# Explain.
with st.expander("What am I looking at?", icon=":material/school:"):
    parts.explain(card, TEXTS)
with st.expander("Keys", icon=":material/keyboard:"):
    parts.explain(card, KEYS)
parts.how_trained(card)
parts.explain_broken(broken)
