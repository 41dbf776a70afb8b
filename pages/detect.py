"""Detect: how well a model tells unusual images from those it has learnt from."""

from collections.abc import Mapping

import streamlit as st

from vae.library.cards import Card
from web.experiments import unusual
from web.opened.explorers import explorer
from web.page import components, parts, state

LAST = "detect.last"  # session key: the model looked at last on this page


def preselected(cards: Mapping[str, Card]) -> str | None:
    """Name the model to begin with: the last one here, or one that has never seen what it is to find."""
    if (last := st.session_state.get(LAST)) in cards:
        return str(last)
    without = [name for name, card in cards.items() if unusual.left_out(card) is not None]
    looked_at = cards.get(st.session_state.get(state.LAST_MODEL, ""))
    alike = [name for name in without if looked_at and cards[name].data.name == looked_at.data.name]
    return next(iter(alike + without), None)


cards, broken = parts.library()

# Choose.
card, notes = parts.model_head("Detect", cards, broken, preselected(cards))
st.session_state[LAST] = card.name

# Compute.
with parts.opening(card, broken):
    explorer(card.name)
parts.show_notes(*notes)

# Show.
components.detect(card, key="detect.live")

# Explain.
with st.expander("What am I looking at?", icon=":material/school:"):
    st.markdown(
        """
**A model that has learnt what is normal can say what is not.** It is shown normal images only. An image is then called
unusual where its *score* is as high as a threshold or higher. No score knows what unusual means to you; each measures
something else, and the pictures below the plots show what it took for unusual.

**−ELBO** is what an image costs to code: the error of its reconstruction plus the KL of its code, in nats. It is an
upper bound on −log p(x), so it asks how *likely* the image is under the model, and that is not how *typical* it is. A
plain image is cheap, whatever it shows. For `fashion-16d`, which has learnt clothes, a digit of MNIST costs less than
a coat: it has few pixels of ink, and most of it is black, which every model codes well. There −ELBO calls the digits
*more* normal than the model's own data (an AUROC of about 0.4, worse than a coin). Nalisnick et al. 2018,
[arXiv 1810.09136](https://arxiv.org/abs/1810.09136), found the same of much larger models.

**Why a held-out 1 scores as normal.** Train without the ones, and they still pass: a 1 is a single stroke, few pixels
of ink are cheap to code, and a slim 7 or 9 is never far. That the model has never seen it shows only in proportion to
the ink there is to get wrong.

**Error over ink** therefore divides the squared error by the ink of the image. A thin stroke that is missed counts as
much as a missed coat. **The likelihood ratio** does the same with a whole model in the place of the ink: what the
image costs beyond the least possible, against what it costs a background model that knows its mean brightness alone.
**The latent distance** looks at the code and not at the picture: how far it lies from the codes of normal images. It
is blind to all that the encoder leaves out.

**One class kept, one class held out.** Two protocols are in use, and their figures must not be compared. *One class
kept*: the model learns a single class, and all others are unusual. That is the easier one: the normal images are much
alike. *One class held out*: the model learns all classes but one, and only that one is unusual. It is harder, since
the other classes have taught the model all the strokes that the held-out one is made of. The sentence above the scores
says which of them is being measured.

**The ROC curve** has a point for each threshold: to the right how many of the normal images are called unusual (false
alarms), upwards how many of the unusual are found. A threshold moves along it; a better score lies nearer to the upper
left corner. **AUROC** is the area under it: the probability that, of one unusual and one normal image drawn at random,
the unusual one has the higher score. 1 is perfect, 0.5 is a coin, and below 0.5 the score is misled.

**The threshold is a decision about costs,** and no curve makes it for you. In a factory a missed fault may cost a
hundred times what a false alarm does; in a darkroom it is the other way round. And shares mislead where unusual images
are rare: if one image in a thousand is unusual, a threshold that finds all of them at the price of 5 false alarms in
100 raises about fifty alarms for each true one.

**The error map** shows where the reconstruction is wrong: the squared difference of each pixel. A model draws what it
knows in the place of what it sees, and where the two differ is what it found unusual.
"""
    )
with st.expander("Keys", icon=":material/keyboard:"):
    st.markdown(
        "The threshold is a slider: **←** and **→** move it, **Page up** and **Page down** in larger steps, **Home** "
        "and **End** to the ends. In a row of pictures **←** and **→** go along it and **Enter** shows one large; "
        "**Tab** goes to the next row. With a mouse or a finger: drag in the histogram or along the ROC curve."
    )
parts.how_trained(card)
parts.explain_broken(broken)
