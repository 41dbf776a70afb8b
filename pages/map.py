"""Map: where the data lies in latent space, decoded under the pointer."""

import streamlit as st

from web.opened.explorers import explorer
from web.page import components, parts, turned
from web.work import fetching

TEXTS = (
    (
        "bound",
        """
**Each point is a test {noun}**, at the place where the encoder puts it: the mean of its posterior q(z|x). {Nouns} that
the model finds alike lie close together. Nobody told it the classes; the colours were added afterwards.
""",
    ),
    (
        "no bound",
        """
**Each point is a test {noun}**, at the place where the encoder puts it. {Nouns} that the model finds alike lie close
together. Nobody told it the classes; the colours were added afterwards.
""",
    ),
    (
        "condition",
        """
**This model was told the classes**, and its codes hold what the class leaves open. So classes lie on top of each other,
as they should: a place means the same style in each of them. Places are decoded as the class that is chosen at the top,
and points as their own.
""",
    ),
    (
        "",
        """
**The {drawn} follows the pointer.** Where you point, a code is worked out and decoded at that moment. On a latent
plane the place *is* the code. On every other map a place stands for many codes, so the code is taken from the data
around it: a local regression on the neighbours' codes, which changes smoothly as you move. Far from all points it says
**no data here**: the decoder draws something all the same, but nothing the model has learnt from.

**PCA** is the flat shadow of the space in which the codes spread most. **t-SNE** bends and cuts the space so that
neighbours stay neighbours; the distance between two far groups, and how large a group looks, then mean little. *What
this map keeps* says in figures how far each can be trusted.
""",
    ),
    (
        "draw",
        """
**The prior's rings** are one, two and three standard deviations of the standard normal that codes were drawn towards
in training. **The density**, on a latent plane or two dimensions, is the *aggregate posterior*, the mean of all
{nouns}' posteriors; on other maps it is a smoothed density of the codes. Where posterior and prior agree, a random
draw from the prior decodes to something like the data. Where the prior reaches and no codes lie there is a hole, and
draws from it look like nothing in particular. An ordinary autoencoder has no prior: its codes may lie anywhere, and
nothing says where to draw from.
""",
    ),
    (
        "no draw",
        """
**There is no prior** in this model, and so there are no rings: nothing held its codes together in training, and the
numbers along the axes may be of any size. **The density** is a smoothed density of the codes. Where none lie, training
has asked the decoder for nothing. A variational autoencoder of the same data, on this same page, shows the difference.
""",
    ),
    (
        "bound",
        """
**An ellipse** is one {noun}'s posterior: one and two standard deviations of the codes that the encoder holds possible
for it. Wide ellipses are cheap in KL and give the decoder a blurred idea; small ones are exact and cost more.
""",
    ),
    (
        "",
        """
**A direction** is the difference of the means of two groups: what has to be added to a code to go from one to the
other. It is only worth something if it is stronger than random directions, which is why those stand beside it.
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
with st.expander("Keys", icon=":material/keyboard:"):
    st.markdown(
        "With the map in focus: **arrows** move the cursor (with **Shift** finely), **Enter** pins, **N** goes to the "
        "nearest point, **+** and **−** zoom, **0** shows everything, **Esc** puts the lasso away. Among the classes: "
        "**arrows** go from one to the next, **Enter** singles it out, **Esc** shows all. With a mouse: drag moves the "
        "map, a click pins, a double click or **Ctrl** and the wheel zoom, **Shift** and drag draws a lasso. With "
        "fingers: one points, two move and zoom."
    )
parts.how_trained(card)
parts.explain_broken(broken)
