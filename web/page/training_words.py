"""What the Train page explains of a run, by what its family can."""

from vae.families import Family, sentences

TRAINING = """
**Training** shows the model a few images at a time, many times over. Each time it encodes them, {decodes}, and changes
all its weights a little, so that the loss becomes smaller. One such change is a *step*; one pass over all images is an
*epoch*.
"""

DRAWN = "draws a code from what the encoder answers, decodes that"
STRAIGHT = "decodes their codes"

ELBO = """
**The loss is −ELBO**, the *negative evidence lower bound*, in nats an image (1 nat = 1.44 bits). It is a sum of two
costs. **Reconstruction** is what it costs to say the image when its code is known: small where the picture comes out
sharp and right. **KL** is what the code itself costs: how far the encoder's answer for one image lies from the prior,
the standard normal from which codes are drawn. A code that says more makes a better picture and costs more; the model
looks for the cheapest bargain.
"""

RECONSTRUCTION = """
**The loss is the reconstruction**, in nats an image (1 nat = 1.44 bits): what it costs to say the image when its code
is known, small where the picture comes out sharp and right. By itself a code costs nothing, so that the encoder may put
it anywhere. There is no prior to draw codes from: what other families pay to keep their codes together, this one spends
on its pictures.
"""

HELD_OUT = """
**Training and held-out curves.** Held-out images are never learnt from. Where their curve stops falling while the
other one goes on, the model begins to learn its images by heart: *over-fitting*. Stop there, take more images, or a
smaller network.
"""

BETA = """
**β** is the weight on the KL. At 1 the loss is the ELBO itself. Above 1, codes must be cheap: dimensions become more
orderly, pictures blurrier, and some dimensions are given up. Below 1, pictures are sharper, and the codes no longer
fill the prior evenly, so that random draws fall into holes. **Warm-up** lets the weight rise from 0 to β at the
beginning, so that the decoder learns to use the code before it has to pay for it.

**Posterior collapse**: a dimension whose KL falls to 0. The encoder answers with the prior itself, whatever the image,
so the number holds nothing and the decoder learns to ignore it. A few such dimensions are no fault, only spare ones;
when all go, the model draws one and the same blurred picture. A smaller β, a warm-up or fewer dimensions help.
"""

MAP = """
**Why the map moves.** Each point is a held-out image, always the same ones, at {place}. At first all lie in a heap,
because an untrained encoder answers much the same to everything. Then images that are alike find together, since that
makes decoding cheap, and {holds} {colours} With more than two dimensions the map shows the plane in which the codes
spread most, turned so that it follows on from the moment before.
"""

HELD = "the KL keeps the whole from drifting apart."

UNHELD = """nothing keeps the whole from drifting apart: watch the values along the edges grow. Training asks
for nothing of the places between."""

UNTOLD = "Nobody tells the model the classes: the colours are added afterwards."

TOLD = """Encoder and decoder are told the class, so that the code need not say it: the colours come to lie over one
another, and what tells two places apart is what the class leaves open, such as slant and stroke. The picture under the
cursor is decoded as the class that is chosen beside it; samples take each class in its turn."""

CHANGED_BOTH = """
**Changing β or the learning rate on the way** is an experiment one can see: raise β and the points draw together,
lower it and they spread. The curves keep a mark where it was done. """

CHANGED = """
**Changing the learning rate on the way** is an experiment one can see; the curves keep a mark where it was done. """

RATE = """The **learning rate** is how far one step goes; too large and the loss leaps or grows without end, too small
and nothing moves.
"""


def explanation(known: Family) -> str:
    """Say in Markdown what there is to be understood of a run of this family."""
    bound = "bound" in known.can
    own = [f"\n**{_named(name)}**: {sentence}\n" for name, sentence in sentences(known.settings).items()]
    costs = [ELBO, HELD_OUT, BETA] if bound else [RECONSTRUCTION, HELD_OUT]
    moves = MAP.format(
        place="the mean of its code" if bound else "its code",
        holds=HELD if bound else UNHELD,
        colours=TOLD if "condition" in known.can else UNTOLD,
    )
    changed = (CHANGED_BOTH if bound else CHANGED) + RATE
    return "".join([TRAINING.format(decodes=DRAWN if bound else STRAIGHT), *costs, *own, moves, changed])


def _named(setting: str) -> str:
    return setting.replace("_", " ").capitalize()
