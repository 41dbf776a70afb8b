"""What the Train page explains of a run, by what its family can."""

from vae.families import Family
from vae.options import sentences

TRAINING = """
**Training** shows the model a few images at a time, many times over. Each time it encodes them and decodes
{decodes}. Then it changes all its weights a little, so that the **loss** becomes smaller. One such change is a
**step**. One pass over all images is an **epoch**.
"""

DRAWN = "a code that is drawn from what the encoder answers"
STRAIGHT = "their codes"

ELBO = """
## What is the loss?
It is **−ELBO**, in **nats** an image: a sum of two costs. The **reconstruction** is the **cross entropy** between the
image's grey levels and those that are expected. Grey costs something even when it is drawn exactly: that is the
**floor**, about 46 nats for a digit. What lies above the floor is the error. With a **Gaussian** likelihood nats are of
a density, and there is no floor.

The **KL** is what the code itself costs: how far the encoder's answer for one image lies from the **prior**, the
**standard normal** from which codes are drawn. A code that says more makes a better picture and costs more. The model
looks for the cheapest bargain.
"""

RECONSTRUCTION = """
## What is the loss?
It is the **reconstruction**, in **nats** an image: the **cross entropy** between the image's grey levels and those that
are expected. Grey costs something even when it is drawn exactly: that is the **floor**, about 46 nats for a digit. What
lies above the floor is the error.

By itself a code costs nothing, so the **encoder** may put it anywhere. There is no **prior** to draw codes from. What
other families pay to keep their codes together, this one spends on its pictures.
"""

RIVALS = """
**Training** is a game of two. The **generator**, which the other pages call the decoder, makes pictures of noise. The
**critic** sees these and images of the data, and says of each how real it looks. In each **step** both change all their
weights a little: the critic so that it tells them apart better, the generator so that what it makes passes. One pass
over all images is an **epoch**.

## What is the loss?
There are two, and neither says how good the pictures are. The **generator's** is large where the critic is not
deceived; the **critic's** is 1.39 nats, 2 log 2, where it can only guess, and 0 where it is right and sure. When they
stay where they are, the two keep each other at bay, and the pictures may go on getting better. The **gradient penalty**
keeps the critic's verdict from being too steep, so that the generator can follow it (Mescheder et al. 2018).

There is no **encoder**, so no image has a place, none is reconstructed, and nothing is measured on **held-out** images:
compare the draws on the page Compare.

## What is a collapse?
The generator makes nearly the same picture of all noise: one that passed before the critic. The **spread of draws**,
how far they lie apart beside how far the data do, falls towards 0. Often the critic has run ahead just before, and
tells everything right. A larger gradient penalty or a smaller learning rate helps, in a new run.

## What does the map show?
Where the random draws lie, which stay where they are. What changes is what is drawn at each place: point at one, and
move the time.
"""

SURE = """
## What is the loss?
It is **−ELBO**, in **nats** an image: a sum of two costs. The **reconstruction** is the **cross entropy** between the
image's grey levels and those that are expected. Grey costs something even when it is drawn exactly: that is the
**floor**, about 46 nats for a digit. What lies above the floor is the error.

The **KL** is what the code itself costs. Here the encoder is sure of it, so that is minus the logarithm of its
probability under the **prior**. A small network learns that prior: how likely each code is in a cell, by the cells
before it. It draws new codes, too. β weighs what it learns from, and changes nothing of the codes.

## How does it learn to choose?
The encoder gives each cell a vector, and the nearest code of the **codebook** takes its place. Such a choice has no
slope. So the gradient passes it as if the vector itself had gone on: the **straight-through estimator**. The
**commitment loss** draws vectors to their codes. Each code follows the mean of the vectors that chose it.

## What is a collapse of the codebook?
A few codes do all the work, and cells can hardly tell things apart. The **perplexity of codes** shows it: how many they
would be if all were used alike. A code that is hardly ever chosen begins again where some vector lies.
"""

HELD_OUT = """
## Why are there two curves?
**Held-out** images are never learnt from. Where their curve stops falling while the other goes on, the model does
better on its own images only: **over-fitting**. Often it is the encoder that does so first. Stop there, take more
images, or a smaller network.
"""

BETA = """
## What does β do?
**β** is the weight on the KL. At 1 the loss is −ELBO itself. Above 1 it is still a bound, a looser one; below 1 it is
none. Above 1 codes must be cheap: fewer nats a code, blurrier pictures, and some dimensions are given up. The others
often become more independent (Higgins et al. 2017), which nothing guarantees (Locatello et al. 2019, arXiv 1811.12359).
Below 1 pictures are sharper. The codes then no longer fill the prior evenly, so that random draws fall into **holes**.

A **warm-up** lets the weight rise from 0 to β at the beginning. So the decoder learns to use the code before it has to
pay for it.

## What is posterior collapse?
The KL of a dimension falls to 0: the encoder answers with the prior itself, whatever the image. So the number tells
nothing, and the decoder learns to ignore it. That is **posterior collapse**. A few **dead** dimensions are no fault,
only spare ones. When all go, the model draws one and the same blurred picture.

A smaller β or a warm-up helps, and so does a decoder that needs the code. With a Gaussian a smaller or learnt spread
does (Lucas et al. 2019, arXiv 1911.02469).
"""

MAP = """
## Why does the map move?
Each point is a held-out image, always the same ones, at {place}. At first all lie in a heap, because an untrained
encoder answers much the same to everything. Then images that are alike find together, since that makes decoding cheap.
{holds} {colours}

With more than two dimensions the map shows the plane in which the codes spread most. It is turned so that it follows on
from the moment before.
"""

HELD = "The KL keeps the whole from drifting apart."

UNHELD = """Nothing keeps the whole from drifting apart: watch the values along the edges grow. Training asks
for nothing of the places between."""

HELD_BY_CODES = "A point leaps where one of its cells changes its code: between codes there is nothing."

UNTOLD = "Nobody tells the model the classes: the colours are added afterwards."

TOLD = """Encoder and decoder are told the class, so that the code need not say it. The colours come to lie over one
another. What tells two places apart is what the class leaves open, such as slant and stroke. The picture under the
cursor is decoded as the class that is chosen beside it; samples take each class in its turn."""

CHANGED_BOTH = """
## What can I change on the way?
β and the learning rate. Raise β and the points draw together, lower it and they spread. The curves keep a mark where it
was done. """

CHANGED = """
## What can I change on the way?
The learning rate. The curves keep a mark where it was done. """

RATE = """The **learning rate** is how far one step goes. Too large, and the loss leaps or grows without end; too small,
and nothing moves.
"""


def explanation(known: Family) -> str:
    """Say in Markdown what there is to be understood of a run of this family; questions stand in lines with "## "."""
    if "encode" not in known.can:
        return RIVALS + CHANGED + RATE
    bound = "bound" in known.can
    own = [f"\n## What {_is_or_are(name)}?\n{said}\n" for name, said in sentences(known.settings).items()]
    costs = [SURE, HELD_OUT] if known.sure else [ELBO, HELD_OUT, BETA] if bound else [RECONSTRUCTION, HELD_OUT]
    moves = MAP.format(
        place="the mean of its code" if bound and not known.sure else "its code",
        holds=HELD_BY_CODES if known.sure else HELD if bound else UNHELD,
        colours=TOLD if "condition" in known.can else UNTOLD,
    )
    weighed = bound and not known.sure
    changed = (CHANGED_BOTH if weighed else CHANGED) + RATE
    return "".join([TRAINING.format(decodes=DRAWN if weighed else STRAIGHT), *costs, *own, moves, changed])


def _is_or_are(name: str) -> str:
    """Return a question for a setting: "is its temperature", "are its ways"."""
    return f"{'are' if name.endswith('s') else 'is'} its {name.replace('_', ' ')}"
