"""Explore: sliders on a latent space, and the picture that follows them."""

import streamlit as st

from web.opened.explorers import explorer
from web.page import components, parts, state
from web.page.images import images_for
from web.page.manage import manage
from web.work import fetching

TEXTS = (
    (
        "draw, encode",
        """
A **variational autoencoder** is two networks. The **encoder** turns {a_noun} into a few numbers, its **code**. The
**decoder** turns a code back into {a_noun}. The sliders *are* such a code. The {drawn} is computed as you move them;
nothing is looked up.
""",
    ),
    (
        "no encode",
        """
A **decoder** is a network that turns a code, a few numbers, into {a_noun}. The sliders *are* such a code. The {drawn}
is computed as you move them; nothing is looked up. This model has no **encoder**, so nothing says the code of {a_noun}.
""",
    ),
    (
        "no draw",
        """
An **autoencoder** is two networks. The **encoder** turns {a_noun} into a few numbers, its **code**. The **decoder**
turns a code back into {a_noun}. The sliders *are* such a code. The {drawn} is computed as you move them; nothing is
looked up.
""",
    ),
    (
        "",
        """
## What does a slider mean?
Each slider is one **latent dimension**. Nobody told the model what it should mean. It used each one for whatever helped
most to describe the {nouns}:""",
    ),
    ("image", "the slant of a digit, the cut of a sleeve, a place.\n"),
    ("series", "the height of a peak, where it lies, how fast the line falls.\n"),
    ("tastes", "one genre rather than another, what is old, what everybody knows.\n"),
    ("text", "how long a word is, how it begins, whether it ends in a vowel.\n"),
    (
        "image",
        """
## Does the model draw this picture?
It is the **expected picture**, the mean of p(x|z). Each grey level is a probability (**Bernoulli**) or a mean
(**Gaussian**). A real draw would also draw every pixel, and would look grainy. That answers half of the question why
pictures are blurred: where the code leaves something open, the mean is grey.
""",
    ),
    (
        "series",
        """
## Does the model draw this line?
It is the *expected* series, the mean of p(x|z). A real draw would also draw every sample, and would be rough.
""",
    ),
    (
        "tastes",
        """
## What is the list?
It is what the model expects to be liked next: a share of one choice for each item, and all shares add up to 1. Coloured
dots are genres. An arrow says how many ranks an item has moved since the code was last at rest. Tick what you like, and
the code follows.
""",
    ),
    (
        "text",
        """
## Does the model write this word?
It gives each place a probability for every letter, all places at once. What you read is the likeliest letter of each,
as dark as it is likely, with the runners-up beneath. As no place knows what the others take, a doubtful word stutters.
That is the price of an answer in one step, and the reason that the code is used at all: a decoder that writes letter by
letter sees what it has written, and learns to do without a code (Bowman et al. 2016,
[arXiv 1511.06349](https://arxiv.org/abs/1511.06349)).
""",
    ),
    (
        "scale",
        """
## What is the band?
It is where the **likelihood** expects the samples: two **standard deviations** σ to each side of the line. They hold
95 % of a normal distribution. The model has learnt σ, one for all samples.
""",
    ),
    (
        "condition",
        """
## What does the class do?
This is a **conditional model**: the class is told to both networks. So the code need not hold it, and holds what the
class leaves open. The row of {drawns} shows one code under each class. What they have in common is what the code says.
""",
    ),
    (
        "predicts",
        """
## What does the head tell?
Beside encoder and decoder this model has a small third network, a *head*. It tells one attribute of {a_noun} by the
middle of its code, and was trained together with them. So training laid the codes out by that attribute: there is a way
through them along which it rises, and the arrows take a step along it. What the head tells is a guess from the code. It
may differ from what the {drawn} really has, most of all where no data lie. Gómez-Bombarelli et al. 2018,
[arXiv 1610.02415](https://arxiv.org/abs/1610.02415), search for molecules in this way.
""",
    ),
    (
        "draw, encode",
        """
## Where do codes lie?
Codes are meant to follow the **prior**. It is a **standard normal**: mean 0 and standard deviation 1 in each dimension.
The encoder does not answer with a point. For each {noun} it gives a small normal distribution, the **posterior**
q(z|x). Training draws these towards the prior.
""",
    ),
    (
        "no draw",
        """
## Why is there no prior?
Nothing tells this model where codes should lie. They lie wherever that helped, often far from 0. The sliders reach
about as far as the test codes do, and begin in their middle. There is no distribution to draw from: a *random place* is
any within that range. Training has asked nothing of what the decoder makes there.

""",
    ),
    (
        "no draw, likelihood",
        """
*Reconstruction* is the cost of what the decoder gives back, in **nats**, averaged over the test {nouns}. What a code
costs is not counted.
""",
    ),
    (
        "encode, no likelihood",
        """
## Why are there no nats?
This model came from elsewhere, and nobody said what it was trained with: its **likelihood** is not known. So the error
of a **reconstruction** is told as it is, the root of the mean squared difference, and there is no **−ELBO**.
""",
    ),
    (
        "bound",
        """
## What is −ELBO?
**−ELBO** is what {a_noun} costs the model, in **nats**. It is the **reconstruction** plus the **KL** of the code,
averaged over the test {nouns}. Training makes it small, with a weight **β** on the KL. Between models of the same data,
lower is better.
""",
    ),
    (
        "bernoulli",
        """
The reconstruction is the **cross entropy** between the grey levels that are there and those that are expected. Grey
costs something even when it is drawn exactly: that is the **floor**, about 46 nats for a digit. What lies above the
floor is the error.
""",
    ),
    (
        "gaussian",
        """
With a **Gaussian** likelihood nats are those of a density. They may lie below 0, and there is no floor.
""",
    ),
    (
        "continuous-bernoulli",
        """
With a **continuous Bernoulli** likelihood nats are those of a density of grey levels. They may lie below 0, and there
is no floor.
""",
    ),
    (
        "logistic-mixture",
        """
With a **logistic mixture** each of the 256 grey levels has a probability, so that nats are never below 0. Shared out
over the pixels, in bits, they are what a file of this {noun} would take.
""",
    ),
    (
        "categorical",
        """
With a **categorical** likelihood the grey levels are sorted into a few, each of which has a probability. Nats are never
below 0, and count what it takes to tell these few apart.
""",
    ),
    (
        "multinomial",
        """
With a **multinomial** likelihood each like is one choice among all items. Even the best model shares out one choice
over all that somebody likes: that is the **floor**. What lies above it is the error.
""",
    ),
    (
        "spread",
        """
## What do the KL bars say?
A bar says how much a dimension carries: how far the encoder's answers lie from the prior, averaged over the test
{nouns}. It is an upper bound on what the number tells. A dimension carries something above 0.1 nats. Below that it is
**faint**, and below 0.01 it is **dead**.

## Why is a dimension dead?
Whatever the {noun}, the encoder answers with the prior itself. So the number tells nothing, and the decoder has learnt
to ignore it. This is **posterior collapse**. It is not always a fault: training drops a dimension when telling it costs
more nats than it saves.
""",
    ),
    (
        "search, no encode",
        """
## How is a code found without an encoder?
By **search**. 2,000 random draws are made, and two are kept: those whose {drawns} are nearest to the {noun} that is
asked for. Their codes are then changed little by little, for as long as that brings them nearer. You see the nearest so
far, and by how much it misses.

The search has no way of knowing whether a nearer one is left, and other draws may lead to one: press again. Nor need
there be one, as the model may be unable to draw that {noun} at all. An encoder has learnt such answers in advance, and
gives one at once.
""",
    ),
    (
        "draw",
        """
## What is a random draw?
A **random draw** takes every number of the code from the prior. Where the codes fill the prior well, it decodes to
something like the data. The middle, z = 0, is the likeliest single code. In many dimensions it is not a typical one: in
16 dimensions 19 of 20 draws lie between 2.6 and 5.4 away from it.
""",
    ),
)

cards, broken = parts.library()

# Choose.
card, notes = parts.model_head("Explore", cards, broken)

# Compute.
with parts.opening(card, broken):
    explorer(card.name)
    images = images_for(card, searched=True)
asked = state.asked_place(card, images)
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
