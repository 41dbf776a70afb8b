"""Interpolate: paths between pictures, and what lies on them."""

import streamlit as st

from web.opened.explorers import explorer
from web.page import components, parts, state
from web.page.images import images_for
from web.work import fetching

TEXTS = (
    (
        "",
        """
**Try this:** drag the slider from one end to the other. Then choose *Great circle*, and *Along the data*: the ends
stay, and the {drawns} between them change.

**A path** leads from {drawn} to {drawn} through latent space. Each anchor is a code; every place between two anchors
is a code too, and the decoder makes {a_drawn} of it. The slider walks along the path. The strip shows it
in steps that are as even as they can be where each anchor gets {a_drawn} of its own.
""",
    ),
    (
        "condition",
        """
**The class** at the top is what all of the path is decoded as, the anchors too: their codes hold what the class leaves
open, and that is what changes along the way. Choose another class, and the same path goes through that one.
""",
    ),
    (
        "image",
        """
**Why these are pictures and a cross-fade is a ghost.** The second strip blends the *pixels* of the same pictures. Half
way it shows half of one lying over half of the other, because no image of the data is the mean of two others: in the
space of pixels, the images are a thin, bent sheet, and a straight line leaves it at once. The decoder has only ever
learnt to make what lies on that sheet. Whatever code it is given, it answers with something of the kind, so between a
3 and an 8 one stroke closes instead of another fading in.
""",
    ),
    (
        "series",
        """
**Why these are series and a mix is none.** The second strip mixes the *samples* of the same series, each with its
counterpart. Where a peak comes earlier in the one and later in the other, half way there are two peaks of half the
height, because no series of the data is the mean of two others: in the space of samples, the series are a thin, bent
sheet, and a straight line leaves it at once. The decoder has only ever learnt to make what lies on that sheet. Whatever
code it is given, it answers with something of the kind, so a peak can move instead of another growing beside it.
""",
    ),
    (
        "draw",
        """
**The soap bubble.** In two dimensions most of a normal distribution lies near its middle. In many it does not: nearly
all draws of a *d*-dimensional standard normal lie close to the distance √*d* from 0, in 16 dimensions about 4, like
the skin of a soap bubble around nothing. A **straight line** between two codes on the skin cuts through the inside:
half way between two random ones it is only at √(*d*/2), where the prior hardly ever draws. A **great circle** turns
from the one direction to the other and keeps the distance from 0 that codes have (White 2016). It is made for the
prior, though, and does not know where the data is: a trained encoder's codes need not fill the bubble evenly, and
the middle of a straight line may well lie nearer to them. The sentence below the table says how it is between your
anchors.
""",
    ),
    (
        "no draw",
        """
**No bubble here.** A **great circle** turns from the one direction to the other and keeps the distance from 0 (White
2016). It is made for the prior of a variational autoencoder, nearly all of whose draws lie at one distance from 0. This
model has no prior: its codes lie where they happened to help, and 0 is a place like any other. Look at the density to
see which path keeps to them. The sentence below the table says how it is between your anchors.
""",
    ),
    (
        "",
        """
**Along the data** means: from test {noun} to test {noun}. The path is the cheapest one on the graph that joins every
test code to its nearest ones, where a step costs the square of its length. So many short steps are cheaper than one
long one, and the path keeps to where codes lie close together. It is longer, it turns corners, and it may pass through
a third class because that is where the data leads.

**Decoder speed** is how much the {drawn} changes for one unit of the path. It is not even: within a class {drawns}
change slowly, and where one class turns into another quickly, in a few steps. Peaks of the speed are the borders that
the decoder has drawn between what it takes for different things. **Density** says how near the test codes lie, on a
logarithmic scale: higher is nearer, and one more means *e* times as dense.
Where it falls, the path is in a place that no data taught the decoder anything about. The ribbon
has the class of the nearest test codes.

**What arithmetic can do.** The mean code of one class less the mean code of another is a direction: what has to be
added to go from the one to the other, if the classes differ in one thing only and by about the same vector everywhere.
Where that holds, the style of {a_drawn} ({style}) stays and its class changes. **What it cannot do**:
the space is not flat. The same vector means something else elsewhere, twice of it soon leads to where no data lies,
and *a − b + c* of three {drawns} carries over everything in which *b* and *c* differ, not only what you meant by it.
The sentence below the strip says how far apart the two classes lie along their direction, beside random directions.

*Straight and great-circle interpolation: T. White, Sampling Generative Networks, 2016, arXiv 1609.04468. Attribute
vectors: Larsen and others, 2016, arXiv 1512.09300.*
""",
    ),
)

MANY = "mnist-16d"

cards, broken = parts.library()

# Choose.
# Where nothing was looked at yet: in a space of many dimensions the kinds of path differ.
first = MANY if MANY in cards and state.LAST_MODEL not in st.session_state else None
card, notes = parts.model_head("Interpolate", cards, broken, first, classes=True)

# Compute.
with parts.opening(card, broken):
    explorer(card.name)
    images = images_for(card)
parts.show_notes(*notes)

# Show.
asked = state.asked_images(len(images) if images else 0)
if components.interpolate(card, images, asked, key="interpolate.live"):
    fetching.fetch(card.data.name)
parts.show_fetch(card.data.name, card.data.title)

# Explain.
with st.expander("What am I looking at?", icon=":material/school:"):
    parts.explain(card, TEXTS)
with st.expander("Keys", icon=":material/keyboard:"):
    drawn = parts.words(card)["drawn"]
    st.markdown(
        "On the slider: **arrows** move along the path (with **Shift** finely), **Page Up** and **Page Down** go from "
        f"{drawn} to {drawn}, **Home** and **End** to the ends, **Space** plays. On an anchor: **Enter** goes there, "
        "**←** and **→** move it, **Delete** removes it. On the map: **arrows** move a cursor, **Enter** adds an "
        "anchor. **Ctrl+Z** undoes."
    )
parts.how_trained(card)
parts.explain_broken(broken)
