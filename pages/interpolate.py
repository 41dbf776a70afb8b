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
*Try this:* drag the slider from one end to the other. Then choose *Great circle*, and *Along the data*. The ends stay,
and the {drawns} between them change.

A **path** leads from {drawn} to {drawn} through **latent space**. Each **anchor** is a **code**, and so is every place
between two anchors. The **decoder** makes {a_drawn} of each. The strip shows the path in steps that are as even as they
can be.
""",
    ),
    (
        "condition",
        """
## What does the class do here?
All of the path is decoded as the class at the top, the anchors too. Their codes hold what the class leaves open, and
that is what changes along the way. Choose another class, and the same path goes through that one.
""",
    ),
    (
        "image",
        """
## Why is the cross-fade a ghost?
The second strip is a **cross-fade**: it blends the *pixels* of the same pictures. Half way, half of one lies over half
of the other. Hardly any image of the data is the mean of two others. Among all pictures the images are a thin, bent
sheet, and a straight line leaves it at once.

The decoder has learnt to make what lies on that sheet. Near the codes it has learnt from, it answers with something of
the kind: between a 3 and an 8 one stroke closes. Elsewhere it may draw a smear; the density says where.
""",
    ),
    (
        "series",
        """
## Why is the mix of two no series?
The second strip is a **cross-fade**: it mixes the *samples* of the same series, each with its counterpart. Where a peak
comes earlier in one and later in the other, half way there are two peaks of half the height. Hardly any series of the
data is the mean of two others. Among all curves the series are a thin, bent sheet, and a straight line leaves it at
once.

The decoder has learnt to make what lies on that sheet. Near the codes it has learnt from, it answers with something of
the kind: a peak moves. Elsewhere it may draw nothing in particular; the density says where.
""",
    ),
    (
        "text",
        """
## Why is the mix of two no word?
The second strip is a **cross-fade**: it mixes the *letters* of the same words, place by place. Up to the middle the
first word is read, and from there on the other. Nothing lies between.

The decoder has learnt which letters go together. On the way through its codes a letter changes here and another there,
and what stands between can mostly be spoken. Where it cannot, the letters are pale: the decoder is not sure. The
density says how far the codes are known there.
""",
    ),
    (
        "draw",
        """
## Why go round and not straight?
In one dimension the middle of a normal distribution is the most visited place. Each further dimension has more room
farther out: draws lie on a **soap bubble** around nothing. In 16 dimensions 19 of 20 lie between 2.6 and 5.4 away from
0. A **straight line** between two random ones cuts through the inside. Half way it is at √(*d*/2), about 2.8, where
only one draw in twenty comes so near.

A **great circle** turns from one direction to the other, at a distance from 0 between those of its two ends (White
2016). It is made for the **prior** and does not know where the data is. The codes of test {nouns} are means, and lie
nearer to 0 than draws: in `mnist-16d` at about 3.6. The middle of a straight line may well lie nearer to them. The
sentence below the table says how it is between your anchors.
""",
    ),
    (
        "no draw",
        """
## Does it help to go round?
A **straight line** mixes two codes. A **great circle** turns from one direction to the other, at a distance from 0
between those of its two ends (White 2016). It is made for a **prior** whose draws lie at about one distance from 0.
This model has no prior: its codes lie where they happened to help, and 0 is a place like any other. The density shows
which path keeps to them.
""",
    ),
    (
        "",
        """
## What is “along the data”?
It leads from test {noun} to test {noun}. A graph joins every test code to its nearest ones, and a step costs the square
of its length. The path is the cheapest way on it. So many short steps are cheaper than one long one, and the path keeps
to where codes lie close together. It is longer, and it turns corners. It may pass through a third class because that is
where the data leads.

## What do speed and density say?
**Decoder speed** is how much the {drawn} changes for one unit of the path. It is low within a class and high where one
class turns into another. Peaks are the borders that the decoder has drawn.

**Density** says how near the test codes lie, on a logarithmic scale. Higher is nearer, and one more means 2.7 times as
dense. Where it falls, no data has taught the decoder anything. The ribbon has the class of the nearest test codes.

## What can arithmetic with codes do?
The mean code of one class less that of another is a **direction**. Added to a code it may change the class and keep the
style: {style}. That works if the classes differ in one thing only, and by the same vector everywhere.

The space is not flat, though. The same vector means something else elsewhere, and twice of it soon leads to where no
data lies. And *a − b + c* of three {drawns} carries over everything in which *b* and *c* differ. The sentence below the
strip says how far apart the two classes lie along their direction, beside random directions.

*White 2016, arXiv 1609.04468 (paths); Larsen and others 2016, arXiv 1512.09300 (attribute vectors).*
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
parts.how_trained(card)
parts.explain_broken(broken)
