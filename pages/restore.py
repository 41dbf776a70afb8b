"""Restore: a thing is spoiled, and restored beside it while the amount moves."""

import hashlib
from collections.abc import Mapping

import streamlit as st

from vae.errors import InputError
from vae.library.cards import Card
from vae.own.images.picture import Picture, manner_of, read_picture
from web.opened.explorers import explorer
from web.page import about, components, parts, state
from web.page.images import images_for
from web.work import fetching

# Streamlit would show a text that stands alone: so these are comments.
LAST = "restore.last"  # session key: the model looked at last on this page
CAMERA = "restore.camera"  # session key: whether the visitor has asked for the camera

TEXTS = (
    (
        "",
        """
A {drawn} is spoiled, and restored. On the left is the original, beside it the spoiled one, and beside that what the
model makes of it. The model never sees the original.
""",
    ),
    (
        "image",
        """
## Why does this remove noise at all?
The **encoder** has only a few numbers to describe a picture with, its **code**. In training it had to spend them on
what digits have in common and how they differ: slant, width, loops. Noise is different in every pixel of every picture,
and there is no room for it in the code. So it is left out. Fine detail is left out too, for the same reason: look at
*Little noise* under the honest cases.

## What has a denoising model learnt?
A plain VAE has only seen clean pictures. A spoiled one may lead its encoder astray, and the decoder then draws
something else, clean and wrong. **Denoising** means that the encoder saw spoiled pictures and was scored on the clean
ones (Im et al. 2015, [arXiv 1511.06406](https://arxiv.org/abs/1511.06406)). So it has learnt what to overlook, for its
own **corruption** alone.

The bundled models do not differ in that only. The denoising ones have a smaller **β** too: 0.5 and 0.25 in place of 1.
That alone restores better. And they trained for 10 epochs in place of 30.

## How is a hole filled?
The known pixels are put back, and the picture is encoded and decoded again and again. Each time the code is drawn anew
from the encoder's answer. This is a **Markov chain**: each step starts from the last picture alone. After some steps it
wanders, roughly, among the pictures that fit the known pixels (Rezende et al. 2014,
[arXiv 1401.4082](https://arxiv.org/abs/1401.4082)). Several chains run side by side, and their mean is the restoration.
Where they differ, what was there cannot be known: a four may be a nine.

It is approximate twice. The encoder's answer stands for the true **posterior**, and the expected picture is put back in
place of a draw. So the spread that is shown is too small. Mattei & Frellsen 2018,
[arXiv 1802.04826](https://arxiv.org/abs/1802.04826), have an exact variant.

## What are PSNR and SSIM?
**PSNR** measures the error of single pixels, in decibels. 6 dB more is half the root-mean-square error, and a quarter
of the squared one. It does not mind *what* is wrong: a blurred picture may score above a sharp one that is shifted by a
pixel. **SSIM** compares brightness, contrast and pattern in small windows (Wang et al. 2004). It is 1 for equal
pictures and near 0 for unrelated ones. Both need the original: in real life nobody could compute them.

## When is a plain filter better?
Filters know nothing of digits, and that is also their strength. They work as well on a landscape or a page of text. A
median filter removes single wrong pixels. Total variation keeps flat areas flat and edges sharp. Non-local means finds
the same pattern elsewhere. A biharmonic filling continues what is around a small hole. A VAE is better where its data
is meant and much is lost, and worse nearly everywhere else.
""",
    ),
    (
        "tastes",
        """
## What is restored here?
Some likes are hidden, and the model is shown the rest. It answers with how likely each item is. The list leaves out
what it was shown, and a ✓ marks what was hidden. A good list has these near its top.

## What are NDCG and recall?
**NDCG** gives each hidden like a gain that falls with its rank: 1 for the first, 0.63 for the second, 0.29 for the
tenth. It is 1 for the best order that there is. **Recall@20** is the share of them among the first twenty. All items
are ranked, as a sample of them misleads (Krichene & Rendle 2020).

## Is a VAE the best way?
Often it is not. *Popularity* is the same list for everybody. *Nearest items* looks at what the same people like.
*EASE* is a linear model with one formula for its weights (Steck 2019,
[arXiv 1905.03375](https://arxiv.org/abs/1905.03375)). Few networks beat it. The VAE gives what these do not: a place on
a map, and a way from one taste to another.
""",
    ),
    (
        "series",
        """
## Why does this remove noise at all?
The **encoder** has only a few numbers to describe a series with, its **code**. In training it had to spend them on what
the series have in common and how they differ: where a peak lies, how high it is and how wide. Noise is different in
every sample of every series, and there is no room for it in the code. So it is left out. Fine detail is left out too,
for the same reason: look at *Weak noise* under the honest cases.

## What has a denoising model learnt?
A plain VAE has only seen clean series. A spoiled one may lead its encoder astray, and the decoder then draws something
else, clean and wrong. **Denoising** means that the encoder saw spoiled series and was scored on the clean ones (Im et
al. 2015, [arXiv 1511.06406](https://arxiv.org/abs/1511.06406)). So it has learnt what to overlook, for its own
**corruption** alone.

## How is a gap filled?
The known samples are put back, and the series is encoded and decoded again and again. Each time the code is drawn anew
from the encoder's answer. This is a **Markov chain**: each step starts from the last series alone. After some steps it
wanders, roughly, among those that fit the known samples (Rezende et al. 2014,
[arXiv 1401.4082](https://arxiv.org/abs/1401.4082)). Several chains run side by side, and their mean is the restoration.
The band around it is two of their **standard deviations**, to either side.

It is approximate twice. The encoder's answer stands for the true **posterior**, and the expected series is put back in
place of a draw. So the band is too narrow. It says how far the draws differ and not how far away the truth is. Mattei &
Frellsen 2018, [arXiv 1802.04826](https://arxiv.org/abs/1802.04826), have an exact variant.

## What is RMSE?
**RMSE** is how far a typical sample is off, in the data's own unit. Half of it is twice as near. It counts the known
samples too, where nothing is wrong. It needs the original: in real life nobody could compute it.

## What takes no model at all?
Much, and it wins often. *Straight lines* need the two ends of a gap. A *moving median* and *Savitzky–Golay* look at the
samples around each, at as many as the noise asks for. The *mean series*, the *nearest series* and a *normal
distribution* look at the very series that the model learnt from. Where these differ in few ways, such means are hard to
beat. A VAE earns its place where series differ in ways that no line follows, such as a peak that moves.
""",
    ),
    (
        "text",
        """
## Why does this mend a word at all?
The **encoder** has only a few numbers to describe a word with, its **code**. In training it had to spend them on what
words have in common: which letters follow each other, how they begin and end. A wrong letter fits none of it, and there
is no room for it in the code. Rare words are mended, too, into commoner ones that nobody asked for.

## What has a denoising model learnt?
A plain VAE has only seen words as they are. A spoiled one may lead its encoder astray, and the decoder then writes
another word. **Denoising** means that the encoder saw spoiled words and was scored on the clean ones (Im et al. 2015,
[arXiv 1511.06406](https://arxiv.org/abs/1511.06406)). So it has learnt what to overlook, for its own **corruption**
alone.

## How are hidden letters filled in?
The known letters are put back, and the word is encoded and decoded again and again. Each time the code is drawn anew
from the encoder's answer. This is a **Markov chain**: each step starts from the last word alone. After some steps it
wanders, roughly, among those that fit the known letters (Rezende et al. 2014,
[arXiv 1401.4082](https://arxiv.org/abs/1401.4082)). Several chains run side by side, and their mean is the restoration:
a letter is as dark as many of them write it.

## What is counted?
*Edits* are the letters that must come, go or change to make it the clean word. *Letters right* is the share of places,
the end among them, at which it reads as it should. Both need the clean word: in real life nobody could count them.

## What takes no model at all?
The *5-gram* counts which letter follows which four in the training words, and fills in what is likeliest as a whole. It
wins often, as it sees each letter beside its neighbours. The *nearest word* looks for training words that fit what is
known, and takes the mean of five: where the word itself is among them, nothing is better.
""",
    ),
    (
        "condition",
        """
## Which class is it taken for?
This is a **conditional model**: it is told the class beside the code. Here nobody knows it. So each {noun} is taken for
the class under which it costs the model least: Bayes' rule with classes that are as likely as each other, and **−ELBO**
in the place of −log p(x). Where that is the wrong one, what comes of it is of the wrong one too. The page says which it
was.
""",
    ),
    (
        "no spread",
        """
## What can an autoencoder not say?
This model is an autoencoder, without a **prior** and without chance: each {noun} has one code. So nothing says what
{a_noun} costs in **nats**, nor how sure a code is.
""",
    ),
)


def preselected(cards: Mapping[str, Card]) -> str | None:
    """Name the model to begin with: the last one here, or one that has learnt to denoise, of the data looked at."""
    if (last := st.session_state.get(LAST)) in cards:
        return str(last)
    looked_at = cards.get(st.session_state.get(state.LAST_MODEL, ""))
    kind = next((card.item.kind for card in (looked_at, *cards.values()) if card), "")
    kin = [name for name, card in cards.items() if card.item.kind == kind]
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
            st.warning(about.plain(str(error)), icon=":material/broken_image:")
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
asked = state.asked_place(card, images)
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
parts.how_trained(card)
parts.explain_broken(broken)
