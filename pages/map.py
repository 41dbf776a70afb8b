"""Map: where the data lies in latent space, decoded under the pointer."""

import streamlit as st

from web.opened.explorers import explorer
from web.page import components, parts
from web.page.charts import turned
from web.work import fetching

TEXTS = (
    (
        "spread",
        """
Each point is a test {noun}, where the **encoder** puts it: the mean of its **posterior** q(z|x). {Nouns} that the model
finds alike lie close together. The {drawn} follows the pointer: the place becomes a **code**, and the code is decoded
at that moment.
""",
    ),
    (
        "no encode",
        """
On a map each point is a test {noun}, where an **encoder** puts it. This model has none, so no {noun} has a place, and
there is no map. Explore has its sliders, and Interpolate the way from one random draw to another.
""",
    ),
    (
        "encode, no spread",
        """
Each point is a test {noun}, where the **encoder** puts it. {Nouns} that the model finds alike lie close together. The
{drawn} follows the pointer: the place becomes a **code**, and the code is decoded at that moment.
""",
    ),
    ("no condition", "Nobody told the model the classes; the colours were added afterwards.\n"),
    (
        "condition",
        """
## What has the class to do with it?
This is a **conditional model**: it was told the class, and its codes hold what the class leaves open. So classes lie on
top of each other, as they should. A place means the same style in each. Places are decoded as the class that is chosen
at the top, and points as their own.
""",
    ),
    (
        "encode",
        """
## Which code belongs to a place?
On a **latent plane** the place *is* the code. On every other map a place stands for many codes. The code is then taken
from the data around it, by a **local regression** that changes smoothly as you move. Far from all points it says *no
data here*. The decoder draws something all the same, but nothing that it has learnt from.

## What are PCA and t-SNE?
**PCA** is the codes' shadow on the plane along which they spread most. **t-SNE** bends and cuts the space so that
neighbours stay neighbours. On it the distance between two far groups means little, and so does the size of a group. Its
**perplexity** is about how many neighbours it looks at. *What this map keeps* says how far each can be trusted, by
**10-NN accuracy** and **trustworthiness**.
""",
    ),
    (
        "encode, draw",
        """
## What are the rings?
They are one, two and three **standard deviations** of the **prior**, the **standard normal** that codes were drawn
towards in training. In a plane they hold 39, 86 and 99 % of it. The 68, 95 and 99.7 % that one learns are those of a
single dimension.

## What is the density?
On a latent plane, or on two dimensions, it is the **aggregate posterior**: the mean of all {nouns}' posteriors. On
other maps it is a smoothed **density** of the codes. Where it agrees with the prior, a **random draw** decodes to
something like the data. Where the prior reaches and no codes lie there is a **hole**. Draws from it look like nothing
in particular.

An **autoencoder** has no prior. Its codes may lie anywhere, and it may leave large holes. Nothing says where to draw
from.
""",
    ),
    (
        "no draw",
        """
## Why are there no rings?
This model is an **autoencoder** and has no **prior**. Nothing held its codes together in training, and the numbers
along the axes may be of any size.

## What is the density?
It is a smoothed **density** of the codes. Where none lie, training has asked the decoder for nothing: there may be
large **holes**. A **variational autoencoder** of the same data, on this same page, shows the difference.
""",
    ),
    (
        "spread",
        """
## What is an ellipse?
It is the encoder's *approximation* q(z|x) to one {noun}'s posterior: one and two standard deviations of it, 39 and 86 %
in a plane. The true posterior may have a second island that the ellipse misses. Wide ellipses are cheap in **KL** and
give the decoder a vague idea. Small ones are exact and cost more.
""",
    ),
    (
        "encode",
        """
## What is a direction?
A **direction** is the difference of the means of two groups: what must be added to a code to go from one to the other.
It is worth something only if it is stronger than random directions. So some of those stand beside it.
""",
    ),
)

cards, broken = parts.library()

# Choose.
card, notes = parts.model_head("Map", cards, broken, classes=True)

# Compute.
with parts.opening(card, broken):
    explorer(card.name)
parts.show_notes(*notes)

# Show.
if components.latent_map(card, fetching.offer(card), key="map.live"):
    fetching.fetch(card.data.name)
parts.show_fetch(card.data.name, card.data.title)
turned.turn(card)

# Explain.
with st.expander("What am I looking at?", icon=":material/school:"):
    parts.explain(card, TEXTS)
parts.how_trained(card)
parts.explain_broken(broken)
