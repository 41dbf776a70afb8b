"""Explore: sliders on a latent space, and the picture that follows them."""

import streamlit as st

from web.opened.explorers import explorer
from web.page import components, parts, state
from web.page.images import images_for
from web.page.manage import manage
from web.work import fetching

TEXTS = (
    (
        "draw",
        """
A variational autoencoder is two networks. The **encoder** turns {a_noun} into a short list of numbers, its *code*
**z**; the **decoder** turns a code back into {a_noun}. The sliders *are* such a code, and the {drawn} is what the
decoder makes of it. Nothing is looked up: every {drawn} is computed at the moment you move.
""",
    ),
    (
        "no draw",
        """
An autoencoder is two networks. The **encoder** turns {a_noun} into a short list of numbers, its *code* **z**; the
**decoder** turns a code back into {a_noun}. The sliders *are* such a code, and the {drawn} is what the decoder makes of
it. Nothing is looked up: every {drawn} is computed at the moment you move.
""",
    ),
    (
        "image",
        """
**A latent dimension** is one number of the code. Nobody told the model what it should mean. It used each one for
whatever helped most to describe the images: the slant of a digit, the cut of a sleeve, a place.
""",
    ),
    (
        "series",
        """
**A latent dimension** is one number of the code. Nobody told the model what it should mean. It used each one for
whatever helped most to describe the series: the height of a peak, where it lies, how fast the line falls.
""",
    ),
    (
        "condition",
        """
**The class** is told to both networks, beside the {noun} and beside the code. So the code need not hold it, and holds
what the class leaves open. The row of {drawns} shows one code under each class: what they have in common is what the
code says.
""",
    ),
    (
        "draw",
        """
**The prior** is the distribution that codes are meant to have: here a standard normal, in each dimension with mean 0
and standard deviation 1. The encoder does not answer with a point but with a small normal distribution of its own for
each {noun}, and training draws these distributions towards the prior.
""",
    ),
    (
        "no draw",
        """
**No prior.** Nothing tells this model where codes should lie, so they lie wherever that helped to reconstruct, often
far from 0. The sliders reach about as far as the test codes do, and begin in the middle of that. There is no
distribution to draw from: a *random place* is any within that range, and what the decoder makes of it is nothing that
training has asked for. *Reconstruction*, in the line at the top, is the error of what the decoder gives back, in nats
(1 nat = 1.44 bits), averaged over the test {nouns}; what a code costs is not counted.
""",
    ),
    (
        "bound",
        """
**−ELBO**, in the line at the top, is the *negative evidence lower bound*: the error of the reconstruction plus the KL
of all dimensions together, in nats (1 nat = 1.44 bits), averaged over the test {nouns}. Training makes it small, with a
weight β on the KL. Between models of the same data, lower is better.
""",
    ),
    (
        "scale",
        """
**The band** is where the likelihood expects the samples: two of its standard deviations σ to each side of the line,
which hold 95 % of a normal distribution. The model has learnt σ, one for all samples. Nats of such a likelihood are
those of a density, and may lie below 0.
""",
    ),
    (
        "bound",
        """
**The KL bar** says how much a dimension carries: the Kullback-Leibler divergence of the encoder's distribution for one
{noun} from the prior, averaged over the test {nouns}. It is an upper bound on what the number tells about the {noun}:
at most so many nats.

**A dead dimension** has a KL near 0: whatever the {noun}, the encoder answers with the prior itself. So the number
holds no information, the decoder has learnt to ignore it, and its slider does nothing. This is called posterior
collapse, and it is not always a fault: training drops a dimension when what it would tell costs more nats than it
saves.
""",
    ),
    (
        "draw",
        """
**A random draw** takes every coordinate from the prior. Where the codes of the data fill the prior well, such a draw
decodes to something like the data. The middle, z = 0, is the likeliest single code but, in many dimensions, not a
typical one: in 16 dimensions nearly all draws lie about 4 away from it.
""",
    ),
)

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
    parts.explain(card, TEXTS)
parts.how_trained(card)
manage(card)
parts.explain_broken(broken)
