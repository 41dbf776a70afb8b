"""Explore: sliders on a latent space, and the picture that follows them."""

import streamlit as st

from web.opened.explorers import explorer
from web.page import components, parts, state
from web.page.images import images_for
from web.page.manage import manage
from web.work import fetching

cards, broken = parts.library()

# Choose.
card, notes = parts.model_head("Explore", cards, broken)

# Compute.
with parts.opening(card, broken):
    explorer(card.name)
    images = images_for(card)
asked = state.asked_place(card, len(images) if images else 0)
parts.show_notes(*notes, *asked.notes)

# Show.
if components.explore(card, images, asked.z, asked.image, key="explore.live"):
    fetching.fetch(card.data.name)
parts.show_fetch(card.data.name, card.data.title)

# Explain.
with st.expander("What am I looking at?", icon=":material/school:"):
    st.markdown(
        """
A variational autoencoder is two networks. The **encoder** turns an image into a short list of numbers, its *code*
**z**; the **decoder** turns a code back into an image. The sliders *are* such a code, and the picture is what the
decoder makes of it. Nothing is looked up: every picture is computed at the moment you move.

**A latent dimension** is one number of the code. Nobody told the model what it should mean. It used each one for
whatever helped most to describe the images: the slant of a digit, the cut of a sleeve, a place.

**The prior** is the distribution that codes are meant to have: here a standard normal, in each dimension with mean 0
and standard deviation 1. The encoder does not answer with a point but with a small normal distribution of its own for
each image, and training draws these distributions towards the prior.

**−ELBO**, in the line at the top, is the *negative evidence lower bound*: the error of the reconstruction plus the KL
of all dimensions together, in nats (1 nat = 1.44 bits), averaged over the test images. Training makes it small, with a
weight β on the KL. Between models of the same data, lower is better.

**The KL bar** says how much a dimension carries: the Kullback-Leibler divergence of the encoder's distribution for one
image from the prior, averaged over the test images. It is an upper bound on what the number tells about the image: at
most so many nats.

**A dead dimension** has a KL near 0: whatever the image, the encoder answers with the prior itself. So the number holds
no information, the decoder has learnt to ignore it, and its slider does nothing. This is called posterior collapse, and
it is not always a fault: training drops a dimension when what it would tell costs more nats than it saves.

**A random draw** takes every coordinate from the prior. Where the codes of the data fill the prior well, such a draw
decodes to something like the data. The middle, z = 0, is the likeliest single code but, in many dimensions, not a
typical one: in 16 dimensions nearly all draws lie about 4 away from it.
"""
    )
parts.how_trained(card)
manage(card)
parts.explain_broken(broken)
