"""Detect: how well a model tells unusual things from those it has learnt from."""

from collections.abc import Mapping

import streamlit as st

from vae.library.cards import Card
from web.experiments import unusual
from web.opened.explorers import explorer
from web.page import components, parts, state

LAST = "detect.last"  # session key: the model looked at last on this page

TEXTS = (
    (
        "image",
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
""",
    ),
    (
        "series",
        """
**A model that has learnt what is normal can say what is not.** It is shown normal series only. A series is then called
unusual where its *score* is as high as a threshold or higher. No score knows what unusual means to you; each measures
something else, and the curves below the plots show what it took for unusual.

**−ELBO** is what a series costs to code: the error of its reconstruction plus the KL of its code, in nats. It is an
upper bound on −log p(x), so it asks how *likely* the series is under the model, and that is not how *typical* it is: a
flat one is cheap, whatever it comes from (Nalisnick et al. 2018, [arXiv 1810.09136](https://arxiv.org/abs/1810.09136),
found it of images).

**The reconstruction error** grows with whatever the decoder cannot draw, and with noise. **The likelihood ratio** asks
what the series costs beyond the least possible, against what it costs a background model that knows its mean alone: so
a large series may be wrong by more than a small one. **The latent distance** looks at the code and not at the series:
how far it lies from the codes of normal ones. It is blind to all that the encoder leaves out.

**The distance to the mean takes no model.** It is the squared difference to the mean of the normal series, and it
stands here to be beaten: where all normal series are much alike, as the heartbeats of one person are, it is nearly as
good as anything else.

**One class kept, one class held out.** Two protocols are in use, and their figures must not be compared. *One class
kept*: the model learns a single class, and all others are unusual. That is the easier one: the normal series are much
alike. *One class held out*: the model learns all classes but one, and only that one is unusual. It is harder, since
the other classes have taught the model much of what the held-out one is made of. The sentence above the scores says
which of them is being measured.

**The ROC curve** has a point for each threshold: to the right how many of the normal series are called unusual (false
alarms), upwards how many of the unusual are found. A threshold moves along it; a better score lies nearer to the upper
left corner. **AUROC** is the area under it: the probability that, of one unusual and one normal series drawn at
random, the unusual one has the higher score. 1 is perfect, 0.5 is a coin, and below 0.5 the score is misled.

**The threshold is a decision about costs,** and no curve makes it for you. In a factory a missed fault may cost a
hundred times what a false alarm does; at a bedside an alarm that is always false is soon switched off. And shares
mislead where unusual series are rare: if one in a thousand is unusual, a threshold that finds all of them at the price
of 5 false alarms in 100 raises about fifty alarms for each true one.

**The colour along a curve** shows where the reconstruction, in grey beneath, is wrong, and by how much. A model draws
what it knows in the place of what it sees, and where the two differ is what it found unusual.
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
{a_noun} costs in nats, nor how sure a code is: there is neither a −ELBO nor a likelihood ratio to rank by.
""",
    ),
)

KEYS = (
    (
        "",
        """
The threshold is a slider: **←** and **→** move it, **Page up** and **Page down** in larger steps, **Home** and **End**
to the ends. In a row of {drawns} **←** and **→** go along it and **Enter** shows one large; **Tab** goes to the next
row. With a mouse or a finger: drag in the histogram or along the ROC curve.
""",
    ),
    (
        "series",
        """
On the series that is shown large **arrows** read it sample by sample, with **Shift** ten at a time.
""",
    ),
)


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
    parts.explain(card, TEXTS)
with st.expander("Keys", icon=":material/keyboard:"):
    parts.explain(card, KEYS)
parts.how_trained(card)
parts.explain_broken(broken)
