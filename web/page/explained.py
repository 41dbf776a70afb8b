"""What the pages Restore and Detect explain: in words of the kind of things that a model has learnt."""

from vae.library.cards import Card

TOLD = """
**This model is told the class** beside the code. Here nobody knows it, so each {noun} is taken for the class under
which it costs the model least: Bayes' rule with classes that are as likely as each other, and the −ELBO in the place of
−log p(x). Where it is taken for the wrong one, what comes of it is of the wrong one too; the page says which it was.
"""

POINTS = """
**This model is an autoencoder,** without a prior and without chance: each {noun} has one code. So nothing says what a
{noun} costs in nats, and how sure a code is.
"""


def restoring(card: Card) -> str:
    """Return what Restore explains, as Markdown."""
    return _of(RESTORING, card)


def detecting(card: Card) -> str:
    """Return what Detect explains, as Markdown."""
    return _of(DETECTING, card)


def _of(texts: dict[str, str], card: Card) -> str:
    more = [TOLD] if card.told else [] if "bound" in card.can else [POINTS]
    return texts.get(card.item.kind, "") + "".join(card.kind.say(text) for text in more)


RESTORING = {
    "image": """
**A picture is spoiled, and restored.** On the left is the original, beside it the same picture with something done to
it, and beside that what the model makes of the spoiled one. The model never sees the original.

**Why encoding and decoding removes noise at all.** The encoder has only a few numbers to describe a picture with, the
*code*, and the decoder can only draw what such codes hold. In training they had to spend these numbers on what digits
have in common and how they differ: slant, width, loops. Noise is different in every pixel of every picture, and there
is no room for it in the code. So it is left out. Fine detail of the picture itself is left out too, for the same
reason: look at *Little noise* under the honest cases.

**A denoising VAE against a plain one.** A plain VAE has only seen clean pictures. A spoiled one may lead its encoder
astray, to the code of something else, and the decoder then draws that, clean and wrong. A denoising VAE was given
spoiled pictures in training and scored on the clean ones, so its encoder has learnt what to overlook (Im et al. 2015,
arXiv 1511.06406). It has learnt that for its own corruption; another one is as new to it as to the plain one.

**Filling a hole** is more than decoding once. The known pixels are put back, and the picture is encoded and decoded
again and again, each time with a code drawn anew from the encoder's answer. This is a *Markov chain*: each step starts
from the last picture alone, and after some steps it wanders among the pictures that fit the known pixels, as far as
the model can tell (Rezende et al. 2014, arXiv 1401.4082, appendix F). Several chains run side by side. Their mean is
the restoration. Where they differ, what was there cannot be known from what is left: a four may be a nine.

**PSNR**, the peak signal-to-noise ratio, measures the error of the single pixels, in decibels: 6 dB more is half the
error, 20 dB more a tenth. It does not mind *what* is wrong, and a blurred picture may score above a sharp one that is
shifted by a pixel. **SSIM**, structural similarity, compares brightness, contrast and pattern in small windows, and is
1 for equal pictures and near 0 for unrelated ones (Wang et al. 2004). Both need the original: in real life
nobody could compute them.

**Filters know nothing of digits**, and that is also their strength. A median filter removes single wrong pixels on any
picture; total variation keeps flat areas flat and edges sharp; non-local means finds the same pattern elsewhere in the
picture; a biharmonic filling continues what is around a small hole. They work as well on a landscape or a page of
text. A VAE is better where its data is meant and much is lost, and worse nearly everywhere else.
""",
    "series": """
**A series is spoiled, and restored.** On the left is the original, beside it the same series with something done to
it, and beside that what the model makes of the spoiled one, with the original in grey beneath. The model never sees
the original.

**Why encoding and decoding removes noise at all.** The encoder has only a few numbers to describe a series with, the
*code*, and the decoder can only draw what such codes hold. In training they had to spend these numbers on what the
series have in common and how they differ: where a peak lies, how high it is and how wide. Noise is different in every
sample of every series, and there is no room for it in the code. So it is left out. Fine detail of the series itself is
left out too, for the same reason: look at *Weak noise* under the honest cases.

**A model that was trained to undo this, against a plain one.** A plain VAE has only seen clean series. A spoiled one
may lead its encoder astray, to the code of something else, and the decoder then draws that, clean and wrong. A
denoising VAE was given spoiled series in training and scored on the clean ones, so its encoder has learnt what to
overlook (Im et al. 2015, arXiv 1511.06406). It has learnt that for its own corruption; another one is as new to it as
to the plain one.

**Filling a gap** is more than decoding once. The known samples are put back, and the series is encoded and decoded
again and again, each time with a code drawn anew from the encoder's answer. This is a *Markov chain*: each step starts
from the last series alone, and after some steps it wanders among those that fit the known samples, as far as the model
can tell (Rezende et al. 2014, arXiv 1401.4082, appendix F). Several chains run side by side. Their mean is the
restoration, and the **band** around it is their standard deviation, to either side. It says how far the draws differ
and not how far the truth is away: a model that is too sure has a band that is too narrow.

**RMSE**, the root mean square error, is how far a typical sample is off, in the data's own unit: half of it is twice
as near. It counts the known samples of a series too, where nothing is wrong. It needs the original: in real life
nobody could compute it.

**What takes no model at all** is shown beside it, and it wins often. *Straight lines* need the two ends of a gap. A
*moving median* and *Savitzky–Golay* look at the samples around each, at as many as the noise asks for (Stein's
estimate of the risk chooses). The *mean series*, the *nearest series* and a *normal distribution* look at the very
series that the model learnt from: where these differ in few ways and little else, the mean of the five most alike, or
the best linear estimate, is hard to beat. A VAE earns its place where series differ in ways that no line follows, such
as a peak that moves; the row and the curve say where that is.
""",
}

DETECTING = {
    "image": """
**A model that has learnt what is normal can say what is not.** It is shown normal images only. An image is then called
unusual where its *score* is as high as a threshold or higher. No score knows what unusual means to you; each measures
something else, and the pictures below the plots show what it took for unusual.

**−ELBO** is what an image costs to code: the error of its reconstruction plus the KL of its code, in nats. It is an
upper bound on −log p(x), so it asks how *likely* the image is under the model, and that is not how *typical* it is. A
plain image is cheap, whatever it shows. For `fashion-16d`, which has learnt clothes, a digit of MNIST costs less than
a coat: it has few pixels of ink, and most of it is black, which every model codes well. There −ELBO calls the digits
*more* normal than the model's own data (an AUROC of about 0.4, worse than a coin). Nalisnick et al. 2018,
[arXiv 1810.09136](https://arxiv.org/abs/1810.09136), found the same of much larger models.

**Why a held-out 1 scores as normal.** Train without the ones, and they still pass: a 1 is a single stroke, few pixels
of ink are cheap to code, and a slim 7 or 9 is never far. That the model has never seen it shows only in proportion to
the ink there is to get wrong.

**Error over ink** therefore divides the squared error by the ink of the image. A thin stroke that is missed counts as
much as a missed coat. **The likelihood ratio** does the same with a whole model in the place of the ink: what the
image costs beyond the least possible, against what it costs a background model that knows its mean brightness alone.
**The latent distance** looks at the code and not at the picture: how far it lies from the codes of normal images. It
is blind to all that the encoder leaves out.

**One class kept, one class held out.** Two protocols are in use, and their figures must not be compared. *One class
kept*: the model learns a single class, and all others are unusual. That is the easier one: the normal images are much
alike. *One class held out*: the model learns all classes but one, and only that one is unusual. It is harder, since
the other classes have taught the model all the strokes that the held-out one is made of. The sentence above the scores
says which of them is being measured.

**The ROC curve** has a point for each threshold: to the right how many of the normal images are called unusual (false
alarms), upwards how many of the unusual are found. A threshold moves along it; a better score lies nearer to the upper
left corner. **AUROC** is the area under it: the probability that, of one unusual and one normal image drawn at random,
the unusual one has the higher score. 1 is perfect, 0.5 is a coin, and below 0.5 the score is misled.

**The threshold is a decision about costs,** and no curve makes it for you. In a factory a missed fault may cost a
hundred times what a false alarm does; in a darkroom it is the other way round. And shares mislead where unusual images
are rare: if one image in a thousand is unusual, a threshold that finds all of them at the price of 5 false alarms in
100 raises about fifty alarms for each true one.

**The error map** shows where the reconstruction is wrong: the squared difference of each pixel. A model draws what it
knows in the place of what it sees, and where the two differ is what it found unusual.
""",
    "series": """
**A model that has learnt what is normal can say what is not.** It is shown normal series only. A series is then called
unusual where its *score* is as high as a threshold or higher. No score knows what unusual means to you; each measures
something else, and the curves below the plots show what it took for unusual.

**−ELBO** is what a series costs to code: the error of its reconstruction plus the KL of its code, in nats. It is an
upper bound on −log p(x), so it asks how *likely* the series is under the model, and that is not how *typical* it is: a
flat one is cheap, whatever it comes from (Nalisnick et al. 2018, [arXiv 1810.09136](https://arxiv.org/abs/1810.09136),
found it of images).

**The reconstruction error** grows with whatever the decoder cannot draw, and with noise. **The likelihood ratio** asks
what the series costs beyond the least possible, against what it costs a background model that knows its mean alone: so
a large series may be wrong by more than a small one. **The latent distance** looks at the code and not at the series:
how far it lies from the codes of normal ones. It is blind to all that the encoder leaves out.

**The distance to the mean takes no model.** It is the squared difference to the mean of the normal series, and it
stands here to be beaten: where all normal series are much alike, as the heartbeats of one person are, it is nearly as
good as anything else.

**One class kept, one class held out.** Two protocols are in use, and their figures must not be compared. *One class
kept*: the model learns a single class, and all others are unusual. That is the easier one: the normal series are much
alike. *One class held out*: the model learns all classes but one, and only that one is unusual. It is harder, since
the other classes have taught the model much of what the held-out one is made of. The sentence above the scores says
which of them is being measured.

**The ROC curve** has a point for each threshold: to the right how many of the normal series are called unusual (false
alarms), upwards how many of the unusual are found. A threshold moves along it; a better score lies nearer to the upper
left corner. **AUROC** is the area under it: the probability that, of one unusual and one normal series drawn at
random, the unusual one has the higher score. 1 is perfect, 0.5 is a coin, and below 0.5 the score is misled.

**The threshold is a decision about costs,** and no curve makes it for you. In a factory a missed fault may cost a
hundred times what a false alarm does; at a bedside an alarm that is always false is soon switched off. And shares
mislead where unusual series are rare: if one in a thousand is unusual, a threshold that finds all of them at the price
of 5 false alarms in 100 raises about fifty alarms for each true one.

**The colour along a curve** shows where the reconstruction, in grey beneath, is wrong, and by how much. A model draws
what it knows in the place of what it sees, and where the two differ is what it found unusual.
""",
}
