"""Detect: how well a model tells unusual things from those it has learnt from."""

from collections.abc import Mapping

import streamlit as st

from vae.library.cards import Card
from web.experiments import unusual
from web.opened.explorers import explorer
from web.page import about, components, parts, state

LAST = "detect.last"  # session key: the model looked at last on this page

TEXTS = (
    (
        "image",
        """
A model that has learnt what is normal can say what is not. It is shown normal images only. An image is called unusual
where its **score** is as high as a **threshold** or higher. No score knows what unusual means to you. Each measures
something else, and the pictures show what it took for unusual.
""",
    ),
    (
        "series",
        """
A model that has learnt what is normal can say what is not. It is shown normal series only. A series is called unusual
where its **score** is as high as a **threshold** or higher. No score knows what unusual means to you. Each measures
something else, and the curves show what it took for unusual.
""",
    ),
    (
        "tastes",
        """
A model that has learnt what is normal can say what is not. It is shown normal tastes only. A taste is called unusual
where its **score** is as high as a **threshold** or higher. No score knows what unusual means to you. Each measures
something else, and the bars show what it took for unusual.
""",
    ),
    (
        "text",
        """
A model that has learnt what is normal can say what is not. It is shown normal words only. A word is called unusual
where its **score** is as high as a **threshold** or higher. No score knows what unusual means to you. Each measures
something else, and the letters show what it took for unusual.
""",
    ),
    (
        "bound",
        """
## Is rare the same as improbable?
No. **−ELBO** is what {a_noun} costs to code: the **reconstruction** plus the **KL** of its code, in **nats**. It is an
upper bound on −**log p(x)**. So it asks how *likely* the {noun} is under the model, and not how *typical*. A plain one
is cheap, whatever it shows.
""",
    ),
    (
        "bound, image",
        """
`fashion-16d` has learnt clothes, and a digit of MNIST costs it less than a coat. So −ELBO calls the digits *more*
normal than the model's own data, with an AUROC of about 0.4. Part of this is the **floor**: a grey coat costs much
however exactly it is drawn, and a nearly black and white digit little. That part comes of grey levels that are taken
for probabilities. The rest is not: Nalisnick et al. 2018, [arXiv 1810.09136](https://arxiv.org/abs/1810.09136), found
the same of much larger models without it. Serrà et al. 2019, [arXiv 1909.11480](https://arxiv.org/abs/1909.11480), lay
it to how complex the image is by itself.

## Why does a held-out 1 pass as normal?
Train without the ones, and they still pass: a held-out 1 is a single stroke, and few pixels of ink are cheap to code.
Its floor alone is 26 nats, where other digits have 40 to 56. A slim 7 or 9 is never far. That the model has never seen
it shows only in proportion to the **ink** there is to get wrong.
""",
    ),
    (
        "image",
        """
## What do the other scores measure?
*Error over ink* divides the squared error by the ink of the image. A thin stroke that is missed counts as much as a
missed coat.
""",
    ),
    (
        "tastes",
        """
## What do the other scores measure?
Many likes cost much, whichever they are. The *cost of a like* shares the cost out over them: it is high where likes do
not go together. Likes that are only hidden leave nothing odd behind; exchanged ones do.
""",
    ),
    (
        "bound, series",
        """
A flat series is cheap, whatever it comes from. Nalisnick et al. 2018,
[arXiv 1810.09136](https://arxiv.org/abs/1810.09136), found the like of much larger models.
""",
    ),
    (
        "bound, text",
        """
A short word is cheap, whatever it says: three letters of noise cost less than the longest name. Nalisnick et al. 2018,
[arXiv 1810.09136](https://arxiv.org/abs/1810.09136), found the like of much larger models.
""",
    ),
    (
        "series",
        """
## What do the other scores measure?
The *reconstruction error* grows with whatever the decoder cannot draw, and with noise.

The *distance to the mean* takes no model: it is the squared difference to the mean of the normal series. It stands here
to be beaten. Where all normal series are much alike, as the heartbeats of one person are, it is nearly as good as
anything else.
""",
    ),
    (
        "bound",
        """
The **unexplained share** does it with a whole model. It sets what the {noun} costs above the least possible against
what it costs a background model that knows its mean alone.
""",
    ),
    (
        "",
        """
The **latent distance** looks at the code and not at the {noun}: how far it lies from the codes of normal ones, in
standard deviations. In *d* dimensions about √*d* is typical, so a 4 in 16 dimensions is no alarm. It is blind to all
that the **encoder** leaves out.

## One class kept, or one held out?
Two protocols are in use, and their figures must not be compared. *One class kept*: the model learns a single class, and
all others are unusual. That is the easier one, since the normal {nouns} are much alike. *One class held out*: the model
learns all classes but one, and only that one is unusual. That is harder: the other classes have taught the model most
of what the **held-out** one is made of. The sentence above the scores says which is being measured.

## What is the ROC curve?
The **ROC curve** has a point for each threshold. To the right is how many normal {nouns} are called unusual, the
**false alarms**. Upwards is how many of the unusual are found. A threshold moves along the curve. A better score lies
nearer to the upper left corner. **AUROC** is the area under it: how often an unusual {noun} scores above a normal one,
both drawn at random. 1 is perfect, 0.5 is a coin, and below 0.5 the score is misled.

## Where should the threshold be?
The threshold is a decision about costs, and no curve makes it for you. In a factory a missed fault may cost a hundred
times what a false alarm does. At a bedside an alarm that is always false is soon switched off.

Shares mislead where unusual {nouns} are rare. Say one in a thousand is unusual, and a threshold finds all of them at 5
false alarms in 100. It then raises about fifty alarms for each true one.
""",
    ),
    (
        "image",
        """
## What is the error map?
It shows where the reconstruction is wrong: the squared difference of each pixel. A model draws what it knows in the
place of what it sees. Where the two differ is what it found unusual.
""",
    ),
    (
        "series",
        """
## What is the colour along a curve?
It shows where the reconstruction, in grey beneath, is wrong, and by how much. A model draws what it knows in the place
of what it sees. Where the two differ is what it found unusual.
""",
    ),
    (
        "text",
        """
## What do the other scores measure?
The *reconstruction error* grows with each letter that the decoder would not write there.

## What is the colour of a letter?
It shows where the reconstruction, in grey beneath, reads otherwise, and by how much. A model writes what it knows in
the place of what it sees. Where the two differ is what it found unusual.
""",
    ),
    (
        "condition",
        """
## Which class is it taken for?
This is a **conditional model**: it is told the class beside the code. Here nobody knows it. So each {noun} is taken for
the class under which it costs the model least: Bayes' rule with classes that are as likely as each other, and −ELBO in
the place of −log p(x). Where that is the wrong one, what comes of it is of the wrong one too. The page says which it
was.
""",
    ),
    (
        "encode, no likelihood",
        """
## Why is there no −ELBO to rank by?
This model came from elsewhere, and nobody said what it was trained with: its **likelihood** is not known. So what
{a_noun} costs in **nats** is not known either. The scores here need no likelihood.
""",
    ),
    (
        "no spread",
        """
## What can an autoencoder not say?
This model is an autoencoder, without a **prior** and without chance: each {noun} has one code. So nothing says what
{a_noun} costs in **nats**, nor how sure a code is. There is no cost to rank by, and no share of one.
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
    parts.explain(card, (*TEXTS, ("", about.judged(card))))
parts.how_trained(card)
parts.explain_broken(broken)
